//! The clauses of a case: what a deal says beside its price and its calendar.
//!
//! An option is exercised, or not, by what is known before anything is played: a day, and the
//! market's price of that day against the deal's.

use super::Cells;
use super::deal::priced;
use crate::scenario::check::Scenario;
use crate::scenario::nouns::{
    Clauses, Damages, DamagesRate, Delivers, Deposit, Fleet, Index, Milestones, Pricing, Swap,
    Termination, Uptime, Warrant,
};
use crate::scenario::row::{Cell, PathKey};
use crate::time::{Instant, Span};
use crate::units::{Exact, Money, Price, Quantity, Share, to_f64};

/// The clauses of a deal or pledge that is promised to end at a moment, and ends so much later.
pub(super) fn clauses(
    cells: &Cells<'_>,
    end: Instant,
    late: Span,
    options: &Options<'_>,
) -> Clauses {
    let mut clauses = Clauses {
        overage: priced(cells, "overage"),
        make_up: cells.months("make_up"),
        deposit: cells.exact("deposit.share").map(|share| Deposit {
            share: Share(share),
            pays_last_bills: cells.row.word("deposit.use") == Some("last-bills"),
        }),
        damages: damages(cells),
        uptime: uptime(cells),
        termination: termination(cells, options),
        swap: cells.moment("swap.from").map(|from| Swap {
            from,
            watts: cells.exact("swap.power").map(to_f64),
            price: priced(cells, "swap.price"),
        }),
        warrant: warrant(cells),
        ..options.prices.clone()
    };
    if options.exercises(cells, "renew")
        && cells.moment("renew.on").is_some_and(|on| clauses.are_in_force(on))
        && let Some(months) = cells.months("renew.for")
    {
        clauses.renewed_until = Some(end.plus_months(months));
        if let Some(price) = priced(cells, "renew.price") {
            clauses.steps.retain(|it| it.0 < end + late);
            clauses.steps.push((end + late, price));
        }
    }
    clauses
}

/// What a price does over time: its steps and its yearly rise.
pub(super) fn prices(cells: &Cells<'_>) -> Clauses {
    let index = cells.exact("index.rate").zip(cells.date("index.from"));
    Clauses {
        steps: dated(cells, "price_steps"),
        index: index.map(|(_, from)| Index { rate: cells.growth("index.rate"), from }),
        ..Clauses::default()
    }
}

/// Prices by the moment from which they hold, oldest first.
fn dated(cells: &Cells<'_>, key: &str) -> Vec<(Instant, Pricing)> {
    let Some(Cell::Path(points)) = cells.row.cells.get(key) else { return Vec::new() };
    let at = |key: &PathKey| match key {
        PathKey::From(date) => Instant::start_of(*date),
        PathKey::Always => Instant { millis: i64::MIN },
    };
    points.iter().map(|(key, id)| (at(key), Pricing::told(cells, *id))).collect()
}

/// What options look at.
pub(super) struct Options<'a> {
    /// How the price changes.
    pub prices: Clauses,
    /// The deal's first price and its fleet, where it is one of volume that is written.
    pub first: Option<(Price, &'a Fleet)>,
}

impl Options<'_> {
    /// Whether an option is exercised on its day, or notice given.
    pub fn exercises(&self, cells: &Cells<'_>, option: &str) -> bool {
        let Some(on) = cells.moment(&format!("{option}.on")) else { return false };
        let rule = cells.row.word(&format!("{option}.when"));
        let (Some(rule), Some((first, fleet))) = (rule.filter(|it| *it != "always"), self.first)
        else {
            return true;
        };
        let market = dated(cells, "market");
        let market = market.iter().rev().find(|it| it.0 <= on).or(market.first());
        let Some(market) = market.and_then(|it| it.1.of_gpu_time(fleet)) else { return false };
        // A renewal has a price of its own, where it says one.
        let renewed =
            priced(cells, &format!("{option}.price")).and_then(|it| it.of_gpu_time(fleet));
        let ours = renewed.unwrap_or_else(|| self.prices.price_at(first, fleet, on));
        if rule == "market-above" { market.0 > ours.0 } else { market.0 < ours.0 }
    }
}

fn damages(cells: &Cells<'_>) -> Option<Damages> {
    let rate = cells.exact("damages.rate")?;
    let rate = match priced(cells, "damages.rate") {
        Some(Pricing::Fixed(_)) | None => DamagesRate::OfTotal(rate),
        Some(money) => DamagesRate::Money(money),
    };
    Some(Damages {
        rate,
        grace: cells
            .exact("damages.grace")
            .map_or(Span::default(), |_| cells.span("damages.grace")),
        cap: cells.exact("damages.cap").map(Share),
    })
}

fn uptime(cells: &Cells<'_>) -> Option<Uptime> {
    let told = cells.map("uptime.credits");
    let read = |(key, share): (String, Exact)| Some((share_of_key(&key)?, share));
    let mut credits: Vec<(Exact, Exact)> = told.into_iter().filter_map(read).collect();
    credits.sort();
    (!credits.is_empty()).then_some(Uptime { credits })
}

/// The share that a key of `uptime.credits` tells.
pub(in crate::scenario) fn share_of_key(key: &str) -> Option<Exact> {
    let share = Quantity::parse(key).ok().filter(|it| it.dim == crate::units::Dim::NONE)?.amount;
    (0.0..=1.0).contains(&to_f64(share)).then_some(share)
}

fn termination(cells: &Cells<'_>, options: &Options<'_>) -> Option<Termination> {
    let on = cells.moment("terminate.on").filter(|_| options.exercises(cells, "terminate"))?;
    let notice =
        cells.exact("terminate.notice").map_or(Span::default(), |_| cells.span("terminate.notice"));
    Some(Termination {
        at: on + notice,
        by_buyer: cells.row.word("terminate.by") == Some("buyer"),
        fee: Share(cells.exact("terminate.fee").unwrap_or_default()),
    })
}

fn warrant(cells: &Cells<'_>) -> Option<Warrant> {
    let power = cells.exact("warrant.power").or(cells.exact("deliver.power"))?;
    let Cell::Path(points) = cells.row.cells.get("warrant.share_price")? else { return None };
    let money = |id| Money { micros: cells.number(id).round().to_integer() };
    let at = |key: &PathKey| match key {
        PathKey::From(date) => Instant::start_of(*date),
        PathKey::Always => cells.scenario.from,
    };
    Some(Warrant {
        shares: cells.rounded("warrant.shares")?,
        strike: cells.money("warrant.strike").unwrap_or(Money::ZERO),
        every: to_f64(cells.exact("warrant.every").unwrap_or(power)),
        power: to_f64(power),
        targets: cells.money("warrant.target.first").zip(cells.money("warrant.target.last")),
        share_price: points.iter().map(|(key, id)| (at(key), money(*id))).collect(),
    })
}

/// By whose deliveries a pledge is paid.
pub(super) fn milestones(cells: &Cells<'_>) -> Option<Milestones> {
    let of = cells.row.text("milestones.of")?;
    let (power, every) = (cells.float("deliver.power"), cells.float("milestones.every"));
    Some(Milestones {
        of: called(cells.scenario, of),
        parts: (libm::round(power / every) as i64).max(1),
        every,
    })
}

/// The deal of a name, where it stands.
fn called(scenario: &Scenario, name: &str) -> Option<Delivers> {
    let among = |rows: &[crate::scenario::row::RowId]| {
        rows.iter().position(|it| scenario.row(*it).name == name)
    };
    let pledge = || among(&scenario.pledges).map(Delivers::Pledge);
    among(&scenario.deals).map(Delivers::Deal).or_else(pledge)
}
