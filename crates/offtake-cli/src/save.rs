//! How is a finished run kept? As a directory that appears whole or not at all.
//!
//! Everything is written and synced under a hidden name beside the target, then renamed. A process
//! that is killed leaves only hidden directories behind; the next save clears them away.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::exit::Stop;
use crate::{files, write};

/// A saved run has one of these: a directory with it may be replaced by another run.
const MARKS: [&str; 4] = ["run.json", "risk.json", "compare.json", "export.json"];
/// Which of them a directory has: `run.json`.
pub fn mark(folder: &Path) -> Option<&'static str> {
    MARKS.into_iter().find(|it| folder.join(it).is_file())
}

/// What an earlier run may hold and the one that takes its place may not.
const TABLES: [&str; 46] = [
    "backlog.csv",
    "backlog.parquet",
    "bands.csv",
    "bands.parquet",
    "bills.csv",
    "bills.parquet",
    "cash.csv",
    "cash.parquet",
    "clearing.csv",
    "clearing.parquet",
    "concentration.csv",
    "concentration.parquet",
    "draws.parquet",
    "drivers.csv",
    "drivers.parquet",
    "exceedance.csv",
    "exceedance.parquet",
    "exposure.csv",
    "exposure.parquet",
    "figures.csv",
    "figures.parquet",
    "focus.csv",
    "hourly.csv",
    "hourly.parquet",
    "monthly.csv",
    "monthly.parquet",
    "odds.csv",
    "odds.parquet",
    "picture.json",
    "plants.csv",
    "plants.parquet",
    "quantiles.csv",
    "quantiles.parquet",
    "rounds.csv",
    "rounds.parquet",
    "run.xlsx",
    "scatter.csv",
    "scatter.parquet",
    "statements.csv",
    "statements.parquet",
    "stress.csv",
    "stress.parquet",
    "tornado.csv",
    "tornado.parquet",
    "yearly.csv",
    "yearly.parquet",
];
/// Hidden directories carry our name, so that nobody else's are ever removed.
const PARTIAL: &str = ".partial-offtake-";
const OLD: &str = ".old-offtake-";
/// No run is being written for longer than this.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// A file's name in the run's directory, and what is in it.
pub type Entry = (String, Content);

/// What is in a file that is to be saved.
#[derive(Debug)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What is in this file, on the same disk.
    File(PathBuf),
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Content::Bytes(bytes)
    }
}

impl Content {
    /// Whether a file holds the same. Of a large one its length is enough: runs are named by a
    /// digest of all that is in it.
    fn is_at(&self, path: &Path) -> io::Result<bool> {
        let long = fs::metadata(path)?.len();
        Ok(match self {
            Content::Bytes(bytes) => long == bytes.len() as u64 && fs::read(path)? == *bytes,
            Content::File(file) => long == fs::metadata(file)?.len(),
        })
    }

    /// Writes it and waits until the disk has it.
    fn write_to(&self, path: &Path) -> io::Result<()> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        match self {
            Content::Bytes(bytes) => {
                let mut file = File::create_new(path)?;
                file.write_all(bytes)?;
                file.sync_all()
            }
            Content::File(from) => {
                if fs::hard_link(from, path).is_err() {
                    fs::copy(from, path)?;
                }
                File::open(path)?.sync_all()
            }
        }
    }
}

/// Why a run was not saved. Nothing stands under its final name that did not stand there before.
#[derive(Debug)]
pub enum SaveError {
    /// The target holds something that is no earlier run.
    Occupied(PathBuf, &'static str),
    /// The disk said no.
    Io(PathBuf, io::Error),
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SaveError::Occupied(path, why) => {
                write!(f, "cannot save the run as `{}`: {why}; nothing was changed", path.display())
            }
            SaveError::Io(path, cause) => {
                write!(f, "cannot save `{}`: {}", path.display(), write::why(cause))
            }
        }
    }
}

impl From<SaveError> for Stop {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Occupied(..) => Stop::wrong(error.to_string()),
            SaveError::Io(..) => Stop::failed(error.to_string()),
        }
    }
}

/// What stands under the target's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    /// The very run that is to be saved.
    Same,
    /// An earlier run, a damaged one, or an empty directory.
    Replaceable,
    /// Somebody else's.
    Foreign(&'static str),
}

/// Whoever made one keeps what it leads to.
const A_LINK: &str = "it is a link to another place";

/// What every run may hold beside its tables.
const USUAL: [&str; 2] = ["report.txt", "ledger.bin"];

