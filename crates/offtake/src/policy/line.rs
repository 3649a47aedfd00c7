//! Who waits, in order of arrival: a line in which the next one that fits is found without asking
//! everybody.
//!
//! Over every sixteen places stands the least size and the least walltime among them, over every
//! sixteen of these again, and so on: stretches in which nobody can fit are passed over whole.

use super::Ask;
use crate::time::Span;

/// Waiting asks in order of arrival. Whoever left leaves a gap until the line closes up.
#[derive(Clone, Debug, Default)]
pub struct Line {
    places: Vec<Place>,
    /// The least of places, then of these, and so on.
    above: Vec<Vec<Least>>,
    waiting: usize,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    name: usize,
    order: u64,
    least: Least,
}

/// The smallest size and the shortest walltime of some places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Least {
    gpus: i64,
    walltime: Span,
}

/// Nobody.
const GAP: Least = Least { gpus: i64::MAX, walltime: Span::FOREVER };

const FAN: usize = 16;

/// What there is room for: so many GPUs for a while, some of them for ever.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// GPUs that are free now.
    pub gpus: i64,
    /// For how long.
    pub lasts: Span,
    /// How many of them for ever.
    pub extra: i64,
}

impl Room {
    /// Room without an end.
    pub fn of(gpus: i64) -> Self {
        Room { gpus, lasts: Span::FOREVER, extra: gpus }
    }

    /// Whether there is room for one.
    pub fn takes(&self, ask: &Ask) -> bool {
        self.fits(&Least { gpus: ask.most, walltime: ask.limit() })
    }

    /// One has taken its part.
    pub fn give(&mut self, ask: &Ask) {
        self.gpus -= ask.most;
        if ask.limit() > self.lasts {
            self.extra -= ask.most;
        }
    }

    fn fits(&self, it: &Least) -> bool {
        it.gpus <= self.gpus && (it.walltime <= self.lasts || it.gpus <= self.extra)
    }
}

impl Line {
    /// Joins at its place in order of arrival, which is nearly always the last.
    pub fn join(&mut self, name: usize, ask: &Ask) {
        let least = Least { gpus: ask.most, walltime: ask.limit() };
        let new = Place { name, order: ask.order, least };
        self.waiting += 1;
        if self.places.last().is_none_or(|it| it.order < new.order) {
            self.places.push(new);
            self.rises(self.places.len() - 1);
            return;
        }
        let at = self.places.partition_point(|it| it.order < new.order);
        match [Some(at), at.checked_sub(1)].into_iter().flatten().find(|it| self.is_gap(*it)) {
            Some(gap) => {
                self.places[gap] = new;
                self.rises(gap);
            }
            None => {
                self.places.insert(at, new);
                self.rebuild();
            }
        }
    }

    /// The first at or after a place for which there is room: its place and name.
    pub fn next(&self, from: usize, room: Room) -> Option<(usize, usize)> {
        let (mut at, mut level) = (from, 0);
        loop {
            let least = self.least(level, at)?;
            if room.fits(&least) {
                if level == 0 {
                    return Some((at, self.places[at].name));
                }
                level -= 1;
                at *= FAN;
                continue;
            }
            at += 1;
            while at.is_multiple_of(FAN) && level < self.above.len() {
                at /= FAN;
                level += 1;
            }
        }
    }

    /// The first of all: its place and name.
    pub fn head(&self) -> Option<(usize, usize)> {
        self.next(0, Room::of(i64::MAX - 1))
    }

    /// Leaves a gap.
    pub fn leave(&mut self, place: usize) {
        self.places[place].least = GAP;
        self.waiting -= 1;
        self.rises(place);
    }

    /// Closes gaps, where most places are gaps. Places change.
    pub fn close_up(&mut self) {
        if self.places.len() > 2 * self.waiting + 2 * FAN {
            self.places.retain(|it| it.least != GAP);
            self.rebuild();
        }
    }

    fn is_gap(&self, place: usize) -> bool {
        self.places.get(place).is_some_and(|it| it.least == GAP)
    }

    fn least(&self, level: usize, at: usize) -> Option<Least> {
        match level {
            0 => self.places.get(at).map(|it| it.least),
            _ => self.above[level - 1].get(at).copied(),
        }
    }

    fn rebuild(&mut self) {
        self.above.clear();
        for at in (0..self.places.len()).step_by(FAN) {
            self.rises(at);
        }
    }

    /// What changed at a place is told to all levels above, as far as it changes them.
    fn rises(&mut self, place: usize) {
        let mut at = place;
        for level in 0.. {
            let below = if level == 0 { self.places.len() } else { self.above[level - 1].len() };
            if below <= FAN {
                break;
            }
            at /= FAN;
            let least = self.least_of(level, at * FAN..((at + 1) * FAN).min(below));
            if level == self.above.len() {
                self.above.push(Vec::new());
            }
            // A new level is begun from its first stretch on.
            while self.above[level].len() < at {
                let nth = self.above[level].len();
                let first = self.least_of(level, nth * FAN..(nth + 1) * FAN);
                self.above[level].push(first);
            }
            match self.above[level].get_mut(at) {
                Some(known) if *known == least => break,
                Some(known) => *known = least,
                None => self.above[level].push(least),
            }
        }
    }

    fn least_of(&self, level: usize, of: std::ops::Range<usize>) -> Least {
        let mut all = GAP;
        for at in of {
            let it = self.least(level, at).unwrap_or(GAP);
            all.gpus = all.gpus.min(it.gpus);
            all.walltime = all.walltime.min(it.walltime);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::{Purpose, Stream};

    /// Thousands wait, so that the line has several levels; names are orders of arrival.
    #[test]
    fn the_next_that_fits_is_found_as_by_asking_everybody() {
        let luck = Stream::new(1, "line", Purpose::Failures, 0);
        let ask = |order: u64| {
            let [a, b, ..] = luck.block(order).map(i64::from);
            let walltime = Some(Span { millis: 1 + b % 5_000 });
            Ask { most: 1 << (a % 10), walltime, order, ..Ask::default() }
        };
        let (mut line, mut waiting) = (Line::default(), std::collections::BTreeSet::new());
        let mut found = 0;
        for step in 0..20_000_u64 {
            // Arrivals come in order, but for those that come back.
            let order = if step % 7 == 0 { luck.block(step)[2].into() } else { (1 << 33) + step };
            if step < 6_000 && waiting.insert(order) {
                line.join(order as usize, &ask(order));
            }
            let [gpus, lasts, extra, _] = luck.block(1 << 40 | step).map(i64::from);
            let lasts = Span { millis: lasts % 6_000 };
            let room = Room { gpus: gpus % 600, lasts, extra: extra % 40 };
            let known = waiting.iter().find(|it| room.takes(&ask(**it))).copied();
            let next = line.next(0, room);
            assert_eq!(next.map(|it| it.1 as u64), known, "step {step}");
            if let Some((place, name)) = next.filter(|_| step % 3 > 0) {
                found += 1;
                waiting.remove(&(name as u64));
                line.leave(place);
                line.close_up();
            }
        }
        assert!(found > 3_000, "{found}");
    }
}
