//! Who owes whom how much, year by year: the legs of each layer, what is still to come of them, what goes round
//! in rings, and who could not pay if each year were cleared as a whole.

use super::look::Look;
use super::supply::distinct;
use crate::finance::{self, Cleared, Concentration, Debt, Network};
use crate::scenario::{Cell, Drawn};
use crate::units::{Money, to_f64};

/// What one party owes another in a year, in one layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Owed {
    /// Calendar year.
    pub year: i16,
    /// `rent`
    pub layer: &'static str,
    /// Index of who owes.
    pub debtor: usize,
    /// Index of who is owed.
    pub creditor: usize,
    /// Falls due in the year.
    pub due: Money,
    /// Due and not paid at its end, from earlier years too.
    pub unpaid: Money,
    /// Dollars that are contracted and not yet billed at its end.
    pub backlog: f64,
    /// Of all that the creditor has in this layer to come, from whomever.
    pub share_of_backlog: Option<f64>,
}

/// How the dues of a year in one layer are spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Calendar year.
    pub year: i16,
    /// `rent`
    pub layer: &'static str,
    /// All that falls due.
    pub due: Money,
    /// Over who is paid, in points.
    pub over_creditors: f64,
    /// Over who pays, in points.
    pub over_debtors: f64,
}

/// Money that comes back to where it went out.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// Within which calendar year; nothing for all years together.
    pub year: Option<i16>,
    /// Its legs, in order: layer, who pays whom, how much.
    pub legs: Vec<(&'static str, usize, usize, Money)>,
    /// What goes round.
    pub amount: Money,
}

/// A party's part in the clearing of a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YearOf {
    /// Calendar year.
    pub year: i16,
    /// Index of the party.
    pub party: usize,
    /// Dollars it has of its own: cash when the year begins, and what comes in beside the deals.
    pub has: f64,
    /// Dollars it owes.
    pub owes: f64,
    /// Dollars it pays.
    pub pays: f64,
    /// The same where default has its costs.
    pub pays_at_cost: f64,
    /// The wave of default in which it fails, from 1; nothing where it does not.
    pub wave: Option<usize>,
    /// The same where default has its costs.
    pub wave_at_cost: Option<usize>,
}

/// The network of what is owed after a play.
#[derive(Clone, Debug, Default)]
pub struct Exposure {
    /// By year, layer, debtor and creditor.
    pub owed: Vec<Owed>,
    /// By year and layer.
    pub spread: Vec<Spread>,
    /// By year, and over all years; the widest first.
    pub rounds: Vec<Round>,
    /// By year, those whose cash is told.
    pub years: Vec<YearOf>,
}

/// Reads the network of a play.
pub fn exposure(look: &Look<'_>) -> Exposure {
    let mut years: Vec<i16> = look.played.ledger.months().map(|it| it.year()).collect();
    years.dedup();
    let mut it = Exposure::default();
    for year in years {
        let of_year = owed(look, year);
        it.spread.extend(spread(&of_year));
        it.rounds.extend(rounds(look, Some(year), &of_year));
        it.years.extend(cleared(look, year, &of_year));
        it.owed.extend(of_year);
    }
    it.rounds.extend(rounds(look, None, &it.owed));
    it
}

/// What each owes each in a year, layer by layer.
fn owed(look: &Look<'_>, year: i16) -> Vec<Owed> {
    let mut all: Vec<Owed> = Vec::new();
    for (nth, it) in look.case.contracts().enumerate() {
        let (due, unpaid) = (look.due_in(nth, year), look.unpaid_at(nth, year));
        let backlog = look.backlog_after(nth, year).unwrap_or(0.0);
        let same =
            |a: &&mut Owed| (a.layer, a.debtor, a.creditor) == (it.layer, it.buyer, it.seller);
        match all.iter_mut().find(same) {
            Some(leg) => {
                leg.due = leg.due + due;
                leg.unpaid = leg.unpaid + unpaid;
                leg.backlog += backlog;
            }
            None => all.push(Owed {
                year,
                layer: it.layer,
                debtor: it.buyer,
                creditor: it.seller,
                due,
                unpaid,
                backlog,
                share_of_backlog: None,
            }),
        }
    }
    all.retain(|it| it.due != Money::ZERO || it.unpaid != Money::ZERO || it.backlog > 0.0);
    let shares: Vec<Option<f64>> = all.iter().map(|it| share_of_backlog(&all, it)).collect();
    all.iter_mut().zip(shares).for_each(|(it, share)| it.share_of_backlog = share);
    all
}

