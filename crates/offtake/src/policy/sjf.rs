//! Shortest job first, by what it says of itself; the shortest is never overtaken.

use std::collections::BTreeSet;

use super::{Decision, Decisions, News, Policy, Snapshot};
use crate::time::Span;

/// Starts what waits in order of walltime, as far as it fits.
#[derive(Clone, Debug, Default)]
pub struct ShortestFirst {
    /// Walltime, order of arrival, name.
    line: BTreeSet<(Span, u64, usize)>,
    free: Vec<i64>,
}

impl Policy for ShortestFirst {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        for news in seen.news {
            if let News::Came(name) | News::Back(name) = *news {
                let ask = &seen.asks[name];
                self.line.insert((ask.limit(), ask.order, name));
            }
        }
        seen.free.clone_into(&mut self.free);
        while let Some(&(_, _, name)) = self.line.first() {
            let ask = &seen.asks[name];
            let Some(class) = ask.place(&self.free) else { break };
            self.free[class] -= ask.most;
            self.line.pop_first();
            decisions.0.push(Decision::Start(name, ask.most, class));
        }
    }
}
