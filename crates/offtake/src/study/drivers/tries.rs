//! A number found from all draws and again from parts of them, so that its error can be told.
//!
//! Parts are runs of draws in the order they were made. Resampling with replacement would not do
//! for neighbours: a draw that comes twice is its own neighbour, and the bootstrap of such
//! statistics fails (Lin and Han, "On the failure of the bootstrap for Chatterjee's rank
//! correlation", Biometrika 111, 2024). Disjoint parts are sound wherever the error falls with the
//! root of the draws (Politis, Romano and Wolf, "Subsampling", 1999).

use std::ops::Range;

use crate::study::Estimate;
use crate::study::estimate::moments;

/// How many parts.
pub(super) const PARTS: usize = 20;

/// A number found from all draws, and the same from each part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tries {
    pub whole: f64,
    pub parts: [f64; PARTS],
}

impl Tries {
    /// The draws of one part.
    pub fn part(nth: usize, draws: usize) -> Range<usize> {
        nth * draws / PARTS..(nth + 1) * draws / PARTS
    }

    /// Numbers whose law is smooth in the draws (no neighbours), each part left out in turn: the
    /// parts' numbers are Tukey's pseudo-values.
    pub fn leaving_out(draws: usize, find: impl Fn(&[usize]) -> Vec<f64>) -> Vec<Tries> {
        let all: Vec<usize> = (0..draws).collect();
        let without = |nth| {
            let part = Tries::part(nth, draws);
            find(&[&all[..part.start], &all[part.end..]].concat())
        };
        let without: Vec<Vec<f64>> = (0..PARTS).map(without).collect();
        let pseudo = |whole: f64, other: f64| PARTS as f64 * whole - (PARTS - 1) as f64 * other;
        let tries = |(k, whole): (usize, f64)| Tries {
            whole,
            parts: std::array::from_fn(|nth| pseudo(whole, without[nth][k])),
        };
        find(&all).into_iter().enumerate().map(tries).collect()
    }

    /// The share with its interval; what came out a little below zero is zero.
    pub fn share(&self) -> Estimate {
        Estimate::between(self.whole, &self.parts).as_share()
    }

    /// The same where the whole is the mean over rounds of luck, whose error joins that of the
    /// draws; a single round holds no luck.
    pub fn share_of_rounds(&self, rounds: &[f64]) -> Estimate {
        let it = Estimate::between(self.whole, &self.parts);
        let of_rounds = moments(rounds).1 / rounds.len() as f64;
        let error = libm::sqrt(it.error * it.error + of_rounds);
        let reach = if it.error > 0.0 { it.half_width() / it.error * error } else { 0.0 };
        Estimate { error, low: it.value - reach, high: it.value + reach, ..it }.as_share()
    }
}
