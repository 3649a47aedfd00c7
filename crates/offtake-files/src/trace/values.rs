//! Texts of a field as values: numbers with a unit, lengths of time, moments.

use offtake::time::{Date, Instant, Span};

use super::warnings::Warning::{self, Missing, Negative, NoGpu, TooLarge, Unreadable};

/// The farthest moment and the longest time, in milliseconds: some 7,900 years. What is beyond cannot be
/// meant, and what is below never overflows when it is added.
const FARTHEST: i64 = 250_000_000_000_000;

/// The most GPUs of one job.
const WIDEST: i64 = 100_000_000;

/// Milliseconds in a second.
pub(super) const SECOND: i64 = 1_000;

/// Whether a text says that the value is not known.
pub(super) fn is_unknown(text: &[u8]) -> bool {
    matches!(
        text,
        b"" | b"nan" | b"NaN" | b"NA" | b"null" | b"NULL" | b"None" | b"Unknown" | b"unknown"
    )
}

/// A number times a whole scale, rounded half away from zero: `1.5` seconds are 1,500 milliseconds.
pub(super) fn decimal(text: &[u8], scale: i64) -> Result<i64, Warning> {
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    };
    let (mut value, mut ten, mut seen, mut point) = (0_i64, 1_i64, 0, false);
    for byte in digits {
        match byte {
            b'0'..=b'9' if seen < 18 => {
                value = value * 10 + i64::from(byte - b'0');
                seen += 1;
                ten *= if point { 10 } else { 1 };
            }
            b'.' if !point => point = true,
            _ => return by_float(text, scale),
        }
    }
    if seen == 0 {
        return Err(if is_unknown(text) { Missing } else { Unreadable });
    }
    match value.checked_mul(scale) {
        Some(exact) if ten == 1 => Ok(sign * exact),
        Some(exact) => Ok(sign * (exact / ten + i64::from(exact % ten >= ten - ten / 2))),
        None => by_float(text, scale),
    }
}

/// Numbers with exponents or with more digits than an integer holds.
fn by_float(text: &[u8], scale: i64) -> Result<i64, Warning> {
    if is_unknown(text) {
        return Err(Missing);
    }
    let number = std::str::from_utf8(text).ok().and_then(|it| it.parse::<f64>().ok());
    let scaled = number.filter(|it| it.is_finite()).ok_or(Unreadable)? * scale as f64;
    if scaled.abs() < 9e18 { Ok(scaled.round() as i64) } else { Err(TooLarge) }
}

/// A length of time: a number of some unit, or a clock's `[D-]HH:MM:SS` and `MM:SS`, as Slurm writes it.
pub(super) fn span(text: &[u8], unit: i64) -> Result<Span, Warning> {
    let millis = match text.contains(&b':') {
        true => clock(text).ok_or(Unreadable)?,
        false => decimal(text, unit)?,
    };
    within(millis).map(|millis| Span { millis })
}

/// A moment: a date with a clock, or a number of some unit since an origin. Whether it is a date is said,
/// too. A date without an offset is taken as UTC: differences of moments then hold, if no clock was put
/// forward or back between them.
pub(super) fn moment(text: &[u8], unit: i64, origin: Instant) -> Result<(Instant, bool), Warning> {
    if text.get(4) == Some(&b'-') {
        let millis = dated(text).ok_or(Unreadable)?;
        return within(millis).map(|millis| (Instant { millis }, true));
    }
    let since = within(decimal(text, unit)?)?;
    Ok((origin + Span { millis: since }, false))
}

/// GPUs that are asked for, in whole ones and in the thousandths that are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gpus {
    pub whole: i64,
    pub thousandths: i64,
}

/// A number of GPUs, shares rounded up; none is a fault.
pub(super) fn gpus(text: &[u8]) -> Result<Gpus, Warning> {
    match decimal(text, 1_000)? {
        0 => Err(NoGpu),
        ..0 => Err(Negative),
        thousandths if thousandths > WIDEST * 1_000 => Err(TooLarge),
        thousandths => Ok(Gpus { whole: (thousandths + 999) / 1_000, thousandths }),
    }
}

fn within(millis: i64) -> Result<i64, Warning> {
    match millis {
        ..0 => Err(Negative),
        0..=FARTHEST => Ok(millis),
        _ => Err(TooLarge),
    }
}

/// Digits alone.
fn whole(text: &[u8]) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 9 && text.iter().all(u8::is_ascii_digit);
    digits.then(|| text.iter().fold(0, |value, byte| value * 10 + i64::from(byte - b'0')))
}

/// `[D-]HH:MM:SS[.fff]`, `MM:SS` or `D-HH:MM` in milliseconds.
fn clock(text: &[u8]) -> Option<i64> {
    let dash = text.iter().position(|it| *it == b'-');
    let days = dash.map_or(Some(0), |at| whole(&text[..at]))?;
    let mut parts = text[dash.map_or(0, |at| at + 1)..].split(|it| *it == b':');
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    let (hours, minutes, seconds) = match third {
        Some(third) => (whole(first)?, second, third),
        None if dash.is_some() => (whole(first)?, second, &b"0"[..]),
        None => (0, first, second),
    };
    let seconds = seconds.first()?.is_ascii_digit().then(|| decimal(seconds, SECOND).ok())??;
    let minutes = days.checked_mul(24)?.checked_add(hours)?.checked_mul(60)? + whole(minutes)?;
    (seconds < 61_000).then(|| minutes.checked_mul(60_000)?.checked_add(seconds)).flatten()
}

