//! What happens when a buyer cannot pay: who is paid what, what the deal's rule does, who stands in?
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

mod common;

use offtake::engine::{self, Entry, Played, Side, chart};
use offtake::figures::{DebtYear, Figure, Look, Outcome, Value, debt_years, exposure, outcome};
use offtake::scenario::{Case, Draw, Scenario};
use offtake::study::{Futures, Odds, Stress, stressed};
use offtake::units::Money;
use offtake::view::{Cells, OddsPage, odds_report};

use common::{read, story};

/// A buyer with 10 M USD, 3 M more a month from 2027 on, and a pledge of 2 M a month for three years.
fn pledge(said: &str, beside: &str) -> Scenario {
    let text = format!(
        "offtake = 1\nname = \"unpaid\"\nas_of = 2025-12-31\n\
         horizon = {{ from = 2026-01-01, to = 2029-01-01 }}\n\
         [party.b]\ncash = \"10 M USD [assumed]\"\nfunding = {{ 2027 = \"36 M USD [assumed]\" }}\n\
         [party.s]\ncash = \"0 USD [assumed]\"\n[party.t]\n[party.g]\ncash = \"3 M USD [assumed]\"\n\
         [deal.p]\nbuyer = \"b\"\nseller = \"s\"\nlayer = \"rent\"\ntotal = \"72 M USD [assumed]\"\n\
         term = \"3 years [assumed]\"\nstart = 2026-01-01\ndeliver.power = \"100 MW facility [assumed]\"\n\
         {said}\n{beside}\n"
    );
    read("unpaid", &text, None)
}

fn played(scenario: &Scenario) -> Outcome {
    outcome(scenario, &Draw::medians(scenario), true)
}

fn value(outcome: &Outcome, id: &str) -> Value {
    let found = outcome.figures.iter().find(|it| it.id == id);
    found.unwrap_or_else(|| panic!("no {id}")).value.clone()
}

fn number(outcome: &Outcome, id: &str) -> f64 {
    let found = outcome.figures.iter().find(|it| it.id == id);
    found.and_then(Figure::number).unwrap_or_else(|| panic!("no number {id}"))
}

/// What a party has at the end, in dollars.
fn cash(outcome: &Outcome, party: &str) -> f64 {
    let nth = outcome.case.parties.iter().position(|it| it.name == party).expect("a party");
    let books = outcome.played.books.parties[nth];
    outcome.played.ledger.balance(books.cash) as f64 / 1e6
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1.0
}

fn date(it: &str) -> Value {
    Value::Date(it.to_owned())
}

#[test]
fn a_buyer_pays_what_it_has_and_the_rest_waits_until_cash_comes() {
    let it = played(&pledge("unpaid.rule = \"wait\"", ""));
    // 24 M fall due in 2026, 10 M are there; 36 M come in 2027 and go to the last cent.
    assert_eq!(value(&it, "deal.p.unpaid_first"), date("2026-06"));
    assert!(near(cash(&it, "s"), 46e6), "{}", cash(&it, "s"));
    assert!(near(number(&it, "deal.p.unpaid"), 26e6));
    assert!(near(number(&it, "party.s.not_received"), 26e6));
    assert!(near(number(&it, "party.b.unpaid"), 26e6));
    let lowest = number(&it, "party.b.cash_min");
    assert!((0.0..1e-5).contains(&lowest), "{lowest}: cash never goes below nothing");
}

#[test]
fn where_nobody_says_what_follows_everybody_pays_and_the_gap_is_shown() {
    let it = played(&pledge("", ""));
    assert!(near(cash(&it, "s"), 72e6));
    assert!(near(number(&it, "party.b.cash_min"), -26e6));
    assert!(it.figures.iter().all(|it| !it.id.ends_with("unpaid")), "nothing is told of it");
}

