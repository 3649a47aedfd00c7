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
        for it in group {
            let _ = writeln!(out, "  {:<34}  {}", it.question.path, it.told());
        }
    }
    out
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
