//! What a figure is made of: stages of the play, and under them the inputs as written. The
//! engine knows nothing of this; a test moves every input and holds the declarations honest.

mod debts;
mod plants;

use std::collections::BTreeSet;

use super::Figure;
use crate::scenario::{InputId, InputValue, Row, RowId, Scenario};
use crate::units::Dim;

/// A step between inputs and figures, for the noun of this index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The first and the last day.
    Horizon,
    /// What a deal promises when.
    Calendar(usize),
    /// Its price.
    Price(usize),
    /// What came later than promised.
    Slip(usize),
    /// All of a pledge.
    Pledge(usize),
    /// Peak of a fleet's chips in 16 bits.
    Compute(usize),
    /// What is paid up front.
    Prepayment(usize),
    /// When shares vest and what they are worth.
    Warrant(usize),
    /// Who buys and sells.
    Parties(usize),
    /// What a fleet delivers, hour by hour.
    Delivery(usize),
    /// IT power of its GPUs.
    RackPower(usize),
    /// What a GPU-hour costs its owner.
    OwnerCost(usize),
    /// What runs on a fleet, hour by hour.
    Work(usize),
    /// When the runs of a campaign fall due.
    Runs(usize),
    /// How a gang checkpoints, breaks and restarts.
    Rhythm(usize),
    /// What a token sells for.
    TokenPrice(usize),
    /// What a GPU serves.
    Throughput(usize),
    /// What a deal bills, month by month.
    Bill(usize),
    /// IT energy of a site, hour by hour.
    Energy(usize),
    /// Energy at the meter.
    Meter(usize),
    /// PUE of the hottest day.
    PeakPue(usize),
    /// Carbon, location-based.
    Carbon(usize),
    /// Carbon, market-based.
    CarbonMarket(usize),
    /// Water.
    Water(usize),
    /// Cost of energy.
    EnergyCost(usize),
    /// A party's revenue and margin.
    Income(usize),
    /// Compute outside the deals.
    OtherCompute(usize),
    /// Bills of the deals it buys.
    Rent(usize),
    /// Its cash, everything counted.
    Cash(usize),
    /// Its cash with this file's deals alone.
    CashAlone(usize),
    /// What a home uses.
    Home,
    /// What a plant costs, and when: capital, what is written off, running.
    Plant(usize),
    /// A party's income and costs before tax.
    Profit(usize),
    /// The share of its profit that is due as tax.
    Tax(usize),
    /// What its money costs and what its classes lose in worth.
    Worth(usize),
    /// What a party is worth before new money comes in.
    Valuation(usize),
    /// What is drawn, due and paid of a debt.
    Debt(usize),
    /// What its lender gets back.
    Recovery(usize),
}

/// What something is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// A stage.
    Stage(Stage),
    /// Fields of a row.
    Fields(RowId, Keys),
}

/// Which fields of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// All that measure or choose something: not the day and grade of a row.
    All,
    /// These and what nests under them.
    Only(&'static [&'static str]),
    /// All but these and what nests under them.
    Except(&'static [&'static str]),
}

