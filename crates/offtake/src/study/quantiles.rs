//! What many draws of one figure say: quantiles, mean, how often more, and how sure that is.
//!
//! A value of plus infinity means "never" and is larger than any other. NaN means that the figure
//! does not apply or is not known in that draw: such draws are counted and left out.

use super::estimate::{Estimate, Z95, moments, share};
use crate::chance;

/// The probabilities of the quantiles that are told.
pub const LEVELS: [f64; 5] = [0.05, 0.10, 0.50, 0.90, 0.95];

/// The most points of an exceedance curve.
const POINTS: usize = 200;

/// The draws at which convergence is looked at first; then at twice as many, and so on.
const FIRST_LOOK: u64 = 1_000;

/// One figure in every draw, in draw order.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// One value a draw, in base units.
    pub values: &'a [f64],
    /// Whether the values are dates: then zero is only where counting began.
    pub is_date: bool,
}

/// A point of an exceedance curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// A value that came up.
    pub at: f64,
    /// The share of draws with a larger one.
    pub above: f64,
}

/// What the draws of one figure say together.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// The draws that say something: "never" is among them, NaN is not.
    pub draws: usize,
    /// How many of these say "never".
    pub never: usize,
    /// The draws in which the figure does not apply or is not known.
    pub unknown: usize,
    /// The quantiles of [`LEVELS`], plus infinity where that is "never".
    pub quantiles: [Estimate; 5],
    /// The mean of what is finite, if anything is.
    pub mean: Option<Estimate>,
    /// From q05 to q95 of what is finite; the scale that errors are held against.
    pub width: f64,
    /// How often more: values in rising order, at most 200, the first and the last finite value
    /// among them, closer together in the tails.
    pub exceedance: Vec<Point>,
}

impl Spread {
    /// From independent draws, in any order; none where no draw says anything.
    ///
    /// Quantiles are Hyndman and Fan's seventh kind ("Sample quantiles in statistical packages",
    /// The American Statistician 50, 1996): linear between order statistics. Their intervals run
    /// from one order statistic to another, by the normal approximation of the binomial law
    /// (Conover, "Practical Nonparametric Statistics", 1999, section 3.2), and hold whatever the
    /// figure's law is; the error is a 3.92th of the interval.
    pub fn of(values: &[f64]) -> Option<Spread> {
        let sorted = sorted(values.iter());
        if sorted.is_empty() {
            return None;
        }
        let finite = finite(&sorted);
        let mean = (!finite.is_empty()).then(|| {
            let (mean, variance) = moments(finite);
            Estimate::normal(mean, libm::sqrt(variance / finite.len() as f64))
        });
        Some(Spread {
            draws: sorted.len(),
            never: sorted.len() - sorted.partition_point(|it| *it < f64::INFINITY),
            unknown: values.len() - sorted.len(),
            quantiles: LEVELS.map(|p| quantile_with_error(&sorted, p)),
            mean,
            width: if finite.is_empty() { 0.0 } else { at(finite, 0.95) - at(finite, 0.05) },
            exceedance: exceedance(&sorted),
        })
    }

    /// From randomised quasi-Monte-Carlo: each scramble's draws, at least two scrambles. Within a
    /// scramble draws hang together, so every error is that between the scrambles.
    pub fn of_scrambles(scrambles: &[&[f64]]) -> Option<Spread> {
        let mut spread = Spread::of(&scrambles.concat())?;
        let parts: Vec<Vec<f64>> = scrambles.iter().map(|it| sorted(it.iter())).collect();
        let parts: Vec<&Vec<f64>> = parts.iter().filter(|it| !it.is_empty()).collect();
        for (told, p) in spread.quantiles.iter_mut().zip(LEVELS) {
            *told = between(told.value, parts.iter().map(|it| at(it, p)));
        }
        let means =
            parts.iter().filter(|it| !finite(it).is_empty()).map(|it| moments(finite(it)).0);
        spread.mean = spread.mean.map(|it| between(it.value, means));
        Some(spread)
    }

