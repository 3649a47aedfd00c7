//! Shapley's rule: what a member adds to those that came before it, the mean over all orders in
//! which they may come (Owen, "Sobol' indices and Shapley value", 2014).

use std::collections::BTreeSet;

use crate::study::shuffle::shuffled;

/// The largest group of which every subset is asked.
const ALL_SUBSETS: usize = 6;

/// Pairs of orders that larger groups are asked in: one, and the same backwards.
const ORDERS: usize = 8;

/// One member joining others, which are told as a set of bits.
#[derive(Clone, Copy, Debug)]
struct Step {
    others: u32,
    member: usize,
    weight: f64,
}

/// How a group's share is split among its members.
pub(super) struct Rule {
    members: usize,
    /// One round if every subset is asked, else one for each pair of orders.
    rounds: Vec<Vec<Step>>,
}

impl Rule {
    /// For a group of 1 to 32 members.
    pub fn of(members: usize) -> Rule {
        let rounds = if members <= ALL_SUBSETS {
            vec![every_subset(members)]
        } else {
            (0..ORDERS).map(|nth| both_ways(members, nth)).collect()
        };
        Rule { members, rounds }
    }

    /// Whether only some of the subsets are asked.
    pub fn samples(&self) -> bool {
        self.rounds.len() > 1
    }

    /// All the members.
    pub fn all(&self) -> u32 {
        u32::MAX >> (32 - self.members)
    }

    /// The sets of members whose worth is needed; the empty one, worth nothing, is not.
    pub fn sets(&self) -> BTreeSet<u32> {
        let steps = self.rounds.iter().flatten();
        let sets = steps.flat_map(|it| [it.others, it.others | 1 << it.member]);
        sets.filter(|it| *it != 0).collect()
    }

    /// What each member is worth, given the worth of sets, by rounds: their mean is the answer.
    pub fn split(&self, worth: impl Fn(u32) -> f64) -> Vec<Vec<f64>> {
        let worth = |set: u32| if set == 0 { 0.0 } else { worth(set) };
        let split = |steps: &Vec<Step>| {
            let mut parts = vec![0.0; self.members];
            for it in steps {
                let added = worth(it.others | 1 << it.member) - worth(it.others);
                parts[it.member] += it.weight * added;
            }
            parts
        };
        self.rounds.iter().map(split).collect()
    }
}

/// The members that a set of bits tells.
pub(super) fn chosen<T>(members: &[T], set: u32) -> impl Iterator<Item = &T> {
    members.iter().enumerate().filter(move |it| set & 1 << it.0 != 0).map(|it| it.1)
}

/// `|u|! (m - |u| - 1)! / m!` is the share of orders in which exactly `u` comes before.
fn every_subset(members: usize) -> Vec<Step> {
    let factorial = |n: usize| (1..=n).map(|it| it as f64).product::<f64>();
    let joins = |others: u32| (0..members).filter(move |it| others & 1 << it == 0);
    let step = |others: u32, member: usize| {
        let before = others.count_ones() as usize;
        let orders = factorial(before) * factorial(members - before - 1);
        Step { others, member, weight: orders / factorial(members) }
    };
    (0..1 << members).flat_map(|set| joins(set).map(move |it| step(set, it))).collect()
}

fn both_ways(members: usize, nth: usize) -> Vec<Step> {
    let order = shuffled(members, &format!("order {nth}"));
    let mut steps = walk(order.iter());
    steps.extend(walk(order.iter().rev()));
    steps
}

fn walk<'a>(order: impl Iterator<Item = &'a u32>) -> Vec<Step> {
    let mut others = 0;
    order
        .map(|member| {
            let step = Step { others, member: *member as usize, weight: 0.5 };
            others |= 1 << member;
            step
        })
        .collect()
}
