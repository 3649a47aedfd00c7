//! Moves the world on. Nothing else changes it.

use super::agenda::Event;
use super::world::World;
use super::{delivery, hour, month};
use crate::time::{Instant, Span};

/// Plays until nothing is left to come before the end.
///
/// A moment is drained by rank; then work is placed once.
pub fn run(world: &mut World<'_>) {
    month::opens(world, world.case.from);
    while let Some(now) = world.agenda.next_at().filter(|at| *at <= world.case.to) {
        while let Some(event) = world.agenda.pop_due(now) {
            step(world, now, event);
        }
        if now < world.case.to {
            hour::place_work(world, now);
        }
    }
}

fn step(world: &mut World<'_>, now: Instant, event: Event) {
    match event {
        Event::HourCloses => {
            hour::closes(world, now);
            if now < world.case.to {
                world.agenda.add(now + Span::HOUR, Event::HourCloses);
            }
        }
        Event::MonthCloses => {
            month::closes(world, now);
            if now < world.case.to {
                world.agenda.add(now.month().end().min(world.case.to), Event::MonthCloses);
                month::opens(world, now);
            }
        }
        Event::SiteReady(site) => delivery::site_ready(world, now, site),
        Event::DealStarts(deal) => delivery::deal_starts(world, now, deal),
        Event::TrancheLands(deal, gpus) => delivery::tranche_lands(world, now, deal, gpus),
        Event::DealEnds(deal) => delivery::deal_ends(world, now, deal),
    }
}
