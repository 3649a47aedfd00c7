//! Fleets whose work nobody told hour by hour: a constant load, metered when something changes
//! and posted by the month. Failures are counted for the month at once.

use super::failures::Rate;
use super::world::{FleetState, World};
use crate::chance::{Purpose, Stream, poisson_count};
use crate::scenario::{Case, Fleet};
use crate::time::{Instant, Span};

/// The meters of one fleet since the month began.
#[derive(Debug)]
pub struct Steady {
    load: f64,
    since: Instant,
    /// GPU-milliseconds by what stood.
    under_power: i128,
    landed: i128,
    offered: i128,
    dark: i128,
    /// GPU-milliseconds under power, times what one draws beyond the first rack.
    beyond: f64,
    luck: Stream,
    month: u64,
    rate: Rate,
}

impl Steady {
    /// Meters that begin with the first moment played.
    pub fn new(case: &Case, fleet: &Fleet, load: f64) -> Self {
        Self {
            load,
            since: case.from,
            under_power: 0,
            landed: 0,
            offered: 0,
            dark: 0,
            beyond: 0.0,
            luck: case.stream(&format!("fleet.{}", fleet.name), Purpose::Failures),
            month: 0,
            rate: Rate::of(fleet),
        }
    }
}

/// Reads the meters of a site's fleets, before something changes there.
pub fn read(world: &mut World<'_>, now: Instant, site: usize) {
    for index in &world.fleets_at[site] {
        read_one(&mut world.fleets[*index], now);
    }
}

fn read_one(state: &mut FleetState, now: Instant) {
    let Some(meters) = &mut state.steady else { return };
    let time = i128::from((now - meters.since).millis);
    meters.since = now;
    meters.under_power += i128::from(state.powered) * time;
    meters.beyond += (i128::from(state.powered) * time) as f64 * (state.draw - 1.0);
    meters.landed += i128::from(state.landed.min(state.powered)) * time;
    meters.offered += i128::from(state.delivered) * time;
    meters.dark += i128::from(state.landed + state.spares - state.powered) * time;
}

/// What a site's steady fleets draw has changed.
pub fn watts_change(world: &mut World<'_>, site: usize) {
    let mut watts = 0.0;
    for index in &world.fleets_at[site] {
        let (state, fleet) = (&world.fleets[*index], &world.case.fleets[*index]);
        if let Some(meters) = &state.steady {
            let works = state.delivered as f64 * meters.load;
            let idles = (state.powered as f64 - works).max(0.0);
            watts += (works * fleet.watts_full + idles * fleet.watts_idle) * state.draw;
        }
    }
    world.steady_watts[site] = watts as i64;
    let peak = &mut world.marks.it_watts_peak[site];
    *peak = (*peak).max(world.steady_watts[site]);
}

/// Closes the month of all steady fleets.
pub fn month_closes(world: &mut World<'_>, now: Instant) {
    for index in 0..world.fleets.len() {
        if world.fleets[index].steady.is_some() {
            fleet_month(world, now, index);
        }
    }
}

/// Nodes in repair are taken from the spares first; what is left of the offer works at its load.
fn fleet_month(world: &mut World<'_>, now: Instant, index: usize) {
    let fleet = &world.case.fleets[index];
    let state = &mut world.fleets[index];
    read_one(state, now);
    let Some(meters) = &mut state.steady else { return };
    let under_power = std::mem::take(&mut meters.under_power);
    let landed = std::mem::take(&mut meters.landed);
    let offered = std::mem::take(&mut meters.offered);
    let dark = std::mem::take(&mut meters.dark);
    let draw = 1.0 + std::mem::take(&mut meters.beyond) / under_power.max(1) as f64;
    let [word, ..] = meters.luck.block(meters.month);
    meters.month += 1;
    let per_milli = meters.rate.per_gpu_hour / Span::HOUR.millis as f64;
    let failures = poisson_count(per_milli * under_power as f64, word);
    let away = failures as f64 * meters.rate.hardware * (fleet.node * fleet.repair.millis) as f64;
    let repair = (away as i128).min(under_power);
    let spare = under_power - offered;
    let delivered = offered - (repair - spare).max(0);
    let used = (delivered as f64 * meters.load) as i128;
    let books = world.accounts.fleets[index];
    let ledger = &mut world.ledger;
    for (to, amount) in [
        (books.load.expect("a steady fleet has a load"), used),
        (books.idle, delivered - used),
        (books.repair, repair),
        (books.spare, (spare - repair).max(0)),
        (books.dark, dark),
    ] {
        ledger.post(now, books.made, to, amount);
    }
    let idles = (under_power - repair - used).max(0);
    let energy = used as f64 * fleet.watts_full + idles as f64 * fleet.watts_idle;
    let site = world.accounts.sites[fleet.site];
    ledger.post(now, site.grid, site.it, (energy * draw) as i128);
    world.marks.failures[index] += failures;
    if let Some(deal) = state.deal {
        let period = &mut world.deals[deal].period;
        period.landed += landed;
        period.delivered += delivered;
        period.used += used;
    }
}
