//! Who depends on whom: shares and concentration of the rent layer by committed money and by
//! delivered GPUs, of all compute by region and by maker; the layers, each for itself.

use super::ancestry::Stage;
use super::look::Look;
use super::pledges::face;
use super::table::{Spec, figure, spec};
use super::{Figure, Value};
use crate::finance::Concentration;
use crate::scenario::{RowId, Scenario};
use crate::units::{Money, to_f64};

static WHOLE: [Spec; 4] = [
    spec!(
        "supply.hhi",
        "concentration of suppliers by committed money (Herfindahl-Hirschman)",
        "points",
        derived,
        "sum over sellers of (share of the rent layer's face value in %)^2",
        money_of_all,
        |look, _| hhi(&money_by_seller(look))
    ),
    spec!(
        "supply.hhi_gpus",
        "concentration of suppliers by delivered GPUs (Herfindahl-Hirschman)",
        "points",
        simulated,
        "sum over sellers of (share of the GPU-hours delivered in %)^2, where counts are told",
        deliveries_of_all,
        |look, _| hhi(&gpus_by_seller(look))
    ),
    spec!(
        "supply.hhi_regions",
        "concentration of regions by delivered compute (Herfindahl-Hirschman)",
        "points",
        simulated,
        "sum over regions of (share of the H100-equivalent hours delivered in %)^2",
        compute_of_all,
        |look, _| several(&compute_by(look, regions(look.scenario).len(), region_of))
    ),
    spec!(
        "supply.hhi_makers",
        "concentration of makers by delivered compute (Herfindahl-Hirschman)",
        "points",
        simulated,
        "sum over makers of (share of the H100-equivalent hours delivered in %)^2",
        compute_of_all,
        |look, _| several(&compute_by(look, makers(look.scenario).len(), maker_of))
    ),
];

static SHARE: Spec = spec!(
    "supply.share",
    "share of the rent layer's face value",
    "share",
    derived,
    "face value of its deals / face value of all rent",
    money_of_all,
    |look, party| {
        let all = money_by_seller(look);
        if all[party] > 0.0 { share(&all, party) } else { Some(Value::Unknown) }
    }
);

static GPU_SHARE: Spec = spec!(
    "supply.gpu_share",
    "share of the GPU-hours delivered, where counts are told",
    "share",
    simulated,
    "GPU-hours of its fleets / GPU-hours of all; unknown for who also rents out untold machines",
    deliveries_of_all,
    |look, party| {
        let untold = look.case.pledges.iter().any(|it| it.layer == "rent" && it.seller == party);
        if untold { Some(Value::Unknown) } else { share(&gpus_by_seller(look), party) }
    }
);

static REGION: Spec = spec!(
    "supply.region",
    "share of the compute that an outage of the region would stop",
    "share",
    simulated,
    "H100-equivalent hours delivered there / delivered in all",
    compute_of_all,
    |look, nth| share(&compute_by(look, regions(look.scenario).len(), region_of), nth)
);

static MAKER: Spec = spec!(
    "supply.maker",
    "share of the compute that an outage of the maker's chips would stop",
    "share",
    simulated,
    "H100-equivalent hours of its chips / delivered in all",
    compute_of_all,
    |look, nth| share(&compute_by(look, makers(look.scenario).len(), maker_of), nth)
);

/// The layers of deals; they are never summed.
const LAYERS: [&str; 6] = ["rent", "chips", "site", "equity", "loan", "unnamed"];

static LAYER: [Spec; 2] = [
    spec!(
        "face_value",
        "face value of the layer; layers overlap and are never summed",
        "USD",
        derived,
        "sum of the face values that are public",
        money_of_all,
        |look, layer| positive(by_layer(look, layer, committed, face))
    ),
    spec!(
        "contracted_mw",
        "power of the layer at the meter, once all is there; layers overlap and are never summed",
        "MW",
        derived,
        "sum over its deals of GPUs x IT power x PUE of the hottest day, or of the power announced",
        |s, layer| {
            let fleets = (0..s.fleets.len()).map(Stage::RackPower);
            let sites = (0..s.sites.len()).map(Stage::PeakPue);
            fleets.chain(sites).chain(money_of_all(s, layer)).collect()
        },
        |look, layer| positive(by_layer(look, layer, fleet_mw, pledge_mw))
    ),
];

