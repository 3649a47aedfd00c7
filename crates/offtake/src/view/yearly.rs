//! What each calendar year came to: who could pay, on whom it hung, what stood of each layer.

use super::tables::{Cells, Column, Table, texts};
use crate::figures::{Look, Outcome};
use crate::finance::Concentration;
use crate::scenario::{Draw, Scenario};
use crate::terms;
use crate::time::{Date, Instant, Month};
use crate::units::{Money, to_f64};

/// What each calendar year came to.
pub fn yearly(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Table {
    let look = Look { scenario, draw, case: &outcome.case, played: &outcome.played };
    let mut years: Vec<i16> = outcome.played.ledger.months().map(Month::year).collect();
    years.dedup();
    let mut table = Years { look, years, columns: Vec::new() };
    let names = table.years.iter().map(ToString::to_string).collect();
    table.columns.push(texts("year", "calendar year, UTC", names));
    (0..outcome.case.parties.len()).filter(|i| look.has_cash(*i)).for_each(|i| table.party(i));
    table.concentration();
    for layer in ["rent", "chips", "site", "equity", "loan", "unnamed"] {
        table.layer(layer);
    }
    for debt in 0..outcome.case.debts.len() {
        table.columns.extend(super::debts::yearly(&look, debt));
    }
    Table { name: "yearly", columns: table.columns }
}

struct Years<'a> {
    look: Look<'a>,
    years: Vec<i16>,
    columns: Vec<Column>,
}

impl Years<'_> {
    fn add(&mut self, name: String, unit: &'static str, meaning: &str, cells: Vec<f64>) {
        let meaning = meaning.to_owned();
        self.columns.push(Column { name, unit, meaning, cells: Cells::Number(cells) });
    }

    fn party(&mut self, party: usize) {
        let name = self.look.case.parties[party].name.clone();
        let years = self.look.party_years(party);
        let usd = |of: fn(&crate::figures::PartyYear) -> Money| -> Vec<f64> {
            years.iter().map(|it| of(it).dollars()).collect()
        };
        let ratio = |of: fn(&crate::figures::PartyYear) -> Option<f64>| -> Vec<f64> {
            years.iter().map(|it| of(it).unwrap_or(f64::NAN)).collect()
        };
        let id = |what: &str| format!("party.{name}.{what}");
        self.add(id("revenue"), "USD", "revenue", usd(|it| it.revenue));
        self.add(
            id("margin"),
            "USD",
            "revenue less what is spent before compute",
            usd(|it| it.margin),
        );
        self.add(id("rent_due"), "USD", "bills of the rents it pays", usd(|it| it.rent_due));
        self.add(
            id("other_compute"),
            "USD",
            "compute outside the deals, chips, sites and what is named nowhere",
            usd(|it| it.other_compute),
        );
        self.add(id("coverage"), "ratio", "margin / rent due", ratio(|it| it.coverage()));
        self.add(
            id("coverage_all"),
            "ratio",
            "margin / rent and other compute",
            ratio(|it| it.coverage_all()),
        );
    }

    /// How the rent of each year is spread over sellers.
    fn concentration(&mut self) {
        let by_seller = self.look.rent_by_seller();
        let of_year = |year: &i16| {
            let sums: Vec<f64> = by_seller
                .iter()
                .map(|months| {
                    let of = months.iter().filter(|it| it.0.year() == *year);
                    of.map(|it| it.1.dollars()).sum()
                })
                .collect();
            Concentration::of(&sums).map_or(f64::NAN, |it| it.hhi)
        };
        let cells = self.years.iter().map(of_year).collect();
        self.add(
            "supply.hhi".to_owned(),
            "points",
            "concentration of the year's rent over sellers",
            cells,
        );
    }

    /// Power that the played calendars of a layer hold at each year's end.
    fn layer(&mut self, layer: &str) {
        let case = self.look.case;
        let end = |year: &i16| {
            let next = Date::new(year + 1, 1, 1).expect("a year of the horizon");
            Instant { millis: Instant::start_of(next).min(case.to).millis - 1 }
        };
        let ends: Vec<Instant> = self.years.iter().map(end).collect();
        let mut sum = vec![0.0; ends.len()];
        let mut add = |steps: &[terms::Step], (from, to): (Instant, Instant), each: f64| {
            for (cell, at) in sum.iter_mut().zip(&ends) {
                if *at >= from && *at < to {
                    *cell += terms::standing(steps, *at) as f64 * each;
                }
            }
        };
        for deal in case.deals.iter().filter(|it| it.layer == layer) {
            let fleet = &case.fleets[deal.fleet];
            let pue = to_f64(case.sites[fleet.site].pue_peak);
            let steps = terms::tranches(&deal.played);
            let draw = terms::draw(deal, &steps, fleet, case.to);
            add(&steps, (deal.start, deal.end_played), fleet.watts_full * draw * pue / 1e6);
        }
        for pledge in case.pledges.iter().filter(|it| it.layer == layer) {
            let Some(power) = pledge.power else { continue };
            let each = power.watts as f64 / 1e6 / crate::scenario::Pledge::PARTS as f64;
            // What was bought stays when the deal is over; what was rented goes.
            let end = if pledge.paid_over_time { pledge.end_played } else { case.to };
            add(&terms::calendar(case, pledge), (pledge.start, end), each);
        }
        if sum.iter().any(|it| *it > 0.0) {
            let meaning = "power at the meter that stands at the year's end; layers overlap and are never summed";
            self.add(format!("supply.{layer}.mw"), "MW", meaning, sum);
        }
    }
}
