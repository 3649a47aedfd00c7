//! What must hold before a change is taken in, step by step.
//!
//! The steps share the release profile, so that dependencies are built once. The first failure
//! ends the run: what comes after it would only repeat it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{pages, world};

/// One thing that must hold, and how to find out. The work answers with a remark for the summary,
/// or with what went wrong.
pub struct Step {
    /// What the summary calls it.
    pub name: &'static str,
    /// Finds out.
    pub work: fn(&Path) -> Result<String, String>,
}

/// What must hold of the program, in order.
pub const STEPS: [Step; 5] = [
    Step { name: "format", work: format },
    Step { name: "lint", work: lint },
    Step { name: "tests", work: tests },
    Step { name: "docs", work: docs },
    Step { name: "pages", work: pages },
];

fn format(root: &Path) -> Result<String, String> {
    cargo(root, "fmt --all --check", &[])
}

fn lint(root: &Path) -> Result<String, String> {
    cargo(root, "clippy --workspace --all-targets --release -- -D warnings", &[])
}

/// Unit, property and story tests, and the examples in the documentation.
///
/// A snapshot that differs is a failure, never an update, whatever the caller's shell says.
fn tests(root: &Path) -> Result<String, String> {
    let settings = [("INSTA_UPDATE", "no"), ("INSTA_FORCE_PASS", "0")];
    cargo(root, "test --workspace --release", &settings)
}

/// The heart and the program are both called `offtake`, and so would be their pages: hence two
/// runs, the heart's last, so that its pages are the ones that stay.
fn docs(root: &Path) -> Result<String, String> {
    let strict = [("RUSTDOCFLAGS", "-D warnings")];
    cargo(root, "doc --workspace --exclude offtake --no-deps --release", &strict)?;
    cargo(root, "doc --package offtake --no-deps --release", &strict)
}

/// Builds the program just as the README does, and runs what the pages show.
fn pages(root: &Path) -> Result<String, String> {
    cargo(root, "build --release", &[])?;
    pages::run(root, &target_dir()?.join("release"))
}

/// What only a real machine can show.
pub fn world(root: &Path) -> Result<String, String> {
    cargo(root, "build --release", &[])?;
    let target = target_dir()?;
    world::all(root, &target.join("release/offtake"), &target.join("world"))
}

/// Where cargo puts what it builds: this program lies there too.
pub fn target_dir() -> Result<PathBuf, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let target = this.ancestors().nth(2).ok_or("this program lies in no target folder")?;
    Ok(target.to_path_buf())
}

/// Runs one cargo command, its talk going straight to the terminal.
pub fn cargo(root: &Path, args: &str, settings: &[(&str, &str)]) -> Result<String, String> {
    eprintln!("    cargo {args}");
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program)
        .args(args.split(' '))
        .envs(settings.iter().copied())
        .current_dir(root)
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("cargo {args}: {error}"))?;
    if status.success() { Ok(String::new()) } else { Err(format!("cargo {args}: {status}")) }
}

/// One line of the summary.
struct Done {
    name: &'static str,
    took: Duration,
    result: Result<String, String>,
}

/// Takes the steps in order until one fails, and sums up; a failure where one of them failed.
pub fn test(root: &Path, steps: &[Step]) -> Result<String, String> {
    let mut done: Vec<Done> = Vec::new();
    for step in steps {
        eprintln!("\n==> {}", step.name);
        let start = Instant::now();
        let result = (step.work)(root);
        let failed = result.is_err();
        done.push(Done { name: step.name, took: start.elapsed(), result });
        if failed {
            break;
        }
    }
    let told = summary(steps, &done);
    if done.iter().all(|it| it.result.is_ok()) { Ok(told) } else { Err(told) }
}

/// One line a step, and a last line that says how it ended.
fn summary(steps: &[Step], done: &[Done]) -> String {
    let mut text = String::from("\n");
    for Done { name, took, result } in done {
        let took = took.as_secs_f64();
        let (word, remark) = match result {
            Ok(remark) => ("ok", remark.as_str()),
            Err(_) => ("FAILED", ""),
        };
        let line = format!("{name:<8}{word:<8}{took:>7.1} s  {remark}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    for step in &steps[done.len()..] {
        text.push_str(&format!("{:<8}not run\n", step.name));
    }
    let total: f64 = done.iter().map(|it| it.took.as_secs_f64()).sum();
    match done.iter().find_map(|it| it.result.as_ref().err().map(|why| (it.name, why))) {
        None => text.push_str(&format!("\nAll held, in {total:.1} s.")),
        Some((name, why)) => text.push_str(&format!("\n`{name}` failed: {why}")),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(name: &'static str, seconds: u64, result: Result<&str, &str>) -> Done {
        let result = result.map(String::from).map_err(String::from);
        Done { name, took: Duration::from_secs(seconds), result }
    }

    #[test]
    fn the_summary_names_what_failed_and_what_was_not_run() {
        let steps = [done("format", 1, Ok("")), done("lint", 20, Err("cargo clippy: exit 101"))];
        let expected = "
format  ok          1.0 s
lint    FAILED     20.0 s
tests   not run
docs    not run
pages   not run

`lint` failed: cargo clippy: exit 101";
        assert_eq!(summary(&STEPS, &steps), expected);
    }

    #[test]
    fn the_summary_of_a_good_run_ends_with_the_time_taken() {
        let steps = STEPS.map(|step| done(step.name, 2, Ok("seen")));
        let text = summary(&STEPS, &steps);
        assert!(text.contains("pages   ok          2.0 s  seen\n"), "{text}");
        assert!(text.ends_with("\nAll held, in 10.0 s."), "{text}");
    }
}
