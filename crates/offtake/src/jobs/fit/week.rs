//! At which hours of the day and on which days of the week do batches come?

use crate::jobs::curve::rounded;
use crate::time::{Instant, Span};

/// Factors of mean 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Week {
    pub hours: [f64; 24],
    pub days: [f64; 7],
}

/// A trace of less than a week tells no daily pattern, one of less than two no weekly one: what looks
/// like a weekend is two days.
const LONG: [Span; 2] =
    [Span { millis: 7 * Span::DAY.millis }, Span { millis: 14 * Span::DAY.millis }];

impl Week {
    /// The pattern of some moments in order.
    pub fn of(starts: impl Iterator<Item = Instant>, whole: Span) -> Self {
        let (mut hours, mut days) = ([0.0; 24], [0.0; 7]);
        for it in starts {
            hours[it.hour_of_day()] += 1.0;
            days[it.day_of_week()] += 1.0;
        }
        Self { hours: even(hours, whole >= LONG[0]), days: even(days, whole >= LONG[1]) }
    }

    /// The factor of an hour.
    pub fn at(&self, hour: Instant) -> f64 {
        self.hours[hour.hour_of_day()] * self.days[hour.day_of_week()]
    }
}

/// Scaled to mean 1; all 1 where nothing is known.
fn even<const N: usize>(counts: [f64; N], known: bool) -> [f64; N] {
    let all: f64 = counts.iter().sum();
    counts.map(|it| if known { rounded(it / all * N as f64) } else { 1.0 })
}
