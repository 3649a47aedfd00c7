//! GPUs that are free from now on, as promised so far: a staircase over time.

use crate::time::{Instant, Span};

/// Free GPUs over time; the last step lasts for ever.
#[derive(Clone, Debug)]
pub struct Profile {
    /// From when, how many; in order, never empty.
    steps: Vec<(Instant, i64)>,
}

impl Profile {
    /// All are free.
    pub fn of(now: Instant, gpus: i64) -> Self {
        Profile { steps: vec![(now, gpus)] }
    }

    /// What is over is forgotten.
    pub fn forget(&mut self, now: Instant) {
        let past = self.steps.partition_point(|it| it.0 <= now).saturating_sub(1);
        self.steps.drain(..past);
        self.steps[0].0 = self.steps[0].0.max(now);
    }

    /// The earliest moment from which so many GPUs are free for so long.
    pub fn earliest(&self, gpus: i64, lasts: Span, now: Instant) -> Option<Instant> {
        let mut since: Option<Instant> = None;
        for (nth, (at, free)) in self.steps.iter().enumerate() {
            if *free < gpus {
                since = None;
                continue;
            }
            let begin = *since.get_or_insert((*at).max(now));
            let until = self.steps.get(nth + 1).map(|it| it.0);
            if until.is_none_or(|until| until >= begin + lasts) {
                return Some(begin);
            }
        }
        None
    }

    /// Takes GPUs for a while, or gives them back where the number is negative.
    pub fn take(&mut self, from: Instant, until: Instant, gpus: i64) {
        if from >= until {
            return;
        }
        let first = self.cut(from);
        let last = self.cut(until);
        for step in &mut self.steps[first..last] {
            step.1 -= gpus;
        }
        self.join(last);
        self.join(first);
    }

    /// The index of the step that begins at a moment; makes one where there is none.
    fn cut(&mut self, at: Instant) -> usize {
        let nth = self.steps.partition_point(|it| it.0 < at);
        if self.steps.get(nth).is_none_or(|it| it.0 != at) {
            let free = self.steps[nth.saturating_sub(1)].1;
            self.steps.insert(nth, (at, free));
        }
        nth
    }

    /// Two equal steps are one.
    fn join(&mut self, nth: usize) {
        if nth > 0 && nth < self.steps.len() && self.steps[nth - 1].1 == self.steps[nth].1 {
            self.steps.remove(nth);
        }
    }
}
