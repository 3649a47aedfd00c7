//! What it comes to: one table that declares every figure, what it is made of, and the claims
//! and expectations that are held against it.

mod ancestry;
mod backlog;
mod causes;
mod claims;
mod clauses;
mod debts;
mod doubts;
mod lender;
mod look;
mod plants;
mod pledges;
mod quarters;
mod statements;
mod supply;
mod table;
mod weigh;
mod work;

pub use ancestry::{Keys, Parent, Stage, ancestors, fields, parents, stage_label};
pub use backlog::Backlog;
pub use claims::{ClaimResult, ExpectResult, Verdict, check_names, claims, expects, unit_measure};
pub use clauses::clause_ids;
pub use debts::{DebtYear, debt_years};
pub use doubts::doubts;
pub use lender::{Lender, LenderYear, Walk};
pub use look::{Look, PartyMonth, PartyYear};
pub use quarters::PlantQuarter;
pub use statements::Statement;
pub use weigh::Used;

use crate::engine::{self, Played};
use crate::scenario::{Case, Draw, Scenario};
use crate::units::scaled;

/// What a figure says.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number in the figure's unit.
    Number(f64),
    /// A day or month.
    Date(String),
    /// One of some words.
    Word(&'static str),
    /// It did not happen.
    Never,
    /// It hangs on something that is not public.
    Unknown,
}

/// One figure of a play.
#[derive(Clone, Debug)]
pub struct Figure {
    /// `deal.aws.price_per_gpu_hour`
    pub id: String,
    /// In words.
    pub label: String,
    /// What it says.
    pub value: Value,
    /// In which unit.
    pub unit: &'static str,
    /// `reported`, `assumed`, `derived` or `simulated`.
    pub kind: &'static str,
    /// How it is made.
    pub formula: &'static str,
    /// What it is made of.
    pub of: Vec<Parent>,
}

impl Figure {
    /// The number, where it is one.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            Value::Number(it) => Some(it),
            _ => None,
        }
    }

    /// As in prose.
    pub fn shown(&self) -> String {
        match &self.value {
            Value::Number(it) => scaled(*it, self.unit),
            Value::Date(it) => it.clone(),
            Value::Word(it) => (*it).to_owned(),
            Value::Never => "never".to_owned(),
            Value::Unknown => "unknown".to_owned(),
        }
    }
}

/// What is declared of a figure.
#[derive(Clone, Debug)]
pub struct Known {
    /// `deal.aws.price_per_gpu_hour`
    pub id: String,
    /// In words.
    pub label: &'static str,
    /// In which unit.
    pub unit: &'static str,
    /// `reported`, `assumed`, `derived` or `simulated`.
    pub kind: &'static str,
}

/// Every figure that a scenario can have, whichever way it is played.
pub fn known(scenario: &Scenario) -> Vec<Known> {
    let of = |(id, spec): (String, &table::Spec)| Known {
        id,
        label: spec.label,
        unit: spec.unit,
        kind: spec.kind,
    };
    table::known_ids(scenario).into_iter().map(of).collect()
}

/// A scenario played at one draw, with all that it came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was played.
    pub case: Case,
    /// What happened.
    pub played: Played,
    /// What it comes to.
    pub figures: Vec<Figure>,
}

/// Plays a scenario at one draw and computes every figure. A whole play keeps its movements and plays
/// jobs one by one where they are asked for so; one of many does neither.
pub fn outcome(scenario: &Scenario, draw: &Draw, whole: bool) -> Outcome {
    let case = Case::of(scenario, draw);
    let case = if whole { case } else { case.without_detail() };
    let played = engine::play(&case, whole);
    let figures = table::figures(&Look { scenario, draw, case: &case, played: &played });
    Outcome { case, played, figures }
}
