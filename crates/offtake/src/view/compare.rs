//! Scenarios side by side: what differs in what was asked, then in what came of it.

use std::fmt::Write;

use serde::Serialize;

use super::lay::{grid, held, texts};
use super::odds::{any, told};
use super::serde_value::Any;
use crate::study::{Difference, Differing, Spread};
use crate::units::grouped;

/// A figure of several scenarios.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Its id.
    pub id: String,
    /// In words.
    pub label: String,
    /// Its unit.
    pub unit: &'static str,
    /// At the medians of each scenario: infinite is never, not a number is not there.
    pub values: Vec<f64>,
    /// In many futures of each, where they were played.
    pub spreads: Vec<Option<Spread>>,
    /// Each against the first, where they were played.
    pub differences: Vec<Option<Difference>>,
}

/// Everything that a comparison shows.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What each scenario is called.
    pub names: Vec<String>,
    /// What differs in what was asked.
    pub inputs: Vec<Differing>,
    /// What came of it.
    pub figures: Vec<Compared>,
    /// In how many futures each was played; 0 for the medians alone.
    pub draws: u32,
}

/// The comparison as text.
pub fn compared(it: &Comparison, width: usize) -> String {
    let mut out = String::new();
    for (i, name) in it.names.iter().enumerate() {
        let _ = writeln!(out, "{}  {name}", letter(i));
    }
    out.push_str(&inputs(it, width));
    out.push_str(&figures(it, width));
    if it.draws > 0 {
        out.push_str(&differences(it, width));
    }
    held(&out, width)
}

fn letter(nth: usize) -> char {
    char::from(b'A' + (nth % 26) as u8)
}

/// A table with a column for each scenario.
fn side_by_side(it: &Comparison, rows: Vec<Vec<String>>, width: usize) -> String {
    let columns = it.names.len();
    let letters = (0..columns).map(|i| letter(i).to_string());
    let head = std::iter::once(String::new()).chain(letters).collect();
    let rows = [vec![head], rows].concat();
    grid(&rows, &(1..=columns).collect::<Vec<_>>(), width)
}

fn inputs(it: &Comparison, width: usize) -> String {
    const MOST: usize = 34;
    if it.inputs.is_empty() {
        return "\nThey ask the same.\n".to_owned();
    }
    let row = |row: &Differing| {
        let value = |it: &Option<String>| match it {
            Some(text) => cut(text.trim_start_matches("catalogue:"), MOST),
            None => "-".to_owned(),
        };
        std::iter::once(row.path.clone()).chain(row.values.iter().map(value)).collect()
    };
    let rows = it.inputs.iter().map(row).collect();
    format!("\nWhat was asked\n{}", side_by_side(it, rows, width))
}

fn cut(text: &str, most: usize) -> String {
    match text.chars().count() {
        long if long <= most => text.to_owned(),
        _ => text.chars().take(most - 2).chain("..".chars()).collect(),
    }
}

fn figures(it: &Comparison, width: usize) -> String {
    let row = |row: &Compared| {
        let value = |(nth, value): (usize, &f64)| match (nth, *value == row.values[0]) {
            _ if value.is_nan() => "-".to_owned(),
            (1.., true) => "the same".to_owned(),
            _ => told(*value, row.unit),
        };
        let values = row.values.iter().enumerate().map(value);
        std::iter::once(row.label.clone()).chain(values).collect()
    };
    let rows = it.figures.iter().map(row).collect();
    let table = side_by_side(it, rows, width);
    format!("\nWhat came of it, every range at its median\n{table}")
}

fn differences(it: &Comparison, width: usize) -> String {
    let mut rows = vec![texts(&["", "1 in 10 below", "middle", "1 in 10 above", "more in"])];
    for row in &it.figures {
        for (nth, difference) in row.differences.iter().enumerate() {
            let Some(difference) = difference else { continue };
            let label = format!("{}  {}", letter(nth + 1), row.label);
            if difference.same.value >= 1.0 {
                rows.push(texts(&[&label, "", "the same", "", ""]));
                continue;
            }
            let unit = if row.unit == "date" { "days" } else { row.unit };
            let [_, low, middle, high, _] =
                difference.spread.quantiles.map(|it| told(it.value, unit));
            let more = format!("{:.1} %", difference.larger.value * 100.0);
            rows.push(vec![label, low, middle, high, more]);
        }
    }
    let futures = grouped(i128::from(it.draws));
    let table = grid(&rows, &[1, 2, 3, 4], width);
    format!("\nIn {futures} futures, all with the same luck: how much more than A\n{table}")
}

/// `offtake compare --json`
#[derive(Clone, Debug, Serialize)]
pub struct CompareDocument {
    scenarios: Vec<String>,
    draws: u32,
    inputs: Vec<InputRow>,
    figures: Vec<ComparedRow>,
}

#[derive(Clone, Debug, Serialize)]
struct InputRow {
    path: String,
    values: Vec<Option<String>>,
}

#[derive(Clone, Debug, Serialize)]
struct ComparedRow {
    id: String,
    label: String,
    unit: &'static str,
    values: Vec<Any>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    quantiles: Vec<QuantileRow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<DifferenceRow>,
}

#[derive(Clone, Debug, Serialize)]
struct QuantileRow {
    q10: Any,
    q50: Any,
    q90: Any,
}

#[derive(Clone, Debug, Serialize)]
struct DifferenceRow {
    q10: Any,
    q50: Any,
    q90: Any,
    mean: Any,
    mean_error: Any,
    larger: f64,
    same: f64,
}

/// What scripts rely on.
pub fn compare_document(it: &Comparison) -> CompareDocument {
    let input = |it: &Differing| InputRow { path: it.path.clone(), values: it.values.clone() };
    CompareDocument {
        scenarios: it.names.clone(),
        draws: it.draws,
        inputs: it.inputs.iter().map(input).collect(),
        figures: it.figures.iter().map(compared_row).collect(),
    }
}

fn compared_row(it: &Compared) -> ComparedRow {
    ComparedRow {
        id: it.id.clone(),
        label: it.label.clone(),
        unit: it.unit,
        values: it.values.iter().map(|value| any(*value, it.unit)).collect(),
        quantiles: it.spreads.iter().map(|spread| quantile_row(spread.as_ref(), it.unit)).collect(),
        differences: it.differences.iter().map(Option::as_ref).map(difference_row).collect(),
    }
}

fn quantile_row(spread: Option<&Spread>, unit: &str) -> QuantileRow {
    let at = |nth: usize| spread.map_or(Any::Null, |it| any(it.quantiles[nth].value, unit));
    QuantileRow { q10: at(1), q50: at(2), q90: at(3) }
}

fn difference_row(it: Option<&Difference>) -> DifferenceRow {
    let spread = it.map(|it| &it.spread);
    let QuantileRow { q10, q50, q90 } = quantile_row(spread, "");
    let mean = spread.and_then(|it| it.mean);
    let of = |it: Option<f64>| it.map_or(Any::Null, |it| any(it, ""));
    DifferenceRow {
        q10,
        q50,
        q90,
        mean: of(mean.map(|it| it.value)),
        mean_error: of(mean.map(|it| it.error)),
        larger: it.map_or(0.0, |it| it.larger.value),
        same: it.map_or(0.0, |it| it.same.value),
    }
}
