//! Does money come back to where it went out? Rings of payments, each with what goes round in it.
//!
//! The widest ring comes first: the one whose smallest leg is largest. That much is taken off each of its legs,
//! so that no money is told twice, and the next is looked for in what is left.

use crate::units::Money;

/// What goes from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Out of.
    pub from: usize,
    /// Into.
    pub to: usize,
    /// How much, not below nothing.
    pub amount: Money,
}

/// Legs of which each begins where the one before ends, and the first where the last does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    /// Indices of its legs.
    pub legs: Vec<usize>,
    /// What goes round: its smallest leg, less what rings before it took.
    pub amount: Money,
}

/// All rings, the widest first. What is left of the legs goes round nowhere.
pub fn rings(legs: &[Leg]) -> Vec<Ring> {
    let mut left: Vec<Leg> = legs.to_vec();
    let mut rings = Vec::new();
    while let Some(legs) = widest(&left) {
        let amount = legs.iter().map(|it| left[*it].amount).min().unwrap_or(Money::ZERO);
        legs.iter().for_each(|it| left[*it].amount = left[*it].amount - amount);
        rings.push(Ring { legs, amount });
    }
    rings
}

/// Legs are laid out, the largest first, until one of them closes a ring: it is the smallest of the widest.
fn widest(legs: &[Leg]) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..legs.len()).collect();
    order.retain(|it| legs[*it].amount > Money::ZERO && legs[*it].from != legs[*it].to);
    order.sort_by_key(|it| std::cmp::Reverse(legs[*it].amount));
    (0..order.len()).find_map(|nth| {
        let closing = order[nth];
        let back = way(legs, &order[..nth], legs[closing].to, legs[closing].from)?;
        Some([back, vec![closing]].concat())
    })
}

/// The shortest way from one to another over some of the legs.
fn way(legs: &[Leg], over: &[usize], from: usize, to: usize) -> Option<Vec<usize>> {
    let mut ways = vec![(from, Vec::new())];
    let mut seen = vec![from];
    let mut next = 0;
    while next < ways.len() {
        let (at, way) = ways[next].clone();
        if at == to {
            return Some(way);
        }
        for leg in over.iter().copied().filter(|it| legs[*it].from == at) {
            if !seen.contains(&legs[leg].to) {
                seen.push(legs[leg].to);
                ways.push((legs[leg].to, [&way[..], &[leg]].concat()));
            }
        }
        next += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn legs(all: &[(usize, usize, i128)]) -> Vec<Leg> {
        let leg = |it: &(usize, usize, i128)| Leg {
            from: it.0,
            to: it.1,
            amount: Money { micros: it.2 },
        };
        all.iter().map(leg).collect()
    }

    #[test]
    fn what_goes_round_is_the_smallest_leg_and_is_told_once() {
        // A maker invests in a buyer, who pays a cloud, which buys from the maker; and the cloud lends to the buyer.
        let all = legs(&[(0, 1, 100), (1, 2, 60), (2, 0, 80), (2, 1, 10)]);
        let found = rings(&all);
        let amounts: Vec<i128> = found.iter().map(|it| it.amount.micros).collect();
        assert_eq!(amounts, [60], "the buyer has nothing left to pay the loan back with");
        assert_eq!(found[0].legs, [2, 0, 1]);
    }

    #[test]
    fn two_rings_share_a_leg_and_share_what_it_carries() {
        let all = legs(&[(0, 1, 100), (1, 0, 70), (1, 2, 50), (2, 0, 50)]);
        let amounts: Vec<i128> = rings(&all).iter().map(|it| it.amount.micros).collect();
        assert_eq!(amounts, [70, 30]);
    }

    #[test]
    fn what_never_comes_back_is_no_ring() {
        assert!(rings(&legs(&[(0, 1, 9), (1, 2, 9), (0, 2, 9), (3, 3, 5)])).is_empty());
    }
}
