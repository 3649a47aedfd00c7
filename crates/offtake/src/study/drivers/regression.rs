//! Shares from a straight line through the ranks, where draws are few: standardised rank
//! regression coefficients (Iman and Conover, "The use of the rank transform in regression",
//! Technometrics 21, 1979). They see what is monotone.

use std::collections::BTreeMap;

use super::Split;
use super::linear::{product, solve};
use super::neighbours::mean_ranks;
use super::shapley::{Rule, chosen};
use super::tries::Tries;
use crate::study::Estimate;
use crate::study::estimate::moments;

/// For each figure the split of each group; `seen` are the figures' values. No input is constant.
pub(super) fn shares(
    inputs: &[Vec<f64>],
    groups: &[Vec<usize>],
    seen: &[Vec<f64>],
) -> Vec<Vec<Split>> {
    let rules: Vec<Rule> = groups.iter().map(|it| Rule::of(it.len())).collect();
    let find = |kept: &[usize]| {
        let lines = Lines::of(inputs, kept);
        let one = |it: &Vec<f64>| lines.shares(groups, &rules, &standard(it, kept));
        seen.iter().flat_map(one).collect()
    };
    let found: Vec<Estimate> =
        Tries::leaving_out(seen[0].len(), find).iter().map(Tries::share).collect();
    let mut rest = &found[..];
    let mut split = |group: &Vec<usize>| {
        let (own, others) = rest.split_at(1 + group.len());
        rest = others;
        Split { group: own[0], members: own[1..].to_vec() }
    };
    seen.iter().map(|_| groups.iter().map(&mut split).collect()).collect()
}

/// The ranks of what is kept, with mean zero and variance one; all zero for a constant.
fn standard(values: &[f64], kept: &[usize]) -> Vec<f64> {
    let values: Vec<f64> = kept.iter().map(|it| values[*it]).collect();
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]));
    let ranks = mean_ranks(&values, &order);
    let (mean, variance) = moments(&ranks);
    let scale = if variance > 0.0 { 1.0 / libm::sqrt(variance) } else { 0.0 };
    ranks.iter().map(|it| (it - mean) * scale).collect()
}

/// The inputs of some draws, and how they hang together.
struct Lines {
    inputs: Vec<Vec<f64>>,
    correlations: Vec<Vec<f64>>,
}

impl Lines {
    fn of(inputs: &[Vec<f64>], kept: &[usize]) -> Lines {
        let inputs: Vec<Vec<f64>> = inputs.iter().map(|it| standard(it, kept)).collect();
        let with = |a: &Vec<f64>| inputs.iter().map(|b| correlation(a, b)).collect();
        let correlations = inputs.iter().map(with).collect();
        Lines { inputs, correlations }
    }

    /// The shares of each group and then of its members, in one figure's ranks.
    ///
    /// A set of inputs explains `c' R^-1 c`, with `R` the correlations of the set and `c` those with
    /// the group's own line; a single one the square of its coefficient. What chance alone would
    /// explain, the residual variance per coefficient, is taken off.
    fn shares(&self, groups: &[Vec<usize>], rules: &[Rule], figure: &[f64]) -> Vec<f64> {
        let own: Vec<f64> = self.inputs.iter().map(|it| correlation(it, figure)).collect();
        let slopes = solve(&self.correlations, &own);
        let freedom = figure.len().saturating_sub(self.inputs.len() + 1).max(1);
        let chance = (1.0 - product(&slopes, &own)) / freedom as f64;
        let mut shares = Vec::new();
        for (group, rule) in groups.iter().zip(rules) {
            let slopes: Vec<f64> = group.iter().map(|it| slopes[*it]).collect();
            let line: Vec<f64> =
                group.iter().map(|it| product(&self.among(*it, group), &slopes)).collect();
            let worth = |set: u32| {
                let inputs: Vec<usize> = chosen(group, set).copied().collect();
                let line: Vec<f64> = chosen(&line, set).copied().collect();
                let matrix: Vec<Vec<f64>> =
                    inputs.iter().map(|it| self.among(*it, &inputs)).collect();
                product(&solve(&matrix, &line), &line) - inputs.len() as f64 * chance
            };
            let worth: BTreeMap<u32, f64> =
                rule.sets().into_iter().map(|set| (set, worth(set))).collect();
            let rounds = rule.split(|set| worth[&set]);
            let mean = |k: usize| rounds.iter().map(|it| it[k]).sum::<f64>() / rounds.len() as f64;
            shares.push(worth[&rule.all()]);
            shares.extend((0..group.len()).map(mean));
        }
        shares
    }

    /// The correlations of one input with some.
    fn among(&self, one: usize, some: &[usize]) -> Vec<f64> {
        some.iter().map(|it| self.correlations[one][*it]).collect()
    }
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    product(a, b) / (a.len() - 1) as f64
}
