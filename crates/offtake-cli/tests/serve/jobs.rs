//! Studies of many futures, and two plays side by side.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::Server;
use crate::common::{call, text};

/// What a job is like once it is like this.
fn until(server: &Server, job: &str, is: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let told = server.get(&format!("/api/jobs/{job}")).json();
        if is(&told) {
            return told;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "{told}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn open(server: &Server, variant: Option<&str>, draws: u32) -> String {
    let ask = json!({ "scenario": "llama3", "variant": variant, "draws": draws });
    let told = server.post("/api/risk", &ask);
    assert_eq!(told.status, 200, "{}", told.body);
    told.json()["job"].as_str().unwrap().to_owned()
}

#[test]
fn a_study_is_the_study_of_the_verb() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let told = until(&server, &open(&server, None, 40), |it| it["state"] != "playing");
    assert_eq!(
        (&told["state"], &told["done"], &told["all"]),
        (&json!("done"), &json!(40), &json!(40)),
        "{told}"
    );
    let id = told["run"].as_str().unwrap();
    let said =
        text(&call(folder.path(), &["risk", "llama3", "--draws", "40", "--quiet"], "").stderr);
    assert!(said.contains(&format!("runs/{id}")), "{said}");
    let home = server.get("/api/home").json();
    assert_eq!((&home["runs"][0]["of"], &home["runs"][0]["draws"]), (&json!("risk"), &json!(40)));
    assert_eq!(server.get(&format!("/api/runs/{id}/picture")).json()["of"], "risk");
}

#[test]
fn a_study_that_is_broken_off_keeps_what_was_played() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let (long, next) = (open(&server, None, 1_000_000), open(&server, Some("rsc-1"), 10));
    let told = until(&server, &long, |it| it["done"].as_u64() > Some(600));
    assert!(told["seconds_left"].as_f64() > Some(0.0), "{told}");
    assert_eq!(until(&server, &next, |_| true)["done"], 0, "one is played at a time");
    assert_eq!(
        server.ask("DELETE", &format!("/api/jobs/{long}"), "", "").json()["state"],
        "cancelled"
    );
    assert_eq!(until(&server, &next, |it| it["state"] == "done")["done"], 10);
    assert_eq!(until(&server, &long, |_| true)["state"], "cancelled");
    let runs = fs::read_dir(folder.path().join("runs")).unwrap().map(|it| it.unwrap().path());
    let parts =
        runs.filter(|it| it.file_name().unwrap().to_string_lossy().starts_with(".risk-offtake-"));
    let kept = parts.flat_map(|it| fs::read_dir(it).unwrap()).map(|it| it.unwrap().file_name());
    let kept: Vec<_> = kept.filter(|it| it.to_string_lossy().ends_with(".parquet")).collect();
    assert!(kept.len() >= 2, "a later call goes on from them: {kept:?}");
    assert_eq!(server.get("/api/home").json()["runs"].as_array().unwrap().len(), 1);
}

#[test]
fn a_study_that_cannot_be_played_is_not_begun() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    for (ask, status) in [
        (json!({ "scenario": "llama3", "draws": 0 }), 400),
        (json!({ "scenario": "llama3", "draws": 2_000_000 }), 400),
        (json!({ "scenario": "llama3" }), 400),
        (json!({ "scenario": "llama3", "draws": 9, "variant": "nothing" }), 422),
    ] {
        assert_eq!(server.post("/api/risk", &ask).status, status, "{ask}");
    }
    assert_eq!(server.get("/api/jobs/1").status, 404);
    let still = Server::of(folder.path(), &["--read-only"]);
    assert_eq!(still.post("/api/risk", &json!({ "scenario": "llama3", "draws": 9 })).status, 403);
}

#[test]
fn of_two_plays_what_differs_stands_first() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let id = server.post("/api/save-run", &json!({ "scenario": "llama3" })).json()["id"].clone();
    let moved = json!({ "scenario": "llama3", "set": [["fleet.h100.spares", "1 %"]] });
    let told = server.post("/api/compare", &json!({ "a": { "run": id }, "b": { "play": moved } }));
    assert_eq!(told.status, 200, "{}", told.body);
    let told = told.json();
    let inputs = told["inputs"].as_array().unwrap();
    assert_eq!(inputs[0]["path"], "fleet.h100.spares");
    assert_ne!(inputs[0]["a"], inputs[0]["b"]);
    assert!(inputs[1..].iter().all(|it| it["a"] == it["b"]), "{inputs:?}");
    let figures = told["figures"].as_array().unwrap();
    let goodput = figures.iter().find(|it| it["id"] == "fleet.h100.goodput").unwrap();
    assert!(goodput["a"].as_str().unwrap().ends_with('%'), "{goodput}");
    assert!(goodput["change"].is_string(), "{goodput}");
    assert_eq!((&told["a"]["of"], &told["b"]["of"]), (&json!("run"), &json!("run")));
    let alike =
        server.post("/api/compare", &json!({ "a": { "run": id }, "b": { "run": id } })).json();
    assert!(alike["figures"].as_array().unwrap().iter().all(|it| it["a"] == it["b"]));
    assert_eq!(
        server.post("/api/compare", &json!({ "a": { "run": "none" }, "b": { "run": id } })).status,
        404
    );
}
