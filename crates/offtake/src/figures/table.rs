//! Every figure, declared once: its name, unit, formula, what it is made of and how it is
//! computed. A figure that does not apply is left out.

use super::ancestry::Stage;
use super::look::{Look, ratio};
use super::{Figure, Parent, Value};
use crate::finance;
use crate::scenario::Scenario;
use crate::units::{Money, to_f64};

/// The declaration of a figure of one noun.
pub struct Spec {
    /// The last part of its id.
    pub key: &'static str,
    /// In words.
    pub label: &'static str,
    /// In which unit.
    pub unit: &'static str,
    /// `derived` or `simulated`.
    pub kind: &'static str,
    /// How it is made.
    pub formula: &'static str,
    /// What it is made of, for the noun of this index.
    pub of: fn(&Scenario, usize) -> Vec<Stage>,
    /// How it is computed.
    pub value: fn(&Look<'_>, usize) -> Option<Value>,
}

macro_rules! spec {
    ($key:literal, $label:literal, $unit:literal, $kind:ident, $formula:literal, $of:expr, $value:expr $(,)?) => {
        Spec {
            key: $key,
            label: $label,
            unit: $unit,
            kind: stringify!($kind),
            formula: $formula,
            of: $of,
            value: $value,
        }
    };
}

pub(super) use spec;

pub(super) fn number(it: f64) -> Option<Value> {
    // An empty sum is minus nothing; nobody wants to read that.
    Some(Value::Number(it + 0.0))
}

pub(super) fn maybe(it: Option<f64>) -> Option<Value> {
    it.and_then(number)
}

pub(super) fn fleet_of(scenario: &Scenario, deal: usize) -> usize {
    let fleet = scenario.row(scenario.deals[deal]).target("deliver.fleet");
    scenario.fleets.iter().position(|it| Some(*it) == fleet).unwrap_or(0)
}

pub(super) fn fleet_of_work(scenario: &Scenario, work: usize) -> usize {
    let fleet = scenario.row(scenario.works[work]).target("fleet");
    scenario.fleets.iter().position(|it| Some(*it) == fleet).unwrap_or(0)
}

static DEAL: [Spec; 17] = [
    spec!(
        "price_per_gpu_hour",
        "price of a GPU-hour",
        "USD/GPU-hour",
        derived,
        "total / contracted GPU-hours where solved; else as written, per power at full load",
        |_, d| vec![Stage::Price(d)],
        |look, d| match crate::terms::price(
            &look.case.deals[d],
            &look.case.fleets[look.case.deals[d].fleet]
        ) {
            Some(_) => maybe(look.price_per_hour(d)),
            None => None,
        }
    ),
    spec!(
        "delivered_gpus_peak",
        "most GPUs delivered at once",
        "GPU",
        simulated,
        "largest hourly count of GPUs that are installed, under power, healthy and offered",
        |s, d| vec![Stage::Delivery(fleet_of(s, d)), Stage::Work(fleet_of(s, d))],
        |look, d| number(look.played.marks.delivered_peak[look.case.deals[d].fleet] as f64)
    ),
    spec!(
        "delivered_mw_peak",
        "IT power of the most GPUs delivered at once",
        "MW",
        simulated,
        "delivered_gpus_peak x IT power per GPU at full load",
        |s, d| vec![
            Stage::Delivery(fleet_of(s, d)),
            Stage::Work(fleet_of(s, d)),
            Stage::RackPower(fleet_of(s, d))
        ],
        |look, d| {
            let fleet = look.case.deals[d].fleet;
            let it = &look.case.deals[d];
            let steps = crate::terms::tranches(&it.played);
            let draw = crate::terms::draw(it, &steps, &look.case.fleets[fleet], it.end_played);
            let full = look.case.fleets[fleet].watts_full * draw;
            number(look.played.marks.delivered_peak[fleet] as f64 * full / 1e6)
        }
    ),
    spec!(
        "months_late",
        "months between the promised and the real end of the ramp",
        "month",
        simulated,
        "calendar months from the promised day to the day all promised GPUs are landed and under power; left out if that never comes",
        |s, d| vec![Stage::Delivery(fleet_of(s, d)), Stage::Calendar(d)],
        |look, d| {
            let deal = &look.case.deals[d];
            let site = &look.case.sites[look.case.fleets[deal.fleet].site];
            let seen = look.played.marks.full_at[deal.fleet]?;
            // A horizon that begins later finds the fleet already full.
            let full = if seen > look.case.from { seen } else { deal.played.full.max(site.ready) };
            number(full.months_since(deal.promised.full).max(0.0))
        }
    ),
    spec!(
        "late_gpu_hours",
        "GPU-hours that the slip took",
        "GPU-hour",
        derived,
        "held by the promised calendar - held by the played one, over the term as played",
        |_, d| vec![Stage::Calendar(d), Stage::Slip(d)],
        |look, d| number(late_hours(look, d))
    ),
    spec!(
        "rent_lost_to_slip",
        "rent that the slip takes from the seller",
        "USD",
        derived,
        "GPU-hours that the slip took x price x share owed unused; what the buyer does not get it does not owe",
        |_, d| vec![Stage::Price(d), Stage::Calendar(d), Stage::Slip(d)],
        |look, d| {
            // What is a share of revenue follows no hours.
            let it = &look.case.deals[d];
            if matches!(it.pricing, crate::scenario::Pricing::OfRevenue(..)) {
                return None;
            }
            let take = to_f64(it.take.0);
            number(late_hours(look, d) * look.price_per_hour(d)? * take)
        }
    ),
    spec!(
        "gpu_hours_contracted",
        "GPU-hours promised",
        "GPU-hour",
        derived,
        "sum over the promised calendar of GPUs x hours",
        |_, d| vec![Stage::Calendar(d)],
        |look, d| number(look.contracted_hours(d))
    ),
    spec!(
        "gpu_hours_delivered",
        "GPU-hours delivered",
        "GPU-hour",
        simulated,
        "used + idle + down",
        |s, d| vec![Stage::Delivery(fleet_of(s, d)), Stage::Work(fleet_of(s, d))],
        |look, d| number(look.delivered_hours(look.case.deals[d].fleet))
    ),
    spec!(
        "gpu_hours_used",
        "GPU-hours used",
        "GPU-hour",
        simulated,
        "allocated to work, restarts and lost work included",
        |s, d| vec![Stage::Work(fleet_of(s, d))],
        |look, d| number(look.used_hours(look.case.deals[d].fleet))
    ),
    spec!(
        "billed",
        "billed in all",
        "USD",
        simulated,
        "charges for use and shortfall less credits, over the months played",
        |_, d| vec![Stage::Bill(d)],
        |look, d| number(look.billed(d).dollars())
    ),
    spec!(
        "shortfall_paid",
        "paid for GPU-hours that were not used",
        "USD",
        simulated,
        "price x (minimum - used) of each month in which less was used than promised",
        |_, d| vec![Stage::Bill(d)],
        |look, d| number(look.total(look.played.books.deals[d].shortfall) / 1e6)
    ),
    spec!(
        "credits",
        "given back by yearly true-up",
        "USD",
        simulated,
        "price x (charged volume of the year - larger of its use and its minimum)",
        |_, d| vec![Stage::Bill(d)],
        |look, d| number(0.0 - look.total(look.played.books.deals[d].credit) / 1e6)
    ),
    spec!(
        "paid_per_used_gpu_hour",
        "paid for each GPU-hour that was used",
        "USD/GPU-hour",
        simulated,
        "billed / GPU-hours used",
        |s, d| vec![Stage::Bill(d), Stage::Work(fleet_of(s, d))],
        |look, d| maybe(ratio(look.billed(d).dollars(), look.used_hours(look.case.deals[d].fleet)))
    ),
    spec!(
        "owner_cost_per_gpu_hour",
        "what a GPU-hour costs its owner",
        "USD/GPU-hour",
        reported,
        "as the catalogue has it, capital included",
        |s, d| vec![Stage::OwnerCost(fleet_of(s, d))],
        |look, d| {
            let cost = look.case.fleets[look.case.deals[d].fleet].owner_cost;
            maybe(cost.map(|it| it.charge(3_600_000_000_000).dollars() / 1e6))
        }
    ),
    spec!(
        "seller_margin",
        "what the seller keeps of the bill",
        "share",
        simulated,
        "1 - owner's cost x GPU-hours delivered / billed",
        |s, d| vec![
            Stage::OwnerCost(fleet_of(s, d)),
            Stage::Bill(d),
            Stage::Delivery(fleet_of(s, d))
        ],
        |look, d| {
            let fleet = look.case.deals[d].fleet;
            let cost = look.case.fleets[fleet].owner_cost?;
            let owner = cost.charge((look.delivered_hours(fleet) * 3.6e6) as i128).dollars();
            maybe(ratio(owner, look.billed(d).dollars()).map(|it| 1.0 - it))
        }
    ),
    spec!(
        "prepaid",
        "paid on the first day",
        "USD",
        derived,
        "prepaid share x total",
        |_, d| vec![Stage::Prepayment(d)],
        |look, d| {
            let prepaid = crate::terms::prepaid(&look.case.deals[d]);
            (prepaid > Money::ZERO).then(|| Value::Number(prepaid.dollars()))
        }
    ),
    spec!(
        "delivered_share",
        "share of the promised GPU-hours that came",
        "share",
        simulated,
        "GPU-hours delivered / GPU-hours promised",
        |s, d| vec![
            Stage::Delivery(fleet_of(s, d)),
            Stage::Calendar(d),
            Stage::Work(fleet_of(s, d))
        ],
        |look, d| maybe(ratio(
            look.delivered_hours(look.case.deals[d].fleet),
            look.contracted_hours(d)
        ))
    ),
];

fn late_hours(look: &Look<'_>, deal: usize) -> f64 {
    use crate::terms::{held, tranches};
    let it = &look.case.deals[deal];
    let promised = held(&tranches(&it.promised), it.start, it.end);
    let played = held(&tranches(&it.played), it.start, it.end_played);
    (promised - played) as f64 / 3.6e6
}

static FLEET: [Spec; 4] = [
    spec!(
        "utilisation",
        "share of the delivered GPU-hours that was used",
        "share",
        simulated,
        "GPU-hours used / GPU-hours delivered",
        |_, f| vec![Stage::Work(f), Stage::Delivery(f)],
        |look, f| maybe(ratio(look.used_hours(f), look.delivered_hours(f)))
    ),
    spec!(
        "goodput",
        "share of the delivered GPU-hours that counted",
        "share",
        simulated,
        "used less lost work, restarts and checkpoints / delivered",
        |_, f| vec![Stage::Work(f), Stage::Delivery(f)],
        |look, f| maybe(ratio(look.good_hours(f), look.delivered_hours(f)))
    ),
    spec!(
        "failures",
        "failures of all nodes under power",
        "count",
        simulated,
        "hourly counts, idle nodes and spares included, nodes in repair not",
        |_, f| vec![Stage::Delivery(f), Stage::Work(f)],
        |look, f| number(look.played.marks.failures[f] as f64)
    ),
    spec!(
        "interruptions",
        "interruptions of training",
        "count",
        simulated,
        "failures that hit a gang",
        |_, f| vec![Stage::Work(f)],
        |look, f| {
            let works = (0..look.case.works.len()).filter(|i| look.case.works[*i].fleet == f);
            number(works.map(|i| look.played.marks.interruptions[i]).sum::<i64>() as f64)
        }
    ),
];

pub(super) fn deal_of_work(scenario: &Scenario, work: usize) -> Option<usize> {
    let fleet = fleet_of_work(scenario, work);
    (0..scenario.deals.len()).find(|d| fleet_of(scenario, *d) == fleet)
}

pub(super) fn site_of_fleet(scenario: &Scenario, fleet: usize) -> usize {
    let site = scenario.row(scenario.fleets[fleet]).target("site");
    scenario.sites.iter().position(|it| Some(*it) == site).unwrap_or(0)
}

static SITE: [Spec; 6] = [
    spec!(
        "energy",
        "energy at the meter",
        "MWh",
        simulated,
        "IT energy x mean PUE",
        |_, s| vec![Stage::Meter(s)],
        |look, s| number(meter(look, s) / 3.6e12)
    ),
    spec!(
        "power_peak",
        "highest power at the meter, at the PUE of the hottest day",
        "MW",
        simulated,
        "highest hourly IT power x PUE of the hottest day",
        |_, s| vec![Stage::Energy(s), Stage::PeakPue(s)],
        |look, s| number(
            crate::power::at_peak(&look.case.sites[s], look.played.marks.it_watts_peak[s]) / 1e6
        )
    ),
    spec!(
        "carbon_location",
        "carbon, location-based",
        "t",
        simulated,
        "energy at the meter x the region's yearly mean factor",
        |_, s| vec![Stage::Carbon(s)],
        |look, s| number(look.total(look.played.books.sites[s].carbon) / 1e6)
    ),
    spec!(
        "carbon_market",
        "carbon, market-based",
        "t",
        simulated,
        "energy at the meter x the contracted factor",
        |_, s| vec![Stage::CarbonMarket(s)],
        |look, s| {
            look.case.sites[s].carbon_market?;
            number(look.total(look.played.books.sites[s].carbon_market) / 1e6)
        }
    ),
    spec!(
        "water",
        "water at the site",
        "m3",
        simulated,
        "IT energy x water per IT energy",
        |_, s| vec![Stage::Water(s)],
        |look, s| number(look.total(look.played.books.sites[s].water) / 1e6)
    ),
    spec!(
        "energy_cost",
        "what the energy costs",
        "USD",
        simulated,
        "energy at the meter x the region's industrial price",
        |_, s| vec![Stage::EnergyCost(s)],
        |look, s| {
            look.case.sites[s].price?;
            number(look.total(look.played.books.sites[s].energy_cost) / 1e6)
        }
    ),
];

fn meter(look: &Look<'_>, site: usize) -> f64 {
    let books = look.played.books.sites[site];
    look.total(books.it) + look.total(books.overhead)
}

static PARTY: [Spec; 12] = [
    spec!(
        "revenue",
        "revenue over the horizon",
        "USD",
        derived,
        "yearly totals, spread evenly over the days of each year",
        |_, p| vec![Stage::Income(p)],
        |look, p| {
            let revenue: Money = look.party_months(p).iter().map(|it| it.revenue).sum();
            (!look.case.parties[p].revenue.is_empty()).then(|| Value::Number(revenue.dollars()))
        }
    ),
    spec!(
        "committed",
        "face value of rent not yet billed at as_of",
        "USD",
        simulated,
        "total of the rent layer - billed in months that ended by as_of",
        |_, p| vec![Stage::Rent(p)],
        committed
    ),
    spec!(
        "rent_due",
        "rent due over the horizon",
        "USD",
        simulated,
        "bills of the deals it buys",
        |_, p| vec![Stage::Rent(p)],
        |look, p| {
            let due: Money = look.party_months(p).iter().map(|it| it.rent_due).sum();
            (due > Money::ZERO).then(|| Value::Number(due.dollars()))
        }
    ),
    spec!(
        "coverage_min",
        "lowest coverage of the rent in a whole year",
        "ratio",
        simulated,
        "smallest of: revenue x margin before compute / rent due, whole calendar years",
        |_, p| vec![Stage::Income(p), Stage::Rent(p)],
        |look, p| coverage(look, p, false)
    ),
    spec!(
        "coverage_min_all",
        "lowest coverage of rent and all other compute in a whole year",
        "ratio",
        simulated,
        "smallest of: revenue x margin / (rent due + other compute, chips, sites), whole calendar years",
        |_, p| vec![Stage::Income(p), Stage::Rent(p), Stage::OtherCompute(p)],
        |look, p| coverage(look, p, true)
    ),
    spec!(
        "cash_min",
        "lowest cash, all known commitments",
        "USD",
        simulated,
        "lowest month-end of: cash + revenue x margin + funding - rent - other compute",
        |_, p| vec![Stage::Cash(p)],
        |look, p| maybe(
            look.lowest_cash(p, false).filter(|_| look.has_cash(p)).map(|it| it.1.dollars())
        )
    ),
    spec!(
        "cash_min_date",
        "month of the lowest cash",
        "date",
        simulated,
        "the month in which cash_min is reached first",
        |_, p| vec![Stage::Cash(p)],
        |look, p| look
            .lowest_cash(p, false)
            .filter(|_| look.has_cash(p))
            .map(|it| Value::Date(it.0.to_string()))
    ),
    spec!(
        "first_shortfall",
        "first month that cash does not cover, all known commitments",
        "date",
        simulated,
        "first month-end at which cash is below nothing",
        |_, p| vec![Stage::Cash(p)],
        |look, p| shortfall(look, p, false)
    ),
    spec!(
        "funding_gap",
        "money that is missing, all known commitments",
        "USD",
        simulated,
        "what would lift the lowest cash to nothing",
        |_, p| vec![Stage::Cash(p)],
        |look, p| gap(look, p, false)
    ),
    spec!(
        "cash_min_alone",
        "lowest cash, this file's deals alone",
        "USD",
        simulated,
        "as cash_min, other compute left out",
        |_, p| vec![Stage::CashAlone(p)],
        |look, p| maybe(
            look.lowest_cash(p, true).filter(|_| look.has_cash(p)).map(|it| it.1.dollars())
        )
    ),
    spec!(
        "first_shortfall_alone",
        "first month that cash does not cover, this file's deals alone",
        "date",
        simulated,
        "as first_shortfall, other compute left out",
        |_, p| vec![Stage::CashAlone(p)],
        |look, p| shortfall(look, p, true)
    ),
    spec!(
        "funding_gap_alone",
        "money that is missing, this file's deals alone",
        "USD",
        simulated,
        "as funding_gap, other compute left out",
        |_, p| vec![Stage::CashAlone(p)],
        |look, p| gap(look, p, true)
    ),
];

fn committed(look: &Look<'_>, party: usize) -> Option<Value> {
    let mut sum = 0.0;
    let mut any = false;
    for (i, deal) in look.case.deals.iter().enumerate() {
        if deal.buyer != party || deal.layer != "rent" {
            continue;
        }
        let known = crate::time::Instant::start_of(look.scenario.as_of);
        let face = look.face(i)?;
        let billed: Money =
            look.bills(i).into_iter().filter(|it| it.0.end() <= known).map(|it| it.1).sum();
        sum += face - billed.dollars();
        any = true;
    }
    for (i, pledge) in look.case.pledges.iter().enumerate() {
        if pledge.buyer != party || pledge.layer != "rent" {
            continue;
        }
        let Some(total) = pledge.total else { continue };
        let known = crate::time::Instant::start_of(look.scenario.as_of);
        let due = look.pledge_dues(i).into_iter().filter(|it| it.0.end() <= known);
        sum += (total - due.map(|it| it.1).sum()).dollars();
        any = true;
    }
    any.then_some(Value::Number(sum))
}

fn coverage(look: &Look<'_>, party: usize, all: bool) -> Option<Value> {
    let years = look.party_years(party);
    let whole = years
        .iter()
        .filter(|it| it.is_whole && it.rent_due > Money::ZERO && it.revenue > Money::ZERO);
    let ratios = whole.filter_map(|it| if all { it.coverage_all() } else { it.coverage() });
    maybe(ratios.min_by(f64::total_cmp))
}

fn shortfall(look: &Look<'_>, party: usize, alone: bool) -> Option<Value> {
    look.has_cash(party).then(|| match finance::first_shortfall(&look.cash(party, alone)) {
        Some(month) => Value::Date(month.to_string()),
        None => Value::Never,
    })
}

fn gap(look: &Look<'_>, party: usize, alone: bool) -> Option<Value> {
    let lowest = look.lowest_cash(party, alone).filter(|_| look.has_cash(party))?;
    Some(Value::Number((Money::ZERO - lowest.1).at_least(Money::ZERO).dollars()))
}

/// Figures of the whole story.
static ALL: [Spec; 1] = [spec!(
    "homes_equivalent",
    "homes that use as much, on the mean",
    "homes",
    simulated,
    "energy at all meters / horizon / energy of a home",
    |s, _| {
        let sites = (0..s.sites.len()).map(Stage::Meter);
        sites.chain([Stage::Horizon, Stage::Home]).collect()
    },
    |look, _| {
        let home = look.scenario.home.and_then(|it| look.scenario.row(it).input("use"))?;
        let crate::scenario::Drawn::Number(home) = look.draw.get(home) else { return None };
        let energy: f64 = (0..look.case.sites.len()).map(|s| meter(look, s)).sum();
        let millis = (look.case.to - look.case.from).millis as f64;
        number(energy / millis / to_f64(home))
    }
)];

/// The nouns with figures, and the specs of each.
fn tables(scenario: &Scenario) -> Vec<(String, usize, &'static [Spec])> {
    let mut all: Vec<(String, usize, &'static [Spec])> = Vec::new();
    for (rows, specs) in [
        (&scenario.deals, &DEAL[..]),
        (&scenario.pledges, &super::pledges::PLEDGE[..]),
        (&scenario.fleets, &FLEET[..]),
        (&scenario.works, &super::work::WORK[..]),
        (&scenario.sites, &SITE[..]),
        (&scenario.parties, &PARTY[..]),
        (&scenario.parties, &super::plants::OWNER[..]),
        (&scenario.plants, &super::plants::PLANT[..]),
        (&scenario.debts, &super::debts::DEBT[..]),
    ] {
        all.extend(
            rows.iter().enumerate().map(|(i, row)| (scenario.row(*row).path.clone(), i, specs)),
        );
    }
    all.extend(super::unpaid::tables(scenario));
    all.extend(super::clauses::tables(scenario));
    all.push((String::new(), 0, &ALL[..]));
    all
}

fn id_of(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The ids that a scenario's figures can have.
pub fn known_ids(scenario: &Scenario) -> Vec<(String, &'static Spec)> {
    let mut all = Vec::new();
    for (path, _, specs) in tables(scenario) {
        all.extend(specs.iter().map(|spec| (id_of(&path, spec.key), spec)));
    }
    all.extend(super::causes::known_ids(scenario));
    all.extend(super::supply::known_ids(scenario));
    all
}

/// Every figure of a played case.
pub fn figures(look: &Look<'_>) -> Vec<Figure> {
    let mut all = Vec::new();
    for (path, index, specs) in tables(look.scenario) {
        for spec in specs {
            let Some(value) = (spec.value)(look, index) else { continue };
            all.push(figure(look, id_of(&path, spec.key), spec, index, value));
        }
    }
    all.extend(super::causes::figures(look));
    all.extend(super::supply::figures(look));
    all
}

pub(super) fn figure(
    look: &Look<'_>,
    id: String,
    spec: &'static Spec,
    index: usize,
    value: Value,
) -> Figure {
    Figure {
        id,
        label: spec.label.to_owned(),
        value,
        unit: spec.unit,
        kind: spec.kind,
        formula: spec.formula,
        of: (spec.of)(look.scenario, index).into_iter().map(Parent::Stage).collect(),
    }
}
