//! Slurm's accounting: `sacct -P` (or `-p`) with its header, columns in any order; without one, the 26
//! columns that Open XDMoD asks for.
//!
//! GPUs are those of `AllocTRES`, else of `ReqTRES`: `gres/gpu=N`, else the sum of `gres/gpu:TYPE=N`. Steps
//! are parts of their job; a slice of a GPU (MIG) counts as one. Absent: `AllocGRES` of old releases, which
//! tells what each node gave.

use offtake::time::{Instant, Span};

use super::judge::Asked;
use super::refusal::Refusal;
use super::row::{Between, Fault, Fields, Row};
use super::rows::{Rows, priority, walltime};
use super::values::{self, Gpus, SECOND, is_unknown};
use super::warnings::Warning;

const BAR: Between = Between::Sign(b'|');

/// The columns that Open XDMoD asks for, in its order.
const XDMOD: &[u8] = b"JobID|JobIDRaw|Cluster|Partition|QOS|Account|Group|GID|User|UID|Submit|Eligible|\
    Start|End|Elapsed|ExitCode|State|NNodes|NCPUS|ReqCPUS|ReqMem|ReqTRES|AllocTRES|Timelimit|NodeList|JobName";

/// Where Open XDMoD has the moment of submission.
const XDMOD_SUBMIT: usize = 10;

/// Where a log has what.
pub(super) struct Sacct {
    width: usize,
    id: usize,
    submit: usize,
    start: Option<usize>,
    end: Option<usize>,
    elapsed: Option<usize>,
    state: Option<usize>,
    allocated: Option<usize>,
    requested: Option<usize>,
    timelimit: Option<usize>,
    account: Option<usize>,
    priority: Option<usize>,
}

/// Whether a line begins a log with a header.
pub(super) fn is_header(line: &[u8]) -> bool {
    Sacct::of(line).is_ok()
}

/// Whether a line is one of a log without a header.
pub(super) fn is_headerless(line: &[u8]) -> bool {
    let mut fields = Fields::default();
    let row = fields.split(line, BAR);
    let submit = values::moment(row.field(XDMOD_SUBMIT), SECOND, Instant::default());
    row.len() == XDMOD.split(|it| *it == b'|').count() && submit.is_ok_and(|(_, dated)| dated)
}

impl Sacct {
    /// The log that begins with a header.
    pub(super) fn of(header: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let row = fields.split(header, BAR);
        let find =
            |name: &str| row.fields().position(|it| it.eq_ignore_ascii_case(name.as_bytes()));
        let lacks = |name: &str| {
            let has = row.fields().take(50).map(|it| String::from_utf8_lossy(it).into_owned());
            Refusal::NoColumn { column: name.to_owned(), has: has.collect() }
        };
        let sacct = Sacct {
            width: row.len(),
            id: find("JobID").or_else(|| find("JobIDRaw")).ok_or_else(|| lacks("JobID"))?,
            submit: find("Submit").ok_or_else(|| lacks("Submit"))?,
            start: find("Start"),
            end: find("End"),
            elapsed: find("Elapsed").or_else(|| find("ElapsedRaw")),
            state: find("State"),
            allocated: find("AllocTRES"),
            requested: find("ReqTRES"),
            timelimit: find("Timelimit"),
            account: find("Account").or_else(|| find("User")),
            priority: find("Priority"),
        };
        if sacct.allocated.or(sacct.requested).is_none() {
            return Err(lacks("AllocTRES"));
        }
        if sacct.elapsed.is_none() && sacct.start.and(sacct.end).is_none() {
            return Err(lacks("Elapsed"));
        }
        Ok(sacct)
    }

    /// The log that has no header.
    pub(super) fn headerless() -> Result<Self, Refusal> {
        Sacct::of(XDMOD)
    }

