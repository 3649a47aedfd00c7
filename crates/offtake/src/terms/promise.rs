//! What a deal promises to bring, whatever happens: the least that is owed by its promised calendar. A lender
//! lends on this.

use super::{Pledged, Step, held, price, tranches};
use crate::scenario::{Case, Deal, Fleet, Pledge, Pricing};
use crate::time::Instant;
use crate::units::{Exact, Money, Share};

/// A deal's promise.
#[derive(Clone, Debug)]
pub enum Promise {
    /// Of a deal with a fleet: its calendar, and what a GPU-millisecond of it brings at least.
    Volume(Vec<Step>, Share, Instant, Instant),
    /// A fee by time.
    Time(Share, Instant, Instant),
    /// Of a pledge.
    Calendar(Box<Pledged>),
}

impl Promise {
    /// What the buyer of a deal must take, less what it has prepaid.
    pub fn of_deal(deal: &Deal, fleet: &Fleet) -> Self {
        let kept = Exact::from_integer(1) - deal.prepay.0;
        match (deal.pricing, price(deal, fleet)) {
            (Pricing::Fixed(fee), _) => Promise::Time(Share(fee.0 * kept), deal.start, deal.end),
            (_, price) => {
                let each = price.map_or(Exact::from_integer(0), |it| it.0 * kept * deal.take.0);
                Promise::Volume(tranches(&deal.promised), Share(each), deal.start, deal.end)
            }
        }
    }

    /// What a pledge's promised calendar brings.
    pub fn of_pledge(case: &Case, pledge: &Pledge) -> Self {
        let played = pledge.promised.clone();
        Promise::Calendar(Box::new(Pledged::of(case, &Pledge { played, ..pledge.clone() })))
    }

    /// What it brings between two moments.
    pub fn between(&self, from: Instant, to: Instant) -> Money {
        let within = |start: Instant, end: Instant| (from.max(start), to.min(end));
        match self {
            Promise::Volume(steps, each, start, end) => {
                let (from, to) = within(*start, *end);
                let volume = if from < to { held(steps, from, to) } else { 0 };
                Money { micros: each.of(volume) }
            }
            Promise::Time(each, start, end) => {
                let (from, to) = within(*start, *end);
                Money { micros: each.of((to - from).millis.max(0).into()) }
            }
            Promise::Calendar(it) => it.due_by(to) - it.due_by(from),
        }
    }
}
