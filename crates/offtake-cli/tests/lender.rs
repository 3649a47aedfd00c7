//! Does the lender's page say what a loan is worth when the buyer walks away?
//!
//! `tests/money/loan.toml` holds a loan on a lease; `tests/snapshots/` what is printed about it.

mod common;

use std::path::Path;
use std::process::Output;

use common::{call, text};
use serde_json::Value;

fn offtake(args: &[&str]) -> Output {
    call(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/money"), args, "")
}

fn told(args: &[&str]) -> String {
    let out = offtake(args);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    text(&out.stdout)
}

fn document(args: &[&str]) -> Value {
    serde_json::from_str(&told(&[&["lender"], args, &["--json"]].concat())).unwrap()
}

#[test]
fn the_page_stands_beside_itself_when_the_buyer_pays_and_when_it_walks_away() {
    insta::assert_snapshot!("lender", told(&["lender", "loan.toml"]));
}

#[test]
fn who_walks_away_later_leaves_less_to_lose() {
    let recovery = |day: &str| {
        let it = document(&["loan.toml", "debt.loan", "--walks", day]);
        it["recovery"]["share"].as_f64().unwrap()
    };
    let shares = ["2027-02-01", "2028-02-01", "2030-02-01"].map(recovery);
    assert!(shares.is_sorted() && shares[0] < 1.0, "{shares:?}");
}

#[test]
fn what_is_set_over_the_file_is_on_the_page() {
    let share =
        |set: &[&str]| document(&[&["loan.toml"], set].concat())["advance"].as_f64().unwrap();
    assert!((share(&[]) - 0.8).abs() < 1e-9);
    let half = share(&["--set", "debt.loan.advance=50 % [assumed]"]);
    assert!((half - 0.5).abs() < 1e-9, "{half}");
}

#[test]
fn what_has_no_page_is_told_in_words() {
    for (args, why) in [
        (&["loan.toml", "notes"][..], "no deal secures `debt.notes`"),
        (&["loan.toml", "laon"], "no debt is called `laon`; did you mean `loan`?"),
        (&["loan.toml", "--walks", "2031-06-01"], "is owed 2031-06-01: choose another day"),
        (&["openai-aws"], "no deal secures any debt"),
        (&["buildout-2028"], "which debt? one of: private-credit, securitised"),
    ] {
        let out = offtake(&[&["lender"], args].concat());
        assert_eq!(out.status.code(), Some(2), "{args:?}");
        assert!(text(&out.stderr).contains(why), "{args:?}: {}", text(&out.stderr));
    }
}
