//! What figures are computed from: a case, its ledger, and what was noticed.

use crate::engine::Played;
use crate::finance;
use crate::ledger::Account;
use crate::scenario::{Case, Draw, Scenario, WorkKind};
use crate::terms;
use crate::time::Month;
use crate::units::Money;

/// A played case, looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// What was asked.
    pub scenario: &'a Scenario,
    /// At which reading.
    pub draw: &'a Draw,
    /// What was played.
    pub case: &'a Case,
    /// What happened.
    pub played: &'a Played,
}

/// A party's month in money: what came in and what was due.
#[derive(Clone, Copy, Debug)]
pub struct PartyMonth {
    /// Which month.
    pub month: Month,
    /// Revenue.
    pub revenue: Money,
    /// Revenue less what is spent before compute.
    pub margin: Money,
    /// Bills of the deals it buys.
    pub rent_due: Money,
    /// Compute outside the deals.
    pub other_compute: Money,
    /// Chips, sites and what is named nowhere, bought by deals of this file.
    pub purchases: Money,
    /// New equity and debt.
    pub funding: Money,
    /// Cash at its end, everything in the scenario counted.
    pub cash: Money,
    /// Cash at its end if there were only this file's deals.
    pub cash_alone: Money,
}

/// A party's year, for coverage.
#[derive(Clone, Copy, Debug)]
pub struct PartyYear {
    /// Which year.
    pub year: i16,
    /// Whether all twelve months were played.
    pub is_whole: bool,
    /// Revenue.
    pub revenue: Money,
    /// Revenue less what is spent before compute.
    pub margin: Money,
    /// Bills of the deals it buys.
    pub rent_due: Money,
    /// Compute outside the rent: outside the deals, or bought by deals of other layers.
    pub other_compute: Money,
}

impl PartyYear {
    /// Margin over the rent due.
    pub fn coverage(&self) -> Option<f64> {
        ratio(self.margin.dollars(), self.rent_due.dollars())
    }

    /// Margin over the rent and all other compute.
    pub fn coverage_all(&self) -> Option<f64> {
        ratio(self.margin.dollars(), (self.rent_due + self.other_compute).dollars())
    }
}

/// A quotient, where there is something to divide by.
pub fn ratio(above: f64, below: f64) -> Option<f64> {
    (below > 0.0).then(|| above / below)
}

