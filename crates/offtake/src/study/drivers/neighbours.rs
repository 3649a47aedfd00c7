//! Shares from neighbours: draws that are alike in some inputs differ only by all the others.
//!
//! Single inputs: Gamboa, Gremaud, Klein and Lagnoux, "Global sensitivity analysis: a novel
//! generation of mighty estimators based on rank statistics", Bernoulli 28, 2022. Several at once:
//! Broto, Bachoc and Depecker, "Variance reduction for estimation of Shapley effects and
//! adaptation to unknown input distribution", SIAM/ASA J. Uncertainty Quantification 8, 2020.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::Split;
use super::linear::{product, solve};
use super::nearest::nearest;
use super::shapley::{Rule, chosen};
use super::tries::{PARTS, Tries};
use crate::study::Estimate;
use crate::study::estimate::moments;
use crate::study::shuffle::shuffled;

/// The draws that a group too large for every subset is split by.
const SEARCHED: usize = 2_000;

/// For each figure the split of each group; `seen` are the figures' values. No input is constant.
pub(super) fn shares(
    inputs: &[Vec<f64>],
    groups: &[Vec<usize>],
    seen: &[Vec<f64>],
) -> Vec<Vec<Split>> {
    let mut found: Vec<Vec<Split>> = seen.iter().map(|_| Vec::new()).collect();
    for group in groups {
        let rule = Rule::of(group.len());
        let draws = if rule.samples() { SEARCHED.min(seen[0].len()) } else { seen[0].len() };
        let any = shuffled(draws, "equals");
        let members: Vec<Ranked> =
            group.iter().map(|it| Ranked::of(&inputs[*it][..draws], &any)).collect();
        let figures: Vec<Figure> =
            seen.iter().map(|it| Figure::of(&it[..draws], &members)).collect();
        for (found, split) in found.iter_mut().zip(split(&rule, &members, &figures)) {
            found.push(split);
        }
    }
    found
}

/// For each figure the share of a group, and what of it each member pulls.
fn split(rule: &Rule, members: &[Ranked], figures: &[Figure]) -> Vec<Split> {
    let mut shares: Vec<BTreeMap<u32, Tries>> = vec![BTreeMap::new(); figures.len()];
    let all: Vec<usize> = (0..members.len()).collect();
    let slopes = |a: &Ranked| members.iter().map(|b| product(&a.ranks, &b.ranks)).collect();
    let gram: Vec<Vec<f64>> = members.iter().map(slopes).collect();
    for set in rule.sets() {
        let set_of: Vec<usize> = chosen(&all, set).copied().collect();
        let inputs: Vec<&Ranked> = set_of.iter().map(|it| &members[*it]).collect();
        let gram: Vec<Vec<f64>> =
            set_of.iter().map(|a| chosen(&gram[*a], set).copied().collect()).collect();
        let near = Near::of(&inputs);
        for (shares, figure) in shares.iter_mut().zip(figures) {
            let along: Vec<f64> = chosen(&figure.along, set).copied().collect();
            let rest = match inputs[..] {
                [_] => Cow::Borrowed(&figure.values),
                _ => Cow::Owned(without_slope(&figure.values, &inputs, &solve(&gram, &along))),
            };
            shares.insert(set, near.share(&rest, &figure.variance));
        }
    }
    let split = |shares: &BTreeMap<u32, Tries>| Split {
        group: shares[&rule.all()].share(),
        members: members_of(rule, |set| shares[&set]),
    };
    shares.iter().map(split).collect()
}

/// A figure less a straight line through the ranks of the inputs. What varies while the inputs are
/// known stays the same, and neighbours that are not quite alike no longer differ by the slope
/// (Abadie and Imbens, "Bias-corrected matching estimators", 2011). For a single input neighbours
/// are near enough.
fn without_slope(values: &[f64], inputs: &[&Ranked], slopes: &[f64]) -> Vec<f64> {
    let mut rest = values.to_vec();
    for (input, slope) in inputs.iter().zip(slopes) {
        for (rest, rank) in rest.iter_mut().zip(&input.ranks) {
            *rest -= slope * rank;
        }
    }
    rest
}

