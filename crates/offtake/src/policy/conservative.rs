//! Conservative backfill: everybody who waits has a reservation, made in order of arrival, and
//! nobody may delay one (Mu'alem and Feitelson, TPDS 12(6), 2001).
//!
//! Where a job ends early, all who wait are reserved anew, in order of arrival and one at a time:
//! each gives its reservation back and takes the earliest that there is, which is never later.
//! This is the variant of the simulator pyss.

use std::collections::BTreeSet;

use super::profile::Profile;
use super::{Decision, Decisions, News, Policy, Snapshot};
use crate::time::{Instant, Span};

/// Starts everybody at its reservation.
#[derive(Clone, Debug)]
pub struct Conservative {
    profile: Profile,
    gpus: i64,
    /// In order of arrival.
    waiting: Vec<Reserved>,
    /// Who runs, by when its walltime is over.
    running: BTreeSet<(Instant, usize)>,
    /// By name: that moment.
    until: Vec<Instant>,
    /// Who outran it.
    late: BTreeSet<usize>,
}

/// A place in time; none where the machine is too small for it.
#[derive(Clone, Copy, Debug)]
struct Reserved {
    name: usize,
    at: Option<Instant>,
}

/// What outran its walltime is taken to end after this.
const SOON: Span = Span { millis: 1_000 };

impl Default for Conservative {
    fn default() -> Self {
        Self {
            profile: Profile::of(Instant::default(), 0),
            gpus: 0,
            waiting: Vec::new(),
            running: BTreeSet::new(),
            until: Vec::new(),
            late: BTreeSet::new(),
        }
    }
}

impl Policy for Conservative {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        self.profile.forget(seen.now);
        if seen.gpus != self.gpus {
            self.measure_anew(seen);
        }
        let over = self.over(seen);
        let outrun = self.outrun(seen);
        for name in over {
            self.ends(name, seen);
        }
        for news in seen.news {
            if let News::Came(name) | News::Back(name) = *news {
                self.joins(name, seen);
            }
        }
        if outrun {
            self.compress(seen);
        }
        self.start(seen, decisions);
        let due = self.waiting.iter().filter_map(|it| it.at).filter(|at| *at > seen.now).min();
        decisions.0.extend(due.map(Decision::Wake));
    }
}

impl Conservative {
    /// Takes the earliest room for one that waits.
    fn reserve(&mut self, name: usize, seen: &Snapshot<'_>) -> Reserved {
        let ask = &seen.asks[name];
        let at = self.profile.earliest(ask.most, ask.limit(), seen.now);
        if let Some(at) = at {
            self.profile.take(at, at + ask.limit(), ask.most);
        }
        Reserved { name, at }
    }

    /// What comes back has its old place in the line.
    fn joins(&mut self, name: usize, seen: &Snapshot<'_>) {
        let order = seen.asks[name].order;
        let place = self.waiting.partition_point(|it| seen.asks[it.name].order < order);
        let reserved = self.reserve(name, seen);
        self.waiting.insert(place, reserved);
    }

    /// What is over now, in order of arrival. What ended at its walltime or later is forgotten at
    /// once: it had taken nothing beyond now.
    fn over(&mut self, seen: &Snapshot<'_>) -> Vec<usize> {
        let mut over = Vec::new();
        for news in seen.news {
            if let News::Left(name) | News::Back(name) = *news {
                self.late.remove(&name);
                if self.until[name] <= seen.now {
                    self.running.remove(&(self.until[name], name));
                } else {
                    over.push(name);
                }
            }
        }
        over.sort_by_key(|name| seen.asks[*name].order);
        over
    }

    /// What ends early gives back what it had taken beyond now.
    fn ends(&mut self, name: usize, seen: &Snapshot<'_>) {
        let until = self.until[name];
        self.running.remove(&(until, name));
        self.profile.take(seen.now, until, -seen.asks[name].most);
        self.compress(seen);
    }

    /// Everybody who waits is reserved anew, one at a time.
    fn compress(&mut self, seen: &Snapshot<'_>) {
        for nth in 0..self.waiting.len() {
            let Reserved { name, at } = self.waiting[nth];
            let ask = &seen.asks[name];
            if let Some(at) = at {
                self.profile.take(at, at + ask.limit(), -ask.most);
            }
            self.waiting[nth] = self.reserve(name, seen);
        }
    }

    /// What runs beyond its walltime still holds its GPUs. Says whether anything does.
    fn outrun(&mut self, seen: &Snapshot<'_>) -> bool {
        while let Some(&(until, name)) = self.running.first()
            && until <= seen.now
        {
            self.running.pop_first();
            self.runs(name, seen.now + SOON);
            self.profile.take(seen.now, seen.now + SOON, seen.asks[name].most);
            self.late.insert(name);
        }
        !self.late.is_empty()
    }

    fn runs(&mut self, name: usize, until: Instant) {
        if self.until.len() <= name {
            self.until.resize(name + 1, Instant::default());
        }
        self.until[name] = until;
        self.running.insert((until, name));
    }

    fn start(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        let mut waiting = std::mem::take(&mut self.waiting);
        let mut free = seen.free;
        waiting.retain(|it| {
            let ask = &seen.asks[it.name];
            let Some(at) = it.at.filter(|at| *at <= seen.now && ask.most <= free) else {
                return true;
            };
            free -= ask.most;
            // Whoever had to wait for one that outran its walltime takes its whole time from now.
            let until = seen.now + ask.limit();
            self.profile.take(at + ask.limit(), until, ask.most);
            self.runs(it.name, until);
            decisions.0.push(Decision::Start(it.name, ask.most));
            false
        });
        self.waiting = waiting;
    }

    /// The machine has another size: all promises are made anew, of those who run first.
    fn measure_anew(&mut self, seen: &Snapshot<'_>) {
        self.gpus = seen.gpus;
        self.profile = Profile::of(seen.now, seen.gpus);
        for (until, name) in &self.running {
            self.profile.take(seen.now, *until, seen.asks[*name].most);
        }
        for nth in 0..self.waiting.len() {
            self.waiting[nth] = self.reserve(self.waiting[nth].name, seen);
        }
    }
}
