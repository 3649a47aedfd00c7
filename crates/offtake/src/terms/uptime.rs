//! Service credits: where uptime of a month is below a promised one, a share of that month's bill
//! is given back.
//!
//! Clouds state it as a scale: a tenth of the bill below the first mark, more below the next (the
//! service level agreements of AWS, Azure and Google for virtual machines have three). The lowest
//! mark that was missed counts; a bill is never credited more than once.

use crate::scenario::Uptime;
use crate::units::{Exact, Money};

/// Delivered over landed: what is healthy and offered, of what stands under power. What is late is no
/// matter of uptime.
pub fn uptime(delivered: i128, landed: i128) -> Option<Exact> {
    (landed > 0).then(|| Exact::new(delivered.min(landed), landed))
}

/// What is given back of a month's bill.
pub fn credit(it: &Uptime, bill: Money, delivered: i128, landed: i128) -> Money {
    let Some(uptime) = uptime(delivered, landed) else { return Money::ZERO };
    let missed = it.credits.iter().find(|(below, _)| uptime < *below);
    missed.map_or(Money::ZERO, |(_, share)| bill.at_least(Money::ZERO).times(*share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_mark_that_was_missed_counts() {
        let share = |per_cent| Exact::new(per_cent, 100);
        let it = Uptime { credits: vec![(share(95), share(30)), (share(99), share(10))] };
        let bill = Money { micros: 1_000 };
        let credits = [1_000, 990, 989, 950, 949, 0].map(|of| credit(&it, bill, of, 1_000).micros);
        assert_eq!(credits, [0, 0, 100, 100, 300, 300]);
        assert_eq!(credit(&it, bill, 0, 0), Money::ZERO, "nothing had landed");
    }
}
