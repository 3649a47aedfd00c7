//! Training: a gang that works, writes checkpoints, fails, and goes on from the last complete one.
//!
//! With interval tau, stall d, background write w, restart R and mean time between interruptions
//! M, a gang that has gone X since its last interruption has completed
//! J = floor((X - R - w) / (tau + d)) checkpoints (from none up) and loses X - J (tau + d).
//! X is exponential, so all moments of the loss are known; an hour is charged by its count of
//! interruptions such that mean and variance are those of the single events (a test plays both).

use crate::scenario::{Fleet, Training};
use crate::time::{Instant, Span};

/// How a gang checkpoints, breaks and restarts, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Rhythm {
    /// Work between checkpoints: tau.
    pub interval: f64,
    /// The blocking part of a checkpoint: d.
    pub stall: f64,
    /// The background part: w.
    pub background: f64,
    /// Detection, rescheduling, loading: R.
    pub restart: f64,
    /// Mean time between interruptions, M; infinite where nothing fails.
    pub between: f64,
}

impl Rhythm {
    /// The rhythm of a gang on a fleet.
    ///
    /// Where no interval is written it is Young's, `sqrt(2 d M)` (CACM 17(9), 1974), and never
    /// shorter than the background write; where nothing fails, a day.
    pub fn of(it: &Training, fleet: &Fleet) -> Rhythm {
        let per_node_hour: f64 = fleet.causes.iter().map(|it| it.per_node_hour).sum();
        let per_second = per_node_hour * (it.gpus as f64 / fleet.node as f64) / 3_600.0;
        let between = if per_second > 0.0 { 1.0 / per_second } else { f64::INFINITY };
        let young = libm::sqrt(2.0 * it.stall.seconds() * between);
        let shortest = it.background.seconds().max(1.0);
        let interval = it.interval.map_or(young.clamp(shortest, 86_400.0), Span::seconds);
        Rhythm {
            interval,
            stall: it.stall.seconds(),
            background: it.background.seconds(),
            restart: it.restart.seconds(),
            between,
        }
    }

    fn cycle(&self) -> f64 {
        self.interval + self.stall
    }

    /// Expected share of time that trains, by renewal:
    /// `tau / (M e^((R + w) / M) (e^((tau + d) / M) - 1))`.
    ///
    /// With w = 0 it is the formula for blocking checkpoints (Daly, FGCS 22(3), 2006, restart
    /// included).
    pub fn effective(&self) -> f64 {
        if self.between.is_infinite() {
            return self.interval / self.cycle();
        }
        let lead = libm::exp((self.restart + self.background) / self.between);
        self.interval / (self.between * lead * libm::expm1(self.cycle() / self.between))
    }

    /// The linear formula of "Revisiting Reliability" (HPCA 2025): `(1 - (R + tau / 2) / M) /
    /// (1 + d / tau)`. It goes negative where failures come faster than restarts: shown beside
    /// the renewal formula, never used.
    pub fn effective_linear(&self) -> f64 {
        (1.0 - (self.restart + self.interval / 2.0) / self.between)
            / (1.0 + self.stall / self.interval)
    }

    /// Mean of the loss of one interruption, and the root of the second moment that gives many
    /// of them, as independent counts, the variance of the true process.
    ///
    /// With c = tau + d, `P(J >= j) = q rho^j`, q = e^(-(R + w) / M), rho = e^(-c / M), the loss
    /// X - c J has mean M - c E J, and over a long time T the lost time has variance
    /// T / M x Var((1 - r) X - c J), r the share of time lost (renewal reward).
    fn loss(&self) -> (f64, f64) {
        let (m, c, a) = (self.between, self.cycle(), self.restart + self.background);
        if m.is_infinite() {
            return (0.0, 0.0);
        }
        let (q, rho) = (libm::exp(-a / m), libm::exp(-c / m));
        let gone = -libm::expm1(-c / m);
        let j = q * rho / gone;
        let jj = q * rho * (1.0 + rho) / (gone * gone);
        let xj = q * ((a + m) * rho / gone + c * rho / (gone * gone));
        let kept = c * j / m;
        let variance = kept * kept * m * m - 2.0 * kept * c * (xj - m * j) + c * c * (jj - j * j);
        (m - c * j, libm::sqrt(variance.max(0.0)))
    }
}

