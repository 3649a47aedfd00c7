//! What holds of every fleet at a constant load, month by month: its GPUs, its power, its deal.

use std::collections::BTreeMap;

use offtake::terms::{self, Step};
use offtake::time::{Instant, Month, Span};
use offtake::units::to_f64;
use proptest::prelude::*;

use crate::config;
use crate::story::{Story, any_mixed_story};
use crate::told::{Told, tell};

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn every_gpu_that_landed_works_idles_or_is_spare_in_repair_or_dark(story in any_mixed_story()) {
        let told = tell(&story);
        for f in steady(&told) {
            let books = told.played.books.fleets[f];
            let mut parts: BTreeMap<Month, i128> = BTreeMap::new();
            let load = books.load.expect("a steady fleet has a load");
            for account in [load, books.idle, books.spare, books.repair, books.dark] {
                for (month, millis) in told.played.ledger.by_month(account) {
                    law!(told, millis >= 0, "f{f}, {month}: {millis} of account {account:?}");
                    *parts.entry(month).or_default() += millis;
                }
            }
            for (month, millis) in parts {
                let landed = stood(&told, f, month, |it| it.0 + it.1);
                law!(told, millis == landed, "f{f}, {month}: {millis} told apart, {landed} landed");
            }
        }
    }

    #[test]
    fn a_steady_fleet_works_at_its_load_and_never_over_what_has_landed(story in any_mixed_story()) {
        let told = tell(&story);
        for f in steady(&told) {
            let load = f64::from(story.stands[f].1.load.expect("it is steady")) / 100.0;
            for (month, [works, idles]) in worked(&told, f) {
                let delivered = works + idles;
                let landed = stood(&told, f, month, |it| it.0);
                law!(told, delivered <= landed, "f{f}, {month}: {delivered} of {landed} delivered");
                let off = works as f64 - delivered as f64 * load;
                law!(told, off.abs() <= 1.0 + 1e-9 * works as f64, "f{f}, {month}: {works} of {delivered} work");
            }
        }
    }

    #[test]
    fn a_steady_fleet_never_delivers_more_than_its_deal_contracts(story in any_mixed_story()) {
        let told = tell(&story);
        for f in steady(&told) {
            let Some(deal) = told.case.deals.iter().find(|it| it.fleet == f) else { continue };
            let promised = terms::tranches(&deal.promised);
            let option = deal.expansion.map(|(at, gpus)| Step { at, gpus });
            for (month, [works, idles]) in worked(&told, f) {
                let from = month.start().max(told.case.from).max(deal.start);
                let to = month.end().min(told.case.to).min(deal.end_played);
                let of = |steps: &[Step]| if from < to { terms::held(steps, from, to) } else { 0 };
                let contracted = of(&promised) + of(option.as_slice());
                let delivered = works + idles;
                law!(told, delivered <= contracted, "f{f}, {month}: {delivered} of {contracted}");
            }
        }
    }

    #[test]
    fn a_steady_fleet_that_has_power_and_never_fails_delivers_all_that_lands(story in any_mixed_story()) {
        let mut story = story;
        story.places.iter_mut().for_each(|it| (it.power_per_cent, it.ready) = (170, None));
        for (_, stand) in &mut story.stands {
            stand.fail = "none";
            if let Some(deal) = &mut stand.deal {
                deal.expand = None;
            }
        }
        let told = tell(&story);
        for f in steady(&told) {
            for (month, [works, idles]) in worked(&told, f) {
                let (delivered, landed) = (works + idles, stood(&told, f, month, |it| it.0));
                law!(told, delivered == landed, "f{f}, {month}: {delivered} of {landed} delivered");
            }
        }
    }

    #[test]
    fn the_meter_of_a_month_never_reads_more_than_the_limit(story in any_mixed_story()) {
        let told = tell(&story);
        for (s, site) in told.case.sites.iter().enumerate() {
            let limit = site.limit.watts as f64 / to_f64(site.pue_peak);
            let peak = told.played.marks.it_watts_peak[s] as f64;
            for (month, millijoules) in told.played.ledger.by_month(told.played.books.sites[s].it) {
                let began = month.start().max(told.case.from).max(site.ready);
                let hours = (month.end().min(told.case.to) - began).millis.max(0) as f64;
                let watts = if hours > 0.0 { millijoules as f64 / hours } else { 0.0 };
                law!(told, hours > 0.0 || millijoules == 0, "s{s}, {month}: {millijoules} mJ, not ready");
                law!(told, watts <= limit * (1.0 + 1e-9), "s{s}, {month}: {watts} W IT of {limit}");
                law!(told, watts <= peak + 1.0, "s{s}, {month}: {watts} W IT over the peak of {peak}");
            }
        }
    }

    #[test]
    fn a_fleet_told_by_its_power_is_as_many_racks_as_that_carries(story in any_mixed_story()) {
        let told = tell(&story);
        for (fleet, (_, stand)) in told.case.fleets.iter().zip(&story.stands) {
            law!(told, fleet.gpus == i64::from(stand.gpus()), "{}: {} GPUs", fleet.name, fleet.gpus);
        }
    }

    #[test]
    fn what_happens_at_one_site_leaves_the_fleets_of_another_alone(story in any_mixed_story()) {
        let told = tell(&story);
        for s in 0..story.places.len() {
            let mut alone: Story = story.clone();
            for (_, stand) in alone.stands.iter_mut().filter(|it| it.0 != s) {
                (stand.deal, stand.fail, stand.load) = (None, "none", None);
            }
            let alone = tell(&alone);
            for f in steady(&told).filter(|it| story.stands[*it].0 == s) {
                law!(told, worked(&told, f) == worked(&alone, f), "f{f} works otherwise alone");
            }
        }
    }
}

/// The fleets at a constant load.
fn steady(told: &Told) -> impl Iterator<Item = usize> {
    (0..told.case.fleets.len()).filter(|it| told.case.fleets[*it].load.is_some())
}

/// GPU-milliseconds that worked and idled, by month.
fn worked(told: &Told, fleet: usize) -> BTreeMap<Month, [i128; 2]> {
    let books = told.played.books.fleets[fleet];
    let mut months: BTreeMap<Month, [i128; 2]> = BTreeMap::new();
    for (at, account) in
        [books.load.expect("a steady fleet has a load"), books.idle].iter().enumerate()
    {
        for (month, millis) in told.played.ledger.by_month(*account) {
            months.entry(month).or_default()[at] += millis;
        }
    }
    months
}

/// GPU-milliseconds that stood in a month by the calendar alone, of what is counted.
fn stood(told: &Told, fleet: usize, month: Month, counts: impl Fn((i64, i64)) -> i64) -> i128 {
    let (from, to) = (month.start().max(told.case.from), month.end().min(told.case.to));
    let mut moments = vec![from, to];
    if let Some(deal) = told.case.deals.iter().find(|it| it.fleet == fleet) {
        moments.extend([deal.start, deal.end_played]);
        moments.extend(terms::tranches(&deal.played).iter().map(|it| it.at));
        moments.extend(deal.expansion.map(|it| it.0));
    }
    moments.retain(|it| (from..=to).contains(it));
    moments.sort();
    let held = |pair: &[Instant]| {
        let span: Span = pair[1] - pair[0];
        i128::from(counts(told.landed(fleet, pair[0]))) * i128::from(span.millis)
    };
    moments.windows(2).map(held).sum()
}
