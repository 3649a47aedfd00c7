//! Do `cash` and `clear` say what plain files come to, and all that is wrong with them? Does our arithmetic of money
//! agree with that of others?
//!
//! `tests/money/` holds the files; `tests/snapshots/` what is printed about them.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use common::{call, text};
use serde_json::{Value, json};

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Calls the program among the files, with a text on stdin.
fn offtake(args: &[&str], piped: &str) -> Output {
    call(&tests().join("money"), args, piped)
}

fn told(args: &[&str]) -> String {
    let out = offtake(args, "");
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    text(&out.stdout)
}

/// The document about a text.
fn about(verb: &[&str], piped: &str) -> Value {
    let out = offtake(&[verb, &["-", "--json"]].concat(), piped);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// What was said, with exit code 2 and nothing on stdout.
fn refused(args: &[&str], piped: &str) -> String {
    let out = offtake(args, piped);
    assert_eq!((out.status.code(), text(&out.stdout).as_str()), (Some(2), ""), "{args:?}");
    text(&out.stderr)
}

macro_rules! snapshot {
    ($name:literal, $text:expr) => {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $text);
        });
    };
}

#[test]
fn flows_are_judged_before_and_after_debt() {
    let args =
        ["--discount", "10 %", "--loan-rate", "9 %", "--cash", "300 M", "--facility", "100 M"];
    snapshot!("cash-campus", told(&[&["cash", "campus.csv"][..], &args].concat()));
    snapshot!("cash-swap", told(&["cash", "swap.csv", "--discount", "8 %"]));
}

#[test]
fn a_network_is_cleared_by_wave_and_creditor() {
    snapshot!("clear-exposure", told(&["clear", "exposure.toml"]));
    snapshot!("clear-chain", told(&["clear", "debts.csv", "--assets", "assets.csv"]));
}

#[test]
fn all_that_is_wrong_with_a_file_is_told_at_once() {
    snapshot!("cash-broken", refused(&["cash", "broken-flows.csv"], ""));
    snapshot!("clear-broken-toml", refused(&["clear", "broken-network.toml"], ""));
    snapshot!(
        "clear-broken-tables",
        refused(
            &[
                "clear",
                "broken-debts.csv",
                "--assets",
                "broken-assets.csv",
                "--stakes",
                "broken-stakes.csv"
            ],
            ""
        )
    );
}

#[test]
fn the_documents_have_the_fields_that_others_rely_on() {
    let it = about(
        &["cash", "--discount", "8 %", "--cash", "5"],
        "date,amount\n2026-01-01,-10\n2027-01-01,11\n",
    );
    assert_eq!(it["flows"], 2);
    assert_eq!((it["from"].as_str(), it["to"].as_str()), (Some("2026-01-01"), Some("2027-01-01")));
    assert_eq!((it["sum"].as_f64(), it["discount"].as_f64()), (Some(1.0), Some(0.08)));
    assert!((it["npv"].as_f64().unwrap() - (11.0 / 1.08 - 10.0)).abs() < 1e-12);
    assert!((it["irr"]["roots"][0].as_f64().unwrap() - 0.1).abs() < 1e-12, "{}", it["irr"]);
    assert_eq!(
        (it["irr"]["status"].as_str(), it["irr"]["because"].as_str()),
        (Some("complete"), None)
    );
    assert_eq!(it["payback"], "2027-01-01");
    assert_eq!(it["runway"]["first_short"], "2026-01-01");
    assert_eq!(
        (it["currency"].as_str(), it["day_count"].as_str()),
        (Some("USD"), Some("ACT_365F"))
    );
    let it: Value = serde_json::from_str(&told(&["clear", "exposure.toml", "--json"])).unwrap();
    assert_eq!(it["waves"], json!([["lab"], ["neocloud"]]));
    let sum = |list: &str, key: &str| -> f64 {
        it[list].as_array().unwrap().iter().map(|it| it[key].as_f64().unwrap()).sum()
    };
    for (party, payment) in [("paid", "paid"), ("owed", "owed"), ("not_received", "shortfall")] {
        assert!((sum("parties", party) - sum("payments", payment)).abs() < 1.0, "{party}");
    }
    assert_eq!(it["settled"], true);
}

