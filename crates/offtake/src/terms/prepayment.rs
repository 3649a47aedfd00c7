//! Prepayment: paid on the first day, drawn down against the bills.

use crate::scenario::Deal;
use crate::units::Money;

/// What is paid on the first day.
pub fn prepaid(deal: &Deal) -> Money {
    Money { micros: deal.prepay.of(deal.total.unwrap_or(Money::ZERO).micros) }
}

/// How much of a bill the prepayment covers: the prepaid share of it, or all of it where the
/// contract draws it down first; never more than is left.
pub fn drawn(deal: &Deal, bill: Money, left: Money) -> Money {
    let covered =
        if deal.prepay_first { bill } else { Money { micros: deal.prepay.of(bill.micros) } };
    covered.min(left)
}
