//! What the pool's meters read, by the hour: they count on change and so miss nothing.

use super::job::Energies;
use super::machine::Stock;
use super::rhythm::Stint;
use crate::time::{Instant, Span};

/// IT watts of one GPU, to the watt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watts {
    /// While it works.
    pub full: i64,
    /// While it does not.
    pub idle: i64,
}

impl Watts {
    /// Of one GPU over a stint.
    pub fn mean(self, stint: &Stint) -> i64 {
        let (worked, stalled) = (stint.worked().millis, stint.stalled().millis);
        if stalled == 0 {
            return self.full;
        }
        (worked * self.full + stalled * self.idle) / (worked + stalled)
    }
}

/// One hour of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hour {
    /// When it began.
    pub from: Instant,
    /// GPU-milliseconds held by jobs.
    pub held: i64,
    /// GPU-milliseconds that were healthy and held by nobody.
    pub idle: i64,
    /// GPU-milliseconds that were healthy and not to be had: spares, and what drained.
    pub aside: i64,
    /// GPU-milliseconds in repair.
    pub down: i64,
    /// Job-milliseconds of waiting.
    pub waiting: i64,
    /// IT energy, in millijoules. A stint draws its planned mean all along; what it drew more or
    /// less counts in the hour in which it is over.
    pub energy: i64,
}

/// Energy of a site, in millijoules, apart by what it went into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// GPUs that worked.
    pub active: i128,
    /// GPUs that were held and did not.
    pub held: i128,
    /// Healthy GPUs that nobody held.
    pub unheld: i128,
    /// Cooling and losses, rounded up once: a meter never reads less than was drawn.
    pub overhead: i128,
}

impl Spent {
    /// What the site's meter reads.
    pub fn site(&self) -> i128 {
        self.active + self.held + self.unheld + self.overhead
    }
}

/// The counts of a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// GPUs held.
    pub held: i64,
    /// GPUs healthy and free.
    pub free: i64,
    /// GPUs healthy and not to be had: spares, and what drains.
    pub aside: i64,
    /// GPUs in repair, which draw nothing.
    pub down: i64,
    /// Jobs that wait.
    pub waiting: i64,
    /// IT watts of what is held, as planned when it was given out.
    pub watts: i64,
}

impl Counts {
    /// What nobody holds is so from now on.
    pub fn takes_stock(&mut self, stock: Stock) {
        Stock { free: self.free, aside: self.aside, down: self.down } = stock;
    }

    /// All GPUs.
    pub fn all(&self) -> i64 {
        self.held + self.free + self.aside + self.down
    }
}

/// The meters of a pool.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    watts: Watts,
    at: Option<Instant>,
    hour: Hour,
    /// IT energy so far, in millijoules.
    pub energy: i128,
    /// Of it, that of stints that are over.
    pub settled: Energies,
    /// Of it, that of GPUs that nobody held.
    pub unheld: i128,
    /// GPU-milliseconds held by jobs.
    pub held: i128,
}

impl Meter {
    /// Meters that have counted nothing.
    pub fn new(watts: Watts) -> Self {
        Self { watts, ..Self::default() }
    }

    /// Counts up to a moment what has been so since the last one; tells hours that are over.
    pub fn until(&mut self, now: Instant, counts: &Counts, mut over: impl FnMut(&Hour)) {
        let Some(mut at) = self.at else {
            let into = now.millis.rem_euclid(Span::HOUR.millis);
            self.hour.from = Instant { millis: now.millis - into };
            self.at = Some(now);
            return;
        };
        while at < now {
            // Not before time goes on: what is settled at its end belongs to it.
            if at == self.hour.from + Span::HOUR {
                over(&self.hour);
                self.hour = Hour { from: at, ..Hour::default() };
            }
            let next = (self.hour.from + Span::HOUR).min(now);
            self.count(next - at, counts);
            at = next;
        }
        self.at = Some(at);
    }

    /// Tells the hour that is not over, where anything was counted in it.
    pub fn end(&mut self, mut over: impl FnMut(&Hour)) {
        if self.at.is_some_and(|it| it > self.hour.from) {
            over(&self.hour);
        }
    }

    /// A stint is over: its energy is now known to the millijoule.
    pub fn settle(&mut self, known: Energies, planned: i128) {
        let more = known.active + known.held - planned;
        self.energy += more;
        self.hour.energy += more as i64;
        self.settled.active += known.active;
        self.settled.held += known.held;
    }

    fn count(&mut self, took: Span, counts: &Counts) {
        let ms = took.millis;
        let unheld = (counts.free + counts.aside) * self.watts.idle * ms;
        let energy = counts.watts * ms + unheld;
        self.energy += i128::from(energy);
        self.unheld += i128::from(unheld);
        self.held += i128::from(counts.held * ms);
        self.hour.held += counts.held * ms;
        self.hour.idle += counts.free * ms;
        self.hour.aside += counts.aside * ms;
        self.hour.down += counts.down * ms;
        self.hour.waiting += counts.waiting * ms;
        self.hour.energy += energy;
    }
}
