//! Does the machine under a replay place, break and mend as it is told, and say what it was told wrong?

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn jobs() -> String {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../offtake/tests/reference/scheduling");
    folder.join("jobs.csv").display().to_string()
}

const NODES: [&str; 4] = ["--nodes", "32", "--gpus-per-node", "8"];

fn replay(args: &[&str]) -> Output {
    let mut it = Command::new(env!("CARGO_BIN_EXE_offtake"));
    it.args(["replay", &jobs()]).args(args).output().unwrap()
}

fn told(args: &[&str]) -> String {
    let out = replay(&[&NODES, args].concat());
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn document(args: &[&str]) -> Value {
    serde_json::from_str(&told(&[args, &["--json"]].concat())).unwrap()
}

fn refused(args: &[&str]) -> String {
    let out = replay(args);
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(2), "{said}");
    said
}

/// What is told of a machine that a file describes.
fn with_file(text: &str, args: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("machine.toml");
    fs::write(&path, text).unwrap();
    document(&[&["--machine", &path.display().to_string()], args].concat())
}

const BROKEN: [&str; 4] = ["--mtbf", "20 days", "--repair", "6 h"];

#[test]
fn nodes_say_where_jobs_run_and_never_when() {
    let counted = replay(&["--gpus", "256", "--json"]);
    let counted: Value = serde_json::from_slice(&counted.stdout).unwrap();
    for shape in [["--domain", "8"], ["--domain", "72"], ["--fill", "spread"]] {
        assert_eq!(document(&shape)["starts_sha256"], counted["starts_sha256"], "{shape:?}");
    }
    assert!(counted["fragmentation"].is_null(), "counts are nowhere");
    assert!(counted["failures"].is_null(), "what cannot break is not told of");
}

#[test]
fn one_domain_for_all_tears_nobody_apart_and_there_is_nothing_to_say() {
    let whole = document(&["--domain", "256"]);
    assert_eq!(whole["fragmentation"]["split_starts"], 0);
    assert_eq!(whole["fragmentation"]["domains_over_fewest"], 1.0);
    assert!(!told(&["--domain", "256"]).contains("torn apart"));
    let torn = document(&["--fill", "spread"]);
    assert!(torn["fragmentation"]["split_share"].as_f64() > Some(0.0));
    assert!(told(&["--fill", "spread"]).contains("torn apart"));
}

#[test]
fn every_failure_has_a_cause_and_every_job_hour_a_size() {
    let it = document(&[&BROKEN[..], &["--checkpoint", "1 h"]].concat());
    let cause = &it["failures"][0];
    assert_eq!(cause["cause"], "node");
    assert!(cause["failures"].as_u64() > Some(0));
    let sizes = it["time_to_failure"].as_array().unwrap();
    let broke: u64 = sizes.iter().map(|it| it["failures"].as_u64().unwrap()).sum();
    assert_eq!(cause["jobs"], broke);
    assert_eq!(it["stops"], broke, "easy stops nobody");
    for size in sizes.iter().filter(|it| it["failures"] != 0) {
        let mean = size["job_hours"].as_f64().unwrap() / size["failures"].as_f64().unwrap();
        assert!((size["mean_hours"].as_f64().unwrap() - mean).abs() < 1e-9 * mean);
    }
    let effective = it["effective_share"].as_f64().unwrap();
    assert!(0.9 < effective && effective < 1.0, "{effective}");
    assert!(told(&BROKEN).contains("most by node"));
}

#[test]
fn equal_seeds_make_equal_bytes_and_others_other_luck() {
    let with = |seed| told(&[&BROKEN[..], &["--json", "--seed", seed]].concat());
    assert_eq!(with("7"), with("7"));
    assert_ne!(with("7"), with("8"));
}

#[test]
fn a_file_says_what_flags_say() {
    let flags = document(&BROKEN);
    let file = "[[cause]]\nname = 'node'\nfail = '1 per 20 node-days'\nrepair = '6 h'\n";
    assert_eq!(with_file(file, &[]), flags);
}

