//! One hour of all fleets: what broke, what was done, what the meters read; then who gets what
//! for the next.

use super::delivery;
use super::failures::Failure;
use super::world::{WorkState, World};
use crate::policy::{Decision, Policy, Snapshot};
use crate::power;
use crate::scenario::WorkKind;
use crate::time::{Instant, Span};
use crate::units::Power;

const HOUR: i128 = Span::HOUR.millis as i128;

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
    let began = Instant { millis: now.millis - Span::HOUR.millis };
    let idle_lost = breaks(world, now, index);
    let case = world.case;
    let books = world.accounts.fleets[index];
    let mut used_gpus = 0;
    let mut down = idle_lost;
    for slot in 0..world.fleets[index].works.len() {
        let work = world.fleets[index].works[slot];
        let gpus = world.fleets[index].asks[slot].holds;
        used_gpus += gpus;
        let lost = world.fleets[index].losses[slot];
        down += lost;
        if gpus > 0 || matches!(case.works[work].kind, WorkKind::Service(_)) {
            work_hour(world, now, began, index, slot, i128::from(gpus) * HOUR - lost);
        }
    }
    let state = &mut world.fleets[index];
    state.beside.spare += state.powered - state.in_repair - state.delivered;
    state.beside.repair += state.in_repair;
    state.beside.dark += state.landed + state.spares - state.powered;
    let delivered = i128::from(state.delivered) * HOUR;
    let idle = i128::from(state.delivered - used_gpus) * HOUR - idle_lost;
    world.ledger.post(now, books.made, books.idle, idle);
    world.ledger.post(now, books.made, books.down, down);
    if let Some(deal) = case.deal_of(index) {
        let period = &mut world.deals[deal].period;
        period.delivered += delivered;
        period.used += i128::from(used_gpus) * HOUR - (down - idle_lost);
    }
    mend(world, now, index);
}

/// Draws the hour's failures: nodes that leave for repair, and the GPU-milliseconds that their
/// holders lose. Comes back with what idle nodes lose.
fn breaks(world: &mut World<'_>, now: Instant, index: usize) -> i128 {
    let case = world.case;
    let fleet = &case.fleets[index];
    let state = &mut world.fleets[index];
    state.losses.fill(0);
    let mut idle_lost = 0;
    if state.powered == 0 || fleet.causes.is_empty() {
        state.failures.drawn.clear();
        return 0;
    }
    state.failures.draw(state.powered, fleet.node);
    let mut idle = state.delivered - state.asks.iter().map(|it| it.holds).sum::<i64>();
    let healthy = state.powered - state.in_repair;
    let mut broken = 0;
    for failure in &state.failures.drawn {
        if failure.gpu >= healthy {
            continue;
        }
        world.marks.failures[index][usize::from(failure.cause)] += 1;
        if !failure.takes_node {
            continue;
        }
        broken += fleet.node;
        let down = i128::from(Span::HOUR.millis - failure.at) * i128::from(fleet.node);
        match holder(&state.asks, failure) {
            // A gang goes on with an idle node in the place of the broken one.
            Some(slot) if state.asks[slot].stoppable => {
                if idle >= fleet.node {
                    idle -= fleet.node;
                    idle_lost += down;
                }
            }
            Some(slot) => {
                let held = i128::from(state.asks[slot].holds) * HOUR;
                state.losses[slot] = (state.losses[slot] + down).min(held);
            }
            None if failure.gpu < state.delivered && idle >= fleet.node => {
                idle -= fleet.node;
                idle_lost += down;
            }
            None => {}
        }
    }
    let broken = broken.min(healthy);
    if broken > 0 {
        state.in_repair += broken;
        state.repairs.push_back((now + fleet.repair, broken));
    }
    idle_lost
}

/// Who holds the GPU that failed: GPUs are counted through the asks in order; past them they
/// are idle, then spare.
fn holder(asks: &[crate::policy::Ask], failure: &Failure) -> Option<usize> {
    let mut below = 0;
    asks.iter().position(|it| {
        below += it.holds;
        failure.gpu < below
    })
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

fn work_hour(world: &mut World<'_>, now: Instant, began: Instant, index: usize, slot: usize, used: i128) {
    let work = world.fleets[index].works[slot];
    let books = world.accounts.works[work];
    let made = world.accounts.fleets[index].made;
    let ledger = &mut world.ledger;
    match (&mut world.works[work], &world.case.works[work].kind) {
        (WorkState::Training(campaign), _) => {
            let state = &world.fleets[index];
            let healthy = state.powered;
            let hits = |it: &&Failure| it.gpu < healthy && holder(&state.asks, it) == Some(slot);
            let hits = state.failures.drawn.iter().filter(hits);
            let mut interruptions = 0;
            let outcome = campaign.work(hits.map(|it| {
                interruptions += 1;
                it.at
            }));
            world.marks.interruptions[work] += interruptions;
            ledger.post(now, made, books.pending, used);
            ledger.post(now, books.pending, books.good, outcome.good);
            ledger.post(now, books.pending, books.stall, outcome.stall);
            ledger.post(now, books.pending, books.lost, outcome.lost);
            if outcome.done {
                world.marks.done[work] += 1.0;
                if let Some(run) = world.marks.runs[work].last_mut() {
                    run.1 = Some(now);
                }
            }
        }
        (WorkState::Service(serving), WorkKind::Service(it)) => {
            let served = serving.hour(it, began, used as f64 / HOUR as f64);
            ledger.post(now, made, books.good, used);
            ledger.post(now, books.asked, books.served, served.served);
            ledger.post(now, books.asked, books.unserved, served.unserved);
        }
        (WorkState::Jobs(backlog), WorkKind::Jobs(it)) => {
            world.marks.done[work] += backlog.hour(it, used);
            ledger.post(now, made, books.good, used);
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
}

fn ask(world: &mut World<'_>, now: Instant, index: usize) {
    let state = &mut world.fleets[index];
    for (slot, work) in state.works.iter().enumerate() {
        let ask = &mut state.asks[slot];
        match (&mut world.works[*work], &world.case.works[*work].kind) {
            (WorkState::Training(campaign), _) => {
                let gang = campaign.asks(now);
                (ask.least, ask.most) = (gang, gang);
            }
            (WorkState::Service(serving), WorkKind::Service(it)) => {
                (ask.least, ask.most) = (0, serving.asks(it, now));
            }
            (WorkState::Jobs(backlog), _) => (ask.least, ask.most) = (0, backlog.asks(now)),
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
    let WorkState::Training(campaign) = &mut world.works[work] else { return };
    if gpus == 0 {
        let books = world.accounts.works[work];
        world.ledger.post(now, books.pending, books.lost, campaign.stop());
    } else if world.marks.runs[work].last().is_none_or(|it| it.1.is_some()) {
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
    let site = &world.case.sites[fleet.site];
    world.it_watts[fleet.site] += watts as i64;
    let at_meter = power::at_peak(site, world.it_watts[fleet.site]);
    let peak = &mut world.marks.power_peak[fleet.site];
    *peak = peak.max(at_meter);
}
