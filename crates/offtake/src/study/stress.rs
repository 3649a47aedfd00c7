//! Who is not paid what, and when, if an input comes out worse: the same draw played twice, as it is and with the
//! input scaled, laid side by side by creditor.
//!
//! In both, every buyer whose cash is told pays no more than it has. Where deals say what follows, they do as they
//! say; where they say nothing, they wait and are paid in proportion.

use std::collections::BTreeSet;

use crate::engine::{self, Played};
use crate::figures::Look;
use crate::ledger::Account;
use crate::scenario::{Case, Cell, Draw, Drawn, InputId, Scenario, lies_under};
use crate::time::Month;
use crate::units::{Money, to_f64};

/// What is made worse, and by how much.
#[derive(Clone, Debug, PartialEq)]
pub struct Stress {
    /// `party.openai.revenue`: a number of the scenario, or all numbers under it.
    pub path: String,
    /// -50: by how many per cent it is moved.
    pub per_cent: f64,
}

/// How a creditor fares in one play.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fare {
    /// What falls due to it over the horizon.
    pub due: Money,
    /// What it receives, from guarantors and from the market too.
    pub received: Money,
    /// What it is owed at the end.
    pub unpaid: Money,
    /// The most that it is owed past its time at any month's end.
    pub late: Money,
    /// The first month of which something stayed unpaid.
    pub since: Option<Month>,
}

/// A creditor in both plays.
#[derive(Clone, Debug, PartialEq)]
pub struct Hurt {
    /// Index of the party; nothing for those who sell compute outside the deals.
    pub creditor: Option<usize>,
    /// As the scenario is.
    pub plain: Fare,
    /// With the input moved.
    pub stressed: Fare,
    /// What it receives less, as a share of its own revenue, where that is told.
    pub of_revenue: Option<f64>,
    /// The same as a share of all that falls due to it by this scenario.
    pub of_dues: Option<f64>,
}

/// Both plays, by creditor, those first who lose most.
#[derive(Clone, Debug, PartialEq)]
pub struct Stressed {
    /// What was made worse.
    pub stress: Stress,
    /// Whether any deal says what follows.
    pub is_said: bool,
    /// By creditor.
    pub hurts: Vec<Hurt>,
}

impl Stress {
    /// What is asked of every scenario: the revenue of the first buyer whose cash and revenue are told, halved.
    pub fn usual(scenario: &Scenario) -> Option<Stress> {
        let buys = |it: &&crate::scenario::RowId| {
            scenario.contracts().any(|deal| scenario.row(deal).target("buyer") == Some(**it))
        };
        let parties = scenario.parties.iter().filter(buys).map(|it| scenario.row(*it));
        let mut told = parties.filter(|it| it.cells.contains_key("revenue") && it.says("cash"));
        let path = format!("{}.revenue", told.next()?.path);
        Some(Stress { path, per_cent: -50.0 })
    }

    /// The numbers that are moved, once each; none where the path names none. What points into the catalogue
    /// is among them, though its own path is the catalogue's.
    pub fn inputs(&self, scenario: &Scenario) -> BTreeSet<InputId> {
        let own = scenario.inputs.iter().filter(|it| lies_under(&it.1.path, &self.path));
        let pointed = scenario.rows.iter().flat_map(|row| row.inputs_under(&self.path));
        let is_number = |it: &InputId| scenario.inputs.get(*it).is_number();
        own.map(|it| it.0).chain(pointed).filter(is_number).collect()
    }

    /// The draw with the numbers moved.
    fn moved(&self, scenario: &Scenario, draw: &Draw) -> Draw {
        let mut moved = draw.clone();
        for id in self.inputs(scenario) {
            if let Drawn::Number(it) = draw.get(id) {
                let (least, most) = scenario.inputs.get(id).bounds;
                let value = to_f64(it) * (1.0 + self.per_cent / 100.0);
                moved = moved.with_number(id, value.clamp(least, most));
            }
        }
        moved
    }
}

