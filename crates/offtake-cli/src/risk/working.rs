//! Where does a study lie while it is played? In a hidden folder that the same call finds again after an
//! interruption; of two calls at a time the second gets one of its own.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::exit::Stop;

/// The folder of a study that is played.
pub struct Working {
    path: PathBuf,
    /// Let go when this process ends, however it ends.
    _lock: Option<File>,
}

impl Working {
    /// The folder of a study, in another one.
    pub fn of(study: &str, beside: &Path) -> Result<Self, Stop> {
        let path = beside.join(format!(".risk-offtake-{study}"));
        let lock = locked(&path).map_err(|error| cannot_write(&path, &error))?;
        if lock.is_none() {
            return Self::anew(beside);
        }
        Ok(Self { path, _lock: lock })
    }

    /// A folder that nobody else uses, and no later call finds.
    pub fn anew(beside: &Path) -> Result<Self, Stop> {
        let made = fs::create_dir_all(beside)
            .and_then(|()| tempfile::Builder::new().prefix(".risk-offtake-").tempdir_in(beside));
        let folder = made.map_err(|error| cannot_write(beside, &error))?;
        Ok(Self { path: folder.keep(), _lock: None })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is left of it would only be played again.
    pub fn remove(self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Nothing, where another process plays in it.
fn locked(folder: &Path) -> io::Result<Option<File>> {
    fs::create_dir_all(folder)?;
    let lock = File::create(folder.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => {
            // Who had it before may just have removed all of it.
            fs::create_dir_all(folder)?;
            Ok(Some(lock))
        }
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Stop {
    Stop::failed(format!("cannot write `{}`: {error}", path.display()))
}
