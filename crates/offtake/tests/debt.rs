//! Is money that is lent drawn, served and held back as its clauses say, to the last micro-dollar?
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

mod common;

use offtake::engine::{DebtMarks, Side, chart};
use offtake::figures::{Lender, Look, Outcome, Value, Walk, outcome};
use offtake::ledger::Account;

use offtake::scenario::{DebtKind, Draw, Scenario};
use proptest::prelude::*;

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
    text: String,
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
    Told { text, scenario, draw, out }
}

impl Told {
    fn text(&self) -> &str {
        &self.text
    }

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

impl Told {
    fn look(&self) -> Look<'_> {
        let Outcome { case, played, .. } = &self.out;
        Look { scenario: &self.scenario, draw: &self.draw, case, played }
    }

    fn page(&self) -> Lender {
        let look = self.look();
        Lender::of(&look, 0, Walk::usual(&look, 0).expect("it is owed then")).expect("a page")
    }
}

#[test]
fn interest_is_added_to_what_is_owed_until_repayment_begins_or_is_paid() {
    let added = tell(&[]);
    let paid = tell(&[("interest = \"capitalised\"", "interest = \"paid\"")]);
    let moved = |told: &Told| -> f64 { told.by_month(|it| it.capitalised)[..12].iter().sum() };
    assert!((moved(&added) + 16_000_000.0 * (1.005f64.powi(5) - 1.0)).abs() < 1e-4);
    assert_eq!(moved(&paid), 0.0);
    let interest = paid.by_month(|it| it.interest_paid);
    assert_eq!(interest[..12].iter().map(|it| -it).sum::<f64>(), 5.0 * 80_000.0);
}

#[test]
fn a_sculpted_loan_keeps_its_cover_and_what_the_lender_asks_limits_it_by_name() {
    let sculpted = "kind = \"sculpted\"";
    let told = tell(&[("kind = \"level\"", sculpted), ("80 %", "100 %"), ("20 M USD", "60 M USD")]);
    assert_eq!(*told.value("binding"), Value::Word("dscr"));
    // Interest that was added may take what is owed to what the cash carries, and no further.
    let cover: Vec<f64> =
        told.marks().served().map(|it| it.cash().dollars() / it.service().dollars()).collect();
    assert!(cover.iter().all(|it| (it / cover[0] - 1.0).abs() < 1e-6), "{cover:?}");
    assert!((cover[0] - 1.3).abs() < 1e-6, "{cover:?}");
    assert!((told.number("llcr") - 1.3).abs() < 1e-6);
    assert!(told.number("plcr") > told.number("llcr"));
    assert_eq!(told.number("unpaid"), 0.0);
}

#[test]
fn where_running_costs_eat_all_cash_nothing_is_lent() {
    let told = tell(&[("1 M USD/MW-year", "9 M USD/MW-year")]);
    assert_eq!(*told.value("binding"), Value::Word("cash"));
    assert_eq!((told.number("size"), told.number("drawn")), (0.0, 0.0));
}

#[test]
fn a_sweep_takes_the_cash_there_is_and_the_last_payment_all_that_is_left() {
    let told = tell(&[("kind = \"level\"", "kind = \"sweep\", share = \"50 %\"")]);
    for it in told.marks().served() {
        let (half, due) = (it.cash().dollars() / 2.0, it.opening.dollars() + it.interest.dollars());
        assert!((it.service().dollars() - half.min(due)).abs() < 1e-4, "{it:?}");
    }
    assert_eq!(told.number("unpaid"), 0.0);
    let thin = tell(&[("kind = \"level\"", "kind = \"sweep\", share = \"5 %\"")]);
    let last = thin.marks().served().next_back().copied().expect("it is served");
    assert_eq!((last.principal, thin.number("unpaid")), (last.opening, 0.0));
}

#[test]
fn a_reserve_holds_months_of_service_before_the_first_and_goes_back_with_the_last() {
    let told = tell(&[("rate = \"6 %", "reserve = \"6 months [assumed]\"\nrate = \"6 %")]);
    let reserve = told.by_month(|it| it.reserve);
    let service = told.marks().served().next().map(|it| it.service().dollars()).expect("served");
    assert!((reserve[11] - 6.0 * service).abs() < 1e-3, "{reserve:?}");
    assert!(reserve.iter().sum::<f64>().abs() < 1e-9, "{reserve:?}");
    let held = reserve.iter().scan(0.0, |held, it| {
        *held += it;
        Some(*held)
    });
    // Never more than is owed: with six payments to go it falls with them.
    assert!(held.take(53).skip(11).all(|it| it > 5.99 * service), "{reserve:?}");
}