#[test]
fn flows_without_a_rate_say_why() {
    for (rows, why) in [
        ("2026-01-01,5\n2027-01-01,6\n", "all flows are of one sign"),
        ("2026-01-01,-5\n2026-01-01,6\n", "all flows are of one day"),
        (
            "2026-01-01,1000\n2027-01-01,-3000\n2028-01-01,2500\n",
            "there is no rate at which they are worth nothing",
        ),
    ] {
        let it = about(&["cash"], &format!("date,amount\n{rows}"));
        assert_eq!(it["irr"]["because"], why, "{it}");
        assert_eq!(
            (&it["irr"]["roots"], it["irr"]["status"].as_str()),
            (&json!([]), Some("complete"))
        );
    }
    let daily = about(&["cash"], "date,amount\n1900-01-01,-1\n1900-01-02,1e18\n1900-01-03,-3\n");
    assert_eq!(daily["irr"]["roots"][1], 1e300, "a rate beyond all numbers: {daily}");
    let touching = about(
        &["cash", "--day-count", "thirty_360_isda"],
        "date,amount\n2026-01-01,-1\n2027-01-01,2.2\n2028-01-01,-1.21\n",
    );
    assert_eq!(touching["irr"]["status"], "searched", "{touching}");
}

#[test]
fn the_order_of_lines_changes_nothing_and_is_told() {
    let sorted = about(&["cash"], "date,amount\n2026-01-01,-10\n2026-06-01,4\n2027-01-01,9\n");
    let mut turned = about(&["cash"], "date,amount\n2027-01-01,9\n2026-06-01,4\n2026-01-01,-10\n");
    assert_eq!(turned["warnings"].as_array().unwrap().len(), 1, "{turned}");
    turned["warnings"] = json!([]);
    assert_eq!(sorted, turned);
}

#[test]
fn money_is_kept_to_the_millionth_and_what_was_rounded_is_counted() {
    let it =
        about(&["cash"], "date,amount\n2026-01-01,0.1\n2026-01-02,0.2\n2026-01-03,-0.30000049\n");
    assert_eq!((it["sum"].as_f64(), it["rounded"].as_u64()), (Some(0.0), Some(1)), "{it}");
    let euro = about(&["cash"], "date,amount\n2026-01-01,1.5 bn EUR\n2026-01-02,-1_000\n");
    assert_eq!(
        (euro["currency"].as_str(), euro["sum"].as_f64()),
        (Some("EUR"), Some(1_499_999_000.0))
    );
}

#[test]
fn tables_and_toml_tell_one_story() {
    let parties = [("a", 4), ("b", 1), ("c", 1), ("d", 0)];
    let debts = [("a", "b", 10), ("b", "c", 8), ("c", "d", 6)];
    let party = |it: &(&str, i32)| format!("[party.{}]\nassets = {}\n", it.0, it.1);
    let debt = |it: &(&str, &str, i32)| {
        format!("[[owes]]\nfrom = \"{}\"\nto = \"{}\"\namount = \"{}\"\n", it.0, it.1, it.2)
    };
    let file: String = parties.iter().map(party).chain(debts.iter().map(debt)).collect();
    let mut toml = about(&["clear"], &file);
    let tables = told(&["clear", "debts.csv", "--assets", "assets.csv", "--json"]);
    let tables: Value = serde_json::from_str(&tables).unwrap();
    toml["name"] = tables["name"].clone();
    assert_eq!(toml, tables);
}

