//! The price of a GPU-millisecond, however the contract tells it.

use super::ramp::{Step, held, tranches};
use crate::scenario::{Deal, Fleet, Pricing};
use crate::units::{Exact, Price};

/// GPU-milliseconds that the deal promises over its term, by its calendar: before slip,
/// failures, power and use.
pub fn contracted(deal: &Deal) -> i128 {
    let mut volume = held(&tranches(&deal.promised), deal.start, deal.end);
    if let Some((on, gpus)) = deal.expansion {
        volume += held(&[Step { at: on, gpus }], deal.start, deal.end);
    }
    volume
}

/// What a GPU-millisecond costs; nothing where the price does not follow volume.
///
/// A price per power is per IT capacity at full load, held for a time.
pub fn price(deal: &Deal, fleet: &Fleet) -> Option<Price> {
    match deal.pricing {
        Pricing::PerGpu(price) => Some(price),
        Pricing::PerPower(price) => {
            let milliwatts = Exact::new((fleet.watts_full * 1e3) as i128, 1_000);
            Some(Price(price.0 * milliwatts))
        }
        Pricing::Fixed(_) => None,
        Pricing::Solve => {
            let promised = held(&tranches(&deal.promised), deal.start, deal.end);
            let total = deal.total.expect("check asks for a total where the price is solved");
            Some(Price::solving(total, promised.max(1)))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::units::{Money, Price};

    /// $38bn over 100k to 500k GPUs for 7, 6.5 and 6 years of 8,760 hours, in cents: the public
    /// arithmetic on the announcement, to the cent.
    #[test]
    fn the_announced_total_implies_these_prices_per_gpu_hour() {
        const TABLE: [(i128, [i128; 3]); 5] = [
            (100_000, [620, 667, 723]),
            (200_000, [310, 334, 361]),
            (300_000, [207, 222, 241]),
            (400_000, [155, 167, 181]),
            (500_000, [124, 133, 145]),
        ];
        let total = Money { micros: 38_000_000_000 * 1_000_000 };
        for (gpus, cents) in TABLE {
            for (half_years, cents) in [14, 13, 12].into_iter().zip(cents) {
                let volume = gpus * half_years * 4_380 * 3_600_000;
                let hour = Price::solving(total, volume).charge(3_600_000);
                assert_eq!(
                    (hour.micros + 5_000) / 10_000,
                    cents,
                    "{gpus} GPUs, {half_years}/2 years"
                );
            }
        }
    }
}
