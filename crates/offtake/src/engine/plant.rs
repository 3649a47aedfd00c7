//! What is built to deliver deals: capital is paid before tranches land, written off from then on,
//! and what stands costs money to run. All of it is done once a month.

use super::world::{DealState, World};
use crate::finance::WriteOff;
use crate::scenario::{Capital, Case, Cost, Fleet, Plant, Pledge, Running, Serves};
use crate::terms::{self, Pledged, Step};
use crate::time::Instant;
use crate::units::{Exact, Money, Price, Share};

/// A plant at one moment.
#[derive(Debug)]
pub struct PlantState {
    /// What is promised of it stands from when, in GPUs or in parts of a pledge, as played.
    steps: Vec<Step>,
    /// While it is run.
    from: Instant,
    to: Instant,
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
    /// Written off by life.
    write_off: WriteOff,
    written: Money,
}

/// What a month of a plant came to, in money: what a lender wants to know of it.
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

impl PlantState {
    /// A plant before the first moment.
    pub fn new(case: &Case, plant: &Plant, deals: &[DealState], pledges: &[Pledged]) -> Self {
        let (units, steps, from, to) = match plant.serves {
            Serves::Deal(d) => {
                let deal = &case.deals[d];
                let units = Units::of_fleet(&case.fleets[deal.fleet], deal.promised.gpus);
                let steps = with_option(&deals[d].tranches, deal.expansion);
                (units, steps, deal.start, deal.end_played)
            }
            Serves::Pledge(p) => {
                let pledge = &case.pledges[p];
                (Units::of_pledge(pledge), pledges[p].steps.clone(), pledge.start, pledge.end)
            }
        };
        let steps: Vec<Step> = steps.into_iter().filter(|it| it.at < to).collect();
        Self {
            classes: plant.capital.iter().map(|it| class(it, &units, &steps, plant.lead)).collect(),
            running: plant.running.map(|it| units.running(it)),
            steps,
            from: from.max(case.from),
            to,
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
        self.running.map_or(Money::ZERO, |it| it.charge(self.held(from, to)))
    }

    /// Units of what is promised times milliseconds for which they stand between two moments.
    fn held(&self, from: Instant, to: Instant) -> i128 {
        let (from, to) = (from.max(self.from), to.min(self.to));
        if to <= from { 0 } else { terms::held(&self.steps, from, to) }
    }
}

/// What a plant is counted in: GPUs with the spares beside them, or parts of a pledge.
struct Units<'a> {
    spares: Option<&'a Fleet>,
    /// Watts of one.
    watts: Exact,
    /// Promised in all.
    all: i64,
}

impl<'a> Units<'a> {
    fn of_fleet(fleet: &'a Fleet, promised: i64) -> Self {
        let watts = Exact::new((fleet.watts_full * 1e3) as i128, 1_000);
        Self { spares: Some(fleet), watts, all: promised }
    }

    fn of_pledge(pledge: &Pledge) -> Self {
        let watts = pledge.power.map_or(0, |it| i128::from(it.watts));
        Self { spares: None, watts: Exact::new(watts, Pledge::PARTS.into()), all: Pledge::PARTS }
    }

    /// What is bought so that some can be offered.
    fn bought(&self, offered: i64) -> i128 {
        i128::from(offered + self.spares.map_or(0, |it| it.spares_beside(offered)))
    }

    /// What the units up to a count cost in all, at one price.
    fn cost(&self, price: Cost, offered: i64) -> Money {
        let micros = match price {
            Cost::PerGpu(each) => Share(each).of(self.bought(offered)),
            Cost::PerWatt(each) => Share(each * self.watts).of(self.bought(offered)),
            Cost::InAll(all) => {
                all.times(Exact::new(offered.into(), self.all.max(1).into())).micros
            }
        };
        Money { micros }
    }

    fn running(&self, told: Running) -> Price {
        match told {
            Running::PerGpu(price) => price,
            Running::PerPower(price) => Price(price.0 * self.watts),
        }
    }
}

/// Tranches with what an exercised option adds from a moment on.
fn with_option(tranches: &[Step], option: Option<(Instant, i64)>) -> Vec<Step> {
    let Some((on, gpus)) = option else { return tranches.to_vec() };
    let (before, after): (Vec<_>, Vec<_>) = tranches.iter().partition(|it| it.at < on);
    let stands = before.last().map_or(0, |it: &Step| it.gpus);
    let mut steps = before;
    if after.first().is_none_or(|it: &Step| it.at > on) {
        steps.push(Step { at: on, gpus: stands + gpus });
    }
    steps.extend(after.into_iter().map(|it| Step { gpus: it.gpus + gpus, ..it }));
    steps
}

/// What each tranche costs, at what holds when it lands: differences of rounded totals, so that
/// equal prices sum to the price of all.
fn class(capital: &Capital, units: &Units<'_>, steps: &[Step], lead: f64) -> ClassState {
    let mut before = 0;
    let cost = |step: &Step| {
        let price = capital.cost_at(step.at);
        let cost = units.cost(price, step.gpus) - units.cost(price, before);
        before = step.gpus;
        (step.at, cost)
    };
    let came: Vec<_> = steps.iter().map(cost).collect();
    let early = |(at, cost): &(Instant, Money)| {
        (if lead > 0.0 { at.plus_months(-lead) } else { *at }, *cost)
    };
    ClassState {
        payments: came.iter().map(early).collect(),
        paid: 0,
        write_off: WriteOff::new(came, capital.life),
        written: Money::ZERO,
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
        for (class, books_of) in state.classes.iter_mut().zip(&books.classes) {
            let (paid, written) = class.advance(now);
            let left = paid - written;
            world.ledger.post(now, books.brought, books_of.stood, left.micros);
        }
    }
}

/// A month of every plant: capital paid and written off, and what running it cost.
pub fn closes(world: &mut World<'_>, now: Instant, began: Instant) {
    for (index, plant) in world.case.plants.iter().enumerate() {
        let (state, books) = (&mut world.plants[index], &world.accounts.plants[index]);
        let cash = world.accounts.parties[plant.owner].cash;
        let mut month = PlantMonth::default();
        for (class, books) in state.classes.iter_mut().zip(&books.classes) {
            let (paid, written) = class.advance(now);
            world.ledger.post(now, cash, books.cost, paid.micros);
            world.ledger.post(now, books.worn, books.depreciation, written.micros);
            month.capex.push(paid);
            month.depreciation.push(written);
        }
        if let Some(price) = state.running {
            state.held += state.held(began, now);
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
        let charges = match plant.serves {
            Serves::Deal(d) => world.accounts.deals[d].charges().to_vec(),
            Serves::Pledge(p) => vec![world.accounts.pledges[p].charged],
        };
        let micros = charges.into_iter().map(|it| world.ledger.balance(it)).sum();
        let billed = Money { micros };
        state.month.billed = billed - state.billed;
        state.billed = billed;
    }
}
