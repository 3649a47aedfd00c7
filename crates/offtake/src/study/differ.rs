//! What sets scenarios apart: the values of one that another does not have.

use std::collections::BTreeMap;

use crate::scenario::Scenario;

/// A value that is not the same in all scenarios.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// `fleet.gb300.count`
    pub path: String,
    /// As written in each scenario; nothing where it has none.
    pub values: Vec<Option<String>>,
}

/// The values in which scenarios differ, by path. A value of the catalogue that only one of them
/// uses tells nothing of its own: the name that leads to it does.
pub fn differing(scenarios: &[&Scenario]) -> Vec<Differing> {
    let mut all: BTreeMap<&str, Vec<Option<String>>> = BTreeMap::new();
    for (nth, scenario) in scenarios.iter().enumerate() {
        for (_, input) in scenario.inputs.iter() {
            if input.path.starts_with("catalogue:") {
                continue;
            }
            let values = all.entry(&input.path).or_insert_with(|| vec![None; scenarios.len()]);
            values[nth] = Some(input.in_short());
        }
    }
    let differs = |values: &Vec<Option<String>>| values.iter().any(|it| *it != values[0]);
    let told = |(path, values): (&str, _)| Differing { path: path.to_owned(), values };
    all.into_iter().filter(|it| differs(&it.1)).map(told).collect()
}
