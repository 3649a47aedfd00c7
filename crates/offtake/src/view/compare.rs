//! Scenarios side by side: what differs in what was asked, then in what came of it.

use std::fmt::Write;

use serde::Serialize;

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
    names(it, &mut out);
    inputs(it, width, &mut out);
    figures(it, width, &mut out);
    if it.draws > 0 {
        differences(it, &mut out);
    }
    out
}

fn letter(nth: usize) -> char {
    char::from(b'A' + (nth % 26) as u8)
}

fn names(it: &Comparison, out: &mut String) {
    for (i, name) in it.names.iter().enumerate() {
        let _ = writeln!(out, "{}  {name}", letter(i));
    }
}

/// How wide a column of each scenario may be.
fn column(it: &Comparison, width: usize, label: usize) -> usize {
    (width.saturating_sub(label + 4) / it.names.len().max(1)).clamp(12, 34)
}

fn fitted(text: &str, width: usize) -> String {
    match text.chars().count() {
        long if long < width => text.to_owned(),
        _ => text.chars().take(width.saturating_sub(3)).chain("..".chars()).collect(),
    }
}

fn inputs(it: &Comparison, width: usize, out: &mut String) {
    if it.inputs.is_empty() {
        out.push_str("\nThey ask the same.\n");
        return;
    }
    out.push_str("\nWhat was asked\n");
    let label = it.inputs.iter().map(|it| it.path.chars().count()).max().unwrap_or(0).min(40);
    let wide = column(it, width, label);
    let _ = writeln!(out, "  {:label$}{}", "", head(it, wide));
    for row in &it.inputs {
        let _ = write!(out, "  {:<label$}", fitted(&row.path, label + 1));
        for value in &row.values {
            let text = value.as_deref().unwrap_or("-").trim_start_matches("catalogue:");
            let _ = write!(out, "{:>wide$}", fitted(text, wide));
        }
        out.push('\n');
    }
}

fn head(it: &Comparison, wide: usize) -> String {
    (0..it.names.len()).map(|i| format!("{:>wide$}", letter(i))).collect()
}

fn figures(it: &Comparison, width: usize, out: &mut String) {
    out.push_str("\nWhat came of it, every range at its median\n");
    let label = 44.min(width / 2);
    let wide = column(it, width, label);
    let _ = writeln!(out, "  {:label$}{}", "", head(it, wide));
    for row in &it.figures {
        let _ = write!(out, "  {:<label$}", fitted(&row.label, label));
        for (nth, value) in row.values.iter().enumerate() {
            let text = match (nth, value == &row.values[0]) {
                _ if value.is_nan() => "-".to_owned(),
                (1.., true) => "the same".to_owned(),
                _ => told(*value, row.unit),
            };
            let _ = write!(out, "{text:>wide$}");
        }
        out.push('\n');
    }
}

fn differences(it: &Comparison, out: &mut String) {
    let futures = grouped(i128::from(it.draws));
    let _ = writeln!(out, "\nIn {futures} futures, all with the same luck: how much more than A");
    let _ = writeln!(
        out,
        "  {:<44}{:>16}{:>16}{:>16}  more in",
        "", "1 in 10 below", "middle", "1 in 10 above"
    );
    for row in &it.figures {
        for (nth, difference) in row.differences.iter().enumerate() {
            let Some(difference) = difference else { continue };
            let spread = &difference.spread;
            if difference.same.value >= 1.0 {
                let _ = writeln!(out, "  {}  {}: the same in all", letter(nth + 1), row.label);
                continue;
            }
            let unit = if row.unit == "date" { "days" } else { row.unit };
            let [_, low, middle, high, _] = spread.quantiles.map(|it| told(it.value, unit));
            let label = format!("{}  {}", letter(nth + 1), row.label);
            let _ = writeln!(
                out,
                "  {:<44}{low:>16}{middle:>16}{high:>16}  {:.1} %",
                fitted(&label, 44),
                difference.larger.value * 100.0
            );
        }
    }
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