impl Keys {
    fn take(self, key: &str) -> bool {
        let among = |all: &[&str]| {
            all.iter().any(|it| {
                key.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        match self {
            Keys::All => !matches!(key, "as_of" | "grade"),
            Keys::Only(all) => among(all),
            Keys::Except(all) => !among(all),
        }
    }
}

/// A stage in words.
pub fn stage_label(scenario: &Scenario, stage: Stage) -> String {
    let of = |rows: &[RowId], i: usize| scenario.row(rows[i]).path.clone();
    let (what, noun) = match stage {
        Stage::Horizon => ("the first and the last day played", String::new()),
        Stage::Home => ("what a home uses", String::new()),
        Stage::Calendar(d) => ("promised calendar", of(&scenario.deals, d)),
        Stage::Price(d) => ("price", of(&scenario.deals, d)),
        Stage::Prepayment(d) => ("prepayment", of(&scenario.deals, d)),
        Stage::Warrant(d) => ("warrant", of(&scenario.deals, d)),
        Stage::Parties(d) => ("buyer, seller, layer", of(&scenario.deals, d)),
        Stage::Slip(d) => ("slip", of(&scenario.deals, d)),
        Stage::Pledge(p) => ("money and calendar", of(&scenario.pledges, p)),
        Stage::Compute(f) => ("peak in 16 bits", of(&scenario.fleets, f)),
        Stage::Bill(d) => ("bills by month", of(&scenario.deals, d)),
        Stage::Delivery(f) => ("deliveries and failures by hour", of(&scenario.fleets, f)),
        Stage::RackPower(f) => ("IT power per GPU", of(&scenario.fleets, f)),
        Stage::OwnerCost(f) => ("owner's cost", of(&scenario.fleets, f)),
        Stage::Work(f) => ("work by hour", of(&scenario.fleets, f)),
        Stage::Runs(w) => ("days on which runs fall due", of(&scenario.works, w)),
        Stage::Rhythm(w) => ("checkpoints, failures, restarts", of(&scenario.works, w)),
        Stage::TokenPrice(w) => ("price of a token", of(&scenario.works, w)),
        Stage::Throughput(w) => ("throughput per GPU", of(&scenario.works, w)),
        Stage::Energy(s) => ("IT energy by hour", of(&scenario.sites, s)),
        Stage::Meter(s) => ("energy at the meter", of(&scenario.sites, s)),
        Stage::PeakPue(s) => ("PUE of the hottest day", of(&scenario.sites, s)),
        Stage::Carbon(s) => ("carbon, location-based", of(&scenario.sites, s)),
        Stage::CarbonMarket(s) => ("carbon, market-based", of(&scenario.sites, s)),
        Stage::Water(s) => ("water", of(&scenario.sites, s)),
        Stage::EnergyCost(s) => ("cost of energy", of(&scenario.sites, s)),
        Stage::Income(p) => ("revenue and margin by month", of(&scenario.parties, p)),
        Stage::OtherCompute(p) => ("compute outside the deals", of(&scenario.parties, p)),
        Stage::Rent(p) => ("rent due by month", of(&scenario.parties, p)),
        Stage::Cash(p) => ("cash, all known commitments", of(&scenario.parties, p)),
        Stage::CashAlone(p) => ("cash, this file's deals alone", of(&scenario.parties, p)),
        Stage::Plant(p) => ("capital and running costs", of(&scenario.plants, p)),
        Stage::Profit(p) => ("income and costs", of(&scenario.parties, p)),
        Stage::Tax(p) => ("share due as tax", of(&scenario.parties, p)),
        Stage::Worth(p) => ("cost of money, worth on the market", of(&scenario.plants, p)),
        Stage::Valuation(p) => ("worth before new money", of(&scenario.parties, p)),
        Stage::Debt(d) => ("draws, interest and instalments", of(&scenario.debts, d)),
        Stage::Recovery(d) => ("what is let again and sold for", of(&scenario.debts, d)),
    };
    if noun.is_empty() { what.to_owned() } else { format!("{what} of {noun}") }
}

/// What a stage is made of.
pub fn parents(scenario: &Scenario, stage: Stage) -> Vec<Parent> {
    match stage {
        Stage::Horizon => vec![Parent::Fields(scenario.head, Keys::Only(&["horizon"]))],
        Stage::Home => {
            scenario.home.map(|it| Parent::Fields(it, Keys::Only(&["use"]))).into_iter().collect()
        }
        Stage::Calendar(_)
        | Stage::Price(_)
        | Stage::Prepayment(_)
        | Stage::Slip(_)
        | Stage::Warrant(_)
        | Stage::Parties(_)
        | Stage::Bill(_) => of_deal(scenario, stage),
        Stage::Pledge(p) => of_pledge(scenario, p),
        Stage::Compute(f) => chip(scenario, f),
        Stage::Delivery(_) | Stage::RackPower(_) | Stage::OwnerCost(_) | Stage::Work(_) => {
            of_fleet(scenario, stage)
        }
        Stage::Runs(w) => {
            let own = Parent::Fields(scenario.works[w], Keys::Only(&["start", "every"]));
            vec![own, Parent::Stage(Stage::Horizon)]
        }
        Stage::Rhythm(w) => {
            let row = scenario.works[w];
            let fleet = fleet_of(scenario, row, "fleet");
            let mut all = vec![Parent::Fields(
                row,
                Keys::Only(&["gpus", "checkpoint", "restart", "precision"]),
            )];
            all.extend(linked(scenario, row, "mfu", Keys::All));
            all.extend(failures(scenario, fleet));
            all.extend(linked(
                scenario,
                scenario.fleets[fleet],
                "model",
                Keys::Only(&["node", "gpus"]),
            ));
            all.extend(chip(scenario, fleet));
            all
        }
        Stage::Throughput(w) => {
            linked(scenario, scenario.works[w], "model", Keys::Only(&["throughput"]))
        }
        Stage::TokenPrice(w) => vec![Parent::Fields(scenario.works[w], Keys::Only(&["price"]))],
        Stage::Energy(_)
        | Stage::Meter(_)
        | Stage::PeakPue(_)
        | Stage::Carbon(_)
        | Stage::CarbonMarket(_)
        | Stage::Water(_)
        | Stage::EnergyCost(_) => of_site(scenario, stage),
        Stage::Income(_)
        | Stage::OtherCompute(_)
        | Stage::Rent(_)
        | Stage::Cash(_)
        | Stage::CashAlone(_) => of_party(scenario, stage),
        Stage::Plant(_)
        | Stage::Profit(_)
        | Stage::Tax(_)
        | Stage::Worth(_)
        | Stage::Valuation(_) => plants::parents(scenario, stage),
        Stage::Debt(_) | Stage::Recovery(_) => debts::parents(scenario, stage),
    }
}

fn of_deal(scenario: &Scenario, stage: Stage) -> Vec<Parent> {
    let own = |d: usize, keys| Parent::Fields(scenario.deals[d], keys);
    match stage {
        Stage::Calendar(d) => {
            let fleet = fleet_of(scenario, scenario.deals[d], "deliver.fleet");
            let row = scenario.fleets[fleet];
            let mut all = vec![
                own(d, Keys::Only(calendar_keys(scenario.row(scenario.deals[d])))),
                Parent::Fields(row, Keys::Only(&["count", "power"])),
            ];
            all.extend(linked(scenario, row, "model", Keys::Only(&["gpus"])));
            let deal = scenario.row(scenario.deals[d]);
            if ["expand.when", "renew.when", "terminate.when"].iter().any(|it| deal.says(it)) {
                all.push(own(d, Keys::Only(&["price", "price_steps", "index", "market", "renew"])));
                all.push(Parent::Stage(Stage::RackPower(fleet)));
            }
            if scenario.row(row).input("power").is_some() {
                all.push(Parent::Stage(Stage::RackPower(fleet)));
                all.extend(linked(scenario, row, "site", Keys::Only(&["pue.peak"])));
            } else if is_scheduled_by_power(scenario, scenario.row(scenario.deals[d])) {
                all.push(Parent::Stage(Stage::RackPower(fleet)));
            }
            all
        }
        Stage::Price(d) => {
            let fleet = fleet_of(scenario, scenario.deals[d], "deliver.fleet");
            let row = scenario.row(scenario.deals[d]);
            let keys = &["total", "price", "price_steps", "index", "renew", "market", "revenue"];
            let mut all = vec![own(d, Keys::Only(keys))];
            match row.word("price") {
                Some(_) => all.push(Parent::Stage(Stage::Calendar(d))),
                None => all.push(Parent::Stage(Stage::RackPower(fleet))),
            }
            all
        }
        Stage::Slip(d) => {
            let keys = Keys::Only(&["deliver.slip", "deliver.came", "on_late", "take", "kind"]);
            let fleet = fleet_of(scenario, scenario.deals[d], "deliver.fleet");
            vec![own(d, keys), Parent::Stage(Stage::RackPower(fleet))]
        }
        Stage::Prepayment(d) => vec![own(d, Keys::Only(&["total", "prepay"]))],
        Stage::Warrant(d) => vec![own(d, Keys::Only(&["warrant"]))],
        Stage::Parties(d) => vec![own(d, Keys::Only(&["buyer", "seller", "layer"]))],
        Stage::Bill(d) => of_bill(scenario, d),
        _ => Vec::new(),
    }
}

/// What the bills of a deal are made of.
fn of_bill(scenario: &Scenario, deal: usize) -> Vec<Parent> {
    const CLAUSES: &[&str] = &[
        "kind",
        "take",
        "true_up",
        "prepay",
        "prepay_draw",
        "on_late",
        "deliver.slip",
        "deliver.came",
        "overage",
        "make_up",
        "deposit",
        "damages",
        "uptime",
        "swap",
    ];
    let own = scenario.deals[deal];
    let fleet = fleet_of(scenario, own, "deliver.fleet");
    let mut all = vec![
        Parent::Stage(Stage::Price(deal)),
        Parent::Fields(own, Keys::Only(CLAUSES)),
        Parent::Stage(Stage::Delivery(fleet)),
        Parent::Stage(Stage::Work(fleet)),
    ];
    all.extend(revenue(scenario, deal, fleet));
    all
}

/// What the revenue is made of that a deal takes a share of.
fn revenue(scenario: &Scenario, deal: usize, fleet: usize) -> Vec<Parent> {
    let row = scenario.row(scenario.deals[deal]);
    if !row.says("revenue.share") {
        return Vec::new();
    }
    if row.word("revenue.of") == Some("services") {
        let works = 0..scenario.works.len();
        let here = works.filter(|w| fleet_of(scenario, scenario.works[*w], "fleet") == fleet);
        return here.map(|w| Parent::Stage(Stage::TokenPrice(w))).collect();
    }
    let buyer = scenario.parties.iter().position(|it| Some(*it) == row.target("buyer"));
    buyer.map(|it| Parent::Stage(Stage::Income(it))).into_iter().collect()
}

/// All that a pledge says, and the calendar of the deal by whose deliveries it is paid.
fn of_pledge(scenario: &Scenario, pledge: usize) -> Vec<Parent> {
    let own = scenario.pledges[pledge];
    let mut all = vec![Parent::Fields(own, Keys::All)];
    let Some(other) = scenario.row(own).text("milestones.of") else { return all };
    let among = |rows: &[RowId]| rows.iter().position(|it| scenario.row(*it).name == other);
    if let Some(d) = among(&scenario.deals) {
        let fleet = fleet_of(scenario, scenario.deals[d], "deliver.fleet");
        let site = linked(scenario, scenario.fleets[fleet], "site", Keys::Only(&["pue.peak"]));
        all.extend(site);
        all.extend(
            [Stage::Calendar(d), Stage::Slip(d), Stage::RackPower(fleet)].map(Parent::Stage),
        );
    }
    all.extend(among(&scenario.pledges).map(|p| Parent::Stage(Stage::Pledge(p))));
    all
}

/// What tells a calendar: a ramp, or a schedule, between whose lines nothing comes; only what came
/// runs in tranches all the same.
fn calendar_keys(deal: &Row) -> &'static [&'static str] {
    match (deal.says("deliver.schedule"), deal.says("deliver.came")) {
        (true, false) => {
            &["start", "term", "deliver.schedule", "deliver.fleet", "expand", "renew", "terminate"]
        }
        (true, true) => &[
            "start",
            "term",
            "deliver.schedule",
            "deliver.every",
            "deliver.fleet",
            "expand",
            "renew",
            "terminate",
        ],
        (false, _) => &[
            "start",
            "term",
            "deliver.first",
            "deliver.full",
            "deliver.shape",
            "deliver.every",
            "deliver.fleet",
            "expand",
            "renew",
            "terminate",
        ],
    }
}

fn is_scheduled_by_power(scenario: &Scenario, deal: &Row) -> bool {
    let is_power =
        |id| matches!(scenario.inputs.get(id).value, InputValue::Number { dim: Dim::POWER, .. });
    deal.inputs().into_iter().any(|(key, id)| key == "deliver.schedule" && is_power(id))
}

fn of_fleet(scenario: &Scenario, stage: Stage) -> Vec<Parent> {
    match stage {
        Stage::Delivery(f) => {
            let row = scenario.fleets[f];
            let site = scenario.row(row).target("site");
            let mut all = vec![Parent::Stage(Stage::Horizon)];
            for (d, deal) in scenario.deals.iter().enumerate() {
                if fleet_of(scenario, *deal, "deliver.fleet") == f {
                    all.push(Parent::Stage(Stage::Calendar(d)));
                    all.push(Parent::Fields(
                        *deal,
                        Keys::Only(&["deliver.slip", "deliver.came", "on_late"]),
                    ));
                }
            }
            all.push(Parent::Fields(row, Keys::Except(&["owner_cost"])));
            all.extend(site.map(|it| Parent::Fields(it, Keys::Only(&["power", "pue.peak"]))));
            all.push(Parent::Stage(Stage::RackPower(f)));
            all.extend(linked(scenario, row, "model", Keys::Only(&["node"])));
            all.extend(failures(scenario, f));
            // Fleets of one site share its limit in the order of the file.
            let before = scenario.fleets[..f].iter().enumerate();
            all.extend(
                before
                    .filter(|(_, it)| scenario.row(**it).target("site") == site)
                    .map(|(i, _)| Parent::Stage(Stage::Delivery(i))),
            );
            all
        }
        Stage::RackPower(f) => {
            let mut all = linked(scenario, scenario.fleets[f], "model", Keys::Only(&["power"]));
            let swaps = |it: &&RowId| {
                fleet_of(scenario, **it, "deliver.fleet") == f
                    && scenario.row(**it).says("swap.from")
            };
            let deals = scenario.deals.iter().filter(swaps);
            all.extend(deals.map(|it| Parent::Fields(*it, Keys::Only(&["swap"]))));
            all
        }
        Stage::OwnerCost(f) => {
            vec![Parent::Fields(scenario.fleets[f], Keys::Only(&["owner_cost"]))]
        }
        Stage::Work(f) => {
            let mut all = vec![Parent::Stage(Stage::Delivery(f))];
            all.extend(chip(scenario, f));
            for row in scenario.works.iter().filter(|it| fleet_of(scenario, **it, "fleet") == f) {
                all.push(Parent::Fields(*row, Keys::Except(&["price", "draw"])));
                for link in ["model", "daily", "like", "mfu"] {
                    all.extend(linked(scenario, *row, link, Keys::All));
                }
            }
            all
        }
        _ => Vec::new(),
    }
}

fn of_site(scenario: &Scenario, stage: Stage) -> Vec<Parent> {
    let own = |s: usize, keys| Parent::Fields(scenario.sites[s], keys);
    let region = |s: usize, keys| linked(scenario, scenario.sites[s], "region", keys);
    match stage {
        Stage::Energy(s) => {
            let here = |it: &RowId| scenario.row(*it).target("site") == Some(scenario.sites[s]);
            let mut all = Vec::new();
            for (f, row) in scenario.fleets.iter().enumerate().filter(|(_, it)| here(it)) {
                all.push(Parent::Stage(Stage::Work(f)));
                all.extend(linked(scenario, *row, "model", Keys::Only(&["power", "power_idle"])));
                let works =
                    scenario.works.iter().filter(|it| fleet_of(scenario, **it, "fleet") == f);
                all.extend(works.map(|it| Parent::Fields(*it, Keys::Only(&["draw"]))));
            }
            all
        }
        Stage::Meter(s) => vec![Parent::Stage(Stage::Energy(s)), own(s, Keys::Only(&["pue.mean"]))],
        Stage::PeakPue(s) => vec![own(s, Keys::Only(&["pue.peak"]))],
        Stage::Carbon(s) => {
            [vec![Parent::Stage(Stage::Meter(s))], region(s, Keys::Only(&["carbon", "factor"]))]
                .concat()
        }
        Stage::CarbonMarket(s) => {
            vec![Parent::Stage(Stage::Meter(s)), own(s, Keys::Only(&["carbon_market"]))]
        }
        Stage::Water(s) => vec![Parent::Stage(Stage::Energy(s)), own(s, Keys::Only(&["water"]))],
        Stage::EnergyCost(s) => {
            [vec![Parent::Stage(Stage::Meter(s))], region(s, Keys::Only(&["price"]))].concat()
        }
        _ => Vec::new(),
    }
}

fn of_party(scenario: &Scenario, stage: Stage) -> Vec<Parent> {
    let own = |p: usize, keys| Parent::Fields(scenario.parties[p], keys);
    match stage {
        Stage::Income(p) => {
            vec![
                own(p, Keys::Only(&["revenue", "revenue_after", "margin"])),
                Parent::Stage(Stage::Horizon),
            ]
        }
        Stage::OtherCompute(p) => vec![own(p, Keys::Only(&["other_compute"]))],
        Stage::Rent(p) => {
            let mut all: Vec<Parent> =
                deals_of(scenario, p, &["buyer"]).map(|d| Parent::Stage(Stage::Bill(d))).collect();
            all.extend(pledges_of(scenario, p));
            all
        }
        Stage::CashAlone(p) => {
            let mut all =
                vec![own(p, Keys::Only(&["cash", "funding"])), Parent::Stage(Stage::Income(p))];
            all.extend(
                deals_of(scenario, p, &["buyer", "seller"]).map(|d| Parent::Stage(Stage::Bill(d))),
            );
            all.extend(pledges_of(scenario, p));
            all.extend(plants::of_owner(scenario, p));
            all.extend(debts::of_party(scenario, p));
            all
        }
        Stage::Cash(p) => {
            vec![Parent::Stage(Stage::CashAlone(p)), Parent::Stage(Stage::OtherCompute(p))]
        }
        _ => Vec::new(),
    }
}

fn deals_of<'a>(
    scenario: &'a Scenario,
    party: usize,
    sides: &'a [&str],
) -> impl Iterator<Item = usize> + 'a {
    let party = scenario.parties[party];
    let is_side = move |row: &Row| sides.iter().any(|side| row.target(side) == Some(party));
    (0..scenario.deals.len()).filter(move |d| is_side(scenario.row(scenario.deals[*d])))
}

