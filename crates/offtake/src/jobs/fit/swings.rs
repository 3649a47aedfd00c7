//! How does the rate of batches swing about what the hour of the week tells?
//!
//! Counted in windows of an hour to some weeks, batches vary more than by chance. Chance adds the mean
//! to the variance of one kind, and nothing to how two kinds vary together: what they share swings all
//! kinds, what is left of each is its own.

use super::week::Week;
use crate::jobs::curve::rounded;
use crate::jobs::shape::Swing;
use crate::time::{Instant, Span};

/// Hours of a window.
const WINDOWS: [usize; 10] = [1, 2, 4, 8, 16, 24, 48, 96, 168, 336];
/// Hours that a swing may last; the first of several shared ones is among the quick, the second among
/// the slow.
const LASTS: [f64; 10] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
const QUICK: usize = 5;
/// By how much a swing of one kind must better the fit, in squares of the error: most kinds have few
/// batches, and what swings by chance is no habit.
const SURE: f64 = 1.0;

/// The swings that all kinds share, and each kind's own. `starts` tells when batches of each kind began.
pub(super) fn swings(starts: &[Vec<Instant>], week: &Week) -> (Vec<Swing>, Vec<Option<Swing>>) {
    let hour = |it: &Instant| it.millis.div_euclid(Span::HOUR.millis);
    let hours = || starts.iter().flatten().map(hour);
    let (Some(first), Some(last)) = (hours().min(), hours().max()) else {
        return (Vec::new(), Vec::new());
    };
    let of_week: Vec<f64> =
        (first..=last).map(|it| week.at(Instant { millis: it * Span::HOUR.millis })).collect();
    let counts = |starts: &Vec<Instant>| {
        let mut seen = vec![0.0; of_week.len()];
        starts.iter().for_each(|it| seen[(hour(it) - first) as usize] += 1.0);
        seen
    };
    let kinds: Vec<Vec<f64>> = starts.iter().map(counts).collect();
    let windows: Vec<usize> = WINDOWS.into_iter().filter(|it| of_week.len() >= it * 4).collect();
    let seen: Vec<Vec<Window>> =
        windows.iter().map(|it| Window::of_kinds(&kinds, &of_week, *it)).collect();
    let whole = of_week.len() as f64;
    let shared = two(&seen.iter().map(|it| Window::shared(it)).collect::<Vec<_>>(), whole);
    let own = |nth: usize| {
        let left = seen.iter().map(|it| it[nth].alone(&shared, whole)).collect::<Vec<_>>();
        one(&left, whole)
    };
    let own = (0..kinds.len()).map(own).collect();
    (shared.into_iter().filter_map(Level::swing).collect(), own)
}

/// How much more than by chance counts in windows vary.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    hours: f64,
    /// Sum of products of what is over the mean, less what chance adds.
    over: f64,
    /// Sum of products of the means: what `over` is relative to.
    means: f64,
    /// Sum of the means: the variance that chance adds.
    chance: f64,
}

impl Window {
    fn of_kinds(kinds: &[Vec<f64>], of_week: &[f64], hours: usize) -> Vec<Window> {
        kinds
            .iter()
            .map(|it| Self::of(it, of_week, hours))
            .chain([Self::of_all(kinds, of_week, hours)])
            .collect()
    }

    fn of_all(kinds: &[Vec<f64>], of_week: &[f64], hours: usize) -> Window {
        let sum = |nth: usize| kinds.iter().map(|it| it[nth]).sum();
        Self::of(&(0..of_week.len()).map(sum).collect::<Vec<f64>>(), of_week, hours)
    }

    fn of(seen: &[f64], of_week: &[f64], hours: usize) -> Window {
        let scale = seen.iter().sum::<f64>() / of_week.iter().sum::<f64>().max(1e-9);
        let parts = seen.chunks_exact(hours).zip(of_week.chunks_exact(hours));
        let count = parts.len() as f64;
        let mut it = Window { hours: hours as f64, ..Window::default() };
        for (seen, of_week) in parts {
            let (seen, mean) = (seen.iter().sum::<f64>(), of_week.iter().sum::<f64>() * scale);
            it.over += (seen - mean) * (seen - mean) - mean * (1.0 - 1.0 / count);
            it.means += mean * mean;
            it.chance += mean;
        }
        it
    }

