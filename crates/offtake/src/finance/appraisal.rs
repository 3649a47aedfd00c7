//! What dated cash flows come to: worth and yield before and after debt, how long cash lasts, what covers the debt.

use super::{
    Cover, DayCount, Flow, Payment, Rates, Runway, cover, dated, least_and_mean, npv, payback,
};
use crate::time::Date;
use crate::units::Money;

/// The money of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayFlow {
    /// When.
    pub date: Date,
    /// What comes (above nothing) or goes, before debt.
    pub amount: Money,
    /// Interest paid on debt.
    pub interest: Money,
    /// Debt paid back; below nothing where it is drawn.
    pub principal: Money,
}

impl DayFlow {
    fn service(&self) -> Money {
        self.interest + self.principal
    }
}

/// What a reader wants to know beyond the flows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Terms {
    /// How years are counted.
    pub day_count: DayCount,
    /// The rate at which worth is reckoned.
    pub discount: Option<f64>,
    /// Cash before the first flow.
    pub cash: Option<Money>,
    /// What can be drawn besides.
    pub facility: Money,
    /// The loan's rate a year, for ratios over its life.
    pub loan_rate: Option<f64>,
}

/// Flows, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Appraisal {
    /// Before debt.
    pub before_debt: Worth,
    /// After it, where there is any.
    pub after_debt: Option<Worth>,
    /// After debt; where cash is known.
    pub runway: Option<DatedRunway>,
    /// What covers the debt, day by day that it is served.
    pub cover: Vec<DayCover>,
}

/// What flows are worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Worth {
    /// All of them, not discounted.
    pub sum: Money,
    /// Where there is a discount.
    pub npv: Option<f64>,
    /// All rates at which they are worth nothing.
    pub rates: Rates,
    /// The day from which on what went has come back.
    pub payback: Option<Date>,
    /// The same, discounted.
    pub payback_discounted: Option<Date>,
}

/// How long cash lasts, by days.
#[derive(Clone, Debug, PartialEq)]
pub struct DatedRunway {
    /// After each day's flow.
    pub cash: Vec<(Date, Money)>,
    /// The lowest, and the first day of it.
    pub min: (Date, Money),
    /// The first day after which cash and facility are below nothing.
    pub first_short: Option<Date>,
    /// What is missing at the worst.
    pub funding_gap: Money,
}

/// What covers the debt on one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayCover {
    /// When it is served.
    pub date: Date,
    /// The loan in the time up to this day.
    pub payment: Payment,
    /// Ratios; those over the life of loan and project where the loan's rate is known.
    pub cover: Cover,
}

impl Appraisal {
    /// Of flows in any order, of which there is at least one. Those of one day count as one.
    pub fn of(flows: &[DayFlow], terms: &Terms) -> Self {
        let days = by_day(flows);
        let plain = |it: &DayFlow| (it.date, it.amount);
        let net = |it: &DayFlow| (it.date, it.amount - it.service());
        let owes = days.iter().any(|it| it.interest != Money::ZERO || it.principal != Money::ZERO);
        let before: Vec<(Date, Money)> = days.iter().map(plain).collect();
        let after: Vec<(Date, Money)> = days.iter().map(net).collect();
        Self {
            before_debt: Worth::of(&before, terms),
            after_debt: owes.then(|| Worth::of(&after, terms)),
            runway: terms.cash.and_then(|it| DatedRunway::of(&after, it, terms.facility)),
            cover: covers(&days, terms),
        }
    }

    /// The least debt service cover and its first day, and the mean.
    pub fn dscr(&self) -> Option<(Date, f64, f64)> {
        let (least, mean) = least_and_mean(self.cover.iter().map(|it| it.cover.dscr))?;
        let day = self.cover.iter().find(|it| it.cover.dscr == Some(least))?;
        Some((day.date, least, mean))
    }
}

