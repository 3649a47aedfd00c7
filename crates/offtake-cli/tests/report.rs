//! Can a run be mailed: one file, with the page and its rows in it?

mod common;

use std::fs;
use std::path::Path;

use common::{call, text};
use serde_json::Value;
use tempfile::TempDir;

/// Calls the program and gives its exit code, what it printed and what it said.
fn ask(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let told = call(folder, args, "");
    (told.status.code().expect("no signal"), text(&told.stdout), text(&told.stderr))
}

/// A folder with what a verb saves of a story in `run`.
fn saved(args: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, _, err) = ask(folder.path(), &[args, &["--quiet", "--out", "run"]].concat());
    assert_eq!(code, 0, "{err}");
    folder
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).expect("readable")
}

/// The rows that stand in a page.
fn rows(page: &str) -> Value {
    let (_, rest) = page.split_once(r#"id="picture">"#).expect("rows begin");
    let (rows, _) = rest.split_once("</script>").expect("rows end");
    serde_json::from_str(rows).expect("JSON")
}

#[test]
fn a_saved_run_and_its_scenario_make_the_same_page() {
    let folder = saved(&["run", "abilene"]);
    let at = folder.path();
    let (code, out, err) = ask(at, &["report", "run", "-o", "a.html"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.starts_with("read abilene in ") && err.contains("; wrote a.html ("), "{err}");
    let (code, _, err) = ask(at, &["report", "abilene"]);
    assert_eq!(code, 0);
    assert!(err.starts_with("played abilene in ") && err.contains("; wrote abilene.html ("));
    fs::write(at.join("-"), "a file of that name").expect("written");
    let (code, out, _) = ask(at, &["report", "run", "-o", "-"]);
    assert_eq!(code, 0);
    let page = read(&at.join("a.html"));
    assert!(page == read(&at.join("abilene.html")) && page == out);
    let picture: Value = serde_json::from_str(&read(&at.join("run/picture.json"))).expect("JSON");
    assert_eq!(rows(&page), picture);
    assert!(page.contains("<title>") && !page.contains("http-equiv=\"refresh\""));
}

#[test]
fn a_saved_study_makes_a_page() {
    let folder = saved(&["risk", "abilene", "--draws", "32"]);
    let (code, _, err) = ask(folder.path(), &["report", "run"]);
    assert_eq!(code, 0, "{err}");
    let picture = rows(&read(&folder.path().join("abilene-risk.html")));
    assert_eq!((picture["of"].as_str(), picture["draws"].as_u64()), (Some("risk"), Some(32)));
}

#[test]
fn only_a_report_is_replaced() {
    let folder = saved(&["run", "milestones"]);
    let at = folder.path();
    fs::write(at.join("mine.html"), "<p>mine</p>").expect("written");
    let (code, _, err) = ask(at, &["report", "run", "-o", "mine.html"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("`mine.html` exists already and is no report; nothing was written"),
        "{err}"
    );
    assert_eq!(read(&at.join("mine.html")), "<p>mine</p>");
    for _ in 0..2 {
        assert_eq!(ask(at, &["report", "run", "-o", "ours.html"]).0, 0);
    }
    assert_eq!(ask(at, &["report", "run", "-o", "none/x.html"]).0, 1);
    assert_eq!(fs::read_dir(at).expect("readable").count(), 3, "nothing half-written is left");
}

#[test]
fn a_folder_without_a_picture_says_how_to_mend_it() {
    let folder = saved(&["run", "milestones"]);
    let at = folder.path();
    let whole = read(&at.join("run/picture.json"));
    fs::remove_file(at.join("run/picture.json")).expect("removed");
    let (code, _, err) = ask(at, &["report", "run", "-o", "a.html"]);
    assert_eq!(code, 2);
    assert!(err.contains("saved by an earlier version") && err.contains("play it again"), "{err}");
    fs::write(at.join("run/picture.json"), "{\"form\": 1").expect("written");
    let (code, _, err) = ask(at, &["report", "run", "-o", "a.html"]);
    assert_eq!(code, 2);
    assert!(err.contains("run/picture.json` cannot be read: EOF"), "{err}");
    for (damaged, why) in [
        ("[]".to_owned(), "cannot be read: invalid"),
        ("{\"form\": 1}".to_owned(), "missing field `of`"),
        (whole.replacen("\"form\":1", "\"form\":99", 1), "it has form 99, this version knows 1"),
        (whole[..whole.len() - 9].to_owned(), "cannot be read: EOF"),
    ] {
        fs::write(at.join("run/picture.json"), damaged).expect("written");
        let (code, _, err) = ask(at, &["report", "run", "-o", "a.html"]);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(why) && err.contains("play it again"), "{err}");
    }
    let (code, _, err) = ask(at, &["report", "."]);
    assert_eq!(code, 2);
    assert!(err.contains("is no run that `run` or `risk` has saved"), "{err}");
    assert!(!at.join("a.html").exists());
}

#[test]
fn a_hostile_title_stays_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    assert_eq!(ask(at, &["new", "bad.toml", "--like", "milestones"]).0, 0);
    let story = read(&at.join("bad.toml"));
    let title = "</title></script><script>alert(1)</script>";
    let line = story.lines().find(|it| it.starts_with("name")).expect("a name").to_owned();
    let hostile = story.replace(&line, &format!("name = '{title}'"));
    fs::write(at.join("bad.toml"), hostile).expect("written");
    let (code, _, err) = ask(at, &["report", "bad.toml", "-o", "bad.html"]);
    assert_eq!(code, 0, "{err}");
    let page = read(&at.join("bad.html"));
    assert_eq!(rows(&page)["title"], title);
    assert!(!page.contains("<script>alert"));
}
