//! Where does output go? Results to stdout, talk to stderr; a reader that has seen enough (`| head`)
//! is no failure.

use std::io::{self, ErrorKind, IsTerminal, Write};

use offtake::view;
use serde_json::Value;

use crate::exit::{Exit, Stop};
use crate::paint;

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
pub fn show(text: &str) -> Result<Exit, Stop> {
    let held = match io::stdout().is_terminal() {
        true => view::held(text, width()),
        false => text.to_owned(),
    };
    print(&if paint::results() { paint::report(&held) } else { held })
}

/// Prints the one JSON document of a verb.
pub fn print_json(document: &Value) -> Result<Exit, Stop> {
    print(&format!("{document:#}"))
}

/// Talks to the user. Nobody may be listening, which changes nothing.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", text.trim_end_matches('\n'));
}

/// How wide a text may be: as the terminal is, as the shell says where the terminal does not, 100 in a pipe.
pub fn width() -> usize {
    const USUAL: usize = 100;
    const LEAST: usize = 40;
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return USUAL;
    }
    let told = || std::env::var("COLUMNS").ok()?.parse().ok();
    let measured = terminal_size::terminal_size_of(&stdout).map(|it| usize::from(it.0.0));
    measured.filter(|it| *it > 0).or_else(told).unwrap_or(USUAL).max(LEAST)
}
