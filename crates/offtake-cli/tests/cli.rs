//! Does the program answer as the interface promises, with the right exit code and on the right
//! stream, whatever it is given?

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What a call came to.
struct Told {
    code: i32,
    out: String,
    err: String,
}

impl Told {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|it| panic!("{it}: {}", self.out))
    }
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
fn with(name: &str, bytes: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(name), bytes).expect("written");
    folder
}

/// The least that can be played, with a value that names no source.
const SMALL: &str = r#"offtake = 1
name    = "small"
as_of   = 2025-11-30
horizon = { from = 2026-01-01, to = 2027-01-01 }

[site.here]
region = "catalogue:region/us"
power  = { limit = "10 MW facility [assumed]" }

[fleet.h100]
site  = "here"
model = "catalogue:rack/hgx-h100"
count = "1024 GPU"
fail  = "catalogue:failures/llama3"

[variant.less]
set = { "site.here.power.limit" = "5 MW facility [assumed]" }

[variant.wrong]
set = { "fleet.h100.model" = "catalogue:rack/hgx-h10" }
"#;

#[test]
fn what_cannot_be_opened_ends_with_two_and_one_line() {
    let folder = with("latin", b"\xff\xfe");
    for (argument, why) in [
        ("lama3", "did you mean `llama3`?"),
        ("gone.toml", "no such file"),
        (".", "is a directory"),
        ("latin", "is not UTF-8 text"),
        ("latin/below", "cannot read"),
    ] {
        let told = offtake(&folder, &["check", argument]);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{argument}: {}", told.err);
        assert!(told.err.contains(why) && told.err.lines().count() == 1, "{}", told.err);
    }
}

#[test]
fn a_variant_without_a_name_is_answered_with_the_names_there_are() {
    let folder = with("deal.toml", SMALL.as_bytes());
    for verb in ["run", "check"] {
        let told = offtake(&folder, &[verb, "deal.toml#"]);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{verb}: {}", told.err);
        for part in ["no variant is named after `#`", "help: the file has: less, wrong"] {
            assert!(told.err.contains(part), "{verb}: {}", told.err);
        }
    }
}

#[test]
fn a_median_that_follows_from_the_law_is_told() {
    let range =
        "{ q10 = \"512 GPU\", q90 = \"2048 GPU\", law = \"lognormal\", source = \"assumed\" }";
    let folder = with("deal.toml", SMALL.replace("\"1024 GPU\"", range).as_bytes());
    let told = offtake(&folder, &["explain", "deal.toml", "fleet.h100.failures"]);
    let line = "fleet.h100.count = q10 512 GPU, q90 2048 GPU, median 1,024 GPU";
    assert!(told.code == 0 && told.out.contains(line), "{}{}", told.out, told.err);
}

#[test]
fn a_wrong_call_ends_with_two() {
    let folder = tempfile::tempdir().expect("a folder");
    for args in [&["chekc", "x"][..], &["check"], &["check", "--no-such"], &["explain"], &["new"]] {
        let told = offtake(&folder, args);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{args:?}");
        assert!(told.err.contains("error:"), "{args:?}: {}", told.err);
    }
    let help = offtake(&folder, &["--help"]);
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    assert!(help.out.contains("catalogue") && help.out.contains("Exit code"), "{}", help.out);
}

#[test]
fn whatever_the_text_is_it_is_refused_in_words() {
    let noise: String = (0_u64..5 << 20)
        .map(|it| char::from((it.wrapping_mul(6_364_136_223_846_793_005) >> 57) as u8 | 1))
        .collect();
    let short = &noise[..64 << 10];
    let nested = format!("a = {}", "[".repeat(2000));
    let long = format!("offtake = 1\nname = \"{}\"\nwrong = 1", "x".repeat(2 << 20));
    for (text, code) in [
        ("", "error[E0003]"),
        ("offtake = 1\0", "error[E0002]"),
        (noise.as_str(), "error[E0004]"),
        (short, "error[E0001]"),
        (nested.as_str(), "error[E0001]"),
        (long.as_str(), "error[E0007]"),
    ] {
        let folder = with("deal.toml", text.as_bytes());
        let told = offtake(&folder, &["check", "deal.toml"]);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{code}");
        assert!(told.err.contains(code) && told.err.contains("deal.toml:"), "{code}: {}", told.err);
        assert!(told.err.len() < 40_000, "{code}: {} bytes of talk", told.err.len());
    }
}

