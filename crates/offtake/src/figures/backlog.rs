//! What is contracted and not yet billed: at the end of each calendar year, by deal.

use super::look::Look;
use crate::terms;
use crate::time::{Instant, Month};
use crate::units::Money;

/// A deal's backlog.
#[derive(Clone, Debug)]
pub struct Backlog {
    /// `aws`
    pub deal: String,
    /// Index of who bills it.
    pub seller: usize,
    /// By year: billed in it, and still to be billed at its end, in dollars. Nothing is left where the
    /// term is over: what slip took is no longer owed.
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

    /// The backlog of every deal whose value can be told, shares and loans left out. What was promised
    /// before the horizon counts as billed before it.
    pub fn backlog(&self) -> Vec<Backlog> {
        let sells = |layer: &str| !matches!(layer, "equity" | "loan");
        let deals = self.case.deals.iter().enumerate().filter(|it| sells(it.1.layer));
        let deals = deals.filter_map(|(i, it)| {
            let came = terms::tranches(&it.promised);
            let early = terms::held(&came, it.start, self.case.from.max(it.start));
            let share = early as f64 / terms::contracted(it) as f64;
            let face = self.face(i)? * (1.0 - share);
            let years = self.left_by_year(face, it.end_played, &self.bills(i));
            Some(Backlog { deal: it.name.clone(), seller: it.seller, years })
        });
        let pledges = self.case.pledges.iter().enumerate().filter(|it| sells(it.1.layer));
        let pledges = pledges.filter_map(|(i, it)| {
            let early = terms::Pledged::of(self.case, it).due_by(self.case.from);
            let face = (it.total? - early).dollars();
            let years = self.left_by_year(face, it.end_played, &self.pledge_dues(i));
            Some(Backlog { deal: it.name.clone(), seller: it.seller, years })
        });
        deals.chain(pledges).collect()
    }

    fn left_by_year(&self, face: f64, end: Instant, bills: &[(Month, Money)]) -> Vec<(f64, f64)> {
        let mut left = face;
        let of_year = |year: i16| {
            let of = || bills.iter().filter(|it| it.0.year() == year);
            let billed = of().map(|it| it.1).sum::<Money>().dollars();
            left -= billed;
            let is_over = of().next_back().is_some_and(|it| it.0.end() >= end);
            (billed, if is_over { 0.0 } else { left.max(0.0) })
        };
        self.years().into_iter().map(of_year).collect()
    }
}
