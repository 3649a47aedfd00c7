//! Do jobs drawn from the shape of a trace come to what the trace comes to?
//!
//! Held on every trace: mean GPU-time within 5 %, shares of GPU-time by size within 2 points, dispersion
//! of hourly arrivals within 20 %, and mean and 95th percentile of the wait under `easy` within a factor
//! 1.5, at a use that is the same for trace and draw.
#![allow(missing_docs, reason = "a test tells its story by its names")]

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use offtake::chance::{Purpose, Stream};
use offtake::jobs::{Job, Measure, Shape};
use offtake::policy::Easy;
use offtake::pool::{Plan, Summary, replay};
use offtake::time::{Instant, Span};
use offtake_files::trace::{Mapping, Trace, sorted, unpacked};

const GAIA: &str = r#"
units = "h"

[columns]
submit  = "arrival_time"
runtime = "length"
gpus    = "cpus"
"#;

const CHRONUS: &str = r#"
units = "min"

[columns]
id      = "job_id"
submit  = "submit_time"
runtime = "duration"
gpus    = "num_gpu"
"#;

fn bytes(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    unpacked(BufReader::new(File::open(path).ok()?)).ok()?.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// A trace of the folder beside, where it is.
fn beside(name: &str) -> Option<Vec<u8>> {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    bytes(&data.join(name))
}

/// A trace that is always there.
fn sample(name: &str) -> Vec<u8> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces/samples");
    bytes(&samples.join(name)).expect("a sample")
}

fn jobs(text: &[u8]) -> Vec<Job> {
    sorted(Trace::new(text, None).expect("a trace"))
}

/// The jobs of Philly, all or those of one virtual cluster.
fn philly(text: &[u8], cluster: Option<&str>) -> Vec<Job> {
    let mut trace = Trace::new(text, None).expect("a trace");
    let all: Vec<Job> = trace.by_ref().collect();
    let names = trace.accounts();
    let of = |it: &Job| cluster.is_none_or(|name| *names[it.account as usize] == *name);
    sorted(all.into_iter().filter(of))
}

fn pai(text: &[u8]) -> Vec<Job> {
    sorted(Trace::mapped(text, &Mapping::read(GAIA).expect("a mapping")).expect("a trace"))
}

/// As many days as the trace has.
fn drawn(shape: &Shape, like: &[Job], seed: u64) -> Vec<Job> {
    let stream = Stream::new(seed, "trace", Purpose::Jobs, 0);
    let (from, until) = (like[0].submit, like[like.len() - 1].submit);
    shape.jobs(stream, from, shape.per_day).take_while(|it| it.submit <= until).collect()
}

/// What drawn jobs come to beside what the trace does.
#[derive(Debug)]
struct Beside {
    /// Mean GPU-time, drawn over traced.
    gpu_time: f64,
    /// The share of GPU-time by size that is furthest off.
    share: f64,
    /// Variance over mean of arrivals by the hour, drawn over traced.
    dispersion: f64,
}

fn compare(trace: &[Job]) -> Beside {
    const SEEDS: u64 = 400;
    let shape = Shape::of(trace.iter().cloned()).expect("there are jobs");
    let told = Measure::of(trace.iter().cloned());
    let all: Vec<Measure> =
        (0..SEEDS).map(|seed| Measure::of(drawn(&shape, trace, seed))).collect();
    let hours = |it: &Measure| it.sizes.values().map(|it| it.1).sum::<f64>();
    let whole: f64 = all.iter().map(hours).sum();
    let jobs: u64 = all.iter().map(|it| it.jobs).sum();
    let off = |gpus: &i64| {
        let of = |it: &Measure| it.sizes.get(gpus).map_or(0.0, |it| it.1);
        (all.iter().map(of).sum::<f64>() / whole - told.share(*gpus)).abs()
    };
    let dispersion: f64 = all.iter().map(Measure::dispersion).sum();
    let beside = Beside {
        gpu_time: whole / jobs as f64 / told.gpu_hours(),
        share: told.sizes.keys().map(off).fold(0.0, f64::max),
        dispersion: dispersion / SEEDS as f64 / told.dispersion(),
    };
    println!("{beside:.3?}");
    beside
}

fn holds(trace: &[Job]) {
    let it = compare(trace);
    assert!((it.gpu_time - 1.0).abs() < 0.05, "{it:?}");
    assert!(it.share < 0.02, "{it:?}");
    assert!((it.dispersion - 1.0).abs() < 0.2, "{it:?}");
}

