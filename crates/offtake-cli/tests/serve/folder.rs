//! The folder that is served: its scenarios, what changes in it, and what of it is told.

use std::fs;
use std::io::{BufRead, BufReader, Write};

use serde_json::json;

use crate::client::Server;

const TEXT: &str = "offtake = 1\nname = \"Mine\"\nabout = \"Is it?\"\n";

#[test]
fn scenarios_of_the_folder_come_before_those_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.toml"), TEXT).unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[package]\nname = \"other\"\n").unwrap();
    fs::write(folder.path().join(".hidden.toml"), TEXT).unwrap();
    let server = Server::of(folder.path(), &[]);
    let home = server.get("/api/home").json();
    let all = home["scenarios"].as_array().unwrap();
    assert_eq!(all[0]["name"], "mine.toml");
    assert_eq!((&all[0]["title"], &all[0]["about"]), (&json!("Mine"), &json!("Is it?")));
    assert!(all[0]["mistakes"].as_u64().unwrap() > 0, "it has no date");
    assert!(all[1..].iter().all(|it| it["built_in"] == true && it["mistakes"] == 0));
    assert_eq!(all[1]["name"], "openai-aws");
    fs::write(folder.path().join("mine.toml"), TEXT.replace("Mine", "Yours")).unwrap();
    assert_eq!(server.get("/api/home").json()["scenarios"][0]["title"], "Yours");
}

#[test]
fn a_scenario_is_saved_over_what_it_was_made_from_and_over_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let server = Server::of(folder.path(), &[]);
    let put = |stamp: Option<&str>, text: &str| {
        server.send("PUT", "/api/scenarios/mine.toml", &json!({ "text": text, "stamp": stamp }))
    };
    let first = put(None, TEXT);
    assert_eq!(first.status, 200, "{}", first.body);
    let stamp = first.json()["stamp"].as_str().unwrap().to_owned();
    assert_eq!(server.get("/api/scenarios/mine.toml").json()["stamp"], stamp.as_str());
    assert_eq!(put(None, "b").status, 409, "it is there already");
    fs::write(&file, "changed elsewhere").unwrap();
    let late = put(Some(&stamp), "b");
    assert_eq!((late.status, late.error().as_str()), (409, "`mine.toml` was changed meanwhile"));
    assert_eq!(fs::read_to_string(&file).unwrap(), "changed elsewhere");
    fs::write(&file, TEXT).unwrap();
    assert_eq!(put(Some(&stamp), "b").status, 200);
    assert_eq!(fs::read_to_string(&file).unwrap(), "b");
    fs::remove_file(&file).unwrap();
    assert_eq!(put(Some(&stamp), "b").status, 409, "it was removed");
    let story =
        server.send("PUT", "/api/scenarios/llama3", &json!({ "text": TEXT, "stamp": null }));
    assert_eq!(story.status, 400);
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none(), "nothing is left over");
}

#[test]
fn a_run_that_cannot_be_drawn_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("runs/x");
    fs::create_dir_all(&run).unwrap();
    fs::write(run.join("risk.json"), "{}").unwrap();
    let server = Server::of(folder.path(), &[]);
    for damaged in ["no JSON", "[]", "{\"form\":99,\"of\":\"risk\",\"title\":\"A\"}"] {
        fs::write(run.join("picture.json"), damaged).unwrap();
        let listed = &server.get("/api/home").json()["runs"][0];
        assert_eq!(listed["title"], "its page cannot be read: play it again", "{damaged}");
        assert_eq!((&listed["id"], &listed["of"]), (&json!("x"), &json!("risk")));
        for what in ["picture", "report.html"] {
            let refused = server.get(&format!("/api/runs/x/{what}"));
            assert_eq!((refused.status, &refused.json()["help"]), (409, &json!("play it again")));
        }
    }
}

#[test]
fn whoever_listens_is_told_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let mut stream = server.connect();
    write!(stream, "GET /api/events HTTP/1.1\r\nHost: {}\r\n\r\n", server.at).unwrap();
    let mut lines = BufReader::new(stream).lines().map(|it| it.unwrap());
    let mut until = |what: &str| lines.find(|it| it.contains(what)).unwrap();
    until("text/event-stream");
    until(": listening");
    fs::write(folder.path().join("mine.toml"), TEXT).unwrap();
    until("event: scenario");
    let told = until("data:");
    assert!(told.contains("\"name\":\"mine.toml\""), "{told}");
    let stamp = server.get("/api/scenarios/mine.toml").json()["stamp"].as_str().unwrap().to_owned();
    assert!(told.contains(&stamp), "{told}");
    fs::create_dir_all(folder.path().join("runs/x")).unwrap();
    until("event: runs");
}

#[test]
#[cfg(unix)]
fn it_ends_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    for signal in ["-INT", "-TERM"] {
        let mut server = Server::of(folder.path(), &[]);
        let id = server.child.id().to_string();
        std::process::Command::new("kill").args([signal, &id]).status().unwrap();
        assert_eq!(server.child.wait().unwrap().code(), Some(0), "{signal}");
    }
}

/// Kilobytes that a process holds in memory.
#[cfg(target_os = "linux")]
fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|it| it.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_number_of_requests() {
    let folder = tempfile::tempdir().unwrap();
    crate::common::call(folder.path(), &["run", "llama3", "--quiet", "--assumptions", "0"], "");
    let server = Server::of(folder.path(), &["--read-only"]);
    let id = server.get("/api/home").json()["runs"][0]["id"].as_str().unwrap().to_owned();
    let some = |count: usize| {
        for _ in 0..count {
            assert_eq!(server.get("/api/home").status, 200);
            assert_eq!(server.get(&format!("/api/runs/{id}/hours?points=50")).status, 200);
            assert_eq!(server.get(&format!("/api/runs/{id}/picture")).status, 200);
            assert_eq!(server.post("/api/format", &json!({ "text": TEXT })).status, 200);
        }
    };
    some(100);
    let before = resident(server.child.id());
    some(400);
    let grown = resident(server.child.id()).saturating_sub(before);
    assert!(grown < 6_000, "{grown} kB more after 1,600 requests");
}
