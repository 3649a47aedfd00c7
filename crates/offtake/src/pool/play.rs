//! Time passes in a pool: from one moment at which something happens to the next.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::iter::Peekable;

use super::ahead::{Calendar, Guest};
use super::breaks::Breaks;
use super::fate::Fates;
use super::hall::{Class, Hall, Parts};
use super::job::{Energies, Record};
use super::machine::{Scatter, Shape};
use super::meter::{Counts, Meter, Spent, Watts};
use super::rhythm::{Rhythm, Stint};
use super::sink::{Over, Sink};
use crate::jobs::Job;
use crate::policy::{Ahead, Ask, Decision, Decisions, News, Policy, Snapshot};
use crate::time::{Instant, Span};

/// What a pool is.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// GPUs, those of all classes together.
    pub gpus: i64,
    /// IT watts of one.
    pub watts: Watts,
    /// What the site draws beyond IT, in thousandths of it: power usage effectiveness less one.
    pub overhead: i64,
    /// How jobs save their work.
    pub rhythm: Rhythm,
    /// GPUs that are wanted for something else.
    pub ahead: Vec<Ahead>,
    /// Its nodes and NVLink domains; without, only counts are kept.
    pub machine: Option<Shape>,
    /// Where its nodes are not all alike: their classes, at most 32, whose GPUs sum to those of the
    /// pool. A job stays on nodes of one class, and nothing can be wanted ahead. Without, any job runs on
    /// any node.
    pub classes: Vec<Class>,
    /// What breaks.
    pub breaks: Breaks,
}

/// Jobs that wait and run on some GPUs, at one moment.
pub struct Pool {
    pub(super) plan: Plan,
    policy: Box<dyn Policy>,
    pub(super) calendar: Calendar,
    pub(super) guest: Guest,
    pub(super) counts: Counts,
    pub(super) machine: Option<Hall>,
    /// What of them is held, by class.
    parts: Parts,
    pub(super) fates: Fates,
    /// All GPUs, spares among them.
    all: i64,
    /// Names of jobs on a node that is struck; kept for the next.
    pub(super) struck: Vec<usize>,
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
    /// GPUs of all who run or wait.
    wanted: i64,
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

/// Plays jobs until all are done, or until for so long nobody came or went: where nodes break, a job
/// may be too wide ever to start or too long ever to end. Those that are left give back what they hold.
pub fn replay_within(
    plan: Plan,
    policy: Box<dyn Policy>,
    jobs: impl Iterator<Item = Job>,
    patience: Span,
    sink: &mut impl Sink,
) -> Pool {
    let mut pool = Pool::new(plan, policy);
    let mut jobs = jobs.peekable();
    let mut before = None;
    while let Some(now) = pool.next_at(&mut jobs) {
        if before == Some(pool.events) && jobs.peek().is_none() {
            pool.close(now, sink);
            return pool;
        }
        before = Some(pool.events);
        pool.advance(now + patience, &mut jobs, sink);
    }
    pool.meter.end(|hour| sink.hour(hour));
    pool
}

/// Stretches for which a job that comes finds room.
const PLACES: usize = 4;

impl Pool {
    /// A pool in which nothing waits or runs.
    pub fn new(plan: Plan, policy: Box<dyn Policy>) -> Self {
        // What breaks is a node, if only of one GPU.
        let shape = plan.machine.or((!plan.breaks.is_empty()).then(Shape::default));
        let alike = shape.map(|shape| vec![Class { gpus: plan.gpus, shape, kind: 0 }]);
        let classes = if plan.classes.is_empty() { alike } else { Some(plan.classes.clone()) };
        let sizes = match &classes {
            Some(all) => all.iter().map(|it| it.gpus).collect(),
            None => vec![plan.gpus],
        };
        assert_eq!(sizes.iter().sum::<i64>(), plan.gpus, "a pool has the GPUs of its classes");
        assert!(sizes.len() <= 32, "a class is a bit of 32");
        assert!(sizes.len() == 1 || plan.ahead.is_empty(), "what is ahead names no class");
        let machine = classes.map(|it| Hall::new(&it));
        let mut counts = Counts { free: plan.gpus, ..Counts::default() };
        machine.iter().for_each(|it| counts.takes_stock(it.stock()));
        Self {
            policy,
            calendar: Calendar::of(plan.ahead.clone()),
            guest: Guest::default(),
            counts,
            all: counts.all(),
            machine,
            parts: Parts::of(sizes),
            fates: Fates::default(),
            struck: Vec::new(),
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
            wanted: 0,
            events: 0,
        }
    }

    /// Plays all that happens before a moment. At each moment what ends, ends first; then nodes
    /// come back, and break; then jobs come; then the policy decides once.
    pub fn advance<J: Iterator<Item = Job>>(
        &mut self,
        until: Instant,
        jobs: &mut Peekable<J>,
        sink: &mut impl Sink,
    ) {
        while let Some(now) = self.next_at(jobs)
            && now < until
        {
            self.goes_on(now, sink);
            self.fates_due(now, sink);
            if self.calendar.next_at().is_some_and(|it| it <= now) {
                self.turns(now, sink);
            }
            while let Some(job) = jobs.next_if(|it| it.submit <= now) {
                self.comes(job, sink);
            }
            self.decide(now, sink);
            let all = self.counts.all() + self.guest.holds;
            assert_eq!(all, self.all, "a GPU is held, free, aside, down or away");
        }
    }

