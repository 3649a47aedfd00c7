//! Take-or-pay: what is owed for a month, and what a year's true-up gives back.

use crate::units::Share;

/// The volume that is charged for one month: what the buyer used, or the minimum, whichever is more.
pub fn owed(minimum: i128, used: i128) -> i128 {
    used.max(minimum)
}

/// The least volume that is owed for a month: the share that the buyer promised to take. What the
/// seller did not deliver never counts towards it.
pub fn minimum(take: Share, contracted: i128, delivered: i128) -> i128 {
    take.of(contracted).min(delivered)
}

/// The volume that a year's true-up gives back: shortfall paid in one month makes up use over
/// the minimum in another, so a year owes the larger of its use and its minimum.
pub fn overpaid(charged: i128, used: i128, minimum: i128) -> i128 {
    charged - used.max(minimum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Exact;

    fn take(per_cent: i128) -> Share {
        Share(Exact::new(per_cent, 100))
    }

    #[test]
    fn the_buyer_pays_for_promised_hours_it_did_not_use() {
        let minimum = minimum(take(80), 1_000, 1_000);
        assert_eq!(owed(minimum, 500), 800);
        assert_eq!(owed(minimum, 900), 900);
    }

    #[test]
    fn hours_that_never_came_are_not_owed() {
        assert_eq!(owed(minimum(take(100), 1_000, 300), 100), 300);
    }

    #[test]
    fn a_year_owes_the_larger_of_use_and_minimum() {
        let months = [(1_000, 500), (1_000, 1_000)];
        let charged: i128 =
            months.iter().map(|(c, u)| owed(minimum(take(80), *c, 1_000), *u)).sum();
        assert_eq!(charged, 1_800);
        assert_eq!(overpaid(charged, 1_500, 1_600), 200);
    }
}
