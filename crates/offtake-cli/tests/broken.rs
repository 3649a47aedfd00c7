//! Is every mistake told by its code, at its line, and nothing else beside it? Is whatever else a
//! file may hold refused in words, quickly and without a trace?
//!
//! `tests/broken/` has one file for each code, named after it and sound but for one line, which
//! ends in `# here`, or follows such a line in the schedule of that name. What is printed about it
//! stands in `tests/snapshots/`; after a change of words, `cargo insta review` or
//! `INSTA_UPDATE=always` renews it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Codes whose file cannot stand in a folder of texts: a NUL byte, nothing at all, megabytes,
/// hundreds of tables.
const MADE: [&str; 4] = ["E0002", "E0003", "E0004", "E0066"];

/// Whatever is given, the answer comes within this.
const SOON: Duration = Duration::from_secs(10);

/// The least that is sound.
const SOUND: &str = r#"offtake = 1
name    = "broken"
as_of   = 2026-01-01
horizon = { from = 2026-01-01, to = 2026-02-01 }

[site.here]
region = "catalogue:region/us"
power  = { limit = "10 MW facility [assumed]" }

[fleet.gb300]
site   = "here"
model  = "catalogue:rack/gb300-nvl72"
count  = "1440 GPU [assumed]"
fail   = "catalogue:failures/llama3"
spares = "5 % [assumed]"

[party.buyer]

[party.seller]

[deal.rent]
buyer   = "buyer"
seller  = "seller"
layer   = "rent"
total   = "1 M USD [assumed]"
term    = "1 year [assumed]"
start   = 2026-01-01
deliver = { fleet = "gb300" }
"#;

/// What a call came to.
struct Told {
    code: Option<i32>,
    out: String,
    err: String,
}

fn offtake(folder: &Path, args: &[&str]) -> Told {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offtake"));
    command.args(args).current_dir(folder).env("NO_COLOR", "1").stdin(Stdio::null());
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Told { code: status.code(), out: text(stdout), err: text(stderr) }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken")
}

/// The names of the files with one mistake each.
fn names() -> Vec<String> {
    let all = fs::read_dir(fixtures()).expect("the folder is there");
    let mut names: Vec<String> =
        all.map(|it| it.expect("readable").file_name().into_string().expect("UTF-8")).collect();
    names.retain(|it| it.ends_with(".toml"));
    names.sort();
    names
}

/// The file and the line that are marked as wrong.
fn marked(name: &str) -> (String, usize) {
    let read = |it: &str| fs::read_to_string(fixtures().join(it)).expect("readable");
    let line = |text: &str| text.lines().position(|it| it.ends_with("# here"));
    match line(&read(name)) {
        Some(above) => (name.to_owned(), above + 1),
        None => {
            let sheet = name.replace(".toml", ".csv");
            let above = line(&read(&sheet)).expect("a marked line");
            (sheet, above + 2)
        }
    }
}

fn code_of(name: &str) -> &str {
    name.split_once('-').expect("a code and a name").0
}

/// A folder with one file in it.
fn with(bytes: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("deal.toml"), bytes).expect("written");
    folder
}

/// Checks a text and holds that it is refused soon, in words, and that nothing is left behind.
fn refused(what: &str, bytes: &[u8]) -> String {
    let folder = with(bytes);
    let began = Instant::now();
    let told = offtake(folder.path(), &["check", "deal.toml"]);
    let took = began.elapsed();
    assert!(!told.err.contains("panicked"), "{what}: {}", told.err);
    assert_eq!((told.code, told.out.as_str()), (Some(2), ""), "{what}: {}", told.err);
    assert!(took < SOON, "{what} took {took:?}");
    assert!(told.err.len() < 100_000, "{what}: {} bytes of talk", told.err.len());
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1, "{what} left a trace");
    told.err
}

/// The scenario with something in the place of something.
fn changed(old: &str, new: &str) -> String {
    assert!(SOUND.contains(old), "`{old}` stands in the scenario");
    SOUND.replacen(old, new, 1)
}

#[test]
fn every_mistake_is_told_alone_by_its_code_and_at_its_line() {
    let mut faults = Vec::new();
    for name in names() {
        let (file, here) = marked(&name);
        let (code, warns) = (code_of(&name), name.starts_with('W'));
        // An unknown variant is no mistake of the file: it is asked for.
        let argument = if code == "E0038" { format!("{name}#lat") } else { name.clone() };
        let told = offtake(&fixtures(), &["check", &argument]);
        let (word, exit) = if warns { ("warning", 0) } else { ("error", 2) };
        for part in [format!("{word}[{code}]: "), format!("--> {file}:{here}:")] {
            if !told.err.contains(&part) {
                faults.push(format!("{name} does not say `{part}`:\n{}", told.err));
            }
        }
        let alone = format!("1 {} in {argument}\n", if warns { "warning" } else { "mistake" });
        if !told.err.ends_with(&format!("\n\n{alone}")) {
            faults.push(format!("{name} does not end with `{alone}`:\n{}", told.err));
        }
        if told.code != Some(exit) {
            faults.push(format!("{name} ends with {:?} and not with {exit}", told.code));
        }
    }
    assert!(faults.is_empty(), "{} faults\n\n{}", faults.len(), faults.join("\n\n"));
}

