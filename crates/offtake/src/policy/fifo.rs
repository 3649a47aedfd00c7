//! In order of arrival; the head of the line is never overtaken.

use std::collections::VecDeque;

use super::{Ask, Decision, Decisions, News, Policy, Snapshot};

/// Starts what waits in order of arrival, as far as it fits.
#[derive(Clone, Debug, Default)]
pub struct Fifo {
    line: VecDeque<usize>,
    free: Vec<i64>,
}

impl Fifo {
    /// What was stopped goes back to where it stood; what is new is nearly always last.
    fn joins(&mut self, name: usize, asks: &[Ask]) {
        let order = |name: usize| asks[name].order;
        if self.line.back().is_none_or(|last| order(*last) < order(name)) {
            self.line.push_back(name);
        } else {
            let place = self.line.partition_point(|it| order(*it) < order(name));
            self.line.insert(place, name);
        }
    }
}

impl Policy for Fifo {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        for news in seen.news {
            if let News::Came(name) | News::Back(name) = *news {
                self.joins(name, seen.asks);
            }
        }
        seen.free.clone_into(&mut self.free);
        while let Some(name) = self.line.front().copied() {
            let ask = &seen.asks[name];
            let Some(class) = ask.place(&self.free) else { break };
            self.free[class] -= ask.most;
            self.line.pop_front();
            decisions.0.push(Decision::Start(name, ask.most, class));
        }
    }
}
