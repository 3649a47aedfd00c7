//! How much can be lent, and what says so? Each limit is reckoned by itself, the least of them binds and is named.
//! Never below nothing: where no cash comes, nothing is lent, and the name is `cash`.
//!
//! Loans sized by cover are worth what the cash, over the ratio asked for, is worth at the loan's own rate
//! (E. R. Yescombe, Principles of Project Finance, 2nd edition, 2013, chapter 12).

use super::loan::level_worth;
use crate::scenario::Repays;

/// What is asked of a loan. What is not asked does not limit.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Cash available for debt service by period, the first being the first in which it is paid; below nothing
    /// counts as nothing.
    pub cash: &'a [f64],
    /// Of a period.
    pub rate: f64,
    /// Periods in which it is paid back.
    pub tenor: usize,
    /// Periods with cash that must be left when it is paid back.
    pub tail: usize,
    /// How it is paid back.
    pub repays: Repays,
    /// Cash over debt service in every period, at least.
    pub dscr: Option<f64>,
    /// What the cash until the end of the loan is worth over what is lent, at least.
    pub llcr: Option<f64>,
    /// The share of what it pays for that it may come to, in money.
    pub advance: Option<f64>,
    /// What the lender has promised.
    pub limit: Option<f64>,
}

/// What can bind a loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// There is no more cash than this.
    Cash,
    /// Cover of each period's service.
    Dscr,
    /// Cover over the loan's life.
    Llcr,
    /// What must be left of the contract when the loan is paid back.
    Tail,
    /// The share of capital that is lent.
    Advance,
    /// What was promised.
    Limit,
}

impl Binding {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Binding::Cash => "cash",
            Binding::Dscr => "dscr",
            Binding::Llcr => "llcr",
            Binding::Tail => "tail",
            Binding::Advance => "advance",
            Binding::Limit => "limit",
        }
    }
}

/// How much can be lent.
#[derive(Clone, Debug, PartialEq)]
pub struct Size {
    /// When the first period begins; never below nothing.
    pub amount: f64,
    /// Which limit it is.
    pub binding: Binding,
    /// Every limit that there is, and what it allows.
    pub limits: Vec<(Binding, f64)>,
}

impl Size {
    /// The least of the limits but for one.
    pub fn but_for(&self, one: Binding) -> f64 {
        let others = self.limits.iter().filter(|it| it.0 != one).map(|it| it.1);
        others.fold(f64::INFINITY, f64::min)
    }

    /// Where one thing alone limits.
    pub fn of(binding: Binding, amount: f64) -> Self {
        Self { amount, binding, limits: vec![(binding, amount)] }
    }
}

/// How much can be lent on cash; where limits are equal, the one that is named first in [`Binding`] binds.
pub fn size(asked: &Asked<'_>) -> Size {
    let held = asked.cash.iter().rposition(|it| *it > 0.0).map_or(0, |it| it + 1);
    let whole = asked.tenor.min(asked.cash.len());
    let short = whole.min(held.saturating_sub(asked.tail));
    let most = carried(asked, whole, 1.0);
    let mut limits = vec![(Binding::Cash, most)];
    if most > 0.0 {
        let by = asked.dscr.map_or(most, |it| carried(asked, whole, it));
        limits.extend(asked.dscr.map(|_| (Binding::Dscr, by)));
        let worth = |it| worth(&asked.cash[..short], asked.rate) / it;
        limits.extend(asked.llcr.map(|it| (Binding::Llcr, worth(it))));
        if asked.tail > 0 {
            limits.push((Binding::Tail, carried(asked, short, asked.dscr.unwrap_or(1.0))));
        }
    }
    limits.extend(asked.advance.map(|it| (Binding::Advance, it.max(0.0))));
    limits.extend(asked.limit.map(|it| (Binding::Limit, it.max(0.0))));
    let (binding, amount) =
        limits[1..].iter().fold(limits[0], |least, it| if it.1 < least.1 { *it } else { least });
    Size { amount, binding, limits }
}

/// What the cash of some periods carries at a ratio.
fn carried(asked: &Asked<'_>, periods: usize, ratio: f64) -> f64 {
    let cash = &asked.cash[..periods];
    let all = worth(cash, asked.rate);
    match asked.repays {
        Repays::Level => {
            let least = cash.iter().copied().fold(f64::INFINITY, f64::min).max(0.0);
            if periods == 0 { 0.0 } else { level_worth(least / ratio, asked.rate, periods) }
        }
        Repays::Sculpted | Repays::AtEnd => all / ratio,
        Repays::Sweep(share) => all * share.min(1.0 / ratio),
    }
}

/// What cash at each period's end is worth before the first; below nothing counts as nothing.
pub fn worth(cash: &[f64], rate: f64) -> f64 {
    cash.iter().rev().fold(0.0, |later, it| (later + it.max(0.0)) / (1.0 + rate))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finance::{Due, level, sculpted};

    const YEARS: [f64; 5] = [100.0, 120.0, 0.0, 90.0, 80.0];

    fn asked(cash: &[f64]) -> Asked<'_> {
        Asked {
            cash,
            rate: 0.08,
            tenor: cash.len(),
            tail: 0,
            repays: Repays::Sculpted,
            dscr: Some(1.3),
            llcr: None,
            advance: None,
            limit: None,
        }
    }

    #[test]
    fn a_sculpted_loan_is_worth_what_its_payments_are() {
        let it = size(&asked(&YEARS));
        let loan = sculpted(&YEARS, &[1.3; 5], 0.08);
        assert!((it.amount - loan[0].opening).abs() < 1e-9, "{it:?}");
        assert_eq!(it.binding, Binding::Dscr);
    }

    #[test]
    fn a_level_loan_is_covered_in_its_thinnest_year() {
        let cash = [100.0, 65.0, 90.0];
        let it = size(&Asked { repays: Repays::Level, ..asked(&cash) });
        let payment = level(it.amount, 0.08, 3, 0.0, Due::AtEnd)[0].service();
        assert!((65.0 / payment - 1.3).abs() < 1e-12, "{payment}");
    }

    #[test]
    fn without_cash_nothing_is_lent_and_its_name_is_cash() {
        for cash in [&[][..], &[0.0; 4], &[-5.0; 4]] {
            let it = size(&Asked { limit: Some(1e9), advance: Some(1e8), tail: 2, ..asked(cash) });
            assert_eq!((it.amount, it.binding), (0.0, Binding::Cash), "{cash:?}");
        }
    }

    #[test]
    fn the_least_limit_binds_by_its_name() {
        let all =
            Asked { llcr: Some(1.4), advance: Some(200.0), limit: Some(150.0), ..asked(&YEARS) };
        for (asked, name) in [
            (all, "limit"),
            (Asked { limit: None, ..all }, "advance"),
            (Asked { limit: None, advance: None, ..all }, "llcr"),
            (Asked { limit: None, advance: None, tail: 3, ..all }, "llcr"),
            (Asked { limit: None, advance: None, llcr: None, tail: 3, ..all }, "tail"),
            (Asked { limit: None, advance: None, llcr: None, dscr: None, ..all }, "cash"),
        ] {
            assert_eq!(size(&asked).binding.word(), name, "{asked:?}");
        }
    }

    #[test]
    fn a_tail_takes_the_last_years_of_the_contract() {
        let it = size(&Asked { tail: 2, ..asked(&YEARS) });
        let loan = sculpted(&YEARS[..3], &[1.3; 3], 0.08);
        assert!((it.amount - loan[0].opening).abs() < 1e-9, "{it:?}");
    }
}
