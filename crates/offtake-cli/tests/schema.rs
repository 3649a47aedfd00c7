//! Does the schema that editors are given know what the reader knows? It may be looser, never
//! stricter.

use std::fs;
use std::path::Path;
use std::process::Command;

use jsonschema::Validator;
use offtake::scenario::library::STORIES;
use serde_json::{Value, json};

fn schema() -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_offtake")).arg("schema").output();
    serde_json::from_slice(&output.expect("the program starts").stdout).expect("JSON")
}

fn validator() -> Validator {
    jsonschema::draft7::new(&schema()).expect("a schema of draft 7")
}

/// A TOML text as editors hand it to a schema: days are texts.
fn json_of(text: &str) -> Value {
    fn value(it: toml::Value) -> Value {
        match it {
            toml::Value::String(it) => json!(it),
            toml::Value::Integer(it) => json!(it),
            toml::Value::Float(it) => json!(it),
            toml::Value::Boolean(it) => json!(it),
            toml::Value::Datetime(it) => json!(it.to_string()),
            toml::Value::Array(all) => all.into_iter().map(value).collect(),
            toml::Value::Table(all) => {
                Value::Object(all.into_iter().map(|(key, it)| (key, value(it))).collect())
            }
        }
    }
    value(toml::Value::Table(text.parse().expect("TOML")))
}

/// What the schema has against a text: where, and why.
fn faults(validator: &Validator, text: &str) -> Vec<String> {
    let instance = json_of(text);
    validator.iter_errors(&instance).map(|it| format!("{}: {it}", it.instance_path())).collect()
}

fn story() -> &'static str {
    STORIES[0].1
}

/// The story with something in the place of something.
fn changed(old: &str, new: &str) -> String {
    assert!(story().contains(old), "`{old}` stands in the story");
    story().replacen(old, new, 1)
}

#[test]
fn the_schema_is_one() {
    jsonschema::draft7::meta::validate(&schema()).expect("it is a schema itself");
}

