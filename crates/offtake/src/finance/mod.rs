//! What money does over time: yearly figures spread over months, cash that runs short, what flows are worth,
//! loans and what covers them, who can pay whom. Pure formulas.

mod appraisal;
mod clearing;
mod concentration;
mod cover;
mod day_count;
mod flows;
mod loan;
mod make_up;
mod project;
mod rates;
mod recovery;
mod runway;
mod sizing;
mod write_off;

pub use appraisal::{Appraisal, DatedRunway, DayCover, DayFlow, Terms, Worth};
pub use clearing::{Cleared, Debt, Network, Stake};
pub use concentration::Concentration;
pub use cover::{Cover, cover, least_and_mean};
pub use day_count::DayCount;
pub use flows::{Flow, dated, npv, payback, regular};
pub use loan::{
    Due, Payment, annuity, average_life, level, level_payment, level_worth, sculpted, shaped, sweep,
};
pub use make_up::{MakeUpYear, make_up};
pub use project::{Borrows, Project, ProjectYear, half_year_straight_line};
pub use rates::{Rates, Status};
pub use recovery::{Recovery, Stress, least_that_holds};
pub use runway::Runway;
pub use sizing::{Asked, Binding, Size, size, worth};
pub use write_off::{WriteOff, worth_after};

use crate::time::{Date, Instant, Month};
use crate::units::{Exact, Money};

/// A yearly figure at a year: given, filled by constant growth between two given years, grown
/// on after the last; nothing before the first.
pub fn of_year(given: &[(i16, Money)], after: f64, year: i16) -> Money {
    let before = given.iter().rev().find(|it| it.0 <= year);
    let next = given.iter().find(|it| it.0 >= year);
    match (before, next) {
        (Some(exact), _) if exact.0 == year => exact.1,
        (Some(a), Some(b)) => between(*a, *b, year),
        (Some(last), None) => {
            let growth = libm::pow(1.0 + after, f64::from(year - last.0));
            Money { micros: libm::round(last.1.micros as f64 * growth) as i128 }
        }
        (None, _) => Money::ZERO,
    }
}

fn between(a: (i16, Money), b: (i16, Money), year: i16) -> Money {
    let way = f64::from(year - a.0) / f64::from(b.0 - a.0);
    let (low, high) = (a.1.micros as f64, b.1.micros as f64);
    let value = if low > 0.0 && high > 0.0 {
        low * libm::pow(high / low, way)
    } else {
        low + (high - low) * way
    };
    Money { micros: libm::round(value) as i128 }
}

/// The figure of exactly this year, nothing of others.
pub fn only_in_year(given: &[(i16, Money)], year: i16) -> Money {
    given.iter().find(|it| it.0 == year).map_or(Money::ZERO, |it| it.1)
}

/// A share that holds from a year on.
pub fn since_year(given: &[(i16, Exact)], year: i16) -> Option<Exact> {
    given.iter().rev().find(|it| it.0 <= year).or(given.first()).map(|it| it.1)
}

/// The part of a year's total that falls between two moments of it, spread evenly over its days.
pub fn slice(total: Money, from: Instant, to: Instant) -> Money {
    let year = from.month().year();
    let new_year = |year| Instant::start_of(Date::new(year, 1, 1).expect("a date"));
    let (start, end) = (new_year(year), new_year(year + 1));
    let until = |at: Instant| {
        total.times(Exact::new_raw(
            i128::from((at - start).millis),
            i128::from((end - start).millis),
        ))
    };
    until(to.min(end)) - until(from)
}

/// Cash by month from what it was and what came and went.
pub fn cash_path(
    opening: Money,
    flows: impl Iterator<Item = (Month, Money)>,
) -> Vec<(Month, Money)> {
    let mut cash = opening;
    flows
        .map(|(month, flow)| {
            cash = cash + flow;
            (month, cash)
        })
        .collect()
}

/// The lowest cash and when it is reached first.
pub fn lowest(path: &[(Month, Money)]) -> Option<(Month, Money)> {
    path.iter().copied().min_by_key(|(month, cash)| (*cash, *month))
}

/// The first month at whose end cash is below nothing.
pub fn first_shortfall(path: &[(Month, Money)]) -> Option<Month> {
    path.iter().find(|it| it.1 < Money::ZERO).map(|it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(dollars: i128) -> Money {
        Money { micros: dollars * 1_000_000 }
    }

    #[test]
    fn a_year_between_two_given_ones_grows_at_a_constant_rate() {
        let given = [(2025, usd(10)), (2027, usd(40))];
        assert_eq!(of_year(&given, 0.5, 2026), usd(20));
        assert_eq!(of_year(&given, 0.5, 2028), usd(60));
        assert_eq!(of_year(&given, 0.5, 2024), Money::ZERO);
    }

    #[test]
    fn the_months_of_a_year_sum_to_the_year() {
        let total = Money { micros: 12_345_678_901_234 };
        let mut month = Instant::start_of(Date::new(2027, 1, 1).expect("a date")).month();
        let mut sum = Money::ZERO;
        for _ in 0..12 {
            sum = sum + slice(total, month.start(), month.end());
            month = month.next();
        }
        assert_eq!(sum, total);
    }

    #[test]
    fn the_shortfall_is_the_first_month_below_nothing() {
        let start = Instant::default().month();
        let flows = [(start, usd(5)), (start.next(), usd(-20)), (start.next().next(), usd(30))];
        let path = cash_path(usd(10), flows.into_iter());
        assert_eq!(first_shortfall(&path), Some(start.next()));
        assert_eq!(lowest(&path), Some((start.next(), usd(-5))));
    }
}
