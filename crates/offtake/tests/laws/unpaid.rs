//! What holds of every book whose buyers may be unable to pay: nothing is lost, nobody pays more than it owes
//! or has, and who has enough pays all.

use std::fmt::Write;

use offtake::engine::{self, Played};
use offtake::scenario::{Case, Contract, Draw, Scenario};
use proptest::prelude::*;

use crate::common::read;
use crate::config;

/// What a deal says of a buyer that cannot pay.
#[derive(Clone, Debug)]
struct Said {
    rule: &'static str,
    rank: u8,
    /// Per cent a year.
    interest: u32,
    after: u32,
    cut: u32,
    writes_off: bool,
    relet: bool,
    /// Thousands of dollars that somebody guarantees.
    guaranteed: Option<u32>,
}

/// A pledge between two of the parties.
#[derive(Clone, Debug)]
struct Promise {
    buyer: usize,
    seller: usize,
    /// Thousands of dollars.
    total: u32,
    /// Days after the first day, or before it.
    start: i32,
    months: u32,
    /// Per cent of the term until all is there.
    full: u32,
    said: Option<Said>,
}

#[derive(Clone, Debug)]
struct Book {
    /// Thousands of dollars on the first day, and in each year.
    parties: Vec<(u32, u32, u32)>,
    deals: Vec<Promise>,
    days: i64,
}

const PARTIES: usize = 4;

impl Book {
    fn text(&self, said: bool) -> String {
        let day = |days: i64| {
            let from: jiff::civil::Date = "2026-01-01".parse().expect("a date");
            from.checked_add(jiff::Span::new().days(days)).expect("a date")
        };
        let mut t = format!(
            "offtake = 1\nname = \"nobody wrote this\"\nas_of = 2025-12-31\n\
             horizon = {{ from = 2026-01-01, to = {} }}\n[party.bank]\ncash = \"40 M USD [assumed]\"\n",
            day(self.days)
        );
        for (i, (cash, comes, other)) in self.parties.iter().enumerate() {
            let _ = writeln!(t, "[party.p{i}]\ncash = \"{cash}000 USD [assumed]\"");
            let _ = writeln!(
                t,
                "funding = {{ 2026 = \"{comes}000 USD [assumed]\", 2027 = \"{comes}000 USD [assumed]\" }}"
            );
            let _ = writeln!(t, "other_compute = {{ 2026 = \"{other}000 USD [assumed]\" }}");
        }
        for (i, it) in self.deals.iter().enumerate() {
            let (start, term) = (i64::from(it.start), i64::from(it.months) * 28);
            let full = day(start + term * i64::from(it.full) / 100);
            let _ = writeln!(
                t,
                "[deal.d{i}]\nbuyer = \"p{}\"\nseller = \"p{}\"\nlayer = \"rent\"\ntotal = \"{}000 USD [assumed]\"\n\
                 term = \"{} months [assumed]\"\nstart = {}\n\
                 deliver = {{ power = \"10 MW facility [assumed]\", full = {full} }}",
                it.buyer,
                it.seller,
                it.total,
                it.months,
                day(start)
            );
            if let Some(words) = it.said.as_ref().filter(|_| said) {
                words.write(&mut t);
            }
        }
        t
    }

    fn scenario(&self, said: bool) -> Scenario {
        read("nobody.toml", &self.text(said), None)
    }
}