#[test]
fn a_mistake_points_explains_and_helps() {
    let folder = with("deal.toml", SMALL.as_bytes());
    let told = offtake(&folder, &["check", "deal.toml"]);
    assert_eq!(told.code, 2);
    for part in [
        "error[E0029]: the catalogue has no rack called `hgx-h10`",
        "--> deal.toml:20:30",
        "= help: did you mean `hgx-h100`?",
        "= note: in variant `wrong`",
        "warning[W0001]: no source is named",
        "1 mistake, 1 warning in deal.toml\n",
    ] {
        assert!(told.err.contains(part), "{part}\n{}", told.err);
    }
    assert!(!told.err.contains('\u{1b}'), "no colour where nobody looks");
}

#[test]
fn a_sound_variant_is_praised_and_an_unknown_one_is_not() {
    let folder = with("deal.toml", SMALL.as_bytes());
    let told = offtake(&folder, &["check", "deal.toml#less"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.starts_with("deal.toml#less: sound ("), "{}", told.out);
    assert!(told.err.ends_with("1 warning in deal.toml#less\n"), "{}", told.err);
    let strict = offtake(&folder, &["check", "--strict", "deal.toml#less"]);
    assert_eq!((strict.code, strict.out.as_str()), (2, ""));
    let unknown = offtake(&folder, &["check", "deal.toml#les"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("error[E0038]") && unknown.err.contains("`less`"),
        "{}",
        unknown.err
    );
}

#[test]
fn many_warnings_of_one_kind_collapse() {
    let paths: String = (2026..2036).map(|it| format!("{it} = \"1 bn USD\", ")).collect();
    let text = SMALL.split("[variant").next().expect("the head").to_owned();
    let text = format!(
        "{text}\n[party.a]\ncash = \"1 bn USD [assumed]\"\nmargin = \"50 % [assumed]\"\nrevenue = {{ {} }}\n",
        paths.trim_end_matches(", ")
    );
    let told = offtake(&with("deal.toml", text.as_bytes()), &["check", "deal.toml"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert_eq!(told.err.matches("warning[W0001]").count(), 3);
    assert!(told.err.contains("... and 8 more like this (W0001)"), "{}", told.err);
    assert!(told.err.ends_with("\n11 warnings in deal.toml\n"), "{}", told.err);
}

#[test]
fn check_prints_one_json_document() {
    let folder = with("deal.toml", SMALL.as_bytes());
    let told = offtake(&folder, &["check", "--json", "deal.toml"]);
    let document = told.json();
    assert_eq!((told.code, told.err.as_str()), (2, ""));
    assert_eq!(document["scenario"], "deal.toml");
    let mistake = &document["mistakes"][0];
    assert_eq!((mistake["code"].as_str(), mistake["line"].as_u64()), (Some("E0029"), Some(20)));
    assert_eq!((&mistake["file"], &mistake["variant"]), (&"deal.toml".into(), &"wrong".into()));
    assert_eq!(document["warnings"].as_array().map(Vec::len), Some(1));
    let many = offtake(&folder, &["check", "--json", "deal.toml#less", "gone.toml"]);
    assert_eq!((many.code, many.json().as_array().map(Vec::len)), (2, Some(2)));
}

#[test]
fn a_scenario_may_come_through_a_pipe() {
    let folder = tempfile::tempdir().expect("a folder");
    let sound = SMALL.split("[variant.wrong]").next().expect("the head");
    let told = fed(folder.path(), &["check", "-"], sound);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(
        told.out.starts_with("stdin: sound (") && told.out.contains("1 variant"),
        "{}",
        told.out
    );
}

#[test]
fn a_schedule_is_looked_for_in_the_folder_of_its_scenario() {
    let folder = tempfile::tempdir().expect("a folder");
    let offer = folder.path().join("offer");
    fs::create_dir(&offer).expect("made");
    let sound = SMALL.split("[variant.wrong]").next().expect("the head");
    let deal = "[party.b]\n[party.s]\n[deal.d]\nbuyer = \"b\"\nseller = \"s\"\nlayer = \"rent\"\n\
                total = \"1 M USD [assumed]\"\nterm = \"1 year [assumed]\"\nstart = 2026-01-01\n\
                deliver = { fleet = \"h100\", schedule = \"months.csv [assumed]\" }\n";
    let text = format!("{sound}{deal}");
    fs::write(offer.join("deal.toml"), &text).expect("written");
    let months = "month,gpus\n2026-02,512\n2026-03,1024\n";
    fs::write(offer.join("months.csv"), months).expect("written");
    let figure = "deal.d.delivered_gpus_peak";
    let told = offtake(&folder, &["explain", "offer/deal.toml", figure]);
    assert!(told.out.contains("offer/months.csv:3"), "{}{}", told.out, told.err);
    let piped = fed(&offer, &["explain", "-", figure], &text);
    assert!(piped.out.contains("; months.csv:3"), "{}{}", piped.out, piped.err);
    fs::write(offer.join("later.csv"), "month,gpus\n2026-03,512\n").expect("written");
    let set = |it: &str| {
        let value = format!("deal.d.deliver.schedule=\"{it} [assumed]\"");
        offtake(&folder, &["run", "offer/deal.toml", "--assumptions", "0", "--set", &value])
    };
    assert!(
        set("later.csv").err.contains("saved in"),
        "a file that is set is looked for there too"
    );
    assert!(set("none.csv").err.contains("error[E0086]"), "{}", set("none.csv").err);
    fs::write(offer.join("months.csv"), months.replace("1024", "256")).expect("written");
    let told = offtake(&folder, &["check", "--json", "offer/deal.toml"]);
    let mistake = &told.json()["mistakes"][0];
    assert_eq!(mistake["code"], "E0090", "{}", told.out);
    assert_eq!((&mistake["file"], &mistake["line"]), (&"offer/months.csv".into(), &3.into()));
    fs::write(offer.join("months.csv"), b"month,gpus\n\xff").expect("written");
    let told = offtake(&folder, &["check", "offer/deal.toml"]);
    assert!(told.err.contains("error[E0086]") && told.err.contains("is not UTF-8"), "{}", told.err);
    let told = fed(folder.path(), &["check", "-"], &text);
    assert!(told.err.contains("no such file: `months.csv`"), "{}", told.err);
}

#[test]
fn a_new_file_is_the_story_and_an_existing_one_is_left_alone() {
    let folder = with("mine.toml", b"years of work");
    let refused = offtake(&folder, &["new", "mine.toml", "--like", "llama3"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("`mine.toml` exists already"), "{}", refused.err);
    let kept = fs::read_to_string(folder.path().join("mine.toml")).expect("it is there");
    assert_eq!(kept, "years of work");
    let unknown = offtake(&folder, &["new", "b.toml", "--like", "lama3"]);
    assert!(unknown.code == 2 && unknown.err.contains("`llama3`"), "{}", unknown.err);
    assert_eq!(offtake(&folder, &["new", "gone/b.toml", "--like", "llama3"]).code, 1);
    assert_eq!(offtake(&folder, &["new", "b.toml", "--like", "llama3"]).code, 0);
    let stories = offtake::scenario::library::STORIES;
    let story = stories.iter().find(|it| it.0 == "llama3").expect("built in");
    let written = fs::read_to_string(folder.path().join("b.toml")).expect("it is there");
    assert_eq!(written, story.1);
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 2, "nothing else is left");
}

#[test]
fn a_fact_is_told_with_its_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = offtake(&folder, &["catalogue", "rack", "gb300"]);
    assert_eq!(told.code, 0, "{}", told.err);
    for part in [
        "rack gb300-nvl72",
        "power ",
        "IT per GPU",
        "catalogue/racks.toml:",
        "introl-gb300: Introl",
        "dated 20",
        "https://",
    ] {
        assert!(told.out.contains(part), "{part}\n{}", told.out);
    }
    let shape = offtake(&folder, &["catalogue", "shape", "chat"]);
    assert!(shape.out.contains("\nsources\n") && shape.out.contains("https://"), "{}", shape.out);
    let json = offtake(&folder, &["catalogue", "rack", "gb300", "--json"]).json();
    assert_eq!(json["rows"][0]["name"], "gb300-nvl72");
    let values = json["rows"][0]["values"].as_array().expect("values");
    let power = values.iter().find(|it| it["key"] == "power").expect("it has power");
    assert!(power["value"].is_number() && power["sources"][0]["url"].is_string(), "{power}");
}

#[test]
fn the_catalogue_lists_kinds_and_rows_in_lines_that_fit() {
    let folder = tempfile::tempdir().expect("a folder");
    let kinds = offtake(&folder, &["catalogue"]);
    assert!(kinds.code == 0 && kinds.out.contains("\nrack "), "{}", kinds.out);
    for line in kinds.out.lines().skip(1) {
        let kind = line.split(' ').next().expect("a word");
        let rows = offtake(&folder, &["catalogue", kind]);
        assert_eq!(rows.code, 0, "{kind}: {}", rows.err);
        assert!(rows.out.lines().all(|it| it.chars().count() <= 100), "{}", rows.out);
    }
    let unknown = offtake(&folder, &["catalogue", "racks"]);
    assert!(unknown.code == 2 && unknown.err.contains("`rack`"), "{}", unknown.err);
    let nothing = offtake(&folder, &["catalogue", "rack", "gb400-nvl72"]);
    assert!(nothing.code == 2 && nothing.err.contains("`gb300-nvl72`"), "{}", nothing.err);
}

#[test]
fn a_code_and_a_field_are_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let code = offtake(&folder, &["explain", "E0031"]);
    assert!(code.code == 0 && code.out.starts_with("E0031 "), "{}", code.out);
    let field = offtake(&folder, &["explain", "deal.take"]);
    assert!(field.code == 0 && field.out.contains("100 % [assumed]"), "{}", field.out);
    assert_eq!(offtake(&folder, &["explain", "deal", "--json"]).json()["noun"], "deal");
    let unknown = offtake(&folder, &["explain", "deal.knd"]);
    assert!(unknown.code == 2 && unknown.err.contains("`deal.kind`"), "{}", unknown.err);
}

#[test]
fn tables_are_saved_in_the_formats_that_are_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let saved = |more: &[&str]| {
        let args = ["run", "llama3", "--assumptions", "0", "-q", "--out", "run"];
        let told = offtake(&folder, &[&args, more].concat());
        assert_eq!(told.code, 0, "{}", told.err);
        let all = fs::read_dir(folder.path().join("run")).expect("readable").flatten();
        let mut all: Vec<_> = all.map(|it| it.file_name().into_string().expect("UTF-8")).collect();
        all.retain(|it| it.starts_with("hourly") || it.starts_with("yearly"));
        all.sort();
        all
    };
    assert_eq!(saved(&[]), ["hourly.csv", "hourly.parquet", "yearly.csv", "yearly.parquet"]);
    // One run takes the other's place, whatever tables that had.
    assert_eq!(saved(&["--tables", "csv,csv"]), ["hourly.csv", "yearly.csv"]);
    assert_eq!(saved(&["--tables", "parquet"]), ["hourly.parquet", "yearly.parquet"]);
    assert_eq!(offtake(&folder, &["run", "llama3", "--tables", "orc"]).code, 2);
}
