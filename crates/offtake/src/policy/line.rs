//! Who waits, in order of arrival: a line in which the next one that fits is found without asking
//! everybody.
//!
//! Over every sixteen places stands the least that any of them needs, over every sixteen of these
//! again, and so on: stretches in which nobody can fit are passed over whole.

use super::Ask;
use crate::time::Span;

/// Waiting asks in order of arrival. Whoever left leaves a gap until the line closes up.
#[derive(Clone, Debug)]
pub struct Line<T> {
    places: Vec<Place<T>>,
    /// The least of places, then of these, and so on.
    above: Vec<Vec<T>>,
    waiting: usize,
}

#[derive(Clone, Copy, Debug)]
struct Place<T> {
    name: usize,
    order: u64,
    least: T,
}

/// What is known of one who waits, and of many at once: the least that any of them needs.
pub trait Least: Copy + PartialEq {
    /// Nobody: fits nowhere.
    const NOBODY: Self;

    /// Together with another.
    fn and(self, other: Self) -> Self;
}

/// The smallest size, the shortest walltime and all classes of nodes that will do: in two words, since
/// a long line is a matter of memory. Whoever wants two billion GPUs wants more than there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    gpus: i32,
    classes: u32,
    walltime: Span,
}

impl Need {
    /// Of one.
    pub fn of(ask: &Ask) -> Self {
        let classes = if ask.classes == 0 { u32::MAX } else { ask.classes };
        let gpus = ask.most.try_into().unwrap_or(i32::MAX);
        Need { gpus, classes, walltime: ask.limit() }
    }

    /// Whether a class of nodes will do and has room.
    pub fn fits(&self, class: usize, room: &Room) -> bool {
        self.classes >> class & 1 == 1 && self.fits_into(room)
    }

    fn fits_into(&self, room: &Room) -> bool {
        let gpus = i64::from(self.gpus);
        gpus <= room.gpus && (self.walltime <= room.lasts || gpus <= room.extra)
    }

    /// Where of several there is room, by class of nodes.
    pub fn place(&self, rooms: &[Room]) -> Option<usize> {
        (0..rooms.len()).find(|class| self.fits(*class, &rooms[*class]))
    }
}

impl Least for Need {
    const NOBODY: Self = Need { gpus: i32::MAX, classes: 0, walltime: Span::FOREVER };

    fn and(self, other: Self) -> Self {
        Need {
            gpus: self.gpus.min(other.gpus),
            walltime: self.walltime.min(other.walltime),
            classes: self.classes | other.classes,
        }
    }
}

impl Line<Need> {
    /// The first at or after a place for which there is room on any class of nodes.
    pub fn next_into(&self, from: usize, rooms: &[Room]) -> Option<(usize, usize)> {
        match *rooms {
            // There is no other: what is looked for so often is not looked at for its class.
            [room] => self.next(from, |it| it.fits_into(&room)),
            _ => self.next(from, |it| it.place(rooms).is_some()),
        }
    }
}

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

    /// One has taken its part.
    pub fn give(&mut self, ask: &Ask) {
        self.gpus -= ask.most;
        if ask.limit() > self.lasts {
            self.extra -= ask.most;
        }
    }
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Self { places: Vec::new(), above: Vec::new(), waiting: 0 }
    }
}

impl<T: Least> Line<T> {
    /// Joins at its place in order of arrival, which is nearly always the last.
    pub fn join(&mut self, name: usize, order: u64, least: T) {
        let new = Place { name, order, least };
        self.waiting += 1;
        if self.places.last().is_none_or(|it| it.order < new.order) {
            self.places.push(new);
            self.rises(self.places.len() - 1);
            return;
        }
        let at = self.place_of(order);
        match [Some(at), at.checked_sub(1)].into_iter().flatten().find(|it| self.is_gap(*it)) {
            Some(gap) => {
                self.places[gap] = new;
                self.rises(gap);
            }
            None => {
                self.places.insert(at, new);
                self.rebuild(at);
            }
        }
    }

    /// The place of the first that came at or after another.
    pub fn place_of(&self, order: u64) -> usize {
        self.places.partition_point(|it| it.order < order)
    }

