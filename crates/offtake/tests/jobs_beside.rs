//! Do jobs from files beside the scenario play as they stand there: a trace as the jobs that it has, a
//! shape as the jobs that it draws?
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

mod common;

use std::fmt::Write;

use offtake::engine::{self, Played};
use offtake::figures::{ancestors, outcome};
use offtake::scenario::{Case, Draw, Jobs, Scenario, WorkKind};
use offtake::time::Span;
use proptest::prelude::*;

use common::read_beside;

/// A fleet for a month, with jobs that are told as `jobs` says.
fn story(jobs: &str) -> String {
    format!(
        r#"
offtake = 1
name = "jobs"
as_of = 2025-12-31
horizon = {{ from = 2026-01-01, to = 2026-02-01 }}
sources = {{ own = {{ title = "our own cluster", date = 2025-12-01 }} }}
[site.here]
region = "catalogue:region/us"
power = {{ limit = "10 MW facility [assumed]" }}
[fleet.h100]
site = "here"
model = "catalogue:rack/hgx-h100"
count = "4096 GPU [assumed]"
fail = "catalogue:failures/llama3"
[workload.research]
kind = "jobs"
{jobs}
"#
    )
}

const SHAPE: &str = include_str!("../catalogue/shapes/philly.toml");

fn case(scenario: &Scenario) -> Case {
    Case::of(scenario, &Draw::medians(scenario))
}

fn sound(jobs: &str, files: &[(&str, &str)]) -> Scenario {
    read_beside(&story(jobs), None, files).unwrap_or_else(|found| panic!("{}", found.join("\n")))
}

/// A case with this trace, on nodes that never fail.
fn traced(detail: &str, trace: &str) -> Case {
    let jobs = format!("trace = \"jobs.csv [own]\"\n{detail}");
    let mut case = case(&sound(&jobs, &[("jobs.csv", trace)]));
    case.fleets[0].causes.clear();
    case
}

/// What is wrong with a scenario.
fn mistakes(text: &str, files: &[(&str, &str)]) -> String {
    match read_beside(text, None, files) {
        Ok(_) => panic!("it is sound\n{text}\n{files:?}"),
        Err(found) => found.join("; "),
    }
}

fn jobs(case: &Case) -> &Jobs {
    match &case.works[0].kind {
        WorkKind::Jobs(it) => it,
        _ => panic!("it is jobs"),
    }
}

fn used(played: &Played) -> f64 {
    let work = &played.books.works[0];
    let millis = played.ledger.balance(work.good) + played.ledger.balance(work.lost);
    millis as f64 / Span::HOUR.millis as f64
}

/// Two days: 16 GPU-hours in the evening of the first, 10 in the morning of the second.
const TRACE: &str = "job_id,submit,gpus,runtime,walltime\n\
                     late,108000,4,7200,9000\nearly,72000,8,7200,9000\nsmall,108000,1,7200,\n";

#[test]
fn a_trace_is_a_load_of_what_it_asks_for_again_and_again() {
    let case = traced("", TRACE);
    assert_eq!(used(&engine::play(&case, false)), 15.0 * 26.0 + 16.0, "31 days of it");
    assert!((jobs(&case).per_day - 1.5).abs() < 1e-12);
    assert!((jobs(&case).gpus - 26.0 / 48.0).abs() < 1e-12);
    let from_the_tenth = traced("start = 2026-01-11", TRACE);
    assert_eq!(used(&engine::play(&from_the_tenth, false)), 10.0 * 26.0 + 16.0, "21 days of it");
}

#[test]
fn a_detail_plays_the_jobs_of_the_trace_themselves() {
    let case = traced("detail = { from = 2026-01-05, for = \"10 days [assumed]\" }", TRACE);
    let played = engine::play(&case, false);
    let seen = played.marks.jobs[0].as_ref().expect("a detail was played");
    assert_eq!((seen.done, seen.stops, seen.interruptions), (15, 0, 0));
    // What comes beyond the mean of an hour is granted GPUs when the next begins.
    assert!(seen.waits.max() <= 3_600.0, "{}", seen.waits.max());
    assert_eq!(used(&played), 15.0 * 26.0 + 16.0);
}

