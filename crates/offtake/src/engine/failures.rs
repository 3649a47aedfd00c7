//! What breaks in an hour, as a count: one uniform number inverted, so that more nodes never
//! fail less often with the same luck.
//!
//! A fleet has one process for each gang, whose luck hangs on the gang's name, and one for
//! everything else under power: services, jobs, idle nodes and spares. Where jobs of it are played
//! one by one, each failure of the count is given a moment and a victim, with luck of their own.

use crate::chance::{Poisson, Purpose, Stream};
use crate::scenario::Fleet;
use crate::time::Span;

/// How often a fleet fails.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// Failures of all causes per GPU and hour.
    pub per_gpu_hour: f64,
    /// Share of them after which the node is repaired.
    pub hardware: f64,
}

impl Rate {
    /// The rate of a fleet's nodes, all causes taken together.
    pub fn of(fleet: &Fleet) -> Rate {
        let per_node_hour = |hardware_only: bool| -> f64 {
            let causes = fleet.causes.iter().filter(|it| it.takes_node || !hardware_only);
            causes.map(|it| it.per_node_hour).sum()
        };
        let (all, hardware) = (per_node_hour(false), per_node_hour(true));
        Rate {
            per_gpu_hour: all / fleet.node as f64,
            hardware: if all > 0.0 { hardware / all } else { 0.0 },
        }
    }
}

/// The failures of some nodes of a fleet.
#[derive(Clone, Debug)]
pub struct Failures {
    stream: Stream,
    strikes: Stream,
    law: Poisson,
    rate: Rate,
    /// Hardware failures not yet counted as whole ones.
    carry: f64,
    hour: u64,
    /// The counts of some hours for so many GPUs: one number of luck an hour, sixteen drawn together.
    counts: [u16; TOGETHER],
    gpus: i64,
    /// The first hour after those.
    until: u64,
}

/// Hours whose luck is drawn together, four from each block of the generator: 32 bits tell counts
/// apart down to one in four thousand million hours.
const TOGETHER: usize = 16;

/// What failed in an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Broken {
    /// All failures.
    pub failures: i64,
    /// Those after which the node is repaired.
    pub nodes: i64,
}

/// One failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strike {
    /// How long after the hour began.
    pub after: Span,
    /// The GPU whose node it strikes, of those that may be struck.
    pub gpu: i64,
    /// Whether the node is repaired.
    pub takes_node: bool,
}

impl Failures {
    /// The failures of an entity's nodes, by its luck for each purpose.
    pub fn new(luck: impl Fn(Purpose) -> Stream, fleet: &Fleet) -> Self {
        Self {
            stream: luck(Purpose::Failures),
            strikes: luck(Purpose::Strikes),
            law: Poisson::default(),
            rate: Rate::of(fleet),
            carry: 0.0,
            hour: 0,
            counts: [0; TOGETHER],
            gpus: 0,
            until: 0,
        }
    }

    /// Draws the next hour, whether or not anything can fail in it: an hour's luck does not hang
    /// on what stood in the hours before.
    ///
    /// The share of hardware failures is kept exactly over time; what is over a whole node waits
    /// for the next hour.
    #[inline]
    pub fn hour(&mut self, gpus: i64) -> Broken {
        let hour = self.hour;
        self.hour += 1;
        if gpus == 0 {
            return Broken::default();
        }
        if hour >= self.until || gpus != self.gpus {
            self.draw(hour, gpus);
        }
        let failures = i64::from(self.counts[(hour % TOGETHER as u64) as usize]);
        self.carry += failures as f64 * self.rate.hardware;
        let nodes = self.carry as i64;
        self.carry -= nodes as f64;
        Broken { failures, nodes }
    }

    /// What failed in the hour that was drawn last, one by one in order of time, where each GPU is
    /// as likely to be struck as any other.
    pub fn strikes(&self, broken: Broken, gpus: i64) -> Vec<Strike> {
        let part = |luck: u32, of: i64| ((u128::from(luck) * of as u128) >> 32) as i64;
        let strike = |nth: i64| {
            let [gpu, after, ..] = self.strikes.block((self.hour - 1) << 16 | nth as u64);
            let after = Span { millis: part(after, Span::HOUR.millis) };
            Strike { after, gpu: part(gpu, gpus), takes_node: nth < broken.nodes }
        };
        let mut all: Vec<Strike> = (0..broken.failures).map(strike).collect();
        all.sort_by_key(|it| it.after);
        all
    }

    /// The luck of the hours around one, and all the counts that it means for so many GPUs, whose number
    /// seldom changes.
    #[cold]
    fn draw(&mut self, hour: u64, gpus: i64) {
        let part = hour / TOGETHER as u64;
        let first = part * (TOGETHER / 4) as u64;
        self.until = (part + 1) * TOGETHER as u64;
        self.gpus = gpus;
        self.law.set_mean(self.rate.per_gpu_hour * gpus as f64);
        for (counts, block) in self.counts.chunks_mut(8).zip((first..).step_by(2)) {
            for (count, luck) in counts.iter_mut().zip(self.stream.pair(block).as_flattened()) {
                *count = self.law.count(*luck) as u16;
            }
        }
    }
}
