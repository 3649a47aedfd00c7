//! What is contracted and not yet billed: at the end of each calendar year, by deal.

use super::look::Look;
use crate::terms;
use crate::time::{Date, Instant, Month};
use crate::units::Money;

/// A deal's backlog.
#[derive(Clone, Debug)]
pub struct Backlog {
    /// `aws`
    pub deal: String,
    /// Index of who bills it.
    pub seller: usize,
    /// By year: billed in it, and still to be billed at its end, in dollars.
    pub years: Vec<(f64, f64)>,
}

impl Look<'_> {
    /// The calendar years that were played.
    pub fn years(&self) -> Vec<i16> {
        let mut years: Vec<i16> = self.played.ledger.months().map(Month::year).collect();
        years.dedup();
        years
    }

    /// What a deal with a fleet comes to over its whole term: the written total, or its price times
    /// what it promises, in dollars.
    pub fn face(&self, deal: usize) -> Option<f64> {
        let total = self.case.deals[deal].total.map(Money::dollars);
        total.or_else(|| Some(self.price_per_hour(deal)? * self.contracted_hours(deal)))
    }

    /// The backlog of every deal whose value can be told, shares and loans left out.
    pub fn backlog(&self) -> Vec<Backlog> {
        let sells = |layer: &str| !matches!(layer, "equity" | "loan");
        let all = self.case.contracts().enumerate().filter(|it| sells(it.1.layer));
        let all = all.filter_map(|(nth, it)| {
            let dues = self.dues(nth);
            let of_year = |year: i16| {
                let billed = dues.iter().filter(|it| it.0.year() == year).map(|it| it.1);
                Some((billed.sum::<Money>().dollars(), self.backlog_after(nth, year)?))
            };
            let years = self.years().into_iter().map(of_year).collect::<Option<_>>()?;
            Some(Backlog { deal: it.name.to_owned(), seller: it.seller, years })
        });
        all.collect()
    }

    /// Dollars that are contracted and not yet billed at a year's end, or at the end of the play: of a written
    /// total what was not billed; of a price what the promised calendar brings at the least from then to the end
    /// of the term as played. Nothing is left once the buyer has walked away.
    pub(super) fn backlog_after(&self, contract: usize, year: i16) -> Option<f64> {
        let next = Date::new(year + 1, 1, 1).expect("a year of the horizon");
        let at = Instant::start_of(next).min(self.case.to);
        let left = match contract.checked_sub(self.case.deals.len()) {
            None => self.left_of_deal(contract, at),
            Some(pledge) => {
                let it = &self.case.pledges[pledge];
                let early = terms::Pledged::of(self.case, it).due_by(self.case.from);
                self.unbilled(contract, (it.total? - early).dollars(), it.end_played, at)
            }
        };
        let over = self.played.marks.arrears[contract].over;
        Some(if over.is_some_and(|it| it.year() <= year) { 0.0 } else { left.max(0.0) })
    }

    fn left_of_deal(&self, index: usize, at: Instant) -> f64 {
        let deal = &self.case.deals[index];
        let Some(total) = terms::whole(deal) else {
            let fleet = &self.case.fleets[deal.fleet];
            return terms::Promise::of_deal(deal, fleet).after(at).dollars();
        };
        let came = terms::tranches(&deal.promised);
        let early = terms::held(&came, deal.start, self.case.from.max(deal.start));
        let share = early as f64 / terms::contracted(deal) as f64;
        self.unbilled(index, total.dollars() * (1.0 - share), deal.end_played, at)
    }

    /// What was not billed of a total by a moment. What was promised before the horizon is no part of the
    /// total, and what slip took is no longer owed once the term is over.
    fn unbilled(&self, contract: usize, total: f64, end: Instant, at: Instant) -> f64 {
        if at >= end {
            return 0.0;
        }
        let billed = self.dues(contract).into_iter().filter(|it| it.0.start() < at);
        total - billed.map(|it| it.1).sum::<Money>().dollars()
    }
}
