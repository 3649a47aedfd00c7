//! GPUs that are free from now on, as promised so far: a staircase over time.
//!
//! Its steps lie in blocks, each with the least and the most that is free in it: blocks in which nothing
//! changes for whoever asks are passed over whole, and what is taken from all of one is noted once.

use crate::time::{Instant, Span};

/// Free GPUs over time; the last step lasts for ever.
#[derive(Clone, Debug)]
pub struct Profile {
    /// In order of time; neither it nor any block is ever empty.
    blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
struct Block {
    /// From when, how many but for `more`.
    steps: Vec<(Instant, i64)>,
    /// How many more are free all along.
    more: i64,
    /// Of the steps, without `more`.
    least: i64,
    most: i64,
}

/// A block and a step in it.
type Spot = (usize, usize);

const BLOCK: usize = 128;

impl Block {
    fn of(steps: Vec<(Instant, i64)>) -> Self {
        let mut it = Self { steps, more: 0, least: 0, most: 0 };
        it.measure();
        it
    }

    fn measure(&mut self) {
        (self.least, self.most) = (i64::MAX, i64::MIN);
        for (_, free) in &self.steps {
            self.least = self.least.min(*free);
            self.most = self.most.max(*free);
        }
    }
}

impl Profile {
    /// All are free.
    pub fn of(now: Instant, gpus: i64) -> Self {
        Profile { blocks: vec![Block::of(vec![(now, gpus)])] }
    }

    /// What is over is forgotten.
    pub fn forget(&mut self, now: Instant) {
        let (block, step) = self.spot(now);
        self.blocks.drain(..block);
        let first = &mut self.blocks[0];
        if step > 0 {
            first.steps.drain(..step);
            first.measure();
        }
        first.steps[0].0 = first.steps[0].0.max(now);
    }

    /// The earliest moment before another from which so many GPUs are free for so long, or until that
    /// other moment: from then on they are one's own.
    pub fn earliest(&self, gpus: i64, lasts: Span, now: Instant, own: Instant) -> Option<Instant> {
        let mut since: Option<Instant> = None;
        for block in &self.blocks {
            let (first, low) = (block.steps[0].0, gpus - block.more);
            let steps = match since {
                // All of it is as its first step is.
                None if block.most < low => continue,
                Some(_) if block.least >= low => continue,
                _ => &block.steps[..],
            };
            if first >= own && since.is_none() {
                return None;
            }
            for (at, free) in steps {
                match since {
                    None if *free >= low => since = Some((*at).max(now)).filter(|it| *it < own),
                    Some(begin) if *free < low => {
                        if *at >= begin + lasts || *at >= own {
                            return Some(begin);
                        }
                        since = None;
                    }
                    _ => {}
                }
            }
        }
        since
    }

    /// The least that is free between two moments.
    pub fn least(&self, from: Instant, until: Instant) -> i64 {
        let (first, last) = (self.spot(from), self.spot(until));
        let of = |nth: usize| {
            let block = &self.blocks[nth];
            if first.0 < nth && nth < last.0 {
                return block.least + block.more;
            }
            let end = if nth == last.0 { last.1 + 1 } else { block.steps.len() };
            let begin = if nth == first.0 { first.1 } else { 0 };
            let within = block.steps[begin..end].iter().filter(|it| it.0 < until);
            within.map(|it| it.1 + block.more).min().unwrap_or(i64::MAX)
        };
        (first.0..=last.0).map(of).min().unwrap_or(i64::MAX)
    }

    /// Takes GPUs for a while, or gives them back where the number is negative.
    pub fn take(&mut self, from: Instant, until: Instant, gpus: i64) {
        let from = from.max(self.blocks[0].steps[0].0);
        if from >= until {
            return;
        }
        self.cut(until);
        let first = self.cut(from);
        let last = self.spot(until);
        for nth in first.0..=last.0 {
            let block = &mut self.blocks[nth];
            if first.0 < nth && nth < last.0 {
                block.more -= gpus;
                continue;
            }
            let end = if nth == last.0 { last.1 } else { block.steps.len() };
            let begin = if nth == first.0 { first.1 } else { 0 };
            block.steps[begin..end].iter_mut().for_each(|it| it.1 -= gpus);
            block.measure();
        }
        self.join(last);
        self.join(first);
    }

