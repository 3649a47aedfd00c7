//! How fast a story plays, as a ratio to a bare heap loop timed in the same run: machines are
//! noisy, ratios are less so. `cargo bench -p offtake --bench play`

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use offtake::engine;
use offtake::scenario::{Case, Draw, Report, library};

/// The shortest of some runs: noise only ever adds.
fn shortest(runs: usize, mut run: impl FnMut()) -> Duration {
    let time = |()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    std::iter::repeat_n((), runs).map(time).min().unwrap_or_default()
}

/// A binary heap with 1,000 pending events, each popped and put back a million times in all.
fn heap_loop() -> u64 {
    let mut heap: BinaryHeap<Reverse<(u64, u64)>> =
        (0..1000).map(|i| Reverse((i * 7919 % 1000, i))).collect();
    let mut last = 0;
    for nth in 0..1_000_000_u64 {
        let Some(Reverse((at, _))) = heap.pop() else { break };
        last = at;
        heap.push(Reverse((at + 1 + nth * 7919 % 1999, nth)));
    }
    last
}

fn case_of(name: &str) -> Case {
    let (_, text) = library::STORIES.iter().find(|it| it.0 == name).expect("a built-in story");
    let mut report = Report::default();
    let (_, scenario) = offtake::read(name, text, None, &mut report);
    let scenario = scenario.expect("stories are sound");
    Case::of(&scenario, &Draw::medians(&scenario))
}

fn main() {
    let event = shortest(7, || {
        black_box(heap_loop());
    }) / 1_000_000;
    println!("bare heap loop, 1,000 pending: {event:?} an event");
    for name in ["openai-aws", "llama3"] {
        let case = case_of(name);
        let hours = (case.to - case.from).hours();
        let plain = shortest(15, || {
            black_box(engine::play(&case, false));
        });
        let kept = shortest(7, || {
            black_box(engine::play(&case, true));
        });
        let per_hour = plain.as_secs_f64() / hours;
        println!(
            "{name}: {plain:?} for {hours} h, {:.0} ns an hour, {:.2} heap events an hour; movements kept: {kept:?}",
            per_hour * 1e9,
            per_hour / event.as_secs_f64()
        );
    }
}
