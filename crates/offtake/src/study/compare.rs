//! Two scenarios under the same luck: what the difference between them is, draw by draw.

use super::estimate::{Estimate, share};
use super::quantiles::Spread;

/// How one figure differs between A and B.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// B less A, in the draws in which both are known: quantiles, and the mean with its error.
    /// What happens in A and never in B is plus infinity, the other way round minus infinity;
    /// what never happens in either does not differ.
    pub spread: Spread,
    /// The share of draws in which B is larger.
    pub larger: Estimate,
    /// The share of draws in which both are the same.
    pub same: Estimate,
}

/// The differences of one figure; none where no draw is known in both. Draw `n` of either column
/// had the same luck as draw `n` of the other.
pub fn compare(a: &[f64], b: &[f64]) -> Option<Difference> {
    let less = |(a, b): (&f64, &f64)| if a == b { 0.0 } else { b - a };
    let differences: Vec<f64> = a.iter().zip(b).map(less).collect();
    let spread = Spread::of(&differences)?;
    let count = |is: fn(&f64) -> bool| differences.iter().filter(|it| is(it)).count();
    Some(Difference {
        larger: share(count(|it| *it > 0.0), spread.draws),
        same: share(count(|it| *it == 0.0), spread.draws),
        spread,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::trial::normals;

    const NEVER: f64 = f64::INFINITY;

    #[test]
    fn never_and_unknown_are_kept_apart() {
        let a = [1.0, 2.0, NEVER, NEVER, 5.0, f64::NAN];
        let b = [2.0, 1.0, NEVER, 4.0, NEVER, 1.0];
        let found = compare(&a, &b).unwrap();
        assert_eq!((found.spread.draws, found.spread.never, found.spread.unknown), (5, 1, 1));
        assert_eq!((found.larger.value, found.same.value), (0.4, 0.2));
        assert_eq!(found.spread.mean.unwrap().value, 0.0);
        assert_eq!(found.spread.quantiles.map(|it| it.value)[2], 0.0);
        assert_eq!(compare(&[f64::NAN], &[1.0]), None);
    }

    #[test]
    fn shared_luck_tells_a_small_difference_from_a_large_one() {
        let a = normals("shared", 1_000);
        let b: Vec<f64> =
            a.iter().zip(normals("own", 1_000)).map(|(a, b)| a + 0.01 * b + 0.002).collect();
        let mean = compare(&a, &b).unwrap().spread.mean.unwrap();
        assert!(mean.low > 0.0 && mean.low < 0.002 && mean.high > 0.002, "{mean:?}");
        let apart = compare(&a, &normals("another", 1_000)).unwrap().spread.mean.unwrap();
        assert!(apart.error > 100.0 * mean.error);
    }
}
