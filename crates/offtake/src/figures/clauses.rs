//! Figures of what a deal says beside its price and its calendar. A deal has those of the clauses
//! that it has.

use super::ancestry::Stage;
use super::table::{Spec, fleet_of, maybe, number, site_of_fleet, spec};
use super::{Look, Value};
use crate::engine::ClauseBooks;
use crate::ledger::Account;
use crate::scenario::{Clauses, Delivers, Row, Scenario};
use crate::terms;
use crate::time::{Instant, Span};
use crate::units::{Money, Price};

/// Figures, and which deals have them.
type Group = (fn(&Row) -> bool, &'static [Spec]);

static OF_DEALS: [Group; 10] = [
    (|row| row.says("damages.rate"), &DAMAGES_OF_DEAL),
    (|row| row.says("uptime.credits"), &UPTIME),
    (|row| row.says("overage"), &OVERAGE),
    (|row| row.says("make_up"), &MAKE_UP),
    (|row| row.says("deposit.share"), &DEPOSIT_OF_DEAL),
    (|row| ["price_steps", "index.rate", "swap.price"].iter().any(|it| row.says(it)), &PRICE),
    (|row| row.says("expand.when"), &EXPANSION),
    (|row| row.says("renew.on") || row.says("terminate.on"), &ENDS_OF_DEAL),
    (|row| row.says("terminate.on"), &FEE_OF_DEAL),
    (|row| row.says("warrant.shares"), &WARRANT_OF_DEAL),
];

static OF_PLEDGES: [Group; 6] = [
    (|row| row.says("milestones.of"), &MILESTONES),
    (|row| row.says("damages.rate"), &DAMAGES_OF_PLEDGE),
    (|row| row.says("deposit.share"), &DEPOSIT_OF_PLEDGE),
    (|row| row.says("terminate.on"), &ENDS_OF_PLEDGE),
    (|row| row.says("terminate.on"), &FEE_OF_PLEDGE),
    (|row| row.says("warrant.shares"), &WARRANT_OF_PLEDGE),
];

/// The figures of the clauses that deals and pledges have, each with the path and index of its noun.
pub(super) fn tables(scenario: &Scenario) -> Vec<(String, usize, &'static [Spec])> {
    let mut all = Vec::new();
    for (rows, groups) in [(&scenario.deals, &OF_DEALS[..]), (&scenario.pledges, &OF_PLEDGES[..])] {
        for (i, row) in rows.iter().enumerate().map(|(i, id)| (i, scenario.row(*id))) {
            let said = groups.iter().filter(|(is_said, _)| is_said(row));
            all.extend(said.map(|(_, specs)| (row.path.clone(), i, *specs)));
        }
    }
    all
}

/// The ids of the figures that a scenario's clauses have.
pub fn clause_ids(scenario: &Scenario) -> Vec<String> {
    let of = |(path, _, specs): (String, usize, &'static [Spec])| {
        specs.iter().map(move |it| format!("{path}.{}", it.key)).collect::<Vec<_>>()
    };
    tables(scenario).into_iter().flat_map(of).collect()
}

/// Figures that deals and pledges have alike.
macro_rules! of_both {
    ($deal:ident, $pledge:ident, $stages:expr, [$(($key:literal, $label:literal, $unit:literal, $formula:literal, $value:expr)),* $(,)?]) => {
        static $deal: [Spec; [$($key),*].len()] = [$(spec!(
            $key, $label, $unit, simulated, $formula, $stages, |look, d| $value(look, Delivers::Deal(d))
        )),*];
        static $pledge: [Spec; [$($key),*].len()] = [$(spec!(
            $key, $label, $unit, simulated, $formula,
            |_, p| vec![Stage::Pledge(p), Stage::Horizon],
            |look, p| $value(look, Delivers::Pledge(p))
        )),*];
    };
}

of_both!(
    DAMAGES_OF_DEAL,
    DAMAGES_OF_PLEDGE,
    bill,
    [(
        "damages",
        "paid by the seller for what is late",
        "USD",
        "rate x GPU-time (of a pledge: power x time) that is late beyond the grace, at most cap x total",
        |look: &Look<'_>, of| dollars(look, books(look, of).damages, -1.0)
    )]
);

of_both!(
    DEPOSIT_OF_DEAL,
    DEPOSIT_OF_PLEDGE,
    bill,
    [
        (
            "deposit",
            "paid on the first day and held",
            "USD",
            "share x total, where the first day is played",
            |look: &Look<'_>, of| number(deposited(look, of).dollars())
        ),
        (
            "deposit_drawn",
            "set against the last bills",
            "USD",
            "bills, as far as the deposit holds more than what is still to be billed",
            |look: &Look<'_>, of| {
                let drawn = books(look, of).deposit?.drawn;
                dollars(look, Some(drawn), -1.0)
            }
        ),
    ]
);

