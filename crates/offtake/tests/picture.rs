//! Does a page show what was played, and can a reader ask what it is made of?
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

mod common;

use std::collections::BTreeSet;

use offtake::figures::{Outcome, ancestors, claims, expects, outcome};
use offtake::ledger::digest;
use offtake::scenario::{Draw, Report, Scenario, alone};
use offtake::study::{Future, Futures, Odds, Pull, Swing, swings};
use offtake::view::picture::{Chart, Form, Parents, Picture, Which, can_be_moved, of_risk, of_run};
use offtake::view::{self, Cells, OddsPage, Page};
use serde_json::Value;

use common::{stories, text_of};

const WHICH: Which<'static> = Which { scenario: "story", version: "0", digest: "d" };

fn read(story: &str, variant: Option<&str>, set: &str) -> Option<Scenario> {
    let mut report = Report::default();
    offtake::read_over(story, text_of(story), &alone, variant, set, &mut report).1
}

/// Looks at the page of a play at the medians; every input that may be moved is said to pull.
fn page_of<T>(
    scenario: &Scenario,
    outcome: &Outcome,
    odds: Option<&Odds>,
    look: impl FnOnce(&Page<'_>) -> T,
) -> T {
    let draw = Draw::medians(scenario);
    let mut swings = swings(scenario);
    swings.retain(|it| can_be_moved(scenario, it.input));
    let pulls: Vec<Pull> = swings.iter().map(|it| pull(scenario, it)).collect();
    look(&Page {
        scenario,
        draw: &draw,
        outcome,
        headline: &view::headline(scenario, &outcome.figures),
        claims: &claims(scenario, &draw, outcome),
        expects: &expects(scenario, &draw, outcome),
        pulls: &pulls,
        levers: &pulls,
        break_evens: &[],
        stress: None,
        odds,
        width: 100,
    })
}

fn picture_of(scenario: &Scenario, outcome: &Outcome, odds: Option<&Odds>) -> Picture {
    page_of(scenario, outcome, odds, |it| of_run(it, WHICH, None))
}

fn pull(scenario: &Scenario, swing: &Swing) -> Pull {
    let text = String::new;
    Pull {
        input: swing.input,
        path: scenario.inputs.get(swing.input).path.clone(),
        low: text(),
        high: text(),
        has_range: swing.has_range,
        figure: text(),
        at_low: text(),
        at_high: text(),
        strength: 0.0,
    }
}

/// Every story and variant, played at its medians, with its picture.
fn each_story(mut look: impl FnMut(&str, &Scenario, &Outcome, &Picture)) {
    for (story, variants) in stories() {
        for variant in variants {
            let scenario = read(story, variant.as_deref(), "").expect("it reads");
            let outcome = outcome(&scenario, &Draw::medians(&scenario), false);
            let name = view::scenario_name(story, variant.as_deref());
            look(&name, &scenario, &outcome, &picture_of(&scenario, &outcome, None));
        }
    }
}

fn chart<'a>(picture: &'a Picture, id: &str) -> Option<&'a Chart> {
    picture.charts.iter().find(|it| it.id == id)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1.0)
}

/// What the page would stumble over.
fn check_charts(name: &str, picture: &Picture) {
    let known: BTreeSet<&str> = picture.figures.iter().map(|it| it.id.as_str()).collect();
    let mut ids = BTreeSet::new();
    for it in &picture.charts {
        let at = format!("{name}, {}", it.id);
        assert!(ids.insert(&it.id), "{at}: it stands there twice");
        assert!(it.sentence.ends_with('.') && !it.title.is_empty(), "{at}: {}", it.sentence);
        assert!(
            !it.sentence.contains("NaN") && !it.sentence.contains("inf"),
            "{at}: {}",
            it.sentence
        );
        assert!(it.source.contains("as known by"), "{at}: {}", it.source);
        assert!(it.figures.iter().all(|it| known.contains(it.as_str())), "{at}: {:?}", it.figures);
        let sheet = serde_json::to_value(&it.table).expect("JSON");
        let columns = sheet["columns"].as_array().expect("columns");
        let lengths: BTreeSet<usize> =
            columns.iter().map(|it| it["cells"].as_array().map_or(0, Vec::len)).collect();
        assert!(lengths.len() == 1 && !lengths.contains(&0), "{at}: columns of {lengths:?} cells");
        assert!(columns.iter().all(|it| it["meaning"] != ""), "{at}: a column without meaning");
        let names: BTreeSet<&str> = columns.iter().filter_map(|it| it["name"].as_str()).collect();
        assert_eq!(names.len(), columns.len(), "{at}: two columns of one name");
        for series in &it.series {
            let ends = [Some(&series.column), series.low.as_ref()];
            let drawn = ends.into_iter().flatten().all(|it| names.contains(it.as_str()));
            assert!(drawn, "{at}: {} is no column", series.column);
        }
    }
}

