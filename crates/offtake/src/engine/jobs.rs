//! Many small jobs as an hourly load: what arrives waits until there is room.

use super::services::week_table;
use crate::scenario::Jobs;
use crate::time::{Instant, Span};

/// A load of jobs at one moment.
#[derive(Clone, Debug)]
pub struct Backlog {
    start: Instant,
    growth: f64,
    /// GPU-milliseconds that arrive in an hour of this month, before the hour's factor.
    arrives: f64,
    week: [f64; 168],
    /// GPU-milliseconds that wait or run.
    waiting: i64,
}

impl Backlog {
    /// A load that begins at `start`.
    pub fn new(it: &Jobs, start: Instant) -> Self {
        Self { start, growth: 0.0, arrives: 0.0, week: week_table(&it.week), waiting: 0 }
    }

    /// A month begins: arrivals move on their yearly path.
    pub fn month_begins(&mut self, it: &Jobs, now: Instant) {
        let years = now.years_since(self.start).max(0.0);
        self.growth = libm::pow(1.0 + it.growth, years);
        self.arrives = it.gpus * Span::HOUR.millis as f64 * self.growth;
    }

    /// The hour that begins now: its arrivals join what waits; it asks for room for all of it.
    pub fn asks(&mut self, now: Instant, hour: usize) -> i64 {
        if now >= self.start {
            self.waiting += (self.arrives * self.week[hour]) as i64;
        }
        self.waiting / Span::HOUR.millis
    }

    /// Some GPU-milliseconds were worked off.
    pub fn hour(&mut self, worked: i64) {
        self.waiting -= worked;
    }
}
