//! A year's tax: a share of what a party has earned beyond the most it had earned by any year's end
//! before. Losses are so carried forward without end, and never back.

use super::books::Books;
use super::chart::{Entry, chart, profit_before_tax};
use super::world::World;
use crate::ledger::Account;
use crate::scenario::Case;
use crate::time::Instant;
use crate::units::Share;

/// Who pays tax, on what, and what it has been taxed for.
#[derive(Debug)]
pub struct Taxed {
    share: Share,
    entries: Vec<Entry>,
    cash: Account,
    tax: Account,
    /// The most it had earned by a year's end, before tax, in micro-dollars.
    highest: i128,
}

/// Every party that says what share it pays.
pub fn taxed(case: &Case, books: &Books) -> Vec<Taxed> {
    let one = |(i, party): (usize, &crate::scenario::Party)| {
        let of = books.parties[i];
        let (share, tax) = party.tax.zip(of.tax)?;
        Some(Taxed { share, entries: chart(case, books, i), cash: of.cash, tax, highest: 0 })
    };
    case.parties.iter().enumerate().filter_map(one).collect()
}

/// A month closes: where a year or the horizon ends with it, its tax is paid. A part of a year is
/// taxed as a year.
pub fn closes(world: &mut World<'_>, now: Instant, began: Instant) {
    if now.month().year() == began.month().year() && now < world.case.to {
        return;
    }
    for it in &mut world.taxed {
        let earned = profit_before_tax(&it.entries, &world.ledger).max(it.highest);
        let due = it.share.of(earned) - it.share.of(it.highest);
        it.highest = earned;
        world.ledger.post(now, it.cash, it.tax, due);
    }
}
