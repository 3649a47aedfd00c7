//! The deals of a case: calendars as promised and as played, prices, terms.

use super::clauses::{Options, clauses, milestones, prices};
use super::unpaid::{guarantee, unpaid};
use super::{Cells, index};
use crate::scenario::inputs::{InputId, InputValue};
use crate::scenario::nouns::{Clauses, Deal, Fleet, Pledge, Pricing, Ramp, Shape, Whose};
use crate::scenario::row::Cell;
use crate::time::{Instant, Span};
use crate::units::{Dim, Exact, Power, Price, Share, to_f64};

pub(super) fn deal(cells: &Cells<'_>, fleets: &[Fleet]) -> Deal {
    let fleet = index(&cells.scenario.fleets, cells, "deliver.fleet");
    let (start, end) = term(cells);
    // `check` holds these against the fleet at its median; a smaller one, where it is a range, cuts them.
    let first = cells.whole("deliver.first").min(fleets[fleet].gpus);
    let told = |key| {
        let all = stands(cells, key, |watts| watts / fleets[fleet].watts_full);
        all.into_iter().map(|(at, gpus)| (at, gpus.min(fleets[fleet].gpus))).collect()
    };
    let size = (first, fleets[fleet].gpus, fleets[fleet].rack);
    let (promised, played) = ramps(cells, size, told("deliver.schedule"), told("deliver.came"));
    let extends = cells.row.word("on_late") == Some("extend");
    let owes = cells.row.word("kind") == Some("take-or-pay");
    let pricing = pricing(cells);
    let first = pricing.of_gpu_time(&fleets[fleet]).map(|it| (it, &fleets[fleet]));
    let options = Options { prices: prices(cells), first };
    let late = if extends { made_up(&promised, &played) } else { Span::default() };
    let clauses = clauses(cells, end, late, &options);
    Deal {
        name: cells.row.name.clone(),
        buyer: index(&cells.scenario.parties, cells, "buyer"),
        seller: index(&cells.scenario.parties, cells, "seller"),
        layer: cells.row.word("layer").unwrap_or("rent"),
        fleet,
        total: cells.money("total"),
        start,
        end,
        end_played: ends(&clauses, end, late),
        take: Share(if owes { cells.must("take") } else { Exact::from_integer(0) }),
        true_up: cells.row.word("true_up") == Some("yearly"),
        pricing,
        prepay: Share(cells.must("prepay")),
        prepay_first: cells.row.word("prepay_draw") == Some("first"),
        promised,
        played,
        expansion: cells
            .moment("expand.on")
            .filter(|on| clauses.are_in_force(*on) && options.exercises(cells, "expand"))
            .zip(cells.exact("expand.gpus").map(|_| cells.whole("expand.gpus"))),
        unpaid: unpaid(cells),
        guarantee: guarantee(cells),
        clauses,
    }
}

/// The first moment after the term as played: what was late is made up for before a renewal begins.
fn ends(clauses: &Clauses, end: Instant, late: Span) -> Instant {
    let term = clauses.renewed_until.unwrap_or(end) + late;
    clauses.termination.map_or(term, |it| it.at.min(term))
}

pub(super) fn pledge(cells: &Cells<'_>) -> Pledge {
    let (start, end) = term(cells);
    let power = cells.exact("deliver.power").map(to_f64);
    let part = |watts| watts / power.unwrap_or(f64::INFINITY) * Pledge::PARTS as f64;
    let came = stands(cells, "deliver.came", part);
    let (promised, played) = ramps(cells, (0, Pledge::PARTS, 1), Vec::new(), came);
    let layer = cells.row.word("layer").unwrap_or("rent");
    let clauses =
        clauses(cells, end, Span::default(), &Options { prices: prices(cells), first: None });
    Pledge {
        name: cells.row.name.clone(),
        buyer: index(&cells.scenario.parties, cells, "buyer"),
        seller: index(&cells.scenario.parties, cells, "seller"),
        layer,
        total: cells.money("total"),
        power: cells.exact("deliver.power").map(|_| Power { watts: cells.whole("deliver.power") }),
        start,
        end,
        end_played: ends(&clauses, end, Span::default()),
        paid_over_time: match cells.row.word("paid") {
            Some(said) => said == "over-time",
            None => matches!(layer, "rent" | "site"),
        },
        promised,
        played,
        unpaid: unpaid(cells),
        guarantee: guarantee(cells),
        milestones: milestones(cells),
        clauses,
    }
}

fn term(cells: &Cells<'_>) -> (Instant, Instant) {
    cells.moment("start").zip(cells.end()).expect("check has seen start and term")
}

