//! What clauses write: the accounts that a deal has for what it says beside its price, opened only
//! where it says it, and what a month moves between them.

use super::world::World;
use crate::ledger::{Account, Ledger, Unit};
use crate::scenario::{Case, Clauses};
use crate::terms::{Charges, MadeUp, PledgeCharges};
use crate::time::Instant;
use crate::units::Money;

/// Accounts of a deal's clauses, in money; those of a clause that it has not are not there.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClauseBooks {
    /// Charged for use above the minimum.
    pub overage: Option<Account>,
    /// Given back for what failed.
    pub service_credit: Option<Account>,
    /// Paid by the seller for what is late.
    pub damages: Option<Account>,
    /// Paid for an end before the term; less than nothing where the seller pays.
    pub fee: Option<Account>,
    /// What is paid first and held.
    pub deposit: Option<DepositBooks>,
    /// Volume that was paid and may still be used, in GPU-time.
    pub make_up: Option<MakeUpBooks>,
}

/// Accounts of a deposit, in money.
#[derive(Clone, Copy, Debug)]
pub struct DepositBooks {
    /// What the seller holds for the buyer.
    pub held: Account,
    /// What the seller owes for it.
    pub owed: Account,
    /// What was set against bills.
    pub drawn: Account,
}

/// Accounts of make-up, in GPU-time.
#[derive(Clone, Copy, Debug)]
pub struct MakeUpBooks {
    /// Where it comes from: what was paid and not used.
    pub paid: Account,
    /// What may still be used.
    pub left: Account,
    /// What was used at no charge.
    pub used: Account,
    /// What no longer may be.
    pub lapsed: Account,
}

impl ClauseBooks {
    /// Opens the accounts of some clauses.
    pub fn open(ledger: &mut Ledger, name: &str, clauses: &Clauses) -> Self {
        let mut open = |is_said: bool, what: &str, unit| {
            is_said.then(|| ledger.open(format!("deal.{name}.{what}"), unit))
        };
        let mut money = |is_said, what| open(is_said, what, Unit::Money);
        let overage = money(clauses.overage.is_some(), "overage");
        let service_credit = money(clauses.uptime.is_some(), "service-credit");
        let damages = money(clauses.damages.is_some(), "damages");
        let fee = money(clauses.termination.is_some(), "termination");
        let holds = clauses.deposit.is_some();
        let deposit = ["deposit", "deposit-owed", "deposit-drawn"].map(|it| money(holds, it));
        let makes_up = clauses.make_up.is_some();
        let make_up = ["paid-unused", "make-up", "made-up", "make-up-lapsed"];
        let make_up = make_up.map(|it| open(makes_up, it, Unit::GpuTime));
        ClauseBooks {
            overage,
            service_credit,
            damages,
            fee,
            deposit: match deposit {
                [Some(held), Some(owed), Some(drawn)] => Some(DepositBooks { held, owed, drawn }),
                _ => None,
            },
            make_up: match make_up {
                [Some(paid), Some(left), Some(used), Some(lapsed)] => {
                    Some(MakeUpBooks { paid, left, used, lapsed })
                }
                _ => None,
            },
        }
    }

    /// The accounts whose sum joins a bill: charges, and credits below nothing.
    pub fn billed(&self) -> impl Iterator<Item = Account> + use<> {
        [self.overage, self.service_credit, self.damages, self.fee].into_iter().flatten()
    }
}

/// Opens the accounts of all deals, then of all pledges.
pub fn open(case: &Case, ledger: &mut Ledger) -> (Vec<ClauseBooks>, Vec<ClauseBooks>) {
    let deals = case.deals.iter().map(|it| ClauseBooks::open(ledger, &it.name, &it.clauses));
    let deals = deals.collect();
    let pledges = case.pledges.iter().map(|it| ClauseBooks::open(ledger, &it.name, &it.clauses));
    (deals, pledges.collect())
}

/// The accounts between which a month's clauses move money.
struct Sides {
    payable: Account,
    buyer: Account,
    seller: Account,
}

impl Sides {
    fn of(world: &World<'_>, payable: Account, (buyer, seller): (usize, usize)) -> Self {
        let [buyer, seller] = [buyer, seller].map(|party| world.accounts.parties[party].cash);
        Sides { payable, buyer, seller }
    }

