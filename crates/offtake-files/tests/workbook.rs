//! Is a workbook what it should be: sheets, headers, panes, inputs, formulas with our values, charts, equal
//! bytes? LibreOffice recalculates it in `cargo xtask test --world`.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use offtake::figures::{self, Value};
use offtake::scenario::{Draw, Report, library::STORIES};
use offtake::view::{self, Cells, Table};
use offtake_files::{Head, xlsx};

fn head(scenario: &str) -> Head {
    Head {
        scenario: scenario.to_owned(),
        version: "1.2.3".to_owned(),
        seed: 7,
        draw: None,
        digest: "abc".to_owned(),
        as_of: "2025-11-30".to_owned(),
        from: "2025-11-03T00:00:00Z".to_owned(),
        to: "2032-11-03T00:00:00Z".to_owned(),
    }
}

/// The tables of a story but for hours, and its figures by id.
fn tables(story: &str) -> (Vec<Table>, BTreeMap<String, Value>) {
    let (name, text) = STORIES.iter().find(|it| it.0 == story).unwrap();
    let (_, scenario) = offtake::read(name, text, None, &mut Report::default());
    let scenario = scenario.unwrap();
    let draw = Draw::medians(&scenario);
    let outcome = figures::outcome(&scenario, &draw, false);
    let mut tables = vec![
        view::figures(&outcome.figures),
        view::yearly(&scenario, &draw, &outcome),
        view::monthly(&scenario, &draw, &outcome),
    ];
    tables.extend(view::bills(&scenario, &draw, &outcome));
    tables.extend(view::cash(&scenario, &draw, &outcome));
    let figures = outcome.figures.iter().map(|it| (it.id.clone(), it.value.clone())).collect();
    (tables, figures)
}

fn book(story: &str, tables: &[Table]) -> Vec<u8> {
    xlsx::write(&head(story), &tables.iter().collect::<Vec<_>>()).unwrap()
}

/// The parts of a workbook by name.
fn parts(bytes: Vec<u8>) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for i in 0..zip.len() {
        let mut part = zip.by_index(i).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        parts.insert(part.name().unwrap().into_owned(), text);
    }
    parts
}

/// What stands in the cells of a sheet: formula, if any, and value.
fn cells(sheet: &str) -> BTreeMap<&str, (Option<&str>, &str)> {
    let mut cells = BTreeMap::new();
    for cell in sheet.split("<c r=\"").skip(1) {
        let (name, rest) = cell.split_once('"').unwrap();
        let cell = rest.split("</c>").next().unwrap();
        let inner = |from: &str, to: &str| {
            let (_, rest) = cell.split_once(from)?;
            rest.split_once(to).map(|it| it.0)
        };
        cells.insert(name, (inner("<f>", "</f>"), inner("<v>", "</v>").unwrap_or_default()));
    }
    cells
}

#[test]
fn a_sheet_a_table_one_a_party_and_a_first_that_says_what_it_is() {
    let (tables, _) = tables("openai-aws");
    let parts = parts(book("openai-aws", &tables));
    let names: Vec<&str> = parts["xl/workbook.xml"]
        .split("<sheet name=\"")
        .skip(1)
        .map(|it| it.split('"').next().unwrap())
        .collect();
    assert_eq!(names, ["about", "cash openai", "figures", "yearly", "monthly", "bills", "cash"]);
    let texts = &parts["xl/sharedStrings.xml"];
    let told = ["openai-aws", "1.2.3", "2025-11-30", "abc", "reported", "assumed", "simulated"];
    assert!(told.iter().all(|it| texts.contains(&format!(">{it}<"))), "{texts}");
    assert!(texts.contains(">deal.aws.billed [USD]<"), "units stand in the headers");
    for nth in 2..=7 {
        let sheet = &parts[&format!("xl/worksheets/sheet{nth}.xml")];
        assert!(sheet.contains("state=\"frozen\""), "sheet {nth} keeps its header in sight");
        assert!(sheet.contains("customWidth=\"1\""), "sheet {nth} has columns of a sensible width");
    }
    assert!(
        parts.contains_key("xl/charts/chart1.xml") && parts.contains_key("xl/charts/chart2.xml")
    );
    assert!(parts["xl/charts/chart1.xml"].contains("'cash openai'!"), "cash is drawn");
    assert!(parts["docProps/core.xml"].contains(">2025-11-30T00:00:00Z<"));
}