/// Refuses a place that holds something that is no earlier run, before there is one to save.
pub fn refuse_foreign(out: &Path) -> Result<(), SaveError> {
    let usual: Vec<Entry> =
        MARKS.iter().chain(&USUAL).map(|it| ((*it).to_owned(), Vec::new().into())).collect();
    match look(out, false, &usual)? {
        Found::Foreign(why) => Err(SaveError::Occupied(out.to_path_buf(), why)),
        Found::Nothing | Found::Same | Found::Replaceable => Ok(()),
    }
}

/// Saves what a play came to, under `out` or under `runs/` by a name made from all that is in it.
pub fn run(out: Option<&Path>, name: &str, files: Vec<files::File>) -> Result<PathBuf, SaveError> {
    let id = files::run_id(name, &files);
    let files: Vec<Entry> = files.into_iter().map(|(name, bytes)| (name, bytes.into())).collect();
    save(out, Path::new("runs"), &id, &files)
}

/// Saves a run under `out`, or under its id in `default_dir`, and returns where it is.
///
/// Ids are hashes of the content: a run that stands there already is left as it is.
pub fn save(
    out: Option<&Path>,
    default_dir: &Path,
    id: &str,
    files: &[Entry],
) -> Result<PathBuf, SaveError> {
    let target = out.map_or_else(|| default_dir.join(id), Path::to_path_buf);
    let ours = out.is_none();
    match look(&target, ours, files)? {
        Found::Same => return Ok(target),
        Found::Foreign(why) => return Err(SaveError::Occupied(target, why)),
        Found::Nothing | Found::Replaceable => {}
    }
    let place = Place::of(&target)?;
    place.clear_abandoned();
    let partial = place.write(&target, files)?;
    // Another process may save to the same name meanwhile: look again until one of us is through.
    for _ in 0..8 {
        let moved = match look(&target, ours, files)? {
            Found::Same => return Ok(target),
            Found::Foreign(why) => return Err(SaveError::Occupied(target, why)),
            Found::Nothing => fs::rename(partial.path(), &place.real),
            Found::Replaceable => place.swap(partial.path()),
        };
        match moved {
            Ok(()) => {
                // The directory has its final name now; it is no longer temporary.
                let _ = partial.keep();
                place.clear_old();
                sync(&place.parent).map_err(|cause| SaveError::Io(target.clone(), cause))?;
                return Ok(target);
            }
            Err(error) if lost_a_race(&error) => {}
            Err(cause) => return Err(SaveError::Io(target, cause)),
        }
    }
    Err(SaveError::Occupied(target, "other processes keep writing to it"))
}

/// Removes a saved run: it is gone as a whole, or it stays.
pub fn remove(run: &Path) -> Result<(), SaveError> {
    refuse_foreign(run)?;
    if run.is_symlink() {
        return Err(SaveError::Occupied(run.to_path_buf(), A_LINK));
    }
    let place = Place::of(run)?;
    let failed = |cause| SaveError::Io(run.to_path_buf(), cause);
    let aside = place.aside().map_err(failed)?;
    fs::rename(&place.real, aside.path().join("run")).map_err(failed)?;
    // It has lost its name already; what is left is hidden, and cleared away with the next of this name.
    let _ = aside.close();
    Ok(())
}

fn lost_a_race(error: &io::Error) -> bool {
    use ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotFound};
    matches!(error.kind(), AlreadyExists | DirectoryNotEmpty | NotFound)
}

/// What stands at the target. A directory under our own `runs/ID` is ours, damaged or not.
fn look(target: &Path, ours: bool, files: &[Entry]) -> Result<Found, SaveError> {
    let about = match fs::metadata(target) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        other => other.map_err(|cause| SaveError::Io(target.to_path_buf(), cause))?,
    };
    if !about.is_dir() {
        return Ok(Found::Foreign("a file has that name"));
    }
    let entries =
        fs::read_dir(target).map_err(|cause| SaveError::Io(target.to_path_buf(), cause))?;
    let names: Vec<_> = entries.filter_map(|it| it.ok().map(|it| it.file_name())).collect();
    let first = |name: &str| name.split('/').next().map(std::ffi::OsString::from);
    let known = |it: &std::ffi::OsString| {
        files.iter().any(|(name, _)| first(name).as_ref() == Some(it))
            || TABLES.iter().any(|name| it == name)
    };
    // A file that is not one of a run's was put there by somebody: it is never deleted.
    let only_a_run = names.iter().all(known);
    Ok(if same(target, files) {
        Found::Same
    } else if ours && target.is_symlink() {
        Found::Foreign(A_LINK)
    } else if ours
        || names.is_empty()
        || (only_a_run && MARKS.iter().any(|it| target.join(it).is_file()))
    {
        Found::Replaceable
    } else {
        Found::Foreign("the directory holds other things than an earlier run")
    })
}

