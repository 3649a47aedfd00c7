//! Delay damages: what the seller pays for each day that something promised is late, after some
//! days of grace and up to a share of the total, as a credit on the bill.
//!
//! FIDIC's conditions of contract (1999 and 2017, sub-clause 8.7 and 8.8) have the shape: a sum for
//! every day between the time for completion and the day it is complete, up to a maximum stated in
//! the contract data. Here each GPU has its own day, by the promised calendar.

use super::ramp::{Step, held};
use crate::scenario::{Damages, DamagesRate, Deal, Fleet};
use crate::time::{Instant, Span};
use crate::units::{Exact, Money, Price};

/// What a GPU-millisecond of delay costs. A share of the total is that of what is late, as a share
/// of all that is promised.
pub(super) fn rate(it: Damages, deal: &Deal, fleet: &Fleet, face: Option<Money>) -> Option<Price> {
    match it.rate {
        DamagesRate::Money(price) => price.of_gpu_time(fleet),
        DamagesRate::OfTotal(share) => {
            let all = i128::from(deal.promised.gpus.max(1));
            Some(Price(share * Exact::new(face?.micros, all)))
        }
    }
}

/// GPU-milliseconds that were due between two moments, by a calendar that comes later by the
/// grace, and did not stand: `max(0, promised(t - grace) - landed(t))` over the time.
pub fn late(promised: &[Step], grace: Span, from: Instant, to: Instant, landed: i128) -> i128 {
    let earlier = |at: Instant| Instant { millis: at.millis - grace.millis };
    (held(promised, earlier(from), earlier(to)) - landed).max(0)
}

/// The most that damages come to.
pub fn most(it: &Damages, face: Option<Money>) -> Option<Money> {
    it.cap.zip(face).map(|(cap, face)| Money { micros: cap.of(face.micros) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> Instant {
        Instant { millis: n * Span::DAY.millis }
    }

    #[test]
    fn each_gpu_is_late_by_its_own_days_beyond_the_grace() {
        // Ten GPUs are due on day 0 and ten more on day 10; all twenty land on day 25.
        let promised = [Step { at: day(0), gpus: 10 }, Step { at: day(10), gpus: 20 }];
        let landed = 20 * i128::from((day(31) - day(25)).millis);
        let gpu_days = |grace: i64| {
            let grace = Span { millis: grace * Span::DAY.millis };
            late(&promised, grace, day(0), day(31), landed) / i128::from(Span::DAY.millis)
        };
        assert_eq!(gpu_days(0), 10 * 25 + 10 * 15);
        assert_eq!(late(&promised, Span::DAY, day(0), day(5), 0), 40 * 86_400_000);
        assert_eq!(gpu_days(5), 10 * 20 + 10 * 10);
    }
}
