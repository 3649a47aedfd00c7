//! What holds of every bill: it is what the clauses say, to the micro-dollar.

use std::collections::BTreeMap;

use offtake::scenario::Deal;
use offtake::terms;
use offtake::time::Month;
use proptest::prelude::*;

use crate::config;
use crate::story::{Promise, Story, Tag, any_calm_story, any_mixed_story};
use crate::told::{Told, month_of_hour, tell};

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn a_bill_is_what_the_clauses_say_of_the_months(story in any_mixed_story()) {
        let told = tell(&story);
        for (d, deal) in told.case.deals.iter().enumerate() {
            let promise = story.stands[deal.fleet].1.deal.as_ref().expect("a deal has a promise");
            check_bill(&told, d, deal, promise)?;
        }
    }

    #[test]
    fn what_a_party_pays_is_what_it_is_billed(story in any_mixed_story()) {
        let told = tell(&story);
        let ledger = &told.played.ledger;
        let of_deals: i128 = (0..told.case.deals.len()).map(|d| told.billed_in_all(d)).sum();
        let pledged = (0..told.case.pledges.len()).flat_map(|p| told.pledged(p));
        let billed = of_deals + pledged.map(|it| it.1).sum::<i128>();
        let prepaid: i128 = told.played.books.deals.iter().map(|it| ledger.balance(it.prepaid)).sum();
        for (p, party) in told.case.parties.iter().enumerate() {
            let opening = party.cash.map_or(0, |it| it.micros);
            let moved = ledger.balance(told.played.books.parties[p].cash) - opening;
            let due = if party.name == "buyer" { -billed - prepaid } else { billed + prepaid };
            law!(told, moved == due, "{}: cash moved by {moved}, due {due}", party.name);
        }
    }

    #[test]
    fn a_prepayment_changes_no_bill_and_is_drawn_or_returned(story in any_mixed_story()) {
        let mut bare = story.clone();
        for (_, stand) in &mut bare.stands {
            if let Some(deal) = &mut stand.deal {
                deal.prepay = 0;
            }
        }
        let (told, bare) = (tell(&story), tell(&bare));
        for (d, deal) in told.case.deals.iter().enumerate() {
            law!(told, told.billed(d) == bare.billed(d), "d{d} bills otherwise when prepaid");
            let books = told.played.books.deals[d];
            let left = told.played.ledger.balance(books.prepaid);
            let owed = told.played.ledger.balance(books.prepaid_owed);
            law!(told, left == -owed && left >= 0, "d{d}: {left} left, {owed} owed");
            if deal.end_played <= told.case.to {
                law!(told, left == 0, "d{d} is over and {left} of its prepayment are left");
            }
        }
    }
}

/// The bill of a deal from its promise and its months, by the clauses' words.
fn check_bill(told: &Told, d: usize, deal: &Deal, promise: &Promise) -> Result<(), TestCaseError> {
    let billed = told.billed(d);
    let in_all: i128 = billed.iter().map(|it| it.1).sum();
    let take = if promise.pays_as_it_goes { 0.0 } else { f64::from(promise.take) / 100.0 };
    let (used, unused) = (told.used(deal.fleet), told.unused(deal.fleet));
    let mut months: BTreeMap<Month, [f64; 3]> = BTreeMap::new();
    for (at, millis) in &used {
        let month = months.entry(month_of_hour(*at)).or_default();
        month[0] += *millis as f64;
        month[1] += *millis as f64;
    }
    for (at, millis) in &unused {
        months.entry(month_of_hour(*at)).or_default()[1] += *millis as f64;
    }
    let mut promised = terms::tranches(&deal.promised);
    if let Some((on, gpus)) = deal.expansion {
        promised.iter_mut().filter(|it| it.at >= on).for_each(|it| it.gpus += gpus);
        let before = promised.iter().rev().find(|it| it.at < on).map_or(0, |it| it.gpus);
        promised.push(terms::Step { at: on, gpus: before + gpus });
        promised.sort_by_key(|it| (it.at, it.gpus));
    }
    for (month, volumes) in &mut months {
        let from = month.start().max(told.case.from).max(deal.start);
        let to = month.end().min(told.case.to).min(deal.end_played);
        for (i, step) in promised.iter().enumerate() {
            let until = promised.get(i + 1).map_or(to, |it| it.at.min(to));
            volumes[2] += step.gpus as f64 * (until - step.at.max(from)).millis.max(0) as f64;
        }
    }
    // By calendar year with true-up, by month without.
    let mut owed: BTreeMap<i32, [f64; 2]> = BTreeMap::new();
    for (nth, (month, [used, delivered, contracted])) in months.iter().enumerate() {
        let key = if promise.true_up { i32::from(month.year()) } else { nth as i32 };
        let sums = owed.entry(key).or_default();
        sums[0] += used;
        sums[1] += (take * contracted).min(*delivered);
    }
    let volume: f64 = owed.values().map(|it| it[0].max(it[1])).sum::<f64>() / 3.6e6;
    let watts = told.case.fleets[deal.fleet].watts_full;
    let expected = match promise.price {
        Tag::PerGpu(cents) => volume * f64::from(cents) / 100.0,
        Tag::PerPower(dollars) => volume * watts / 1e6 / 730.0 * f64::from(dollars),
        Tag::Fixed(dollars) => {
            let from = deal.start.max(told.case.from);
            let to = deal.end_played.min(told.case.to);
            (to - from).hours() / 730.0 * f64::from(dollars)
        }
        Tag::Solve => {
            let promised = terms::held(&terms::tranches(&deal.promised), deal.start, deal.end);
            let total = f64::from(promise.total) * 1e3;
            let price = total / (promised as f64 / 3.6e6);
            let plain = volume * price;
            if deal.expansion.is_none() { plain.min(total) } else { plain }
        }
    };
    let found = in_all as f64 / 1e6;
    // Shares of a month are rounded to a GPU-millisecond, bills to a micro-dollar.
    let tolerance = 2e-6 * (1.0 + months.len() as f64) + 1e-9 * expected.abs();
    law!(
        told,
        (found - expected).abs() <= tolerance,
        "d{d}: billed {found}, by its clauses {expected}"
    );
    Ok(())
}

