//! How fast a pool plays jobs, as a ratio to a bare heap loop timed in the same run.
//! `cargo bench -p offtake --bench replay`
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    reason = "a bench has a clock and talks"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::Instant as Clock;

use offtake::chance::{Purpose, Stream};
use offtake::policy::{Easy, Fifo, Policy};
use offtake::pool::{Job, Plan, Sink, Summary, replay};
use offtake::time::{Instant, Span};

/// Jobs of many sizes and lengths that keep a pool busy to some degree: sizes are powers of two up
/// to 512, two of three below eight; lengths are exponential around two hours; walltimes are up to
/// five times as long.
struct Load {
    luck: Stream,
    nth: u64,
    count: u64,
    now: f64,
    between: f64,
}

const MEAN_GPUS: f64 = 39.13;
const MEAN_SECONDS: f64 = 7_200.0;

impl Load {
    fn of(gpus: i64, load: f64, count: u64) -> Self {
        let between = MEAN_GPUS * MEAN_SECONDS / (gpus as f64 * load);
        let luck = Stream::new(1, "bench", Purpose::Failures, 0);
        Self { luck, nth: 0, count, now: 0.0, between }
    }
}

impl Iterator for Load {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        if self.nth == self.count {
            return None;
        }
        let [a, b, c, d] =
            self.luck.block(self.nth).map(|it| (f64::from(it) + 0.5) / 4_294_967_296.0);
        self.now -= self.between * libm::log(a);
        let gpus = 1_i64 << (9.99 * b * b * b) as i64;
        let seconds = (-MEAN_SECONDS * libm::log(c)).max(1.0) as i64;
        let job = Job {
            nth: self.nth,
            submit: Instant { millis: self.now as i64 * 1000 },
            gpus,
            runtime: Span { millis: seconds * 1000 },
            walltime: Some(Span { millis: (seconds as f64 * (1.0 + 4.0 * d)) as i64 * 1000 }),
            ..Job::default()
        };
        self.nth += 1;
        Some(job)
    }
}

/// A bare heap with as many pending events, two pops and pushes a job.
fn heap_loop(pending: usize, jobs: u64) -> f64 {
    let mut heap: BinaryHeap<Reverse<(u64, u64)>> =
        (0..pending as u64).map(|i| Reverse((i * 7919 % 100_000, i))).collect();
    let start = Clock::now();
    for nth in 0..2 * jobs {
        let Some(Reverse((at, _))) = heap.pop() else { break };
        heap.push(Reverse((at + 1 + nth * 7919 % 199_999, nth)));
    }
    black_box(heap.len());
    start.elapsed().as_secs_f64()
}

/// The most jobs that were present at once.
#[derive(Default)]
struct Peak {
    running: i64,
    peak: i64,
    waiting: f64,
    hours: f64,
}

impl Sink for Peak {
    fn starts(&mut self, _: &Job, _: Instant) {
        self.running += 1;
        self.peak = self.peak.max(self.running);
    }

    fn ends(&mut self, _: &offtake::pool::Record) {
        self.running -= 1;
    }

    fn hour(&mut self, hour: &offtake::pool::Hour) {
        self.hours += 1.0;
        self.waiting += hour.waiting as f64 / Span::HOUR.millis as f64;
    }
}

fn policy(name: &str) -> Box<dyn Policy> {
    match name {
        "fifo" => Box::new(Fifo::default()),
        _ => Box::new(Easy::default()),
    }
}

/// `cargo bench -p offtake --bench replay -- fifo` plays one policy only.
fn main() {
    let only = std::env::args().skip(1).find(|it| !it.starts_with('-'));
    println!("policy    gpus  load     jobs   jobs/s   use  mean queue  heap ratio");
    for (name, gpus, load, count) in [
        ("fifo", 8_192, 0.9, 100_000_u64),
        ("easy", 8_192, 0.9, 100_000),
        ("easy", 8_192, 1.2, 2_000),
        ("easy", 8_192, 1.2, 10_000),
        ("easy", 8_192, 1.2, 100_000),
        ("easy", 8_192, 1.2, 1_000_000),
        ("fifo", 300_000, 0.95, 1_000_000),
        ("easy", 300_000, 0.95, 1_000_000),
    ] {
        if only.as_ref().is_some_and(|it| it != name) {
            continue;
        }
        let mut best = f64::INFINITY;
        let mut totals = None;
        let jobs: Vec<Job> = Load::of(gpus, load, count).collect();
        for _ in 0..3 {
            let mut summary = Summary::default();
            let plan = Plan { gpus, ..Plan::default() };
            let jobs = jobs.clone();
            let start = Clock::now();
            black_box(replay(plan, policy(name), jobs.into_iter(), &mut summary));
            best = best.min(start.elapsed().as_secs_f64());
            totals = Some(summary.totals());
        }
        let totals = totals.unwrap();
        let mut peak = Peak::default();
        replay(Plan { gpus, ..Plan::default() }, policy(name), jobs.into_iter(), &mut peak);
        let heap = heap_loop(peak.peak as usize, count);
        println!(
            "{name:6} {gpus:7} {load:5} {count:8} {:8.0} {:5.2} {:11.0} {:11.2}",
            count as f64 / best,
            totals.work / (gpus as f64 * totals.makespan),
            peak.waiting / peak.hours,
            heap / best,
        );
    }
}
