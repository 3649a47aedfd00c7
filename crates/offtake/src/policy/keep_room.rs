//! Keeps room for what is announced: EASY backfill that also knows when a large run will want its
//! GPUs, and starts nothing that would stand in its way.

use super::easy::Easy;
use super::line::{Need, Room};
use super::{Ahead, Decisions, Policy, Snapshot};
use crate::time::Span;

/// Starts in order of arrival, and backfills as EASY does, whatever ends before each announced
/// need or leaves it enough. Needs are announced where all nodes are of one class.
#[derive(Clone, Debug, Default)]
pub struct KeepRoom {
    easy: Easy,
    /// What is free, and what of it stands in nobody's way: a start must fit into each.
    rooms: Vec<Room>,
}

impl Policy for KeepRoom {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        if seen.ahead.is_empty() {
            self.easy.decide(seen, decisions);
            return;
        }
        self.easy.learn(seen);
        self.rooms.clear();
        self.rooms.push(Room::of(seen.free[0]));
        let announced = seen.ahead.iter().map(|it| self.room_before(it, seen));
        self.rooms.extend(announced.collect::<Vec<_>>());
        self.start(seen, decisions);
        self.easy.line.close_up();
    }
}

impl KeepRoom {
    /// What may start without standing in the way of an announced need: what ends before it, or
    /// needs only what it and those who will still run then leave over.
    fn room_before(&self, it: &Ahead, seen: &Snapshot<'_>) -> Room {
        let extra = (seen.gpus[0] - it.gpus - self.easy.ends[0].gpus_after(it.from)).max(0);
        Room { gpus: seen.free[0], lasts: it.from - seen.now, extra }
    }

    fn start(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        let mut from = 0;
        let mut blocked = false;
        while let Some(found) = self.easy.line.next(from, |it| it.fits(0, &self.rooms[0])) {
            let (place, ask) = (found.0, &seen.asks[found.1]);
            let head = !blocked && self.easy.line.head().is_some_and(|it| it.0 == place);
            if !head && !blocked {
                blocked = true;
                self.reserve(seen);
                continue;
            }
            if self.rooms.iter().all(|it| Need::of(ask).fits(0, it)) {
                self.easy.start(found, 0, seen, decisions);
                self.rooms.iter_mut().for_each(|it| it.give(ask));
            } else if head {
                blocked = true;
                self.reserve(seen);
            }
            from = place + 1;
        }
    }

    /// The blocked head has a reservation at the earliest moment at which enough GPUs are back.
    fn reserve(&mut self, seen: &Snapshot<'_>) {
        let Some((_, head)) = self.easy.line.head() else { return };
        let free = self.rooms[0].gpus;
        let missing = seen.asks[head].most - free;
        let known = if missing > 0 { self.easy.ends[0].when(missing, seen.now) } else { None };
        let (lasts, extra) = known.map_or((Span::FOREVER, 0), |it| (it.0 - seen.now, it.1));
        self.rooms.push(Room { gpus: free, lasts, extra });
    }
}
