//! What must fit together across fields: order of dates, sizes of gangs, prices that can be
//! solved. Each end of each range is tried as well.

use super::check::Scenario;
use super::draw::Draw;
use super::inputs::{InputId, InputValue};
use super::nouns::{Case, Deal, WorkKind};
use super::place::Place;
use super::report::Report;
use super::row::{Cell, Row, RowId};
use crate::units::to_f64;

/// Failures an hour beyond which the failure model says nothing.
const MOST_FAILURES_AN_HOUR: f64 = 500.0;

/// Holds the fields of a scenario against each other.
pub(super) fn check(scenario: &Scenario, report: &mut Report) {
    deals_can_be_priced(scenario, report);
    works_know_their_place(scenario, report);
    stakes_are_at_most_one(scenario, report);
    payers_say_what_they_have(scenario, report);
    fleets_say_their_size(scenario, report);
    if !report.is_clean() {
        return;
    }
    let medians = Draw::medians(scenario);
    let case = Case::of(scenario, &medians);
    for (row, deal) in scenario.deals.iter().zip(&case.deals) {
        let row = scenario.row(*row);
        if let Some(why) = ramp_trouble(deal) {
            report.ramp_out_of_order(row.at("deliver.full"), &row.path, &why);
        }
        if deal.start < scenario.from && !is_zero(scenario, row, "prepay") {
            report.prepaid_before_the_horizon(row.at("prepay"), &row.path);
        }
        if deal.end <= scenario.from || deal.start >= scenario.to {
            report.deal_never_played(row.place, &row.path);
        }
    }
    for (row, site) in scenario.sites.iter().zip(&case.sites) {
        let row = scenario.row(*row);
        if site.pue_peak < site.pue_mean {
            report.peak_below_mean(row.at("pue.peak"), &row.path);
        }
    }
    works_fit(scenario, &case, report);
    failures_are_rare(scenario, &case, report);
    if !report.is_clean() {
        return;
    }
    for (id, input) in scenario.inputs.iter() {
        if let InputValue::Number { law: Some(law), .. } = input.value {
            for end in [law.low, law.high] {
                end_fits(scenario, &medians, id, end, report);
            }
        }
    }
}

fn deals_can_be_priced(scenario: &Scenario, report: &mut Report) {
    let mut delivered: Vec<(RowId, &str)> = Vec::new();
    for id in &scenario.deals {
        let row = scenario.row(*id);
        if row.target("buyer").is_some() && row.target("buyer") == row.target("seller") {
            report.buyer_is_seller(
                row.at("seller"),
                &scenario.row(row.target("buyer").unwrap_or(*id)).name,
            );
        }
        let solves = row.word("price") == Some("solve");
        if solves && !row.places.contains_key("total") {
            report.solve_needs_total(row.at("price"), &row.path);
        }
        if !is_zero(scenario, row, "prepay") && !row.places.contains_key("total") {
            report.prepay_needs_total(row.at("prepay"), &row.path);
        }
        if let Some(fleet) = row.target("deliver.fleet") {
            if let Some((_, other)) = delivered.iter().find(|(it, _)| *it == fleet) {
                report.fleet_delivered_twice(
                    row.at("deliver.fleet"),
                    &scenario.row(fleet).path,
                    other,
                );
            }
            delivered.push((fleet, &row.path));
        }
    }
}

fn is_zero(scenario: &Scenario, row: &Row, key: &str) -> bool {
    let value = row.input(key).map(|id| scenario.inputs.get(id).value);
    match value {
        Some(InputValue::Number { median, law, .. }) => *median.numer() == 0 && law.is_none(),
        _ => true,
    }
}

fn works_know_their_place(scenario: &Scenario, report: &mut Report) {
    let fleets: Vec<String> =
        scenario.fleets.iter().map(|it| scenario.row(*it).name.clone()).collect();
    for id in &scenario.works {
        let row = scenario.row(*id);
        if row.target("fleet").is_none() && fleets.len() > 1 && !row.places.contains_key("fleet") {
            report.which_fleet(row.place, &row.path, &fleets);
            continue;
        }
        let fleet =
            row.target("fleet").and_then(|it| scenario.fleets.iter().position(|f| *f == it));
        let Some(fleet) = fleet.or((fleets.len() == 1).then_some(0)) else { continue };
        let Some(chip) = chip_row(scenario, fleet) else { continue };
        match row.noun.name {
            "service" => has_throughput(scenario, row, chip, report),
            "training" => {
                let precision = row.word("precision").unwrap_or("bf16");
                if !chip.cells.contains_key(precision) {
                    report.no_peak(row.at("precision"), &chip.name, precision);
                }
            }
            _ => {}
        }
    }
}

fn chip_row(scenario: &Scenario, fleet: usize) -> Option<&Row> {
    let rack = scenario.row(scenario.fleets[fleet]).target("model")?;
    Some(scenario.row(scenario.row(rack).target("accelerator")?))
}

