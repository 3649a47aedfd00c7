//! Is money that is lent drawn, served and held back as its clauses say, to the last micro-dollar?
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

mod common;

use offtake::engine::{DebtMarks, Played, play};
use offtake::figures::{Look, Outcome, Value, outcome};
use offtake::ledger::Account;
use offtake::scenario::{Case, Draw, Scenario};

/// A pledge of 12 M USD a year for three years from 2027 on, a plant of 20 M USD that is paid in 2026.
const STORY: &str = r#"
offtake = 1
name = "a loan"
as_of = 2025-12-31
horizon = { from = 2026-01-01, to = 2032-01-01 }
[party.tenant]
[party.owner]
cash = "30 M USD [assumed]"
[party.bank]
[deal.lease]
buyer = "tenant"
seller = "owner"
layer = "rent"
total = "60 M USD [assumed]"
term = "5 years [assumed]"
start = 2027-01-01
deliver = { power = "2 MW facility [assumed]", full = 2027-01-01 }
[plant.hall]
deal = "lease"
lead = "6 months [assumed]"
running = "1 M USD/MW-year [assumed]"
[plant.hall.capex]
accelerator = "20 M USD [assumed]"
[plant.hall.life]
accelerator = "5 years [assumed]"
[plant.hall.residual]
accelerator = "30 %/year [assumed]"
[debt.loan]
borrower = "owner"
lender = "bank"
secures = "lease"
limit = "50 M USD [assumed]"
advance = "80 % [assumed]"
draw = { from = 2026-01-01, until = 2027-01-01 }
rate = "6 %/year [assumed]"
interest = "capitalised"
repay = { kind = "level", term = "4 years [assumed]", dscr = "1.3 [assumed]" }
"#;

struct Told {
    scenario: Scenario,
    draw: Draw,
    out: Outcome,
}

fn tell(changes: &[(&str, &str)]) -> Told {
    let mut text = STORY.to_owned();
    for (old, new) in changes {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    let scenario = common::read("loan.toml", &text, None);
    let draw = Draw::medians(&scenario);
    let out = outcome(&scenario, &draw, true);
    assert!(out.played.ledger.is_balanced());
    Told { scenario, draw, out }
}

impl Told {
    fn marks(&self) -> &DebtMarks {
        &self.out.played.marks.debts[0]
    }

    fn value(&self, key: &str) -> &Value {
        let id = format!("debt.loan.{key}");
        &self.out.figures.iter().find(|it| it.id == id).unwrap_or_else(|| panic!("{id}")).value
    }

    fn number(&self, key: &str) -> f64 {
        match self.value(key) {
            Value::Number(it) => *it,
            other => panic!("{key}: {other:?}"),
        }
    }

    fn by_month(&self, of: fn(&offtake::engine::DebtBooks) -> Account) -> Vec<f64> {
        let account = of(&self.out.played.books.debts[0]);
        self.out.played.ledger.by_month(account).iter().map(|it| it.1 as f64 / 1e6).collect()
    }
}

#[test]
fn a_level_loan_is_drawn_as_capital_falls_due_and_ends_at_exactly_nothing() {
    let told = tell(&[]);
    let mut lent = told.by_month(|it| it.lent);
    lent.truncate(12);
    let mut plain = [0.0; 12];
    plain[6] = 16_000_000.0;
    for at in 7..12 {
        // A half per cent a month is added until it is paid back.
        plain[at] = plain[6..at].iter().sum::<f64>() * 0.005;
    }
    for (found, plain) in lent.iter().zip(&plain) {
        assert!((found - plain).abs() < 1e-6, "{lent:?} by itself {plain:?}");
    }
    let payments: Vec<f64> = told.marks().served().map(|it| it.service().dollars()).collect();
    assert_eq!(payments.len(), 48);
    let owed = 16_000_000.0 * 1.005f64.powi(5);
    let payment = owed * 0.005 / (1.0 - 1.005f64.powi(-48));
    assert!(payments.iter().all(|it| (it - payment).abs() < 1e-3), "{payment} {payments:?}");
    assert_eq!(told.number("unpaid"), 0.0);
    assert_eq!(*told.value("paid_off"), Value::Date("2030-12".to_owned()));
    assert_eq!(*told.value("binding"), Value::Word("advance"));
    assert_eq!(told.number("drawn"), 16_000_000.0);
}
