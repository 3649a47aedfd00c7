//! Unit economics: what a plant costs and earns per GPU-hour, per million tokens and per MW and
//! year, how soon it has paid itself back; what its owner earns, and what of itself it would have to
//! sell.

use super::Value;
use super::ancestry::Stage;
use super::look::{Look, ratio};
use super::table::{Spec, fleet_of, maybe, number, spec};
use crate::finance::{annuity, worth_after};
use crate::scenario::{Case, Plant, Scenario, Serves};
use crate::terms::Standing;
use crate::time::{Instant, Month};
use crate::units::{Money, to_f64};

/// A year of 365 days in milliseconds.
pub(super) const YEAR: f64 = 8_760.0 * 3.6e6;

pub(super) static PLANT: [Spec; 12] = [
    spec!(
        "capex",
        "capital paid over the horizon",
        "USD",
        simulated,
        "sum over classes and tranches of what is paid in the months played",
        |_, p| vec![Stage::Plant(p)],
        |look, p| {
            let classes = &look.played.books.plants[p].classes;
            number(classes.iter().map(|it| look.total(it.cost)).sum::<f64>() / 1e6)
        }
    ),
    spec!(
        "running_cost",
        "what running it costs over the horizon",
        "USD",
        simulated,
        "running cost x what stands while the deal runs",
        |_, p| vec![Stage::Plant(p)],
        |look, p| {
            look.case.plants[p].running?;
            number(look.total(look.played.books.plants[p].running) / 1e6)
        }
    ),
    spec!(
        "depreciation",
        "written off over the horizon",
        "USD",
        simulated,
        "cost of each tranche / life, in equal parts from the day it lands",
        |_, p| vec![Stage::Plant(p)],
        |look, p| number(written_off(look, p))
    ),
    spec!(
        "cost_per_gpu_hour",
        "what a delivered GPU-hour costs its owner in the books",
        "USD/GPU-hour",
        simulated,
        "(written off + running cost) / GPU-hours delivered, over the horizon; without what money costs",
        worked,
        |look, p| {
            let hours = look.delivered_hours(fleet(look.case, p)?);
            maybe(ratio(book_cost(look, p), hours))
        }
    ),
    spec!(
        "cost_per_million_tokens",
        "what a million output tokens cost the plant's owner in the books",
        "USD",
        simulated,
        "(written off + running cost) / output tokens served by its fleet",
        worked,
        |look, p| {
            let fleet = fleet(look.case, p)?;
            let works = look.case.works.iter().zip(&look.played.books.works);
            let served = works.filter(|it| it.0.fleet == fleet).map(|it| look.total(it.1.served));
            maybe(ratio(book_cost(look, p), served.sum::<f64>() / 1e6))
        }
    ),
    spec!(
        "capex_per_mw",
        "capital per MW that lands",
        "USD/MW",
        derived,
        "cost of all tranches / power of what they add: IT of a fleet's GPUs, at the meter of a deal without one",
        |_, p| vec![Stage::Plant(p)],
        |look, p| maybe(capex_per_mw(look, p, |_| true))
    ),
    spec!(
        "revenue_per_mw_year",
        "billed per MW and year",
        "USD/MW-year",
        simulated,
        "what its deal bills over the horizon / power that stands x time",
        earned,
        |look, p| maybe(ratio(billed(look, p).dollars(), mw_years(look, p)))
    ),
    spec!(
        "ebitda_per_mw_year",
        "billed less running cost per MW and year",
        "USD/MW-year",
        simulated,
        "(what its deal bills - running cost) / power that stands x time",
        earned,
        |look, p| maybe(ratio(ebitda(look, p), mw_years(look, p)))
    ),
    spec!(
        "payback_years",
        "years until it has earned its capital",
        "year",
        simulated,
        "capital per MW / EBITDA per MW and year; never where it earns nothing",
        earned,
        |look, p| {
            let yearly = ratio(ebitda(look, p), mw_years(look, p))?;
            let capex = capex_per_mw(look, p, |_| true)?;
            Some(if yearly > 0.0 { Value::Number(capex / yearly) } else { Value::Never })
        }
    ),
    spec!(
        "owner_cost_per_year",
        "what all of it costs its owner a year, money included",
        "USD",
        derived,
        "sum over classes of cost x annuity at the cost of capital over its life, residual off, + running cost of a year at full size",
        valued,
        |look, p| maybe(owner_cost(look, p))
    ),
    spec!(
        "owner_cost_per_gpu_hour",
        "what a GPU-hour costs its owner, money included",
        "USD/GPU-hour",
        derived,
        "owner_cost_per_year / (GPUs x 8760 h)",
        valued,
        |look, p| {
            fleet(look.case, p)?;
            maybe(ratio(owner_cost(look, p)?, units(look, p) * 8_760.0))
        }
    ),
    spec!(
        "residual_value",
        "what it is worth on the market when its deal ends",
        "USD",
        derived,
        "sum over tranches of cost x (1 - yearly fall)^(years since it landed), classes without a fall left out",
        valued,
        |look, p| residual(look, p).and_then(number)
    ),
];