#[test]
fn every_number_of_a_table_stands_in_its_sheet() {
    let (tables, _) = tables("openai-aws");
    let parts = parts(book("openai-aws", &tables));
    let (nth, table) = tables.iter().enumerate().find(|it| it.1.name == "cash").unwrap();
    let sheet = &parts[&format!("xl/worksheets/sheet{}.xml", nth + 3)];
    let cells = cells(sheet);
    for (at, column) in table.columns.iter().enumerate() {
        let Cells::Millionths(values) = &column.cells else { continue };
        let letter = char::from(b'A' + at as u8);
        for (row, value) in values.iter().enumerate() {
            let found: f64 = cells[format!("{letter}{}", row + 2).as_str()].1.parse().unwrap();
            assert_eq!(found, *value as f64 / 1e6, "{} in row {row}", column.name);
        }
    }
}

#[test]
fn formulas_carry_the_values_that_the_play_came_to() {
    for story in ["openai-aws", "openai-book"] {
        let (tables, figures) = tables(story);
        let parts = parts(book(story, &tables));
        let cells = cells(&parts["xl/worksheets/sheet2.xml"]);
        let formulas = cells.values().filter(|it| it.0.is_some()).count();
        assert!(formulas > 800, "{formulas}");
        let value = |cell: &str| cells[cell].1.to_owned();
        let number = |figure: &str| match &figures[figure] {
            Value::Number(it) => *it,
            other => panic!("{figure} is {other:?}"),
        };
        let near = |cell: &str, figure: &str| {
            let found: f64 = value(cell).parse().unwrap();
            assert!((found - number(figure)).abs() < 0.01, "{cell}: {found}, {figure} of {story}");
        };
        near("G4", "party.openai.cash_min");
        near("G7", "party.openai.funding_gap");
        near("G8", "party.openai.coverage_min");
        for (cell, figure) in [("G5", "cash_min_date"), ("G6", "first_shortfall")] {
            let expected = match &figures[&format!("party.openai.{figure}")] {
                Value::Date(it) => it.clone(),
                _ => "never".to_owned(),
            };
            assert_eq!(value(cell), expected, "{figure} of {story}");
        }
        for (cell, (formula, value)) in &cells {
            let is_told =
                formula.is_none() || !value.is_empty() || formula.unwrap().contains("\"\"");
            assert!(is_told, "{cell} of {story} has a formula without a value");
        }
    }
}

#[test]
fn cash_follows_from_inputs_by_formulas_alone() {
    let (tables, _) = tables("openai-aws");
    let parts = parts(book("openai-aws", &tables));
    let cells = cells(&parts["xl/worksheets/sheet2.xml"]);
    let formula = |cell: &str| cells[cell].0.unwrap_or_default();
    assert_eq!(formula("K14"), "C14*$B$4");
    assert_eq!(formula("L14"), "K14*(D14+$B$5)");
    assert_eq!(formula("P15"), "L15-M15-N15-G15+O15+I15");
    assert_eq!((formula("J14"), formula("J15"), formula("Q15")), ("", "Q14", "J15+P15"));
    assert!(formula("G9").starts_with("SUMPRODUCT(P14:P98,(1+$B$9)^"));
    let value = |cell: String| cells[cell.as_str()].1.parse::<f64>().unwrap();
    let mut cash = value("J14".to_owned());
    for n in 14..=98 {
        let of = |letter: char| value(format!("{letter}{n}"));
        cash += of('L') - of('M') - of('N') - of('G') + of('O') + of('I');
        assert!((cash - of('Q')).abs() < 0.01, "line {n}");
    }
}

#[test]
fn equal_runs_make_equal_workbooks() {
    let bytes = || book("llama3", &tables("llama3").0);
    assert!(bytes() == bytes());
    let (tables, _) = tables("openai-aws");
    assert!(book("openai-aws", &tables) == book("openai-aws", &tables));
}
