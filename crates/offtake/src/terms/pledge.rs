//! A deal told by its calendar alone: what falls due as capacity comes, or while it is held.

use super::ramp::{Step, held, standing, tranches};
use crate::scenario::Pledge;
use crate::time::Instant;
use crate::units::{Exact, Money};

/// A pledge's calendars and how they are paid.
#[derive(Clone, Debug)]
pub struct Pledged {
    /// In parts, as played.
    pub steps: Vec<Step>,
    total: Money,
    /// Part-milliseconds that the promised calendar holds over the term: what the total pays for.
    volume: i128,
    over_time: bool,
    start: Instant,
    end: Instant,
}

impl Pledged {
    /// The calendars of a pledge.
    pub fn of(it: &Pledge) -> Self {
        Self {
            steps: tranches(&it.played),
            total: it.total.unwrap_or(Money::ZERO),
            volume: held(&tranches(&it.promised), it.start, it.end).max(1),
            over_time: it.paid_over_time,
            start: it.start,
            end: it.end,
        }
    }

    /// What has fallen due by a moment, rounded once: what is paid over time by the share of the
    /// promised capacity-time that was held, what is paid on delivery by the share that has come.
    pub fn due_by(&self, now: Instant) -> Money {
        let now = now.min(self.end);
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
}

/// What falls due between two moments.
pub fn due(pledged: &Pledged, from: Instant, to: Instant) -> Money {
    pledged.due_by(to) - pledged.due_by(from)
}
