//! What moves a figure: the share of its variance that each input pulls, from draws that were
//! played anyway.
//!
//! Inputs come in groups: groups are independent of each other, the members of one hang together.
//! A group's share is its first-order Sobol share, the part of the figure's variance that would go
//! if the group were known; inside a group it is split by Shapley's rule. `docs/concepts.md`, "How
//! shares are found", has the formulas.

mod lens;
mod linear;
mod luck;
mod nearest;
mod neighbours;
mod regression;
mod shapley;
#[cfg(test)]
mod tests;
mod tries;

pub use lens::{Lens, Reading};
pub use luck::luck_share;

use super::{Column, Estimate};

/// Below so many draws rank regression is asked: a share by neighbours would have an error of over
/// three points of a hundred (Ishigami's function, 1,000 draws: 2.9 to 4.0).
const FEW: usize = 1_000;

/// The fewest draws that rank regression is asked about, and how many more than inputs.
const FEWEST: usize = 40;
const PER_INPUT: usize = 3;

/// How shares were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// From pairs of draws that lie next to each other in the inputs.
    Neighbours,
    /// From a straight line through the ranks; shares are of the variance of the ranks.
    RankRegression,
}

/// What moves one figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Drivers {
    /// What of the figure the shares speak of.
    pub lens: Lens,
    /// How they were found.
    pub method: Method,
    /// From how many draws: those in which the figure is known.
    pub draws: usize,
    /// The share of each group.
    pub groups: Vec<Estimate>,
    /// The share of each input: a group's own share split among its members.
    pub inputs: Vec<Estimate>,
}

/// What moves each of some figures, or none where the figure does not vary or the draws are too
/// few (under 40, or under three an input).
///
/// `inputs` hold one number a draw, finite, in draw order; `groups` name every input once, by its
/// index. Draws are independent, or randomised quasi-Monte-Carlo in the order they were made.
/// From 1,000 draws on shares come from neighbours, below that from rank regression.
///
/// Costs about `2^m` searches for neighbours for a group of `m` inputs up to 6; larger groups are
/// split by a few orders of their members and from 2,000 draws at most.
pub fn drivers(
    inputs: &[Vec<f64>],
    groups: &[Vec<usize>],
    figures: &[Column],
) -> Vec<Option<Drivers>> {
    let known = |it: &&Column| it.values.iter().all(|value| !value.is_nan());
    let whole: Vec<&Column> = figures.iter().filter(known).collect();
    let mut told = shares(inputs, groups, &whole).into_iter();
    figures
        .iter()
        .map(|it| if known(&it) { told.next().flatten() } else { where_known(inputs, groups, it) })
        .collect()
}

/// The same for a figure that is not known in every draw: from the draws in which it is.
fn where_known(inputs: &[Vec<f64>], groups: &[Vec<usize>], figure: &Column) -> Option<Drivers> {
    let kept = |column: &[f64]| -> Vec<f64> {
        let known = column.iter().zip(figure.values).filter(|it| !it.1.is_nan());
        known.map(|it| *it.0).collect()
    };
    let inputs: Vec<Vec<f64>> = inputs.iter().map(|it| kept(it)).collect();
    let values = kept(figure.values);
    shares(&inputs, groups, &[&Column { values: &values, ..*figure }]).pop().flatten()
}

fn shares(inputs: &[Vec<f64>], groups: &[Vec<usize>], figures: &[&Column]) -> Vec<Option<Drivers>> {
    let draws = figures.first().map_or(0, |it| it.values.len());
    if draws < FEWEST.max(PER_INPUT * inputs.len()) {
        return vec![None; figures.len()];
    }
    let lenses: Vec<Lens> = figures.iter().map(|it| Lens::of(it)).collect();
    let seen: Vec<Vec<f64>> =
        figures.iter().zip(&lenses).map(|(it, lens)| lens.all(it.values)).collect();
    let varying: Vec<Vec<usize>> = groups
        .iter()
        .map(|group| group.iter().copied().filter(|it| varies(&inputs[*it])).collect())
        .collect();
    let asked: Vec<Vec<usize>> = varying.iter().filter(|it| !it.is_empty()).cloned().collect();
    let (method, found) = if draws < FEW {
        (Method::RankRegression, regression::shares(inputs, &asked, &seen))
    } else {
        (Method::Neighbours, neighbours::shares(inputs, &asked, &seen))
    };
    let told = |((lens, seen), found): ((Lens, &Vec<f64>), Vec<Split>)| {
        let mut drivers = Drivers {
            lens,
            method,
            draws,
            groups: vec![Estimate::exact(0.0); groups.len()],
            inputs: vec![Estimate::exact(0.0); inputs.len()],
        };
        let nth = (0..groups.len()).filter(|it| !varying[*it].is_empty());
        for (nth, split) in nth.zip(found) {
            drivers.groups[nth] = split.group;
            for (input, share) in varying[nth].iter().zip(split.members) {
                drivers.inputs[*input] = share;
            }
        }
        varies(seen).then_some(drivers)
    };
    lenses.into_iter().zip(&seen).zip(found).map(told).collect()
}

/// The share of one group, and of each of its members.
struct Split {
    group: Estimate,
    members: Vec<Estimate>,
}

fn varies(values: &[f64]) -> bool {
    values.iter().any(|it| *it != values[0])
}
