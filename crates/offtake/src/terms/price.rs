//! The price of a GPU-millisecond, however the contract tells it.

use super::damages;
use super::ramp::{Step, held, tranches};
use crate::scenario::{Deal, Fleet, Pricing};
use crate::time::Instant;
use crate::units::{Money, Price};

/// What a deal charges, settled before it is played.
#[derive(Clone, Copy, Debug)]
pub struct Tariff {
    /// The first price: of a GPU-millisecond, of a millisecond, or of revenue.
    pub first: Price,
    /// The price of a GPU-millisecond of use above the minimum, where it is another one.
    pub overage: Option<Price>,
    /// What a GPU-millisecond of delay costs the seller, where it pays for delay.
    pub late: Option<Price>,
    /// What the promise comes to at its first price, options apart, where it can be told.
    pub face: Option<Money>,
}

impl Tariff {
    /// The prices of a deal.
    pub fn of(deal: &Deal, fleet: &Fleet) -> Self {
        let (first, face) = (first(deal, fleet), face(deal, fleet));
        let clauses = &deal.clauses;
        Self {
            first,
            overage: clauses.overage.and_then(|it| it.of_gpu_time(fleet)),
            late: clauses.damages.and_then(|it| damages::rate(it, deal, fleet, face)),
            face,
        }
    }
}

/// GPU-milliseconds that the deal promises over its term, by its calendar: before slip,
/// failures, power and use.
pub fn contracted(deal: &Deal) -> i128 {
    let until = deal.clauses.renewed_until.unwrap_or(deal.end);
    promised(deal, &tranches(&deal.promised), deal.start, until)
}

/// GPU-milliseconds that a deal promises between two moments, an exercised option included.
pub fn promised(deal: &Deal, steps: &[Step], from: Instant, to: Instant) -> i128 {
    let added = deal.expansion.map_or(0, |(at, gpus)| held(&[Step { at, gpus }], from, to));
    held(steps, from, to) + added
}

/// What a GPU-millisecond costs first; nothing where the price does not follow volume.
pub fn price(deal: &Deal, fleet: &Fleet) -> Option<Price> {
    let follows_volume = !matches!(deal.pricing, Pricing::Fixed(_) | Pricing::OfRevenue(..));
    follows_volume.then(|| first(deal, fleet))
}

/// The first price, of whatever it follows. Steps and yearly rises come with time, see
/// [`crate::scenario::Clauses::price_at`].
fn first(deal: &Deal, fleet: &Fleet) -> Price {
    match deal.pricing {
        Pricing::Fixed(price) | Pricing::OfRevenue(price, _) => price,
        Pricing::Solve => {
            let promised = held(&tranches(&deal.promised), deal.start, deal.end);
            let total = deal.total.expect("check asks for a total where the price is solved");
            Price::solving(total, promised.max(1))
        }
        told => told.of_gpu_time(fleet).expect("what is left follows volume"),
    }
}

/// The face value: the total, or what the promised volume or term comes to at the first price. An
/// option adds to it and is left out; of a share of revenue there is none.
pub fn face(deal: &Deal, fleet: &Fleet) -> Option<Money> {
    deal.total.or_else(|| at_its_price(deal, fleet))
}

/// What the promised volume or term comes to at the first price that is written.
pub fn at_its_price(deal: &Deal, fleet: &Fleet) -> Option<Money> {
    match deal.pricing {
        Pricing::Solve | Pricing::OfRevenue(..) => None,
        Pricing::Fixed(fee) => Some(fee.charge((deal.end - deal.start).millis.into())),
        told => {
            let promised = held(&tranches(&deal.promised), deal.start, deal.end);
            Some(told.of_gpu_time(fleet)?.charge(promised))
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