#[test]
fn a_file_tells_of_groups_the_young_lemons_outages_works_and_power() {
    let file = "watts = [700, 120]\npue = 1.25\n\
        [[cause]]\nname = 'shelf'\nfail = '5 per 1000 node-days'\nrepair = 'median 12 h, sigma 1'\n\
        nodes = '0..16'\ntogether = 4\nyouth = { began = '0', settled = '90 days', shape = 0.6 }\n\
        lemons = { share = 0.1, factor = 20 }\n\
        [[outage]]\nname = 'feed'\nfrom = '86400'\nlasts = '6 h'\nnodes = '0..16'\nshare = 0.5\n\
        [[works]]\nfrom = '1970-01-03'\nlasts = '4 h'\n";
    let it = with_file(file, &[]);
    assert_eq!(it["failures"][1]["cause"], "feed");
    assert_eq!(it["failures"][1]["failures"], 1);
    assert!((4..=12).contains(&it["failures"][1]["nodes"].as_u64().unwrap()), "half of 16");
    assert!(it["down_share"].as_f64() > Some(0.0));
    let energy = |key: &str| it["energy_mwh"][key].as_f64().unwrap();
    assert!((energy("site") / energy("total") - 1.25).abs() < 1e-9);
    assert!((energy("overhead") - 0.25 * energy("total")).abs() < 1e-9);
}

#[test]
fn the_causes_of_a_row_of_the_catalogue_all_count() {
    let file =
        "[[cause]]\nname = 'h100'\nfail = 'catalogue:failures/llama3'\nrepair = 'mean 2 days'\n";
    let it = with_file(file, &[]);
    let causes: Vec<&str> =
        it["failures"].as_array().unwrap().iter().map(|it| it["cause"].as_str().unwrap()).collect();
    assert_eq!(causes.len(), 18);
    assert!(causes.contains(&"h100.gpu-hbm") && causes.contains(&"h100.software-bug"));
}

#[test]
fn jobs_that_can_never_be_done_are_counted_and_end_the_replay() {
    let hopeless = ["--mtbf", "1 day", "--repair", "90 days"];
    let it = document(&hopeless);
    assert!(it["unfinished"].as_u64() > Some(0));
    assert_eq!(it["jobs"].as_u64().unwrap() + it["unfinished"].as_u64().unwrap(), 2000);
    assert!(it["unfinished_waiting"].as_u64() <= it["unfinished"].as_u64());
    assert!(it["mean_queue"].as_f64() < Some(2000.0), "ten idle years are no queue");
    assert!(told(&hopeless).contains("never done"));
    assert!(told(&hopeless).contains("after ten years in which nobody came or went"));
}

const TWO: &str = "[[class]]\nmodel = 'A'\nnodes = 1\ngpus_per_node = 4\n\
    [[class]]\nmodel = 'B'\nnodes = 2\ngpus_per_node = 8\n";

/// Plays a trace on nodes of two classes.
fn on_two(trace: &str, machine: &str, args: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let [jobs, file] = ["jobs.csv", "machine.toml"].map(|it| folder.path().join(it));
    fs::write(&jobs, format!("job_id,submit,gpus,runtime,walltime,kinds\n{trace}")).unwrap();
    fs::write(&file, machine).unwrap();
    let mut it = Command::new(env!("CARGO_BIN_EXE_offtake"));
    let paths = [jobs, file].map(|it| it.display().to_string());
    it.args(["replay", &paths[0], "--machine", &paths[1]]).args(args).output().unwrap()
}

#[test]
fn a_job_runs_on_the_kinds_that_it_names_and_the_use_of_each_is_told() {
    // The second waits for the first on the only node of A, the third finds room on B at once.
    let trace = "a,0,4,3600,3600,A\nb,1,4,3600,3600,A\nc,2,4,3600,3600,A|B\nd,3,16,3600,3600,\n";
    let out = on_two(trace, TWO, &["--policy", "firstfit", "--json"]);
    let it: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(
        (&it["jobs"], &it["gpus"], &it["max_wait"]),
        (&4.into(), &20.into(), &3599.0.into())
    );
    let kinds = it["use_by_kind"].as_array().unwrap();
    let hours = |nth: usize| kinds[nth]["gpu_hours"].as_f64().unwrap();
    assert_eq!((hours(0), hours(1)), (8.0, 20.0));
    assert_eq!(it["no_such_kind"], 0);
    let out = on_two(trace, TWO, &["--policy", "firstfit"]);
    let told = String::from_utf8(out.stdout).unwrap();
    assert!(told.contains("use by kind: A "), "{told}");
}

