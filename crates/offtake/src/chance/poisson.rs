//! Counts of rare events, by inversion of one uniform number: a larger mean never gives a
//! smaller count for the same luck.

/// A Poisson law with its distribution function tabled, so that a count costs a short walk.
#[derive(Clone, Debug, Default)]
pub struct Poisson {
    mean: f64,
    /// P(N <= k), k = 0, 1, ...; the last entry is 1.
    below: Vec<f64>,
    /// The count at which the search begins, for each 256th of [0, 1).
    guide: Vec<u16>,
}

/// Past this mean, `exp(-mean)` would lose its digits: the law is split into equal parts.
const LARGEST_MEAN: f64 = 500.0;

impl Poisson {
    /// Changes the mean; costs nothing when it stays the same.
    ///
    /// A mean over 500 is played as 500: an hour in which more than 500 nodes of one fleet fail
    /// is outside what the failure model describes, and `check` refuses rates that lead there.
    #[inline]
    pub fn set_mean(&mut self, mean: f64) {
        if mean != self.mean || self.below.is_empty() {
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
            self.below.push(sum);
            k += 1.0;
            term *= mean / k;
            sum += term;
        }
        self.below.push(1.0);
        self.guide.clear();
        let mut count = 0;
        for part in 0..256 {
            while self.below[count] <= f64::from(part) / 256.0 {
                count += 1;
            }
            self.guide.push(count as u16);
        }
    }

    /// The count that a uniform number in [0, 1) stands for.
    #[inline]
    pub fn count(&self, uniform: f64) -> usize {
        let mut count = usize::from(self.guide[(uniform * 256.0) as usize]);
        while uniform >= self.below[count] {
            count += 1;
        }
        count
    }
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
            let n = 400_000;
            let counts = (0..n).map(|i| law.count((f64::from(i) + 0.5) / f64::from(n)) as f64);
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
            let uniform = f64::from(step) / 1000.0;
            let counts: Vec<_> = (0..80).map(|i| law(f64::from(i) * 0.37).count(uniform)).collect();
            assert!(counts.is_sorted(), "at {uniform}");
        }
    }

    #[test]
    fn nothing_fails_at_rate_zero() {
        assert_eq!(law(0.0).count(0.999_999), 0);
    }
}