#[test]
fn thin_cover_breaks_the_covenant_after_its_cure_and_traps_what_is_left() {
    let clauses = "covenant = { dscr = \"3 [assumed]\", cure = \"3 months [assumed]\" }\n\
                   trap = { dscr = \"3 [assumed]\" }\nrate = \"6 %";
    let told = tell(&[("rate = \"6 %", clauses)]);
    assert_eq!(*told.value("trap_first"), Value::Date("2027-01".to_owned()));
    assert_eq!(*told.value("covenant_first"), Value::Date("2027-04".to_owned()));
    let trapped = told.by_month(|it| it.trapped);
    // What the last month keeps it gives back at its end.
    let served: Vec<_> = told.marks().served().collect();
    let left = served[..47].iter().map(|it| (it.cash() - it.service()).dollars());
    let kept: f64 = left.sum();
    let most = trapped.iter().copied().filter(|it| *it > 0.0).sum::<f64>();
    assert!((most - kept).abs() < 1e-3, "{most} trapped of {kept}");
    assert!(trapped.iter().sum::<f64>().abs() < 1e-9, "{trapped:?}");
    let sound = tell(&[("rate = \"6 %", &clauses.replace("\"3 [assumed]\"", "\"1.5 [assumed]\""))]);
    assert_eq!(*sound.value("covenant_first"), Value::Never);
    assert!(sound.by_month(|it| it.trapped).iter().all(|it| *it == 0.0));
}

#[test]
fn a_revolver_fills_what_is_missing_and_takes_back_what_is_left() {
    let revolver = "\n[debt.line]\nkind = \"revolver\"\nborrower = \"tenant\"\nlender = \"bank\"\n\
                    limit = \"20 M USD [assumed]\"\ndraw.from = 2026-01-01\nrate = \"6 %/year [assumed]\"\n\
                    repay.term = \"6 years [assumed]\"\n[debt.loan]";
    let told = tell(&[
        (
            "[party.tenant]",
            "[party.tenant]\ncash = \"0 USD [assumed]\"\nmargin = \"100 % [assumed]\"\nrevenue = { 2026 = \"0 USD [assumed]\", 2027 = \"0 USD [assumed]\", 2028 = \"24 M USD [assumed]\", 2029 = \"24 M USD [assumed]\" }",
        ),
        ("[debt.loan]", revolver),
    ]);
    let books = told.out.played.books.debts[0];
    let cash = told.out.played.books.parties[0].cash;
    let ends = |account| {
        let mut sum = 0;
        let months = told.out.played.ledger.by_month(account).into_iter();
        months
            .map(|it| {
                sum += it.1;
                sum
            })
            .collect::<Vec<i128>>()
    };
    let (owed, cash) = (ends(books.lent), ends(cash));
    assert!(owed.iter().any(|it| *it > 0), "{owed:?}");
    for (owed, cash) in owed.iter().zip(&cash) {
        assert!(*cash >= 0 && (*owed == 0 || *cash == 0), "{cash} there, {owed} owed");
    }
    assert_eq!(owed.last(), Some(&0));
}

#[test]
fn what_is_let_again_from_the_break_even_on_pays_the_loan_in_time_and_less_does_not() {
    let page = tell(&[]).page();
    let even = page.break_even.expect("there is one");
    let got = |share: f64| {
        let share = format!("{}", share);
        let relet = format!("relet.share = \"{share} [assumed]\"\nrate = \"6 %");
        tell(&[("rate = \"6 %", &relet)]).page().recovery.expect("it is over").relet
    };
    assert!(got(even + 0.001) > 1.0 - 1e-9 && got(even - 0.001) < 1.0 - 1e-6, "{even}");
    let recovered = page.recovery.expect("it is over");
    assert!(recovered.plant > 0.0 && recovered.share() <= 1.0 + 1e-9, "{recovered:?}");
}

#[test]
fn who_lends_on_the_same_deal_later_in_the_file_is_paid_later() {
    let second = "rate = \"6 %/year [assumed]\"\ninterest = \"capitalised\"\n\
                  repay = { kind = \"level\", term = \"4 years [assumed]\", dscr = \"1.3 [assumed]\" }\n\
                  [debt.second]\nborrower = \"owner\"\nlender = \"bank\"\nsecures = \"lease\"\n\
                  limit = \"90 M USD [assumed]\"\ndraw.from = 2026-07-01\nrate = \"9 %/year [assumed]\"\n\
                  repay = { kind = \"sculpted\", from = 2027-01-01, term = \"4 years [assumed]\", dscr = \"1.3 [assumed]\" }\n";
    let cut = STORY.find("rate = \"6 %").expect("the rate");
    let told = tell(&[(&STORY[cut..], second)]);
    let [first, second] = &told.out.played.marks.debts[..] else { panic!("two debts") };
    for (first, second) in first.served().zip(second.served()) {
        assert_eq!(second.senior, first.service());
        assert_eq!(second.cash(), first.cash() - first.service());
    }
    assert_eq!(second.size.binding.word(), "dscr");
}

/// A debt that nobody wrote.
#[derive(Clone, Debug)]
struct Any {
    kind: usize,
    limit: u32,
    repay: usize,
    rate: u32,
    drawn_months: u32,
    months: u32,
    reserve: u32,
    asks: Option<u32>,
    trap: Option<u32>,
    adds: bool,
    fee: u32,
}

