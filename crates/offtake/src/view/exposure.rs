//! Who owes whom, year by year, as tables and in words.

use std::fmt::Write;

use super::lay::{fitted, grid, texts};
use super::report::{Page, wrapped};
use super::tables::{Column, Table, numbers, texts as words};
use crate::figures::{Exposure, Look, Outcome, Owed, YearOf};
use crate::scenario::{Draw, Scenario};
use crate::units::{Money, scaled};

/// The tables of an exposure: who owes whom, how it is spread, what goes round, each year cleared.
pub fn exposure(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Vec<Table> {
    let look = Look { scenario, draw, case: &outcome.case, played: &outcome.played };
    let names: Vec<String> = outcome.case.parties.iter().map(|it| it.name.clone()).collect();
    let it = crate::figures::exposure(&look);
    let tables = [owed(&names, &it), spread(&it), rounds(&names, &it), cleared(&names, &it)];
    tables.into_iter().filter(|it| it.rows() > 0).collect()
}

fn years<'a>(all: impl Iterator<Item = &'a i16>) -> Column {
    words("year", "calendar year, UTC", all.map(ToString::to_string).collect())
}

fn owed(names: &[String], it: &Exposure) -> Table {
    let all = &it.owed;
    let text = |of: fn(&Owed) -> usize| all.iter().map(|it| names[of(it)].clone()).collect();
    let usd = |of: fn(&Owed) -> Money| all.iter().map(|it| of(it).dollars()).collect();
    let share = all.iter().map(|it| it.share_of_backlog.unwrap_or(f64::NAN)).collect();
    Table {
        name: "exposure",
        columns: vec![
            years(all.iter().map(|it| &it.year)),
            words(
                "layer",
                "layers are never summed",
                all.iter().map(|it| it.layer.to_owned()).collect(),
            ),
            words("debtor", "who owes", text(|it| it.debtor)),
            words("creditor", "who is owed", text(|it| it.creditor)),
            numbers("due", "USD", "falls due in the year", usd(|it| it.due)),
            numbers("unpaid", "USD", "due and not paid at the year's end", usd(|it| it.unpaid)),
            numbers(
                "backlog",
                "USD",
                "contracted and not yet billed at the year's end",
                all.iter().map(|it| it.backlog).collect(),
            ),
            numbers(
                "share_of_backlog",
                "share",
                "of all that the creditor has in this layer to come, from whomever",
                share,
            ),
        ],
    }
}

fn spread(it: &Exposure) -> Table {
    let all = &it.spread;
    Table {
        name: "concentration",
        columns: vec![
            years(all.iter().map(|it| &it.year)),
            words(
                "layer",
                "layers are never summed",
                all.iter().map(|it| it.layer.to_owned()).collect(),
            ),
            numbers(
                "due",
                "USD",
                "falls due in the year",
                all.iter().map(|it| it.due.dollars()).collect(),
            ),
            numbers(
                "over_creditors",
                "points",
                "concentration over who is paid (Herfindahl-Hirschman)",
                all.iter().map(|it| it.over_creditors).collect(),
            ),
            numbers(
                "over_debtors",
                "points",
                "concentration over who pays: the customers of the layer",
                all.iter().map(|it| it.over_debtors).collect(),
            ),
        ],
    }
}

/// One row for each leg.
fn rounds(names: &[String], it: &Exposure) -> Table {
    let numbered = it.rounds.iter().enumerate();
    let legs =
        numbered.flat_map(|(nth, round)| round.legs.iter().map(move |leg| (nth, round, leg)));
    let legs: Vec<_> = legs.collect();
    let year = |it: Option<i16>| it.map_or_else(|| "all".to_owned(), |it| it.to_string());
    Table {
        name: "rounds",
        columns: vec![
            words(
                "year",
                "calendar year, or all together",
                legs.iter().map(|it| year(it.1.year)).collect(),
            ),
            numbers(
                "ring",
                "",
                "number of the ring",
                legs.iter().map(|it| it.0 as f64 + 1.0).collect(),
            ),
            words("layer", "of the leg", legs.iter().map(|it| it.2.0.to_owned()).collect()),
            words("debtor", "who pays", legs.iter().map(|it| names[it.2.1].clone()).collect()),
            words("creditor", "who is paid", legs.iter().map(|it| names[it.2.2].clone()).collect()),
            numbers(
                "due",
                "USD",
                "the leg itself",
                legs.iter().map(|it| it.2.3.dollars()).collect(),
            ),
            numbers(
                "goes_round",
                "USD",
                "the smallest leg, less what rings before it took",
                legs.iter().map(|it| it.1.amount.dollars()).collect(),
            ),
        ],
    }
}

fn cleared(names: &[String], it: &Exposure) -> Table {
    let all = &it.years;
    let usd = |of: fn(&YearOf) -> f64| all.iter().map(of).collect();
    let wave = |it: Option<usize>| it.map_or(f64::NAN, |it| it as f64);
    Table {
        name: "clearing",
        columns: vec![
            years(all.iter().map(|it| &it.year)),
            words(
                "party",
                "whose cash is told",
                all.iter().map(|it| names[it.party].clone()).collect(),
            ),
            numbers(
                "has",
                "USD",
                "cash when the year begins, and what comes in beside the deals",
                usd(|it| it.has),
            ),
            numbers("owes", "USD", "falls due in the year, all layers", usd(|it| it.owes)),
            numbers("pays", "USD", "the greatest payments that fit together", usd(|it| it.pays)),
            numbers(
                "pays_at_cost",
                "USD",
                "the same where default has its costs",
                usd(|it| it.pays_at_cost),
            ),
            numbers(
                "wave",
                "",
                "the wave of default in which it fails",
                all.iter().map(|it| wave(it.wave)).collect(),
            ),
            numbers(
                "wave_at_cost",
                "",
                "the same where default has its costs",
                all.iter().map(|it| wave(it.wave_at_cost)).collect(),
            ),
        ],
    }
}