    /// The step in which a moment lies; before all of them, the first.
    fn spot(&self, at: Instant) -> Spot {
        let block = self.blocks.partition_point(|it| it.steps[0].0 <= at).saturating_sub(1);
        let step = self.blocks[block].steps.partition_point(|it| it.0 <= at).saturating_sub(1);
        (block, step)
    }

    fn free(&self, (block, step): Spot) -> i64 {
        self.blocks[block].steps[step].1 + self.blocks[block].more
    }

    /// The step that begins at a moment; makes one where there is none.
    fn cut(&mut self, at: Instant) -> Spot {
        let (nth, step) = self.spot(at);
        let block = &mut self.blocks[nth];
        if block.steps[step].0 == at {
            return (nth, step);
        }
        block.steps.insert(step + 1, (at, block.steps[step].1));
        if block.steps.len() <= BLOCK {
            return (nth, step + 1);
        }
        let rest = Block { more: block.more, ..Block::of(block.steps.split_off(BLOCK / 2)) };
        block.measure();
        self.blocks.insert(nth + 1, rest);
        if step + 1 < BLOCK / 2 { (nth, step + 1) } else { (nth + 1, step + 1 - BLOCK / 2) }
    }

    /// Two equal steps are one.
    fn join(&mut self, (nth, step): Spot) {
        let before = match (nth, step) {
            (0, 0) => return,
            (_, 0) => (nth - 1, self.blocks[nth - 1].steps.len() - 1),
            _ => (nth, step - 1),
        };
        if self.free(before) != self.free((nth, step)) {
            return;
        }
        let block = &mut self.blocks[nth];
        block.steps.remove(step);
        if block.steps.is_empty() {
            self.blocks.remove(nth);
        } else if step == 0 {
            block.measure();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::{Purpose, Stream};

    const END: i64 = 3_000;

    /// Second by second, in a plain list; steps are many enough for several blocks.
    #[test]
    fn a_staircase_in_blocks_is_one_in_a_list() {
        let luck = Stream::new(1, "profile", Purpose::Failures, 0);
        let at = |millis: i64| Instant { millis };
        let (mut ours, mut known) = (Profile::of(at(0), 50), vec![50; END as usize]);
        let (mut now, mut blocks) = (0, 0);
        for step in 0..6_000_u64 {
            let [a, b, c, d] = luck.block(step).map(i64::from);
            let from = now + a % (END - now);
            let until = from + b % (END - from).min(1 + b % 400);
            let gpus = c % 9 - 4;
            ours.take(at(from), at(until), gpus);
            known[from as usize..until as usize].iter_mut().for_each(|it| *it -= gpus);
            now = step as i64 / 4;
            ours.forget(at(now));
            blocks = blocks.max(ours.blocks.len());
            let (after, gpus) = (now + d % (END - now), 40 + d % 20);
            let lasts = 1 + b % 300;
            let free = |it: i64| *known.get(it as usize).unwrap_or(&50) >= gpus;
            for own in [Instant::NEVER, at(after)] {
                let fits = |begin: &i64| (*begin..(begin + lasts).min(own.millis)).all(free);
                let first = (now..=END).take_while(|it| *it < own.millis).find(fits);
                let found = ours.earliest(gpus, Span { millis: lasts }, at(now), own);
                assert_eq!(found, first.map(at), "step {step}");
            }
            let least = known[after as usize..END as usize].iter().min();
            assert_eq!(Some(&ours.least(at(after), at(END))), least, "step {step}");
        }
        assert!(blocks > 4, "{blocks}");
    }
}
