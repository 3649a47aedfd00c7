//! A service: demand that follows day, week and years; replicas that follow demand; tokens that
//! are served or not.

use crate::scenario::Service;
use crate::time::Instant;

/// A service at one moment.
#[derive(Clone, Debug)]
pub struct Serving {
    start: Instant,
    /// GPUs of a replica.
    replica: i64,
    /// Busiest moment of an hour over its mean.
    peak: f64,
    /// Output tokens a second in this month, before the hour's factor.
    base: f64,
    /// Output tokens a second of one GPU in this month.
    per_gpu: f64,
    /// Replicas that a token a second wants at the busiest moment of its hour.
    replicas_per_rate: f64,
    /// Factor of each hour of the week, from Monday.
    week: [f64; 168],
    /// Mean demand of the hour that runs.
    mean: f64,
}

/// What an hour came to, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// Served.
    pub served: i64,
    /// Not served.
    pub unserved: i64,
}

/// The hour of the week that begins at a moment, from Monday.
pub fn hour_of_week(now: Instant) -> usize {
    // 1970 began on a Thursday.
    ((now.millis.div_euclid(3_600_000) + 72).rem_euclid(168)) as usize
}

/// The factors of a week's hours, from Monday.
pub fn week_table(week: &crate::scenario::Week) -> [f64; 168] {
    std::array::from_fn(|i| if i < 120 { week.weekday[i % 24] } else { week.weekend[i % 24] })
}

impl Serving {
    /// A service that begins at `start`.
    pub fn new(it: &Service, start: Instant) -> Self {
        let week = week_table(&it.week);
        Self {
            start,
            replica: it.replica,
            peak: it.peak,
            base: 0.0,
            per_gpu: it.throughput,
            replicas_per_rate: 0.0,
            week,
            mean: 0.0,
        }
    }

    /// A month begins: demand and throughput move on their yearly paths.
    pub fn month_begins(&mut self, it: &Service, now: Instant) {
        self.base = demand(it, now);
        let first = it.demand.first().map_or(self.start, |point| point.0);
        let years = now.years_since(first).max(0.0);
        self.per_gpu = it.throughput * libm::pow(1.0 + it.improves, years);
        self.replicas_per_rate = it.peak / self.per_gpu / it.replica as f64;
    }

    /// How many GPUs the hour that begins now wants: its busiest moment, in whole replicas.
    pub fn asks(&mut self, now: Instant, hour: usize) -> i64 {
        self.mean = if now < self.start { 0.0 } else { self.base * self.week[hour] };
        let wanted = self.mean * self.replicas_per_rate;
        let whole = wanted as i64;
        (whole + i64::from((whole as f64) < wanted)) * self.replica
    }

    /// What some GPUs serve in the hour that is over.
    ///
    /// Within the hour demand runs evenly from `mean x (2 - peak)` to `mean x peak`, so a
    /// capacity c between the two serves `c - (c - low)^2 / (2 (high - low))` on the mean.
    pub fn hour(&self, gpus: f64) -> Served {
        let mean = self.mean;
        let capacity = gpus * self.per_gpu;
        let (low, high) = (mean * (2.0 - self.peak), mean * self.peak);
        let served = if capacity >= high {
            mean
        } else if capacity <= low {
            capacity
        } else {
            capacity - (capacity - low) * (capacity - low) / (2.0 * (high - low))
        };
        let asked = (mean * 3_600.0 + 0.5) as i64;
        let served = ((served * 3_600.0 + 0.5) as i64).min(asked);
        Served { served, unserved: asked - served }
    }
}

/// Output tokens a second at a moment: by constant growth between two dates, and on after the
/// last; before the first, what the first says.
pub fn demand(it: &Service, now: Instant) -> f64 {
    let before = it.demand.iter().rev().find(|point| point.0 <= now);
    let after = it.demand.iter().find(|point| point.0 > now);
    match (before, after) {
        (Some(a), Some(b)) if a.1 > 0.0 && b.1 > 0.0 => {
            let way = now.years_since(a.0) / b.0.years_since(a.0);
            a.1 * libm::pow(b.1 / a.1, way)
        }
        (Some(a), Some(_)) => a.1,
        (Some(last), None) => last.1 * libm::pow(1.0 + it.growth, now.years_since(last.0)),
        (None, first) => first.map_or(0.0, |point| point.1),
    }
}
