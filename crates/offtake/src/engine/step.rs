//! Moves the world on. Nothing else changes it.

use super::agenda::Event;
use super::world::World;
use super::{delivery, hour, month};
use crate::time::{Instant, Span};

/// Plays until the end. The clock ticks by the hour: what is due is drained by rank, then the hours up
/// to the next event are played. Where no fleet has work that changes by the hour, the clock goes from
/// event to event.
///
/// What is due within an hour keeps its own moment: a fleet that is metered when something changes
/// reads the same beside others that tick.
pub fn run(world: &mut World<'_>) {
    let mut now = world.case.from;
    month::opens(world, now);
    loop {
        while let Some((at, event)) = world.agenda.pop_due(now) {
            step(world, at, event);
        }
        if now >= world.case.to {
            break;
        }
        let next = world.agenda.next_at().map_or(world.case.to, |it| it.min(world.case.to));
        now = match world.hourly.is_empty() {
            true => next,
            false => hour::play(world, now, quiet_hours(world, next - now)),
        };
    }
}

/// How many hours to play at once, up to the one in which something happens. Where movements are kept
/// they are written in order of time, and so hour by hour.
fn quiet_hours(world: &World<'_>, until: Span) -> usize {
    match world.ledger.keeps_movements() {
        true => 1,
        false => (until.millis as u64).div_ceil(Span::HOUR.millis as u64) as usize,
    }
}

fn step(world: &mut World<'_>, now: Instant, event: Event) {
    match event {
        Event::MonthCloses => {
            month::closes(world, now);
            if now < world.case.to {
                world.agenda.add(now.month().end().min(world.case.to), Event::MonthCloses);
                month::opens(world, now);
            }
        }
        Event::SiteReady(site) => delivery::site_ready(world, now, site),
        Event::DealStarts(deal) => delivery::deal_starts(world, now, deal),
        Event::TrancheLands(deal, nth) => delivery::tranche_lands(world, now, deal, nth),
        Event::OptionExercised(deal, gpus) => delivery::option_exercised(world, now, deal, gpus),
        Event::DealEnds(deal) => delivery::deal_ends(world, now, deal),
    }
}
