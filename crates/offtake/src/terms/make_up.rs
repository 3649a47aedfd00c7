//! Make-up: what was paid for and not used may be used later, above the minimum, at no charge.
//!
//! Contracts for gas have it beside take-or-pay: volume that was paid and not taken is made up in
//! later years, the oldest first, and lapses when its time is over. With the deal all of it does:
//! `engine/clauses.rs`. A period is what the true-up
//! counts: a calendar year, or a month where nothing is trued up. By the year this is
//! `finance::make_up`.

use std::collections::VecDeque;

use crate::time::Instant;

/// What may still be used at no charge, in GPU-milliseconds, the oldest in front.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    left: VecDeque<(Instant, i128)>,
}

/// What a period did to the bank, in GPU-milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MadeUp {
    /// Paid for and not used in it.
    pub banked: i128,
    /// Used above its minimum and paid for before.
    pub used: i128,
    /// No longer usable.
    pub lapsed: i128,
}

impl Bank {
    /// Closes a period that ends at a moment: what was used above its minimum is made up, what was
    /// not used is put aside until so many calendar months later.
    pub fn closes(&mut self, now: Instant, months: f64, minimum: i128, used: i128) -> MadeUp {
        let mut it = MadeUp::default();
        while let Some((_, volume)) = self.left.pop_front_if(|it| it.0 < now) {
            it.lapsed += volume;
        }
        let mut wanted = (used - minimum).max(0);
        for (_, left) in &mut self.left {
            let taken = wanted.min(*left);
            *left -= taken;
            wanted -= taken;
            it.used += taken;
        }
        self.left.retain(|it| it.1 > 0);
        it.banked = (minimum - used).max(0);
        if it.banked > 0 {
            self.left.push_back((now.plus_months(months), it.banked));
        }
        it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_is_made_up_oldest_first_until_it_lapses() {
        let years = |n: f64| Instant::default().plus_months(12.0 * n);
        let mut bank = Bank::default();
        let mut closes = |year: f64, used| bank.closes(years(year), 24.0, 100, used);
        assert_eq!(closes(1.0, 70), MadeUp { banked: 30, ..MadeUp::default() });
        assert_eq!(closes(2.0, 80), MadeUp { banked: 20, ..MadeUp::default() });
        assert_eq!(closes(3.0, 110), MadeUp { used: 10, ..MadeUp::default() });
        assert_eq!(closes(4.0, 130), MadeUp { used: 20, lapsed: 20, ..MadeUp::default() });
    }
}
