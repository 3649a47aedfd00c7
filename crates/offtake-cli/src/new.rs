//! How does a user start a file? From the text of a built-in story, written whole or not at all.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use offtake::scenario::library::STORIES;
use serde_json::json;

use crate::exit::{Exit, Stop};
use crate::{facts, out};

/// Start a scenario file from a built-in story.
#[derive(Args)]
pub struct NewArgs {
    /// The file to write; it must not exist yet.
    file: PathBuf,
    /// The built-in story to start from.
    #[arg(long, value_name = "NAME", default_value = "openai-aws")]
    like: String,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Writes the text of a story to a file that does not exist yet.
pub fn new(args: &NewArgs) -> Result<Exit, Stop> {
    let text = story(&args.like)?;
    write(&args.file, text)?;
    let file = args.file.display().to_string();
    if args.json {
        return out::print_json(&json!({ "file": file, "like": args.like }));
    }
    out::print(&format!("{file}: written, like `{}`; next: offtake check {file}", args.like))
}

fn story(name: &str) -> Result<&'static str, Stop> {
    let found = STORIES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    found.ok_or_else(|| {
        let known: Vec<&str> = STORIES.iter().map(|(it, _)| *it).collect();
        let near = facts::did_you_mean(name, &known);
        Stop::wrong(format!("no story is called `{name}`{near} (there are: {})", known.join(", ")))
    })
}

/// The file gets its name only when all of it is on disk, and never takes the place of another.
fn write(file: &Path, text: &str) -> Result<(), Stop> {
    let exists =
        || Stop::wrong(format!("`{}` exists already; nothing was written", file.display()));
    let cannot =
        |error: std::io::Error| Stop::failed(format!("cannot write `{}`: {error}", file.display()));
    if fs::symlink_metadata(file).is_ok() {
        return Err(exists());
    }
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut partial = readable_by_all().tempfile_in(folder).map_err(cannot)?;
    partial.write_all(text.as_bytes()).map_err(cannot)?;
    partial.as_file().sync_all().map_err(cannot)?;
    match partial.persist_noclobber(file) {
        Err(it) if it.error.kind() == ErrorKind::AlreadyExists => Err(exists()),
        Err(it) => Err(cannot(it.error)),
        Ok(_) => Ok(()),
    }
}

/// A temporary file is private by default; a scenario is as open as the user's other files.
fn readable_by_all() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".offtake-new-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}
