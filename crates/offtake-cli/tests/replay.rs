//! Does `replay` play what it is given, say what it cannot, and write whole files or none?

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use common::{call, text};
use serde_json::Value;

fn reference() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../offtake/tests/reference/scheduling")
}

fn jobs() -> String {
    reference().join("jobs.csv").display().to_string()
}

fn offtake(args: &[&str], piped: &str) -> Output {
    call(Path::new("."), args, piped)
}

fn document(args: &[&str]) -> Value {
    let out = offtake(args, "");
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// Exit code 2, and what was said.
fn refused(args: &[&str], piped: &str) -> String {
    let out = offtake(args, piped);
    assert_eq!(out.status.code(), Some(2), "{}", text(&out.stderr));
    text(&out.stderr)
}

#[test]
fn the_document_has_the_fields_that_others_rely_on() {
    let it = document(&["replay", &jobs(), "--gpus", "256", "--policy", "easy", "--json"]);
    for field in [
        "jobs",
        "gpus",
        "mean_wait",
        "median_wait",
        "p95_wait",
        "p99_wait",
        "max_wait",
        "mean_jct",
        "median_jct",
        "mean_bsld",
        "makespan",
        "utilisation",
        "events",
    ] {
        assert!(it[field].is_number(), "{field}");
    }
    assert_eq!(it["policy"], "easy");
    assert_eq!(it["walltime"], "trace");
    assert_eq!(it["starts_sha256"], "5c524ef3484b4abc");
}

#[test]
fn a_pool_has_a_gpu() {
    for verb in ["replay", "agree"] {
        let said = refused(&[verb, &reference().display().to_string(), "--gpus", "0"], "");
        assert!(said.contains("0 is not in 1.."), "{said}");
    }
}

#[test]
fn our_schedules_agree_with_those_of_others_and_do_not_hang_on_what_is_expected() {
    let folder = tempfile::tempdir().unwrap();
    let blind = folder.path().join("scheduling");
    fs::create_dir(&blind).unwrap();
    fs::copy(reference().join("jobs.csv"), blind.join("jobs.csv")).unwrap();
    for policy in ["fifo", "sjf", "firstfit", "easy", "conservative"] {
        fs::write(blind.join(format!("starts_{policy}.csv")), "job_id,start\n1,7\n").unwrap();
    }
    let seen = document(&["agree", &reference().display().to_string(), "--json"]);
    let out = offtake(&["agree", &blind.display().to_string(), "--json"], "");
    assert_eq!(out.status.code(), Some(3), "wrong starts differ");
    let unseen: Value = serde_json::from_slice(&out.stdout).unwrap();
    let (seen, unseen) = (seen["cases"].as_array().unwrap(), unseen["cases"].as_array().unwrap());
    assert_eq!(seen.len(), 5);
    for (seen, unseen) in seen.iter().zip(unseen) {
        assert_eq!(seen["held"], true, "{seen}");
        assert_eq!(unseen["held"], false, "{unseen}");
        assert_eq!(seen["result"], unseen["result"]);
    }
}

#[test]
fn a_pipe_gives_what_the_file_gives() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let all = fs::read_to_string(jobs()).unwrap();
    let mut lines: Vec<&str> = all.lines().collect();
    lines[1..].sort_by_key(|it| it.split(',').nth(1).unwrap().parse::<i64>().unwrap());
    let sorted = lines.join("\n") + "\n";
    fs::write(path("sorted.csv"), &sorted).unwrap();
    let from = |trace: &str, starts: &str| {
        let out = offtake(&["replay", trace, "--gpus", "256", "--starts", &path(starts)], &sorted);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        (text(&out.stdout), fs::read_to_string(path(starts)).unwrap())
    };
    assert_eq!(from(&path("sorted.csv"), "a.csv"), from("-", "b.csv"));
}