fn any_debt() -> impl Strategy<Value = Any> {
    let size = (0usize..3, 1u32..90, 0usize..4, 0u32..40, 1u32..14, 1u32..70);
    let asks = (0u32..9, prop::option::of(101u32..300), prop::option::of(101u32..300));
    (size, asks, any::<bool>(), 0u32..5).prop_map(|(size, asks, adds, fee)| {
        let (kind, limit, repay, rate, drawn_months, months) = size;
        let (reserve, asks, trap) = asks;
        Any { kind, limit, repay, rate, drawn_months, months, reserve, asks, trap, adds, fee }
    })
}

impl Any {
    fn text(&self, name: &str) -> String {
        let kind = ["loan", "notes", "revolver"][self.kind];
        let repay = ["level", "sculpted", "sweep", "at-end"][self.repay];
        let (year, month) = (2026 + (self.drawn_months / 12), self.drawn_months % 12 + 1);
        let mut lines = vec![
            format!("[debt.{name}]\nkind = \"{kind}\"\nborrower = \"owner\"\nlender = \"bank\""),
            format!("limit = \"{} M USD [assumed]\"", self.limit),
            format!("draw = {{ from = 2026-01-01, until = {year}-{month:02}-01 }}"),
            format!(
                "rate = \"{} %/year [assumed]\"\nfee = \"{} % [assumed]\"",
                self.rate, self.fee
            ),
            format!("repay.term = \"{} months [assumed]\"", self.months),
            format!("interest = \"{}\"", if self.adds { "capitalised" } else { "paid" }),
        ];
        if kind == "loan" {
            lines.push(format!("secures = \"lease\"\nrepay.kind = \"{repay}\""));
            lines.push(format!("reserve = \"{} months [assumed]\"", self.reserve));
            let ratio = |key: &str, it: u32| format!("{key} = \"{} % [assumed]\"", it);
            lines.extend(self.asks.map(|it| ratio("repay.dscr", it)));
            lines.extend(self.trap.map(|it| ratio("trap.dscr", it)));
        }
        lines.join("\n") + "\n"
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_drawn_and_added_is_paid_back_or_still_owed(
        debts in prop::collection::vec(any_debt(), 1..4),
        running in 0u32..8,
    ) {
        let cut = STORY.find("[debt.loan]").expect("the loan");
        let texts = debts.iter().enumerate().map(|it| it.1.text(&format!("d{}", it.0)));
        let texts: String = texts.collect();
        let running = format!("{running} M USD/MW-year");
        let told = tell(&[(&STORY[cut..], texts.as_str()), ("1 M USD/MW-year", running.as_str())]);
        let ledger = &told.out.played.ledger;
        let debts = told.out.case.debts.iter().zip(&told.out.played.books.debts);
        for ((debt, books), marks) in debts.zip(&told.out.played.marks.debts) {
            let id = |key: &str| {
                let id = format!("debt.{}.{key}", debt.name);
                told.out.figures.iter().find(|it| it.id == id).and_then(|it| it.number()).expect("told")
            };
            let (owed, repaid) = (ledger.balance(books.lent), -ledger.balance(books.repaid));
            prop_assert_eq!(owed, -ledger.balance(books.owed));
            let added = -ledger.balance(books.capitalised) as f64 / 1e6;
            prop_assert!((id("drawn") + added - (repaid + owed) as f64 / 1e6).abs() < 1e-3);
            // A revolver is drawn after settlement: its fee falls due with the next interest.
            let due = ledger.balance(books.interest_due) + ledger.balance(books.principal_due);
            prop_assert!(due == 0 || debt.kind == DebtKind::Revolver, "{due}");
            // Over by the end of the horizon, it ends at exactly nothing, and so does what was held back.
            if debt.matures() <= told.out.case.to {
                prop_assert_eq!((owed, id("unpaid")), (0, 0.0), "{}", told.text());
                prop_assert_eq!(ledger.balance(books.reserve) + ledger.balance(books.trapped), 0);
            }
            let mut stands = 0;
            for (_, moved) in ledger.by_month(books.lent) {
                stands += moved;
                prop_assert!(stands >= 0, "{}", told.text());
                let most = marks.size.limits.iter().filter(|it| it.0.word() != "advance");
                let most = most.map(|it| it.1).fold(f64::INFINITY, f64::min);
                prop_assert!(stands as f64 / 1e6 <= most + 1e-5, "{stands} over {most}");
            }
            prop_assert!(marks.size.limits.iter().all(|it| marks.size.amount <= it.1));
            prop_assert!(marks.size.limits.contains(&(marks.size.binding, marks.size.amount)));
        }
        for party in 0..told.out.case.parties.len() {
            let sheet: i128 = chart(&told.out.case, &told.out.played.books, party)
                .iter()
                .map(|it| match (it.line, it.line.side()) {
                    (_, Side::Asset | Side::Cost) => it.sign * ledger.balance(it.account),
                    (_, Side::Liability | Side::Equity | Side::Income) => -it.sign * ledger.balance(it.account),
                })
                .sum();
            prop_assert_eq!(sheet, 0, "party {}: {}", party, told.text());
        }
    }
}
