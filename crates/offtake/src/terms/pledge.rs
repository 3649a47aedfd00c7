//! A deal told by its calendar alone: what falls due as capacity comes, or while it is held.

use super::ramp::{Step, held, standing, tranches};
use super::running::Running;
use super::{calendar, damages, deposit, termination};
use crate::scenario::{Case, DamagesRate, Pledge, Pricing};
use crate::time::Instant;
use crate::units::{Exact, Money, Price};

/// A pledge's calendars and how they are paid.
#[derive(Clone, Debug)]
pub struct Pledged {
    /// In parts, as played.
    pub steps: Vec<Step>,
    promised: Vec<Step>,
    total: Money,
    /// Part-milliseconds that the promised calendar holds over the term: what the total pays for.
    volume: i128,
    over_time: bool,
    start: Instant,
    end: Instant,
    /// What a part-millisecond of delay costs the seller.
    late_rate: Option<Price>,
    late: Running,
    deposit_left: Money,
}

/// What falls due for a pledge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PledgeCharges {
    /// For what is held or has come.
    pub due: Money,
    /// Paid by the seller for what is late.
    pub damages: Money,
    /// Paid by the buyer for ending it.
    pub fee: Money,
    /// Paid by the seller for ending it.
    pub fee_of_seller: Money,
    /// Paid first and held.
    pub deposited: Money,
    /// Covered by the deposit.
    pub from_deposit: Money,
    /// Left over of the deposit at the end.
    pub deposit_returned: Money,
}

impl Pledged {
    /// The calendars of a pledge.
    pub fn of(case: &Case, it: &Pledge) -> Self {
        let promised = tranches(&it.promised);
        Self {
            steps: calendar(case, it),
            total: it.total.unwrap_or(Money::ZERO),
            volume: held(&promised, it.start, it.end).max(1),
            promised,
            over_time: it.paid_over_time,
            start: it.start,
            end: it.end_played,
            late_rate: late_rate(it),
            late: Running::default(),
            deposit_left: Money::ZERO,
        }
    }

    /// What has fallen due by a moment, rounded once: what is paid over time by the share of the
    /// promised capacity-time that was held, what is paid on delivery by the share that has come.
    pub fn due_by(&self, now: Instant) -> Money {
        self.calls_for_by(now.min(self.end))
    }

    /// What the calendar calls for by a moment, whether or not it is ended before.
    fn calls_for_by(&self, now: Instant) -> Money {
        let share = if self.over_time {
            Exact::new_raw(held(&self.steps, self.start, now.max(self.start)), self.volume)
        } else {
            // What comes at this moment falls due from it on.
            let before = Instant { millis: now.millis - 1 };
            let parts = if before < self.start { 0 } else { standing(&self.steps, before) };
            Exact::new_raw(i128::from(parts), i128::from(Pledge::PARTS))
        };
        self.total.times(share)
    }

    /// Closes the time between two moments: what is due, by the pledge's clauses.
    pub fn closes(&mut self, it: &Pledge, from: Instant, to: Instant) -> PledgeCharges {
        let clauses = &it.clauses;
        let raised = |money: Money| match clauses.index {
            Some(index) => money.times(index.factor(from.max(self.start))),
            None => money,
        };
        let mut charges = PledgeCharges {
            due: raised(self.due_by(to) - self.due_by(from)),
            ..PledgeCharges::default()
        };
        let to_come = self.to_come(it, to.min(self.end));
        let is_last = from < self.end && self.end <= to;
        if is_last {
            (charges.fee, charges.fee_of_seller) = termination::paid(clauses, to_come);
        }
        charges.damages = self.damages(it, from, to);
        if (from..to).contains(&self.start) {
            self.deposit_left = deposit::deposited(clauses, it.total);
            charges.deposited = self.deposit_left;
        }
        let to_come = if is_last { Money::ZERO } else { to_come };
        let bill = charges.billed() + charges.fee_of_seller;
        charges.from_deposit = deposit::drawn(clauses, bill, to_come, self.deposit_left);
        self.deposit_left = self.deposit_left - charges.from_deposit;
        if is_last {
            charges.deposit_returned = std::mem::take(&mut self.deposit_left);
        }
        charges
    }

    /// What is still due after a moment, each month as it has risen by then.
    fn to_come(&self, it: &Pledge, from: Instant) -> Money {
        let rest = |at| self.total - self.calls_for_by(at);
        let Some(index) = it.clauses.index else { return rest(from).at_least(Money::ZERO) };
        let (mut sum, mut at) = (Money::ZERO, from);
        while at < it.end {
            let until = at.month().end().min(it.end);
            sum = sum + (rest(at) - rest(until)).times(index.factor(at.max(self.start)));
            at = until;
        }
        (sum + rest(at).times(index.factor(at))).at_least(Money::ZERO)
    }

    fn damages(&mut self, it: &Pledge, from: Instant, to: Instant) -> Money {
        let (Some(rate), Some(damages)) = (self.late_rate, &it.clauses.damages) else {
            return Money::ZERO;
        };
        let (since, until) = (from.max(self.start), to.min(self.end));
        if until <= since {
            return Money::ZERO;
        }
        let stood = held(&self.steps, since, until);
        let late = damages::late(&self.promised, damages.grace, since, until, stood);
        self.late.charge(rate, late, damages::most(damages, it.total))
    }
}

impl PledgeCharges {
    /// Charges less credits.
    pub fn billed(&self) -> Money {
        self.due + self.fee - self.damages - self.fee_of_seller
    }
}

/// What a part-millisecond of delay costs the seller, where it pays for that.
fn late_rate(it: &Pledge) -> Option<Price> {
    let of_all = match it.clauses.damages?.rate {
        DamagesRate::OfTotal(share) => share * it.total?.micros,
        DamagesRate::Money(Pricing::PerPower(price)) => {
            price.0 * (i128::from(it.power?.watts) * MILLIWATTS)
        }
        DamagesRate::Money(_) => return None,
    };
    Some(Price(of_all / i128::from(Pledge::PARTS)))
}

/// Of a watt.
const MILLIWATTS: i128 = 1_000;
