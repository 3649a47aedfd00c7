//! Deposit: a share of the total that is paid on the first day and held, as in leases: it comes back
//! when the term ends, or is set against the last bills.
//!
//! A prepayment is drawn down from the first bill on; see `prepayment.rs`.

use crate::scenario::Clauses;
use crate::units::Money;

/// What is paid on the first day.
pub fn deposited(clauses: &Clauses, face: Option<Money>) -> Money {
    let of =
        |(it, face): (crate::scenario::Deposit, Money)| Money { micros: it.share.of(face.micros) };
    clauses.deposit.zip(face).map_or(Money::ZERO, of)
}

/// How much of a bill the deposit covers: what it holds over what the promised calendar still has to
/// bill later, so that the last bills are covered and no others.
pub(super) fn drawn(clauses: &Clauses, bill: Money, to_come: Money, left: Money) -> Money {
    if !clauses.deposit.is_some_and(|it| it.pays_last_bills) {
        return Money::ZERO;
    }
    let free = (left - to_come).at_least(Money::ZERO);
    bill.min(free).at_least(Money::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Deposit;
    use crate::units::{Exact, Share};

    #[test]
    fn the_last_bills_are_covered_and_no_others() {
        let usd = |dollars: i128| Money { micros: dollars * 1_000_000 };
        let deposit = Deposit { share: Share(Exact::new(25, 100)), pays_last_bills: true };
        let clauses = Clauses { deposit: Some(deposit), ..Clauses::default() };
        let mut left = deposited(&clauses, Some(usd(100)));
        assert_eq!(left, usd(25));
        let covered = [80, 70, 60, 50, 40, 30, 20, 10, 0].map(|to_come| {
            let covered = drawn(&clauses, usd(10), usd(to_come), left);
            left = left - covered;
            covered
        });
        assert_eq!(covered, [0, 0, 0, 0, 0, 0, 5, 10, 10].map(usd));
        assert_eq!(left, Money::ZERO);
    }
}
