//! Conservative backfill: everybody who waits has a reservation, made in order of arrival, and
//! nobody may delay one (Mu'alem and Feitelson, TPDS 12(6), 2001).
//!
//! Where a job ends early, all who wait are reserved anew, in order of arrival and one at a time:
//! each gives its reservation back and takes the earliest that there is, which is never later.
//! This is the variant of the simulator pyss. Nobody is moved to see whether it would come to lie sooner:
//! its own reservation is no obstacle to it, so the time before is looked through as it is.

use std::collections::{BTreeMap, BTreeSet};

use super::profile::Profile;
use super::{Ask, Decision, Decisions, News, Policy, Snapshot};
use crate::time::{Instant, Span};

/// Starts everybody at its reservation.
#[derive(Clone, Debug, Default)]
pub struct Conservative {
    /// By class of nodes.
    profiles: Vec<Profile>,
    gpus: Vec<i64>,
    /// Who waits, in order of arrival.
    waiting: BTreeMap<u64, usize>,
    /// Who waits, by when it is to start.
    due: BTreeSet<(Instant, u64, usize)>,
    /// By name: where and when; never, where the machine is too small for it.
    reserved: Vec<Reserved>,
    /// Whether more may be promised than there is: somebody outran its walltime.
    crowded: bool,
    /// Who runs, by when its walltime is over.
    running: BTreeSet<(Instant, usize)>,
    /// By name: that moment.
    until: Vec<Instant>,
    /// Who outran it.
    late: BTreeSet<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reserved {
    at: Instant,
    class: usize,
}

impl Reserved {
    /// The order of choice: the soonest, then where it was before, then the first class.
    fn against(self, was: Reserved) -> (Instant, bool, usize) {
        (self.at, self.class != was.class, self.class)
    }
}

const NEVER: Reserved = Reserved { at: Instant::NEVER, class: 0 };

/// What outran its walltime is taken to end after this.
const SOON: Span = Span { millis: 1_000 };

impl Policy for Conservative {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        self.profiles.iter_mut().for_each(|it| it.forget(seen.now));
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
        let ahead = (Instant { millis: seen.now.millis + 1 }, 0, 0)..(Instant::NEVER, 0, 0);
        decisions.0.extend(self.due.range(ahead).next().map(|it| Decision::Wake(it.0)));
    }
}

impl Conservative {
    /// The earliest room there is for one; of several at once, that on the class of nodes where it was
    /// promised one before, else on the first.
    fn earliest(&self, ask: &Ask, was: Reserved, now: Instant) -> Reserved {
        let of = |class: usize| {
            let profile = &self.profiles[class];
            let at = profile.earliest(ask.most, ask.limit(), now, Instant::NEVER)?;
            Some(Reserved { at, class })
        };
        let classes = (0..self.profiles.len()).filter(|it| ask.accepts(*it));
        classes.filter_map(of).min_by_key(|it| it.against(was)).unwrap_or(NEVER)
    }

    /// What comes back has its old place in the line.
    fn joins(&mut self, name: usize, seen: &Snapshot<'_>) {
        let ask = &seen.asks[name];
        if self.reserved.len() <= name {
            self.reserved.resize(name + 1, NEVER);
        }
        self.reserved[name] = NEVER;
        self.waiting.insert(ask.order, name);
        self.reserves(name, self.earliest(ask, NEVER, seen.now), ask);
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
        let (until, ask) = (self.until[name], &seen.asks[name]);
        self.running.remove(&(until, name));
        self.profiles[ask.on].take(seen.now, until, -ask.most);
        self.compress(seen);
    }

    /// Everybody who waits and can start sooner is reserved anew, one at a time, in order of arrival; whom
    /// others have crowded out takes the earliest that there is.
    fn compress(&mut self, seen: &Snapshot<'_>) {
        let crowded = std::mem::take(&mut self.crowded);
        let waiting = std::mem::take(&mut self.waiting);
        for name in waiting.values().copied() {
            let (ask, was) = (&seen.asks[name], self.reserved[name]);
            let until = if was.at < Instant::NEVER { was.at + ask.limit() } else { was.at };
            let is_crowded_out =
                was.at < seen.now || crowded && self.profiles[was.class].least(was.at, until) < 0;
            if is_crowded_out {
                self.profiles[was.class].take(was.at, until, -ask.most);
                self.reserves(name, self.earliest(ask, was, seen.now), ask);
            } else if let Some(to) = self.sooner(ask, was, seen.now) {
                // Where it overlaps with itself nothing changes.
                let ends = to.at + ask.limit();
                let alike = to.class == was.class;
                let (full, gone) = if alike { (was.at, ends) } else { (ends, was.at) };
                self.profiles[to.class].take(to.at, ends.min(full), ask.most);
                self.profiles[was.class].take(was.at.max(gone), until, -ask.most);
                self.promises(name, to, ask);
            }
        }
        self.waiting = waiting;
    }

