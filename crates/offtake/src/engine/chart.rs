//! Which account stands on which line of whose statement. A party's statement is what moved on its
//! lines; its balance sheet is what they hold.

use super::books::{Books, DebtBooks};
use super::unpaid::LateBooks;
use crate::ledger::{Account, Ledger};
use crate::scenario::{Case, Class, Contract, Debt};

/// A line of a party's statement or balance sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// What customers pay, deals apart.
    Revenue,
    /// What its deals bill as seller.
    Billed,
    /// What borrowers are charged.
    InterestEarned,
    /// What is spent before compute.
    Operations,
    /// Compute outside the deals.
    OtherCompute,
    /// Rent of the deals it buys.
    Rent,
    /// Chips, sites and what is named nowhere, bought by deals.
    Purchases,
    /// What running its plants costs.
    Running,
    /// What is written off of a class.
    Depreciation(Class),
    /// What lenders are paid.
    Interest,
    /// Tax of the year.
    Tax,
    /// What it has.
    Cash,
    /// What lenders hold back of its cash.
    HeldBack,
    /// What its deals billed and buyers have not paid, and interest.
    Receivables,
    /// What it prepaid and has not drawn.
    PrepaymentsMade,
    /// What was left of its plants when the horizon began, by class.
    PlantStood(Class),
    /// What it has paid for them since.
    PlantCost(Class),
    /// What is written off of them.
    PlantWorn(Class),
    /// Shares of others, as paid in, and what it lent them by deals.
    Stakes,
    /// What it owes for what was billed.
    Payables,
    /// What buyers prepaid and have not drawn.
    PrepaymentsReceived,
    /// What it borrowed.
    Debt,
    /// What owners and funding brought in.
    PaidIn,
}

/// On which side of the books a line stands, so that what it holds reads as a plain number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What comes in: lifts the profit.
    Income,
    /// What goes out: lowers it.
    Cost,
    /// What it has.
    Asset,
    /// What it owes.
    Liability,
    /// What owners put in.
    Equity,
}

impl Line {
    /// How many lines there are, each class counted.
    pub const COUNT: usize = 35;

    /// Its place among all lines.
    pub fn index(self) -> usize {
        match self {
            Line::Revenue => 0,
            Line::Billed => 1,
            Line::Operations => 2,
            Line::OtherCompute => 3,
            Line::Rent => 4,
            Line::Purchases => 5,
            Line::Running => 6,
            Line::Interest => 7,
            Line::Tax => 8,
            Line::Cash => 9,
            Line::Receivables => 10,
            Line::PrepaymentsMade => 11,
            Line::Stakes => 12,
            Line::Payables => 13,
            Line::PrepaymentsReceived => 14,
            Line::Debt => 15,
            Line::PaidIn => 16,
            Line::Depreciation(class) => 17 + class as usize,
            Line::PlantStood(class) => 21 + class as usize,
            Line::PlantCost(class) => 25 + class as usize,
            Line::PlantWorn(class) => 29 + class as usize,
            Line::InterestEarned => 33,
            Line::HeldBack => 34,
        }
    }

    /// Its side.
    pub fn side(self) -> Side {
        match self {
            Line::Revenue | Line::Billed | Line::InterestEarned => Side::Income,
            Line::Operations
            | Line::OtherCompute
            | Line::Rent
            | Line::Purchases
            | Line::Running
            | Line::Depreciation(_)
            | Line::Interest
            | Line::Tax => Side::Cost,
            Line::Cash
            | Line::HeldBack
            | Line::Receivables
            | Line::PrepaymentsMade
            | Line::PlantStood(_)
            | Line::PlantCost(_)
            | Line::PlantWorn(_)
            | Line::Stakes => Side::Asset,
            Line::Payables | Line::PrepaymentsReceived | Line::Debt => Side::Liability,
            Line::PaidIn => Side::Equity,
        }
    }
}

/// An account on a line.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Which line.
    pub line: Line,
    /// Which account.
    pub account: Account,
    /// What a unit of the account adds to the line: 1 or -1. The two parties of a deal read the same
    /// accounts from both sides.
    pub sign: i128,
}

impl Entry {
    fn new(line: Line, account: Account, sign: i128) -> Self {
        Self { line, account, sign }
    }
}

