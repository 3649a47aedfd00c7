//! The words that people write for units, and what each is worth in base units.
//!
//! A year is 365 days and a month a twelfth of it, 730 hours: prices per MW-month and per
//! GW-year are quoted so. Dates are moved by calendar months elsewhere (`time`).

use super::Exact;
use super::dim::{Base, Dim};

/// Whether a power is meant at the racks or at the meter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Basis {
    /// The text does not say.
    #[default]
    Unsaid,
    /// At the racks.
    It,
    /// At the meter: cooling and losses included.
    Facility,
}

/// One unit: its dimension and how many base units it holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnitWord {
    pub dim: Dim,
    pub factor: Exact,
}

const MS_PER_HOUR: i128 = 3_600_000;
const MICROS_PER_DOLLAR: i128 = 1_000_000;
/// A watt-hour in millijoules.
const MJ_PER_WH: i128 = 3_600_000;

fn whole(base: Base, n: i128) -> UnitWord {
    UnitWord { dim: Dim::of(base), factor: Exact::from_integer(n) }
}

/// Looks a unit up by the word for it, prefixes included; plurals and case as people write them.
pub(super) fn unit(word: &str) -> Option<UnitWord> {
    exact_word(word)
        .or_else(|| prefixed(word))
        .or_else(|| word.strip_suffix('s').and_then(exact_word))
        .or_else(|| word.strip_suffix('s').and_then(prefixed))
}

fn exact_word(word: &str) -> Option<UnitWord> {
    Some(match word {
        "USD" | "$" | "dollar" => whole(Base::Money, MICROS_PER_DOLLAR),
        "cent" | "¢" => whole(Base::Money, MICROS_PER_DOLLAR / 100),
        "ms" => whole(Base::Time, 1),
        "s" | "sec" | "second" => whole(Base::Time, 1_000),
        "min" | "minute" => whole(Base::Time, 60_000),
        "h" | "hour" | "hr" => whole(Base::Time, MS_PER_HOUR),
        "d" | "day" => whole(Base::Time, 24 * MS_PER_HOUR),
        "week" => whole(Base::Time, 168 * MS_PER_HOUR),
        "month" => whole(Base::Time, 730 * MS_PER_HOUR),
        "year" | "yr" => whole(Base::Time, 8_760 * MS_PER_HOUR),
        "GPU" | "gpu" => whole(Base::Gpu, 1),
        "GPUh" => UnitWord { dim: Dim::GPU_TIME, factor: Exact::from_integer(MS_PER_HOUR) },
        "FLOP" | "flop" => whole(Base::Flop, 1),
        "token" | "tok" => whole(Base::Token, 1),
        "W" | "watt" => UnitWord { dim: Dim::POWER, factor: Exact::from_integer(1) },
        "J" | "joule" => whole(Base::Energy, 1_000),
        "Wh" => whole(Base::Energy, MJ_PER_WH),
        "g" | "gCO2" | "gCO2e" => whole(Base::Mass, 1),
        "t" | "tCO2" | "tCO2e" | "tonne" => whole(Base::Mass, 1_000_000),
        "L" | "l" | "litre" | "liter" => whole(Base::Volume, 1_000),
        "m3" => whole(Base::Volume, 1_000_000),
        "gal" | "gallon" => {
            UnitWord { dim: Dim::WATER, factor: Exact::new(3_785_411_784, 1_000_000) }
        }
        "B" | "byte" => whole(Base::Byte, 1),
        "node" => whole(Base::Node, 1),
        "home" | "household" => whole(Base::Home, 1),
        "job" => whole(Base::Job, 1),
        "%" => UnitWord { dim: Dim::NONE, factor: Exact::new(1, 100) },
        "points" | "homes-equivalent" | "x" => {
            UnitWord { dim: Dim::NONE, factor: Exact::from_integer(1) }
        }
        _ => return None,
    })
}

/// Units that take an SI prefix, and the prefixes they take.
fn prefixed(word: &str) -> Option<UnitWord> {
    const PREFIXES: [(&str, i128, i128); 9] = [
        ("k", 1_000, 1),
        ("M", 1_000_000, 1),
        ("G", 1_000_000_000, 1),
        ("T", 1_000_000_000_000, 1),
        ("P", 1_000_000_000_000_000, 1),
        ("E", 1_000_000_000_000_000_000, 1),
        ("Z", 1_000_000_000_000_000_000_000, 1),
        ("m", 1, 1_000),
        ("c", 1, 100),
    ];
    const TAKERS: [&str; 15] = [
        "W", "Wh", "J", "FLOP", "flop", "g", "gCO2", "gCO2e", "t", "tCO2e", "L", "l", "B", "token",
        "tok",
    ];
    let (_, up, down) = PREFIXES
        .iter()
        .find(|(p, ..)| word.strip_prefix(p).is_some_and(|rest| TAKERS.contains(&rest)))?;
    let mut it = exact_word(&word[1..])?;
    it.factor *= Exact::new(*up, *down);
    Some(it)
}

/// A word between a number and its unit that multiplies: `38 bn USD`, `190k GPU`.
pub(super) fn multiplier(word: &str) -> Option<i128> {
    Some(match word {
        "k" | "thousand" => 1_000,
        "M" | "mn" | "million" => 1_000_000,
        "bn" | "billion" => 1_000_000_000,
        "tn" | "trillion" => 1_000_000_000_000,
        _ => return None,
    })
}

/// `IT` or `facility`, beside a unit of power.
pub(super) fn basis(word: &str) -> Option<Basis> {
    match word {
        "IT" => Some(Basis::It),
        "facility" => Some(Basis::Facility),
        _ => None,
    }
}

/// Every spelling that an error can offer when a unit is not known.
pub(super) const KNOWN: &[&str] = &[
    "USD", "cent", "ms", "s", "min", "hour", "day", "week", "month", "year", "GPU", "GPU-hour",
    "FLOP", "PFLOP", "EFLOP", "token", "W", "kW", "MW", "GW", "TW", "J", "MJ", "Wh", "kWh", "MWh",
    "GWh", "TWh", "g", "kg", "t", "gCO2e", "tCO2e", "L", "mL", "m3", "gal", "B", "GB", "TB",
    "node", "home", "job", "%", "facility", "IT", "bn", "tn", "million", "billion",
];
