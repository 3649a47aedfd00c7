//! How two scenarios differ in what comes of them, future by future: both are played with the same
//! luck, so that what differs is what was changed.

use super::estimate::{Estimate, share};
use super::quantiles::Spread;

/// A figure of one scenario against that of another, in many futures.
#[derive(Clone, Debug)]
pub struct Difference {
    /// How the second less the first spreads; nothing where they never both have a value.
    pub spread: Option<Spread>,
    /// In which share of futures the second is larger.
    pub larger: Estimate,
    /// In which share it is smaller.
    pub smaller: Estimate,
}

impl Difference {
    /// From the figure in every future of the first and of the second, in the same order.
    pub fn of(first: &[f64], second: &[f64]) -> Difference {
        let pairs = || first.iter().zip(second);
        // Never is later than any day, and as late as never.
        let apart = |(a, b): (&f64, &f64)| if a == b { 0.0 } else { b - a };
        let count = |is: fn(&f64, &f64) -> bool| pairs().filter(|it| is(it.1, it.0)).count();
        let all = first.len().min(second.len()).max(1);
        let differences: Vec<f64> = pairs().map(apart).filter(|it| it.is_finite()).collect();
        Difference {
            spread: Spread::of(&differences),
            larger: share(count(|b, a| b > a), all),
            smaller: share(count(|b, a| b < a), all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_equal_luck_show_what_was_changed() {
        let first: Vec<f64> = (0..1_000).map(|n| f64::from(n % 97) * 10.0).collect();
        let second: Vec<f64> = first.iter().map(|it| it + 1.0).collect();
        let it = Difference::of(&first, &second);
        assert_eq!(it.spread.expect("pairs").quantiles.map(|it| it.value), [1.0; 5]);
        assert_eq!((it.larger.value, it.smaller.value), (1.0, 0.0));
    }

    #[test]
    fn never_is_later_than_any_day() {
        let never = f64::INFINITY;
        let it = Difference::of(&[never, never, 5.0, f64::NAN], &[never, 4.0, never, 1.0]);
        assert_eq!((it.larger.value, it.smaller.value), (0.25, 0.25));
        assert_eq!(it.spread.expect("one pair").draws, 1);
    }
}
