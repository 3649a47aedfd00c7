//! A running total at a price: a charge is the difference of two totals, rounded once each, so that a
//! deal cut in two sums to the deal.

use crate::units::{Money, Price};

/// What was charged so far at the price that counts. Another price begins another total.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Running {
    price: Option<Price>,
    volume: i128,
    charged: Money,
}

impl Running {
    /// Adds a volume at a price; all that it charges is at most a sum, where one is said.
    pub fn charge(&mut self, price: Price, volume: i128, most: Option<Money>) -> Money {
        if self.price != Some(price) {
            *self = Running { price: Some(price), ..Running::default() };
        }
        self.volume += volume;
        let all = price.charge(self.volume);
        let all = most.map_or(all, |most| all.min(most));
        let due = all - self.charged;
        self.charged = all;
        due
    }

    /// What was charged at this price.
    pub fn charged(&self) -> Money {
        self.charged
    }
}
