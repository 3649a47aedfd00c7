//! Who depends on whom: shares and concentration of the rent layer, by committed money and by
//! delivered GPUs.

use super::ancestry::Stage;
use super::look::Look;
use super::table::{Spec, figure};
use super::{Figure, Value};
use crate::scenario::Scenario;
use crate::units::Money;

static HHI: Spec = Spec {
    key: "supply.hhi",
    label: "concentration of suppliers by committed money (Herfindahl-Hirschman)",
    unit: "points",
    kind: "derived",
    formula: "sum over sellers of (share of the rent layer's face value in %)^2",
    of: all_totals,
    value: |look, _| Some(Value::Number(hhi(&by_seller(look, committed)))),
};

static HHI_GPUS: Spec = Spec {
    key: "supply.hhi_gpus",
    label: "concentration of suppliers by delivered GPUs (Herfindahl-Hirschman)",
    unit: "points",
    kind: "simulated",
    formula: "sum over sellers of (share of the GPU-hours delivered in %)^2",
    of: all_deliveries,
    value: |look, _| Some(Value::Number(hhi(&by_seller(look, delivered)))),
};

static SHARE: Spec = Spec {
    key: "supply.share",
    label: "share of the rent layer's face value",
    unit: "share",
    kind: "derived",
    formula: "face value of its deals / face value of all rent",
    of: all_totals,
    value: |look, party| {
        let all = by_seller(look, committed);
        let sum: f64 = all.iter().map(|it| it.1).sum();
        let own = all.iter().find(|it| it.0 == party)?.1;
        (sum > 0.0).then(|| Value::Number(own / sum))
    },
};

fn all_totals(scenario: &Scenario, _: usize) -> Vec<Stage> {
    (0..scenario.deals.len())
        .flat_map(|d| [Stage::Price(d), Stage::Calendar(d), Stage::Bill(d), Stage::Parties(d)])
        .collect()
}

fn all_deliveries(scenario: &Scenario, _: usize) -> Vec<Stage> {
    let deals = (0..scenario.deals.len()).map(Stage::Parties);
    let fleets = (0..scenario.fleets.len()).flat_map(|f| [Stage::Delivery(f), Stage::Work(f)]);
    deals.chain(fleets).collect()
}

fn committed(look: &Look<'_>, deal: usize) -> f64 {
    let told = look.case.deals[deal].total.map(Money::dollars);
    let priced = || look.price_per_hour(deal).map(|it| it * look.contracted_hours(deal));
    told.or_else(priced).unwrap_or(0.0)
}

fn delivered(look: &Look<'_>, deal: usize) -> f64 {
    look.delivered_hours(look.case.deals[deal].fleet)
}

fn by_seller(look: &Look<'_>, of: fn(&Look<'_>, usize) -> f64) -> Vec<(usize, f64)> {
    let mut all: Vec<(usize, f64)> = Vec::new();
    for (i, deal) in look.case.deals.iter().enumerate().filter(|(_, it)| it.layer == "rent") {
        match all.iter_mut().find(|it| it.0 == deal.seller) {
            Some(known) => known.1 += of(look, i),
            None => all.push((deal.seller, of(look, i))),
        }
    }
    all
}

/// Herfindahl-Hirschman index, 0 to 10,000 points.
fn hhi(amounts: &[(usize, f64)]) -> f64 {
    let sum: f64 = amounts.iter().map(|it| it.1).sum();
    if sum <= 0.0 {
        return 0.0;
    }
    amounts.iter().map(|it| (it.1 / sum * 100.0) * (it.1 / sum * 100.0)).sum()
}

fn sellers(scenario: &Scenario) -> Vec<usize> {
    let mut all = Vec::new();
    for deal in &scenario.deals {
        let seller = scenario.row(*deal).target("seller");
        let seller = scenario.parties.iter().position(|it| Some(*it) == seller);
        if let Some(seller) = seller.filter(|it| !all.contains(it)) {
            all.push(seller);
        }
    }
    all
}

fn share_id(scenario: &Scenario, party: usize) -> String {
    format!("supply.share.{}", scenario.row(scenario.parties[party]).name)
}

/// The ids of this room's figures.
pub(super) fn known_ids(scenario: &Scenario) -> Vec<(String, &'static Spec)> {
    if scenario.deals.is_empty() {
        return Vec::new();
    }
    let shares = sellers(scenario).into_iter().map(|it| (share_id(scenario, it), &SHARE));
    [&HHI, &HHI_GPUS].into_iter().map(|it| (it.key.to_owned(), it)).chain(shares).collect()
}

/// The figures of a played case.
pub(super) fn figures(look: &Look<'_>) -> Vec<Figure> {
    if !look.case.deals.iter().any(|it| it.layer == "rent") {
        return Vec::new();
    }
    let mut all = Vec::new();
    for spec in [&HHI, &HHI_GPUS] {
        all.extend((spec.value)(look, 0).map(|it| figure(look, spec.key.to_owned(), spec, 0, it)));
    }
    for party in sellers(look.scenario) {
        let value = (SHARE.value)(look, party);
        all.extend(value.map(|it| figure(look, share_id(look.scenario, party), &SHARE, party, it)));
    }
    all
}
