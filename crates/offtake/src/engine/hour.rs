//! One hour of all fleets: what broke, what was done, what the meters read; then who gets what
//! for the next.

use super::delivery;
use super::services::hour_of_week;
use super::world::{WorkState, World};
use crate::policy::{Ask, Decision, Policy, Snapshot};
use crate::power;
use crate::scenario::WorkKind;
use crate::time::{Instant, Span};
use crate::units::Power;

const HOUR: i64 = Span::HOUR.millis;

/// Closes the hour that ends now.
pub fn closes(world: &mut World<'_>, now: Instant) {
    for index in 0..world.fleets.len() {
        fleet_hour(world, now, index);
    }
    for site in 0..world.case.sites.len() {
        let energy = Power { watts: world.it_watts[site] } * Span::HOUR;
        let books = &world.accounts.sites[site];
        world.ledger.post(now, books.grid, books.it, energy.millijoules);
    }
}

fn fleet_hour(world: &mut World<'_>, now: Instant, index: usize) {
    let idle_lost = breaks(world, now, index);
    let case = world.case;
    let mut used_gpus = 0;
    let mut down = idle_lost;
    for slot in 0..world.fleets[index].works.len() {
        let state = &world.fleets[index];
        let (work, gpus, lost) = (state.works[slot], state.asks[slot].holds, state.losses[slot]);
        used_gpus += gpus;
        down += lost;
        if gpus > 0 || matches!(case.works[work].kind, WorkKind::Service(_)) {
            work_hour(world, now, index, slot, gpus * HOUR - lost);
        }
    }
    let state = &mut world.fleets[index];
    state.beside.spare += state.powered - state.in_repair - state.delivered;
    state.beside.repair += state.in_repair;
    state.beside.dark += state.landed + state.spares - state.powered;
    let idle = (state.delivered - used_gpus) * HOUR - idle_lost;
    let books = world.accounts.fleets[index];
    world.ledger.post(now, books.made, books.idle, i128::from(idle));
    world.ledger.post(now, books.made, books.down, i128::from(down));
    if let Some(deal) = case.deal_of(index) {
        let period = &mut world.deals[deal].period;
        period.delivered += i128::from(state.delivered * HOUR);
        period.used += i128::from(used_gpus * HOUR - (down - idle_lost));
    }
    mend(world, now, index);
}

/// Draws the hour's failures outside the gangs: nodes that leave for repair, and the
/// GPU-milliseconds that their holders lose, in proportion to what they hold. Comes back with what
/// idle nodes lose. On the mean a failure strikes in the middle of its hour.
fn breaks(world: &mut World<'_>, now: Instant, index: usize) -> i64 {
    let fleet = &world.case.fleets[index];
    let state = &mut world.fleets[index];
    state.losses.fill(0);
    let healthy = state.powered - state.in_repair;
    let gangs: i64 = state.asks.iter().filter(|it| it.stoppable).map(|it| it.holds).sum();
    let others = healthy - gangs;
    // The law's table is made anew only when this changes: repairs count by their monthly state.
    let broken = state.failures.hour((state.powered - state.repair_share - gangs).max(0));
    world.marks.failures[index] += broken.failures;
    if broken.nodes == 0 || others <= 0 {
        return 0;
    }
    let gpus = (broken.nodes * fleet.node).min(healthy);
    state.in_repair += gpus;
    state.repairs.push_back((now + fleet.repair, gpus));
    let down = gpus * HOUR / 2;
    let part = |held: i64| (i128::from(down) * i128::from(held) / i128::from(others)) as i64;
    for (ask, loss) in state.asks.iter().zip(&mut state.losses).filter(|it| !it.0.stoppable) {
        *loss = part(ask.holds).min(ask.holds * HOUR);
    }
    let held: i64 = state.asks.iter().map(|it| it.holds).sum();
    part(state.delivered - held)
}

/// Draws the hour's failures of a gang: a broken node is replaced by an idle one where there is
/// one, and comes back from repair. Comes back with the count of interruptions.
fn gang_breaks(world: &mut World<'_>, now: Instant, index: usize, work: usize, gpus: i64) -> i64 {
    let WorkState::Training(_, failures) = &mut world.works[work] else { return 0 };
    let broken = failures.hour(gpus);
    let state = &mut world.fleets[index];
    world.marks.failures[index] += broken.failures;
    world.marks.interruptions[work] += broken.failures;
    if broken.nodes > 0 {
        let fleet = &world.case.fleets[index];
        let gpus = (broken.nodes * fleet.node).min(state.powered - state.in_repair);
        state.in_repair += gpus;
        state.repairs.push_back((now + fleet.repair, gpus));
    }
    broken.failures
}

