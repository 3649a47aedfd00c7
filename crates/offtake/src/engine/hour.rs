//! One hour of all fleets: what broke, what was done, what the meters read; then who gets what
//! for the next.

use super::delivery;
use super::failures::Failures;
use super::services::hour_of_week;
use super::world::{FleetState, Marks, Slot, WorkState, World};
use crate::ledger::Ledger;
use crate::policy::{Decision, Policy, Snapshot};
use crate::scenario::{Fleet, WorkKind};
use crate::time::{Instant, Span};
use crate::units::Power;

const HOUR: i64 = Span::HOUR.millis;

/// Closes the hour that ends now.
pub fn closes(world: &mut World<'_>, now: Instant) {
    for nth in 0..world.hourly.len() {
        let index = world.hourly[nth];
        world.it_watts[world.case.fleets[index].site] += fleet_hour(world, now, index);
    }
    for site in 0..world.case.sites.len() {
        let watts = std::mem::take(&mut world.it_watts[site]);
        let peak = &mut world.marks.it_watts_peak[site];
        *peak = (*peak).max(watts + world.steady_watts[site]);
        let books = &world.accounts.sites[site];
        let energy = Power { watts } * Span::HOUR;
        world.ledger.post(now, books.grid, books.it, energy.millijoules);
    }
}

/// Closes the hour of a fleet, and comes back with its IT watts: what ran at its draw, what idled
/// at its idle power.
fn fleet_hour(world: &mut World<'_>, now: Instant, index: usize) -> i64 {
    let fleet = &world.case.fleets[index];
    let books = world.accounts.fleets[index];
    let state = &mut world.fleets[index];
    // A fleet that lost its power to another has nodes in repair that would be dark anyway.
    let in_repair = state.in_repair.min(state.powered);
    let healthy = state.powered - in_repair;
    state.beside.spare += healthy - state.delivered;
    state.beside.repair += in_repair;
    state.beside.dark += state.landed + state.spares - state.powered;
    let broken = breaks(state, fleet);
    let mut hour = FleetHour {
        now,
        loss_each: broken.loss_each,
        held: 0,
        unused: 0,
        lost: 0,
        watts: 0.0,
        failures: broken.failures,
        left_for_repair: broken.gpus,
        healthy: healthy - broken.gpus,
        node: fleet.node,
    };
    for (slot, ask) in state.slots.iter_mut().zip(&state.asks) {
        hour.closes(slot, ask.holds, &mut world.ledger, &mut world.marks);
    }
    let idle_lost = hour.loss_of(state.delivered - hour.held);
    let idle = (state.delivered - hour.held) * HOUR + hour.unused - idle_lost;
    world.ledger.count(now, books.idle, idle);
    world.ledger.count(now, books.down, idle_lost + hour.lost);
    if let Some(deal) = state.deal {
        let period = &mut world.deals[deal].period;
        period.delivered += i128::from(state.delivered * HOUR);
        period.used += i128::from(hour.held * HOUR - hour.unused - hour.lost);
    }
    world.marks.failures[index] += hour.failures;
    state.in_repair += hour.left_for_repair - state.repairs.swap(hour.left_for_repair);
    delivery::offer(state, &mut world.marks.delivered_peak[index]);
    let idle = (healthy - hour.held).max(0) as f64 + hour.unused as f64 / HOUR as f64;
    (hour.watts + idle * fleet.watts_idle) as i64
}

/// What broke outside the gangs.
struct Broken {
    failures: i64,
    /// GPUs that leave for repair.
    gpus: i64,
    /// GPU-milliseconds that each GPU outside the gangs loses.
    loss_each: f64,
}

/// Draws the hour's failures outside the gangs. What holds those GPUs loses in proportion; on the
/// mean a failure strikes in the middle of its hour.
fn breaks(state: &mut FleetState, fleet: &Fleet) -> Broken {
    let others = state.powered - state.in_repair - state.in_gangs;
    // The law's table is made anew only when this changes: repairs count by their monthly state.
    let of = state.powered - state.repair_share - state.in_gangs;
    let broken = state.failures.hour(of.max(0));
    let gpus = (broken.nodes * fleet.node).min(others.max(0));
    let loss_each = if gpus > 0 { (gpus * HOUR / 2) as f64 / others as f64 } else { 0.0 };
    Broken { failures: broken.failures, gpus, loss_each }
}

/// One hour of one fleet.
struct FleetHour {
    now: Instant,
    /// GPU-milliseconds that failures take from each GPU outside the gangs.
    loss_each: f64,
    /// GPUs that work held.
    held: i64,
    /// GPU-milliseconds that were granted and that nobody held.
    unused: i64,
    /// GPU-milliseconds that work outside the gangs lost.
    lost: i64,
    /// IT watts of what was held.
    watts: f64,
    /// Failures of all nodes under power.
    failures: i64,
    /// GPUs that left for repair.
    left_for_repair: i64,
    /// GPUs that could still leave.
    healthy: i64,
    /// GPUs of a node.
    node: i64,
}

