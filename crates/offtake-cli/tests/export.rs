//! Do files leave the house whole, equal and where they may; and does a bill come in again as a price?

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{call, text};
use tempfile::TempDir;

/// A folder with a saved run of a story in `run`.
fn with_run(story: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let args = ["run", story, "--assumptions", "0", "--quiet", "--out", "run"];
    let told = call(folder.path(), &args, "");
    assert!(told.status.success(), "{}", text(&told.stderr));
    folder
}

/// Calls the program and gives its exit code, what it printed and what it said.
fn ask(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let told = call(folder, args, "");
    (told.status.code().expect("no signal"), text(&told.stdout), text(&told.stderr))
}

/// Every file of a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry"));
    let read = |it: fs::DirEntry| {
        (it.file_name().to_string_lossy().into_owned(), fs::read(it.path()).expect("readable"))
    };
    entries.map(read).collect()
}

#[test]
fn a_saved_run_and_its_scenario_make_the_same_files() {
    let folder = with_run("abilene");
    let at = folder.path();
    for (source, target) in [("run", "a"), ("run", "b"), ("abilene", "c")] {
        let args = ["export", source, "--to", "xlsx,csv,parquet,focus", "--output", target];
        let (code, out, err) = ask(at, &args);
        assert_eq!((code, out.as_str()), (0, ""), "{err}");
        let last = err.lines().last().expect("a last line");
        assert!(
            last.contains("run.xlsx (") && last.contains(&format!(" of abilene to {target} in "))
        );
    }
    let (a, b, c) = (files(&at.join("a")), files(&at.join("b")), files(&at.join("c")));
    assert!(a == b && a == c);
    let run = files(&at.join("run"));
    for (name, bytes) in a.iter().filter(|it| run.contains_key(it.0)) {
        assert!(run[name] == *bytes, "{name} is not as it was saved");
    }
    for name in ["run.xlsx", "focus.csv", "bills.csv", "monthly.parquet", "export.json"] {
        assert!(a.contains_key(name), "{name}");
    }
}

#[test]
fn a_scenario_is_exported_with_the_stress_that_its_run_saves() {
    let folder = with_run("openai-aws");
    let at = folder.path();
    for (source, target) in [("run", "a"), ("openai-aws", "b")] {
        assert_eq!(ask(at, &["export", source, "--to", "csv", "--output", target]).0, 0);
    }
    let (a, b) = (files(&at.join("a")), files(&at.join("b")));
    assert!(a.contains_key("stress.csv"), "the buyer tells its revenue");
    assert!(a == b);
}

#[test]
fn what_is_not_an_earlier_export_is_left_alone() {
    let folder = with_run("llama3");
    let at = folder.path();
    fs::create_dir(at.join("foreign")).expect("made");
    fs::write(at.join("foreign/letter"), "dear").expect("written");
    for (target, why) in [("run", "holds a saved run"), ("foreign", "nothing was changed")] {
        let before = files(&at.join(target));
        let (code, _, err) = ask(at, &["export", "run", "--to", "csv", "-o", target]);
        assert!(code == 2 && err.contains(why), "{err}");
        assert!(files(&at.join(target)) == before);
    }
    for to in ["csv", "xlsx"] {
        assert_eq!(ask(at, &["export", "run", "--to", to, "-o", "mine"]).0, 0);
    }
    let mine = files(&at.join("mine"));
    assert_eq!(
        mine.keys().collect::<Vec<_>>(),
        ["export.json", "run.xlsx"],
        "the earlier one is gone"
    );
    let (code, _, err) = ask(at, &["run", "llama3", "--assumptions", "0", "--out", "mine"]);
    assert!(code == 2 && err.contains("nothing was changed"), "{err}");
    assert!(files(&at.join("mine")) == mine, "a run takes no export's place");
}

#[test]
fn what_cannot_be_taken_away_is_said_in_one_line() {
    let folder = with_run("llama3");
    let at = folder.path();
    fs::create_dir(at.join("empty")).expect("made");
    let wrong = |args: &[&str], why: &str| {
        let (code, out, err) = ask(at, args);
        assert!(code == 2 && out.is_empty() && err.contains(why), "{args:?}: {err}");
    };
    wrong(&["export", "empty", "--to", "csv"], "`empty` is no saved run");
    wrong(&["export", "opneai-aws", "--to", "csv"], "did you mean `openai-aws`");
    wrong(&["export", "run", "--to", "focus"], "no deal charges anything, so there is no bill");
    wrong(&["export", "run", "--to", "pdf"], "invalid value 'pdf'");
    wrong(&["export", "run", "--to", "focus", "--focus-version", "1.1"], "there are 1.2, 1.3, 1.4");
    for file in fs::read_dir(at.join("run")).expect("read").flatten() {
        if file.path().extension().is_some_and(|it| it == "parquet") {
            fs::remove_file(file.path()).expect("removed");
        }
    }
    wrong(&["export", "run", "--to", "xlsx"], "play it again with `--tables parquet`");
    assert!(!at.join("exports").exists());
}

