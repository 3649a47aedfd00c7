//! What holds of every deal without a fleet: it bills what its calendar says, and no more.

use offtake::scenario::Pledge;
use offtake::terms;
use offtake::time::Instant;
use offtake::units::Money;
use proptest::prelude::*;

use crate::config;
use crate::story::{Story, Vow, any_book};
use crate::told::tell;

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn a_pledge_never_bills_less_than_nothing_nor_more_than_its_face_value(story in any_book()) {
        let told = tell(&story);
        for (p, pledge) in told.case.pledges.iter().enumerate() {
            let total = pledge.total.unwrap_or(Money::ZERO).micros;
            let billed = told.pledged(p);
            law!(told, billed.iter().all(|it| it.1 >= 0), "p{p}: {billed:?}");
            let in_all: i128 = billed.iter().map(|it| it.1).sum();
            law!(told, in_all <= total, "p{p} bills {in_all} of {total}");
            let paid = told.played.ledger.balance(told.played.books.pledges[p].paid);
            law!(told, paid == -in_all, "p{p}: {paid} paid for {in_all}");
        }
    }

    #[test]
    fn a_pledge_played_whole_and_on_time_bills_its_face_value(story in any_book()) {
        let story = with_vows(&story, |it| {
            (it.start, it.months, it.slip) = (it.start.rem_euclid(60), it.months.min(12), 0);
        });
        let told = tell(&Story { days: 430, ..story });
        for (p, pledge) in told.case.pledges.iter().enumerate() {
            let total = pledge.total.unwrap_or(Money::ZERO).micros;
            let in_all: i128 = told.pledged(p).iter().map(|it| it.1).sum();
            law!(told, in_all == total, "p{p} bills {in_all} of {total}");
        }
    }

    #[test]
    fn a_pledge_bills_by_the_month_what_was_held_or_what_has_come(story in any_book()) {
        let told = tell(&story);
        for (p, (pledge, vow)) in told.case.pledges.iter().zip(&story.vows).enumerate() {
            let paid_while_held = match (vow.paid, vow.layer) {
                (Some(said), _) => said == "over-time",
                (None, layer) => ["rent", "site"].contains(&layer),
            };
            let total = pledge.total.map_or(0.0, Money::dollars);
            let before = share(pledge, paid_while_held, told.case.from);
            let mut billed = 0;
            for (month, amount) in told.pledged(p) {
                billed += amount;
                let until = month.end().min(told.case.to);
                let due = total * (share(pledge, paid_while_held, until) - before);
                let off = (billed as f64 / 1e6 - due).abs();
                law!(told, off <= 2e-6 + 1e-9 * total, "p{p} by {month}: {billed} billed, due {due}");
            }
        }
    }

    #[test]
    fn more_slip_never_bills_a_pledge_earlier(story in any_book(), more in 1..600u32) {
        // What was due before the horizon stands in no bill.
        let story = with_vows(&story, |it| it.start = it.start.max(0));
        let (early, late) = (tell(&story), tell(&with_vows(&story, |it| it.slip += more)));
        for p in 0..story.vows.len() {
            let (mut a, mut b) = (0, 0);
            for ((month, of_early), (_, of_late)) in early.pledged(p).iter().zip(late.pledged(p)) {
                (a, b) = (a + of_early, b + of_late);
                law!(late, b <= a, "p{p} by {month}: {b} billed, {a} with less slip");
            }
        }
    }

    #[test]
    fn one_pledge_leaves_the_bills_of_another_alone(story in any_book()) {
        let told = tell(&story);
        for p in 0..story.vows.len() {
            let alone = tell(&Story { vows: vec![story.vows[p].clone()], ..story.clone() });
            law!(told, told.pledged(p) == alone.pledged(0), "p{p} bills otherwise alone");
        }
    }
}

/// A story with every vow of it changed.
fn with_vows(story: &Story, change: impl Fn(&mut Vow)) -> Story {
    let mut story = story.clone();
    story.vows.iter_mut().for_each(change);
    story
}

/// The share of its face value that is due by a moment, summed step by step: what was held of all
/// that was promised, or what has come.
fn share(pledge: &Pledge, paid_while_held: bool, by: Instant) -> f64 {
    let by = by.min(pledge.end);
    let held = |steps: &[terms::Step], until: Instant| -> f64 {
        let mut sum = 0.0;
        for (i, step) in steps.iter().enumerate() {
            let next = steps.get(i + 1).map_or(until, |it| it.at.min(until));
            sum += step.gpus as f64 * (next - step.at).millis.max(0) as f64;
        }
        sum
    };
    let (promised, played) = (terms::tranches(&pledge.promised), terms::tranches(&pledge.played));
    if paid_while_held {
        held(&played, by) / held(&promised, pledge.end)
    } else {
        let came = played.iter().rev().find(|it| it.at < by).map_or(0, |it| it.gpus);
        came as f64 / Pledge::PARTS as f64
    }
}
