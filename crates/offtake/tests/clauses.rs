//! Does every clause of a deal come to what its words say? Small deals whose sums a reader can do by hand:
//! 720 GPUs that never fail at 2 USD an hour, at a constant load.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

mod common;

use offtake::figures::{Figure, Look, Outcome, Value, outcome};
use offtake::finance::make_up;
use offtake::scenario::Draw;
use offtake::view;

use common::read;

const GPUS: f64 = 720.0;
const YEAR: f64 = 8_760.0;

/// A deal of two years, and what it and the tables beside it say.
struct Told<'a> {
    load: u32,
    deal: &'a str,
    buyer: &'a str,
    fail: &'a str,
    work: &'a str,
    beside: &'a str,
}

const PLAIN: Told<'_> = Told { load: 100, deal: "", buyer: "", fail: "none", work: "", beside: "" };

impl Told<'_> {
    fn text(&self) -> String {
        let Told { load, deal, buyer, fail, work, beside } = self;
        let says = |key: &str| deal.lines().any(|it| it.trim_start().starts_with(key));
        let unsaid = |key: &str, line: &'static str| if says(key) { "" } else { line };
        let load =
            if work.is_empty() { format!("load = \"{load} % [assumed]\"") } else { String::new() };
        let price = match says("revenue") {
            true => "",
            false => unsaid("price =", "price = \"2 USD/GPU-hour [assumed]\""),
        };
        format!(
            "offtake = 1\nname = \"clauses\"\nas_of = 2025-12-31\n\
             horizon = {{ from = 2026-01-01, to = 2030-01-01 }}\n\
             [party.b]\ncash = \"50 M USD [assumed]\"\n{buyer}\n[party.s]\ncash = \"50 M USD [assumed]\"\n\
             [site.s]\nregion = \"catalogue:region/us\"\npower = {{ limit = \"4 MW facility [assumed]\" }}\n\
             [failures.none]\n{ROW}[failures.often]\n{ROW}hardware.all = \"9 per 1000 node-days\"\n\
             [fleet.f]\nsite = \"s\"\nmodel = \"catalogue:rack/gb300-nvl72\"\ncount = \"720 GPU [assumed]\"\n\
             fail = \"{fail}\"\n{load}\n{work}\n\
             [deal.d]\nbuyer = \"b\"\nseller = \"s\"\nlayer = \"rent\"\nstart = 2026-01-01\n{}\n{}\n\
             {price}\n{deal}\n{beside}\n",
            unsaid("term =", "term = \"2 years [assumed]\""),
            unsaid("deliver", "deliver = { fleet = \"f\" }"),
        )
    }

    fn played(&self) -> Outcome {
        let scenario = read("clauses.toml", &self.text(), None);
        let outcome = outcome(&scenario, &Draw::medians(&scenario), true);
        assert!(outcome.played.ledger.is_balanced());
        outcome
    }
}

const ROW: &str = "title = \"a row\"\nsource = \"assumed\"\ngrade = \"D\"\nas_of = 2025-01-01\nnode = \"4 GPU\"\n";

fn played(load: u32, deal: &str) -> Outcome {
    Told { load, deal, ..PLAIN }.played()
}

fn number(outcome: &Outcome, key: &str) -> f64 {
    let id = format!("deal.d.{key}");
    let found = outcome.figures.iter().find(|it| it.id == id);
    found.and_then(Figure::number).unwrap_or_else(|| panic!("no number {id}"))
}

fn holds(outcome: &Outcome, key: &str, expected: f64) {
    let found = number(outcome, key);
    assert!((found - expected).abs() < 1e-4, "{key}: {found}, by hand {expected}");
}

/// The bills of some months, counted from the first.
fn bills(outcome: &Outcome) -> Vec<f64> {
    let books = outcome.played.books.deals[0];
    let plain = [books.for_use, books.shortfall, books.credit];
    let clauses = outcome.played.books.clauses_of_deals[0].billed();
    let columns: Vec<_> =
        plain.into_iter().chain(clauses).map(|it| outcome.played.ledger.by_month(it)).collect();
    let sum = |i: usize| columns.iter().map(|it| it[i].1).sum::<i128>() as f64 / 1e6;
    (0..columns[0].len()).map(sum).collect()
}

