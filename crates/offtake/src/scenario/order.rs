//! What must fit together across fields: order of dates, sizes of gangs, prices that can be
//! solved. Each rule reads the fields it needs and no others, and is silent where one of them did
//! not read: whatever else is wrong with a file, these mistakes are told with it.

mod clauses;
mod debts;
mod plants;
mod unpaid;

use std::collections::BTreeMap;

use super::case::Cells;
use super::check::Scenario;
use super::draw::Draw;
use super::inputs::{Input, InputValue};
use super::library;
use super::place::Place;
use super::report::Report;
use super::row::{Cell, Row, RowId};
use crate::chance::Law;
use crate::time::Span;
use crate::units::to_f64;

/// Failures an hour beyond which the failure model says nothing.
const MOST_FAILURES_AN_HOUR: f64 = 500.0;

/// Holds the fields of a scenario against each other.
pub(super) fn check(scenario: &Scenario, report: &mut Report) {
    sides_differ(scenario, report);
    deals_can_be_priced(scenario, report);
    calendars_are_told_once(scenario, report);
    for row in scenario.deals.iter().chain(&scenario.pledges).map(|it| scenario.row(*it)) {
        clauses::clauses_are_whole(scenario, row, report);
    }
    works_know_their_place(scenario, report);
    payers_say_what_they_have(scenario, report);
    fleets_say_their_size(scenario, report);
    jobs_are_told_once(scenario, report);
    plants::check(scenario, report);
    debts::sides(scenario, report);
    unpaid::check(scenario, report);
    let medians = Draw::medians(scenario);
    values_fit(scenario, &medians, report);
    for (id, input) in scenario.inputs.iter() {
        let Some((least, most)) = input.law.as_ref().map(Law::ends) else { continue };
        for (value, cut) in [(least, "min"), (most, "max")] {
            let mut there = Report::default();
            values_fit(scenario, &medians.with_number(id, value), &mut there);
            for it in there.sorted() {
                if report.knows(it.code, it.at) {
                    continue;
                }
                let (path, value) = (&input.path, input.shown(value));
                if path.starts_with("catalogue:") {
                    report.fact_may_not_fit(it.at, path, &value, &it.message);
                } else {
                    report.range_may_not_fit(input.place, path, &value, cut, &it.message);
                }
            }
        }
    }
}

/// What hangs on values, at one draw of them.
fn values_fit(scenario: &Scenario, draw: &Draw, report: &mut Report) {
    let cells = |id: &RowId| Cells::of(scenario, draw, *id);
    scenario.parties.iter().for_each(|it| stakes_are_at_most_one(&cells(it), report));
    scenario.sites.iter().for_each(|it| peak_is_over_mean(&cells(it), report));
    scenario.fleets.iter().for_each(|it| failures_are_rare(&cells(it), report));
    for pledge in scenario.pledges.iter().map(cells) {
        ramp_is_in_order(&pledge, report);
        clauses::clauses_are_in_order(&pledge, &cells(&scenario.head), report);
    }
    scenario.debts.iter().for_each(|it| debts::values(&cells(it), &cells(&scenario.head), report));
    let mut delivers = BTreeMap::new();
    for id in &scenario.deals {
        let deal = cells(id);
        ramp_is_in_order(&deal, report);
        schedule_is_in_order(&deal, report);
        option_is_in_order(&deal, report);
        deal_is_played(&deal, &cells(&scenario.head), report);
        clauses::clauses_are_in_order(&deal, &cells(&scenario.head), report);
        delivers.extend(deal.row.target("deliver.fleet").map(|it| (it, *id)));
    }
    for work in scenario.works.iter().map(cells).filter(|it| it.row.noun.name == "jobs") {
        detail_is_whole(&work, &cells(&scenario.head), report);
        if let (Some(fleet), Some(Cell::Trace(_, (gang, at), _))) =
            (fleet_of(scenario, work.row), work.row.cells.get("trace"))
        {
            let deal = delivers.get(&fleet).map(cells);
            gang_fits((*gang, *at), work.row, &cells(&fleet), deal.as_ref(), report);
        }
    }
    for work in scenario.works.iter().map(cells).filter(|it| it.row.noun.name == "training") {
        checkpoints_fit(&work, report);
        if let Some(fleet) = fleet_of(scenario, work.row) {
            let (gang, deal) = (work.rounded("gpus"), delivers.get(&fleet).map(cells));
            if let Some(gang) = gang.map(|it| (it, work.row.at("gpus"))) {
                gang_fits(gang, work.row, &cells(&fleet), deal.as_ref(), report);
            }
        }
    }
}

