//! The page: its sources lie in `web/`, its built form in `web-dist`, so that cargo needs no Node.
//!
//! `cargo xtask web` writes the built form anew; the tests build it again and compare, so that nobody has to
//! trust a file that no one can read.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The built form, which goes into the program.
pub const BUILT: &str = "crates/offtake-cli/web-dist";

/// The pages, each a build of its own: a report is one file, the live page asks for its parts.
const PAGES: [&str; 2] = ["report", "app"];

/// Every file of a folder by its name.
type Files = BTreeMap<String, Vec<u8>>;

/// Writes the built page anew.
pub fn write(root: &Path) -> Result<String, String> {
    node(root, "npm", &["ci", "--no-fund", "--no-audit"], &[])?;
    let built = build(root)?;
    let folder = root.join(BUILT);
    let trouble = |why: std::io::Error| format!("{BUILT}: {why}");
    for name in files(&folder)?.keys().filter(|it| !built.contains_key(*it)) {
        fs::remove_file(folder.join(name)).map_err(trouble)?;
    }
    for (name, bytes) in &built {
        fs::write(folder.join(name), bytes).map_err(trouble)?;
    }
    Ok(format!("{BUILT} is written: {}", names(&built)))
}

/// Builds the page in a folder of its own, and says where it is not what lies in the program.
pub fn compare(root: &Path) -> Result<String, String> {
    let (built, kept) = (build(root)?, files(&root.join(BUILT))?);
    match differing(&built, &kept) {
        Some(name) => {
            Err(format!("{BUILT}/{name} is not what web/ builds; `cargo xtask web` writes it anew"))
        }
        None => Ok(names(&built)),
    }
}

/// The first file that only one side has, or that is not the same on both.
fn differing<'a>(built: &'a Files, kept: &'a Files) -> Option<&'a str> {
    let names = built.keys().chain(kept.keys());
    names.filter(|it| built.get(*it) != kept.get(*it)).map(String::as_str).min()
}

fn names(files: &Files) -> String {
    let told = |(name, bytes): (&String, &Vec<u8>)| format!("{name} {} kB", bytes.len() / 1000);
    files.iter().map(told).collect::<Vec<_>>().join(", ")
}

fn build(root: &Path) -> Result<Files, String> {
    let folder = tempfile::tempdir().map_err(|why| format!("a folder to build in: {why}"))?;
    let place = folder.path().to_string_lossy();
    for page in PAGES {
        node(root, "npx", &["vite", "build", "--mode", page, "--outDir", &place], &[])?;
    }
    files(folder.path())
}

fn files(folder: &Path) -> Result<Files, String> {
    let trouble = |why: std::io::Error| format!("{}: {why}", folder.display());
    let mut files = Files::new();
    for entry in fs::read_dir(folder).map_err(trouble)? {
        let entry = entry.map_err(trouble)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        files.insert(name, fs::read(entry.path()).map_err(trouble)?);
    }
    Ok(files)
}

/// Runs a program of Node's in `web/`, its talk going straight to the terminal.
pub fn node(
    root: &Path,
    program: &str,
    words: &[&str],
    settings: &[(&str, &Path)],
) -> Result<String, String> {
    let call = format!("{program} {}", words.join(" "));
    eprintln!("    {call}");
    let status = Command::new(program)
        .args(words)
        .envs(settings.iter().copied())
        .current_dir(root.join("web"))
        .stdin(Stdio::null())
        .status()
        .map_err(|why| format!("{call}: {why}"))?;
    if status.success() { Ok(String::new()) } else { Err(format!("{call}: {status}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(all: &[(&str, &str)]) -> Files {
        all.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn a_built_page_is_compared_file_by_file() {
        let built = of(&[("app.js", "a"), ("app.html", "b")]);
        assert_eq!(differing(&built, &built), None);
        assert_eq!(differing(&built, &of(&[("app.js", "A"), ("app.html", "b")])), Some("app.js"));
        assert_eq!(differing(&built, &of(&[("app.js", "a")])), Some("app.html"));
        let more = of(&[("app.js", "a"), ("app.html", "b"), ("old.css", "c")]);
        assert_eq!(differing(&built, &more), Some("old.css"));
    }

    #[test]
    fn packages_come_from_whichever_registry_the_machine_knows() {
        let lock = fs::read_to_string(crate::root().join("web/package-lock.json")).expect("read");
        assert!(lock.contains("\"integrity\""), "every package is held by its digest");
        assert!(
            !lock.contains("\"resolved\""),
            "the lock names a host: `npm config set omit-lockfile-registry-resolved true`"
        );
    }
}
