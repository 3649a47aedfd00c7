//! A project by the year: what it earns, what it can borrow and how it pays back, its tax, and what is left for the
//! one who owns it. After the Single Owner model of NREL's SAM: year 0 is closing, everything else falls due at
//! the end of its year.

use super::loan::{Due, level_payment};

/// What is known of a project. Lists by year begin with year 1 and are of one length.
#[derive(Clone, Debug)]
pub struct Project {
    /// What it earns.
    pub revenue: Vec<f64>,
    /// What running it costs.
    pub costs: Vec<f64>,
    /// What building it costs.
    pub installed: f64,
    /// What money costs while it is built; written off with it.
    pub construction: f64,
    /// What closing costs besides.
    pub closing: f64,
    /// How much is lent.
    pub borrows: Borrows,
    /// Of the loan, a year.
    pub rate: f64,
    /// Years in which it is paid back.
    pub tenor: usize,
    /// Share of the loan that is paid for it at closing.
    pub fee: f64,
    /// Years of debt service that are held in reserve.
    pub reserve_service: f64,
    /// Years of costs that are held in reserve.
    pub reserve_costs: f64,
    /// What reserves yield, a year.
    pub reserve_yield: f64,
    /// Shares of the building that are written off by year.
    pub written_off: Vec<f64>,
    /// Of income, by the state.
    pub state_tax: f64,
    /// Of what the state leaves, by the federation.
    pub federal_tax: f64,
}

/// How much is lent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Borrows {
    /// What debt service carries that leaves this cover every year. A year whose cash is below nothing is lent
    /// to again, as the model has it; where that comes to nothing or less, nothing is lent.
    Cover(f64),
    /// A share of all that closing costs, paid back in level payments.
    Share(f64),
}

/// A year of a project, all in money.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProjectYear {
    /// Earned.
    pub revenue: f64,
    /// Spent on running it.
    pub costs: f64,
    /// Paid to the lender.
    pub service: f64,
    /// Of it, interest.
    pub interest: f64,
    /// Owed at its end.
    pub owed: f64,
    /// Held at its end for debt service.
    pub reserve_service: f64,
    /// Held at its end for costs.
    pub reserve_costs: f64,
    /// What reserves have yielded.
    pub yielded: f64,
    /// Written off.
    pub written_off: f64,
    /// Tax of the state; below nothing where a loss is worth something to the owner.
    pub state_tax: f64,
    /// Tax of the federation.
    pub federal_tax: f64,
    /// What the owner gets, or puts in, before tax.
    pub before_tax: f64,
    /// After it.
    pub after_tax: f64,
}

impl ProjectYear {
    /// Earned less spent on running: what there is for debt.
    pub fn cash(&self) -> f64 {
        self.revenue - self.costs
    }

    /// Paid back.
    pub fn principal(&self) -> f64 {
        self.service - self.interest
    }

    /// Held at its end.
    pub fn reserves(&self) -> f64 {
        self.reserve_service + self.reserve_costs
    }

    /// What tax is taken of before the state's own is.
    pub fn income(&self) -> f64 {
        self.cash() + self.yielded - self.interest - self.written_off
    }
}

impl Project {
    /// The years, closing first.
    pub fn years(&self) -> Vec<ProjectYear> {
        let service = self.service();
        let owed = self.worth(&service);
        let ahead = |all: &[f64], at: usize| all.get(at).copied().unwrap_or(0.0);
        let mut years = vec![ProjectYear { owed, ..ProjectYear::default() }];
        for at in 0..=self.revenue.len() {
            let before = years[at.saturating_sub(1)];
            let mut it = if at == 0 { years[0] } else { self.runs(at, &before, service[at - 1]) };
            it.reserve_service = self.reserve_service * ahead(&service, at);
            it.reserve_costs = self.reserve_costs * ahead(&self.costs, at);
            if at == 0 {
                it.before_tax = -self.equity(&it);
                it.after_tax = it.before_tax;
                years[0] = it;
            } else {
                self.pays_tax(&mut it, &before);
                years.push(it);
            }
        }
        years
    }

    fn runs(&self, at: usize, before: &ProjectYear, service: f64) -> ProjectYear {
        let interest = before.owed * self.rate;
        ProjectYear {
            revenue: self.revenue[at - 1],
            costs: self.costs[at - 1],
            service,
            interest,
            owed: if at == self.tenor { 0.0 } else { before.owed + interest - service },
            yielded: before.reserves() * self.reserve_yield,
            written_off: self.written_off.get(at - 1).copied().unwrap_or(0.0) * self.building(),
            ..ProjectYear::default()
        }
    }

    fn pays_tax(&self, it: &mut ProjectYear, before: &ProjectYear) {
        let kept = it.reserves() - before.reserves();
        it.before_tax = it.cash() + it.yielded - it.service - kept;
        it.state_tax = it.income() * self.state_tax;
        it.federal_tax = (it.income() - it.state_tax) * self.federal_tax;
        it.after_tax = it.before_tax - it.state_tax - it.federal_tax;
    }

    /// What is written off.
    fn building(&self) -> f64 {
        self.installed + self.construction
    }

    /// What closing costs, from its year.
    pub fn cost(&self, closing: &ProjectYear) -> f64 {
        self.building() + self.closing + self.fee * closing.owed + closing.reserves()
    }

    /// What the owner puts in, from closing's year.
    pub fn equity(&self, closing: &ProjectYear) -> f64 {
        self.cost(closing) - closing.owed
    }

    /// What is paid to the lender, by year; nothing after the tenor.
    fn service(&self) -> Vec<f64> {
        let years = self.revenue.len();
        let tenor = self.tenor.min(years);
        let mut service = match self.borrows {
            Borrows::Cover(ratio) => {
                let cash = self.revenue.iter().zip(&self.costs).take(tenor);
                let service: Vec<f64> = cash.map(|it| (it.0 - it.1) / ratio).collect();
                if self.worth(&service) > 0.0 { service } else { Vec::new() }
            }
            Borrows::Share(share) => {
                // What is lent is a share of costs in which the fee and the reserve for its own service stand.
                let payment = level_payment(1.0, self.rate, tenor, 0.0, Due::AtEnd);
                let held = self.reserve_costs * self.costs.first().copied().unwrap_or(0.0);
                let of_its_own = self.fee + self.reserve_service * payment;
                let lent =
                    share * (self.building() + self.closing + held) / (1.0 - share * of_its_own);
                vec![lent.max(0.0) * payment; tenor]
            }
        };
        service.resize(years, 0.0);
        service
    }

    fn worth(&self, service: &[f64]) -> f64 {
        service.iter().rev().fold(0.0, |later, it| (later + it) / (1.0 + self.rate))
    }
}

/// Shares that are written off by year, evenly over a life, half a year's in the first.
pub fn half_year_straight_line(life: usize) -> Vec<f64> {
    let of_year = |it| if it == 0 || it == life { 0.5 } else { 1.0 };
    (0..=life).map(|it| of_year(it) / life as f64).collect()
}
