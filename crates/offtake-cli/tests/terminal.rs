//! Does what is shown fit the terminal that it is shown on, and does anything else see its codes?

mod common;

use std::process::{Command, Stdio};

use common::{call, text};

/// What a command shows on a terminal of some columns, as `script` (of every Debian) keeps it.
fn on_terminal(columns: usize, args: &str, settings: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let program = env!("CARGO_BIN_EXE_offtake");
    let call = format!("stty cols {columns} rows 40; {program} {args}");
    let output = Command::new("script")
        .args(["-qec", &call, "/dev/null"])
        .current_dir(folder.path())
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env("TERM", "xterm")
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("`script` is there");
    assert!(output.status.success(), "{}", text(&output.stdout));
    text(&output.stdout).replace('\r', "")
}

/// Without the codes of a terminal.
fn plain(shown: &str) -> String {
    let mut parts = shown.split('\x1b');
    let first = parts.next().unwrap_or_default().to_owned();
    let rest =
        parts.map(|it| it.split_once(|it: char| it.is_ascii_alphabetic()).map_or("", |it| it.1));
    rest.fold(first, |all, it| all + it)
}

#[test]
fn nothing_is_wider_than_the_terminal() {
    for columns in [60, 80, 120] {
        for args in [
            "run llama3 --futures 8 --assumptions 0",
            "risk term-sheet --draws 16",
            "compare llama3 term-sheet",
            "lender buildout-2028 private-credit",
            "explain deal",
            "explain llama3 fleet.h100.goodput",
            "catalogue rack",
            "run --help",
        ] {
            let shown = plain(&on_terminal(columns, args, &[]));
            let wide = shown.lines().find(|it| it.chars().count() > columns);
            assert_eq!(wide, None, "`{args}` at {columns}:\n{shown}");
        }
    }
}

#[test]
fn a_terminal_sees_headings_and_verdicts_and_a_dumb_one_sees_text() {
    const CALL: &str = "run openai-aws --assumptions 0 --futures 0";
    let shown = on_terminal(100, CALL, &[]);
    for part in
        ["\x1b[1mWhat was claimed\x1b[0m", "\x1b[32mholds\x1b[0m", "\x1b[2m(simulated)\x1b[0m"]
    {
        assert!(shown.contains(part), "{shown}");
    }
    for setting in [("TERM", "dumb"), ("NO_COLOR", "1")] {
        assert!(!on_terminal(100, CALL, &[setting]).contains('\x1b'), "{setting:?}");
    }
}

#[test]
fn pipes_and_files_get_no_codes_unless_they_are_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let ask = |settings: &[(&str, &str)]| {
        Command::new(env!("CARGO_BIN_EXE_offtake"))
            .args(["run", "llama3", "--assumptions", "0", "--futures", "0", "--out", "run"])
            .current_dir(folder.path())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .envs(settings.iter().copied())
            .output()
            .expect("called")
    };
    let piped = ask(&[]);
    assert!(!text(&piped.stdout).contains('\x1b') && !text(&piped.stderr).contains('\x1b'));
    assert!(text(&ask(&[("CLICOLOR_FORCE", "1")]).stdout).contains("\x1b[1m"));
    let both = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    assert!(!text(&ask(&both).stdout).contains('\x1b'));
    let saved = std::fs::read_to_string(folder.path().join("run/report.txt")).expect("saved");
    assert!(!saved.contains('\x1b') && saved == text(&piped.stdout));
}

#[test]
fn quiet_says_nothing_but_what_was_played_how_long_and_where_it_is_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    for args in [
        ["run", "llama3", "--out", "run", "--quiet"].as_slice(),
        &["risk", "llama3", "--draws", "8", "--out", "risk", "--quiet"],
    ] {
        let output = call(folder.path(), args, "");
        assert_eq!(text(&output.stdout), "");
        let said = text(&output.stderr);
        let (name, out) = (args[1], args[args.len() - 2]);
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(name) && said.contains(" s; saved in "), "{said}");
        assert!(said.trim_end().ends_with(out), "{said}");
    }
}
