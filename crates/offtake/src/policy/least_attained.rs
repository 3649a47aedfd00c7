//! Least attained service: who has had least goes first and takes from who has had more; no
//! walltime is asked for (the discretised two-dimensional form of Tiresias, NSDI 2019: GPUs times
//! time, a few levels, in order of arrival within a level).

use std::collections::BTreeSet;

use super::line::{Line, Need, Room};
use super::{Ask, Decision, Decisions, News, Policy, Snapshot};
use crate::time::{Instant, Span};

/// Gives GPUs by level, then by arrival; whoever does not fit is passed over.
#[derive(Clone, Debug)]
pub struct LeastAttained {
    /// GPU-time from which on an ask is at the next level.
    thresholds: Vec<i64>,
    /// Back to the first level after waiting so many times as long as it had run.
    promote: Option<f64>,
    /// By name.
    asks: Vec<Attained>,
    /// Everybody, by level.
    lines: Vec<Line<Need>>,
    /// Who runs.
    running: BTreeSet<usize>,
    /// When levels change, and whose.
    changes: BTreeSet<(Instant, usize)>,
    /// By class of nodes: what is left to be given out, and what of it nobody holds now.
    left: Vec<Room>,
    free: Vec<i64>,
    /// How often it looked.
    looks: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Attained {
    /// GPU-milliseconds, as of `at`.
    service: i64,
    /// How long it ran, as of `at`.
    ran: i64,
    /// Milliseconds that it waits since it last ran, as of `at`.
    waits: i64,
    at: Instant,
    level: usize,
    runs: bool,
    /// Was told to stop.
    stops: bool,
    /// When its level changes, if nothing happens before.
    changes: Option<Instant>,
    /// The class of nodes that it runs on.
    on: usize,
    /// The last look in which it was given GPUs, or left with them.
    served: u64,
}

impl LeastAttained {
    /// With levels by GPU-time, and a promotion where it is asked for.
    pub fn new(thresholds: &[Span], promote: Option<f64>) -> Self {
        Self {
            thresholds: thresholds.iter().map(|it| it.millis).collect(),
            promote,
            asks: Vec::new(),
            lines: vec![Line::default(); thresholds.len() + 1],
            running: BTreeSet::new(),
            changes: BTreeSet::new(),
            left: Vec::new(),
            free: Vec::new(),
            looks: 0,
        }
    }

    fn learn(&mut self, seen: &Snapshot<'_>) {
        for news in seen.news {
            match *news {
                News::Came(name) => {
                    if self.asks.len() <= name {
                        self.asks.resize(name + 1, Attained::default());
                    }
                    self.asks[name] = Attained { at: seen.now, ..Attained::default() };
                    self.joins(name, seen);
                }
                News::Left(name) => {
                    self.leaves(name, seen);
                    self.running.remove(&name);
                    self.unwatches(name);
                }
                News::Back(name) => {
                    self.counts(name, seen);
                    self.running.remove(&name);
                    let it = &mut self.asks[name];
                    (it.runs, it.stops, it.waits) = (false, false, 0);
                    self.turns(name, seen);
                }
            }
        }
    }

    /// Takes its place in the line of its level.
    fn joins(&mut self, name: usize, seen: &Snapshot<'_>) {
        let ask = &seen.asks[name];
        let need = self.need(name, seen);
        self.lines[self.asks[name].level].join(name, ask.order, need);
    }

    fn leaves(&mut self, name: usize, seen: &Snapshot<'_>) {
        let line = &mut self.lines[self.asks[name].level];
        line.leave(line.place_of(seen.asks[name].order));
    }

    /// Who runs stays where it is.
    fn need(&self, name: usize, seen: &Snapshot<'_>) -> Need {
        let ask = &seen.asks[name];
        let classes = if self.asks[name].runs { 1 << self.asks[name].on } else { ask.classes };
        Need::of(&Ask { classes, ..*ask })
    }

