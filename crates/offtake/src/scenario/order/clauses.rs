//! What must fit together in the clauses of a deal: halves of a clause, days within the term, shares
//! of something that is there.

use crate::scenario::case::Cells;
use crate::scenario::case::clauses::share_of_key;
use crate::scenario::check::Scenario;
use crate::scenario::inputs::InputValue;
use crate::scenario::report::Report;
use crate::scenario::row::{Cell, PathKey, Row};
use crate::time::{Instant, Span};
use crate::units::{Dim, Exact};

/// What a field means nothing without.
const NEEDS: [(&str, &str); 28] = [
    ("damages.grace", "damages.rate"),
    ("damages.cap", "damages.rate"),
    ("deposit.use", "deposit.share"),
    ("index.rate", "index.from"),
    ("index.from", "index.rate"),
    ("swap.from", "swap.power"),
    ("swap.power", "swap.from"),
    ("swap.price", "swap.from"),
    ("renew.on", "renew.for"),
    ("renew.for", "renew.on"),
    ("renew.price", "renew.on"),
    ("renew.when", "renew.on"),
    ("expand.when", "expand.on"),
    ("terminate.by", "terminate.on"),
    ("terminate.on", "terminate.by"),
    ("terminate.notice", "terminate.on"),
    ("terminate.fee", "terminate.on"),
    ("terminate.when", "terminate.on"),
    ("warrant.shares", "warrant.share_price"),
    ("warrant.shares", "warrant.every"),
    ("warrant.strike", "warrant.shares"),
    ("warrant.every", "warrant.shares"),
    ("warrant.share_price", "warrant.shares"),
    ("warrant.target.first", "warrant.target.last"),
    ("warrant.target.last", "warrant.target.first"),
    ("milestones.of", "milestones.every"),
    ("milestones.every", "milestones.of"),
    ("revenue.of", "revenue.share"),
];

/// What holds of a deal or pledge whatever its values are.
pub(super) fn clauses_are_whole(scenario: &Scenario, row: &Row, report: &mut Report) {
    for (said, missing) in NEEDS.into_iter().filter(|it| row.says(it.0) && !row.says(it.1)) {
        report.clause_half_told(row.at(said), &row.path, said, missing);
    }
    let has_day = row.says("deliver.full") || row.says("deliver.schedule");
    if row.says("damages.rate") && !has_day {
        report.late_for_no_day(row.at("damages.rate"), &row.path);
    }
    if row.says("warrant.shares") && !row.says("warrant.power") && !row.says("deliver.power") {
        let at = row.at("warrant.shares");
        report.clause_half_told(at, &row.path, "warrant.shares", "warrant.power");
    }
    shares_are_of_something(scenario, row, report);
    uptime_is_a_scale(row, report);
    milestones_are_of_a_deal(scenario, row, report);
    prices_can_change(scenario, row, report);
    options_can_look(scenario, row, report);
}

/// A share of the total has a total, a share of revenue a revenue.
fn shares_are_of_something(scenario: &Scenario, row: &Row, report: &mut Report) {
    let takes_share = row.says("revenue.share");
    let has_face = row.says("total") || (row.noun.name == "deal" && !takes_share);
    let of_total = |key: &str| match key {
        "damages.rate" => dim_of(scenario, row, key) == Some(Dim::GROWTH),
        _ => row.says(key),
    };
    for key in ["deposit.share", "damages.cap", "damages.rate"] {
        if of_total(key) && !has_face {
            report.share_of_nothing(row.at(key), &row.path, key, "a `total` that it does not have");
        }
    }
    if !takes_share {
        return;
    }
    let buyer = row.target("buyer").map(|it| scenario.row(it));
    if row.word("revenue.of") != Some("services")
        && let Some(buyer) = buyer.filter(|it| !it.says("revenue"))
    {
        let of = format!("the `revenue` of `{}`, which says none", buyer.path);
        report.share_of_nothing(row.at("revenue.share"), &row.path, "revenue.share", &of);
    }
    for key in ["price", "overage", "make_up", "price_steps", "swap.price"] {
        if row.says(key) {
            let why = "a share of revenue is due in the place of a price";
            report.nothing_to_count(row.at(key), &row.path, key, why);
        }
    }
}

fn uptime_is_a_scale(row: &Row, report: &mut Report) {
    let Some(Cell::Map(points)) = row.cells.get("uptime.credits") else { return };
    for (key, _) in points.iter().filter(|it| share_of_key(&it.0).is_none()) {
        let why = format!("`{key}` is no share up to 100 %");
        report.no_scale(row.at("uptime.credits"), &row.path, &why);
    }
}

fn milestones_are_of_a_deal(scenario: &Scenario, row: &Row, report: &mut Report) {
    let Some(of) = row.text("milestones.of") else { return };
    let at = row.at("milestones.of");
    if !row.says("deliver.power") {
        report.clause_half_told(at, &row.path, "milestones.of", "deliver.power");
    }
    let stand = scenario.deals.iter().chain(&scenario.pledges).chain(&scenario.left_out);
    let mut deals = stand.map(|it| scenario.row(*it));
    match deals.find(|it| it.path == format!("deal.{of}")) {
        None => report.no_milestones(at, &row.path, &format!("no deal is called `{of}`")),
        Some(it) if it.path == row.path => {
            report.no_milestones(at, &row.path, "they would be its own");
        }
        Some(it) if it.noun.name == "pledge" && !it.says("deliver.power") => {
            report.no_milestones(at, &row.path, &format!("`{}` delivers no power", it.path));
        }
        Some(_) => {}
    }
}

