//! A command that serves does not end by itself: it is asked one question, and stopped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What is asked of a page that is served.
const QUESTION: &str = "/api/home";
/// Who does not answer within this never will.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether a command serves until it is stopped.
pub fn serves(command: &str) -> bool {
    let mut words = command.split_whitespace();
    words.next() == Some("offtake") && words.next() == Some("serve")
}

/// Starts the command on a free port, asks it for what it has, and stops it.
pub fn ask(mut command: Command, text: &str, folder: &Path) -> Result<(), String> {
    let port = if text.contains("--port") { "" } else { " --port 0" };
    let mut child = command
        .args(["-c", &format!("exec {text}{port}")])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("could not be started: {error}"))?;
    let answer = address(&mut child).and_then(|it| status(&it));
    let _ = child.kill();
    let _ = child.wait();
    match answer?.as_str() {
        "HTTP/1.1 200 OK" => Ok(()),
        other => Err(format!("answers {QUESTION} with `{other}`")),
    }
}

/// Where it says that it listens: `127.0.0.1:4321`.
fn address(child: &mut Child) -> Result<String, String> {
    let talk = child.stderr.take().ok_or("says nothing")?;
    let mut said = String::new();
    for line in BufReader::new(talk).lines().map_while(Result::ok) {
        if let Some(it) = host(&line) {
            return Ok(it.to_owned());
        }
        said.push_str(&line);
        said.push('\n');
    }
    Err(format!("ended without saying where it listens\n{}", said.trim_end()))
}

fn host(line: &str) -> Option<&str> {
    let (_, after) = line.split_once("http://")?;
    after.split(['/', ' ', '?']).next()
}

/// The first line of what is answered.
fn status(host: &str) -> Result<String, String> {
    let mut answer = String::new();
    let mut ask = || {
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "GET {QUESTION} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
        stream.read_to_string(&mut answer)
    };
    ask().map_err(|error| format!("does not answer at {host}: {error}"))?;
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_serves_is_told_by_its_verb() {
        assert!(serves("offtake serve runs --read-only"));
        assert!(!serves("offtake run serve"));
        assert!(!serves("echo offtake serve"));
    }

    #[test]
    fn the_address_is_read_from_what_is_said() {
        assert_eq!(host("open http://127.0.0.1:4321/?token=a"), Some("127.0.0.1:4321"));
        assert_eq!(host("nothing yet"), None);
    }

    #[test]
    fn a_server_that_answers_is_stopped_and_one_that_ends_is_told() {
        let shell = || Command::new("sh");
        let why = ask(shell(), "echo no story here >&2 #", Path::new("/")).unwrap_err();
        assert_eq!(why, "ended without saying where it listens\nno story here");
    }
}