    /// Counts what one has had up to now.
    fn tallies(&mut self, name: usize, seen: &Snapshot<'_>) {
        let it = &mut self.asks[name];
        let took = (seen.now - it.at).millis;
        it.at = seen.now;
        if it.runs {
            it.ran += took;
            it.service += took * seen.asks[name].most;
        } else {
            it.waits += took;
        }
    }

    /// Counts what one has had up to now, and moves it to its level.
    fn counts(&mut self, name: usize, seen: &Snapshot<'_>) {
        self.tallies(name, seen);
        let it = &mut self.asks[name];
        if !it.runs
            && it.ran > 0
            && self.promote.is_some_and(|k| it.waits as f64 >= k * it.ran as f64)
        {
            (it.service, it.ran, it.waits) = (0, 0, 0);
        }
        let level = self.thresholds.partition_point(|at| *at <= it.service);
        if level != it.level {
            self.leaves(name, seen);
            self.asks[name].level = level;
            self.joins(name, seen);
        }
        self.turns(name, seen);
    }

    /// It runs from now on, or it waits: that has its own need and its own next change.
    fn turns(&mut self, name: usize, seen: &Snapshot<'_>) {
        self.unwatches(name);
        let next = self.changes_at(name, seen.asks[name].most);
        self.asks[name].changes = next;
        self.changes.extend(next.map(|at| (at, name)));
        let need = self.need(name, seen);
        let line = &mut self.lines[self.asks[name].level];
        line.change(line.place_of(seen.asks[name].order), need);
    }

    fn unwatches(&mut self, name: usize) {
        if let Some(at) = self.asks[name].changes.take() {
            self.changes.remove(&(at, name));
        }
    }

    /// When the level of one changes, if nothing else happens.
    fn changes_at(&self, name: usize, gpus: i64) -> Option<Instant> {
        let it = &self.asks[name];
        let after = if it.runs {
            let next = self.thresholds.get(it.level)?;
            (next - it.service + gpus - 1) / gpus
        } else {
            let wait = self.promote.filter(|_| it.ran > 0)? * it.ran as f64;
            libm::ceil(wait) as i64 - it.waits
        };
        Some(Instant { millis: it.at.millis + after.max(1) })
    }

    /// One should have GPUs: it keeps those that it has, or starts as soon as they are free.
    fn serves(&mut self, name: usize, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        self.asks[name].served = self.looks;
        let gpus = seen.asks[name].most;
        let need = self.need(name, seen);
        let fits = |class: &usize| need.fits(*class, &self.left[*class]);
        let free = |class: &usize| self.asks[name].runs || gpus <= self.free[*class];
        let all = 0..self.left.len();
        let now = all.clone().find(|it| fits(it) && free(it));
        let Some(class) = now.or_else(|| all.clone().find(fits)) else { return };
        self.left[class].gpus -= gpus;
        if now.is_some() && !self.asks[name].runs {
            self.free[class] -= gpus;
            self.tallies(name, seen);
            let it = &mut self.asks[name];
            (it.runs, it.on) = (true, class);
            self.running.insert(name);
            self.turns(name, seen);
            decisions.0.push(Decision::Start(name, gpus, class));
        }
    }
}

impl Policy for LeastAttained {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        self.learn(seen);
        while let Some(&(at, name)) = self.changes.first()
            && at <= seen.now
        {
            self.counts(name, seen);
        }
        // Who should have GPUs, of all that are not in repair.
        self.left.clear();
        self.left.extend(seen.gpus.iter().map(|it| Room::of(*it)));
        seen.free.clone_into(&mut self.free);
        self.looks += 1;
        for level in 0..self.lines.len() {
            let mut from = 0;
            while let Some((place, name)) = self.lines[level].next_into(from, &self.left) {
                self.serves(name, seen, decisions);
                from = place + 1;
            }
            self.lines[level].close_up();
        }
        for name in &self.running {
            let it = &mut self.asks[*name];
            if it.served < self.looks && !it.stops {
                it.stops = true;
                decisions.0.push(Decision::Stop(*name));
            }
        }
        decisions.0.extend(self.changes.first().map(|it| Decision::Wake(it.0)));
    }
}