    /// Of two different kinds: all less each with itself.
    fn shared(all: &[Window]) -> Window {
        let Some((whole, kinds)) = all.split_last() else { return Window::default() };
        let less = |it: Window, own: &Window| Window {
            over: it.over - own.over,
            means: it.means - own.means,
            ..it
        };
        kinds.iter().fold(*whole, less)
    }

    /// What shared swings leave.
    fn alone(self, shared: &[Level], whole: f64) -> Window {
        let told: f64 =
            shared.iter().map(|it| it.square * fades(self.hours, it.lasts, whole)).sum();
        Window { over: self.over - told * self.means, ..self }
    }

    /// The excess, and how far it is to be trusted: the less of it is chance. Few long windows weigh as
    /// much as many short ones, as waits hang on whole days and weeks of work.
    fn point(&self) -> (f64, f64) {
        let excess = self.over / self.means.max(1e-12);
        let error = excess.abs() + self.chance / self.means.max(1e-12);
        (excess, 1.0 / (error * error).max(1e-12))
    }
}

/// The part of a swing's variance that is left in windows of some hours, of which the whole trace has
/// one mean. Between hours `k` apart it is `r^k`, `r = exp(-1 / lasts)`, so in windows of `w`
/// `(w + 2 r (w (1 - r) - 1 + r^w) / (1 - r)^2) / w^2`.
fn fades(hours: f64, lasts: f64, whole: f64) -> f64 {
    let r = libm::exp(-1.0 / lasts);
    let left = |w: f64| {
        (w + 2.0 * r * (w * (1.0 - r) - 1.0 + libm::pow(r, w)) / ((1.0 - r) * (1.0 - r))) / (w * w)
    };
    left(hours) - left(whole)
}

/// Relative variance of a rate, and how long it lasts.
#[derive(Clone, Copy, Debug)]
struct Level {
    square: f64,
    lasts: f64,
}

impl Level {
    /// `exp(strength^2) - 1` is the relative variance of a lognormal factor.
    fn swing(self) -> Option<Swing> {
        let strength = rounded(libm::log1p(self.square).sqrt());
        (strength > 0.05).then_some(Swing { strength, lasts: self.lasts })
    }
}

fn one(seen: &[Window], whole: f64) -> Option<Swing> {
    let fits = LASTS.into_iter().map(|it| fitted(seen, it, it, whole));
    let (miss, [level, _], _) = fits.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let without = fitted(seen, LASTS[0], LASTS[0], whole).2;
    level.swing().filter(|_| without - miss > SURE)
}

fn two(seen: &[Window], whole: f64) -> Vec<Level> {
    let pairs = LASTS[..QUICK].iter().flat_map(|a| LASTS[QUICK..].iter().map(move |b| (*a, *b)));
    let fits = pairs.map(|(quick, slow)| fitted(seen, quick, slow, whole));
    fits.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(Vec::new(), |it| it.1.to_vec())
}

/// Weighted least squares of two levels, neither negative; of one, where both last equally long.
fn fitted(seen: &[Window], quick: f64, slow: f64, whole: f64) -> (f64, [Level; 2], f64) {
    let (mut xx, mut xy, mut yy, mut xz, mut yz, mut zz) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for it in seen {
        let [x, y] = [quick, slow].map(|lasts| fades(it.hours, lasts, whole));
        let (z, weight) = it.point();
        xx += weight * x * x;
        xy += weight * x * y;
        yy += weight * y * y;
        xz += weight * x * z;
        yz += weight * y * z;
        zz += weight * z * z;
    }
    let miss =
        |a: f64, b: f64| zz - 2.0 * (a * xz + b * yz) + a * a * xx + 2.0 * a * b * xy + b * b * yy;
    let det = xx * yy - xy * xy;
    let both = [(xz * yy - yz * xy) / det, (yz * xx - xz * xy) / det];
    let alone = [[(xz / xx).max(0.0), 0.0], [0.0, (yz / yy).max(0.0)]];
    let best = match quick == slow {
        true => alone[0],
        false if both.iter().all(|it| *it >= 0.0) => both,
        false if miss(alone[0][0], 0.0) < miss(0.0, alone[1][1]) => alone[0],
        false => alone[1],
    };
    let level = |square, lasts| Level { square, lasts };
    (miss(best[0], best[1]), [level(best[0], quick), level(best[1], slow)], zz)
}
