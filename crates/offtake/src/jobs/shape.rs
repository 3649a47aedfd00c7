//! How many jobs come, when, how large and for how long: one joint law, as a trace tells it.
//!
//! Size, duration and company hang together: on Philly, jobs of one GPU that come alone run for
//! 18 hours on the mean, and those that come by the hundred for 40 minutes. Drawn one by one, they would
//! understate GPU-time two to nine times. So a shape is a list of kinds of jobs, by how many GPUs they hold
//! and how many come together, each with the quantiles of its runtimes.
//!
//! Batches come as a Poisson process whose rate follows hour and weekday, and swings about that:
//! a doubly stochastic process (Cox, 1955).
//!
//! What comes week by week is no law of that kind: some wide gangs that run for a month, then thousands of
//! short jobs that wait for them. A trace tells one such story, and a shape keeps it: for each kind and spell
//! of about a week how many came, and how long they ran. Spells are drawn in their order, over and over.

use super::curve::Curve;

/// What the jobs of a cluster are like.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Where it comes from.
    pub told: Told,
    /// Jobs a day.
    pub per_day: f64,
    /// How many batches come in each hour of a day, mean 1.
    pub hours: [f64; 24],
    /// How many come on each day from Monday on, mean 1.
    pub days: [f64; 7],
    /// Hours of a spell, of which every kind tells its own; about a week.
    pub spell: u64,
    /// How the rate of all kinds swings about that.
    pub swings: Vec<Swing>,
    /// Kinds of jobs.
    pub kinds: Vec<Kind>,
}

/// Where a shape comes from, as rows of the catalogue tell it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Its name.
    pub name: String,
    /// The trace and who published it.
    pub source: String,
    /// The day it speaks for: that of the trace's last job; empty where the trace has no dates.
    pub as_of: String,
    /// How far it is to be trusted, as rows of the catalogue are graded.
    pub grade: String,
    /// What else there is to say.
    pub note: String,
}

/// A factor on the rate of arrivals: lognormal, mean 1, of hour to hour correlation `exp(-1 / lasts)`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Swing {
    /// The standard deviation of its logarithm.
    pub strength: f64,
    /// Hours after which it is forgotten to 1/e; 0: every hour has its own.
    pub lasts: f64,
}

/// What a kind was like in a part of its trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spell {
    /// How many came, over what comes on the mean of all spells.
    pub came: f64,
    /// By how many standard deviations, of normal scores, they ran longer than all of the kind.
    pub longer: f64,
}

impl Spell {
    /// A spell like all.
    pub const EVEN: Spell = Spell { came: 1.0, longer: 0.0 };
}

/// Jobs of some GPUs that come in batches of some size.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// GPUs of a job, and of how many jobs of the trace; several where each is rare.
    pub gpus: Vec<(i64, u64)>,
    /// How they come together.
    pub batches: Batches,
    /// How the rate of this kind alone swings, where a file tells it; `Shape::of` tells spells instead.
    pub swing: Option<Swing>,
    /// Spell by spell; empty where all are alike.
    pub spells: Vec<Spell>,
    /// Their runtimes, in seconds.
    pub runtime: Curve,
    /// Their walltimes, where the trace tells them.
    pub walltime: Option<Walltime>,
}

/// How jobs of a kind come together.
#[derive(Clone, Debug, PartialEq)]
pub struct Batches {
    /// Batches in the trace.
    pub count: u64,
    /// Jobs of a batch.
    pub of: Curve,
    /// Seconds from one job of a batch to the next, on the mean.
    pub apart: f64,
    /// How alike the runtimes of one batch are: the correlation of their normal scores.
    pub alike: f64,
}

/// How long jobs may run, over how long they do.
#[derive(Clone, Debug, PartialEq)]
pub struct Walltime {
    /// Walltime over runtime.
    pub over: Curve,
    /// How that goes with the runtime: the correlation of normal scores. Short jobs ask for many times
    /// what they need, so it is negative.
    pub with: f64,
}

impl Kind {
    /// Its jobs in the trace.
    pub fn jobs(&self) -> u64 {
        self.gpus.iter().map(|it| it.1).sum()
    }

    /// GPUs of a job, on the mean.
    pub fn mean_gpus(&self) -> f64 {
        let gpus: f64 = self.gpus.iter().map(|it| it.0 as f64 * it.1 as f64).sum();
        gpus / self.jobs().max(1) as f64
    }

    /// GPU-hours of a job, on the mean.
    pub fn gpu_hours(&self) -> f64 {
        self.mean_gpus() * self.runtime.mean() / 3600.0
    }
}

impl Shape {
    /// Jobs of the trace.
    pub fn count(&self) -> u64 {
        self.kinds.iter().map(Kind::jobs).sum()
    }

    /// Batches of the trace.
    pub fn batches(&self) -> u64 {
        self.kinds.iter().map(|it| it.batches.count).sum()
    }

    /// GPUs of a job, on the mean.
    pub fn mean_gpus(&self) -> f64 {
        let all: f64 = self.kinds.iter().map(|it| it.mean_gpus() * it.jobs() as f64).sum();
        all / self.count().max(1) as f64
    }

    /// GPU-hours of a job, on the mean.
    pub fn gpu_hours(&self) -> f64 {
        let all: f64 = self.kinds.iter().map(|it| it.gpu_hours() * it.jobs() as f64).sum();
        all / self.count().max(1) as f64
    }

    /// The same with all runtimes longer or shorter by one factor, so that a job takes so many
    /// GPU-hours on the mean.
    pub fn stretched_to(mut self, gpu_hours: f64) -> Shape {
        let factor = gpu_hours / self.gpu_hours();
        self.kinds.iter_mut().for_each(|it| it.runtime = it.runtime.times(factor));
        self
    }
}
