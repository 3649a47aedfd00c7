//! The tables of a run: figures, months, hours. Every column has a unit and a meaning.

use crate::figures::{Figure, Outcome, Value};
use crate::ledger::Account;
use crate::scenario::{Fleet, WorkKind};
use crate::time::{Instant, Span};
use crate::units::to_f64;

/// A table with named columns of one length.
#[derive(Clone, Debug)]
pub struct Table {
    /// `hourly`
    pub name: &'static str,
    /// In order.
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// `fleet.gb300.idle`
    pub name: String,
    /// `GPU`
    pub unit: &'static str,
    /// In words.
    pub meaning: String,
    /// One for each row.
    pub cells: Cells,
}

/// The values of a column.
#[derive(Clone, Debug)]
pub enum Cells {
    /// Texts.
    Text(Vec<String>),
    /// Numbers; what is not there is not a number.
    Number(Vec<f64>),
    /// Whole thousandths.
    Thousandths(Vec<i64>),
    /// Whole millionths: money, to the micro-dollar.
    Millionths(Vec<i64>),
}

impl Table {
    /// How many rows.
    pub fn rows(&self) -> usize {
        match self.columns.first().map(|it| &it.cells) {
            Some(Cells::Text(it)) => it.len(),
            Some(Cells::Number(it)) => it.len(),
            Some(Cells::Thousandths(it) | Cells::Millionths(it)) => it.len(),
            None => 0,
        }
    }

    /// A column of numbers; none where it has no such column.
    pub fn numbers(&self, name: &str) -> &[f64] {
        match self.columns.iter().find(|it| it.name == name).map(|it| &it.cells) {
            Some(Cells::Number(it)) => it,
            _ => &[],
        }
    }

    /// A column of texts; none where it has no such column.
    pub fn texts(&self, name: &str) -> &[String] {
        match self.columns.iter().find(|it| it.name == name).map(|it| &it.cells) {
            Some(Cells::Text(it)) => it,
            _ => &[],
        }
    }

    /// The table as CSV (RFC 4180): names with units in the first line.
    pub fn to_csv(&self) -> String {
        use std::fmt::Write;
        let header = self.columns.iter().map(|it| match it.unit {
            "" => it.name.clone(),
            unit => quoted(&format!("{} [{unit}]", it.name)),
        });
        let mut out = header.collect::<Vec<_>>().join(",");
        out.reserve(self.rows() * self.columns.len() * 10);
        out.push('\n');
        for row in 0..self.rows() {
            for (i, column) in self.columns.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                match &column.cells {
                    Cells::Text(it) => out.push_str(&quoted(&it[row])),
                    Cells::Number(it) if it[row].is_finite() => {
                        let _ = write!(out, "{}", it[row]);
                    }
                    Cells::Number(_) => {}
                    Cells::Thousandths(it) => decimal(&mut out, it[row], 3),
                    Cells::Millionths(it) => decimal(&mut out, it[row], 6),
                }
            }
            out.push('\n');
        }
        out
    }
}

/// Writes whole thousandths or millionths as a decimal, without the cost of a float's shortest form.
fn decimal(out: &mut String, value: i64, places: u32) {
    if value < 0 {
        out.push('-');
    }
    let one = 10u64.pow(places);
    let (whole, part) = (value.unsigned_abs() / one, value.unsigned_abs() % one);
    digits(out, whole, 1);
    if part > 0 {
        out.push('.');
        digits(out, part, places as usize);
    }
}