#[test]
fn arrears_bear_interest_and_are_paid_first() {
    let it =
        played(&pledge("unpaid = { rule = \"wait\", interest = \"12 %/year [assumed]\" }", ""));
    let plain = played(&pledge("unpaid.rule = \"wait\"", ""));
    assert!(near(cash(&it, "s"), cash(&plain, "s")), "cash that is not there pays no interest");
    let more = number(&it, "deal.p.unpaid") - number(&plain, "deal.p.unpaid");
    // 14 M stand at the end of 2026 and 26 M at that of 2028: some 4 M of interest.
    assert!((3e6..6e6).contains(&more), "{more} of interest");
}

#[test]
fn a_suspended_deal_delivers_and_bills_nothing_until_arrears_are_paid() {
    let it = played(&pledge("unpaid.rule = \"suspend\"", ""));
    // Of June 2026 something is unpaid; from July on nothing is due; in January 2027 arrears are paid,
    // and it goes on until what came in 2027 is used up.
    assert_eq!(value(&it, "deal.p.unpaid_first"), date("2026-06"));
    let due = it.played.ledger.by_month(it.played.books.pledges[0].charged);
    let idle: Vec<String> = due.iter().filter(|it| it.1 == 0).map(|it| it.0.to_string()).collect();
    assert!(
        idle.len() > 5 && idle[0] == "2026-07" && idle.contains(&"2026-12".to_owned()),
        "{idle:?}"
    );
    assert!(due.iter().any(|it| it.0.to_string() == "2027-02" && it.1 > 0), "it goes on");
    assert!(number(&it, "deal.p.unpaid") < 2e6, "a month at the most");
    assert!(near(number(&it, "deal.p.billed"), cash(&it, "s") + number(&it, "deal.p.unpaid")));
}

#[test]
fn capacity_that_goes_back_is_let_again_at_the_price_of_the_month() {
    let relet = "relet = { price = { 2026 = \"10 M USD/GW-month [assumed]\", 2028 = \"5 M USD/GW-month [assumed]\" }, \
                 after = \"3 months [assumed]\", share = \"80 % [assumed]\" }";
    let it = played(&pledge(&format!("unpaid.rule = \"walk-away\"\n{relet}"), ""));
    let alone = played(&pledge("unpaid.rule = \"walk-away\"", ""));
    // 100 MW, 80 % of it, empty until October 2026: 15 months at 10 and 12 months at 5 M USD a GW-month.
    let expected = 0.1 * 0.8 * (15.0 * 10e6 + 12.0 * 5e6);
    let relet = number(&it, "deal.p.relet");
    assert!((relet / expected - 1.0).abs() < 0.01, "{relet} for {expected}");
    assert!(near(cash(&it, "s") - cash(&alone, "s"), relet));
    let told = alone.figures.iter().any(|it| it.id == "deal.p.relet");
    assert!(!told, "what is let nowhere is no figure");
}

#[test]
fn who_walks_away_owes_what_was_due_and_nothing_more() {
    let scenario = pledge("unpaid = { rule = \"walk-away\", after = \"2 months [assumed]\" }", "");
    let (draw, it) = (Draw::medians(&scenario), played(&scenario));
    let look = Look { scenario: &scenario, draw: &draw, case: &it.case, played: &it.played };
    assert!(look.backlog()[0].years.iter().all(|it| it.1 == 0.0), "nothing more is contracted");
    // June to August 2026 are unpaid; cash of 2027 pays the claim.
    assert!(near(number(&it, "deal.p.arrears_peak"), number(&it, "deal.p.billed") - 10e6));
    assert!((15.9e6..16.1e6).contains(&number(&it, "deal.p.billed")));
    assert_eq!(number(&it, "deal.p.unpaid"), 0.0);
    assert!(cash(&it, "b") > 25e6, "the rest of its cash stays with the buyer");
}

/// What the sheet of each party is out by, in micro-dollars.
fn out_of_balance(it: &Outcome) -> Vec<i128> {
    let held = |it: &Outcome, entry: &Entry| {
        let amount = entry.sign * it.played.ledger.balance(entry.account);
        if matches!(entry.line.side(), Side::Asset | Side::Cost) { amount } else { -amount }
    };
    let parties = 0..it.case.parties.len();
    parties
        .map(|party| chart(&it.case, &it.played.books, party).iter().map(|of| held(it, of)).sum())
        .collect()
}

