//! EASY backfill: the blocked head of the line has the only reservation, and others may overtake
//! it as long as they do not delay it (Lifka, JSSPP 1995; Mu'alem and Feitelson, TPDS 12(6), 2001).

use super::ends::Ends;
use super::line::{Line, Need, Room};
use super::{Ask, Decision, Decisions, News, Policy, Snapshot};
use crate::time::Instant;

/// Starts in order of arrival; behind a blocked head, what ends before the head can start, needs
/// only what will be left over then, or goes to nodes of another class.
#[derive(Clone, Debug, Default)]
pub struct Easy {
    pub(super) line: Line<Need>,
    /// By class of nodes, as the next two.
    pub(super) ends: Vec<Ends>,
    rooms: Vec<Room>,
}

impl Easy {
    pub(super) fn learn(&mut self, seen: &Snapshot<'_>) {
        self.ends.resize_with(seen.gpus.len(), Ends::default);
        for news in seen.news {
            if let News::Left(name) | News::Back(name) = *news {
                self.ends[seen.asks[name].on].remove(name);
            }
            if let News::Came(name) | News::Back(name) = *news {
                let ask = &seen.asks[name];
                self.line.join(name, ask.order, Need::of(ask));
            }
        }
    }

    /// One leaves the line for nodes of a class.
    pub(super) fn start(
        &mut self,
        (place, name): (usize, usize),
        class: usize,
        seen: &Snapshot<'_>,
        decisions: &mut Decisions,
    ) {
        let ask = &seen.asks[name];
        self.line.leave(place);
        self.ends[class].add(name, seen.now + ask.limit(), ask.most);
        decisions.0.push(Decision::Start(name, ask.most, class));
    }

    /// Starts all at or after a place for which there is room.
    fn backfill(&mut self, mut from: usize, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        while let Some(found) = self.line.next_into(from, &self.rooms) {
            let ask = &seen.asks[found.1];
            if let Some(class) = Need::of(ask).place(&self.rooms) {
                self.rooms[class].give(ask);
                self.start(found, class, seen, decisions);
            }
            from = found.0 + 1;
        }
    }

    /// Where and when the head can start soonest, and what will be left over there then.
    fn shadow(&self, head: &Ask, now: Instant) -> Option<(Instant, usize, i64)> {
        let of = |class: usize| {
            let missing = head.most - self.rooms[class].gpus;
            self.ends[class].when(missing, now).map(|(at, extra)| (at, class, extra))
        };
        (0..self.rooms.len()).filter(|it| head.accepts(*it)).filter_map(of).min()
    }
}

impl Policy for Easy {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        self.learn(seen);
        self.rooms.clear();
        self.rooms.extend(seen.free.iter().map(|it| Room::of(*it)));
        let blocked = loop {
            let Some(head) = self.line.head() else { break None };
            let ask = &seen.asks[head.1];
            let Some(class) = Need::of(ask).place(&self.rooms) else { break Some(head) };
            self.rooms[class].give(ask);
            self.start(head, class, seen, decisions);
        };
        if let Some((place, name)) = blocked
            && self.rooms.iter().any(|it| it.gpus > 0)
        {
            if let Some((at, class, extra)) = self.shadow(&seen.asks[name], seen.now) {
                self.rooms[class] = Room { lasts: at - seen.now, extra, ..self.rooms[class] };
            }
            self.backfill(place + 1, seen, decisions);
        }
        self.line.close_up();
    }
}
