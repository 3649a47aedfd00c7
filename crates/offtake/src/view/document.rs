//! A run as one JSON document: the fields that scripts rely on.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::figures::{ClaimResult, ExpectResult, Figure, Outcome, Value, ancestors};
use crate::scenario::{Diagnostic, InputId, Json, Scenario};
use crate::study::Pull;

/// `offtake run --json`
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    /// The scenario's name, `#variant` included.
    pub scenario: String,
    /// The program's version.
    pub version: &'static str,
    /// What chose the luck.
    pub seed: u64,
    /// The future of `risk` that was played; nothing where every range was at its median.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draw: Option<u32>,
    /// Equal digests, equal ledgers.
    pub digest: String,
    /// The day whose knowledge was used.
    pub as_of: String,
    /// First day played.
    pub from: String,
    /// First day no longer played.
    pub to: String,
    /// The figures that open the report.
    pub headline: Vec<String>,
    /// Every figure.
    pub figures: Vec<FigureRow>,
    /// Every claim with its verdict.
    pub claims: Vec<ClaimRow>,
    /// Every expectation.
    pub expects: Vec<ExpectRow>,
    /// The assumptions that pull most.
    pub pulls: Vec<PullRow>,
    /// What it would take to cover what is owed.
    pub break_evens: Vec<super::BreakEvenRow>,
    /// What each party earned and has, by calendar year: one row for each, in USD.
    pub statements: Json,
    /// What each deal bills by calendar year, and what of it is left to bill.
    pub backlog: Json,
    /// Each plant by calendar quarter.
    pub plants: Json,
    /// Who is hurt if something comes out worse.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stress: Option<super::StressDocument>,
    /// What is assumed: path and value.
    pub assumed: Vec<(String, String)>,
    /// What is not modelled.
    pub not_modelled: Vec<&'static str>,
    /// Warnings of the check.
    pub warnings: Vec<String>,
}

/// A figure.
#[derive(Clone, Debug, Serialize)]
pub struct FigureRow {
    /// Its name.
    pub id: String,
    /// In words.
    pub label: String,
    /// A number, a date, or null for what never came about.
    pub value: serde_value::Any,
    /// Its unit.
    pub unit: &'static str,
    /// reported, assumed, derived or simulated.
    pub kind: &'static str,
}

/// A claim.
#[derive(Clone, Debug, Serialize)]
pub struct ClaimRow {
    /// Its name.
    pub id: String,
    /// Its number, where all were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<i64>,
    /// The sentence.
    pub text: String,
    /// What it states.
    pub stated: Option<String>,
    /// What was computed.
    pub computed: Option<String>,
    /// How, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// holds, holds-if, fails or unknown.
    pub verdict: &'static str,
    /// Why.
    pub because: String,
    /// Whether it is a matter of words.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub judged: bool,
    /// The judgement's source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// An expectation.
#[derive(Clone, Debug, Serialize)]
pub struct ExpectRow {
    /// As written.
    pub that: String,
    /// Whether it held.
    pub held: bool,
    /// What the left side came to.
    pub found: String,
}

/// An assumption that pulls.
#[derive(Clone, Debug, Serialize)]
pub struct PullRow {
    /// The input.
    pub input: String,
    /// Its low end.
    pub low: String,
    /// Its high end.
    pub high: String,
    /// The headline figure that it moves most.
    pub figure: String,
    /// That figure at the low end.
    pub at_low: String,
    /// That figure at the high end.
    pub at_high: String,
}

/// Values of more than one kind in one JSON field.
pub mod serde_value {
    use serde::{Serialize, Serializer};

    /// A number, a text or nothing.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Any {
        /// A number.
        Number(f64),
        /// A text.
        Text(String),
        /// Nothing.
        Null,
    }

    impl Serialize for Any {
        fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
            match self {
                Any::Number(it) => out.serialize_f64(*it),
                Any::Text(it) => out.serialize_str(it),
                Any::Null => out.serialize_none(),
            }
        }
    }
}

impl From<&Figure> for FigureRow {
    fn from(it: &Figure) -> Self {
        let value = match &it.value {
            Value::Number(it) => serde_value::Any::Number(*it),
            Value::Date(it) => serde_value::Any::Text(it.clone()),
            Value::Word(it) => serde_value::Any::Text((*it).to_owned()),
            Value::Never => serde_value::Any::Null,
            Value::Unknown => serde_value::Any::Text("unknown".to_owned()),
        };
        Self { id: it.id.clone(), label: it.label.clone(), value, unit: it.unit, kind: it.kind }
    }
}

impl From<&ClaimResult> for ClaimRow {
    fn from(it: &ClaimResult) -> Self {
        Self {
            id: it.id.clone(),
            n: it.n,
            text: it.text.clone(),
            stated: it.stated.clone(),
            computed: it.computed.clone(),
            formula: it.formula.clone(),
            verdict: it.verdict.word(),
            because: it.because.clone(),
            judged: it.judged,
            source: it.source.clone(),
        }
    }
}

impl From<&ExpectResult> for ExpectRow {
    fn from(it: &ExpectResult) -> Self {
        Self { that: it.that.clone(), held: it.held, found: it.found.clone() }
    }
}

impl From<&Pull> for PullRow {
    fn from(it: &Pull) -> Self {
        Self {
            input: it.path.clone(),
            low: it.low.clone(),
            high: it.high.clone(),
            figure: it.figure.clone(),
            at_low: it.at_low.clone(),
            at_high: it.at_high.clone(),
        }
    }
}

/// The warnings of the check, each with its place.
pub fn warnings(scenario: &Scenario) -> Vec<String> {
    let told = |it: &Diagnostic| {
        format!("{}: {} ({})", it.code, it.message, scenario.files.describe(it.at))
    };
    scenario.warnings.iter().map(told).collect()
}

/// Every number that nobody has reported and that a figure is made of: path and text, in the
/// order they were read.
pub fn assumed(scenario: &Scenario, outcome: &Outcome) -> Vec<(String, String)> {
    let used: BTreeSet<InputId> =
        outcome.figures.iter().flat_map(|it| ancestors(scenario, it)).collect();
    let guessed = scenario
        .inputs
        .iter()
        .filter(|(id, it)| it.is_number() && it.origin.mark() == "assumed" && used.contains(id));
    guessed.map(|(_, it)| (it.path.clone(), it.in_short())).collect()
}