#[test]
fn every_mistake_is_told_in_these_words() {
    for name in names() {
        let argument = if code_of(&name) == "E0038" { format!("{name}#lat") } else { name.clone() };
        let told = offtake(&fixtures(), &["check", &argument]);
        let snapshot = name.trim_end_matches(".toml");
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(snapshot, told.err);
        });
    }
}

#[test]
fn every_code_that_is_explained_has_its_broken_file() {
    let explained = include_str!("../../offtake/src/scenario/mistakes.md");
    let explained: BTreeSet<&str> = explained
        .lines()
        .filter_map(|it| it.strip_prefix("## "))
        .filter_map(|it| it.split(' ').next())
        .filter(|it| it.len() == 5 && it[1..].parse::<u32>().is_ok())
        .collect();
    let names = names();
    let shown: BTreeSet<&str> = names.iter().map(|it| code_of(it)).chain(MADE).collect();
    assert_eq!(shown, explained);
    assert_eq!(names.len() + MADE.len(), shown.len(), "one file for each");
}

#[test]
fn texts_that_no_scenario_can_be_are_told_by_their_code() {
    let large = "# so many words\n".repeat(5 << 16);
    for (code, text) in
        [("E0002", "offtake = 1\0"), ("E0003", ""), ("E0003", " \n\t\n"), ("E0004", large.as_str())]
    {
        let told = refused(code, text.as_bytes());
        assert!(told.contains(&format!("error[{code}]: ")), "{told}");
        assert!(told.contains("--> deal.toml:1:"), "{told}");
        assert!(told.ends_with("\n\n1 mistake in deal.toml\n"), "{told}");
    }
}

#[test]
fn more_tables_of_a_kind_than_anybody_writes_are_refused_at_once() {
    let parties: String = (0..501).map(|i| format!("[party.p{i}]\n")).collect();
    let told = refused("E0066", format!("{SOUND}\n{parties}").as_bytes());
    assert!(told.contains("error[E0066]: the file has 503 tables `party`; at most 500"), "{told}");
    let claims = "[[claim]]\nx = 1\n".repeat(5_000);
    let told = refused("E0066", format!("{SOUND}\n{claims}").as_bytes());
    assert!(told.ends_with("\n\n1 mistake in deal.toml\n"), "none of them is read: {told}");
}

#[test]
fn a_missing_source_is_a_mistake_where_sources_are_asked_for() {
    let file = names().into_iter().find(|it| code_of(it) == "W0001").expect("it has a file");
    let told = offtake(&fixtures(), &["check", "--strict", &file]);
    assert_eq!((told.code, told.out.as_str()), (Some(2), ""), "{}", told.err);
    assert!(told.err.contains("error[W0001]: "), "{}", told.err);
    for other in ["W0002", "W0006"] {
        let file = names().into_iter().find(|it| code_of(it) == other).expect("it has a file");
        assert_eq!(offtake(&fixtures(), &["check", "--strict", &file]).code, Some(0), "{other}");
    }
}

#[test]
fn ten_mistakes_of_different_kinds_are_told_in_one_pass() {
    let changes = [
        ("E0006", "offtake = 1", "offtake = 2"),
        ("E0018", "10 MW facility", "10 MW IT"),
        ("E0029", "rack/gb300-nvl72", "rack/gb300-nvl7"),
        ("E0015", "1440 GPU", "1440 MW"),
        ("E0028", "catalogue:failures/llama3", "catalogue:mfu/llama3"),
        ("E0020", "5 % [assumed]", "5 % [asumed]"),
        ("E0025", "\"rent\"", "\"lease\""),
        ("E0014", "1 M USD", "1 M USDD"),
        ("E0022", "start   = 2026-01-01", "start   = \"2026-02-30\""),
        ("E0012", "fleet = \"gb300\"", "fleet = \"gb30\""),
    ];
    let mut text = SOUND.to_owned();
    for (_, old, new) in changes {
        assert!(text.contains(old), "`{old}` stands in the scenario");
        text = text.replacen(old, new, 1);
    }
    let told = refused("ten mistakes", text.as_bytes());
    for (code, ..) in changes {
        assert_eq!(told.matches(&format!("error[{code}]: ")).count(), 1, "{code}: {told}");
    }
    assert!(told.ends_with("\n\n10 mistakes in deal.toml\n"), "{told}");
}

