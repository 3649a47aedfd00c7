//! Does a plant cost what it says, when it says so?
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

mod common;

use offtake::engine::{ClassBooks, Played, play};
use offtake::ledger::Account;
use offtake::scenario::{Case, Draw};

/// Two tranches of 72 GPUs, in January and in July, and one fee a month.
const STORY: &str = r#"
offtake = 1
name = "a hall"
as_of = 2025-12-31
horizon = { from = 2026-01-01, to = 2028-01-01 }
[party.buyer]
[party.seller]
cash = "10 M USD [assumed]"
tax = "25 % [assumed]"
[site.s]
region = "catalogue:region/us"
power = { limit = "9 MW facility [assumed]" }
[fleet.f]
site = "s"
model = "catalogue:rack/gb300-nvl72"
count = "144 GPU [assumed]"
fail = "catalogue:failures/llama3"
load = "50 % [assumed]"
[deal.d]
buyer = "buyer"
seller = "seller"
layer = "rent"
term = "3 years [assumed]"
start = 2026-01-01
price = "146000 USD/month [assumed]"
deliver.fleet = "f"
deliver.schedule = { 2026-01-01 = "72 GPU [assumed]", 2026-06-30 = "144 GPU [assumed]" }
[plant.p]
deal = "d"
lead = "2 months [assumed]"
running = "0.50 USD/GPU-hour [assumed]"
life = { accelerator = "730 days [assumed]", building = "3650 days [assumed]" }
[plant.p.capex]
accelerator = { 2026-01 = "10000 USD/GPU [assumed]", 2026-07 = "8000 USD/GPU [assumed]" }
building = "1 M USD [assumed]"
"#;

struct Told {
    case: Case,
    played: Played,
}

fn tell(text: &str) -> Told {
    let scenario = common::read("hall.toml", text, None);
    let case = Case::of(&scenario, &Draw::medians(&scenario));
    let played = play(&case, true);
    assert!(played.ledger.is_balanced());
    Told { case, played }
}

impl Told {
    fn classes(&self) -> [ClassBooks; 2] {
        self.played.books.plants[0].classes.clone().try_into().expect("two classes")
    }

    /// What moved into an account, by month, in dollars.
    fn by_month(&self, account: Account) -> Vec<f64> {
        self.played.ledger.by_month(account).iter().map(|it| it.1 as f64 / 1e6).collect()
    }
}

#[test]
fn capital_is_paid_so_many_months_before_its_tranche_lands() {
    let told = tell(STORY);
    assert_eq!(told.case.plants[0].owner, told.case.deals[0].seller);
    let [servers, building] = told.classes();
    // The first tranche lands in January and was paid in November: it stood when the horizon began.
    assert_eq!(told.by_month(servers.stood)[0], 720_000.0);
    assert_eq!(told.by_month(building.stood)[0], 500_000.0);
    // The second lands on the 1st of July at the price of July, and is paid on the 1st of May.
    let mut paid = vec![0.0; 24];
    paid[4] = 576_000.0;
    assert_eq!(told.by_month(servers.cost), paid);
    paid[4] = 500_000.0;
    assert_eq!(told.by_month(building.cost), paid);
}

#[test]
fn each_tranche_is_written_off_in_equal_parts_from_the_day_it_lands() {
    let told = tell(STORY);
    let [servers, _] = told.classes();
    let found = told.by_month(servers.depreciation);
    let months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (i, found) in found.iter().enumerate() {
        let days = months[i % 12];
        // What stands at the end of the 1st of January stands from the 2nd on.
        let first = if i == 0 { 30 } else { days };
        let plain = [(720_000.0, first), (576_000.0, if i < 6 { 0 } else { days })];
        let plain: f64 = plain.iter().map(|(cost, days)| cost * f64::from(*days) / 730.0).sum();
        assert!((found - plain).abs() < 1e-5, "month {i}: {found}, by itself {plain}");
    }
}

#[test]
fn what_stands_costs_money_to_run_used_or_not() {
    let told = tell(STORY);
    let found = told.by_month(told.played.books.plants[0].running);
    assert_eq!(found[0], 72.0 * 30.0 * 24.0 * 0.5);
    assert_eq!(found[8], 144.0 * 30.0 * 24.0 * 0.5);
}

#[test]
fn tax_is_due_for_what_a_year_earns_over_the_losses_before_it() {
    let of = |text: &str| {
        let told = tell(text);
        let party = told.played.books.parties[told.case.parties.len() - 1];
        let tax = told.by_month(party.tax.expect("it pays tax"));
        assert!(tax.iter().enumerate().all(|(i, it)| i % 12 == 11 || *it == 0.0), "{tax:?}");
        let [servers, building] = told.classes();
        let costs =
            [servers.depreciation, building.depreciation, told.played.books.plants[0].running];
        let costs = costs.map(|it| told.by_month(it));
        let bills = told.by_month(told.played.books.deals[0].for_use);
        let year = |nth: usize| -> f64 {
            let months = nth * 12..nth * 12 + 12;
            months.map(|i| bills[i] - costs.iter().map(|it| it[i]).sum::<f64>()).sum()
        };
        ([year(0), year(1)], [tax[11], tax[23]])
    };
    let (profit, tax) = of(STORY);
    assert!(profit[0] > 0.0 && profit[1] > 0.0, "{profit:?}");
    assert!((tax[0] - profit[0] / 4.0).abs() < 1e-5 && (tax[1] - profit[1] / 4.0).abs() < 1e-5);
    // With dear servers that are soon written off, the first year loses and the second earns.
    let text = STORY.replace("10000 USD/GPU", "20000 USD/GPU").replace("730 days", "360 days");
    let (profit, tax) = of(&text);
    assert!(profit[0] < 0.0 && profit[0] + profit[1] > 0.0, "{profit:?}");
    assert_eq!(tax[0], 0.0);
    assert!((tax[1] - (profit[0] + profit[1]) / 4.0).abs() < 1e-5, "{tax:?} of {profit:?}");
}

/// A pledge of 10 MW, half in January and half in July, whose hall another party owns.
#[test]
fn a_plant_serves_a_deal_without_a_fleet_by_its_power() {
    let text = r#"
offtake = 1
name = "a site"
as_of = 2025-12-31
horizon = { from = 2026-01-01, to = 2027-01-01 }
[party.buyer]
[party.seller]
[party.landlord]
[deal.site]
buyer = "buyer"
seller = "seller"
layer = "site"
total = "10 M USD [assumed]"
term = "2 years [assumed]"
start = 2026-01-01
deliver = { power = "10 MW facility [assumed]", full = 2026-06-30, shape = "at-once" }
[plant.hall]
deal = "site"
owner = "landlord"
capex.building = "11 M USD/MW [assumed]"
life.building = "20 years [assumed]"
running = "0.1 M USD/MW-year [assumed]"
"#;
    let told = tell(text);
    let building = told.played.books.plants[0].classes[0];
    let paid = told.by_month(building.cost);
    assert_eq!((paid[6], paid.iter().sum::<f64>()), (110e6, 110e6));
    let landlord = told.played.books.parties[2].cash;
    let ran = told.by_month(told.played.books.plants[0].running);
    assert!((ran.iter().sum::<f64>() - 1e6 * 184.0 / 365.0).abs() < 1e-5, "{ran:?}");
    assert_eq!(told.by_month(landlord)[6], -110e6 - ran[6]);
}
