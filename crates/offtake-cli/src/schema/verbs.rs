//! Which verbs are there, and what may be said with each? From the description of the call that the program
//! itself reads.

use std::fmt::Write;

use clap::{Arg, ArgAction, Command};

use super::pages::{cell, head};

const ABOUT: &str = "\
What can be asked of `offtake`. A SCENARIO is a file, `FILE#variant`, or the name of a built-in story. Every verb
that answers takes `--json`: one document on stdout and nothing else there; talk and progress go to stderr. Exit
code 0 is done, 1 failed while running, 2 the input or the call is wrong, 3 an `expect` of the scenario did not
hold. Any of these at the terminal:";

/// The page.
pub fn page(mut program: Command) -> String {
    program.build();
    let mut page = head("Verbs", ABOUT, "offtake run --help");
    let verbs = program.get_subcommands().filter(|it| it.get_name() != "help");
    verbs.for_each(|it| verb(&mut page, it));
    page
}

fn verb(page: &mut String, verb: &Command) {
    let name = verb.get_name();
    let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
    let _ = write!(page, "\n## offtake {name}\n\n{}.\n\n", about.trim_end_matches('.'));
    let (words, options): (Vec<&Arg>, Vec<&Arg>) = verb
        .get_arguments()
        .filter(|it| !it.is_hide_set() && it.get_id() != "help")
        .partition(|it| it.is_positional());
    let words: Vec<&Arg> = words.into_iter().chain(options).collect();
    if words.is_empty() {
        return;
    }
    page.push_str("| | |\n| --- | --- |\n");
    for it in words {
        let _ = writeln!(page, "| `{}` | {} |", cell(&written(it)), cell(&meaning(it)));
    }
    if let Some(more) = verb.get_after_help() {
        let _ = write!(page, "\n{}\n", more.to_string().replace('<', "&lt;"));
    }
}

/// How it is written: `-o, --output FILE`.
fn written(it: &Arg) -> String {
    let values: Vec<&str> = match it.get_action() {
        ArgAction::SetTrue | ArgAction::Count => Vec::new(),
        _ => it.get_value_names().unwrap_or_default().iter().map(|it| it.as_str()).collect(),
    };
    let values = values.join(" ");
    if it.is_positional() {
        return if it.is_required_set() { values } else { format!("[{values}]") };
    }
    let short = it.get_short().map(|it| format!("-{it}"));
    let long = it.get_long().map(|it| format!("--{it}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    format!("{} {values}", names.join(", ")).trim_end().to_owned()
}

/// What it does, with its words and with what counts where it is not said.
fn meaning(it: &Arg) -> String {
    let mut text = it.get_help().map(ToString::to_string).unwrap_or_default().replace('<', "&lt;");
    let takes_value = !matches!(it.get_action(), ArgAction::SetTrue | ArgAction::Count);
    let words: Vec<String> = it
        .get_possible_values()
        .iter()
        .filter(|_| takes_value)
        .map(|it| format!("`{}`", it.get_name()))
        .collect();
    if !words.is_empty() {
        let _ = write!(text, " One of {}.", words.join(", "));
    }
    let default: Vec<_> = it.get_default_values().iter().map(|it| it.to_string_lossy()).collect();
    if takes_value && !default.is_empty() {
        let _ = write!(text, " If not said, `{}`.", default.join(" "));
    }
    text
}
