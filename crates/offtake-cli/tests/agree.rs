//! Do our laws agree with those of other people's software, and without a look at what it says?

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn reference() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../offtake/tests/reference");
    folder.join("uncertainty_concentration.json")
}

/// The cases of a file, computed; and what the program came to.
fn agree(path: &Path) -> (Option<i32>, Vec<Value>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offtake"));
    let out = command.arg("agree").arg(path).arg("--json").output().unwrap();
    let document: Value = serde_json::from_slice(&out.stdout).unwrap();
    (out.status.code(), document["cases"].as_array().unwrap().clone())
}

#[test]
fn laws_cuts_correlations_and_refusals_agree_with_those_of_others() {
    let (code, cases) = agree(&reference());
    assert_eq!((code, cases.len()), (Some(0), 16));
    for case in &cases {
        assert_eq!(case["held"], true, "{case}");
        if case["fn"] != "sum_of_copula_samples" {
            assert!(case["max_diff"].as_f64().unwrap() <= 1e-9, "{case}");
        }
    }
}

#[test]
fn what_is_drawn_agrees_within_four_standard_errors() {
    let (_, cases) = agree(&reference());
    let case = cases.iter().find(|it| it["fn"] == "sum_of_copula_samples").unwrap();
    let number = |of: &str, key: &str| case[of][key].as_f64().unwrap();
    let error = number("result", "sum_mean_se").hypot(number("expected", "sum_mean_se"));
    let off = number("result", "sum_mean_mc") - number("expected", "sum_mean_mc");
    assert!(off.abs() <= 4.0 * error, "{off} by an error of {error}");
    // Standard error of a quantile: sqrt(q (1 - q) / n) over the density, which the neighbouring
    // quantiles tell.
    let at = |of: &str, share: &str| case[of]["sum_quantiles_mc"][share].as_f64().unwrap();
    for (share, [below, above], width) in [
        ("0.5", ["0.25", "0.75"], 0.5),
        ("0.1", ["0.05", "0.25"], 0.2),
        ("0.9", ["0.75", "0.95"], 0.2),
    ] {
        let density = width / (at("result", above) - at("result", below));
        let q: f64 = share.parse().unwrap();
        let error = (2.0 * q * (1.0 - q) / number("result", "mc_n")).sqrt() / density;
        let off = at("result", share) - at("expected", share);
        assert!(off.abs() <= 4.0 * error, "{share}: {off} by an error of {error}");
    }
}

#[test]
fn results_do_not_hang_on_what_is_expected() {
    let folder = tempfile::tempdir().unwrap();
    let blind = folder.path().join("blind.json");
    let mut document: Value =
        serde_json::from_str(&fs::read_to_string(reference()).unwrap()).unwrap();
    for case in document["cases"].as_array_mut().unwrap() {
        case.as_object_mut().unwrap().remove("expected");
    }
    fs::write(&blind, document.to_string()).unwrap();
    let (code, unseen) = agree(&blind);
    assert_eq!(code, Some(0));
    for (seen, unseen) in agree(&reference()).1.iter().zip(&unseen) {
        assert_eq!(seen["result"], unseen["result"]);
        assert!(unseen["held"].is_null() && !unseen["result"].is_null(), "{unseen}");
    }
}