/// The exposure of a book in words.
pub(super) fn told(page: &Page<'_>) -> String {
    let it = crate::figures::exposure(&page.look());
    [legs(page, &it), round(page, &it), defaults(page, &it)].concat()
}

fn name<'a>(page: &'a Page<'_>, party: usize) -> &'a str {
    &page.outcome.case.parties[party].name
}

/// Rows by layer and sides, a column for each year, in billions.
fn legs(page: &Page<'_>, it: &Exposure) -> String {
    let mut years: Vec<i16> = it.owed.iter().map(|it| it.year).collect();
    years.dedup();
    let mut sides: Vec<(&str, usize, usize)> = Vec::new();
    for it in it.owed.iter().filter(|it| it.due != Money::ZERO) {
        if !sides.contains(&(it.layer, it.debtor, it.creditor)) {
            sides.push((it.layer, it.debtor, it.creditor));
        }
    }
    let order = ["rent", "chips", "site", "equity", "loan", "unnamed"];
    sides.sort_by_key(|it| order.iter().position(|layer| *layer == it.0));
    let head = years.iter().map(ToString::to_string);
    let head: Vec<String> = texts(&["layer", "who owes", "whom"]).into_iter().chain(head).collect();
    let mut rows = vec![[head, texts(&["later"])].concat()];
    for (layer, debtor, creditor) in sides {
        let of = |year: i16| {
            let same = |it: &&Owed| {
                (it.year, it.layer, it.debtor, it.creditor) == (year, layer, debtor, creditor)
            };
            it.owed.iter().find(same)
        };
        let billions =
            |it: f64| if it == 0.0 { "-".to_owned() } else { format!("{:.1}", it / 1e9) };
        let dues = years.iter().map(|it| billions(of(*it).map_or(0.0, |it| it.due.dollars())));
        let last = of(*years.last().unwrap_or(&0)).map_or(0.0, |it| it.backlog);
        let sides = [layer, name(page, debtor), name(page, creditor)];
        rows.push([texts(&sides), dues.collect(), vec![billions(last)]].concat());
    }
    if rows.len() < 2 {
        return String::new();
    }
    let names: Vec<String> = years.iter().map(ToString::to_string).collect();
    let from_the_end: Vec<String> = names.iter().rev().cloned().collect();
    format!(
        "\nWho owes whom, in bn USD by year of falling due\n{}",
        fitted(rows, &format!("{},later", names.join(",")), &from_the_end.join(","), page.width)
    )
}

fn round(page: &Page<'_>, it: &Exposure) -> String {
    if it.rounds.is_empty() {
        return "\nNo money comes back to where it went out, over all layers\n".to_owned();
    }
    let mut out =
        "\nMoney that goes round, over all layers: what comes back to where it went out\n"
            .to_owned();
    for round in &it.rounds {
        let leg = |(layer, from, to, due): &(&str, usize, usize, Money)| {
            let (from, to) = (name(page, *from), name(page, *to));
            format!("{from} pays {to} {} ({layer})", scaled(due.dollars(), "USD"))
        };
        let legs: Vec<String> = round.legs.iter().map(leg).collect();
        let year = round.year.map_or_else(|| "all years".to_owned(), |it| it.to_string());
        let amount = scaled(round.amount.dollars(), "USD");
        out.push_str(&wrapped(&format!("{year}: {amount}; {}", legs.join(", ")), page.width, "  "));
    }
    out
}

/// Who could not pay if each year were cleared as a whole.
fn defaults(page: &Page<'_>, it: &Exposure) -> String {
    let fails = |it: &&YearOf| it.wave.or(it.wave_at_cost).is_some();
    let is_costly = it.years.iter().any(|it| it.pays_at_cost < it.pays);
    let columns = if is_costly { 7 } else { 6 };
    let head = ["year", "party", "wave", "has", "owes", "pays", "at cost of default"];
    let mut rows = vec![texts(&head[..columns])];
    for it in it.years.iter().filter(fails) {
        let wave = it.wave.or(it.wave_at_cost).map_or(String::new(), |it| it.to_string());
        let usd = |it: f64| scaled(it, "USD");
        let money = [it.has, it.owes, it.pays, it.pays_at_cost].map(usd);
        let sides = [it.year.to_string(), name(page, it.party).to_owned(), wave];
        let row = [&sides[..], &money[..]].concat();
        rows.push(row[..columns].to_vec());
    }
    let mut out = String::new();
    if rows.len() > 1 {
        let _ = write!(
            out,
            "\nEach year cleared for itself, all at once: who cannot pay, in which wave of default\n{}",
            grid(&rows, &[2, 3, 4, 5, 6], page.width)
        );
    }
    out
}
