//! What the live page asks, and what it is told.

#[path = "../common/mod.rs"]
mod common;

mod client;
mod folder;
mod jobs;
mod safe;

use std::fs;

use client::Server;
use common::{call, text};
use serde_json::json;

#[test]
fn the_page_comes_from_the_program_and_may_ask_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    for (path, kind) in
        [("/", "text/html"), ("/app.js", "text/javascript"), ("/app.css", "text/css")]
    {
        let it = server.get(path);
        assert_eq!(it.status, 200, "{path}");
        for told in [
            &format!("content-type: {kind}; charset=utf-8"),
            "default-src 'none'; script-src 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
        ] {
            assert!(it.head.contains(told), "{path}: {}", it.head);
        }
    }
    assert!(server.get("/").body.contains("id=\"page\""));
    assert!(server.get("/api/home").head.contains("cache-control: no-store"));
}

#[test]
fn a_play_is_the_play_of_the_verb() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let set = call(
        folder.path(),
        &["run", "llama3#rsc-1", "--json", "--set", "fleet.h100.count=20000 GPU", "--seed", "3"],
        "",
    );
    let verb: serde_json::Value = serde_json::from_slice(&set.stdout).unwrap();
    let played = server.post("/api/play", &json!({
        "scenario": "llama3", "text": null, "variant": "rsc-1", "set": [["fleet.h100.count", "20000 GPU"]],
        "draw": null, "seed": 3, "deep": false,
    }));
    assert_eq!(played.status, 200, "{}", played.body);
    let played = played.json();
    assert_eq!(played["digest"], verb["digest"]);
    assert_eq!((&played["scenario"], &played["of"]), (&json!("llama3#rsc-1"), &json!("run")));
    assert_eq!(played["pulls"], json!([]), "asked for deep plays alone");
    let other = server.post("/api/play", &json!({ "scenario": "llama3", "draw": 2 })).json();
    assert_ne!(other["digest"], verb["digest"]);
    assert_eq!(other["draw"], 2);
}

#[test]
fn a_run_that_is_saved_is_the_run_of_the_verb() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let saved = server.post("/api/save-run", &json!({ "scenario": "llama3" }));
    assert_eq!(saved.status, 200, "{}", saved.body);
    let id = saved.json()["id"].as_str().unwrap().to_owned();
    let said = text(&call(folder.path(), &["run", "llama3", "--quiet"], "").stderr);
    assert!(said.contains(&format!("runs/{id}")), "the same files have the same name: {said}");
    assert_eq!(fs::read_dir(folder.path().join("runs")).unwrap().count(), 1);

    let home = server.get("/api/home").json();
    assert_eq!(home["runs"][0]["id"], id.as_str());
    assert_eq!(home["runs"][0]["of"], "run");
    assert_eq!(home["runs"][0]["headline"].as_array().unwrap().len(), 5);
    let picture = server.get(&format!("/api/runs/{id}/picture"));
    let file =
        fs::read_to_string(folder.path().join("runs").join(&id).join("picture.json")).unwrap();
    assert_eq!(picture.body, file);
    assert_eq!(home["runs"][0]["title"], picture.json()["title"]);

    let csv = server.get(&format!("/api/runs/{id}/file/monthly.csv"));
    assert!(csv.head.contains("text/csv") && csv.body.starts_with("month,"), "{}", csv.body);
    let files = server.get(&format!("/api/runs/{id}/files")).json();
    let told: Vec<_> = files["files"].as_array().unwrap().iter().collect();
    assert_eq!(told.len(), fs::read_dir(folder.path().join("runs").join(&id)).unwrap().count());
    assert!(told.contains(&&json!("hourly.parquet")) && !told.contains(&&json!("bills.csv")));
    let report = server.get(&format!("/api/runs/{id}/report.html"));
    assert!(report.head.contains("script-src 'unsafe-inline'") && report.head.contains("sandbox"));
    assert!(report.body.contains("<title>Llama 3.1 405B"), "{}", &report.body[..400]);

    assert_eq!(server.ask("DELETE", &format!("/api/runs/{id}"), "", "").status, 200);
    assert_eq!(
        fs::read_dir(folder.path().join("runs")).unwrap().count(),
        0,
        "nothing is left of it"
    );
    assert_eq!(server.get(&format!("/api/runs/{id}/picture")).status, 404);
}

