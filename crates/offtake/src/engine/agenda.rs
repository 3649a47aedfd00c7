//! What is still to come: by time, then by rank, then first scheduled first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::time::Instant;

/// Everything that can happen between the hours. What is not here does not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A month is over: bills, settlement, books.
    MonthCloses,
    /// A deal's term is over.
    DealEnds(usize),
    /// A site's power is there.
    SiteReady(usize),
    /// The nth tranche of a deal lands.
    TrancheLands(usize, usize),
    /// More is asked for, by an option of the deal.
    OptionExercised(usize, i64),
    /// A deal's term begins.
    DealStarts(usize),
}

impl Event {
    /// What is over comes before what begins: work that ends at midnight belongs to the month it
    /// was done in, and a month is closed before the next deal starts.
    fn rank(self) -> u8 {
        match self {
            Event::MonthCloses => 0,
            Event::DealEnds(_) => 1,
            Event::SiteReady(_) => 2,
            Event::DealStarts(_) => 3,
            Event::TrancheLands(..) | Event::OptionExercised(..) => 4,
        }
    }
}

/// Ordered by its first three fields; the event itself is never compared.
#[derive(Clone, Copy, Debug)]
struct Entry {
    at: Instant,
    rank: u8,
    nth: u64,
    event: Event,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.rank, self.nth).cmp(&(other.at, other.rank, other.nth))
    }
}

/// What is still to come.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    queue: BinaryHeap<Reverse<Entry>>,
    scheduled: u64,
}

impl Agenda {
    /// Adds an event.
    pub fn add(&mut self, at: Instant, event: Event) {
        self.queue.push(Reverse(Entry { at, rank: event.rank(), nth: self.scheduled, event }));
        self.scheduled += 1;
    }

    /// When the next event is due.
    pub fn next_at(&self) -> Option<Instant> {
        self.queue.peek().map(|Reverse(it)| it.at)
    }

    /// The next event and its moment, if it is due by now.
    pub fn pop_due(&mut self, now: Instant) -> Option<(Instant, Event)> {
        if self.next_at()? > now {
            return None;
        }
        self.queue.pop().map(|Reverse(it)| (it.at, it.event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_by_rank_and_then_in_the_order_in_which_they_were_scheduled() {
        let mut agenda = Agenda::default();
        let at = Instant { millis: 5 };
        let later = Instant { millis: 6 };
        for (at, event) in [
            (later, Event::MonthCloses),
            (at, Event::TrancheLands(0, 9)),
            (at, Event::DealEnds(1)),
            (at, Event::DealEnds(0)),
            (at, Event::MonthCloses),
        ] {
            agenda.add(at, event);
        }
        let order: Vec<_> = std::iter::from_fn(|| agenda.pop_due(later)).map(|it| it.1).collect();
        assert_eq!(
            order,
            [
                Event::MonthCloses,
                Event::DealEnds(1),
                Event::DealEnds(0),
                Event::TrancheLands(0, 9),
                Event::MonthCloses
            ]
        );
    }
}
