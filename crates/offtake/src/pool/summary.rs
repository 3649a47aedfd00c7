//! What a replay came to: waits, completion times, use.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::tally::Tally;
use super::{Hour, Job, Record, Sink, Turns};
use crate::time::{Instant, Span};

/// Sums up a replay as it goes, in memory that does not grow with the number of jobs.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    waits: Tally,
    completions: Tally,
    slowdowns: f64,
    jobs: u64,
    refused: u64,
    stops: u64,
    first: Option<Instant>,
    last: Instant,
    /// GPU-milliseconds of work that was kept, undone, held for nothing.
    work: i128,
    lost: i128,
    held: i128,
    energy: [i128; 2],
    /// Job-milliseconds of waiting, and those since the last end: where nobody is ever done any more,
    /// they say nothing.
    waiting: i128,
    waiting_since: i128,
    starts: Starts,
}

/// What a replay came to. Times in seconds; definitions as usual in the field: wait is start less
/// submit, completion end less submit, bounded slowdown `max(1, completion / max(10 s, runtime))`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Jobs done.
    pub jobs: u64,
    /// Jobs larger than the pool.
    pub refused: u64,
    /// Mean, median, 95th and 99th percentile and longest wait.
    pub waits: [f64; 5],
    /// Mean and median completion time.
    pub completions: [f64; 2],
    /// Mean bounded slowdown.
    pub slowdown: f64,
    /// From the first submit to the last end.
    pub makespan: f64,
    /// GPU-seconds of the jobs' runtimes.
    pub work: f64,
    /// GPU-seconds lost to undone work and restarts.
    pub lost: f64,
    /// GPU-seconds held by jobs.
    pub held: f64,
    /// How often jobs were stopped.
    pub stops: u64,
    /// Energy of held GPUs while they worked, and while they did not, in millijoules.
    pub energy: [i128; 2],
    /// Mean number of jobs that wait.
    pub queue: f64,
    /// The first 16 hex digits of SHA-256 over the start seconds joined by commas, in file order.
    pub starts: String,
}

impl Sink for Summary {
    fn starts(&mut self, job: &Job, at: Instant) {
        self.waits.add(at - job.submit);
        self.starts.note(job.nth, Some(at));
    }

    fn ends(&mut self, record: &Record) {
        let gpus = i128::from(record.job.gpus);
        let completion = record.completion();
        self.completions.add(completion);
        let runtime = record.job.runtime.seconds().max(10.0);
        self.slowdowns += (completion.seconds() / runtime).max(1.0);
        self.jobs += 1;
        self.stops += u64::from(record.stops);
        self.first = Some(self.first.map_or(record.job.submit, |it| it.min(record.job.submit)));
        self.last = self.last.max(record.end);
        self.waiting += std::mem::take(&mut self.waiting_since);
        self.work += gpus * i128::from(record.job.runtime.millis);
        self.lost += gpus * i128::from(record.lost.millis);
        self.energy[0] += record.energy.active;
        self.energy[1] += record.energy.held;
    }

    fn refuses(&mut self, job: &Job) {
        self.refused += 1;
        self.starts.note(job.nth, None);
    }

    fn hour(&mut self, hour: &Hour) {
        self.held += i128::from(hour.held);
        self.waiting_since += i128::from(hour.waiting);
        if hour.from <= self.last {
            self.waiting += std::mem::take(&mut self.waiting_since);
        }
    }
}

impl Summary {
    /// What it came to.
    pub fn totals(&self) -> Totals {
        let gpu_seconds = |millis: i128| millis as f64 / 1e3;
        let makespan = self.first.map_or(Span::default(), |first| self.last - first);
        let of = |q| self.waits.at(q);
        Totals {
            jobs: self.jobs,
            refused: self.refused,
            waits: [self.waits.mean(), of(0.5), of(0.95), of(0.99), self.waits.max()],
            completions: [self.completions.mean(), self.completions.at(0.5)],
            slowdown: self.slowdowns / self.jobs.max(1) as f64,
            makespan: makespan.seconds(),
            work: gpu_seconds(self.work),
            lost: gpu_seconds(self.lost),
            held: gpu_seconds(self.held),
            stops: self.stops,
            energy: self.energy,
            queue: self.waiting as f64 / makespan.millis.max(1) as f64,
            starts: self.starts.digest(),
        }
    }
}

/// Hashes start times in file order.
#[derive(Clone, Debug, Default)]
struct Starts {
    turns: Turns<Option<Instant>>,
    hash: Hash,
}

#[derive(Clone, Debug, Default)]
struct Hash {
    sha: Sha256,
    any: bool,
    text: String,
}

impl Starts {
    /// One starts, or never will.
    fn note(&mut self, nth: u64, at: Option<Instant>) {
        self.turns.note(nth, at, |at| self.hash.feed(at));
    }

    fn digest(&self) -> String {
        let mut all = self.clone();
        all.turns.end(|at| all.hash.feed(at));
        all.hash.sha.finalize()[..8].iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl Hash {
    fn feed(&mut self, at: Option<Instant>) {
        let Some(at) = at else { return };
        self.text.clear();
        if std::mem::replace(&mut self.any, true) {
            self.text.push(',');
        }
        let _ = write!(self.text, "{}", at.as_seconds());
        self.sha.update(self.text.as_bytes());
    }
}