fn money_of_all(scenario: &Scenario, _: usize) -> Vec<Stage> {
    let deals = (0..scenario.deals.len())
        .flat_map(|d| [Stage::Price(d), Stage::Calendar(d), Stage::Bill(d), Stage::Parties(d)]);
    deals.chain((0..scenario.pledges.len()).map(Stage::Pledge)).collect()
}

fn deliveries_of_all(scenario: &Scenario, _: usize) -> Vec<Stage> {
    let deals = (0..scenario.deals.len()).map(Stage::Parties);
    let fleets = (0..scenario.fleets.len()).flat_map(|f| [Stage::Delivery(f), Stage::Work(f)]);
    deals.chain(fleets).collect()
}

fn compute_of_all(scenario: &Scenario, _: usize) -> Vec<Stage> {
    let fleets = 0..scenario.fleets.len();
    fleets.flat_map(|f| [Stage::Delivery(f), Stage::Work(f), Stage::Compute(f)]).collect()
}

pub(super) fn committed(look: &Look<'_>, deal: usize) -> f64 {
    let told = look.case.deals[deal].total.map(Money::dollars);
    let priced = || look.price_per_hour(deal).map(|it| it * look.contracted_hours(deal));
    told.or_else(priced).unwrap_or(0.0)
}

fn fleet_mw(look: &Look<'_>, deal: usize) -> f64 {
    let fleet = &look.case.fleets[look.case.deals[deal].fleet];
    let pue = to_f64(look.case.sites[fleet.site].pue_peak);
    fleet.gpus as f64 * fleet.watts_full * pue / 1e6
}

fn pledge_mw(look: &Look<'_>, pledge: usize) -> f64 {
    look.case.pledges[pledge].power.map_or(0.0, |it| it.watts as f64 / 1e6)
}

fn by_layer(
    look: &Look<'_>,
    layer: usize,
    of_deal: fn(&Look<'_>, usize) -> f64,
    of_pledge: fn(&Look<'_>, usize) -> f64,
) -> f64 {
    let is_it = |said: &str| said == LAYERS[layer];
    let deals = look.case.deals.iter().enumerate().filter(|it| is_it(it.1.layer));
    let pledges = look.case.pledges.iter().enumerate().filter(|it| is_it(it.1.layer));
    deals.map(|it| of_deal(look, it.0)).sum::<f64>()
        + pledges.map(|it| of_pledge(look, it.0)).sum::<f64>()
}

fn money_by_seller(look: &Look<'_>) -> Vec<f64> {
    let mut all = vec![0.0; look.case.parties.len()];
    for (i, deal) in look.case.deals.iter().enumerate().filter(|it| it.1.layer == "rent") {
        all[deal.seller] += committed(look, i);
    }
    for (i, pledge) in look.case.pledges.iter().enumerate().filter(|it| it.1.layer == "rent") {
        all[pledge.seller] += face(look, i);
    }
    all
}

fn gpus_by_seller(look: &Look<'_>) -> Vec<f64> {
    let mut all = vec![0.0; look.case.parties.len()];
    for deal in look.case.deals.iter().filter(|it| it.layer == "rent") {
        all[deal.seller] += look.delivered_hours(deal.fleet);
    }
    all
}

fn compute_by(
    look: &Look<'_>,
    groups: usize,
    group: fn(&Scenario, usize) -> Option<usize>,
) -> Vec<f64> {
    let mut all = vec![0.0; groups];
    for fleet in 0..look.case.fleets.len() {
        let each = look.case.fleets[fleet].h100e.unwrap_or(0.0);
        if let Some(it) = group(look.scenario, fleet) {
            all[it] += look.delivered_hours(fleet) * each;
        }
    }
    all
}

fn hhi(amounts: &[f64]) -> Option<Value> {
    Concentration::of(amounts).map(|it| Value::Number(it.hhi))
}

/// Concentration says something only where there are several.
fn several(amounts: &[f64]) -> Option<Value> {
    hhi(amounts).filter(|_| amounts.len() > 1)
}

fn share(amounts: &[f64], nth: usize) -> Option<Value> {
    let sum: f64 = amounts.iter().sum();
    (sum > 0.0).then(|| Value::Number(amounts[nth] / sum))
}

fn positive(it: f64) -> Option<Value> {
    (it > 0.0).then_some(Value::Number(it))
}

fn region_of(scenario: &Scenario, fleet: usize) -> Option<usize> {
    let site = scenario.row(scenario.fleets[fleet]).target("site")?;
    let region = scenario.row(site).target("region")?;
    regions(scenario).iter().position(|it| *it == region)
}

fn regions(scenario: &Scenario) -> Vec<RowId> {
    let sites = scenario.fleets.iter().filter_map(|it| scenario.row(*it).target("site"));
    distinct(sites.filter_map(|it| scenario.row(it).target("region")))
}

fn maker_of_row(scenario: &Scenario, fleet: RowId) -> Option<&str> {
    let rack = scenario.row(fleet).target("model")?;
    let chip = scenario.row(rack).target("accelerator")?;
    scenario.row(chip).text("maker")
}

fn maker_of(scenario: &Scenario, fleet: usize) -> Option<usize> {
    let maker = maker_of_row(scenario, scenario.fleets[fleet])?;
    makers(scenario).iter().position(|it| *it == maker)
}

fn makers(scenario: &Scenario) -> Vec<&str> {
    distinct(scenario.fleets.iter().filter_map(|it| maker_of_row(scenario, *it)))
}

fn sellers(scenario: &Scenario) -> Vec<usize> {
    let rents = scenario.deals.iter().chain(&scenario.pledges).map(|it| scenario.row(*it));
    let rents = rents.filter(|it| it.word("layer") == Some("rent"));
    let seller = |id: RowId| scenario.parties.iter().position(|it| *it == id);
    distinct(rents.filter_map(|it| it.target("seller")).filter_map(seller))
}

pub(super) fn distinct<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut once = Vec::new();
    for it in all {
        if !once.contains(&it) {
            once.push(it);
        }
    }
    once
}

/// What a name looks like inside an id.
fn word(name: &str) -> String {
    let keep = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '-' };
    name.chars().map(keep).collect()
}

