//! How tests call the program.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Calls the program in a folder, with a text on stdin.
pub fn call(folder: &Path, args: &[&str], piped: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A verb that does not read its input may be gone before all of it is written.
    let _ = child.stdin.take().unwrap().write_all(piped.as_bytes());
    child.wait_with_output().unwrap()
}

/// What was said.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
