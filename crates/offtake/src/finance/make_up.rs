//! Take-or-pay by the year with make-up: what was paid for and not taken may be taken later.

use std::collections::VecDeque;

/// One year of such a contract, in units of what is sold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MakeUpYear {
    /// What was promised to be taken.
    pub committed: f64,
    /// What was taken.
    pub used: f64,
    /// What was paid for and not taken.
    pub shortfall: f64,
    /// What was taken above the commitment and had been paid for before.
    pub drawn: f64,
    /// Money.
    pub paid: f64,
    /// What was paid for and is not taken by the end of this year, what is lost with it included.
    pub bank: f64,
}

/// `paid = price x (max(committed, used) - drawn)`. A shortfall may be taken in the `carry` years after
/// its own, above what is committed, the oldest first; then it is lost.
pub fn make_up(years: &[(f64, f64)], price: f64, carry: usize) -> Vec<MakeUpYear> {
    // Shortfalls that may be taken, the oldest in front, one a year.
    let mut banked: VecDeque<f64> = VecDeque::new();
    let mut year = |(committed, used): &(f64, f64)| {
        let (committed, used) = (*committed, *used);
        if banked.len() > carry {
            banked.pop_front();
        }
        let mut wanted = (used - committed).max(0.0);
        let mut drawn = 0.0;
        for left in &mut banked {
            let taken = wanted.min(*left);
            *left -= taken;
            wanted -= taken;
            drawn += taken;
        }
        let shortfall = (committed - used).max(0.0);
        if carry > 0 {
            banked.push_back(shortfall);
        }
        let paid = price * (committed.max(used) - drawn);
        MakeUpYear { committed, used, shortfall, drawn, paid, bank: banked.iter().sum() }
    };
    years.iter().map(&mut year).collect()
}
