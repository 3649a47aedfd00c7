//! Figures of what stays unpaid, where deals say what follows.

use super::Value;
use super::ancestry::Stage;
use super::look::Look;
use super::table::{Spec, number, spec};
use crate::scenario::{Debt, RowId, Scenario};
use crate::time::Month;
use crate::units::Money;

/// Of a deal or pledge, by its number.
static CONTRACT: [Spec; 5] = [
    spec!(
        "unpaid",
        "owed by the buyer at the end and not paid",
        "USD",
        simulated,
        "charges + interest on arrears - what was paid, by whomever, taken off or written off",
        settled,
        |look, it| number(look.owed(it) / 1e6)
    ),
    spec!(
        "unpaid_first",
        "first month of which something stays unpaid",
        "date",
        simulated,
        "first month-end at which the buyer, and who stands in for it, could not pay all",
        settled,
        |look, it| Some(match look.played.marks.arrears[it].first {
            Some(month) => Value::Date(month.to_string()),
            None => Value::Never,
        })
    ),
    spec!(
        "arrears_peak",
        "most that is unpaid at once",
        "USD",
        simulated,
        "largest arrears at a month's end",
        settled,
        |look, it| number(look.played.marks.arrears[it].peak as f64 / 1e6)
    ),
    spec!(
        "relet",
        "what the market pays for capacity that went back",
        "USD",
        simulated,
        "capacity by the calendar as played x share that is let again x price of the month",
        settled,
        |look, it| {
            let unpaid = look.case.contracts().nth(it)?.unpaid;
            unpaid?.relet.as_ref()?;
            number(-look.total(look.played.books.late[it]?.relet) / 1e6)
        }
    ),
    spec!(
        "guarantee_paid",
        "what the guarantor pays for the buyer",
        "USD",
        simulated,
        "what the buyer could not pay, up to what is guaranteed and what the guarantor has",
        settled,
        |look, it| {
            look.case.contracts().nth(it)?.guarantee?;
            number(-look.total(look.played.books.late[it]?.guaranteed) / 1e6)
        }
    ),
];

static BUYER: [Spec; 1] = [spec!(
    "unpaid",
    "what it owes at the end and has not paid",
    "USD",
    simulated,
    "arrears of the deals it buys by, and of compute outside them; interest and instalments that are due",
    settled,
    |look, party| {
        let books = &look.played.books;
        let other = books.other_payable[party].map_or(0.0, |it| -look.total(it));
        let contracts = look.case.contracts().enumerate().filter(|it| it.1.buyer == party);
        let arrears = contracts.map(|it| look.owed(it.0)).sum::<f64>() + other;
        number(arrears / 1e6 + look.overdue_at_the_end(|it| it.borrower == party))
    }
)];

static SELLER: [Spec; 1] = [spec!(
    "not_received",
    "what it is owed at the end and has not received",
    "USD",
    simulated,
    "arrears of the deals that it sells by; interest and instalments that are due to it",
    settled,
    |look, party| {
        let contracts = look.case.contracts().enumerate().filter(|it| it.1.seller == party);
        let arrears = contracts.map(|it| look.owed(it.0)).sum::<f64>();
        number(arrears / 1e6 + look.overdue_at_the_end(|it| it.lender == party))
    }
)];

fn settled(_: &Scenario, _: usize) -> Vec<Stage> {
    vec![Stage::Settlement]
}

/// The nouns with such figures.
pub(super) fn tables(scenario: &Scenario) -> Vec<(String, usize, &'static [Spec])> {
    let side = |it: RowId, key| scenario.row(it).target(key);
    let contracts: Vec<RowId> = scenario.contracts().collect();
    let says = |it: &&RowId| scenario.row(**it).word("unpaid.rule").is_some();
    let buyers: Vec<_> = contracts.iter().filter(says).map(|it| side(*it, "buyer")).collect();
    let late = |it: &RowId| buyers.contains(&side(*it, "buyer"));
    let mut all: Vec<(String, usize, &'static [Spec])> = Vec::new();
    for (nth, id) in contracts.iter().enumerate().filter(|it| late(it.1)) {
        all.push((scenario.row(*id).path.clone(), nth, &CONTRACT[..]));
    }
    for (nth, party) in scenario.parties.iter().enumerate() {
        let path = || scenario.row(*party).path.clone();
        if buyers.contains(&Some(*party)) {
            all.push((path(), nth, &BUYER[..]));
        }
        let sells = |it: &RowId| late(it) && side(*it, "seller") == Some(*party);
        let lends = |it: &RowId| {
            side(*it, "lender") == Some(*party) && buyers.contains(&side(*it, "borrower"))
        };
        if contracts.iter().any(sells) || scenario.debts.iter().any(lends) {
            all.push((path(), nth, &SELLER[..]));
        }
    }
    all
}

impl Look<'_> {
    /// What the buyer of a deal or pledge owes at the end, in micro-dollars; a credit is no debt of its own.
    pub fn owed(&self, contract: usize) -> f64 {
        (-self.total(self.played.books.owed(contract).0)).max(0.0)
    }

    /// The first month of which a buyer could not pay all of its deals and debts.
    pub fn late_since(&self, buyer: usize) -> Option<Month> {
        let contracts = self.case.contracts().enumerate().filter(|it| it.1.buyer == buyer);
        let arrears = contracts.filter_map(|it| self.played.marks.arrears[it.0].first);
        let debts = self.case.debts.iter().enumerate().filter(|it| it.1.borrower == buyer);
        let overdue = debts.filter_map(|it| {
            let mut months = self.overdue(it.0).into_iter();
            months.find(|it| it.1 > Money::ZERO).map(|it| it.0)
        });
        arrears.chain(overdue).min()
    }

    /// Interest and instalments of a debt that are due and unpaid, at each month's end.
    pub fn overdue(&self, debt: usize) -> Vec<(Month, Money)> {
        let books = self.played.books.debts[debt];
        let [interest, principal] =
            [books.interest_due, books.principal_due].map(|it| self.monthly(it));
        let mut owed = 0;
        let moves = interest.into_iter().zip(principal);
        let stands = moves.map(|((month, interest), (_, principal))| {
            owed -= interest + principal;
            (month, Money { micros: owed })
        });
        stands.collect()
    }

    /// The same of some debts when the horizon ends, in dollars.
    fn overdue_at_the_end(&self, is_meant: impl Fn(&Debt) -> bool) -> f64 {
        let meant = self.case.debts.iter().zip(&self.played.books.debts);
        let meant = meant.filter(|it| is_meant(it.0));
        meant.map(|it| -self.total(it.1.interest_due) - self.total(it.1.principal_due)).sum::<f64>()
            / 1e6
    }

    /// What falls due under a deal or pledge, by month.
    pub fn dues(&self, contract: usize) -> Vec<(Month, Money)> {
        match contract.checked_sub(self.case.deals.len()) {
            None => self.bills(contract),
            Some(pledge) => self.pledge_dues(pledge),
        }
    }

    /// What is taken off the bills of a deal or pledge once it was renegotiated, by month, in micro-dollars.
    pub(super) fn rebates(&self, contract: usize) -> Vec<i128> {
        let rebate = self.played.books.late[contract].map(|it| self.monthly(it.rebate));
        rebate.unwrap_or_default().into_iter().map(|it| it.1).collect()
    }
}