/// Mean and 95th percentile of the wait in hours, and the work in GPU-hours.
fn waits(jobs: &[Job], gpus: i64) -> [f64; 3] {
    let mut summary = Summary::default();
    let jobs = jobs.iter().map(|it| Job { walltime: Some(it.runtime), ..it.clone() });
    replay(Plan { gpus, ..Plan::default() }, Box::new(Easy::default()), jobs, &mut summary);
    let totals = summary.totals();
    [totals.waits[0] / 3600.0, totals.waits[2] / 3600.0, totals.work / 3600.0]
}

/// Waits of drawn jobs over those of the trace, on the mean of many draws, each on a pool as large as
/// makes its use that of the trace.
fn waits_beside(trace: &[Job], gpus: i64) -> [f64; 2] {
    const SEEDS: u64 = 100;
    let shape = Shape::of(trace.iter().cloned()).expect("there are jobs");
    let [mean, p95, work] = waits(trace, gpus);
    let mut sums = [0.0; 2];
    for seed in 0..SEEDS {
        let jobs = drawn(&shape, trace, seed);
        let own: f64 = jobs.iter().map(|it| it.gpus as f64 * it.runtime.hours()).sum();
        let [a, b, _] = waits(&jobs, (gpus as f64 * own / work).round() as i64);
        sums = [sums[0] + a / SEEDS as f64, sums[1] + b / SEEDS as f64];
    }
    let beside = [sums[0] / mean, sums[1] / p95];
    println!("{gpus} GPUs: trace {mean:.1} h and {p95:.1} h; drawn {beside:.2?} times that");
    beside
}

fn within(it: f64, factor: f64) -> bool {
    (1.0 / factor..factor).contains(&it)
}

#[test]
fn a_shape_of_three_hundred_jobs_keeps_gpu_time_and_its_shares() {
    let philly = philly(&sample("philly.csv.gz"), None);
    let lublin = jobs(&sample("lublin.swf.gz"));
    for trace in [philly, lublin] {
        let it = compare(&trace);
        assert!((it.gpu_time - 1.0).abs() < 0.05 && it.share < 0.02, "{it:?}");
    }
}

#[test]
fn equal_luck_draws_equal_jobs_and_a_file_draws_the_same() {
    let trace = jobs(&sample("lublin.swf.gz"));
    let shape = Shape::of(trace.iter().cloned()).expect("there are jobs");
    let read = Shape::from_toml(&shape.to_toml()).expect("it was written");
    assert_eq!(read, shape);
    assert_eq!(drawn(&read, &trace, 3), drawn(&shape, &trace, 3));
    assert_ne!(drawn(&shape, &trace, 4), drawn(&shape, &trace, 3));
    assert!(drawn(&shape, &trace, 3).is_sorted_by_key(|it| it.submit));
}

#[test]
fn half_as_many_jobs_a_day_are_as_long_and_half_as_many() {
    let trace = jobs(&sample("lublin.swf.gz"));
    let shape = Shape::of(trace.iter().cloned()).expect("there are jobs");
    let of = |per_day: f64| {
        let stream = Stream::new(1, "trace", Purpose::Jobs, 0);
        let until = trace[0].submit + Span { millis: 2000 * Span::DAY.millis };
        Measure::of(shape.jobs(stream, trace[0].submit, per_day).take_while(|it| it.submit < until))
    };
    let (whole, half) = (of(shape.per_day), of(shape.per_day / 2.0));
    assert!((half.jobs as f64 / whole.jobs as f64 - 0.5).abs() < 0.02);
    assert!((half.gpu_hours() / whole.gpu_hours() - 1.0).abs() < 0.05);
}

/// Of which some are busy and some idle: what a detail of a scenario plays has to come to its load.
#[test]
fn a_month_out_of_a_shape_takes_the_gpu_time_of_so_many_jobs_a_day() {
    const SEEDS: u64 = 400;
    let trace = jobs(&sample("philly_b436b2.csv.gz"));
    let shape = Shape::of(trace).expect("there are jobs");
    let (from, per_day) = (Instant::default(), 100.0);
    let to = from + Span { millis: 30 * Span::DAY.millis };
    let of = |seed: u64| -> f64 {
        let stream = Stream::new(seed, "month", Purpose::Jobs, 0);
        let jobs = shape.jobs_of(stream, from, to, per_day).take_while(|it| it.submit < to);
        jobs.map(|it| it.gpus as f64 * it.runtime.hours()).sum()
    };
    let mean = (0..SEEDS).map(of).sum::<f64>() / SEEDS as f64;
    let load = 30.0 * per_day * shape.gpu_hours();
    assert!((mean / load - 1.0).abs() < 0.05, "{mean} {load}");
}

