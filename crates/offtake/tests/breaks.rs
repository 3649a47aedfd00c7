//! Does what breaks, breaks as often as it should, and cost what it should and no more?
//!
//! Statistics have fixed seeds, runs long enough for a standard error of 0.3 % at most, and bounds
//! of four of them.

use std::collections::BTreeMap;

use offtake::chance::{Purpose, Stream};
use offtake::policy::{
    Ahead, Conservative, Easy, FairShare, Fifo, FirstFit, KeepRoom, LeastAttained, Policy, Preempt,
    ShortestFirst,
};
use offtake::pool::{
    Breaks, Cause, Class, Failure, Fill, Hour, Job, Lemons, Outage, Over, Plan, Pool, Record,
    Reliability, Repair, Rhythm, Shape, Sink, Stint, Stretch, Summary, Watts, Works, Youth, replay,
};
use offtake::time::{Instant, Span};

const NODES: Shape = Shape { node: 4, domain: 18, spares: 0, fill: Fill::Pack };

fn hours(hours: f64) -> Span {
    Span { millis: (hours * 3.6e6) as i64 }
}

fn at(hour: f64) -> Instant {
    Instant { millis: hours(hour).millis }
}

fn job(nth: u64, submit: Instant, gpus: i64, runtime: Span) -> Job {
    Job { nth, submit, gpus, runtime, walltime: Some(runtime), ..Job::default() }
}

/// One small job an hour: what breaks is only played while somebody is there.
fn ticks(hours: u64) -> impl Iterator<Item = Job> {
    (0..hours).map(|nth| job(nth, at(nth as f64), 1, Span { millis: 60_000 }))
}

fn cause(name: &str, per_hour: f64, repair: Option<Repair>) -> Cause {
    let (name, nodes) = (name.into(), 0..u32::MAX);
    Cause { name, nodes, together: 1, per_hour, repair, youth: None, lemons: None }
}

fn breaks(causes: Vec<Cause>) -> Breaks {
    Breaks { seed: 7, causes, ..Breaks::default() }
}

fn near(ours: f64, exact: f64, error: f64) {
    assert!(error <= 0.003, "standard error {error}");
    assert!((ours / exact - 1.0).abs() < 4.0 * error, "{ours} is not {exact}, +-{error}");
}

/// When what happened.
#[derive(Default)]
struct Log(Vec<Failure>);

impl Sink for Log {
    fn breaks(&mut self, failure: &Failure) {
        self.0.push(*failure);
    }
}

/// Hours one by one.
#[derive(Default)]
struct Hours(Vec<Hour>);

impl Sink for Hours {
    fn hour(&mut self, hour: &Hour) {
        self.0.push(*hour);
    }
}

impl Hours {
    fn down(&self) -> Vec<f64> {
        self.0.iter().map(|it| it.down as f64 / 3.6e6).collect()
    }
}

// What it costs.

fn random_jobs(seed: u64, count: u64) -> Vec<Job> {
    let luck = Stream::new(seed, "jobs", Purpose::Failures, 0);
    let mut now = 0;
    let one = |nth| {
        let [gap, size, time, slack] = luck.block(nth);
        now += i64::from(gap % 3_000_000);
        let runtime = Span { millis: 1 + i64::from(time % 40_000_000) };
        let walltime = Span { millis: runtime.millis + i64::from(slack % 20_000_000) };
        let gpus = 1 << (size % 8);
        let submit = Instant { millis: now };
        let (priority, account) = (i64::from(slack % 5), time % 3);
        let walltime = Some(walltime);
        Job { nth, submit, gpus, runtime, walltime, priority, account, ..Job::default() }
    };
    (0..count).map(one).collect()
}

