//! The debts of a case: who owes whom, for what, and how it is paid back.

use super::{Cells, index};
use crate::scenario::nouns::{Debt, DebtKind, Repays, Serves};
use crate::units::{Exact, Share, to_f64};

/// Milliseconds of a twelfth of a year.
const TWELFTH: i128 = 31_536_000_000 / 12;

pub(super) fn debt(cells: &Cells<'_>) -> Debt {
    let draw_from = cells.moment("draw.from").expect("check has seen when it is drawn");
    let draw_until = cells.moment("draw.until").unwrap_or(draw_from.month().end());
    let repay_from = cells.moment("repay.from").unwrap_or(draw_until).month().start();
    let number = |key: &str| cells.exact(key).map(to_f64);
    let months = |key: &str| cells.months(key).map_or(0, |it| libm::round(it) as usize);
    let share = |key: &str| Share(cells.exact(key).unwrap_or_default());
    Debt {
        name: cells.row.name.clone(),
        kind: match cells.row.word("kind") {
            Some("notes") => DebtKind::Notes,
            Some("revolver") => DebtKind::Revolver,
            _ => DebtKind::Loan,
        },
        borrower: index(&cells.scenario.parties, cells, "borrower"),
        lender: index(&cells.scenario.parties, cells, "lender"),
        secures: secures(cells),
        limit: cells.money("limit"),
        advance: Share(cells.exact("advance").unwrap_or(Exact::from_integer(1))),
        draw_from,
        draw_until,
        monthly: (cells.must("rate") + share("margin").0) * Exact::from_integer(TWELFTH),
        capitalises: cells.row.word("interest") == Some("capitalised"),
        fee: share("fee"),
        repays: match cells.row.word("repay.kind") {
            Some("sculpted") => Repays::Sculpted,
            Some("sweep") => Repays::Sweep(number("repay.share").unwrap_or(1.0)),
            Some("at-end") => Repays::AtEnd,
            _ => Repays::Level,
        },
        repay_from,
        months: months("repay.term").max(1),
        dscr: number("repay.dscr"),
        llcr: number("repay.llcr"),
        tail: months("repay.tail"),
        reserve: cells.months("reserve").unwrap_or(0.0),
        covenant: number("covenant.dscr").map(|it| (it, months("covenant.cure"))),
        trap: number("trap.dscr"),
        relet: (cells.float("relet.share"), months("relet.after")),
    }
}

fn secures(cells: &Cells<'_>) -> Option<Serves> {
    let deal = cells.row.target("secures")?;
    let at = |all: &[_]| all.iter().position(|it| *it == deal);
    let (deals, pledges) = (&cells.scenario.deals, &cells.scenario.pledges);
    at(deals).map(Serves::Deal).or_else(|| at(pledges).map(Serves::Pledge))
}