fn any_trace() -> impl Strategy<Value = String> {
    let job = (0..250_000_i64, 1..200_i64, 0..40_000_i64);
    prop::collection::vec(job, 1..60).prop_map(|jobs| {
        let mut text = "submit,gpus,runtime\n".to_owned();
        for (submit, gpus, runtime) in jobs {
            writeln!(text, "{submit},{gpus},{runtime}").expect("a text takes it");
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_trace_uses_as_much_job_by_job_as_by_the_hour(trace in any_trace(), from in 2_i64..9, days in 1_i64..12) {
        let mut as_load = traced("", &trace);
        let detail = format!("detail = {{ from = 2026-01-0{from}, for = \"{days} days [assumed]\" }}");
        let mut as_jobs = traced(&detail, &trace);
        // What both ask for comes to its end.
        for case in [&mut as_load, &mut as_jobs] {
            case.fleets[0].gpus *= 4;
        }
        let found = [&as_load, &as_jobs].map(|it| used(&engine::play(it, false)));
        // A load is worked off in whole GPUs an hour: less than one GPU-hour is left of each.
        prop_assert!((found[0] - found[1]).abs() < 2.0, "{found:?}");
    }
}

#[test]
fn a_shape_beside_the_scenario_is_what_jobs_are_like() {
    let like = "like = \"shape.toml\"\nper_day = \"500 [own]\"\n\
                detail = { from = 2026-01-10, for = \"7 days [assumed]\" }";
    let scenario = sound(like, &[("shape.toml", SHAPE)]);
    let case = case(&scenario);
    let shape = offtake::jobs::Shape::from_toml(SHAPE).expect("it is one");
    assert!((jobs(&case).gpus - 500.0 / 24.0 * shape.gpu_hours()).abs() < 1e-9);
    assert_eq!(jobs(&case).shape.as_deref(), Some(&shape), "it is not stretched");
    let outcome = outcome(&scenario, &Draw::medians(&scenario), true);
    let figure = outcome.figures.iter().find(|it| it.id == "workload.research.jobs_done");
    let figure = figure.expect("a detail was played");
    assert!(figure.number() > Some(1_000.0), "{:?}", figure.value);
    let inputs = ancestors(&scenario, figure).into_iter().map(|it| scenario.inputs.get(it));
    let of = |it: &&offtake::scenario::Input| it.path == "workload.research.like";
    let input = inputs.into_iter().find(of).expect("the shape is an input");
    assert_eq!((input.text.as_str(), input.origin.mark()), ("shape.toml", "reported"));
    assert!(input.origin.describe().contains("Philly"), "{}", input.origin.describe());
}

#[test]
fn a_variant_sets_another_file_and_both_places_are_remembered() {
    let variants = "\n[variant.traced]\n\
                    set = { \"workload.research\" = { kind = \"jobs\", trace = \"jobs.csv [own]\" } }\n\
                    [variant.other]\nset = { \"workload.research.like\" = \"other.toml\" }\n";
    let text = story("like = \"shape.toml\"\nper_day = \"500 [own]\"") + variants;
    let graded = SHAPE.replace("grade   = \"A\"", "grade   = \"B\"");
    let files = [("shape.toml", SHAPE), ("other.toml", graded.as_str()), ("jobs.csv", TRACE)];
    let read = |variant| {
        let read = read_beside(&text, Some(variant), &files);
        read.unwrap_or_else(|found| panic!("{}", found.join("\n")))
    };
    assert!(jobs(&case(&read("traced"))).trace.is_some());
    let other = read("other");
    let input = other.inputs.iter().find(|it| it.1.path == "workload.research.like");
    let input = input.expect("it is an input").1;
    assert_eq!(input.text, "other.toml");
    assert!(input.replaced.is_some_and(|it| other.files.describe(it).starts_with("deal.toml:")));
}

#[test]
fn what_people_and_programs_write_is_the_same_trace() {
    let plain = jobs(&traced("", TRACE)).trace.clone().expect("it is a trace");
    for trace in [
        "\u{feff}JOB_ID,Submit,GPUs,Runtime,Walltime\r\nlate,108000,4,7200,9000\r\n\
         early,72000,8,7200,9000\r\nsmall,108000,1,7200,\r\n",
        "# ours\n\njob_id, submit, gpus, runtime, walltime, priority, kinds\n\
         late, 108000.0, 4, 7200, 9000, 0,\nearly,7.2e4,8,7200,9000,,a|b\nsmall,108000,1,7200,,,\n",
        "walltime,runtime,gpus,submit,job_id\n9000,7200,4,108000,late\n9000,7200,8,72000,early\n\
         ,7200,1,108000,small\n",
        // Counted from another day.
        "job_id,submit,gpus,runtime,walltime\nlate,1700114400,4,7200,9000\n\
         early,1700078400,8,7200,9000\nsmall,1700114400,1,7200,\n",
    ] {
        assert_eq!(jobs(&traced("", trace)).trace.as_ref(), Some(&plain), "{trace}");
    }
    let quoted = TRACE.replace("late,", "\"late, again\",");
    let named = jobs(&traced("", &quoted)).trace.clone();
    assert_ne!(named, Some(plain), "a comma between quotes is part of a name");
}

#[test]
fn what_is_wrong_with_a_trace_is_told_at_its_line() {
    let told = |trace: &str| {
        let text = story("trace = \"jobs.csv [own]\"");
        mistakes(&text, &[("jobs.csv", trace)])
    };
    for (trace, wrong) in [
        ("", "jobs.csv:1 E0098"),
        ("submit,gpus,runtime\n", "jobs.csv:1 E0098"),
        ("0,8,3600\n", "jobs.csv:1 E0097"),
        ("submit,gpus\n0,8\n", "jobs.csv:1 E0097"),
        ("submit;gpus;runtime\n0;8;3600\n", "jobs.csv:1 E0097"),
        ("submit,gpus,runtime,waltime\n0,8,3600,1\n", "jobs.csv:1 E0097"),
        ("submit,gpus,runtime\n\n0,8\n", "jobs.csv:3 E0098"),
        ("submit,gpus,runtime\n0,8,3600,9\n", "jobs.csv:2 E0098"),
        ("submit,gpus,runtime\nnoon,8,3600\n", "jobs.csv:2 E0098"),
        ("submit,gpus,runtime\n-1,8,3600\n", "jobs.csv:2 E0098"),
        ("submit,gpus,runtime\nNaN,8,3600\n", "jobs.csv:2 E0098"),
        ("submit,gpus,runtime\n0,0,3600\n", "jobs.csv:2 E0098"),
        ("submit,gpus,runtime\n0,0.5,3600\n", "jobs.csv:2 E0098"),
        ("submit,gpus,runtime\n0,8,-1\n", "jobs.csv:2 E0098"),
        ("submit,gpus,runtime\n0,8,1e12\n", "jobs.csv:2 E0098"),
        ("submit,gpus,runtime,walltime\n0,8,3600,long\n", "jobs.csv:2 E0098"),
        ("submit,gpus,runtime\n0,8,3600\n9,5000,60\n", "jobs.csv:3 E0048"),
    ] {
        assert!(told(trace).starts_with(wrong), "{wrong}: {}\n{trace}", told(trace));
    }
    let two = told("submit,gpus,runtime\n0,0,60\n1,8,60\n2,8,x\n");
    assert!(two.contains("jobs.csv:2 E0098") && two.contains("jobs.csv:4 E0098"), "{two}");
    let noise = format!("submit,gpus,runtime\n{}", "x\n".repeat(5_000));
    assert_eq!(told(&noise).matches("E0098").count(), 20, "a screen of them is enough");
}

#[test]
fn what_is_wrong_with_jobs_is_told_where_they_are_told() {
    let told = |jobs: &str| {
        let files = [("jobs.csv", TRACE), ("shape.toml", SHAPE), ("broken.toml", "per_day = \n")];
        let later = SHAPE.replacen("as_of   = 2017", "as_of   = 2027", 1);
        assert_ne!(later, SHAPE);
        let files =
            [&files[..], &[("later.toml", later.as_str()), ("none.toml", "a = 1\n")]].concat();
        mistakes(&story(jobs), &files)
    };
    for (jobs, wrong) in [
        ("trace = \"gone.csv [own]\"", "deal.toml:17 E0095"),
        ("like = \"gone.toml\"\nper_day = \"5 [own]\"", "deal.toml:17 E0095"),
        ("like = \"none.toml\"\nper_day = \"5 [own]\"", "none.toml:1 E0096"),
        ("like = \"broken.toml\"\nper_day = \"5 [own]\"", "broken.toml:1 E0001"),
        ("like = \"later.toml\"\nper_day = \"5 [own]\"", "deal.toml:17 E0021"),
        ("trace = \"jobs.csv [own]\"\nlike = \"shape.toml\"", "deal.toml:18 E0099"),
        ("trace = \"jobs.csv [own]\"\nper_day = \"5 [own]\"", "deal.toml:18 E0099"),
        ("trace = \"jobs.csv [own]\"\ngrowth = \"5 %/year [own]\"", "deal.toml:18 E0099"),
        ("trace = \"jobs.csv [own]\"\ndaily = \"catalogue:shape/chat\"", "deal.toml:18 E0099"),
        ("trace = 5", "deal.toml:17 E0010"),
        ("per_day = \"5 [own]\"", "deal.toml:15 E0009"),
        ("like = \"shape.toml\"", "deal.toml:15 E0009"),
    ] {
        assert!(told(jobs).starts_with(wrong), "{wrong}: {}\n{jobs}", told(jobs));
    }
}
