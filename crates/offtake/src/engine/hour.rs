//! Hours of all fleets: who gets what, what broke, what was done, what the meters read.
//!
//! Fleets meet at events alone, so each is played through all hours up to the next one before another
//! has its turn.

use super::delivery;
use super::failures::{self, Failures, Strike};
use super::jobs::Backlog;
use super::services::{WEEK, hour_of_week};
use super::world::{FleetState, Marks, Slot, WorkState, World};
use crate::policy::{Ask, Decision, Decisions, Policy, Snapshot};
use crate::scenario::{Fleet, Work, WorkKind};
use crate::time::{Instant, Span};
use crate::units::Power;

const HOUR: i64 = Span::HOUR.millis;

/// Plays so many hours in which nothing else happens, and comes back with the moment at which they end.
pub fn play(world: &mut World<'_>, from: Instant, hours: usize) -> Instant {
    let until = Instant { millis: from.millis + hours as i64 * HOUR };
    for watts in &mut world.it_watts {
        watts.clear();
        watts.resize(hours, 0);
    }
    for nth in 0..world.hourly.len() {
        let index = world.hourly[nth];
        let sums = fleet(world, from, index);
        post(world, until, index, &sums);
    }
    for site in 0..world.case.sites.len() {
        let watts = &world.it_watts[site];
        let highest = watts.iter().max().map_or(0, |it| it + world.steady_watts[site]);
        let peak = &mut world.marks.it_watts_peak[site];
        *peak = (*peak).max(highest);
        let books = &world.accounts.sites[site];
        let energy = Power { watts: watts.iter().sum() } * Span::HOUR;
        world.ledger.post(until, books.grid, books.it, energy.millijoules);
    }
    until
}

/// What some hours of a fleet came to, beside what its work did.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    /// GPU-milliseconds delivered and not used.
    idle: i64,
    /// GPU-milliseconds delivered and lost between a failure and the end of its hour.
    down: i64,
    /// GPU-milliseconds that stood under power, whether healthy or not.
    landed: i64,
    delivered: i64,
    /// All failures.
    failures: i64,
}

/// Plays a fleet through its hours; its IT watts join those of its site, hour by hour.
fn fleet(world: &mut World<'_>, from: Instant, index: usize) -> Sums {
    let fleet = &world.case.fleets[index];
    let state = &mut world.fleets[index];
    let mut sums = Sums::default();
    let mut peak = world.marks.delivered_peak[index];
    let mut now = from;
    let mut hour = hour_of_week(from);
    for watts in &mut world.it_watts[fleet.site] {
        place_work(state, &world.case.works, now, hour, &mut world.decisions);
        now = now + Span::HOUR;
        hour = (hour + 1) % WEEK;
        *watts += closes(state, fleet, now, &mut sums, &mut world.marks);
        delivery::offer(state, &mut peak);
    }
    world.marks.delivered_peak[index] = peak;
    sums
}

/// Writes what some hours of a fleet came to.
fn post(world: &mut World<'_>, now: Instant, index: usize, sums: &Sums) {
    let state = &mut world.fleets[index];
    for slot in &mut state.slots {
        let did = std::mem::take(&mut slot.did);
        world.marks.interruptions[slot.work] += did.interruptions;
        for (account, amount) in [
            (slot.books.good, did.good),
            (slot.books.stall, did.stall),
            (slot.books.lost, did.lost),
            (slot.books.served, did.served),
            (slot.books.unserved, did.unserved),
        ] {
            world.ledger.count(now, account, amount);
        }
    }
    let books = world.accounts.fleets[index];
    world.ledger.count(now, books.idle, sums.idle);
    world.ledger.count(now, books.down, sums.down);
    world.marks.failures[index] += sums.failures;
    if let Some(deal) = state.deal {
        let period = &mut world.deals[deal].period;
        period.landed += i128::from(sums.landed);
        period.delivered += i128::from(sums.delivered);
        period.used += i128::from(sums.delivered - sums.idle - sums.down);
    }
}

/// Closes the hour that ends now, and comes back with the IT watts of it: what ran at its draw, what
/// idled at its idle power.
fn closes(
    state: &mut FleetState,
    fleet: &Fleet,
    now: Instant,
    sums: &mut Sums,
    marks: &mut Marks,
) -> i64 {
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
        strikes: &broken.strikes,
        one_by_one: 0,
    };
    for (slot, ask) in state.slots.iter_mut().zip(&state.asks) {
        hour.closes(slot, ask.holds, marks);
    }
    let idle_lost = hour.loss_of(state.delivered - hour.held);
    sums.idle += (state.delivered - hour.held) * HOUR + hour.unused - idle_lost;
    sums.down += idle_lost + hour.lost;
    sums.landed += state.landed.min(state.powered) * HOUR;
    sums.delivered += state.delivered * HOUR;
    sums.failures += hour.failures;
    state.in_repair += hour.left_for_repair - state.repairs.swap(hour.left_for_repair);
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
    let apart =
        if state.has_detail { one_by_one(state, broken, others) } else { OneByOne::default() };
    let rest = others - apart.gpus;
    let gone = (gpus - apart.nodes * fleet.node).min(rest);
    let loss_each = (gone.max(0) * HOUR / 2) as f64 / rest.max(1) as f64;
    Broken { failures: broken.failures, gpus, loss_each, strikes: apart.strikes }
}

