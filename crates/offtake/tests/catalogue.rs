//! Does every row of the catalogue stand on its own feet: read as a user's row is read, named once,
//! with a source that exists, and parties that are known?

use std::collections::BTreeSet;

use offtake::scenario::library::{self, KINDS};
use offtake::scenario::{Draft, Inputs, Report, Row, check_catalogue};

#[test]
fn every_row_passes_the_check_of_a_users_file() {
    let (draft, report, ..) = read();
    let told = |it: &&offtake::scenario::Diagnostic| {
        format!("{}: {} {}", draft.files.describe(it.at), it.code, it.message)
    };
    let found: Vec<String> = report.sorted().iter().map(told).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_kind_may_stand_in_a_users_file_and_has_rows() {
    let (.., rows) = read();
    for kind in KINDS {
        let table = library::table_of(kind.name);
        assert!(offtake::scenario::schema::TOP_TABLES.contains(&table), "{table}");
        assert!(rows.iter().any(|it| it.noun.name == kind.name), "no {table}");
    }
}

#[test]
fn what_stands_in_a_text_is_found() {
    let (draft, ..) = read();
    let lines = library::TEXTS.iter().flat_map(|it| it.1.lines());
    let written = lines.filter(|it| it.starts_with('[')).count();
    let tables: BTreeSet<&str> = draft.library().tables().map(|it| it.0).collect();
    let found: usize = tables.iter().map(|it| draft.library().names(it).len()).sum();
    assert_eq!(found, written);
}

#[test]
fn a_name_is_given_once() {
    let (draft, ..) = read();
    let tables: BTreeSet<&str> = draft.library().tables().map(|it| it.0).collect();
    for table in tables {
        let mut seen = BTreeSet::new();
        for name in draft.library().names(table) {
            assert!(seen.insert(name), "{table}.{name} stands twice");
        }
    }
}

#[test]
fn every_source_is_leant_on() {
    let (draft, ..) = read();
    let texts = library::TEXTS.iter().chain(&library::STORIES);
    let all: Vec<&str> = texts.map(|it| it.1).collect();
    for name in draft.library().names("source") {
        let named = |text: &&str| text.match_indices(name).any(|(at, _)| cites(text, at, name));
        assert!(all.iter().any(named), "nothing names the source {name}");
    }
}

/// Whether a name stands alone at this place, and not in the head of its own table.
fn cites(text: &str, at: usize, name: &str) -> bool {
    let part = |it: char| it.is_alphanumeric() || it == '-' || it == '.';
    let before = text[..at].chars().next_back().is_some_and(part);
    let after = text[at + name.len()..].chars().next().is_some_and(part);
    !before && !after
}

#[test]
fn who_deals_is_a_party_and_where_is_a_region() {
    let (draft, _, _, rows) = read();
    let known = |kind: &str| draft.library().names(kind).into_iter().collect::<BTreeSet<_>>();
    let (parties, regions) = (known("party"), known("region"));
    for row in &rows {
        let keys: &[&str] = match row.noun.name {
            "commitment" => &["buyer", "seller"],
            "loan" => &["borrower", "lender"],
            "stake" => &["of"],
            _ => &[],
        };
        for who in keys.iter().filter_map(|key| row.text(key)) {
            assert!(parties.contains(who), "{}: `{who}` is no party", row.path);
        }
        if let Some(place) = row.text("region") {
            assert!(regions.contains(place), "{}: `{place}` is no region", row.path);
        }
    }
}

#[test]
fn the_page_of_the_guide_is_what_the_catalogue_gives() {
    let (draft, _, inputs, rows) = read();
    let made = offtake::view::catalogue::page(draft.library(), &inputs, &rows);
    let written = include_str!("../../../docs/catalogue.md");
    let differs = made.lines().zip(written.lines()).find(|(made, written)| made != written);
    assert!(made == written, "run `cargo xtask generate`; first difference: {differs:#?}");
}

#[test]
fn an_h100_stands_for_one() {
    let (_, _, inputs, rows) = read();
    let chip = rows.iter().find(|it| it.path == "catalogue:accelerator/h100").expect("a row");
    let peak = inputs.get(chip.input("bf16").expect("a peak"));
    let offtake::scenario::InputValue::Number { median, .. } = peak.value else { panic!() };
    assert!((library::h100e(offtake::units::to_f64(median)) - 1.0).abs() < 1e-9);
}

fn read() -> (Draft, Report, Inputs, Vec<Row>) {
    let mut report = Report::default();
    let (_, draft) = Draft::read("catalogue", "offtake = 1\n", &mut report);
    let draft = draft.expect("the catalogue is TOML");
    let (inputs, rows) = check_catalogue(&draft, &mut report);
    (draft, report, inputs, rows)
}

#[test]
fn a_shape_is_stretched_to_the_mean_of_the_row_that_names_it() {
    let means: Vec<(String, String)> = library::shaped()
        .into_iter()
        .map(|row| {
            let shape = library::shape(&row).expect("it names one");
            (row, format!("{:.2}", shape.gpu_hours()))
        })
        .collect();
    let told = [("acme-seren", "9.00"), ("philly", "16.96")];
    assert_eq!(means, told.map(|(row, mean)| (row.to_owned(), mean.to_owned())));
}