proptest! {
    #![proptest_config(config(80))]

    #[test]
    fn a_solved_price_bills_exactly_the_total(story in any_calm_story()) {
        let mut story = story;
        for (_, stand) in &mut story.stands {
            if let Some(deal) = &mut stand.deal {
                (deal.price, deal.take, deal.pays_as_it_goes) = (Tag::Solve, 100, false);
                deal.extends = false;
            }
        }
        let told = tell(&story);
        for (d, deal) in told.case.deals.iter().enumerate() {
            let total = deal.total.expect("a total is written").micros;
            let billed = told.billed_in_all(d);
            law!(told, billed == total, "d{d}: {billed} billed of {total}");
        }
    }

    #[test]
    fn a_deal_cut_in_two_bills_what_the_deal_bills(
        story in any_calm_story(), total in 1..400_000u32, cents in 1..900u32, solve: bool, slip in 0..100u32,
    ) {
        let (site, mut stand) = story.stands[0].clone();
        let Some(mut deal) = stand.deal.take() else { return Ok(()) };
        deal.price = if solve { Tag::Solve } else { Tag::PerGpu(cents) };
        (deal.shape, deal.first, deal.slip) = ("at-once", 0, slip);
        deal.pays_as_it_goes = false;
        stand.spares = 0;
        let cut = |parts: u32| {
            let mut part = stand.clone();
            part.racks = stand.racks * 2 / parts;
            let deal = Promise { total: total * 2 / parts, ..deal.clone() };
            part.deal = Some(deal);
            let stands = vec![(site, part); parts as usize];
            Story { stands, tasks: Vec::new(), ..story.clone() }
        };
        let (whole, halves) = (tell(&cut(1)), tell(&cut(2)));
        let (whole_bill, a, b) = (whole.billed(0), halves.billed(0), halves.billed(1));
        let mut off = 0;
        for i in 0..whole_bill.len() {
            // Running totals are rounded, so differences do not add up over the months.
            off += whole_bill[i].1 - a[i].1 - b[i].1;
            law!(halves, off.abs() <= 1 + i as i128, "off by {off} micro-dollars after month {i}");
        }
    }

    #[test]
    fn more_slip_never_bills_more(story in any_calm_story(), less in 0..200u32, more in 1..300u32) {
        let slips = |slip: u32| {
            let mut story = story.clone();
            // Training that is stopped does work again, jobs wait: both may bill more later.
            story.tasks.retain(|it| it.kind == 1);
            for (_, stand) in &mut story.stands {
                if let Some(deal) = &mut stand.deal {
                    (deal.slip, deal.extends) = (slip, false);
                }
            }
            tell(&story)
        };
        let (early, late) = (slips(less), slips(less + more));
        for d in 0..early.case.deals.len() {
            let (a, b) = (early.billed_in_all(d), late.billed_in_all(d));
            law!(late, b <= a, "d{d} bills {b} with {} hundredths of a month of slip more, {a} without", more);
        }
    }

}