/// Nodes whose repair is over come back.
fn mend(world: &mut World<'_>, now: Instant, index: usize) {
    let state = &mut world.fleets[index];
    while let Some((at, gpus)) = state.repairs.front().copied().filter(|it| it.0 <= now) {
        debug_assert!(at <= now);
        state.in_repair -= gpus;
        state.repairs.pop_front();
    }
    delivery::offer(world, index);
}

fn work_hour(world: &mut World<'_>, now: Instant, index: usize, slot: usize, used: i64) {
    let state = &world.fleets[index];
    let (work, gpus) = (state.works[slot], state.asks[slot].holds);
    let interruptions = gang_breaks(world, now, index, work, gpus);
    let books = world.accounts.works[work];
    let made = world.accounts.fleets[index].made;
    let ledger = &mut world.ledger;
    match (&mut world.works[work], &world.case.works[work].kind) {
        (WorkState::Training(campaign, _), _) => {
            let outcome = campaign.hour(interruptions);
            ledger.post(now, made, books.good, i128::from(outcome.good));
            ledger.post(now, made, books.stall, i128::from(outcome.stall));
            ledger.post(now, made, books.lost, i128::from(outcome.lost));
            if outcome.done {
                world.marks.done[work] += 1.0;
                if let Some(run) = world.marks.runs[work].last_mut() {
                    run.1 = Some(now);
                }
            }
        }
        (WorkState::Service(serving), WorkKind::Service(it)) => {
            let served = serving.hour(it, used as f64 / HOUR as f64);
            ledger.post(now, made, books.good, i128::from(used));
            ledger.post(now, books.asked, books.served, i128::from(served.served));
            ledger.post(now, books.asked, books.unserved, i128::from(served.unserved));
        }
        (WorkState::Jobs(backlog), WorkKind::Jobs(it)) => {
            world.marks.done[work] += backlog.hour(it, used);
            ledger.post(now, made, books.good, i128::from(used));
        }
        _ => unreachable!("a state belongs to its kind of work"),
    }
}

/// Asks all work what it wants from now on, lets the policy decide, and carries it out.
pub fn place_work(world: &mut World<'_>, now: Instant) {
    world.it_watts.fill(0);
    for index in 0..world.fleets.len() {
        ask(world, now, index);
        let state = &mut world.fleets[index];
        let seen = Snapshot { now, gpus: state.delivered, asks: &state.asks };
        world.decisions.0.clear();
        state.policy.decide(&seen, &mut world.decisions);
        for i in 0..world.decisions.0.len() {
            carry_out(world, now, index, world.decisions.0[i]);
        }
        meter(world, index);
    }
    for (peak, watts) in world.marks.it_watts_peak.iter_mut().zip(&world.it_watts) {
        *peak = (*peak).max(*watts);
    }
}

fn ask(world: &mut World<'_>, now: Instant, index: usize) {
    let state = &mut world.fleets[index];
    let hour = hour_of_week(now);
    for (slot, work) in state.works.iter().enumerate() {
        let ask = &mut state.asks[slot];
        match (&mut world.works[*work], &world.case.works[*work].kind) {
            (WorkState::Training(campaign, _), _) => {
                let gang = campaign.asks(now);
                (ask.least, ask.most) = (gang, gang);
            }
            (WorkState::Service(serving), WorkKind::Service(it)) => {
                (ask.least, ask.most) = (0, serving.asks(it, now, hour));
            }
            (WorkState::Jobs(backlog), _) => (ask.least, ask.most) = (0, backlog.asks(now, hour)),
            _ => unreachable!("a state belongs to its kind of work"),
        }
    }
}

fn carry_out(world: &mut World<'_>, now: Instant, index: usize, decision: Decision) {
    let (slot, gpus) = match decision {
        Decision::Start(slot, gpus) | Decision::Resize(slot, gpus) => (slot, gpus),
        Decision::Stop(slot) => (slot, 0),
    };
    let state = &mut world.fleets[index];
    state.asks[slot].holds = gpus;
    let work = state.works[slot];
    let WorkState::Training(campaign, _) = &mut world.works[work] else { return };
    if gpus == 0 {
        campaign.stops();
        return;
    }
    campaign.starts();
    if world.marks.runs[work].last().is_none_or(|it| it.1.is_some()) {
        world.marks.runs[work].push((now, None));
    }
}

/// IT power of the hour that begins: what runs at its draw, what idles at its idle power.
fn meter(world: &mut World<'_>, index: usize) {
    let fleet = &world.case.fleets[index];
    let state = &world.fleets[index];
    let mut watts = 0.0;
    let mut held = 0;
    for (slot, work) in state.works.iter().enumerate() {
        let gpus = state.asks[slot].holds;
        held += gpus;
        watts += gpus as f64 * (fleet.watts_full * world.case.works[*work].draw).max(fleet.watts_idle);
    }
    let idle = (state.powered - state.in_repair - held).max(0);
    watts += idle as f64 * fleet.watts_idle;
    world.it_watts[fleet.site] += watts as i64;
}