#[test]
fn hours_are_told_in_pieces_that_lose_no_peak() {
    let folder = tempfile::tempdir().unwrap();
    call(folder.path(), &["run", "llama3", "--quiet", "--assumptions", "0"], "");
    let server = Server::of(folder.path(), &[]);
    let id = server.get("/api/home").json()["runs"][0]["id"].as_str().unwrap().to_owned();
    let hours = |query: &str| server.get(&format!("/api/runs/{id}/hours?{query}"));
    let name = "fleet.h100.down";
    let all = hours(&format!("columns={name}&points=99999")).json();
    assert_eq!(all["low"], all["high"], "each hour is its own piece");
    let values = |it: &serde_json::Value| -> Vec<f64> {
        it[0].as_array().unwrap().iter().map(|it| it.as_f64().unwrap()).collect()
    };
    let each = values(&all["high"]);
    assert_eq!(each.len(), 54 * 24);
    let few = hours(&format!("columns={name}&points=10")).json();
    let top = |it: &[f64]| it.iter().copied().fold(f64::MIN, f64::max);
    assert_eq!(top(&values(&few["high"])), top(&each));
    assert_eq!(few["at"].as_array().unwrap().len(), 10);
    let day =
        hours(&format!("columns={name}&from=2024-01-02T00:00Z&to=2024-01-03T00:00:00.000Z")).json();
    assert_eq!(day["at"][0], "2024-01-02T00:00Z");
    assert_eq!(values(&day["low"]), &each[24..48]);
    let wrong = hours("columns=nothing");
    assert_eq!(wrong.status, 404);
    assert!(wrong.json()["help"].as_str().unwrap().contains(name));
}

#[test]
fn mistakes_come_with_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let text = offtake::scenario::library::STORIES.iter().find(|it| it.0 == "llama3").unwrap().1;
    let broken = text.replace("\"16384 GPU [paper]\"", "\"16384 GPX [paper]\"");
    let ask = json!({ "scenario": "llama3", "text": broken });
    let refused = server.post("/api/play", &ask);
    assert_eq!(refused.status, 422);
    let first = &refused.json()["mistakes"][0];
    let line = broken.lines().position(|it| it.contains("GPX")).unwrap();
    assert_eq!(first["severity"], "error");
    assert_eq!(first["line"], line + 1);
    assert_eq!(first["end_line"], line + 1);
    let (from, to) = (
        first["column"].as_u64().unwrap() as usize,
        first["end_column"].as_u64().unwrap() as usize,
    );
    let marked: String =
        broken.lines().nth(line).unwrap().chars().skip(from - 1).take(to - from).collect();
    assert!(marked.contains("GPX"), "{marked}");

    let checked = server.post("/api/check", &ask);
    assert_eq!(checked.status, 200, "to be told of mistakes is what was asked for");
    assert_eq!(checked.json()["mistakes"][0], *first);
    let sound = server.post("/api/check", &json!({ "scenario": "llama3" })).json();
    assert_eq!(sound["mistakes"], json!([]));
    assert_eq!(sound["variants"], json!(["rsc-1", "rsc-2", "rsc-1-all-causes"]));
    let over = json!({ "scenario": "llama3", "set": [["fleet.h100.count", "many"]] });
    assert_eq!(server.post("/api/play", &over).json()["mistakes"][0]["file"], "--set");
}

#[test]
fn the_editor_is_told_what_may_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let fields = server.get("/api/fields").json();
    let find = |table: &str, field: &str| {
        let all = fields.as_array().unwrap().iter();
        all.clone().find(|it| it["table"] == table && it["field"] == field).unwrap().clone()
    };
    assert_eq!(find("deal", "kind")["values"][0], "take-or-pay");
    assert_eq!(find("site", "power.limit")["unit"].as_str().map(|it| it.contains('W')), Some(true));
    let kinds = server.get("/api/catalogue").json();
    assert!(kinds["kinds"].as_array().unwrap().iter().any(|it| it["kind"] == "rack"));
    assert!(server.get("/api/explain/E0012").json()["text"].as_str().unwrap().starts_with("E0012"));
    assert_eq!(server.get("/api/explain/E9999").status, 404);
    let told = server.post("/api/format", &json!({ "text": "a=1\nlong   = 2\n" }));
    assert_eq!(told.json()["text"], "a    = 1\nlong = 2\n");
    assert_eq!(server.post("/api/format", &json!({ "text": "a = " })).status, 422);
}
