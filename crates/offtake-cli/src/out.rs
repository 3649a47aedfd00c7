//! Where does output go? Results to stdout, talk to stderr; a reader that has seen enough (`| head`)
//! is no failure.

use std::io::{self, ErrorKind, IsTerminal, Write};

use serde_json::Value;

use crate::exit::{Exit, Stop};

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

/// Prints the one JSON document of a verb.
pub fn print_json(document: &Value) -> Result<Exit, Stop> {
    print(&format!("{document:#}"))
}

/// Talks to the user. Nobody may be listening, which changes nothing.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", text.trim_end_matches('\n'));
}

/// Whether talk may be coloured.
pub fn talk_in_colour() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|it| !it.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|it| it == "dumb");
    io::stderr().is_terminal() && !set("NO_COLOR") && !dumb
}

/// How wide a table may be: the terminal's width where the shell tells it, else 100.
pub fn width() -> usize {
    const USUAL: usize = 100;
    let told = || std::env::var("COLUMNS").ok()?.parse().ok();
    if io::stdout().is_terminal() { told().unwrap_or(USUAL).max(40) } else { USUAL }
}