/// The ramp as promised and as played, slip included.
fn ramps(
    cells: &Cells<'_>,
    (first, gpus, rack): (i64, i64, i64),
    scheduled: Vec<(Instant, i64)>,
    came: Vec<(Instant, i64)>,
) -> (Ramp, Ramp) {
    let (start, _) = term(cells);
    let slip = cells.months("deliver.slip").expect("check has seen the slip");
    let full = cells.moment("deliver.full").map_or(start, |it| it + Span::DAY);
    // A schedule begins with nothing and is full with its last line.
    let (first, (full, gpus)) = match scheduled.last() {
        Some(last) => (0, *last),
        None => (first, (full, gpus)),
    };
    let shape = match cells.row.word("deliver.shape") {
        Some("s-curve") => Shape::SCurve,
        Some("at-once") => Shape::AtOnce,
        _ => Shape::Linear,
    };
    let every = cells.span("deliver.every");
    let promised =
        Ramp { start, full, first, gpus, rack, every, shape, scheduled, came: Vec::new() };
    let late = |at: Instant| if slip > 0.0 { at.plus_months(slip) } else { at };
    let shifted: Vec<_> = promised.scheduled.iter().map(|(at, gpus)| (late(*at), *gpus)).collect();
    let seen = came.last().map_or(start, |it| it.0);
    let scheduled = match came.last() {
        Some(last) => still_to_come(shifted, *last),
        None => shifted,
    };
    let played = Ramp { full: late(full).max(seen), scheduled, came, ..promised.clone() };
    (promised, played)
}

/// How many GPUs stand from some moments on.
fn stands(cells: &Cells<'_>, key: &str, gpus_of: impl Fn(f64) -> f64) -> Vec<(Instant, i64)> {
    cells.stands(key, gpus_of).into_iter().map(|it| it.0).collect()
}

/// What a schedule still promises once it was seen what came: what is overdue by then comes with
/// the next of it, or at once where that was the last.
fn still_to_come(
    mut scheduled: Vec<(Instant, i64)>,
    (seen, stood): (Instant, i64),
) -> Vec<(Instant, i64)> {
    let overdue = scheduled.partition_point(|it| it.0 <= seen);
    scheduled.drain(..overdue.min(scheduled.len().saturating_sub(1)));
    scheduled.into_iter().map(|(at, gpus)| (at.max(seen), gpus.max(stood))).collect()
}

/// How long the whole fleet must run on to make up for what a late ramp lost, in whole hours.
fn made_up(promised: &Ramp, played: &Ramp) -> Span {
    let until = played.full.max(promised.full);
    let lost = (area(promised, until) - area(played, until)).max(0.0) / promised.gpus as f64;
    Span { millis: libm::ceil(lost) as i64 * Span::HOUR.millis }
}

/// GPU-hours under a smooth ramp until a moment after its end; an s-shaped ramp holds as much as
/// an even one. A schedule is no ramp: what stands between two of its days is what the first says.
fn area(ramp: &Ramp, until: Instant) -> f64 {
    let rest = match ramp.scheduled[..] {
        [] => vec![(ramp.full, ramp.gpus)],
        ref scheduled => scheduled.to_vec(),
    };
    let stairs =
        !ramp.scheduled.is_empty() || (ramp.shape == Shape::AtOnce && ramp.came.is_empty());
    let came = ramp.came.iter().map(|it| (*it, false));
    let mut sum = (until - ramp.full).hours() * ramp.gpus as f64;
    let mut from = (ramp.start, ramp.first);
    for (to, waits) in came.chain(rest.into_iter().map(|it| (it, stairs))) {
        let on_the_way = if waits { from.1 as f64 } else { (from.1 + to.1) as f64 / 2.0 };
        sum += (to.0 - from.0).hours() * on_the_way;
        from = to;
    }
    sum
}

fn pricing(cells: &Cells<'_>) -> Pricing {
    if let Some(share) = cells.exact("revenue.share") {
        let of_services = cells.row.word("revenue.of") == Some("services");
        let whose = if of_services { Whose::Services } else { Whose::Buyer };
        return Pricing::OfRevenue(Price(share), whose);
    }
    priced(cells, "price").unwrap_or(Pricing::Solve)
}

/// The price that a field tells, by its unit.
pub(super) fn priced(cells: &Cells<'_>, key: &str) -> Option<Pricing> {
    match cells.row.cells.get(key)? {
        Cell::Number(id) => Some(Pricing::told(cells, *id)),
        _ => None,
    }
}

impl Pricing {
    /// The price that an input tells, by its unit.
    pub(super) fn told(cells: &Cells<'_>, id: InputId) -> Pricing {
        let price = Price(cells.number(id));
        match cells.scenario.inputs.get(id).value {
            InputValue::Number { dim: Dim::PRICE_GPU_TIME, .. } => Pricing::PerGpu(price),
            InputValue::Number { dim: Dim::PRICE_ENERGY, .. } => Pricing::PerPower(price),
            _ => Pricing::Fixed(price),
        }
    }
}
