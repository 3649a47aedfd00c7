//! The delivery calendar: how many GPUs are promised, or come, from when.

use crate::scenario::{Ramp, Shape};
use crate::time::{Instant, Span};

/// From a moment on, so many GPUs in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// From when.
    pub at: Instant,
    /// How many in all.
    pub gpus: i64,
}

/// The tranches of a ramp, in order, each with the GPUs there in all.
///
/// A tranche holds what the smooth ramp has reached in the middle of its own interval, in whole
/// racks, so that the tranches and the smooth ramp hold the same GPU-time.
pub fn tranches(ramp: &Ramp) -> Vec<Step> {
    let length = (ramp.full - ramp.start).millis;
    let mut steps = Vec::new();
    let mut at = ramp.start;
    while at < ramp.full {
        let middle = (at - ramp.start).millis + ramp.every.millis / 2;
        let progress = (middle as f64 / length as f64).min(1.0);
        let ramped = (ramp.gpus - ramp.first) as f64 * shape(ramp.shape, progress);
        let racks = ramped as i64 / ramp.rack * ramp.rack;
        push(&mut steps, Step { at, gpus: ramp.first + racks });
        at = at + ramp.every;
    }
    push(&mut steps, Step { at: ramp.full, gpus: ramp.gpus });
    steps
}

fn push(steps: &mut Vec<Step>, step: Step) {
    if step.gpus > steps.last().map_or(0, |it| it.gpus) {
        steps.push(step);
    }
}

fn shape(shape: Shape, progress: f64) -> f64 {
    match shape {
        Shape::Linear => progress,
        Shape::SCurve => progress * progress * (3.0 - 2.0 * progress),
        Shape::AtOnce => 0.0,
    }
}

/// GPU-milliseconds that some steps hold between two moments.
pub fn held(steps: &[Step], from: Instant, to: Instant) -> i128 {
    let first = steps.partition_point(|it| it.at <= from).saturating_sub(1);
    let mut sum = 0;
    for (i, step) in steps.iter().enumerate().skip(first).take_while(|it| it.1.at < to) {
        let until = steps.get(i + 1).map_or(to, |next| next.at.min(to));
        let since = step.at.max(from);
        let span = Span { millis: (until - since).millis.max(0) };
        sum += i128::from(step.gpus) * i128::from(span.millis);
    }
    sum
}

/// How many are there at a moment.
pub fn standing(steps: &[Step], at: Instant) -> i64 {
    steps.partition_point(|it| it.at <= at).checked_sub(1).map_or(0, |it| steps[it].gpus)
}
