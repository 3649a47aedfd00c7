//! Who owes whom, and who owns whom; the same by creditor and by holder.

use std::ops::Range;

/// Parties by number, what they have and what ties them.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// What each has of its own, not below nothing.
    pub assets: Vec<f64>,
    /// Who owes whom.
    pub debts: Vec<Debt>,
    /// Who owns whom. Nobody is owned by more than 1, and none that are owned in full own each other in a ring.
    pub stakes: Vec<Stake>,
    /// What a party in default keeps of its own assets: 1 without costs of default.
    pub assets_kept: f64,
    /// What it keeps of payments and stakes.
    pub claims_kept: f64,
}

/// Money that one party owes another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Debt {
    /// Who owes.
    pub from: usize,
    /// Who is owed.
    pub to: usize,
    /// How much, not below nothing.
    pub amount: f64,
    /// Paid in this order, 0 first.
    pub rank: usize,
}

/// A share of a party's equity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stake {
    /// Whose equity.
    pub of: usize,
    /// Who holds it.
    pub holder: usize,
    /// 0 to 1.
    pub share: f64,
}

impl Network {
    /// Parties of whose worth nothing ever reaches anybody outside: they own each other in full, in a ring.
    pub fn owned_in_a_ring(&self) -> Vec<usize> {
        let mut sold = vec![0.0; self.assets.len()];
        self.stakes.iter().for_each(|it| sold[it.of] += it.share);
        let mut reaches: Vec<bool> = sold.iter().map(|it| *it < 1.0 - 1e-12).collect();
        let mut before = usize::MAX;
        while before != reaches.iter().filter(|it| !**it).count() {
            before = reaches.iter().filter(|it| !**it).count();
            for it in self.stakes.iter().filter(|it| it.share > 0.0) {
                reaches[it.of] |= reaches[it.holder];
            }
        }
        (0..reaches.len()).filter(|it| !reaches[*it]).collect()
    }
}

/// Lists of `(what it hangs on, how much)`, one for each party.
#[derive(Default)]
struct Lists {
    starts: Vec<usize>,
    items: Vec<(usize, f64)>,
}

impl Lists {
    fn of(parties: usize, all: impl Iterator<Item = (usize, (usize, f64))>) -> Self {
        let mut all: Vec<(usize, (usize, f64))> = all.collect();
        all.sort_by_key(|it| it.0);
        let starts = (0..=parties).map(|it| all.partition_point(|item| item.0 < it)).collect();
        Self { starts, items: all.into_iter().map(|it| it.1).collect() }
    }

    fn at(&self, party: usize) -> &[(usize, f64)] {
        &self.items[self.starts[party]..self.starts[party + 1]]
    }
}

/// A network, made ready to be cleared.
pub(super) struct Books<'a> {
    network: &'a Network,
    /// How many ranks there are.
    ranks: usize,
    /// By party and rank.
    owed_in: Vec<f64>,
    owed: Vec<f64>,
    claims: Lists,
    stakes: Lists,
}

impl<'a> Books<'a> {
    pub fn of(network: &'a Network) -> Self {
        let parties = network.assets.len();
        let ranks = network.debts.iter().map(|it| it.rank + 1).max().unwrap_or(1);
        let mut owed_in = vec![0.0; parties * ranks];
        network.debts.iter().for_each(|it| owed_in[it.from * ranks + it.rank] += it.amount);
        let owed = owed_in.chunks(ranks).map(|it| it.iter().sum()).collect();
        let claims = network.debts.iter().map(|it| (it.to, (it.from * ranks + it.rank, it.amount)));
        let claims = Lists::of(parties, claims);
        let stakes = network.stakes.iter().map(|it| (it.holder, (it.of, it.share)));
        let stakes = Lists::of(parties, stakes);
        Self { network, ranks, owed_in, owed, claims, stakes }
    }

    /// Whether there is one rank alone and nobody owns anybody.
    pub fn is_straight(&self) -> bool {
        self.ranks == 1 && self.network.stakes.is_empty()
    }

    pub fn parties(&self) -> usize {
        self.owed.len()
    }

    pub fn assets(&self, party: usize) -> f64 {
        self.network.assets[party]
    }

    /// Where the ranks of a party stand among those of all.
    pub fn ranks(&self, party: usize) -> Range<usize> {
        party * self.ranks..(party + 1) * self.ranks
    }

    pub fn owed(&self, party: usize) -> f64 {
        self.owed[party]
    }

    pub fn owed_in(&self, party: usize, rank: usize) -> f64 {
        self.owed_in[party * self.ranks + rank]
    }

    /// What others owe a party: which rank of which party, and how much of it.
    pub fn claims(&self, party: usize) -> &[(usize, f64)] {
        self.claims.at(party)
    }

    /// What a party owns of others.
    pub fn stakes(&self, party: usize) -> &[(usize, f64)] {
        self.stakes.at(party)
    }
}