#[test]
fn of_who_walks_away_the_seller_keeps_what_is_left_of_the_deposit() {
    let it = played(&pledge(
        "deposit = { share = \"10 % [assumed]\" }\n\
         unpaid = { rule = \"walk-away\", after = \"2 months [assumed]\" }",
        "",
    ));
    // 10 M are there, 7.2 M are held and 2.8 M pay until February: at the end of April 5.1 M are unpaid.
    assert!((5.0e6..5.2e6).contains(&number(&it, "deal.p.arrears_peak")));
    assert_eq!(number(&it, "deal.p.unpaid"), 0.0);
    let (ledger, late) = (&it.played.ledger, it.played.books.late[0].expect("it ends with cash"));
    let kept = ledger.balance(late.kept) as f64 / 1e6;
    assert!(near(kept, 7.2e6 - number(&it, "deal.p.arrears_peak")), "{kept}");
    let deposit = it.played.books.clauses_of_pledges[0].deposit.expect("one is held");
    assert_eq!((ledger.balance(deposit.held), ledger.balance(deposit.owed)), (0, 0));
    assert!(near(cash(&it, "s"), 10e6) && near(cash(&it, "b"), 36e6), "no cash moves");
    assert_eq!(out_of_balance(&it), [0; 4]);
}

#[test]
fn of_who_walks_away_the_seller_keeps_what_is_left_of_the_prepayment() {
    let fleet = "[site.y]\nregion = \"catalogue:region/us\"\npower = { limit = \"9 MW facility [assumed]\" }\n\
        [fleet.f]\nsite = \"y\"\nmodel = \"catalogue:rack/gb300-nvl72\"\ncount = \"72 GPU [assumed]\"\n\
        fail = \"catalogue:failures/llama3\"\nload = \"50 % [assumed]\"\n\
        [deal.d]\nbuyer = \"b\"\nseller = \"t\"\nlayer = \"rent\"\nterm = \"2 years [assumed]\"\n\
        start = 2026-01-01\nprice = \"2 M USD/month [assumed]\"\ntotal = \"48 M USD [assumed]\"\n\
        prepay = \"10 % [assumed]\"\ndeliver.fleet = \"f\"\n\
        deliver.schedule = { 2026-01-01 = \"72 GPU [assumed]\" }\nunpaid.rule = \"walk-away\"";
    let scenario = pledge("unpaid.rule = \"wait\"", fleet);
    let it = played(&scenario);
    let (ledger, books) = (&it.played.ledger, &it.played.books);
    let (deal, late) = (books.deals[0], books.late[0].expect("it ends with cash"));
    assert!(it.played.marks.arrears[0].over.is_some(), "it walks away");
    assert_eq!((ledger.balance(deal.prepaid), ledger.balance(deal.prepaid_owed)), (0, 0));
    assert_eq!(ledger.balance(deal.payable), 0, "arrears are set off");
    assert!(ledger.balance(late.kept) > 0);
    assert_eq!(out_of_balance(&it), [0; 4]);
    let bills = offtake::view::bills(&scenario, &Draw::medians(&scenario), &it).expect("bills");
    let charges = bills.columns.iter().find(|it| it.name == "charge").expect("a column");
    let Cells::Text(charges) = &charges.cells else { panic!("charges are words") };
    assert!(charges.iter().any(|it| it == "kept") && charges.iter().all(|it| it != "returned"));
}

#[test]
fn a_renegotiated_deal_is_cheaper_from_the_next_month_on() {
    let said = |more: &str| {
        format!("unpaid = {{ rule = \"renegotiate\", cut = \"30 % [assumed]\"{more} }}")
    };
    let stay = played(&pledge(&said(""), ""));
    let gone = played(&pledge(&said(", arrears = \"written-off\""), ""));
    // 6 months at the full price, 30 with 30 % less.
    let billed = 72e6 / 36.0 * (6.0 + 30.0 * 0.7);
    assert!((number(&stay, "deal.p.billed") / billed - 1.0).abs() < 0.01);
    let (stay, gone) = (number(&stay, "deal.p.unpaid"), number(&gone, "deal.p.unpaid"));
    assert!((1.8e6..2.2e6).contains(&(stay - gone)), "one month was written off: {stay} {gone}");
}

