//! A table with a column for each thing, as a mapping lays it out.

use offtake::time::{Instant, Span};

use super::judge::Asked;
use super::mapping::{Column, Mapping};
use super::refusal::Refusal;
use super::row::{Between, Fault, Fields, Row};
use super::rows::{Rows, priority, walltime};
use super::values::{self, Gpus, is_unknown};
use super::warnings::Warning;

/// Where a table has what.
pub(super) struct Table {
    between: Between,
    width: (usize, usize),
    id: Option<usize>,
    submit: usize,
    gpus: usize,
    share: Option<usize>,
    runtime: Option<usize>,
    ran: Option<(usize, usize)>,
    walltime: Option<usize>,
    account: Option<usize>,
    priority: Option<usize>,
    kinds: Option<usize>,
    /// Milliseconds in the units of submission, runtime and walltime.
    units: [i64; 3],
    origin: (Instant, bool),
}

impl Table {
    /// The table that begins with a line: its header, if it has one.
    pub(super) fn of(mapping: &Mapping, first: &[u8]) -> Result<Self, Refusal> {
        let between = match mapping.delimiter {
            ' ' => Between::Blanks,
            sign => Between::Sign(sign as u8),
        };
        let mut fields = Fields::default();
        let header = Header { mapping, row: fields.split(first, between) };
        let columns = &mapping.columns;
        let needed =
            |name: &str, column: &Column| header.find(column)?.ok_or_else(|| header.lacks(name));
        let maybe =
            |column: &Option<Column>| column.as_ref().map_or(Ok(None), |it| header.find(it));
        let ran = (maybe(&columns.start)?, maybe(&columns.end)?);
        let table = Table {
            between,
            width: (header.row.len(), header.row.len()),
            id: maybe(&columns.id)?,
            submit: needed("submit", &columns.submit)?,
            gpus: needed("gpus", &columns.gpus)?,
            share: maybe(&columns.share)?,
            runtime: maybe(&columns.runtime)?,
            ran: ran.0.zip(ran.1),
            walltime: maybe(&columns.walltime)?,
            account: maybe(&columns.account)?,
            priority: maybe(&columns.priority)?,
            kinds: maybe(&columns.kinds)?,
            units: mapping.units.millis(),
            origin: mapping.origin()?,
        };
        if table.runtime.is_none() && table.ran.is_none() {
            return Err(header.lacks("runtime"));
        }
        Ok(table)
    }

    fn gpus<'a>(&self, row: &Row<'a>) -> Result<Gpus, Fault<'a>> {
        let gpus = row.read("gpus", self.gpus, values::gpus)?;
        let Some(share) = self.share else { return Ok(gpus) };
        let share = row.read("share", share, values::gpus)?.thousandths;
        // The share is told in thousandths already, of each GPU.
        let of_one = (share / 1_000).min(1_000);
        Ok(Gpus { whole: gpus.whole, thousandths: gpus.whole * of_one })
    }

    /// The runtime, and whether two columns tell it differently.
    fn runtime<'a>(&self, row: &Row<'a>) -> Result<(Span, bool), Fault<'a>> {
        let [clock, unit, _] = self.units;
        let told = |nth| row.read("runtime", nth, |text| values::span(text, unit));
        let Some((start, end)) = self.ran else {
            return told(self.runtime.unwrap_or_default()).map(|it| (it, false));
        };
        let moment = |text, unknown| match is_unknown(text) {
            true => Err(unknown),
            false => values::moment(text, clock, self.origin.0),
        };
        let (start, _) = row.read("start", start, |it| moment(it, Warning::NeverStarted))?;
        let span = row.read("end", end, |it| match moment(it, Warning::NoEnd)?.0 {
            end if end < start => Err(Warning::Negative),
            end => Ok(end - start),
        })?;
        let other =
            self.runtime.filter(|nth| !is_unknown(row.field(*nth))).map(told).transpose()?;
        // A second is what a duration in whole seconds may differ by.
        Ok((span, other.is_some_and(|it| (it.millis - span.millis).abs() > values::SECOND)))
    }
}

impl Rows for Table {
    fn between(&self) -> Between {
        self.between
    }

    fn width(&self) -> (usize, usize) {
        self.width
    }

    fn asked<'a>(&self, row: &Row<'a>) -> Result<Asked<'a>, Fault<'a>> {
        let gpus = self.gpus(row)?;
        let (submit, dated) =
            row.read("submit", self.submit, |it| values::moment(it, self.units[0], self.origin.0))?;
        let (runtime, disagrees) = self.runtime(row)?;
        let mut doubts = Vec::new();
        if disagrees {
            let text = self.runtime.map_or(&b""[..], |nth| row.field(nth));
            doubts.push(Fault { warning: Warning::Disagrees, field: "runtime", text });
        }
        let walltime = self.walltime.and_then(|nth| {
            let told = row.read("walltime", nth, |it| values::span(it, self.units[2]));
            walltime(told, &mut doubts)
        });
        let text = |nth: Option<usize>| nth.map_or(&b""[..], |nth| row.field(nth));
        Ok(Asked {
            id: text(self.id),
            submit,
            dated: dated || self.origin.1,
            gpus,
            runtime,
            walltime,
            account: text(self.account),
            priority: priority(row, self.priority)?,
            kinds: text(self.kinds),
            doubts,
        })
    }
}

/// The first line of a table, asked for columns.
struct Header<'a> {
    mapping: &'a Mapping,
    row: Row<'a>,
}

impl Header<'_> {
    /// Where a column is; none if it is absent and may be.
    fn find(&self, column: &Column) -> Result<Option<usize>, Refusal> {
        let names = match column {
            Column::Place(place) if (1..=self.row.len()).contains(place) => {
                return Ok(Some(place - 1));
            }
            Column::Place(place) => return Err(self.lacks(&place.to_string())),
            Column::Name(name) => std::slice::from_ref(name),
            Column::FirstOf(names) => names,
        };
        let place = |name: &String| self.row.fields().position(|it| it == name.as_bytes());
        let found = names.iter().find_map(place).filter(|_| self.mapping.has_header);
        let optional = names.iter().all(|it| self.mapping.optional.contains(it));
        match found {
            None if !optional => Err(self.lacks(&names.join("` or `"))),
            found => Ok(found),
        }
    }

    fn lacks(&self, column: &str) -> Refusal {
        let name = |it| String::from_utf8_lossy(it).into_owned();
        Refusal::NoColumn {
            column: column.to_owned(),
            has: self.row.fields().take(50).map(name).collect(),
        }
    }
}
