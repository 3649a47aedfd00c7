//! Odds as one JSON document: the fields that scripts rely on.

use serde::Serialize;

use super::super::serde_value::Any;
use super::OddsPage;
use crate::study::{Estimate, FigureOdds, Method, Odds, Reading, day_of};
use crate::view::BreakEvenRow;

/// `offtake risk --json`
#[derive(Clone, Debug, Serialize)]
pub struct OddsDocument {
    /// The scenario's name, `#variant` included.
    pub scenario: String,
    /// The program's version.
    pub version: &'static str,
    /// How many futures were played.
    pub draws: u32,
    /// What chose them.
    pub seed: u64,
    /// Equal digests, equal rows.
    pub digest: String,
    /// The day whose knowledge was used.
    pub as_of: String,
    /// First day played.
    pub from: String,
    /// First day no longer played.
    pub to: String,
    /// Into how many scrambles of a Sobol sequence the draws fall.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scrambles: Option<u32>,
    /// The figures that open the report.
    pub headline: Vec<String>,
    /// Every figure.
    pub figures: Vec<FigureRow>,
    /// What may happen, and how often it does.
    pub odds: Vec<OddsRow>,
    /// What moves the figures that open the report.
    pub drivers: Vec<DriverRow>,
    /// What it would take to cover what is owed.
    pub break_evens: Vec<BreakEvenRow>,
}

/// A figure in many futures.
#[derive(Clone, Debug, Serialize)]
pub struct FigureRow {
    id: String,
    label: String,
    value: Any,
    unit: &'static str,
    kind: &'static str,
    q05: Any,
    q10: Any,
    q50: Any,
    q90: Any,
    q95: Any,
    mean: Any,
    /// Standard errors of the quantiles and the mean, in the figure's unit; days for dates.
    errors: [Any; 6],
    /// In which share of futures it never happens.
    never: f64,
    /// In which share of futures it does not apply or is not known.
    unknown: f64,
}

/// Something that may happen.
#[derive(Clone, Debug, Serialize)]
pub struct OddsRow {
    that: String,
    share: f64,
    /// Of a 95 % interval.
    low: f64,
    high: f64,
}

/// What an input does to a figure.
#[derive(Clone, Debug, Serialize)]
pub struct DriverRow {
    /// The figure's id.
    pub figure: String,
    /// An input's path, or `luck`.
    pub input: String,
    /// Its share of the figure's variance.
    pub share: f64,
    /// The low end of a 95 % interval.
    pub low: f64,
    /// The high end.
    pub high: f64,
    /// `value`, `happens` or `above-median`: what of the figure varies.
    pub of: &'static str,
    /// `neighbours`, `rank-regression` or `pairs`.
    pub method: &'static str,
}

/// The share of every input in every figure that was asked for, luck's last.
pub fn driver_rows(odds: &Odds) -> Vec<DriverRow> {
    let mut all = Vec::new();
    for it in &odds.drivers {
        let of = match it.drivers.lens.reading {
            Reading::Value => "value",
            Reading::Happens => "happens",
            Reading::AboveMedian => "above-median",
        };
        let method = match it.drivers.method {
            Method::Neighbours => "neighbours",
            Method::RankRegression => "rank-regression",
        };
        let mut add = |input: &str, share: &Estimate, method| {
            all.push(DriverRow {
                figure: it.heading.name.clone(),
                input: input.to_owned(),
                share: share.value,
                low: share.low,
                high: share.high,
                of,
                method,
            });
        };
        for (input, share) in odds.inputs.iter().zip(&it.drivers.inputs) {
            add(&input.name, share, method);
        }
        if let Some(share) = &it.luck {
            add("luck", share, "pairs");
        }
    }
    all
}

/// What scripts rely on.
pub fn odds_document(
    page: &OddsPage<'_>,
    scenario: String,
    version: &'static str,
    digest: String,
) -> OddsDocument {
    let (head, odds) = (page.scenario, page.odds);
    let event = |it: &crate::study::EventOdds| OddsRow {
        that: it.text(),
        share: it.share.value,
        low: it.share.low,
        high: it.share.high,
    };
    OddsDocument {
        scenario,
        version,
        draws: odds.draws,
        seed: head.seed,
        digest,
        as_of: head.as_of.to_string(),
        from: head.from.to_string(),
        to: head.to.to_string(),
        scrambles: odds.scrambles,
        headline: page.headline.to_vec(),
        figures: odds.figures.iter().map(figure).collect(),
        odds: odds.events.iter().map(event).collect(),
        drivers: driver_rows(odds),
        break_evens: page.break_evens.iter().map(Into::into).collect(),
    }
}

fn figure(it: &FigureOdds) -> FigureRow {
    let (heading, spread) = (&it.heading, &it.spread);
    let value = |at: f64| any(at, heading.unit);
    let [q05, q10, q50, q90, q95] = spread.quantiles.map(|it| value(it.value));
    let error = |it: Estimate| any(it.error, "");
    let [a, b, c, d, e] = spread.quantiles.map(error);
    let all = (spread.draws + spread.unknown) as f64;
    FigureRow {
        id: heading.name.clone(),
        label: heading.meaning.clone(),
        value: q50.clone(),
        unit: heading.unit,
        kind: heading.mark(),
        q05,
        q10,
        q50,
        q90,
        q95,
        mean: spread.mean.map_or(Any::Null, |it| value(it.value)),
        errors: [a, b, c, d, e, spread.mean.map_or(Any::Null, error)],
        never: spread.never as f64 / all,
        unknown: spread.unknown as f64 / all,
    }
}

/// A number, a day as text, or null for what never comes.
pub fn any(value: f64, unit: &str) -> Any {
    match unit {
        _ if !value.is_finite() => Any::Null,
        "date" => Any::Text(day_of(value).to_string()),
        _ => Any::Number(value),
    }
}
