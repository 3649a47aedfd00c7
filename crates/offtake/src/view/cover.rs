//! What it would take to cover what is owed, in words and for scripts.

use std::fmt::Write;

use serde::Serialize;

use crate::scenario::Scenario;
use crate::study::{BreakEven, Lever};

/// The answers for each party, as text.
pub fn break_evens(scenario: &Scenario, all: &[BreakEven]) -> String {
    let mut out = String::new();
    for group in all.chunk_by(|a, b| a.question.party == b.question.party) {
        let party = &group[0].question.party;
        let row = scenario.parties.iter().map(|it| scenario.row(*it)).find(|it| it.name == *party);
        let title = row.map_or(party.as_str(), |it| it.title());
        let _ = writeln!(
            out,
            "\nFor {title}'s cash never to fall below nothing, all else at its median"
        );
        for same in group.chunk_by(|a, b| a.question.path == b.question.path) {
            let _ = writeln!(out, "  {:<34}  {}", same[0].question.path, told(same));
        }
    }
    out
}

/// What was found below and above the median, in one sentence.
fn told(same: &[BreakEven]) -> String {
    match same {
        [below, above] if below.edge().is_none() && below.answer == above.answer => {
            below.told_up_to(&above.question)
        }
        [below, above] => match (below.edge(), above.edge()) {
            (Some(_), None) => below.told(),
            (None, Some(_)) => above.told(),
            _ => format!("{} and {}", below.told(), above.told()),
        },
        all => all.iter().map(BreakEven::told).collect(),
    }
}

/// An answer.
#[derive(Clone, Debug, Serialize)]
pub struct BreakEvenRow {
    party: String,
    of: String,
    /// `least` or `most`; nothing where there is no edge.
    bound: Option<&'static str>,
    value: Option<f64>,
    unit: &'static str,
    text: String,
}

impl From<&BreakEven> for BreakEvenRow {
    fn from(it: &BreakEven) -> Self {
        let bound = |least| if least { "least" } else { "most" };
        Self {
            party: it.question.party.clone(),
            of: it.question.path.clone(),
            bound: it.is_least().map(bound),
            value: it.edge(),
            unit: match it.question.lever {
                Lever::Revenue => "times",
                Lever::Slip => "month",
                Lever::FewerGpus | Lever::MoreGpus => "GPU",
            },
            text: it.told(),
        }
    }
}
