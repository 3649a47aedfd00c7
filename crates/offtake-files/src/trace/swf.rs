//! The Standard Workload Format, version 2.2 (Feitelson): the Parallel Workloads Archive and its kin.
//!
//! Uses fields 1 job, 2 submit [s], 4 run [s], 5 processors allocated, else 8 requested, 9 time requested
//! [s], 11 status, 12 user; -1 is unknown. A processor is taken for a GPU. Fields beyond the 18th are passed
//! over. Lines with `;` are the header: `MaxProcs`, else `MaxNodes`, tells the pool.

use std::io::BufRead;

use offtake::time::{Instant, Span};

use super::judge::Asked;
use super::lines::Lines;
use super::refusal::Refusal;
use super::row::{Between, Fault, Row};
use super::rows::{Rows, walltime};
use super::values::{self, SECOND};
use super::warnings::Warning;

const JOB: usize = 0;
const SUBMIT: usize = 1;
const RUN: usize = 3;
const ALLOCATED: usize = 4;
const REQUESTED: usize = 7;
const TIME: usize = 8;
const STATUS: usize = 10;
const USER: usize = 11;
const FIELDS: usize = 18;

/// What the header tells.
#[derive(Default)]
pub(super) struct Swf {
    processors: Option<i64>,
    nodes: Option<i64>,
}

/// Whether a line is one of this format.
pub(super) fn fits(line: &[u8]) -> bool {
    let fields = || line.split(u8::is_ascii_whitespace).filter(|it| !it.is_empty());
    let is_number = |it| values::decimal(it, 1).is_ok();
    line.starts_with(b";") || fields().count() >= FIELDS && fields().take(FIELDS).all(is_number)
}

impl Swf {
    /// Reads the header, up to the first job.
    pub(super) fn begin(lines: &mut Lines<impl BufRead>) -> Result<Self, Refusal> {
        let mut swf = Swf::default();
        while let Some(line) = lines.next()? {
            match line.text.strip_prefix(b";") {
                Some(told) => swf.note(told),
                None if line.text.trim_ascii().is_empty() => {}
                None => {
                    lines.unread();
                    break;
                }
            }
        }
        Ok(swf)
    }

    /// One line of the header: `MaxProcs: 256`.
    fn note(&mut self, told: &[u8]) {
        let mut parts = told.splitn(2, |it| *it == b':').map(<[u8]>::trim_ascii);
        let slot = match parts.next() {
            Some(b"MaxProcs") => &mut self.processors,
            Some(b"MaxNodes") => &mut self.nodes,
            _ => return,
        };
        // A remark may follow the number.
        let number = parts.next().and_then(|it| it.split(u8::is_ascii_whitespace).next());
        let gpus = number.and_then(|it| values::gpus(it).ok());
        *slot = slot.or(gpus.map(|it| it.whole));
    }
}

impl Rows for Swf {
    fn between(&self) -> Between {
        Between::Blanks
    }

    fn width(&self) -> (usize, usize) {
        (FIELDS, usize::MAX)
    }

    fn is_aside(&self, line: &[u8]) -> bool {
        line.starts_with(b";")
    }

    fn pool(&self) -> Option<i64> {
        self.processors.or(self.nodes)
    }

    fn asked<'a>(&self, row: &Row<'a>) -> Result<Asked<'a>, Fault<'a>> {
        // Codes 2, 3 and 4 are stretches of a job that has a line of its own for the whole.
        row.read("status", STATUS, |it| match it {
            b"2" | b"3" | b"4" => Err(Warning::Part),
            _ => Ok(()),
        })?;
        let is_told = |nth| !matches!(row.field(nth), b"-1" | b"-1.0" | b"0");
        let processors = if is_told(ALLOCATED) { ALLOCATED } else { REQUESTED };
        let gpus = row.read("processors", processors, known(values::gpus))?;
        let submit = |it| values::moment(it, SECOND, Instant::default());
        let (submit, dated) = row.read("submit", SUBMIT, submit)?;
        let span = |it| values::span(it, SECOND);
        let mut doubts = Vec::new();
        let walltime = walltime(row.read("walltime", TIME, known(span)), &mut doubts);
        let user = row.field(USER);
        Ok(Asked {
            id: row.field(JOB),
            submit,
            dated,
            gpus,
            runtime: row.read("runtime", RUN, known(span))?,
            walltime: walltime.filter(|it| *it > Span::default()),
            account: if user == b"-1" { b"" } else { user },
            priority: 0,
            kinds: b"",
            doubts,
        })
    }
}

/// A value where -1 stands for one that is not known.
fn known<'a, T>(
    read: impl FnOnce(&'a [u8]) -> Result<T, Warning>,
) -> impl FnOnce(&'a [u8]) -> Result<T, Warning> {
    |text| match text {
        b"-1" | b"-1.0" => Err(Warning::Missing),
        _ => read(text),
    }
}
