//! One hour of all fleets: what broke, what was done, what the meters read; then who gets what
//! for the next.

use super::delivery;
use super::failures::{Failures, Strike};
use super::jobs::Backlog;
use super::services::hour_of_week;
use super::world::{FleetState, Marks, Slot, WorkState, World};
use crate::ledger::Ledger;
use crate::policy::{Ask, Decision, Policy, Snapshot};
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
        strikes: broken.strikes,
        one_by_one: 0,
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
        period.landed += i128::from(state.landed.min(state.powered) * HOUR);
        period.delivered += i128::from(state.delivered * HOUR);
        period.used += i128::from(hour.held * HOUR - hour.unused - hour.lost);
    }
    world.marks.failures[index] += hour.failures;
    state.in_repair += hour.left_for_repair - state.repairs.swap(hour.left_for_repair);
    delivery::offer(state, &mut world.marks.delivered_peak[index]);
    let idle = (healthy - hour.held).max(0) as f64 + hour.unused as f64 / HOUR as f64;
    ((hour.watts + idle * fleet.watts_idle) * state.draw) as i64
}

/// What broke outside the gangs.
struct Broken {
    failures: i64,
    /// GPUs that leave for repair.
    gpus: i64,
    /// GPU-milliseconds that each GPU loses which neither gangs nor jobs one by one hold.
    loss_each: f64,
    /// What strikes jobs one by one.
    strikes: Vec<Strike>,
}

/// Draws the hour's failures outside the gangs. Jobs one by one are struck one by one; what holds the
/// other GPUs loses in proportion: on the mean a failure strikes in the middle of its hour.
fn breaks(state: &mut FleetState, fleet: &Fleet) -> Broken {
    let others = (state.powered - state.in_repair - state.in_gangs).max(0);
    // The law's table is made anew only when this changes: repairs count by their monthly state.
    let of = state.powered - state.repair_share - state.in_gangs;
    let broken = state.failures.hour(of.max(0));
    let gpus = (broken.nodes * fleet.node).min(others);
    let one_by_one: i64 = state.slots.iter().zip(&state.asks).map(one_by_one).sum();
    let mut strikes = Vec::new();
    if one_by_one > 0 {
        strikes = state.failures.strikes(broken, others);
        strikes.retain(|it| it.gpu < one_by_one);
    }
    let struck = strikes.iter().filter(|it| it.takes_node).count() as i64 * fleet.node;
    let rest = others - one_by_one;
    let gone = (gpus - struck).min(rest);
    let loss_each = if gone > 0 { (gone * HOUR / 2) as f64 / rest as f64 } else { 0.0 };
    Broken { failures: broken.failures, gpus, loss_each, strikes }
}

/// How many of the GPUs that a piece of work holds are those of jobs one by one.
fn one_by_one((slot, ask): (&Slot, &Ask)) -> i64 {
    match &slot.state {
        WorkState::Jobs(backlog) => backlog.one_by_one(ask.holds),
        _ => 0,
    }
}

/// One hour of one fleet.
struct FleetHour {
    now: Instant,
    /// GPU-milliseconds that failures take from each GPU that neither gangs nor jobs one by one hold.
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
    /// What strikes jobs one by one, by their GPUs in the order of their slots.
    strikes: Vec<Strike>,
    /// GPUs of those whose hour is closed.
    one_by_one: i64,
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
                let idle = self.unused;
                let (used, undone) = self.jobs(backlog, gpus);
                self.watts -= (self.unused - idle) as f64 * (slot.watts / HOUR as f64);
                ledger.count(now, books.good, used - undone);
                ledger.count(now, books.lost, undone);
            }
        }
    }

    /// GPU-milliseconds that jobs used, and those among them that stand for what is undone.
    fn jobs(&mut self, backlog: &mut Backlog, gpus: i64) -> (i64, i64) {
        let one_by_one = backlog.one_by_one(gpus);
        let own = self.one_by_one..self.one_by_one + one_by_one;
        let strikes = self.strikes.iter().filter(|it| own.contains(&it.gpu));
        let strikes: Vec<Strike> =
            strikes.map(|it| Strike { gpu: it.gpu - own.start, ..*it }).collect();
        self.one_by_one = own.end;
        let load = self.used(gpus - one_by_one);
        let spent = backlog.hour(one_by_one, &strikes, self.now);
        self.lost += spent.down;
        self.unused += one_by_one * HOUR - spent.held - spent.down;
        let used = load + spent.held;
        (used, backlog.worked(load, used))
    }

    /// GPU-milliseconds that failures left to work that is neither a gang nor jobs one by one.
    fn used(&mut self, gpus: i64) -> i64 {
        let loss = self.loss_of(gpus);
        self.lost += loss;
        gpus * HOUR - loss
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
