//! What the program does not do, whoever asks.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::Server;

const JSON: &str = "Content-Type: application/json\r\n";

#[test]
fn a_foreign_name_that_points_here_is_not_answered() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let port = server.at.port();
    let called = |host: &str| {
        server.raw(&format!("GET /api/home HTTP/1.1\r\nConnection: close\r\n{host}\r\n")).status
    };
    for host in
        ["evil.example", &format!("evil.example:{port}"), "127.0.0.1.evil.example", "10.1.2.3", ""]
    {
        assert_eq!(called(&format!("Host: {host}\r\n")), 421, "{host}");
    }
    let twice = called(&format!("Host: localhost:{port}\r\nHost: evil.example\r\n"));
    assert!(matches!(twice, 400 | 421), "{twice}");
    assert!(matches!(called(""), 400 | 421), "no host");
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        assert_eq!(called(&format!("Host: {host}:{port}\r\n")), 200, "{host}");
    }
}

#[test]
fn a_page_of_another_site_is_not_answered() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let own = format!("Origin: http://{}\r\n", server.at);
    assert_eq!(server.ask("GET", "/api/home", &own, "").status, 200);
    for foreign in [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: http://127.0.0.1:1\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
    ] {
        for path in ["/api/home", "/app.js", "/"] {
            assert_eq!(server.ask("GET", path, foreign, "").status, 403, "{foreign} {path}");
        }
        let sent = server.ask("POST", "/api/format", &format!("{foreign}{JSON}"), r#"{"text":""}"#);
        assert_eq!(sent.status, 403, "{foreign}");
    }
    let link =
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    assert_eq!(server.ask("GET", "/", link, "").status, 200, "a link may lead here");
    assert_eq!(server.ask("GET", "/api/home", link, "").status, 403);
}

#[test]
fn what_a_form_can_send_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let body = json!({ "text": "offtake = 1", "stamp": null }).to_string();
    for kind in
        ["", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n"]
    {
        for (method, path) in
            [("PUT", "/api/scenarios/a.toml"), ("POST", "/api/save-run"), ("POST", "/api/play")]
        {
            assert_eq!(server.ask(method, path, kind, &body).status, 415, "{kind} {method} {path}");
        }
    }
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn nobody_reads_or_writes_beyond_the_folder() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("served");
    fs::create_dir_all(folder.join("runs/own")).unwrap();
    fs::create_dir_all(outside.path().join("run")).unwrap();
    let secret = "offtake = 1\nname = \"secret\"\n";
    fs::write(outside.path().join("secret.toml"), secret).unwrap();
    for run in ["run", "served/runs/own"] {
        fs::write(outside.path().join(run).join("run.json"), "{\"scenario\":\"secret\"}").unwrap();
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink("../secret.toml", folder.join("link.toml")).unwrap();
        symlink("../../run", folder.join("runs/link")).unwrap();
        symlink("../../../secret.toml", folder.join("runs/own/link.csv")).unwrap();
    }
    let server = Server::of(&folder, &[]);
    for name in [
        "../secret.toml",
        "..%2fsecret.toml",
        "%2e%2e%2fsecret.toml",
        "link.toml",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "a%00.toml",
        "..",
        "%2e%2e",
        "runs%2f..%2f..%2fsecret.toml",
        "..%5csecret.toml",
        "%ff.toml",
    ] {
        let read = server.get(&format!("/api/scenarios/{name}"));
        assert!((400..500).contains(&read.status), "{name}: {}", read.status);
        assert!(!read.body.contains("\"text\""), "{name}");
        let written = server.send(
            "PUT",
            &format!("/api/scenarios/{name}"),
            &json!({ "text": "x", "stamp": null }),
        );
        assert!((400..500).contains(&written.status), "{name}: {}", written.status);
    }
    for name in ["link", "..", "%2e%2e%2frun", "..%2f..%2frun", ".", "%00"] {
        assert_eq!(server.get(&format!("/api/runs/{name}/file/run.json")).status, 404, "{name}");
        assert!(
            (400..500).contains(&server.ask("DELETE", &format!("/api/runs/{name}"), "", "").status),
            "{name}"
        );
    }
    for name in ["link.csv", "..%2f..%2f..%2fsecret.toml", "%2fetc%2fpasswd", "..", "%2e%2e"] {
        assert_eq!(server.get(&format!("/api/runs/own/file/{name}")).status, 404, "{name}");
    }
    assert_eq!(server.get("/api/runs/own/file/run.json").status, 200, "what is its own is told");
    let home = server.get("/api/home").body;
    assert!(!home.contains("link"), "{home}");
    let beside = json!({ "scenario": "a.toml", "text": "offtake = 1\n[workload.a]\nkind = \"jobs\"\ntrace = \"../secret.toml\"\n" });
    let told = server.post("/api/check", &beside).body;
    assert!(told.contains("not in the folder that is served"), "{told}");
    assert_eq!(fs::read_to_string(outside.path().join("secret.toml")).unwrap(), secret);
    assert!(outside.path().join("run/run.json").is_file());
}

