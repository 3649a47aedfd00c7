//! Many small jobs as an hourly load: what arrives waits until there is room. For a while they may
//! be played one by one.

use std::sync::Arc;

use super::detail::{Detail, Seen, Spent};
use super::failures::Strike;
use super::services::{WEEK, week_table};
use crate::chance::{Purpose, Stream};
use crate::jobs::Job;
use crate::pool::{Fill, Shape};
use crate::scenario::{Case, Fleet, Jobs, Work};
use crate::time::{Instant, Span};

/// A load of jobs at one moment.
#[derive(Debug)]
pub struct Backlog {
    start: Instant,
    growth: f64,
    /// GPU-milliseconds that arrive in each hour of the week in this month, from Monday.
    week: [i64; WEEK],
    /// GPU-milliseconds that wait or run.
    waiting: i64,
    /// GPU-milliseconds that counted when they were worked, and are undone since.
    undone: i64,
    /// Not begun.
    ahead: Option<Box<Ahead>>,
    detail: Option<Box<Detail>>,
    /// What came of the detail once it is over.
    seen: Option<Seen>,
}

/// A detail that has not begun.
#[derive(Clone, Debug)]
struct Ahead {
    detail: crate::scenario::Detail,
    luck: Stream,
    /// GPUs that may be granted at the most, and how they stand together.
    machine: (i64, Shape),
}

/// No NVLink domain has more nodes than this, and no node more GPUs.
const MOST: i64 = 144;

/// How GPUs of a fleet stand together: a rack is taken for an NVLink domain.
fn shape(fleet: &Fleet) -> Shape {
    let node = fleet.node.min(MOST);
    Shape { node, domain: (fleet.rack / node).clamp(1, MOST), spares: 0, fill: Fill::Pack }
}

impl Backlog {
    /// The load of a piece of work.
    pub fn new(case: &Case, work: &Work, it: &Jobs) -> Self {
        let ahead = it.detail.clone().map(|detail| Ahead {
            detail,
            luck: case.stream(&format!("workload.{}", work.name), Purpose::Jobs),
            machine: (case.most_gpus(work.fleet), shape(&case.fleets[work.fleet])),
        });
        Self {
            start: work.start,
            growth: 0.0,
            week: [0; WEEK],
            waiting: 0,
            undone: 0,
            ahead: ahead.map(Box::new),
            detail: None,
            seen: None,
        }
    }

    /// A month begins: arrivals move on their yearly path.
    pub fn month_begins(&mut self, it: &Jobs, now: Instant) {
        let years = now.years_since(self.start).max(0.0);
        self.growth = libm::pow(1.0 + it.growth, years);
        let arrives = it.gpus * Span::HOUR.millis as f64 * self.growth;
        self.week = week_table(&it.week).map(|factor| (arrives * factor) as i64);
    }

    /// The hour that begins now: its arrivals join what waits; it asks for room for all of it.
    pub fn asks(&mut self, it: &Jobs, now: Instant, hour: usize) -> i64 {
        if !self.is_load() {
            self.turns(it, now);
        }
        if let Some(detail) = &self.detail {
            return self.waiting / Span::HOUR.millis + detail.asks();
        }
        if now >= self.start {
            let arrives = match &it.trace {
                Some(trace) => trace.asked_in(now - self.start),
                None => self.week[hour],
            };
            self.waiting = self.waiting.saturating_add(arrives);
        }
        self.waiting / Span::HOUR.millis
    }

    /// Whether it is a load from now on to the end, and no job of it will be played alone.
    #[inline]
    pub fn is_load(&self) -> bool {
        self.ahead.is_none() && self.detail.is_none()
    }

    /// A detail begins, or is over: then what is left of it is a load again.
    #[cold]
    fn turns(&mut self, it: &Jobs, now: Instant) {
        if let Some(ahead) = self.ahead.take_if(|it| it.detail.from <= now) {
            let (jobs, arriving) = self.comes(it, &ahead);
            let detail = Detail::new(&ahead.detail, jobs, arriving as i64, ahead.machine);
            self.detail = Some(Box::new(detail));
        }
        let over = it.detail.as_ref().is_some_and(|it| it.to <= now);
        if let Some(detail) = self.detail.take_if(|_| over) {
            let (seen, left) = detail.ends(now);
            self.seen = Some(seen);
            self.waiting += left;
        }
    }

    /// The jobs of a detail, and the GPUs that an hour's jobs want on the mean.
    fn comes(&self, it: &Jobs, ahead: &Ahead) -> (Box<dyn Iterator<Item = Job>>, f64) {
        let from = ahead.detail.from;
        if let Some(trace) = &it.trace {
            let jobs = Arc::clone(trace).jobs(self.start, from);
            return (Box::new(jobs), trace.gpus_per_hour());
        }
        let shape = it.shape.as_ref().expect("check has seen the jobs' shape");
        let per_day = it.per_day * self.growth;
        let jobs = shape.jobs_of(ahead.luck, from, ahead.detail.to, per_day);
        (Box::new(jobs), per_day / 24.0 * shape.mean_gpus())
    }

    /// How many of its GPUs are those of jobs one by one: what was left of a load goes first.
    pub fn one_by_one(&self, gpus: i64) -> i64 {
        match &self.detail {
            Some(_) => gpus - (self.waiting / Span::HOUR.millis).min(gpus),
            None => 0,
        }
    }

    /// The hour that ends now was worked on so many GPUs one by one, some of which were struck.
    pub fn hour(&mut self, gpus: i64, strikes: &[Strike], now: Instant) -> Spent {
        let Some(detail) = &mut self.detail else { return Spent::default() };
        let spent = detail.hour(gpus, strikes, now);
        self.undone += spent.undone;
        spent
    }

    /// So many GPU-milliseconds of a load were worked off, and so many in all. Comes back with those among
    /// them that stand for what is undone by now.
    pub fn worked(&mut self, load: i64, all: i64) -> i64 {
        self.waiting -= load;
        let undone = self.undone.min(all);
        self.undone -= undone;
        undone
    }

    /// What came of jobs that were played one by one.
    pub fn seen(&self) -> Option<&Seen> {
        self.seen.as_ref().or_else(|| Some(self.detail.as_ref()?.seen()))
    }
}