fn share_of_backlog(all: &[Owed], of: &Owed) -> Option<f64> {
    let same = |it: &&Owed| (it.layer, it.creditor) == (of.layer, of.creditor);
    let whole: f64 = all.iter().filter(same).map(|it| it.backlog).sum();
    (whole > 0.0).then(|| of.backlog / whole)
}

/// How the dues of each layer are spread over who is paid and over who pays.
fn spread(of_year: &[Owed]) -> Vec<Spread> {
    let layers = distinct(of_year.iter().map(|it| it.layer));
    let of_layer = |layer: &'static str| {
        let all: Vec<&Owed> = of_year.iter().filter(|it| it.layer == layer).collect();
        Some(Spread {
            year: all[0].year,
            layer,
            due: all.iter().map(|it| it.due).sum(),
            over_creditors: points(&all, |it| it.creditor)?,
            over_debtors: points(&all, |it| it.debtor)?,
        })
    };
    layers.into_iter().filter_map(of_layer).collect()
}

/// Concentration of what is due over one of its sides.
fn points(all: &[&Owed], side: fn(&Owed) -> usize) -> Option<f64> {
    let due =
        |party: usize| all.iter().filter(|it| side(it) == party).map(|it| it.due).sum::<Money>();
    let sides = distinct(all.iter().map(|it| side(it))).into_iter();
    let amounts: Vec<f64> = sides.map(|it| due(it).dollars()).collect();
    Concentration::of(&amounts).map(|it| it.hhi)
}

