//! Jobs one by one for a while: the fleet's policy grants GPUs by the hour as to any work, and on
//! what is granted a pool places jobs.

use std::iter::Peekable;

use crate::jobs::{Drawn, Job};
use crate::policy::{NAMED, Settings};
use crate::pool::{Over, Plan, Pool, Record, Rhythm, Sink, Stint, Tally};
use crate::scenario;
use crate::time::{Instant, Span};

/// A pool of jobs under way.
pub struct Detail {
    pool: Pool,
    jobs: Peekable<Drawn>,
    granted: i64,
    /// GPU-milliseconds held, up to the last hour.
    held: i128,
    /// GPUs that an hour's arrivals want, on the mean.
    arriving: i64,
    seen: Seen,
}

/// What came of jobs that were played one by one.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// From asking to the first GPU.
    pub waits: Tally,
    /// Jobs done.
    pub done: u64,
    /// How often jobs were stopped, since GPUs were wanted for other work.
    pub stops: u64,
    /// GPU-milliseconds undone by that and not yet charged to an hour.
    undone: i64,
}

impl Sink for Seen {
    fn starts(&mut self, job: &Job, at: Instant) {
        self.waits.add(at - job.submit);
    }

    fn stint(&mut self, job: &Job, stint: &Stint, over: Over) {
        self.undone += job.gpus * stint.lost().millis;
        self.stops += u64::from(over == Over::Told);
    }

    fn ends(&mut self, _: &Record) {
        self.done += 1;
    }
}

impl Detail {
    /// A pool in which nothing waits or runs: `most` GPUs may be granted.
    pub fn new(it: &scenario::Detail, jobs: Drawn, most: i64, arriving: i64) -> Self {
        let policy = NAMED.iter().find(|known| known.name == it.policy).expect("check has seen it");
        let (checkpoint, restart) = (it.checkpoint, it.restart);
        let rhythm = Rhythm { checkpoint, restart, ..Rhythm::default() };
        let plan = Plan { gpus: most, rhythm, ..Plan::default() };
        let mut pool = Pool::new(plan, policy.make(&Settings::default()));
        let mut seen = Seen::default();
        pool.grant(-most, it.from, &mut seen);
        Self { pool, jobs: jobs.peekable(), granted: 0, held: 0, arriving, seen }
    }

    /// How many GPUs it asks for now: for who runs, who waits, and who may come within the hour.
    pub fn asks(&self) -> i64 {
        self.pool.wanted() + self.arriving
    }

    /// Plays the hour that ends now on so many GPUs. Comes back with the GPU-milliseconds that jobs
    /// held, and those among them that are undone by now.
    pub fn hour(&mut self, gpus: i64, now: Instant) -> (i64, i64) {
        let began = Instant { millis: now.millis - Span::HOUR.millis };
        self.pool.grant(gpus - self.granted, began, &mut self.seen);
        self.granted = gpus;
        self.pool.advance(now, &mut self.jobs, &mut self.seen);
        let total = self.pool.held_until(now);
        let held = (total - std::mem::replace(&mut self.held, total)) as i64;
        let undone = self.seen.undone.min(held);
        self.seen.undone -= undone;
        (held, undone)
    }

    /// The detail is over: what came of it, and the GPU-milliseconds that are left to do.
    pub fn ends(mut self, now: Instant) -> (Seen, i64) {
        let left = self.pool.left(now);
        self.pool.close(now, &mut self.seen);
        (self.seen, left)
    }

    /// What came of it so far.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }
}

impl std::fmt::Debug for Detail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Detail").field("granted", &self.granted).finish_non_exhaustive()
    }
}
