//! The cash of every party that has some, month by month: what a workbook reckons with.

use super::tables::{Cells, Column, Table, texts};
use crate::figures::{Look, Outcome, PartyMonth};
use crate::scenario::{Draw, Scenario};
use crate::units::Money;

/// Cash flows by party and month; nothing where no party says what it has or earns.
///
/// `cash = cash before + margin - rent_due - other_compute - purchases + funding + other`
pub fn cash(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Option<Table> {
    let look = Look { scenario, draw, case: &outcome.case, played: &outcome.played };
    let parties = (0..look.case.parties.len()).filter(|i| look.has_cash(*i));
    let lines: Vec<Line<'_>> = parties.flat_map(|i| of_party(&look, i)).collect();
    (!lines.is_empty()).then(|| table(&lines))
}

/// A party's month.
struct Line<'a> {
    party: &'a str,
    opening: Money,
    month: PartyMonth,
}

impl Line<'_> {
    /// What came or went beside what is told.
    fn other(&self) -> Money {
        let it = &self.month;
        let told = it.margin - it.rent_due - it.other_compute - it.purchases + it.funding;
        it.cash - self.opening - told
    }
}

fn of_party<'a>(look: &Look<'a>, index: usize) -> Vec<Line<'a>> {
    let party = &look.case.parties[index];
    let mut cash = party.cash.unwrap_or(Money::ZERO);
    let line = |month: PartyMonth| {
        let opening = std::mem::replace(&mut cash, month.cash);
        Line { party: &party.name, opening, month }
    };
    look.party_months(index).into_iter().map(line).collect()
}

/// A column's name, its meaning, and what it shows of a line.
type MoneyColumn<'a> = (&'static str, &'static str, fn(&Line<'a>) -> Money);

fn table<'a>(lines: &[Line<'a>]) -> Table {
    let columns: [MoneyColumn<'a>; 9] = [
        ("opening", "cash when the month begins", |it| it.opening),
        ("revenue", "what customers pay", |it| it.month.revenue),
        ("margin", "revenue less what is spent before compute", |it| it.month.margin),
        ("rent_due", "bills of the rents it pays", |it| it.month.rent_due),
        ("other_compute", "compute outside the deals", |it| it.month.other_compute),
        ("purchases", "chips, sites and what is named nowhere, by deals", |it| it.month.purchases),
        ("funding", "new equity and debt", |it| it.month.funding),
        (
            "other",
            "all else: what it sells by deals, prepayments and what is drawn of them",
            |it| it.other(),
        ),
        ("cash", "cash when the month ends", |it| it.month.cash),
    ];
    let text = |name: &str, meaning: &str, of: fn(&Line<'_>) -> String| {
        texts(name, meaning, lines.iter().map(of).collect())
    };
    let money = |(name, meaning, of): MoneyColumn<'a>| Column {
        name: name.to_owned(),
        unit: "USD",
        meaning: meaning.to_owned(),
        cells: Cells::Millionths(lines.iter().map(|it| of(it).micros as i64).collect()),
    };
    let mut all = vec![
        text("party", "the party's name", |it| it.party.to_owned()),
        text("month", "calendar month, UTC", |it| it.month.month.to_string()),
    ];
    all.extend(columns.map(money));
    Table { name: "cash", columns: all }
}
