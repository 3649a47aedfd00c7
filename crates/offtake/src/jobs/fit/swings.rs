//! How does the rate of batches swing about what spell and hour of the week tell?
//!
//! Counted in windows of an hour to some hours, batches vary more than by chance, which adds the mean to
//! the variance. What lasts for days is told by spells.

use super::spells::Spells;
use super::week::Week;
use crate::jobs::curve::rounded;
use crate::jobs::shape::Swing;
use crate::time::Instant;

/// Hours of a window.
const WINDOWS: [usize; 4] = [1, 2, 4, 8];
/// Hours that a swing may last.
const LASTS: [f64; 4] = [0.5, 1.0, 2.0, 4.0];

/// The swing of some batches that begin at these moments, if they swing at all.
pub(super) fn swing(
    starts: impl Iterator<Item = Instant>,
    week: &Week,
    spells: Spells,
) -> Option<Swing> {
    let of_week: Vec<f64> = spells.each_hour().map(|it| week.at(it)).collect();
    let mut seen = vec![0.0; of_week.len()];
    starts.for_each(|it| seen[spells.hour(it)] += 1.0);
    // What is to be expected of each hour of its spell.
    let parts = seen.chunks(spells.hours).zip(of_week.chunks(spells.hours));
    let mean = parts.flat_map(|(seen, of_week)| {
        let scale = seen.iter().sum::<f64>() / of_week.iter().sum::<f64>().max(1e-9);
        of_week.iter().map(move |it| it * scale)
    });
    let mean: Vec<f64> = mean.collect();
    let windows: Vec<Window> = WINDOWS.map(|it| Window::of(&seen, &mean, it, spells.hours)).into();
    let fits = LASTS.map(|it| fitted(&windows, it, spells.hours as f64));
    let (_, square, lasts) = fits.into_iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
    // `exp(strength^2) - 1` is the relative variance of a lognormal factor.
    let strength = rounded(libm::log1p(square).sqrt());
    (strength > 0.05).then_some(Swing { strength, lasts })
}

/// How much more than by chance counts in windows vary, relative to the mean squared.
#[derive(Clone, Copy, Debug)]
struct Window {
    hours: f64,
    excess: f64,
    /// How far that is to be trusted: the less of it is chance.
    weight: f64,
}

impl Window {
    /// Of a spell the mean is that of its own counts, which takes a part of what chance adds.
    fn of(seen: &[f64], mean: &[f64], hours: usize, spell: usize) -> Window {
        let left = 1.0 - hours as f64 / spell as f64;
        let (mut over, mut means, mut chance) = (0.0, 1e-12, 0.0);
        for (seen, mean) in seen.chunks_exact(hours).zip(mean.chunks_exact(hours)) {
            let (seen, mean) = (seen.iter().sum::<f64>(), mean.iter().sum::<f64>());
            over += (seen - mean) * (seen - mean) - mean * left;
            means += mean * mean;
            chance += mean;
        }
        let error = (over.abs() + chance) / means;
        Window {
            hours: hours as f64,
            excess: over / means,
            weight: 1.0 / (error * error).max(1e-12),
        }
    }
}

/// Weighted least squares: the miss, and the relative variance of a rate that lasts so many hours.
fn fitted(seen: &[Window], lasts: f64, spell: f64) -> (f64, f64, f64) {
    let (mut xx, mut xy) = (0.0, 0.0);
    for it in seen {
        let x = fades(it.hours, lasts, spell);
        xx += it.weight * x * x;
        xy += it.weight * x * it.excess;
    }
    let square = (xy / xx).max(0.0);
    let miss = |it: &Window| it.excess - square * fades(it.hours, lasts, spell);
    (seen.iter().map(|it| it.weight * miss(it) * miss(it)).sum(), square, lasts)
}

/// The part of a swing's variance that is left in windows of some hours, of which a whole spell has
/// one mean. Between hours `k` apart it is `r^k`, `r = exp(-1 / lasts)`, so in windows of `w`
/// `(w + 2 r (w (1 - r) - 1 + r^w) / (1 - r)^2) / w^2`.
fn fades(hours: f64, lasts: f64, spell: f64) -> f64 {
    let r = libm::exp(-1.0 / lasts);
    let left = |w: f64| {
        (w + 2.0 * r * (w * (1.0 - r) - 1.0 + libm::pow(r, w)) / ((1.0 - r) * (1.0 - r))) / (w * w)
    };
    left(hours) - left(spell)
}
