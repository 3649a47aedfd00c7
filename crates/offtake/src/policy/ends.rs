//! Who runs, by when it says it will end: when will so many GPUs be free?
//!
//! A sorted list in blocks, each with its sum: blocks that are not enough are passed over whole.

use crate::time::{Instant, Span};

/// Running asks by their expected ends.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    blocks: Vec<Block>,
    /// By name: the expected end.
    due: Vec<Instant>,
}

#[derive(Clone, Debug, Default)]
struct Block {
    ends: Vec<End>,
    gpus: i64,
}

/// Ordered by end, then by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct End {
    at: Instant,
    name: usize,
    gpus: i64,
}

const BLOCK: usize = 128;

/// What outran its walltime, or is due within this, is taken to end after it.
const SOON: Span = Span { millis: 1_000 };

impl Ends {
    /// An ask starts, and says when it will end.
    pub fn add(&mut self, name: usize, at: Instant, gpus: i64) {
        if self.due.len() <= name {
            self.due.resize(name + 1, Instant::default());
        }
        self.due[name] = at;
        let end = End { at, name, gpus };
        let nth = self.block_of(&end);
        let Some(block) = self.blocks.get_mut(nth) else {
            self.blocks.push(Block { ends: vec![end], gpus });
            return;
        };
        let place = block.ends.partition_point(|it| *it < end);
        block.ends.insert(place, end);
        block.gpus += gpus;
        if block.ends.len() > BLOCK {
            let rest = block.ends.split_off(BLOCK / 2);
            let moved = rest.iter().map(|it| it.gpus).sum();
            block.gpus -= moved;
            self.blocks.insert(nth + 1, Block { ends: rest, gpus: moved });
        }
    }

    /// An ask is over, or was stopped.
    pub fn remove(&mut self, name: usize) {
        let key = End { at: self.due[name], name, gpus: 0 };
        let nth = self.blocks.partition_point(|it| it.ends.last().is_some_and(|last| *last < key));
        let block = &mut self.blocks[nth];
        let place = block.ends.partition_point(|it| *it < key);
        let gone = block.ends.remove(place);
        debug_assert_eq!(gone.name, name, "what leaves was there");
        block.gpus -= gone.gpus;
        if block.ends.is_empty() {
            self.blocks.remove(nth);
        }
    }

    /// When so many more GPUs will be free, and how many will be free beyond them then.
    /// Nothing, where they never will.
    pub fn when(&self, missing: i64, now: Instant) -> Option<(Instant, i64)> {
        let soonest = now + SOON;
        let mut freed = 0;
        let mut blocks = self.blocks.iter();
        let enough = blocks.by_ref().find(|it| {
            freed += it.gpus;
            freed >= missing
        })?;
        freed -= enough.gpus;
        let mut shadow = None;
        for end in enough.ends.iter().chain(blocks.flat_map(|it| &it.ends)) {
            let at = end.at.max(soonest);
            if shadow.is_some_and(|it| it < at) {
                break;
            }
            freed += end.gpus;
            if freed >= missing {
                shadow = Some(at);
            }
        }
        shadow.map(|at| (at, freed - missing))
    }

    /// GPUs of those that say they will still run after a moment.
    pub fn gpus_after(&self, moment: Instant) -> i64 {
        let after = |block: &Block| -> i64 {
            match block.ends.first() {
                Some(first) if first.at > moment => block.gpus,
                _ => block.ends.iter().filter(|it| it.at > moment).map(|it| it.gpus).sum(),
            }
        };
        self.blocks.iter().rev().map(after).take_while(|it| *it > 0).sum()
    }

    fn block_of(&self, end: &End) -> usize {
        let nth = self.blocks.partition_point(|it| it.ends.last().is_some_and(|last| last < end));
        nth.min(self.blocks.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::chance::{Purpose, Stream};

    /// Thousands run, so that there are many blocks.
    #[test]
    fn gpus_come_back_when_asking_everybody_says_so() {
        let luck = Stream::new(1, "ends", Purpose::Failures, 0);
        let (mut ends, mut running) = (Ends::default(), BTreeMap::new());
        for step in 0..6_000_u64 {
            let [a, b, c, d] = luck.block(step).map(i64::from);
            let name = (a % 4_000) as usize;
            if running.remove(&name).is_some() {
                ends.remove(name);
            } else {
                let at = Instant { millis: b % 2_000 * 1_000 };
                let gpus = 1 + c % 64;
                ends.add(name, at, gpus);
                running.insert(name, (at, gpus));
            }
            if step % 50 > 0 {
                continue;
            }
            let (now, missing) = (Instant { millis: d % 500 * 1_000 }, 1 + d % 50_000);
            let mut known: Vec<(Instant, i64)> =
                running.values().map(|it| (it.0.max(now + SOON), it.1)).collect();
            known.sort();
            let back = |at| known.iter().filter(|it| it.0 <= at).map(|it| it.1).sum::<i64>();
            let shadow = known.iter().map(|it| it.0).find(|at| back(*at) >= missing);
            let shadow = shadow.map(|at| (at, back(at) - missing));
            assert_eq!(ends.when(missing, now), shadow, "step {step}");
            let after: i64 = running.values().filter(|it| it.0 > now).map(|it| it.1).sum();
            assert_eq!(ends.gpus_after(now), after, "step {step}");
        }
        assert!(running.len() > 1_000);
    }
}
