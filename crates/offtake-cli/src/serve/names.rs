//! Which file does a name of the page mean? Only ever one inside the folder that is served.

use std::fs;
use std::path::{Component, Path, PathBuf};

use axum::http::StatusCode;
use offtake::scenario::library::STORIES;

use super::house::House;
use super::refusal::Refusal;
use crate::save;

/// Where runs are saved.
pub const RUNS: &str = "runs";

/// A scenario that the page names.
#[derive(Debug, PartialEq, Eq)]
pub enum Scenario {
    /// A story of the program: its text.
    Story(&'static str),
    /// A file of the folder, there or not.
    File(PathBuf),
}

/// What a scenario's name means.
pub fn scenario(house: &House, name: &str) -> Result<Scenario, Refusal> {
    if let Some((_, text)) = STORIES.iter().find(|it| it.0 == name) {
        return Ok(Scenario::Story(text));
    }
    if !is_plain(name) || !name.ends_with(".toml") {
        let why = format!(
            "`{name}` is no scenario: it is neither a built-in story nor a `.toml` file directly in the folder"
        );
        return Err(Refusal::wrong(why));
    }
    let file = Path::new(name);
    if fs::symlink_metadata(file).is_ok() && !(lies_in(house.root(), file) && file.is_file()) {
        return Err(Refusal::wrong(format!("`{name}` is no file of this folder")));
    }
    Ok(Scenario::File(file.to_path_buf()))
}

/// A scenario's file of the folder, or what may be one; nothing for stories and other files.
pub fn file_in(house: &House, name: &str) -> Option<PathBuf> {
    match scenario(house, name) {
        Ok(Scenario::File(file)) => Some(file),
        _ => None,
    }
}

/// The folder of a saved run.
pub fn run(house: &House, id: &str) -> Result<PathBuf, Refusal> {
    let folder = Path::new(RUNS).join(id);
    let is_run = is_plain(id) && lies_in(house.root(), &folder) && save::mark(&folder).is_some();
    is_run.then_some(folder).ok_or_else(|| Refusal::missing(format!("no run `{id}` is saved here")))
}

/// Refuses to save runs where `runs` is no folder of the one that is served, before there is one to save.
pub fn refuse_foreign_runs(house: &House) -> Result<(), Refusal> {
    let runs = Path::new(RUNS);
    if fs::symlink_metadata(runs).is_err() || (runs.is_dir() && lies_in(house.root(), runs)) {
        return Ok(());
    }
    let why = "no run can be saved: `runs` is no folder inside the one that is served";
    Err(Refusal::new(StatusCode::CONFLICT, why)
        .help("nothing was played: move it away, or serve the folder that it leads to"))
}

/// A file of a saved run, by its name.
pub fn file(house: &House, run: &Path, name: &str) -> Result<PathBuf, Refusal> {
    let file = run.join(name);
    let is_there = is_plain(name) && lies_in(house.root(), &file) && file.is_file();
    is_there.then_some(file).ok_or_else(|| Refusal::missing(format!("the run has no `{name}`")))
}

/// Whether a path, links followed, ends inside the folder.
pub fn lies_in(root: &Path, path: &Path) -> bool {
    path.canonicalize().is_ok_and(|it| it.starts_with(root))
}

/// One name, not a way; nothing hidden.
fn is_plain(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    let is_one = matches!(parts.next(), Some(Component::Normal(it)) if it == name);
    is_one
        && parts.next().is_none()
        && !name.starts_with('.')
        && !name.contains(['/', '\\', '\0', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_way() {
        for name in
            ["", ".", "..", "a/b.toml", "../a.toml", "/etc/passwd", "a\0.toml", ".a", "a\\b", "a/"]
        {
            assert!(!is_plain(name), "{name:?}");
        }
        assert!(is_plain("a b#c.toml") && is_plain("größe.toml"));
    }
}
