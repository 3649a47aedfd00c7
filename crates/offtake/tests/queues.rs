//! Do jobs wait as long as queueing theory says they must?
//!
//! Fixed seeds; the first of the batches is dropped; the standard error by batch means is 0.3 % at
//! most and the bound four of it. Each batch is corrected by the work that happened to come in it,
//! whose mean is known (a control variate), which halves the variance.

use offtake::chance::{Purpose, Stream};
use offtake::policy::{Fifo, Policy, Preempt};
use offtake::pool::{Job, Plan, Record, Rhythm, Sink, replay};
use offtake::time::{Instant, Span};

/// Jobs of one GPU that come at random: how many a second, and how many seconds they take.
#[derive(Clone, Copy)]
struct Class {
    rate: f64,
    mean: f64,
}

impl Class {
    fn load(self) -> f64 {
        self.rate * self.mean
    }

    /// Work that is found under way on average, in seconds; exponential times.
    fn rest(self) -> f64 {
        self.rate * self.mean * self.mean
    }
}

const BATCHES: usize = 101;

/// One after the other; the first class has the highest priority.
struct Arrivals<'a> {
    classes: &'a [Class],
    luck: Stream,
    now: f64,
    nth: u64,
    count: u64,
}

impl Iterator for Arrivals<'_> {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        if self.nth == self.count {
            return None;
        }
        let share = |it: u32| (f64::from(it) + 0.5) / 4_294_967_296.0;
        let [gap, which, time, _] = self.luck.block(self.nth).map(share);
        let rate: f64 = self.classes.iter().map(|it| it.rate).sum();
        self.now -= libm::log(gap) / rate;
        let mut left = which * rate;
        let mut later = |it: &Class| {
            left -= it.rate;
            left >= 0.0
        };
        let class =
            self.classes.iter().take_while(|it| later(it)).count().min(self.classes.len() - 1);
        let millis = |seconds: f64| (seconds * 1e3).round() as i64;
        let job = Job {
            nth: self.nth,
            submit: Instant { millis: millis(self.now) },
            gpus: 1,
            runtime: Span { millis: millis(-libm::log(time) * self.classes[class].mean).max(1) },
            priority: -(class as i64),
            ..Job::default()
        };
        self.nth += 1;
        Some(job)
    }
}

/// One class in one batch.
#[derive(Clone, Copy, Default)]
struct Sum {
    waits: f64,
    times: f64,
    count: f64,
}

/// Sums of all batches.
struct Batches {
    each: u64,
    classes: usize,
    sums: Vec<Sum>,
    /// Seconds of work that came.
    work: Vec<f64>,
    /// When the first job of each came.
    began: Vec<f64>,
}

impl Batches {
    fn at(&mut self, job: &Job) -> &mut Sum {
        let batch = (job.nth / self.each) as usize;
        &mut self.sums[batch * self.classes + -job.priority as usize]
    }
}

impl Sink for Batches {
    fn ends(&mut self, record: &Record) {
        let job = &record.job;
        let batch = (job.nth / self.each) as usize;
        if job.nth.is_multiple_of(self.each) {
            self.began[batch] = job.submit.millis as f64 / 1e3;
        }
        self.work[batch] += job.runtime.seconds();
        let sum = self.at(job);
        sum.waits += record.wait().seconds();
        sum.times += record.completion().seconds();
        sum.count += 1.0;
    }
}

/// Plays batches of so many jobs, one more than is looked at: the last only ends the one before it.
fn plays(gpus: i64, classes: &[Class], policy: Box<dyn Policy>, each: u64) -> Batches {
    let mut batches = Batches {
        each,
        classes: classes.len(),
        sums: vec![Sum::default(); (BATCHES + 1) * classes.len()],
        work: vec![0.0; BATCHES + 1],
        began: vec![0.0; BATCHES + 1],
    };
    let count = each * (BATCHES as u64 + 1);
    let luck = Stream::new(11, "queues", Purpose::Failures, 0);
    let jobs = Arrivals { classes, luck, now: 0.0, nth: 0, count };
    // Stopped jobs go on where they were.
    let rhythm = Rhythm { checkpoint: Some(Span { millis: 1 }), ..Rhythm::default() };
    replay(Plan { gpus, rhythm, ..Plan::default() }, policy, jobs, &mut batches);
    batches
}