of_both!(
    FEE_OF_DEAL,
    FEE_OF_PLEDGE,
    bill,
    [(
        "termination_paid",
        "paid for ending it before its term",
        "USD",
        "share x minimum that was left of the term, at the price of each of its months; the buyer pays where it ends it, else the seller",
        |look: &Look<'_>, of| maybe(books(look, of).fee.map(|it| look.total(it).abs() / 1e6))
    )]
);

of_both!(
    ENDS_OF_DEAL,
    ENDS_OF_PLEDGE,
    |_, d| vec![Stage::Calendar(d), Stage::Slip(d)],
    [(
        "ends",
        "first day after the term as it is played",
        "date",
        "start + term, later where it is renewed or extended, earlier where it is ended",
        |look: &Look<'_>, of| Some(Value::Date(ends(look, of).date().to_string()))
    )]
);

of_both!(
    WARRANT_OF_DEAL,
    WARRANT_OF_PLEDGE,
    warrant_stages,
    [
        (
            "warrant_shares",
            "shares of the seller that the buyer may buy by the end of what is played",
            "count",
            "an equal part for each step of power that stands while the share price has reached its target",
            |look: &Look<'_>, of| number(vested(look, of)?.0 as f64)
        ),
        (
            "warrant_value",
            "what these shares are worth then, over what is paid for them",
            "USD",
            "shares x (share price - strike); nothing is added for the time that is left",
            |look: &Look<'_>, of| number(vested(look, of)?.1.dollars())
        ),
    ]
);

static UPTIME: [Spec; 2] = [
    spec!(
        "service_credits",
        "given back for what failed",
        "USD",
        simulated,
        "share of the month's bill for the lowest uptime that was missed, month by month",
        bill,
        |look, d| dollars(look, look.played.books.clauses_of_deals[d].service_credit, -1.0)
    ),
    spec!(
        "uptime_min",
        "lowest uptime of a month",
        "share",
        simulated,
        "smallest of: GPU-hours delivered / GPU-hours landed under power",
        bill,
        |look, d| maybe(look.played.marks.uptime_min[d])
    ),
];

static OVERAGE: [Spec; 1] = [spec!(
    "overage_paid",
    "billed for use above the minimum",
    "USD",
    simulated,
    "price of overage x (GPU-hours used - minimum), month by month",
    bill,
    |look, d| dollars(look, look.played.books.clauses_of_deals[d].overage, 1.0)
)];

static MAKE_UP: [Spec; 3] = [
    spec!(
        "make_up_used",
        "GPU-hours used at no charge that were paid for before",
        "GPU-hour",
        simulated,
        "use of a year above its minimum, as far as earlier years left some",
        bill,
        |look, d| hours(look, look.played.books.clauses_of_deals[d].make_up?.used)
    ),
    spec!(
        "make_up_left",
        "GPU-hours that were paid for and may still be used",
        "GPU-hour",
        simulated,
        "minimum - use of the years with less, less what was made up or has lapsed",
        bill,
        |look, d| hours(look, look.played.books.clauses_of_deals[d].make_up?.left)
    ),
    spec!(
        "make_up_lapsed",
        "GPU-hours that were paid for and may no longer be used",
        "GPU-hour",
        simulated,
        "what is left of a year when its time for make-up, or the deal, is over",
        bill,
        |look, d| hours(look, look.played.books.clauses_of_deals[d].make_up?.lapsed)
    ),
];

static PRICE: [Spec; 1] = [spec!(
    "price_at_end",
    "price of a GPU-hour in the last month",
    "USD/GPU-hour",
    derived,
    "the last step of the price x (1 + yearly rise)^(days of rise), a mean over the racks that stand",
    |_, d| vec![Stage::Price(d), Stage::Calendar(d), Stage::Slip(d), Stage::Horizon],
    |look, d| {
        terms::price(&look.case.deals[d], &look.case.fleets[look.case.deals[d].fleet])?;
        let it = &look.case.deals[d];
        let last = Instant { millis: it.end_played.min(look.case.to).millis - 1 };
        number(price_on(look, d, last)?)
    }
)];

