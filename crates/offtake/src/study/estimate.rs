//! A number that was found by trying, and how far it may be off.

use crate::chance::quantile;

/// The normal quantile of a two-sided 95 % interval.
pub(super) const Z95: f64 = 1.959_963_984_540_054;

/// A number found from draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The number itself.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// The low end of its 95 % interval; minus infinity where the draws give none.
    pub low: f64,
    /// The high end of its 95 % interval; infinity where the draws give none.
    pub high: f64,
}

impl Estimate {
    /// A number that is known.
    pub const fn exact(value: f64) -> Estimate {
        Estimate { value, error: 0.0, low: value, high: value }
    }

    /// A mean of many: normal.
    pub(super) fn normal(value: f64, error: f64) -> Estimate {
        Estimate { value, error, low: value - Z95 * error, high: value + Z95 * error }
    }

    /// A number, and the same found from each of a few equal parts of the draws: the error is
    /// that of the parts' mean, the interval Student's.
    pub(super) fn between(value: f64, parts: &[f64]) -> Estimate {
        let (_, variance) = moments(parts);
        let error = libm::sqrt(variance / parts.len() as f64);
        let reach = student(parts.len() - 1) * error;
        Estimate { value, error, low: value - reach, high: value + reach }
    }

    /// The same, known to lie between 0 and 1.
    pub(super) fn as_share(self) -> Estimate {
        let cut = |it: f64| it.clamp(0.0, 1.0);
        Estimate { value: cut(self.value), low: cut(self.low), high: cut(self.high), ..self }
    }

    /// Half the width of the interval.
    pub fn half_width(&self) -> f64 {
        if self.low == self.high { 0.0 } else { (self.high - self.low) / 2.0 }
    }
}

/// The share of draws in which something holds: Wilson, "Probable inference, the law of
/// succession, and statistical inference", JASA 22, 1927. Zero of many is 0 with a high end.
///
/// `of` is at least 1.
pub fn share(holds: usize, of: usize) -> Estimate {
    let (n, p) = (of as f64, holds as f64 / of as f64);
    let z2n = Z95 * Z95 / n;
    let middle = (p + z2n / 2.0) / (1.0 + z2n);
    let reach = Z95 / (1.0 + z2n) * libm::sqrt((p * (1.0 - p) + z2n / 4.0) / n);
    let low = if holds == 0 { 0.0 } else { middle - reach };
    let high = if holds == of { 1.0 } else { middle + reach };
    Estimate { value: p, error: libm::sqrt(p * (1.0 - p) / n), low, high }
}

/// Mean and variance (over n - 1; zero for a single value).
pub(super) fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|it| (it - mean) * (it - mean)).sum();
    (mean, squares / (n - 1.0).max(1.0))
}

/// Student's two-sided 95 % quantile: Abramowitz and Stegun, 26.7.5. From 5 degrees of freedom
/// on within 1 part in 1,000.
fn student(freedom: usize) -> f64 {
    let (z, v) = (quantile(0.975), freedom as f64);
    let z2 = z * z;
    let terms = [
        (z2 + 1.0) / 4.0,
        ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0,
        (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0,
        ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92_160.0,
    ];
    z * (1.0 + terms.iter().rev().fold(0.0, |sum, it| (sum + it) / v))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn student_is_that_of_the_tables() {
        for (freedom, table) in [(5, 2.570_582), (15, 2.131_450), (19, 2.093_024), (60, 2.000_298)]
        {
            assert!((student(freedom) / table - 1.0).abs() < 1e-3, "{freedom}");
        }
    }

    #[test]
    fn a_share_has_wilsons_interval() {
        // Its ends are the shares that lie just 1.96 of their own errors away from what was seen.
        let some = share(15, 100);
        for end in [some.low, some.high] {
            let error = libm::sqrt(end * (1.0 - end) / 100.0);
            assert!(((some.value - end).abs() / error - Z95).abs() < 1e-9, "{end}");
        }
        let none = share(0, 100);
        assert_eq!((none.value, none.low), (0.0, 0.0));
        assert!((none.high - Z95 * Z95 / (100.0 + Z95 * Z95)).abs() < 1e-12);
        assert_eq!(share(100, 100).high, 1.0);
    }
}
