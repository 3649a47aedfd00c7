//! Who pays whom when some cannot? Clearing of obligations (Eisenberg and Noe 2001), with the costs of default
//! (Rogers and Veraart 2013), ranks of debt and stakes in one another (Elsinger 2009).
//!
//! A party pays rank by rank, within a rank in proportion. Whoever cannot pay all that it owes is in default: it
//! keeps a part of its own assets and of its claims, and pays these out. What is left above all debts is equity,
//! of which stakes have a share. Of all payments that fit together, the greatest are found: everybody pays at
//! first, those who cannot join the first wave, those who cannot because of them the second, and so on. Within a
//! wave payments are passed round until they stand still, always downwards, so that none is lower than it must be.

mod network;
mod whole;

use std::collections::BTreeMap;

use crate::units::Money;

pub use network::{Debt, Network, Stake};
pub use whole::{Bill, pay};

use network::Books;

/// A gap smaller than this share of what is owed is rounding, no default.
const ROUNDING: f64 = 1e-12;
/// Payments stand still when none moves by more than this share of what is owed.
const STILL: f64 = 1e-15;
/// After so many rounds it is clear how payments fall.
const LEAP: usize = 8;
/// Rounds of payments within one wave, at most.
const ROUNDS: usize = 100_000;

/// Who pays what.
#[derive(Clone, Debug, PartialEq)]
pub struct Cleared {
    /// What each party pays of what it owes, by rank.
    pub paid: Vec<Vec<f64>>,
    /// The same as a share; 1 where nothing is owed.
    pub fractions: Vec<Vec<f64>>,
    /// What is left to each above its debts, stakes included.
    pub equity: Vec<f64>,
    /// Parties by the wave in which they default.
    pub waves: Vec<Vec<usize>>,
    /// Whether payments came to stand still.
    pub settled: bool,
}

impl Cleared {
    /// All that a party pays.
    pub fn paid_by(&self, party: usize) -> f64 {
        self.paid[party].iter().sum()
    }

    /// What is paid on each debt, in whole micro-units of the amounts owed: differences of rounded running
    /// totals, so that a party's payments sum to what it pays.
    pub fn payments(&self, network: &Network, amounts: &[Money]) -> Vec<Money> {
        let mut totals: BTreeMap<(usize, usize), (Money, Money)> = BTreeMap::new();
        let mut pay = |(debt, amount): (&Debt, &Money)| {
            let (owed, paid) = totals.entry((debt.from, debt.rank)).or_default();
            *owed = *owed + *amount;
            let fraction = self.fractions[debt.from][debt.rank];
            let until = match fraction {
                1.0 => *owed,
                part => Money { micros: libm::round(owed.micros as f64 * part) as i128 },
            };
            let now = (until - *paid).min(*amount);
            *paid = *paid + now;
            now
        };
        network.debts.iter().zip(amounts).map(&mut pay).collect()
    }

    /// Parties in default, in order.
    pub fn defaults(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.waves.iter().flatten().copied().collect();
        all.sort_unstable();
        all
    }
}

impl Network {
    /// The greatest payments that fit together.
    pub fn clear(&self) -> Cleared {
        let books = Books::of(self);
        let mut round = Round::everybody_pays(&books);
        let mut waves = Vec::new();
        let mut settled = round.settle(&books, self);
        loop {
            let fails = |it: &usize| {
                let owed = books.owed(*it);
                !round.in_default[*it]
                    && round.means(&books, *it, 1.0, 1.0) < owed * (1.0 - ROUNDING)
            };
            let wave: Vec<usize> = (0..books.parties()).filter(fails).collect();
            if wave.is_empty() {
                return round.cleared(&books, waves, settled);
            }
            wave.iter().for_each(|it| round.in_default[*it] = true);
            settled &= round.settle(&books, self);
            waves.push(wave);
        }
    }

    /// The least payments that fit together, from nobody paying upwards. Where they are below the greatest, some
    /// debts would be paid out of each other alone.
    pub fn clear_least(&self) -> Cleared {
        let books = Books::of(self);
        let mut round = Round::nobody_pays(&books);
        let settled = round.settle(&books, self);
        let all = 0..books.parties();
        let unpaid = all.filter(|it| round.fractions[books.ranks(*it)].iter().any(|it| *it < 1.0));
        let waves = vec![unpaid.collect()];
        round.cleared(&books, waves, settled)
    }
}

/// Payments on their way to standing still.
struct Round {
    in_default: Vec<bool>,
    /// Of what is owed, by party and rank.
    fractions: Vec<f64>,
    equity: Vec<f64>,
}

