//! How much is lent: settled before anything is played, on what the deal promises at the least, less what its plants
//! cost to run and what the debts before it take.

use super::DebtState;
use crate::engine::plant::PlantState;
use crate::finance::{self, Asked, Binding, Due, Payment, Size};
use crate::scenario::{Case, Debt, Repays, Serves};
use crate::terms::Promise;
use crate::units::Money;

impl DebtState {
    /// A debt before the first moment, from what its deal promises, what the plants behind it cost, and the debts
    /// before it in the file.
    pub fn new(case: &Case, debt: &Debt, plants: &[PlantState], before: &[DebtState]) -> Self {
        let limit = debt.limit.map(Money::dollars);
        let (size, promised) = match debt.secures {
            Some(secures) => {
                let mut promised = promised(case, debt, secures, plants);
                for (senior, state) in case.debts.iter().zip(before) {
                    if senior.secures == Some(secures) {
                        state.takes(senior, debt, &mut promised);
                    }
                }
                let capital = behind(case, secures).map(|it| plants[it].capital());
                let capital = capital.reduce(|sum, it| sum + it);
                let size = finance::size(&Asked {
                    cash: &promised,
                    rate: debt.rate(),
                    tenor: debt.months,
                    tail: debt.tail,
                    repays: debt.repays,
                    dscr: debt.dscr,
                    llcr: debt.llcr,
                    advance: capital.map(|it| it.times(debt.advance.0).dollars()),
                    limit,
                });
                (size, promised)
            }
            None => (Size::of(Binding::Limit, limit.unwrap_or(0.0)), Vec::new()),
        };
        Self { size, promised, drawn: Money::ZERO, repaid: 0, thin: 0 }
    }

    /// What a debt takes of the cash that is promised to one after it.
    fn takes(&self, debt: &Debt, after: &Debt, promised: &mut [f64]) {
        let ahead = libm::round(debt.repay_from.months_since(after.repay_from)) as i64;
        for (at, service) in self.plan(debt).into_iter().enumerate() {
            let month = usize::try_from(ahead + at as i64).ok();
            if let Some(cash) = month.and_then(|it| promised.get_mut(it)) {
                *cash -= service;
            }
        }
    }

    /// Service month by month, as it is planned when all is drawn.
    fn plan(&self, debt: &Debt) -> Vec<f64> {
        let (owed, rate) = (self.size.amount, debt.rate());
        let cash = &self.promised[..debt.months.min(self.promised.len())];
        match debt.repays {
            Repays::Level => {
                vec![finance::level_payment(owed, rate, debt.months, 0.0, Due::AtEnd); debt.months]
            }
            Repays::Sculpted => {
                let worth = finance::worth(cash, rate).max(f64::MIN_POSITIVE);
                cash.iter().map(|it| it.max(0.0) * (owed / worth)).collect()
            }
            Repays::Sweep(share) => {
                finance::sweep(owed, rate, cash, share).iter().map(Payment::service).collect()
            }
            Repays::AtEnd => {
                let mut all = vec![owed * rate; debt.months];
                all[debt.months - 1] += owed;
                all
            }
        }
    }
}

/// Cash that a deal promises, by month from the first repayment on, less what its plants cost to run.
fn promised(case: &Case, debt: &Debt, secures: Serves, plants: &[PlantState]) -> Vec<f64> {
    let promise = match secures {
        Serves::Deal(it) => Promise::of_deal(&case.deals[it], &case.fleets[case.deals[it].fleet]),
        Serves::Pledge(it) => Promise::of_pledge(case, &case.pledges[it]),
    };
    let mut cash = Vec::new();
    let mut month = debt.repay_from.month();
    while month.start() < case.ends(secures) {
        let (from, to) = (month.start(), month.end());
        let costs: Money = behind(case, secures).map(|it| plants[it].runs(from, to)).sum();
        cash.push((promise.between(from, to) - costs).dollars());
        month = month.next();
    }
    cash
}

/// The plants that are built for a deal.
pub(super) fn behind(case: &Case, secures: Serves) -> impl Iterator<Item = usize> {
    (0..case.plants.len()).filter(move |it| case.plants[*it].serves == secures)
}