/// A price that changes is written, and each of its steps is told as it is.
fn prices_can_change(scenario: &Scenario, row: &Row, report: &mut Report) {
    let price = dim_of(scenario, row, "price");
    if price == Some(Dim::MONEY_RATE) {
        for key in ["overage", "make_up", "swap.price"].into_iter().filter(|it| row.says(it)) {
            report.nothing_to_count(row.at(key), &row.path, key, "a fixed fee follows no volume");
        }
    }
    for key in ["price_steps", "index.rate", "swap.price", "renew.price"]
        .into_iter()
        .filter(|it| row.says(it))
    {
        let at = row.at(key);
        let solves = row.word("price") == Some("solve") && !row.says("revenue.share");
        if solves && key != "renew.price" {
            let help = "write the first price, and leave `total` out";
            report.price_cannot_change(at, &row.path, "it is solved from the total", help);
        }
        let step = match row.cells.get(key) {
            Some(Cell::Path(points)) => points.iter().map(|it| it.1).collect(),
            Some(Cell::Number(id)) if key == "renew.price" => vec![*id],
            _ => Vec::new(),
        };
        let is_fee = |dim: Dim| dim == Dim::MONEY_RATE;
        for id in step {
            let InputValue::Number { dim, .. } = scenario.inputs.get(id).value else { continue };
            if row.noun.name == "deal" && is_fee(dim) != price.is_some_and(is_fee) {
                let place = scenario.inputs.get(id).place;
                let help = "tell it per GPU-hour or per power, or per month, as `price` is";
                report.price_cannot_change(place, &row.path, "this follows something else", help);
            }
        }
    }
}

/// An option that looks at the market finds one, and a price to hold it against.
fn options_can_look(scenario: &Scenario, row: &Row, report: &mut Report) {
    for key in ["expand.when", "renew.when", "terminate.when"] {
        if row.word(key).is_none_or(|it| it == "always") {
            continue;
        }
        if !row.says("market") {
            report.no_market(row.at(key), &row.path, "`market`");
        }
        let price = dim_of(scenario, row, "price");
        if !matches!(price, Some(Dim::PRICE_GPU_TIME | Dim::PRICE_ENERGY)) {
            report.no_market(row.at(key), &row.path, "written price of volume");
        }
    }
}

/// What a number of a row counts.
fn dim_of(scenario: &Scenario, row: &Row, key: &str) -> Option<Dim> {
    match scenario.inputs.get(row.input(key)?).value {
        InputValue::Number { dim, .. } => Some(dim),
        _ => None,
    }
}

/// What hangs on values, at one draw of them: days lie in the term, more is given back for less uptime.
pub(super) fn clauses_are_in_order(deal: &Cells<'_>, head: &Cells<'_>, report: &mut Report) {
    let row = deal.row;
    let (start, from) = (deal.moment("start"), head.moment("horizon.from"));
    let is_early = start.zip(from).is_some_and(|(start, from)| start < from);
    if is_early && row.says("deposit.share") {
        report.deposit_before_the_horizon(row.at("deposit.share"), &row.path);
    }
    credits_rise(deal, report);
    let Some((start, end)) = start.zip(deal.end()) else { return };
    let term = deal.months("renew.for").map_or(end, |it| end.plus_months(it));
    if deal.moment("renew.on").is_some_and(|on| on > end) {
        let why = "the renewal is decided after the term is over";
        report.outside_the_term(row.at("renew.on"), &row.path, why);
    }
    if deal.moment("swap.from").is_some_and(|from| !(start..term).contains(&from)) {
        let why = "no day of the term is left for another rack";
        report.outside_the_term(row.at("swap.from"), &row.path, why);
    }
    if let Some(on) = deal.moment("terminate.on") {
        let ends = on + Span { millis: deal.rounded("terminate.notice").unwrap_or(0) };
        let is_past = |from: Instant| row.noun.name == "deal" && ends <= from;
        let why = match ends {
            _ if ends <= start => Some("it is ended before its term begins"),
            _ if ends > term => Some("the notice ends after the term"),
            _ if from.is_some_and(is_past) => Some("it is over before the horizon begins"),
            _ => None,
        };
        if let Some(why) = why {
            report.outside_the_term(row.at("terminate.on"), &row.path, why);
        }
    }
    let Some(Cell::Path(points)) = row.cells.get("price_steps") else { return };
    for (key, id) in points {
        let PathKey::From(date) = key else { continue };
        if !(start..term).contains(&Instant::start_of(*date)) {
            let place = deal.scenario.inputs.get(*id).place;
            report.outside_the_term(place, &row.path, "this price counts on no day of the term");
        }
    }
}

fn credits_rise(deal: &Cells<'_>, report: &mut Report) {
    let told = deal.map("uptime.credits");
    let mut scale: Vec<(Exact, Exact)> =
        told.into_iter().filter_map(|(key, it)| Some((share_of_key(&key)?, it))).collect();
    scale.sort();
    if scale.windows(2).any(|it| it[0].1 < it[1].1) {
        let why = "a lower uptime gives back less than a higher one";
        report.no_scale(deal.row.at("uptime.credits"), &deal.row.path, why);
    }
}
