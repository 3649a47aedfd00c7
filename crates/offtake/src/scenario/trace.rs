//! Jobs from files beside the scenario: a trace as a table of jobs, or a shape as `offtake import`
//! writes it.
//!
//! ```text
//! job_id,submit,gpus,runtime,walltime
//! a-1,0,8,5400,7200
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use super::inputs::{InputValue, Origin, Source};
use super::place::Place;
use super::read::{Reader, Scope, path_date};
use super::row::Cell;
use super::sheet::{Item, Line, Sheet};
use super::tree::{self, Node};
use super::values::split_tag;
use crate::jobs::{Job, Shape, Trace};
use crate::time::{Instant, Span};

/// Columns that may stand in a trace; the first three must.
const COLUMNS: [&str; 8] =
    ["submit", "gpus", "runtime", "walltime", "job_id", "account", "priority", "kinds"];
const NEEDED: usize = 3;

/// Another file given by accident has many lines that are no jobs: some of them are enough.
const MOST_LINES_TOLD: usize = 20;

/// Larger traces are for `offtake replay`, which keeps nothing of them in memory.
const LARGEST_TRACE: usize = 32 << 20;

/// Ten thousand million seconds: any date, counted from 1970, and any runtime.
const MOST_SECONDS: f64 = 1e10;
/// The most GPUs of a job; with ten years of them a count of milliseconds is still whole.
const MOST_GPUS: i64 = 10_000_000;
const LONGEST_SECONDS: f64 = 10.0 * 365.0 * 86_400.0;

/// Where each of the columns stands in a line, and how many values a line has.
#[derive(Default)]
struct Columns {
    at: BTreeMap<&'static str, usize>,
    count: usize,
}

impl<'a> Reader<'a> {
    /// Reads the jobs in the file that a text names.
    pub(super) fn trace(
        &mut self,
        path: &str,
        node: &Node,
        text: &str,
        scope: &Scope,
    ) -> Option<Cell> {
        let (name, tag) = split_tag(text);
        let sheet = self.sheet(name, node.place)?;
        let origin = self.origin(tag, node.place, scope);
        if sheet.text.len() > LARGEST_TRACE {
            self.report.text_too_large(sheet.whole(), sheet.text.len(), LARGEST_TRACE);
            return None;
        }
        let mut lines = sheet.lines();
        let columns = match lines.next() {
            Some(head) => self.columns_of_jobs(&head)?,
            None => Columns::default(),
        };
        let (mut jobs, mut wrong) = (Vec::new(), 0);
        let mut accounts = BTreeMap::new();
        let mut widest = (0, sheet.whole());
        for line in lines {
            match job(&line, &columns, &mut accounts) {
                Ok(job) => {
                    widest = widest.max((job.gpus, line.place));
                    jobs.push(Job { nth: jobs.len() as u64, ..job });
                }
                Err((at, what)) => {
                    self.report.no_job(at, &what);
                    wrong += 1;
                }
            }
            if wrong == MOST_LINES_TOLD {
                break;
            }
        }
        if wrong > 0 {
            return None;
        }
        let trace = Trace::of(jobs);
        if trace.is_none() {
            self.report.no_jobs(sheet.whole(), name);
        }
        let id = self.input(path, name, node, origin, InputValue::Word);
        trace.map(|it| Cell::Trace(Arc::new(it), widest, id))
    }

    /// Reads the shape in the file that a text names. It says itself where it comes from, unless the
    /// text does.
    pub(super) fn shape(
        &mut self,
        path: &str,
        node: &Node,
        text: &str,
        scope: &Scope,
    ) -> Option<Cell> {
        let (name, tag) = split_tag(text);
        let sheet = self.sheet(name, node.place)?;
        tree::parse(self.files, sheet.file, self.report)?;
        let shape = match Shape::from_toml(sheet.text) {
            Ok(it) => it,
            Err(why) => {
                self.report.not_a_shape(sheet.whole(), name, &why);
                return None;
            }
        };
        self.known_by_then(name, path_date(&shape.told.as_of), node.place);
        let origin = match tag {
            Some(_) => self.origin(tag, node.place, scope),
            None => told_by(&shape, sheet.whole()),
        };
        let id = self.input(path, name, node, origin, InputValue::Word);
        Some(Cell::Shape(Arc::new(shape), id))
    }