fn rough(seed: u64) -> Plan {
    let mut storm = breaks(vec![
        cause("gpu", 2e-3, Some(Repair::Exponential(hours(9.0)))),
        cause("link", 4e-3, None),
        Cause { together: 18, ..cause("rack", 1e-3, Some(Repair::Lognormal(hours(3.0), 0.5))) },
    ]);
    storm.seed = seed;
    storm.outages.push(Outage {
        name: "region".into(),
        nodes: 0..u32::MAX,
        share: 0.7,
        from: at(100.0),
        lasts: hours(6.0),
    });
    storm.works.push(Works { nodes: 3..30, from: at(60.0), lasts: hours(2.0) });
    Plan {
        gpus: 288,
        watts: Watts { full: 1_200, idle: 173 },
        overhead: 217,
        rhythm: Rhythm {
            checkpoint: Some(hours(1.0)),
            write: Span { millis: 61_003 },
            restart: Span { millis: 301_001 },
            grace: Span::default(),
        },
        machine: Some(Shape { spares: 2, ..NODES }),
        breaks: storm,
        ahead: vec![
            Ahead { from: at(40.0), until: at(80.0), gpus: 130 },
            Ahead { from: at(70.0), until: at(120.0), gpus: 90 },
        ],
        ..Plan::default()
    }
}

/// The same on nodes of two classes: 40 of 4 GPUs and two spares, then 16 of 8.
fn rough_in_two(seed: u64) -> Plan {
    let large = Shape { node: 8, domain: 1, ..NODES };
    let classes = vec![
        Class { gpus: 160, shape: Shape { spares: 2, ..NODES }, kind: 0 },
        Class { gpus: 128, shape: large, kind: 1 },
    ];
    Plan { classes, machine: None, ahead: Vec::new(), ..rough(seed) }
}

/// All that can be added up from stints and hours alone.
#[derive(Default)]
struct Book {
    /// By job: kept, held.
    jobs: BTreeMap<u64, [i64; 2]>,
    last: Span,
    active: i128,
    held: i128,
    up_unheld: i128,
    hours: i128,
    held_hours: i128,
    done: Vec<(Instant, Instant, Vec<Stretch>)>,
    broken: u64,
}

impl Sink for Book {
    fn stint(&mut self, job: &Job, stint: &Stint, over: Over) {
        self.last = stint.worked() + stint.stalled();
        let sums = self.jobs.entry(job.nth).or_default();
        sums[0] += stint.kept.millis;
        sums[1] += self.last.millis;
        self.active += i128::from(job.gpus * stint.worked().millis);
        self.held += i128::from(job.gpus * stint.stalled().millis);
        self.broken += u64::from(matches!(over, Over::Broke(_)));
    }

    fn ends(&mut self, record: &Record) {
        let [kept, held] = self.jobs[&record.job.nth];
        assert_eq!(kept, record.job.runtime.millis, "all work is done, once");
        assert_eq!(held, record.held.millis);
        let gpus: u32 = record.places.iter().map(|it| it.nodes * it.gpus).sum();
        assert_eq!(i64::from(gpus), record.job.gpus);
        assert!(record.job.kinds == 0 || record.job.kinds >> record.class & 1 == 1);
        let large = |it: &Stretch| usize::from(it.node >= 42);
        assert!(record.job.kinds == 0 || record.places.iter().all(|it| large(it) == record.class));
        let began = Instant { millis: record.end.millis - self.last.millis };
        self.done.push((began, record.end, record.places.clone()));
    }

    fn hour(&mut self, hour: &Hour) {
        self.up_unheld += i128::from(hour.idle + hour.aside);
        self.held_hours += i128::from(hour.held);
        self.hours += i128::from(hour.energy);
    }
}

impl Book {
    /// Last stints never share a GPU.
    fn sits_apart(&self, size: impl Fn(u32) -> i64) {
        let mut events: Vec<(Instant, i64, &Stretch)> = Vec::new();
        for (began, end, places) in &self.done {
            for it in places {
                events.push((*began, 1, it));
                events.push((*end, -1, it));
            }
        }
        events.sort_by_key(|it| (it.0, it.1));
        let mut used = vec![0; 100];
        for (_, sign, it) in events {
            for at in it.node..it.node + it.nodes {
                used[at as usize] += sign * i64::from(it.gpus);
                assert!(used[at as usize] <= size(at), "a GPU of node {at} is used twice");
            }
        }
    }
}

