//! Pages that are made, not written: the program prints them, we put them in their place. Tests of
//! the heart (`tests/catalogue.rs`, `tests/stories.rs`) and of the program (`tests/export.rs`) hold them against
//! what would be printed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The pages, each with the words that make the program print it.
const PAGES: [(&str, &[&str]); 6] = [
    ("docs/catalogue.md", &["catalogue", "--page"]),
    ("docs/article.md", &["explain", "openai-aws", "claims"]),
    ("docs/columns.md", &["schema", "--page", "columns"]),
    ("docs/fields.md", &["schema", "--page", "fields"]),
    ("docs/mistakes.md", &["schema", "--page", "mistakes"]),
    ("docs/verbs.md", &["schema", "--page", "verbs"]),
];

/// Writes every page anew.
pub fn pages(root: &Path) -> Result<String, String> {
    PAGES.iter().try_for_each(|(page, words)| write(root, page, words))?;
    Ok(format!("{} pages are written", PAGES.len()))
}

fn write(root: &Path, page: &str, words: &[&str]) -> Result<(), String> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program)
        .args(["run", "--release", "--quiet", "--"])
        .args(words)
        .current_dir(root)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo run: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo run: {}", output.status));
    }
    fs::write(root.join(page), output.stdout).map_err(|error| format!("{page}: {error}"))
}
