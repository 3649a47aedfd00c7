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
/// racks, so that the tranches and the smooth ramp hold the same GPU-time. A ramp that runs
/// through what came runs evenly from one to the next. A schedule tells its tranches itself.
pub fn tranches(ramp: &Ramp) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut from = Step { at: ramp.start, gpus: ramp.first };
    for (at, gpus) in &ramp.came {
        let to = Step { at: *at, gpus: *gpus };
        climb(&mut steps, ramp, Shape::Linear, from, to);
        from = to;
    }
    if !ramp.scheduled.is_empty() {
        ramp.scheduled
            .iter()
            .for_each(|(at, gpus)| push(&mut steps, Step { at: *at, gpus: *gpus }));
        return steps;
    }
    let shape = if ramp.came.is_empty() { ramp.shape } else { Shape::Linear };
    climb(&mut steps, ramp, shape, from, Step { at: ramp.full, gpus: ramp.gpus });
    steps
}

fn climb(steps: &mut Vec<Step>, ramp: &Ramp, run: Shape, from: Step, to: Step) {
    let length = (to.at - from.at).millis;
    let mut at = from.at;
    while at < to.at {
        let middle = (at - from.at).millis + ramp.every.millis / 2;
        let progress = (middle as f64 / length as f64).min(1.0);
        let ramped = (to.gpus - from.gpus) as f64 * shape(run, progress);
        let racks = ramped as i64 / ramp.rack * ramp.rack;
        push(steps, Step { at, gpus: from.gpus + racks });
        at = at + ramp.every;
    }
    push(steps, to);
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
