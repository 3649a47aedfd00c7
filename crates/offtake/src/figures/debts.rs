//! Figures of money that is lent: how much, what covers it, when it bites, what the lender gets back.

use super::Value;
use super::ancestry::Stage;
use super::lender::{Lender, Walk};
use super::look::{Look, ratio};
use super::table::{Spec, maybe, number, spec};
use crate::finance::{Cover, Payment, cover, least_and_mean};
use crate::time::Month;
use crate::units::Money;

/// A calendar year of a debt.
#[derive(Clone, Copy, Debug)]
pub struct DebtYear {
    /// Which year.
    pub year: i16,
    /// Drawn.
    pub drawn: Money,
    /// Interest that fell due.
    pub interest: Money,
    /// Instalments that fell due.
    pub principal: Money,
    /// Interest that was paid, fees among it.
    pub interest_paid: Money,
    /// What was paid back.
    pub repaid: Money,
    /// Interest and instalments that are due and unpaid at its end.
    pub overdue: Money,
    /// Owed at its end.
    pub owed: Money,
    /// Cash of the months in which it is paid back, over their service.
    pub dscr: Option<f64>,
}

impl DebtYear {
    /// All that fell due.
    pub fn service(&self) -> Money {
        self.interest + self.principal
    }
}

/// A debt by calendar year.
pub fn debt_years(look: &Look<'_>, debt: usize) -> Vec<DebtYear> {
    let books = look.played.books.debts[debt];
    let column = |account| look.monthly(account);
    let (lent, interest, called, repaid, added, paid) = (
        column(books.lent),
        column(books.interest),
        column(books.called),
        column(books.repaid),
        column(books.capitalised),
        column(books.interest_paid),
    );
    let overdue = look.overdue(debt);
    let mut owed = 0;
    let mut all: Vec<DebtYear> = Vec::new();
    for (at, (month, moved)) in lent.iter().enumerate() {
        owed += moved;
        let money = |micros| Money { micros };
        let it = DebtYear {
            year: month.year(),
            drawn: money(moved - repaid[at].1 + added[at].1),
            interest: money(interest[at].1 + added[at].1),
            principal: money(called[at].1),
            interest_paid: money(-paid[at].1),
            repaid: money(-repaid[at].1),
            overdue: overdue[at].1,
            owed: money(owed),
            dscr: cover_of_year(look, debt, month.year()),
        };
        match all.last_mut().filter(|last| last.year == it.year) {
            Some(year) => {
                year.drawn = year.drawn + it.drawn;
                year.interest = year.interest + it.interest;
                year.principal = year.principal + it.principal;
                year.interest_paid = year.interest_paid + it.interest_paid;
                year.repaid = year.repaid + it.repaid;
                year.overdue = it.overdue;
                year.owed = it.owed;
            }
            None => all.push(it),
        }
    }
    all
}

fn cover_of_year(look: &Look<'_>, debt: usize, year: i16) -> Option<f64> {
    look.case.debts[debt].secures?;
    let served = look.played.marks.debts[debt].served().filter(|it| it.month.year() == year);
    let sum = |of: fn(&crate::engine::DebtMonth) -> Money| {
        served.clone().map(of).sum::<Money>().dollars()
    };
    ratio(sum(|it| it.cash()), sum(|it| it.service()))
}

/// The least and the mean cover of the years in which a debt is paid back.
fn dscr(look: &Look<'_>, debt: usize) -> Option<(f64, f64)> {
    least_and_mean(debt_years(look, debt).iter().map(|it| it.dscr))
}

/// Cover over the lives of loan and project when repayment begins.
fn at_first(look: &Look<'_>, debt: usize) -> Option<Cover> {
    let it = &look.case.debts[debt];
    it.secures?;
    let marks = &look.played.marks.debts[debt];
    let from = it.repay_from.month();
    let ahead: Vec<_> = marks.months.iter().filter(|it| it.month >= from).collect();
    let cash: Vec<f64> = ahead.iter().map(|it| it.cash().dollars()).collect();
    let loan = marks.served().map(|it| Payment {
        opening: it.opening.dollars(),
        interest: it.interest.dollars(),
        principal: it.principal.dollars(),
        closing: (it.opening - it.principal).dollars(),
    });
    let loan: Vec<Payment> = loan.collect();
    cover(&cash, &loan, &vec![it.rate(); cash.len()], 0.0).into_iter().next()
}

/// What passed from lender to borrower.
pub(super) fn drawn(look: &Look<'_>, debt: usize) -> f64 {
    let books = look.played.books.debts[debt];
    let [lent, repaid, added] =
        [books.lent, books.repaid, books.capitalised].map(|it| look.total(it));
    (lent - repaid + added) / 1e6
}

fn month(look: &Look<'_>, debt: usize, at: Option<Month>) -> Option<Value> {
    look.case.debts.get(debt)?;
    Some(at.map_or(Value::Never, |it| Value::Date(it.to_string())))
}