/// What moved into a party's cash by the end of the nth month, its own cash at the first day left out.
fn cash_moved(outcome: &Outcome, party: usize, months: usize) -> f64 {
    let cash = outcome.played.ledger.by_month(outcome.played.books.parties[party].cash);
    cash.iter().take(months).map(|it| it.1).sum::<i128>() as f64 / 1e6 - 50e6
}

#[test]
fn damages_are_due_for_each_day_beyond_the_grace() {
    // All is promised for the end of March and comes two months, 61 days, later.
    let late = |more: &str| {
        let deal = "damages = { rate = \"5 USD/GPU-day [assumed]\", grace = \"10 days [assumed]\"MORE }\n\
                    deliver = { fleet = \"f\", full = 2026-03-31, shape = \"at-once\", slip = \"2 months [assumed]\" }";
        played(100, &deal.replace("MORE", more))
    };
    let all = late("");
    holds(&all, "damages", GPUS * 51.0 * 5.0);
    let rent = (2.0 * YEAR - 151.0 * 24.0) * GPUS * 2.0;
    holds(&all, "billed", rent - GPUS * 51.0 * 5.0);
    // The seller pays before it earns: in April and May nothing stands.
    assert_eq!(bills(&all)[3], -GPUS * 20.0 * 5.0, "April has 20 days beyond the grace");
    let face = (2.0 * YEAR - 90.0 * 24.0) * GPUS * 2.0;
    holds(&late(", cap = \"0.5 % [assumed]\""), "damages", face * 0.005);
}

#[test]
fn damages_may_be_told_by_power_or_as_a_share_of_the_price() {
    let late = |rate: &str| {
        played(
            100,
            &format!(
                "total = \"20 M USD [assumed]\"\nprice = \"solve\"\ndamages = {{ rate = \"{rate} [assumed]\" }}\n\
                 deliver = {{ fleet = \"f\", full = 2026-03-31, shape = \"at-once\", slip = \"1 months [assumed]\" }}"
            ),
        )
    };
    holds(&late("0.1 %/day"), "damages", 20e6 * 0.001 * 30.0);
    let megawatts = GPUS * 2_190.0 / 1e6;
    let found = number(&late("1000 USD/MW-day"), "damages") / (megawatts * 30.0 * 1_000.0);
    assert!((found - 1.0).abs() < 0.1, "by the power of the rack: {found}");
}

#[test]
fn a_deposit_is_held_and_covers_the_last_bills_or_comes_back() {
    // 17,520 hours at 1,440 USD: 25.2 M USD. A tenth is a little more than the last two months.
    let face = 2.0 * YEAR * GPUS * 2.0;
    let held = played(100, "deposit = { share = \"10 % [assumed]\" }");
    holds(&held, "deposit", face / 10.0);
    holds(&held, "deposit_drawn", 0.0);
    let plain = played(100, "");
    assert_eq!(bills(&held), bills(&plain), "a deposit changes no bill");
    let more = |of: &Outcome, months| cash_moved(of, 0, months) - cash_moved(&plain, 0, months);
    assert!((more(&held, 1) + face / 10.0).abs() < 1e-6);
    assert!((more(&held, 23) + face / 10.0).abs() < 1e-6);
    assert!(more(&held, 24).abs() < 1e-6, "it is back when the term ends");
    let used = played(100, "deposit = { share = \"10 % [assumed]\", use = \"last-bills\" }");
    holds(&used, "deposit_drawn", face / 10.0);
    // October has 31 days, November and December 61: 76.8 + 64.8 days of the tenth.
    let last = |n: usize| more(&used, n) + face / 10.0;
    assert!(last(21).abs() < 1e-6, "nothing is covered by September");
    assert!((last(24) - face / 10.0).abs() < 1e-6);
}

