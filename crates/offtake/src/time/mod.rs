//! Moments, lengths and months. UTC throughout; horizons are half-open.

use std::fmt;
use std::ops::{Add, Sub};

pub use jiff::civil::Date;

/// A moment, in milliseconds since 1970 began (UTC).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Milliseconds since 1970 began.
    pub millis: i64,
}

/// A length of time, in whole milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Milliseconds.
    pub millis: i64,
}

impl Span {
    /// One hour.
    pub const HOUR: Span = Span { millis: 3_600_000 };
    /// One day.
    pub const DAY: Span = Span { millis: 86_400_000 };
    /// Longer than anything: some 70 million years, so that a moment after it is still a moment.
    pub const FOREVER: Span = Span { millis: i64::MAX / 4 };

    /// In seconds, for physics.
    pub fn seconds(self) -> f64 {
        self.millis as f64 / 1e3
    }

    /// In hours, for physics and showing.
    pub fn hours(self) -> f64 {
        self.millis as f64 / 3.6e6
    }

    /// As text in seconds: whole ones, or with milliseconds.
    pub fn as_seconds(self) -> AsSeconds {
        AsSeconds(self.millis)
    }
}

/// A time in seconds, as text.
#[derive(Clone, Copy, Debug)]
pub struct AsSeconds(i64);

impl fmt::Display for AsSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.0.abs() / 1000, self.0.abs() % 1000);
        let sign = if self.0 < 0 { "-" } else { "" };
        if millis == 0 {
            write!(f, "{sign}{seconds}")
        } else {
            write!(f, "{sign}{seconds}.{millis:03}")
        }
    }
}

impl Instant {
    /// Later than anything.
    pub const NEVER: Instant = Instant { millis: i64::MAX };

    /// As text in seconds since 1970 began, or since the zero of a trace.
    pub fn as_seconds(self) -> AsSeconds {
        AsSeconds(self.millis)
    }

    /// The moment at which a day begins.
    pub fn start_of(date: Date) -> Self {
        let days = date.since(Date::new(1970, 1, 1).expect("a date")).expect("days since 1970");
        Self { millis: i64::from(days.get_days()) * Span::DAY.millis }
    }

    /// The day in which this moment lies.
    pub fn date(self) -> Date {
        let days = self.millis.div_euclid(Span::DAY.millis);
        let epoch = Date::new(1970, 1, 1).expect("a date");
        epoch.saturating_add(jiff::Span::new().days(days))
    }

    /// The calendar month in which this moment lies.
    pub fn month(self) -> Month {
        Month::of(self.date())
    }

    /// Hour of the day, 0 to 23.
    pub fn hour_of_day(self) -> usize {
        (self.millis.rem_euclid(Span::DAY.millis) / Span::HOUR.millis) as usize
    }

    /// Day of the week, 0 for Monday to 6.
    pub fn day_of_week(self) -> usize {
        // 1970 began on a Thursday.
        (self.millis.div_euclid(Span::DAY.millis) + 3).rem_euclid(7) as usize
    }

    /// Whether it is Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        self.day_of_week() >= 5
    }

    /// Years of 365.25 days since another moment, for smooth paths.
    pub fn years_since(self, other: Instant) -> f64 {
        (self.millis - other.millis) as f64 / (365.25 * Span::DAY.millis as f64)
    }

    /// This moment moved by calendar months; what is over whole months counts 730 hours a month.
    pub fn plus_months(self, months: f64) -> Instant {
        let whole = months.floor();
        let moved = self.date().saturating_add(jiff::Span::new().months(whole as i64));
        let rest = ((months - whole) * 730.0 * Span::HOUR.millis as f64).round() as i64;
        let in_day = self.millis.rem_euclid(Span::DAY.millis);
        Instant { millis: Instant::start_of(moved).millis + in_day + rest }
    }
}

impl Instant {
    /// Calendar months since another moment: whole ones, and what is over them as a part of 730
    /// hours. The inverse of [`Instant::plus_months`]; negative months count 730 hours each.
    pub fn months_since(self, other: Instant) -> f64 {
        if self < other {
            return -((other - self).hours() / 730.0);
        }
        let mut whole = f64::from(self.month().since_zero - other.month().since_zero);
        if other.plus_months(whole) > self {
            whole -= 1.0;
        }
        whole + (self - other.plus_months(whole)).hours() / 730.0
    }
}

impl Add<Span> for Instant {
    type Output = Instant;
    fn add(self, span: Span) -> Instant {
        Instant { millis: self.millis + span.millis }
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span { millis: self.millis + other.millis }
    }
}

impl Sub for Span {
    type Output = Span;
    fn sub(self, other: Span) -> Span {
        Span { millis: self.millis - other.millis }
    }
}

impl Sub for Instant {
    type Output = Span;
    fn sub(self, other: Instant) -> Span {
        Span { millis: self.millis - other.millis }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hour = self.hour_of_day();
        if self.millis.rem_euclid(Span::DAY.millis) == 0 {
            write!(f, "{}", self.date())
        } else {
            let minute = self.millis.rem_euclid(Span::HOUR.millis) / 60_000;
            write!(f, "{}T{hour:02}:{minute:02}", self.date())
        }
    }
}

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Months since the year 0 began.
    since_zero: i32,
}

impl Month {
    /// The month of a date.
    pub fn of(date: Date) -> Self {
        Self { since_zero: i32::from(date.year()) * 12 + i32::from(date.month()) - 1 }
    }

    /// The month after.
    pub fn next(self) -> Self {
        Self { since_zero: self.since_zero + 1 }
    }

    /// Its first moment.
    pub fn start(self) -> Instant {
        let year = self.year();
        let month = self.of_year() as i8 + 1;
        Instant::start_of(Date::new(year, month, 1).expect("months stay in the calendar's range"))
    }

    /// The first moment after it.
    pub fn end(self) -> Instant {
        self.next().start()
    }

    /// Its year.
    pub fn year(self) -> i16 {
        self.since_zero.div_euclid(12) as i16
    }

    /// Its place in its year, 0 to 11.
    pub fn of_year(self) -> usize {
        self.since_zero.rem_euclid(12) as usize
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.of_year() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Instant {
        Instant::start_of(text.parse().expect("a date"))
    }

    #[test]
    fn a_seven_year_term_ends_on_the_same_day_of_the_year() {
        assert_eq!(day("2025-11-03").plus_months(84.0), day("2032-11-03"));
        assert_eq!(day("2025-01-31").plus_months(1.0), day("2025-02-28"));
    }

    #[test]
    fn half_a_month_is_365_hours() {
        assert_eq!(
            day("2026-01-01").plus_months(0.5) - day("2026-01-01"),
            Span { millis: 365 * 3_600_000 }
        );
    }

    #[test]
    fn months_between_two_moments_are_calendar_months() {
        assert_eq!(day("2027-03-01").months_since(day("2027-01-01")), 2.0);
        assert_eq!(day("2027-02-28").months_since(day("2027-01-31")), 1.0);
        assert_eq!(day("2027-01-01").months_since(day("2027-01-01")), 0.0);
        assert!(day("2026-12-31").months_since(day("2027-01-01")) < 0.0);
    }

    #[test]
    fn saturday_and_sunday_are_the_weekend() {
        let week: Vec<bool> = (2..9).map(|d| day(&format!("2025-11-0{d}")).is_weekend()).collect();
        assert_eq!(week, [true, false, false, false, false, false, true]);
    }

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let month = day("2025-12-31").month();
        assert_eq!(month.to_string(), "2025-12");
        assert_eq!(month.end(), day("2026-01-01"));
        assert_eq!(month.end().month(), month.next());
    }
}
