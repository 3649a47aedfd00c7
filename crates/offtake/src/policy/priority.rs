//! Higher priority first; among equals, the order of the file.

use super::{Ask, Decision, Decisions, Policy, Snapshot};

/// Serves asks by priority; each gets as much as is left, up to what it asks for.
#[derive(Clone, Debug, Default)]
pub struct ByPriority {
    order: Vec<usize>,
}

impl ByPriority {
    fn learn(&mut self, asks: &[Ask]) {
        self.order = (0..asks.len()).collect();
        self.order.sort_by_key(|i| std::cmp::Reverse(asks[*i].priority));
    }
}

impl Policy for ByPriority {
    #[inline]
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        if self.order.len() != seen.asks.len() {
            self.learn(seen.asks);
        }
        let mut free: i64 = seen.gpus.iter().sum();
        for i in &self.order {
            let ask = &seen.asks[*i];
            let grant = if free >= ask.least { ask.most.min(free) } else { 0 };
            free -= grant;
            if grant == ask.holds {
                continue;
            }
            decisions.0.push(if grant == 0 {
                Decision::Stop(*i)
            } else if ask.holds == 0 {
                Decision::Start(*i, grant, 0)
            } else {
                Decision::Resize(*i, grant)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Instant;

    fn decide(gpus: i64, asks: &[Ask]) -> Vec<Decision> {
        let mut decisions = Decisions::default();
        let (now, gpus) = (Instant::default(), &[gpus]);
        let seen = Snapshot { now, gpus, free: gpus, asks, news: &[], ahead: &[] };
        ByPriority::default().decide(&seen, &mut decisions);
        decisions.0
    }

    #[test]
    fn training_yields_to_the_service_and_stops_whole() {
        let service = Ask { least: 0, most: 60, priority: 30, holds: 40, ..Ask::default() };
        let gang =
            Ask { least: 50, most: 50, priority: 20, stoppable: true, holds: 50, ..Ask::default() };
        assert_eq!(decide(100, &[gang, service]), [Decision::Resize(1, 60), Decision::Stop(0)]);
        assert_eq!(decide(110, &[gang, service]), [Decision::Resize(1, 60)]);
    }

    #[test]
    fn a_gang_starts_whole_or_not_at_all() {
        let gang = Ask { least: 50, most: 50, ..Ask::default() };
        assert_eq!(decide(49, &[gang]), []);
        assert_eq!(decide(50, &[gang]), [Decision::Start(0, 50, 0)]);
    }
}
