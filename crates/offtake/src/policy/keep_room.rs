//! Keeps room for what is announced: EASY backfill that also knows when a large run will want its
//! GPUs, and starts nothing that would stand in its way.

use super::ends::Ends;
use super::line::{Line, Room};
use super::{Ahead, Ask, Decision, Decisions, News, Policy, Snapshot};
use crate::time::Span;

/// Starts in order of arrival, and backfills as EASY does, whatever ends before each announced
/// need or leaves it enough.
#[derive(Clone, Debug, Default)]
pub struct KeepRoom {
    line: Line,
    ends: Ends,
    rooms: Vec<Room>,
}

impl Policy for KeepRoom {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        for news in seen.news {
            if let News::Left(name) | News::Back(name) = *news {
                self.ends.remove(name);
            }
            if let News::Came(name) | News::Back(name) = *news {
                self.line.join(name, &seen.asks[name]);
            }
        }
        self.rooms.clear();
        self.rooms.push(Room::of(seen.free));
        let announced = seen.ahead.iter().map(|it| self.room_before(it, seen));
        self.rooms.extend(announced.collect::<Vec<_>>());
        self.start(seen, decisions);
        self.line.close_up();
    }
}

impl KeepRoom {
    /// What may start without standing in the way of an announced need: what ends before it, or
    /// needs only what it and those who will still run then leave over.
    fn room_before(&self, it: &Ahead, seen: &Snapshot<'_>) -> Room {
        let extra = (seen.gpus - it.gpus - self.ends.gpus_after(it.from)).max(0);
        Room { gpus: seen.free, lasts: it.from - seen.now, extra }
    }

    fn start(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        let mut from = 0;
        let mut blocked = false;
        while let Some((place, name)) = self.line.next(from, self.rooms[0]) {
            let ask = &seen.asks[name];
            let head = !blocked && self.line.head().is_some_and(|it| it.0 == place);
            if !head && !blocked {
                blocked = true;
                self.reserve(seen);
                continue;
            }
            if self.rooms.iter().all(|it| it.takes(ask)) {
                self.starts(place, name, ask, seen);
                decisions.0.push(Decision::Start(name, ask.most));
            } else if head {
                blocked = true;
                self.reserve(seen);
            }
            from = place + 1;
        }
    }

    /// The blocked head has a reservation at the earliest moment at which enough GPUs are back.
    fn reserve(&mut self, seen: &Snapshot<'_>) {
        let Some((_, head)) = self.line.head() else { return };
        let free = self.rooms[0].gpus;
        let missing = seen.asks[head].most - free;
        let known = if missing > 0 { self.ends.when(missing, seen.now) } else { None };
        let (lasts, extra) = known.map_or((Span::FOREVER, 0), |it| (it.0 - seen.now, it.1));
        self.rooms.push(Room { gpus: free, lasts, extra });
    }

    fn starts(&mut self, place: usize, name: usize, ask: &Ask, seen: &Snapshot<'_>) {
        self.line.leave(place);
        self.ends.add(name, seen.now + ask.limit(), ask.most);
        self.rooms.iter_mut().for_each(|it| it.give(ask));
    }
}