impl Said {
    fn write(&self, t: &mut String) {
        let more = match (self.rule, self.writes_off) {
            ("renegotiate", true) => {
                format!(", cut = \"{} % [assumed]\", arrears = \"written-off\"", self.cut)
            }
            ("renegotiate", false) => format!(", cut = \"{} % [assumed]\"", self.cut),
            _ => String::new(),
        };
        let _ = writeln!(
            t,
            "unpaid = {{ rule = \"{}\", rank = {}, interest = \"{} %/year [assumed]\", after = \"{} months [assumed]\"{more} }}",
            self.rule, self.rank, self.interest, self.after
        );
        if self.relet && ["suspend", "walk-away"].contains(&self.rule) {
            let _ = writeln!(
                t,
                "relet = {{ price = \"9 M USD/GW-month [assumed]\", share = \"70 % [assumed]\" }}"
            );
        }
        if let Some(most) = self.guaranteed {
            let _ =
                writeln!(t, "guarantee = {{ by = \"bank\", most = \"{most}000 USD [assumed]\" }}");
        }
    }
}

fn any_said(rules: &'static [&'static str]) -> impl Strategy<Value = Said> {
    let words = (prop::sample::select(rules), 0..3_u8, 0..30_u32, 0..4_u32);
    let more =
        (0..=100_u32, any::<bool>(), any::<bool>(), prop::option::weighted(0.3, 1..9_000_u32));
    (words, more).prop_map(|(words, more)| Said {
        rule: words.0,
        rank: words.1,
        interest: words.2,
        after: words.3,
        cut: more.0,
        writes_off: more.1,
        relet: more.2,
        guaranteed: more.3,
    })
}

fn any_promise(rules: &'static [&'static str]) -> impl Strategy<Value = Promise> {
    let sides = (0..PARTIES, 1..PARTIES);
    let when = (-90..300_i32, 2..30_u32, 0..90_u32);
    (sides, 1..90_000_u32, when, prop::option::weighted(0.7, any_said(rules))).prop_map(
        |((buyer, apart), total, (start, months, full), said)| Promise {
            buyer,
            seller: (buyer + apart) % PARTIES,
            total,
            start,
            months,
            full,
            said,
        },
    )
}

fn any_book(rules: &'static [&'static str]) -> impl Strategy<Value = Book> {
    let party = (0..30_000_u32, 0..40_000_u32, prop_oneof![3 => Just(0), 1 => 0..20_000_u32]);
    let parties = prop::collection::vec(party, PARTIES);
    let deals = prop::collection::vec(any_promise(rules), 1..7);
    (parties, deals, 90..800_i64).prop_map(|(parties, deals, days)| Book { parties, deals, days })
}

const ANY: &[&str] = &["wait", "suspend", "renegotiate", "walk-away"];
const WAIT: &[&str] = &["wait"];

/// A book played, and how its money stands at the end.
struct Told {
    text: String,
    case: Case,
    played: Played,
}

fn tell(book: &Book, said: bool) -> Told {
    let scenario = book.scenario(said);
    let case = Case::of(&scenario, &Draw::medians(&scenario));
    let played = engine::play(&case, true);
    Told { text: book.text(said), case, played }
}

