//! How is one file written? Under a hidden name beside it, then renamed: whole or not at all.

use std::fs::{self, Permissions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::exit::Stop;

/// Writes a file that does not exist yet.
pub fn create(file: &Path, text: impl AsRef<[u8]>) -> Result<(), Stop> {
    let exists =
        || Stop::wrong(format!("`{}` exists already; nothing was written", file.display()));
    if fs::symlink_metadata(file).is_ok() {
        return Err(exists());
    }
    match partial(file, text.as_ref())
        .map_err(|error| cannot(file, &error))?
        .persist_noclobber(file)
    {
        Err(it) if it.error.kind() == ErrorKind::AlreadyExists => Err(exists()),
        Err(it) => Err(cannot(file, &it.error)),
        Ok(_) => Ok(()),
    }
}

/// Writes a file that may stand there already. A link stays a link, and permissions stay.
pub fn replace(file: &Path, text: impl AsRef<[u8]>) -> Result<(), Stop> {
    let real = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    let old = match fs::metadata(&real) {
        Ok(about) if about.is_dir() => {
            return Err(Stop::wrong(format!("`{}` is a directory", file.display())));
        }
        // A pipe or a device has no content that could be half of something.
        Ok(about) if !about.is_file() => {
            return fs::write(file, text).map_err(|error| cannot(file, &error));
        }
        Ok(about) => Some(about.permissions()),
        Err(_) => None,
    };
    exchange(&real, text.as_ref(), old).map_err(|error| cannot(file, &error))
}

fn exchange(file: &Path, text: &[u8], old: Option<Permissions>) -> io::Result<()> {
    if old.as_ref().is_some_and(Permissions::readonly) {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "it is read-only"));
    }
    let partial = partial(file, text)?;
    if let Some(old) = old {
        partial.as_file().set_permissions(old)?;
    }
    partial.persist(file)?;
    Ok(())
}

/// A file that grows while work goes on; it has its name only once it is whole.
pub struct Growing {
    file: PathBuf,
    inner: BufWriter<NamedTempFile>,
    failed: Option<io::Error>,
}

impl Growing {
    /// Begins a file, under a hidden name in its folder.
    pub fn begin(file: &Path) -> Result<Self, Stop> {
        if file.is_dir() {
            return Err(Stop::wrong(format!("`{}` is a directory", file.display())));
        }
        let hidden = readable_by_all().tempfile_in(folder_of(file));
        let inner = BufWriter::new(hidden.map_err(|error| cannot(file, &error))?);
        Ok(Self { file: file.to_path_buf(), inner, failed: None })
    }

    /// Adds text; what goes wrong is told at the end.
    pub fn add(&mut self, text: std::fmt::Arguments<'_>) {
        if self.failed.is_none() {
            self.failed = self.inner.write_fmt(text).err();
        }
    }

    /// The file is whole.
    pub fn end(self) -> Result<(), Stop> {
        let Self { file, inner, failed } = self;
        let whole = || {
            failed.map_or(Ok(()), Err)?;
            let hidden = inner.into_inner().map_err(io::IntoInnerError::into_error)?;
            hidden.as_file().sync_all()?;
            hidden.persist(&file)?;
            Ok(())
        };
        whole().map_err(|error: io::Error| cannot(&file, &error))
    }
}

/// All of the text, on disk, under a hidden name in the folder of the file.
fn partial(file: &Path, text: &[u8]) -> io::Result<NamedTempFile> {
    let mut partial = readable_by_all().tempfile_in(folder_of(file))?;
    partial.write_all(text)?;
    partial.as_file().sync_all()?;
    Ok(partial)
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn cannot(file: &Path, error: &io::Error) -> Stop {
    Stop::failed(format!("cannot write `{}`: {}", file.display(), why(error)))
}

/// What the system says, without the hidden name that it says it of: nobody has seen that.
pub fn why(error: &io::Error) -> String {
    let told = error.to_string();
    told.split(" at path ").next().unwrap_or_default().to_owned()
}

/// A temporary file is private by default; ours is as open as the user's other files.
fn readable_by_all() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".offtake-new-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(Permissions::from_mode(0o666));
    }
    builder
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_is_exchanged_and_what_surrounds_it_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("a"), folder.path().join("link"));
        fs::write(&file, "old").expect("written");
        fs::set_permissions(&file, Permissions::from_mode(0o640)).expect("set");
        symlink("a", &link).expect("linked");
        replace(&link, "new").expect("replaced");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(&file).expect("readable"), "new");
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o640);
        replace(&folder.path().join("b"), "fresh").expect("created");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 3, "no left-over");
    }

    #[test]
    fn what_may_not_be_replaced_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a");
        fs::write(&file, "old").expect("written");
        fs::set_permissions(&file, Permissions::from_mode(0o444)).expect("set");
        assert!(replace(&file, "new").expect_err("refused").message.ends_with("it is read-only"));
        assert!(replace(folder.path(), "new").expect_err("refused").message.contains("directory"));
        assert!(create(&file, "new").expect_err("refused").message.contains("exists already"));
        assert_eq!(fs::read_to_string(&file).expect("readable"), "old");
        let none = folder.path().join("none/a");
        let told = replace(&none, "new").expect_err("refused").message;
        let system = io::Error::from_raw_os_error(2);
        assert_eq!(told, format!("cannot write `{}`: {system}", none.display()));
        replace(Path::new("/dev/null"), "nothing").expect("swallowed");
        assert!(!fs::metadata("/dev/null").expect("there").is_file());
    }
}