impl FleetHour {
    fn loss_of(&self, gpus: i64) -> i64 {
        (self.loss_each * gpus as f64) as i64
    }

    /// Closes the hour of one piece of work that held some GPUs.
    fn closes(&mut self, slot: &mut Slot, gpus: i64, ledger: &mut Ledger, marks: &mut Marks) {
        self.held += gpus;
        self.watts += gpus as f64 * slot.watts;
        let books = slot.books;
        let now = self.now;
        match &mut slot.state {
            WorkState::Training(campaign, failures) => {
                let interruptions = self.gang_breaks(failures, gpus);
                if gpus == 0 {
                    return;
                }
                let outcome = campaign.hour(interruptions);
                ledger.count(now, books.good, outcome.good);
                ledger.count(now, books.stall, outcome.stall);
                ledger.count(now, books.lost, outcome.lost);
                marks.interruptions[slot.work] += interruptions;
                marks.run_begins(slot.work, Instant { millis: now.millis - HOUR });
                if outcome.done {
                    marks.run_ends(slot.work, now);
                }
            }
            WorkState::Service(serving) => {
                let used = self.used(gpus);
                let served = serving.hour(used as f64 * (1.0 / HOUR as f64));
                ledger.count(now, books.good, used);
                ledger.count(now, books.served, served.served);
                ledger.count(now, books.unserved, served.unserved);
            }
            WorkState::Jobs(backlog) => {
                let hour = backlog.hour(gpus, now);
                let used = self.used_of(gpus, hour.held);
                self.unused += gpus * HOUR - hour.held;
                self.watts -= (gpus * HOUR - hour.held) as f64 * (slot.watts / HOUR as f64);
                backlog.worked(hour, used);
                let undone = hour.undone.min(used);
                ledger.count(now, books.good, used - undone);
                ledger.count(now, books.lost, undone);
            }
        }
    }

    /// GPU-milliseconds that failures left to work outside the gangs.
    fn used(&mut self, gpus: i64) -> i64 {
        self.used_of(gpus, gpus * HOUR)
    }

    /// The same where GPUs were held for some of the hour only.
    fn used_of(&mut self, gpus: i64, held: i64) -> i64 {
        let loss = self.loss_of(gpus).min(held);
        self.lost += loss;
        held - loss
    }

    /// Draws the hour's failures of a gang: its interruptions. Broken nodes are replaced by idle
    /// ones or spares while the gang restarts.
    fn gang_breaks(&mut self, failures: &mut Failures, gpus: i64) -> i64 {
        let broken = failures.hour(gpus);
        let leave = (broken.nodes * self.node).min(self.healthy);
        self.healthy -= leave;
        self.left_for_repair += leave;
        self.failures += broken.failures;
        broken.failures
    }
}

/// Asks all work what it wants from now on, lets the policy decide, and carries it out.
pub fn place_work(world: &mut World<'_>, now: Instant) {
    let hour = hour_of_week(now);
    for index in &world.hourly {
        let state = &mut world.fleets[*index];
        for (slot, ask) in state.slots.iter_mut().zip(&mut state.asks) {
            let kind = &world.case.works[slot.work].kind;
            (ask.least, ask.most) = asks(&mut slot.state, kind, now, hour);
        }
        world.decisions.0.clear();
        let held: i64 = state.asks.iter().map(|it| it.holds).sum();
        let (gpus, free) = (&[state.delivered], &[state.delivered - held]);
        let seen = Snapshot { now, gpus, free, asks: &state.asks, news: &[], ahead: &[] };
        state.policy.decide(&seen, &mut world.decisions);
        for decision in &world.decisions.0 {
            carry_out(state, *decision);
        }
    }
}

/// The least that helps a piece of work and the most that it can use.
fn asks(state: &mut WorkState, kind: &WorkKind, now: Instant, hour: usize) -> (i64, i64) {
    match (state, kind) {
        (WorkState::Training(campaign, _), _) => {
            let gang = campaign.asks(now);
            (gang, gang)
        }
        (WorkState::Service(serving), _) => (0, serving.asks(now, hour)),
        (WorkState::Jobs(backlog), WorkKind::Jobs(it)) => (0, backlog.asks(it, now, hour)),
        (WorkState::Jobs(_), _) => unreachable!("work keeps its kind"),
    }
}

fn carry_out(state: &mut FleetState, decision: Decision) {
    let (slot, gpus) = match decision {
        Decision::Start(slot, gpus, _) | Decision::Resize(slot, gpus) => (slot, gpus),
        Decision::Stop(slot) => (slot, 0),
        Decision::Wake(_) => return,
    };
    let held = std::mem::replace(&mut state.asks[slot].holds, gpus);
    if let WorkState::Training(campaign, _) = &mut state.slots[slot].state {
        state.in_gangs += gpus - held;
        if gpus == 0 {
            campaign.stops();
        }
    }
}