#[test]
fn within_a_rank_all_are_paid_in_proportion_and_a_senior_deal_first() {
    let other = |rank: u8| {
        format!(
            "[deal.q]\nbuyer = \"b\"\nseller = \"t\"\nlayer = \"site\"\ntotal = \"36 M USD [assumed]\"\n\
             term = \"3 years [assumed]\"\nstart = 2026-01-01\nunpaid = {{ rule = \"wait\", rank = {rank} }}"
        )
    };
    let even = played(&pledge("unpaid.rule = \"wait\"", &other(1)));
    assert!(
        near(cash(&even, "s"), 2.0 * cash(&even, "t")),
        "a deal twice as large is paid twice as much"
    );
    assert!(near(cash(&even, "s") + cash(&even, "t"), 46e6));
    let senior = played(&pledge("unpaid.rule = \"wait\"", &other(0)));
    // By the end of 2027, when no more comes, the senior deal has all that it billed.
    assert!((cash(&senior, "t") / (36e6 * 730.0 / 1096.0) - 1.0).abs() < 1e-6);
    assert!(near(cash(&senior, "s") + cash(&senior, "t"), 46e6));
}

#[test]
fn a_guarantor_pays_what_the_buyer_cannot_up_to_what_it_promised_and_has() {
    let said = |most: &str| {
        format!("unpaid.rule = \"wait\"\nguarantee = {{ by = \"g\", most = \"{most} [assumed]\" }}")
    };
    for (most, pays) in [("1 M USD", 1e6), ("9 M USD", 3e6)] {
        let it = played(&pledge(&said(most), ""));
        assert!(near(number(&it, "deal.p.guarantee_paid"), pays), "{most}");
        assert!(near(cash(&it, "g"), 3e6 - pays), "{most}");
        assert!(near(cash(&it, "s"), 46e6 + pays), "{most}");
    }
}

#[test]
fn what_one_party_is_paid_it_pays_on_in_the_same_month() {
    let chain = "[deal.q]\nbuyer = \"s\"\nseller = \"t\"\nlayer = \"site\"\ntotal = \"72 M USD [assumed]\"\n\
                 term = \"3 years [assumed]\"\nstart = 2026-01-01\nunpaid.rule = \"wait\"";
    let chain = pledge("unpaid.rule = \"wait\"", chain);
    let it = played(&chain);
    assert!(near(cash(&it, "s"), 0.0) && near(cash(&it, "t"), 46e6), "{}", cash(&it, "t"));
    assert_eq!(value(&it, "deal.q.unpaid_first"), value(&it, "deal.p.unpaid_first"));
}

#[test]
fn compute_outside_the_deals_is_paid_in_proportion_too() {
    let text = "other_compute = { 2026 = \"24 M USD [assumed]\", 2028 = \"24 M USD [assumed]\" }";
    let scenario = read(
        "unpaid",
        &format!(
            "offtake = 1\nname = \"other\"\nas_of = 2025-12-31\n\
             horizon = {{ from = 2026-01-01, to = 2027-01-01 }}\n\
             [party.b]\ncash = \"12 M USD [assumed]\"\n{text}\n[party.s]\n\
             [deal.p]\nbuyer = \"b\"\nseller = \"s\"\nlayer = \"rent\"\ntotal = \"24 M USD [assumed]\"\n\
             term = \"1 year [assumed]\"\nstart = 2026-01-01\nunpaid.rule = \"wait\"\n"
        ),
        None,
    );
    let it = played(&scenario);
    assert!((5.5e6..6.5e6).contains(&cash(&it, "s")), "{}", cash(&it, "s"));
    assert!(near(number(&it, "party.b.unpaid"), 36e6), "{}", number(&it, "party.b.unpaid"));
}

