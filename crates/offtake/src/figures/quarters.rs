//! A plant by calendar quarter, as sellers report: what its deal bills and what is left of it, a year's
//! rate per MW that stands, beside what a MW that lands costs.

use super::look::{Look, ratio};
use super::plants::{bills, capex_per_mw, held_mw_years, mw_added, standing};
use crate::time::{Instant, Month};

/// A calendar quarter of a plant.
#[derive(Clone, Debug)]
pub struct PlantQuarter {
    /// Its year.
    pub year: i16,
    /// 1 to 4.
    pub quarter: usize,
    /// MW that stand, on the mean.
    pub mw: f64,
    /// MW that land.
    pub mw_added: f64,
    /// Billed by its deal, per MW that stands and year.
    pub revenue_per_mw_year: Option<f64>,
    /// Billed less running cost, per MW that stands and year.
    pub ebitda_per_mw_year: Option<f64>,
    /// Capital of what lands, per MW.
    pub capex_per_mw: Option<f64>,
    /// Years until a MW that lands has earned its capital at what stands earns now.
    pub payback_years: Option<f64>,
}

impl PlantQuarter {
    /// `2026 Q2`
    pub fn name(&self) -> String {
        format!("{} Q{}", self.year, self.quarter)
    }
}

impl Look<'_> {
    /// A plant by calendar quarter, first and last as far as they were played.
    pub fn plant_quarters(&self, plant: usize) -> Vec<PlantQuarter> {
        let running = self.monthly(self.played.books.plants[plant].running);
        let bills = bills(self, plant);
        let months: Vec<(Month, f64, f64)> = bills
            .iter()
            .zip(&running)
            .map(|((month, billed), (_, ran))| (*month, billed.dollars(), *ran as f64 / 1e6))
            .collect();
        let same = |a: &(Month, f64, f64), b: &(Month, f64, f64)| quarter(a.0) == quarter(b.0);
        months.chunk_by(same).map(|it| self.plant_quarter(plant, it)).collect()
    }

    fn plant_quarter(&self, plant: usize, months: &[(Month, f64, f64)]) -> PlantQuarter {
        let from = months[0].0.start().max(self.case.from);
        let to = months[months.len() - 1].0.end().min(self.case.to);
        let (_, standing) = standing(self, plant);
        let lands = |at: Instant| at >= from && at < to;
        let mw_years = held_mw_years(&standing, from, to);
        let billed: f64 = months.iter().map(|it| it.1).sum();
        let left = billed - months.iter().map(|it| it.2).sum::<f64>();
        let ebitda = ratio(left, mw_years);
        let capex = capex_per_mw(self, plant, lands);
        let (year, quarter) = quarter(months[0].0);
        PlantQuarter {
            year,
            quarter,
            mw: mw_years / ((to - from).hours() / 8_760.0),
            mw_added: mw_added(&standing, lands),
            revenue_per_mw_year: ratio(billed, mw_years),
            ebitda_per_mw_year: ebitda,
            capex_per_mw: capex,
            payback_years: capex.zip(ebitda).and_then(|(capex, yearly)| ratio(capex, yearly)),
        }
    }
}

fn quarter(month: Month) -> (i16, usize) {
    (month.year(), month.of_year() / 3 + 1)
}
