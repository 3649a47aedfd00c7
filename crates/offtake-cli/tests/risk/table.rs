//! Row N of the table of draws is what `run --draw N` plays, and an input's draws are its own.

use std::fs::{self, File};

use offtake::scenario::Report;
use offtake::study::{Futures, Kind, day_number};
use offtake_files::draws;
use tempfile::TempDir;

use super::{SMALL, done, folder};

/// Every column of a saved study: its name, what it holds, and its values.
fn columns(folder: &TempDir, saved: &str, text: &str) -> Vec<(String, Kind, Vec<f64>)> {
    let (_, scenario) = offtake::read("small.toml", text, None, &mut Report::default());
    let scenario = scenario.expect("it is sound");
    let futures = Futures::of(&scenario, &[], false);
    let file = File::open(folder.path().join(saved).join("draws.parquet")).expect("saved");
    let table = draws::table(file).expect("a table");
    let column = |at| table.column(at, u32::MAX).expect("a column");
    let named =
        |(at, it): (usize, &offtake::study::Heading)| (it.name.clone(), it.kind, column(at));
    futures.headings().iter().enumerate().map(named).collect()
}

#[test]
fn a_future_that_is_played_alone_is_the_row_of_its_number() {
    let folder = folder();
    done(&folder, "risk small.toml --draws 40 --quiet --out odds");
    let columns = columns(&folder, "odds", SMALL);
    let mut compared = 0;
    for n in [0_usize, 16, 39] {
        let run = done(&folder, &format!("run small.toml --draw {n} --assumptions 0 --json"));
        let document = run.json();
        for figure in document["figures"].as_array().expect("figures") {
            let id = figure["id"].as_str().expect("an id");
            let (_, _, values) = columns.iter().find(|it| it.0 == id).expect(id);
            let value = &figure["value"];
            let day = || value.as_str().and_then(|it| it.parse().ok()).map(day_number);
            match value.as_f64().or_else(day) {
                Some(value) => {
                    assert_eq!(values[n], value, "{id} of future {n}");
                    compared += 1;
                }
                None => assert!(!values[n].is_finite() || value.is_string(), "{id}: {value}"),
            }
        }
    }
    assert!(compared > 100, "{compared} figures");
}

#[test]
fn a_party_and_a_site_more_leave_what_the_others_draw_alone() {
    let more = "[party.third]\ncash = { q10 = \"1 M USD\", q90 = \"3 M USD\", law = \"lognormal\", source = \"assumed\" }\n\
         [site.there]\nregion = \"catalogue:region/us\"\n\
         power = { limit = { q10 = \"5 MW facility\", q50 = \"6 MW facility\", q90 = \"7 MW facility\", source = \"assumed\" } }\n";
    let folder = folder();
    let text = SMALL.replace("[party.seller]", &format!("{more}[party.seller]"));
    fs::write(folder.path().join("more.toml"), &text).expect("written");
    for name in ["small", "more"] {
        done(&folder, &format!("risk {name}.toml --draws 50 --quiet --out odds-{name}"));
    }
    let before = columns(&folder, "odds-small", SMALL);
    let after = columns(&folder, "odds-more", &text);
    let is_input = |it: &&(String, Kind, Vec<f64>)| matches!(it.1, Kind::Input(_));
    let added = after.iter().filter(is_input).count() - before.iter().filter(is_input).count();
    assert_eq!(added, 2);
    for (path, _, values) in before.iter().filter(is_input) {
        let same = after.iter().find(|it| it.0 == *path).expect(path);
        assert_eq!(*values, same.2, "{path}");
    }
}
