//! Walks the whole line in order of arrival and starts whatever fits: large jobs may starve.

use super::line::{Line, Room};
use super::{Decision, Decisions, News, Policy, Snapshot};

/// Starts whatever fits, in order of arrival.
#[derive(Clone, Debug, Default)]
pub struct FirstFit {
    line: Line,
}

impl Policy for FirstFit {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        for news in seen.news {
            if let News::Came(name) | News::Back(name) = *news {
                self.line.join(name, &seen.asks[name]);
            }
        }
        let mut free = seen.free;
        let mut from = 0;
        while let Some((place, name)) = self.line.next(from, Room::of(free)) {
            let gpus = seen.asks[name].most;
            free -= gpus;
            self.line.leave(place);
            decisions.0.push(Decision::Start(name, gpus));
            from = place + 1;
        }
        self.line.close_up();
    }
}
