//! What moved in each month, one group of columns for each noun.

use super::tables::{Cells, Column, Table, texts};
use crate::figures::{Look, Outcome, PartyMonth};
use crate::ledger::Account;
use crate::scenario::{Draw, Scenario, WorkKind};
use crate::terms;
use crate::units::Money;

/// What moved in each month.
pub fn monthly(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Table {
    let look = Look { scenario, draw, case: &outcome.case, played: &outcome.played };
    let mut months = Months { look, columns: Vec::new() };
    let names = outcome.played.ledger.months().map(|it| it.to_string()).collect();
    months.columns.push(texts("month", "calendar month, UTC", names));
    (0..outcome.case.deals.len()).for_each(|i| months.deal(i));
    (0..outcome.case.pledges.len()).for_each(|i| months.pledge(i));
    (0..outcome.case.fleets.len()).for_each(|i| months.fleet(i));
    (0..outcome.case.works.len()).for_each(|i| months.work(i));
    (0..outcome.case.sites.len()).for_each(|i| months.site(i));
    (0..outcome.case.parties.len()).filter(|i| look.has_cash(*i)).for_each(|i| months.party(i));
    for debt in 0..outcome.case.debts.len() {
        months.columns.extend(super::debts::monthly(&look, debt));
    }
    Table { name: "monthly", columns: months.columns }
}

/// GPU-milliseconds of a GPU-hour.
const GPU_HOUR: f64 = 3.6e6;
/// Micro-dollars of a dollar, grams of a tonne, millilitres of a cubic metre.
const MILLION: f64 = 1e6;
/// Millijoules of a megawatt-hour.
const MWH: f64 = 3.6e12;

/// A column's name, its meaning, and what it shows of a month.
type PartyColumn = (&'static str, &'static str, fn(&PartyMonth) -> Money);

struct Months<'a> {
    look: Look<'a>,
    columns: Vec<Column>,
}

