//! What must fit together in a plant: capital with its life, and a measure that its deal has.

use crate::scenario::case::plant::keys;
use crate::scenario::check::Scenario;
use crate::scenario::inputs::InputValue;
use crate::scenario::nouns::Class;
use crate::scenario::report::Report;
use crate::scenario::row::Row;
use crate::units::Dim;

/// Holds every plant against itself and its deal.
pub(super) fn check(scenario: &Scenario, report: &mut Report) {
    for row in scenario.plants.iter().map(|it| scenario.row(*it)) {
        for class in Class::ALL {
            class_is_whole(row, class, report);
        }
        let costs = |class: &Class| row.says(keys(*class)[0]);
        if !Class::ALL.iter().any(costs) && !row.says("running") {
            report.plant_costs_nothing(row.place, &row.path);
        }
        if let Some(deal) = row.target("deal").map(|it| scenario.row(it)) {
            has_a_measure(scenario, row, deal, report);
        }
    }
}

/// Capital has a life, and a life has capital.
fn class_is_whole(row: &Row, class: Class, report: &mut Report) {
    let [capex, life, residual] = keys(class);
    if row.says(capex) {
        if !row.says(life) {
            report.capital_without_life(row.at(capex), &row.path, class.word());
        }
        return;
    }
    for key in [life, residual].into_iter().filter(|it| row.says(it)) {
        report.life_of_nothing(row.at(key), &row.path, key, class.word());
    }
}

/// What is told per GPU or per power needs a deal that has them.
fn has_a_measure(scenario: &Scenario, row: &Row, deal: &Row, report: &mut Report) {
    if deal.noun.name != "pledge" {
        return;
    }
    for (key, id) in row.inputs() {
        if !key.starts_with("capex.") && key != "running" {
            continue;
        }
        let input = scenario.inputs.get(id);
        let InputValue::Number { dim, .. } = input.value else { continue };
        let lacks = match dim {
            Dim::MONEY_PER_GPU | Dim::PRICE_GPU_TIME => "fleet",
            Dim::MONEY_PER_POWER | Dim::PRICE_ENERGY if !deal.says("deliver.power") => "power",
            _ => continue,
        };
        report.nothing_to_measure_by(row.at(key), &row.path, &deal.path, lacks);
    }
}
