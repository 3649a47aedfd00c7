//! The tables of a run: figures, months, hours. Every column has a unit and a meaning.

use crate::figures::{Figure, Look, Outcome, Value};
use crate::ledger::Account;
use crate::scenario::{Draw, Scenario, WorkKind};
use crate::terms;
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
}

impl Table {
    /// How many rows.
    pub fn rows(&self) -> usize {
        match self.columns.first().map(|it| &it.cells) {
            Some(Cells::Text(it)) => it.len(),
            Some(Cells::Number(it)) => it.len(),
            Some(Cells::Thousandths(it)) => it.len(),
            None => 0,
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
                    Cells::Thousandths(it) => thousandths(&mut out, it[row]),
                }
            }
            out.push('\n');
        }
        out
    }
}

/// Writes whole thousandths as a decimal, without the cost of a float's shortest form.
fn thousandths(out: &mut String, value: i64) {
    if value < 0 {
        out.push('-');
    }
    let (whole, part) = (value.unsigned_abs() / 1_000, value.unsigned_abs() % 1_000);
    digits(out, whole, 1);
    if part > 0 {
        out.push('.');
        digits(out, part, 3);
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

fn texts(name: &str, meaning: &str, cells: Vec<String>) -> Column {
    Column {
        name: name.to_owned(),
        unit: "",
        meaning: meaning.to_owned(),
        cells: Cells::Text(cells),
    }
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
                    Value::Number(it) => it.to_string(),
                    Value::Date(it) => it.clone(),
                    Value::Never => String::new(),
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

/// What moved in each month.
pub fn monthly(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Table {
    let look = Look { scenario, draw, case: &outcome.case, played: &outcome.played };
    let months: Vec<_> = outcome.played.ledger.months().collect();
    let mut columns = vec![texts(
        "month",
        "calendar month, UTC",
        months.iter().map(|it| it.to_string()).collect(),
    )];
    let mut add = |name: String, unit, meaning: &str, cells: Vec<f64>| {
        columns.push(Column {
            name,
            unit,
            meaning: meaning.to_owned(),
            cells: Cells::Number(cells),
        });
    };
    let of = |account: Account, per: f64| -> Vec<f64> {
        look.monthly(account).iter().map(|it| it.1 as f64 / per).collect()
    };
    let books = &outcome.played.books;
    for (i, deal) in outcome.case.deals.iter().enumerate() {
        let path = format!("deal.{}", deal.name);
        let steps = terms::tranches(&deal.promised);
        let held = months.iter().map(|it| {
            let (from, to) = (it.start().max(deal.start), it.end().min(deal.end));
            if to > from { terms::held(&steps, from, to) as f64 / 3.6e6 } else { 0.0 }
        });
        add(
            format!("{path}.contracted"),
            "GPU-hour",
            "GPU-hours by the promised calendar",
            held.collect(),
        );
        let bills = look.bills(i).iter().map(|it| it.1.dollars()).collect();
        add(format!("{path}.billed"), "USD", "charges less credits that fall due", bills);
        add(
            format!("{path}.shortfall"),
            "USD",
            "of it, for GPU-hours that were not used",
            of(books.deals[i].shortfall, 1e6),
        );
    }
    for (i, fleet) in outcome.case.fleets.iter().enumerate() {
        let path = format!("fleet.{}", fleet.name);
        for (account, what, meaning) in [
            (books.fleets[i].idle, "idle", "GPU-hours delivered and not used"),
            (
                books.fleets[i].down,
                "down",
                "GPU-hours delivered and lost to a failure until the next hour",
            ),
            (books.fleets[i].spare, "spare", "GPU-hours healthy beside what is delivered"),
            (books.fleets[i].repair, "repair", "GPU-hours in repair"),
            (books.fleets[i].dark, "dark", "GPU-hours landed and without power"),
        ] {
            add(format!("{path}.{what}"), "GPU-hour", meaning, of(account, 3.6e6));
        }
    }
    for (i, work) in outcome.case.works.iter().enumerate() {
        let path = format!("workload.{}", work.name);
        add(
            format!("{path}.good"),
            "GPU-hour",
            "GPU-hours that counted",
            of(books.works[i].good, 3.6e6),
        );
        match work.kind {
            WorkKind::Training(_) => {
                add(
                    format!("{path}.checkpoints"),
                    "GPU-hour",
                    "GPU-hours that checkpoints blocked",
                    of(books.works[i].stall, 3.6e6),
                );
                add(
                    format!("{path}.lost"),
                    "GPU-hour",
                    "GPU-hours that failures undid",
                    of(books.works[i].lost, 3.6e6),
                );
            }
            WorkKind::Service(_) => {
                add(
                    format!("{path}.served"),
                    "token",
                    "output tokens served",
                    of(books.works[i].served, 1.0),
                );
                add(
                    format!("{path}.unserved"),
                    "token",
                    "output tokens asked for and not served",
                    of(books.works[i].unserved, 1.0),
                );
            }
            WorkKind::Jobs(_) => {}
        }
    }
    for (i, site) in outcome.case.sites.iter().enumerate() {
        let path = format!("site.{}", site.name);
        let sum = |a: Vec<f64>, b: Vec<f64>| -> Vec<f64> {
            a.iter().zip(&b).map(|(a, b)| a + b).collect()
        };
        let meter = sum(of(books.sites[i].it, 3.6e12), of(books.sites[i].overhead, 3.6e12));
        add(format!("{path}.energy"), "MWh", "energy at the meter", meter);
        add(
            format!("{path}.carbon_location"),
            "t",
            "carbon, location-based",
            of(books.sites[i].carbon, 1e6),
        );
        add(format!("{path}.water"), "m3", "water at the site", of(books.sites[i].water, 1e6));
        add(
            format!("{path}.energy_cost"),
            "USD",
            "what the energy costs",
            of(books.sites[i].energy_cost, 1e6),
        );
    }
    for (i, party) in outcome.case.parties.iter().enumerate().filter(|(i, _)| look.has_cash(*i)) {
        let path = format!("party.{}", party.name);
        let rows = look.party_months(i);
        let mut money =
            |what: &str,
             meaning: &str,
             of: fn(&crate::figures::PartyMonth) -> crate::units::Money| {
                add(
                    format!("{path}.{what}"),
                    "USD",
                    meaning,
                    rows.iter().map(|it| of(it).dollars()).collect(),
                );
            };
        money("revenue", "revenue", |it| it.revenue);
        money("margin", "revenue less what is spent before compute", |it| it.margin);
        money("rent_due", "bills of the deals it buys", |it| it.rent_due);
        money("other_compute", "compute outside the deals", |it| it.other_compute);
        money("funding", "new equity and debt", |it| it.funding);
        money("cash", "cash at the month's end, all known commitments", |it| it.cash);
        money("cash_alone", "cash at the month's end, this file's deals alone", |it| it.cash_alone);
    }
    Table { name: "monthly", columns }
}

/// What happened in each hour, from the kept movements.
pub fn hourly(outcome: &Outcome) -> Table {
    let case = &outcome.case;
    let hours = ((case.to - case.from).millis / Span::HOUR.millis) as usize;
    let at =
        |i: usize| Instant { millis: case.from.millis + Span::HOUR.millis * i as i64 }.to_string();
    let mut builder = Hours {
        columns: Vec::new(),
        of_account: vec![None; outcome.played.ledger.titles().len()],
        hours,
    };
    let books = &outcome.played.books;
    for (fleet, it) in case.fleets.iter().zip(&books.fleets) {
        let path = format!("fleet.{}", fleet.name);
        builder.add(
            format!("{path}.idle"),
            "GPU",
            "delivered and not used, mean of the hour",
            &[it.idle],
            3_600_000,
        );
        builder.add(
            format!("{path}.down"),
            "GPU",
            "delivered and lost to failures, mean of the hour",
            &[it.down],
            3_600_000,
        );
    }
    for (work, it) in case.works.iter().zip(&books.works) {
        let path = format!("workload.{}", work.name);
        builder.add(
            format!("{path}.used"),
            "GPU",
            "held, mean of the hour",
            &[it.good, it.stall, it.lost],
            3_600_000,
        );
        if matches!(work.kind, WorkKind::Service(_)) {
            builder.add(
                format!("{path}.served"),
                "million tokens",
                "output tokens served in the hour",
                &[it.served],
                1_000_000,
            );
            builder.add(
                format!("{path}.unserved"),
                "million tokens",
                "output tokens not served",
                &[it.unserved],
                1_000_000,
            );
        }
    }
    for (site, it) in case.sites.iter().zip(&books.sites) {
        let per = (3_600_000.0 * 1e6 / to_f64(site.pue_mean)) as i128;
        builder.add(
            format!("site.{}.power", site.name),
            "MW",
            "power at the meter, mean PUE",
            &[it.it],
            per,
        );
    }
    for it in outcome.played.ledger.movements() {
        let hour = ((it.at - case.from).millis / Span::HOUR.millis - 1) as usize;
        if let Some((column, per)) = builder.of_account[usize::from(it.to.0)]
            && let Cells::Thousandths(cells) = &mut builder.columns[column].cells
            && hour < hours
        {
            cells[hour] += (it.amount * 1_000 / per) as i64;
        }
    }
    let mut columns =
        vec![texts("hour", "beginning of the hour, UTC", (0..hours).map(at).collect())];
    columns.append(&mut builder.columns);
    Table { name: "hourly", columns }
}

struct Hours {
    columns: Vec<Column>,
    /// Column and divisor by account.
    of_account: Vec<Option<(usize, i128)>>,
    hours: usize,
}

impl Hours {
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
