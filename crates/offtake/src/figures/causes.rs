//! Failures by cause. The engine counts failures and not their causes: what is counted is split
//! in proportion to the rates, which is what causes that strike by themselves come to on the mean.

use super::ancestry::Stage;
use super::look::Look;
use super::table::{Spec, figure, number};
use super::{Figure, Value};
use crate::scenario::{Cell, Scenario};

static CAUSE: Spec = Spec {
    key: "failures_of",
    label: "failures",
    unit: "count",
    kind: "simulated",
    formula: "failures x rate of the cause / rate of all causes: split in proportion, not counted apart",
    of: |_, f| vec![Stage::Delivery(f), Stage::Work(f)],
    value: |look, f| number(look.played.marks.failures[f] as f64),
};

fn id(scenario: &Scenario, fleet: usize, cause: &str) -> String {
    format!("{}.{}.{cause}", scenario.row(scenario.fleets[fleet]).path, CAUSE.key)
}

/// The ids of this room's figures: causes by their place in the row of failures.
pub(super) fn known_ids(scenario: &Scenario) -> Vec<(String, &'static Spec)> {
    let mut all = Vec::new();
    for (f, fleet) in scenario.fleets.iter().enumerate() {
        let Some(fail) = scenario.row(*fleet).target("fail") else { continue };
        for kind in ["hardware", "other"] {
            let Some(Cell::Map(causes)) = scenario.row(fail).cells.get(kind) else { continue };
            let named = |name: &str| id(scenario, f, &format!("{kind}.{name}"));
            all.extend(causes.iter().map(|(name, _)| (named(name), &CAUSE)));
        }
    }
    all
}

/// The figures of a played case.
pub(super) fn figures(look: &Look<'_>) -> Vec<Figure> {
    let mut all = Vec::new();
    for f in 0..look.case.fleets.len() {
        for (cause, count) in failures_of(look, f) {
            let id = id(look.scenario, f, &cause);
            let it = figure(look, id, &CAUSE, f, Value::Number(count));
            all.push(Figure { label: format!("{} of {cause}", CAUSE.label), ..it });
        }
    }
    all
}

/// The failures of a fleet by cause: `hardware.gpu`, in the order of their row.
fn failures_of(look: &Look<'_>, fleet: usize) -> Vec<(String, f64)> {
    let causes = &look.case.fleets[fleet].causes;
    let sum: f64 = causes.iter().map(|it| it.per_node_hour).sum();
    let all = look.played.marks.failures[fleet] as f64;
    let share = |rate: f64| if sum > 0.0 { rate / sum } else { 0.0 };
    let kind = |takes_node| if takes_node { "hardware" } else { "other" };
    causes
        .iter()
        .map(|it| (format!("{}.{}", kind(it.takes_node), it.name), all * share(it.per_node_hour)))
        .collect()
}