/// What each member pulls, with an interval that knows of the draws and of the orders.
fn members_of(rule: &Rule, share: impl Fn(u32) -> Tries) -> Vec<Estimate> {
    let whole = rule.split(|set| share(set).whole);
    let parts: Vec<Vec<Vec<f64>>> =
        (0..PARTS).map(|nth| rule.split(|set| share(set).parts[nth])).collect();
    let of_member = |rounds: &[Vec<f64>], member: usize| -> Vec<f64> {
        rounds.iter().map(|it| it[member]).collect()
    };
    let estimate = |member: usize| {
        let rounds = of_member(&whole, member);
        let parts = std::array::from_fn(|nth| moments(&of_member(&parts[nth], member)).0);
        Tries { whole: moments(&rounds).0, parts }.share_of_rounds(&rounds)
    };
    (0..whole[0].len()).map(estimate).collect()
}

/// One input by its ranks, in units of one draw, with mean zero.
struct Ranked {
    /// Its draws in rising order; equal ones in an order that hangs on nothing.
    order: Vec<u32>,
    /// The rank of each draw, the mean rank among equals. A thousandth sets equals apart: who is
    /// near in an input that takes few values is then nobody in particular.
    ranks: Vec<f64>,
}

impl Ranked {
    fn of(values: &[f64], any: &[u32]) -> Ranked {
        let mut order = any.to_vec();
        order.sort_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]));
        let mut ranks = mean_ranks(values, &order);
        for (place, draw) in any.iter().enumerate() {
            ranks[*draw as usize] += 1e-3 * place as f64 / any.len() as f64;
        }
        Ranked { order, ranks: centred(&ranks) }
    }
}

fn centred(values: &[f64]) -> Vec<f64> {
    let (mean, _) = moments(values);
    values.iter().map(|it| it - mean).collect()
}

/// The rank of each value, the mean rank among equals; `order` is their rising order.
pub(super) fn mean_ranks(values: &[f64], order: &[u32]) -> Vec<f64> {
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0;
    for equals in order.chunk_by(|a, b| values[*a as usize] == values[*b as usize]) {
        for draw in equals {
            ranks[*draw as usize] = below as f64 + (equals.len() - 1) as f64 / 2.0;
        }
        below += equals.len();
    }
    ranks
}

/// A figure with mean zero, its variance in all draws and in each part, and its products with
/// the inputs' ranks.
struct Figure {
    values: Vec<f64>,
    variance: Tries,
    along: Vec<f64>,
}

impl Figure {
    fn of(values: &[f64], members: &[Ranked]) -> Figure {
        let part = |nth| moments(&values[Tries::part(nth, values.len())]).1;
        let variance = Tries { whole: moments(values).1, parts: std::array::from_fn(part) };
        let values = centred(values);
        let along = members.iter().map(|it| product(&it.ranks, &values)).collect();
        Figure { values, variance, along }
    }
}

/// Pairs of draws that are alike in some inputs, among all draws and within each part.
struct Near {
    whole: Vec<[u32; 2]>,
    parts: Vec<Vec<[u32; 2]>>,
}

impl Near {
    fn of(inputs: &[&Ranked]) -> Near {
        let draws = inputs[0].order.len();
        let pairs = |range: Range<usize>| match inputs {
            [one] => {
                let order = one.order.iter().filter(|it| range.contains(&(**it as usize)));
                order.clone().zip(order.skip(1)).map(|(a, b)| [*a, *b]).collect()
            }
            several => {
                let columns: Vec<&[f64]> =
                    several.iter().map(|it| &it.ranks[range.clone()]).collect();
                let first = range.start as u32;
                let found = nearest(&columns).into_iter().enumerate();
                found.map(|(of, it)| [first + of as u32, first + it]).collect()
            }
        };
        let parts = (0..PARTS).map(|nth| pairs(Tries::part(nth, draws))).collect();
        Near { whole: pairs(0..draws), parts }
    }

    /// `1 - E[(y - y')^2] / 2 / variance` over pairs. The ratio is taken once, from all draws; a
    /// part's own is laid along its tangent, so that no part divides by a variance near zero.
    fn share(&self, values: &[f64], variance: &Tries) -> Tries {
        let left = |pairs: &[[u32; 2]]| {
            let apart = pairs.iter().map(|[a, b]| values[*a as usize] - values[*b as usize]);
            apart.map(|it| it * it).sum::<f64>() / (2 * pairs.len()) as f64
        };
        if variance.whole == 0.0 {
            return Tries { whole: 0.0, parts: [0.0; PARTS] };
        }
        let ratio = left(&self.whole) / variance.whole;
        let part = |nth: usize| {
            let off = left(&self.parts[nth]) - ratio * variance.parts[nth];
            1.0 - ratio - off / variance.whole
        };
        Tries { whole: 1.0 - ratio, parts: std::array::from_fn(part) }
    }
}