static EXPANSION: [Spec; 1] = [spec!(
    "expanded_gpus",
    "GPUs that an exercised option adds",
    "GPU",
    derived,
    "those of the option, where its rule says yes on its day",
    |_, d| vec![Stage::Calendar(d)],
    |look, d| number(look.case.deals[d].expansion.map_or(0.0, |it| it.1 as f64))
)];

static MILESTONES: [Spec; 1] = [spec!(
    "milestones_met",
    "milestones of the other deal that fell due",
    "count",
    simulated,
    "how many times the power of a milestone stood by the end of what was played",
    |_, p| vec![Stage::Pledge(p), Stage::Horizon],
    |look, p| {
        let it = &look.case.pledges[p];
        let last = Instant { millis: it.end_played.min(look.case.to).millis - 1 };
        let stands = terms::standing(&terms::calendar(look.case, it), last) as f64;
        let parts = it.milestones?.parts as f64;
        number(libm::round(stands / crate::scenario::Pledge::PARTS as f64 * parts))
    }
)];

fn bill(_: &Scenario, deal: usize) -> Vec<Stage> {
    vec![Stage::Bill(deal)]
}

fn warrant_stages(scenario: &Scenario, deal: usize) -> Vec<Stage> {
    let fleet = fleet_of(scenario, deal);
    let site = site_of_fleet(scenario, fleet);
    vec![
        Stage::Warrant(deal),
        Stage::Calendar(deal),
        Stage::Slip(deal),
        Stage::RackPower(fleet),
        Stage::PeakPue(site),
        Stage::Horizon,
    ]
}

fn books<'a>(look: &Look<'a>, of: Delivers) -> &'a ClauseBooks {
    match of {
        Delivers::Deal(d) => &look.played.books.clauses_of_deals[d],
        Delivers::Pledge(p) => &look.played.books.clauses_of_pledges[p],
    }
}

fn clauses<'a>(look: &Look<'a>, of: Delivers) -> &'a Clauses {
    match of {
        Delivers::Deal(d) => &look.case.deals[d].clauses,
        Delivers::Pledge(p) => &look.case.pledges[p].clauses,
    }
}

fn dollars(look: &Look<'_>, account: Option<Account>, sign: f64) -> Option<Value> {
    number(sign * look.total(account?) / 1e6)
}

fn hours(look: &Look<'_>, account: Account) -> Option<Value> {
    number(look.total(account) / 3.6e6)
}

fn deposited(look: &Look<'_>, of: Delivers) -> Money {
    let (start, face) = match of {
        Delivers::Deal(d) => {
            let it = &look.case.deals[d];
            (it.start, terms::face(it, &look.case.fleets[it.fleet]))
        }
        Delivers::Pledge(p) => (look.case.pledges[p].start, look.case.pledges[p].total),
    };
    if start < look.case.from || start >= look.case.to {
        return Money::ZERO;
    }
    terms::deposited(clauses(look, of), face)
}

fn ends(look: &Look<'_>, of: Delivers) -> Instant {
    match of {
        Delivers::Deal(d) => look.case.deals[d].end_played,
        Delivers::Pledge(p) => look.case.pledges[p].end_played,
    }
}

/// Shares that have vested by the end of what is played, looked at as each month ends, and their worth.
fn vested(look: &Look<'_>, of: Delivers) -> Option<(i64, Money)> {
    let it = clauses(look, of).warrant.as_ref()?;
    let ends: Vec<Instant> =
        look.played.ledger.months().map(|it| it.end().min(look.case.to)).collect();
    Some(terms::vested(it, &terms::watts(look.case, of), &ends))
}

/// The price of a GPU-hour at a moment, in dollars.
fn price_on(look: &Look<'_>, deal: usize, at: Instant) -> Option<f64> {
    let it = &look.case.deals[deal];
    let fleet = &look.case.fleets[it.fleet];
    let price: Price = it.clauses.price_at(terms::price(it, fleet)?, fleet, at);
    let (steps, hour) = (terms::tranches(&it.played), at + Span { millis: 1 });
    let price = terms::mean_price(it, &steps, fleet, price, (at, hour));
    Some(price.charge(3_600_000_000_000).dollars() / 1e6)
}
