//! A first reading: what a trace holds and what is wrong with it, in constant memory.

use std::io::BufRead;

use offtake::pool::Job;
use offtake::time::Instant;
use offtake::units::GpuTime;

use super::Trace;
use super::warnings::{Warning, Warnings};

/// What a trace holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Jobs that are taken.
    pub jobs: u64,
    /// Jobs whose owner told a walltime.
    pub walltimes: u64,
    /// Whether jobs come in the order in which they were asked for.
    pub sorted: bool,
    /// The earliest moment of asking, if there is a job.
    pub first: Option<Instant>,
    /// The latest.
    pub last: Option<Instant>,
    /// The most GPUs of one job.
    pub widest: i64,
    /// GPUs times runtime over all jobs.
    pub gpu_time: GpuTime,
    /// What of it comes from rounding shares of a GPU up to whole ones.
    pub rounded: GpuTime,
    /// Whether moments are dates, or count from some zero.
    pub dated: bool,
    /// GPUs that the header tells of.
    pub pool: Option<i64>,
    /// The names of kinds of accelerator.
    pub kinds: Vec<Box<str>>,
    /// What could not be taken as it stands.
    pub warnings: Warnings,
}

impl Survey {
    /// Whether every job has a walltime.
    pub fn has_walltime(&self) -> bool {
        self.jobs > 0 && self.walltimes == self.jobs
    }
}

/// Reads a trace to its end.
pub fn survey(mut trace: Trace<impl BufRead>) -> Survey {
    let (mut jobs, mut walltimes, mut widest, mut gpu_time) = (0, 0, 0, GpuTime::default());
    let mut ends = None::<(Instant, Instant)>;
    for job in trace.by_ref() {
        jobs += 1;
        walltimes += u64::from(job.walltime.is_some());
        widest = job.gpus.max(widest);
        gpu_time.gpu_millis += i128::from(job.gpus) * i128::from(job.runtime.millis);
        let (first, last) = ends.unwrap_or((job.submit, job.submit));
        ends = Some((first.min(job.submit), last.max(job.submit)));
    }
    Survey {
        jobs,
        walltimes,
        sorted: trace.warnings().count(Warning::Unordered) == 0,
        first: ends.map(|it| it.0),
        last: ends.map(|it| it.1),
        widest,
        gpu_time,
        rounded: trace.rounded(),
        dated: trace.is_dated(),
        pool: trace.pool(),
        kinds: trace.kinds().to_vec(),
        warnings: trace.warnings().clone(),
    }
}

/// Jobs in the order in which they were asked for; those of one moment as they stand in the trace.
pub fn sorted(jobs: impl IntoIterator<Item = Job>) -> Vec<Job> {
    let mut jobs: Vec<Job> = jobs.into_iter().collect();
    jobs.sort_unstable_by_key(|it| (it.submit, it.nth));
    jobs
}
