//! The lender's page: a loan when the buyer pays, beside the same loan when the buyer walks away on a stated day.
//!
//! The day cuts the deal's cash; the plant's costs go on. After a while the capacity is let again for a share of what
//! the deal brought; what is late bears the loan's own interest; what is owed after the last day is paid from what the
//! plant is then sold for. What costs exceed cash by is the owner's.

use super::debts::{DebtYear, debt_years, drawn};
use super::look::Look;
use crate::engine::DebtMonth;
use crate::finance::{Stress, least_that_holds, worth_after};
use crate::scenario::{Debt, Serves};
use crate::time::{Instant, Month};
use crate::units::Money;

/// When the buyer walks away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// The first month that is not paid.
    pub from: Month,
}

impl Walk {
    /// A year after all is there, as played; nothing where nothing secures the debt, or it is over by then.
    pub fn usual(look: &Look<'_>, debt: usize) -> Option<Self> {
        let full = match look.case.debts[debt].secures? {
            Serves::Deal(it) => look.case.deals[it].played.full,
            Serves::Pledge(it) => look.case.pledges[it].played.full,
        };
        Walk::on(look, debt, full.plus_months(12.0))
    }

    /// The month after a day; nothing where nothing is owed on it.
    pub fn on(look: &Look<'_>, debt: usize, day: Instant) -> Option<Self> {
        let from = if day == day.month().start() { day.month() } else { day.month().next() };
        let months = &look.played.marks.debts[debt].months;
        let owes = |it: &&DebtMonth| it.month == from && it.opening > Money::ZERO;
        months.iter().find(owes).map(|_| Self { from })
    }
}

/// A loan, twice.
#[derive(Clone, Debug)]
pub struct Lender {
    /// Index of the debt.
    pub debt: usize,
    /// What the plants behind it cost, where there are any.
    pub capital: Option<f64>,
    /// Drawn over that.
    pub advance: Option<f64>,
    /// Months for which the deal runs after the last payment; below nothing where it ends before.
    pub tail: f64,
    /// When the buyer walks away.
    pub walk: Walk,
    /// Owed that day.
    pub owed: f64,
    /// By calendar year.
    pub years: Vec<LenderYear>,
    /// The share of what the deal brings at which it is let again and the loan is still paid in full by its last
    /// day; nothing where no tenfold does.
    pub break_even: Option<f64>,
    /// What the lender gets back; nothing where the horizon ends before the loan.
    pub recovery: Option<Recovered>,
}

/// A calendar year, twice.
#[derive(Clone, Copy, Debug)]
pub struct LenderYear {
    /// When the buyer pays.
    pub pays: DebtYear,
    /// Cover when it walks away.
    pub walks: Option<f64>,
}

/// What a lender gets back, as shares of what was owed when the buyer walked away.
#[derive(Clone, Copy, Debug)]
pub struct Recovered {
    /// Out of what was held and what is let again.
    pub relet: f64,
    /// Out of what the plant sells for after the last payment.
    pub plant: f64,
    /// What the plant would sell for that day; no part of the sum.
    pub sold_at_once: f64,
}

impl Recovered {
    /// In all.
    pub fn share(&self) -> f64 {
        self.relet + self.plant
    }
}

/// The most that what is let again may bring, over what the deal brought, before nobody looks any further.
const MOST: f64 = 10.0;

impl Lender {
    /// The page of a debt that a deal secures.
    pub fn of(look: &Look<'_>, debt: usize, walk: Walk) -> Option<Self> {
        let it = &look.case.debts[debt];
        let secures = it.secures?;
        let cut = Cut::of(look, debt, walk)?;
        let plants = look.case.plants.iter().enumerate().filter(|it| it.1.serves == secures);
        let capital = plants.map(|it| cost(look, it.0)).reduce(|sum, it| sum + it);
        let at_least = |share: f64| {
            let it = cut.stress(&cut.schedule, &cut.cash(share)[..cut.schedule.len()]).plays();
            it.left <= cut.owed * 1e-9
        };
        let years = debt_years(look, debt).into_iter();
        Some(Lender {
            debt,
            capital,
            advance: capital.filter(|it| *it > 0.0).map(|it| drawn(look, debt) / it),
            tail: look.case.ends(secures).months_since(it.matures()),
            walk,
            owed: cut.owed,
            years: years.map(|pays| LenderYear { pays, walks: cut.cover(pays.year) }).collect(),
            break_even: least_that_holds(MOST, at_least),
            recovery: (it.matures() <= look.case.to).then(|| cut.recovered(look, debt, secures)),
        })
    }
}

/// A loan from the month on in which the buyer has walked away.
struct Cut<'a> {
    debt: &'a Debt,
    months: &'a [DebtMonth],
    owed: f64,
    held: f64,
    /// What was to be owed at each month's end, until the last.
    schedule: Vec<f64>,
}