fn stages(debt: usize) -> Vec<Stage> {
    vec![Stage::Debt(debt)]
}

pub(super) static DEBT: [Spec; 16] = [
    spec!(
        "size",
        "what the lender lends at most",
        "USD",
        derived,
        "least of: limit; share of capital; promised cash at the cover asked for, over the loan's life, with a tail",
        |_, d| stages(d),
        |look, d| number(look.played.marks.debts[d].size.amount)
    ),
    spec!(
        "binding",
        "what limits it",
        "word",
        derived,
        "the limit that is the least: cash, dscr, llcr, tail, advance, limit",
        |_, d| stages(d),
        |look, d| Some(Value::Word(look.played.marks.debts[d].size.binding.word()))
    ),
    spec!(
        "drawn",
        "drawn in all",
        "USD",
        simulated,
        "sum of what passed from lender to borrower",
        |_, d| stages(d),
        |look, d| number(drawn(look, d))
    ),
    spec!(
        "peak",
        "the most that is owed at a month's end",
        "USD",
        simulated,
        "drawn and added interest less what was paid back",
        |_, d| stages(d),
        |look, d| number(look.played.marks.debts[d].peak.dollars())
    ),
    spec!(
        "interest_paid",
        "interest paid, fees among it",
        "USD",
        simulated,
        "a twelfth of the yearly rate on what is owed, month by month, less what is added to the debt",
        |_, d| stages(d),
        |look, d| number(-look.total(look.played.books.debts[d].interest_paid) / 1e6)
    ),
    spec!("repaid", "paid back", "USD", simulated, "instalments", |_, d| stages(d), |look, d| {
        number(-look.total(look.played.books.debts[d].repaid) / 1e6)
    }),
    spec!(
        "service_peak",
        "most that falls due in a calendar year",
        "USD",
        simulated,
        "largest of: interest + instalments of a year",
        |_, d| stages(d),
        |look, d| {
            let due = debt_years(look, d).into_iter().map(|it| it.service());
            maybe(due.max().map(Money::dollars))
        }
    ),
    spec!(
        "unpaid",
        "still owed when the horizon ends",
        "USD",
        simulated,
        "drawn + added interest - paid back + interest that is due and unpaid",
        |_, d| stages(d),
        |look, d| {
            let books = look.played.books.debts[d];
            number((look.total(books.lent) - look.total(books.interest_due)) / 1e6)
        }
    ),
    spec!(
        "dscr_min",
        "lowest cover of debt service in a calendar year",
        "ratio",
        simulated,
        "smallest of: (bills of the deal - running costs) / (interest + instalments), years in which it is paid back",
        |_, d| stages(d),
        |look, d| maybe(dscr(look, d).map(|it| it.0))
    ),
    spec!(
        "dscr_mean",
        "mean cover of debt service",
        "ratio",
        simulated,
        "mean over the years of dscr_min",
        |_, d| stages(d),
        |look, d| maybe(dscr(look, d).map(|it| it.1))
    ),
    spec!(
        "llcr",
        "cover over the life of the loan, when repayment begins",
        "ratio",
        simulated,
        "cash until the last payment, discounted at the loan's rate / owed",
        |_, d| stages(d),
        |look, d| maybe(at_first(look, d).and_then(|it| it.llcr))
    ),
    spec!(
        "plcr",
        "cover over the life of the deal, when repayment begins",
        "ratio",
        simulated,
        "cash until the deal or the horizon ends, discounted at the loan's rate / owed",
        |_, d| stages(d),
        |look, d| maybe(at_first(look, d).and_then(|it| it.plcr))
    ),
    spec!(
        "covenant_first",
        "first month in which the promised cover is broken",
        "date",
        simulated,
        "cover of the last twelve months below the promise for longer than the cure",
        |_, d| stages(d),
        |look, d| {
            look.case.debts[d].covenant?;
            month(look, d, look.played.marks.debts[d].covenant)
        }
    ),
    spec!(
        "trap_first",
        "first month in which cash is trapped",
        "date",
        simulated,
        "cover of the last twelve months below the trap",
        |_, d| stages(d),
        |look, d| {
            look.case.debts[d].trap?;
            month(look, d, look.played.marks.debts[d].trap)
        }
    ),
    spec!(
        "paid_off",
        "month from whose end on nothing is owed",
        "date",
        simulated,
        "the first month's end at which what was drawn is paid back for good",
        |_, d| stages(d),
        |look, d| month(look, d, look.played.marks.debts[d].paid_off)
    ),
    spec!(
        "recovery",
        "what the lender gets back if the buyer walks away a year after full delivery",
        "share",
        simulated,
        "(payments out of what is let again, and what the plant then sells for, discounted at the loan's rate) / owed that day",
        |_, d| vec![Stage::Recovery(d)],
        |look, d| {
            let it = Lender::of(look, d, Walk::usual(look, d)?)?;
            maybe(it.recovery.map(|it| it.share()))
        }
    ),
];