    /// Time goes on to a moment, and what is due ends.
    pub(super) fn goes_on(&mut self, now: Instant, sink: &mut impl Sink) {
        self.meter.until(now, &self.counts, |hour| sink.hour(hour));
        self.end_due(now, sink);
    }

    /// GPUs of all who run or wait.
    pub fn wanted(&self) -> i64 {
        self.wanted
    }

    /// GPU-milliseconds that jobs held so far, up to a moment before which nothing is due.
    pub fn held_until(&mut self, now: Instant) -> i128 {
        self.meter.until(now, &self.counts, |_| ());
        self.meter.held
    }

    /// GPU-milliseconds of work that is left to who runs or waits.
    pub fn left(&self, now: Instant) -> i64 {
        let left = |(ask, job): (&Ask, &Present)| match ask.holds {
            0 => ask.most * job.left.millis,
            gpus => gpus * (job.ends - now).millis,
        };
        self.asks.iter().zip(&self.jobs).map(left).sum()
    }

    /// Arrivals and ends so far.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Jobs that came and are not done.
    pub fn present(&self) -> usize {
        self.asks.len() - self.names.len() - self.done.len()
    }

    /// Jobs that wait.
    pub fn waiting(&self) -> usize {
        self.counts.waiting as usize
    }

    /// By class of nodes: GPU-milliseconds of work that was kept.
    pub fn kept(&self) -> &[i128] {
        &self.parts.kept
    }

    /// How far gangs were torn apart so far.
    pub fn scatter(&self) -> Scatter {
        self.machine.as_ref().map_or(Scatter::default(), Hall::scatter)
    }

    /// Energy of the site, without that of stints that are not over.
    pub fn spent(&self) -> Spent {
        let Energies { active, held } = self.meter.settled;
        let it = active + held + self.meter.unheld;
        let overhead = (it * i128::from(self.plan.overhead) + 999).div_euclid(1000);
        Spent { active, held, unheld: self.meter.unheld, overhead }
    }

    /// The play is over: jobs that still run give their GPUs back, with all they did.
    pub fn close(&mut self, now: Instant, sink: &mut impl Sink) {
        self.meter.until(now, &self.counts, |hour| sink.hour(hour));
        for name in 0..self.asks.len() {
            if self.asks[name].holds == 0 {
                continue;
            }
            let present = &self.jobs[name];
            let took = now - present.since;
            let broken = self.plan.rhythm.broken(took, present.record.stops > 0);
            let kept = broken.kept + broken.undone;
            let stint = Stint { kept, undone: Span::default(), ..broken };
            self.gives_back(name, now, &stint, Over::Open, sink);
        }
        self.meter.end(|hour| sink.hour(hour));
    }

    /// IT energy so far, and of it that of GPUs that nobody held, in millijoules.
    pub fn energy(&self) -> (i128, i128) {
        (self.meter.energy, self.meter.unheld)
    }

    fn next_at<J: Iterator<Item = Job>>(&mut self, jobs: &mut Peekable<J>) -> Option<Instant> {
        let end = self.ends.peek().map(|Reverse(it)| it.0);
        let come = jobs.peek().map(|it| it.submit);
        // Without jobs nobody asks what breaks.
        if come.is_none() && self.counts.held + self.counts.waiting == 0 {
            return None;
        }
        let dated = [self.calendar.next_at(), self.fates.next()];
        [end, come, self.wake].into_iter().chain(dated).flatten().min()
    }

    fn comes(&mut self, job: Job, sink: &mut impl Sink) {
        self.events += 1;
        let ask = Ask {
            least: job.gpus,
            most: job.gpus,
            priority: job.priority,
            stoppable: true,
            walltime: job.walltime,
            holds: 0,
            order: self.came,
            account: job.account,
            classes: self.accepted(job.kinds),
            on: 0,
        };
        let known = job.kinds == 0 || ask.classes > 0 || self.plan.classes.is_empty();
        if !known || ask.place(&self.parts.sizes).is_none() {
            sink.refuses(&job);
            return;
        }
        self.came += 1;
        self.wanted += job.gpus;
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
            // So does the list of places, unless a large job has left it long.
            let mut places = std::mem::take(&mut self.jobs[name].record.places);
            places.clear();
            places.shrink_to(PLACES);
            self.asks[name] = ask;
            self.jobs[name] = Present { stamp, ..present };
            self.jobs[name].record.places = places;
        }
        self.counts.waiting += 1;
        self.news.push(News::Came(name));
    }

