//! Time passes in a pool: from one moment at which something happens to the next.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::iter::Peekable;

use super::ahead::Calendar;
use super::job::{Energies, Job, Record};
use super::meter::{Counts, Meter, Watts};
use super::rhythm::{Rhythm, Stint};
use super::sink::Sink;
use crate::policy::{Ahead, Ask, Decision, Decisions, News, Policy, Snapshot};
use crate::time::{Instant, Span};

/// What a pool is.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// GPUs.
    pub gpus: i64,
    /// IT watts of one.
    pub watts: Watts,
    /// How jobs save their work.
    pub rhythm: Rhythm,
    /// GPUs that are wanted for something else.
    pub ahead: Vec<Ahead>,
}

/// Jobs that wait and run on some GPUs, at one moment.
pub struct Pool {
    plan: Plan,
    policy: Box<dyn Policy>,
    pub(super) calendar: Calendar,
    pub(super) counts: Counts,
    meter: Meter,
    /// By name: what a policy sees of a job, and what it does not see.
    pub(super) asks: Vec<Ask>,
    pub(super) jobs: Vec<Present>,
    /// Names that nobody has.
    names: Vec<usize>,
    /// Names of jobs that are done; free once the policy knows.
    done: Vec<usize>,
    /// When stints end, as it looks now; what was stopped before has another stamp by then.
    ends: BinaryHeap<Reverse<(Instant, usize, u32)>>,
    news: Vec<News>,
    decisions: Decisions,
    /// When the policy wants to look again.
    wake: Option<Instant>,
    came: u64,
    /// Arrivals and ends so far.
    events: u64,
}

/// A job that waits or runs.
#[derive(Debug, Default)]
pub(super) struct Present {
    record: Record,
    started: bool,
    /// Work that is left.
    left: Span,
    /// When it got the GPUs that it holds.
    pub(super) since: Instant,
    /// When it will be done, if nothing stops it.
    ends: Instant,
    /// IT watts as planned for this stint.
    watts: i64,
    /// Changes whenever it gets or gives GPUs.
    stamp: u32,
    /// Was told to stop, and saves its work.
    saves: bool,
}

/// Plays all jobs to their end. They come in order of submission.
pub fn replay(
    plan: Plan,
    policy: Box<dyn Policy>,
    jobs: impl Iterator<Item = Job>,
    sink: &mut impl Sink,
) -> Pool {
    let mut pool = Pool::new(plan, policy);
    pool.advance(Instant::NEVER, &mut jobs.peekable(), sink);
    pool.meter.end(|hour| sink.hour(hour));
    pool
}

impl Pool {
    /// A pool in which nothing waits or runs.
    pub fn new(plan: Plan, policy: Box<dyn Policy>) -> Self {
        Self {
            policy,
            calendar: Calendar::of(plan.ahead.clone()),
            counts: Counts { free: plan.gpus, ..Counts::default() },
            meter: Meter::new(plan.watts),
            plan,
            asks: Vec::new(),
            jobs: Vec::new(),
            names: Vec::new(),
            done: Vec::new(),
            ends: BinaryHeap::new(),
            news: Vec::new(),
            decisions: Decisions::default(),
            wake: None,
            came: 0,
            events: 0,
        }
    }

    /// Plays all that happens before a moment. At each moment what ends, ends first; then jobs
    /// come; then the policy decides once.
    pub fn advance<J: Iterator<Item = Job>>(
        &mut self,
        until: Instant,
        jobs: &mut Peekable<J>,
        sink: &mut impl Sink,
    ) {
        while let Some(now) = self.next_at(jobs)
            && now < until
        {
            self.meter.until(now, &self.counts, |hour| sink.hour(hour));
            self.end_due(now, sink);
            if self.calendar.next_at().is_some_and(|it| it <= now) {
                self.turns(now);
            }
            while let Some(job) = jobs.next_if(|it| it.submit <= now) {
                self.comes(job, sink);
            }
            self.decide(now, sink);
        }
    }

    /// Arrivals and ends so far.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// IT energy so far, and of it that of GPUs that nobody held, in millijoules.
    pub fn energy(&self) -> (i128, i128) {
        (self.meter.energy, self.meter.unheld)
    }

    fn next_at<J: Iterator<Item = Job>>(&mut self, jobs: &mut Peekable<J>) -> Option<Instant> {
        let end = self.ends.peek().map(|Reverse(it)| it.0);
        let come = jobs.peek().map(|it| it.submit);
        if end.is_none() && come.is_none() && self.counts.waiting == 0 {
            return None;
        }
        [end, come, self.wake, self.calendar.next_at()].into_iter().flatten().min()
    }

    fn comes(&mut self, job: Job, sink: &mut impl Sink) {
        self.events += 1;
        if job.gpus > self.plan.gpus {
            sink.refuses(&job);
            return;
        }
        let ask = Ask {
            least: job.gpus,
            most: job.gpus,
            priority: job.priority,
            stoppable: true,
            walltime: job.walltime,
            holds: 0,
            order: self.came,
            account: job.account,
        };
        self.came += 1;
        let present = Present {
            left: job.runtime,
            record: Record { job, ..Record::default() },
            ..Present::default()
        };
        let name = self.names.pop().unwrap_or(self.asks.len());
        if name == self.asks.len() {
            self.asks.push(ask);
            self.jobs.push(present);
        } else {
            // The stamp goes on: what is left in the heap of an earlier bearer means nobody.
            let stamp = self.jobs[name].stamp;
            self.asks[name] = ask;
            self.jobs[name] = Present { stamp, ..present };
        }
        self.counts.waiting += 1;
        self.news.push(News::Came(name));
    }