#[test]
fn a_pipe_out_of_order_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let starts = folder.path().join("starts.csv");
    let piped = "job_id,submit,gpus,runtime,walltime\na,50,1,10,10\nb,20,1,10,10\n";
    let args = ["replay", "-", "--gpus", "4", "--starts", &starts.display().to_string()];
    let said = refused(&args, piped);
    assert!(said.contains("in order of submission: job `b`"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_file_out_of_order_is_sorted_and_its_starts_stand_in_its_own_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("t.csv"), "job_id,submit,gpus,runtime\nlate,50,4,10\nearly,20,4,40\n").unwrap();
    let args = ["replay", &path("t.csv"), "--gpus", "4", "-p", "fifo", "--starts", &path("s.csv")];
    let out = offtake(&args, "");
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert_eq!(fs::read_to_string(path("s.csv")).unwrap(), "job_id,start\nlate,60\nearly,20\n");
}

#[test]
fn what_cannot_be_played_is_said_and_what_can_is_played() {
    let trace = "job_id,submit,gpus,runtime,walltime\n\
                 wide,0,9,10,10\nlong,1,2,100,50\nnone,2,0,10,10\nback,3,1,-5,10\ncut,4";
    let out = offtake(&["replay", "-", "--gpus", "8", "--json"], trace);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let it: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(it["jobs"], 1);
    let said = it["warnings"].to_string();
    for part in [
        "1 job asks for more than the pool's 8 GPUs",
        "1 job runs beyond its walltime",
        "asks for no GPU",
        "below zero",
        "cut short",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let said = refused(&["replay", "-", "--gpus", "8", "--strict"], trace);
    assert!(said.contains("under --strict"), "{said}");
}

#[test]
fn what_is_not_told_has_to_be_said() {
    let bare = "job_id,submit,gpus,runtime\na,0,1,10\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bare.csv").display().to_string();
    fs::write(&path, bare).unwrap();
    assert!(refused(&["replay", &path], "").contains("say --gpus N"));
    assert!(refused(&["replay", &path, "--gpus", "4"], "").contains("say --walltime"));
    assert!(refused(&["replay", "-", "--gpus", "4"], bare).contains("say --walltime"));
    let it = document(&["replay", &path, "--gpus", "4", "--walltime", "limit:4h", "--json"]);
    assert_eq!(it["walltime"], "limit:4h");
}

#[test]
fn a_wrong_call_says_what_is_meant() {
    for (args, said) in [
        (vec!["--policy", "eazy"], "did you mean `easy`?"),
        (vec!["--walltime", "twice"], "none of oracle, factor:1.5, limit:4h"),
        (vec!["--checkpoint", "often"], "no length of time"),
        (vec!["--format", "xls"], "there are plain, swf"),
        (vec!["--keep", "512"], "GPUS@FROM..UNTIL"),
        (vec!["--watts", "700"], "two whole numbers"),
        (vec!["--policy", "fifo,easy", "--starts", "s.csv"], "name one --policy"),
    ] {
        let told = refused(&[vec!["replay", &jobs(), "--gpus", "256"], args].concat(), "");
        assert!(told.contains(said), "{said}: {told}");
    }
    assert!(refused(&["replay", "nowhere.csv", "--gpus", "4"], "").contains("nowhere.csv"));
    assert!(refused(&["replay", "-", "--gpus", "4"], "").contains("empty"));
    assert!(refused(&["agree", "nowhere"], "").contains("nowhere"));
}

#[test]
fn the_energy_of_jobs_and_of_idle_gpus_is_that_of_the_pool() {
    let args = ["replay", &jobs(), "--gpus", "256", "-p", "las", "--watts", "700,120", "--json"];
    let more = ["--checkpoint", "10 min", "--checkpoint-write", "20 s", "--restart", "3 min"];
    let it = document(&[args.as_slice(), more.as_slice()].concat());
    let of = |key: &str| it["energy_mwh"][key].as_f64().unwrap();
    let parts = of("active") + of("allocated_idle") + of("unallocated_idle");
    assert!((parts - of("total")).abs() < 1e-9 * parts);
    assert!(of("allocated_idle") > 0.0);
    assert!(it["stops"].as_u64().unwrap() > 0);
}

#[test]
fn a_wait_beside_the_frontier_run_can_be_explained() {
    let id = "workload.research.mean_wait";
    let it = document(&["explain", "openai-aws#job-by-job", id, "--json"]);
    assert!(it.to_string().contains("workload.research.detail.for"), "{it}");
}