#[test]
fn jobs_that_no_class_of_nodes_can_hold_are_named_and_counted() {
    let trace = "a,0,4,60,60,H\nb,1,1,60,60,H\nc,2,5,60,60,A\nd,3,17,60,60,\ne,4,1,60,60,H|A\n";
    let out = on_two(trace, TWO, &["--json"]);
    let it: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(
        (&it["jobs"], &it["too_wide"], &it["no_such_kind"]),
        (&1.into(), &2.into(), &2.into())
    );
    let told = it["warnings"].to_string();
    assert!(told.contains("2 jobs run on H alone, which the machine does not have"), "{told}");
    assert!(told.contains("2 jobs ask for more than the nodes of any one class"), "{told}");
    let out = on_two(trace, TWO, &["--strict"]);
    assert_eq!(out.status.code(), Some(2));
}

#[test]
fn a_list_of_nodes_is_a_machine_of_one_class_for_each_model_and_size() {
    let samples =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../offtake-files/tests/traces/samples");
    let [jobs, nodes] =
        ["openb_pods.csv.gz", "openb_nodes.csv"].map(|it| samples.join(it).display().to_string());
    let play = |more: &[&str]| {
        let mut it = Command::new(env!("CARGO_BIN_EXE_offtake"));
        let args = ["replay", &jobs, "--nodes-file", &nodes, "--walltime", "oracle", "--json"];
        it.args(args).args(more).output().unwrap()
    };
    let it: Value = serde_json::from_slice(&play(&[]).stdout).unwrap();
    let gpus: i64 =
        it["use_by_kind"].as_array().unwrap().iter().map(|it| it["gpus"].as_i64().unwrap()).sum();
    assert_eq!(it["gpus"], gpus);
    assert!(it["utilisation"].as_f64() > Some(0.0));
    for more in [["--gpus", "9"], ["--gpus-per-node", "4"], ["--keep", "9@0..5"]] {
        let out = play(&more);
        let said = String::from_utf8(out.stderr).unwrap();
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains(more[0]) && said.contains("classes"), "{said}");
    }
}