/// The flows of each day, in order.
fn by_day(flows: &[DayFlow]) -> Vec<DayFlow> {
    let mut sorted = flows.to_vec();
    sorted.sort_by_key(|it| it.date);
    let join = |same: &[DayFlow]| {
        let sum = |of: fn(&DayFlow) -> Money| same.iter().map(of).fold(Money::ZERO, |a, b| a + b);
        DayFlow {
            date: same[0].date,
            amount: sum(|it| it.amount),
            interest: sum(|it| it.interest),
            principal: sum(|it| it.principal),
        }
    };
    sorted.chunk_by(|a, b| a.date == b.date).map(join).collect()
}

impl Worth {
    fn of(days: &[(Date, Money)], terms: &Terms) -> Self {
        let plain: Vec<(Date, f64)> = days.iter().map(|it| (it.0, it.1.dollars())).collect();
        let flows = dated(&plain, terms.day_count);
        let discounted = |rate: f64| {
            let worth = move |it: &Flow| libm::round(it.worth(rate) * 1e6) as i128;
            payback(flows.iter().map(|it| Money { micros: worth(it) }))
        };
        Self {
            sum: days.iter().fold(Money::ZERO, |sum, it| sum + it.1),
            npv: terms.discount.map(|rate| npv(rate, &flows)),
            rates: Rates::of(&flows),
            payback: payback(days.iter().map(|it| it.1)).map(|it| days[it].0),
            payback_discounted: terms.discount.and_then(discounted).map(|it| days[it].0),
        }
    }
}

impl DatedRunway {
    fn of(days: &[(Date, Money)], opening: Money, facility: Money) -> Option<Self> {
        let flows: Vec<Money> = days.iter().map(|it| it.1).collect();
        let it = Runway::of(opening, &flows, facility)?;
        Some(Self {
            cash: days.iter().zip(&it.closing_cash).map(|(day, cash)| (day.0, *cash)).collect(),
            min: (days[it.min_period - 1].0, it.min_cash),
            first_short: it.first_short_period.map(|it| days[it - 1].0),
            funding_gap: it.funding_gap,
        })
    }
}

/// The loan from its last draw on: what is owed is what is still to be paid back.
fn covers(days: &[DayFlow], terms: &Terms) -> Vec<DayCover> {
    let drawn = days.iter().rposition(|it| it.principal < Money::ZERO).map_or(0, |it| it + 1);
    let served = |it: &DayFlow| it.service() > Money::ZERO;
    let Some(last) = days.iter().rposition(served) else { return Vec::new() };
    let Some(first) = days.iter().skip(drawn).position(served).map(|it| it + drawn) else {
        return Vec::new();
    };
    let mut owed = days[first..].iter().fold(Money::ZERO, |sum, it| sum + it.principal);
    let mut loan = Vec::new();
    for it in &days[first..=last] {
        let opening = owed.dollars();
        owed = owed - it.principal;
        let (interest, principal) = (it.interest.dollars(), it.principal.dollars());
        loan.push(Payment { opening, interest, principal, closing: owed.dollars() });
    }
    let cash: Vec<f64> = days[first..].iter().map(|it| it.amount.dollars()).collect();
    let growth = |at: usize| match (terms.loan_rate, at.checked_sub(1)) {
        (Some(rate), Some(before)) => {
            let years = terms.day_count.years(days[before].date, days[at].date);
            libm::pow(1.0 + rate, years) - 1.0
        }
        _ => 0.0,
    };
    let rates: Vec<f64> = (first..days.len()).map(growth).collect();
    let known = |it: Cover| match terms.loan_rate {
        Some(_) => it,
        None => Cover { llcr: None, plcr: None, ..it },
    };
    let covers = cover(&cash, &loan, &rates, 0.0).into_iter().map(known);
    let rows = days[first..].iter().zip(loan.iter().zip(covers));
    rows.map(|(it, (payment, cover))| DayCover { date: it.date, payment: *payment, cover })
        .collect()
}
