//! Where a figure lies in eight of ten futures, in a few words.

use crate::figures::Figure;
use crate::study::{Odds, day_of};
use crate::units::scaled;

/// What one in ten futures lies below and one in ten above; nothing where both read the same.
pub(super) fn ends(odds: &Odds, figure: &Figure) -> Option<[String; 2]> {
    let [_, low, _, high, _] = odds.figure(&figure.id)?.spread.quantiles;
    let ends = [low, high].map(|it| shown(it.value, figure.unit));
    (ends[0] != ends[1]).then_some(ends)
}

/// A figure's number as in prose.
pub(super) fn shown(value: f64, unit: &str) -> String {
    match unit {
        _ if value.is_nan() => "unknown".to_owned(),
        _ if value == f64::INFINITY => "never".to_owned(),
        "date" => day_of(value).to_string(),
        unit => scaled(value, unit),
    }
}

/// The same for who reads them beside the figure: `$2.12 to $3.72` of `$2.68 per GPU-hour`.
pub(super) fn between(odds: &Odds, figure: &Figure) -> Option<String> {
    let [low, high] = ends(odds, figure)?;
    let short = without_unit_of(&low, &high);
    let is_short = short.len() < low.len();
    let high = if is_short { without_unit_of(&high, &figure.shown()) } else { &high };
    Some(format!("{short} to {high}"))
}

/// A text without the last words that another ends in too.
pub(super) fn without_unit_of<'a>(text: &'a str, other: &str) -> &'a str {
    let mut text = text;
    for word in other.rsplit(' ') {
        match text.strip_suffix(word).and_then(|it| it.strip_suffix(' ')) {
            Some(rest) => text = rest,
            None => break,
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_end_in_is_said_once() {
        assert_eq!(without_unit_of("$2.12 per GPU-hour", "$2.68 per GPU-hour"), "$2.12");
        assert_eq!(without_unit_of("401 MW", "1.20 GW"), "401 MW");
        assert_eq!(without_unit_of("$0", "$269 bn"), "$0");
        assert_eq!(without_unit_of("never", "never"), "never");
    }
}
