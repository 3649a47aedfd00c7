//! What was lent, by year and by month.

use super::lay::{grid, texts};
use super::report::{Page, wrapped};
use super::tables::{Cells, Column};
use crate::engine::DebtBooks;
use crate::figures::{DebtYear, Look, debt_years};
use crate::finance::Binding;
use crate::ledger::Account;
use crate::scenario::{Debt, DebtKind, Repays};
use crate::units::{Money, scaled};

/// A chapter of the report for each debt.
pub(super) fn chapter(page: &Page<'_>) -> String {
    let look = page.look();
    (0..look.case.debts.len()).map(|it| of_debt(&look, it, page.width)).collect()
}

fn of_debt(look: &Look<'_>, index: usize, width: usize) -> String {
    const HEAD: [&str; 7] =
        ["year", "drawn", "interest paid", "paid back", "overdue", "owed at end", "DSCR"];
    let mut rows = vec![texts(&HEAD)];
    let moves = |it: &DebtYear| it.drawn + it.service() + it.overdue + it.owed > Money::ZERO;
    for it in debt_years(look, index).into_iter().filter(moves) {
        let money = [it.drawn, it.interest_paid, it.repaid, it.overdue, it.owed];
        let money = money.map(|it| scaled(it.dollars(), "USD"));
        rows.push([&[it.year.to_string()], &money[..], &[times(it.dscr)]].concat());
    }
    let table = grid(&rows, &[1, 2, 3, 4, 5, 6], width);
    format!("\n{}{table}", wrapped(&sentence(look, index), width, ""))
}

/// A cover, as it is said.
pub(super) fn times(it: Option<f64>) -> String {
    it.map_or_else(|| "-".to_owned(), |it| format!("{it:.2}x"))
}

/// Who owes whom how much, at what price, and why no more.
pub(super) fn sentence(look: &Look<'_>, index: usize) -> String {
    let debt = &look.case.debts[index];
    let title = look.scenario.row(look.scenario.debts[index]).title();
    let party = |it: usize| look.scenario.row(look.scenario.parties[it]).title();
    let size = &look.played.marks.debts[index].size;
    format!(
        "{title}: {} from {} to {}, {}; {:.2} % a year, {}",
        scaled(size.amount, "USD"),
        party(debt.lender),
        party(debt.borrower),
        bound_by(size.binding),
        debt.rate() * 1200.0,
        repaid(debt)
    )
}

fn bound_by(it: Binding) -> &'static str {
    match it {
        Binding::Cash => "all that the promised cash carries",
        Binding::Dscr => "all that the cover asked for allows",
        Binding::Llcr => "all that the cover over its life allows",
        Binding::Tail => "all that the tail asked for allows",
        Binding::Advance => "the share of capital that is lent",
        Binding::Limit => "all that was promised",
    }
}

fn repaid(debt: &Debt) -> String {
    let last = debt.matures().plus_months(-1.0).month();
    if debt.kind == DebtKind::Revolver {
        return format!("drawn and paid back as cash goes, until {last}");
    }
    let how = match debt.repays {
        Repays::Level => "paid back in level payments",
        Repays::Sculpted => "paid back in the shape of the cash",
        Repays::Sweep(_) => "paid back as cash comes",
        Repays::AtEnd => "paid back at the end",
    };
    format!("{how}, {} to {last}", debt.repay_from.month())
}

type MonthColumn = (&'static str, &'static str, fn(&DebtBooks) -> Account);

/// Columns of a debt by month.
pub(super) fn monthly(look: &Look<'_>, index: usize) -> Vec<Column> {
    const COLUMNS: [MonthColumn; 4] = [
        ("interest", "interest that fell due, fees among it", |it| it.interest),
        ("principal", "instalments that fell due", |it| it.called),
        ("reserve", "moved into what is held back for service", |it| it.reserve),
        ("trapped", "moved into what is trapped while cover is thin", |it| it.trapped),
    ];
    let name = &look.case.debts[index].name;
    let books = &look.played.books.debts[index];
    let column = |(what, meaning, account): MonthColumn| {
        let cells = look.monthly(account(books)).iter().map(|it| it.1 as f64 / 1e6).collect();
        usd(format!("debt.{name}.{what}"), meaning, cells)
    };
    let mut owed = 0;
    let stands = look.monthly(books.lent).into_iter().map(|it| {
        owed += it.1;
        owed as f64 / 1e6
    });
    let stands = stands.collect();
    let owed = usd(format!("debt.{name}.owed"), "owed at the month's end", stands);
    COLUMNS.into_iter().map(column).chain([owed]).collect()
}

type YearColumn = (&'static str, &'static str, fn(&DebtYear) -> Money);

/// Columns of a debt by year.
pub(super) fn yearly(look: &Look<'_>, index: usize) -> Vec<Column> {
    const COLUMNS: [YearColumn; 7] = [
        ("drawn", "drawn", |it| it.drawn),
        ("interest", "interest that fell due, fees among it", |it| it.interest),
        ("principal", "instalments that fell due", |it| it.principal),
        ("interest_paid", "interest that was paid, fees among it", |it| it.interest_paid),
        ("repaid", "instalments that were paid", |it| it.repaid),
        ("overdue", "of both, due and unpaid at the year's end", |it| it.overdue),
        ("owed", "owed at the year's end", |it| it.owed),
    ];
    let name = &look.case.debts[index].name;
    let years = debt_years(look, index);
    let mut all: Vec<Column> = Vec::new();
    for (what, meaning, of) in COLUMNS {
        let cells = years.iter().map(|it| of(it).dollars()).collect();
        all.push(usd(format!("debt.{name}.{what}"), meaning, cells));
    }
    let cells = Cells::Number(years.iter().map(|it| it.dscr.unwrap_or(f64::NAN)).collect());
    let meaning = "cash of the months in which it is paid back over their service".to_owned();
    all.push(Column { name: format!("debt.{name}.dscr"), unit: "ratio", meaning, cells });
    all
}

fn usd(name: String, meaning: &str, cells: Vec<f64>) -> Column {
    Column { name, unit: "USD", meaning: meaning.to_owned(), cells: Cells::Number(cells) }
}
