//! Does a schedule from a file hold what its lines say: the same machines as the ramp that it
//! tells, shifted by a slip, laid over by what came?
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

mod common;

use std::fmt::Write;

use offtake::figures::{ancestors, outcome};
use offtake::scenario::{Case, Deal, Draw, Scenario};
use offtake::terms::{Step, standing, tranches};
use offtake::time::{Instant, Span};

use common::read_beside;

/// A deal on 1,440 GPUs for a year, delivered as `deliver` says.
fn deal(deliver: &str) -> String {
    format!(
        r#"
offtake = 1
name = "scheduled"
as_of = 2025-12-31
horizon = {{ from = 2026-01-01, to = 2027-06-01 }}
sources = {{ offer = {{ title = "a written offer", date = 2025-12-01 }} }}
[party.b]
[party.s]
[site.here]
region = "catalogue:region/us"
power = {{ limit = "10 MW facility [assumed]" }}
[fleet.f]
site = "here"
model = "catalogue:rack/gb300-nvl72"
count = "1440 GPU [assumed]"
fail = "catalogue:failures/llama3"
[deal.d]
buyer = "b"
seller = "s"
layer = "rent"
total = "20 M USD [assumed]"
term = "1 year [assumed]"
start = 2026-01-01
on_late = "extend"
deliver = {{ fleet = "f", {deliver} }}
"#
    )
}

/// A quarter of the fleet, half of it, all of it.
const MONTHS: &str = "month,gpus\n2026-01-10,360\n2026-03,720\n2026-05-15,1440\n";

fn scheduled(deliver: &str, sheet: &str) -> Scenario {
    let text = deal(&format!("schedule = \"months.csv [offer]\", {deliver}"));
    let read = read_beside(&text, None, &[("months.csv", sheet)]);
    read.unwrap_or_else(|found| panic!("{}\n{sheet}", found.join("\n")))
}

fn case(scenario: &Scenario) -> Case {
    Case::of(scenario, &Draw::medians(scenario))
}

fn digest(scenario: &Scenario) -> String {
    let played = outcome(scenario, &Draw::medians(scenario), true).played;
    offtake::ledger::digest(&played.ledger.to_bytes())
}

fn end_of(day: &str) -> Instant {
    Instant::start_of(day.parse().expect("a day")) + Span::DAY
}

fn steps(all: &[(&str, i64)]) -> Vec<Step> {
    all.iter().map(|(day, gpus)| Step { at: end_of(day), gpus: *gpus }).collect()
}

/// The tranches of a deal as the lines of a schedule: each stands at the end of the day before.
fn sheet_of(deal: &Deal) -> String {
    let mut sheet = "day,gpus\n".to_owned();
    for Step { at, gpus } in tranches(&deal.promised) {
        let day = Instant { millis: at.millis - Span::DAY.millis };
        writeln!(sheet, "{day},{gpus}").expect("a text takes it");
    }
    sheet
}

#[test]
fn a_schedule_that_says_the_same_as_a_ramp_gives_the_same_ledger() {
    for ramp in [
        "full = 2026-06-30",
        "full = 2026-06-30, first = \"288 GPU [assumed]\", shape = \"s-curve\"",
        "full = 2026-03-31, shape = \"at-once\"",
    ] {
        let plain = read_beside(&deal(ramp), None, &[]).expect("it is sound");
        let sheet = sheet_of(&case(&plain).deals[0]);
        assert_eq!(digest(&scheduled("", &sheet)), digest(&plain), "{ramp}\n{sheet}");
    }
}

