//! What a scenario comes to when its assumptions are moved, one at a time.

use crate::figures::Outcome;
use crate::scenario::{Draw, Input, InputId, InputValue, Origin, Scenario};
use crate::units::to_f64;

/// How far a value without a range is moved either way.
const WITHOUT_RANGE: f64 = 0.2;

/// An assumption and the two readings it is played at.
#[derive(Clone, Debug)]
pub struct Swing {
    /// Which input.
    pub input: InputId,
    /// Everything else at its median, this at its low end, in base units.
    pub low: f64,
    /// The same at its high end.
    pub high: f64,
    /// Whether the ends are a range's own, or a fifth either way.
    pub has_range: bool,
}

/// How an assumption pulls.
#[derive(Clone, Debug)]
pub struct Pull {
    /// Which input.
    pub input: InputId,
    /// `fleet.gb300.count`
    pub path: String,
    /// Its low end, as in prose.
    pub low: String,
    /// Its high end.
    pub high: String,
    /// Whether the ends are a range's own, or a fifth either way.
    pub has_range: bool,
    /// The headline figure that it moves most.
    pub figure: String,
    /// That figure at the low end.
    pub at_low: String,
    /// That figure at the high end.
    pub at_high: String,
    /// Sum over the headline figures of its swing over the largest swing.
    pub strength: f64,
}

/// The assumptions worth moving: numbers that nobody has reported, or that have a range.
pub fn swings(scenario: &Scenario) -> Vec<Swing> {
    let mut all = Vec::new();
    for (id, input) in scenario.inputs.iter() {
        let reported = matches!(input.origin, Origin::Reported(_));
        let (low, high) = match (&input.law, input.value) {
            (Some(law), _) => (law.low, law.high),
            (None, InputValue::Number { median, .. }) if !reported => {
                let median = to_f64(median);
                (median * (1.0 - WITHOUT_RANGE), median * (1.0 + WITHOUT_RANGE))
            }
            _ => continue,
        };
        let (low, high) = (low.max(input.bounds.0), high.min(input.bounds.1));
        if low < high {
            all.push(Swing { input: id, low, high, has_range: input.law.is_some() });
        }
    }
    all
}

/// The two readings of a swing.
pub fn readings(scenario: &Scenario, swing: &Swing) -> [Draw; 2] {
    let medians = Draw::medians(scenario);
    [swing.low, swing.high].map(|it| medians.with_number(swing.input, it))
}

/// The assumptions that pull most on the headline figures, strongest first.
pub fn strongest(
    scenario: &Scenario,
    headline: &[String],
    played: &[(Swing, [Outcome; 2])],
    most: usize,
) -> Vec<Pull> {
    let number = |outcome: &Outcome, id: &String| {
        outcome.figures.iter().find(|it| it.id == *id).and_then(|it| it.number()).unwrap_or(0.0)
    };
    let moved =
        |ends: &[Outcome; 2], id: &String| (number(&ends[1], id) - number(&ends[0], id)).abs();
    let largest: Vec<f64> = headline
        .iter()
        .map(|id| played.iter().map(|(_, ends)| moved(ends, id)).fold(0.0, f64::max))
        .collect();
    let mut pulls: Vec<Pull> = played
        .iter()
        .filter_map(|(swing, ends)| {
            let shares: Vec<f64> = headline
                .iter()
                .zip(&largest)
                .map(|(id, most)| if *most > 0.0 { moved(ends, id) / most } else { 0.0 })
                .collect();
            let best = (0..shares.len()).rev().max_by(|a, b| shares[*a].total_cmp(&shares[*b]))?;
            (shares[best] > 1e-9)
                .then(|| pull(scenario, swing, ends, &headline[best], shares.iter().sum()))
        })
        .collect();
    pulls.retain(|it| it.at_low != it.at_high);
    pulls.sort_by(|a, b| b.strength.total_cmp(&a.strength).then(a.path.cmp(&b.path)));
    pulls.truncate(most);
    pulls
}

fn pull(
    scenario: &Scenario,
    swing: &Swing,
    ends: &[Outcome; 2],
    figure: &str,
    strength: f64,
) -> Pull {
    let input = scenario.inputs.get(swing.input);
    let at = |outcome: &Outcome| {
        let found = outcome.figures.iter().find(|it| it.id == figure);
        found.map_or_else(|| "-".to_owned(), crate::figures::Figure::shown)
    };
    Pull {
        input: swing.input,
        path: input.path.clone(),
        low: end(input, swing.low),
        high: end(input, swing.high),
        has_range: swing.has_range,
        figure: figure.to_owned(),
        at_low: at(&ends[0]),
        at_high: at(&ends[1]),
        strength,
    }
}

/// An end of a swing as the input itself is written: its own number scaled, its own unit kept.
fn end(input: &Input, at: f64) -> String {
    if input.law.is_some() {
        return input.shown(at);
    }
    let InputValue::Number { median, .. } = input.value else { return String::new() };
    scaled_text(&input.text, at / to_f64(median)).unwrap_or_else(|| input.shown(at))
}

/// `100e9 tokens/day` times 1.2 as `120e9 tokens/day`.
fn scaled_text(text: &str, by: f64) -> Option<String> {
    let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
    let (mantissa, exponent) = match number.find(['e', 'E']) {
        Some(at) => number.split_at(at),
        None => match number.find(|c: char| c.is_ascii_alphabetic()) {
            Some(at) => number.split_at(at),
            None => (number, ""),
        },
    };
    let value: f64 = mantissa.replace(',', "").parse().ok()?;
    let value = (value * by * 1e6).round() / 1e6;
    Some(format!("{value}{exponent} {unit}").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_keeps_the_units_of_the_text() {
        assert_eq!(scaled_text("100e9 tokens/day", 1.2).as_deref(), Some("120e9 tokens/day"));
        assert_eq!(scaled_text("120k GPU", 0.8).as_deref(), Some("96k GPU"));
        assert_eq!(scaled_text("1,000 MW facility", 1.2).as_deref(), Some("1200 MW facility"));
        assert_eq!(scaled_text("4000", 1.2).as_deref(), Some("4800"));
        assert_eq!(scaled_text("100 %", 0.8).as_deref(), Some("80 %"));
    }
}