fn sides_differ(scenario: &Scenario, report: &mut Report) {
    for row in scenario.deals.iter().chain(&scenario.pledges).map(|it| scenario.row(*it)) {
        if let (Some(buyer), Some(seller)) = (row.target("buyer"), row.target("seller"))
            && buyer == seller
        {
            report.buyer_is_seller(row.at("seller"), &scenario.row(buyer).name);
        }
    }
}

fn deals_can_be_priced(scenario: &Scenario, report: &mut Report) {
    let mut delivered: Vec<(RowId, &str)> = Vec::new();
    for id in &scenario.deals {
        let row = scenario.row(*id);
        let solves = row.word("price") == Some("solve") && !row.says("revenue.share");
        if solves && !row.says("total") {
            report.solve_needs_total(row.at("price"), &row.path);
        }
        if is_prepaid(scenario, row) && !row.says("total") {
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

/// A schedule leaves the fields of a ramp nothing to say.
fn calendars_are_told_once(scenario: &Scenario, report: &mut Report) {
    const OF_A_RAMP: [&str; 4] = ["first", "full", "shape", "every"];
    for row in scenario.deals.iter().map(|it| scenario.row(*it)) {
        for key in OF_A_RAMP.into_iter().filter(|_| row.says("deliver.schedule")) {
            let field = format!("deliver.{key}");
            if row.says(&field) {
                report.calendar_told_twice(row.at(&field), &row.path, key);
            }
        }
    }
}

/// Whether a deal is prepaid, at its median or anywhere in a range.
fn is_prepaid(scenario: &Scenario, row: &Row) -> bool {
    match row.input("prepay").map(|id| scenario.inputs.get(id)) {
        Some(Input { value: InputValue::Number { median, .. }, law, .. }) => {
            *median.numer() != 0 || law.is_some()
        }
        _ => false,
    }
}

fn works_know_their_place(scenario: &Scenario, report: &mut Report) {
    for id in &scenario.works {
        let row = scenario.row(*id);
        if scenario.fleets.len() > 1 && !row.says("fleet") {
            let fleets: Vec<String> =
                scenario.fleets.iter().map(|it| scenario.row(*it).name.clone()).collect();
            report.which_fleet(row.place, &row.path, &fleets);
        }
        let Some(chip) = fleet_of(scenario, row).and_then(|it| chip_of(scenario, it)) else {
            continue;
        };
        match row.noun.name {
            "service" => has_throughput(scenario, row, chip, report),
            "training" => {
                if let Some(precision) = row.word("precision").filter(|it| !chip.says(it)) {
                    report.no_peak(row.at("precision"), &chip.name, precision);
                }
            }
            _ => {}
        }
    }
}

/// The fleet that some work runs on: the one it names, or the only one.
fn fleet_of(scenario: &Scenario, work: &Row) -> Option<RowId> {
    match scenario.fleets[..] {
        [only] if !work.says("fleet") => Some(only),
        _ => work.target("fleet"),
    }
}

fn chip_of(scenario: &Scenario, fleet: RowId) -> Option<&Row> {
    let rack = scenario.row(fleet).target("model")?;
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

/// Whether a company can pay is told only where its cash and its margin are.
fn payers_say_what_they_have(scenario: &Scenario, report: &mut Report) {
    for id in &scenario.parties {
        let row = scenario.row(*id);
        for key in ["margin", "cash"] {
            if row.cells.contains_key("revenue") && !row.says(key) {
                let doc = "a party with revenue says it too, so that its cash can be told";
                report.missing_field(row.place, &row.path, key, doc);
            }
        }
    }
}

fn fleets_say_their_size(scenario: &Scenario, report: &mut Report) {
    for id in &scenario.fleets {
        let row = scenario.row(*id);
        let has = |key: &str| row.places.contains_key(key);
        match (has("count"), has("power")) {
            (false, false) => {
                let doc = "how many GPUs are promised; or `power`, what they draw at the meter";
                report.missing_field(row.place, &row.path, "count", doc);
            }
            (true, true) => report.size_told_twice(row.at("power"), &row.path),
            _ => {}
        }
        let runs_here = |work: &&Row| match work.target("fleet") {
            Some(fleet) => fleet == *id,
            None => scenario.fleets.len() == 1,
        };
        let mut works = scenario.works.iter().map(|it| scenario.row(*it));
        if let Some(work) = works.find(runs_here).filter(|_| has("load")) {
            report.load_beside_work(row.at("load"), &row.path, &work.path);
        }
    }
}

fn stakes_are_at_most_one(party: &Cells<'_>, report: &mut Report) {
    let sum: f64 = party.map("stakes").into_iter().map(|it| to_f64(it.1)).sum();
    if sum > 1.0 + 1e-9 {
        report.stakes_over_one(party.row.at("stakes"), &party.row.path, sum);
    }
    if party.map("stakes").into_iter().any(|it| it.0 == party.row.name) {
        report.stake_in_itself(party.row.at("stakes"), &party.row.path);
    }
}

fn peak_is_over_mean(site: &Cells<'_>, report: &mut Report) {
    let pue = site.exact("pue.peak").zip(site.exact("pue.mean"));
    if pue.is_some_and(|(peak, mean)| peak < mean) {
        report.peak_below_mean(site.row.at("pue.peak"), &site.row.path);
    }
}

fn failures_are_rare(fleet: &Cells<'_>, report: &mut Report) {
    let per_hour = || {
        let fail = fleet.to("fail")?;
        let rates = [fail.map("hardware"), fail.map("other")].concat();
        let per_node: f64 = rates.into_iter().map(|it| to_f64(it.1)).sum();
        let gpus = fleet.gpus_of_fleet()? as f64 * (1.0 + to_f64(fleet.exact("spares")?));
        Some(per_node * gpus / to_f64(fail.exact("node")?) * Span::HOUR.millis as f64)
    };
    if let Some(per_hour) = per_hour().filter(|it| *it > MOST_FAILURES_AN_HOUR) {
        report.fails_too_often(fleet.row.at("fail"), &fleet.row.path, per_hour);
    }
}

fn ramp_is_in_order(deal: &Cells<'_>, report: &mut Report) {
    let full = deal.moment("deliver.full").map(|it| it + Span::DAY);
    let mut tell = |key, why: &str| {
        report.ramp_out_of_order(deal.row.at(key), &deal.row.path, why);
    };
    if full.zip(deal.moment("start")).is_some_and(|(full, start)| full < start) {
        tell("deliver.full", "the fleet is full before the term begins");
    }
    if full.zip(deal.end()).is_some_and(|(full, end)| full > end) {
        tell("deliver.full", "the fleet is full only after the term is over");
    }
    let all = deal.to("deliver.fleet").and_then(|it| it.gpus_of_fleet());
    if let (Some(first), Some(all)) = (deal.rounded("deliver.first"), all)
        && first > all
    {
        let why = format!("the first delivery of {first} GPUs exceeds the fleet of {all}");
        tell("deliver.first", &why);
    }
}

/// What a schedule says lies within the term and the fleet, and never falls.
fn schedule_is_in_order(deal: &Cells<'_>, report: &mut Report) {
    let fleet = deal.to("deliver.fleet");
    let all = fleet.as_ref().and_then(Cells::gpus_of_fleet);
    let watts = fleet.and_then(|it| it.to("model")?.exact("power")).map(to_f64);
    let (Some(all), Some(watts)) = (all, watts) else { return };
    let lines = deal.stands("deliver.schedule", |it| it / watts);
    if lines.last().is_some_and(|last| last.0.1 == 0) {
        let at = deal.row.at("deliver.schedule");
        report.ramp_out_of_order(at, &deal.row.path, "its schedule promises nothing");
    }
    let mut before = 0;
    for (stands, id) in lines {
        let at = deal.scenario.inputs.get(id).place;
        let mut tell = |why: &str| report.ramp_out_of_order(at, &deal.row.path, why);
        if deal.moment("start").is_some_and(|start| stands.0 < start) {
            tell("this stands before the term begins");
        }
        if deal.end().is_some_and(|end| stands.0 > end) {
            tell("this stands only after the term is over");
        }
        if stands.1 > all {
            tell(&format!("{} GPUs exceed the fleet of {all}", stands.1));
        }
        if stands.1 < before {
            report.schedule_falls(at, stands.1, before);
        }
        before = stands.1;
    }
}

fn option_is_in_order(deal: &Cells<'_>, report: &mut Report) {
    let (row, days) = (deal.row, deal.date("expand.on").zip(deal.date("expand.from")));
    if let Some((on, from)) = days.filter(|(on, from)| on < from) {
        report.exercised_too_early(row.at("expand.on"), &row.path, on, from);
    }
    if row.says("expand.on") && !row.says("expand.gpus") {
        report.exercises_nothing(row.at("expand.on"), &row.path);
    }
}

fn deal_is_played(deal: &Cells<'_>, head: &Cells<'_>, report: &mut Report) {
    let (row, start, from) = (deal.row, deal.moment("start"), head.moment("horizon.from"));
    let before = deal.end().zip(from).is_some_and(|(end, from)| end <= from);
    if before || start.zip(head.moment("horizon.to")).is_some_and(|(start, to)| start >= to) {
        report.deal_never_played(row.place, &row.path);
    }
    let early = start.zip(from).is_some_and(|(start, from)| start < from);
    if early && is_prepaid(deal.scenario, row) {
        report.prepaid_before_the_horizon(row.at("prepay"), &row.path);
    }
}

/// Jobs are what a law says, so many a day, or those of a trace.
fn jobs_are_told_once(scenario: &Scenario, report: &mut Report) {
    for row in scenario.works.iter().map(|it| scenario.row(*it)) {
        if row.noun.name != "jobs" {
            continue;
        }
        if row.says("trace") {
            let twice = ["like", "per_day", "growth", "daily"].into_iter().find(|it| row.says(it));
            if let Some(key) = twice {
                report.jobs_told_twice(row.at(key), &row.path, key);
            }
            continue;
        }
        for field in row.noun.fields.iter().filter(|it| ["like", "per_day"].contains(&it.key)) {
            if !row.says(field.key) {
                report.missing_field(row.place, &row.path, field.key, field.doc);
            }
        }
    }
}

/// A detail has a beginning within the horizon, a length, and jobs whose sizes and runtimes are known.
fn detail_is_whole(jobs: &Cells<'_>, head: &Cells<'_>, report: &mut Report) {
    let row = jobs.row;
    let said = |key: &str| row.says(&format!("detail.{key}"));
    let Some(any) =
        ["from", "for", "policy", "checkpoint", "restart"].into_iter().find(|it| said(it))
    else {
        return;
    };
    let at = row.at(&format!("detail.{any}"));
    if !said("from") || !said("for") {
        report.detail_half_told(at, if said("from") { "for" } else { "from" });
    }
    let horizon = head.moment("horizon.from").zip(head.moment("horizon.to"));
    if let (Some(from), Some(horizon)) = (jobs.moment("detail.from"), horizon)
        && !(horizon.0..horizon.1).contains(&from)
    {
        report.detail_never_played(row.at("detail.from"), &row.path);
    }
    let shape = |it: &Cells<'_>| it.row.text("shape").and_then(library::shape_called);
    if let Some(like) = jobs.to("like").filter(|it| shape(it).is_none()) {
        report.no_shape_of_jobs(at, &like.row.name);
    }
}

fn checkpoints_fit(work: &Cells<'_>, report: &mut Report) {
    let row = work.row;
    let write = work.rounded("checkpoint.write");
    let stall = if row.says("checkpoint.stall") { work.rounded("checkpoint.stall") } else { write };
    let Some(background) = write.zip(stall).map(|(write, stall)| write - stall) else { return };
    if background < 0 {
        report.stall_longer_than_write(row.at("checkpoint.stall"), &row.path);
    }
    if work.rounded("checkpoint.every").is_some_and(|it| it < background) {
        report.interval_shorter_than_write(row.at("checkpoint.every"), &row.path);
    }
}

/// A gang finds its GPUs in its fleet, with what an exercised option adds.
fn gang_fits(
    (gang, at): (i64, Place),
    work: &Row,
    fleet: &Cells<'_>,
    deal: Option<&Cells<'_>>,
    report: &mut Report,
) {
    let more = deal
        .filter(|it| it.row.says("expand.on"))
        .map_or(Some(0), |it| it.date("expand.on").and(it.rounded("expand.gpus")));
    let most = fleet.gpus_of_fleet().zip(more).map(|(count, more)| count + more);
    if let Some(most) = most.filter(|it| gang > *it) {
        report.gang_too_large(at, &work.path, gang, &fleet.row.path, most);
    }
}
