//! What policies promise, held on traces nobody wrote.

use offtake::policy::{Ahead, Conservative, Easy, Fifo, KeepRoom, Policy};
use offtake::pool::{Plan, Record, replay};
use offtake::time::Instant;

use crate::obvious::{Obvious, Rule};
use crate::{Records, SAVES, Trace, choosy, played, seconds, trace};

fn policies() -> [Box<dyn Policy>; 8] {
    use offtake::policy::{FairShare, FirstFit, LeastAttained, Preempt, ShortestFirst};
    [
        Box::new(Fifo::default()),
        Box::new(ShortestFirst::default()),
        Box::new(FirstFit::default()),
        Box::new(Easy::default()),
        Box::new(Conservative::default()),
        Box::new(Preempt::default()),
        Box::new(FairShare::with_half_life(seconds(37))),
        Box::new(LeastAttained::new(&[seconds(16)], None)),
    ]
}

#[test]
fn no_job_starts_before_it_is_asked_for_and_all_work_is_done() {
    for seed in 0..500 {
        let trace = trace(seed, false);
        for policy in policies() {
            for it in played(&trace, policy, SAVES) {
                assert!(it.start >= it.job.submit, "trace {seed}: {it:?}");
                assert!(it.end >= it.start + it.job.runtime, "trace {seed}: {it:?}");
            }
        }
    }
}

/// Without preemption a job holds its GPUs from its start to its end.
#[test]
fn no_more_gpus_of_a_class_are_held_than_there_are() {
    for trace in (0..500).flat_map(|seed| [trace(seed, false), choosy(seed, false)]) {
        for policy in policies().into_iter().take(5) {
            let records = played(&trace, policy, SAVES);
            for (moment, class) in records.iter().map(|it| (it.start, it.class)) {
                let holds = |it: &&Record| it.start <= moment && moment < it.end;
                let there = records.iter().filter(holds).filter(|it| it.class == class);
                let held: i64 = there.map(|it| it.job.gpus).sum();
                assert!(held <= trace.gpus[class], "{:?}", trace.gpus);
            }
        }
    }
}

#[test]
fn no_job_runs_on_a_class_of_nodes_that_it_does_not_accept() {
    let mut choosy_ones = 0;
    for seed in 0..500 {
        let trace = choosy(seed, false);
        for policy in policies() {
            for it in played(&trace, policy, SAVES) {
                let kinds = it.job.kinds;
                assert!(kinds == 0 || kinds >> it.class & 1 == 1, "trace {seed}: {it:?}");
                choosy_ones += u64::from(kinds > 0 && it.class > 0);
            }
        }
    }
    assert!(choosy_ones > 10_000, "the traces would show it: {choosy_ones}");
}

#[test]
fn fifo_is_never_overtaken() {
    for seed in 0..2_000 {
        let records = played(&trace(seed, false), Box::new(Fifo::default()), SAVES);
        assert!(records.is_sorted_by_key(|it| it.start), "trace {seed}");
    }
}

#[test]
fn easy_never_delays_the_head_beyond_its_shadow() {
    for seed in 0..2_000 {
        let trace = trace(seed, true);
        let shadows = Obvious::play(&trace, Rule::Easy).first_promise;
        for it in played(&trace, Box::new(Easy::default()), SAVES) {
            if let Some(shadow) = shadows[it.job.nth as usize] {
                assert!(it.start.millis <= shadow * 1000, "trace {seed}: {it:?}");
            }
        }
    }
}

#[test]
fn conservative_starts_nobody_after_the_first_reservation() {
    for seed in 2_000..2_500 {
        let trace = trace(seed, true);
        let promises = Obvious::play(&trace, Rule::Conservative).first_promise;
        for it in played(&trace, Box::new(Conservative::default()), SAVES) {
            let promise = promises[it.job.nth as usize].unwrap();
            assert!(it.start.millis <= promise * 1000, "trace {seed}: {it:?}");
        }
    }
}

fn beside_a_large_run(trace: &Trace, policy: Box<dyn Policy>) -> (u32, Vec<Record>) {
    let ahead = Ahead {
        from: Instant { millis: 100_000 },
        until: Instant { millis: 200_000 },
        gpus: (trace.gpus[0] + 1) / 2,
    };
    let plan = Plan { rhythm: SAVES, ahead: vec![ahead], ..trace.plan() };
    let mut records = Records::default();
    replay(plan, policy, trace.jobs.iter().cloned(), &mut records);
    (records.0.iter().map(|it| it.stops).sum(), records.0)
}

#[test]
fn who_keeps_room_for_a_large_run_stops_nobody_when_it_begins() {
    let mut stopped_by_easy = 0;
    for seed in 0..2_000 {
        let trace = trace(seed, true);
        let (stops, records) = beside_a_large_run(&trace, Box::new(KeepRoom::default()));
        assert_eq!(stops, 0, "trace {seed}");
        // Half the pool is back after the run: everybody gets to run.
        assert_eq!(records.len(), trace.jobs.len(), "trace {seed}");
        stopped_by_easy += beside_a_large_run(&trace, Box::new(Easy::default())).0;
    }
    assert!(stopped_by_easy > 1_000, "the traces would show it: {stopped_by_easy}");
}

#[test]
fn with_nothing_announced_keeping_room_is_easy() {
    for seed in 0..2_000 {
        let trace = trace(seed, false);
        let easy = played(&trace, Box::new(Easy::default()), SAVES);
        assert_eq!(played(&trace, Box::new(KeepRoom::default()), SAVES), easy, "trace {seed}");
    }
}