#[test]
fn every_story_makes_charts_of_columns_that_are_there() {
    each_story(|name, _, _, picture| {
        check_charts(name, picture);
        assert!(!picture.charts.is_empty(), "{name}");
        assert!(!picture.numbers.is_empty() && picture.numbers.len() <= 5, "{name}");
    });
}

fn reached(
    picture: &Picture,
    of: &Parents,
    seen: &mut BTreeSet<usize>,
    inputs: &mut BTreeSet<usize>,
) {
    inputs.extend(&of.inputs);
    for stage in &of.stages {
        if seen.insert(*stage) {
            reached(picture, &picture.stages[*stage].of, seen, inputs);
        }
    }
}

#[test]
fn a_figure_is_made_of_the_inputs_that_its_ancestry_names() {
    each_story(|name, scenario, outcome, picture| {
        let mut all = BTreeSet::new();
        for (figure, node) in outcome.figures.iter().zip(&picture.figures) {
            let (mut seen, mut inputs) = (BTreeSet::new(), BTreeSet::new());
            reached(picture, &node.of, &mut seen, &mut inputs);
            let told: BTreeSet<&str> =
                inputs.iter().map(|it| picture.inputs[*it].path.as_str()).collect();
            let known = ancestors(scenario, figure);
            let known: BTreeSet<&str> =
                known.iter().map(|it| scenario.inputs.get(*it).path.as_str()).collect();
            assert_eq!((node.id.as_str(), told), (figure.id.as_str(), known), "{name}");
            all.extend(inputs);
        }
        assert_eq!(all.len(), picture.inputs.len(), "{name}: an input that no figure hangs on");
        let stages: BTreeSet<&str> = picture.stages.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(stages.len(), picture.stages.len(), "{name}: a stage stands there twice");
        for it in &picture.inputs {
            assert!(
                it.line > 0 && it.place.starts_with(&it.file),
                "{name}: {} is nowhere",
                it.path
            );
        }
        for it in &picture.numbers {
            let node = picture.figures.iter().find(|node| node.id == it.id).expect("a figure");
            let (mut seen, mut inputs) = (BTreeSet::new(), BTreeSet::new());
            reached(picture, &node.of, &mut seen, &mut inputs);
            assert!(!inputs.is_empty(), "{name}: {} comes from nowhere", it.id);
        }
    });
}

#[test]
fn months_of_a_chart_add_up_to_the_figures() {
    let mut compared = 0;
    each_story(|name, _, outcome, picture| {
        let figure =
            |id: &str| outcome.figures.iter().find(|it| it.id == id).and_then(|it| it.number());
        let totals = [
            ("bill", ".billed", ".billed"),
            ("bill", ".due", ".billed"),
            ("carbon", ".carbon_location", ".carbon_location"),
            ("carbon", ".carbon_market", ".carbon_market"),
        ];
        for (id, column, of) in totals {
            let Some(chart) = chart(picture, id) else { continue };
            for cells in chart.table.0.columns.iter().filter(|it| it.name.ends_with(column)) {
                let sum: f64 = chart.table.0.numbers(&cells.name).iter().sum();
                let id = cells.name.replace(column, of);
                let total = figure(&id).unwrap_or_else(|| panic!("{name} has no {id}"));
                assert!(near(sum, total), "{name}, {id}: {sum} is not {total}");
                compared += 1;
            }
        }
        if let Some(it) = chart(picture, "failures") {
            let sum: f64 = it.table.0.numbers("failures").iter().sum();
            let all = outcome.figures.iter().filter(|it| it.id.contains(".failures_of."));
            assert!(near(sum, all.filter_map(|it| it.number()).sum()), "{name}");
        }
    });
    assert!(compared > 20, "only {compared} were compared");
}

