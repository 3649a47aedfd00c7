//! What is asked on the command line is done, or refused with a sentence.

use serde_json::Value;

use super::{Told, done, folder, offtake};

/// What a call says of something that may happen.
fn odds(told: &Told, that: &str) -> f64 {
    let document = told.json();
    let all = document["odds"].as_array().expect("odds").clone();
    let found = all.iter().find(|it| it["that"] == that);
    let found = found.unwrap_or_else(|| panic!("{that} is not among {all:?}"));
    let [share, low, high] =
        ["share", "low", "high"].map(|it| found[it].as_f64().expect("a number"));
    assert!(low <= share && share <= high && (0.0..=1.0).contains(&share), "{found}");
    share
}

#[test]
fn odds_that_are_asked_for_are_told() {
    let folder = folder();
    let with = |event: &str| {
        let mut call = super::call(&folder, "risk small.toml --draws 200 --json --odds");
        call.arg(event);
        let told = super::told(call);
        assert_eq!(told.code, 0, "{}", told.err);
        told
    };
    let (below, above) = ("billed < 20 M USD", "deal.rent.billed >= 20 M USD");
    let below = odds(&with(below), "deal.rent.billed < 20 M USD");
    let above = odds(&with(above), above);
    assert!(below > 0.0 && above > 0.0 && (below + above - 1.0).abs() < 1e-12);
    let short = with("party.buyer.first_shortfall by 2026-04");
    assert!(odds(&short, "party.buyer.first_shortfall by 2026-04") > 0.0);
    let in_2026 = odds(&short, "party.buyer.first_shortfall before 2027");
    assert!(in_2026 >= odds(&short, "party.buyer.first_shortfall by 2026-04"), "by year, unasked");
    assert!(odds(&short, "deal.rent.billed <= 50 M USD") > 0.9, "an expect has odds too");
}

#[test]
fn odds_of_nothing_are_refused_before_anything_is_played() {
    let folder = folder();
    for (event, why) in [
        ("biled < 20 M USD", "did you mean `deal.rent.billed`?"),
        ("deal.rent.billed about 20 M USD", "`about` compares nothing"),
        ("deal.rent.billed < 20 MW", "counts something else"),
        ("party.buyer.first_shortfall before soon", "is a day"),
        ("deal.rent.billed", "is no event"),
    ] {
        let mut call = super::call(&folder, "risk small.toml --draws 100000 --odds");
        call.arg(event);
        let told = super::told(call);
        assert!(told.refused().contains(why), "{event}: {}", told.err);
    }
    assert!(!folder.path().join("runs").exists());
}

#[test]
fn a_study_ends_at_the_first_look_that_is_sure_enough() {
    let folder = folder();
    let told = done(&folder, "risk small.toml --until 10% --draws 16000 --json --out sure");
    let draws = told.json()["draws"].as_u64().expect("a number");
    assert!([1_000, 2_000, 4_000, 8_000].contains(&draws), "{draws}");
    done(&folder, &format!("risk small.toml --draws {draws} --quiet --out plain"));
    super::same(&folder.path().join("sure"), &folder.path().join("plain"));
    let never = done(&folder, "risk small.toml --until 0.01% --draws 1500 --json");
    assert_eq!(never.json()["draws"], 1_500, "it gives up where it is told to");
    for wrong in ["0", "100%", "sure"] {
        assert_eq!(
            offtake(&folder, &format!("risk small.toml --until {wrong}")).code,
            2,
            "{wrong}"
        );
    }
}

/// A figure's standard error of the mean.
fn error_of_mean(document: &Value, id: &str) -> f64 {
    let figures = document["figures"].as_array().expect("figures");
    let figure = figures.iter().find(|it| it["id"] == id).expect(id);
    figure["errors"][5].as_f64().expect("a number")
}