/// `YYYY-MM-DD[(T| )HH:MM[:SS[.fff]]][ ][Z|UTC|(+|-)HH[:]MM]` in milliseconds since 1970.
fn dated(text: &[u8]) -> Option<i64> {
    let (day, rest) = text.split_at_checked(10)?;
    if day[4] != b'-' || day[7] != b'-' {
        return None;
    }
    let (year, month, day) = (whole(&day[..4])?, whole(&day[5..7])?, whole(&day[8..])?);
    let date = Date::new(year as i16, month as i8, day as i8).ok()?;
    let midnight = Instant::start_of(date).millis;
    let Some((between, rest)) = rest.split_first() else { return Some(midnight) };
    if !matches!(between, b'T' | b' ') {
        return None;
    }
    let zone = rest.iter().position(|it| matches!(it, b'Z' | b'U' | b'+' | b'-'));
    let (time, zone) = rest.split_at(zone.unwrap_or(rest.len()));
    let time = time.trim_ascii();
    let of_day = match time.iter().filter(|it| **it == b':').count() {
        1 => clock(&[time, b":00"].concat())?,
        _ => clock(time)?,
    };
    (of_day <= 86_400_000).then_some(midnight + of_day - offset(zone)?)
}

/// How far a place's clock is ahead of UTC.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, rest) = match zone {
        b"" | b"Z" | b"UTC" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.len() {
        2 => (rest, &b"0"[..]),
        4 => rest.split_at(2),
        5 if rest[2] == b':' => (&rest[..2], &rest[3..]),
        _ => return None,
    };
    Some(sign * (whole(hours)? * 60 + whole(minutes)?) * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_and_round_once() {
        let hours = |text: &str| decimal(text.as_bytes(), 3_600_000);
        assert_eq!(decimal(b"10759.738951", SECOND), Ok(10_759_739));
        assert_eq!(decimal(b"2951.0", SECOND), Ok(2_951_000));
        assert_eq!(decimal(b"0.0005", SECOND), Ok(1));
        assert_eq!(decimal(b"-1", SECOND), Ok(-1_000));
        assert_eq!(hours("0.5769444444444503"), Ok(2_077_000));
        assert_eq!(hours("1e-05"), Ok(36));
        assert_eq!(decimal(b"99999999999999999999", SECOND), Err(TooLarge));
        for wrong in ["1.2.3", "-", ".", "12a", "inf", "1 2", "\u{663}"] {
            assert_eq!(hours(wrong), Err(Unreadable), "{wrong}");
        }
        assert_eq!((hours(""), hours("nan")), (Err(Missing), Err(Missing)));
    }

    #[test]
    fn a_clock_tells_days_hours_minutes_and_seconds() {
        let seconds = |text: &str| span(text.as_bytes(), SECOND).map(|it| it.millis / 1_000);
        assert_eq!(seconds("10-13:27:06"), Ok(912_426));
        assert_eq!(seconds("00:00:24"), Ok(24));
        assert_eq!(seconds("05:00"), Ok(300));
        assert_eq!(seconds("1-02:00"), Ok(93_600));
        assert_eq!(seconds("3600"), Ok(3_600));
        assert_eq!(seconds("-5"), Err(Negative));
        for wrong in ["1:2:3:4", "-1:00:00", "1-", "::", "00:00:-5", "a:00", "999999999-00:00:0x"] {
            assert_eq!(seconds(wrong), Err(Unreadable), "{wrong}");
        }
        assert_eq!(seconds("999999999-00:00:00"), Err(TooLarge));
    }

    #[test]
    fn a_date_is_read_with_its_offset() {
        let at = |text: &str| {
            let zero = Instant::default();
            moment(text.as_bytes(), SECOND, zero).map(|(it, dated)| (it.millis, dated))
        };
        assert_eq!(at("2023-03-01 00:18:22+08:00"), at("2023-02-28T16:18:22Z"));
        assert_eq!(at("2023-03-01 00:18:22"), at("2023-03-01T00:18:22.000 UTC"));
        assert_eq!(at("1970-01-02"), Ok((86_400_000, true)));
        assert_eq!(at("2023-03-01T10:00-0200"), at("2023-03-01T12:00"));
        assert_eq!(at("5094"), Ok((5_094_000, false)));
        assert_eq!(at("-5"), Err(Negative));
        for wrong in
            ["2023-02-30", "2023-03-01 25:00:00", "2023-03-01x", "2023-03-01 10", "2023-é0"]
        {
            assert_eq!(at(wrong), Err(Unreadable), "{wrong}");
        }
    }

    #[test]
    fn a_share_of_a_gpu_takes_a_whole_one() {
        let share = Gpus { whole: 1, thousandths: 250 };
        assert_eq!(gpus(b"8"), Ok(Gpus { whole: 8, thousandths: 8_000 }));
        assert_eq!(gpus(b"0.25"), Ok(share));
        assert_eq!((gpus(b"0"), gpus(b"-1"), gpus(b"")), (Err(NoGpu), Err(Negative), Err(Missing)));
        assert_eq!(gpus(b"1e12"), Err(TooLarge));
    }
}