#[test]
fn what_does_not_fit_together_is_told_beside_what_did_not_read() {
    let gang = "\n[workload.run]\nkind = \"training\"\ncompute = \"1e24 FLOP [assumed]\"\n\
                gpus = \"2048 GPU [assumed]\"\nmfu = \"catalogue:mfu/llama3\"\n";
    let changes = [
        ("E0008", "spares", "spare"),
        ("E0015", "1 M USD", "1 MW"),
        ("E0044", "\"gb300\" }", "\"gb300\", full = 2025-12-01 }"),
        ("E0048", "\n[party.seller]", &format!("\n[party.seller]\n{gang}")),
        (
            "E0067",
            "\n[fleet.gb300]",
            "pue = { mean = \"1.3 [assumed]\", peak = \"1.2 [assumed]\" }\n\n[fleet.gb300]",
        ),
    ];
    let mut text = SOUND.to_owned();
    for (_, old, new) in changes {
        assert!(text.contains(old), "`{old}` stands in the scenario");
        text = text.replacen(old, new, 1);
    }
    let told = refused("what does not fit", text.as_bytes());
    for (code, ..) in changes {
        assert_eq!(told.matches(&format!("error[{code}]: ")).count(), 1, "{code}: {told}");
    }
    assert!(told.ends_with("\n\n5 mistakes in deal.toml\n"), "{told}");
    let undated = text.replacen("to = 2026-02-01", "to = \"soon\"", 1);
    let told = refused("an unread horizon", undated.as_bytes());
    assert!(told.ends_with("\n\n6 mistakes in deal.toml\n"), "{told}");
}

#[test]
fn what_is_nearly_right_is_met_with_the_right_word() {
    let variant = |path: &str| format!("{SOUND}\n[variant.late]\nset = {{ \"{path}\" = 1 }}\n");
    for (text, word) in [
        (changed("fleet = \"gb300\"", "fleet = \"gb30\""), "gb300"),
        (changed("site   = \"here\"", "site   = \"hree\""), "here"),
        (changed("buyer   = \"buyer\"", "buyer   = \"byer\""), "buyer"),
        (changed("region/us", "region/us-pjn"), "us-pjm"),
        (changed("rack/gb300-nvl72", "rack/gb300nvl72"), "gb300-nvl72"),
        (changed("1 M USD", "1 M USDD"), "USD"),
        (changed("5 % [assumed]", "5 % [introl-gb30]"), "introl-gb300"),
        (changed("spares", "spare"), "spares"),
        (changed("[fleet.gb300]", "[fleets.gb300]"), "fleet"),
        (changed("\"rent\"", "\"rant\""), "rent"),
        (variant("deal.rent.tota"), "total"),
        (variant("deal.rnt.total"), "deal.rent.total"),
    ] {
        let told = refused(word, text.as_bytes());
        assert!(told.contains(&format!("did you mean `{word}`?")), "{word}: {told}");
    }
}