    fn end_due(&mut self, now: Instant, sink: &mut impl Sink) {
        while let Some(&Reverse((at, name, stamp))) = self.ends.peek()
            && at <= now
        {
            self.ends.pop();
            let present = &self.jobs[name];
            if present.stamp != stamp {
                continue;
            }
            if present.saves {
                let took = now - present.since;
                let stint = self.plan.rhythm.saved(took, present.record.stops > 0);
                self.waits_again(name, now, &stint);
            } else {
                self.ends_now(name, now, sink);
            }
        }
    }

    fn ends_now(&mut self, name: usize, now: Instant, sink: &mut impl Sink) {
        let present = &self.jobs[name];
        let stint = self.plan.rhythm.last(present.left, present.record.stops > 0);
        self.gives_back(name, now, &stint);
        let record = &mut self.jobs[name].record;
        record.end = now;
        sink.ends(record);
        self.events += 1;
        self.done.push(name);
        self.news.push(News::Left(name));
    }

    /// A job that is told to stop gives its GPUs back at once, or when it has saved its work,
    /// unless it is done before.
    fn told_to_stop(&mut self, name: usize, now: Instant) {
        if self.plan.rhythm.grace == Span::default() {
            self.breaks(name, now);
            return;
        }
        let present = &mut self.jobs[name];
        let saved = now + self.plan.rhythm.grace;
        if !present.saves && saved < present.ends {
            present.saves = true;
            present.stamp += 1;
            self.ends.push(Reverse((saved, name, present.stamp)));
        }
    }

    /// A job loses its GPUs at once: it waits again, with what its checkpoints kept.
    pub(super) fn breaks(&mut self, name: usize, now: Instant) {
        let present = &self.jobs[name];
        let stint = self.plan.rhythm.broken(now - present.since, present.record.stops > 0);
        self.waits_again(name, now, &stint);
    }

    fn waits_again(&mut self, name: usize, now: Instant, stint: &Stint) {
        self.gives_back(name, now, stint);
        let present = &mut self.jobs[name];
        present.left = present.left - stint.kept;
        present.record.stops += 1;
        present.saves = false;
        self.counts.waiting += 1;
        self.news.push(News::Back(name));
    }

    fn gives_back(&mut self, name: usize, now: Instant, stint: &Stint) {
        let gpus = std::mem::take(&mut self.asks[name].holds);
        let present = &mut self.jobs[name];
        let spent = |watts: i64, time: Span| i128::from(gpus * watts) * i128::from(time.millis);
        let energy = Energies {
            active: spent(self.plan.watts.full, stint.worked()),
            held: spent(self.plan.watts.idle, stint.stalled()),
        };
        let planned = i128::from(present.watts) * i128::from((now - present.since).millis);
        self.meter.settle(energy, planned);
        present.record.energy.active += energy.active;
        present.record.energy.held += energy.held;
        present.record.lost = present.record.lost + stint.lost();
        present.stamp += 1;
        self.counts.held -= gpus;
        self.counts.free += gpus;
        self.counts.watts -= present.watts;
    }

    /// The policy decides; where something was given back at once, it looks again.
    fn decide(&mut self, now: Instant, sink: &mut impl Sink) {
        loop {
            self.wake = None;
            self.looks(now);
            self.news.clear();
            self.names.append(&mut self.done);
            let decisions = std::mem::take(&mut self.decisions);
            for decision in &decisions.0 {
                match *decision {
                    Decision::Start(name, gpus) => self.starts(name, gpus, now, sink),
                    Decision::Resize(..) => unreachable!("jobs are rigid"),
                    Decision::Stop(name) => self.told_to_stop(name, now),
                    Decision::Wake(at) => self.wake = Some(at),
                }
            }
            self.decisions = decisions;
            if self.news.is_empty() {
                break;
            }
        }
    }

    fn looks(&mut self, now: Instant) {
        self.decisions.0.clear();
        let seen = Snapshot {
            now,
            gpus: self.counts.held + self.counts.free,
            free: self.counts.free,
            asks: &self.asks,
            news: &self.news,
            ahead: &self.calendar.ahead,
        };
        self.policy.decide(&seen, &mut self.decisions);
    }

    fn starts(&mut self, name: usize, gpus: i64, now: Instant, sink: &mut impl Sink) {
        assert!(gpus <= self.counts.free, "a policy gives out what is free");
        let present = &mut self.jobs[name];
        let stint = self.plan.rhythm.last(present.left, present.record.stops > 0);
        let took = stint.worked() + stint.stalled();
        present.since = now;
        present.watts = gpus * self.plan.watts.mean(&stint);
        present.stamp += 1;
        present.ends = now + took;
        self.ends.push(Reverse((present.ends, name, present.stamp)));
        self.asks[name].holds = gpus;
        self.counts.held += gpus;
        self.counts.free -= gpus;
        self.counts.watts += present.watts;
        self.counts.waiting -= 1;
        if !std::mem::replace(&mut present.started, true) {
            present.record.start = now;
            sink.starts(&present.record.job, now);
        }
    }
}
