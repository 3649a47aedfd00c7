//! What is left of things bought: in the books, written off in equal parts, and on a market that
//! falls by a constant share a year.

use crate::time::{Instant, Span};
use crate::units::Money;

/// Things that came at different times, each written off in equal parts over one life
/// (straight-line depreciation, IAS 16.62). Moments are asked for in rising order.
///
/// What is being written off is kept as two sums, so that a month costs what comes and what ends in
/// it, however many things there are.
#[derive(Clone, Debug)]
pub struct WriteOff {
    /// When each came and what it cost, oldest first.
    came: Vec<(Instant, Money)>,
    life: Span,
    /// How many have come, and how many of those are written off.
    begun: usize,
    over: usize,
    /// Cost of what is being written off, and the sum of cost times milliseconds since the first came.
    standing: i128,
    weighed: i128,
    done: i128,
}

impl WriteOff {
    /// Nothing is written off yet.
    pub fn new(came: Vec<(Instant, Money)>, life: Span) -> Self {
        debug_assert!(came.is_sorted_by_key(|it| it.0), "oldest first");
        Self { came, life, begun: 0, over: 0, standing: 0, weighed: 0, done: 0 }
    }

    /// What is written off in all by a moment, rounded once.
    pub fn by(&mut self, now: Instant) -> Money {
        let Some(first) = self.came.first().map(|it| it.0) else { return Money::ZERO };
        let age = |at: Instant| i128::from((at - first).millis);
        while let Some((at, cost)) = self.came.get(self.begun).filter(|it| it.0 < now) {
            self.standing += cost.micros;
            self.weighed += cost.micros * age(*at);
            self.begun += 1;
        }
        while let Some((at, cost)) =
            self.came[..self.begun].get(self.over).filter(|it| it.0 + self.life <= now)
        {
            self.standing -= cost.micros;
            self.weighed -= cost.micros * age(*at);
            self.done += cost.micros;
            self.over += 1;
        }
        let life = i128::from(self.life.millis);
        let running = self.standing * age(now) - self.weighed;
        Money { micros: self.done + (running + life / 2).div_euclid(life) }
    }
}

/// What something is worth some years after it was bought, where the market takes a constant share
/// of its worth each year (declining balance): `cost x (1 - falls)^years`.
pub fn worth_after(cost: f64, falls: f64, years: f64) -> f64 {
    cost * libm::pow(1.0 - falls, years.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Date;

    #[test]
    fn things_that_come_apart_are_each_written_off_in_equal_parts() {
        let day = |n: i64| {
            Instant::start_of(Date::new(2026, 1, 1).expect("a date"))
                + Span { millis: n * Span::DAY.millis }
        };
        let came: Vec<_> = [(0, 700), (3, 5), (3, 911), (40, 13)]
            .map(|(at, micros)| (day(at), Money { micros }))
            .to_vec();
        let life = Span { millis: 30 * Span::DAY.millis };
        let mut all = WriteOff::new(came.clone(), life);
        for n in 0..90 {
            let plain: f64 = came
                .iter()
                .map(|(at, cost)| {
                    let share = (day(n) - *at).millis as f64 / life.millis as f64;
                    cost.micros as f64 * share.clamp(0.0, 1.0)
                })
                .sum();
            let found = all.by(day(n)).micros as f64;
            assert!((found - plain).abs() <= 0.5, "day {n}: {found}, by itself {plain}");
        }
        assert_eq!(all.by(day(90)).micros, 700 + 5 + 911 + 13);
    }

    #[test]
    fn half_of_its_worth_a_year_leaves_a_quarter_after_two() {
        assert_eq!(worth_after(80.0, 0.5, 2.0), 20.0);
        assert_eq!(worth_after(80.0, 0.5, -1.0), 80.0);
    }
}