/// A maker invests in a buyer, the buyer rents from a cloud, the cloud buys from the maker.
const RING: &str = r#"
offtake = 1
name = "ring"
as_of = 2025-12-31
horizon = { from = 2026-01-01, to = 2028-01-01 }
[party.buyer]
cash = "20 M USD [assumed]"
[party.cloud]
stakes = { parent = "80 % [assumed]" }
[party.maker]
[party.parent]
[deal.equity]
buyer = "maker"
seller = "buyer"
layer = "equity"
total = "100 M USD [assumed]"
term = "1 year [assumed]"
start = 2026-01-01
[deal.rent]
buyer = "buyer"
seller = "cloud"
layer = "rent"
total = "240 M USD [assumed]"
term = "2 years [assumed]"
start = 2026-01-01
[deal.chips]
buyer = "parent"
seller = "maker"
layer = "chips"
total = "70 M USD [assumed]"
term = "1 year [assumed]"
start = 2026-06-01
"#;

#[test]
fn money_that_goes_round_is_the_smallest_leg_listed_leg_by_leg() {
    let scenario = read("ring", RING, None);
    let (draw, outcome) = (Draw::medians(&scenario), played(&scenario));
    let look =
        Look { scenario: &scenario, draw: &draw, case: &outcome.case, played: &outcome.played };
    let it = exposure(&look);
    let told: Vec<_> = it.rounds.iter().map(|it| (it.year, it.amount.dollars())).collect();
    assert_eq!(told, [(Some(2026), 70e6), (None, 70e6)], "the cloud's parent stands for it");
    let layers: Vec<&str> = it.rounds[0].legs.iter().map(|it| it.0).collect();
    assert_eq!(layers.len(), 3, "{layers:?}");
    // 120 M fall due in each year; 120 are there in 2026, nothing of it in 2027.
    let failed: Vec<_> = it.years.iter().map(|it| (it.year, it.wave, it.pays.round())).collect();
    assert_eq!(failed, [(2026, None, 120e6), (2027, Some(1), 0.0)]);
    let rent: Vec<_> = it.owed.iter().filter(|it| it.layer == "rent").collect();
    assert!(
        near(rent[0].due.dollars(), 120e6) && near(rent[0].backlog, 120e6) && rent[1].backlog < 1.0
    );
    assert!(it.owed.iter().all(|it| it.share_of_backlog.is_none_or(|share| share == 1.0)));
}

#[test]
fn half_the_revenue_hurts_who_is_paid_out_of_it_and_nobody_else() {
    let text = RING.replace(
        "cash = \"20 M USD [assumed]\"",
        "cash = \"20 M USD [assumed]\"\nrevenue = \"100 M USD [assumed]\"\nmargin = \"100 % [assumed]\"",
    );
    let scenario = read("ring", &text, None);
    let draw = Draw::medians(&scenario);
    let usual = Stress::usual(&scenario).expect("its cash and revenue are told");
    assert_eq!((usual.path.as_str(), usual.per_cent), ("party.buyer.revenue", -50.0));
    let it = stressed(&scenario, &draw, usual);
    assert!(!it.is_said);
    let of = |name: &str| {
        let nth = scenario.parties.iter().position(|it| scenario.row(*it).name == name);
        it.hurts.iter().find(|it| it.creditor == nth).expect("a creditor")
    };
    // 20 and 100 and 200 of revenue do for 240; without half the revenue 20 are missing.
    let cloud = of("cloud");
    assert_eq!((cloud.plain.unpaid, cloud.plain.since), (Money::ZERO, None));
    assert!(near(cloud.stressed.unpaid.dollars(), 20e6), "{:?}", cloud.stressed);
    assert_eq!(cloud.stressed.late, cloud.stressed.unpaid, "it is latest at the end");
    assert!(cloud.stressed.since.is_some_and(|it| it.year() == 2027));
    assert!(cloud.of_dues.is_some_and(|it| (it - 20.0 / 240.0).abs() < 1e-6));
    let maker = of("maker");
    assert_eq!(maker.plain, maker.stressed);
}

