//! Bills become obligations; then all of them are settled at once, world-wide.
//!
//! Here alone cash can end. Who buys by a deal that says what follows (`unpaid`) pays what it has; all
//! others pay in full, and cash that goes below nothing is a gap that the report names.

use super::clauses;
use super::debt;
use super::unpaid;
use super::world::World;
use crate::finance::{self, Bill};
use crate::ledger::Account;
use crate::scenario::{Contract, Unpaid};
use crate::terms::{Charges, PledgeCharges};
use crate::time::Instant;
use crate::units::Money;

/// What one party owes another when a month closes, and between which accounts it is struck off as it is paid.
struct Obligation {
    bill: Bill,
    struck_off: (Account, Account),
}

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

/// Settles all obligations of all parties.
pub fn settle(world: &mut World<'_>, now: Instant) {
    unpaid::accrues(world, now);
    let all = obligations(world);
    let bills: Vec<Bill> = all.iter().map(|it| it.bill).collect();
    let paid = finance::pay(&means(world), &bills);
    for (it, Money { micros }) in all.iter().zip(paid) {
        let cash = |party: usize| world.accounts.parties[party].cash;
        if let Some(to) = it.bill.to {
            world.ledger.post(now, cash(it.bill.from), cash(to), micros);
        }
        world.ledger.post(now, it.struck_off.0, it.struck_off.1, micros);
    }
    debt::pays(world, now);
    unpaid::follows(world, now);
}

/// What each party pays with; nothing is told of those that pay whatever it takes.
fn means(world: &World<'_>) -> Vec<Option<Money>> {
    let cash = |party: usize| world.ledger.balance(world.accounts.parties[party].cash);
    let ends = world.ends_with_cash.iter().enumerate();
    ends.map(|(party, ends)| ends.then(|| Money { micros: cash(party) })).collect()
}

/// Pledges, then deals, then compute outside the deals.
fn obligations(world: &World<'_>) -> Vec<Obligation> {
    let contracts: Vec<Contract<'_>> = world.case.contracts().collect();
    let (deals, pledges) = contracts.split_at(world.deals.len());
    let numbered = |from: usize, all| (from..).zip(all);
    let all = numbered(deals.len(), pledges).chain(numbered(0, deals));
    let mut all: Vec<Obligation> = all.flat_map(|(nth, it)| of_contract(world, nth, it)).collect();
    all.extend((0..world.ends_with_cash.len()).filter_map(|it| other_compute(world, it)));
    all
}

/// What its buyer owes, arrears first; or its seller, where a credit is left.
fn of_contract<'w>(
    world: &'w World<'_>,
    nth: usize,
    it: &Contract<'_>,
) -> impl Iterator<Item = Obligation> + use<'w> {
    let (payable, paid) = world.accounts.owed(nth);
    let owed = -world.ledger.balance(payable);
    let arrears = world.standings[nth].arrears().min(owed).max(0);
    let rank = it.unpaid.unwrap_or(&Unpaid::WAITS).rank.saturating_mul(2);
    let rank = if world.standings[nth].is_over() { i64::MAX } else { rank };
    let (buyer, seller) = (it.buyer, it.seller);
    let bill = |from, to, micros, rank| Bill { from, to: Some(to), amount: Money { micros }, rank };
    let old = (arrears, bill(buyer, seller, arrears, rank), (paid, payable));
    let new = (owed - arrears, bill(buyer, seller, owed - arrears, rank.saturating_add(1)), old.2);
    let credit = (-owed, bill(seller, buyer, -owed, rank), (payable, paid));
    let is_owed = |it: &(i128, Bill, (Account, Account))| it.0 > 0;
    let all = [old, new, credit].into_iter().filter(is_owed);
    all.map(|(_, bill, struck_off)| Obligation { bill, struck_off })
}

/// What a party that pays what it has owes for compute outside the deals.
fn other_compute(world: &World<'_>, party: usize) -> Option<Obligation> {
    let payable = world.accounts.other_payable[party]?;
    let amount = Money { micros: -world.ledger.balance(payable) };
    let rank = Unpaid::WAITS.rank * 2 + 1;
    let bill = Bill { from: party, to: None, amount, rank };
    Some(Obligation { bill, struck_off: (world.accounts.parties[party].cash, payable) })
}

fn sides(world: &World<'_>, deal: usize) -> (Account, Account) {
    let deal = &world.case.deals[deal];
    let cash = |party: usize| world.accounts.parties[party].cash;
    (cash(deal.buyer), cash(deal.seller))
}
