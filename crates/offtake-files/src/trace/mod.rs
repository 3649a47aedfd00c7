//! Foreign job traces in: a format a file, our own [`Job`] out, one at a time.
//!
//! ```text
//! bytes ─► unpacked ─► Lines ─► Fields ─► Rows ─► Judge ─► Job
//!                                       (format)     └─► Warnings
//! ```
//!
//! Tables of named columns are mappings, and a user's own table is read by the same means: `plain`,
//! `philly`, `helios`, `acme` and `openb` are files of a few lines. `swf` and `sacct` have rules of their own.
//! Memory is that of the names of accounts and kinds, however long the trace: what is not in order stays
//! so, and [`sorted`] is the caller's choice.

mod gzip;
mod judge;
mod lines;
mod mapping;
mod nodes;
mod refusal;
mod row;
mod rows;
mod sacct;
mod survey;
mod swf;
mod table;
mod values;
mod warnings;
mod write;

use std::io::BufRead;

use offtake::pool::Job;
use offtake::units::GpuTime;

pub use gzip::{Unpacked, unpacked};
pub use mapping::Mapping;
pub use nodes::{Node, nodes};
pub use refusal::Refusal;
pub use survey::{Survey, sorted, survey};
pub use warnings::{Met, Warning, Warnings};
pub use write::write;

use judge::Judge;
use lines::{Line, Lines};
use row::Fields;
use rows::Rows;
use sacct::Sacct;
use swf::Swf;
use table::Table;

/// A format that is known by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The plain form: `job_id,submit,gpus,runtime,walltime`.
    Plain,
    /// The Standard Workload Format.
    Swf,
    /// Slurm's `sacct -P`.
    Sacct,
    /// Microsoft Philly, flattened.
    Philly,
    /// SenseTime Helios, `cluster_log.csv`.
    Helios,
    /// Shanghai AI Lab Acme.
    Acme,
    /// Alibaba's pods of 2023.
    Openb,
}

impl Format {
    /// Every format, in the order in which they are tried: the columns of Acme are in Helios, too.
    pub const ALL: [Format; 7] = [
        Format::Plain,
        Format::Swf,
        Format::Sacct,
        Format::Philly,
        Format::Helios,
        Format::Acme,
        Format::Openb,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Format::Plain => "plain",
            Format::Swf => "swf",
            Format::Sacct => "sacct",
            Format::Philly => "philly",
            Format::Helios => "helios",
            Format::Acme => "acme",
            Format::Openb => "openb",
        }
    }

    /// The format of a name.
    pub fn named(name: &str) -> Option<Format> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The mapping file that describes it, if it is no more than a table: an example for one's own.
    pub fn mapping(self) -> Option<&'static str> {
        match self {
            Format::Plain => Some(include_str!("plain.toml")),
            Format::Philly => Some(include_str!("philly.toml")),
            Format::Helios => Some(include_str!("helios.toml")),
            Format::Acme => Some(include_str!("acme.toml")),
            Format::Openb => Some(include_str!("openb.toml")),
            Format::Swf | Format::Sacct => None,
        }
    }

    /// Whether a trace of this format may begin with a line.
    fn fits(self, first: &[u8]) -> bool {
        match self {
            Format::Swf => swf::fits(first),
            Format::Sacct => sacct::is_header(first) || sacct::is_headerless(first),
            _ => self.table(first).is_ok(),
        }
    }

    fn table(self, first: &[u8]) -> Result<Table, Refusal> {
        Table::of(&Mapping::read(self.mapping().unwrap_or_default())?, first)
    }
}

/// The format of a trace by its first line that is not blank.
pub fn recognise(head: &[u8]) -> Option<Format> {
    let mut lines = Lines::new(head);
    let first = first_line(&mut lines).ok()?;
    Format::ALL.into_iter().find(|it| it.fits(&first))
}

/// The jobs of a trace, in its own order.
#[allow(missing_debug_implementations, reason = "a stream has nothing to show")]
pub struct Trace<R> {
    lines: Lines<R>,
    fields: Fields,
    rows: Box<dyn Rows + Send>,
    judge: Judge,
    told: Warnings,
    over: bool,
}