impl Round {
    fn everybody_pays(books: &Books) -> Self {
        let parties = books.parties();
        Self {
            in_default: vec![false; parties],
            fractions: vec![1.0; books.ranks(parties).start],
            equity: vec![0.0; parties],
        }
    }

    /// Everybody pays what it can, which is nothing as yet.
    fn nobody_pays(books: &Books) -> Self {
        let parties = books.parties();
        let owes =
            |party: usize, rank: usize| f64::from(u8::from(books.owed_in(party, rank) == 0.0));
        let ranks = books.ranks(0).len();
        let fractions = (0..parties * ranks).map(|it| owes(it / ranks, it % ranks)).collect();
        Self { in_default: vec![true; parties], fractions, equity: vec![0.0; parties] }
    }

    /// What a party has: parts of its own assets and of what others pay and are worth to it.
    fn means(&self, books: &Books, party: usize, assets: f64, claims: f64) -> f64 {
        let paid = books.claims(party).iter().map(|it| it.1 * self.fractions[it.0]);
        let worth = books.stakes(party).iter().map(|it| it.1 * self.equity[it.0]);
        assets * books.assets(party) + claims * (paid.sum::<f64>() + worth.sum::<f64>())
    }

    /// Passes payments round until they stand still; says whether they did.
    fn settle(&mut self, books: &Books, network: &Network) -> bool {
        let all = 0..books.parties();
        // Without stakes, others move nobody.
        let moves = |it: &usize| self.in_default[*it] || !network.stakes.is_empty();
        let moving: Vec<usize> = all.clone().filter(moves).collect();
        let mut last = f64::INFINITY;
        for round in 1..=ROUNDS {
            let before = (round % LEAP == 0 && books.is_straight()).then(|| self.fractions.clone());
            let moved = moving.iter().map(|it| self.pay(books, network, *it));
            let (most, sum) = moved.fold((0.0, 0.0), |(most, sum), it| (it.max(most), sum + it));
            if most <= STILL {
                all.for_each(|it| _ = self.pay(books, network, it));
                return true;
            }
            if let Some(before) = before {
                self.leap(&before, sum / last);
            }
            last = sum;
        }
        false
    }

    /// Goes where payments would come to if they went on falling as they did, each round by the same ratio
    /// (Aitken 1926). With one rank and no stakes what is passed round is linear, and what stands still is the same
    /// from wherever it is reached.
    fn leap(&mut self, before: &[f64], ratio: f64) {
        if ratio < 0.999 {
            for (it, before) in self.fractions.iter_mut().zip(before) {
                *it = (*it + (*it - before) * ratio / (1.0 - ratio)).clamp(0.0, 1.0);
            }
        }
    }

    /// One party pays anew. Returns how far it moved, as a share of what it owes and holds.
    fn pay(&mut self, books: &Books, network: &Network, party: usize) -> f64 {
        let owed = books.owed(party);
        let mut means = self.means(books, party, 1.0, 1.0);
        let short = means < owed * (1.0 - ROUNDING);
        let equity = (means - owed).max(0.0);
        let mut moved =
            (equity - self.equity[party]).abs() / equity.max(owed).max(f64::MIN_POSITIVE);
        self.equity[party] = equity;
        if !self.in_default[party] {
            return moved;
        }
        if short {
            means = self.means(books, party, network.assets_kept, network.claims_kept);
        } else {
            means = f64::INFINITY;
        }
        for (rank, at) in books.ranks(party).enumerate() {
            let owed_here = books.owed_in(party, rank);
            let fraction = if means < owed_here { means / owed_here } else { 1.0 };
            means = (means - owed_here).max(0.0);
            moved = moved.max((fraction - self.fractions[at]).abs() * owed_here / owed);
            self.fractions[at] = fraction;
        }
        moved
    }

    fn cleared(&self, books: &Books, waves: Vec<Vec<usize>>, settled: bool) -> Cleared {
        let of = |party: usize| {
            let paid = |(rank, at): (usize, usize)| self.fractions[at] * books.owed_in(party, rank);
            books.ranks(party).enumerate().map(paid).collect()
        };
        let paid = (0..books.parties()).map(of).collect();
        let fractions = |party: usize| self.fractions[books.ranks(party)].to_vec();
        let fractions = (0..books.parties()).map(fractions).collect();
        Cleared { paid, fractions, equity: self.equity.clone(), waves, settled }
    }
}
