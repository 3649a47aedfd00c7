//! Does a book hold what its words promise: deals without machines, fleets without workloads,
//! deals that come and go with the day, and what came in the place of what was forecast?
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

mod common;

use offtake::figures::{Figure, Outcome, Value, outcome};
use offtake::scenario::{Draw, Scenario};
use offtake::time::Instant;

use common::{read, story};

fn played(scenario: &Scenario) -> Outcome {
    outcome(scenario, &Draw::medians(scenario), true)
}

fn number(outcome: &Outcome, id: &str) -> f64 {
    let found = outcome.figures.iter().find(|it| it.id == id);
    found.and_then(Figure::number).unwrap_or_else(|| panic!("no number {id}"))
}

fn near(a: f64, b: f64, within: f64) -> bool {
    (a / b - 1.0).abs() <= within
}

/// One site, one fleet of 100,000 GPUs that a deal brings, and what is said beside.
fn fleet(said: &str, beside: &str) -> Scenario {
    let text = format!(
        "offtake = 1\nname = \"fleet\"\nas_of = 2025-12-31\n\
         horizon = {{ from = 2026-01-01, to = 2029-01-01 }}\n[party.b]\n[party.s]\n\
         [site.s]\nregion = \"catalogue:region/us\"\npower = {{ limit = \"400 MW facility [assumed]\" }}\n\
         [fleet.f]\nsite = \"s\"\nmodel = \"catalogue:rack/gb300-nvl72\"\ncount = \"100008 GPU [assumed]\"\n\
         fail = \"catalogue:failures/llama3\"\nspares = \"1 % [assumed]\"\n{said}\n\
         [deal.d]\nbuyer = \"b\"\nseller = \"s\"\nlayer = \"rent\"\nprice = \"3 USD/GPU-hour [assumed]\"\n\
         term = \"3 years [assumed]\"\nstart = 2026-01-01\ndeliver = {{ fleet = \"f\", full = 2026-12-31 }}\n{beside}\n"
    );
    read("fleet", &text, None)
}

#[test]
fn a_fleet_metered_by_the_month_comes_to_what_the_same_fleet_comes_to_by_the_hour() {
    let by_month = played(&fleet("load = \"0 % [assumed]\"", ""));
    let by_hour = played(&fleet("", ""));
    for (id, within) in [
        ("deal.d.gpu_hours_delivered", 5e-4),
        ("deal.d.billed", 5e-4),
        ("site.s.energy", 2e-3),
        ("fleet.f.failures", 2e-2),
    ] {
        let (a, b) = (number(&by_month, id), number(&by_hour, id));
        assert!(near(a, b, within), "{id}: {a} by the month, {b} by the hour");
    }
    assert!(by_month.played.ledger.is_balanced());
}

#[test]
fn a_constant_load_is_used_and_draws_power_in_proportion() {
    let [low, high] =
        ["40 %", "80 %"].map(|load| played(&fleet(&format!("load = \"{load} [assumed]\""), "")));
    assert!(near(number(&low, "fleet.f.utilisation"), 0.4, 1e-9));
    assert!(near(
        number(&high, "deal.d.gpu_hours_used"),
        2.0 * number(&low, "deal.d.gpu_hours_used"),
        1e-9
    ));
    // Idle GPUs draw 30 % of full load: energy goes with 0.3 + 0.7 x load.
    let expected = (0.3 + 0.7 * 0.8) / (0.3 + 0.7 * 0.4);
    let energy = number(&high, "site.s.energy") / number(&low, "site.s.energy");
    assert!(near(energy, expected, 1e-2), "{energy} for {expected}");
}

/// A pledge of 60 bn USD over six years, 2 GW, all there after two.
fn pledge(said: &str) -> Outcome {
    played(&fleet(
        "load = \"50 % [assumed]\"",
        &format!(
            "[deal.p]\nbuyer = \"b\"\nseller = \"s\"\nlayer = \"chips\"\ntotal = \"60 bn USD [assumed]\"\n\
             term = \"3 years [assumed]\"\nstart = 2026-01-01\n{said}"
        ),
    ))
}

#[test]
fn what_is_paid_on_delivery_is_due_as_it_comes_and_sums_to_the_face_value() {
    let on_time = pledge("deliver = { power = \"2 GW facility [assumed]\", full = 2027-12-31 }");
    assert_eq!(number(&on_time, "deal.p.billed"), 60e9);
    let half = on_time.played.ledger.by_month(on_time.played.books.pledges[0].charged);
    let first_year: i128 = half.iter().take(12).map(|it| it.1).sum();
    assert!(near(first_year as f64 / 1e6, 30e9, 0.05), "half comes in the first of two years");
    let late = pledge(
        "deliver = { power = \"2 GW facility [assumed]\", full = 2027-12-31, slip = \"24 months [assumed]\" }",
    );
    assert!(number(&late, "deal.p.billed") < 50e9, "what has not come is not due");
}