/// Figures of parties that own a plant, pay tax, or say what they are worth.
pub(super) static OWNER: [Spec; 4] = [
    spec!(
        "ebitda",
        "earnings before interest, tax and depreciation over the horizon",
        "USD",
        simulated,
        "own revenue + what its deals bill - all costs but interest, tax and what is written off",
        |_, p| vec![Stage::Profit(p)],
        |look, p| owns(look, p).then(|| Value::Number(look.statement(p).ebitda().dollars()))
    ),
    spec!(
        "net_income",
        "net income over the horizon",
        "USD",
        simulated,
        "EBITDA - written off - interest - tax",
        |_, p| vec![Stage::Profit(p), Stage::Tax(p)],
        |look, p| owns(look, p).then(|| Value::Number(look.statement(p).net_income().dollars()))
    ),
    spec!(
        "tax",
        "tax over the horizon",
        "USD",
        simulated,
        "share of each year's profit beyond the losses before it",
        |_, p| vec![Stage::Profit(p), Stage::Tax(p)],
        |look, p| number(look.total(look.played.books.parties[p].tax?) / 1e6)
    ),
    spec!(
        "dilution",
        "share of itself that it would sell to fund its gap",
        "share",
        simulated,
        "gap / (valuation + gap): new shares at what all of it is worth before the money comes",
        |_, p| vec![Stage::Cash(p), Stage::Valuation(p)],
        |look, p| {
            let worth = look.case.parties[p].valuation?.dollars();
            let lowest = look.lowest_cash(p, false).filter(|_| look.has_cash(p))?.1;
            let gap = (Money::ZERO - lowest).at_least(Money::ZERO).dollars();
            number(gap / (worth + gap))
        }
    ),
];

// What they are made of.

fn deal_of(scenario: &Scenario, plant: usize) -> Option<usize> {
    let deal = scenario.row(scenario.plants[plant]).target("deal");
    scenario.deals.iter().position(|it| Some(*it) == deal)
}

/// What runs on its fleet, and what it costs.
fn worked(scenario: &Scenario, plant: usize) -> Vec<Stage> {
    let fleet = deal_of(scenario, plant).map(|it| fleet_of(scenario, it));
    fleet.map(Stage::Work).into_iter().chain([Stage::Plant(plant)]).collect()
}

/// What its deal bills, and what it costs.
fn earned(scenario: &Scenario, plant: usize) -> Vec<Stage> {
    deal_of(scenario, plant).map(Stage::Bill).into_iter().chain([Stage::Plant(plant)]).collect()
}

fn valued(_: &Scenario, plant: usize) -> Vec<Stage> {
    vec![Stage::Plant(plant), Stage::Worth(plant)]
}

// How they are computed.

fn fleet(case: &Case, plant: usize) -> Option<usize> {
    match case.plants[plant].serves {
        Serves::Deal(d) => Some(case.deals[d].fleet),
        Serves::Pledge(_) => None,
    }
}

pub(super) fn standing<'a>(look: &Look<'a>, plant: usize) -> (&'a Plant, Standing<'a>) {
    let it = &look.case.plants[plant];
    (it, Standing::of(look.case, it))
}

