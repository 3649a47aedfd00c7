//! Where does output go? Results to stdout, talk to stderr; a reader that has seen enough (`| head`)
//! is no failure.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::os::fd::AsFd;

use offtake::view;
use serde_json::Value;

use crate::exit::{Exit, Stop};
use crate::paint::{self, Looks};

/// Prints a result. The text ends in a new line, whether it had one or not.
pub fn print(text: &str) -> Result<Exit, Stop> {
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{}", text.trim_end_matches('\n')).and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Stop::failed(format!("cannot write the result: {error}")))
        }
        _ => Ok(Exit::Done),
    }
}

/// Prints a text for people: no wider than their terminal, coloured where that helps.
pub fn show(text: &str, looks: Looks) -> Result<Exit, Stop> {
    let held = match io::stdout().is_terminal() {
        true => view::held(text, width()),
        false => text.to_owned(),
    };
    print(&if paint::results() { paint::text(&held, looks) } else { held })
}

/// Prints the one JSON document of a verb.
pub fn print_json(document: &Value) -> Result<Exit, Stop> {
    print(&format!("{document:#}"))
}

/// Talks to the user. Nobody may be listening, which changes nothing.
pub fn say(text: &str) {
    let text = text.trim_end_matches('\n');
    // What has several lines is laid out already.
    let held = match columns(&io::stderr()) {
        Some(columns) if !text.contains('\n') => view::held(text, columns),
        _ => format!("{text}\n"),
    };
    let _ = io::stderr().lock().write_all(held.as_bytes());
}

/// How wide a text may be: as the terminal is, 100 in a pipe.
pub fn width() -> usize {
    const USUAL: usize = 100;
    columns(&io::stdout()).unwrap_or(USUAL)
}

/// Columns of a terminal, by what it says itself, else by what the shell says.
fn columns(stream: &(impl IsTerminal + AsFd)) -> Option<usize> {
    const LEAST: usize = 40;
    if !stream.is_terminal() {
        return None;
    }
    let told = || std::env::var("COLUMNS").ok()?.parse().ok();
    let measured = terminal_size::terminal_size_of(stream).map(|it| usize::from(it.0.0));
    measured.or_else(told).map(|it: usize| it.max(LEAST))
}
