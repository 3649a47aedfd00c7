//! How fast luck is drawn, as a ratio to bare powers of two (libm's) timed in the same run.
//! `cargo bench -p offtake --bench chance`
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    reason = "a bench has a clock and talks"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use offtake::chance::{Law, LawName, Purpose, Sobol, Stream};
use offtake::scenario::{Report, Sampler, library};

/// Numbers of one stretch: they stay in the nearest cache.
const STRETCH: usize = 1024;

/// The shortest of some runs: noise only ever adds.
fn shortest(runs: usize, mut run: impl FnMut()) -> Duration {
    let time = |()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    std::iter::repeat_n((), runs).map(time).min().unwrap_or_default()
}

/// Seconds for one of the numbers that a stretch holds.
fn each(mut fill: impl FnMut(u64, &mut [f64])) -> f64 {
    // A short run is seldom interrupted, and of many some never are.
    const STRETCHES: u64 = 10;
    let mut all = vec![0.0; STRETCH];
    let whole = shortest(300, || {
        for nth in 0..STRETCHES {
            fill(nth * STRETCH as u64, &mut all);
            black_box(&mut all);
        }
    });
    whole.as_secs_f64() / (STRETCHES * STRETCH as u64) as f64
}

fn main() {
    let bare = each(|nth, all| {
        all.iter_mut().enumerate().for_each(|(i, it)| {
            *it = libm::exp2((nth + i as u64) as f64 * 1e-5);
        });
    });
    println!("bare power of two: {:.1} ns", bare * 1e9);
    let told = |what: &str, it: f64| {
        println!("{what}: {:.1} ns, {:.1} M/s, {:.1} bare powers", it * 1e9, 1e-6 / it, it / bare);
    };
    let stream = Stream::new(1, "bench", Purpose::Range, 0);
    told("uniform", each(|nth, all| stream.fill(nth, all)));
    let bounds = (0.0, f64::INFINITY);
    let three = [(0.1, 2.0), (0.5, 3.0), (0.9, 4.5)];
    for (name, points) in [
        (LawName::Normal, vec![three[0], three[2]]),
        (LawName::Lognormal, vec![three[0], three[2]]),
        (LawName::Metalog, three.to_vec()),
        (LawName::Triangular, three.to_vec()),
        (LawName::Pert, three.to_vec()),
    ] {
        let law = Law::from_quantiles(&points, Some(name), bounds).expect("a law");
        told(name.word(), each(|nth, all| law.fill(stream, nth, all)));
    }
    let sobol = Sobol::new();
    told(
        "Sobol, scrambled",
        each(|nth, all| {
            all.iter_mut()
                .enumerate()
                .for_each(|(i, it)| *it = sobol.at(nth as u32 + i as u32, 7, 1));
        }),
    );
    for (name, text) in library::STORIES {
        let (_, scenario) = offtake::read(name, text, None, &mut Report::default());
        let sampler = Sampler::of(&scenario.expect("stories are sound"));
        let draws = 100;
        let whole = shortest(50, || {
            (0..draws).for_each(|n| {
                black_box(sampler.draw(n));
            });
        });
        println!("{name}: a draw of {} ranges {:?}", sampler.inputs().len(), whole / draws);
    }
}