fn digits(out: &mut String, mut value: u64, least: usize) {
    let mut buffer = [b'0'; 20];
    let mut at = buffer.len();
    while value > 0 || buffer.len() - at < least {
        at -= 1;
        buffer[at] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.extend(buffer[at..].iter().map(|it| char::from(*it)));
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

pub(super) fn texts(name: &str, meaning: &str, cells: Vec<String>) -> Column {
    Column {
        name: name.to_owned(),
        unit: "",
        meaning: meaning.to_owned(),
        cells: Cells::Text(cells),
    }
}

pub(super) fn numbers(name: &str, unit: &'static str, meaning: &str, cells: Vec<f64>) -> Column {
    let (name, meaning) = (name.to_owned(), meaning.to_owned());
    Column { name, unit, meaning, cells: Cells::Number(cells) }
}

/// A number cut to twelve significant digits: what lies beyond is noise of float sums.
fn twelve_digits(it: f64) -> f64 {
    format!("{it:.11e}").parse().unwrap_or(it)
}

/// Every figure in a row.
pub fn figures(figures: &[Figure]) -> Table {
    let column = |of: fn(&Figure) -> String| figures.iter().map(of).collect();
    Table {
        name: "figures",
        columns: vec![
            texts("id", "the figure's name", column(|it| it.id.clone())),
            texts("label", "what it is", column(|it| it.label.clone())),
            texts(
                "value",
                "in `unit`; a date where the unit is date",
                column(|it| match &it.value {
                    Value::Number(it) => twelve_digits(*it).to_string(),
                    Value::Date(it) => it.clone(),
                    Value::Word(it) => (*it).to_owned(),
                    Value::Never => String::new(),
                    Value::Unknown => "unknown".to_owned(),
                }),
            ),
            texts("unit", "the unit of `value`", column(|it| it.unit.to_owned())),
            texts(
                "kind",
                "reported, assumed, derived or simulated",
                column(|it| it.kind.to_owned()),
            ),
        ],
    }
}

/// What happened in each hour, from the kept movements; nothing where no fleet is played by the
/// hour.
pub fn hourly(outcome: &Outcome) -> Option<Table> {
    let case = &outcome.case;
    case.fleets.iter().find(|it| it.load.is_none())?;
    let hours = ((case.to - case.from).millis / Span::HOUR.millis) as usize;
    let mut builder = Hours::of(outcome, hours);
    for it in outcome.played.ledger.movements() {
        let hour = ((it.at - case.from).millis / Span::HOUR.millis - 1) as usize;
        if let Some((column, per)) = builder.of_account[usize::from(it.to.0)]
            && let Cells::Thousandths(cells) = &mut builder.columns[column].cells
            && hour < hours
        {
            cells[hour] += (it.amount * 1_000 / per) as i64;
        }
    }
    let at =
        |i: usize| Instant { millis: case.from.millis + Span::HOUR.millis * i as i64 }.to_string();
    let mut columns =
        vec![texts("hour", "beginning of the hour, UTC", (0..hours).map(at).collect())];
    columns.append(&mut builder.columns);
    Some(Table { name: "hourly", columns })
}

struct Hours {
    columns: Vec<Column>,
    /// Column and divisor by account.
    of_account: Vec<Option<(usize, i128)>>,
    hours: usize,
}

impl Hours {
    /// The columns of a run, empty yet.
    fn of(outcome: &Outcome, hours: usize) -> Hours {
        const GPU_HOUR: i128 = 3_600_000;
        const MILLION: i128 = 1_000_000;
        let (case, books) = (&outcome.case, &outcome.played.books);
        let of_account = vec![None; outcome.played.ledger.titles().len()];
        let mut it = Hours { columns: Vec::new(), of_account, hours };
        let by_hour = |it: &&Fleet| it.load.is_none();
        let played = |(fleet, _): &(&Fleet, _)| by_hour(fleet);
        for (fleet, of) in case.fleets.iter().zip(&books.fleets).filter(played) {
            let name = |what| format!("fleet.{}.{what}", fleet.name);
            it.add(
                name("idle"),
                "GPU",
                "delivered and not used, mean of the hour",
                &[of.idle],
                GPU_HOUR,
            );
            it.add(
                name("down"),
                "GPU",
                "delivered and lost to failures, mean of the hour",
                &[of.down],
                GPU_HOUR,
            );
        }
        for (work, of) in case.works.iter().zip(&books.works) {
            let name = |what| format!("workload.{}.{what}", work.name);
            it.add(
                name("used"),
                "GPU",
                "held, mean of the hour",
                &[of.good, of.stall, of.lost],
                GPU_HOUR,
            );
            if matches!(work.kind, WorkKind::Service(_)) {
                let unit = "million tokens";
                it.add(
                    name("served"),
                    unit,
                    "output tokens served in the hour",
                    &[of.served],
                    MILLION,
                );
                it.add(name("unserved"), unit, "output tokens not served", &[of.unserved], MILLION);
            }
        }
        for (i, (site, of)) in case.sites.iter().zip(&books.sites).enumerate() {
            if !case.fleets.iter().filter(by_hour).any(|it| it.site == i) {
                continue;
            }
            let per = (3_600_000.0 * 1e6 / to_f64(site.pue_mean)) as i128;
            it.add(
                format!("site.{}.power", site.name),
                "MW",
                "power at the meter of what is played by the hour, mean PUE",
                &[of.it],
                per,
            );
        }
        it
    }

    fn add(
        &mut self,
        name: String,
        unit: &'static str,
        meaning: &str,
        accounts: &[Account],
        per: i128,
    ) {
        for account in accounts {
            self.of_account[usize::from(account.0)] = Some((self.columns.len(), per));
        }
        let cells = Cells::Thousandths(vec![0; self.hours]);
        self.columns.push(Column { name, unit, meaning: meaning.to_owned(), cells });
    }
}
