//! Do the commands on our pages work?
//!
//! Every `console` block of the README and of `docs/` is run, command by command, in an empty
//! folder of the page's own: what a command needs, an earlier one on the same page has made, or it
//! lies under `crates/`, which a page that names it finds beside it. Only the exit code is judged;
//! what a command prints belongs to the tests. A command that serves is asked for its first page.

mod serve;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Written above a block, it keeps the block from being run.
const NOT_RUN: &str = "<!-- not-run -->";

/// Where data lies that pages play with, seen from the root.
const DATA: &str = "crates";

/// Commands that a reader types and a test does not need.
const SKIPPED: [&str; 3] = ["git clone", "cd ", "cargo xtask"];

/// One command of a page.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    /// Where it stands, counted from one.
    line: usize,
    /// What the shell is given.
    text: String,
    /// The exit code that the page promises.
    exit: i32,
}

/// Runs the commands of all pages, the program coming from `program_dir`.
pub fn run(root: &Path, program_dir: &Path) -> Result<String, String> {
    let pages = pages(root).map_err(|error| format!("looking for pages: {error}"))?;
    let mut count = 0;
    for page in &pages {
        let name = page.strip_prefix(root).unwrap_or(page).display().to_string();
        let text = fs::read_to_string(page).map_err(|error| format!("{name}: {error}"))?;
        let shown = commands(&text);
        run_page(root, &name, &shown, program_dir)?;
        count += shown.len();
    }
    Ok(format!("{count} commands on {} pages", pages.len()))
}

/// The README, then everything below `docs/` by name.
pub fn pages(root: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut pages = vec![root.join("README.md")];
    let mut folders = vec![root.join("docs")];
    while let Some(folder) = folders.pop() {
        if !folder.exists() {
            continue;
        }
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "md") {
                pages.push(path);
            }
        }
    }
    pages[1..].sort();
    Ok(pages)
}

/// Runs one page from top to bottom. A failed page leaves its folder behind, to be looked at.
fn run_page(root: &Path, page: &str, shown: &[Shown], program_dir: &Path) -> Result<(), String> {
    let folder = std::env::temp_dir()
        .join(format!("offtake-pages-{}", std::process::id()))
        .join(page.replace(['/', '\\'], "-"));
    let trouble = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(trouble)?;
    }
    fs::create_dir_all(&folder).map_err(trouble)?;
    if shown.iter().any(|it| it.text.contains(DATA)) {
        symlink(root.join(DATA), folder.join(DATA)).map_err(trouble)?;
    }
    for command in shown {
        let Shown { line, text, .. } = command;
        eprintln!("    {page}:{line}: {text}");
        run_command(command, &folder, program_dir)
            .map_err(|why| format!("{page}:{line}: `{text}` {why}\nrun in {}", folder.display()))?;
    }
    fs::remove_dir_all(&folder).map_err(trouble)?;
    // The folder of all pages goes with the last of them; while others are left it stays.
    let _ = folder.parent().map(fs::remove_dir);
    Ok(())
}

/// Runs one command in a folder; its talk is shown only when it went wrong.
fn run_command(command: &Shown, folder: &Path, program_dir: &Path) -> Result<(), String> {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::iter::once(program_dir.to_owned()).chain(std::env::split_paths(&old));
    let path = std::env::join_paths(dirs).map_err(|error| error.to_string())?;
    let mut shell = Command::new("sh");
    shell.env("PATH", path);
    if serve::serves(&command.text) {
        return serve::ask(shell, &command.text, folder);
    }
    let output = shell
        .args(["-c", &command.text])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("could not be started: {error}"))?;
    if output.status.code() == Some(command.exit) {
        return Ok(());
    }
    let talk = [output.stdout, output.stderr].concat();
    let talk = String::from_utf8_lossy(&talk);
    Err(format!("ended with {}, not {}\n{}", output.status, command.exit, talk.trim_end()))
}

/// The commands of a page's `console` blocks, in order.
fn commands(page: &str) -> Vec<Shown> {
    let mut found = Vec::new();
    let mut lines = page.lines().zip(1..);
    let mut marked = false;
    while let Some((line, _)) = lines.next() {
        let text = line.trim();
        let Some((ticks, language)) = fence(text) else {
            marked = text == NOT_RUN || (marked && text.is_empty());
            continue;
        };
        let runs = language == "console" && !marked;
        marked = false;
        let closes = |text: &str| text.starts_with(ticks) && text.trim_matches('`').is_empty();
        let block = lines.by_ref().map(|(line, at)| (line.trim(), at));
        let block = block.take_while(|(text, _)| !closes(text));
        let block: Vec<(&str, usize)> = block.collect();
        if runs {
            found.extend(block_commands(&block));
        }
    }
    found
}

/// The opening of a fenced block: its backticks, and the language it names.
fn fence(text: &str) -> Option<(&str, &str)> {
    let language = text.trim_start_matches('`');
    let ticks = &text[..text.len() - language.len()];
    (ticks.len() >= 3 && !language.contains('`')).then_some((ticks, language.trim()))
}

