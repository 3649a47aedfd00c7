//! Numbers as a reader wants them: three significant digits, thousands grouped, units named.

use super::dim::Dim;
use super::quantity::{Quantity, to_f64};
use super::words::Basis;

/// A whole number with its thousands grouped: `1,190,592`.
pub fn grouped(whole: i128) -> String {
    let digits = whole.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if whole < 0 { format!("-{out}") } else { out }
}

/// A number cut to about three significant digits, large ones in k, M, bn, tn.
pub fn compact(value: f64) -> String {
    const STEPS: [(f64, &str); 4] = [(1e12, " tn"), (1e9, " bn"), (1e6, " M"), (1e4, "k")];
    if !value.is_finite() {
        return "-".to_owned();
    }
    let size = value.abs();
    if size >= 1e17 {
        return format!("{value:.2e}");
    }
    for (step, name) in STEPS {
        let unit = if name == "k" { 1e3 } else { step };
        if size >= step * 0.9995 {
            return format!("{}{name}", digits(value / unit));
        }
    }
    digits(value)
}

fn digits(value: f64) -> String {
    let size = value.abs();
    if size >= 999.5 {
        grouped(value.round() as i128)
    } else if size >= 99.95 || value == 0.0 {
        format!("{value:.0}")
    } else if size >= 9.995 {
        format!("{value:.1}")
    } else if size >= 0.01 {
        format!("{value:.2}")
    } else {
        format!("{value:.2e}")
    }
}

/// A value with its unit, as in prose: `$38.0 bn`, `250k GPU`, `97.3 %`, `$2.67 per GPU-hour`.
pub fn scaled(value: f64, unit: &str) -> String {
    match unit {
        // Less than nothing by less than is shown is nothing.
        "share" if value.abs() < 5e-4 => "0.0 %".to_owned(),
        "share" => format!("{:.1} %", value * 100.0),
        "USD" if value < 0.0 => format!("-${}", compact(-value)),
        "USD" => format!("${}", compact(value)),
        "ratio" => format!("{}x", compact(value)),
        "hours" => span(value * 3_600.0),
        "count" if value.fract() == 0.0 && value.abs() < 1e5 => grouped(value as i128),
        "" | "count" | "points" => compact(value),
        "MW" if value.abs() >= 999.5 => format!("{} GW", compact(value / 1e3)),
        "MWh" if value.abs() >= 999_500.0 => format!("{} TWh", compact(value / 1e6)),
        "MWh" if value.abs() >= 999.5 => format!("{} GWh", compact(value / 1e3)),
        "MWh" if value.abs() < 0.1 && value != 0.0 => format!("{} Wh", compact(value * 1e6)),
        _ => match unit.strip_prefix("USD/") {
            Some(per) => format!("{} per {per}", scaled(value, "USD")),
            None => format!("{} {}", compact(value), plural(value, unit)),
        },
    }
}

/// Units that are words take an s, but for exactly one.
fn plural(value: f64, unit: &str) -> String {
    let word = matches!(unit, "year" | "month" | "hour" | "GPU-hour");
    if word && value != 1.0 { format!("{unit}s") } else { unit.to_owned() }
}

/// A quantity in the unit that its dimension is usually told in.
pub fn shown(it: Quantity) -> String {
    let basis = match it.basis {
        Basis::It => " IT",
        Basis::Facility => " facility",
        Basis::Unsaid => "",
    };
    match USUAL.iter().find(|(dim, _)| *dim == it.dim) {
        Some((_, "share")) => format!("{}", to_f64(it.amount)),
        Some((_, "%/year")) => format!("{} %/year", compact(it.in_unit("%/year"))),
        Some((_, unit)) => match unit.split_once(" per ") {
            Some((above, below)) => {
                format!("{}{basis} per {below}", scaled(it.in_unit(unit), above))
            }
            None => format!("{}{basis}", scaled(it.in_unit(unit), unit)),
        },
        None => format!("{} {}", compact(to_f64(it.amount)), it.dim),
    }
}

/// A length of time in the unit that keeps it short.
fn span(seconds: f64) -> String {
    const STEPS: [(f64, &str); 4] = [(86_400.0, "days"), (3_600.0, "h"), (60.0, "min"), (1.0, "s")];
    let fits = |step: &&(f64, &str)| seconds.abs() >= step.0 * 2.0;
    let (step, unit) = STEPS.iter().find(fits).unwrap_or(&STEPS[3]);
    format!("{} {unit}", compact(seconds / step))
}

/// The unit in which a dimension is usually told.
const USUAL: [(Dim, &str); 30] = [
    (Dim::NONE, "share"),
    (Dim::MONEY, "USD"),
    (Dim::TIME, "hours"),
    (Dim::ENERGY, "MWh"),
    (Dim::POWER, "MW"),
    (Dim::GPU, "GPU"),
    (Dim::GPU_TIME, "GPU-hour"),
    (Dim::FLOP, "FLOP"),
    (Dim::FLOP_RATE, "PFLOP/s"),
    (Dim::TOKENS, "tokens"),
    (Dim::TOKEN_RATE, "tokens/s"),
    (Dim::TOKEN_RATE_PER_GPU, "tokens/s per GPU"),
    (Dim::CARBON, "t"),
    (Dim::WATER, "m3"),
    (Dim::BYTES, "GB"),
    (Dim::BANDWIDTH, "TB/s"),
    (Dim::GROWTH, "%/year"),
    (Dim::POWER_PER_GPU, "W per GPU"),
    (Dim::PRICE_GPU_TIME, "USD/GPU-hour"),
    (Dim::PRICE_ENERGY, "USD/MWh"),
    (Dim::MONEY_RATE, "USD/year"),
    (Dim::MONEY_PER_POWER, "USD/GW"),
    (Dim::MONEY_PER_GPU, "USD/GPU"),
    (Dim::JOB_RATE, "jobs/day"),
    (Dim::GPU_TIME_PER_JOB, "GPU-hours/job"),
    (Dim::PRICE_TOKENS, "USD/million tokens"),
    (Dim::CARBON_FACTOR, "g/kWh"),
    (Dim::WATER_FACTOR, "L/kWh"),
    (Dim::HOME_USE, "kWh/year per home"),
    (Dim::HOMES, "homes"),
];

/// A value in base units, in the unit that its dimension is usually told in.
pub fn in_usual_unit(base: f64, dim: Dim) -> (f64, &'static str) {
    match USUAL.iter().find(|(it, _)| *it == dim) {
        Some((_, unit)) if *unit != "share" => {
            let one = Quantity::parse(&format!("1 {unit}")).expect("usual units are ours");
            (base / to_f64(one.amount), unit)
        }
        _ => (base, ""),
    }
}
