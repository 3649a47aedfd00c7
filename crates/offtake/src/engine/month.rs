//! One month of all books: meters that need no hours, money that comes and goes, bills, and one
//! settlement of all of them.

use super::debt;
use super::plant;
use super::settle;
use super::steady;
use super::tax;
use super::unpaid;
use super::world::{WorkState, World};
use crate::finance;
use crate::ledger::Account;
use crate::power;
use crate::scenario::{Deal, Pricing, Service, Whose, Work, WorkKind};
use crate::terms::{self, Period};
use crate::time::{Instant, Span};
use crate::units::{Exact, Money, to_f64};

/// A month begins: yearly paths move on.
pub fn opens(world: &mut World<'_>, now: Instant) {
    world.month = now.month();
    for fleet in &mut world.fleets {
        fleet.repair_share = fleet.in_repair;
    }
    for slot in world.fleets.iter_mut().flat_map(|it| &mut it.slots) {
        match (&mut slot.state, &world.case.works[slot.work].kind) {
            (WorkState::Service(serving), WorkKind::Service(it)) => serving.month_begins(it, now),
            (WorkState::Jobs(backlog), WorkKind::Jobs(it)) => backlog.month_begins(it, now),
            _ => {}
        }
    }
    if now == world.case.from {
        for (party, books) in world.case.parties.iter().zip(&world.accounts.parties) {
            let cash = party.cash.unwrap_or(Money::ZERO);
            world.ledger.post(now, books.funding, books.cash, cash.micros);
        }
        plant::opens(world, now);
    }
}

/// A month is over.
pub fn closes(world: &mut World<'_>, now: Instant) {
    let began = world.month.start().max(world.case.from);
    beside(world, now);
    steady::month_closes(world, now);
    for site in 0..world.case.sites.len() {
        site_month(world, now, site);
    }
    for party in 0..world.case.parties.len() {
        party_month(world, now, began, party);
    }
    plant::closes(world, now, began);
    for deal in 0..world.case.deals.len() {
        deal_month(world, now, began, deal);
    }
    for (pledge, it) in world.case.pledges.iter().enumerate() {
        if !world.standings[world.deals.len() + pledge].is_back() {
            let charges = world.pledges[pledge].closes(it, began, now);
            settle::owe(world, now, pledge, &charges);
        }
    }
    unpaid::relets(world, now);
    plant::sees_bills(world);
    debt::closes(world, now, began);
    tax::closes(world, now, began);
    settle::settle(world, now);
    world.ledger.close(world.month);
}

/// Posts the GPU-time that stood beside what was delivered.
fn beside(world: &mut World<'_>, now: Instant) {
    let hours = |it: i64| i128::from(it) * i128::from(Span::HOUR.millis);
    for (state, books) in world.fleets.iter_mut().zip(&world.accounts.fleets) {
        let beside = std::mem::take(&mut state.beside);
        world.ledger.post(now, books.made, books.spare, hours(beside.spare));
        world.ledger.post(now, books.made, books.repair, hours(beside.repair));
        world.ledger.post(now, books.made, books.dark, hours(beside.dark));
    }
}

/// What the month's energy drags along: differences of running totals, rounded once each.
fn site_month(world: &mut World<'_>, now: Instant, index: usize) {
    let site = &world.case.sites[index];
    let books = world.accounts.sites[index];
    let ledger = &mut world.ledger;
    let it = ledger.balance(books.it);
    let overhead = power::overhead(site.pue_mean, it);
    ledger.post(now, books.grid, books.overhead, overhead - ledger.balance(books.overhead));
    let meter = it + overhead;
    let carbon = site.carbon.of(meter);
    ledger.post(now, books.burnt, books.carbon, carbon - ledger.balance(books.carbon));
    let market = site.carbon_market.map_or(0, |factor| factor.of(meter));
    ledger.post(
        now,
        books.burnt_market,
        books.carbon_market,
        market - ledger.balance(books.carbon_market),
    );
    let water = site.water.of(it);
    ledger.post(now, books.source, books.water, water - ledger.balance(books.water));
    let cost = site.price.map_or(Money::ZERO, |price| price.charge(meter));
    ledger.post(
        now,
        books.utility,
        books.energy_cost,
        cost.micros - ledger.balance(books.energy_cost),
    );
}

fn party_month(world: &mut World<'_>, now: Instant, began: Instant, index: usize) {
    let party = &world.case.parties[index];
    let books = world.accounts.parties[index];
    let year = began.month().year();
    let part = |total: Money| finance::slice(total, began, now);
    let revenue = part(finance::of_year(&party.revenue, party.revenue_after, year));
    let margin = finance::since_year(&party.margin, year).unwrap_or(Exact::from_integer(1));
    let operations = revenue - revenue.times(margin);
    let other = part(finance::of_year(&party.other_compute, 0.0, year));
    let funding = part(finance::only_in_year(&party.funding, year));
    let owed_for_other = world.accounts.other_payable[index].unwrap_or(books.cash);
    let ledger = &mut world.ledger;
    let mut flow = |into, from, money: Money| {
        let (from, into) = if money < Money::ZERO { (into, from) } else { (from, into) };
        ledger.post(now, from, into, money.micros.abs());
    };
    flow(books.cash, books.revenue, revenue);
    flow(books.operations, books.cash, operations);
    flow(books.other_compute, owed_for_other, other);
    flow(books.cash, books.funding, funding);
}

