//! What a party earned and what it has: statement and balance sheet of each month, read from what
//! its accounts held when the month closed.

use super::look::Look;
use crate::engine::{Entry, Line, chart};
use crate::ledger::{Account, Closing};
use crate::scenario::Class;
use crate::time::Month;
use crate::units::Money;

/// A span of a party's books, a month or more: what moved in it, and what stood at its end.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The last month of it.
    pub month: Month,
    /// How many months it spans.
    pub months: usize,
    moved: [i128; Line::COUNT],
    held: [i128; Line::COUNT],
}

impl Statement {
    /// What moved on a line.
    pub fn moved(&self, line: Line) -> Money {
        Money { micros: self.moved[line.index()] }
    }

    /// What a line held at the end.
    pub fn held(&self, line: Line) -> Money {
        Money { micros: self.held[line.index()] }
    }

    /// Own revenue, and what deals bill.
    pub fn income(&self) -> Money {
        self.moved(Line::Revenue) + self.moved(Line::Billed)
    }

    /// Everything spent but for what is written off, interest and tax.
    pub fn costs(&self) -> Money {
        let all =
            [Line::Operations, Line::OtherCompute, Line::Rent, Line::Purchases, Line::Running];
        all.into_iter().map(|it| self.moved(it)).sum()
    }

    /// Earnings before interest, tax and what is written off.
    pub fn ebitda(&self) -> Money {
        self.income() - self.costs()
    }

    /// What is written off, all classes.
    pub fn depreciation(&self) -> Money {
        Class::ALL.into_iter().map(|it| self.moved(Line::Depreciation(it))).sum()
    }

    /// Interest charged to it, less what it charges others.
    pub fn interest(&self) -> Money {
        self.moved(Line::Interest) - self.moved(Line::InterestEarned)
    }

    /// What is left of the income when all is taken off.
    pub fn net_income(&self) -> Money {
        self.ebitda() - self.depreciation() - self.interest() - self.moved(Line::Tax)
    }

    /// Paid for capital, all classes.
    pub fn capex(&self) -> Money {
        Class::ALL.into_iter().map(|it| self.moved(Line::PlantCost(it))).sum()
    }

    /// What a class of its plants is worth in the books.
    pub fn plant_of(&self, class: Class) -> Money {
        let lines = [Line::PlantStood(class), Line::PlantCost(class), Line::PlantWorn(class)];
        lines.into_iter().map(|it| self.held(it)).sum()
    }

    /// What its plants are worth in the books.
    pub fn plant(&self) -> Money {
        Class::ALL.into_iter().map(|it| self.plant_of(it)).sum()
    }

    /// What it has.
    pub fn assets(&self) -> Money {
        let claims = [Line::Receivables, Line::PrepaymentsMade, Line::Stakes];
        let lines = [Line::Cash, Line::HeldBack].into_iter().chain(claims);
        lines.map(|it| self.held(it)).sum::<Money>() + self.plant()
    }

    /// What it owes.
    pub fn liabilities(&self) -> Money {
        let lines = [Line::Payables, Line::PrepaymentsReceived, Line::Debt];
        lines.into_iter().map(|it| self.held(it)).sum()
    }

    /// What was earned since the horizon began and is still there: nothing is paid out.
    pub fn retained(&self) -> Money {
        let since = Statement { moved: self.held, ..self.clone() };
        since.net_income()
    }

    /// Takes in the month that follows.
    fn add(&mut self, next: &Statement) {
        self.moved.iter_mut().zip(&next.moved).for_each(|(sum, more)| *sum += more);
        (self.month, self.held) = (next.month, next.held);
        self.months += next.months;
    }

    /// What owners have: paid in, and retained.
    pub fn equity(&self) -> Money {
        self.held(Line::PaidIn) + self.retained()
    }
}

/// What every line of a party holds.
fn held(entries: &[Entry], balance: impl Fn(Account) -> i128) -> [i128; Line::COUNT] {
    let mut held = [0; Line::COUNT];
    for it in entries {
        held[it.line.index()] += it.sign * balance(it.account);
    }
    held
}

impl Look<'_> {
    fn chart(&self, party: usize) -> Vec<Entry> {
        chart(self.case, &self.played.books, party)
    }

    /// A party's statement over the whole horizon.
    pub fn statement(&self, party: usize) -> Statement {
        let ledger = &self.played.ledger;
        let held = held(&self.chart(party), |it| ledger.balance(it));
        let month = ledger.months().last().unwrap_or(self.case.from.month());
        Statement { month, months: ledger.months().count(), moved: held, held }
    }

    /// A party's statements, one for each closed month, oldest first.
    pub fn statements(&self, party: usize) -> Vec<Statement> {
        let entries = self.chart(party);
        let mut before = [0; Line::COUNT];
        let of_month = |(month, closing): (Month, Closing<'_>)| {
            let held = held(&entries, |it| closing.balance(it));
            let mut moved = held;
            moved.iter_mut().zip(&before).for_each(|(now, before)| *now -= before);
            before = held;
            Statement { month, months: 1, moved, held }
        };
        self.played.ledger.closings().map(of_month).collect()
    }

    /// A party's statements by calendar year.
    pub fn yearly_statements(&self, party: usize) -> Vec<Statement> {
        let mut years: Vec<Statement> = Vec::new();
        for it in self.statements(party) {
            match years.last_mut().filter(|year| year.month.year() == it.month.year()) {
                Some(year) => year.add(&it),
                None => years.push(it),
            }
        }
        years
    }
}
