//! Do jobs that are played one by one agree with the hourly load they are otherwise, beside a
//! training run on the same fleet?

use offtake::engine::{self, Played, Seen};
use offtake::jobs::{Job, Shape};
use offtake::scenario::{Case, Detail, Draw, Jobs, Report, WorkKind};
use offtake::time::{Date, Instant, Span};
use proptest::prelude::*;

const JOBS: usize = 1;

/// Half a year of a fleet on which a training run of 4,000 GPUs comes and goes, and many jobs.
fn case(gpus: i64, per_day: i64) -> Case {
    let text = format!(
        r#"
        offtake = 1
        name    = "detail"
        as_of   = 2026-12-01
        horizon = {{ from = 2027-01-01, to = 2027-07-01 }}
        [site.here]
        region = "catalogue:region/us"
        power  = {{ limit = "60 MW facility [assumed]" }}
        [fleet.h100]
        site  = "here"
        model = "catalogue:rack/hgx-h100"
        count = "{gpus} GPU [assumed]"
        fail  = "catalogue:failures/llama3"
        [workload.run]
        kind    = "training"
        compute = "2e24 FLOP [assumed]"
        gpus    = "4000 GPU [assumed]"
        every   = "40 days [assumed]"
        mfu     = "catalogue:mfu/llama3"
        [workload.research]
        kind    = "jobs"
        like    = "catalogue:jobs/philly"
        per_day = "{per_day} [assumed]"
        "#
    );
    let mut report = Report::default();
    let (_, scenario) = offtake::read("detail", &text, None, &mut report);
    let scenario = scenario.unwrap_or_else(|| panic!("{:#?}", report.sorted()));
    Case::of(&scenario, &Draw::medians(&scenario))
}

fn jobs(case: &mut Case) -> &mut Jobs {
    match &mut case.works[JOBS].kind {
        WorkKind::Jobs(jobs) => jobs,
        _ => panic!("the second piece of work is jobs"),
    }
}

/// Jobs of 1 to 64 GPUs for a quarter of an hour to a day, stretched to the mean of the load.
fn with_shape(mut case: Case) -> Case {
    let known = (0..20_000_u64).map(|nth| Job {
        nth,
        submit: Instant { millis: nth as i64 * 90_000 },
        gpus: 1 << (nth % 7),
        runtime: Span { millis: 900_000 * (1 + (nth * 7919 % 96) as i64) },
        ..Job::default()
    });
    let jobs = jobs(&mut case);
    let hours = jobs.gpus * 24.0 / jobs.per_day;
    jobs.shape = Shape::of(known).map(|it| Box::new(it.stretched_to(hours)));
    case
}

fn with_detail(mut case: Case, days: i64) -> Case {
    let from = Instant::start_of(Date::new(2027, 3, 1).unwrap());
    jobs(&mut case).detail = Some(Detail {
        from,
        to: Instant { millis: from.millis + days * Span::DAY.millis },
        policy: "fifo",
        checkpoint: Some(Span::HOUR),
        restart: Span { millis: 300_000 },
    });
    case
}

fn hours(played: &Played, account: offtake::ledger::Account) -> f64 {
    played.ledger.balance(account) as f64 / Span::HOUR.millis as f64
}

/// GPU-hours of the jobs: that counted, and that were undone.
fn used(played: &Played) -> [f64; 2] {
    let books = &played.books.works[JOBS];
    [hours(played, books.good), hours(played, books.lost)]
}

fn seen(played: &Played) -> &Seen {
    played.marks.jobs[JOBS].as_ref().expect("a detail was played")
}

#[test]
fn a_detail_uses_what_the_hourly_load_uses() {
    let case = with_shape(case(12_000, 4_000));
    let load = engine::play(&case, false);
    let detail = engine::play(&with_detail(case, 90), false);
    let ([as_load, _], [as_jobs, undone]) = (used(&load), used(&detail));
    assert!((as_jobs / as_load - 1.0).abs() < 0.02, "{as_jobs} {as_load}");
    assert!(undone < 0.01 * as_jobs, "{undone}");
    assert!(load.marks.jobs[JOBS].is_none());
    let asked = 90.0 * 4_000.0;
    assert!((seen(&detail).done as f64 / asked - 1.0).abs() < 0.05, "{}", seen(&detail).done);
}