    /// How often the figure never happens.
    pub fn never_share(&self) -> Estimate {
        share(self.never, self.draws)
    }

    /// The largest half-width among the intervals of the quantiles, each against the quantile
    /// itself or, where that is more (always for a date), against [`Spread::width`]. Where an
    /// interval reaches "never", the half-width of the odds of "never" stands in.
    pub fn relative_error(&self, is_date: bool) -> f64 {
        let off = |it: &Estimate| {
            let scale = if is_date { self.width } else { self.width.max(it.value.abs()) };
            match it.half_width() {
                _ if self.never > 0 && it.high == f64::INFINITY => self.never_share().half_width(),
                0.0 => 0.0,
                half => half / scale,
            }
        };
        self.quantiles.iter().map(off).fold(0.0, f64::max)
    }
}

/// The share of draws in which something holds, from its count in each of at least two scrambles
/// of equal size.
pub fn share_of_scrambles(holds: &[usize], of_each: usize) -> Estimate {
    let parts: Vec<f64> = holds.iter().map(|it| *it as f64 / of_each as f64).collect();
    Estimate::between(moments(&parts).0, &parts).as_share()
}

/// The next number of draws at which convergence may be looked at: 1,000, 2,000, 4,000, ...
///
/// Who looks after every draw stops at a lucky moment; who looks at a few counts that are fixed
/// beforehand hardly does.
pub fn next_look(draws: u64) -> u64 {
    let mut look = FIRST_LOOK;
    while look <= draws {
        look *= 2;
    }
    look
}

/// Whether so many draws suffice: they are a count to look at, and every figure's
/// [`Spread::relative_error`] is within the tolerance.
///
/// `columns` are spreads with whether they are of dates; `tolerance` is 0.01 for one percent.
pub fn suffices(draws: u64, columns: &[(Spread, bool)], tolerance: f64) -> bool {
    draws >= FIRST_LOOK
        && next_look(draws - 1) == draws
        && columns.iter().all(|(it, is_date)| it.relative_error(*is_date) <= tolerance)
}

