//! How much more is one value of a figure than another? As people say it.

use crate::figures::Value;
use crate::study::number;

/// From one value to another: `+12.4 %`, `-3.1 points`, `+14 months`; nothing where there is no way between them.
pub fn change(from: &Value, to: &Value, unit: &str) -> Option<String> {
    let (a, b) = (number(from), number(to));
    let by = b - a;
    if !by.is_finite() {
        return None;
    }
    Some(match unit {
        _ if by == 0.0 => "the same".to_owned(),
        "date" if by.abs() < A_MONTH * 2.0 => counted(by, "day"),
        "date" => counted(libm::round(by / A_MONTH), "month"),
        "share" => format!("{:+.1} points", by * 100.0),
        _ if a == 0.0 => return None,
        _ => per_cent(by / a.abs() * 100.0),
    })
}

/// Days.
const A_MONTH: f64 = 365.25 / 12.0;

fn counted(count: f64, what: &str) -> String {
    format!("{count:+} {what}{}", if count.abs() == 1.0 { "" } else { "s" })
}

fn per_cent(it: f64) -> String {
    match it.abs() {
        small if small < 0.05 => format!("{it:+.2} %"),
        usual if usual < 1_000.0 => format!("{it:+.1} %"),
        _ => format!("{it:+.0} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_in_the_measure_of_its_figure() {
        let date = |it: &str| Value::Date(it.to_owned());
        for (from, to, unit, told) in [
            (Value::Number(200.0), Value::Number(225.0), "USD", Some("+12.5 %")),
            (Value::Number(-200.0), Value::Number(-300.0), "USD", Some("-50.0 %")),
            (Value::Number(0.9), Value::Number(0.869), "share", Some("-3.1 points")),
            (date("2028-12"), date("2030-02"), "date", Some("+14 months")),
            (date("2028-12-01"), date("2028-11-30"), "date", Some("-1 day")),
            (Value::Number(3.0), Value::Number(3.0), "GPU", Some("the same")),
            (Value::Number(0.0), Value::Number(3.0), "GPU", None),
            (Value::Never, date("2028-12"), "date", None),
            (Value::Unknown, Value::Number(1.0), "USD", None),
        ] {
            assert_eq!(change(&from, &to, unit).as_deref(), told, "{from:?} {to:?}");
        }
    }
}