/// Jobs one by one in an hour.
#[derive(Default)]
struct OneByOne {
    /// GPUs that they hold.
    gpus: i64,
    /// What strikes them.
    strikes: Vec<Strike>,
    /// Nodes that leave for repair by it.
    nodes: i64,
}

#[cold]
fn one_by_one(state: &FleetState, broken: failures::Broken, others: i64) -> OneByOne {
    let of = |(slot, ask): (&Slot, &Ask)| match &slot.state {
        WorkState::Jobs(backlog) => backlog.one_by_one(ask.holds),
        _ => 0,
    };
    let gpus = state.slots.iter().zip(&state.asks).map(of).sum();
    let mut strikes = Vec::new();
    if gpus > 0 {
        strikes = state.failures.strikes(broken, others);
        strikes.retain(|it| it.gpu < gpus);
    }
    let nodes = strikes.iter().filter(|it| it.takes_node).count() as i64;
    OneByOne { gpus, strikes, nodes }
}

/// One hour of one fleet.
struct FleetHour<'a> {
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
    strikes: &'a [Strike],
    /// GPUs of those whose hour is closed.
    one_by_one: i64,
}

impl FleetHour<'_> {
    fn loss_of(&self, gpus: i64) -> i64 {
        (self.loss_each * gpus as f64) as i64
    }

    /// Closes the hour of one piece of work that held some GPUs.
    fn closes(&mut self, slot: &mut Slot, gpus: i64, marks: &mut Marks) {
        self.held += gpus;
        self.watts += gpus as f64 * slot.watts;
        let did = &mut slot.did;
        match &mut slot.state {
            WorkState::Training(campaign, failures) => {
                let interruptions = self.gang_breaks(failures, gpus);
                if gpus == 0 {
                    return;
                }
                if !campaign.is_on() {
                    marks.run_begins(slot.work, Instant { millis: self.now.millis - HOUR });
                }
                let outcome = campaign.hour(interruptions);
                did.good += outcome.good;
                did.stall += outcome.stall;
                did.lost += outcome.lost;
                did.interruptions += interruptions;
                if outcome.done {
                    marks.run_ends(slot.work, self.now);
                }
            }
            WorkState::Service(serving) => {
                let used = self.used(gpus);
                let served = serving.hour(used as f64 * (1.0 / HOUR as f64));
                did.good += used;
                did.served += served.served;
                did.unserved += served.unserved;
            }
            WorkState::Jobs(backlog) if backlog.is_load() => {
                let used = self.used(gpus);
                let undone = backlog.worked(used, used);
                did.good += used - undone;
                did.lost += undone;
            }
            WorkState::Jobs(backlog) => {
                let idle = self.unused;
                let (used, undone) = self.jobs(backlog, gpus);
                self.watts -= (self.unused - idle) as f64 * (slot.watts / HOUR as f64);
                did.good += used - undone;
                did.lost += undone;
            }
        }
    }

    /// GPU-milliseconds that jobs used, and those among them that stand for what is undone.
    #[cold]
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

/// Asks all work of a fleet what it wants from now on, lets the policy decide, and carries it out.
fn place_work(
    state: &mut FleetState,
    works: &[Work],
    now: Instant,
    hour: usize,
    decisions: &mut Decisions,
) {
    for (slot, ask) in state.slots.iter_mut().zip(&mut state.asks) {
        (ask.least, ask.most) = asks(slot, works, now, hour);
    }
    decisions.0.clear();
    let held: i64 = state.asks.iter().map(|it| it.holds).sum();
    let (gpus, free) = (&[state.delivered], &[state.delivered - held]);
    let seen = Snapshot { now, gpus, free, asks: &state.asks, news: &[], ahead: &[] };
    state.policy.decide(&seen, decisions);
    for decision in &decisions.0 {
        carry_out(state, *decision);
    }
}

/// The least that helps a piece of work and the most that it can use.
fn asks(slot: &mut Slot, works: &[Work], now: Instant, hour: usize) -> (i64, i64) {
    match &mut slot.state {
        WorkState::Training(campaign, _) => {
            let gang = campaign.asks(now);
            (gang, gang)
        }
        WorkState::Service(serving) => (0, serving.asks(now, hour)),
        WorkState::Jobs(backlog) => {
            let WorkKind::Jobs(it) = &works[slot.work].kind else {
                unreachable!("work keeps its kind")
            };
            (0, backlog.asks(it, now, hour))
        }
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
