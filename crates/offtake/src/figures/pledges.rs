//! Figures of deals whose machines are not told: what is due, how much power comes.

use super::ancestry::Stage;
use super::table::{Spec, number, spec};
use crate::units::Money;

pub(super) static PLEDGE: [Spec; 4] = [
    spec!(
        "face_value",
        "face value, as announced",
        "USD",
        reported,
        "as written",
        |_, p| vec![Stage::Pledge(p)],
        |look, p| number(look.case.pledges[p].total?.dollars())
    ),
    spec!(
        "contracted_mw",
        "power at the meter when all of it is there, as announced",
        "MW",
        reported,
        "as written",
        |_, p| vec![Stage::Pledge(p)],
        |look, p| number(look.case.pledges[p].power?.watts as f64 / 1e6)
    ),
    spec!(
        "billed",
        "due over the horizon",
        "USD",
        simulated,
        "face value x share of the capacity held (over time) or come (on delivery)",
        |_, p| vec![Stage::Pledge(p), Stage::Horizon],
        |look, p| {
            look.case.pledges[p].total?;
            number(look.pledge_dues(p).into_iter().map(|it| it.1).sum::<Money>().dollars())
        }
    ),
    spec!(
        "months_late",
        "months between the promised and the real end of the ramp",
        "month",
        derived,
        "calendar months from the promised day to the played one",
        |_, p| vec![Stage::Pledge(p)],
        |look, p| {
            let it = &look.case.pledges[p];
            number(it.played.full.months_since(it.promised.full).max(0.0))
        }
    ),
];

/// What a pledge is worth where its value is public.
pub(super) fn face(look: &super::Look<'_>, pledge: usize) -> f64 {
    look.case.pledges[pledge].total.map_or(0.0, Money::dollars)
}
