//! Do the policies do what they say, on thousands of traces that nobody wrote?
//!
//! Each policy stands beside a small, obvious scheduler that goes second by second and looks at
//! everything anew: both must start every job at the same second, ties and simultaneous events
//! included. What the policies promise (nobody overtaken, no reservation missed) is held as well.
#![allow(missing_docs, reason = "a test is read whole")]
#![allow(clippy::disallowed_methods, reason = "what is obvious reckons by other means")]

mod obvious;
mod promises;

use offtake::chance::{Purpose, Stream};
use offtake::policy::{
    Conservative, Easy, FairShare, Fifo, FirstFit, LeastAttained, Policy, Preempt, ShortestFirst,
};
use offtake::pool::{Class, Job, Plan, Record, Rhythm, Shape, Sink, replay};
use offtake::time::{Instant, Span};

use obvious::{Obvious, Rule};

pub const fn seconds(of: i64) -> Span {
    Span { millis: of * 1000 }
}

/// A trace nobody wrote: few GPUs, many ties, some jobs of no length, some beyond their walltime.
pub struct Trace {
    /// By class of nodes.
    pub gpus: Vec<i64>,
    pub jobs: Vec<Job>,
}

impl Trace {
    pub fn plan(&self) -> Plan {
        let class = |(nth, gpus): (usize, &i64)| Class {
            gpus: *gpus,
            shape: Shape::default(),
            kind: nth as u32,
        };
        let classes = self.gpus.iter().enumerate().map(class).collect();
        let classes = if self.gpus.len() > 1 { classes } else { Vec::new() };
        Plan { gpus: self.gpus.iter().sum(), classes, ..Plan::default() }
    }
}

/// The same on nodes of two or three classes, of which some jobs accept not all.
pub fn choosy(seed: u64, honest: bool) -> Trace {
    let mut it = trace(seed, honest);
    let luck = Stream::new(seed, "classes", Purpose::Failures, 0);
    let more = luck.block(u64::MAX).map(|it| 1 + i64::from(it % 8));
    it.gpus.extend(&more[..1 + seed as usize % 2]);
    for job in &mut it.jobs {
        let [a, b, ..] = luck.block(job.nth);
        job.kinds = if a % 3 == 0 { 0 } else { u64::from(b) % (1 << it.gpus.len()) };
        let accepts = |class: &usize| job.kinds == 0 || job.kinds >> class & 1 == 1;
        let widest = (0..it.gpus.len()).filter(accepts).map(|class| it.gpus[class]).max();
        // A power of two, so that what it attains comes to whole seconds.
        job.gpus = job.gpus.min(1 << widest.unwrap().ilog2());
    }
    it
}

/// Traces by number; `honest` ones keep to their walltimes.
pub fn trace(seed: u64, honest: bool) -> Trace {
    let luck = Stream::new(seed, "trace", Purpose::Failures, 0);
    let [a, b, c, _] = luck.block(u64::MAX);
    let gpus = [1, 4, 8, 13][a as usize % 4];
    let count = 5 + b as usize % 40;
    let pace = [1, 5, 20, 60][c as usize % 4];
    let mut now = 0;
    let jobs = (0..count).map(|nth| {
        let [a, b, c, d] = luck.block(2 * nth as u64);
        let [e, f, ..] = luck.block(2 * nth as u64 + 1);
        now += i64::from(a % (pace + 1));
        let runtime = if e % 16 == 0 { 0 } else { i64::from(b % 40) };
        let slack = [0, 0, 1, 7, 30][c as usize % 5];
        let walltime = if honest || f % 8 > 0 { runtime + slack } else { runtime / 2 };
        Job {
            id: nth.to_string().into(),
            nth: nth as u64,
            submit: Instant { millis: now * 1000 },
            gpus: (1 << (d % 4)).min(gpus),
            runtime: seconds(runtime),
            walltime: Some(seconds(walltime.max(1))),
            account: e % 3,
            priority: i64::from(f % 3),
            kinds: 0,
        }
    });
    Trace { gpus: vec![gpus], jobs: jobs.collect() }
}

/// By place in the trace: what came of each job.
#[derive(Default)]
pub struct Records(pub Vec<Record>);

impl Sink for Records {
    fn ends(&mut self, record: &Record) {
        self.0.push(record.clone());
    }
}

pub fn played(trace: &Trace, policy: Box<dyn Policy>, rhythm: Rhythm) -> Vec<Record> {
    let mut records = Records::default();
    let plan = Plan { rhythm, ..trace.plan() };
    replay(plan, policy, trace.jobs.iter().cloned(), &mut records);
    records.0.sort_by_key(|it| it.job.nth);
    records.0
}

/// Saves every second, for nothing.
pub const SAVES: Rhythm = Rhythm {
    checkpoint: Some(seconds(1)),
    write: seconds(0),
    restart: seconds(0),
    grace: seconds(0),
};

fn agrees(rule: Rule, policy: impl Fn() -> Box<dyn Policy>) {
    agrees_on((0..2_000).map(|seed| trace(seed, false)), rule, &policy);
    agrees_on((0..2_000).map(|seed| choosy(seed, false)), rule, &policy);
}

fn agrees_on(
    traces: impl Iterator<Item = Trace>,
    rule: Rule,
    policy: impl Fn() -> Box<dyn Policy>,
) {
    for (nth, trace) in traces.enumerate() {
        let known = Obvious::play(&trace, rule);
        let ours = played(&trace, policy(), SAVES);
        assert_eq!(ours.len(), trace.jobs.len(), "trace {nth}: all jobs come to an end");
        for (it, known) in ours.iter().zip(&known.spans) {
            let span = (it.start.millis / 1000, it.end.millis / 1000);
            assert_eq!(span, *known, "trace {nth}, {:?} GPUs: job {:?}", trace.gpus, it.job);
        }
    }
}

#[test]
fn fifo_is_the_obvious_one() {
    agrees(Rule::Fifo, || Box::new(Fifo::default()));
}

#[test]
fn shortest_first_is_the_obvious_one() {
    agrees(Rule::Shortest, || Box::new(ShortestFirst::default()));
}

#[test]
fn first_fit_is_the_obvious_one() {
    agrees(Rule::FirstFit, || Box::new(FirstFit::default()));
}

#[test]
fn easy_is_the_obvious_one() {
    agrees(Rule::Easy, || Box::new(Easy::default()));
}

#[test]
fn conservative_is_the_obvious_one() {
    agrees(Rule::Conservative, || Box::new(Conservative::default()));
}

#[test]
fn priority_with_preemption_is_the_obvious_one() {
    agrees(Rule::Preempt { minimum_run: 0 }, || Box::new(Preempt::default()));
    let patient = || Box::new(Preempt::with_minimum_run(seconds(5))) as Box<dyn Policy>;
    agrees(Rule::Preempt { minimum_run: 5 }, patient);
}

/// On nodes of one class: on several, accounts often use alike, and the last bit decides who used least.
#[test]
fn fair_share_is_the_obvious_one() {
    let traces = (0..2_000).map(|seed| trace(seed, false));
    let policy = || Box::new(FairShare::with_half_life(seconds(37))) as Box<dyn Policy>;
    agrees_on(traces, Rule::FairShare { half_life: 37 }, policy);
}

#[test]
fn least_attained_service_is_the_obvious_one() {
    let thresholds = [seconds(16), seconds(80)];
    agrees(Rule::Attained { promote: None }, || Box::new(LeastAttained::new(&thresholds, None)));
    agrees(Rule::Attained { promote: Some(2) }, || {
        Box::new(LeastAttained::new(&thresholds, Some(2.0)))
    });
}