/// Drawn one without the other, sizes and durations understate GPU-time: 2.59 of 6.19 GPU-hours.
#[test]
fn sizes_and_durations_drawn_apart_would_fail() {
    let apart = |jobs: &[Job]| {
        let n = jobs.len() as f64;
        let gpus: f64 = jobs.iter().map(|it| it.gpus as f64).sum();
        let hours: f64 = jobs.iter().map(|it| it.runtime.hours()).sum();
        gpus / n * hours / n / Measure::of(jobs.iter().cloned()).gpu_hours()
    };
    let few = apart(&jobs(&sample("lublin.swf.gz")));
    assert!((few - 1.0).abs() > 0.05, "{few}");
    assert!(within(apart(&jobs(&sample("philly_b436b2.csv.gz"))) / 0.19, 1.03));
    let Some(text) = beside("philly-jobs/philly_vc_sample.csv.gz") else { return };
    assert!(within(apart(&philly(&text, None)) / 0.42, 1.01));
}

#[test]
fn philly_is_met() {
    let Some(text) = beside("philly-jobs/philly_vc_sample.csv.gz") else { return };
    for cluster in [None, Some("6214e9"), Some("2869ce")] {
        holds(&philly(&text, cluster));
    }
}

#[test]
fn a_virtual_cluster_of_philly_is_met() {
    holds(&jobs(&sample("philly_b436b2.csv.gz")));
}

/// 6,500 of its 7,423 jobs come in one week of October, behind gangs that run for weeks.
#[test]
fn a_surge_waits_as_it_did() {
    let met = waits_beside(&jobs(&sample("philly_b436b2.csv.gz")), 70);
    assert!(met.iter().all(|it| within(*it, 1.5)), "{met:?}");
}

#[test]
fn lublin_and_pai_are_met() {
    let Some(text) = beside("swf/lublin_256.swf.gz") else { return };
    holds(&jobs(&text));
    let Some(text) = beside("generic-jobs-csv/pai-2020-gaia.csv.gz") else { return };
    holds(&pai(&text));
}

/// The pools make the use about 80 %. Of PAI, the jobs wider than the pool are left out. Philly whole was
/// held out while the shape was designed by the others.
#[test]
fn waits_are_those_of_the_trace() {
    let mut met = Vec::new();
    if let Some(text) = beside("philly-jobs/philly_vc_sample.csv.gz") {
        let pools = [(None, 148), (Some("6214e9"), 47), (Some("2869ce"), 42)];
        met.extend(pools.map(|(cluster, gpus)| waits_beside(&philly(&text, cluster), gpus)));
    }
    if let Some(text) = beside("swf/lublin_256.swf.gz") {
        met.push(waits_beside(&jobs(&text), 339));
    }
    if let Some(text) = beside("generic-jobs-csv/pai-2020-gaia.csv.gz") {
        met.push(waits_beside(&pai(&text), 138));
    }
    assert!(met.iter().flatten().all(|it| within(*it, 1.5)), "{met:?}");
}

/// Not met, on two traces that were looked at only once the shape stood. In openb's 139 days 19 jobs of the
/// first 16 weeks take most GPU-time, and what comes in the last four waits for some of them: nobody can draw
/// that anew. Chronus has two weeks, its moments are whole minutes in which batches cannot be told, and it
/// hardly waits. The figures are mean and 95th percentile, drawn over traced.
#[test]
fn waits_of_two_traces_that_were_held_out_are_off_by_so_much() {
    let mut found = Vec::new();
    if let Some(text) = beside("alibaba-openb-2023/openb_pod_list_default_first5000.csv.gz") {
        found.push((waits_beside(&jobs(&text), 21), [0.47, 0.40]));
    }
    if let Some(text) = beside("tiresias-csv/trace_job_Philly_SLO.csv.gz") {
        let mapping = Mapping::read(CHRONUS).expect("a mapping");
        let trace = sorted(Trace::mapped(&text[..], &mapping).expect("a trace"));
        found.push((waits_beside(&trace, 1372), [5.53, 3.37]));
    }
    let near = |it: &([f64; 2], [f64; 2])| it.0.iter().zip(it.1).all(|(a, b)| within(a / b, 1.25));
    assert!(found.iter().all(near), "{found:.2?}");
}
