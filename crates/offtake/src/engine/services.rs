//! A service: demand that follows day, week and years; replicas that follow demand; tokens that
//! are served or not.

use crate::scenario::Service;
use crate::time::Instant;

/// A service at one moment.
#[derive(Clone, Debug)]
pub struct Serving {
    start: Instant,
    /// Busiest moment of an hour over its mean.
    peak: f64,
    /// Output tokens a second of one GPU in this month.
    per_gpu: f64,
    /// Each hour of the week in this month, from Monday.
    week: [Demand; WEEK],
    /// The hour that runs.
    now: Demand,
}

/// What an hour wants.
#[derive(Clone, Copy, Debug, Default)]
struct Demand {
    /// Output tokens a second, on the mean.
    mean: f64,
    /// Output tokens.
    tokens: i64,
    /// GPUs for its busiest moment, in whole replicas.
    gpus: i64,
}

/// Hours of a week.
pub const WEEK: usize = 168;

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
    ((now.millis.div_euclid(3_600_000) + 72).rem_euclid(WEEK as i64)) as usize
}

/// The factors of a week's hours, from Monday.
pub fn week_table(week: &crate::scenario::Week) -> [f64; WEEK] {
    std::array::from_fn(|i| if i < 120 { week.weekday[i % 24] } else { week.weekend[i % 24] })
}

impl Serving {
    /// A service that begins at `start`.
    pub fn new(it: &Service, start: Instant) -> Self {
        let (week, now) = ([Demand::default(); WEEK], Demand::default());
        Self { start, peak: it.peak, per_gpu: it.throughput, week, now }
    }

    /// A month begins: demand and throughput move on their yearly paths.
    pub fn month_begins(&mut self, it: &Service, now: Instant) {
        let first = it.demand.first().map_or(self.start, |point| point.0);
        let years = now.years_since(first).max(0.0);
        self.per_gpu = it.throughput * libm::pow(1.0 + it.improves, years);
        let replicas_per_rate = it.peak / self.per_gpu / it.replica as f64;
        let base = demand(it, now);
        self.week = week_table(&it.week).map(|factor| {
            let mean = base * factor;
            let replicas = libm::ceil(mean * replicas_per_rate) as i64;
            Demand { mean, tokens: tokens(mean), gpus: replicas * it.replica }
        });
    }

    /// How many GPUs the hour that begins now wants.
    #[inline]
    pub fn asks(&mut self, now: Instant, hour: usize) -> i64 {
        self.now = if now < self.start { Demand::default() } else { self.week[hour] };
        self.now.gpus
    }

    /// What some GPUs serve in the hour that is over.
    ///
    /// Within the hour demand runs evenly from `mean x (2 - peak)` to `mean x peak`, so a
    /// capacity c between the two serves `c - (c - low)^2 / (2 (high - low))` on the mean.
    #[inline]
    pub fn hour(&self, gpus: f64) -> Served {
        let Demand { mean, tokens: asked, .. } = self.now;
        let capacity = gpus * self.per_gpu;
        let (low, high) = (mean * (2.0 - self.peak), mean * self.peak);
        if capacity >= high {
            return Served { served: asked, unserved: 0 };
        }
        let served = if capacity <= low {
            capacity
        } else {
            capacity - (capacity - low) * (capacity - low) / (2.0 * (high - low))
        };
        let served = tokens(served).min(asked);
        Served { served, unserved: asked - served }
    }
}

/// Whole tokens of an hour with so many a second.
fn tokens(rate: f64) -> i64 {
    (rate * 3_600.0 + 0.5) as i64
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
