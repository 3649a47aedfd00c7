//! Statements of parties, backlogs of deals and quarters of plants as tables: one row for each noun and
//! span of time.

use super::tables::{Cells, Column, Table, texts};
use crate::engine::Line;
use crate::figures::{Look, Outcome, PlantQuarter, Statement};
use crate::scenario::{Class, Draw, Json, Scenario};
use crate::units::Money;

/// A column of a statement: its name, what it means, and how it is read.
type Of = (&'static str, &'static str, fn(&Statement) -> Money);

/// What moved in the span.
const MOVED: [Of; 21] = [
    ("revenue", "own revenue", |it| it.moved(Line::Revenue)),
    ("billed", "what its deals bill as seller", |it| it.moved(Line::Billed)),
    ("operations", "spent before compute", |it| it.moved(Line::Operations)),
    ("other_compute", "compute outside the deals", |it| it.moved(Line::OtherCompute)),
    ("rent", "rent due as buyer", |it| it.moved(Line::Rent)),
    ("purchases", "chips, sites and what is named nowhere, due as buyer", |it| {
        it.moved(Line::Purchases)
    }),
    ("running", "what running its plants costs", |it| it.moved(Line::Running)),
    ("ebitda", "revenue + billed - all of the above", |it| it.ebitda()),
    ("depreciation.accelerator", "servers written off", |it| {
        it.moved(Line::Depreciation(Class::Accelerator))
    }),
    ("depreciation.network", "network written off", |it| {
        it.moved(Line::Depreciation(Class::Network))
    }),
    ("depreciation.building", "buildings written off", |it| {
        it.moved(Line::Depreciation(Class::Building))
    }),
    ("depreciation.power", "supply of power written off", |it| {
        it.moved(Line::Depreciation(Class::Power))
    }),
    ("depreciation", "written off in all", |it| it.depreciation()),
    ("interest", "interest charged to it, less what it charges", |it| it.interest()),
    ("tax", "tax of the year", |it| it.moved(Line::Tax)),
    ("net_income", "EBITDA - written off - interest - tax", |it| it.net_income()),
    ("capex.accelerator", "paid for servers", |it| it.moved(Line::PlantCost(Class::Accelerator))),
    ("capex.network", "paid for the network", |it| it.moved(Line::PlantCost(Class::Network))),
    ("capex.building", "paid for buildings", |it| it.moved(Line::PlantCost(Class::Building))),
    ("capex.power", "paid for the supply of power", |it| it.moved(Line::PlantCost(Class::Power))),
    ("capex", "paid for capital in all", |it| it.capex()),
];

/// What stood at its end.
const HELD: [Of; 17] = [
    ("cash", "cash", |it| it.held(Line::Cash)),
    ("held_back", "held back by lenders: reserves, and what is trapped", |it| {
        it.held(Line::HeldBack)
    }),
    ("receivables", "billed as seller and not paid", |it| it.held(Line::Receivables)),
    ("prepayments_made", "prepaid as buyer and not drawn", |it| it.held(Line::PrepaymentsMade)),
    ("plant.accelerator", "servers, less what is written off", |it| {
        it.plant_of(Class::Accelerator)
    }),
    ("plant.network", "network, less what is written off", |it| it.plant_of(Class::Network)),
    ("plant.building", "buildings, less what is written off", |it| it.plant_of(Class::Building)),
    ("plant.power", "supply of power, less what is written off", |it| it.plant_of(Class::Power)),
    ("stakes", "paid for shares of others and lent by deals", |it| it.held(Line::Stakes)),
    ("assets", "all of these", |it| it.assets()),
    ("payables", "billed as buyer and not paid", |it| it.held(Line::Payables)),
    ("prepayments_received", "prepaid by buyers and not drawn", |it| {
        it.held(Line::PrepaymentsReceived)
    }),
    ("debt", "borrowed", |it| it.held(Line::Debt)),
    ("liabilities", "all it owes", |it| it.liabilities()),
    ("paid_in", "brought in by owners and funding", |it| it.held(Line::PaidIn)),
    ("retained", "net income since the first day", |it| it.retained()),
    ("equity", "paid in + retained: assets - liabilities", |it| it.equity()),
];

fn look<'a>(scenario: &'a Scenario, draw: &'a Draw, outcome: &'a Outcome) -> Look<'a> {
    Look { scenario, draw, case: &outcome.case, played: &outcome.played }
}

fn numbers(name: &str, unit: &'static str, meaning: &str, cells: Vec<f64>) -> Column {
    let (name, meaning) = (name.to_owned(), meaning.to_owned());
    Column { name, unit, meaning, cells: Cells::Number(cells) }
}