impl<'a> Cut<'a> {
    fn of(look: &Look<'a>, debt: usize, walk: Walk) -> Option<Self> {
        let all = &look.played.marks.debts[debt].months;
        let first = all.iter().position(|it| it.month == walk.from)?;
        let months = &all[first..];
        let books = look.played.books.debts[debt];
        let before = |account| -> f64 {
            let moved = look.monthly(account).into_iter().take_while(|it| it.0 < walk.from);
            moved.map(|it| it.1).sum::<i128>() as f64 / 1e6
        };
        let owing = months.iter().take_while(|it| it.opening > Money::ZERO);
        Some(Self {
            debt: &look.case.debts[debt],
            months,
            owed: months[0].opening.dollars(),
            held: before(books.reserve) + before(books.trapped),
            schedule: owing.map(|it| (it.opening - it.principal).dollars()).collect(),
        })
    }

    /// Cash of each month when what is let again brings a share of what the deal brought.
    fn cash(&self, share: f64) -> Vec<f64> {
        let let_again = |at: usize| if at < self.debt.relet.1 { 0.0 } else { share };
        let months = self.months.iter().enumerate();
        let costs = |it: &DebtMonth| (it.running + it.senior).dollars();
        months.map(|(at, it)| it.brought.dollars() * let_again(at) - costs(it)).collect()
    }

    fn stress<'s>(&'s self, schedule: &'s [f64], cash: &'s [f64]) -> Stress<'s> {
        Stress { owed: self.owed, rate: self.debt.rate(), schedule, cash, held: self.held }
    }

    fn cover(&self, year: i16) -> Option<f64> {
        let cash = self.cash(self.debt.relet.0);
        let of_year = self.months.iter().zip(cash);
        let of_year = of_year.filter(|it| it.0.repays && it.0.month.year() == year);
        let (cash, service) = of_year
            .fold((0.0, 0.0), |sum, (it, cash)| (sum.0 + cash, sum.1 + it.service().dollars()));
        super::look::ratio(cash, service)
    }

    /// The lender waits until the last payment was due, then the plant is sold.
    fn recovered(&self, look: &Look<'_>, index: usize, secures: Serves) -> Recovered {
        let cash = self.cash(self.debt.relet.0);
        let it = self.stress(&self.schedule, &cash[..self.schedule.len()]).plays();
        let now = self.months[0].month.start();
        let end = self.debt.matures();
        let v = libm::pow(1.0 + self.debt.rate(), -(self.schedule.len() as f64));
        // Who lent before is paid before.
        let sold = |at: Instant| {
            let senior: f64 = seniors(look, index).map(|it| owed_at(look, it, at)).sum();
            (sells_for(look, secures, at) - senior).max(0.0)
        };
        let plant = sold(end).min(it.left) * v / self.owed;
        Recovered { relet: it.share, plant, sold_at_once: sold(now) / self.owed }
    }
}

/// The debts of the same deal that come before one.
fn seniors(look: &Look<'_>, debt: usize) -> impl Iterator<Item = usize> {
    let debts = &look.case.debts;
    (0..debt).filter(move |it| debts[*it].secures == debts[debt].secures)
}

/// What is owed of a debt when a month begins, as played.
fn owed_at(look: &Look<'_>, debt: usize, at: Instant) -> f64 {
    let months = look.monthly(look.played.books.debts[debt].lent).into_iter();
    months.take_while(|it| it.0.end() <= at).map(|it| it.1).sum::<i128>() as f64 / 1e6
}

/// What a plant cost by the end of the play, what stood before included.
fn cost(look: &Look<'_>, plant: usize) -> f64 {
    let classes = &look.played.books.plants[plant].classes;
    classes.iter().map(|it| look.total(it.stood) + look.total(it.cost)).sum::<f64>() / 1e6
}

/// What the plants behind a deal sell for at a moment: of each class what was paid by then, less the share that it
/// loses a year. What nobody says the fall of counts as nothing.
fn sells_for(look: &Look<'_>, secures: Serves, at: Instant) -> f64 {
    let mut sum = 0.0;
    let plants = look.case.plants.iter().zip(&look.played.books.plants);
    for (plant, books) in plants.filter(|it| it.0.serves == secures) {
        for (capital, books) in plant.capital.iter().zip(&books.classes) {
            let Some(falls) = capital.falls else { continue };
            let paid = look.monthly(books.cost).into_iter().chain(look.monthly(books.stood));
            for (month, paid) in paid.filter(|it| it.0.start() < at) {
                sum += worth_after(paid as f64 / 1e6, falls, at.years_since(month.start()));
            }
        }
    }
    sum
}