#[test]
fn numbers_that_point_into_the_catalogue_are_made_worse_too() {
    let text = RING.replace(
        "cash = \"20 M USD [assumed]\"",
        "cash = \"20 M USD [assumed]\"\nmargin = \"100 % [assumed]\"\n\
         revenue = { 2026 = \"catalogue:fact/openai-revenue-2025\", 2027 = \"30 bn USD [assumed]\" }",
    );
    let scenario = read("ring", &text, None);
    let moved = |path: &str| {
        let all = Stress { path: path.to_owned(), per_cent: -50.0 }.inputs(&scenario);
        let path = |it: &_| scenario.inputs.get(*it).path.clone();
        all.iter().map(path).collect::<Vec<String>>()
    };
    let all = moved("party.buyer.revenue");
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all.iter().any(|it| it.contains("openai-revenue-2025")), "{all:?}");
    assert!(all.iter().any(|it| it == "party.buyer.revenue.2027"), "{all:?}");
    assert!(moved("party.buyer.revenue.2026")[0].contains("openai-revenue-2025"));
    assert_eq!(moved("party.buyer.revenue.2028"), [""; 0], "nothing is said of that year");
}

/// A buyer that pays what it has, and owes a bank 20 M USD with 10 % a year on it.
const BORROWED: &str = "[party.bank]\n[debt.notes]\nkind = \"notes\"\nborrower = \"b\"\nlender = \"bank\"\n\
    limit = \"20 M USD [assumed]\"\nrate = \"10 %/year [assumed]\"\n\
    draw = { from = 2026-01-01, until = 2026-02-01 }\n\
    repay = { kind = \"level\", term = \"2 years [assumed]\" }";

#[test]
fn a_debt_that_is_not_paid_is_shown_as_overdue_and_not_as_paid() {
    let scenario = pledge("unpaid.rule = \"wait\"", BORROWED);
    let (draw, it) = (Draw::medians(&scenario), played(&scenario));
    let look = Look { scenario: &scenario, draw: &draw, case: &it.case, played: &it.played };
    let years = debt_years(&look, 0);
    let sum = |of: fn(&DebtYear) -> Money| years.iter().map(of).sum::<Money>();
    let (due, paid) = (sum(DebtYear::service), sum(|it| it.interest_paid) + sum(|it| it.repaid));
    let last = years.last().expect("a year");
    assert!(last.overdue > Money::ZERO && last.overdue == due - paid, "{years:?}");
    assert_eq!(last.owed, sum(|it| it.drawn) - sum(|it| it.repaid));
    let books = it.played.books.debts[0];
    let interest = -it.played.ledger.balance(books.interest_due) as f64 / 1e6;
    assert!(interest > 0.0, "some interest is overdue");
    assert!(near(number(&it, "debt.notes.unpaid"), last.owed.dollars() + interest));
    let received = sum(|it| it.drawn);
    assert!(near(cash(&it, "bank"), (paid - received).dollars()), "it is what the bank received");
}

#[test]
fn a_lender_waits_like_any_other_creditor() {
    let scenario = pledge("unpaid.rule = \"wait\"", BORROWED);
    let (draw, it) = (Draw::medians(&scenario), played(&scenario));
    let look = Look { scenario: &scenario, draw: &draw, case: &it.case, played: &it.played };
    let overdue = debt_years(&look, 0).last().expect("a year").overdue;
    assert!(near(number(&it, "party.bank.not_received"), overdue.dollars()));
    let arrears = number(&it, "deal.p.unpaid");
    assert!(near(number(&it, "party.b.unpaid"), arrears + overdue.dollars()));
    let stress = Stress { path: "party.b.funding".to_owned(), per_cent: -50.0 };
    let hurts = stressed(&scenario, &draw, stress).hurts;
    let bank = scenario.parties.iter().position(|it| scenario.row(*it).name == "bank");
    let bank = hurts.iter().find(|it| it.creditor == bank).expect("the bank is a creditor");
    assert_eq!(bank.plain.unpaid, overdue);
    assert_eq!(bank.plain.due - bank.plain.received, overdue);
    assert!(bank.stressed.received < bank.plain.received && bank.plain.since.is_some());
}