#[test]
fn a_bill_comes_in_again_as_the_price_of_its_deal() {
    let folder = with_run("openai-aws");
    let at = folder.path();
    assert_eq!(ask(at, &["export", "run", "--to", "focus", "-o", "out"]).0, 0);
    let (code, out, err) = ask(at, &["import", "out/focus.csv", "--json", "-o", "price.toml"]);
    assert!(code == 0 && err.ends_with(" s; saved price.toml\n"), "{err}");
    let told: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let run = fs::read_to_string(at.join("run/run.json")).expect("saved");
    let run: serde_json::Value = serde_json::from_str(&run).expect("JSON");
    let figure = |id: &str| {
        let all = run["figures"].as_array().expect("figures");
        all.iter().find(|it| it["id"] == id).expect("the figure")["value"]
            .as_f64()
            .expect("a number")
    };
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs();
    assert!(near(told["billed"].as_f64().expect("a sum"), figure("deal.aws.billed")));
    let list = |it: &serde_json::Value| it["list"].as_f64().expect("a sum");
    for grouping in ["services", "categories", "providers", "issuers"] {
        let sum: f64 = told[grouping].as_array().expect("a list").iter().map(list).sum();
        assert!(near(sum, list(&told)), "{grouping} count a list price twice: {sum}");
    }
    let price = &told["prices"][0];
    let hourly = price["per_gpu_hour"].as_f64().expect("a price");
    assert!(near(hourly, figure("deal.aws.price_per_gpu_hour")), "{hourly}");
    assert_eq!(
        (price["what"].as_str(), price["gpus"].as_f64()),
        (Some("rent/gb300-nvl72"), Some(1.0))
    );
    let snippet = fs::read_to_string(at.join("price.toml")).expect("saved");
    assert_eq!(told["scenario"], snippet);
    assert!(snippet.contains("price = \"2.68146 USD/GPU-hour [bill]\""), "{snippet}");
}

/// Where a cut of a public bill lies.
const SAMPLE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../offtake-files/tests/bills/aws-2024-09.csv");

#[test]
fn an_instance_whose_gpus_are_known_has_a_price_by_the_gpu_hour() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, out, err) = ask(folder.path(), &["import", SAMPLE, "--json"]);
    assert_eq!(code, 0, "{err}");
    for name in
        ["effective-zero: 22 ", "null-word: ", "times-without-zone: 86 ", "unknown-column: 1 "]
    {
        assert!(err.contains(&format!("warning: {SAMPLE}: {name}")), "{name} in {err}");
    }
    let told: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((told["rows"].as_u64(), told["basis"].as_str()), (Some(43), Some("billed")));
    let first = &told["prices"][0];
    assert_eq!((first["what"].as_str(), first["gpus"].as_f64()), (Some("g5.4xlarge"), Some(1.0)));
    let price = first["per_gpu_hour"].as_f64().expect("a price");
    assert!((price - 1.624).abs() < 1e-6, "{price}: the description says $1.624 per hour");
    let (code, _, err) = ask(folder.path(), &["import", SAMPLE, "--strict"]);
    assert!(code == 2 && err.contains("under --strict"), "{err}");
}

#[test]
fn what_a_bill_comes_to_stands_in_a_scenario_without_a_mistake() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    assert_eq!(ask(at, &["import", SAMPLE, "-o", "price.toml"]).0, 0);
    let snippet = fs::read_to_string(at.join("price.toml")).expect("saved");
    let story = "offtake = 1\nname = \"a\"\nas_of = 2025-01-01\nhorizon = { from = 2025-01-01, to = 2026-01-01 }\n\
        [party.a]\n[party.b]\n\
        [site.s]\nregion = \"catalogue:region/us\"\npower = { limit = \"9 MW facility [assumed]\", ready = 2025-01-01 }\n\
        [fleet.f]\nsite = \"s\"\nmodel = \"catalogue:rack/hgx-h100\"\ncount = \"80 GPU [assumed]\"\nfail = \"catalogue:failures/llama3\"\nload = \"90 % [assumed]\"\n";
    let deal = "buyer = \"a\"\nseller = \"b\"\nlayer = \"rent\"\nterm = \"1 years [assumed]\"\nstart = 2025-01-01\n\
        deliver = { fleet = \"f\", first = \"80 GPU [assumed]\" }\n";
    let pasted = format!("{story}{snippet}")
        .replace("[deal.g5-4xlarge]\n", &format!("[deal.g5-4xlarge]\n{deal}"));
    fs::write(at.join("deal.toml"), pasted).expect("written");
    let (code, out, err) = ask(at, &["run", "deal.toml", "--json", "--assumptions", "0"]);
    assert_eq!(code, 0, "{err}");
    let told: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let all = told["figures"].as_array().expect("figures");
    let price = all.iter().find(|it| it["id"] == "deal.g5-4xlarge.price_per_gpu_hour");
    assert_eq!(price.expect("the figure")["value"].as_f64(), Some(1.624));
}

#[test]
fn a_broken_bill_is_refused_with_every_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let bill = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd\n\
        ten,USD,Usage,2027-01-01T00:00:00Z,2027-02-01T00:00:00Z\n\
        2,USD,Purchases,2027-01-01T00:00:00Z,soon\n";
    fs::write(at.join("bill.csv"), bill).expect("written");
    let (code, out, err) = ask(at, &["import", "bill.csv", "-o", "price.toml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    let lines: Vec<&str> = err.lines().collect();
    assert!(lines[0].starts_with("error: bill.csv: line 2: BilledCost is `ten`; "), "{err}");
    assert!(
        lines[1].starts_with("error: bill.csv: line 3: ChargeCategory is `Purchases`; "),
        "{err}"
    );
    assert!(lines[2].starts_with("error: bill.csv: line 3: ChargePeriodEnd is `soon`; "), "{err}");
    assert!(lines.len() == 3 && !at.join("price.toml").exists());
}

#[test]
fn the_pages_of_the_reference_are_current() {
    let folder = tempfile::tempdir().expect("a folder");
    for page in ["columns", "fields", "mistakes", "verbs"] {
        let (code, out, _) = ask(folder.path(), &["schema", "--page", page]);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/{page}.md"));
        let written = fs::read_to_string(file).unwrap_or_default();
        assert!(code == 0 && out == written, "docs/{page}.md: run `cargo xtask generate`");
    }
}
