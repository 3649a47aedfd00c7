//! What was borrowed, and whether it can be served; what was built, and what it earns.

use super::super::drawing::Drawing;
use super::super::{Chart, Form, Style};
use super::{Desk, first_most, least};
use crate::figures::{DebtYear, PlantQuarter, Statement, debt_years};
use crate::units::{Money, scaled};
use crate::view::tables::texts;

impl Desk<'_> {
    /// The debts, each with its title.
    fn debts(&self) -> impl Iterator<Item = (&str, &str)> {
        let (case, scenario) = (&self.page.outcome.case, self.page.scenario);
        let rows = scenario.debts.iter().map(|it| scenario.row(*it).title());
        case.debts.iter().map(|it| it.name.as_str()).zip(rows)
    }
}

/// What is owed to lenders, month by month.
pub(super) fn owed(desk: &Desk<'_>) -> Option<Chart> {
    let mut it = desk.by_month("debts", "What is owed to lenders at the month's end", "USD");
    let style = if desk.debts().count() == 1 { Style::Line } else { Style::Stack };
    let id = |name: &str, what: &str| format!("debt.{name}.{what}");
    for (name, title) in desk.debts() {
        let column = id(name, "owed");
        let owed = desk.months.column(&column).filter(|it| it.iter().any(|it| *it > 0.0));
        it.add((&column, title, "owed at the month's end"), (style, "simulated"), owed);
        it.shows(["drawn", "peak", "repaid", "unpaid"].map(|what| id(name, what)));
    }
    let all = desk.months.sum(desk.debts().map(|(name, _)| id(name, "owed")))?;
    let (at, peak) = first_most(&all)?;
    let usd = |it| scaled(it, "USD");
    let left = usd(*all.last()?);
    let sentence = format!(
        "{} is owed at the most, first in {}; {left} at the end.",
        usd(peak),
        desk.month(at)
    );
    desk.done(it, sentence)
}

/// How often over cash covers what each debt asks for, by year.
pub(super) fn served(desk: &Desk<'_>) -> Option<Chart> {
    let look = desk.page.look();
    let all: Vec<Vec<DebtYear>> =
        (0..desk.debts().count()).map(|it| debt_years(&look, it)).collect();
    let years: Vec<usize> = (0..all.first()?.len())
        .filter(|year| all.iter().any(|it| it[*year].dscr.is_some()))
        .collect();
    let names = years.iter().map(|it| all[0][*it].year.to_string()).collect();
    let first = texts("year", "calendar year, UTC, in which service is due", names);
    let title = "How often cash covers the service of the debts";
    let mut it = Drawing::new("debt-cover", title, Form::Time, "ratio", first);
    let mut told = Vec::new();
    for ((name, title), own) in desk.debts().zip(&all) {
        let id = |what: &str| format!("debt.{name}.{what}");
        let cover: Vec<f64> =
            years.iter().map(|year| own[*year].dscr.unwrap_or(f64::NAN)).collect();
        let Some((at, low)) = least(&cover) else { continue };
        told.push(format!("{title} is covered {low:.2} times in {}", all[0][years[at]].year));
        let meaning = "cash of the months in which it is paid back over their service";
        it.add((&id("dscr"), title, meaning), (Style::Bar, "simulated"), Some(cover));
        it.shows(["dscr_min", "dscr_mean", "service_peak"].map(id));
    }
    if told.is_empty() {
        return None;
    }
    it.add(
        ("enough", "just enough", "as much as is due"),
        (Style::Limit, "derived"),
        Some(vec![1.0; years.len()]),
    );
    desk.done(it, format!("At the least {}.", told.join(", ")))
}

/// What was paid for capital so far, and what of it is written off.
pub(super) fn built(desk: &Desk<'_>) -> Option<Chart> {
    let case = &desk.page.outcome.case;
    let months = desk.months.names().len();
    let so_far = |of: fn(&Statement) -> Money| -> Vec<f64> {
        let mut all = vec![Money::ZERO; months];
        for party in 0..case.parties.len() {
            let rows = desk.page.look().statements(party);
            all.iter_mut().zip(&rows).for_each(|(sum, it)| *sum = *sum + of(it));
        }
        let mut level = 0.0;
        let add = |it: Money| {
            level += it.dollars();
            level
        };
        all.into_iter().map(add).collect()
    };
    let (paid, written) = (so_far(Statement::capex), so_far(Statement::depreciation));
    let [all, off] = [*paid.last()?, *written.last()?];
    if all < 1.0 {
        return None;
    }
    let mut it = desk.by_month("capital", "What was built, and what of it is written off", "USD");
    it.add(
        ("paid", "paid so far", "paid for capital since the first day"),
        (Style::Line, "simulated"),
        Some(paid),
    );
    it.add(
        ("written", "written off so far", "written off since the first day"),
        (Style::Line, "simulated"),
        Some(written),
    );
    let plants = case.plants.iter().map(|it| it.name.as_str());
    it.shows(
        plants.flat_map(|it| ["capex", "depreciation"].map(|key| format!("plant.{it}.{key}"))),
    );
    let usd = |it| scaled(it, "USD");
    let sentence =
        format!("{} is paid for capital; {} is written off by the end.", usd(all), usd(off));
    desk.done(it, sentence)
}

/// What a MW of each plant bills and earns, by quarter.
pub(super) fn earned(desk: &Desk<'_>) -> Option<Chart> {
    let (page, case) = (desk.page, &desk.page.outcome.case);
    let title = "What a MW earns, each quarter at a year's rate";
    let mut it = desk.by_month("plants", title, "USD/MW-year");
    let mut told = Vec::new();
    for (index, plant) in case.plants.iter().enumerate() {
        let quarters = page.look().plant_quarters(index);
        let months: Vec<&PlantQuarter> = page
            .outcome
            .played
            .ledger
            .months()
            .filter_map(|month| {
                let quarter = month.of_year() / 3 + 1;
                quarters.iter().find(|it| it.year == month.year() && it.quarter == quarter)
            })
            .collect();
        let cells = |of: fn(&PlantQuarter) -> Option<f64>| -> Vec<f64> {
            months.iter().map(|it| of(it).unwrap_or(f64::NAN)).collect()
        };
        let earns = cells(|it| it.ebitda_per_mw_year);
        let known = || months.iter().zip(&earns).filter(|it| it.1.is_finite());
        let (Some(first), Some(last)) = (known().next(), known().next_back()) else { continue };
        let usd = |it: f64| scaled(it, "USD/MW-year");
        let title = page.scenario.row(page.scenario.plants[index]).title();
        let whose = if case.plants.len() == 1 { "" } else { &format!("{title}: ") };
        told.push(format!(
            "{whose}{} in {} and {} in {}",
            usd(*first.1),
            first.0.name(),
            usd(*last.1),
            last.0.name()
        ));
        let id = |what: &str| format!("plant.{}.{what}", plant.name);
        for (what, label, cells) in [
            ("revenue_per_mw_year", "billed", cells(|it| it.revenue_per_mw_year)),
            ("ebitda_per_mw_year", "billed less running cost", earns),
        ] {
            let told = format!("{title}, {label}");
            let label = if case.plants.len() == 1 { label } else { &told };
            it.add(
                (&id(what), label, "of the month's quarter, at a year's rate"),
                (Style::Step, "simulated"),
                Some(cells),
            );
            it.shows([id(what)]);
        }
    }
    let sentence = format!("Less what running it costs, a MW earns {}.", told.join("; "));
    desk.done(it, sentence)
}
