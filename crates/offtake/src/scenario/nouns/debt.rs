//! Debts with every value settled.

use super::Serves;
use crate::time::Instant;
use crate::units::{Exact, Money, Share};

/// What sort of debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DebtKind {
    /// Secured on a deal, drawn for the plant behind it.
    Loan,
    /// On the borrower's name.
    Notes,
    /// Drawn and paid back as cash goes.
    Revolver,
}

/// How a loan is to be paid back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Repays {
    /// In payments that are all alike.
    Level,
    /// In the shape of the cash.
    Sculpted,
    /// With this share of the cash.
    Sweep(f64),
    /// All of it with the last payment.
    AtEnd,
}

/// Money that is lent.
#[derive(Clone, Debug)]
pub struct Debt {
    /// `ddtl`
    pub name: String,
    /// What sort.
    pub kind: DebtKind,
    /// Index of who owes.
    pub borrower: usize,
    /// Index of who is owed.
    pub lender: usize,
    /// Whose payments secure it.
    pub secures: Option<Serves>,
    /// What the lender has promised.
    pub limit: Option<Money>,
    /// Share of capital that is lent.
    pub advance: Share,
    /// From when on it is drawn.
    pub draw_from: Instant,
    /// From when on nothing more is drawn.
    pub draw_until: Instant,
    /// Interest of a month.
    pub monthly: Exact,
    /// Whether interest is added to what is owed until repayment begins.
    pub capitalises: bool,
    /// Paid for each amount drawn.
    pub fee: Share,
    /// How it is paid back.
    pub repays: Repays,
    /// The beginning of the first month at whose end it is paid back.
    pub repay_from: Instant,
    /// Months in which it is paid back.
    pub months: usize,
    /// Cover of promised cash in every month.
    pub dscr: Option<f64>,
    /// Cover of promised cash over its life.
    pub llcr: Option<f64>,
    /// Months for which the deal must bring cash after it.
    pub tail: usize,
    /// Months of service held in reserve.
    pub reserve: f64,
    /// Cover that is promised, and for how many months it may be lower.
    pub covenant: Option<(f64, usize)>,
    /// Cover below which cash is trapped.
    pub trap: Option<f64>,
    /// What is let to others brings this share, after so many months.
    pub relet: (f64, usize),
}

impl Debt {
    /// The first moment after its last month.
    pub fn matures(&self) -> Instant {
        self.repay_from.plus_months(self.months as f64)
    }

    /// Interest of a month, as a plain number.
    pub fn rate(&self) -> f64 {
        crate::units::to_f64(self.monthly)
    }
}
