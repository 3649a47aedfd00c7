//! What breaks in an hour: how many nodes, which, when, and why.
//!
//! The count of an hour is one uniform number inverted, so that more nodes never fail less often
//! with the same luck; given the count, failures fall evenly over the hour and over the nodes
//! under power, idle nodes and spares included. A node that is already in repair fails no more.

use crate::chance::{Poisson, Purpose, Stream};
use crate::scenario::Fleet;

/// One failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Milliseconds into the hour.
    pub at: i64,
    /// Which GPU of those under power, counted from zero.
    pub gpu: i64,
    /// Index of the cause.
    pub cause: u16,
    /// Whether its node has to be repaired.
    pub takes_node: bool,
}

/// The failure process of one fleet.
#[derive(Clone, Debug)]
pub struct Failures {
    counts: Stream,
    details: Stream,
    law: Poisson,
    per_node_hour: f64,
    /// Running sums of the causes' shares, scaled to `u32`.
    causes: Vec<(u32, bool)>,
    hour: u64,
    /// The failures of the hour that was drawn last, by time.
    pub drawn: Vec<Failure>,
}

const HOUR: u64 = 3_600_000;

impl Failures {
    /// The process of a fleet; its luck hangs on its name alone.
    pub fn new(seed: u64, fleet: &Fleet) -> Self {
        let per_node_hour: f64 = fleet.causes.iter().map(|it| it.per_node_hour).sum();
        let mut sum = 0.0;
        let mut running = Vec::new();
        for cause in &fleet.causes {
            sum += cause.per_node_hour / per_node_hour;
            running.push(((sum * f64::from(u32::MAX)) as u32, cause.takes_node));
        }
        if let Some(last) = running.last_mut() {
            last.0 = u32::MAX;
        }
        let name = format!("fleet.{}", fleet.name);
        Self {
            counts: Stream::new(seed, &name, Purpose::FailureCounts, 0),
            details: Stream::new(seed, &name, Purpose::FailureDetails, 0),
            law: Poisson::default(),
            per_node_hour,
            causes: running,
            hour: 0,
            drawn: Vec::new(),
        }
    }

    /// Draws the next hour's failures among the GPUs under power.
    pub fn draw(&mut self, gpus: i64, node: i64) {
        self.law.set_mean(self.per_node_hour * (gpus / node) as f64);
        let count = self.law.count(self.counts.uniform(self.hour));
        self.drawn.clear();
        for nth in 0..count {
            // At most 4,096 failures an hour have their own address; the law stays far below.
            let [gpu, at, cause, _] = self.details.block(self.hour << 12 | nth as u64);
            self.drawn.push(self.failure(gpu, at, cause, gpus));
        }
        self.drawn.sort_unstable_by_key(|it| (it.at, it.gpu));
        self.hour += 1;
    }

    fn failure(&self, gpu: u32, at: u32, cause: u32, gpus: i64) -> Failure {
        let index = self.causes.iter().position(|(below, _)| cause <= *below).unwrap_or(0);
        Failure {
            at: ((u64::from(at) * HOUR) >> 32) as i64,
            gpu: ((u64::from(gpu) * gpus as u64) >> 32) as i64,
            cause: index as u16,
            takes_node: self.causes[index].1,
        }
    }
}
