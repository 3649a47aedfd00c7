//! Warrants: shares of the seller that the buyer may buy for next to nothing, part by part as power is
//! delivered and the share price has reached a target.
//!
//! AMD's to OpenAI (8-K of October 2025, exhibit 4.1): 160 million shares at 0.01 USD, the first part with
//! the first gigawatt, the last with the sixth and a share price of 600 USD. Worth is what exercise brings:
//! `shares x (share price - strike)`, nothing for the time that is left.

use super::ramp::Step;
use crate::scenario::Warrant;
use crate::time::Instant;
use crate::units::Money;

/// How many shares have vested by the last of some moments, at each of which it is looked at once, and
/// what they are worth then.
pub fn vested(it: &Warrant, watts: &[(Step, f64)], moments: &[Instant]) -> (i64, Money) {
    let parts = (libm::round(it.power / it.every) as i64).max(1);
    let mut met = 0;
    for now in moments {
        let (stands, price) = (standing(watts, *now), it.price_at(*now));
        while met < parts
            && stands >= (met + 1) as f64 * it.every * (1.0 - 1e-9)
            && price >= target(it, met, parts)
        {
            met += 1;
        }
    }
    let shares = (i128::from(it.shares) * i128::from(met) / i128::from(parts)) as i64;
    let last = moments.last().map_or(Money::ZERO, |now| it.price_at(*now));
    let each = (last - it.strike).at_least(Money::ZERO);
    (shares, Money { micros: each.micros * i128::from(shares) })
}

fn standing(watts: &[(Step, f64)], now: Instant) -> f64 {
    watts.iter().rev().find(|it| it.0.at <= now).map_or(0.0, |it| it.1)
}

/// The share price that a part asks for; those between the first and the last rise evenly.
fn target(it: &Warrant, nth: i64, parts: i64) -> Money {
    let Some((first, last)) = it.targets else { return Money::ZERO };
    let step = (last - first).micros * i128::from(nth) / i128::from((parts - 1).max(1));
    Money { micros: first.micros + step }
}

impl Warrant {
    fn price_at(&self, now: Instant) -> Money {
        let known = self.share_price.iter().rev().find(|it| it.0 <= now);
        known.map_or(Money::ZERO, |it| it.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_vests_when_its_power_stands_and_its_share_price_was_reached() {
        let usd = |dollars: i128| Money { micros: dollars * 1_000_000 };
        let at = |n: i64| Instant { millis: n };
        let it = Warrant {
            shares: 600,
            strike: Money::ZERO,
            every: 1e9,
            power: 6e9,
            targets: Some((usd(100), usd(600))),
            share_price: vec![(at(0), usd(250)), (at(5), usd(600)), (at(6), usd(150))],
        };
        let watts: Vec<_> =
            (1..=6).map(|n| (Step { at: at(n), gpus: 0 }, n as f64 * 1e9)).collect();
        let until = |n: i64| vested(&it, &watts, &(0..=n).map(at).collect::<Vec<_>>());
        assert_eq!(until(0), (0, Money::ZERO));
        assert_eq!(until(1), (100, usd(25_000)));
        // Three gigawatts stand, the third part asks for 300 USD.
        assert_eq!(until(4), (200, usd(50_000)));
        assert_eq!(until(5), (500, usd(300_000)));
        assert_eq!(until(6), (500, usd(75_000)), "the sixth came too late");
    }
}
