//! Do the verbs around a file answer as they promise: `fmt`, `schema`, `completions`?

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What a call came to.
struct Told {
    code: i32,
    out: String,
    err: String,
}

/// Calls the program in a folder, with a text on stdin.
fn fed(folder: &Path, args: &[&str], stdin: &str) -> Told {
    let mut child = Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // It may not listen at all, which is its right.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    Told {
        code: output.status.code().expect("no signal ended it"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn offtake(folder: &TempDir, args: &[&str]) -> Told {
    fed(folder.path(), args, "")
}

/// A folder with one file in it.
fn with(text: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("deal.toml"), text).expect("written");
    folder
}

fn deal(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("deal.toml")).expect("it is there")
}

const CROOKED: &str = "offtake=1\n  name= \"a\" # why\n[party.a]\n";
const STRAIGHT: &str = "offtake = 1\nname    = \"a\" # why\n\n[party.a]\n";

#[test]
fn a_crooked_file_is_laid_out_once() {
    let folder = with(CROOKED);
    let checked = offtake(&folder, &["fmt", "--check", "deal.toml"]);
    assert_eq!((checked.code, checked.err.as_str()), (1, ""));
    assert_eq!(checked.out, "deal.toml:1: not laid out; `offtake fmt` does it\n");
    assert_eq!(deal(&folder), CROOKED, "a check changes nothing");
    let done = offtake(&folder, &["fmt", "deal.toml"]);
    assert_eq!((done.code, done.out.as_str()), (0, "deal.toml: laid out\n"), "{}", done.err);
    assert_eq!(deal(&folder), STRAIGHT);
    for args in [&["fmt", "deal.toml"][..], &["fmt", "--check", "deal.toml"]] {
        let again = offtake(&folder, args);
        assert_eq!((again.code, again.out.as_str(), again.err.as_str()), (0, "", ""), "{args:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1, "nothing else is left");
}

#[test]
fn a_text_may_be_laid_out_through_a_pipe() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = fed(folder.path(), &["fmt", "-"], CROOKED);
    assert_eq!((told.code, told.out.as_str(), told.err.as_str()), (0, STRAIGHT, ""));
    let told = fed(folder.path(), &["fmt", "--check", "-"], CROOKED);
    assert_eq!((told.code, told.out.lines().count()), (1, 1), "{}", told.out);
}

#[test]
fn what_is_no_toml_is_told_and_left_alone_and_hides_no_other_file() {
    let broken = "offtake = 1\nname = \n";
    let folder = with(broken);
    fs::write(folder.path().join("b.toml"), CROOKED).expect("written");
    let told = offtake(&folder, &["fmt", "deal.toml", "gone.toml", "b.toml"]);
    assert_eq!((told.code, told.out.as_str()), (2, "b.toml: laid out\n"));
    for part in ["error[E0001]: ", "--> deal.toml:2:", "no such file: `gone.toml`"] {
        assert!(told.err.contains(part), "{part}: {}", told.err);
    }
    assert_eq!(deal(&folder), broken);
    let story = offtake(&folder, &["fmt", "llama3"]);
    assert!(
        story.code == 2 && story.err.contains("offtake new FILE --like llama3"),
        "{}",
        story.err
    );
}

#[test]
fn the_schema_is_printed_or_written_whole() {
    let folder = with("old");
    let told = offtake(&folder, &["schema"]);
    assert_eq!((told.code, told.err.as_str()), (0, ""));
    let written = offtake(&folder, &["schema", "-o", "deal.toml"]);
    assert_eq!((written.code, written.out.as_str()), (0, "deal.toml: written\n"));
    assert_eq!(deal(&folder), told.out);
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1, "nothing else is left");
    assert_eq!(offtake(&folder, &["schema", "-o", "."]).code, 2);
    assert_eq!(offtake(&folder, &["schema", "-o", "gone/schema.json"]).code, 1);
}

#[test]
fn every_shell_is_told_the_verbs_and_the_names() {
    let folder = tempfile::tempdir().expect("a folder");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let told = offtake(&folder, &["completions", shell]);
        assert_eq!((told.code, told.err.as_str()), (0, ""), "{shell}");
        for word in ["catalogue", "completions", "strict"] {
            assert!(told.out.contains(word), "{shell} knows `{word}`");
        }
    }
    let zsh = offtake(&folder, &["completions", "zsh"]).out;
    let at = |word: &str| zsh.find(word).unwrap_or_else(|| panic!("`{word}` in\n{zsh}"));
    assert!(at("'::kind -- ") < at("'::word -- "), "in the order of the call");
    let stories = offtake::scenario::library::STORIES.map(|it| it.0).join(" ");
    assert!(zsh.contains(&format!(":NAME:({stories})")), "stories are known");
    let bash = offtake(&folder, &["completions", "bash"]).out;
    assert!(bash.contains(&format!("--quiet --help {stories}")), "stories are known\n{bash}");
    assert_eq!(offtake(&folder, &["completions", "tcsh"]).code, 2);
}

