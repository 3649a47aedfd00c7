//! A network as it was written, with places; and what is made of it when all names are known.

use std::collections::BTreeMap;

use offtake::finance::{Debt, Network, Stake};
use offtake::scenario::Place;
use offtake::units::{Exact, Money, nearest, to_f64};

use crate::faults::Faults;

/// A name where it stands.
#[derive(Clone)]
pub struct Name {
    pub text: String,
    pub at: Place,
}

/// Everything that was read, whether it fits together or not.
#[derive(Default)]
pub struct Draft {
    pub parties: Vec<(Name, Money)>,
    pub debts: Vec<Owes>,
    pub stakes: Vec<Held>,
}

/// One obligation. What was missing or wrong is a fault already, and hides no other.
pub struct Owes {
    from: Option<Name>,
    to: Option<Name>,
    pub amount: Money,
    rank: usize,
}

/// One stake.
pub struct Held {
    pub of: Name,
    pub holder: Name,
    pub share: Exact,
    pub at: Place,
}

/// Parties by number.
pub struct Known<'a> {
    by_name: BTreeMap<&'a str, usize>,
}

impl Known<'_> {
    fn find(&self, name: &Name, faults: &mut Faults) -> Option<usize> {
        let found = self.by_name.get(name.text.as_str()).copied();
        if found.is_none() {
            let near = nearest(&name.text, self.by_name.keys().copied());
            let help = match near {
                Some(it) => format!("did you mean `{it}`?"),
                None => "every party stands in the list of parties, with what it has".to_owned(),
            };
            faults.mistake(name.at, format!("no party is called `{}`", name.text), Some(help));
        }
        found
    }
}

impl Draft {
    /// Checks what must fit together. Of no use where there is a fault.
    pub fn network(&self, keeps: (f64, f64), faults: &mut Faults) -> Network {
        let known = self.known(faults);
        let assets = self.parties.iter().map(|it| it.1.dollars()).collect();
        let debts = self.debts.iter().filter_map(|it| it.debt(&known, faults)).collect();
        let stakes = self.stakes(&known, faults);
        let network = Network { assets, debts, stakes, assets_kept: keeps.0, claims_kept: keeps.1 };
        let ring = network.owned_in_a_ring();
        if let Some(first) = ring.first() {
            let names: Vec<&str> =
                ring.iter().map(|it| self.parties[*it].0.text.as_str()).collect();
            let told = format!(
                "{} own each other in full: nobody outside owns any of it",
                names.join(", ")
            );
            let help = "let some of it be held outside: stakes below 100 %".to_owned();
            faults.mistake(self.parties[*first].0.at, told, Some(help));
        }
        network
    }

    fn known(&self, faults: &mut Faults) -> Known<'_> {
        let mut by_name = BTreeMap::new();
        for (number, (name, assets)) in self.parties.iter().enumerate() {
            if by_name.insert(name.text.as_str(), number).is_some() {
                faults.mistake(
                    name.at,
                    format!("the party `{}` stands here twice", name.text),
                    None,
                );
            }
            if *assets < Money::ZERO {
                let help = "what it owes outside is an obligation to one more party".to_owned();
                let told = format!("`{}` has less than nothing", name.text);
                faults.mistake(name.at, told, Some(help));
            }
        }
        Known { by_name }
    }

    /// Stakes by number; nobody is owned by more than all of it.
    fn stakes(&self, known: &Known<'_>, faults: &mut Faults) -> Vec<Stake> {
        let mut sold: BTreeMap<usize, Exact> = BTreeMap::new();
        let mut stakes = Vec::new();
        for it in &self.stakes {
            let ends = (known.find(&it.of, faults), known.find(&it.holder, faults));
            let (Some(of), Some(holder)) = ends else { continue };
            if of == holder {
                let told = format!("`{}` holds a stake in itself", it.of.text);
                faults.mistake(it.at, told, Some("leave out treasury shares".to_owned()));
            }
            let sum = sold.entry(of).or_default();
            let before = *sum;
            *sum += it.share;
            let all = Exact::from_integer(1);
            if *sum > all && before <= all {
                let percent = offtake::units::compact(to_f64(*sum) * 100.0);
                let told = format!("stakes in `{}` come to {percent} %", it.of.text);
                faults.mistake(
                    it.at,
                    told,
                    Some("all stakes in one party are 100 % at most".to_owned()),
                );
            }
            stakes.push(Stake { of, holder, share: to_f64(it.share) });
        }
        stakes
    }
}

impl Owes {
    pub fn of(
        from: Option<Name>,
        to: Option<Name>,
        amount: Option<Money>,
        rank: Option<usize>,
    ) -> Self {
        Self { from, to, amount: amount.unwrap_or(Money::ZERO), rank: rank.unwrap_or(0) }
    }

    fn debt(&self, known: &Known<'_>, faults: &mut Faults) -> Option<Debt> {
        let mut find = |it: &Option<Name>| known.find(it.as_ref()?, faults);
        let (from, to) = (find(&self.from), find(&self.to));
        if let Some(it) = self.to.as_ref().filter(|_| from.is_some() && from == to) {
            faults.mistake(it.at, format!("`{}` owes money to itself", it.text), None);
        }
        if let Some(it) = self.from.as_ref().filter(|_| self.amount < Money::ZERO) {
            let help = "turn `from` and `to` round".to_owned();
            faults.mistake(it.at, "less than nothing is owed", Some(help));
        }
        Some(Debt { from: from?, to: to?, amount: self.amount.dollars(), rank: self.rank })
    }
}