/// Statement and balance sheet of every party, month by month.
pub fn statements(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Table {
    let look = look(scenario, draw, outcome);
    let of = |party| look.statements(party);
    statement_table("statements", &look, of, ("month", "calendar month, UTC"), |it| {
        it.month.to_string()
    })
}

/// The same by calendar year.
pub fn statements_by_year(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Table {
    let look = look(scenario, draw, outcome);
    let of = |party| look.yearly_statements(party);
    statement_table("statements_by_year", &look, of, ("year", "calendar year, UTC"), |it| {
        it.month.year().to_string()
    })
}

fn statement_table(
    name: &'static str,
    look: &Look<'_>,
    of: impl Fn(usize) -> Vec<Statement>,
    (span, meaning): (&'static str, &str),
    shown: fn(&Statement) -> String,
) -> Table {
    let parties = look.case.parties.iter().enumerate();
    let rows: Vec<(&str, Statement)> = parties
        .flat_map(|(i, it)| of(i).into_iter().map(move |row| (it.name.as_str(), row)))
        .collect();
    let mut columns = vec![
        texts("party", "whose books", rows.iter().map(|it| it.0.to_owned()).collect()),
        texts(span, meaning, rows.iter().map(|it| shown(&it.1)).collect()),
    ];
    for (name, meaning, amount) in MOVED.iter().chain(&HELD) {
        let cells = rows.iter().map(|it| amount(&it.1).dollars()).collect();
        columns.push(numbers(name, "USD", meaning, cells));
    }
    Table { name, columns }
}

/// What every deal bills in each calendar year, and what of it is still to be billed at its end.
pub fn backlog(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Table {
    let look = look(scenario, draw, outcome);
    let years = look.years();
    let all = look.backlog();
    let rows = || all.iter().flat_map(|it| years.iter().zip(&it.years).map(move |row| (it, row)));
    let party = |it: usize| outcome.case.parties[it].name.clone();
    let columns = vec![
        texts("deal", "the deal", rows().map(|it| it.0.deal.clone()).collect()),
        texts("seller", "who bills it", rows().map(|it| party(it.0.seller)).collect()),
        texts("year", "calendar year, UTC", rows().map(|it| it.1.0.to_string()).collect()),
        numbers("billed", "USD", "billed in the year", rows().map(|it| it.1.1.0).collect()),
        numbers(
            "backlog",
            "USD",
            "contracted and not yet billed at its end: the least that its calendar still brings, or what is left of a written total",
            rows().map(|it| it.1.1.1).collect(),
        ),
    ];
    Table { name: "backlog", columns }
}

/// Every plant by calendar quarter; nothing where there is none.
pub fn plants(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Option<Table> {
    let look = look(scenario, draw, outcome);
    let plants = outcome.case.plants.iter().enumerate();
    let rows: Vec<(&str, PlantQuarter)> = plants
        .flat_map(|(i, it)| {
            look.plant_quarters(i).into_iter().map(move |row| (it.name.as_str(), row))
        })
        .collect();
    rows.first()?;
    let text = |of: fn(&PlantQuarter) -> String| rows.iter().map(|it| of(&it.1)).collect();
    let mut columns = vec![
        texts("plant", "the plant", rows.iter().map(|it| it.0.to_owned()).collect()),
        texts("quarter", "calendar quarter, UTC", text(|it| it.name())),
    ];
    for (name, unit, meaning, of) in QUARTER {
        let cells = rows.iter().map(|it| of(&it.1).unwrap_or(f64::NAN)).collect();
        columns.push(numbers(name, unit, meaning, cells));
    }
    Some(Table { name: "plants", columns })
}

/// A column of a plant's quarter.
type OfQuarter = (&'static str, &'static str, &'static str, fn(&PlantQuarter) -> Option<f64>);

const QUARTER: [OfQuarter; 6] = [
    ("mw", "MW", "power that stands, on the mean", |it| Some(it.mw)),
    ("mw_added", "MW", "power that lands", |it| Some(it.mw_added)),
    ("revenue_per_mw_year", "USD/MW-year", "billed, a year's rate", |it| it.revenue_per_mw_year),
    ("ebitda_per_mw_year", "USD/MW-year", "billed less running cost, a year's rate", |it| {
        it.ebitda_per_mw_year
    }),
    ("capex_per_mw", "USD/MW", "capital of what lands", |it| it.capex_per_mw),
    ("payback_years", "year", "capital per MW that lands / EBITDA per MW and year", |it| {
        it.payback_years
    }),
];

/// The rows of a table as objects, for JSON; what is not there is null.
pub fn rows(table: &Table) -> Json {
    let cell = |column: &Column, row: usize| match &column.cells {
        Cells::Text(it) => Json::Text(it[row].clone()),
        Cells::Number(it) => Json::Number(it[row]),
        Cells::Thousandths(it) => Json::Number(it[row] as f64 / 1e3),
        Cells::Millionths(it) => Json::Number(it[row] as f64 / 1e6),
    };
    let row = |row| {
        Json::Object(table.columns.iter().map(|it| (it.name.clone(), cell(it, row))).collect())
    };
    Json::List((0..table.rows()).map(row).collect())
}
