//! Everything that is due when a month of a deal closes.

use super::prepayment::drawn;
use super::take_or_pay::{minimum, overpaid, owed};
use crate::scenario::{Deal, Pricing};
use crate::time::Span;
use crate::units::{Money, Price};

/// What happened in one month of a deal, in GPU-milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Period {
    /// By the promised calendar.
    pub contracted: i128,
    /// Installed, powered, healthy and offered.
    pub delivered: i128,
    /// Allocated to work.
    pub used: i128,
    /// How much of the term lies in the month.
    pub term: Span,
    /// Whether a year or the term ends with it.
    pub trues_up: bool,
    /// Whether the term ends with it.
    pub is_last: bool,
}

/// The running account of a deal: what was charged so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Account {
    volume: i128,
    charged: Money,
    credited_volume: i128,
    credited: Money,
    year_charged: i128,
    year_used: i128,
    year_minimum: i128,
    /// What is left of the prepayment.
    pub prepaid_left: Money,
}

/// What falls due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charges {
    /// For what was used.
    pub for_use: Money,
    /// For what was promised, delivered and not used.
    pub shortfall: Money,
    /// Given back by a year's true-up.
    pub credit: Money,
    /// Covered by the prepayment.
    pub from_prepayment: Money,
    /// Left over of the prepayment at the end of the term.
    pub returned: Money,
}

impl Charges {
    /// Charges less credits.
    pub fn billed(&self) -> Money {
        self.for_use + self.shortfall - self.credit
    }
}

/// Closes a month: what is due, by the deal's clauses.
///
/// Charges are differences of running totals, rounded once each, so that a deal cut in two sums
/// to the deal.
pub fn close(deal: &Deal, price: Option<Price>, period: &Period, account: &mut Account) -> Charges {
    let mut charges = match (price, deal.pricing) {
        (Some(price), _) => by_volume(deal, price, period, account),
        (None, Pricing::Fixed(price)) => {
            account.volume += i128::from(period.term.millis);
            let all = price.charge(account.volume);
            let charge = all - account.charged;
            account.charged = all;
            Charges { for_use: charge, ..Charges::default() }
        }
        (None, _) => Charges::default(),
    };
    charges.from_prepayment =
        drawn(deal, charges.billed().at_least(Money::ZERO), account.prepaid_left);
    account.prepaid_left = account.prepaid_left - charges.from_prepayment;
    if period.is_last {
        charges.returned = account.prepaid_left;
        account.prepaid_left = Money::ZERO;
    }
    charges
}

fn by_volume(deal: &Deal, price: Price, period: &Period, account: &mut Account) -> Charges {
    let volume = owed(deal.take, period.contracted, period.delivered, period.used);
    account.volume += volume;
    account.year_charged += volume;
    account.year_used += period.used;
    account.year_minimum += minimum(deal.take, period.contracted, period.delivered);
    let mut all = price.charge(account.volume);
    if let (Some(total), Pricing::Solve) = (deal.total, deal.pricing)
        && deal.expansion.is_none()
    {
        all = all.min(total + account.credited);
    }
    let charge = all - account.charged;
    account.charged = all;
    let shortfall = price.charge(volume - period.used).min(charge);
    let mut charges = Charges { for_use: charge - shortfall, shortfall, ..Charges::default() };
    if period.trues_up {
        charges.credit = true_up(deal, price, account);
    }
    charges
}

fn true_up(deal: &Deal, price: Price, account: &mut Account) -> Money {
    let back = overpaid(account.year_charged, account.year_used, account.year_minimum);
    (account.year_charged, account.year_used, account.year_minimum) = (0, 0, 0);
    if !deal.true_up {
        return Money::ZERO;
    }
    account.credited_volume += back;
    let all = price.charge(account.credited_volume);
    let credit = all - account.credited;
    account.credited = all;
    credit
}
