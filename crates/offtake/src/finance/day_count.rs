//! How many years lie between two days? Markets count in different ways (ISDA Definitions 2006,
//! section 4.16; ICMA rule 251). Where those leave a choice, spreadsheets' libraries decide: 29 February is left
//! out at either end too, and the last of February becomes a 30th at maturity too.

use crate::time::Date;

/// A way to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DayCount {
    /// Days over 365, as spreadsheets' XIRR counts.
    #[default]
    Act365Fixed,
    /// Days over 360.
    Act360,
    /// Days over 364.
    Act364,
    /// Days over 365.25.
    Act365Quarter,
    /// Days of leap years over 366, others over 365.
    ActActIsda,
    /// Days but for 29 February over 360.
    NoLeap360,
    /// Days but for 29 February over 365.
    NoLeap365,
    /// Months of 30 days: a 31st becomes a 30th, the later one only after a 30th or 31st.
    Thirty360Isda,
    /// Months of 30 days: any 31st becomes a 30th.
    ThirtyE360,
    /// Months of 30 days: the last of a month, of February too, becomes a 30th.
    ThirtyE360Isda,
    /// Months of 30 days: the earlier 31st becomes a 30th, the later one the next 1st.
    ThirtyEPlus360,
    /// Months of 30 days as American bonds count, with ends of February.
    ThirtyU360,
}

impl DayCount {
    /// All, by the names under which they are asked for.
    pub const NAMED: [(&str, DayCount); 12] = [
        ("ACT_365F", DayCount::Act365Fixed),
        ("ACT_360", DayCount::Act360),
        ("ACT_364", DayCount::Act364),
        ("ACT_365_25", DayCount::Act365Quarter),
        ("ACT_ACT_ISDA", DayCount::ActActIsda),
        ("NL_360", DayCount::NoLeap360),
        ("NL_365", DayCount::NoLeap365),
        ("THIRTY_360_ISDA", DayCount::Thirty360Isda),
        ("THIRTY_E_360", DayCount::ThirtyE360),
        ("THIRTY_E_360_ISDA", DayCount::ThirtyE360Isda),
        ("THIRTY_E_PLUS_360", DayCount::ThirtyEPlus360),
        ("THIRTY_U_360", DayCount::ThirtyU360),
    ];

    /// The name under which it is asked for.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|it| it.1 == self).expect("all are named").0
    }

    /// Years from a day to one that is not before it.
    pub fn years(self, from: Date, to: Date) -> f64 {
        let days = days(from, to) as f64;
        match self {
            Self::Act365Fixed => days / 365.0,
            Self::Act360 => days / 360.0,
            Self::Act364 => days / 364.0,
            Self::Act365Quarter => days / 365.25,
            Self::ActActIsda => each_year(from, to),
            Self::NoLeap360 => (days - leap_days(from, to)) / 360.0,
            Self::NoLeap365 => (days - leap_days(from, to)) / 365.0,
            _ => self.thirty(from, to) / 360.0,
        }
    }

    /// Days between, in months of 30.
    fn thirty(self, from: Date, to: Date) -> f64 {
        let (d1, d2) = (i32::from(from.day()), i32::from(to.day()));
        let to_thirty = |last: bool, day: i32| if last { 30 } else { day };
        let (february_1, february_2) = (ends_february(from), ends_february(to));
        let (d1, d2) = match self {
            Self::ThirtyE360 => (d1.min(30), d2.min(30)),
            Self::ThirtyE360Isda => {
                (to_thirty(february_1, d1.min(30)), to_thirty(february_2, d2.min(30)))
            }
            // The first of the next month is the thirty-first of a month of 30 days.
            Self::ThirtyEPlus360 => (d1.min(30), d2),
            Self::ThirtyU360 => {
                let d1 = to_thirty(february_1, d1.min(30));
                let d2 = to_thirty(february_1 && february_2, d2);
                (d1, if d1 == 30 { d2.min(30) } else { d2 })
            }
            _ => (d1.min(30), if d1 >= 30 { d2.min(30) } else { d2 }),
        };
        let months = |it: Date| 12 * i32::from(it.year()) + i32::from(it.month());
        f64::from(30 * (months(to) - months(from)) + d2 - d1)
    }
}

/// Days from one day to another.
fn days(from: Date, to: Date) -> i32 {
    to.since(from).expect("days between dates").get_days()
}

fn ends_february(day: Date) -> bool {
    day.month() == 2 && day.day() == day.days_in_month()
}

/// How often it is 29 February from one day to another, both included.
fn leap_days(from: Date, to: Date) -> f64 {
    let leap = |year: &i16| Date::new(*year, 2, 29).is_ok_and(|it| from <= it && it <= to);
    (from.year()..=to.year()).filter(leap).count() as f64
}

/// The part of each calendar year that lies between, summed.
fn each_year(from: Date, to: Date) -> f64 {
    let part = |year: i16| {
        let begins = Date::new(year, 1, 1).expect("a date");
        let ends = Date::new(year + 1, 1, 1).expect("a date");
        f64::from(days(begins.max(from), ends.min(to))) / f64::from(days(begins, ends))
    };
    (from.year()..=to.year()).map(part).sum()
}