/// Units that stand in the end.
fn units(look: &Look<'_>, plant: usize) -> f64 {
    standing(look, plant).1.steps.last().map_or(0.0, |it| it.gpus as f64)
}

fn written_off(look: &Look<'_>, plant: usize) -> f64 {
    let classes = &look.played.books.plants[plant].classes;
    classes.iter().map(|it| look.total(it.depreciation)).sum::<f64>() / 1e6
}

fn book_cost(look: &Look<'_>, plant: usize) -> f64 {
    written_off(look, plant) + look.total(look.played.books.plants[plant].running) / 1e6
}

pub(super) fn bills(look: &Look<'_>, plant: usize) -> Vec<(Month, Money)> {
    match look.case.plants[plant].serves {
        Serves::Deal(d) => look.bills(d),
        Serves::Pledge(p) => look.pledge_dues(p),
    }
}

fn billed(look: &Look<'_>, plant: usize) -> Money {
    bills(look, plant).into_iter().map(|it| it.1).sum()
}

fn ebitda(look: &Look<'_>, plant: usize) -> f64 {
    billed(look, plant).dollars() - look.total(look.played.books.plants[plant].running) / 1e6
}

/// MW that stand, times years, over the horizon.
fn mw_years(look: &Look<'_>, plant: usize) -> f64 {
    held_mw_years(&standing(look, plant).1, look.case.from, look.case.to)
}

/// MW that stand between two moments, times years.
pub(super) fn held_mw_years(it: &Standing<'_>, from: Instant, to: Instant) -> f64 {
    it.held(from, to) as f64 * to_f64(it.watts) / 1e6 / YEAR
}

/// Cost of the tranches that land at some moments over the MW that they add.
pub(super) fn capex_per_mw(
    look: &Look<'_>,
    plant: usize,
    lands: impl Fn(Instant) -> bool + Copy,
) -> Option<f64> {
    let (of, it) = standing(look, plant);
    let costs = of.capital.iter().flat_map(|capital| it.costs(capital));
    let cost: Money = costs.filter(|it| lands(it.0)).map(|it| it.1).sum();
    ratio(cost.dollars(), mw_added(&it, lands))
}

/// MW of the tranches that land at some moments.
pub(super) fn mw_added(it: &Standing<'_>, lands: impl Fn(Instant) -> bool) -> f64 {
    let before = std::iter::once(0).chain(it.steps.iter().map(|it| it.gpus));
    let added = it.steps.iter().zip(before).filter(|(step, _)| lands(step.at));
    let units: i64 = added.map(|(step, before)| step.gpus - before).sum();
    units as f64 * to_f64(it.watts) / 1e6
}

fn owner_cost(look: &Look<'_>, plant: usize) -> Option<f64> {
    let (of, it) = standing(look, plant);
    let rate = of.cost_of_capital?;
    let class = |capital: &crate::scenario::Capital| {
        let cost: Money = it.costs(capital).into_iter().map(|it| it.1).sum();
        let (cost, life) = (cost.dollars(), capital.life.millis as f64 / YEAR);
        let left = capital.falls.map_or(0.0, |falls| worth_after(cost, falls, life));
        annuity(cost, rate, life, left)
    };
    let capital: f64 = of.capital.iter().map(class).sum();
    let hour = |told| to_f64(it.running(told).0) * units(look, plant) / 1e6 * YEAR;
    Some(capital + of.running.map_or(0.0, hour))
}

fn residual(look: &Look<'_>, plant: usize) -> Option<f64> {
    let (of, it) = standing(look, plant);
    let class = |capital: &crate::scenario::Capital| {
        let falls = capital.falls?;
        let left = |(at, cost): (Instant, Money)| {
            worth_after(cost.dollars(), falls, (it.to - at).millis as f64 / YEAR)
        };
        Some(it.costs(capital).into_iter().map(left).sum::<f64>())
    };
    of.capital.iter().filter_map(class).reduce(|sum, it| sum + it)
}

fn owns(look: &Look<'_>, party: usize) -> bool {
    look.case.plants.iter().any(|it| it.owner == party) || look.case.parties[party].tax.is_some()
}
