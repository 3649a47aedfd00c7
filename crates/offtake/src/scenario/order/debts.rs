//! What must fit together in money that is lent.

use crate::scenario::case::Cells;
use crate::scenario::check::Scenario;
use crate::scenario::report::Report;
use crate::scenario::row::{Row, RowId};
use crate::units::to_f64;

/// What hangs on the cash of a deal.
const OF_CASH: [&str; 8] = [
    "advance",
    "repay.dscr",
    "repay.llcr",
    "repay.tail",
    "repay.share",
    "reserve",
    "covenant",
    "trap",
];

/// What does not hang on values.
pub fn sides(scenario: &Scenario, report: &mut Report) {
    for row in scenario.debts.iter().map(|it| scenario.row(*it)) {
        if let (Some(borrower), Some(lender)) = (row.target("borrower"), row.target("lender"))
            && borrower == lender
        {
            report.lender_is_borrower(row.at("lender"), &scenario.row(borrower).name);
        }
        match row.target("secures") {
            Some(deal) => collateral(scenario, row, scenario.row(deal), report),
            None if row.says("secures") => {}
            None => on_a_name(row, report),
        }
    }
}

fn collateral(scenario: &Scenario, row: &Row, deal: &Row, report: &mut Report) {
    if let (Some(seller), Some(borrower)) = (deal.target("seller"), row.target("borrower"))
        && seller != borrower
    {
        let seller = &scenario.row(seller).name;
        report.secured_by_a_stranger(row.at("secures"), &row.path, &deal.path, seller);
    }
    let is_built = |it: &RowId| scenario.row(*it).target("deal") == row.target("secures");
    if row.says("advance") && !scenario.plants.iter().any(is_built) {
        report.advance_of_nothing(row.at("advance"), &row.path, &deal.path);
    }
    if !["limit", "repay.dscr", "repay.llcr"].iter().any(|it| row.says(it)) {
        report.debt_without_size(row.place, &row.path);
    }
}

fn on_a_name(row: &Row, report: &mut Report) {
    if row.word("kind") == Some("loan") {
        report.loan_without_collateral(row.place, &row.path);
        return;
    }
    if !row.says("limit") {
        report.debt_without_size(row.place, &row.path);
    }
    let nests =
        |key: &str| row.places.keys().find(|it| it.split('.').next() == Some(key) || **it == key);
    for key in OF_CASH.iter().filter_map(|it| nests(it)) {
        report.cash_of_nothing(row.at(key), &row.path, key);
    }
    if let Some(kind) = row.word("repay.kind").filter(|it| matches!(*it, "sculpted" | "sweep")) {
        report.cash_of_nothing(
            row.at("repay.kind"),
            &row.path,
            &format!("repay.kind = \"{kind}\""),
        );
    }
}

/// What hangs on values.
pub fn values(debt: &Cells<'_>, head: &Cells<'_>, report: &mut Report) {
    let row = debt.row;
    let yearly = |key: &str| debt.exact(key).map_or(0.0, |it| to_f64(it) * 31_536_000_000.0);
    let rate = yearly("rate") + yearly("margin");
    if rate > 1.0 {
        let key = if yearly("rate") > 1.0 { "rate" } else { "margin" };
        report.absurd_rate(row.at(key), &row.path, &format!("{:.0} % a year", rate * 100.0));
    }
    let Some(from) = debt.date("draw.from") else { return };
    let until = debt.date("draw.until");
    if let Some(until) = until.filter(|it| *it <= from) {
        report.never_drawn(
            row.at("draw.until"),
            &row.path,
            &format!("{until} is not after {from}"),
        );
    } else if let (Some(first), Some(last)) = (head.date("horizon.from"), head.date("horizon.to"))
        && (from < first || from >= last)
    {
        let why = format!("{from} is not within the horizon, {first} to {last}");
        report.never_drawn(row.at("draw.from"), &row.path, &why);
    }
    if let (Some(repaid), Some(until)) = (debt.date("repay.from"), until)
        && repaid < until
    {
        let (at, path) = (row.at("repay.from"), &row.path);
        report.repaid_before_drawn(at, path, &repaid.to_string(), &until.to_string());
    }
}
