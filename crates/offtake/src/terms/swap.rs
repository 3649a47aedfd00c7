//! Change of hardware: from a day on, what still comes is another rack, which draws and costs otherwise.
//!
//! Compute contracts that run longer than a generation of chips name the rack of the first deliveries and let
//! later ones be its successor. Counted is what a GPU draws and what it costs, as a mean over those that
//! stand. Not covered: speed, failures, size of a rack and idle power stay those of the first; how many GPUs
//! come is what the calendar says, whichever they are.

use super::ramp::{Step, held, standing};
use crate::scenario::{Deal, Fleet, Pricing, Swap};
use crate::time::Instant;
use crate::units::{Exact, Price, to_f64};

/// IT power of a GPU over that of the first rack, as a mean over those that stand by a calendar.
pub fn draw(deal: &Deal, steps: &[Step], fleet: &Fleet, at: Instant) -> f64 {
    let Some((it, watts)) = deal.clauses.swap.as_ref().and_then(|it| Some((it, it.watts?))) else {
        return 1.0;
    };
    let (first, all) = (before(it, steps), standing(steps, at));
    if all <= first {
        return 1.0;
    }
    (first as f64 + (all - first) as f64 * watts / fleet.watts_full) / all as f64
}

/// The price of a GPU-millisecond between two moments, as a mean over the GPUs that stand by a calendar:
/// `old + (new - old) x GPU-time of new ones / GPU-time`.
pub fn mean_price(
    deal: &Deal,
    steps: &[Step],
    fleet: &Fleet,
    price: Price,
    (from, to): (Instant, Instant),
) -> Price {
    let Some(it) = &deal.clauses.swap else { return price };
    let first = before(it, steps);
    let capped: Vec<Step> =
        steps.iter().map(|it| Step { gpus: it.gpus.min(first), ..*it }).collect();
    let all = held(steps, from, to);
    let new = all - held(&capped, from, to);
    let times = times(deal, it, fleet, price);
    if new == 0 || times == 1.0 {
        return price;
    }
    price.grown(1.0 + (times - 1.0) * new as f64 / all as f64)
}

/// The new price over the old one. A price per power goes with the power.
fn times(deal: &Deal, it: &Swap, fleet: &Fleet, price: Price) -> f64 {
    let power = it.watts.map_or(1.0, |watts| watts / fleet.watts_full);
    let over = |told: Pricing| {
        let told = told.of_gpu_time(fleet)?;
        let per_power = matches!(it.price, Some(Pricing::PerPower(_)));
        let is_free = price.0 == Exact::default();
        (!is_free).then(|| to_f64(told.0) / to_f64(price.0) * if per_power { power } else { 1.0 })
    };
    match (it.price, deal.pricing) {
        (Some(told), _) => over(told).unwrap_or(1.0),
        (None, Pricing::PerPower(_)) => power,
        (None, _) => 1.0,
    }
}

/// How many had come when the change began.
fn before(it: &Swap, steps: &[Step]) -> i64 {
    standing(steps, Instant { millis: it.from.millis - 1 })
}