fn has_throughput(scenario: &Scenario, row: &Row, chip: &Row, report: &mut Report) {
    let Some(model) = row.target("model").map(|it| scenario.row(it)) else { return };
    if let Some(Cell::Map(points)) = model.cells.get("throughput")
        && !points.iter().any(|(name, _)| *name == chip.name)
    {
        let known: Vec<String> = points.iter().map(|(name, _)| name.clone()).collect();
        report.no_throughput(row.at("model"), &model.name, &chip.name, &known);
    }
}

fn stakes_are_at_most_one(scenario: &Scenario, report: &mut Report) {
    for id in &scenario.parties {
        let row = scenario.row(*id);
        let Some(Cell::Map(stakes)) = row.cells.get("stakes") else { continue };
        let value = |id: InputId| match scenario.inputs.get(id).value {
            InputValue::Number { median, .. } => to_f64(median),
            _ => 0.0,
        };
        let sum: f64 = stakes.iter().map(|(_, id)| value(*id)).sum();
        if sum > 1.0 + 1e-9 {
            report.stakes_over_one(row.at("stakes"), &row.path, sum);
        }
    }
}

/// Whether a company can pay is told only where its cash and its margin are.
fn payers_say_what_they_have(scenario: &Scenario, report: &mut Report) {
    for id in &scenario.parties {
        let row = scenario.row(*id);
        for key in ["margin", "cash"] {
            if row.cells.contains_key("revenue") && !row.places.contains_key(key) {
                let doc = "a party with revenue says it too, so that its cash can be told";
                report.missing_field(row.place, &row.path, key, doc);
            }
        }
    }
}

fn fleets_say_their_size(scenario: &Scenario, report: &mut Report) {
    for id in &scenario.fleets {
        let row = scenario.row(*id);
        if !row.places.contains_key("count") && !row.places.contains_key("power") {
            let doc = "how many GPUs are promised; or `power`, what they draw at the meter";
            report.missing_field(row.place, &row.path, "count", doc);
        }
    }
}

fn ramp_trouble(deal: &Deal) -> Option<String> {
    let ramp = &deal.promised;
    if ramp.full < ramp.start {
        Some("the fleet is full before the term begins".to_owned())
    } else if ramp.full > deal.end {
        Some("the fleet is full only after the term is over".to_owned())
    } else if ramp.first > ramp.gpus {
        Some(format!(
            "the first delivery of {} GPUs exceeds the fleet of {}",
            ramp.first, ramp.gpus
        ))
    } else {
        None
    }
}

fn works_fit(scenario: &Scenario, case: &Case, report: &mut Report) {
    for (id, work) in scenario.works.iter().zip(&case.works) {
        let row = scenario.row(*id);
        let fleet = &case.fleets[work.fleet];
        let WorkKind::Training(it) = &work.kind else { continue };
        let expansion: i64 = case
            .deals
            .iter()
            .filter(|it| it.fleet == work.fleet)
            .filter_map(|it| it.expansion)
            .map(|(_, more)| more)
            .sum();
        if it.gpus > fleet.gpus + expansion {
            let name = format!("fleet.{}", fleet.name);
            report.gang_too_large(
                row.at("gpus"),
                &row.path,
                it.gpus,
                &name,
                fleet.gpus + expansion,
            );
        }
        if it.background.millis < 0 {
            report.stall_longer_than_write(row.at("checkpoint.stall"), &row.path);
        }
        if it.interval.is_some_and(|interval| interval.millis < it.background.millis) {
            report.interval_shorter_than_write(row.at("checkpoint.every"), &row.path);
        }
    }
}

fn failures_are_rare(scenario: &Scenario, case: &Case, report: &mut Report) {
    for (id, fleet) in scenario.fleets.iter().zip(&case.fleets) {
        let per_node: f64 = fleet.causes.iter().map(|it| it.per_node_hour).sum();
        let per_hour = per_node * ((fleet.gpus + fleet.spares) / fleet.node) as f64;
        if per_hour > MOST_FAILURES_AN_HOUR {
            let row = scenario.row(*id);
            report.fails_too_often(row.at("fail"), &row.path, per_hour);
        }
    }
}

fn end_fits(scenario: &Scenario, medians: &Draw, id: InputId, end: f64, report: &mut Report) {
    let case = Case::of(scenario, &medians.with_number(id, end));
    let input = scenario.inputs.get(id);
    let place: Place = input.place;
    for deal in &case.deals {
        if let Some(why) = ramp_trouble(deal) {
            report.range_may_not_fit(place, &input.path, &why);
        }
    }
    for work in &case.works {
        if let WorkKind::Training(it) = &work.kind
            && it.gpus > case.fleets[work.fleet].gpus
        {
            let why = format!("`workload.{}` would never find its {} GPUs", work.name, it.gpus);
            report.range_may_not_fit(place, &input.path, &why);
        }
    }
}
