//! What a deal promises to bring, whatever happens: the least that is owed by its promised calendar, at the
//! prices that are written. A lender lends on this.

use super::{Pledged, Step, contracted_between, held, price, tranches};
use crate::scenario::{Case, Deal, Fleet, Pledge, Pricing};
use crate::time::{Instant, Span};
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
        at_least(deal, Price(price), held(steps, from, to), to - from)
    }

    /// What of a deal is billed at the least from a moment to the end of its term as played, prepaid or not:
    /// a renewal and an option count, each month at its price. A pledge: what falls due after it.
    pub fn after(&self, from: Instant) -> Money {
        let (deal, fleet, steps, first) = match self {
            Promise::Deal(deal, fleet, steps, Some(first)) => (deal, fleet, steps, *first),
            Promise::Deal(..) => return Money::ZERO,
            Promise::Calendar(it) => return it.due_by(Instant::NEVER) - it.due_by(from),
        };
        let mut left = Money::ZERO;
        let mut at = from.max(deal.start);
        while at < deal.end_played {
            let to = at.month().end().min(deal.end_played);
            let price = deal.clauses.price_at(first, fleet, at);
            left = left + at_least(deal, price, contracted_between(deal, steps, at, to), to - at);
            at = to;
        }
        left
    }
}

/// What is due at a price whether it is used or not.
fn at_least(deal: &Deal, price: Price, volume: i128, term: Span) -> Money {
    let micros = match deal.pricing {
        Pricing::Fixed(_) => Share(price.0).of(term.millis.into()),
        _ => Share(price.0 * deal.take.0).of(volume),
    };
    Money { micros }
}