fn pledges_of(scenario: &Scenario, party: usize) -> Vec<Parent> {
    let party = scenario.parties[party];
    let is_side = |it: &RowId| {
        ["buyer", "seller"].iter().any(|side| scenario.row(*it).target(side) == Some(party))
    };
    let all = scenario.pledges.iter().enumerate().filter(|it| is_side(it.1));
    all.map(|(i, _)| Parent::Stage(Stage::Pledge(i))).collect()
}

fn fleet_of(scenario: &Scenario, row: RowId, key: &str) -> usize {
    let target = scenario.row(row).target(key);
    scenario.fleets.iter().position(|it| Some(*it) == target).unwrap_or(0)
}

fn linked(scenario: &Scenario, row: RowId, key: &str, keys: Keys) -> Vec<Parent> {
    let target = scenario.row(row).target(key);
    target.map(|it| Parent::Fields(it, keys)).into_iter().collect()
}

fn failures(scenario: &Scenario, fleet: usize) -> Vec<Parent> {
    linked(scenario, scenario.fleets[fleet], "fail", Keys::All)
}

/// Peaks of a fleet's accelerator.
fn chip(scenario: &Scenario, fleet: usize) -> Vec<Parent> {
    let rack = scenario.row(scenario.fleets[fleet]).target("model");
    rack.map(|it| linked(scenario, it, "accelerator", Keys::Only(&["bf16", "fp8", "fp4"])))
        .unwrap_or_default()
}

/// The inputs that some fields of a row are.
pub fn fields(scenario: &Scenario, row: RowId, keys: Keys) -> Vec<InputId> {
    let inputs = scenario.row(row).inputs();
    inputs.into_iter().filter(|(key, _)| keys.take(key)).map(|(_, id)| id).collect()
}

/// Every input that a figure is made of.
pub fn ancestors(scenario: &Scenario, figure: &Figure) -> BTreeSet<InputId> {
    let mut inputs = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut todo = figure.of.clone();
    while let Some(parent) = todo.pop() {
        match parent {
            Parent::Fields(row, keys) => inputs.extend(fields(scenario, row, keys)),
            Parent::Stage(stage) if seen.insert(stage) => todo.extend(parents(scenario, stage)),
            Parent::Stage(_) => {}
        }
    }
    inputs
}