#[test]
fn a_price_steps_and_rises_on_its_days() {
    let hours = [365.0, 365.0].map(|days| days * 24.0 * GPUS);
    let steps = played(100, "price_steps = { 2027 = \"1.5 USD/GPU-hour [assumed]\" }");
    holds(&steps, "billed", hours[0] * 2.0 + hours[1] * 1.5);
    holds(&steps, "price_at_end", 1.5);
    let rises = played(100, "index = { rate = \"3 %/year [assumed]\", from = 2027-01-01 }");
    holds(&rises, "billed", hours[0] * 2.0 + hours[1] * 2.06);
    let both = "price_steps = { 2027-07 = \"1 USD/GPU-hour [assumed]\" }\n\
                index = { rate = \"10 %/year [assumed]\", from = 2026-07-01 }";
    let halves = [181.0, 184.0].map(|days| days * 24.0 * GPUS);
    let expected = halves[0] * 2.0 + (halves[1] + halves[0]) * 2.2 + halves[1];
    holds(&played(100, both), "billed", expected);
    let fee =
        "price = \"1 M USD/month [assumed]\"\nprice_steps = { 2027 = \"2 M USD/month [assumed]\" }";
    holds(&played(0, fee), "billed", 36e6);
}

#[test]
fn a_written_price_counts_as_written_on_its_day_and_rises_from_then_on() {
    let index = "index = { rate = \"10 %/year [assumed]\", from = 2026-07-01 }";
    let renewed = format!(
        "{index}\nrenew = {{ on = 2027-10-01, for = \"1 year [assumed]\", price = \"1.4 USD/GPU-hour [assumed]\" }}"
    );
    let halves = [181.0, 184.0].map(|days| days * 24.0 * GPUS);
    let before = halves[0] * 2.0 + (halves[1] + halves[0]) * 2.2 + halves[1] * 2.42;
    let after = (halves[0] + 24.0 * GPUS) * 1.4 + halves[1] * 1.54;
    holds(&played(100, &renewed), "billed", before + after);
    let step = format!("price_steps = {{ 2026-04 = \"1 USD/GPU-hour [assumed]\" }}\n{index}");
    holds(&played(100, &step), "price_at_end", 1.21);
}

#[test]
fn a_share_of_revenue_is_due_whatever_is_used() {
    let buyer = "margin = \"90 % [assumed]\"\nrevenue = { 2026 = \"10 M USD [assumed]\", 2027 = \"30 M USD [assumed]\" }";
    let deal = "revenue = { share = \"20 % [assumed]\" }";
    holds(&Told { load: 10, deal, buyer, ..PLAIN }.played(), "billed", 8e6);
    let work = "[workload.chat]\nfleet = \"f\"\nkind = \"service\"\nmodel = \"catalogue:model/405b-class\"\n\
                demand = { 2026 = \"20000 tokens/s [assumed]\" }\ndaily = \"catalogue:shape/chat\"\n\
                price = \"9 USD/million tokens [assumed]\"";
    let deal = "revenue = { share = \"50 % [assumed]\", of = \"services\" }";
    let served = Told { deal, work, ..PLAIN }.played();
    let tokens = served.figures.iter().find(|it| it.id == "workload.chat.tokens_served");
    let tokens = tokens.and_then(Figure::number).expect("a service serves");
    let found = number(&served, "billed");
    assert!(tokens > 1e11 && (found - tokens * 9e-6 / 2.0).abs() < 1e-3, "{tokens} {found}");
}