impl Look<'_> {
    /// What an account holds at the end.
    pub fn total(&self, account: Account) -> f64 {
        self.played.ledger.balance(account) as f64
    }

    /// What moved into an account, by month.
    pub fn monthly(&self, account: Account) -> Vec<(Month, i128)> {
        self.played.ledger.by_month(account)
    }

    /// GPU-hours of all work of a fleet.
    pub fn used_hours(&self, fleet: usize) -> f64 {
        let works = (0..self.case.works.len()).filter(|i| self.case.works[*i].fleet == fleet);
        works.map(|i| self.work_hours(i)).sum::<f64>() + self.load_hours(fleet)
    }

    /// GPU-hours of work that nobody told.
    fn load_hours(&self, fleet: usize) -> f64 {
        self.played.books.fleets[fleet].load.map_or(0.0, |it| self.total(it) / 3.6e6)
    }

    /// GPU-hours of a piece of work: good, lost and checkpoints.
    pub fn work_hours(&self, work: usize) -> f64 {
        let books = self.played.books.works[work];
        [books.good, books.lost, books.stall].iter().map(|it| self.total(*it)).sum::<f64>() / 3.6e6
    }

    /// GPU-hours delivered by a fleet.
    pub fn delivered_hours(&self, fleet: usize) -> f64 {
        let books = self.played.books.fleets[fleet];
        self.used_hours(fleet) + (self.total(books.idle) + self.total(books.down)) / 3.6e6
    }

    /// GPU-hours that counted.
    pub fn good_hours(&self, fleet: usize) -> f64 {
        let works = (0..self.case.works.len()).filter(|i| self.case.works[*i].fleet == fleet);
        let good = works.map(|i| self.total(self.played.books.works[i].good)).sum::<f64>();
        good / 3.6e6 + self.load_hours(fleet)
    }

    /// GPU-hours that a deal promises.
    pub fn contracted_hours(&self, deal: usize) -> f64 {
        terms::contracted(&self.case.deals[deal]) as f64 / 3.6e6
    }

    /// GPU-hours of all work of a fleet, by month.
    pub fn used_by_month(&self, fleet: usize) -> Vec<f64> {
        let mut accounts = Vec::new();
        for (work, books) in self.case.works.iter().zip(&self.played.books.works) {
            if work.fleet == fleet {
                accounts.extend([books.good, books.stall, books.lost]);
            }
        }
        accounts.extend(self.played.books.fleets[fleet].load);
        self.hours_by_month(&accounts)
    }

    /// GPU-hours delivered by a fleet, by month.
    pub fn delivered_by_month(&self, fleet: usize) -> Vec<f64> {
        let books = self.played.books.fleets[fleet];
        let beside = self.hours_by_month(&[books.idle, books.down]);
        self.used_by_month(fleet).iter().zip(beside).map(|(used, it)| used + it).collect()
    }

    /// GPU-hours that moved into some accounts together, by month.
    fn hours_by_month(&self, accounts: &[Account]) -> Vec<f64> {
        let mut sum = vec![0.0; self.played.ledger.months().count()];
        for account in accounts {
            for (sum, (_, moved)) in sum.iter_mut().zip(self.monthly(*account)) {
                *sum += moved as f64 / 3.6e6;
            }
        }
        sum
    }

    /// Charges less credits of a deal, by month.
    pub fn bills(&self, deal: usize) -> Vec<(Month, Money)> {
        self.billed_by_month(deal, self.played.books.bill_of_deal(deal))
    }

    /// What falls due for a pledge, by month.
    pub fn pledge_dues(&self, pledge: usize) -> Vec<(Month, Money)> {
        let contract = self.case.deals.len() + pledge;
        self.billed_by_month(contract, self.played.books.bill_of_pledge(pledge))
    }

    /// What falls due for a deal, or for a pledge after all deals, by month: what some accounts hold, less
    /// what is taken off where it was renegotiated.
    fn billed_by_month(
        &self,
        contract: usize,
        accounts: impl Iterator<Item = Account>,
    ) -> Vec<(Month, Money)> {
        let columns: Vec<_> = accounts.map(|it| self.monthly(it)).collect();
        let rebates = self.rebates(contract);
        let of_month = |i: usize| {
            let charged: i128 = columns.iter().map(|it| it[i].1).sum();
            let micros = charged + rebates.get(i).unwrap_or(&0);
            (columns[0][i].0, Money { micros })
        };
        (0..columns[0].len()).map(of_month).collect()
    }

    /// Charges less credits of a deal in all.
    pub fn billed(&self, deal: usize) -> Money {
        self.bills(deal).into_iter().map(|it| it.1).sum()
    }

    /// What a used GPU-hour of this deal's fleet was billed at, in dollars.
    pub fn price_per_hour(&self, deal: usize) -> Option<f64> {
        let fleet = &self.case.fleets[self.case.deals[deal].fleet];
        match terms::price(&self.case.deals[deal], fleet) {
            Some(price) => Some(price.charge(3_600_000_000_000).dollars() / 1e6),
            None => ratio(
                self.billed(deal).dollars(),
                self.delivered_hours(self.case.deals[deal].fleet),
            ),
        }
    }

    /// A party's money by month.
    pub fn party_months(&self, party: usize) -> Vec<PartyMonth> {
        let books = self.played.books.parties[party];
        let column = |account| -> Vec<Money> {
            self.monthly(account).into_iter().map(|it| Money { micros: it.1 }).collect()
        };
        let (revenue, operations) = (column(books.revenue), column(books.operations));
        let (other, funding, cash) =
            (column(books.other_compute), column(books.funding), column(books.cash));
        let bills = self.bills_of(party, |layer| layer == "rent");
        let purchases = self.bills_of(party, |it| matches!(it, "chips" | "site" | "unnamed"));
        // Of compute outside the deals, what is paid: less than what is due where cash ends.
        let mut paid = other.clone();
        if let Some(payable) = self.played.books.other_payable[party] {
            paid.iter_mut().zip(column(payable)).for_each(|(due, owed)| *due = *due + owed);
        }
        let opening = self.case.parties[party].cash.unwrap_or(Money::ZERO);
        let (mut now, mut alone) = (Money::ZERO, Money::ZERO);
        let months: Vec<Month> = self.played.ledger.months().collect();
        (0..months.len())
            .map(|i| {
                now = now + cash[i];
                alone = alone + cash[i] + paid[i];
                let opened = if i == 0 { opening } else { Money::ZERO };
                PartyMonth {
                    month: months[i],
                    revenue: Money::ZERO - revenue[i],
                    margin: Money::ZERO - revenue[i] - operations[i],
                    rent_due: bills[i],
                    other_compute: other[i],
                    purchases: purchases[i],
                    funding: Money::ZERO - funding[i] - opened,
                    cash: now,
                    cash_alone: alone,
                }
            })
            .collect()
    }

    /// Rent that falls due to each party, by month.
    pub fn rent_by_seller(&self) -> Vec<Vec<(Month, Money)>> {
        let mut all = vec![Vec::new(); self.case.parties.len()];
        for (i, deal) in self.case.deals.iter().enumerate().filter(|it| it.1.layer == "rent") {
            all[deal.seller].extend(self.bills(i));
        }
        for (i, it) in self.case.pledges.iter().enumerate().filter(|it| it.1.layer == "rent") {
            all[it.seller].extend(self.pledge_dues(i));
        }
        all
    }

    /// Rent that falls due to anybody, by month.
    pub fn rent_by_month(&self) -> Vec<Money> {
        let mut sum = vec![Money::ZERO; self.played.ledger.months().count()];
        for buyer in 0..self.case.parties.len() {
            let bills = self.bills_of(buyer, |layer| layer == "rent");
            sum.iter_mut().zip(bills).for_each(|(sum, bill)| *sum = *sum + bill);
        }
        sum
    }

    /// Bills of some layers that a party pays, by month.
    fn bills_of(&self, party: usize, is_meant: fn(&str) -> bool) -> Vec<Money> {
        let mut sum = vec![Money::ZERO; self.played.ledger.months().count()];
        let deals = self.case.deals.iter().enumerate();
        let deals = deals.filter(|it| it.1.buyer == party && is_meant(it.1.layer));
        let pledges = self.case.pledges.iter().enumerate();
        let pledges = pledges.filter(|it| it.1.buyer == party && is_meant(it.1.layer));
        let bills =
            deals.map(|it| self.bills(it.0)).chain(pledges.map(|it| self.pledge_dues(it.0)));
        for column in bills {
            for (slot, (_, bill)) in sum.iter_mut().zip(column) {
                *slot = *slot + bill;
            }
        }
        sum
    }

    /// A party's money by calendar year.
    pub fn party_years(&self, party: usize) -> Vec<PartyYear> {
        let mut years: Vec<(PartyYear, usize)> = Vec::new();
        for it in self.party_months(party) {
            let year = it.month.year();
            if years.last().is_none_or(|last| last.0.year != year) {
                let zero = Money::ZERO;
                let new = PartyYear {
                    year,
                    is_whole: false,
                    revenue: zero,
                    margin: zero,
                    rent_due: zero,
                    other_compute: zero,
                };
                years.push((new, 0));
            }
            let (row, months) = years.last_mut().expect("a year was just begun");
            row.revenue = row.revenue + it.revenue;
            row.margin = row.margin + it.margin;
            row.rent_due = row.rent_due + it.rent_due;
            row.other_compute = row.other_compute + it.other_compute + it.purchases;
            *months += 1;
        }
        let whole = |(row, months): (PartyYear, usize)| PartyYear { is_whole: months == 12, ..row };
        years.into_iter().map(whole).collect()
    }

    /// Cash by month: with everything that the scenario knows, or with this file's deals alone.
    pub fn cash(&self, party: usize, alone: bool) -> Vec<(Month, Money)> {
        let months = self.party_months(party);
        months.iter().map(|it| (it.month, if alone { it.cash_alone } else { it.cash })).collect()
    }

    /// The lowest cash of a party.
    pub fn lowest_cash(&self, party: usize, alone: bool) -> Option<(Month, Money)> {
        finance::lowest(&self.cash(party, alone))
    }

    /// Whether a party's cash can be told: it says what it has or earns.
    pub fn has_cash(&self, party: usize) -> bool {
        let party = &self.case.parties[party];
        party.cash.is_some() || !party.revenue.is_empty()
    }

    /// Whether a piece of work is a service, training or jobs.
    pub fn kind(&self, work: usize) -> &WorkKind {
        &self.case.works[work].kind
    }
}