#[test]
#[cfg(unix)]
fn what_a_link_leads_to_is_neither_removed_nor_written() {
    use std::os::unix::fs::symlink;
    let around = tempfile::tempdir().unwrap();
    let (folder, kept) = (around.path().join("served"), around.path().join("served/mykept"));
    fs::create_dir_all(folder.join("runs")).unwrap();
    fs::create_dir_all(&kept).unwrap();
    fs::write(kept.join("run.json"), "{}").unwrap();
    symlink("../mykept", folder.join("runs/inlink")).unwrap();
    let server = Server::of(&folder, &[]);
    let refused = server.ask("DELETE", "/api/runs/inlink", "", "");
    assert_eq!((refused.status, kept.join("run.json").is_file()), (409, true), "{}", refused.body);
    assert!(folder.join("runs/inlink").is_symlink());

    fs::remove_dir_all(folder.join("runs")).unwrap();
    fs::create_dir(around.path().join("elsewhere")).unwrap();
    symlink("../elsewhere", folder.join("runs")).unwrap();
    for (path, ask) in [
        ("/api/save-run", json!({ "scenario": "llama3" })),
        ("/api/risk", json!({ "scenario": "llama3", "draws": 4 })),
    ] {
        let refused = server.post(path, &ask);
        assert_eq!(refused.status, 409, "{path}: {}", refused.body);
        assert!(refused.error().contains("`runs` is no folder inside"), "{}", refused.body);
    }
    assert_eq!(fs::read_dir(around.path().join("elsewhere")).unwrap().count(), 0);
}

#[test]
#[cfg(unix)]
fn a_scenario_is_not_waited_for_that_reads_a_pipe_nor_told_what_lies_outside() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let server = Server::of(folder.path(), &[]);
    let told = |name: &str| {
        let text = format!("offtake = 1\n[workload.a]\nkind = \"jobs\"\ntrace = \"{name}\"\n");
        server.post("/api/check", &json!({ "scenario": "a.toml", "text": text })).body
    };
    assert!(told("pipe.csv").contains("`pipe.csv` is a pipe or a device, no file"));
    assert!(told("none.csv").contains("no such file: `none.csv`"));
    for outside in ["../none.csv", "/etc/passwd", "/etc/none", "none/../../none.csv"] {
        assert!(told(outside).contains("is not in the folder that is served"), "{outside}");
    }
}

#[test]
fn no_more_is_set_than_a_person_moves_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let (dots, value) = (".".repeat(50_000), "1".repeat(2_000));
    for set in [
        vec![["fleet.h100.counts", "1"]; 20_000],
        vec![[dots.as_str(), "1"]],
        vec![["fleet.h100.count", value.as_str()]],
    ] {
        let ask = json!({ "scenario": "llama3", "set": set });
        for path in ["/api/check", "/api/play", "/api/save-run"] {
            let refused = server.post(path, &ask);
            assert_eq!(refused.status, 400, "{path}");
            assert!(refused.error().starts_with("at most 200 values can be set"));
        }
    }
}

#[test]
fn read_only_means_that_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("runs/own")).unwrap();
    fs::write(folder.path().join("runs/own/run.json"), "{}").unwrap();
    let server = Server::of(folder.path(), &["--read-only"]);
    assert_eq!(server.get("/api/home").json()["read_only"], true);
    for (method, path, body) in [
        ("PUT", "/api/scenarios/a.toml", json!({ "text": "offtake = 1", "stamp": null })),
        ("POST", "/api/save-run", json!({ "scenario": "llama3" })),
        ("DELETE", "/api/runs/own", json!({})),
    ] {
        let refused = server.send(method, path, &body);
        assert_eq!(refused.status, 403, "{method} {path}");
        assert!(refused.error().contains("read-only"));
    }
    assert_eq!(server.post("/api/play", &json!({ "scenario": "llama3" })).status, 200);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(folder.path().join("runs/own/run.json").is_file());
}

