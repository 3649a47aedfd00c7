//! Many small jobs as an hourly load: what arrives waits until there is room. For a while they may
//! be played one by one.

use super::detail::{Detail, Seen};
use super::services::week_table;
use crate::chance::{Purpose, Stream};
use crate::scenario::{Case, Jobs, Work};
use crate::time::{Instant, Span};

/// A load of jobs at one moment.
#[derive(Debug)]
pub struct Backlog {
    start: Instant,
    growth: f64,
    /// GPU-milliseconds that arrive in an hour of this month, before the hour's factor.
    arrives: f64,
    week: [f64; 168],
    /// GPU-milliseconds that wait or run.
    waiting: i64,
    /// Not begun.
    ahead: Option<Ahead>,
    detail: Option<Box<Detail>>,
    /// What came of the detail once it is over.
    seen: Option<Seen>,
}

/// A detail that has not begun.
#[derive(Clone, Debug)]
struct Ahead {
    detail: crate::scenario::Detail,
    luck: Stream,
    /// GPUs that may be granted at the most.
    most: i64,
}

/// What an hour of jobs came to, in GPU-milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hour {
    /// Held by jobs.
    pub held: i64,
    /// Of it, undone since jobs were stopped.
    pub undone: i64,
    /// Of it, what was left of a load.
    load: i64,
}

impl Backlog {
    /// The load of a piece of work.
    pub fn new(case: &Case, work: &Work, it: &Jobs) -> Self {
        let ahead = it.detail.clone().map(|detail| Ahead {
            detail,
            luck: Stream::new(case.seed, &format!("workload.{}", work.name), Purpose::Jobs, 0),
            most: case.most_gpus(work.fleet),
        });
        Self {
            start: work.start,
            growth: 0.0,
            arrives: 0.0,
            week: week_table(&it.week),
            waiting: 0,
            ahead,
            detail: None,
            seen: None,
        }
    }

    /// A month begins: arrivals move on their yearly path.
    pub fn month_begins(&mut self, it: &Jobs, now: Instant) {
        let years = now.years_since(self.start).max(0.0);
        self.growth = libm::pow(1.0 + it.growth, years);
        self.arrives = it.gpus * Span::HOUR.millis as f64 * self.growth;
    }

    /// The hour that begins now: its arrivals join what waits; it asks for room for all of it.
    pub fn asks(&mut self, it: &Jobs, now: Instant, hour: usize) -> i64 {
        self.turns(it, now);
        if let Some(detail) = &self.detail {
            return self.waiting / Span::HOUR.millis + detail.asks();
        }
        if now >= self.start {
            self.waiting += (self.arrives * self.week[hour]) as i64;
        }
        self.waiting / Span::HOUR.millis
    }

    /// A detail begins, or is over: then what is left of it is a load again.
    fn turns(&mut self, it: &Jobs, now: Instant) {
        if let Some(Ahead { detail, luck, most }) = self.ahead.take_if(|it| it.detail.from <= now) {
            let shape = it.shape.as_ref().expect("check has seen the jobs' shape");
            let per_day = it.per_day * self.growth;
            let arriving = (per_day / 24.0 * shape.mean_gpus()) as i64;
            let jobs = shape.jobs_of(luck, detail.from, detail.to, per_day);
            self.detail = Some(Box::new(Detail::new(&detail, jobs, most, arriving)));
        }
        let over = it.detail.as_ref().is_some_and(|it| it.to <= now);
        if let Some(detail) = self.detail.take_if(|_| over) {
            let (seen, left) = detail.ends(now);
            self.seen = Some(seen);
            self.waiting += left;
        }
    }

    /// The hour that ends now was worked on so many GPUs. What was left of a load goes first.
    pub fn hour(&mut self, gpus: i64, now: Instant) -> Hour {
        let Some(detail) = &mut self.detail else {
            let all = gpus * Span::HOUR.millis;
            return Hour { held: all, undone: 0, load: all };
        };
        let on_load = (self.waiting / Span::HOUR.millis).min(gpus);
        let (held, undone) = detail.hour(gpus - on_load, now);
        let load = on_load * Span::HOUR.millis;
        Hour { held: held + load, undone, load }
    }

    /// The load was worked off, but for what failures undid, be it of the load or of a detail.
    pub fn worked(&mut self, hour: Hour, used: i64) {
        self.waiting += hour.held - used - hour.load;
    }

    /// What came of jobs that were played one by one.
    pub fn seen(&self) -> Option<&Seen> {
        self.seen.as_ref().or_else(|| Some(self.detail.as_ref()?.seen()))
    }
}