/// Every account of a party with its line.
pub fn chart(case: &Case, books: &Books, party: usize) -> Vec<Entry> {
    let of = books.parties[party];
    let mut all = vec![
        Entry::new(Line::Revenue, of.revenue, -1),
        Entry::new(Line::Operations, of.operations, 1),
        Entry::new(Line::OtherCompute, of.other_compute, 1),
        Entry::new(Line::Cash, of.cash, 1),
        Entry::new(Line::PaidIn, of.funding, -1),
    ];
    all.extend(of.tax.map(|it| Entry::new(Line::Tax, it, 1)));
    for (i, deal) in case.deals.iter().enumerate() {
        let of = Sides { party, buyer: deal.buyer, seller: deal.seller };
        let (own, clauses) = (books.deals[i], &books.clauses_of_deals[i]);
        all.extend(of.bill(deal.layer, books.bill_of_deal(i), own.payable));
        all.extend(of.prepaid(own.prepaid, own.prepaid_owed));
        all.extend(clauses.deposit.and_then(|it| of.prepaid(it.held, it.owed)));
    }
    for (i, pledge) in case.pledges.iter().enumerate() {
        let of = Sides { party, buyer: pledge.buyer, seller: pledge.seller };
        let clauses = &books.clauses_of_pledges[i];
        all.extend(of.bill(pledge.layer, books.bill_of_pledge(i), books.pledges[i].payable));
        all.extend(clauses.deposit.and_then(|it| of.prepaid(it.held, it.owed)));
    }
    for (plant, books) in case.plants.iter().zip(&books.plants).filter(|it| it.0.owner == party) {
        all.push(Entry::new(Line::Running, books.running, 1));
        all.push(Entry::new(Line::PaidIn, books.brought, -1));
        for (capital, books) in plant.capital.iter().zip(&books.classes) {
            let class = capital.class;
            all.push(Entry::new(Line::Depreciation(class), books.depreciation, 1));
            all.push(Entry::new(Line::PlantStood(class), books.stood, 1));
            all.push(Entry::new(Line::PlantCost(class), books.cost, 1));
            all.push(Entry::new(Line::PlantWorn(class), books.worn, 1));
        }
    }
    for (debt, books) in case.debts.iter().zip(&books.debts) {
        all.extend(of_debt(party, debt, books));
    }
    for (contract, late) in case.contracts().zip(&books.late) {
        all.extend(late.iter().flat_map(|it| of_late(party, &contract, it)));
    }
    all.extend(books.other_payable[party].map(|it| Entry::new(Line::Payables, it, -1)));
    all
}

/// What a deal that was not paid in full is to its sides: arrears bear interest, what is taken off or
/// written off lowers the bill, a guarantor bears what the buyer did not, the market pays the seller, who keeps
/// what it holds of a buyer that walked away.
fn of_late(party: usize, contract: &Contract<'_>, books: &LateBooks) -> Vec<Entry> {
    let (bought, sold) = lines(contract.layer);
    let mut all = Vec::new();
    if party == contract.buyer {
        all.push(Entry::new(Line::Interest, books.interest, 1));
        all.extend(
            [books.rebate, books.written_off, books.guaranteed, books.kept]
                .map(|it| Entry::new(bought, it, 1)),
        );
    }
    if party == contract.seller {
        all.push(Entry::new(Line::InterestEarned, books.interest, 1));
        all.extend([books.rebate, books.written_off, books.kept].map(|it| Entry::new(sold, it, 1)));
        all.push(Entry::new(Line::Billed, books.relet, -1));
    }
    if contract.guarantee.is_some_and(|it| it.by == party) {
        all.push(Entry::new(bought, books.guaranteed, -1));
    }
    all
}

/// On which line of the buyer and of the seller a charge of a layer stands.
fn lines(layer: &str) -> (Line, Line) {
    match layer {
        "rent" => (Line::Rent, Line::Billed),
        "equity" => (Line::Stakes, Line::PaidIn),
        "loan" => (Line::Stakes, Line::Debt),
        _ => (Line::Purchases, Line::Billed),
    }
}

/// What a debt is to its borrower and to its lender.
fn of_debt(party: usize, debt: &Debt, books: &DebtBooks) -> Vec<Entry> {
    match party {
        it if it == debt.borrower => vec![
            Entry::new(Line::Interest, books.interest, 1),
            Entry::new(Line::Payables, books.interest_due, -1),
            Entry::new(Line::Debt, books.owed, -1),
            Entry::new(Line::HeldBack, books.reserve, 1),
            Entry::new(Line::HeldBack, books.trapped, 1),
        ],
        it if it == debt.lender => vec![
            Entry::new(Line::InterestEarned, books.interest, 1),
            Entry::new(Line::Receivables, books.interest_due, -1),
            Entry::new(Line::Stakes, books.lent, 1),
        ],
        _ => Vec::new(),
    }
}

/// Who reads the accounts of a deal.
#[derive(Clone, Copy)]
struct Sides {
    party: usize,
    buyer: usize,
    seller: usize,
}

impl Sides {
    /// What is charged and what is unpaid of it: a cost and a debt of the buyer, income and a claim of
    /// the seller. Shares and loans are no costs.
    fn bill(
        self,
        layer: &str,
        charges: impl Iterator<Item = Account>,
        payable: Account,
    ) -> Vec<Entry> {
        let (bought, sold) = lines(layer);
        let (line, unpaid) = match self.party {
            it if it == self.buyer => (bought, Line::Payables),
            it if it == self.seller => (sold, Line::Receivables),
            _ => return Vec::new(),
        };
        let charges = charges.map(|it| Entry::new(line, it, 1));
        charges.chain([Entry::new(unpaid, payable, -1)]).collect()
    }

    /// What is paid before it is due: the buyer's claim, the seller's debt.
    fn prepaid(self, made: Account, owed: Account) -> Option<Entry> {
        match self.party {
            it if it == self.buyer => Some(Entry::new(Line::PrepaymentsMade, made, 1)),
            it if it == self.seller => Some(Entry::new(Line::PrepaymentsReceived, owed, -1)),
            _ => None,
        }
    }
}

/// Profit before tax since the horizon began: what came in less what went out.
pub fn profit_before_tax(entries: &[Entry], ledger: &Ledger) -> i128 {
    let amount = |it: &Entry| match (it.line, it.line.side()) {
        (Line::Tax, _) => 0,
        (_, Side::Income) => it.sign * ledger.balance(it.account),
        (_, Side::Cost) => -it.sign * ledger.balance(it.account),
        _ => 0,
    };
    entries.iter().map(amount).sum()
}
