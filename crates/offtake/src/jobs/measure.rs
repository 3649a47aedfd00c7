//! What some jobs come to: by which a shape is compared with its trace.

use std::collections::BTreeMap;

use super::job::Job;
use crate::time::{Instant, Span};

/// What some jobs come to, counted as they pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// Jobs.
    pub jobs: u64,
    /// By GPUs of a job: jobs, and their GPU-hours.
    pub sizes: BTreeMap<i64, (u64, f64)>,
    /// Jobs that came in each hour in which any did.
    hours: BTreeMap<i64, u64>,
    first: Option<Instant>,
    last: Instant,
}

impl Measure {
    /// Counts some jobs.
    pub fn of(jobs: impl IntoIterator<Item = Job>) -> Measure {
        let mut it = Measure::default();
        jobs.into_iter().for_each(|job| it.add(&job));
        it
    }

    /// Counts one.
    pub fn add(&mut self, job: &Job) {
        self.jobs += 1;
        let size = self.sizes.entry(job.gpus).or_default();
        *size = (size.0 + 1, size.1 + job.gpus as f64 * job.runtime.hours());
        *self.hours.entry(job.submit.millis.div_euclid(Span::HOUR.millis)).or_default() += 1;
        self.first = Some(self.first.map_or(job.submit, |it| it.min(job.submit)));
        self.last = self.last.max(job.submit);
    }

    /// GPU-hours of a job, on the mean.
    pub fn gpu_hours(&self) -> f64 {
        self.sizes.values().map(|it| it.1).sum::<f64>() / self.jobs.max(1) as f64
    }

    /// The part of all GPU-time that jobs of a size take.
    pub fn share(&self, gpus: i64) -> f64 {
        let all: f64 = self.sizes.values().map(|it| it.1).sum();
        self.sizes.get(&gpus).map_or(0.0, |it| it.1 / all.max(1e-9))
    }

    /// When the last came, if any did.
    pub fn last(&self) -> Option<Instant> {
        self.first.map(|_| self.last)
    }

    /// Days from the first job to the last.
    pub fn days(&self) -> f64 {
        self.first.map_or(0.0, |first| (self.last - first).hours() / 24.0)
    }

    /// Jobs by the hour: variance over mean, which is 1 where jobs have nothing to do with each other.
    /// The hours of the first job and of the last are not whole and left out.
    pub fn dispersion(&self) -> f64 {
        let (Some(first), Some(last)) = (self.hours.keys().next(), self.hours.keys().next_back())
        else {
            return 0.0;
        };
        let whole = (last - first - 1).max(0) as f64;
        if whole < 2.0 {
            return 0.0;
        }
        let counts = self.hours.range(first + 1..*last).map(|it| *it.1 as f64);
        let (sum, squares) = counts.fold((0.0, 0.0), |sums, it| (sums.0 + it, sums.1 + it * it));
        let mean = sum / whole;
        (squares / whole - mean * mean) / mean.max(1e-9)
    }
}
