//! Money that comes and goes at known times, and what it is worth today.

use super::DayCount;
use crate::time::Date;

/// Money that comes (above zero) or goes, some years after the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// Years, or periods, since the first flow.
    pub years: f64,
    /// How much, in any currency.
    pub amount: f64,
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
    flows.iter().map(|it| it.amount * libm::pow(1.0 + rate, -it.years)).sum()
}

/// The first of some flows, in the order given, at which all so far are worth nothing or more at a
/// rate, after they were worth less.
pub fn payback(rate: f64, flows: &[Flow]) -> Option<usize> {
    let mut total = 0.0;
    let mut below = false;
    flows.iter().position(|it| {
        total += it.amount * libm::pow(1.0 + rate, -it.years);
        below |= total < 0.0;
        below && total >= 0.0
    })
}