impl Told {
    fn contracts(&self) -> Vec<Contract<'_>> {
        self.case.contracts().collect()
    }

    fn balance(&self, account: offtake::ledger::Account) -> i128 {
        self.played.ledger.balance(account)
    }

    /// Charged, borne by arrears, taken off, written off, paid by whomever, still owed.
    fn sums(&self, nth: usize) -> [i128; 6] {
        let books = &self.played.books;
        let (payable, paid) = books.owed(nth);
        let late = books.late[nth];
        let of = |it: fn(engine::LateBooks) -> offtake::ledger::Account| {
            late.map_or(0, |late| self.balance(it(late)).abs())
        };
        let paid = -self.balance(paid) + of(|it| it.guaranteed);
        [
            self.balance(books.pledges[nth].charged),
            of(|it| it.interest),
            of(|it| it.rebate),
            of(|it| it.written_off),
            paid,
            -self.balance(payable),
        ]
    }

    /// What a party has received from others, in all.
    fn received(&self, party: usize) -> i128 {
        let all = self.contracts().into_iter().enumerate();
        all.filter(|it| it.1.seller == party).map(|it| self.sums(it.0)[4]).sum()
    }
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn what_is_due_is_paid_or_owed_to_the_micro_dollar(book in any_book(ANY)) {
        let told = tell(&book, true);
        law!(told, told.played.ledger.is_balanced(), "the ledger does not balance");
        for (nth, it) in told.contracts().iter().enumerate() {
            let [charged, interest, rebate, written_off, paid, owed] = told.sums(nth);
            let due = charged + interest - rebate - written_off;
            law!(told, due == paid + owed, "{}: {:?}", it.name, told.sums(nth));
            law!(told, owed >= 0 && paid >= 0, "{}: {paid} paid of {due}", it.name);
            let first = told.played.marks.arrears[nth].first;
            law!(told, owed == 0 || first.is_some(), "{} owes {owed} and was never late", it.name);
            let most = it.guarantee.and_then(|it| it.most).map_or(0, |it| it.micros);
            let pays = told.played.books.late[nth].map_or(0, |it| -told.balance(it.guaranteed));
            law!(told, (0..=most).contains(&pays), "{}: {pays} of {most} guaranteed", it.name);
        }
    }

    #[test]
    fn who_pays_what_it_has_never_has_less_than_nothing(book in any_book(ANY)) {
        let told = tell(&book, true);
        for (party, ends) in told.case.ends_with_cash().into_iter().enumerate() {
            let cash = told.played.books.parties[party].cash;
            let mut now = 0;
            for (month, moved) in told.played.ledger.by_month(cash) {
                now += moved;
                law!(told, !ends || now >= 0, "p{party} has {now} in {month}");
            }
        }
    }

    #[test]
    fn who_has_enough_pays_all_and_the_rules_change_nothing(book in any_book(ANY)) {
        let rich = Book {
            parties: book.parties.iter().map(|it| (900_000, it.1, it.2)).collect(),
            ..book
        };
        let (said, unsaid) = (tell(&rich, true), tell(&rich, false));
        for nth in 0..said.contracts().len() {
            law!(said, said.sums(nth) == unsaid.sums(nth), "{:?} {:?}", said.sums(nth), unsaid.sums(nth));
            law!(said, said.sums(nth)[5] == 0, "d{nth} is not paid");
        }
        for party in 0..PARTIES {
            let cash = |it: &Told| it.balance(it.played.books.parties[party].cash);
            law!(said, cash(&said) == cash(&unsaid), "p{party} has another cash");
        }
    }

    #[test]
    fn with_no_rule_nothing_changes_at_all(book in any_book(ANY)) {
        let mut silent = book;
        silent.deals.iter_mut().for_each(|it| it.said = None);
        let told = tell(&silent, true);
        let books = &told.played.books;
        law!(told, books.late.iter().all(Option::is_none), "accounts were opened");
        law!(told, books.other_payable.iter().all(Option::is_none), "accounts were opened");
        for nth in 0..told.contracts().len() {
            law!(told, told.sums(nth)[5] == 0, "d{nth} is not paid");
        }
    }

    #[test]
    fn more_cash_on_the_first_day_leaves_no_creditor_with_less_where_all_wait(
        book in any_book(WAIT), more in prop::collection::vec(0..9_000_u32, PARTIES),
    ) {
        let mut plain = book;
        for it in plain.deals.iter_mut().filter_map(|it| it.said.as_mut()) {
            (it.interest, it.guaranteed) = (0, None);
        }
        let mut richer = plain.clone();
        richer.parties.iter_mut().zip(&more).for_each(|(it, more)| it.0 += more);
        let (plain, richer) = (tell(&plain, true), tell(&richer, true));
        // Each month's shares are rounded down: a micro-dollar a month may stay with a debtor.
        let rounding = 30 * plain.contracts().len() as i128;
        for party in 0..PARTIES {
            let (less, more) = (plain.received(party), richer.received(party));
            law!(plain, more >= less - rounding, "p{party} receives {more} instead of {less}");
        }
    }
}
