//! What a format knows.

use offtake::time::Span;

use super::judge::Asked;
use super::row::{Between, Fault, Row};
use super::values;
use super::warnings::Warning;

/// How the lines of one format tell of jobs. All else is the same for all formats.
pub(super) trait Rows {
    /// What stands between two fields.
    fn between(&self) -> Between;

    /// The fewest and the most fields of a line.
    fn width(&self) -> (usize, usize);

    /// What a line says of a job, or why it says nothing of one.
    fn asked<'a>(&self, row: &Row<'a>) -> Result<Asked<'a>, Fault<'a>>;

    /// Whether a line tells of no job by design.
    fn is_aside(&self, _line: &[u8]) -> bool {
        false
    }

    /// GPUs that the header tells of.
    fn pool(&self) -> Option<i64> {
        None
    }
}

/// A walltime, if one is told; what cannot be read is a doubt.
pub(super) fn walltime<'a>(
    told: Result<Span, Fault<'a>>,
    doubts: &mut Vec<Fault<'a>>,
) -> Option<Span> {
    match told {
        Ok(span) => Some(span),
        Err(Fault { warning: Warning::Missing, .. }) => None,
        Err(fault) => {
            doubts.push(Fault { warning: Warning::Walltime, ..fault });
            None
        }
    }
}

/// A priority; 0 where none is told.
pub(super) fn priority<'a>(row: &Row<'a>, nth: Option<usize>) -> Result<i64, Fault<'a>> {
    match nth.map(|nth| row.read("priority", nth, |it| values::decimal(it, 1))) {
        None | Some(Err(Fault { warning: Warning::Missing, .. })) => Ok(0),
        Some(told) => told,
    }
}