#[test]
fn a_slip_shifts_every_month_of_a_schedule() {
    let scenario = scheduled("slip = \"2 months [assumed]\"", MONTHS);
    let deal = &case(&scenario).deals[0];
    let told = [("2026-01-10", 360), ("2026-03-01", 720), ("2026-05-15", 1440)];
    let late = [("2026-03-10", 360), ("2026-05-01", 720), ("2026-07-15", 1440)];
    assert_eq!(tranches(&deal.promised), steps(&told));
    assert_eq!(tranches(&deal.played), steps(&late));
    let lost = 24.0 * (360.0 * 59.0 + 360.0 * 61.0 + 720.0 * 61.0);
    let made_up = 1440.0 * (deal.end_played - deal.end).hours();
    assert!((made_up - lost).abs() < 1440.0, "{made_up} GPU-hours make up for {lost}");
}

#[test]
fn what_came_stands_in_the_place_of_what_was_scheduled() {
    let came = |said: &str| {
        let scenario = scheduled(&format!("came = {{ {said} }}"), MONTHS);
        let steps = tranches(&case(&scenario).deals[0].played);
        move |day: &str| standing(&steps, end_of(day))
    };
    let behind = came("2026-03-10 = \"288 GPU [assumed]\"");
    assert_eq!(
        [behind("2026-03-10"), behind("2026-05-14"), behind("2026-05-15")],
        [288, 288, 1440]
    );
    let ahead = came("2026-02-10 = \"900 GPU [assumed]\"");
    assert_eq!([ahead("2026-02-10"), ahead("2026-03-01"), ahead("2026-05-15")], [900, 900, 1440]);
    let overdue = came("2026-06-10 = \"1080 GPU [assumed]\"");
    assert_eq!([overdue("2026-06-09"), overdue("2026-06-10")].map(|it| it >= 1080), [false, true]);
}

#[test]
fn a_schedule_may_stop_short_of_its_fleet() {
    let scenario = scheduled("", "month,gpus\n2026-02,720\n");
    let outcome = outcome(&scenario, &Draw::medians(&scenario), true);
    let late = outcome.figures.iter().find(|it| it.id == "deal.d.months_late");
    assert_eq!(late.and_then(|it| it.number()), Some(0.0), "all that was promised is up");
}

#[test]
fn spreadsheets_and_people_write_the_same_schedule_in_their_own_ways() {
    let plain = digest(&scheduled("", MONTHS));
    for sheet in [
        "\u{feff}month,gpus\r\n2026-01-10,360\r\n2026-03,720\r\n2026-05-15,1440\r\n",
        "# from the offer\n\nDate, GPUs\n2026-01-10, 360\n2026-03-01, 720 [assumed]\n2026-05-15,1440",
        "day,k GPU\n2026-01-10,0.36\n2026-03,720 GPU\n2026-05-15,1.44k GPU\n",
        "\"month\",\"GPU\"\n\"2026-01-10\",\"360\"\n\"2026-03\",\"720\"\n\"2026-05-15\",\"1.44k\"\n",
        "month,kW IT\n2026-01-10,788.4\n2026-03,1576.8\n2026-05-15,3153.6\n",
    ] {
        assert_eq!(digest(&scheduled("", sheet)), plain, "{sheet}");
    }
    let table = "schedule = { 2026-01-10 = \"360 GPU [offer]\", 2026-03 = \"720 GPU [offer]\", \
                 2026-05-15 = \"1440 GPU [offer]\" }";
    assert_eq!(digest(&read_beside(&deal(table), None, &[]).expect("it is sound")), plain);
}

