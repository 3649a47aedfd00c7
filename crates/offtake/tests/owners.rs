//! Do the stories of owners come to what is published?
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

mod common;

use offtake::figures::{Look, Outcome, expects, outcome};
use offtake::scenario::{Draft, Draw, InputValue, Report, Scenario, check_catalogue};
use offtake::units::to_f64;
use offtake::view;

struct Told {
    scenario: Scenario,
    draw: Draw,
    outcome: Outcome,
}

fn tell(story: &str, variant: Option<&str>) -> Told {
    let scenario = common::story(story, variant);
    let draw = Draw::medians(&scenario);
    let outcome = outcome(&scenario, &draw, false);
    Told { scenario, draw, outcome }
}

impl Told {
    fn look(&self) -> Look<'_> {
        Look {
            scenario: &self.scenario,
            draw: &self.draw,
            case: &self.outcome.case,
            played: &self.outcome.played,
        }
    }

    fn number(&self, id: &str) -> f64 {
        let figure = self.outcome.figures.iter().find(|it| it.id == id);
        figure.and_then(|it| it.number()).unwrap_or_else(|| panic!("{id} is no number here"))
    }
}

/// Values of the catalogue in base units: `coreweave-revenue-2025q1`.
fn facts() -> impl Fn(&str) -> f64 {
    let mut report = Report::default();
    let text = common::text_of("gigawatt");
    let (_, draft) = Draft::read("gigawatt", text, &mut report);
    let (inputs, rows) = check_catalogue(&draft.expect("it is sound"), &mut report);
    move |name| {
        let row = rows.iter().find(|it| it.path == format!("catalogue:fact/{name}"));
        let id =
            row.and_then(|it| it.input("value")).unwrap_or_else(|| panic!("{name} is no fact"));
        match inputs.get(id).value {
            InputValue::Number { median, .. } => to_f64(median),
            _ => panic!("{name} is no number"),
        }
    }
}

#[test]
fn a_gigawatt_costs_its_owner_what_epoch_says_within_2_per_cent() {
    for (variant, published) in
        [(None, 8.5e9), (Some("three-years"), 12e9), (Some("seven-years"), 7e9)]
    {
        let told = tell("gigawatt", variant);
        for it in expects(&told.scenario, &told.draw, &told.outcome) {
            assert!(it.held, "{variant:?}: `{}` does not hold, found {}", it.that, it.found);
        }
        let found = told.number("plant.campus.owner_cost_per_year");
        let off = found / published - 1.0;
        assert!(off.abs() < 0.02, "{variant:?}: {found} a year, {published} published");
    }
}

#[test]
fn a_neocloud_earns_by_quarter_what_was_reported_within_a_tenth() {
    // A year's rate per MW in dollars, from micro-dollars per millijoule, per watt, per millisecond.
    const YEAR: f64 = 8_760.0 * 3.6e6;
    let fact = facts();
    let told = tell("neocloud", None);
    let quarters = told.look().plant_quarters(0);
    assert_eq!(quarters.len(), 6);
    let mut faults = Vec::new();
    for it in quarters {
        let of = |what: &str| fact(&format!("coreweave-{what}-{}q{}", it.year, it.quarter));
        for (what, found, published) in [
            ("revenue", it.revenue_per_mw_year, of("revenue") * YEAR),
            ("ebitda", it.ebitda_per_mw_year, of("ebitda") * YEAR),
            ("payback", it.payback_years, of("payback") / YEAR),
        ] {
            let found = found.expect("it stands and earns");
            let off = found / published - 1.0;
            if off.abs() >= 0.1 {
                faults
                    .push(format!("{} {what}: {found:.3e}, published {published:.3e}", it.name()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_tables_of_a_neocloud_tell_books_backlog_and_quarters() {
    let told = tell("neocloud", None);
    let (scenario, draw, outcome) = (&told.scenario, &told.draw, &told.outcome);
    let statements = view::statements(scenario, draw, outcome);
    assert_eq!(statements.rows(), 2 * 18, "two parties, eighteen months");
    let years = view::statements_by_year(scenario, draw, outcome);
    assert_eq!(years.rows(), 2 * 2);
    let column = |table: &view::Table, name: &str| {
        let column = table.columns.iter().find(|it| it.name == name).expect("it is there");
        match &column.cells {
            view::Cells::Number(it) => it.clone(),
            other => panic!("{name} is {other:?}"),
        }
    };
    for name in ["ebitda", "net_income", "capex"] {
        let (months, years) = (column(&statements, name), column(&years, name));
        let (months, years): (f64, f64) = (months.iter().sum(), years.iter().sum());
        assert!((months / years - 1.0).abs() < 1e-12, "{name}: {months} by month, {years} by year");
    }
    let backlog = view::backlog(scenario, draw, outcome);
    let (billed, left) = (column(&backlog, "billed"), column(&backlog, "backlog"));
    assert!(left[0] - left[1] >= billed[1], "what is promised leaves the backlog, billed or not");
    let plants = view::plants(scenario, draw, outcome).expect("there is a plant");
    assert_eq!(plants.rows(), 6);
    let rows = serde_json::to_value(view::rows(&plants)).expect("it is JSON");
    assert_eq!(rows[5]["quarter"], "2026 Q2");
}

#[test]
fn every_balance_sheet_of_every_story_balances_at_every_months_end() {
    for (story, _) in common::stories() {
        let told = tell(story, None);
        for (p, party) in told.outcome.case.parties.iter().enumerate() {
            for it in told.look().statements(p) {
                let (has, owes, own) = (it.assets(), it.liabilities(), it.equity());
                let at = format!("{story}, {} in {}", party.name, it.month);
                assert!(has == owes + own, "{at}: has {has:?}, owes {owes:?}, own {own:?}");
            }
        }
    }
}