#[test]
fn work_is_conserved_and_energy_adds_up_to_the_millijoule_whatever_breaks() {
    for seed in 0..40 {
        let policies: [Box<dyn Policy>; 9] = [
            Box::new(Fifo::default()),
            Box::new(Easy::default()),
            Box::new(FirstFit::default()),
            Box::new(ShortestFirst::default()),
            Box::new(Conservative::default()),
            Box::new(Preempt::default()),
            Box::new(FairShare::with_half_life(hours(20.0))),
            Box::new(LeastAttained::new(&[hours(1.0), hours(5.0)], None)),
            Box::new(KeepRoom::default()),
        ];
        for policy in policies {
            let in_two = seed % 2 == 1;
            let mut plan = if in_two { rough_in_two(seed) } else { rough(seed) };
            plan.rhythm.grace = Span { millis: 90_000 * (seed / 2 % 2) as i64 };
            let mut book = (Book::default(), Reliability::new(&plan.breaks));
            let mut jobs = random_jobs(seed, 200);
            for it in jobs.iter_mut().filter(|_| in_two) {
                (it.gpus, it.kinds) = (it.gpus.min(128), it.nth % 4);
            }
            let pool = replay(plan, policy, jobs.into_iter(), &mut book);
            let (book, told) = book;
            assert_eq!(book.done.len(), 200);
            book.sits_apart(|node| if in_two && node >= 42 { 8 } else { 4 });
            let spent = pool.spent();
            assert_eq!(spent.active, book.active * 1_200);
            assert_eq!(spent.held, book.held * 173);
            assert_eq!(spent.unheld, book.up_unheld * 173);
            let it = spent.active + spent.held + spent.unheld;
            assert_eq!((it, spent.unheld), pool.energy());
            assert_eq!(it, book.hours, "hours add up");
            assert_eq!(spent.site(), it + (it * 217 + 999) / 1000);
            assert_eq!(book.held_hours, told.spent().iter().sum::<i128>());
            assert!(book.broken > 0);
            let jobs: u64 = told.causes().iter().map(|it| it.jobs).sum();
            assert_eq!(jobs, book.broken);
            assert_eq!(told.sizes().map(|it| it.1.failures).sum::<u64>(), book.broken);
        }
    }
}

#[test]
fn a_shape_says_where_and_never_when() {
    let starts = |machine| {
        let mut summary = Summary::default();
        let plan = Plan { gpus: 288, machine, ..Plan::default() };
        let jobs = random_jobs(3, 2_000).into_iter();
        replay(plan, Box::new(Easy::default()), jobs, &mut summary);
        summary.totals()
    };
    let none = starts(None);
    assert_eq!(none, starts(Some(NODES)));
    assert_eq!(none, starts(Some(Shape { node: 8, domain: 1, spares: 3, fill: Fill::Spread })));
}

// How often.