#[test]
fn a_trace_is_imported_and_what_is_like_it_replayed() {
    let folder = tempfile::tempdir().expect("a folder");
    let line =
        |nth: u64| format!("{nth},{},{},{}\n", nth * 900, 1 + nth % 4, 600 + nth * 37 % 5000);
    let trace: String = (0..300).map(line).collect();
    fs::write(folder.path().join("jobs.csv"), format!("job_id,submit,gpus,runtime\n{trace}"))
        .expect("written");
    let imported = offtake(&folder, &["import", "jobs.csv", "-o", "shape.toml", "--name", "mine"]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    assert!(imported.out.starts_with("300 jobs in 3.11 days"), "{}", imported.out);
    let like = ["replay", "--like", "shape.toml", "--days", "2", "--gpus", "8", "--policy", "fifo"];
    let (first, again) = (offtake(&folder, &like), offtake(&folder, &like));
    assert_eq!((first.code, &first.out), (0, &again.out), "{}", first.err);
    let other = offtake(&folder, &[&like[..], &["--seed", "2"]].concat());
    assert_ne!(other.out, first.out);
    let both = offtake(&folder, &["replay", "jobs.csv", "--like", "shape.toml", "--gpus", "8"]);
    assert_eq!(both.code, 2);
    let neither = offtake(&folder, &["replay", "--like", "jobs.csv", "--gpus", "8"]);
    assert_eq!((neither.code, neither.out.as_str()), (2, ""));
}

/// A small cluster, beside whose scenario a trace and its shape lie.
const RESEARCH: &str = r#"offtake = 1
name    = "research"
as_of   = 2025-11-30
horizon = { from = 2026-01-01, to = 2026-03-01 }

[site.here]
region = "catalogue:region/us"
power  = { limit = "1 MW facility [assumed]" }

[fleet.h100]
site  = "here"
model = "catalogue:rack/hgx-h100"
count = "64 GPU [assumed]"
fail  = "catalogue:failures/llama3"

[workload.research]
kind   = "jobs"
trace  = "jobs.csv [assumed]"
detail = { from = 2026-01-10, for = "30 days [assumed]" }

[variant.drawn]
set = { "workload.research" = { kind = "jobs", like = "shape.toml", per_day = "9 [assumed]" } }
"#;

#[test]
fn a_foreign_trace_becomes_the_jobs_of_a_scenario() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("cluster");
    fs::create_dir(&place).expect("made");
    // The Standard Workload Format: ten fields and more, of which these are number, submit, wait, runtime,
    // processors, ... requested time.
    let line = |nth: u64| {
        let (submit, runtime) = (nth * 9_000, 600 + nth * 997 % 50_000);
        format!("{nth} {submit} 0 {runtime} 8 -1 -1 8 60000 -1 1 1 1 1 1 1 -1 -1\n")
    };
    let trace: String = (1..=60).map(line).collect();
    fs::write(folder.path().join("cluster.swf"), trace).expect("written");
    let import =
        ["import", "cluster.swf", "-o", "cluster/shape.toml", "--plain", "cluster/jobs.csv"];
    let imported = offtake(&folder, &import);
    assert_eq!(imported.code, 0, "{}", imported.err);
    let jobs = fs::read_to_string(place.join("jobs.csv")).expect("written");
    assert_eq!(jobs.lines().nth(1), Some("1,9000,8,1597,60000,0,0,"), "{jobs}");
    fs::write(place.join("deal.toml"), RESEARCH).expect("written");
    let checked = offtake(&folder, &["check", "--strict", "cluster/deal.toml"]);
    assert_eq!(checked.code, 0, "{}", checked.err);
    let run = offtake(&folder, &["run", "cluster/deal.toml", "--json"]);
    let run: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let figures = run["figures"].as_array().expect("figures");
    let done = figures.iter().find(|it| it["id"] == "workload.research.jobs_done");
    // Sixty jobs in seven days, four times and a bit.
    let done = done.expect("a detail was played")["value"].as_f64().expect("a number");
    assert!((250.0..265.0).contains(&done), "{done}");
    let explained =
        offtake(&folder, &["explain", "cluster/deal.toml", "workload.research.jobs_done"]);
    assert!(explained.out.contains("workload.research.trace = jobs.csv"), "{}", explained.out);
    let drawn =
        offtake(&folder, &["explain", "cluster/deal.toml#drawn", "workload.research.runs_done"]);
    assert!(
        drawn.out.contains("workload.research.like = shape.toml"),
        "{}{}",
        drawn.out,
        drawn.err
    );
    let fields = offtake(&folder, &["explain", "jobs.trace"]);
    assert!(fields.out.contains("CSV file"), "{}", fields.out);
}
