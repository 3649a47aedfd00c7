//! Whose work is in the program? Every crate with its licence and, where it lies beside the
//! sources, the licence's text: most ask for no more than this notice.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where cargo keeps the sources of crates.
pub fn registry() -> PathBuf {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    home.unwrap_or_default().join("registry/src")
}

/// The notice for all crates that the program is made of.
pub fn of_others(root: &Path, target: &str) -> Result<String, String> {
    let libc = match target.ends_with("musl") {
        true => "musl (MIT), https://musl.libc.org",
        false => "the GNU C Library (LGPL-2.1-or-later), https://www.gnu.org/software/libc",
    };
    let mut notice = format!(
        "offtake is made of these works of others. Beside them it holds the standard library of Rust\n\
         (MIT OR Apache-2.0), https://www.rust-lang.org, and {libc}.\n"
    );
    for line in tree(root, target)? {
        let Some(Crate { name, version, licence }) = Crate::read(&line) else { continue };
        notice.push_str(&format!("\n---- {name} {version}: {licence} ----\n"));
        for text in texts(&format!("{name}-{version}")) {
            notice.push_str(&format!("\n{}\n", text.trim_end()));
        }
    }
    Ok(notice)
}

/// One line a crate, each once.
fn tree(root: &Path, target: &str) -> Result<BTreeSet<String>, String> {
    let args = "tree --locked --package offtake-cli --edges normal --prefix none --format {p}|{l}";
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(args.split(' '))
        .args(["--target", target])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo tree: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo tree: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// A crate of somebody else.
#[derive(Debug, PartialEq, Eq)]
struct Crate<'a> {
    name: &'a str,
    version: &'a str,
    licence: &'a str,
}

impl<'a> Crate<'a> {
    /// Reads `clap v4.6.9|MIT OR Apache-2.0`; our own crates have a path behind the version.
    fn read(line: &'a str) -> Option<Self> {
        let (package, licence) = line.split_once('|')?;
        let mut words = package.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        let own = words.next().is_some_and(|it| it.starts_with("(/"));
        // A crate that was told before is followed by a star.
        let licence = licence.trim_end_matches(" (*)");
        (!own).then_some(Crate { name, version, licence })
    }
}

/// The licence texts in the folder of a crate: MIT's alone where it is to be had.
fn texts(folder: &str) -> Vec<String> {
    let registries = fs::read_dir(registry()).into_iter().flatten().flatten();
    let folder = registries.map(|it| it.path().join(folder)).find(|it| it.is_dir());
    let entries = folder.and_then(|it| fs::read_dir(it).ok()).into_iter().flatten().flatten();
    let name = |it: &PathBuf| {
        it.file_name().map_or(String::new(), |it| it.to_string_lossy().to_uppercase())
    };
    let is_licence = |it: &PathBuf| {
        let name = name(it);
        ["LICENSE", "LICENCE", "COPYING", "NOTICE"].iter().any(|word| name.starts_with(word))
    };
    let mut files: Vec<PathBuf> = entries.map(|it| it.path()).filter(is_licence).collect();
    files.sort();
    if files.iter().any(|it| name(it).contains("MIT")) {
        files.retain(|it| name(it).contains("MIT"));
    }
    files.iter().filter_map(|it| fs::read_to_string(it).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_tree_is_read() {
        let clap = Crate { name: "clap", version: "4.6.9", licence: "MIT OR Apache-2.0" };
        assert_eq!(Crate::read("clap v4.6.9|MIT OR Apache-2.0"), Some(clap));
        let derive = Crate::read("serde_derive v1.0.2 (proc-macro)|MIT (*)").unwrap();
        assert_eq!((derive.version, derive.licence), ("1.0.2", "MIT"));
        assert_eq!(Crate::read("offtake v0.1.0 (/somewhere/offtake)|MIT"), None);
        assert_eq!(Crate::read(""), None);
    }
}