#[test]
fn what_fails_is_given_back_by_the_lowest_mark_that_was_missed() {
    let deal = "uptime.credits = { \"98.3 %\" = \"10 %\", \"98.1 %\" = \"30 %\" }";
    holds(&played(100, deal), "service_credits", 0.0);
    let failing = Told { deal, fail: "often", ..PLAIN }.played();
    let delivered = monthly_hours(&failing, |look| look.delivered_by_month(0));
    let months: Vec<_> = failing.played.ledger.months().take(24).collect();
    let (mut credit, mut counts) = (0.0, [0; 3]);
    for (month, delivered) in months.iter().zip(delivered) {
        let uptime = delivered / ((month.end() - month.start()).hours() * GPUS);
        let mark = usize::from(uptime < 0.983) + usize::from(uptime < 0.981);
        credit += delivered * 2.0 * [0.0, 0.1, 0.3][mark];
        counts[mark] += 1;
    }
    assert!(counts.iter().all(|it| *it > 0), "months at each mark: {counts:?}");
    let found = number(&failing, "service_credits");
    assert!((found - credit).abs() < 1e-3, "{found} by hand {credit}");
    let plain = Told { fail: "often", ..PLAIN }.played();
    holds(&failing, "billed", number(&plain, "billed") - found);
}

