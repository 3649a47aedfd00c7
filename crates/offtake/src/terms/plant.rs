//! What stands of a plant from when, and what each of its tranches costs.

use super::ramp::{Step, held, tranches};
use crate::scenario::{Capital, Case, Cost, Fleet, Plant, Pledge, Running, Serves};
use crate::time::Instant;
use crate::units::{Exact, Money, Price, Share};

/// A plant as it comes with what it serves: GPUs with the spares beside them, or parts of a pledge.
#[derive(Clone, Debug)]
pub struct Standing<'c> {
    /// How many units stand from when, as played; what comes after the term does not come.
    pub steps: Vec<Step>,
    /// While it is run: the term as played.
    pub from: Instant,
    /// First moment after it.
    pub to: Instant,
    /// Watts of one unit: IT of a GPU, at the meter of a pledge.
    pub watts: Exact,
    /// Units promised.
    all: i64,
    spares: Option<&'c Fleet>,
}

impl<'c> Standing<'c> {
    /// What stands of a plant.
    pub fn of(case: &'c Case, plant: &Plant) -> Self {
        let mut it = match plant.serves {
            Serves::Deal(d) => {
                let deal = &case.deals[d];
                let fleet = &case.fleets[deal.fleet];
                Self {
                    steps: with_option(tranches(&deal.played), deal.expansion),
                    from: deal.start,
                    to: deal.end_played,
                    watts: Exact::new((fleet.watts_full * 1e3) as i128, 1_000),
                    all: deal.promised.gpus,
                    spares: Some(fleet),
                }
            }
            Serves::Pledge(p) => {
                let pledge = &case.pledges[p];
                let watts = pledge.power.map_or(0, |it| i128::from(it.watts));
                Self {
                    steps: tranches(&pledge.played),
                    from: pledge.start,
                    to: pledge.end_played,
                    watts: Exact::new(watts, Pledge::PARTS.into()),
                    all: Pledge::PARTS,
                    spares: None,
                }
            }
        };
        let to = it.to;
        it.steps.retain(|step| step.at < to);
        it
    }

    /// Units times milliseconds for which they stand between two moments.
    pub fn held(&self, from: Instant, to: Instant) -> i128 {
        let (from, to) = (from.max(self.from), to.min(self.to));
        if to <= from { 0 } else { held(&self.steps, from, to) }
    }

    /// What one unit costs to run for a millisecond.
    pub fn running(&self, told: Running) -> Price {
        match told {
            Running::PerGpu(price) => price,
            Running::PerPower(price) => Price(price.0 * self.watts),
        }
    }

    /// When each tranche lands and what a class of it costs, at what holds then: differences of
    /// rounded totals, so that tranches at one price sum to the price of all.
    pub fn costs(&self, capital: &Capital) -> Vec<(Instant, Money)> {
        let mut before = 0;
        let cost = |step: &Step| {
            let price = capital.cost_at(step.at);
            let cost = self.cost(price, step.gpus) - self.cost(price, before);
            before = step.gpus;
            (step.at, cost)
        };
        self.steps.iter().map(cost).collect()
    }

    /// What the units up to a count cost in all.
    fn cost(&self, price: Cost, offered: i64) -> Money {
        let spares = self.spares.map_or(0, |it| it.spares_beside(offered));
        let bought = i128::from(offered + spares);
        let micros = match price {
            Cost::PerGpu(each) => Share(each).of(bought),
            Cost::PerWatt(each) => Share(each * self.watts).of(bought),
            Cost::InAll(all) => all.times(Exact::new(offered.into(), self.all.into())).micros,
        };
        Money { micros }
    }
}

/// Tranches with what an exercised option adds from a moment on.
fn with_option(tranches: Vec<Step>, option: Option<(Instant, i64)>) -> Vec<Step> {
    let Some((on, gpus)) = option else { return tranches };
    let (mut steps, after): (Vec<Step>, Vec<Step>) =
        tranches.into_iter().partition(|it| it.at < on);
    if after.first().is_none_or(|it| it.at > on) {
        let stood = steps.last().map_or(0, |it| it.gpus);
        steps.push(Step { at: on, gpus: stood + gpus });
    }
    steps.extend(after.into_iter().map(|it| Step { gpus: it.gpus + gpus, ..it }));
    steps
}
