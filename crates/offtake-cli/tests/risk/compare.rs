//! Scenarios side by side: what was asked, what came of it, and the same luck for all.

use std::fs;

use serde_json::Value;

use super::{SMALL, done, folder, offtake};

/// A figure of a comparison.
fn figure(document: &Value, id: &str) -> Value {
    let figures = document["figures"].as_array().expect("figures");
    figures.iter().find(|it| it["id"] == id).unwrap_or_else(|| panic!("{id}")).clone()
}

fn names(document: &Value) -> Vec<String> {
    let names = document["scenarios"].as_array().expect("names").iter();
    names.map(|it| it.as_str().expect("a name").to_owned()).collect()
}

fn paths(document: &Value) -> Vec<String> {
    let inputs = document["inputs"].as_array().expect("inputs").iter();
    inputs.map(|it| it["path"].as_str().expect("a path").to_owned()).collect()
}

#[test]
fn one_scenario_is_compared_with_its_variants() {
    let document = done(&folder(), "compare small.toml --json").json();
    assert_eq!(names(&document), ["small.toml", "small.toml#dear", "small.toml#late"]);
    assert_eq!(paths(&document), ["deal.rent.deliver.full", "deal.rent.price"]);
    let prices = figure(&document, "deal.rent.price_per_gpu_hour")["values"].clone();
    let prices = prices.as_array().expect("values");
    assert_eq!(prices[0], prices[2], "who is late pays the same an hour");
    assert!(prices[1].as_f64() > prices[0].as_f64());
}

#[test]
fn a_folder_stands_for_its_files_by_name() {
    let folder = folder();
    let deals = folder.path().join("deals");
    fs::create_dir(&deals).expect("a folder");
    for (name, take) in [("b.toml", "60 %"), ("a.toml", "90 %"), ("notes.txt", "100 %")] {
        fs::write(deals.join(name), SMALL.replace("80 % [", &format!("{take} [")))
            .expect("written");
    }
    let document = done(&folder, "compare deals --json").json();
    assert_eq!(names(&document), ["deals/a.toml", "deals/b.toml"]);
    assert!(paths(&document).contains(&"deal.rent.take".to_owned()));
}

#[test]
fn values_that_are_set_make_every_combination() {
    let set = "--set deal.rent.take=70%,90% --set fleet.one.load=50%,60%,70%";
    let document = done(&folder(), &format!("compare small.toml {set} --json")).json();
    assert_eq!(names(&document).len(), 6);
    assert!(names(&document)[5].ends_with("deal.rent.take = 90% fleet.one.load = 70%"));
    let billed = figure(&document, "deal.rent.billed")["values"].clone();
    let billed: Vec<f64> =
        billed.as_array().expect("values").iter().map(|it| it.as_f64().expect("money")).collect();
    // Used is less than what must be taken: the load moves no bill, the clause does.
    assert!(billed[0] < billed[3] && billed[3] == billed[5], "{billed:?}");
}

#[test]
fn all_play_the_same_luck() {
    let document = done(&folder(), "compare small.toml --draws 100 --all --json").json();
    let (price, peak) = ("deal.rent.price_per_gpu_hour", "deal.rent.delivered_gpus_peak");
    // Nothing but the price differs: in each future as many GPUs come, fail and are used.
    for id in [peak, "fleet.one.failures", "fleet.one.utilisation", "site.here.energy"] {
        let it = figure(&document, id);
        let dear = &it["differences"][0];
        assert_eq!((&dear["same"], &dear["larger"]), (&1.0.into(), &0.0.into()), "{id}");
        assert_eq!(it["quantiles"][0], it["quantiles"][1], "{id}");
        assert_ne!(it["quantiles"][0]["q10"], it["quantiles"][0]["q90"], "{id} is drawn");
    }
    assert!(figure(&document, price)["differences"][0]["larger"].as_f64() > Some(0.9));
    let two = done(&folder(), "compare small.toml --draws 100 --all --json --threads 7").json();
    assert_eq!(document, two, "on any number of threads");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let folder = folder();
    fs::write(folder.path().join("alone.toml"), SMALL.split("[variant").next().expect("text"))
        .expect("written");
    assert!(offtake(&folder, "compare alone.toml").refused().contains("only one scenario"));
    assert!(offtake(&folder, "compare small.toml gone.toml").refused().contains("no such file"));
    let many = "--set a.b=1,2,3,4,5,6,7,8,9 --set c.d=1,2,3,4,5,6,7,8";
    let told = offtake(&folder, &format!("compare small.toml {many}"));
    assert!(told.refused().contains("72 combinations are too many"));
    let told = offtake(&folder, "compare small.toml --set deal.rent.tak=70%,80%");
    assert_eq!((told.code, told.out.as_str()), (2, ""));
    assert!(told.err.contains("--> --set:1:"), "{}", told.err);
}
