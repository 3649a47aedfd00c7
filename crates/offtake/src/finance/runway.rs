//! How long does the cash last?

use crate::units::Money;

/// Cash after each period, and when it runs short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runway {
    /// After each period.
    pub closing_cash: Vec<Money>,
    /// The lowest of them.
    pub min_cash: Money,
    /// The first period after which it is that low, counted from 1.
    pub min_period: usize,
    /// The first period after which cash and facility together are below nothing.
    pub first_short_period: Option<usize>,
    /// What is missing at the worst, beyond the facility.
    pub funding_gap: Money,
}

impl Runway {
    /// From cash at the beginning, what comes or goes by the end of each period, and a facility that can
    /// be drawn; nothing without periods.
    pub fn of(opening: Money, flows: &[Money], facility: Money) -> Option<Self> {
        let mut cash = opening;
        let closing_cash: Vec<Money> = flows
            .iter()
            .map(|it| {
                cash = cash + *it;
                cash
            })
            .collect();
        let (lowest, min_cash) = closing_cash.iter().copied().enumerate().min_by_key(|it| it.1)?;
        let short = |it: &Money| *it + facility < Money::ZERO;
        let first_short_period = closing_cash.iter().position(short).map(|it| it + 1);
        let funding_gap = (Money::ZERO - (min_cash + facility)).at_least(Money::ZERO);
        Some(Self {
            closing_cash,
            min_cash,
            min_period: lowest + 1,
            first_short_period,
            funding_gap,
        })
    }

    /// Periods that are survived before the first that is short.
    pub fn periods(&self) -> Option<usize> {
        self.first_short_period.map(|it| it - 1)
    }
}