/// Every figure of this room: its id, its spec, the index that it is asked for.
fn all(scenario: &Scenario) -> Vec<(String, &'static Spec, usize)> {
    if scenario.deals.is_empty() && scenario.pledges.is_empty() {
        return Vec::new();
    }
    let mut all: Vec<(String, &'static Spec, usize)> =
        WHOLE.iter().map(|it| (it.key.to_owned(), it, 0)).collect();
    for spec in [&SHARE, &GPU_SHARE] {
        let id = |it: usize| format!("{}.{}", spec.key, scenario.row(scenario.parties[it]).name);
        all.extend(sellers(scenario).into_iter().map(|it| (id(it), spec, it)));
    }
    let regions = regions(scenario);
    if regions.len() > 1 {
        let id = |it: &RowId| format!("{}.{}", REGION.key, scenario.row(*it).name);
        all.extend(regions.iter().enumerate().map(|(i, it)| (id(it), &REGION, i)));
    }
    let makers = makers(scenario);
    if makers.len() > 1 {
        let id = |it: &str| format!("{}.{}", MAKER.key, word(it));
        all.extend(makers.iter().enumerate().map(|(i, it)| (id(it), &MAKER, i)));
    }
    if scenario.deals.len() + scenario.pledges.len() > 1 {
        for (i, layer) in LAYERS.iter().enumerate() {
            all.extend(LAYER.iter().map(|it| (format!("supply.{layer}.{}", it.key), it, i)));
        }
    }
    all
}

/// The ids of this room's figures.
pub(super) fn known_ids(scenario: &Scenario) -> Vec<(String, &'static Spec)> {
    all(scenario).into_iter().map(|(id, spec, _)| (id, spec)).collect()
}

/// The figures of a played case.
pub(super) fn figures(look: &Look<'_>) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (id, spec, index) in all(look.scenario) {
        figures.extend((spec.value)(look, index).map(|it| figure(look, id, spec, index, it)));
    }
    figures
}