#[test]
fn a_flag_that_cannot_be_meant_says_what_can() {
    let nodes = |more: &[&'static str]| [&NODES[..], more].concat();
    for (args, said) in [
        (nodes(&["--domain", "12"]), "no multiple of a node's 8"),
        (nodes(&["--mtbf", "1 s"]), "an hour at least"),
        (nodes(&["--mtbf", "often"]), "no length of time"),
        (nodes(&["--mtbf", "9 days", "--repair", "median 2 h"]), "median 12 h, sigma 1"),
        (nodes(&["--repair", "2 h"]), "--mtbf"),
        (nodes(&["--pue", "0.9", "--watts", "700,120"]), "no PUE"),
        (nodes(&["--pue", "1.2"]), "say --watts FULL,IDLE too"),
        (nodes(&["--fill", "tight"]), "pack, spread"),
        (nodes(&["--spares=-1"]), "--spares"),
        (nodes(&["--machine", "nowhere.toml"]), "nowhere.toml"),
        (vec!["--gpus", "256", "--mtbf", "9 days"], "--gpus-per-node"),
        (vec!["--gpus", "900000000", "--gpus-per-node", "8"], "say --gpus N to count only"),
    ] {
        let told = refused(&args);
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[test]
fn a_file_that_cannot_be_meant_says_its_line_and_what_can() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("machine.toml").display().to_string();
    let cause = |line: &str| format!("[[cause]]\nname = 'a'\nfail = '1 per 9 node-days'\n{line}\n");
    let fails = |rate: &str| format!("[[cause]]\nname = 'a'\nfail = '{rate}'\n");
    let class = |lines: &str| format!("[[class]]\nmodel = 'A'\n{lines}\n");
    let outage = |line: &str| format!("[[outage]]\nname = 'a'\nlasts = '1 h'\n{line}\n");
    for (text, line, said) in [
        ("pue = 1.2\nwats = [1, 2]\n".into(), 2, "unknown field `wats`, expected one of `watts`"),
        ("watts = [100, 200]\n".into(), 1, "[700, 120]"),
        ("pue = 12.0\n".into(), 1, "no PUE"),
        ("pue = \n".into(), 1, ""),
        (fails("often"), 3, "6.5 per 1000 node-days"),
        (fails("2 per node-hour"), 3, "more than once an hour"),
        (fails("catalogue:failures/lama3"), 3, "did you mean `llama3`"),
        (fails("catalogue:failures/llama3"), 3, "say repair"),
        (cause("repair = 'soon'"), 4, "no length of time"),
        (cause("nodes = '4'"), 4, "FIRST..END"),
        (cause("nodes = '32..40'"), 4, "beyond the machine's 32 nodes"),
        (cause("together = 0"), 4, "at least one node"),
        (cause("lemons = { share = 2, factor = 3 }"), 4, "a share from 0 to 1"),
        (cause("youth = { began = '0', settled = '9 days', shape = 2 }"), 4, "the young"),
        (cause("[[cause]]\nname = 'a'\nfail = '1 per 9 node-days'"), 5, "stands here twice"),
        (class("nodes = 0\ngpus_per_node = 8"), 3, "must be 1 to"),
        (class("nodes = 1\ngpus_per_node = 256"), 4, "must be 1 to 255"),
        (class("nodes = 1\ngpus_per_node = 8\ndomain = 12"), 5, "no multiple of a node's 8"),
        (class("nodes = 1"), 1, "missing field `gpus_per_node`"),
        (outage("from = 'noon'"), 4, "2017-10-09 or seconds"),
        (outage("from = '0'\nshare = 0.0"), 5, "no share"),
    ] {
        fs::write(&path, &text).unwrap();
        let told = refused(&[&NODES[..], &["--machine", &path]].concat());
        assert!(told.contains(&format!("machine.toml:{line}:")), "{text}: {told}");
        assert!(told.contains(said), "{said}: {told}");
    }
    fs::write(&path, cause("")).unwrap();
    assert!(refused(&["--gpus", "256", "--machine", &path]).contains("say --gpus-per-node"));
}

#[test]
fn every_mistake_in_a_file_is_told_at_once_and_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("machine.toml");
    let text = "\
watts = [100, 200]
wats = 3
[[cause]]
name = 'a'
fail = 'often'
colour = 'red'
lemons = { share = '2', factor = 3 }
[[cause]]
name = 'b'
fail = 3
[[outage]]
name = 'feed'
from = 'noon'
lasts = '0 h'
[[works]]
from = '4'
";
    fs::write(&path, text).unwrap();
    let told = refused(&[&NODES[..], &["--machine", &path.display().to_string()]].concat());
    let lines: Vec<usize> = told
        .lines()
        .filter_map(|it| it.trim().strip_prefix("--> ")?.rsplit(':').nth(1)?.parse().ok())
        .collect();
    assert_eq!(lines, [1, 2, 5, 6, 7, 10, 13, 14, 15], "{told}");
    assert!(told.contains("6 | colour = 'red'\n"), "the line is shown: {told}");
    assert!(told.contains("9 mistakes in "), "{told}");
    fs::write(&path, "pue = \nwatts = [700, 120\n").unwrap();
    let told = refused(&[&NODES[..], &["--machine", &path.display().to_string()]].concat());
    assert!(told.contains("machine.toml:1:7") && !told.contains("f64"), "{told}");
}

#[test]
fn the_picture_in_the_guide_is_what_the_program_draws() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/replay.md")).unwrap();
    let drawn = page.lines().find(|it| it.contains("--timeline week.svg")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("week.svg");
    let place = |it: String| if it == "week.svg" { picture.display().to_string() } else { it };
    let mut it = Command::new(env!("CARGO_BIN_EXE_offtake"));
    let out = it
        .args(words_of(drawn).into_iter().skip(2).map(place))
        .current_dir(&root)
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let kept = fs::read_to_string(root.join("docs/replay.svg")).unwrap();
    assert!(fs::read_to_string(picture).unwrap() == kept, "draw docs/replay.svg anew");
}

/// Words of a line of shell, in which quotes keep blanks together.
fn words_of(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let words = |(nth, part): (usize, &str)| -> Vec<String> {
        match nth % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        }
    };
    parts.flat_map(words).collect()
}
