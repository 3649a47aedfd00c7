//! The inputs that pull most, as something to move by hand.

use super::Lever;
use crate::scenario::{Input, InputValue, Scenario};
use crate::study::{Pull, Swing, day_number, swings};
use crate::units::{Dim, Quantity, in_usual_unit, to_f64};

/// Into about so many moves a lever's way is cut.
const MOVES: f64 = 100.0;

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
            (unit, one, to_f64(median) / one)
        }
        InputValue::Date(it) => ("date".to_owned(), 1.0, day_number(it)),
        InputValue::Word => (String::new(), 1.0, f64::NAN),
    };
    let (low, high) = (swing.low / one, swing.high / one);
    let step = if unit == "date" { 1.0 } else { round_step((high - low) / MOVES) };
    let [first, last] = [libm::ceil(low / step), libm::floor(high / step)];
    let (low, high) = (tidy(first * step).min(now), tidy(last * step).max(now));
    let (path, label) = (input.path.clone(), label(&input.path));
    Lever { path, label, unit, low, now: tidy(now), high, step }
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
    tidy(nice * ten)
}

/// Without the noise of float products.
fn tidy(it: f64) -> f64 {
    format!("{it:.11e}").parse().unwrap_or(it)
}

/// `fleet.gb300.count` as `count of fleet gb300`.
fn label(path: &str) -> String {
    let words: Vec<&str> = path.trim_start_matches("catalogue:").split(['.', '/']).collect();
    match words.as_slice() {
        [noun, name, what @ ..] if !what.is_empty() => {
            format!("{}, {noun} {name}", what.join(" ").replace('_', " "))
        }
        words => words.join(" "),
    }
}
