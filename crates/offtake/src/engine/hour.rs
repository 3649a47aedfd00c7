//! One hour of all fleets: what broke, what was done, what the meters read; then who gets what
//! for the next.

use super::delivery;
use super::services::hour_of_week;
use super::world::{FleetState, Marks, Slot, WorkState, World};
use crate::ledger::{Account, Ledger};
use crate::policy::{Decision, Policy, Snapshot};
use crate::scenario::Fleet;
use crate::time::{Instant, Span};
use crate::units::Power;

const HOUR: i64 = Span::HOUR.millis;

/// Closes the hour that ends now.
pub fn closes(world: &mut World<'_>, now: Instant) {
    for index in 0..world.fleets.len() {
        fleet_hour(world, now, index);
    }
    for (books, watts) in world.accounts.sites.iter().zip(&world.it_watts) {
        let energy = Power { watts: *watts } * Span::HOUR;
        world.ledger.post(now, books.grid, books.it, energy.millijoules);
    }
}

fn fleet_hour(world: &mut World<'_>, now: Instant, index: usize) {
    let fleet = &world.case.fleets[index];
    let books = world.accounts.fleets[index];
    let state = &mut world.fleets[index];
    let ledger = &mut world.ledger;
    // A fleet that lost its power to another has nodes in repair that would be dark anyway.
    let in_repair = state.in_repair.min(state.powered);
    state.beside.spare += state.powered - in_repair - state.delivered;
    state.beside.repair += in_repair;
    state.beside.dark += state.landed + state.spares - state.powered;
    let (idle_lost, failures) = breaks(state, fleet, now);
    world.marks.failures[index] += failures;
    let (mut used_gpus, mut lost) = (0, 0);
    for slot in 0..state.slots.len() {
        let gpus = state.asks[slot].holds;
        used_gpus += gpus;
        lost += state.slots[slot].loss;
        let failures = gang_breaks(state, fleet, now, slot);
        world.marks.failures[index] += failures;
        let slot = &mut state.slots[slot];
        let hour =
            WorkHour { now, made: books.made, gpus, used: gpus * HOUR - slot.loss, failures };
        hour.closes(slot, ledger, &mut world.marks);
    }
    let idle = (state.delivered - used_gpus) * HOUR - idle_lost;
    ledger.post(now, books.made, books.idle, i128::from(idle));
    ledger.post(now, books.made, books.down, i128::from(idle_lost + lost));
    if let Some(deal) = state.deal {
        let period = &mut world.deals[deal].period;
        period.delivered += i128::from(state.delivered * HOUR);
        period.used += i128::from(used_gpus * HOUR - lost);
    }
    mend(state, now);
    delivery::offer(state, &mut world.marks.delivered_peak[index]);
}

/// Draws the hour's failures outside the gangs: nodes that leave for repair, and the
/// GPU-milliseconds that their holders lose, in proportion to what they hold. Comes back with what
/// idle nodes lose and the count. On the mean a failure strikes in the middle of its hour.
fn breaks(state: &mut FleetState, fleet: &Fleet, now: Instant) -> (i64, i64) {
    if state.lost {
        state.slots.iter_mut().for_each(|it| it.loss = 0);
        state.lost = false;
    }
    let gangs = state.in_gangs;
    let others = state.powered - state.in_repair - gangs;
    // The law's table is made anew only when this changes: repairs count by their monthly state.
    let broken = state.failures.hour((state.powered - state.repair_share - gangs).max(0));
    if broken.nodes == 0 || others <= 0 {
        return (0, broken.failures);
    }
    let gpus = (broken.nodes * fleet.node).min(others);
    state.in_repair += gpus;
    state.repairs.push_back((now + fleet.repair, gpus));
    state.lost = true;
    let each = (gpus * HOUR / 2) as f64 / others as f64;
    let part = |held: i64| (each * held as f64) as i64;
    let mut held = gangs;
    for (ask, slot) in state.asks.iter().zip(&mut state.slots).filter(|it| !it.0.stoppable) {
        held += ask.holds;
        slot.loss = part(ask.holds).min(ask.holds * HOUR);
    }
    (part(state.delivered - held), broken.failures)
}

/// Draws the hour's failures of a gang: its interruptions. Broken nodes are replaced by idle ones
/// or spares while the gang restarts.
fn gang_breaks(state: &mut FleetState, fleet: &Fleet, now: Instant, slot: usize) -> i64 {
    let WorkState::Training(_, failures) = &mut state.slots[slot].state else { return 0 };
    let broken = failures.hour(state.asks[slot].holds);
    if broken.nodes > 0 {
        let gpus = (broken.nodes * fleet.node).min((state.powered - state.in_repair).max(0));
        state.in_repair += gpus;
        state.repairs.push_back((now + fleet.repair, gpus));
    }
    broken.failures
}