#[test]
fn what_cannot_be_is_told_with_both_sides() {
    let party = "\n[party.owned]\nstakes = { a = \"60 % [assumed]\", b = \"50.5 % [assumed]\" }\n";
    for (text, parts) in [
        (
            changed("1 M USD", "1 MWh"),
            ["error[E0015]: `1 MWh` is energy; this wants money", "deal.toml:25:"],
        ),
        (
            changed("to = 2026-02-01", "to = 2025-12-31"),
            ["ends (2025-12-31) before it begins (2026-01-01)", "deal.toml:4:"],
        ),
        (
            changed("fleet = \"gb300\" }", "fleet = \"gb300\", full = 2025-12-30 }"),
            ["full before the term begins", "deal.toml:28:"],
        ),
        (
            changed("fleet = \"gb300\" }", "fleet = \"gb300\", full = 2027-01-02 }"),
            ["full only after the term is over", "deal.toml:28:"],
        ),
        (
            format!("{SOUND}{party}"),
            ["error[E0050]: the stakes in `party.owned` sum to 110.5 %", "deal.toml:31:"],
        ),
        (
            format!("{SOUND}take = \"101 % [assumed]\"\n"),
            ["`deal.rent.take` cannot be 101 %", "it lies between 0 % and 100 %"],
        ),
        (
            changed("\"gb300\" }", "\"gb300\", every = \"10 min [assumed]\" }"),
            ["cannot be 10 min", "it lies between 60.0 min and 36.5k days"],
        ),
    ] {
        let told = refused(parts[0], text.as_bytes());
        for part in parts {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
}

#[test]
fn a_mistake_of_a_variant_alone_is_told_with_its_name() {
    let text = format!(
        "{SOUND}\n[variant.sound]\nset = {{ \"seed\" = 2 }}\n\n[variant.short]\nset = {{ \"deal.rent.term\" = \"1 GPU [assumed]\" }}\n"
    );
    let told = refused("a variant", text.as_bytes());
    for part in ["error[E0015]", "--> deal.toml:34:28", "= note: in variant `short`"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(told.ends_with("\n\n1 mistake in deal.toml\n"), "{told}");
    let folder = with(text.as_bytes());
    for (argument, code) in [("deal.toml#sound", 0), ("deal.toml#short", 2)] {
        assert_eq!(offtake(folder.path(), &["check", argument]).code, Some(code), "{argument}");
    }
}

#[test]
fn a_ring_of_variants_is_told_and_not_followed() {
    let ring = |count: usize| -> String {
        let one = |it: usize| {
            let next = (it + 1) % count;
            format!("[variant.v{it}]\nlike = \"v{next}\"\nset = {{ \"seed\" = {it} }}\n")
        };
        (0..count).map(one).collect()
    };
    for count in [1, 2, 3, 40] {
        let told = refused("a ring", format!("{SOUND}\n{}", ring(count)).as_bytes());
        assert!(told.contains("error[E0040]: variant `v"), "{count}: {told}");
    }
}

#[test]
fn however_deep_a_text_nests_it_is_refused_in_words() {
    const DEEP: usize = 50_000;
    let deep = |it: &str| it.repeat(DEEP);
    let path = deep("a.");
    let expression = format!("{}1{}", deep("( "), deep(" )"));
    let claim = |it: &str| format!("{SOUND}\n[[expect]]\nthat = \"{it} >= 1\"\n");
    for (what, text) in [
        ("open brackets", format!("a = {}", deep("["))),
        ("brackets", format!("a = {}{}", deep("["), deep("]"))),
        ("open tables", format!("a = {}", deep("{ a = "))),
        ("tables", format!("a = {}1{}", deep("{ a = "), deep(" }"))),
        ("a dotted key", format!("{path}a = 1")),
        ("a dotted header", format!("[{path}a]\nb = 1")),
        ("a dotted field", format!("{SOUND}{path}a = 1")),
        ("parentheses", claim(&expression)),
    ] {
        refused(what, text.as_bytes());
    }
}

#[test]
fn a_long_sum_and_a_deep_path_do_not_exhaust_the_stack() {
    let sum = "1 + ".repeat(500_000);
    let path = "a.".repeat(50_000);
    for (what, text) in [
        ("a long sum", format!("{SOUND}\n[[expect]]\nthat = \"{sum}1 >= GPU\"\n")),
        (
            "a deep path of a variant",
            format!("{SOUND}\n[variant.deep]\nset = {{ \"deal.rent.{path}a\" = 1 }}\n"),
        ),
    ] {
        refused(what, text.as_bytes());
    }
}

#[test]
fn noise_and_bytes_that_are_no_text_are_refused_in_words() {
    let noise = |size: u64, low: u8| -> Vec<u8> {
        let mix = |it: u64| (it.wrapping_mul(6_364_136_223_846_793_005) >> 56) as u8;
        (0..size).map(|it| (mix(it.wrapping_mul(it)) & 0x7f).max(low)).collect()
    };
    refused("50 MB of noise", &noise(50 << 20, 1));
    refused("3 MB of noise", &noise(3 << 20, b' '));
    refused("noise in a line", &[SOUND.as_bytes(), &noise(1 << 10, b'!')].concat());
    for bytes in [&b"\xff\xfe\x00o"[..], b"offtake = 1\nname = \"\xe9\"\n", b"\xf0\x9f\xa7"] {
        let told = refused("no UTF-8", bytes);
        assert!(told.contains("is not UTF-8 text"), "{told}");
    }
}

#[test]
fn many_mistakes_are_told_soon() {
    let many =
        |count: usize, one: &dyn Fn(usize) -> String| -> String { (0..count).map(one).collect() };
    for (what, text) in [
        ("many unknown tables", many(20_000, &|it| format!("z{it} = 1\n")) + SOUND),
        ("many unknown fields", SOUND.to_owned() + &many(20_000, &|it| format!("z{it} = 1\n"))),
        (
            "many broken fleets",
            SOUND.to_owned() + &many(2_000, &|it| format!("[fleet.f{it}]\nsite = \"hree\"\n")),
        ),
    ] {
        refused(what, text.as_bytes());
    }
}