#[test]
fn whoever_comes_from_elsewhere_needs_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &["--bind", "0.0.0.0"]);
    let (_, token) = server.url.split_once("?token=").expect("it is part of the address");
    assert!(token.len() * 4 >= 128, "{token}");
    for path in ["/", "/api/home", "/app.js", "/?token=", "/?token=0000"] {
        assert_eq!(server.get(path).status, 401, "{path}");
    }
    assert_eq!(
        server.get(&format!("/api/home?token={token}")).status,
        401,
        "only the page takes it"
    );
    let known = server.get(&format!("/?token={token}"));
    assert_eq!(known.status, 200);
    assert!(known.body.contains("url=/\""), "our own page leads on: {}", known.body);
    let link =
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    assert_eq!(server.ask("GET", "/", link, "").body, known.body, "no cookie comes with a link");
    assert_eq!(server.ask("GET", "/?token=0000", link, "").status, 401);
    assert_eq!(server.ask("GET", "/api/home", link, "").status, 403);
    let cookie = known.head.lines().find_map(|it| it.strip_prefix("set-cookie: ")).unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = format!("Cookie: a=b; {}\r\n", cookie.split(';').next().unwrap());
    assert_eq!(server.ask("GET", "/api/home", &cookie, "").status, 200);
    let other = cookie.replace(token, &token.replace(&token[..1], "x"));
    assert_eq!(server.ask("GET", "/api/home", &other, "").status, 401);
}

#[test]
fn nobody_elsewhere_can_call_unless_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    assert!(server.at.ip().is_loopback());
    assert!(!server.url.contains("token"));
}

#[test]
fn a_body_that_is_too_large_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let long = (4 << 20) + 1;
    assert_eq!(server.ask("POST", "/api/format", JSON, &" ".repeat(long)).status, 413);
    let chunk = format!("{long:x}\r\n{}\r\n0\r\n\r\n", " ".repeat(long));
    let host = server.at;
    let chunked = format!(
        "POST /api/format HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n{chunk}"
    );
    assert_eq!(server.raw(&chunked).status, 413);
    let head = format!("X: {}\r\n", "x".repeat(200_000));
    assert_eq!(server.ask("GET", "/api/home", &head, "").status, 431);
}

#[test]
fn whoever_says_nothing_keeps_nobody_out_and_whoever_is_answered_stays() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    let mut listens = server.connect();
    write!(listens, "GET /api/events HTTP/1.1\r\nHost: {}\r\n\r\n", server.at).unwrap();
    let mut heard = [0; 12];
    listens.read_exact(&mut heard).unwrap();
    assert_eq!(&heard, b"HTTP/1.1 200");
    let mut slow: Vec<_> = (0..70).map(|_| server.connect()).collect();
    for it in &mut slow {
        let _ = it.write_all(b"GET /app.css HT");
    }
    let began = Instant::now();
    assert_eq!(server.get("/app.css").status, 200);
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    fs::create_dir(folder.path().join("runs")).unwrap();
    let mut told = String::new();
    let mut lines = BufReader::new(listens);
    while !told.contains("event: runs") {
        assert!(lines.read_line(&mut told).unwrap() > 0, "it was hung up on: {told}");
    }
}

#[test]
fn what_cannot_be_answered_is_told_in_one_form() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(folder.path(), &[]);
    for (method, path, body, status) in [
        ("GET", "/nothing", "", 404),
        ("GET", "/api/nothing", "", 404),
        ("DELETE", "/api/home", "", 405),
        ("POST", "/api/play", "{", 400),
        ("POST", "/api/play", "[1]", 400),
        ("POST", "/api/play", "{\"scenario\": 7}", 400),
        ("POST", "/api/play", "{\"scenario\": \"none.toml\"}", 404),
        ("POST", "/api/play", "{\"scenario\": \"nothing\"}", 400),
        ("GET", "/api/runs/none/picture", "", 404),
        ("GET", "/api/runs/none/hours?points=many", "", 400),
    ] {
        let it = server.ask(method, path, JSON, body);
        assert_eq!(it.status, status, "{method} {path} {body}: {}", it.body);
        assert!(!it.error().is_empty() && it.json().get("help").is_some(), "{}", it.body);
    }
    let play = json!({ "scenario": "llama3", "variant": "nothing" });
    assert_eq!(server.post("/api/play", &play).status, 422);
}
