//! What holds of every hour: GPUs, tokens and power are all accounted for.

use std::collections::BTreeMap;

use offtake::engine;
use offtake::scenario::{Case, Draw, WorkKind};
use offtake::time::{Instant, Month, Span};
use offtake::units::to_f64;
use proptest::prelude::*;

use crate::common::read;
use crate::config;
use crate::story::any_story;
use crate::told::{HOUR, tell};

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn every_hour_what_is_delivered_is_used_idle_or_down(story in any_story()) {
        let told = tell(&story);
        for f in 0..told.case.fleets.len() {
            let (used, unused) = (told.used(f), told.unused(f));
            let mut sum = 0;
            for began in told.hours() {
                let ends = began + Span::HOUR;
                let of = |it: &BTreeMap<Instant, i128>| it.get(&ends).copied().unwrap_or(0);
                let (used, unused) = (of(&used), of(&unused));
                let delivered = used + unused;
                sum += delivered;
                let name = format!("fleet f{f}, hour from {began}");
                law!(told, used >= 0 && unused >= 0, "{name}: used {used}, unused {unused}");
                law!(told, delivered % i128::from(HOUR) == 0, "{name}: {delivered} GPU-ms are no whole GPUs");
                let gpus = (delivered / i128::from(HOUR)) as i64;
                let landed = told.landed(f, began).0;
                law!(told, gpus <= landed, "{name}: {gpus} of {landed} landed delivered");
                let peak = told.played.marks.delivered_peak[f];
                law!(told, gpus <= peak, "{name}: {gpus} over the peak of {peak}");
            }
            let said = told.look().delivered_hours(f) * 3.6e6;
            law!(told, (said - sum as f64).abs() <= 1e-6 * sum as f64, "f{f}: {said} said, {sum} found");
        }
    }

    #[test]
    fn every_gpu_that_landed_is_delivered_spare_in_repair_or_dark(story in any_story()) {
        let told = tell(&story);
        for f in 0..told.case.fleets.len() {
            let books = told.played.books.fleets[f];
            let made: BTreeMap<Month, i128> =
                told.played.ledger.by_month(books.made).into_iter().collect();
            let mut landed: BTreeMap<Month, i128> = BTreeMap::new();
            for began in told.hours() {
                let (gpus, spares) = told.landed(f, began);
                *landed.entry(began.month()).or_default() += i128::from((gpus + spares) * HOUR);
            }
            for (month, millis) in landed {
                let made = -made.get(&month).copied().unwrap_or(0);
                law!(told, made == millis, "f{f}, {month}: {} GPU-hours told apart, {} landed", made as f64 / 3.6e6, millis as f64 / 3.6e6);
            }
            for (what, account) in [("spare", books.spare), ("repair", books.repair), ("dark", books.dark)] {
                let all = told.played.ledger.by_month(account);
                law!(told, all.iter().all(|it| it.1 >= 0), "f{f}.{what}: {all:?}");
            }
        }
    }

    #[test]
    fn tokens_asked_for_are_served_or_not_and_follow_the_week(story in any_story()) {
        let told = tell(&story);
        for (w, work) in told.case.works.iter().enumerate() {
            let WorkKind::Service(it) = &work.kind else { continue };
            let books = told.played.books.works[w];
            let (asked, served) = (told.moved(&[books.asked]), told.moved(&[books.served]));
            let unserved = told.moved(&[books.unserved]);
            for began in told.hours() {
                let of = |it: &BTreeMap<Instant, i128>| it.get(&(began + Span::HOUR)).copied().unwrap_or(0);
                let (asked, served, unserved) = (-of(&asked), of(&served), of(&unserved));
                law!(told, served >= 0 && unserved >= 0 && served + unserved == asked, "w{w} at {began}: {served} + {unserved} of {asked}");
                let month = began.month().start().max(told.case.from);
                let base = if began < work.start { 0.0 } else { engine::demand(it, month) };
                let wanted = base * it.week.at(began) * 3_600.0;
                law!(told, (asked as f64 - wanted).abs() <= 1.0 + 1e-9 * wanted, "w{w} at {began}: asked {asked}, by the week {wanted}");
            }
        }
    }

    #[test]
    fn the_meter_never_reads_more_than_the_limit(story in any_story()) {
        let told = tell(&story);
        for (s, site) in told.case.sites.iter().enumerate() {
            let it_energy = told.moved(&[told.played.books.sites[s].it]);
            let limit = site.limit.watts as f64;
            let mut highest = 0.0_f64;
            for (at, millijoules) in it_energy {
                let watts = millijoules as f64 / HOUR as f64;
                highest = highest.max(watts);
                law!(told, watts * to_f64(site.pue_peak) <= limit * (1.0 + 1e-9), "s{s}, hour to {at}: {watts} W IT under a limit of {limit}");
                law!(told, at > site.ready, "s{s}: power at {at}, ready only {}", site.ready);
            }
            let said = told.played.marks.it_watts_peak[s] as f64;
            law!(told, said + 1e-6 >= highest, "s{s}: peak {said} said, {highest} found");
        }
    }
}

/// Found by these laws: what broke stays where it is when an earlier fleet takes its power.
#[test]
fn a_fleet_whose_power_goes_to_an_earlier_one_keeps_its_books() {
    let fleet = |name: &str, fail: &str| {
        format!(
            "[fleet.{name}]\nsite = \"s\"\nmodel = \"catalogue:rack/hgx-h100\"\n\
             count = \"1200 GPU [assumed]\"\nfail = \"catalogue:failures/{fail}\"\n\
             repair = \"30 days [assumed]\"\n"
        )
    };
    let text = format!(
        "offtake = 1\nname = \"two fleets, one limit\"\nas_of = 2025-12-31\n\
         horizon = {{ from = 2026-01-01, to = 2026-06-01 }}\n[party.a]\n[party.b]\n\
         [site.s]\nregion = \"catalogue:region/us\"\n\
         power = {{ limit = \"2 MW facility [assumed]\" }}\n{}{}\
         [deal.d]\nbuyer = \"a\"\nseller = \"b\"\nlayer = \"rent\"\n\
         total = \"10 M USD [assumed]\"\nterm = \"24 months [assumed]\"\n\
         start = 2026-03-01\ndeliver = {{ fleet = \"first\" }}\n",
        fleet("first", "llama3"),
        fleet("second", "rsc-1-all-causes")
    );
    let scenario = read("nobody.toml", &text, None);
    let case = Case::of(&scenario, &Draw::medians(&scenario));
    let played = engine::play(&case, false);
    for books in &played.books.fleets {
        for account in [books.spare, books.repair, books.dark] {
            let months = played.ledger.by_month(account);
            assert!(months.iter().all(|it| it.1 >= 0), "{months:?}");
        }
    }
    assert!(played.ledger.is_balanced());
}
