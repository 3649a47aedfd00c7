//! What stands, has power and is offered: tranches land, sites get ready, terms begin and end.

use super::agenda::Event;
use super::clauses;
use super::settle;
use super::steady;
use super::world::{FleetState, World};
use crate::power;
use crate::terms;
use crate::time::Instant;

/// A site's power is there.
pub fn site_ready(world: &mut World<'_>, now: Instant, site: usize) {
    steady::read(world, now, site);
    world.sites_ready[site] = true;
    power_up(world, now, site);
}

/// A deal's term begins: what is prepaid is paid.
pub fn deal_starts(world: &mut World<'_>, now: Instant, deal: usize) {
    world.deals[deal].runs = true;
    let prepaid = terms::prepaid(&world.case.deals[deal]);
    world.deals[deal].account.prepaid_left = prepaid;
    settle::prepay(world, now, deal, prepaid);
    let deposited =
        terms::deposited(&world.case.deals[deal].clauses, world.deals[deal].tariff.face);
    world.deals[deal].account.deposit_left = deposited;
    clauses::deposit(world, now, deal, deposited);
}

/// A tranche lands; the next one is scheduled, so that a deal has one pending event.
pub fn tranche_lands(world: &mut World<'_>, now: Instant, deal: usize, nth: usize) {
    let state = &world.deals[deal];
    if !state.runs {
        return;
    }
    if let Some(next) = state.tranches.get(nth + 1) {
        world.agenda.add(next.at.max(now), Event::TrancheLands(deal, nth + 1));
    }
    let (step, added) = (state.tranches[nth], state.added);
    let it = &world.case.deals[deal];
    let draw = terms::draw(it, &state.tranches, &world.case.fleets[it.fleet], step.at);
    steady::read(world, now, world.case.fleets[it.fleet].site);
    world.fleets[it.fleet].draw = draw;
    land(world, now, deal, step.gpus + added);
}

/// The buyer or the seller asks for more.
pub fn option_exercised(world: &mut World<'_>, now: Instant, deal: usize, gpus: i64) {
    if !world.deals[deal].runs {
        return;
    }
    world.deals[deal].added += gpus;
    let landed = world.fleets[world.case.deals[deal].fleet].landed + gpus;
    land(world, now, deal, landed);
}

/// So many GPUs stand in all, spares in proportion.
fn land(world: &mut World<'_>, now: Instant, deal: usize, gpus: i64) {
    let index = world.case.deals[deal].fleet;
    let fleet = &world.case.fleets[index];
    steady::read(world, now, fleet.site);
    let state = &mut world.fleets[index];
    state.landed = gpus;
    state.spares = fleet.spares_beside(gpus);
    power_up(world, now, fleet.site);
}

/// A deal's term is over: its fleet goes back to the seller and out of this story.
pub fn deal_ends(world: &mut World<'_>, now: Instant, deal: usize) {
    world.deals[deal].runs = false;
    let index = world.case.deals[deal].fleet;
    let site = world.case.fleets[index].site;
    steady::read(world, now, site);
    world.fleets[index].landed = 0;
    world.fleets[index].spares = 0;
    power_up(world, now, site);
}

/// Shares a site's limit among its fleets in the order of the file, and sees what is offered.
fn power_up(world: &mut World<'_>, now: Instant, site: usize) {
    let case = world.case;
    let place = &case.sites[site];
    let mut watts_left = if world.sites_ready[site] { place.limit.watts as f64 } else { 0.0 };
    for index in world.fleets_at[site].iter().copied() {
        let fleet = &case.fleets[index];
        let state = &mut world.fleets[index];
        let installed = state.landed + state.spares;
        state.powered = installed.min(power::carried(place, watts_left / state.draw, fleet));
        watts_left -= power::drawn_at_peak(place, fleet, state.powered) * state.draw;
        let added = state.deal.map_or(0, |deal| world.deals[deal].added);
        let all = state.deal.map_or(fleet.gpus, |deal| case.deals[deal].promised.gpus);
        let is_full = state.landed - added >= all && state.powered >= all;
        if is_full && world.marks.full_at[index].is_none() {
            world.marks.full_at[index] = Some(now);
        }
        if installed == 0 {
            state.in_repair = 0;
            state.repairs.clear();
        }
        offer(state, &mut world.marks.delivered_peak[index]);
    }
    steady::watts_change(world, site);
}

/// What is healthy and promised is offered; the rest is spare.
pub fn offer(state: &mut FleetState, peak: &mut i64) {
    let healthy = (state.powered - state.in_repair).max(0);
    state.delivered = state.landed.min(healthy);
    *peak = (*peak).max(state.delivered);
}
