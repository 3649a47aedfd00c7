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
use offtake::policy::{NAMED, Policy, Settings};
use offtake::pool::{
    Breaks, Cause, Fill, Job, Plan, Reliability, Repair, Rhythm, Shape, Sink, Summary, Watts,
    replay,
};
use offtake::time::{Instant, Span};

/// Jobs of many sizes and lengths that keep a pool busy to some degree: sizes are powers of two up
/// to 512, two of three below eight; lengths are exponential around two hours; walltimes are up to
/// five times as long.
struct Load {
    luck: Stream,
    nth: u64,
    count: u64,
    pool: i64,
    now: f64,
    between: f64,
    /// By how much more or less comes by day and by night.
    swing: f64,
}

/// The widest job is a quarter of the pool, and 512 at most.
fn gpus_of(share: f64, pool: i64) -> i64 {
    (1_i64 << (9.99 * share * share * share) as i64).min(pool / 4)
}

fn mean_gpus(pool: i64) -> f64 {
    let sum: i64 = (0..100_000).map(|it| gpus_of((f64::from(it) + 0.5) / 1e5, pool)).sum();
    sum as f64 / 1e5
}

const MEAN_SECONDS: f64 = 7_200.0;

impl Load {
    fn of(gpus: i64, load: f64, count: u64) -> Self {
        let between = mean_gpus(gpus) * MEAN_SECONDS / (gpus as f64 * load);
        let luck = Stream::new(1, "bench", Purpose::Failures, 0);
        Self { luck, nth: 0, count, pool: gpus, now: 0.0, between, swing: 0.0 }
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
        let day = libm::sin(self.now * (std::f64::consts::TAU / 86_400.0));
        self.now -= self.between / (1.0 + self.swing * day) * libm::log(a);
        let gpus = gpus_of(b, self.pool);
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
    NAMED.iter().find(|it| it.name == name).expect("a policy").make(&Settings::default())
}

/// 300,000 GPUs in 4,167 NVL72 domains: nodes and trays break, jobs save their work.
fn fleet() -> Plan {
    let cause = |name: &str, together, per_hour, repair| Cause {
        name: name.into(),
        nodes: 0..u32::MAX,
        together,
        per_hour,
        repair,
        youth: None,
        lemons: None,
    };
    let hours = |hours| Span { millis: hours * Span::HOUR.millis };
    let causes = vec![
        cause("gpu", 1, 5e-5, Some(Repair::Lognormal(hours(12), 1.0))),
        cause("link", 1, 5e-5, None),
        cause("rack", 18, 1e-5, Some(Repair::Exponential(hours(24)))),
    ];
    Plan {
        gpus: 300_000,
        watts: Watts { full: 1_200, idle: 170 },
        rhythm: Rhythm {
            checkpoint: Some(hours(1)),
            write: Span { millis: 30_000 },
            restart: Span { millis: 300_000 },
            ..Rhythm::default()
        },
        machine: Some(Shape { node: 4, domain: 18, spares: 6, fill: Fill::Pack }),
        breaks: Breaks { seed: 1, causes, ..Breaks::default() },
        ..Plan::default()
    }
}

/// CPU seconds and peak memory in MB so far.
fn used() -> (f64, f64) {
    let read = |name: &str| std::fs::read_to_string(name).expect("Linux tells");
    let stat = read("/proc/self/stat");
    let ticks = stat.rsplit(')').next().unwrap().split_whitespace().skip(11).take(2);
    let ticks: f64 = ticks.map(|it| it.parse::<f64>().unwrap()).sum();
    let status = read("/proc/self/status");
    let peak = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).unwrap();
    (ticks / 100.0, peak.trim_end_matches("kB").trim().parse::<f64>().unwrap() / 1e3)
}

/// Jobs come one by one, more by day than by night, so that a queue builds up and goes down.
fn plays_fleet(name: &str) {
    println!("policy      jobs  CPU s  peak MB   use  mean queue  failures  broken jobs  split");
    for count in [1_000_000, 10_000_000] {
        let plan = fleet();
        let mut sink = (Summary::default(), Reliability::new(&plan.breaks));
        let load = Load { swing: 0.2, ..Load::of(plan.gpus, 0.92, count) };
        let before = used().0;
        let pool = replay(plan, policy(name), load, &mut sink);
        let (cpu, peak) = used();
        let totals = sink.0.totals();
        let causes = sink.1.causes();
        println!(
            "{name:6} {count:9} {:6.2} {peak:8.1} {:5.2} {:11.0} {:9} {:12} {:6.4}",
            cpu - before,
            totals.work / (300_000.0 * totals.makespan),
            totals.queue,
            causes.iter().map(|it| it.failures).sum::<u64>(),
            causes.iter().map(|it| it.jobs).sum::<u64>(),
            pool.scatter().split(),
        );
    }
}

/// `cargo bench -p offtake --bench replay -- fifo` plays one policy only, and `-- fleet fifo`
/// only the large machine, `-- grows` how time grows with pool and jobs, `-- lines` with the line.
fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    match words.first().map(String::as_str) {
        None => {
            plays_fleet("fifo");
            compares(None);
        }
        Some("fleet") => plays_fleet(words.get(1).map_or("fifo", |it| it)),
        Some("grows") => grows(),
        Some("lines") => lines(),
        Some(_) => compares(words.first()),
    }
}

/// CPU microseconds for a job, of at least so many jobs together, and jobs that wait on average.
fn a_job(name: &str, gpus: i64, load: f64, count: u64, least: u64) -> (f64, f64) {
    let (mut jobs, mut queue) = (0, 0.0);
    let before = used().0;
    while jobs < least.max(count) {
        let plan = Plan { gpus, ..Plan::default() };
        let mut summary = Summary::default();
        black_box(replay(plan, policy(name), Load::of(gpus, load, count), &mut summary));
        queue = summary.totals().queue;
        jobs += count;
    }
    (1e6 * (used().0 - before) / jobs as f64, queue)
}

/// Jobs by the count, on pools by the size, all nine tenths busy; jobs are made as they come. Draws the
/// table of `docs/benchmarks.md`, with a bar for each time.
fn grows() {
    println!("| GPUs | jobs | `fifo`, a job | `easy`, a job | |\n| --- | --- | --- | --- | --- |");
    let pools = [256, 2_048, 16_384, 131_072, 500_000].map(|gpus| (gpus, 1_000_000));
    let counts = [1_000, 10_000, 100_000, 10_000_000].map(|count| (8_192, count));
    for (gpus, count) in pools.into_iter().chain(counts) {
        let [fifo, easy] = ["fifo", "easy"].map(|it| a_job(it, gpus, 0.9, count, 1_000_000).0);
        let bar = |it: f64, sign: &str| sign.repeat((it * 10.0).round() as usize);
        let bars = format!("{}{}", bar(fifo, "▪"), bar(easy - fifo, "▫"));
        println!("| {gpus} | {count} | {fifo:.2} us | {easy:.2} us | {bars} |");
    }
}

/// More comes than is done, so that lines grow with the jobs.
fn lines() {
    println!("| policy | jobs | waiting, mean | a job |\n| --- | --- | --- | --- |");
    for name in ["easy", "conservative", "las"] {
        for count in [2_000, 8_000, 32_000] {
            let (micros, queue) = a_job(name, 256, 1.5, count, 20_000);
            println!("| `{name}` | {count} | {queue:.0} | {micros:.1} us |");
        }
    }
}

fn compares(only: Option<&String>) {
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
        if only.is_some_and(|it| it != name) {
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
