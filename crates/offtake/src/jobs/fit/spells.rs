//! What came week by week, and how long did it run?

use std::collections::BTreeMap;

use super::Came;
use crate::jobs::curve::{Curve, rounded};
use crate::jobs::shape::Spell;
use crate::time::{Instant, Span};

/// A trace cut into equal parts of about a week, and of whole hours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spells {
    /// The trace's first hour, since 1970 began.
    first: i64,
    /// Hours of a spell.
    pub hours: usize,
    /// How many there are.
    count: usize,
}

const WEEK: usize = 168;

impl Spells {
    /// The spells of a trace. One of less than a week and a half is one spell.
    pub fn of(first: Instant, last: Instant) -> Self {
        let whole = (hour(last) - hour(first) + 1) as usize;
        let count = ((whole + WEEK / 2) / WEEK).max(1);
        Self { first: hour(first), hours: whole.div_ceil(count), count }
    }

    /// The hour of the trace in which a moment lies.
    pub fn hour(&self, at: Instant) -> usize {
        (hour(at) - self.first) as usize
    }

    /// When each hour begins.
    pub fn each_hour(&self) -> impl Iterator<Item = Instant> + use<> {
        let hours = (self.hours * self.count) as i64;
        let first = self.first;
        (first..first + hours).map(|it| Instant { millis: it * Span::HOUR.millis })
    }

    /// What jobs of one kind were like in each; nothing where there is but one. `mean_gpus` and `runtime`
    /// are those of the kind.
    ///
    /// Spells differ by chance too, and drawing adds chance anew. So what is over or under the mean is told
    /// at so much less that spells, once drawn, vary as they did. Jobs and GPU-time of the whole stay.
    pub fn levels(&self, jobs: &[&Came], mean_gpus: f64, runtime: &Curve) -> Vec<Spell> {
        if self.count == 1 {
            return Vec::new();
        }
        let mut batches: BTreeMap<usize, (usize, f64, f64)> = BTreeMap::new();
        for it in jobs {
            let spell = self.hour(it.at) / self.hours;
            let (_, jobs, time) = batches.entry(it.batch).or_insert((spell, 0.0, 0.0));
            *jobs += 1.0;
            *time += it.gpus as f64 * it.runtime / mean_gpus;
        }
        let sums = |of: fn(f64, f64) -> f64| {
            let mut sums = vec![0.0; self.count];
            batches.values().for_each(|(spell, jobs, time)| sums[*spell] += of(*jobs, *time));
            sums
        };
        let squares = batches.values().map(|(_, _, time)| time * time).sum::<f64>();
        let (came, time) = (sums(|jobs, _| jobs), sums(|_, time| time));
        let told = beyond_chance(&sums(|_, _| 1.0), batches.len() as f64);
        let told = told.max(beyond_chance(&time, squares));
        let (each, whole) = (mean(&came), mean(&time));
        let level = |(came, time): (&f64, &f64)| {
            let (came, time) = (each + told * (came - each), whole + told * (time - whole));
            Spell {
                came: rounded(came / each),
                longer: if came > 0.0 { runtime.shift_to(time / came) } else { 0.0 },
            }
        };
        came.iter().zip(&time).map(level).collect()
    }
}

/// By how much to tell sums of some values less, so that they vary as they did once such values are drawn
/// by chance, which makes the variance of a sum that of its values' squares.
fn beyond_chance(sums: &[f64], squares: f64) -> f64 {
    let count = sums.len() as f64;
    let off = |it: &f64| (it - mean(sums)) * (it - mean(sums));
    let variance = sums.iter().map(off).sum::<f64>() / (count - 1.0);
    (1.0 - squares / count / variance.max(1e-9)).max(0.0).sqrt()
}

fn mean(all: &[f64]) -> f64 {
    all.iter().sum::<f64>() / all.len() as f64
}

fn hour(it: Instant) -> i64 {
    it.millis.div_euclid(Span::HOUR.millis)
}
