//! The plants of a case: whom they serve, what they cost.

use super::Cells;
use crate::scenario::inputs::{InputId, InputValue};
use crate::scenario::nouns::{Capital, Class, Cost, Plant, Running, Serves};
use crate::scenario::row::{Cell, PathKey};
use crate::time::{Instant, Span};
use crate::units::{Dim, Money, Price};

/// The fields of a class, as the schema has them.
pub(in crate::scenario) fn keys(class: Class) -> [&'static str; 3] {
    match class {
        Class::Accelerator => ["capex.accelerator", "life.accelerator", "residual.accelerator"],
        Class::Network => ["capex.network", "life.network", "residual.network"],
        Class::Building => ["capex.building", "life.building", "residual.building"],
        Class::Power => ["capex.power", "life.power", "residual.power"],
    }
}

pub(super) fn plant(cells: &Cells<'_>) -> Plant {
    let deal = cells.row.target("deal").expect("check has seen the deal");
    let at = |all: &[_]| all.iter().position(|it| *it == deal);
    let serves = at(&cells.scenario.deals).map(Serves::Deal);
    let serves = serves.or_else(|| at(&cells.scenario.pledges).map(Serves::Pledge));
    let seller = || cells.to("deal")?.row.target("seller");
    let owner = cells.row.target("owner").or_else(seller);
    let owner = cells.scenario.parties.iter().position(|it| Some(*it) == owner);
    Plant {
        name: cells.row.name.clone(),
        owner: owner.expect("check has seen who builds it"),
        serves: serves.expect("a plant without its deal is left out"),
        capital: Class::ALL.into_iter().filter_map(|it| capital(cells, it)).collect(),
        lead: cells.months("lead").expect("it has a default"),
        running: running(cells),
        cost_of_capital: cells.exact("cost_of_capital").map(|_| cells.growth("cost_of_capital")),
    }
}

fn capital(cells: &Cells<'_>, class: Class) -> Option<Capital> {
    let [capex, life, residual] = keys(class);
    let Some(Cell::Path(points)) = cells.row.cells.get(capex) else { return None };
    let since = |at: PathKey| match at {
        PathKey::From(date) => Instant::start_of(date),
        PathKey::Always => cells.scenario.from,
    };
    Some(Capital {
        class,
        costs: points.iter().map(|(at, id)| (since(*at), cost(cells, *id))).collect(),
        life: Span { millis: cells.whole(life) },
        falls: cells.exact(residual).map(|_| cells.growth(residual)),
    })
}

fn cost(cells: &Cells<'_>, id: InputId) -> Cost {
    let amount = cells.number(id);
    match dim(cells, id) {
        Dim::MONEY_PER_GPU => Cost::PerGpu(amount),
        Dim::MONEY_PER_POWER => Cost::PerWatt(amount),
        _ => Cost::InAll(Money { micros: amount.round().to_integer() }),
    }
}

fn running(cells: &Cells<'_>) -> Option<Running> {
    let id = cells.row.input("running")?;
    let price = Price(cells.number(id));
    Some(match dim(cells, id) {
        Dim::PRICE_GPU_TIME => Running::PerGpu(price),
        _ => Running::PerPower(price),
    })
}

/// What kind of thing an input counts.
pub(in crate::scenario) fn dim(cells: &Cells<'_>, id: InputId) -> Dim {
    match cells.scenario.inputs.get(id).value {
        InputValue::Number { dim, .. } => dim,
        _ => Dim::NONE,
    }
}