    /// Where one can start sooner than it was promised to.
    fn sooner(&self, ask: &Ask, was: Reserved, now: Instant) -> Option<Reserved> {
        let of = |class: usize| {
            let own = if class == was.class { was.at } else { Instant::NEVER };
            let at = self.profiles[class].earliest(ask.most, ask.limit(), now, own)?;
            Some(Reserved { at, class }).filter(|it| it.at < was.at)
        };
        let classes = (0..self.profiles.len()).filter(|it| ask.accepts(*it));
        classes.filter_map(of).min_by_key(|it| it.against(was))
    }

    /// One that waits is promised a place in time.
    fn reserves(&mut self, name: usize, to: Reserved, ask: &Ask) {
        if to.at < Instant::NEVER {
            self.profiles[to.class].take(to.at, to.at + ask.limit(), ask.most);
        }
        self.promises(name, to, ask);
    }

    fn promises(&mut self, name: usize, to: Reserved, ask: &Ask) {
        let was = std::mem::replace(&mut self.reserved[name], to);
        self.due.remove(&(was.at, ask.order, name));
        self.due.insert((to.at, ask.order, name));
    }

    /// What runs beyond its walltime still holds its GPUs. Says whether anything does.
    fn outrun(&mut self, seen: &Snapshot<'_>) -> bool {
        while let Some(&(until, name)) = self.running.first()
            && until <= seen.now
        {
            self.running.pop_first();
            self.runs(name, seen.now + SOON);
            let ask = &seen.asks[name];
            self.late.insert(name);
            self.crowds_out(ask, ask.on, (seen.now, seen.now + SOON));
        }
        !self.late.is_empty()
    }

    /// One holds its GPUs for longer than it was promised them, whoever else was.
    fn crowds_out(&mut self, ask: &Ask, class: usize, (from, until): (Instant, Instant)) {
        self.profiles[class].take(from, until, ask.most);
        self.crowded |= from < until;
    }

    fn runs(&mut self, name: usize, until: Instant) {
        if self.until.len() <= name {
            self.until.resize(name + 1, Instant::default());
        }
        self.until[name] = until;
        self.running.insert((until, name));
    }

    fn start(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        let due = self.due.range(..=(seen.now, u64::MAX, usize::MAX));
        let mut due: Vec<(u64, usize)> = due.map(|it| (it.1, it.2)).collect();
        due.sort_unstable();
        let mut free = seen.free.to_vec();
        for (order, name) in due {
            let (ask, Reserved { at, class }) = (&seen.asks[name], self.reserved[name]);
            if ask.most > free[class] {
                continue;
            }
            free[class] -= ask.most;
            self.due.remove(&(at, order, name));
            self.waiting.remove(&order);
            // Whoever had to wait for one that outran its walltime takes its whole time from now.
            let until = seen.now + ask.limit();
            self.crowds_out(ask, class, (at + ask.limit(), until));
            self.runs(name, until);
            decisions.0.push(Decision::Start(name, ask.most, class));
        }
    }

    /// The machine has another size: all promises are made anew, of those who run first.
    fn measure_anew(&mut self, seen: &Snapshot<'_>) {
        seen.gpus.clone_into(&mut self.gpus);
        self.profiles = seen.gpus.iter().map(|it| Profile::of(seen.now, *it)).collect();
        for (until, name) in &self.running {
            let ask = &seen.asks[*name];
            self.profiles[ask.on].take(seen.now, *until, ask.most);
        }
        self.crowded = false;
        let waiting = std::mem::take(&mut self.waiting);
        for name in waiting.values().copied() {
            let ask = &seen.asks[name];
            self.reserves(name, self.earliest(ask, NEVER, seen.now), ask);
        }
        self.waiting = waiting;
    }
}
