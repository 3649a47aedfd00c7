//! Laws told by quantiles. This capability plays a range at its median and at its two ends;
//! drawing from it comes with the odds.

/// The name of a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LawName {
    /// Symmetric, unbounded.
    Normal,
    /// Normal on a log scale, positive.
    Lognormal,
    /// Two straight slopes.
    Triangular,
    /// Flat.
    Uniform,
}

impl LawName {
    /// Its word in a scenario file.
    pub const WORDS: [(&'static str, LawName); 4] = [
        ("normal", LawName::Normal),
        ("lognormal", LawName::Lognormal),
        ("triangular", LawName::Triangular),
        ("uniform", LawName::Uniform),
    ];
}

/// What a value may be: one number, or a range with a low, a middle and a high reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    /// The lowest quantile that was given.
    pub low: f64,
    /// The median.
    pub median: f64,
    /// The highest quantile that was given.
    pub high: f64,
}

/// Why quantiles do not make a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LawError {
    /// A higher quantile has a lower value.
    NotRising,
    /// Only two quantiles and no law: the median is not determined.
    NeedsLaw,
    /// Fewer than two quantiles, or more than three.
    WrongCount,
    /// A lognormal value is zero or negative.
    NotPositive,
    /// The two quantiles do not lie evenly around the middle, and there is no `q50`.
    Lopsided,
}

impl Law {
    /// From quantiles in rising order of probability, and the law's name if it is said.
    ///
    /// The median is `q50` where it is given. Without it the two quantiles must mirror each
    /// other (`q10` and `q90`): the middle is theirs, on a log scale for the lognormal law.
    ///
    /// # Errors
    /// When the quantiles do not rise, or do not determine a median.
    pub fn from_quantiles(points: &[(f64, f64)], name: Option<LawName>) -> Result<Law, LawError> {
        let (first, last) = match points {
            [a, b] | [a, _, b] => (*a, *b),
            _ => return Err(LawError::WrongCount),
        };
        if !points.is_sorted_by(|a, b| a.1 <= b.1) {
            return Err(LawError::NotRising);
        }
        if name == Some(LawName::Lognormal) && first.1 <= 0.0 {
            return Err(LawError::NotPositive);
        }
        let median = match points.iter().find(|it| it.0 == 0.5) {
            Some(middle) => middle.1,
            None if (first.0 + last.0 - 1.0).abs() > 1e-9 => return Err(LawError::Lopsided),
            None => match name.ok_or(LawError::NeedsLaw)? {
                LawName::Lognormal => libm::sqrt(first.1 * last.1),
                LawName::Normal | LawName::Triangular | LawName::Uniform => {
                    (first.1 + last.1) / 2.0
                }
            },
        };
        Ok(Law { low: first.1, median, high: last.1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_given_or_follows_from_the_law() {
        let law =
            |points: &[(f64, f64)], name| Law::from_quantiles(points, name).map(|it| it.median);
        assert_eq!(law(&[(0.1, 0.0), (0.5, 2.0), (0.9, 9.0)], None), Ok(2.0));
        assert_eq!(law(&[(0.1, 2.0), (0.9, 8.0)], Some(LawName::Lognormal)), Ok(4.0));
        assert_eq!(law(&[(0.1, 2.0), (0.9, 8.0)], Some(LawName::Uniform)), Ok(5.0));
    }

    #[test]
    fn quantiles_that_do_not_make_a_law_are_refused_by_name() {
        let law = Law::from_quantiles;
        assert_eq!(law(&[(0.1, 2.0), (0.9, 1.0)], Some(LawName::Normal)), Err(LawError::NotRising));
        assert_eq!(law(&[(0.1, 2.0), (0.9, 3.0)], None), Err(LawError::NeedsLaw));
        assert_eq!(law(&[(0.5, 2.0)], None), Err(LawError::WrongCount));
        assert_eq!(
            law(&[(0.1, 0.0), (0.9, 3.0)], Some(LawName::Lognormal)),
            Err(LawError::NotPositive)
        );
        assert_eq!(law(&[(0.1, 1.0), (0.95, 3.0)], Some(LawName::Normal)), Err(LawError::Lopsided));
    }
}
