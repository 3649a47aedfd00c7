//! How often each length of time came: exact percentiles in memory that does not grow with the
//! number of jobs, only with the longest of them.

use std::collections::BTreeMap;

use crate::time::Span;

/// Lengths of time, counted by whole seconds.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By seconds, up to [`DENSE`].
    short: Vec<u32>,
    long: BTreeMap<i64, u64>,
    count: u64,
    /// Milliseconds.
    sum: i128,
    most: Span,
}

/// Twelve days, in seconds: 4 MB.
const DENSE: i64 = 1 << 20;

impl Tally {
    /// Counts one.
    pub fn add(&mut self, it: Span) {
        self.count += 1;
        self.sum += i128::from(it.millis);
        self.most = self.most.max(it);
        let seconds = it.millis.div_euclid(1000);
        if !(0..DENSE).contains(&seconds) {
            *self.long.entry(seconds).or_default() += 1;
            return;
        }
        let at = seconds as usize;
        if self.short.len() <= at {
            self.short.resize((at + 1).next_power_of_two(), 0);
        }
        self.short[at] += 1;
    }

    /// The mean, in seconds.
    pub fn mean(&self) -> f64 {
        self.sum as f64 / 1e3 / (self.count.max(1)) as f64
    }

    /// The greatest, in seconds.
    pub fn max(&self) -> f64 {
        self.most.seconds()
    }

    /// The value at index floor(q n) of all in order, at most the last, in whole seconds.
    pub fn at(&self, q: f64) -> f64 {
        let index = ((q * self.count as f64) as u64).min(self.count.saturating_sub(1));
        let below = self.long.range(..0).map(|it| (*it.0, *it.1));
        let short = self.short.iter().enumerate().map(|it| (it.0 as i64, u64::from(*it.1)));
        let above = self.long.range(0..).map(|it| (*it.0, *it.1));
        let mut passed = 0;
        for (seconds, count) in below.chain(short).chain(above) {
            passed += count;
            if passed > index {
                return seconds as f64;
            }
        }
        0.0
    }
}