    /// The first at or after a place that fits: its place and name. What does not fit where any of
    /// many could is not looked for among them.
    pub fn next(&self, from: usize, fits: impl Fn(&T) -> bool) -> Option<(usize, usize)> {
        let (mut at, mut level) = (from, 0);
        loop {
            let end = (at / FAN + 1) * FAN;
            let found = match level {
                0 => first(self.places.get(at..)?, end - at, |it| fits(&it.least)),
                _ => first(self.above[level - 1].get(at..)?, end - at, &fits),
            };
            match found {
                Some(nth) if level == 0 => return Some((at + nth, self.places[at + nth].name)),
                Some(nth) => {
                    level -= 1;
                    at = (at + nth) * FAN;
                }
                None => {
                    at = end;
                    while at.is_multiple_of(FAN) && level < self.above.len() {
                        at /= FAN;
                        level += 1;
                    }
                }
            }
        }
    }

    /// The first of all: its place and name.
    pub fn head(&self) -> Option<(usize, usize)> {
        self.next(0, |it| *it != T::NOBODY)
    }

    /// What is known of one is something else from now on.
    pub fn change(&mut self, place: usize, least: T) {
        self.places[place].least = least;
        self.rises(place);
    }

    /// Leaves a gap.
    pub fn leave(&mut self, place: usize) {
        self.waiting -= 1;
        self.change(place, T::NOBODY);
    }

    /// Closes gaps, where most places are gaps. Places change.
    pub fn close_up(&mut self) {
        if self.places.len() > 2 * self.waiting + 2 * FAN {
            self.places.retain(|it| it.least != T::NOBODY);
            self.rebuild(0);
        }
    }

    fn is_gap(&self, place: usize) -> bool {
        self.places.get(place).is_some_and(|it| it.least == T::NOBODY)
    }

    fn len(&self, level: usize) -> usize {
        if level == 0 { self.places.len() } else { self.above[level - 1].len() }
    }

    /// From a place on, all is another than before.
    fn rebuild(&mut self, from: usize) {
        let mut first = from;
        for level in &mut self.above {
            first /= FAN;
            level.truncate(first);
        }
        self.above.retain(|it| !it.is_empty());
        for at in (from / FAN * FAN..self.places.len()).step_by(FAN) {
            self.rises(at);
        }
    }

    /// What changed at a place is told to all levels above, as far as it changes them.
    fn rises(&mut self, place: usize) {
        let mut at = place;
        for level in 0.. {
            let below = self.len(level);
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

    fn least_of(&self, level: usize, of: std::ops::Range<usize>) -> T {
        match level {
            0 => self.places[of].iter().fold(T::NOBODY, |all, it| all.and(it.least)),
            _ => self.above[level - 1][of].iter().fold(T::NOBODY, |all, it| all.and(*it)),
        }
    }
}

/// The first of so many that is looked for.
fn first<P>(of: &[P], count: usize, is: impl Fn(&P) -> bool) -> Option<usize> {
    of[..count.min(of.len())].iter().position(is)
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
            let [a, b, c, _] = luck.block(order).map(i64::from);
            let walltime = Some(Span { millis: 1 + b % 5_000 });
            Ask { most: 1 << (a % 10), walltime, order, classes: (c % 4) as u32, ..Ask::default() }
        };
        let (mut line, mut waiting) = (Line::default(), std::collections::BTreeSet::new());
        let mut found = 0;
        for step in 0..20_000_u64 {
            // Arrivals come in order, but for those that come back.
            let order = if step % 7 == 0 { luck.block(step)[2].into() } else { (1 << 33) + step };
            if step < 6_000 && waiting.insert(order) {
                line.join(order as usize, order, Need::of(&ask(order)));
            }
            let [gpus, lasts, extra, _] = luck.block(1 << 40 | step).map(i64::from);
            let lasts = Span { millis: lasts % 6_000 };
            let room = Room { gpus: gpus % 600, lasts, extra: extra % 40 };
            let rooms = [room, Room { gpus: room.gpus / 2, ..Room::of(room.gpus) }];
            let known = waiting.iter().find(|it| Need::of(&ask(**it)).place(&rooms).is_some());
            let known = known.copied();
            let next = line.next_into(0, &rooms);
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
