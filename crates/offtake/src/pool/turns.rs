//! Things that come out of turn and are passed on in the order of their trace.

use std::collections::VecDeque;

/// Keeps what is early until its turn.
#[derive(Clone, Debug)]
pub struct Turns<T> {
    /// The next in order, and those after it: what is known of them.
    early: VecDeque<Option<T>>,
    next: u64,
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self { early: VecDeque::new(), next: 0 }
    }
}

impl<T> Turns<T> {
    /// One is known: passes on all whose turn it is.
    pub fn note(&mut self, nth: u64, it: T, mut pass: impl FnMut(T)) {
        let Some(ahead) = nth.checked_sub(self.next) else { return };
        let ahead = ahead as usize;
        while self.early.len() <= ahead {
            self.early.push_back(None);
        }
        self.early[ahead] = Some(it);
        while let Some(it) = self.early.pop_front_if(|it| it.is_some()).flatten() {
            self.next += 1;
            pass(it);
        }
    }

    /// No more will come: passes on what waited for others that never came.
    pub fn end(self, pass: impl FnMut(T)) {
        self.early.into_iter().flatten().for_each(pass);
    }
}