#[test]
fn a_sobol_sequence_rounds_up_and_is_surer_of_what_is_smooth() {
    let folder = folder();
    let sobol = done(&folder, "risk small.toml --draws 900 --sobol --json").json();
    assert_eq!((&sobol["draws"], &sobol["scrambles"]), (&1_024.into(), &16.into()));
    let plain = done(&folder, "risk small.toml --draws 1024 --json").json();
    assert!(plain.get("scrambles").is_none());
    for id in ["deal.rent.price_per_gpu_hour", "deal.rent.billed"] {
        let [sobol, plain] = [&sobol, &plain].map(|it| error_of_mean(it, id));
        assert!(sobol > 0.0 && sobol < plain / 2.0, "{id}: {sobol} and {plain}");
    }
}

#[test]
fn a_value_that_is_set_is_played() {
    let folder = folder();
    let set = "--set deal.rent.price=3USD/GPU-hour";
    let told = done(&folder, &format!("risk small.toml --draws 64 --json {set}"));
    let figures = told.json()["figures"].clone();
    let figures = figures.as_array().expect("figures");
    let price = figures.iter().find(|it| it["id"] == "deal.rent.price_per_gpu_hour").expect("it");
    for quantile in ["q05", "q50", "q95"] {
        let dear = price[quantile].as_f64().expect("a number");
        assert!((dear - 3.0).abs() < 1e-6, "{quantile}: {dear}");
    }
}

#[test]
fn a_value_that_cannot_be_set_is_a_mistake_that_points_at_it() {
    let folder = folder();
    for (set, why) in [
        ("deal.rent.tak=80%", "did you mean `take`?"),
        ("deal.rant.take=80%", "--set"),
        ("deal.rent.take=80MW", "--set"),
        ("deal.rent.deliver.full=soon", "--set"),
    ] {
        let told = offtake(&folder, &format!("risk small.toml --draws 8 --set {set}"));
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{set}: {}", told.err);
        assert!(told.err.contains("--> --set:1:") && told.err.contains(why), "{set}: {}", told.err);
    }
    assert!(
        offtake(&folder, "risk small.toml --set deal.rent.take").refused().contains("PATH=VALUE")
    );
    let several = offtake(&folder, "risk small.toml --set deal.rent.take=70%,80%");
    assert!(several.refused().contains("here every --set takes one value"));
}

#[test]
fn one_document_is_printed_and_nothing_else() {
    let folder = folder();
    let told = done(&folder, "risk small.toml --draws 100 --json --out odds");
    let document = told.json();
    for field in ["scenario", "draws", "seed", "digest", "figures", "odds", "drivers"] {
        assert!(!document[field].is_null(), "{field}");
    }
    for quantile in ["q05", "q10", "q50", "q90", "q95", "mean"] {
        assert!(document["figures"][0].get(quantile).is_some(), "{quantile}");
    }
    let saved = std::fs::read_to_string(folder.path().join("odds/risk.json")).expect("saved");
    assert_eq!(told.out.trim_end(), saved.trim_end());
    assert_eq!(done(&folder, "risk small.toml --draws 100 --quiet").out, "");
}

#[test]
fn who_names_no_figures_is_told_of_the_usual_ones() {
    let folder = folder();
    let text = super::SMALL.replace("headline =", "#");
    std::fs::write(folder.path().join("small.toml"), text).expect("written");
    let document = done(&folder, "risk small.toml --draws 100 --json").json();
    let headline = document["headline"].as_array().expect("ids");
    assert!(headline.contains(&"deal.rent.price_per_gpu_hour".into()), "{headline:?}");
    assert!(document["drivers"].as_array().is_some_and(|it| !it.is_empty()));
}

#[test]
fn calls_that_contradict_themselves_are_refused() {
    let folder = folder();
    for words in [
        "--shard 4/3",
        "--shard 0/3",
        "--shard 1/2 --merge parts",
        "--sobol --until 1%",
        "--on slurm --shard 1/2",
        "--draws 0",
        "--tasks 4",
    ] {
        let told = offtake(&folder, &format!("risk small.toml {words}"));
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{words}");
    }
    assert_eq!(offtake(&folder, "risk gone.toml").code, 2);
}