#[test]
fn spares_keep_a_pool_as_whole_as_the_birth_death_chain_says() {
    let (nodes, spares, fails, mean) = (46, 4, 0.02, 5.0);
    let long = 2_000_000;
    let plan = Plan {
        gpus: nodes,
        machine: Some(Shape { spares, ..Shape::default() }),
        breaks: breaks(vec![cause("node", fails, Some(Repair::Exponential(hours(mean))))]),
        ..Plan::default()
    };
    let mut seen = Hours::default();
    replay(plan, Box::new(Fifo::default()), ticks(long), &mut seen);
    // Every node is up or down for itself: down are binomially many.
    let all = nodes + spares;
    let away = fails / (fails + 1.0 / mean);
    let mut chance = libm::pow(1.0 - away, all as f64);
    let (mut missing, mut squares) = (0.0, 0.0);
    for down in 0..=all {
        let short = (down - spares).max(0) as f64;
        missing += chance * short;
        squares += chance * short * short;
        chance *= (all - down) as f64 / (down + 1) as f64 * away / (1.0 - away);
    }
    let warm = &seen.0[100..long as usize - 1];
    let offered = |it: &Hour| (it.held + it.idle) as f64 / 3.6e6;
    let ours = warm.iter().map(|it| nodes as f64 - offered(it)).sum::<f64>() / warm.len() as f64;
    // Hours apart by twice the chain's relaxation time count as one.
    let alike = 2.0 * mean * (1.0 - away);
    let deviation = libm::sqrt(squares / (missing * missing) - 1.0);
    near(ours, missing, deviation * libm::sqrt(alike / warm.len() as f64));
}

#[test]
fn mean_time_to_failure_falls_with_the_size_of_a_job() {
    let rate = 1e-2;
    let plan = Plan {
        gpus: 1_152,
        machine: Some(NODES),
        breaks: breaks(vec![cause("node", rate, None)]),
        ..Plan::default()
    };
    let mut told = Reliability::new(&plan.breaks);
    // Jobs end after ten hours unless something breaks, and then begin anew. What ends is censored.
    let sizes = [4, 16, 64];
    let jobs = (0..1_700_000).map(|nth| {
        let size = match nth % 16 {
            0 => 2,
            1..=4 => 1,
            _ => 0,
        };
        job(nth, at(nth as f64 * 0.18), sizes[size], hours(10.0))
    });
    replay(plan, Box::new(Fifo::default()), jobs, &mut told);
    for gpus in sizes {
        let (_, size) = told.sizes().find(|it| it.0 == gpus).unwrap();
        assert!(size.censored > 100_000);
        let exact = 1.0 / (rate * gpus as f64 / 4.0);
        let error = 1.0 / libm::sqrt(size.failures as f64);
        near(size.hours_to_failure().unwrap(), exact, error);
    }
}

#[test]
fn new_nodes_and_lemons_fail_as_often_as_their_hazard_adds_up_to() {
    let youth = Youth { began: at(0.0), settled: hours(2_000.0), shape: 0.6 };
    let lemons = Lemons { share: 0.05, factor: 8.0 };
    let nodes = 60_000_u32;
    let sour = Cause { youth: Some(youth), lemons: Some(lemons), ..cause("gpu", 1e-3, None) };
    let plan = Plan { gpus: nodes.into(), breaks: breaks(vec![sour]), ..Plan::default() };
    let mut log = Log::default();
    replay(plan, Box::new(Fifo::default()), ticks(6_000), &mut log);
    let count = |from: f64, to: f64| {
        let within = |it: &&Failure| (at(from)..at(to)).contains(&it.at);
        log.0.iter().filter(within).count() as f64
    };
    // Weibull: settled / shape x (age / settled)^shape, then one for one. How many nodes are
    // lemons is luck too, but with an address: so is their number.
    let weibull = |age: f64| 2_000.0 / 0.6 * libm::pow(age / 2_000.0, 0.6);
    let luck = Stream::new(7, "gpu.lemons", Purpose::Failures, 0);
    let is_lemon = |node: &u32| f64::from(luck.block(u64::from(*node))[0]) < 0.05 * 4_294_967_296.0;
    let sour = (0..nodes).filter(is_lemon).count() as f64;
    assert!((sour / (0.05 * f64::from(nodes)) - 1.0).abs() < 0.1);
    let rate = 1e-3 * (f64::from(nodes) + 7.0 * sour);
    for (ours, exact) in [
        (count(0.0, 500.0), rate * weibull(500.0)),
        (count(500.0, 2_000.0), rate * (weibull(2_000.0) - weibull(500.0))),
        (count(2_000.0, 5_900.0), rate * 3_900.0),
    ] {
        near(ours, exact, 1.0 / libm::sqrt(exact));
    }
}

