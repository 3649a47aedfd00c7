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
    let paid = finance::pay(&means(world, now), &bills);
    for (it, Money { micros }) in all.iter().zip(paid) {
        let cash = |party: usize| world.accounts.parties[party].cash;
        if let Some(to) = it.bill.to {
            world.ledger.post(now, cash(it.bill.from), cash(to), micros);
        }
        world.ledger.post(now, it.struck_off.0, it.struck_off.1, micros);
    }
    debt::settled(world, now);
    unpaid::follows(world, now);
}

/// What each party pays with; nothing is told of those that pay whatever it takes.
fn means(world: &World<'_>, now: Instant) -> Vec<Option<Money>> {
    let has = |party: usize| {
        let cash = world.ledger.balance(world.accounts.parties[party].cash);
        Money { micros: cash } + debt::may_draw(world, party, now)
    };
    let ends = world.ends_with_cash.iter().enumerate();
    ends.map(|(party, ends)| ends.then(|| has(party))).collect()
}

/// Pledges, then deals, then compute outside the deals, then debts.
fn obligations(world: &World<'_>) -> Vec<Obligation> {
    let contracts: Vec<Contract<'_>> = world.case.contracts().collect();
    let (deals, pledges) = contracts.split_at(world.deals.len());
    let numbered = |from: usize, all| (from..).zip(all);
    let all = numbered(deals.len(), pledges).chain(numbered(0, deals));
    let mut all: Vec<Obligation> = all.flat_map(|(nth, it)| of_contract(world, nth, it)).collect();
    all.extend((0..world.ends_with_cash.len()).flat_map(|it| other_compute(world, it)));
    all.extend((0..world.debts.len()).flat_map(|it| of_debt(world, it)));
    all
}

/// What its buyer owes; or its seller, where a credit is left.
fn of_contract(world: &World<'_>, nth: usize, it: &Contract<'_>) -> Vec<Obligation> {
    let (payable, paid) = world.accounts.owed(nth);
    let owed = -world.ledger.balance(payable);
    let standing = &world.standings[nth];
    let rank = match standing.is_over() {
        true => i64::MAX,
        false => it.unpaid.unwrap_or(&Unpaid::WAITS).rank,
    };
    if owed < 0 {
        return obligation(it.seller, Some(it.buyer), (0, -owed), rank, (payable, paid));
    }
    obligation(it.buyer, Some(it.seller), (standing.arrears(), owed), rank, (paid, payable))
}

/// What a party that pays what it has owes for compute outside the deals.
fn other_compute(world: &World<'_>, party: usize) -> Vec<Obligation> {
    let Some(payable) = world.accounts.other_payable[party] else { return Vec::new() };
    let owed = (world.other_arrears[party], -world.ledger.balance(payable));
    let cash = world.accounts.parties[party].cash;
    obligation(party, None, owed, Unpaid::WAITS.rank, (cash, payable))
}

/// Interest and instalments of a debt. What a deal secures is paid before all else.
fn of_debt(world: &World<'_>, index: usize) -> Vec<Obligation> {
    const SECURED: i64 = 0;
    let (debt, books) = (&world.case.debts[index], world.accounts.debts[index]);
    let rank = if debt.secures.is_some() { SECURED } else { Unpaid::WAITS.rank };
    let dues = [(books.interest_due, books.interest_paid), (books.principal_due, books.repaid)];
    let obligations = dues.map(|(due, paid)| {
        let owed = (0, -world.ledger.balance(due));
        obligation(debt.borrower, Some(debt.lender), owed, rank, (paid, due))
    });
    obligations.into_iter().flatten().collect()
}

/// Within a rank, what is owed from earlier months goes before what is new.
fn obligation(
    from: usize,
    to: Option<usize>,
    (arrears, owed): (i128, i128),
    rank: i64,
    struck_off: (Account, Account),
) -> Vec<Obligation> {
    let rank = rank.saturating_mul(2);
    let parts = [(arrears, rank), (owed - arrears, rank.saturating_add(1))];
    let bill = |(micros, rank)| Bill { from, to, amount: Money { micros }, rank };
    let all = parts.into_iter().filter(|it| it.0 > 0).map(bill);
    all.map(|bill| Obligation { bill, struck_off }).collect()
}

fn sides(world: &World<'_>, deal: usize) -> (Account, Account) {
    let deal = &world.case.deals[deal];
    let cash = |party: usize| world.accounts.parties[party].cash;
    (cash(deal.buyer), cash(deal.seller))
}
