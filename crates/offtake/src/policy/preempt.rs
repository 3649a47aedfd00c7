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
    /// By class of nodes.
    held: Vec<Held>,
    /// By name: when it started.
    since: Vec<Instant>,
    free: Vec<i64>,
}

/// Who holds nodes of a class.
#[derive(Clone, Debug, Default)]
struct Held {
    /// Who runs and was not told to stop, whoever stops first first.
    running: BTreeSet<Victim>,
    /// By priority: GPUs of these.
    gpus: BTreeMap<i64, i64>,
    /// GPUs of who was told to stop and has not yet.
    coming: BTreeMap<usize, i64>,
}

/// Priority, start, order of arrival, name.
type Victim = (i64, Reverse<Instant>, Reverse<u64>, usize);

impl Policy for Preempt {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        self.held.resize_with(seen.gpus.len(), Held::default);
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
        seen.free.clone_into(&mut self.free);
        while let Some(&(_, _, name)) = self.line.first() {
            let ask = &seen.asks[name];
            let Some(class) = ask.place(&self.free) else {
                self.make_room(ask, seen, decisions);
                break;
            };
            self.free[class] -= ask.most;
            self.line.pop_first();
            self.starts(name, class, ask, seen.now);
            decisions.0.push(Decision::Start(name, ask.most, class));
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

    fn starts(&mut self, name: usize, class: usize, ask: &Ask, now: Instant) {
        if self.since.len() <= name {
            self.since.resize(name + 1, now);
        }
        self.since[name] = now;
        let victim = self.victim(name, ask);
        self.held[class].running.insert(victim);
        *self.held[class].gpus.entry(ask.priority).or_default() += ask.most;
    }

    fn victim(&self, name: usize, ask: &Ask) -> Victim {
        (ask.priority, Reverse(self.since[name]), Reverse(ask.order), name)
    }

    fn gave_back(&mut self, name: usize, ask: &Ask) {
        if self.held[ask.on].coming.remove(&name).is_none() {
            self.forget(name, ask);
        }
    }

    fn forget(&mut self, name: usize, ask: &Ask) {
        let victim = self.victim(name, ask);
        self.held[ask.on].running.remove(&victim);
        *self.held[ask.on].gpus.entry(ask.priority).or_default() -= ask.most;
    }

    /// Stops enough of what matters less, on the first class of nodes where that is enough; nothing,
    /// where it is nowhere, or where enough was told to stop already.
    fn make_room(&mut self, head: &Ask, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        let missing: Vec<(usize, i64)> = (0..self.held.len())
            .filter(|it| head.accepts(*it))
            .map(|it| {
                let coming: i64 = self.held[it].coming.values().sum();
                (it, head.most - self.free[it] - coming)
            })
            .collect();
        if missing.iter().any(|it| it.1 <= 0) {
            return;
        }
        let mut ripe = None::<Instant>;
        for (class, missing) in missing {
            let lower: i64 = self.held[class].gpus.range(..head.priority).map(|it| it.1).sum();
            if lower < missing {
                continue;
            }
            match self.victims(class, head.priority, missing, seen) {
                Ok(victims) => {
                    for name in victims {
                        let ask = &seen.asks[name];
                        self.forget(name, ask);
                        self.held[class].coming.insert(name, ask.most);
                        decisions.0.push(Decision::Stop(name));
                    }
                    return;
                }
                Err(at) => ripe = [ripe, at].into_iter().flatten().min(),
            }
        }
        decisions.0.extend(ripe.map(Decision::Wake));
    }

    /// Who stops, so that so many GPUs come free; else when more may be stopped than now.
    fn victims(
        &self,
        class: usize,
        priority: i64,
        missing: i64,
        seen: &Snapshot<'_>,
    ) -> Result<Vec<usize>, Option<Instant>> {
        let (mut found, mut victims, mut ripe) = (0, Vec::new(), None::<Instant>);
        for &(theirs, Reverse(since), _, name) in &self.held[class].running {
            if theirs >= priority || found >= missing {
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
        if found >= missing { Ok(victims) } else { Err(ripe) }
    }
}
