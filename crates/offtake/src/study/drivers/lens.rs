//! How a figure is looked at: as it is, or as the odds of something.

use crate::study::Column;
use crate::study::quantiles::{at, sorted};

/// What of a figure is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Its value.
    Value,
    /// Whether it happens: is not zero, is not "never".
    Happens,
    /// Whether it is larger (later) than its median.
    AboveMedian,
}

/// How a figure is looked at. What is mostly zero or mostly "never" is one question, whether it
/// happens; a date, or what is sometimes "never", has no variance and is held against its median.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens {
    /// What is looked at.
    pub reading: Reading,
    /// Larger than this is above the median.
    above: f64,
    /// Whether zero is a value like any other.
    is_date: bool,
}

impl Lens {
    /// How to look at a figure, from all its draws.
    pub fn of(column: &Column) -> Lens {
        let sorted = sorted(column.values.iter());
        let is_date = column.is_date;
        let lens = |reading, above| Lens { reading, above, is_date };
        let value = lens(Reading::Value, 0.0);
        let Some(largest) = sorted.last() else { return value };
        let idle = sorted.iter().filter(|it| !lens(Reading::Happens, 0.0).happens(**it)).count();
        if 2 * idle > sorted.len() {
            lens(Reading::Happens, 0.0)
        } else if is_date || *largest == f64::INFINITY {
            let median = at(&sorted, 0.5);
            // Where nothing is larger than the median, it is itself the larger half.
            let smaller = sorted.iter().rev().find(|it| **it < median).unwrap_or(&median);
            lens(Reading::AboveMedian, if *largest > median { median } else { *smaller })
        } else {
            value
        }
    }

    /// One value seen through the lens: itself, or 1 where it holds and 0 where it does not.
    pub fn see(&self, value: f64) -> f64 {
        match self.reading {
            _ if value.is_nan() => value,
            Reading::Value => value,
            Reading::Happens => f64::from(self.happens(value)),
            Reading::AboveMedian => f64::from(value > self.above),
        }
    }

    pub(super) fn all(&self, values: &[f64]) -> Vec<f64> {
        values.iter().map(|it| self.see(*it)).collect()
    }

    fn happens(&self, value: f64) -> bool {
        value != f64::INFINITY && (self.is_date || value != 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: f64 = f64::INFINITY;

    fn seen(values: &[f64], is_date: bool) -> (Reading, Vec<f64>) {
        let lens = Lens::of(&Column { values, is_date });
        (lens.reading, lens.all(values))
    }

    #[test]
    fn a_figure_is_looked_at_as_it_is() {
        assert_eq!(seen(&[0.0, 0.0, 2.0, 3.0], false), (Reading::Value, vec![0.0, 0.0, 2.0, 3.0]));
    }

    #[test]
    fn what_is_mostly_zero_or_never_is_whether_it_happens() {
        assert_eq!(seen(&[0.0, 5.0, 0.0], false), (Reading::Happens, vec![0.0, 1.0, 0.0]));
        assert_eq!(seen(&[NEVER, 0.0, NEVER], true), (Reading::Happens, vec![0.0, 1.0, 0.0]));
    }

    #[test]
    fn a_date_is_held_against_its_median() {
        let dates = [9.0, 5.0, 7.0, NEVER, 6.0];
        assert_eq!(seen(&dates, true), (Reading::AboveMedian, vec![1.0, 0.0, 0.0, 1.0, 0.0]));
        // The median is the largest too: then it counts as above.
        assert_eq!(seen(&[4.0, 7.0, 7.0], true), (Reading::AboveMedian, vec![0.0, 1.0, 1.0]));
    }
}