fn deal_month(world: &mut World<'_>, now: Instant, began: Instant, index: usize) {
    let case = world.case;
    let deal = &case.deals[index];
    let (from, to) = (began.max(deal.start), now.min(deal.end_played));
    let standing = &world.standings[index];
    if to <= from || standing.is_over() {
        return;
    }
    // What is back with the seller is not promised meanwhile.
    let until = if standing.is_back() { from } else { to };
    let is_last = now >= deal.end_played;
    let year_ends = now.month().year() != began.month().year();
    let (late, to_come) = (late(world, index, from, until), to_come(world, index, to));
    let revenue = revenue(world, index, from, until);
    let state = &mut world.deals[index];
    let period = Period {
        contracted: terms::promised(deal, &state.promised, from, until),
        late,
        to_come,
        left: if is_last { left(deal, &state.promised) } else { 0 },
        revenue,
        term: Span { millis: (until - from).millis },
        ends: to,
        trues_up: is_last || year_ends || now >= case.to,
        is_last,
        ..std::mem::take(&mut state.period)
    };
    if deal.clauses.uptime.is_some() {
        let uptime = terms::uptime(period.delivered, period.landed).map(to_f64);
        let least = &mut world.marks.uptime_min[index];
        *least = uptime.map(|it| least.map_or(it, |least| it.min(least))).or(*least);
    }
    let price = deal.clauses.price_at(state.tariff.first, &case.fleets[deal.fleet], from);
    let price =
        terms::mean_price(deal, &state.tranches, &case.fleets[deal.fleet], price, (from, to));
    let charges = terms::close(deal, &state.tariff, price, &period, &mut state.account);
    settle::bill(world, now, index, &charges);
}

/// GPU-milliseconds that are late between two moments, where the seller pays for that.
fn late(world: &World<'_>, index: usize, from: Instant, to: Instant) -> i128 {
    let (deal, state) = (&world.case.deals[index], &world.deals[index]);
    let Some(damages) = deal.clauses.damages else { return 0 };
    // An option's GPUs stand from its day on.
    let added = terms::promised(deal, &[], from, to);
    terms::late(&state.promised, damages.grace, from, to, state.period.landed - added)
}

/// What the price follows in what is promised after a moment, where a deposit has to know it.
fn to_come(world: &World<'_>, index: usize, at: Instant) -> Option<i128> {
    let deal = &world.case.deals[index];
    deal.clauses.deposit.filter(|it| it.pays_last_bills)?;
    match deal.pricing {
        Pricing::OfRevenue(..) => None,
        Pricing::Fixed(_) => Some((deal.end_played - at).millis.max(0).into()),
        _ => Some(terms::promised(deal, &world.deals[index].promised, at, deal.end_played)),
    }
}

/// What the price follows in the minimum that an end before the term leaves.
fn left(deal: &Deal, promised: &[terms::Step]) -> i128 {
    if deal.clauses.termination.is_none() {
        return 0;
    }
    let end = deal.clauses.renewed_until.unwrap_or(deal.end).max(deal.end_played);
    match deal.pricing {
        Pricing::OfRevenue(..) => 0,
        Pricing::Fixed(_) => (end - deal.end_played).millis.into(),
        _ => deal.take.of(terms::promised(deal, promised, deal.end_played, end)),
    }
}

/// The revenue of which a share is due.
fn revenue(world: &World<'_>, index: usize, from: Instant, to: Instant) -> Money {
    let deal = &world.case.deals[index];
    match deal.pricing {
        Pricing::OfRevenue(_, Whose::Buyer) => {
            let party = &world.case.parties[deal.buyer];
            let year = from.month().year();
            let total = finance::of_year(&party.revenue, party.revenue_after, year);
            finance::slice(total, from, to)
        }
        Pricing::OfRevenue(_, Whose::Services) => {
            let works = world.case.works.iter().zip(&world.accounts.works);
            let here = works.filter(|(work, _)| work.fleet == deal.fleet);
            here.map(|(work, books)| sold(world, work, books.served)).sum()
        }
        _ => Money::ZERO,
    }
}

/// What the month's tokens of a service sell for: the difference of two totals, rounded once each.
fn sold(world: &World<'_>, work: &Work, served: Account) -> Money {
    let WorkKind::Service(Service { price: Some(price), .. }) = &work.kind else {
        return Money::ZERO;
    };
    price.charge(world.ledger.counted(served)) - price.charge(world.ledger.balance(served))
}
