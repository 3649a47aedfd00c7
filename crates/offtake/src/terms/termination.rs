//! Termination: who ends a deal before its term pays the other a share of the minimum that is left.
//!
//! Compute contracts say it as a notice and a payment: Anthropic may leave SpaceX's Colossus on 90 days'
//! notice, most other commitments that are public are not cancellable at all, a share of 100 %.

use crate::scenario::Clauses;
use crate::units::Money;

/// What the buyer and what the seller pay for it, of what was left of the minimum.
pub(super) fn paid(clauses: &Clauses, left: Money) -> (Money, Money) {
    match clauses.termination {
        Some(it) if it.by_buyer => (left.times(it.fee.0), Money::ZERO),
        Some(it) => (Money::ZERO, left.times(it.fee.0)),
        None => (Money::ZERO, Money::ZERO),
    }
}
