//! The pictures of the guide, made by the program: what a terminal shows, and what a browser shows.

mod terminal;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{steps, web};

/// Where pictures lie.
const FOLDER: &str = "docs/pictures";
/// What is seen in a terminal: the head of the report, down to this line of it.
const SEEN: (&[&str], &str) = (&["run", "openai-aws"], "Statement of");

/// Makes every picture anew.
pub fn make(root: &Path) -> Result<String, String> {
    steps::cargo(root, "build --release", &[])?;
    let program = steps::target_dir()?.join("release/offtake");
    let folder = root.join(FOLDER);
    fs::create_dir_all(&folder).map_err(|why| format!("{FOLDER}: {why}"))?;
    let file = folder.join("terminal.svg");
    fs::write(&file, in_terminal(&program)?).map_err(|why| format!("{}: {why}", file.display()))?;
    let place = folder.to_string_lossy();
    web::node(root, "node", &["pictures.mjs", &place], &[("OFFTAKE", &program)])?;
    Ok(format!("{FOLDER} is made anew; look at what changed"))
}

/// What the program prints on a terminal with colours, 100 columns wide.
fn in_terminal(program: &Path) -> Result<String, String> {
    let (words, until) = SEEN;
    let folder = tempfile::tempdir().map_err(|why| format!("a folder to run in: {why}"))?;
    let output = Command::new(program)
        .args(words)
        .env("CLICOLOR_FORCE", "1")
        .env_remove("NO_COLOR")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .map_err(|why| format!("offtake: {why}"))?;
    if !output.status.success() {
        return Err(format!("offtake {}: {}", words.join(" "), output.status));
    }
    let (report, talk) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let seen = report.lines().take_while(|it| !it.contains(until));
    let prompt = format!("$ offtake {}", words.join(" "));
    let lines = std::iter::once(prompt.as_str()).chain(seen).chain(["...", ""]);
    let last = talk.lines().last().unwrap_or_default();
    Ok(terminal::svg(&lines.chain([last]).collect::<Vec<_>>()))
}