#[test]
fn what_is_paid_over_time_is_due_while_it_is_held_and_a_slip_is_not_owed() {
    let said = |slip: &str| {
        format!(
            "paid = \"over-time\"\ndeliver = {{ power = \"2 GW facility [assumed]\", full = 2026-12-31{slip} }}"
        )
    };
    assert!(near(number(&pledge(&said("")), "deal.p.billed"), 60e9, 1e-9));
    // A linear ramp that takes two years instead of one holds 2 years of 3 instead of 2.5.
    let late = pledge(&said(", slip = \"12 months [assumed]\""));
    assert!(near(number(&late, "deal.p.billed"), 60e9 * 2.0 / 2.5, 2e-2));
}

#[test]
fn a_deal_comes_in_when_it_is_announced_and_leaves_when_it_is_withdrawn() {
    let names = |variant: Option<&str>| -> Vec<String> {
        let scenario = story("openai-book", variant);
        let all = scenario.deals.iter().chain(&scenario.pledges);
        all.map(|it| scenario.row(*it).name.clone()).collect()
    };
    let (then, later) = (names(None), names(Some("feb-2026")));
    for (name, stood_then, stands_later) in [
        ("aws", true, true),
        ("aws-2026", false, true),
        ("nvidia-equity", true, false),
        ("nvidia-equity-2026", false, true),
        ("unnamed", true, false),
        ("pike-county", false, false),
    ] {
        assert_eq!(then.iter().any(|it| it == name), stood_then, "{name} at the end of 2025");
        assert_eq!(later.iter().any(|it| it == name), stands_later, "{name} in March 2026");
    }
    assert!(names(Some("today")).iter().any(|it| it == "pike-county"));
}

#[test]
fn gigawatts_of_chips_come_to_26_and_are_never_added_to_rent() {
    let book = played(&story("openai-book", None));
    assert!(near(number(&book, "supply.chips.contracted_mw"), 26_000.0, 1e-9));
    let rent = number(&book, "supply.rent.contracted_mw");
    assert!(rent < 6_000.0, "{rent} MW of rent hold no chips");
    assert!(near(number(&book, "supply.unnamed.face_value"), 699.6e9, 1e-9));
}

#[test]
fn shares_are_unknown_where_machines_are_not_public() {
    let book = played(&story("openai-book", None));
    let value = |id: &str| book.figures.iter().find(|it| it.id == id).map(|it| it.value.clone());
    assert_eq!(value("supply.gpu_share.microsoft"), Some(Value::Unknown));
    assert_eq!(value("supply.share.google"), Some(Value::Unknown));
    let sum: f64 = book
        .figures
        .iter()
        .filter(|it| it.id.starts_with("supply.share."))
        .filter_map(Figure::number)
        .sum();
    assert!(near(sum, 1.0, 1e-9), "known shares of the money sum to one");
}

#[test]
fn what_came_replaces_the_forecast_and_moves_the_day_of_knowledge() {
    let (real, planned) = (story("abilene", None), story("abilene", Some("as-planned")));
    assert_eq!(planned.as_of.to_string(), "2025-12-31");
    assert_eq!(real.as_of.to_string(), "2026-09-24");
    let standing = |scenario: &Scenario, day: &str| {
        let case = offtake::scenario::Case::of(scenario, &Draw::medians(scenario));
        let at = Instant::start_of(day.parse().expect("a date"));
        let gpus = offtake::terms::standing(&offtake::terms::tranches(&case.deals[0].played), at);
        gpus as f64 * case.fleets[0].watts_full / 1e6
    };
    assert!(near(standing(&real, "2026-09-24"), 421.0, 1e-3), "421 MW stood on 24 September");
    assert!(standing(&planned, "2026-09-25") > 800.0, "by the plan all of it stood");
    let late = number(&played(&real), "deal.rent.months_late");
    assert!((4.0..=9.0).contains(&late), "{late} months late");
}

#[test]
fn extending_the_term_gives_back_the_hours_that_the_slip_took() {
    let lost = |variant| number(&played(&story("abilene", variant)), "deal.rent.late_gpu_hours");
    assert_eq!(lost(Some("as-planned")), 0.0);
    assert!(lost(None) > 1e9);
    let contracted = number(&played(&story("abilene", None)), "deal.rent.gpu_hours_contracted");
    assert!(lost(Some("extended")).abs() < contracted * 1e-3);
}