/// All but NaN, in rising order.
pub(super) fn sorted<'a>(values: impl Iterator<Item = &'a f64>) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.copied().filter(|it| !it.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

fn finite(sorted: &[f64]) -> &[f64] {
    let from = sorted.partition_point(|it| *it == f64::NEG_INFINITY);
    &sorted[from..sorted.partition_point(|it| *it < f64::INFINITY)]
}

/// A quantile of sorted values: Hyndman and Fan's seventh kind.
pub(super) fn at(sorted: &[f64], p: f64) -> f64 {
    let place = (sorted.len() - 1) as f64 * p;
    let below = place as usize;
    let part = place - below as f64;
    let (a, b) = (sorted[below], sorted[(below + 1).min(sorted.len() - 1)]);
    match part {
        _ if a == b || part == 0.0 || a == f64::NEG_INFINITY => a,
        _ if b == f64::INFINITY => b,
        _ => a + part * (b - a),
    }
}

fn quantile_with_error(sorted: &[f64], p: f64) -> Estimate {
    let n = sorted.len() as f64;
    let reach = Z95 * libm::sqrt(n * p * (1.0 - p));
    // The order statistics are counted from one.
    let (first, last) = ((n * p - reach).ceil(), (n * p + reach).ceil());
    let low = if first < 1.0 { f64::NEG_INFINITY } else { sorted[first as usize - 1] };
    let high = if last > n { f64::INFINITY } else { sorted[last as usize - 1] };
    told(at(sorted, p), low, high)
}

fn told(value: f64, low: f64, high: f64) -> Estimate {
    let interval = Estimate { value, error: 0.0, low, high };
    Estimate { error: interval.half_width() / Z95, ..interval }
}

/// The error between scrambles; where some say "never", no more than from which to which.
fn between(value: f64, parts: impl Iterator<Item = f64>) -> Estimate {
    let parts: Vec<f64> = parts.collect();
    if value.is_finite() && parts.len() > 1 && parts.iter().all(|it| it.is_finite()) {
        return Estimate::between(value, &parts);
    }
    let low = parts.iter().copied().fold(f64::INFINITY, f64::min);
    told(value, low, f64::INFINITY)
}

/// Values at even steps of the normal scale, so that each tail has as many points as the middle.
fn exceedance(sorted: &[f64]) -> Vec<Point> {
    let (n, finite) = (sorted.len() as f64, finite(sorted));
    let Some(last) = finite.len().checked_sub(1) else { return Vec::new() };
    let far = -chance::quantile(0.5 / finite.len() as f64);
    let place = |k: usize| match k {
        0 => 0,
        k if k == POINTS - 1 => last,
        k => {
            let p = chance::below(far * (2.0 * k as f64 / (POINTS - 1) as f64 - 1.0));
            ((p * finite.len() as f64) as usize).min(last)
        }
    };
    let mut values: Vec<f64> = (0..POINTS).map(|k| finite[place(k)]).collect();
    values.dedup();
    let above = |at: f64| (n - sorted.partition_point(|it| *it <= at) as f64) / n;
    values.into_iter().map(|at| Point { at, above: above(at) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::trial::{normals, uniforms};

    const NEVER: f64 = f64::INFINITY;

    #[test]
    fn quantiles_lie_on_the_line_between_order_statistics() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!([0.0, 0.5, 1.0].map(|p| at(&sorted, p)), [1.0, 3.0, 8.0]);
        assert!((at(&sorted, 0.9) - 6.8).abs() < 1e-12);
    }

    #[test]
    fn never_is_larger_than_any_value_and_what_is_unknown_is_left_out() {
        let spread = Spread::of(&[3.0, NEVER, f64::NAN, 1.0, 2.0, NEVER]).unwrap();
        assert_eq!((spread.draws, spread.never, spread.unknown), (5, 2, 1));
        assert_eq!(spread.quantiles.map(|it| it.value)[2..], [3.0, NEVER, NEVER]);
        assert_eq!(spread.mean.unwrap().value, 2.0);
        assert_eq!(spread.exceedance.first(), Some(&Point { at: 1.0, above: 0.8 }));
        assert_eq!(spread.exceedance.last(), Some(&Point { at: 3.0, above: 0.4 }));
        assert_eq!(Spread::of(&[f64::NAN]), None);
        let never = Spread::of(&[NEVER; 2000]).unwrap();
        assert_eq!((never.mean, never.quantiles[2]), (None, Estimate::exact(NEVER)));
        assert!(never.exceedance.is_empty());
    }

    #[test]
    fn too_few_draws_bound_no_tail() {
        let spread = Spread::of(&uniforms("few", 50)).unwrap();
        assert_eq!(spread.quantiles[0].low, f64::NEG_INFINITY);
        assert_eq!(spread.quantiles[4].high, f64::INFINITY);
        assert!(spread.quantiles[2].error.is_finite());
        assert_eq!(spread.relative_error(false), f64::INFINITY);
    }

    /// Of a lognormal law, 500 times 1,000 draws: each interval should hold the truth in 95 of
    /// 100, and 500 tries say so within 2.9 (three standard errors).
    #[test]
    fn intervals_hold_the_truth_in_95_of_100() {
        let truth = LEVELS.map(|p| libm::exp(chance::quantile(p)));
        let mut held = [0.0; 6];
        for nth in 0..500 {
            let normal = normals(&format!("try {nth}"), 1000);
            let values: Vec<f64> = normal.iter().map(|it| libm::exp(*it)).collect();
            let spread = Spread::of(&values).unwrap();
            for (k, truth) in truth.iter().enumerate() {
                let it = spread.quantiles[k];
                held[k] += f64::from(it.low <= *truth && *truth <= it.high) / 500.0;
            }
            let mean = Spread::of(&normal).unwrap().mean.unwrap();
            held[5] += f64::from(mean.low <= 0.0 && 0.0 <= mean.high) / 500.0;
        }
        assert!(held.iter().all(|it| (it - 0.95).abs() < 0.029), "{held:?}");
    }

    /// 300 times 16 scrambles of a stratified sample, whose draws hang together: plain Monte
    /// Carlo would tell an error over four times as large.
    #[test]
    fn the_error_of_scrambles_is_that_between_them() {
        let (mut held, mut narrower) = (0, 0);
        for nth in 0..300 {
            let shift = uniforms(&format!("shifts {nth}"), 16 * 100);
            let strata: Vec<f64> =
                (0..1600).map(|i| ((i % 100) as f64 + shift[i]) / 100.0).collect();
            let scrambles: Vec<&[f64]> = strata.chunks(100).collect();
            let it = Spread::of_scrambles(&scrambles).unwrap().quantiles[2];
            held += usize::from(it.low <= 0.5 && 0.5 <= it.high);
            let plain = Spread::of(&strata).unwrap().quantiles[2];
            narrower += usize::from(it.half_width() < plain.half_width() / 4.0);
        }
        assert!((274..=296).contains(&held) && narrower == 300, "{held} {narrower}");
    }

    #[test]
    fn the_share_of_scrambles_is_their_mean() {
        let it = share_of_scrambles(&[10, 12, 11, 9, 13], 100);
        assert!((it.value - 0.11).abs() < 1e-12);
        assert!((it.error - libm::sqrt(2.5e-4 / 5.0)).abs() < 1e-12 && it.low < 0.1);
    }

    #[test]
    fn a_curve_keeps_its_ends_and_its_tails() {
        let values: Vec<f64> = (0..100_000).map(f64::from).collect();
        let curve = Spread::of(&values).unwrap().exceedance;
        assert!(curve.len() <= 200 && curve.is_sorted_by(|a, b| a.at < b.at && a.above > b.above));
        assert_eq!((curve[0].at, curve.last().unwrap().above), (0.0, 0.0));
        assert!(curve.iter().filter(|it| it.above < 0.01).count() > 20);
        assert!(curve.iter().all(|it| (it.above - (1.0 - (it.at + 1.0) / 1e5)).abs() < 1e-12));
    }

    #[test]
    fn convergence_is_looked_at_after_doublings_only() {
        assert_eq!(
            [0, 999, 1000, 1999, 2000, 5000].map(next_look),
            [1e3, 1e3, 2e3, 2e3, 4e3, 8e3].map(|it| it as u64)
        );
        let flat = [(Spread::of(&[7.0; 3000]).unwrap(), false)];
        assert_eq!(
            [500, 1000, 3000, 4000].map(|n| suffices(n, &flat, 0.01)),
            [false, true, false, true]
        );
    }

    #[test]
    fn a_tenth_of_the_error_wants_a_hundred_times_the_draws() {
        let off = |n| Spread::of(&normals("converges", n)).unwrap().relative_error(false);
        assert!((7.0..14.0).contains(&(off(1000) / off(100_000))));
    }

    #[test]
    fn a_date_is_measured_by_its_width_and_never_by_its_odds() {
        let near: Vec<f64> = uniforms("near", 4000).iter().map(|it| 20_000.0 + it).collect();
        let near = Spread::of(&near).unwrap();
        assert!(near.relative_error(false) < 1e-6 && near.relative_error(true) > 0.01);
        let mixed: Vec<f64> =
            uniforms("mixed", 4000).iter().map(|it| if *it < 0.9 { *it } else { NEVER }).collect();
        let mixed = Spread::of(&mixed).unwrap();
        assert!(mixed.relative_error(true) < 0.06, "{}", mixed.relative_error(true));
    }
}
