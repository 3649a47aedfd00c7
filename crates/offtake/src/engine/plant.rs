//! What is built to deliver deals: capital is paid before tranches land, written off from then on,
//! and what stands costs money to run. All of it is done once a month.

use super::world::World;
use crate::finance::WriteOff;
use crate::scenario::{Case, Plant, Serves};
use crate::terms::Standing;
use crate::time::Instant;
use crate::units::{Money, Price};

/// A plant at one moment.
#[derive(Debug)]
pub struct PlantState<'c> {
    standing: Standing<'c>,
    /// By class, as in the case.
    classes: Vec<ClassState>,
    /// What a unit that stands for a millisecond costs.
    running: Option<Price>,
    /// Units times milliseconds so far, and what they cost.
    held: i128,
    ran: Money,
    /// Billed by what it serves, so far.
    billed: Money,
    /// The month that has just closed.
    pub month: PlantMonth,
}

/// One class of a plant at one moment.
#[derive(Debug)]
struct ClassState {
    /// When each tranche is paid, and what it costs.
    payments: Vec<(Instant, Money)>,
    paid: usize,
    write_off: WriteOff,
    written: Money,
}

/// What a month of a plant came to: what a lender wants to know of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlantMonth {
    /// Paid for capital, by class in the order of the case.
    pub capex: Vec<Money>,
    /// Written off, by class in the order of the case.
    pub depreciation: Vec<Money>,
    /// Paid for running it.
    pub running: Money,
    /// Charges less credits of what it serves, all of it: billed, and not yet paid.
    pub billed: Money,
}

impl<'c> PlantState<'c> {
    /// A plant before the first moment.
    pub fn new(case: &'c Case, plant: &Plant) -> Self {
        let standing = Standing::of(case, plant);
        let class = |it| {
            let came = standing.costs(it);
            let early =
                |at: Instant| if plant.lead > 0.0 { at.plus_months(-plant.lead) } else { at };
            ClassState {
                payments: came.iter().map(|(at, cost)| (early(*at), *cost)).collect(),
                paid: 0,
                write_off: WriteOff::new(came, it.life),
                written: Money::ZERO,
            }
        };
        Self {
            classes: plant.capital.iter().map(class).collect(),
            running: plant.running.map(|it| standing.running(it)),
            standing,
            held: 0,
            ran: Money::ZERO,
            billed: Money::ZERO,
            month: PlantMonth::default(),
        }
    }

    /// What it costs in all.
    pub fn capital(&self) -> Money {
        self.classes.iter().flat_map(|it| &it.payments).map(|it| it.1).sum()
    }

    /// What running it costs between two moments.
    pub fn runs(&self, from: Instant, to: Instant) -> Money {
        self.running.map_or(Money::ZERO, |it| it.charge(self.standing.held(from, to)))
    }
}

impl ClassState {
    /// What has fallen due for capital before a moment, and is written off by it, since it was last
    /// asked for.
    fn advance(&mut self, now: Instant) -> (Money, Money) {
        let due = self.payments[self.paid..].iter().take_while(|it| it.0 < now);
        let (count, due) = due.fold((0, Money::ZERO), |(n, sum), it| (n + 1, sum + it.1));
        self.paid += count;
        let written = self.write_off.by(now);
        let off = written - self.written;
        self.written = written;
        (due, off)
    }
}

/// The horizon begins: what was paid before is there, less what was written off of it.
pub fn opens(world: &mut World<'_>, now: Instant) {
    for (state, books) in world.plants.iter_mut().zip(&world.accounts.plants) {
        for (class, of) in state.classes.iter_mut().zip(&books.classes) {
            let (paid, written) = class.advance(now);
            let left = paid - written;
            world.ledger.post(now, books.brought, of.stood, left.micros);
        }
    }
}

/// A month of every plant: capital paid and written off, and what running it cost.
pub fn closes(world: &mut World<'_>, now: Instant, began: Instant) {
    for (index, plant) in world.case.plants.iter().enumerate() {
        let (state, books) = (&mut world.plants[index], &world.accounts.plants[index]);
        let cash = world.accounts.parties[plant.owner].cash;
        let mut month = PlantMonth::default();
        for (class, of) in state.classes.iter_mut().zip(&books.classes) {
            let (paid, written) = class.advance(now);
            world.ledger.post(now, cash, of.cost, paid.micros);
            world.ledger.post(now, of.worn, of.depreciation, written.micros);
            month.capex.push(paid);
            month.depreciation.push(written);
        }
        if let Some(price) = state.running {
            state.held += state.standing.held(began, now);
            let ran = price.charge(state.held);
            month.running = ran - state.ran;
            state.ran = ran;
            world.ledger.post(now, cash, books.running, month.running.micros);
        }
        state.month = month;
    }
}

/// The bills of the month are written: each plant sees what it serves has billed.
pub fn sees_bills(world: &mut World<'_>) {
    for (state, plant) in world.plants.iter_mut().zip(&world.case.plants) {
        let balance = |it| world.ledger.balance(it);
        let micros = match plant.serves {
            Serves::Deal(d) => world.accounts.bill_of_deal(d).map(balance).sum(),
            Serves::Pledge(p) => world.accounts.bill_of_pledge(p).map(balance).sum(),
        };
        let billed = Money { micros };
        state.month.billed = billed - state.billed;
        state.billed = billed;
    }
}