fn monthly_hours(outcome: &Outcome, of: impl Fn(&Look<'_>) -> Vec<f64>) -> Vec<f64> {
    let scenario = read("clauses.toml", &PLAIN.text(), None);
    let draw = Draw::medians(&scenario);
    of(&Look { scenario: &scenario, draw: &draw, case: &outcome.case, played: &outcome.played })
}

#[test]
fn use_above_the_minimum_has_its_own_price() {
    let said = "take = \"50 % [assumed]\"\noverage = \"3 USD/GPU-hour [assumed]\"";
    let hours = 2.0 * YEAR * GPUS;
    let busy = played(80, said);
    holds(&busy, "overage_paid", hours * 0.3 * 3.0);
    holds(&busy, "billed", hours * (0.5 * 2.0 + 0.3 * 3.0));
    holds(&played(40, said), "billed", hours * 0.5 * 2.0);
    holds(&played(40, said), "overage_paid", 0.0);
}

#[test]
fn a_bill_counts_the_hours_that_were_used_whatever_they_cost_that_month() {
    // What is charged in January of 2026 and of 2027, and how much of it.
    let january = |load: u32, deal: &str, charge: &str| {
        let scenario = read("clauses.toml", &Told { load, deal, ..PLAIN }.text(), None);
        let draw = Draw::medians(&scenario);
        let bills = view::bills(&scenario, &draw, &played(load, deal)).expect("bills");
        let rows = serde_json::to_value(view::rows(&bills)).expect("rows");
        let of = |it: &&serde_json::Value| {
            it["charge"] == charge && it["month"].as_str().is_some_and(|it| it.ends_with("-01"))
        };
        let told = |it: &serde_json::Value| (it["quantity"].as_f64(), it["unit"].clone());
        rows.as_array().expect("a list").iter().filter(of).map(told).collect::<Vec<_>>()
    };
    let hours = |share: f64| (Some(744.0 * GPUS * share), "GPU-hour".into());
    for moved in [
        "price_steps = { 2027 = \"1.5 USD/GPU-hour [assumed]\" }",
        "index = { rate = \"3 %/year [assumed]\", from = 2027-01-01 }",
        "renew = { on = 2026-10-01, for = \"1 year [assumed]\", price = \"1.4 USD/GPU-hour [assumed]\" }\nterm = \"1 year [assumed]\"",
    ] {
        assert_eq!(january(50, moved, "use"), [hours(0.5), hours(0.5)], "{moved}");
        assert_eq!(january(50, moved, "shortfall"), [hours(0.5), hours(0.5)], "{moved}");
    }
    let above = "take = \"50 % [assumed]\"\noverage = \"3 USD/GPU-hour [assumed]\"";
    assert_eq!(january(75, above, "overage"), [hours(0.25), hours(0.25)]);
    let held = january(50, "deposit = { share = \"10 % [assumed]\" }", "deposit");
    assert_eq!(held, [(Some(1.0), "".into())], "money that moves is no use");
}

#[test]
fn an_option_is_exercised_where_its_rule_says_yes() {
    let market = "market = { 2026 = \"2.5 USD/GPU-hour [assumed]\", 2027-06 = \"1.5 USD/GPU-hour [assumed]\" }";
    let expand = |on: &str, when: &str| {
        let said = format!(
            "{market}\nexpand = {{ from = 2026-01-01, on = {on}, gpus = \"72 GPU [assumed]\", when = \"{when}\" }}"
        );
        number(&played(100, &said), "expanded_gpus")
    };
    assert_eq!(expand("2027-01-01", "market-above"), 72.0);
    assert_eq!(expand("2027-01-01", "market-below"), 0.0);
    assert_eq!(expand("2027-07-01", "market-below"), 72.0);
    assert_eq!(expand("2027-07-01", "always"), 72.0);
    let renew = |when: &str| {
        let said = format!(
            "{market}\nrenew = {{ on = 2027-10-01, for = \"1 year [assumed]\", price = \"1.4 USD/GPU-hour [assumed]\", when = \"{when}\" }}"
        );
        played(100, &said)
    };
    // The market of that day is held against the price of the renewal, 1.40 USD.
    let (yes, no) = (renew("market-above"), renew("market-below"));
    holds(&no, "billed", 2.0 * YEAR * GPUS * 2.0);
    holds(&yes, "billed", 2.0 * YEAR * GPUS * 2.0 + 366.0 * 24.0 * GPUS * 1.4);
    holds(&yes, "gpu_hours_contracted", (2.0 * YEAR + 8_784.0) * GPUS);
    let ends = |of: &Outcome| {
        let found = of.figures.iter().find(|it| it.id == "deal.d.ends");
        found.map(|it| it.value.clone())
    };
    assert_eq!(ends(&yes), Some(Value::Date("2029-01-01".to_owned())));
    assert_eq!(ends(&no), Some(Value::Date("2028-01-01".to_owned())));
}

#[test]
fn who_ends_a_deal_pays_a_share_of_what_is_left_of_the_minimum() {
    let ended = |by: &str| {
        played(
            100,
            &format!(
                "take = \"80 % [assumed]\"\nterminate = {{ by = \"{by}\", on = 2026-10-02, notice = \"91 days [assumed]\", fee = \"50 % [assumed]\" }}"
            ),
        )
    };
    let left = YEAR * GPUS * 0.8 * 2.0;
    let rent = YEAR * GPUS * 2.0;
    let (buyer, seller) = (ended("buyer"), ended("seller"));
    holds(&buyer, "termination_paid", left / 2.0);
    holds(&buyer, "billed", rent + left / 2.0);
    holds(&seller, "termination_paid", left / 2.0);
    holds(&seller, "billed", rent - left / 2.0);
    holds(&buyer, "gpu_hours_delivered", YEAR * GPUS);
}

#[test]
fn what_was_to_be_decided_after_a_notice_has_ended_the_deal_never_happens() {
    let ended = |more: &str| {
        let notice = "terminate = { by = \"buyer\", on = 2026-10-02, notice = \"91 days [assumed]\", fee = \"50 % [assumed]\" }";
        played(100, &format!("{notice}\ntake = \"80 % [assumed]\"\n{more}"))
    };
    let options = "renew = { on = 2027-10-01, for = \"1 year [assumed]\" }\n\
                   expand = { from = 2026-01-01, on = 2027-07-01, gpus = \"72 GPU [assumed]\" }";
    for it in [ended(""), ended(options)] {
        holds(&it, "termination_paid", YEAR * GPUS * 0.8 * 2.0 / 2.0);
        holds(&it, "gpu_hours_contracted", 2.0 * YEAR * GPUS);
    }
    let before = "renew = { on = 2026-12-01, for = \"1 year [assumed]\" }";
    holds(&ended(before), "gpu_hours_contracted", (2.0 * YEAR + 8_784.0) * GPUS);
}

#[test]
fn the_fee_for_an_end_counts_each_month_that_is_left_at_its_price() {
    let deal = "price_steps = { 2027-07 = \"1 USD/GPU-hour [assumed]\" }\n\
                index = { rate = \"10 %/year [assumed]\", from = 2027-04-01 }\n\
                terminate = { by = \"buyer\", on = 2027-01-01, fee = \"50 % [assumed]\" }";
    let left = (90.0 * 2.0 + 91.0 * 2.2 + 184.0) * 24.0 * GPUS;
    holds(&played(100, deal), "termination_paid", left / 2.0);
}

#[test]
fn a_deposit_covers_the_last_bill_beside_what_the_seller_pays_for_the_end() {
    let deal = "deposit = { share = \"2 % [assumed]\", use = \"last-bills\" }\n\
                terminate = { by = \"seller\", on = 2027-01-01, fee = \"50 % [assumed]\" }";
    // Two of a hundred parts of two years are less than the 31 days of the last bill.
    let ended = played(100, deal);
    holds(&ended, "deposit_drawn", 2.0 * YEAR * GPUS * 2.0 * 0.02);
    let plain = played(100, deal.lines().last().expect("a line"));
    assert!((cash_moved(&ended, 0, 12) - cash_moved(&plain, 0, 12)).abs() < 1e-6);
}

#[test]
fn what_is_left_to_make_up_lapses_with_the_deal() {
    let deal = "take = \"50 % [assumed]\"\nmake_up = \"5 years [assumed]\"";
    let it = played(10, deal);
    holds(&it, "make_up_left", 0.0);
    holds(&it, "make_up_lapsed", 2.0 * YEAR * GPUS * 0.4);
    let walks = "true_up = \"none\"\nprice = \"90 USD/GPU-hour [assumed]\"\nunpaid = { rule = \"walk-away\" }";
    let it = played(10, &format!("{deal}\n{walks}"));
    holds(&it, "make_up_left", 0.0);
    assert!(number(&it, "make_up_lapsed") > 0.0);
}

#[test]
fn the_monthly_table_holds_what_is_promised_as_bills_count_it() {
    let deal = "expand = { from = 2026-01-01, on = 2027-07-01, gpus = \"72 GPU [assumed]\" }\n\
                renew = { on = 2027-10-01, for = \"1 year [assumed]\" }";
    let contracted = |it: &Outcome| {
        let scenario = read("clauses.toml", &PLAIN.text(), None);
        let table = view::monthly(&scenario, &Draw::medians(&scenario), it);
        let found = table.columns.into_iter().find(|it| it.name == "deal.d.contracted");
        match found.map(|it| it.cells) {
            Some(view::Cells::Number(hours)) => hours,
            _ => panic!("no hours"),
        }
    };
    let both = contracted(&played(100, deal));
    assert_eq!(both[17..19], [30.0 * 24.0 * GPUS, 31.0 * 24.0 * (GPUS + 72.0)]);
    assert_eq!(both[35..37], [31.0 * 24.0 * (GPUS + 72.0), 0.0]);
    let ended = "terminate = { by = \"buyer\", on = 2027-01-01 }";
    assert_eq!(contracted(&played(100, ended))[12], 0.0);
}

#[test]
fn what_is_left_of_a_deal_is_what_its_calendar_still_promises() {
    let left = |deal: &str| {
        let scenario = read("clauses.toml", &Told { load: 50, deal, ..PLAIN }.text(), None);
        let (draw, it) = (Draw::medians(&scenario), played(50, deal));
        let look = Look { scenario: &scenario, draw: &draw, case: &it.case, played: &it.played };
        look.backlog()[0].years.iter().map(|it| it.1.round()).collect::<Vec<f64>>()
    };
    let year = YEAR * GPUS;
    assert_eq!(left(""), [year * 2.0, 0.0, 0.0, 0.0]);
    assert_eq!(left("price_steps = { 2027 = \"1.5 USD/GPU-hour [assumed]\" }")[0], year * 1.5);
    let rises = left("index = { rate = \"3 %/year [assumed]\", from = 2027-01-01 }");
    assert_eq!(rises[0], (year * 2.06).round());
    assert_eq!(left("take = \"80 % [assumed]\"")[0], year * 1.6, "the rest need not be used");
    let renewed = "renew = { on = 2027-10-01, for = \"1 year [assumed]\", price = \"1.4 USD/GPU-hour [assumed]\" }";
    let of_2028 = (8_784.0 * GPUS * 1.4).round();
    assert_eq!(left(renewed), [year * 2.0 + of_2028, of_2028, 0.0, 0.0]);
    let more = "expand = { from = 2026-01-01, on = 2027-01-01, gpus = \"72 GPU [assumed]\" }";
    assert_eq!(left(more)[0], (year * 2.2).round());
    let ended = "terminate = { by = \"buyer\", on = 2026-07-02, notice = \"91 days [assumed]\", fee = \"0 % [assumed]\" }";
    assert_eq!(left(ended)[0], 0.0);
}

#[test]
fn what_was_paid_and_not_used_is_made_up_as_the_formula_by_the_year_says() {
    // Nothing is used for a year and a half, then everything: a minimum of 60 % is paid first.
    let work = "[workload.w]\nfleet = \"f\"\nkind = \"jobs\"\nlike = \"catalogue:jobs/acme-seren\"\n\
                per_day = \"100000 [assumed]\"\nstart = 2027-07-01";
    for carry in 1..4 {
        let deal = format!(
            "term = \"4 years [assumed]\"\ntake = \"60 % [assumed]\"\nmake_up = \"{carry} years [assumed]\""
        );
        let it = Told { deal: &deal, work, ..PLAIN }.played();
        let used = monthly_hours(&it, |look| look.used_by_month(0));
        let months = || it.played.ledger.months().zip(&used);
        let years: Vec<(f64, f64)> = (2026..2030)
            .map(|year| {
                let of = || months().filter(|it| it.0.year() == year);
                let held: f64 = of().map(|it| (it.0.end() - it.0.start()).hours() * GPUS).sum();
                (held * 0.6, of().map(|it| it.1).sum())
            })
            .collect();
        assert!(years[0].1 == 0.0 && years[3].1 > years[3].0, "{years:?}");
        let expected = make_up(&years, 2.0, carry);
        let bills = bills(&it);
        for (year, expected) in expected.iter().enumerate() {
            let paid: f64 = bills[year * 12..year * 12 + 12].iter().sum();
            assert!((paid - expected.paid).abs() < 1e-2, "{carry}: {paid} {expected:?}");
        }
        let drawn: f64 = expected.iter().map(|it| it.drawn).sum();
        let short: f64 = expected.iter().map(|it| it.shortfall).sum();
        let found = number(&it, "make_up_used");
        assert!(drawn > 0.0 && (found - drawn).abs() < 1e-2, "{found} {drawn}");
        let rest = number(&it, "make_up_left") + number(&it, "make_up_lapsed");
        assert!((found + rest - short).abs() < 1e-2, "{found} {rest} {short}");
    }
}

#[test]
fn what_still_comes_may_be_another_rack_that_draws_and_costs_otherwise() {
    // Half stands from the first day, half comes after a year as another rack.
    let deal = "deliver = { fleet = \"f\", first = \"360 GPU [assumed]\", full = 2026-12-31, shape = \"at-once\" }\n\
                swap = { from = 2026-07-01, power = \"1 kW IT per GPU [assumed]\", price = \"5 USD/GPU-hour [assumed]\" }";
    let (swapped, plain) = (played(100, deal), played(100, deal.lines().next().expect("a line")));
    let half = YEAR * GPUS / 2.0;
    holds(&plain, "billed", 3.0 * half * 2.0);
    holds(&swapped, "billed", 2.0 * half * 2.0 + half * 5.0);
    holds(&swapped, "price_at_end", 3.5);
    let energy = |of: &Outcome| {
        let found = of.figures.iter().find(|it| it.id == "site.s.energy");
        found.and_then(Figure::number).expect("it draws")
    };
    let watts = number(&plain, "delivered_mw_peak") / GPUS * 1e6;
    let expected = (2.0 * watts + 1_000.0) / (3.0 * watts);
    let found = energy(&swapped) / energy(&plain);
    assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    holds(&swapped, "delivered_mw_peak", (watts + 1_000.0) * GPUS / 2.0 / 1e6);
}