/// The commands of one block: lines that begin with `$ `, each with the lines that a backslash at
/// its end draws in. Everything else is what the command prints.
fn block_commands(block: &[(&str, usize)]) -> Vec<Shown> {
    let mut found = Vec::new();
    let mut lines = block.iter();
    while let Some(&(text, line)) = lines.next() {
        let Some(first) = text.strip_prefix("$ ") else { continue };
        let mut whole = first.trim().to_owned();
        while whole.ends_with('\\') {
            let Some((more, _)) = lines.next() else { break };
            whole.truncate(whole.len() - 1);
            whole.push_str(more);
        }
        if !SKIPPED.iter().any(|it| whole.starts_with(it)) {
            let (command, exit) = promised_exit(&whole);
            found.push(Shown { line, text: as_installed(command), exit });
        }
    }
    found
}

/// Splits off the comment that names an exit code; a command without one promises success.
fn promised_exit(text: &str) -> (&str, i32) {
    let split = text.rsplit_once("# exit ").and_then(|(command, code)| {
        code.trim().parse().ok().map(|code| (command.trim_end(), code))
    });
    split.unwrap_or((text, 0))
}

/// The README runs the program through cargo; here it is already built.
fn as_installed(command: &str) -> String {
    let Some(rest) = command.strip_prefix("cargo run --release") else { return command.into() };
    let args = rest.strip_prefix(" --").filter(|it| it.is_empty() || it.starts_with(' '));
    format!("offtake{}", args.unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(page: &str) -> Vec<(usize, String, i32)> {
        commands(page).into_iter().map(|it| (it.line, it.text, it.exit)).collect()
    }

    #[test]
    fn commands_come_from_console_blocks_only() {
        let page = "\
Text with $ signs.

```console
$ offtake run openai-aws
delivered  12 GPUh
...
$ ls runs
```
```sh
$ false
```
````markdown
```console
$ false
```
````
  ```console
  $ true
  ```
";
        let expected = [
            (4, "offtake run openai-aws".into(), 0),
            (7, "ls runs".into(), 0),
            (18, "true".into(), 0),
        ];
        assert_eq!(shown(page), expected);
    }

    #[test]
    fn a_marked_block_is_not_run_and_the_next_one_is() {
        let page = "\
<!-- not-run -->

```console
$ offtake run secret.toml
```
```console
$ offtake
```
";
        assert_eq!(shown(page), [(7, "offtake".into(), 0)]);
        let page = "<!-- not-run -->\nA word between.\n```console\n$ offtake\n```\n";
        assert_eq!(shown(page), [(4, "offtake".into(), 0)]);
    }

    #[test]
    fn a_backslash_draws_in_the_next_line() {
        let page = "```console\n$ offtake run \\\n    --draw 3\n$ ls\n```\n";
        assert_eq!(shown(page), [(2, "offtake run --draw 3".into(), 0), (4, "ls".into(), 0)]);
    }

    #[test]
    fn what_a_reader_does_to_get_here_is_skipped() {
        let page = "\
```console
$ git clone offtake
$ cd offtake
$ cargo xtask test
$ cargo run --release
```
";
        assert_eq!(shown(page), [(5, "offtake".into(), 0)]);
    }

    #[test]
    fn a_page_may_promise_another_exit_code() {
        assert_eq!(promised_exit("offtake check a.toml   # exit 2"), ("offtake check a.toml", 2));
        assert_eq!(promised_exit("offtake run a.toml"), ("offtake run a.toml", 0));
        assert_eq!(promised_exit("offtake  # exit early"), ("offtake  # exit early", 0));
    }

    #[test]
    fn running_through_cargo_is_running_the_program() {
        let pairs = [
            ("cargo run --release", "offtake"),
            ("cargo run --release -- risk a.toml --draws 9", "offtake risk a.toml --draws 9"),
            ("cargo run --release > report.txt", "offtake > report.txt"),
            ("cargo build", "cargo build"),
        ];
        for (written, run) in pairs {
            assert_eq!(as_installed(written), run);
        }
    }

    #[test]
    fn a_page_is_run_in_order_and_its_promises_are_kept() {
        let good = commands("```console\n$ echo a > f\n$ grep a f\n$ grep b f  # exit 1\n```\n");
        assert_eq!(run_page(Path::new("/"), "good.md", &good, Path::new("/")), Ok(()));
        let bad = commands("\n```console\n$ echo hear me; exit 3\n```\n");
        let why = run_page(Path::new("/"), "bad.md", &bad, Path::new("/")).unwrap_err();
        assert!(why.starts_with("bad.md:3: `echo hear me; exit 3` ended with"), "{why}");
        assert!(why.contains("not 0\nhear me\n"), "{why}");
        let left = why.lines().last().and_then(|it| it.strip_prefix("run in ")).unwrap();
        fs::remove_dir_all(Path::new(left).parent().unwrap()).unwrap();
    }
}
