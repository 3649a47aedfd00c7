//! Counts of rare events, by inversion of one uniform number: a larger mean never gives a
//! smaller count for the same luck.

use super::normal::quantile;

/// A Poisson law with its distribution function tabled, so that a count costs a short walk.
#[derive(Clone, Debug)]
pub struct Poisson {
    mean: f64,
    /// P(N <= k) of 2^32, rounded up, k = 0, 1, ...; the last entry is all of them.
    below: Vec<u64>,
    /// The count at which the search begins, for each 256th of them.
    guide: [u16; 1 << GUIDE_BITS],
}

const ALL: u64 = 1 << 32;
const GUIDE_BITS: u32 = 8;
const PART: u64 = ALL >> GUIDE_BITS;

/// Past this mean, `exp(-mean)` would lose its digits: the law is split into equal parts.
const LARGEST_MEAN: f64 = 500.0;

impl Default for Poisson {
    /// The law of what never happens.
    fn default() -> Self {
        Self { mean: 0.0, below: vec![ALL], guide: [0; 1 << GUIDE_BITS] }
    }
}

impl Poisson {
    /// Changes the mean; costs nothing when it stays the same.
    ///
    /// A mean over 500 is played as 500: an hour in which more than 500 nodes of one fleet fail
    /// is outside what the failure model describes, and `check` refuses rates that lead there.
    #[inline]
    pub fn set_mean(&mut self, mean: f64) {
        if mean != self.mean {
            self.tabulate(mean);
        }
    }

    fn tabulate(&mut self, mean: f64) {
        self.mean = mean;
        let mean = mean.min(LARGEST_MEAN);
        self.below.clear();
        let mut term = libm::exp(-mean);
        let mut sum = term;
        let mut k = 0.0;
        while sum < 1.0 && (k <= mean || term > 1e-18) {
            let exact = sum * ALL as f64;
            let whole = exact as i64;
            self.below.push((whole + i64::from((whole as f64) < exact)) as u64);
            k += 1.0;
            term *= mean / k;
            sum += term;
        }
        self.below.push(ALL);
        let mut from = 0;
        for (count, below) in self.below.iter().enumerate() {
            let until = below.div_ceil(PART) as usize;
            self.guide[from..until].fill(count as u16);
            from = until;
        }
    }

    /// The count that a number stands for which is uniform over all `u32`.
    #[inline]
    pub fn count(&self, uniform: u32) -> usize {
        let mut count = usize::from(self.guide[(uniform >> (32 - GUIDE_BITS)) as usize]);
        while u64::from(uniform) >= self.below[count] {
            count += 1;
        }
        count
    }
}

/// The count that one number stands for which is uniform over all `u32`, for a mean that is asked
/// for once: by walking the law up to a mean of 40, past it by the normal law with its first
/// correction for skewness (Cornish and Fisher, 1938).
pub fn poisson_count(mean: f64, uniform: u32) -> i64 {
    let p = (f64::from(uniform) + 0.5) / ALL as f64;
    if mean > 40.0 {
        let z = quantile(p);
        return libm::floor(mean + libm::sqrt(mean) * z + (z * z - 1.0) / 6.0 + 0.5).max(0.0)
            as i64;
    }
    let mut term = libm::exp(-mean);
    let (mut below, mut count) = (term, 0);
    while p >= below && term > 1e-18 {
        count += 1;
        term *= mean / count as f64;
        below += term;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(mean: f64) -> Poisson {
        let mut it = Poisson::default();
        it.set_mean(mean);
        it
    }

    #[test]
    fn mean_and_variance_are_the_mean() {
        for mean in [0.01, 0.5, 4.9, 60.0] {
            let law = law(mean);
            // Even over all u32: 2^18 of them.
            let n = 1_u32 << 18;
            let counts = (0..n).map(|i| law.count((2 * i + 1) << 13) as f64);
            let (mut sum, mut squares) = (0.0, 0.0);
            for it in counts {
                sum += it;
                squares += it * it;
            }
            let (m, n) = (sum / f64::from(n), f64::from(n));
            assert!((m / mean - 1.0).abs() < 2e-3, "mean {mean}: {m}");
            assert!(((squares / n - m * m) / mean - 1.0).abs() < 5e-3, "variance {mean}");
        }
    }

    #[test]
    fn more_nodes_never_fail_less_often_with_the_same_luck() {
        for step in 0..1000 {
            let uniform = step * (u32::MAX / 1000);
            let counts: Vec<_> = (0..80).map(|i| law(f64::from(i) * 0.37).count(uniform)).collect();
            assert!(counts.is_sorted(), "at {uniform}");
        }
    }

    #[test]
    fn nothing_fails_at_rate_zero() {
        assert_eq!(law(0.0).count(u32::MAX), 0);
    }

    #[test]
    fn a_count_asked_for_once_has_the_same_mean_and_variance_and_never_falls_with_the_mean() {
        let words = || (0..1_u32 << 16).map(|i| (2 * i + 1) << 15);
        for mean in [0.3, 12.0, 39.9, 41.0, 3_400.0] {
            let counts: Vec<f64> = words().map(|it| poisson_count(mean, it) as f64).collect();
            let n = counts.len() as f64;
            let m = counts.iter().sum::<f64>() / n;
            let variance = counts.iter().map(|it| (it - m) * (it - m)).sum::<f64>() / n;
            assert!((m / mean - 1.0).abs() < 2e-3, "mean {mean}: {m}");
            assert!((variance / mean - 1.0).abs() < 2e-2, "variance {mean}: {variance}");
        }
        for word in words().step_by(97) {
            let counts: Vec<i64> =
                (1..400).map(|i| poisson_count(f64::from(i) * 0.5, word)).collect();
            assert!(counts.is_sorted(), "at {word}");
        }
    }
}