/// Plays both.
pub fn stressed(scenario: &Scenario, draw: &Draw, stress: Stress) -> Stressed {
    let moved = stress.moved(scenario, draw);
    let [plain, worse] = [draw, &moved].map(|draw| {
        let case = Case::of(scenario, draw).without_detail().waiting();
        let played = engine::play(&case, false);
        (case, played)
    });
    let look = |draw, it: &'_ (Case, Played)| -> Vec<Fare> {
        fares(&Look { scenario, draw, case: &it.0, played: &it.1 })
    };
    let (before, after) = (look(draw, &plain), look(&moved, &worse));
    let at = Look { scenario, draw, case: &plain.0, played: &plain.1 };
    let hurt = |(nth, (plain, stressed)): (usize, (Fare, Fare))| {
        let creditor = (nth < at.case.parties.len()).then_some(nth);
        let less = (plain.received - stressed.received).dollars();
        let share = |of: f64| (of > 0.0).then(|| less / of);
        let revenue = creditor
            .filter(|it| says_revenue(scenario, *it))
            .map(|it| at.party_months(it).iter().map(|it| it.revenue).sum::<Money>().dollars());
        let of_dues = share(plain.due.dollars());
        Hurt { creditor, plain, stressed, of_revenue: revenue.and_then(share), of_dues }
    };
    let mut hurts: Vec<Hurt> = before.into_iter().zip(after).enumerate().map(hurt).collect();
    hurts.retain(|it| it.plain.due != Money::ZERO || it.stressed.due != Money::ZERO);
    hurts.sort_by_key(|it| it.stressed.received - it.plain.received);
    let is_said = scenario.contracts().any(|it| scenario.row(it).word("unpaid.rule").is_some());
    Stressed { stress, is_said, hurts }
}

fn says_revenue(scenario: &Scenario, party: usize) -> bool {
    matches!(scenario.row(scenario.parties[party]).cells.get("revenue"), Some(Cell::Path(_)))
}

/// How each party fares as a creditor, and last, all who sell compute outside the deals.
fn fares(look: &Look<'_>) -> Vec<Fare> {
    let books = &look.played.books;
    let micros = |account| Money { micros: look.played.ledger.balance(account) };
    let mut all = vec![Fare::default(); look.case.parties.len() + 1];
    let mut payables = vec![Vec::new(); all.len()];
    for (nth, it) in look.case.contracts().enumerate() {
        let fare = &mut all[it.seller];
        let (payable, paid) = books.owed(nth);
        fare.due = fare.due + look.dues(nth).into_iter().map(|it| it.1).sum();
        fare.received = fare.received - micros(paid);
        for account in books.late[nth].iter().flat_map(|it| [it.guaranteed, it.relet]) {
            fare.received = fare.received - micros(account);
        }
        payables[it.seller].push(payable);
    }
    for (debt, books) in look.case.debts.iter().zip(&books.debts) {
        let fare = &mut all[debt.lender];
        let due = [books.interest, books.capitalised, books.called].map(micros);
        fare.due = fare.due + due.into_iter().sum();
        fare.received = fare.received - micros(books.interest_paid) - micros(books.repaid);
        payables[debt.lender].extend([books.interest_due, books.principal_due]);
    }
    let outside = look.case.parties.len();
    for (party, payable) in books.other_payable.iter().enumerate() {
        let Some(payable) = *payable else { continue };
        let due = micros(books.parties[party].other_compute);
        all[outside].due = all[outside].due + due;
        all[outside].received = all[outside].received + due + micros(payable);
        payables[outside].push(payable);
    }
    for (fare, payables) in all.iter_mut().zip(payables) {
        waits(look, fare, &payables);
    }
    all
}

/// What a creditor waits for, month by month.
fn waits(look: &Look<'_>, fare: &mut Fare, payables: &[Account]) {
    let mut owed = vec![0; payables.len()];
    let columns: Vec<_> = payables.iter().map(|it| look.monthly(*it)).collect();
    for (nth, month) in look.played.ledger.months().enumerate() {
        owed.iter_mut().zip(&columns).for_each(|(owed, it)| *owed -= it[nth].1);
        // A credit of one deal pays no other.
        fare.unpaid = Money { micros: owed.iter().map(|it: &i128| (*it).max(0)).sum() };
        fare.late = fare.late.max(fare.unpaid);
        if fare.unpaid > Money::ZERO {
            fare.since.get_or_insert(month);
        }
    }
}