#[test]
fn what_falls_in_a_waterfall_begins_where_the_one_before_ends() {
    let mut seen = 0;
    each_story(|name, _, outcome, picture| {
        for it in picture.charts.iter().filter(|it| it.form == Form::Waterfall) {
            let table = &it.table.0;
            let [amounts, begins] = ["amount", "begins"].map(|it| table.numbers(it));
            let mut level = 0.0;
            for (row, role) in table.texts("role").iter().enumerate() {
                let stands = role == "stands";
                assert!(near(begins[row], if stands { 0.0 } else { level }), "{name}, {}", it.id);
                assert!(
                    !stands || row == 0 || near(amounts[row], level),
                    "{name}, {}: it ends elsewhere",
                    it.id
                );
                level = begins[row] + amounts[row];
            }
            seen += 1;
        }
        if let (Some(it), Some(cash)) = (chart(picture, "waterfall"), chart(picture, "cash")) {
            let ends: Vec<f64> = cash
                .series
                .iter()
                .filter_map(|it| cash.table.0.numbers(&it.column).last().copied())
                .collect();
            let last = *it.table.0.numbers("amount").last().expect("an end");
            assert!(
                ends.iter().any(|it| near(*it, last)),
                "{name}: {last} is nobody's cash at the end"
            );
            assert!(!outcome.case.parties.is_empty());
        }
    });
    assert!(seen >= 4);
}

#[test]
fn a_lever_set_to_where_it_stands_changes_nothing() {
    for (story, _) in stories() {
        let scenario = read(story, None, "").expect("it reads");
        let outcome = outcome(&scenario, &Draw::medians(&scenario), false);
        let picture = picture_of(&scenario, &outcome, None);
        let medians = Draw::medians(&scenario);
        let mut is_first = true;
        for it in &picture.levers {
            assert!(
                it.low <= it.now && it.now <= it.high && it.low < it.high && it.step > 0.0,
                "{story}: {it:?}"
            );
            let value = match it.unit.as_str() {
                "date" => offtake::study::day_of(it.now).to_string(),
                unit => format!("\"{} {unit} [assumed]\"", it.now),
            };
            let set = format!("\"{}\" = {value}\n", it.path);
            let other =
                read(story, None, &set).unwrap_or_else(|| panic!("{story}: {set} is refused"));
            let moved = Draw::medians(&other);
            for (id, input) in scenario.inputs.iter() {
                let found = other.inputs.iter().find(|it| it.1.path == input.path);
                let same = found.is_some_and(|it| moved.get(it.0) == medians.get(id));
                assert!(
                    same,
                    "{story}: {set} moves {} to {:?} from {:?}",
                    input.path,
                    found.map(|it| moved.get(it.0)),
                    medians.get(id)
                );
            }
            if std::mem::take(&mut is_first) {
                let again = offtake::figures::outcome(&other, &moved, false);
                let bytes = |it: &Outcome| digest(&it.played.ledger.to_bytes());
                assert_eq!(bytes(&again), bytes(&outcome), "{story}: {set}");
            }
        }
    }
}

fn futures(scenario: &Scenario, count: u32, driven: &[String]) -> (Odds, Vec<Future>) {
    let futures = Futures::of(scenario, driven, false);
    let played: Vec<Future> = (0..count).map(|it| futures.play(it)).collect();
    (Odds::of_played(&futures, &played), played)
}

