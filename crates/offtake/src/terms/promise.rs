//! What a deal promises to bring, whatever happens: the least that is owed by its promised calendar, at the
//! prices that are written. A lender lends on this.

use super::{Pledged, Step, held, price, tranches};
use crate::scenario::{Case, Deal, Fleet, Pledge, Pricing};
use crate::time::Instant;
use crate::units::{Exact, Money, Price, Share};

/// A deal's promise.
#[derive(Debug)]
pub enum Promise<'c> {
    /// Of a deal with a fleet: its calendar, and its first price. A share of revenue promises nothing.
    Deal(&'c Deal, &'c Fleet, Vec<Step>, Option<Price>),
    /// Of a pledge.
    Calendar(Box<Pledged>),
}

impl<'c> Promise<'c> {
    /// What the buyer of a deal must take, less what it has prepaid.
    pub fn of_deal(deal: &'c Deal, fleet: &'c Fleet) -> Self {
        let first = match deal.pricing {
            Pricing::Fixed(fee) => Some(fee),
            _ => price(deal, fleet),
        };
        Promise::Deal(deal, fleet, tranches(&deal.promised), first)
    }

    /// What a pledge's promised calendar brings.
    pub fn of_pledge(case: &Case, pledge: &Pledge) -> Self {
        let played = pledge.promised.clone();
        Promise::Calendar(Box::new(Pledged::of(case, &Pledge { played, ..pledge.clone() })))
    }

    /// What it brings between two moments of a month.
    pub fn between(&self, from: Instant, to: Instant) -> Money {
        let (deal, fleet, steps, first) = match self {
            Promise::Deal(deal, fleet, steps, Some(first)) => (deal, fleet, steps, *first),
            Promise::Deal(..) => return Money::ZERO,
            Promise::Calendar(it) => return it.due_by(to) - it.due_by(from),
        };
        let (from, to) = (from.max(deal.start), to.min(deal.end.min(deal.end_played)));
        if to <= from {
            return Money::ZERO;
        }
        let kept = Exact::from_integer(1) - deal.prepay.0;
        let price = deal.clauses.price_at(first, fleet, from).0 * kept;
        let micros = match deal.pricing {
            Pricing::Fixed(_) => Share(price).of((to - from).millis.into()),
            _ => Share(price * deal.take.0).of(held(steps, from, to)),
        };
        Money { micros }
    }
}
