//! Every value that a scenario is played with: its path, its text, where it stands, where it
//! comes from and how sure it is. Figures trace back to these.

use super::place::Place;
use super::values::{day_of, exact};
use crate::chance::{Law, Quantile};
use crate::time::Date;
use crate::units::{Basis, Dim, Exact, Quantity, compact, scaled, shown};

/// Number of an input in [`Inputs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputId(pub usize);

/// One value as read.
#[derive(Clone, Debug)]
pub struct Input {
    /// `deal.aws.take`, `catalogue:rack/gb300-nvl72.power`.
    pub path: String,
    /// As written, without its source tag.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// Where the value stood that a variant replaced.
    pub replaced: Option<Place>,
    /// Where it comes from.
    pub origin: Origin,
    /// What it is, at its median where it is a range.
    pub value: InputValue,
    /// The range, where one is given: base units, or days since 1970 began.
    pub law: Option<Law>,
    /// The least and the greatest value the field allows, in base units.
    pub bounds: (f64, f64),
}

/// What an input may be played at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InputValue {
    /// A number of base units.
    Number {
        /// The exact value, or the range's median.
        median: Exact,
        /// What is counted.
        dim: Dim,
        /// At the racks or at the meter.
        basis: Basis,
    },
    /// A day.
    Date(Date),
    /// A word, a name, a flag: chooses, does not measure.
    Word,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Somebody's guess.
    Assumed,
    /// Our arithmetic on sourced values.
    Derived,
    /// Sources of the scenario or the catalogue; a range may have several.
    Reported(Vec<Source>),
    /// Nothing is said.
    Unsaid,
}

/// A source as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its short name: `hsbc`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its date, which may be only a year.
    pub date: String,
    /// Its address.
    pub url: Option<String>,
    /// How sure, A to D, where it is graded.
    pub grade: Option<String>,
    /// Where it is declared.
    pub place: Place,
}

impl Input {
    /// Whether it measures something.
    pub fn is_number(&self) -> bool {
        matches!(self.value, InputValue::Number { .. })
    }

    /// As written, with the median where a range leaves it to its law.
    pub fn told(&self) -> String {
        match self.implied_median() {
            Some(median) => format!("{}, median {median}", self.text),
            None => self.text.clone(),
        }
    }

    /// The median of a range of two quantiles.
    fn implied_median(&self) -> Option<String> {
        let written = self.text.split(", ").any(|it| it.starts_with("q50 "));
        self.law.as_ref().filter(|_| !written).map(|it| self.shown(it.median))
    }

    /// A value that it may be played at: a quantile that was told as it was told, any other in its
    /// usual unit.
    pub fn shown(&self, at: f64) -> String {
        let told = |law: &Law| {
            let nth = law.quantiles().position(|it| it.told == at)?;
            Some(self.text.split(", ").nth(nth)?.split_once(' ')?.1.to_owned())
        };
        let other = || in_usual_unit(at, self.value, &self.text);
        self.law.as_ref().and_then(told).unwrap_or_else(other)
    }

    /// How a range is drawn: `metalog, drawn between 150k GPU and 694k GPU`, and its quantiles where
    /// a cut has moved them.
    pub fn drawn(&self) -> Option<String> {
        let law = self.law.as_ref()?;
        let (least, most) = law.ends();
        let ends = format!("{} and {}", self.shown(least), self.shown(most));
        let cut = if law.quantiles().any(|it| it.is != it.told) {
            format!("; as cut, {}", quantiles_shown(law, self.value, &self.text))
        } else {
            String::new()
        };
        Some(format!("{}, drawn between {ends}{cut}", law.name()))
    }

    /// The value in a few words: a range as `60 bn USD (20 bn USD to 120 bn USD)`.
    pub fn in_short(&self) -> String {
        let parts: Vec<&str> = self.text.split(", ").collect();
        let cut =
            |it: &str| it.split_once(' ').map_or(it.to_owned(), |(_, value)| value.to_owned());
        match (&self.law, parts.as_slice()) {
            (Some(_), [low, middle, high]) => {
                format!("{} ({} to {})", cut(middle), cut(low), cut(high))
            }
            (Some(_), [low, high]) => {
                let median = self.implied_median();
                let median = median.map_or(String::new(), |it| format!(", median {it}"));
                format!("{} to {}{median}", cut(low), cut(high))
            }
            _ => self.text.clone(),
        }
    }

    /// Whether nothing is said of where it comes from: usual for names and dates.
    pub fn says_nothing(&self) -> bool {
        self.origin == Origin::Unsaid
    }
}

impl Origin {
    /// How a figure or value is marked: reported, assumed or derived.
    pub fn mark(&self) -> &'static str {
        match self {
            Origin::Assumed | Origin::Unsaid => "assumed",
            Origin::Derived => "derived",
            Origin::Reported(_) => "reported",
        }
    }

    /// One line about it.
    pub fn describe(&self) -> String {
        match self {
            Origin::Assumed => "assumed".to_owned(),
            Origin::Unsaid => "assumed: no source is named".to_owned(),
            Origin::Derived => "derived".to_owned(),
            Origin::Reported(all) => {
                all.iter().map(Source::describe).collect::<Vec<_>>().join("; and ")
            }
        }
    }
}

impl Source {
    /// One line about it.
    pub fn describe(&self) -> String {
        let grade = self.grade.as_ref().map_or(String::new(), |it| format!(", grade {it}"));
        format!("{} ({}{grade})", self.title, self.date)
    }
}

/// A value of an input in its usual unit; a share as it is written.
fn in_usual_unit(at: f64, value: InputValue, text: &str) -> String {
    match value {
        InputValue::Date(_) => day_of(at).to_string(),
        InputValue::Number { dim: Dim::NONE, .. } if text.contains('%') => scaled(at, "share"),
        InputValue::Number { dim: Dim::NONE, .. } => compact(at),
        InputValue::Number { dim, basis, .. } => shown(Quantity { amount: exact(at), dim, basis }),
        InputValue::Word => text.to_owned(),
    }
}

/// The quantiles of a law as it was cut: `q10 0 months, q50 2 months`.
pub(super) fn quantiles_shown(law: &Law, value: InputValue, text: &str) -> String {
    let one =
        |it: Quantile| format!("q{:02.0} {}", it.share * 100.0, in_usual_unit(it.is, value, text));
    law.quantiles().map(one).collect::<Vec<_>>().join(", ")
}

/// All inputs of one scenario, in the order in which they were read.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    all: Vec<Input>,
}

impl Inputs {
    pub(super) fn add(&mut self, input: Input) -> InputId {
        self.all.push(input);
        InputId(self.all.len() - 1)
    }

    /// Gives an input its range.
    pub(super) fn set_law(&mut self, id: InputId, law: Law) {
        self.all[id.0].law = Some(law);
    }

    /// The input of a number.
    pub fn get(&self, id: InputId) -> &Input {
        &self.all[id.0]
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (InputId, &Input)> {
        self.all.iter().enumerate().map(|(i, it)| (InputId(i), it))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
