//! The ancestry of a figure as a tree: the figure, the stages it is made of, and the inputs under
//! them with source and line.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::figures::{Figure, Parent, Stage, fields, parents, stage_label};
use crate::scenario::{InputId, Scenario};

/// A node of the tree.
#[derive(Clone, Debug, Serialize)]
pub struct Branch {
    /// The figure's id, the stage in words, or the input's path.
    pub name: String,
    /// The figure's or input's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The formula of a figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// reported, assumed, derived or simulated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// Where an input comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// `deal.toml:14`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// How a range is drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// What it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<Branch>,
}

/// The tree of a figure. A stage that stands in it already is named and not repeated.
pub fn tree(scenario: &Scenario, figure: &Figure) -> Branch {
    let mut seen = BTreeSet::new();
    Branch {
        name: figure.id.clone(),
        value: Some(figure.shown()),
        formula: Some(figure.formula.to_owned()),
        kind: Some(figure.kind),
        source: None,
        place: None,
        range: None,
        of: figure.of.iter().flat_map(|it| branch(scenario, *it, &mut seen)).collect(),
    }
}

fn branch(scenario: &Scenario, parent: Parent, seen: &mut BTreeSet<Stage>) -> Vec<Branch> {
    match parent {
        Parent::Fields(row, keys) => {
            fields(scenario, row, keys).into_iter().map(|it| leaf(scenario, it)).collect()
        }
        Parent::Stage(stage) => {
            let known = !seen.insert(stage);
            let name = stage_label(scenario, stage);
            let of = match known {
                true => Vec::new(),
                false => {
                    let parents = parents(scenario, stage);
                    parents.into_iter().flat_map(|it| branch(scenario, it, seen)).collect()
                }
            };
            let name = if known { format!("{name} (above)") } else { name };
            vec![Branch {
                name,
                value: None,
                formula: None,
                kind: None,
                source: None,
                place: None,
                range: None,
                of,
            }]
        }
    }
}

/// An input: its value, where it comes from, how it is drawn.
pub fn leaf(scenario: &Scenario, id: InputId) -> Branch {
    let input = scenario.inputs.get(id);
    let mut place = scenario.files.describe(input.place);
    if let Some(before) = input.replaced {
        place = format!("{place}, replaces {}", scenario.files.describe(before));
    }
    let (kind, source) = match (input.is_number(), input.origin.mark()) {
        (false, "assumed") if input.says_nothing() => (None, None),
        (_, mark) => (Some(mark), Some(input.origin.describe())),
    };
    Branch {
        name: input.path.clone(),
        value: Some(input.told()),
        formula: None,
        kind,
        source,
        place: Some(place),
        range: input.drawn(),
        of: Vec::new(),
    }
}

impl Branch {
    /// The tree as text, indented.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, "", "");
        out
    }

    fn write(&self, out: &mut String, first: &str, rest: &str) {
        let value = self.value.as_ref().map_or(String::new(), |it| format!(" = {it}"));
        let kind = self.kind.map_or(String::new(), |it| format!("  [{it}]"));
        out.push_str(&format!("{first}{}{value}{kind}\n", self.name));
        let bar = if self.of.is_empty() { "  " } else { "│ " };
        if let Some(formula) = &self.formula {
            out.push_str(&format!("{rest}{bar}{formula}\n"));
        }
        match (&self.source, &self.place) {
            (Some(source), Some(place)) => out.push_str(&format!("{rest}{bar}{source}; {place}\n")),
            (None, Some(place)) => out.push_str(&format!("{rest}{bar}{place}\n")),
            _ => {}
        }
        if let Some(range) = &self.range {
            out.push_str(&format!("{rest}{bar}{range}\n"));
        }
        for (i, child) in self.of.iter().enumerate() {
            let last = i + 1 == self.of.len();
            let (branch, below) = if last { ("└ ", "  ") } else { ("├ ", "│ ") };
            child.write(out, &format!("{rest}{branch}"), &format!("{rest}{below}"));
        }
    }
}