/// A campaign of training runs on one gang.
#[derive(Clone, Debug)]
pub struct Campaign {
    rhythm: Rhythm,
    /// Expected loss of an hour, in milliseconds.
    loss_of_hour: f64,
    /// Expected interruptions of an hour.
    hits_of_hour: f64,
    /// What an interruption over the expected ones costs, in milliseconds.
    loss_of_hit: f64,
    /// Share of the time that is left which trains; the rest are stalls.
    works: f64,
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
    /// Time that is lost already and not yet charged to an hour, in milliseconds.
    debt: f64,
    on: bool,
}

/// What an hour of training came to, in GPU-milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Kept by complete checkpoints.
    pub good: i64,
    /// Blocked by them.
    pub stall: i64,
    /// Undone by failures.
    pub lost: i64,
    /// Whether the run is done.
    pub done: bool,
}

const HOUR: f64 = 3_600_000.0;

impl Campaign {
    /// A campaign whose first run may begin at `start`.
    pub fn new(it: &Training, fleet: &Fleet, start: Instant) -> Self {
        let rhythm = Rhythm::of(it, fleet);
        let (mean, root) = rhythm.loss();
        let hits_of_hour = 3_600.0 / rhythm.between;
        Self {
            rhythm,
            loss_of_hour: mean * hits_of_hour * 1e3,
            hits_of_hour,
            loss_of_hit: root * 1e3,
            works: rhythm.interval / rhythm.cycle(),
            flop_per_ms: it.speed / 1e3,
            compute: it.compute,
            growth: it.growth,
            every: it.every,
            start,
            gpus: it.gpus,
            begun: 0,
            left: None,
            debt: 0.0,
            on: false,
        }
    }

    /// How many GPUs it asks for now: its gang while a run is on or due.
    pub fn asks(&mut self, now: Instant) -> i64 {
        if self.left.is_some() || self.begins(now) { self.gpus } else { 0 }
    }

    /// Whether the next run is due; then it begins.
    #[cold]
    fn begins(&mut self, now: Instant) -> bool {
        let due = self.start_of_run(self.begun);
        if now < due || (self.begun > 0 && self.every.is_none()) {
            return false;
        }
        self.left = Some(self.compute * libm::pow(1.0 + self.growth, due.years_since(self.start)));
        self.begun += 1;
        true
    }

    fn start_of_run(&self, nth: u32) -> Instant {
        let every = self.every.map_or(0, |it| it.millis);
        Instant { millis: self.start.millis + every * i64::from(nth) }
    }

    /// Whether a run has its gang.
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// The gang works for an hour and is interrupted so many times in it.
    ///
    /// A gang that was not on before loads before it works.
    pub fn hour(&mut self, interruptions: i64) -> Outcome {
        if !self.on {
            self.debt = self.rhythm.restart * 1e3;
            self.on = true;
        }
        self.debt +=
            self.loss_of_hour + self.loss_of_hit * (interruptions as f64 - self.hits_of_hour);
        let lost = self.debt.clamp(0.0, HOUR);
        self.debt -= lost;
        let work = (HOUR - lost) * self.works;
        let left = self.left.get_or_insert(0.0);
        *left -= work * self.flop_per_ms;
        let done = *left <= 0.0;
        if done {
            self.left = None;
            self.on = false;
            self.debt = 0.0;
        }
        let all = self.gpus * Span::HOUR.millis;
        let lost = (lost * self.gpus as f64) as i64;
        let good = ((work * self.gpus as f64) as i64).min(all - lost);
        Outcome { good, stall: all - lost - good, lost, done }
    }

    /// The gang is taken away: half a cycle of work and the background write are undone, on the
    /// mean, and will have to be done again.
    pub fn stops(&mut self) {
        if self.on
            && let Some(left) = &mut self.left
        {
            let undone = self.rhythm.interval / 2.0 + self.rhythm.background;
            *left += undone * 1e3 * self.flop_per_ms;
        }
        self.on = false;
    }
}
