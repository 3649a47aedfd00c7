//! What plants and profits are made of.

use super::{Keys, Parent, Stage, deals_of, fleet_of, linked, pledges_of};
use crate::scenario::Scenario;

pub(super) fn parents(scenario: &Scenario, stage: Stage) -> Vec<Parent> {
    match stage {
        Stage::Plant(p) => plant(scenario, p),
        Stage::Profit(p) => {
            let mut all =
                vec![Parent::Stage(Stage::Income(p)), Parent::Stage(Stage::OtherCompute(p))];
            all.extend(
                deals_of(scenario, p, &["buyer", "seller"]).map(|d| Parent::Stage(Stage::Bill(d))),
            );
            all.extend(pledges_of(scenario, p));
            all.extend(owned_by(scenario, p).map(|it| Parent::Stage(Stage::Plant(it))));
            all.extend(super::debts::of_party(scenario, p));
            all
        }
        Stage::Tax(p) => vec![Parent::Fields(scenario.parties[p], Keys::Only(&["tax"]))],
        Stage::Valuation(p) => {
            vec![Parent::Fields(scenario.parties[p], Keys::Only(&["valuation"]))]
        }
        Stage::Worth(p) => {
            let keys = Keys::Only(&["cost_of_capital", "residual"]);
            vec![Parent::Fields(scenario.plants[p], keys)]
        }
        _ => Vec::new(),
    }
}

/// What its plants and its tax take from a party's cash.
pub(super) fn of_owner(scenario: &Scenario, party: usize) -> Vec<Parent> {
    let mut all: Vec<_> =
        owned_by(scenario, party).map(|it| Parent::Stage(Stage::Plant(it))).collect();
    if scenario.row(scenario.parties[party]).says("tax") {
        all.extend([Stage::Tax(party), Stage::Profit(party)].map(Parent::Stage));
    }
    all
}

/// The plants of a party.
fn owned_by(scenario: &Scenario, party: usize) -> impl Iterator<Item = usize> + '_ {
    let owner = move |plant: &usize| {
        let row = scenario.row(scenario.plants[*plant]);
        let seller = || scenario.row(row.target("deal")?).target("seller");
        row.target("owner").or_else(seller) == Some(scenario.parties[party])
    };
    (0..scenario.plants.len()).filter(owner)
}

/// A plant comes as its deal comes.
fn plant(scenario: &Scenario, index: usize) -> Vec<Parent> {
    let row = scenario.plants[index];
    let deal = scenario.row(row).target("deal");
    let mut all = vec![
        Parent::Fields(row, Keys::Except(&["cost_of_capital", "residual"])),
        Parent::Stage(Stage::Horizon),
    ];
    let at = |rows: &[_]| rows.iter().position(|it| Some(*it) == deal);
    if let Some(p) = at(&scenario.pledges) {
        all.push(Parent::Stage(Stage::Pledge(p)));
    }
    if let Some(d) = at(&scenario.deals) {
        let fleet = fleet_of(scenario, scenario.deals[d], "deliver.fleet");
        all.extend(
            [Stage::Calendar(d), Stage::Slip(d), Stage::RackPower(fleet)].map(Parent::Stage),
        );
        all.push(Parent::Fields(scenario.fleets[fleet], Keys::Only(&["spares"])));
        all.extend(linked(scenario, scenario.fleets[fleet], "model", Keys::Only(&["node"])));
    }
    all
}