impl<R: BufRead> Trace<R> {
    /// A trace of a format; without one, of that which its first line tells.
    pub fn new(reader: R, format: Option<Format>) -> Result<Self, Refusal> {
        let mut lines = Lines::new(reader);
        let first = first_line(&mut lines)?;
        let unknown = || Refusal::Unknown { first: warnings::shown(&first) };
        let format = format.or_else(|| recognise(&first)).ok_or_else(unknown)?;
        let rows: Box<dyn Rows + Send> = match format {
            Format::Swf => {
                lines.unread();
                Box::new(Swf::begin(&mut lines)?)
            }
            Format::Sacct if sacct::is_headerless(&first) => {
                lines.unread();
                Box::new(Sacct::headerless()?)
            }
            Format::Sacct => Box::new(Sacct::of(&first)?),
            _ => Box::new(format.table(&first)?),
        };
        Ok(Self::of(lines, rows))
    }

    /// A trace that a mapping describes.
    pub fn mapped(reader: R, mapping: &Mapping) -> Result<Self, Refusal> {
        let mut lines = Lines::new(reader);
        let table = Table::of(mapping, &first_line(&mut lines)?)?;
        if !mapping.has_header {
            lines.unread();
        }
        Ok(Self::of(lines, Box::new(table)))
    }

    fn of(lines: Lines<R>, rows: Box<dyn Rows + Send>) -> Self {
        let (judge, told) = (Judge::default(), Warnings::default());
        Self { lines, fields: Fields::default(), rows, judge, told, over: false }
    }

    /// The same, where kinds of accelerator have the first bits of a job's `kinds`, in this order.
    pub fn knowing(mut self, kinds: &[Box<str>]) -> Self {
        self.judge.knows(kinds);
        self
    }

    /// What could not be taken as it stands so far; all of it once no job comes any more.
    pub fn warnings(&self) -> &Warnings {
        &self.told
    }

    /// The names of accounts: a job's `account` is an index into them.
    pub fn accounts(&self) -> &[Box<str>] {
        &self.judge.accounts.list
    }

    /// The names of kinds of accelerator: a job's `kinds` has a bit for each.
    pub fn kinds(&self) -> &[Box<str>] {
        &self.judge.kinds.list
    }

    /// GPUs that the header tells of.
    pub fn pool(&self) -> Option<i64> {
        self.rows.pool()
    }

    /// Whether moments are dates, or count from some zero: known with the first job.
    pub fn is_dated(&self) -> bool {
        self.judge.dated.unwrap_or_default()
    }

    /// GPU time so far that comes from rounding shares of a GPU up.
    pub fn rounded(&self) -> GpuTime {
        self.judge.rounded
    }
}

impl<R: BufRead> Iterator for Trace<R> {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        let Self { lines, fields, rows, judge, told, over } = self;
        while !*over {
            let line = match lines.next() {
                Ok(line) => line?,
                Err(fault) => {
                    told.add(Warning::BreaksOff, lines.number() + 1, || fault.to_string());
                    *over = true;
                    return None;
                }
            };
            if line.text.trim_ascii().is_empty() || rows.is_aside(line.text) {
                continue;
            }
            let row = fields.split(line.text, rows.between());
            if let Some(warning) = misfit(line, row.len(), rows.width()) {
                told.add(warning, line.number, || warnings::shown(line.text));
                continue;
            }
            let job = match rows.asked(&row) {
                Ok(asked) => judge.job(asked, (line.number, line.text), told),
                Err(fault) => {
                    told.add(fault.warning, line.number, || fault.to_string());
                    None
                }
            };
            if job.is_some() {
                return job;
            }
        }
        None
    }
}

/// What is wrong with the length of a line.
fn misfit(line: Line<'_>, fields: usize, (fewest, most): (usize, usize)) -> Option<Warning> {
    match fields {
        _ if !line.fits => Some(Warning::TooLong),
        few if few < fewest && !line.ended => Some(Warning::CutShort),
        few if few < fewest => Some(Warning::TooFew),
        many if many > most => Some(Warning::TooMany),
        _ => None,
    }
}

/// The first line that is not blank.
fn first_line(lines: &mut Lines<impl BufRead>) -> Result<Vec<u8>, Refusal> {
    while let Some(line) = lines.next()? {
        if !line.text.trim_ascii().is_empty() {
            return Ok(line.text.to_vec());
        }
    }
    Err(Refusal::Empty)
}