/// Rings among the parties over all layers; who is owned by more than half stands for its owner.
fn rounds(look: &Look<'_>, year: Option<i16>, owed: &[Owed]) -> Vec<Round> {
    let mut legs: Vec<(&'static str, usize, usize, Money)> = Vec::new();
    for it in owed {
        let same = |leg: &&mut (&str, usize, usize, Money)| {
            (leg.0, leg.1, leg.2) == (it.layer, it.debtor, it.creditor)
        };
        match legs.iter_mut().find(same) {
            Some(leg) => leg.3 = leg.3 + it.due,
            None => legs.push((it.layer, it.debtor, it.creditor, it.due)),
        }
    }
    let owners = look.owners();
    let leg = |it: &(&str, usize, usize, Money)| finance::Leg {
        from: owners[it.1],
        to: owners[it.2],
        amount: it.3.at_least(Money::ZERO),
    };
    let rings = finance::rings(&legs.iter().map(leg).collect::<Vec<_>>());
    let round = |it: finance::Ring| Round {
        year,
        legs: it.legs.into_iter().map(|leg| legs[leg]).collect(),
        amount: it.amount,
    };
    rings.into_iter().map(round).collect()
}

/// The clearing of a year as a whole, each year for itself: what was unpaid before is left out.
fn cleared(look: &Look<'_>, year: i16, of_year: &[Owed]) -> Vec<YearOf> {
    let told: Vec<Option<f64>> =
        (0..look.case.parties.len()).map(|party| look.own_means(party, year)).collect();
    let debt = |it: &Owed| Debt {
        from: it.debtor,
        to: it.creditor,
        amount: it.due.dollars().max(0.0),
        rank: 0,
    };
    let debts: Vec<Debt> = of_year.iter().map(debt).collect();
    let owes = |party: usize| -> f64 {
        debts.iter().filter(|it| it.from == party).map(|it| it.amount).sum()
    };
    // Whose cash is not told is thought able to pay.
    let assets = told.iter().enumerate().map(|(party, it)| it.unwrap_or_else(|| owes(party)));
    let mut plain = Network {
        assets: assets.collect(),
        stakes: look.stakes(),
        assets_kept: 1.0,
        claims_kept: 1.0,
        debts: debts.clone(),
    };
    // The worth of parties that own each other in full is nobody's.
    if !plain.owned_in_a_ring().is_empty() {
        plain.stakes.clear();
    }
    let kept = look.kept_in_default();
    let costly = Network { assets_kept: kept, claims_kept: kept, ..plain.clone() }.clear();
    let plain = plain.clear();
    let wave =
        |it: &Cleared, party| it.waves.iter().position(|it| it.contains(&party)).map(|it| it + 1);
    let of_party = |(party, told): (usize, &Option<f64>)| {
        Some(YearOf {
            year,
            party,
            has: (*told)?,
            owes: owes(party),
            pays: plain.paid_by(party),
            pays_at_cost: costly.paid_by(party),
            wave: wave(&plain, party),
            wave_at_cost: wave(&costly, party),
        })
    };
    told.iter().enumerate().filter_map(of_party).filter(|it| it.owes > 0.0).collect()
}

impl Look<'_> {
    fn due_in(&self, contract: usize, year: i16) -> Money {
        let dues = self.dues(contract).into_iter();
        dues.filter(|it| it.0.year() == year).map(|it| it.1).sum()
    }

    /// Arrears at a year's end.
    fn unpaid_at(&self, contract: usize, year: i16) -> Money {
        let payable = self.monthly(self.played.books.owed(contract).0).into_iter();
        let owed = payable.filter(|it| it.0.year() <= year).map(|it| -it.1).sum::<i128>();
        Money { micros: owed.max(0) }
    }

    /// By party: who owns more than half of it, and of its owner; itself where nobody does.
    fn owners(&self) -> Vec<usize> {
        let stakes = self.stakes();
        let owner = |of: usize| stakes.iter().find(|it| it.of == of && it.share > 0.5);
        let root = |party: usize| {
            let step = |at: &usize| owner(*at).map(|it| it.holder);
            // Owners of each other would go round for ever.
            let owned = std::iter::successors(Some(party), step).take(stakes.len() + 1);
            owned.last().unwrap_or(party)
        };
        (0..self.case.parties.len()).map(root).collect()
    }

    /// Who holds which share of whom, among the parties of the scenario.
    fn stakes(&self) -> Vec<finance::Stake> {
        let party = |name: &str| self.case.parties.iter().position(|it| it.name == name);
        let mut all = Vec::new();
        for (of, row) in self.scenario.parties.iter().enumerate() {
            let Some(Cell::Map(stakes)) = self.scenario.row(*row).cells.get("stakes") else {
                continue;
            };
            for (name, input) in stakes {
                if let (Some(holder), Drawn::Number(share)) = (party(name), self.draw.get(*input)) {
                    all.push(finance::Stake { of, holder, share: to_f64(share) });
                }
            }
        }
        all
    }

    /// Dollars that a party has for its dues in a year, beside what others owe it; nothing where its cash is not
    /// told.
    fn own_means(&self, party: usize, year: i16) -> Option<f64> {
        self.case.parties[party].tells_cash().then(|| {
            let months = self.party_months(party);
            let before = months.iter().rev().find(|it| it.month.year() < year).map(|it| it.cash);
            let opening = before.or(self.case.parties[party].cash).unwrap_or(Money::ZERO);
            let comes = months.iter().filter(|it| it.month.year() == year);
            let comes: Money = comes.map(|it| it.margin + it.funding - it.other_compute).sum();
            (opening.at_least(Money::ZERO) + comes).at_least(Money::ZERO).dollars()
        })
    }

    /// What a party that cannot pay keeps of what it has and is owed.
    fn kept_in_default(&self) -> f64 {
        let input = self.scenario.row(self.scenario.head).input("kept_in_default");
        match input.map(|it| self.draw.get(it)) {
            Some(Drawn::Number(it)) => to_f64(it),
            _ => 1.0,
        }
    }
}