/// Nodes whose repair is over come back.
fn mend(state: &mut FleetState, now: Instant) {
    while let Some((_, gpus)) = state.repairs.front().copied().filter(|it| it.0 <= now) {
        state.in_repair -= gpus;
        state.repairs.pop_front();
    }
}

/// One hour of one piece of work.
struct WorkHour {
    now: Instant,
    made: Account,
    gpus: i64,
    /// GPU-milliseconds.
    used: i64,
    failures: i64,
}

impl WorkHour {
    fn closes(&self, slot: &mut Slot, ledger: &mut Ledger, marks: &mut Marks) {
        let books = slot.books;
        let mut post = |to, amount: i64| ledger.post(self.now, self.made, to, i128::from(amount));
        match &mut slot.state {
            WorkState::Training(campaign, _) if self.gpus > 0 => {
                let outcome = campaign.hour(self.failures);
                post(books.good, outcome.good);
                post(books.stall, outcome.stall);
                post(books.lost, outcome.lost);
                marks.interruptions[slot.work] += self.failures;
                marks.run_begins(slot.work, Instant { millis: self.now.millis - HOUR });
                if outcome.done {
                    marks.run_ends(slot.work, self.now);
                }
            }
            WorkState::Training(..) => {}
            WorkState::Service(serving) => {
                let served = serving.hour(self.used as f64 * (1.0 / HOUR as f64));
                post(books.good, self.used);
                ledger.post(self.now, books.asked, books.served, i128::from(served.served));
                ledger.post(self.now, books.asked, books.unserved, i128::from(served.unserved));
            }
            WorkState::Jobs(backlog) => {
                backlog.hour(self.used);
                post(books.good, self.used);
            }
        }
    }
}

/// Asks all work what it wants from now on, lets the policy decide, and carries it out.
pub fn place_work(world: &mut World<'_>, now: Instant) {
    let hour = hour_of_week(now);
    world.it_watts.fill(0);
    for (state, fleet) in world.fleets.iter_mut().zip(&world.case.fleets) {
        for (slot, ask) in state.slots.iter_mut().zip(&mut state.asks) {
            (ask.least, ask.most) = asks(&mut slot.state, now, hour);
        }
        world.decisions.0.clear();
        let seen = Snapshot { now, gpus: state.delivered, asks: &state.asks };
        state.policy.decide(&seen, &mut world.decisions);
        for decision in &world.decisions.0 {
            carry_out(state, *decision);
        }
        world.it_watts[fleet.site] += takes_stock(state, fleet);
    }
    for (peak, watts) in world.marks.it_watts_peak.iter_mut().zip(&world.it_watts) {
        *peak = (*peak).max(*watts);
    }
}

/// The least that helps a piece of work and the most that it can use.
fn asks(state: &mut WorkState, now: Instant, hour: usize) -> (i64, i64) {
    match state {
        WorkState::Training(campaign, _) => {
            let gang = campaign.asks(now);
            (gang, gang)
        }
        WorkState::Service(serving) => (0, serving.asks(now, hour)),
        WorkState::Jobs(backlog) => (0, backlog.asks(now, hour)),
    }
}

fn carry_out(state: &mut FleetState, decision: Decision) {
    let (slot, gpus) = match decision {
        Decision::Start(slot, gpus) | Decision::Resize(slot, gpus) => (slot, gpus),
        Decision::Stop(slot) => (slot, 0),
    };
    state.asks[slot].holds = gpus;
    if let (0, WorkState::Training(campaign, _)) = (gpus, &mut state.slots[slot].state) {
        campaign.stops();
    }
}

/// Sees what gangs hold, and comes back with the IT watts of the hour that begins: what runs at
/// its draw, what idles at its idle power.
fn takes_stock(state: &mut FleetState, fleet: &Fleet) -> i64 {
    let (mut watts, mut held, mut in_gangs) = (0.0, 0, 0);
    for (slot, ask) in state.slots.iter().zip(&state.asks) {
        held += ask.holds;
        in_gangs += if ask.stoppable { ask.holds } else { 0 };
        watts += ask.holds as f64 * slot.watts;
    }
    state.in_gangs = in_gangs;
    let idle = (state.powered - state.in_repair - held).max(0);
    (watts + idle as f64 * fleet.watts_idle) as i64
}