    /// A file that lies beside the scenario.
    fn sheet(&mut self, name: &str, at: Place) -> Option<Sheet<'a>> {
        match self.sheets.get(name).expect("every file was fetched") {
            Ok(file) => Some(Sheet::of(self.files, *file)),
            Err(why) => {
                self.report.no_file_of_jobs(at, name, why);
                None
            }
        }
    }

    /// Where each of the columns stands in a line.
    fn columns_of_jobs(&mut self, head: &Line<'_>) -> Option<Columns> {
        let is = |it: &Item<'_>, name: &str| it.text.eq_ignore_ascii_case(name);
        let unknown = |it: &&Item<'_>| !COLUMNS.iter().any(|name| is(it, name));
        if let Some(it) = head.cells.iter().find(unknown) {
            self.report.not_a_column_of_jobs(it.place, it.text);
            return None;
        }
        let place = |name: &&'static str| {
            let nth = head.cells.iter().position(|it| is(it, name))?;
            Some((*name, nth))
        };
        let at: BTreeMap<&str, usize> = COLUMNS.iter().filter_map(place).collect();
        if let Some(missing) = COLUMNS[..NEEDED].iter().find(|it| !at.contains_key(**it)) {
            self.report.lacks_a_column_of_jobs(head.place, missing);
            return None;
        }
        Some(Columns { at, count: head.cells.len() })
    }
}

/// The job of a line, or what of it is no part of one.
fn job<'a>(
    line: &Line<'a>,
    columns: &Columns,
    accounts: &mut BTreeMap<&'a str, u32>,
) -> Result<Job, (Place, String)> {
    let (values, count) = (line.cells.len(), columns.count);
    if values != count {
        let what = format!("it has {values} values, the first line has {count}");
        return Err((line.place, what));
    }
    let must = |name: &str| line.cells[columns.at[name]];
    let said = |name: &str| columns.at.get(name).map(|it| line.cells[*it]);
    let said = |name: &str| said(name).filter(|it| !it.text.is_empty());
    let account = |it: Item<'a>| {
        let next = accounts.len() as u32;
        *accounts.entry(it.text).or_insert(next)
    };
    let priority = |it| whole(it, -MOST_GPUS..=MOST_GPUS, "priority");
    let walltime = said("walltime").map(|it| seconds(it, LONGEST_SECONDS)).transpose()?;
    Ok(Job {
        id: said("job_id").map_or("", |it| it.text).into(),
        nth: 0,
        submit: Instant { millis: seconds(must("submit"), MOST_SECONDS)? },
        gpus: whole(must("gpus"), 1..=MOST_GPUS, "number of GPUs")?,
        runtime: Span { millis: seconds(must("runtime"), LONGEST_SECONDS)? },
        walltime: walltime.map(|millis| Span { millis }),
        account: said("account").map_or(0, account),
        priority: said("priority").map_or(Ok(0), priority)?,
        kinds: 0,
    })
}

/// Seconds as milliseconds.
fn seconds(it: Item<'_>, most: f64) -> Result<i64, (Place, String)> {
    let told = it.text.parse::<f64>().ok().filter(|it| (0.0..=most).contains(it));
    let told = told.map(|it| libm::round(it * 1e3) as i64);
    told.ok_or_else(|| (it.place, format!("`{}` is no time in seconds", it.text)))
}

fn whole(
    it: Item<'_>,
    within: std::ops::RangeInclusive<i64>,
    what: &str,
) -> Result<i64, (Place, String)> {
    let told = it.text.parse::<i64>().ok().filter(|it| within.contains(it));
    told.ok_or_else(|| (it.place, format!("`{}` is no {what}", it.text)))
}

/// Who does not say where a shape is from has assumed it.
fn told_by(shape: &Shape, at: Place) -> Origin {
    let told = &shape.told;
    if told.source.is_empty() {
        return Origin::Assumed;
    }
    Origin::Reported(vec![Source {
        name: told.name.clone(),
        title: told.source.clone(),
        date: if told.as_of.is_empty() { "undated".to_owned() } else { told.as_of.clone() },
        url: None,
        grade: Some(told.grade.clone()).filter(|it| !it.is_empty()),
        place: at,
    }])
}
