//! What a future costs beside the bare play of its draw, timed in the same run: reading every range,
//! every figure and month as a row, and the play with other luck that one in 16 has besides.
//! `cargo bench -p offtake --bench futures`
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    reason = "a bench has a clock and talks"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use offtake::engine;
use offtake::scenario::{Case, Report, library};
use offtake::study::{Event, Futures, Odds, usual_events};
use offtake::view;

/// Futures of one round: as many with another luck as there are in every 16.
const ROUND: u32 = 16;

/// The shortest of some runs: noise only ever adds.
fn shortest(runs: usize, mut run: impl FnMut()) -> Duration {
    let time = |()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    std::iter::repeat_n((), runs).map(time).min().unwrap_or_default()
}

fn main() {
    for name in ["openai-aws", "llama3"] {
        let (_, text) = library::STORIES.iter().find(|it| it.0 == name).expect("a built-in story");
        let (_, scenario) = offtake::read(name, text, None, &mut Report::default());
        let scenario = scenario.expect("stories are sound");
        let headline = view::headline(&scenario, &[]);
        let futures = Futures::of(&scenario, &headline, false);
        let cases: Vec<Case> = (0..ROUND).map(|n| Case::of(&scenario, &futures.draw(n))).collect();
        let bare = shortest(5, || {
            cases.iter().for_each(|it| {
                black_box(engine::play(it, false));
            });
        }) / ROUND;
        let whole = shortest(5, || {
            (0..ROUND).for_each(|n| {
                black_box(futures.play(n));
            });
        }) / ROUND;
        let ratio = whole.as_secs_f64() / bare.as_secs_f64();
        println!("{name}: a bare play {bare:?}, a future with its row {whole:?}, {ratio:.2} bare");
        let events = usual_events(&scenario, futures.headings());
        joined(name, &futures, &events, bare);
    }
}

/// What many futures say together, their rows being at hand: no disk.
fn joined(name: &str, futures: &Futures<'_>, events: &[Event], bare: Duration) {
    const DRAWS: u32 = 2_000;
    // As many rows as are asked for, of few plays: what is joined does not hang on their values.
    let played: Vec<_> = (0..ROUND).map(|n| futures.play(n)).collect();
    let first = futures.headings().len();
    let row = |n: u32| &played[(n * 7 % ROUND) as usize];
    let mut column = |at: usize, most: u32| -> Result<Vec<f64>, std::convert::Infallible> {
        Ok(match at.checked_sub(first) {
            // A little apart, so that no two are equal.
            None => (0..most).map(|n| row(n).values[at] * (1.0 + f64::from(n) * 1e-9)).collect(),
            Some(series) => (0..most).flat_map(|n| row(n).months[series].clone()).collect(),
        })
    };
    let took = shortest(3, || {
        black_box(Odds::of(futures, DRAWS, events, &mut column).ok());
    });
    println!(
        "{name}: quantiles, odds, drivers and bands of {DRAWS} futures {took:?}, {:.2} % of their bare plays",
        took.as_secs_f64() / f64::from(DRAWS) / bare.as_secs_f64() * 100.0
    );
}