/// Whether a directory holds exactly these files. What cannot be read is not the same.
fn same(folder: &Path, files: &[Entry]) -> bool {
    let equal = |(name, content): &Entry| {
        let path = folder.join(name);
        content.is_at(&path).unwrap_or(false)
    };
    count_files(folder).is_ok_and(|it| it == files.len()) && files.iter().all(equal)
}

fn count_files(folder: &Path) -> io::Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        count += if entry.file_type()?.is_dir() { count_files(&entry.path())? } else { 1 };
    }
    Ok(count)
}

/// Where the target really stands, with links followed: its folder, and its name there.
struct Place {
    real: PathBuf,
    parent: PathBuf,
    name: String,
}

impl Place {
    fn of(target: &Path) -> Result<Place, SaveError> {
        let real = fs::canonicalize(target).unwrap_or_else(|_| target.to_path_buf());
        let name = match (target.components().next_back(), real.file_name()) {
            (Some(Component::Normal(_)), Some(name)) => short(name),
            // `.` and `/` cannot change places with another directory.
            _ => {
                return Err(SaveError::Occupied(target.to_path_buf(), "give it a name of its own"));
            }
        };
        let parent = real.parent().filter(|it| !it.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new(".")).to_path_buf();
        fs::create_dir_all(&parent).map_err(|cause| SaveError::Io(parent.clone(), cause))?;
        Ok(Place { real, parent, name })
    }

    /// Writes every file under a hidden name and waits until the disk has them.
    fn write(&self, target: &Path, files: &[Entry]) -> Result<TempDir, SaveError> {
        let failed = |path: &Path| {
            let path = path.to_path_buf();
            move |cause| SaveError::Io(path, cause)
        };
        let prefix = format!(".{}{PARTIAL}", self.name);
        let partial = tempfile::Builder::new().prefix(&prefix).tempdir_in(&self.parent);
        let partial = partial.map_err(failed(target))?;
        for (name, content) in files {
            let plain = Path::new(name).components().all(|it| matches!(it, Component::Normal(_)));
            assert!(plain && !name.is_empty(), "`{name}` stays inside its run");
            // Messages name the path the user knows, not the hidden one.
            content.write_to(&partial.path().join(name)).map_err(failed(&target.join(name)))?;
        }
        sync_tree(partial.path()).map_err(failed(target))?;
        Ok(partial)
    }

    /// A hiding place for what stands at the target.
    fn aside(&self) -> io::Result<TempDir> {
        tempfile::Builder::new().prefix(&format!(".{}{OLD}", self.name)).tempdir_in(&self.parent)
    }

    /// Puts the new directory where the old one is. The old one goes only when the new one stands,
    /// and comes back when it does not.
    fn swap(&self, partial: &Path) -> io::Result<()> {
        let aside = self.aside()?;
        let old = aside.path().join("run");
        fs::rename(&self.real, &old)?;
        if let Err(error) = fs::rename(partial, &self.real) {
            // Should this fail too, the old run must not be removed with its hiding place.
            if fs::rename(&old, &self.real).is_err() && !self.real.exists() {
                let _ = aside.keep();
            }
            return Err(error);
        }
        // A kept name for what could not be removed would be worse than a hidden left-over.
        let _ = aside.close();
        Ok(())
    }

    /// Removes what killed processes left in this folder more than a day ago. Nothing hangs on it,
    /// so failures are passed over.
    fn clear_abandoned(&self) {
        let abandoned = |path: &Path| {
            let changed = fs::symlink_metadata(path).and_then(|it| it.modified());
            let age = changed.ok().and_then(|it| SystemTime::now().duration_since(it).ok());
            age.is_some_and(|it| it > ABANDONED)
        };
        self.remove(|path, name| {
            name.starts_with('.') && name.contains(PARTIAL) && abandoned(path)
        });
    }

    /// Removes earlier runs of this name that a killed process had put aside: the new one stands.
    fn clear_old(&self) {
        let prefix = format!(".{}{OLD}", self.name);
        self.remove(|_, name| name.starts_with(&prefix));
    }

    fn remove(&self, which: impl Fn(&Path, &str) -> bool) {
        let entries = fs::read_dir(&self.parent).into_iter().flatten().flatten();
        for entry in entries {
            let is_dir = entry.file_type().is_ok_and(|it| it.is_dir());
            let name = entry.file_name();
            if is_dir && name.to_str().is_some_and(|it| which(&entry.path(), it)) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// A name short enough that a hidden name made from it is still a file name.
fn short(name: &OsStr) -> String {
    name.to_string_lossy().chars().take(48).collect()
}

/// Makes the names in a directory and below durable.
fn sync_tree(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        }
    }
    sync(folder)
}

/// Directories can be opened and synced on Unix alone; elsewhere renames are durable on their own.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests;
