//! Do the policies schedule as other people's simulators do, job for job?
//!
//! `reference/scheduling/README.md` says whose. The starts they computed are compared with ours,
//! which are computed from the jobs alone.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use offtake::policy::{Conservative, Easy, Fifo, FirstFit, Policy, ShortestFirst};
use offtake::pool::{Job, Plan, Sink, Summary, replay};
use offtake::time::{Instant, Span};

fn reference(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference/scheduling");
    std::fs::read_to_string(folder.join(name)).expect("a file of the reference")
}

fn rows(text: &str) -> impl Iterator<Item = Vec<i64>> {
    text.lines().skip(1).map(|line| line.split(',').map(|it| it.parse().unwrap()).collect())
}

fn jobs() -> Vec<Job> {
    let of = |(nth, row): (usize, Vec<i64>)| Job {
        id: row[0].to_string().into(),
        nth: nth as u64,
        submit: Instant { millis: row[1] * 1000 },
        gpus: row[2],
        runtime: Span { millis: row[3] * 1000 },
        walltime: Some(Span { millis: row[4] * 1000 }),
        ..Job::default()
    };
    rows(&reference("jobs.csv")).enumerate().map(of).collect()
}

#[derive(Default)]
struct Starts(BTreeMap<String, i64>);

impl Sink for Starts {
    fn starts(&mut self, job: &Job, at: Instant) {
        self.0.insert(job.id.to_string(), at.millis / 1000);
    }
}

fn agrees(policy: Box<dyn Policy>, file: &str) {
    let mut jobs = jobs();
    jobs.sort_by_key(|it| (it.submit, it.nth));
    let mut starts = Starts::default();
    replay(Plan { gpus: 256, ..Plan::default() }, policy, jobs.into_iter(), &mut starts);
    let mut differ = Vec::new();
    for row in rows(&reference(file)) {
        let ours = starts.0[&row[0].to_string()];
        if ours != row[1] {
            differ.push((row[0], ours, row[1]));
        }
    }
    assert!(differ.is_empty(), "{} starts differ, first {:?}", differ.len(), differ[0]);
}

#[test]
fn fifo_starts_every_job_when_six_other_simulators_do() {
    agrees(Box::new(Fifo::default()), "starts_fifo.csv");
}

#[test]
fn shortest_first_starts_every_job_when_accasim_does() {
    agrees(Box::new(ShortestFirst::default()), "starts_sjf.csv");
}

#[test]
fn easy_starts_every_job_when_pyss_does() {
    agrees(Box::new(Easy::default()), "starts_easy.csv");
}

#[test]
fn first_fit_starts_every_job_when_the_brute_force_program_does() {
    agrees(Box::new(FirstFit::default()), "starts_firstfit.csv");
}

#[test]
fn conservative_starts_every_job_when_pyss_does() {
    agrees(Box::new(Conservative::default()), "starts_conservative.csv");
}

#[test]
fn figures_of_a_replay_are_those_of_the_reference() {
    let policies: [(&str, Box<dyn Policy>); 4] = [
        ("fifo", Box::new(Fifo::default())),
        ("sjf", Box::new(ShortestFirst::default())),
        ("easy", Box::new(Easy::default())),
        ("firstfit", Box::new(FirstFit::default())),
    ];
    let known: serde_json::Value = serde_json::from_str(&reference("metrics.json")).unwrap();
    for (name, policy) in policies {
        let known = &known[name];
        let mut jobs = jobs();
        jobs.sort_by_key(|it| (it.submit, it.nth));
        let mut summary = Summary::default();
        let plan = Plan { gpus: 256, ..Plan::default() };
        let pool = replay(plan, policy, jobs.into_iter(), &mut summary);
        let totals = summary.totals();
        let close = |field: &str, ours: f64| {
            let theirs = known[field].as_f64().unwrap();
            assert!(
                (ours - theirs).abs() <= 1e-9 * theirs.abs(),
                "{name} {field}: {ours} {theirs}"
            );
        };
        close("jobs", totals.jobs as f64);
        for (field, ours) in ["mean_wait", "median_wait", "p95_wait", "p99_wait", "max_wait"]
            .into_iter()
            .zip(totals.waits)
        {
            close(field, ours);
        }
        close("mean_jct", totals.completions[0]);
        close("median_jct", totals.completions[1]);
        close("mean_bsld", totals.slowdown);
        close("makespan", totals.makespan);
        close("utilisation", totals.work / (256.0 * totals.makespan));
        close("events", pool.events() as f64);
        assert_eq!(known["starts_sha256"], totals.starts.as_str(), "{name}");
    }
}
