//! Money that comes and goes at known times, and what it is worth today.

use super::DayCount;
use crate::time::Date;
use crate::units::Money;

/// Money that comes (above zero) or goes, some years after the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// Years, or periods, since the first flow.
    pub years: f64,
    /// How much, in any currency.
    pub amount: f64,
}

impl Flow {
    /// What it is worth at the time of the first: `amount / (1 + rate)^years`.
    pub fn worth(&self, rate: f64) -> f64 {
        self.amount * libm::pow(1.0 + rate, -self.years)
    }
}

/// Flows one period apart, the first of them now.
pub fn regular(amounts: &[f64]) -> Vec<Flow> {
    amounts.iter().enumerate().map(|(i, it)| Flow { years: i as f64, amount: *it }).collect()
}

/// Flows of some days, in any order, seen from the earliest.
pub fn dated(flows: &[(Date, f64)], count: DayCount) -> Vec<Flow> {
    let Some(first) = flows.iter().map(|it| it.0).min() else { return Vec::new() };
    flows.iter().map(|it| Flow { years: count.years(first, it.0), amount: it.1 }).collect()
}

/// Net present value: `sum of amount / (1 + rate)^years`. The rate is above -1.
///
/// The first flow is not discounted, as in XNPV; Excel's NPV discounts it by one period.
pub fn npv(rate: f64, flows: &[Flow]) -> f64 {
    flows.iter().map(|it| it.worth(rate)).sum()
}

/// The first of some amounts in order from which on all so far sum to nothing or more, after they summed to
/// less.
pub fn payback(amounts: impl Iterator<Item = Money>) -> Option<usize> {
    let mut total = Money::ZERO;
    let mut below = false;
    let mut since = None;
    for (nth, it) in amounts.enumerate() {
        total = total + it;
        if total < Money::ZERO {
            (below, since) = (true, None);
        } else if below {
            since = since.or(Some(nth));
        }
    }
    since
}
