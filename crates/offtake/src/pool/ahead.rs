//! GPUs that are wanted for something else for a while: the pool gives way when the time comes.

use super::machine::{GUEST, Stretch};
use super::play::Pool;
use super::sink::{Over, Sink};
use crate::policy::Ahead;
use crate::time::Instant;

/// What is announced, and what of it is under way.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// Not begun, soonest first.
    pub ahead: Vec<Ahead>,
    under_way: Vec<Ahead>,
}

impl Calendar {
    /// A calendar of some needs.
    pub fn of(mut ahead: Vec<Ahead>) -> Self {
        ahead.sort_by_key(|it| (it.from, it.until));
        Self { ahead, under_way: Vec::new() }
    }

    /// When something begins or ends next.
    pub fn next_at(&self) -> Option<Instant> {
        let ends = self.under_way.iter().map(|it| it.until);
        self.ahead.first().map(|it| it.from).into_iter().chain(ends).min()
    }

    /// GPUs that are over, and those that begin, by a moment.
    fn turns(&mut self, now: Instant) -> (i64, i64) {
        let over: i64 = self.under_way.extract_if(.., |it| it.until <= now).map(|it| it.gpus).sum();
        let begun = self.ahead.partition_point(|it| it.from <= now);
        let begin = self.ahead[..begun].iter().map(|it| it.gpus).sum();
        self.under_way.extend(self.ahead.drain(..begun));
        (over, begin)
    }
}

/// Who has what is wanted for something else, as one large job without a policy, on nodes that are all
/// of one class.
#[derive(Clone, Debug, Default)]
pub struct Guest {
    wants: i64,
    /// What it has; less than it wants where more is down.
    pub holds: i64,
    places: Vec<Stretch>,
}

impl Pool {
    /// What was announced begins or ends now.
    pub(super) fn turns(&mut self, now: Instant, sink: &mut impl Sink) {
        let (over, begin) = self.calendar.turns(now);
        self.offers(over - begin, now, sink);
    }

    /// From now on so many GPUs more are to be had, or fewer: what is due ends first.
    pub fn grant(&mut self, more: i64, now: Instant, sink: &mut impl Sink) {
        self.goes_on(now, sink);
        self.offers(more, now, sink);
        self.decide(now, sink);
    }

    /// The pool has so many GPUs more, or fewer.
    pub(super) fn offers(&mut self, more: i64, now: Instant, sink: &mut impl Sink) {
        self.guest.wants -= more;
        self.gives_way(now, sink);
    }

    /// The guest gets what it wants: where too little is free, who started last stops first.
    pub(super) fn gives_way(&mut self, now: Instant, sink: &mut impl Sink) {
        if self.guest.holds == self.guest.wants {
            return;
        }
        self.guest_leaves(now);
        if self.counts.free < self.guest.wants {
            self.make_room(now, sink);
        }
        let mut holds = self.guest.wants.min(self.counts.free);
        if let Some(machine) = &mut self.machine {
            holds = holds.max(0);
            machine.take(0, GUEST, holds, &mut self.guest.places);
        }
        self.guest.holds = holds;
        self.counts.free -= holds;
    }

    fn make_room(&mut self, now: Instant, sink: &mut impl Sink) {
        let holders = (0..self.asks.len()).filter(|it| self.asks[*it].holds > 0);
        let mut holders: Vec<usize> = holders.collect();
        holders.sort_unstable_by_key(|it| (self.jobs[*it].since, self.asks[*it].order));
        while self.counts.free < self.guest.wants
            && let Some(last) = holders.pop()
        {
            self.breaks(last, Over::Told, now, sink);
        }
    }

    pub(super) fn guest_leaves(&mut self, now: Instant) {
        let holds = std::mem::take(&mut self.guest.holds);
        if let Some(machine) = &mut self.machine {
            machine.give(0, GUEST, &self.guest.places);
            self.guest.places.clear();
            self.counts.takes_stock(machine.stock());
            self.works_begin(now);
        } else {
            self.counts.free += holds;
        }
    }
}