    /// What was granted, else what was asked for.
    fn gpus<'a>(&self, row: &Row<'a>) -> Result<(Gpus, &'a [u8]), Fault<'a>> {
        let granted = self.allocated.filter(|nth| !row.field(*nth).is_empty());
        let nth = granted.or(self.requested).or(self.allocated).unwrap_or_default();
        row.read("TRES", nth, gpus_of)
    }

    /// How long it ran, and whether it still does.
    fn runtime<'a>(&self, row: &Row<'a>) -> Result<(Span, bool), Fault<'a>> {
        let field = |nth: Option<usize>| nth.map_or(&b""[..], |nth| row.field(nth));
        let fault = |warning| Fault { warning, field: "state", text: field(self.state) };
        let state = field(self.state).split(|it| *it == b' ').next().unwrap_or_default();
        let unstarted = self.start.is_some_and(|nth| is_unknown(row.field(nth)));
        if unstarted || matches!(state, b"PENDING" | b"PD") {
            return Err(fault(Warning::NeverStarted));
        }
        let no_end = self.end.is_some_and(|nth| is_unknown(row.field(nth)));
        let runs =
            no_end || matches!(state, b"RUNNING" | b"R" | b"SUSPENDED" | b"S" | b"COMPLETING");
        if let Some(nth) = self.elapsed {
            return Ok((row.read("Elapsed", nth, |it| values::span(it, SECOND))?, runs));
        }
        if no_end {
            return Err(fault(Warning::NoEnd));
        }
        let moment = |it| values::moment(it, SECOND, Instant::default());
        let (start, _) = row.read("Start", self.start.unwrap_or_default(), moment)?;
        let ran = row.read("End", self.end.unwrap_or_default(), |it| match moment(it)?.0 {
            end if end < start => Err(Warning::Negative),
            end => Ok(end - start),
        });
        Ok((ran?, runs))
    }
}

impl Rows for Sacct {
    fn between(&self) -> Between {
        BAR
    }

    fn width(&self) -> (usize, usize) {
        (self.width, self.width)
    }

    fn asked<'a>(&self, row: &Row<'a>) -> Result<Asked<'a>, Fault<'a>> {
        // `123.batch` and `123_4.0` are steps; `123_4` and `123+1` are jobs.
        let id = row.read("JobID", self.id, |it| match it.contains(&b'.') {
            true => Err(Warning::Part),
            false => Ok(it),
        })?;
        let (gpus, kinds) = self.gpus(row)?;
        let submit = |it| values::moment(it, SECOND, Instant::default());
        let (submit, dated) = row.read("Submit", self.submit, submit)?;
        let (runtime, runs) = self.runtime(row)?;
        let mut doubts = Vec::new();
        if runs {
            let text = self.state.map_or(&b""[..], |nth| row.field(nth));
            doubts.push(Fault { warning: Warning::Running, field: "state", text });
        }
        let limit = self.timelimit.map(|nth| row.read("Timelimit", nth, limit));
        let walltime = limit.and_then(|told| walltime(told, &mut doubts));
        Ok(Asked {
            id,
            submit,
            dated,
            gpus,
            runtime,
            walltime,
            account: self.account.map_or(b"", |nth| row.field(nth)),
            priority: priority(row, self.priority)?,
            kinds,
            doubts,
        })
    }
}

/// A limit, where there is one.
fn limit(text: &[u8]) -> Result<Span, Warning> {
    match text {
        b"UNLIMITED" | b"Partition_Limit" => Err(Warning::Missing),
        text => values::span(text, SECOND),
    }
}

/// The GPUs of `billing=12,cpu=12,gres/gpu=2,gres/gpu:a100=2`, and their kind if it is one.
fn gpus_of(tres: &[u8]) -> Result<(Gpus, &[u8]), Warning> {
    let (mut all, mut typed, mut kind) = (None, None::<Gpus>, None);
    for part in tres.split(|it| *it == b',').filter_map(|it| it.strip_prefix(b"gres/gpu")) {
        let Some(equals) = part.iter().position(|it| *it == b'=') else { continue };
        let (name, number) = (&part[..equals], &part[equals + 1..]);
        match name.strip_prefix(b":") {
            Some(name) => {
                let (more, sum) =
                    (values::gpus(number)?, typed.unwrap_or(Gpus { whole: 0, thousandths: 0 }));
                typed = Some(Gpus {
                    whole: sum.whole + more.whole,
                    thousandths: sum.thousandths + more.thousandths,
                });
                kind = if kind.is_none() { Some(name) } else { Some(&b""[..]) };
            }
            None if name.is_empty() => all = Some(values::gpus(number)?),
            None => {}
        }
    }
    all.or(typed).map(|gpus| (gpus, kind.unwrap_or_default())).ok_or(Warning::NoGpu)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gpus_are_found_among_other_resources() {
        let told =
            |tres: &str| gpus_of(tres.as_bytes()).map(|(gpus, kind)| (gpus.whole, kind.to_vec()));
        assert_eq!(told("billing=12,cpu=12,gres/gpu=2,mem=31000M"), Ok((2, vec![])));
        assert_eq!(told("cpu=8,gres/gpu:a100=4,gres/gpu=4"), Ok((4, b"a100".to_vec())));
        assert_eq!(told("gres/gpu:a100=4,gres/gpu:h100=2"), Ok((6, vec![])));
        assert_eq!(told("cpu=12,gres/gpumem=4"), Err(Warning::NoGpu));
        assert_eq!(told("gres/gpu=x"), Err(Warning::Unreadable));
    }
}
