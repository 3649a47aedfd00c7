//! Does a report say who is hurt if something comes out worse, and does it refuse what is nothing?
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A buyer that has enough, and half of whose revenue is not enough.
const STORY: &str = r#"offtake = 1
name    = "stress"
as_of   = 2026-01-01
horizon = { from = 2026-01-01, to = 2028-01-01 }

[party.lab]
title   = "The lab"
cash    = "1 M USD [assumed]"
revenue = "100 M USD [assumed]"
margin  = "100 % [assumed]"

[party.cloud]

[party.maker]

[deal.rent]
buyer  = "lab"
seller = "cloud"
layer  = "rent"
total  = "150 M USD [assumed]"
term   = "2 years [assumed]"
start  = 2026-01-01

[deal.chips]
buyer  = "cloud"
seller = "maker"
layer  = "chips"
total  = "50 M USD [assumed]"
term   = "1 year [assumed]"
start  = 2026-01-01
"#;

fn run(more: &[&str]) -> (TempDir, Output) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("lab.toml"), STORY).expect("written");
    let mut call = Command::new(env!("CARGO_BIN_EXE_offtake"));
    call.current_dir(folder.path()).args(["run", "lab.toml", "--assumptions", "0", "--out", "run"]);
    let told = call.args(more).output().expect("the program starts");
    (folder, told)
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn a_report_says_who_is_hurt_by_half_the_revenue() {
    let (folder, told) = run(&[]);
    assert_eq!(told.status.code(), Some(0), "{}", text(&told.stderr));
    let report = text(&told.stdout);
    assert!(report.contains("The lab's revenue -50 %: who is not paid what, when"), "{report}");
    assert!(report.contains("no deal says what follows"), "{report}");
    let lines = || report.lines().filter(|it| it.trim_start().starts_with("cloud "));
    assert!(lines().any(|it| it.contains("$49.0 M") && it.contains("32.7 %")), "{report}");
    let saved = |name: &str| fs::read_to_string(folder.path().join("run").join(name));
    assert!(saved("stress.csv").is_ok_and(|it| it.lines().count() == 3));
    assert!(saved("exposure.csv").is_ok_and(|it| it.contains("2026,rent,lab,cloud,")));
}

#[test]
fn another_number_may_be_made_worse_and_scripts_read_it() {
    let (_folder, told) = run(&["--stress", "party.lab.margin=-20%", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&told.stdout).expect("JSON");
    let stress = &json["stress"];
    assert_eq!((&stress["of"], &stress["said"]), (&"party.lab.margin".into(), &false.into()));
    assert_eq!(stress["per_cent"], -20.0);
    // 1 and 160 do for 150.
    assert_eq!(stress["rows"][0]["stressed_unpaid"], 0.0);
}

#[test]
fn what_is_no_number_of_the_scenario_is_refused_with_the_right_word() {
    for (stress, word) in [
        ("party.lab.revenu=-50%", "did you mean `party.lab.revenue`?"),
        ("party.lab.revenue=-50", "write PATH=PER CENT"),
        ("party.lab.revenue=-120%", "write PATH=PER CENT"),
    ] {
        let (folder, told) = run(&["--stress", stress]);
        assert_eq!(told.status.code(), Some(2), "{stress}");
        assert!(text(&told.stderr).contains(word), "{stress}: {}", text(&told.stderr));
        assert!(!folder.path().join("run").exists(), "{stress} left a trace");
    }
}
