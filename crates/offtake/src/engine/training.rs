//! Training: a gang that works, writes checkpoints, fails, and goes on from the last complete one.
//!
//! With interval tau, blocking stall d, background write w and restart R, a gang that has gone
//! x since its last interruption has completed J(x) = floor((x - R - w) / (tau + d)) checkpoints
//! (from none up). An interruption keeps J x tau of work; the rest of x is lost. Nothing is
//! averaged: interruptions have their own moments within the hour.

use crate::scenario::{Fleet, Training};
use crate::time::{Instant, Span};

/// A campaign of training runs on one gang.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Work between checkpoints plus the stall, in milliseconds.
    cycle: i64,
    /// The stall.
    stall: i64,
    /// Restart plus background write: what must pass before the first cycle counts.
    lead: i64,
    /// FLOP of a millisecond of work.
    flop_per_ms: f64,
    compute: f64,
    growth: f64,
    every: Option<Span>,
    start: Instant,
    gpus: i64,
    /// How many runs have begun.
    begun: u32,
    /// FLOP left of the run that is on; nothing when none is.
    left: Option<f64>,
    /// Milliseconds since the last interruption or start.
    since: i64,
    /// Checkpoints completed since then.
    completed: i64,
    /// GPU-milliseconds moved to the pending account and not yet out of it.
    pending: i128,
}

/// What an hour of training came to, in GPU-milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Kept by complete checkpoints.
    pub good: i128,
    /// Blocked by them.
    pub stall: i128,
    /// Undone by failures.
    pub lost: i128,
    /// Whether the run is done.
    pub done: bool,
}

impl Campaign {
    /// A campaign whose first run may begin at `start`.
    pub fn new(it: &Training, fleet: &Fleet, start: Instant) -> Self {
        let interval = it.interval.unwrap_or_else(|| young(it, fleet));
        Self {
            cycle: interval.millis + it.stall.millis,
            stall: it.stall.millis,
            lead: it.restart.millis + it.background.millis,
            flop_per_ms: it.speed / 1e3,
            compute: it.compute,
            growth: it.growth,
            every: it.every,
            start,
            gpus: it.gpus,
            begun: 0,
            left: None,
            since: 0,
            completed: 0,
            pending: 0,
        }
    }

    /// How many GPUs it asks for now: its gang while a run is on or due.
    pub fn asks(&mut self, now: Instant) -> i64 {
        if self.left.is_none() && self.is_due(now) {
            let years = self.start_of_run(self.begun).years_since(self.start);
            self.left = Some(self.compute * libm::pow(1.0 + self.growth, years));
            self.begun += 1;
        }
        if self.left.is_some() { self.gpus } else { 0 }
    }

    fn is_due(&self, now: Instant) -> bool {
        (self.begun == 0 || self.every.is_some()) && now >= self.start_of_run(self.begun)
    }

    fn start_of_run(&self, nth: u32) -> Instant {
        let every = self.every.map_or(0, |it| it.millis);
        Instant { millis: self.start.millis + every * i64::from(nth) }
    }

    /// The gang works for an hour and is interrupted at some moments of it.
    pub fn work(&mut self, interruptions: impl Iterator<Item = i64>) -> Outcome {
        let mut outcome = Outcome::default();
        let mut clock = 0;
        self.pending += i128::from(self.gpus) * i128::from(Span::HOUR.millis);
        for at in interruptions {
            self.since += at - clock;
            clock = at;
            self.complete(&mut outcome);
            outcome.lost += self.lose();
        }
        self.since += Span::HOUR.millis - clock;
        self.complete(&mut outcome);
        if self.left.is_some_and(|left| left <= 0.0) {
            outcome.done = true;
            outcome.good += self.pending;
            self.pending = 0;
            self.left = None;
            self.since = 0;
            self.completed = 0;
        }
        outcome
    }

    /// The gang is taken away: what no checkpoint holds is lost.
    pub fn stop(&mut self) -> i128 {
        let lost = self.pending;
        self.pending = 0;
        self.since = 0;
        self.completed = 0;
        lost
    }

    /// Books the checkpoints that are complete by now.
    fn complete(&mut self, outcome: &mut Outcome) {
        let reached = ((self.since - self.lead) / self.cycle).max(0);
        let new = reached - self.completed;
        if new == 0 {
            return;
        }
        let work = new * (self.cycle - self.stall);
        let good = i128::from(self.gpus) * i128::from(work);
        let stall = i128::from(self.gpus) * i128::from(new * self.stall);
        self.completed = reached;
        self.pending -= good + stall;
        outcome.good += good;
        outcome.stall += stall;
        self.left = self.left.map(|it| it - self.flop_per_ms * work as f64);
    }

    /// An interruption: everything since the last complete checkpoint is undone.
    fn lose(&mut self) -> i128 {
        let undone = self.since - self.completed * self.cycle;
        let lost = i128::from(self.gpus) * i128::from(undone);
        self.since = 0;
        self.completed = 0;
        self.pending -= lost;
        lost
    }
}

/// Mean time between interruptions of a gang; nothing where nothing fails.
pub fn time_between_interruptions(gpus: i64, fleet: &Fleet) -> Option<Span> {
    let per_hour: f64 = fleet.causes.iter().map(|it| it.per_node_hour).sum::<f64>();
    let per_hour = per_hour * (gpus as f64 / fleet.node as f64);
    (per_hour > 0.0).then(|| Span { millis: (Span::HOUR.millis as f64 / per_hour) as i64 })
}

/// Young's interval, `sqrt(2 x stall x mean time between interruptions)`: CACM 17(9), 1974.
///
/// Without a stall it would be zero: then a checkpoint follows the last as soon as that is
/// complete. Where nothing fails, once a day.
pub fn young(it: &Training, fleet: &Fleet) -> Span {
    let Some(between) = time_between_interruptions(it.gpus, fleet) else { return Span::DAY };
    let young = libm::sqrt(2.0 * it.stall.millis as f64 * between.millis as f64) as i64;
    Span { millis: young.max(it.background.millis).max(1_000) }
}

/// Expected share of time that trains, by renewal:
/// `tau / (M e^((R + w) / M) (e^((tau + d) / M) - 1))`, M the mean time between interruptions.
///
/// With w = 0 this is the formula for blocking checkpoints (Daly 2006, FGCS 22(3), section 2,
/// restart included).
pub fn expected_effective(interval: f64, stall: f64, background: f64, restart: f64, between: f64) -> f64 {
    let lead = libm::exp((restart + background) / between);
    interval / (between * lead * libm::expm1((interval + stall) / between))
}

/// The linear formula of "Revisiting Reliability" (HPCA 2025): `(1 - (u + tau / 2) / M) /
/// (1 + d / tau)`. It goes negative where failures come faster than restarts: shown beside the
/// renewal formula, never used.
pub fn linear_effective(interval: f64, stall: f64, restart: f64, between: f64) -> f64 {
    (1.0 - (restart + interval / 2.0) / between) / (1.0 + stall / interval)
}