/// GPU-hours that are accounted for are those that stood, to the millisecond.
fn every_gpu_hour_is_accounted_for(case: &Case, played: &Played) {
    let fleet = &played.books.fleets[0];
    let works = played.books.works.iter().flat_map(|it| [it.good, it.stall, it.lost]);
    let beside = [fleet.idle, fleet.down, fleet.spare, fleet.repair, fleet.dark];
    let spent: i128 = works.chain(beside).map(|it| played.ledger.balance(it)).sum();
    let half_a_year = i128::from((case.to - case.from).millis);
    let gpus = i128::from(case.fleets[0].gpus + case.fleets[0].spares);
    assert_eq!(spent, gpus * half_a_year);
}

#[test]
fn every_gpu_hour_that_is_delivered_is_used_or_idle_or_lost() {
    let case = with_detail(with_shape(case(6_000, 4_000)), 60);
    let played = engine::play(&case, false);
    every_gpu_hour_is_accounted_for(&case, &played);
    assert!(hours(&played, played.books.fleets[0].idle) > 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn however_often_nodes_fail_every_gpu_hour_is_accounted_for(
        seed: u64,
        gpus in 4_000_i64..9_000,
        times in 0.0..400.0_f64,
        checkpoint in prop::option::of(1_i64..20),
    ) {
        let mut case = failing(with_detail(with_shape(case(gpus, 4_000)), 20), times);
        case.seed = seed;
        let detail = jobs(&mut case).detail.as_mut().expect("it has one");
        detail.checkpoint = checkpoint.map(|hours| Span { millis: hours * Span::HOUR.millis });
        // Jobs of the fleet beside them, one by one for a while that overlaps.
        let mut other = case.works[JOBS].clone();
        other.name = "other".to_owned();
        case.works.push(other);
        let played = engine::play(&case, false);
        every_gpu_hour_is_accounted_for(&case, &played);
        let amounts = played.books.works.iter().flat_map(|it| [it.good, it.lost]);
        prop_assert!(amounts.into_iter().all(|it| played.ledger.balance(it) >= 0));
        prop_assert!(played.ledger.balance(played.books.fleets[0].idle) >= 0);
    }
}

/// Nodes that fail so many times as often.
fn failing(mut case: Case, times: f64) -> Case {
    case.fleets[0].causes.iter_mut().for_each(|it| it.per_node_hour *= times);
    case
}

/// Jobs of a node each, for a day each.
fn node_by_node(mut case: Case) -> Case {
    let node = case.fleets[0].node;
    let known = (0..5_000_u64).map(|nth| Job {
        nth,
        submit: Instant { millis: nth as i64 * 300_000 },
        gpus: node,
        runtime: Span { millis: Span::DAY.millis },
        ..Job::default()
    });
    let jobs = jobs(&mut case);
    jobs.shape = Shape::of(known).map(Box::new);
    jobs.gpus = jobs.per_day * node as f64;
    case
}

#[test]
fn jobs_are_broken_off_as_often_as_their_nodes_fail() {
    let case = failing(with_detail(node_by_node(case(12_000, 700)), 90), 20.0);
    let played = engine::play(&case, false);
    let per_node_hour: f64 = case.fleets[0].causes.iter().map(|it| it.per_node_hour).sum();
    let [good, lost] = used(&played);
    let whole = (case.to - case.from).hours();
    // They hold about the same while they are a load.
    let held = (good + lost) * 90.0 * 24.0 / whole;
    let expected = held / case.fleets[0].node as f64 * per_node_hour;
    let found = seen(&played).interruptions as f64;
    assert!(expected > 1_000.0, "{expected}");
    assert!((found / expected - 1.0).abs() < 0.1, "{found} of {expected}");
}

#[test]
fn what_a_failure_undoes_is_done_again_and_told() {
    let lost = |times: f64, checkpoint: Option<Span>| {
        let mut case = failing(with_detail(node_by_node(case(12_000, 700)), 60), times);
        jobs(&mut case).detail.as_mut().expect("it has one").checkpoint = checkpoint;
        let played = engine::play(&case, false);
        (used(&played), seen(&played).interruptions)
    };
    let ([sound, nothing], none) = lost(0.0, None);
    assert_eq!((nothing, none), (0.0, 0));
    let ([good, hourly], broken) = lost(20.0, Some(Span::HOUR));
    // Half an hour of work and five minutes of restart for each.
    let each = hourly / 8.0 / broken as f64;
    assert!((each - 0.5 - 300.0 / 3_600.0).abs() < 0.05, "{each} hours lost at a time");
    assert!((good / sound - 1.0).abs() < 0.02, "all is done in the end: {good} {sound}");
    let ([_, all], _) = lost(20.0, None);
    assert!(all > 5.0 * hourly, "without checkpoints jobs begin anew: {all} {hourly}");
}

#[test]
fn a_detail_leaves_the_luck_of_others_alone() {
    let case = failing(with_shape(case(9_000, 4_000)), 10.0);
    let load = engine::play(&case, false);
    let detail = engine::play(&with_detail(case, 60), false);
    let others = |it: &Played| {
        let run = &it.books.works[0];
        let amounts = [run.good, run.stall, run.lost].map(|of| it.ledger.balance(of));
        (amounts, it.marks.failures.clone(), it.marks.interruptions.clone())
    };
    assert!(seen(&detail).interruptions > 100);
    assert_eq!(others(&detail), others(&load));
}

#[test]
fn jobs_wait_and_are_stopped_where_the_run_takes_their_gpus() {
    let wide = engine::play(&with_detail(with_shape(case(12_000, 4_000)), 60), false);
    let narrow = engine::play(&with_detail(with_shape(case(6_000, 4_000)), 60), false);
    assert!(seen(&wide).waits.mean() < 60.0, "{}", seen(&wide).waits.mean());
    assert!(seen(&narrow).waits.mean() > 600.0, "{}", seen(&narrow).waits.mean());
    assert_eq!(seen(&wide).stops, 0);
    assert!(seen(&narrow).stops > 0);
    assert!(used(&narrow)[1] > 0.0, "what is stopped loses work");
}

#[test]
fn a_detail_is_played_alike_each_time() {
    let case = with_detail(with_shape(case(6_000, 4_000)), 30);
    let digest = || offtake::ledger::digest(&engine::play(&case, true).ledger.to_bytes());
    assert_eq!(digest(), digest());
}

/// A scenario of jobs that are like a row of its own, whose shape it names.
fn own_shape(shape: &str, start: &str) -> (Report, Option<Case>) {
    let text = format!(
        r#"
        offtake = 1
        name    = "own"
        as_of   = 2026-01-01
        horizon = {{ from = 2026-01-01, to = 2026-03-01 }}
        [sources]
        own = {{ title = "Our own cluster", date = 2025-01-01 }}
        [site.here]
        region = "catalogue:region/us"
        power  = {{ limit = "10 MW facility [assumed]" }}
        [fleet.h100]
        site  = "here"
        model = "catalogue:rack/hgx-h100"
        count = "1024 GPU [assumed]"
        fail  = "catalogue:failures/llama3"
        [workload.research]
        kind    = "jobs"
        like    = "ours"
        per_day = "200 [assumed]"
        start   = {start}
        detail  = {{ from = 2026-01-10, for = "10 days [assumed]" }}
        [jobs.ours]
        title    = "Ours"
        source   = "own"
        grade    = "B"
        as_of    = 2025-01-01
        gpu_time = "9 GPU-hours per job [assumed]"
        shape    = "{shape}"
        "#
    );
    let mut report = Report::default();
    let (_, scenario) = offtake::read("own", &text, None, &mut report);
    let case = scenario.map(|it| Case::of(&it, &Draw::medians(&it)));
    (report, case)
}

#[test]
fn a_shape_that_nobody_knows_is_a_mistake() {
    let (report, case) = own_shape("nobody", "2026-01-01");
    let codes: Vec<&str> = report.sorted().iter().map(|it| it.code).collect();
    assert_eq!(codes, ["E0094"]);
    assert!(case.is_none());
}

#[test]
fn no_job_of_a_detail_comes_before_its_work_begins() {
    let done_by = |start: &str, day: i8| {
        let (report, case) = own_shape("philly", start);
        let mut case = case.unwrap_or_else(|| panic!("{:#?}", report.sorted()));
        case.to = Instant::start_of(Date::new(2026, 1, day).unwrap());
        engine::play(&case, false).marks.jobs[0].as_ref().map_or(0, |it| it.done)
    };
    assert!(done_by("2026-01-01", 15) > 0);
    assert_eq!(done_by("2026-01-15", 15), 0);
    assert!(done_by("2026-01-15", 20) > 0);
    assert_eq!(done_by("2026-01-25", 31), 0);
}
