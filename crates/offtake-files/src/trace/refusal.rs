//! Why a file is not read as a trace at all.

use std::{fmt, io};

use super::Format;

/// Why no job can be read: nothing of the kind is found later.
#[derive(Debug)]
pub enum Refusal {
    /// There is no line.
    Empty,
    /// The first line is like that of no format.
    Unknown {
        /// The line, cut short.
        first: String,
    },
    /// A column is not there.
    NoColumn {
        /// What it should be called.
        column: String,
        /// What there is.
        has: Vec<String>,
    },
    /// A mapping file is wrong.
    Mapping(String),
    /// Reading failed before the first job.
    Broken(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(fault: io::Error) -> Self {
        Refusal::Broken(fault)
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Empty => write!(f, "the trace is empty"),
            Refusal::Unknown { first } => {
                let known = Format::ALL.map(Format::name).join(", ");
                write!(f, "no known format begins with {first}; known: {known}, or a mapping file")
            }
            Refusal::NoColumn { column, has } => {
                let has = has.join("`, `").escape_debug().to_string();
                write!(f, "there is no column `{column}`; there are `{has}`")
            }
            Refusal::Mapping(why) => write!(f, "the mapping file: {}", why.trim_end()),
            Refusal::Broken(fault) => write!(f, "the trace cannot be read: {fault}"),
        }
    }
}
