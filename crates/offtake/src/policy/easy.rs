//! EASY backfill: the blocked head of the line has the only reservation, and others may overtake
//! it as long as they do not delay it (Lifka, JSSPP 1995; Mu'alem and Feitelson, TPDS 12(6), 2001).

use super::ends::Ends;
use super::line::{Line, Room};
use super::{Decision, Decisions, News, Policy, Snapshot};
use crate::time::Span;

/// Starts in order of arrival; behind a blocked head, what ends before the head can start, or
/// needs only what will be left over then.
#[derive(Clone, Debug, Default)]
pub struct Easy {
    line: Line,
    ends: Ends,
}

impl Easy {
    fn learn(&mut self, seen: &Snapshot<'_>) {
        for news in seen.news {
            if let News::Left(name) | News::Back(name) = *news {
                self.ends.remove(name);
            }
            if let News::Came(name) | News::Back(name) = *news {
                self.line.join(name, &seen.asks[name]);
            }
        }
    }

    fn start(
        &mut self,
        place: usize,
        name: usize,
        seen: &Snapshot<'_>,
        decisions: &mut Decisions,
    ) -> i64 {
        let ask = &seen.asks[name];
        self.line.leave(place);
        self.ends.add(name, seen.now + ask.limit(), ask.most);
        decisions.0.push(Decision::Start(name, ask.most));
        ask.most
    }
}

impl Policy for Easy {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        self.learn(seen);
        let mut free = seen.free;
        let blocked = loop {
            let Some((place, name)) = self.line.head() else { break None };
            if seen.asks[name].most > free {
                break Some((place, name));
            }
            free -= self.start(place, name, seen, decisions);
        };
        if let Some((head, name)) = blocked
            && free > 0
        {
            let shadow = self.ends.when(seen.asks[name].most - free, seen.now);
            let (lasts, extra) = shadow.map_or((Span::FOREVER, 0), |it| (it.0 - seen.now, it.1));
            let mut room = Room { gpus: free, lasts, extra };
            let mut from = head + 1;
            while let Some((place, name)) = self.line.next(from, room) {
                self.start(place, name, seen, decisions);
                room.give(&seen.asks[name]);
                from = place + 1;
            }
        }
        self.line.close_up();
    }
}
