//! Any table of jobs, by a small file that says which column tells what.
//!
//! ```toml
//! units = "min"                     # s | min | h | ms, or one each: { submit = "s", runtime = "h" }
//!
//! [columns]
//! id      = "job_id"
//! submit  = "submit_time"
//! runtime = "duration"              # or start and end; with both, end less start is taken
//! gpus    = ["num_gpu", "gpus"]     # the first of these that is there
//! ```
//!
//! Without a header (`has_header = false`) a column is told by its place, from 1. `origin` is the date that
//! the number 0 means; `delimiter` is one sign, `" "` for any blanks; columns under `optional` may be absent.

use serde::Deserialize;

use offtake::time::Instant;

use super::refusal::Refusal;
use super::values;

/// Which column of a table tells what, and in which unit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    #[serde(default = "comma")]
    pub(super) delimiter: char,
    #[serde(default = "yes")]
    pub(super) has_header: bool,
    #[serde(default)]
    pub(super) units: Units,
    #[serde(default)]
    origin: Origin,
    #[serde(default)]
    pub(super) optional: Vec<String>,
    pub(super) columns: Columns,
}

/// Where each thing stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Columns {
    pub id: Option<Column>,
    pub submit: Column,
    pub gpus: Column,
    pub share: Option<Column>,
    pub runtime: Option<Column>,
    pub start: Option<Column>,
    pub end: Option<Column>,
    pub walltime: Option<Column>,
    pub account: Option<Column>,
    pub priority: Option<Column>,
    pub kinds: Option<Column>,
}

/// A column by its place from 1, by its name, or by the first of some names that is there.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Column {
    Place(usize),
    Name(String),
    FirstOf(Vec<String>),
}

/// Units of all times, or of each.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Units {
    All(Unit),
    Each {
        #[serde(default)]
        submit: Unit,
        #[serde(default)]
        runtime: Unit,
        #[serde(default)]
        walltime: Unit,
    },
}

/// A unit of time.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) enum Unit {
    #[default]
    #[serde(rename = "s")]
    Second,
    #[serde(rename = "min")]
    Minute,
    #[serde(rename = "h")]
    Hour,
    #[serde(rename = "ms")]
    Milli,
}

/// What the number 0 means: a date, or nothing but 0.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Origin {
    Date(toml::value::Datetime),
    Number(i64),
}

fn comma() -> char {
    ','
}

fn yes() -> bool {
    true
}

impl Default for Units {
    fn default() -> Self {
        Units::All(Unit::Second)
    }
}

impl Default for Origin {
    fn default() -> Self {
        Origin::Number(0)
    }
}

impl Unit {
    fn millis(self) -> i64 {
        match self {
            Unit::Milli => 1,
            Unit::Second => values::SECOND,
            Unit::Minute => 60 * values::SECOND,
            Unit::Hour => 3_600 * values::SECOND,
        }
    }
}

impl Units {
    /// Milliseconds in the units of submission, runtime and walltime.
    pub(super) fn millis(&self) -> [i64; 3] {
        match self {
            Units::All(unit) => [unit.millis(); 3],
            Units::Each { submit, runtime, walltime } => {
                [submit, runtime, walltime].map(|it| it.millis())
            }
        }
    }
}

impl Mapping {
    /// Reads a mapping file.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let refused = |why: &str| Refusal::Mapping(why.to_owned());
        let mapping: Mapping = toml::from_str(text).map_err(|it| refused(&it.to_string()))?;
        let columns = &mapping.columns;
        if columns.start.is_some() != columns.end.is_some() {
            return Err(refused("`start` and `end` go together"));
        }
        if columns.runtime.is_none() && columns.start.is_none() {
            return Err(refused("`columns` needs `runtime`, or `start` and `end`"));
        }
        if !mapping.delimiter.is_ascii() || ['"', '\n', '\r'].contains(&mapping.delimiter) {
            return Err(refused("`delimiter` is one ASCII sign, no quote and no line end"));
        }
        mapping.origin()?;
        Ok(mapping)
    }

    /// The moment that 0 means, and whether it is a date.
    pub(super) fn origin(&self) -> Result<(Instant, bool), Refusal> {
        let refused = || Refusal::Mapping("`origin` is a date or 0".to_owned());
        match &self.origin {
            Origin::Number(0) => Ok((Instant::default(), false)),
            Origin::Number(_) => Err(refused()),
            Origin::Date(date) => {
                let text = date.to_string();
                let told = values::moment(text.as_bytes(), 1, Instant::default());
                told.ok().filter(|(_, dated)| *dated).ok_or_else(refused)
            }
        }
    }
}
