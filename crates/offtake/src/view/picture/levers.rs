//! The inputs that pull most, as something to move by hand.

use super::Lever;
use crate::scenario::{Input, InputId, InputValue, Scenario};
use crate::study::{Pull, Swing, day_number, swings};
use crate::units::{Dim, Exact, Quantity, in_usual_unit, to_f64};

/// Into about so many moves a lever's way is cut.
const MOVES: f64 = 100.0;

/// Whether an input can be set over a scenario: a row of the catalogue belongs to all of them.
pub fn can_be_moved(scenario: &Scenario, id: InputId) -> bool {
    !scenario.inputs.get(id).path.starts_with("catalogue:")
}

/// One for each input that pulls, in their order.
pub(super) fn levers(scenario: &Scenario, pulls: &[Pull]) -> Vec<Lever> {
    let swings = swings(scenario);
    let swing = |it: &Pull| swings.iter().find(|swing| swing.input == it.input);
    pulls.iter().filter_map(swing).map(|it| lever(scenario, it)).collect()
}

fn lever(scenario: &Scenario, swing: &Swing) -> Lever {
    let input = scenario.inputs.get(swing.input);
    let (unit, one, now) = match input.value {
        InputValue::Number { median, dim, .. } => {
            let (unit, one) = unit_of(input, dim);
            let now = in_words_of(&unit, to_f64(median) / one, median);
            (unit, one, now)
        }
        InputValue::Date(it) => ("date".to_owned(), 1.0, day_number(it)),
        InputValue::Word => (String::new(), 1.0, f64::NAN),
    };
    let (low, high) = (swing.low / one, swing.high / one);
    let step = if unit == "date" { 1.0 } else { round_step((high - low) / MOVES) };
    let [first, last] = [libm::ceil(low / step), libm::floor(high / step)];
    let (low, high) = (rounded(first * step, 12).min(now), rounded(last * step, 12).max(now));
    Lever {
        path: input.path.clone(),
        label: label(scenario, &input.path),
        unit,
        low,
        now,
        high,
        step,
    }
}

/// A number of a unit with as few digits as say the same.
fn in_words_of(unit: &str, number: f64, exactly: Exact) -> f64 {
    let says_it = |it: &f64| {
        Quantity::parse(&format!("{it} {unit}")).is_ok_and(|found| found.amount == exactly)
    };
    (3..17).map(|digits| rounded(number, digits)).find(says_it).unwrap_or(number)
}

/// The unit that the input is written in where a value with it means the same, else the usual one; and what
/// one of it is in base units.
fn unit_of(input: &Input, dim: Dim) -> (String, f64) {
    let first = input.text.split(", ").next().unwrap_or_default();
    let written =
        if input.law.is_some() { first.split_once(' ').map_or("", |it| it.1) } else { first };
    let unit = written.trim_start_matches(|it: char| it.is_ascii_digit() || "+-.,".contains(it));
    let unit = match unit.split_once(' ') {
        Some((_, unit)) => unit.trim(),
        None => unit,
    };
    let one = |unit: &str| {
        let one = Quantity::parse(&format!("1 {unit}")).ok().filter(|it| it.dim == dim)?;
        Some((unit.to_owned(), to_f64(one.amount)))
    };
    let usual = in_usual_unit(1.0, dim).1;
    one(unit).or_else(|| one(usual)).unwrap_or_else(|| (String::new(), 1.0))
}

/// The nearest of 1, 2 and 5 times a power of ten.
fn round_step(about: f64) -> f64 {
    let ten = libm::pow(10.0, libm::floor(libm::log10(about)));
    let times = about / ten;
    let nice = [1.0, 2.0, 5.0, 10.0].into_iter().find(|it| times < it * 1.5).unwrap_or(10.0);
    rounded(nice * ten, 3)
}

/// A number cut to some significant digits.
fn rounded(it: f64, digits: usize) -> f64 {
    format!("{it:.*e}", digits - 1).parse().unwrap_or(it)
}

/// `fleet.gb300.count` as `count, fleet gb300`; a party by its title.
fn label(scenario: &Scenario, path: &str) -> String {
    let words: Vec<&str> = path.trim_start_matches("catalogue:").split(['.', '/']).collect();
    match words.as_slice() {
        [noun, name, what @ ..] if !what.is_empty() => {
            let what: Vec<&str> = what.iter().map(|it| in_words(it)).collect();
            let mut parties = scenario.parties.iter().map(|it| scenario.row(*it));
            let whose = match parties.find(|it| *noun == "party" && it.name == *name) {
                Some(party) => party.title().to_owned(),
                None => format!("{noun} {name}"),
            };
            format!("{}, {whose}", what.join(" ").replace('_', " "))
        }
        words => words.join(" "),
    }
}

/// Fields whose names say too little beside a number.
fn in_words(field: &str) -> &str {
    match field {
        "gpus" | "count" => "GPUs",
        "per_day" => "jobs per day",
        "pue" => "PUE",
        other => other,
    }
}