/// A mean and its standard error, from the batches but the first.
fn mean(batches: &Batches, classes: &[Class], class: usize, of: fn(&Sum) -> f64) -> (f64, f64) {
    let load: f64 = classes.iter().map(|it| it.load()).sum();
    let point = |batch: usize| {
        let sum = &batches.sums[batch * classes.len() + class];
        let took = batches.began[batch + 1] - batches.began[batch];
        ((batches.work[batch] - load * took) / batches.each as f64, of(sum) / sum.count)
    };
    let points: Vec<(f64, f64)> = (1..BATCHES).map(point).collect();
    let count = points.len() as f64;
    let of_all = |it: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(it).sum::<f64>() / count;
    let (x, y) = (of_all(&|it| it.0), of_all(&|it| it.1));
    let slope = of_all(&|it| (it.0 - x) * (it.1 - y)) / of_all(&|it| (it.0 - x) * (it.0 - x));
    let rest = |it: &(f64, f64)| it.1 - y - slope * (it.0 - x);
    let variance = of_all(&|it| rest(it) * rest(it)) * count / (count - 2.0);
    (y - slope * x, libm::sqrt(variance / count))
}

fn near((ours, error): (f64, f64), exact: f64) {
    let error = error / exact;
    let off = ours / exact - 1.0;
    assert!(error <= 0.003, "standard error {error}");
    assert!(off.abs() < 4.0 * error, "{ours} is not {exact}, +-{error}");
}

/// The share of jobs that wait at `servers` with so much load each (Erlang, 1917), by way of his B.
fn erlang_c(servers: u32, load: f64) -> f64 {
    let offered = load * f64::from(servers);
    let blocked = (1..=servers).fold(1.0, |b, n| offered * b / (f64::from(n) + offered * b));
    blocked / (1.0 - load * (1.0 - blocked))
}

fn waits_like_erlang(servers: u32, load: f64, each: u64) {
    let class = Class { rate: load * f64::from(servers) / 100.0, mean: 100.0 };
    let batches = plays(servers.into(), &[class], Box::<Fifo>::default(), each);
    let exact = erlang_c(servers, load) * 100.0 / (f64::from(servers) * (1.0 - load));
    near(mean(&batches, &[class], 0, |it| it.waits), exact);
}

#[test]
fn one_server_lets_jobs_wait_like_m_m_1() {
    waits_like_erlang(1, 0.7, 50_000);
}

#[test]
fn four_servers_let_jobs_wait_as_erlang_says() {
    waits_like_erlang(4, 0.8, 140_000);
}

#[test]
fn sixteen_servers_let_jobs_wait_as_erlang_says() {
    waits_like_erlang(16, 0.85, 400_000);
}

const THREE: [Class; 3] = [
    Class { rate: 0.002, mean: 50.0 },
    Class { rate: 0.0025, mean: 100.0 },
    Class { rate: 0.001, mean: 300.0 },
];

/// Load of a class and of those before it.
fn above(class: usize) -> f64 {
    THREE[..class].iter().map(|it| it.load()).sum()
}

/// Cobham, "Priority assignment in waiting line problems", 1954.
#[test]
fn whoever_runs_is_left_alone_and_classes_wait_as_cobham_says() {
    let never = Span { millis: 1_000 * 365 * Span::DAY.millis };
    let batches = plays(1, &THREE, Box::new(Preempt::with_minimum_run(never)), 95_000);
    let rest: f64 = THREE.iter().map(|it| it.rest()).sum();
    for class in 0..3 {
        let exact = rest / ((1.0 - above(class)) * (1.0 - above(class + 1)));
        near(mean(&batches, &THREE, class, |it| it.waits), exact);
    }
}

/// Kleinrock, "Queueing Systems" II, 1976, section 3.4: preemptive-resume.
#[test]
fn whoever_is_stopped_goes_on_later_and_classes_take_as_long_as_theory_says() {
    let batches = plays(1, &THREE, Box::new(Preempt::default()), 45_000);
    for class in 0..3 {
        let rest: f64 = THREE[..=class].iter().map(|it| it.rest()).sum();
        let free = 1.0 - above(class);
        let exact = THREE[class].mean / free + rest / (free * (1.0 - above(class + 1)));
        near(mean(&batches, &THREE, class, |it| it.times), exact);
    }
}