#[test]
fn every_story_fits() {
    let validator = validator();
    for (name, text) in STORIES {
        assert_eq!(faults(&validator, text), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn what_the_reader_takes_the_schema_takes() {
    let validator = validator();
    for (old, new) in [
        ("\"rent\"", "\" rent [news]\""),
        ("\"take-or-pay [assumed]\"", "\"pay-as-you-go\""),
        ("price   = \"solve\"", "price   = \" solve [assumed]\""),
        ("price   = \"solve\"", "price   = \"$2.5/GPU-hour [assumed]\""),
        ("\"1000 MW facility [assumed]\"", "\" .9 GW facility\""),
        ("\"0 % [assumed]\"", "0.25"),
        ("start   = 2025-11-03", "start   = 2025-11-03T00:00:00Z"),
        ("date = \"2025-10\"", "date = 2025-10-01"),
        ("{ 2025 = \"12.5 bn USD [hsbc]\"", "{ 2025-06-30 = \"12.5 bn USD [hsbc]\""),
        ("\"catalogue:region/us\"", "\"catalogue:region/us [assumed]\""),
        ("\"catalogue:region/us\"", "\"mine\""),
        ("kind     = \"service\"", "kind     = \"service [assumed]\""),
        ("fleet = \"gb300\"\n", "fleet = \"gb300\"\nschedule = \"months.csv [news]\"\n"),
        ("fleet = \"gb300\"\n", "fleet = \"gb300\"\nschedule = { 2026-03 = \"9k GPU\" }\n"),
        ("like    = \"catalogue:jobs/acme-seren\"", "like = \"shape.toml\""),
        ("like    = \"catalogue:jobs/acme-seren\"", "trace = \"jobs.csv [news]\""),
    ] {
        assert_eq!(faults(&validator, &changed(old, new)), Vec::<String>::new(), "{new}");
    }
}

#[test]
fn a_deal_without_a_fleet_is_told_by_its_calendar() {
    let validator = validator();
    let pledge = |more: &str| {
        let who = "[deal.chips]\nbuyer = \"openai\"\nseller = \"aws\"\nlayer = \"chips\"";
        let when = "term = \"4 years [assumed]\"\nstart = 2026-01-01";
        format!("{}\n{who}\n{when}\n{more}\n", story())
    };
    assert_eq!(faults(&validator, &pledge("paid = \"on-delivery\"")), Vec::<String>::new());
    for wrong in ["payd = \"on-delivery\"", "paid = \"later\"", "on_late = \"lose\""] {
        let faults = faults(&validator, &pledge(wrong));
        assert!(faults.iter().any(|it| it.starts_with("/deal/chips")), "{wrong}: {faults:#?}");
    }
}

#[test]
fn what_is_misspelt_or_misplaced_does_not_fit() {
    let validator = validator();
    for (old, new, at) in [
        // A key.
        ("seller  =", "seler  =", "/deal/aws"),
        ("[deal.aws.deliver]", "[deal.aws.delivr]", "/deal/aws"),
        ("shape = ", "shap = ", "/deal/aws/deliver"),
        ("[fleet.gb300]", "[fleets.gb300]", ""),
        ("improves = ", "improve = ", "/workload/chat"),
        ("every      = ", "evry      = ", "/workload/frontier-training"),
        ("output = ", "outputs = ", "/workload/chat/demand"),
        ("q50 = \"2 months\"", "p50 = \"2 months\"", "/deal/aws/deliver/slip"),
        ("\"horizon.to\"", "\"horizn.to\"", "/variant/slip-extends/set"),
        // A choice.
        ("\"rent\"", "\"lease\"", "/deal/aws/layer"),
        ("kind     = \"service\"", "kind     = \"servce\"", "/workload/chat"),
        ("\"metalog\"", "\"metalg\"", "/deal/aws/deliver/slip"),
        ("\"clip\"", "\"clipped\"", "/deal/aws/deliver/slip"),
        ("rack/gb300-nvl72", "rack/gb300-nvl7", "/fleet/gb300/model"),
        // A shape.
        ("\"38 bn USD [release]\"", "38", "/deal/aws/total"),
        ("\"7 years [release]\"", "\"seven years\"", "/deal/aws/term"),
        ("\"0 % [assumed]\"", "1.5", "/deal/aws/prepay"),
        ("seed     = 7", "seed     = \"7\"", "/seed"),
        ("as_of    = 2025-11-30", "as_of    = 2025", "/as_of"),
        // Something that must be there.
        ("buyer   = \"openai\"\n", "", "/deal/aws"),
        ("fleet = \"gb300\"\n", "", "/deal/aws/deliver"),
        ("kind     = \"service\"\n", "", "/workload/chat"),
    ] {
        let faults = faults(&validator, &changed(old, new));
        let there =
            |it: &String| it.starts_with(&format!("{at}: ")) || it.starts_with(&format!("{at}/"));
        assert!(faults.iter().any(there), "`{new}` at {at}: {faults:#?}");
    }
}

#[test]
fn a_warning_is_no_fault_of_the_schema_and_many_mistakes_are() {
    let validator = validator();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let mut seen = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let entry = entry.expect("readable");
        let name = entry.file_name().into_string().expect("UTF-8");
        let text = fs::read_to_string(entry.path()).expect("readable");
        if text.parse::<toml::Table>().is_err() {
            continue;
        }
        let fits = faults(&validator, &text).is_empty();
        assert!(fits || !name.starts_with('W'), "{name} is only warned of");
        seen.extend((!fits).then(|| name[..5].to_owned()));
    }
    seen.sort();
    for code in ["E0007", "E0008", "E0010", "E0025", "E0029", "E0034", "E0037", "E0059"] {
        assert!(seen.iter().any(|it| it == code), "{code} is seen by the schema: {seen:?}");
    }
}
