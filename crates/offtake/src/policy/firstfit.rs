//! Walks the whole line in order of arrival and starts whatever fits: large jobs may starve.

use super::line::{Line, Need, Room};
use super::{Decision, Decisions, News, Policy, Snapshot};

/// Starts whatever fits, in order of arrival.
#[derive(Clone, Debug, Default)]
pub struct FirstFit {
    line: Line<Need>,
    /// By class of nodes.
    rooms: Vec<Room>,
}

impl Policy for FirstFit {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        for news in seen.news {
            if let News::Came(name) | News::Back(name) = *news {
                let ask = &seen.asks[name];
                self.line.join(name, ask.order, Need::of(ask));
            }
        }
        self.rooms.clear();
        self.rooms.extend(seen.free.iter().map(|it| Room::of(*it)));
        let mut from = 0;
        while let Some((place, name)) = self.line.next_into(from, &self.rooms) {
            let ask = &seen.asks[name];
            if let Some(class) = Need::of(ask).place(&self.rooms) {
                self.rooms[class].give(ask);
                self.line.leave(place);
                decisions.0.push(Decision::Start(name, ask.most, class));
            }
            from = place + 1;
        }
        self.line.close_up();
    }
}
