//! Clearing in whole micro-dollars: what bills are paid out of cash, and out of what is received with them.

use super::{Debt, Network};
use crate::units::Money;

/// What one party owes another, or somebody outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Who owes.
    pub from: usize,
    /// Who is owed; nobody among the parties where it is not said.
    pub to: Option<usize>,
    /// How much, not below nothing.
    pub amount: Money,
    /// Paid in this order, the lowest first.
    pub rank: i64,
}

/// What is paid on each bill: the greatest payments that fit together, in whole micro-dollars.
///
/// Whose cash is not told pays in full. All others pay out of their cash and what they receive, rank by rank,
/// within a rank in proportion. Shares are differences of running totals that are rounded down, so that nobody pays
/// more than it has, and who cannot pay all keeps nothing.
pub fn pay(cash: &[Option<Money>], bills: &[Bill]) -> Vec<Money> {
    let order = in_order(bills);
    let mut paid: Vec<Money> = bills.iter().map(|it| it.amount).collect();
    let mut next = round(cash, bills, &order, &paid);
    if next == paid {
        return paid;
    }
    // What floats come to is so near that few rounds are left; a little above, as rounds only fall.
    let near = cleared(cash, bills);
    next = paid.iter().zip(near).map(|(amount, it)| (it + slack(*amount)).min(*amount)).collect();
    while next != paid {
        paid = next;
        let fallen = round(cash, bills, &order, &paid);
        next = paid.iter().zip(fallen).map(|(before, now)| now.min(*before)).collect();
    }
    paid
}

/// By party and rank: a party's bills of one rank stand together.
fn in_order(bills: &[Bill]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..bills.len()).collect();
    order.sort_by_key(|it| (bills[*it].from, bills[*it].rank));
    order
}

/// What each would pay on its bills if the others paid so much.
fn round(cash: &[Option<Money>], bills: &[Bill], order: &[usize], paid: &[Money]) -> Vec<Money> {
    let mut means: Vec<Option<i128>> =
        cash.iter().map(|it| it.map(|it| it.micros.max(0))).collect();
    for (bill, paid) in bills.iter().zip(paid) {
        if let Some(means) = bill.to.and_then(|it| means[it].as_mut()) {
            *means += paid.micros;
        }
    }
    let mut next: Vec<Money> = bills.iter().map(|it| it.amount).collect();
    let same =
        |a: &usize, b: &usize| (bills[*a].from, bills[*a].rank) == (bills[*b].from, bills[*b].rank);
    for group in order.chunk_by(same) {
        let Some(means) = &mut means[bills[group[0]].from] else { continue };
        let owed: i128 = group.iter().map(|it| bills[*it].amount.micros).sum();
        if *means < owed {
            let (mut until, mut paid) = (0, 0);
            for it in group {
                until += bills[*it].amount.micros;
                next[*it].micros = part(*means, until, owed) - paid;
                paid += next[*it].micros;
            }
        }
        *means = (*means - owed).max(0);
    }
    next
}

/// `means x amount / owed`, rounded down, and a little further down where the product would not fit.
fn part(means: i128, amount: i128, owed: i128) -> i128 {
    match means.checked_mul(amount) {
        Some(product) => product / owed,
        None => part(means, amount >> 20, (owed >> 20) + 1),
    }
}

/// More than floats err by.
fn slack(amount: Money) -> Money {
    Money { micros: (amount.micros >> 36) + 2 }
}

/// The same in floats.
fn cleared(cash: &[Option<Money>], bills: &[Bill]) -> Vec<Money> {
    let mut ranks: Vec<i64> = bills.iter().map(|it| it.rank).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let outside = cash.len();
    let debt = |it: &Bill| Debt {
        from: it.from,
        to: it.to.unwrap_or(outside),
        amount: it.amount.micros as f64,
        rank: ranks.partition_point(|rank| *rank < it.rank),
    };
    let all: f64 = bills.iter().map(|it| it.amount.micros as f64).sum();
    let own = |it: &Option<Money>| it.map_or(all, |it| it.micros.max(0) as f64);
    let network = Network {
        assets: cash.iter().map(own).chain([0.0]).collect(),
        debts: bills.iter().map(debt).collect(),
        stakes: Vec::new(),
        assets_kept: 1.0,
        claims_kept: 1.0,
    };
    let amounts: Vec<Money> = bills.iter().map(|it| it.amount).collect();
    network.clear().payments(&network, &amounts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(dollars: i128) -> Money {
        Money { micros: dollars }
    }

    fn bill(from: usize, to: usize, amount: i128, rank: i64) -> Bill {
        Bill { from, to: Some(to), amount: usd(amount), rank }
    }

    #[test]
    fn who_cannot_pay_all_pays_in_proportion_within_a_rank() {
        let bills = [bill(0, 1, 100, 1), bill(0, 2, 50, 1), bill(0, 1, 30, 0), bill(0, 2, 5, 9)];
        let paid = pay(&[Some(usd(90)), None, None], &bills);
        assert_eq!(paid, [40, 20, 30, 0].map(usd));
    }

    #[test]
    fn what_is_received_with_it_is_paid_on() {
        // Each owes the next, and the first has 60 of 100: all pay 60, the third too to the first.
        let ring = [bill(0, 1, 100, 0), bill(1, 2, 100, 0), bill(2, 0, 40, 0)];
        assert_eq!(
            pay(&[Some(usd(60)), Some(usd(0)), Some(usd(0))], &ring),
            [100, 100, 40].map(usd)
        );
        assert_eq!(pay(&[Some(usd(10)), Some(usd(0)), Some(usd(0))], &ring), [50, 50, 40].map(usd));
        // Nobody has anything, and in a ring of equal bills each pays with what it gets.
        let even = [bill(0, 1, 7, 0), bill(1, 0, 7, 0)];
        assert_eq!(pay(&[Some(usd(0)), Some(usd(0))], &even), [7, 7].map(usd));
    }

    #[test]
    fn whose_cash_is_not_told_pays_in_full() {
        let bills = [bill(0, 1, 100, 0), bill(1, 0, 100, 0)];
        assert_eq!(pay(&[None, Some(usd(0))], &bills), [100, 100].map(usd));
        assert_eq!(pay(&[Some(usd(-50)), None], &bills[..1]), [usd(0)]);
    }
}
