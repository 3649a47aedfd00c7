//! What debts are made of.

use super::{Keys, Parent, Stage};
use crate::scenario::{RowId, Scenario};

pub(super) fn parents(scenario: &Scenario, stage: Stage) -> Vec<Parent> {
    match stage {
        Stage::Debt(d) => debt(scenario, d),
        Stage::Recovery(d) => {
            let row = scenario.debts[d];
            let mut all = vec![
                Parent::Stage(Stage::Debt(d)),
                Parent::Fields(row, Keys::Only(&["relet", "reserve", "trap"])),
            ];
            let plants = behind(scenario, row).map(|it| scenario.plants[it]);
            all.extend(plants.map(|it| Parent::Fields(it, Keys::Only(&["residual"]))));
            all
        }
        _ => Vec::new(),
    }
}

/// What debts bring into a party's cash and take from it.
pub(super) fn of_party(scenario: &Scenario, party: usize) -> Vec<Parent> {
    let party = Some(scenario.parties[party]);
    let is_side = |it: &RowId| {
        ["borrower", "lender"].iter().any(|key| scenario.row(*it).target(key) == party)
    };
    let debts = scenario.debts.iter().enumerate().filter(|it| is_side(it.1));
    debts.map(|it| Parent::Stage(Stage::Debt(it.0))).collect()
}

/// The plants that are built for the deal that secures a debt.
fn behind(scenario: &Scenario, debt: RowId) -> impl Iterator<Item = usize> + '_ {
    let deal = scenario.row(debt).target("secures");
    let plants = scenario.plants.iter().enumerate();
    plants
        .filter(move |it| deal.is_some() && scenario.row(*it.1).target("deal") == deal)
        .map(|it| it.0)
}

/// A debt hangs on what its deal promises and bills and on what is built; a revolver on its borrower's cash.
fn debt(scenario: &Scenario, index: usize) -> Vec<Parent> {
    let id = scenario.debts[index];
    let row = scenario.row(id);
    let mut all = vec![Parent::Fields(id, Keys::Except(&["relet"])), Parent::Stage(Stage::Horizon)];
    all.extend(behind(scenario, id).map(|it| Parent::Stage(Stage::Plant(it))));
    let at = |rows: &[RowId]| rows.iter().position(|it| Some(*it) == row.target("secures"));
    all.extend(at(&scenario.pledges).map(|it| Parent::Stage(Stage::Pledge(it))));
    if let Some(d) = at(&scenario.deals) {
        all.extend([Stage::Bill(d), Stage::Calendar(d), Stage::Slip(d)].map(Parent::Stage));
    }
    let is_senior = |it: &usize| {
        row.says("secures")
            && scenario.row(scenario.debts[*it]).target("secures") == row.target("secures")
    };
    all.extend((0..index).filter(is_senior).map(|it| Parent::Stage(Stage::Debt(it))));
    if row.word("kind") == Some("revolver") {
        let borrower = row.target("borrower");
        let party = scenario.parties.iter().position(|it| Some(*it) == borrower);
        all.extend(party.map(|it| Parent::Stage(Stage::Cash(it))));
    }
    all
}
