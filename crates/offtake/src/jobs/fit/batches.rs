//! Which jobs come together?

use std::collections::BTreeMap;

use super::Came;
use crate::time::{Instant, Span};

/// Jobs of one owner and one size of which each comes within a minute of the one before it.
pub(super) struct Found {
    pub first: Instant,
    pub last: Instant,
    pub jobs: u64,
}

impl Found {
    /// From the first to the last.
    pub fn took(&self) -> Span {
        self.last - self.first
    }
}

const WITHIN: Span = Span { millis: 60_000 };

/// Where an owner's jobs of a size come so densely that a minute tells nothing, it is a third of their
/// mean gap: of jobs that have nothing to do with each other, few come that close.
const CLOSER: i64 = 3;

/// Tells every job its batch. Jobs come in order.
pub(super) fn find(all: &mut [Came]) -> Vec<Found> {
    let whole = match all {
        [first, .., last] => last.at - first.at,
        _ => Span::default(),
    };
    let mut counts: BTreeMap<(u32, i64), i64> = BTreeMap::new();
    all.iter().for_each(|it| *counts.entry((it.account, it.gpus)).or_default() += 1);
    let mut latest: BTreeMap<(u32, i64), usize> = BTreeMap::new();
    let mut found: Vec<Found> = Vec::new();
    for it in all {
        let key = (it.account, it.gpus);
        let within = WITHIN.millis.min(whole.millis / counts[&key] / CLOSER);
        let open = latest.get(&key).filter(|nth| (it.at - found[**nth].last).millis <= within);
        it.batch = open.copied().unwrap_or(found.len());
        match open.copied() {
            Some(nth) => {
                found[nth].jobs += 1;
                found[nth].last = it.at;
            }
            None => found.push(Found { first: it.at, last: it.at, jobs: 1 }),
        }
        latest.insert(key, it.batch);
    }
    found
}

/// Alone, a few, a dozen, dozens, hundreds: how long jobs run hangs on how many come.
pub(super) fn bin(jobs: u64) -> usize {
    [2, 5, 20, 100].partition_point(|it| *it <= jobs)
}