#[test]
fn a_day_keeps_the_peaks_of_its_hours() {
    let scenario = read("llama3", None, "").expect("it reads");
    let outcome = outcome(&scenario, &Draw::medians(&scenario), true);
    let hourly = view::hourly(&outcome).expect("it is played by the hour");
    let picture = page_of(&scenario, &outcome, None, |it| of_run(it, WHICH, Some(&hourly)));
    check_charts("llama3", &picture);
    let mut seen = 0;
    for it in picture.charts.iter().filter(|it| it.table.0.columns[0].name == "day") {
        for name in &it.hours {
            let column = hourly.columns.iter().find(|it| it.name == *name).expect("hours");
            let Cells::Thousandths(cells) = &column.cells else { panic!("{name} holds no hours") };
            let [low, high] =
                ["low", "high"].map(|end| it.table.0.numbers(&format!("{name}.{end}")));
            assert_eq!(low.len(), cells.len() / 24, "{name}");
            for (day, hours) in cells.chunks(24).enumerate() {
                let ends = [hours.iter().min(), hours.iter().max()];
                let ends = ends.map(|it| *it.expect("an hour") as f64 / 1e3);
                assert_eq!([low[day], high[day]], ends, "{name}, day {day}");
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 4, "work, idle, down and power");
    assert!(chart(&picture, "power.daily").is_none(), "two months are no chart");
}

#[test]
fn bands_say_where_eight_of_ten_futures_lie() {
    let scenario = read("abilene", None, "").expect("it reads");
    let outcome = outcome(&scenario, &Draw::medians(&scenario), false);
    let (odds, played) = futures(&scenario, 40, &[]);
    let picture = picture_of(&scenario, &outcome, Some(&odds));
    check_charts("abilene", &picture);
    let capacity = chart(&picture, "capacity").expect("capacity");
    let [low, high] = ["delivered.q10", "delivered.q90"].map(|it| capacity.table.0.numbers(it));
    for month in 0..low.len() {
        let inside =
            played.iter().filter(|it| (low[month]..=high[month]).contains(&it.months[0][month]));
        assert!(inside.count() >= 32, "month {month}");
    }
    let banded = picture.numbers.iter().filter_map(|it| it.band.as_ref());
    assert!(banded.clone().count() >= 4 && banded.clone().all(|it| it.draws == 40));
    let report = page_of(&scenario, &outcome, Some(&odds), view::report);
    assert!(report.contains("8 of 10 futures") && report.contains("(40 were played)"), "{report}");
}

#[test]
fn many_futures_make_charts_of_columns_that_are_there() {
    let scenario = read("abilene", None, "").expect("it reads");
    let outcome = outcome(&scenario, &Draw::medians(&scenario), false);
    let headline = view::headline(&scenario, &outcome.figures);
    let all = Futures::of(&scenario, &headline, false);
    let (odds, played) = futures(&scenario, 64, &headline);
    let page = OddsPage {
        scenario: &scenario,
        odds: &odds,
        headline: &headline,
        break_evens: &[],
        width: 100,
    };
    let ends = |it: Swing| {
        let ends = offtake::study::readings(&scenario, &it)
            .map(|draw| offtake::figures::outcome(&scenario, &draw, false));
        (it, ends)
    };
    let tornado = view::tornado(
        &scenario,
        &headline,
        &swings(&scenario).into_iter().map(ends).collect::<Vec<_>>(),
    );
    let columns = all.headings().iter().enumerate();
    let columns =
        columns.map(|(at, it)| (it.clone(), played.iter().map(|it| it.values[at]).collect()));
    let scatter = view::scatter(columns.collect());
    let picture = of_risk(&page, WHICH, &outcome, &tornado, &scatter);
    check_charts("abilene", &picture);
    for form in [Form::Time, Form::Bars, Form::Curve, Form::Tornado, Form::Dots] {
        assert!(picture.charts.iter().any(|it| it.form == form), "{form:?}");
    }
    let dots = picture.charts.iter().find(|it| it.form == Form::Dots).expect("dots");
    let draws = dots.table.0.numbers("draw");
    assert!(draws.iter().enumerate().all(|(n, it)| *it == n as f64), "a dot knows its future");
    assert_eq!((picture.draws, picture.numbers.len()), (Some(64), headline.len()));
    let json: Value = serde_json::to_value(&picture).expect("JSON");
    assert_eq!(json["of"], "risk");
}

/// What a chart says of a story.
fn said(story: &str, id: &str) -> String {
    let scenario = read(story, None, "").expect("it reads");
    let outcome = outcome(&scenario, &Draw::medians(&scenario), false);
    let picture = picture_of(&scenario, &outcome, None);
    chart(&picture, id).map_or_else(|| picture.sentence.clone(), |it| it.sentence.clone())
}

#[test]
fn lenders_and_owners_have_charts_of_their_own() {
    for id in ["debts", "debt-cover", "capital", "plants"] {
        assert!(said("buildout-2028", id).contains(['$', '.']), "{id}");
        assert_ne!(said("buildout-2028", id), said("buildout-2028", "the answer"), "{id}");
    }
}

#[test]
fn what_ends_is_said_to_end() {
    assert!(said("openai-aws", "cash").contains("short from 2028-12 to 2031-01"));
    assert!(said("term-sheet", "capacity").contains("from 2027-10 to 2030-06 are promised"));
}

#[test]
fn the_answer_speaks_of_one_thing_at_a_time() {
    let sheet = said("term-sheet", "the answer");
    assert!(sheet.contains("20,160 GPUs") && sheet.contains("adds 5,040"), "{sheet}");
    assert!(sheet.contains("$90.0 M is paid for what is not, of which $76.8 M"), "{sheet}");
    let cloud = said("neocloud", "the answer");
    assert!(cloud.contains("on time, but") && cloud.contains("came late"), "{cloud}");
    each_story(|name, _, _, picture| assert!(!picture.sentence.is_empty(), "{name}"));
}

#[test]
fn a_page_counts_the_assumed_numbers_that_the_terminal_counts() {
    each_story(|name, scenario, outcome, picture| {
        let is_assumed =
            |it: &&offtake::view::picture::InputNode| it.is_number && it.kind == Some("assumed");
        let told = format!("assumed: {} numbers", picture.inputs.iter().filter(is_assumed).count());
        let report = page_of(scenario, outcome, None, view::report);
        assert!(report.contains(&told), "{name}: {told}");
    });
}
