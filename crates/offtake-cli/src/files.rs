//! How do the tables of a run become files, and what is the run called?

use std::path::Path;

use clap::ValueEnum;
use offtake::ledger;
use offtake::view::Table;
use offtake_files::parquet::{self, Origin};
use rayon::prelude::*;
use serde::Serialize;

use crate::exit::Stop;

/// Of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A format of tables.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text; units in the first line.
    Csv,
    /// Columns; unit and meaning of each in the metadata.
    Parquet,
}

/// A file's name in the run's directory, and its bytes.
pub type File = (String, Vec<u8>);

/// Every table in every format that is asked for.
pub fn of_tables(tables: &[Table], formats: &[Format], digest: &str) -> Result<Vec<File>, Stop> {
    let origin = Origin { version: VERSION, digest };
    let formats = Format::value_variants().iter().filter(|it| formats.contains(it));
    let pairs = tables.iter().flat_map(|table| formats.clone().map(move |it| (table, *it)));
    let file = |(table, format): (&Table, Format)| match format {
        Format::Csv => Ok((format!("{}.csv", table.name), table.to_csv().into_bytes())),
        Format::Parquet => {
            let bytes = parquet::write(table, origin);
            let bytes = bytes.map_err(|error| Stop::failed(error.to_string()))?;
            Ok((format!("{}.parquet", table.name), bytes))
        }
    };
    pairs.collect::<Vec<_>>().into_par_iter().map(file).collect()
}

/// A document in one line.
pub fn plain(document: &impl Serialize) -> Result<String, Stop> {
    let text = serde_json::to_string(document);
    Ok(text.map_err(|error| Stop::failed(error.to_string()))? + "\n")
}

/// A document as people read it.
pub fn pretty(document: &impl Serialize) -> Result<String, Stop> {
    let text = serde_json::to_string_pretty(document);
    Ok(text.map_err(|error| Stop::failed(error.to_string()))? + "\n")
}

/// The run's directory: its name, and what is in it.
pub fn run_id(name: &str, files: &[File]) -> String {
    let all: String =
        files.iter().map(|(name, bytes)| format!("{name} {}\n", ledger::digest(bytes))).collect();
    format!("{}-{}", slug(name), &ledger::digest(all.as_bytes())[..12])
}

/// A scenario's name as a file's name: `openai-aws-late-power`.
pub fn slug(name: &str) -> String {
    let stem = Path::new(name)
        .file_stem()
        .map_or_else(|| name.to_owned(), |it| it.to_string_lossy().into_owned());
    let variant = name.rsplit_once('#').map_or(String::new(), |it| format!("-{}", it.1));
    let stem = stem.split('#').next().unwrap_or(&stem).to_owned();
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    format!("{stem}{variant}").chars().map(plain).collect()
}

/// How large a file is, in a few words.
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
