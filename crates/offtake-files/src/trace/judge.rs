//! What a line asks for becomes a job, whatever its format: names as numbers, doubles, order.

use std::collections::HashMap;

use offtake::pool::Job;
use offtake::time::{Instant, Span};
use offtake::units::GpuTime;

use super::row::Fault;
use super::values::Gpus;
use super::warnings::{Warning, Warnings, shown};

/// What a line says of a job.
pub(super) struct Asked<'a> {
    /// Empty: the number of its line will do.
    pub id: &'a [u8],
    pub submit: Instant,
    /// Whether its moment was told as a date.
    pub dated: bool,
    pub gpus: Gpus,
    pub runtime: Span,
    pub walltime: Option<Span>,
    pub account: &'a [u8],
    pub priority: i64,
    /// Names, a bar between them; empty: any.
    pub kinds: &'a [u8],
    /// What is odd about it and no reason to leave it out.
    pub doubts: Vec<Fault<'a>>,
}

/// How many lines of one moment are looked back on for doubles: memory must not grow with the trace.
const LOOKED_BACK: usize = 64;

/// The most accounts that are told apart, for the same reason.
const ACCOUNTS: usize = 1_000_000;

/// The most kinds: one bit each.
const KINDS: usize = 64;

/// What is known of the jobs so far.
#[derive(Default)]
pub(super) struct Judge {
    pub accounts: Names,
    pub kinds: Names,
    /// GPU time that shares do not need and get, as they are rounded up to whole GPUs.
    pub rounded: GpuTime,
    pub dated: Option<bool>,
    jobs: u64,
    latest: Instant,
    /// Lines of the latest moment.
    lines: Vec<Vec<u8>>,
    held: usize,
}

impl Judge {
    /// The job of a line, if it is one.
    pub(super) fn job(
        &mut self,
        asked: Asked<'_>,
        line: (u64, &[u8]),
        told: &mut Warnings,
    ) -> Option<Job> {
        let (number, text) = line;
        if *self.dated.get_or_insert(asked.dated) != asked.dated {
            told.add(Warning::OtherTimes, number, String::new);
            return None;
        }
        let unordered = self.jobs > 0 && asked.submit < self.latest;
        if self.stands_before(asked.submit, text) {
            let known = !asked.id.is_empty();
            told.add(if known { Warning::Twice } else { Warning::Alike }, number, String::new);
            if known {
                return None;
            }
        }
        let Some(kinds) = self.kinds_of(asked.kinds) else {
            told.add(Warning::ManyKinds, number, || shown(asked.kinds));
            return None;
        };
        if unordered {
            told.add(Warning::Unordered, number, String::new);
        }
        let nth = self.jobs;
        self.jobs += 1;
        self.doubt(&asked, number, told);
        Some(Job {
            id: id(asked.id, number),
            nth,
            submit: asked.submit,
            gpus: asked.gpus.whole,
            runtime: asked.runtime,
            walltime: asked.walltime,
            account: self.account(asked.account, number, told),
            priority: asked.priority,
            kinds,
        })
    }

    /// Whether the very line stands shortly before. Lines of the latest moment are kept, 64 at most: in a
    /// trace in order a double is found unless 64 jobs of its second lie between.
    fn stands_before(&mut self, submit: Instant, line: &[u8]) -> bool {
        if submit != self.latest {
            self.latest = submit;
            self.held = 0;
        }
        if self.lines[..self.held.min(self.lines.len())].iter().any(|it| it == line) {
            return true;
        }
        let slot = self.held % LOOKED_BACK;
        if self.lines.len() == slot {
            self.lines.push(Vec::new());
        }
        self.lines[slot].clear();
        self.lines[slot].extend_from_slice(line);
        self.held += 1;
        false
    }

    fn kinds_of(&mut self, names: &[u8]) -> Option<u64> {
        if names.is_empty() {
            return Some(0);
        }
        let names = names.split(|it| *it == b'|').map(<[u8]>::trim_ascii);
        names.filter(|it| !it.is_empty()).try_fold(0, |bits, name| {
            let nth = self.kinds.index(name, KINDS)?;
            Some(bits | 1 << nth)
        })
    }

    /// Kinds that are known before any job names them.
    pub(super) fn knows(&mut self, kinds: &[Box<str>]) {
        for it in kinds {
            self.kinds.index(it.as_bytes(), KINDS);
        }
    }

    fn account(&mut self, name: &[u8], line: u64, told: &mut Warnings) -> u32 {
        self.accounts.index(name, ACCOUNTS).unwrap_or_else(|| {
            told.add(Warning::ManyAccounts, line, || shown(name));
            0
        })
    }

    /// Tells what is odd about a job that is kept.
    fn doubt(&mut self, asked: &Asked<'_>, line: u64, told: &mut Warnings) {
        for doubt in &asked.doubts {
            told.add(doubt.warning, line, || doubt.to_string());
        }
        if asked.runtime == Span::default() {
            told.add(Warning::NoTime, line, String::new);
        }
        let over = asked.gpus.whole * 1_000 - asked.gpus.thousandths;
        if over > 0 {
            told.add(Warning::Share, line, String::new);
            self.rounded.gpu_millis += i128::from(over) * i128::from(asked.runtime.millis) / 1_000;
        }
        let is_text = |it: &[u8]| it.is_empty() || std::str::from_utf8(it).is_ok();
        if ![asked.id, asked.account, asked.kinds].into_iter().all(is_text) {
            told.add(Warning::Bytes, line, String::new);
        }
    }
}

/// What a trace calls a job; the number of its line, where it does not.
fn id(text: &[u8], line: u64) -> Box<str> {
    match text {
        b"" => line.to_string().into(),
        text => String::from_utf8_lossy(text).into(),
    }
}

/// Names in the order in which they came.
#[derive(Default)]
pub(super) struct Names {
    pub list: Vec<Box<str>>,
    index: HashMap<Box<[u8]>, u32>,
    /// The last answer: neighbours often share it.
    last: (Vec<u8>, u32),
}

impl Names {
    /// The place of a name, if there is room for it.
    fn index(&mut self, name: &[u8], most: usize) -> Option<u32> {
        // Two empty names are not compared byte by byte: doing so at no address costs a quarter of the reading.
        let last = &self.last.0;
        let same = if name.is_empty() { last.is_empty() } else { last == name };
        if same && !self.list.is_empty() {
            return Some(self.last.1);
        }
        let nth = match self.index.get(name) {
            Some(nth) => *nth,
            None if self.list.len() == most => return None,
            None => {
                let nth = self.list.len() as u32;
                self.list.push(String::from_utf8_lossy(name).into());
                self.index.insert(name.into(), nth);
                nth
            }
        };
        self.last = (name.to_vec(), nth);
        Some(nth)
    }
}
