//! Priority with preemption: what matters more goes first, and takes GPUs from what matters less.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Ask, Decision, Decisions, News, Policy, Snapshot};
use crate::time::{Instant, Span};

/// Starts what waits in order of priority, then of arrival; the first that does not fit blocks
/// what is behind it. It stops what has a lower priority, the lowest and of these the latest
/// started first, if that makes room for it and each has run long enough.
#[derive(Clone, Debug, Default)]
pub struct Preempt {
    /// How long whoever was started is left alone.
    pub minimum_run: Span,
    line: BTreeSet<(Reverse<i64>, u64, usize)>,
    /// Who runs and was not told to stop, whoever stops first first.
    running: BTreeSet<Victim>,
    /// By priority: GPUs of these.
    held: BTreeMap<i64, i64>,
    /// By name: when it started.
    since: Vec<Instant>,
    /// GPUs of who was told to stop and has not yet.
    coming: BTreeMap<usize, i64>,
}

/// Priority, start, order of arrival, name.
type Victim = (i64, Reverse<Instant>, Reverse<u64>, usize);

impl Policy for Preempt {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        for news in seen.news {
            match *news {
                News::Came(name) => self.joins(name, &seen.asks[name]),
                News::Left(name) => self.gave_back(name, &seen.asks[name]),
                News::Back(name) => {
                    self.gave_back(name, &seen.asks[name]);
                    self.joins(name, &seen.asks[name]);
                }
            }
        }
        let mut free = seen.free;
        while let Some(&(_, _, name)) = self.line.first() {
            let ask = &seen.asks[name];
            if ask.most > free {
                let missing = ask.most - free - self.coming.values().sum::<i64>();
                self.make_room(ask, missing, seen, decisions);
                break;
            }
            free -= ask.most;
            self.line.pop_first();
            self.starts(name, ask, seen.now);
            decisions.0.push(Decision::Start(name, ask.most));
        }
    }
}

impl Preempt {
    /// With a time for which whoever was started is left alone.
    pub fn with_minimum_run(minimum_run: Span) -> Self {
        Self { minimum_run, ..Self::default() }
    }

    fn joins(&mut self, name: usize, ask: &Ask) {
        self.line.insert((Reverse(ask.priority), ask.order, name));
    }

    fn starts(&mut self, name: usize, ask: &Ask, now: Instant) {
        if self.since.len() <= name {
            self.since.resize(name + 1, now);
        }
        self.since[name] = now;
        self.running.insert(self.victim(name, ask));
        *self.held.entry(ask.priority).or_default() += ask.most;
    }

    fn victim(&self, name: usize, ask: &Ask) -> Victim {
        (ask.priority, Reverse(self.since[name]), Reverse(ask.order), name)
    }

    fn gave_back(&mut self, name: usize, ask: &Ask) {
        if self.coming.remove(&name).is_none() {
            self.forget(name, ask);
        }
    }

    fn forget(&mut self, name: usize, ask: &Ask) {
        self.running.remove(&self.victim(name, ask));
        *self.held.entry(ask.priority).or_default() -= ask.most;
    }

    /// Stops enough of what matters less; nothing, if that is not enough.
    fn make_room(
        &mut self,
        head: &Ask,
        missing: i64,
        seen: &Snapshot<'_>,
        decisions: &mut Decisions,
    ) {
        let lower: i64 = self.held.range(..head.priority).map(|it| it.1).sum();
        if missing <= 0 || lower < missing {
            return;
        }
        let (mut found, mut victims, mut ripe) = (0, Vec::new(), None::<Instant>);
        for &(priority, Reverse(since), _, name) in &self.running {
            if priority >= head.priority || found >= missing {
                break;
            }
            let ask = &seen.asks[name];
            let may = since + self.minimum_run;
            if ask.stoppable && may <= seen.now {
                found += ask.most;
                victims.push(name);
            } else if ask.stoppable {
                ripe = Some(ripe.map_or(may, |it| it.min(may)));
            }
        }
        if found >= missing {
            for name in victims {
                let ask = &seen.asks[name];
                self.forget(name, ask);
                self.coming.insert(name, ask.most);
                decisions.0.push(Decision::Stop(name));
            }
        } else if let Some(at) = ripe {
            decisions.0.push(Decision::Wake(at));
        }
    }
}
