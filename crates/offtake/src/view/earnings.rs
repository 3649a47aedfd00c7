//! What parties earn and have, what is contracted and not yet billed, what plants cost and earn: the
//! tables of a report.

use super::lay::fitted;
use super::report::{Page, heading};
use crate::engine::Line;
use crate::figures::{Figure, Look, PlantQuarter, Statement};
use crate::units::{Money, scaled};

/// Quarters up to which a report shows each.
const QUARTERS: usize = 12;

/// The statements of parties of which enough is known, the backlog and the plants.
pub(super) fn earnings(page: &Page<'_>) -> String {
    let look = page.look();
    let told = |it: &usize| is_told(&look, *it);
    let mut out: String =
        (0..look.case.parties.len()).filter(told).map(|it| statement(page, &look, it)).collect();
    out.push_str(&backlog(page, &look));
    out.push_str(&plants(page, &look));
    out
}

/// Whether what a party earns can be told: it owns a plant, or says what it has or earns.
fn is_told(look: &Look<'_>, party: usize) -> bool {
    look.case.plants.iter().any(|it| it.owner == party) || look.has_cash(party)
}

fn head(columns: &str) -> Vec<String> {
    columns.split(',').map(str::to_owned).collect()
}

fn usd(it: Money) -> String {
    if it == Money::ZERO { "-".to_owned() } else { scaled(it.dollars(), "USD") }
}

fn statement(page: &Page<'_>, look: &Look<'_>, party: usize) -> String {
    const COLUMNS: &str = "year,income,costs,EBITDA,written off,net interest,tax,net income,capex,cash,plant,owed,equity";
    let row = |it: &Statement| {
        let mark = if it.months == 12 { "" } else { "*" };
        let amounts = [
            it.income(),
            it.costs(),
            it.ebitda(),
            it.depreciation(),
            it.interest(),
            it.moved(Line::Tax),
            it.net_income(),
            it.capex(),
            it.held(Line::Cash),
            it.plant(),
            it.liabilities(),
            it.equity(),
        ];
        let year = format!("{}{mark}", it.month.year());
        std::iter::once(year).chain(amounts.map(usd)).collect::<Vec<_>>()
    };
    let mut rows = vec![head(COLUMNS)];
    rows.extend(look.yearly_statements(party).iter().map(row));
    without_empty(&mut rows);
    let title = page.scenario.row(page.scenario.parties[party]).title();
    let mut out = String::new();
    heading(&mut out, &format!("Statement of {title}, by calendar year; * only partly played"));
    out.push_str(&fitted(
        rows,
        COLUMNS,
        "owed,costs,tax,net interest,written off,plant",
        page.width,
    ));
    out
}

/// Takes out columns that say nothing in any row.
fn without_empty(rows: &mut [Vec<String>]) {
    for column in (0..rows[0].len()).rev() {
        if rows[1..].iter().all(|row| row[column] == "-") {
            rows.iter_mut().for_each(|row| drop(row.remove(column)));
        }
    }
}

/// What each seller has contracted and not yet billed, all of its deals.
fn backlog(page: &Page<'_>, look: &Look<'_>) -> String {
    let (all, years) = (look.backlog(), look.years());
    let named: Vec<String> = years.iter().map(ToString::to_string).collect();
    let mut rows = vec![std::iter::once("seller".to_owned()).chain(named.clone()).collect()];
    for (i, party) in look.case.parties.iter().enumerate() {
        let own: Vec<_> = all.iter().filter(|it| it.seller == i).collect();
        if own.is_empty() {
            continue;
        }
        let left = |year: usize| own.iter().map(|it| it.years[year].1).sum::<f64>();
        let shown = |left: f64| if left > 0.0 { scaled(left, "USD") } else { "-".to_owned() };
        let left = (0..years.len()).map(|year| shown(left(year)));
        rows.push(std::iter::once(party.name.clone()).chain(left).collect());
    }
    if rows.len() == 1 {
        return String::new();
    }
    let mut out = String::new();
    heading(&mut out, "Contracted and not yet billed at each year's end, by seller");
    let latest_first = named.iter().rev().cloned().collect::<Vec<_>>().join(",");
    out.push_str(&fitted(rows, &named.join(","), &latest_first, page.width));
    out
}

/// Unit economics of every plant, and each of its quarters where they are few.
fn plants(page: &Page<'_>, look: &Look<'_>) -> String {
    const COLUMNS: [(&str, &str); 8] = [
        ("capex a MW", "capex_per_mw"),
        ("revenue a MW-year", "revenue_per_mw_year"),
        ("EBITDA a MW-year", "ebitda_per_mw_year"),
        ("payback", "payback_years"),
        ("books a GPU-hour", "cost_per_gpu_hour"),
        ("owner a GPU-hour", "owner_cost_per_gpu_hour"),
        ("owner a year", "owner_cost_per_year"),
        ("left at the end", "residual_value"),
    ];
    let names = COLUMNS.map(|it| it.0).join(",");
    let mut rows = vec![head(&format!("plant,{names}"))];
    for plant in &look.case.plants {
        let figure = |key: &str| page.figure(&format!("plant.{}.{key}", plant.name));
        let shown = COLUMNS.map(|it| figure(it.1).map_or("-".to_owned(), in_short));
        rows.push(std::iter::once(plant.name.clone()).chain(shown).collect());
    }
    if rows.len() == 1 {
        return String::new();
    }
    without_empty(&mut rows);
    let mut out = String::new();
    heading(&mut out, "What plants cost and earn");
    out.push_str(&fitted(
        rows,
        &names,
        "left at the end,owner a year,books a GPU-hour",
        page.width,
    ));
    for i in 0..look.case.plants.len() {
        out.push_str(&quarters(page, look, i));
    }
    out
}

/// A figure whose column names what it is per.
fn in_short(figure: &Figure) -> String {
    let unit = figure.unit.split('/').next().unwrap_or_default();
    figure.number().map_or_else(|| figure.shown(), |it| scaled(it, unit))
}

fn quarters(page: &Page<'_>, look: &Look<'_>, plant: usize) -> String {
    const COLUMNS: &str =
        "quarter,stands,lands,revenue a MW-year,EBITDA a MW-year,capex a MW,payback";
    let quarters = look.plant_quarters(plant);
    if quarters.len() > QUARTERS {
        return String::new();
    }
    let shown = |it: Option<f64>, unit| it.map_or("-".to_owned(), |it| scaled(it, unit));
    let row = |it: &PlantQuarter| {
        let lands = Some(it.mw_added).filter(|it| *it > 0.0);
        vec![
            it.name(),
            scaled(it.mw, "MW"),
            shown(lands, "MW"),
            shown(it.revenue_per_mw_year, "USD"),
            shown(it.ebitda_per_mw_year, "USD"),
            shown(it.capex_per_mw, "USD"),
            shown(it.payback_years, "year"),
        ]
    };
    let mut rows = vec![head(COLUMNS)];
    rows.extend(quarters.iter().map(row));
    let mut out = String::new();
    let name = &look.case.plants[plant].name;
    heading(&mut out, &format!("The plant {name} by quarter, a year's rate per MW that stands"));
    out.push_str(&fitted(rows, COLUMNS, "lands", page.width));
    out
}
