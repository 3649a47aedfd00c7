//! Least attained service: who has had least goes first and takes from who has had more; no
//! walltime is asked for (the discretised two-dimensional form of Tiresias, NSDI 2019: GPUs times
//! time, a few levels, in order of arrival within a level).

use std::collections::BTreeSet;

use super::{Decision, Decisions, News, Policy, Snapshot};
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
    /// Everybody, by level and arrival.
    order: BTreeSet<(usize, u64, usize)>,
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
}

impl LeastAttained {
    /// With levels by GPU-time, and a promotion where it is asked for.
    pub fn new(thresholds: &[Span], promote: Option<f64>) -> Self {
        let thresholds = thresholds.iter().map(|it| it.millis).collect();
        Self { thresholds, promote, asks: Vec::new(), order: BTreeSet::new() }
    }

    fn learn(&mut self, seen: &Snapshot<'_>) {
        for news in seen.news {
            match *news {
                News::Came(name) => {
                    if self.asks.len() <= name {
                        self.asks.resize(name + 1, Attained::default());
                    }
                    self.asks[name] = Attained { at: seen.now, ..Attained::default() };
                    self.order.insert((0, seen.asks[name].order, name));
                }
                News::Left(name) => {
                    self.order.remove(&(self.asks[name].level, seen.asks[name].order, name));
                }
                News::Back(name) => {
                    self.counts(name, seen);
                    let it = &mut self.asks[name];
                    (it.runs, it.stops, it.waits) = (false, false, 0);
                }
            }
        }
    }

    /// Counts what one has had up to now, and moves it to its level.
    fn counts(&mut self, name: usize, seen: &Snapshot<'_>) {
        let gpus = seen.asks[name].most;
        let it = &mut self.asks[name];
        let took = (seen.now - it.at).millis;
        it.at = seen.now;
        if it.runs {
            it.ran += took;
            it.service += took * gpus;
        } else {
            it.waits += took;
        }
        if !it.runs
            && it.ran > 0
            && self.promote.is_some_and(|k| it.waits as f64 >= k * it.ran as f64)
        {
            (it.service, it.ran, it.waits) = (0, 0, 0);
        }
        let level = self.thresholds.partition_point(|at| *at <= it.service);
        let known = std::mem::replace(&mut it.level, level);
        if level != known {
            let order = seen.asks[name].order;
            self.order.remove(&(known, order, name));
            self.order.insert((level, order, name));
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
}

impl Policy for LeastAttained {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        self.learn(seen);
        let names: Vec<usize> = self.order.iter().map(|it| it.2).collect();
        names.iter().for_each(|name| self.counts(*name, seen));
        // Who should have GPUs, of all that are not in repair.
        let (mut left, mut free) = (seen.gpus, seen.free);
        let mut wake = None::<Instant>;
        for (_, _, name) in self.order.clone() {
            let gpus = seen.asks[name].most;
            let it = &mut self.asks[name];
            if gpus <= left {
                left -= gpus;
                if !it.runs && gpus <= free {
                    free -= gpus;
                    it.runs = true;
                    decisions.0.push(Decision::Start(name, gpus));
                }
            } else if it.runs && !it.stops {
                it.stops = true;
                decisions.0.push(Decision::Stop(name));
            }
            wake = [wake, self.changes_at(name, gpus)].into_iter().flatten().min();
        }
        decisions.0.extend(wake.map(Decision::Wake));
    }
}
