//! Bills become obligations; then all of them are settled at once, world-wide.
//!
//! Here everybody pays in full: cash that goes below nothing is a gap that the report names.

use super::clauses;
use super::debt;
use super::world::World;
use crate::ledger::Account;
use crate::terms::{Charges, PledgeCharges};
use crate::time::Instant;
use crate::units::Money;

/// A deal is prepaid on its first day.
pub fn prepay(world: &mut World<'_>, now: Instant, deal: usize, money: Money) {
    let (buyer, seller) = sides(world, deal);
    let books = world.accounts.deals[deal];
    world.ledger.post(now, buyer, seller, money.micros);
    world.ledger.post(now, books.prepaid_owed, books.prepaid, money.micros);
}

/// Writes what is due for a month; nothing is paid yet.
pub fn bill(world: &mut World<'_>, now: Instant, deal: usize, charges: &Charges) {
    let (buyer, seller) = sides(world, deal);
    let books = world.accounts.deals[deal];
    clauses::bill(world, now, deal, charges);
    let ledger = &mut world.ledger;
    ledger.post(now, books.payable, books.for_use, charges.for_use.micros);
    ledger.post(now, books.payable, books.shortfall, charges.shortfall.micros);
    ledger.post(now, books.credit, books.payable, charges.credit.micros);
    let drawn = charges.from_prepayment.micros;
    ledger.post(now, books.paid, books.payable, drawn);
    ledger.post(now, books.prepaid, books.prepaid_owed, drawn + charges.returned.micros);
    ledger.post(now, seller, buyer, charges.returned.micros);
}

/// Writes what is due for a pledge.
pub fn owe(world: &mut World<'_>, now: Instant, pledge: usize, charges: &PledgeCharges) {
    let books = world.accounts.pledges[pledge];
    world.ledger.post(now, books.payable, books.charged, charges.due.micros);
    clauses::owe(world, now, pledge, charges);
}

/// Settles all obligations of all deals.
pub fn settle(world: &mut World<'_>, now: Instant) {
    for (pledge, it) in world.case.pledges.iter().enumerate() {
        let books = world.accounts.pledges[pledge];
        pay(world, now, (it.buyer, it.seller), (books.payable, books.paid));
    }
    for (deal, it) in world.case.deals.iter().enumerate() {
        let books = world.accounts.deals[deal];
        pay(world, now, (it.buyer, it.seller), (books.payable, books.paid));
    }
    debt::pays(world, now);
}

/// Pays what is payable: the buyer, or the seller where it gives back more than it charges.
fn pay(
    world: &mut World<'_>,
    now: Instant,
    (buyer, seller): (usize, usize),
    (payable, paid): (Account, Account),
) {
    let [buyer, seller] = [buyer, seller].map(|party| world.accounts.parties[party].cash);
    let due = -world.ledger.balance(payable);
    if due > 0 {
        world.ledger.post(now, buyer, seller, due);
        world.ledger.post(now, paid, payable, due);
    } else {
        world.ledger.post(now, seller, buyer, -due);
        world.ledger.post(now, payable, paid, -due);
    }
}

fn sides(world: &World<'_>, deal: usize) -> (Account, Account) {
    let deal = &world.case.deals[deal];
    let cash = |party: usize| world.accounts.parties[party].cash;
    (cash(deal.buyer), cash(deal.seller))
}
