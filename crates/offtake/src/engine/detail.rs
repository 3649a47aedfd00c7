//! Jobs one by one for a while: the fleet's policy grants GPUs by the hour as to any work, and on
//! what is granted a pool places jobs. A failure breaks off the jobs on one node.

use std::iter::Peekable;

use super::failures::Strike;
use crate::jobs::Job;
use crate::policy::{NAMED, Settings};
use crate::pool::{Over, Plan, Pool, Record, Rhythm, Shape, Sink, Stint, Tally};
use crate::scenario;
use crate::time::{Instant, Span};

/// A pool of jobs under way.
pub struct Detail {
    pool: Pool,
    jobs: Peekable<Box<dyn Iterator<Item = Job>>>,
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
    /// How often jobs were broken off by failures.
    pub interruptions: u64,
    /// GPU-milliseconds undone by both, restarts included, in the hour that runs.
    undone: i64,
}

/// What an hour came to, in GPU-milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Held by jobs.
    pub held: i64,
    /// Granted, and taken by failures.
    pub down: i64,
    /// Work of this hour and of those before that is undone by now.
    pub undone: i64,
}

impl Sink for Seen {
    fn starts(&mut self, job: &Job, at: Instant) {
        self.waits.add(at - job.submit);
    }

    fn stint(&mut self, job: &Job, stint: &Stint, over: Over) {
        self.undone += job.gpus * stint.lost().millis;
        self.stops += u64::from(over == Over::Told);
        self.interruptions += u64::from(matches!(over, Over::Broke(_)));
    }

    fn ends(&mut self, _: &Record) {
        self.done += 1;
    }
}

impl Detail {
    /// A pool of so many GPUs, in nodes, none of which is granted yet.
    pub fn new(
        it: &scenario::Detail,
        jobs: Box<dyn Iterator<Item = Job>>,
        arriving: i64,
        (most, shape): (i64, Shape),
    ) -> Self {
        let policy = NAMED.iter().find(|known| known.name == it.policy).expect("check has seen it");
        let (checkpoint, restart) = (it.checkpoint, it.restart);
        let rhythm = Rhythm { checkpoint, restart, ..Rhythm::default() };
        let plan = Plan { gpus: most, rhythm, machine: Some(shape), ..Plan::default() };
        let mut pool = Pool::new(plan, policy.make(&Settings::default()));
        let mut seen = Seen::default();
        pool.grant(-most, it.from, &mut seen);
        Self { pool, jobs: jobs.peekable(), granted: 0, held: 0, arriving, seen }
    }

    /// How many GPUs it asks for now: for who runs, who waits, and who may come within the hour.
    #[cold]
    pub fn asks(&self) -> i64 {
        self.pool.wanted() + self.arriving
    }

    /// Plays the hour that ends now on so many GPUs, some of which are struck.
    pub fn hour(&mut self, gpus: i64, strikes: &[Strike], now: Instant) -> Spent {
        let began = Instant { millis: now.millis - Span::HOUR.millis };
        self.pool.grant(gpus - self.granted, began, &mut self.seen);
        self.granted = gpus;
        let mut down = 0;
        for it in strikes {
            let at = began + it.after;
            self.pool.advance(at, &mut self.jobs, &mut self.seen);
            let gone = self.pool.fails(it.gpu, it.takes_node, at, &mut self.seen);
            self.granted -= gone;
            down += gone * (now - at).millis;
        }
        self.pool.advance(now, &mut self.jobs, &mut self.seen);
        let total = self.pool.held_until(now);
        let held = (total - std::mem::replace(&mut self.held, total)) as i64;
        Spent { held, down, undone: std::mem::take(&mut self.seen.undone) }
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