    /// Classes of nodes whose kind of accelerator is accepted.
    fn accepted(&self, kinds: u64) -> u32 {
        let classes = self.plan.classes.iter().enumerate();
        let accepted = classes.filter(|(_, it)| kinds >> it.kind & 1 == 1);
        accepted.fold(0, |all, (nth, _)| all | 1 << nth)
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
                self.waits_again(name, now, &stint, Over::Told, sink);
            } else {
                self.ends_now(name, now, sink);
            }
        }
    }

    fn ends_now(&mut self, name: usize, now: Instant, sink: &mut impl Sink) {
        let present = &self.jobs[name];
        let stint = self.plan.rhythm.last(present.left, present.record.stops > 0);
        self.gives_back(name, now, &stint, Over::Done, sink);
        let present = &mut self.jobs[name];
        present.left = Span::default();
        present.record.end = now;
        self.wanted -= present.record.job.gpus;
        sink.ends(&present.record);
        self.events += 1;
        self.done.push(name);
        self.news.push(News::Left(name));
    }

    /// A job that is told to stop gives its GPUs back at once, or when it has saved its work,
    /// unless it is done before.
    fn told_to_stop(&mut self, name: usize, now: Instant, sink: &mut impl Sink) {
        if self.plan.rhythm.grace == Span::default() {
            self.breaks(name, Over::Told, now, sink);
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
    pub(super) fn breaks(&mut self, name: usize, over: Over, now: Instant, sink: &mut impl Sink) {
        let present = &self.jobs[name];
        let stint = self.plan.rhythm.broken(now - present.since, present.record.stops > 0);
        self.waits_again(name, now, &stint, over, sink);
    }

    fn waits_again(
        &mut self,
        name: usize,
        now: Instant,
        stint: &Stint,
        over: Over,
        sink: &mut impl Sink,
    ) {
        self.gives_back(name, now, stint, over, sink);
        let present = &mut self.jobs[name];
        present.left = present.left - stint.kept;
        present.record.stops += 1;
        present.saves = false;
        self.counts.waiting += 1;
        self.news.push(News::Back(name));
    }

    fn gives_back(
        &mut self,
        name: usize,
        now: Instant,
        stint: &Stint,
        over: Over,
        sink: &mut impl Sink,
    ) {
        let (gpus, class) = (std::mem::take(&mut self.asks[name].holds), self.asks[name].on);
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
        present.record.held = present.record.held + (now - present.since);
        present.record.lost = present.record.lost + stint.lost();
        present.stamp += 1;
        self.counts.held -= gpus;
        self.parts.held[class] -= gpus;
        self.parts.kept[class] += i128::from(gpus * stint.kept.millis);
        self.counts.watts -= present.watts;
        sink.stint(&present.record.job, stint, over);
        if let Some(machine) = &mut self.machine {
            machine.give(class, name, &present.record.places);
            self.counts.takes_stock(machine.stock());
            self.works_begin(now);
        } else {
            self.counts.free += gpus;
        }
    }

    /// The policy decides; where something was given back at once, it looks again.
    pub(super) fn decide(&mut self, now: Instant, sink: &mut impl Sink) {
        loop {
            self.wake = None;
            self.looks(now);
            self.news.clear();
            self.names.append(&mut self.done);
            let decisions = std::mem::take(&mut self.decisions);
            for decision in &decisions.0 {
                match *decision {
                    Decision::Start(name, gpus, class) => self.starts(name, gpus, class, now, sink),
                    Decision::Resize(..) => unreachable!("jobs are rigid"),
                    Decision::Stop(name) => self.told_to_stop(name, now, sink),
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
        match &self.machine {
            Some(hall) if self.parts.sizes.len() > 1 => self.parts.looks(|it| hall.free(it)),
            _ => self.parts.looks(|_| self.counts.free),
        }
        let seen = Snapshot {
            now,
            gpus: &self.parts.up,
            free: &self.parts.free,
            asks: &self.asks,
            news: &self.news,
            ahead: &self.calendar.ahead,
        };
        self.policy.decide(&seen, &mut self.decisions);
    }

    fn starts(&mut self, name: usize, gpus: i64, class: usize, now: Instant, sink: &mut impl Sink) {
        assert!(gpus <= self.counts.free, "a policy gives out what is free");
        assert!(self.asks[name].accepts(class), "a job runs where it can");
        let present = &mut self.jobs[name];
        let stint = self.plan.rhythm.last(present.left, present.record.stops > 0);
        let took = stint.worked() + stint.stalled();
        present.since = now;
        present.watts = gpus * self.plan.watts.mean(&stint);
        present.stamp += 1;
        present.ends = now + took;
        self.ends.push(Reverse((present.ends, name, present.stamp)));
        (self.asks[name].holds, self.asks[name].on) = (gpus, class);
        present.record.class = class;
        self.counts.held += gpus;
        self.parts.held[class] += gpus;
        self.counts.free -= gpus;
        self.counts.watts += present.watts;
        if let Some(machine) = &mut self.machine {
            machine.take(class, name, gpus, &mut present.record.places);
        }
        self.counts.waiting -= 1;
        if !std::mem::replace(&mut present.started, true) {
            present.record.start = now;
            sink.starts(&present.record.job, now);
        }
    }
}