    fn of_deal(world: &World<'_>, deal: usize) -> Self {
        let it = &world.case.deals[deal];
        Sides::of(world, world.accounts.deals[deal].payable, (it.buyer, it.seller))
    }
}

/// Writes what the clauses of a deal charge and give back, before it is settled.
pub fn bill(world: &mut World<'_>, now: Instant, deal: usize, charges: &Charges) {
    let sides = Sides::of_deal(world, deal);
    let books = world.accounts.clauses_of_deals[deal];
    let ledger = &mut world.ledger;
    charge(ledger, now, books.overage, &sides, charges.overage);
    give_back(ledger, now, books.service_credit, &sides, charges.service_credit);
    give_back(ledger, now, books.damages, &sides, charges.damages);
    charge(ledger, now, books.fee, &sides, charges.fee);
    give_back(ledger, now, books.fee, &sides, charges.fee_of_seller);
    if let Some(books) = books.deposit {
        let (drawn, back) = (charges.from_deposit, charges.deposit_returned);
        release(ledger, now, books, &sides, drawn, back);
    }
    if let Some(books) = books.make_up {
        let MadeUp { banked, used, lapsed } = charges.made_up;
        ledger.post(now, books.left, books.lapsed, lapsed);
        ledger.post(now, books.left, books.used, used);
        ledger.post(now, books.paid, books.left, banked);
    }
}

/// With a deal ends the use of what is left to make up.
pub fn ends(world: &mut World<'_>, now: Instant, deal: usize) {
    let books = world.accounts.clauses_of_deals.get(deal);
    if let Some(books) = books.and_then(|it| it.make_up) {
        let left = world.ledger.balance(books.left);
        world.ledger.post(now, books.left, books.lapsed, left);
    }
}

/// Writes what the clauses of a pledge charge and give back, before it is settled.
pub fn owe(world: &mut World<'_>, now: Instant, pledge: usize, charges: &PledgeCharges) {
    let it = &world.case.pledges[pledge];
    let sides = Sides::of(world, world.accounts.pledges[pledge].payable, (it.buyer, it.seller));
    let books = world.accounts.clauses_of_pledges[pledge];
    let ledger = &mut world.ledger;
    give_back(ledger, now, books.damages, &sides, charges.damages);
    charge(ledger, now, books.fee, &sides, charges.fee);
    give_back(ledger, now, books.fee, &sides, charges.fee_of_seller);
    if let Some(books) = books.deposit {
        hold(ledger, now, books, &sides, charges.deposited);
        let (drawn, back) = (charges.from_deposit, charges.deposit_returned);
        release(ledger, now, books, &sides, drawn, back);
    }
}

/// A deal's deposit is paid on its first day.
pub fn deposit(world: &mut World<'_>, now: Instant, deal: usize, money: Money) {
    let Some(books) = world.accounts.clauses_of_deals[deal].deposit else { return };
    let sides = Sides::of_deal(world, deal);
    hold(&mut world.ledger, now, books, &sides, money);
}

fn charge(ledger: &mut Ledger, now: Instant, account: Option<Account>, sides: &Sides, it: Money) {
    if let Some(account) = account {
        ledger.post(now, sides.payable, account, it.micros);
    }
}

fn give_back(
    ledger: &mut Ledger,
    now: Instant,
    account: Option<Account>,
    sides: &Sides,
    it: Money,
) {
    if let Some(account) = account {
        ledger.post(now, account, sides.payable, it.micros);
    }
}

fn hold(ledger: &mut Ledger, now: Instant, books: DepositBooks, sides: &Sides, money: Money) {
    ledger.post(now, sides.buyer, sides.seller, money.micros);
    ledger.post(now, books.owed, books.held, money.micros);
}

/// What is drawn of a deposit lessens what is payable; what is returned goes back in cash.
fn release(
    ledger: &mut Ledger,
    now: Instant,
    books: DepositBooks,
    sides: &Sides,
    drawn: Money,
    back: Money,
) {
    ledger.post(now, books.drawn, sides.payable, drawn.micros);
    ledger.post(now, books.held, books.owed, (drawn + back).micros);
    ledger.post(now, sides.seller, sides.buyer, back.micros);
}