#[test]
fn calls_that_cannot_be_meant_are_refused() {
    let flows = "date,amount\n2026-01-01,-10\n2027-01-01,11\n";
    for (args, why) in [
        (&["cash", "-", "--discount", "8"][..], "write 8 % or 0.08"),
        (&["cash", "-", "--discount", "-100 %"], "is not within -99.0 % and 1,000 %"),
        (&["cash", "-", "--discount", "much"], "`much` is no share"),
        (&["cash", "-", "--day-count", "THIRTY_E360"], "did you mean `THIRTY_E_360`"),
        (&["cash", "-", "--cash", "some"], "--cash: `some` is no amount"),
        (&["cash", "-", "--cash", "1 EUR", "--facility", "1 USD"], "--facility"),
        (&["cash", "."], "`.` is a directory, no file"),
        (&["cash", "gone.csv"], "`gone.csv` is not there"),
        (&["clear", "debts.csv"], "say --assets FILE"),
        (&["clear", "exposure.toml", "--keeps", "60 %"], "say two shares"),
        (&["clear", "exposure.toml", "--keeps", "60 %,180 %"], "is not within 0 % and 100 %"),
    ] {
        let said = refused(args, flows);
        assert!(said.contains(why), "{args:?}: {said}");
    }
    for (file, why) in [
        ("", "the file is empty"),
        ("date,amount\n", "there is no flow"),
        ("amount\n5\n", "there is no column `date`"),
        ("date,amount,date\n", "stands here twice"),
        ("\0", "no column is called"),
    ] {
        let said = refused(&["cash", "-"], file);
        assert!(said.contains(why), "{file:?}: {said}");
    }
    for (file, why) in [
        ("", "nobody owes anybody anything"),
        ("owes = 5", "write [[owes]]"),
        ("party = [", "this is not TOML"),
        (
            "[party.a]\nstakes = { b = \"100 %\" }\n[party.b]\nstakes = { a = \"100 %\" }\n",
            "own each other in full",
        ),
    ] {
        let said = refused(&["clear", "-"], file);
        assert!(said.contains(why), "{file:?}: {said}");
    }
}

#[test]
fn our_arithmetic_agrees_with_that_of_others_and_does_not_hang_on_what_is_expected() {
    let folder = tempfile::tempdir().unwrap();
    for (name, count) in [("finance.json", 54), ("clearing.json", 17), ("single_owner.json", 3)] {
        let file = tests().join("reference").join(name);
        let mut blind: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        for it in blind["cases"].as_array_mut().unwrap() {
            it.as_object_mut().unwrap().remove("expected");
        }
        let copy = folder.path().join(name);
        fs::write(&copy, blind.to_string()).unwrap();
        let cases = |path: &Path| -> Vec<Value> {
            let shown = path.display().to_string();
            let it: Value = serde_json::from_str(&told(&["agree", &shown, "--json"])).unwrap();
            it["cases"].as_array().unwrap().clone()
        };
        let (seen, unseen) = (cases(&file), cases(&copy));
        assert_eq!(seen.len(), count);
        for (seen, unseen) in seen.iter().zip(&unseen) {
            assert_eq!(seen["held"], true, "{} differs by {}", seen["id"], seen["max_diff"]);
            assert_eq!(unseen["held"], Value::Null);
            assert_eq!(seen["result"], unseen["result"]);
        }
    }
}

#[test]
fn a_project_is_reckoned_line_by_line_and_nothing_is_lent_where_no_cash_comes() {
    let file = tests().join("reference/single_owner.json").display().to_string();
    let told: Value = serde_json::from_str(&told(&["agree", &file, "--json"])).unwrap();
    let case = |id: &str| {
        let cases = told["cases"].as_array().unwrap();
        cases.iter().find(|it| it["id"] == id).unwrap().clone()
    };
    let lines = |it: &Value| it["result"]["cash_flows"].as_object().unwrap().len();
    // A case with reserves, fees, tax and depreciation in use, and one whose debt would be less than nothing.
    let (all, none) = (case("S01"), case("S05"));
    assert_eq!((lines(&all), lines(&none)), (44, 16));
    assert!(all["not_covered"].as_array().unwrap().contains(&json!("scalars.wacc")), "{all}");
    assert_eq!(none["result"]["lent"], json!({ "amount": 0.0, "binding": "cash" }));
}
