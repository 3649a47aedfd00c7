//! The share of luck: what still varies when every input is known.

use super::lens::Lens;
use super::tries::{PARTS, Tries};
use crate::study::Estimate;
use crate::study::estimate::moments;

/// The share of a figure's variance that luck pulls, alone and together with inputs.
///
/// `pairs` are plays with equal inputs and another luck, the inputs drawn anew for each pair:
/// `E[(a - b)^2] / 2` over the variance of all of them, an intraclass correlation taken from one.
/// Pairs with a value that is not known are left out. None under 40 pairs, or where nothing varies.
pub fn luck_share(pairs: &[(f64, f64)], lens: &Lens) -> Option<Estimate> {
    let seen: Vec<[f64; 2]> = pairs
        .iter()
        .map(|it| [lens.see(it.0), lens.see(it.1)])
        .filter(|it| !it[0].is_nan() && !it[1].is_nan())
        .collect();
    let varies = seen.as_flattened().iter().any(|it| *it != seen[0][0]);
    if seen.len() < 2 * PARTS || !varies {
        return None;
    }
    let share = |kept: &[usize]| {
        let kept: Vec<[f64; 2]> = kept.iter().map(|it| seen[*it]).collect();
        let halves = kept.iter().map(|[a, b]| (a - b) * (a - b) / 2.0).sum::<f64>();
        let (_, variance) = moments(kept.as_flattened());
        vec![if variance > 0.0 { halves / kept.len() as f64 / variance } else { 0.0 }]
    };
    Tries::leaving_out(seen.len(), share).pop().map(|it| it.share())
}