#[test]
fn a_variant_sets_another_schedule_and_both_places_are_remembered() {
    let variants = "\n[variant.late]\nset = { \"deal.d.deliver.schedule\" = \"late.csv [offer]\" }\n\
                    [variant.ramp]\nset = { \"deal.d.deliver\" = { fleet = \"f\", full = 2026-06-30 } }\n";
    let text = deal("schedule = \"months.csv [offer]\"") + variants;
    let sheets = [("months.csv", MONTHS), ("late.csv", "month,gpus\n2026-07,1440\n")];
    let late = read_beside(&text, Some("late"), &sheets).expect("it is sound");
    assert_eq!(tranches(&case(&late).deals[0].promised), steps(&[("2026-07-01", 1440)]));
    let of = |it: &str| late.inputs.iter().find(|(_, input)| input.path == it).map(|it| it.1);
    let input = of("deal.d.deliver.schedule.2026-07").expect("the month is an input");
    assert_eq!(late.files.describe(input.place), "late.csv:2");
    let replaced = input.replaced.expect("it replaced the other name");
    assert!(late.files.describe(replaced).starts_with("deal.toml:"));
    assert_eq!(input.origin.mark(), "reported");
    let ramp = read_beside(&text, Some("ramp"), &sheets).expect("it is sound");
    assert!(case(&ramp).deals[0].promised.scheduled.is_empty());
}

#[test]
fn a_figure_names_every_line_of_the_schedule_that_it_hangs_on() {
    let scenario = scheduled("", MONTHS);
    let outcome = outcome(&scenario, &Draw::medians(&scenario), false);
    let figure = outcome.figures.iter().find(|it| it.id == "deal.d.delivered_gpus_peak");
    let all = ancestors(&scenario, figure.expect("it is a figure"));
    let places = all.iter().map(|it| scenario.files.describe(scenario.inputs.get(*it).place));
    let lines: Vec<String> = places.filter(|it| it.starts_with("months.csv:")).collect();
    assert_eq!(lines, ["months.csv:2", "months.csv:3", "months.csv:4"]);
}

#[test]
fn what_is_wrong_with_a_schedule_is_told_at_its_line() {
    let told = |sheet: &str| {
        let text = deal("schedule = \"months.csv [offer]\"");
        read_beside(&text, None, &[("months.csv", sheet)]).expect_err(sheet).join("; ")
    };
    for (sheet, wrong) in [
        ("", "months.csv:1 E0058"),
        ("month,gpus\n", "months.csv:1 E0058"),
        ("2026-03,720\n", "months.csv:1 E0087"),
        ("month,gpus,note\n2026-03,720,x\n", "months.csv:1 E0087"),
        ("month;gpus\n2026-03;720\n", "months.csv:1 E0087"),
        ("month,dollars\n2026-03,720\n", "months.csv:1 E0087"),
        ("month,gpus\n2026-03,1,440\n", "months.csv:2 E0088"),
        ("month,gpus\n\n2026-13,720\n", "months.csv:3 E0057"),
        ("month,gpus\n2026-03,many\n", "months.csv:2 E0011"),
        ("month,gpus\n2026-03,\n", "months.csv:2 E0011"),
        ("month,gpus\n2026-03,1.2.3\n", "months.csv:2 E0013"),
        ("month,gpus\n2026-03,720 MWh\n", "months.csv:2 E0015"),
        ("month,gpus\n2026-03,-720\n", "months.csv:2 E0016"),
        ("month,gpus\n2026-03,720 [offr]\n", "months.csv:2 E0020"),
        ("month,gpus\n2026-04,360\n2026-03,720\n", "months.csv:3 E0089"),
        ("month,gpus\n2026-03,360\n2026-03-01,720\n", "months.csv:3 E0089"),
        ("month,gpus\n2026-03,720\n2026-04,360\n", "months.csv:3 E0090"),
        ("month,gpus\n2025-11,720\n", "months.csv:2 E0044"),
        ("month,gpus\n2027-02,720\n", "months.csv:2 E0044"),
        ("month,gpus\n2026-03,1512\n", "months.csv:2 E0044"),
        ("month,gpus\n2026-03,0\n", "deal.toml:25 E0044"),
    ] {
        assert!(told(sheet).starts_with(wrong), "{wrong}: {}\n{sheet}", told(sheet));
    }
    let two = told("month,gpus\n2026-03,many\n2026-02,720\n");
    assert!(two.contains("months.csv:2 E0011") && two.contains("months.csv:3 E0089"), "{two}");
}