// What stands in the plan.

fn log_of(breaks: Breaks) -> Vec<Failure> {
    let plan = Plan { gpus: 720, machine: Some(NODES), breaks, ..Plan::default() };
    let mut log = Log::default();
    replay(plan, Box::new(Fifo::default()), ticks(500), &mut log);
    log.0
}

#[test]
fn another_cause_leaves_the_luck_of_the_first_alone() {
    let first = || cause("gpu", 1e-3, None);
    let alone = log_of(breaks(vec![first()]));
    let both = log_of(breaks(vec![first(), cause("link", 5e-3, None)]));
    let of_first: Vec<_> = both.iter().filter(|it| it.cause == 0).copied().collect();
    assert_eq!(alone, of_first);
    assert!(both.len() > alone.len());
}

fn downs(breaks: Breaks, gpus: i64, jobs: Vec<Job>) -> Vec<f64> {
    let plan = Plan { gpus, machine: Some(NODES), breaks, ..Plan::default() };
    let mut seen = Hours::default();
    replay(plan, Box::new(Fifo::default()), jobs.into_iter(), &mut seen);
    seen.down()
}

#[test]
fn an_outage_takes_all_or_a_share_for_as_long_as_it_lasts() {
    let outage = |share| {
        let name = "region".into();
        let outage = Outage { name, nodes: 0..900, share, from: at(3.0), lasts: hours(2.5) };
        Breaks { outages: vec![outage], ..Breaks::default() }
    };
    let down = downs(outage(1.0), 720, ticks(10).collect());
    assert_eq!(down[..8], [0.0, 0.0, 0.0, 720.0, 720.0, 360.0, 0.0, 0.0]);
    let late = ticks(10).skip(4).collect();
    assert_eq!(downs(outage(1.0), 720, late)[..2], [720.0, 360.0], "it began before the pool");
    let down = downs(outage(0.5), 720, ticks(10).collect());
    assert!((300.0..420.0).contains(&down[4]), "about half: {}", down[4]);
}

#[test]
fn racks_fail_as_one() {
    let rack = Cause { together: 18, ..cause("rack", 2e-2, Some(Repair::Fixed(hours(1.0)))) };
    let log = log_of(breaks(vec![rack]));
    assert!(log.len() > 50);
    let whole = log.iter().filter(|it| it.nodes == 18).count();
    assert!(whole * 10 > log.len() * 9, "but for the racks that are down already");
}

#[test]
fn a_node_with_planned_works_takes_nothing_new_until_it_is_empty() {
    let works = Works { nodes: 0..2, from: at(1.0), lasts: hours(2.0) };
    let planned = || Breaks { works: vec![works.clone()], ..Breaks::default() };
    // Node 0 is held until 4:00, node 1 is empty; the job that comes at 2:00 needs both.
    let jobs = vec![job(0, at(0.0), 4, hours(4.0)), job(1, at(2.0), 8, hours(1.0))];
    assert_eq!(downs(planned(), 8, jobs), [0.0, 4.0, 4.0, 0.0, 4.0, 4.0, 0.0]);
}

#[test]
fn a_play_that_is_cut_off_counts_what_still_runs() {
    let plan = rough(1);
    let mut book = Book::default();
    let mut pool = Pool::new(plan, Box::new(Easy::default()));
    let mut jobs = random_jobs(1, 200).into_iter().peekable();
    pool.advance(at(50.0), &mut jobs, &mut book);
    pool.close(at(50.0), &mut book);
    let spent = pool.spent();
    assert_eq!(spent.active, book.active * 1_200);
    assert_eq!(spent.active + spent.held + spent.unheld, book.hours);
    assert_eq!(book.held_hours, book.active + book.held);
}