impl Months<'_> {
    fn add(&mut self, name: String, unit: &'static str, meaning: &str, cells: Vec<f64>) {
        let meaning = meaning.to_owned();
        self.columns.push(Column { name, unit, meaning, cells: Cells::Number(cells) });
    }

    /// What moved into an account, in some unit.
    fn moved(&self, account: Account, per: f64) -> Vec<f64> {
        self.look.monthly(account).iter().map(|it| it.1 as f64 / per).collect()
    }

    fn deal(&mut self, index: usize) {
        let deal = &self.look.case.deals[index];
        let steps = terms::tranches(&deal.promised);
        let held = self.look.played.ledger.months().map(|it| {
            let (from, to) = (it.start().max(deal.start), it.end().min(deal.end_played));
            if to <= from {
                return 0.0;
            }
            terms::contracted_between(deal, &steps, from, to) as f64 / GPU_HOUR
        });
        let held = held.collect();
        let bills = self.look.bills(index).iter().map(|it| it.1.dollars()).collect();
        let shortfall = self.moved(self.look.played.books.deals[index].shortfall, MILLION);
        let name = |what| format!("deal.{}.{what}", deal.name);
        self.add(
            name("contracted"),
            "GPU-hour",
            "GPU-hours by the promised calendar and what was exercised",
            held,
        );
        self.add(name("billed"), "USD", "charges less credits that fall due", bills);
        self.add(name("shortfall"), "USD", "of it, for GPU-hours that were not used", shortfall);
        if terms::prepaid(deal) > Money::ZERO {
            self.prepayment(index);
        }
    }

    fn prepayment(&mut self, index: usize) {
        let deal = &self.look.case.deals[index];
        let moved = self.look.monthly(self.look.played.books.deals[index].prepaid);
        let (mut paid, mut drawn, mut left) = (Vec::new(), Vec::new(), Vec::new());
        let mut held = 0;
        for (month, change) in moved {
            let is_first = month == deal.start.month();
            let into = if is_first { terms::prepaid(deal).micros } else { 0 };
            held += change;
            paid.push(into as f64 / MILLION);
            drawn.push((into - change) as f64 / MILLION);
            left.push(held as f64 / MILLION);
        }
        for (what, meaning, cells) in [
            ("prepaid", "paid on the first day of the term", paid),
            ("prepaid_drawn", "of it, set against bills or returned when the term ends", drawn),
            ("prepaid_left", "of it, left at the month's end", left),
        ] {
            self.add(format!("deal.{}.{what}", deal.name), "USD", meaning, cells);
        }
    }

    fn fleet(&mut self, index: usize) {
        let name = &self.look.case.fleets[index].name;
        let books = self.look.played.books.fleets[index];
        let used = self.look.used_by_month(index);
        let delivered = self.look.delivered_by_month(index);
        self.add(format!("fleet.{name}.delivered"), "GPU-hour", "GPU-hours delivered", delivered);
        self.add(format!("fleet.{name}.used"), "GPU-hour", "GPU-hours used by all work", used);
        for (account, what, meaning) in [
            (books.idle, "idle", "GPU-hours delivered and not used"),
            (books.down, "down", "GPU-hours delivered and lost to a failure until the next hour"),
            (books.spare, "spare", "GPU-hours healthy beside what is delivered"),
            (books.repair, "repair", "GPU-hours in repair"),
            (books.dark, "dark", "GPU-hours landed and without power"),
        ] {
            self.add(
                format!("fleet.{name}.{what}"),
                "GPU-hour",
                meaning,
                self.moved(account, GPU_HOUR),
            );
        }
    }

    fn pledge(&mut self, index: usize) {
        let due = self.look.pledge_dues(index).iter().map(|it| it.1.dollars()).collect();
        let name = &self.look.case.pledges[index].name;
        self.add(format!("deal.{name}.due"), "USD", "falls due by the calendar", due);
    }

    fn work(&mut self, index: usize) {
        let work = &self.look.case.works[index];
        let books = self.look.played.books.works[index];
        let hours = |account, what, meaning| (account, what, "GPU-hour", GPU_HOUR, meaning);
        let mut rows = vec![hours(books.good, "good", "GPU-hours that counted")];
        match work.kind {
            WorkKind::Training(_) => rows.extend([
                hours(books.stall, "checkpoints", "GPU-hours that checkpoints blocked"),
                hours(books.lost, "lost", "GPU-hours that failures undid"),
            ]),
            WorkKind::Service(_) => rows.extend([
                (books.served, "served", "token", 1.0, "output tokens served"),
                (
                    books.unserved,
                    "unserved",
                    "token",
                    1.0,
                    "output tokens asked for and not served",
                ),
            ]),
            WorkKind::Jobs(_) => {}
        }
        for (account, what, unit, per, meaning) in rows {
            self.add(
                format!("workload.{}.{what}", work.name),
                unit,
                meaning,
                self.moved(account, per),
            );
        }
    }

    fn site(&mut self, index: usize) {
        let name = &self.look.case.sites[index].name;
        let books = self.look.played.books.sites[index];
        let (it, overhead) = (self.moved(books.it, MWH), self.moved(books.overhead, MWH));
        let meter = it.iter().zip(&overhead).map(|(a, b)| a + b).collect();
        self.add(format!("site.{name}.energy"), "MWh", "energy at the meter", meter);
        for (account, what, unit, meaning) in [
            (books.carbon, "carbon_location", "t", "carbon, location-based"),
            (books.water, "water", "m3", "water at the site"),
            (books.energy_cost, "energy_cost", "USD", "what the energy costs"),
        ] {
            self.add(format!("site.{name}.{what}"), unit, meaning, self.moved(account, MILLION));
        }
    }

    fn party(&mut self, index: usize) {
        let rows = self.look.party_months(index);
        let columns: [PartyColumn; 7] = [
            ("revenue", "revenue", |it| it.revenue),
            ("margin", "revenue less what is spent before compute", |it| it.margin),
            ("rent_due", "bills of the deals it buys", |it| it.rent_due),
            ("other_compute", "compute outside the deals", |it| it.other_compute),
            ("funding", "new equity and debt", |it| it.funding),
            ("cash", "cash at the month's end, all known commitments", |it| it.cash),
            ("cash_alone", "cash at the month's end, this file's deals alone", |it| it.cash_alone),
        ];
        for (what, meaning, of) in columns {
            let name = format!("party.{}.{what}", self.look.case.parties[index].name);
            self.add(name, "USD", meaning, rows.iter().map(|it| of(it).dollars()).collect());
        }
    }
}