#[test]
fn the_book_shows_who_is_hurt_and_what_goes_round() {
    let scenario = story("openai-book", None);
    let (draw, outcome) = (Draw::medians(&scenario), played(&scenario));
    let look =
        Look { scenario: &scenario, draw: &draw, case: &outcome.case, played: &outcome.played };
    let it = exposure(&look);
    let all = it.rounds.iter().find(|it| it.year.is_none()).expect("a ring over all years");
    let name = |party: usize| outcome.case.parties[party].name.as_str();
    let mut around: Vec<&str> = all.legs.iter().map(|it| name(it.1)).collect();
    around.sort_unstable();
    assert_eq!(around, ["nvidia", "openai", "oracle"]);
    let stress = stressed(&scenario, &draw, Stress::usual(&scenario).expect("OpenAI tells both"));
    assert!(stress.hurts.iter().any(|it| it.plain.unpaid < it.stressed.unpaid));
    for variant in ["pays-what-it-has", "revenue-halved", "walks-away"] {
        let scenario = story("openai-book", Some(variant));
        let (draw, outcome) = (Draw::medians(&scenario), played(&scenario));
        for it in offtake::figures::expects(&scenario, &draw, &outcome) {
            assert!(it.held, "{variant}: `{}` does not hold, found {}", it.that, it.found);
        }
        assert!(!scenario.expects.is_empty(), "{variant} expects nothing");
        assert!(outcome.played.ledger.is_balanced());
    }
}

fn play(scenario: &Scenario, change: fn(Case) -> Case) -> Played {
    engine::play(&change(Case::of(scenario, &Draw::medians(scenario))), true)
}

#[test]
fn a_suspended_fleet_delivers_nothing_and_comes_back() {
    let scenario = story("openai-aws", None);
    let told = |case: Case| {
        let mut case = case.without_detail();
        for deal in &mut case.deals {
            let rule = offtake::scenario::Rule::Suspend;
            deal.unpaid =
                Some(offtake::scenario::Unpaid { rule, ..offtake::scenario::Unpaid::WAITS });
        }
        case
    };
    let plain = play(&scenario, Case::without_detail);
    let it = play(&scenario, told);
    let first = it.marks.arrears[0].first.expect("its cash does not last");
    let delivered = |it: &Played| it.ledger.by_month(it.books.fleets[0].idle);
    let bare = |it: &Played| -> Vec<String> {
        let used = it.ledger.by_month(it.books.works[0].good);
        let both = delivered(it).into_iter().zip(used);
        both.filter(|(a, b)| a.1 + b.1 == 0).map(|(a, _)| a.0.to_string()).collect()
    };
    let idle: Vec<String> = bare(&it).into_iter().filter(|it| !bare(&plain).contains(it)).collect();
    assert!(idle.first().is_some_and(|it| *it == first.next().to_string()), "{first}: {idle:?}");
    assert!(it.ledger.is_balanced());
}

#[test]
fn the_odds_of_who_pays_what_it_has_speak_of_what_stays_unpaid() {
    let report = |said: &str| {
        let scenario = pledge(said, "");
        let futures = Futures::of(&scenario, &[], false);
        let played: Vec<_> = (0..20).map(|it| futures.play(it)).collect();
        let headings = futures.headings().len();
        let mut column = |at: usize, most: u32| -> Result<Vec<f64>, ()> {
            let first = played.iter().take(most as usize);
            Ok(match at.checked_sub(headings) {
                None => first.map(|it| it.values[at]).collect(),
                Some(series) => first.flat_map(|it| it.months[series].clone()).collect(),
            })
        };
        let odds = Odds::of(&futures, 20, &[], &mut column).expect("columns are there");
        let page = OddsPage {
            scenario: &scenario,
            odds: &odds,
            headline: &[],
            break_evens: &[],
            width: 400,
        };
        odds_report(&page)
    };
    let waits = report("unpaid.rule = \"wait\"");
    assert!(waits.contains("Can b pay? It pays no more than it has: $26.0 M is unpaid"), "{waits}");
    assert!(!waits.contains("runs short") && !waits.contains("Can b pay? Its cash"), "{waits}");
    assert!(report("").contains("its cash runs short"));
}
