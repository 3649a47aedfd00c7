//! Jobs drawn from a shape: hour by hour, in order, in memory that does not grow with their number.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::job::Job;
use super::shape::{Kind, Shape, Spell, Swing};
use crate::chance::{Stream, poisson_count, quantile};
use crate::time::{Instant, Span};

impl Shape {
    /// Jobs from the hour on in which a moment lies, so many a day on the mean, without end: the shape's
    /// spells in order, over and over. Equal luck gives equal jobs.
    pub fn jobs(&self, stream: Stream, from: Instant, per_day: f64) -> Drawn {
        Drawn {
            began: 0,
            rate: per_day / 24.0 / self.count().max(1) as f64,
            shape: self.clone(),
            stream,
            from: from.millis.div_euclid(Span::HOUR.millis),
            hours: 0,
            swings: Vec::new(),
            below: Vec::new(),
            open: BinaryHeap::new(),
            nth: 0,
        }
    }

    /// Jobs of a while, from a spell on that luck picks. Of a shape with busy and idle months the while is
    /// one, brought to the GPU-time that so many jobs a day take on the mean.
    pub fn jobs_of(&self, stream: Stream, from: Instant, to: Instant, per_day: f64) -> Drawn {
        let spells = self.kinds.iter().map(|it| it.spells.len()).max().unwrap_or(0) as f64;
        let began = (unit(stream.block(u64::MAX)[0]) * spells) as u64 * self.spell;
        let hours = (to - from).hours().ceil() as u64;
        let level = self.level(began, hours).max(LEAST);
        Drawn { began, ..self.jobs(stream, from, per_day / level) }
    }

    /// GPU-time of some hours over that of as many on the mean.
    fn level(&self, began: u64, hours: u64) -> f64 {
        let of = |hour: u64| -> f64 {
            let of_kind = |it: &Kind| {
                let spell = it.spell(hour, self.spell);
                let runtime = it.runtime.mean_shifted(spell.longer);
                it.jobs() as f64 * it.mean_gpus() * runtime * spell.came
            };
            self.kinds.iter().map(of_kind).sum()
        };
        let last = began + hours;
        let (mut hour, mut sum) = (began, 0.0);
        while hour < last {
            let next = (hour / self.spell.max(1) + 1) * self.spell;
            let next = next.clamp(hour + 1, last);
            sum += of(hour) * (next - hour) as f64;
            hour = next;
        }
        let all = self.gpu_hours() * self.count() as f64 * 3600.0 * hours as f64;
        sum / all.max(1e-9)
    }

    /// Swings of all kinds, then those of each.
    fn all_swings(&self) -> impl Iterator<Item = Swing> {
        let own = self.kinds.iter().map(|it| it.swing.unwrap_or_default());
        self.swings.iter().copied().chain(own)
    }
}

/// Jobs on their way.
#[derive(Clone, Debug)]
pub struct Drawn {
    shape: Shape,
    /// Times in an hour that a trace of this shape comes by, on the mean.
    rate: f64,
    stream: Stream,
    /// The hour that luck counts from, since 1970 began.
    from: i64,
    /// Hours of the shape's spells that were over by then.
    began: u64,
    /// Hours drawn since.
    hours: u64,
    /// Where each swing stands, in standard deviations.
    swings: Vec<f64>,
    /// Batches to expect this hour that are of a kind or of one before it.
    below: Vec<f64>,
    /// Batches of which jobs are to come, soonest first.
    open: BinaryHeap<Reverse<Batch>>,
    nth: u64,
}

/// A batch of which jobs are to come: ordered by its first two fields.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Batch {
    /// When its next job comes.
    at: Instant,
    address: u64,
    kind: usize,
    gpus: i64,
    /// Jobs that came, and that come in all.
    came: u64,
    jobs: u64,
    /// What its runtimes share, in standard deviations, and where the spell moves them.
    shared: f64,
    longer: f64,
}

impl Eq for Batch {}

#[allow(
    clippy::derive_ord_xor_partial_ord,
    reason = "no two have one address, so the rest never decides"
)]
impl Ord for Batch {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.address).cmp(&(other.at, other.address))
    }
}

impl Iterator for Drawn {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        if self.rate <= 0.0 || self.shape.kinds.is_empty() {
            return None;
        }
        // An hour is drawn as soon as nothing comes before it.
        while self.open.peek().is_none_or(|Reverse(it)| it.at >= self.now()) {
            self.hour();
        }
        let Reverse(mut batch) = self.open.pop()?;
        let job = self.job(&batch);
        batch.came += 1;
        if batch.came < batch.jobs {
            let kind = &self.shape.kinds[batch.kind];
            // Gaps are exponential, by inversion.
            let luck = unit(self.stream.block(batch.address | (JOBS + batch.came))[0]);
            batch.at = batch.at + seconds(-libm::log(luck) * kind.batches.apart);
            self.open.push(Reverse(batch));
        }
        Some(job)
    }
}

/// A while in which next to nothing comes is not brought to the mean by more than this.
const LEAST: f64 = 0.1;

/// An address is an hour, a batch of it, and a job of that. The first batch is the hour itself, the
/// first two jobs are the batch itself.
const HOUR: u32 = 40;
const BATCH: u32 = 16;
const JOBS: u64 = 2;

impl Drawn {
    /// When the next hour to be drawn begins.
    fn now(&self) -> Instant {
        Instant { millis: (self.from + self.hours as i64) * Span::HOUR.millis }
    }

    /// Draws an hour's batches.
    fn hour(&mut self) {
        let (now, address) = (self.now(), self.hours << HOUR);
        self.swing(address);
        let of_week = self.shape.hours[now.hour_of_day()] * self.shape.days[now.day_of_week()];
        let (shared, own) = self.swings.split_at(self.shape.swings.len());
        let shared: f64 =
            self.shape.swings.iter().zip(shared).map(|(it, z)| it.factor(*z)).product();
        let mut below = 0.0;
        self.below.clear();
        for (kind, z) in self.shape.kinds.iter().zip(own) {
            let own = kind.swing.map_or(1.0, |it| it.factor(*z)) * self.spell(kind).came;
            below += self.rate * of_week * shared * own * kind.batches.count as f64;
            self.below.push(below);
        }
        let [luck, ..] = self.stream.block(address);
        let count = poisson_count(below, luck) as u64;
        for nth in 1..=count.min((1 << (HOUR - BATCH)) - 1) {
            let batch = self.batch(now, address | nth << BATCH);
            self.open.push(Reverse(batch));
        }
        self.hours += 1;
    }

    /// What a kind is like in the hour that is drawn.
    fn spell(&self, kind: &Kind) -> Spell {
        kind.spell(self.began + self.hours, self.shape.spell)
    }

    /// Every swing moves on by an hour; at first it stands where it has stood for ever.
    fn swing(&mut self, address: u64) {
        let begins = self.swings.is_empty();
        self.swings.resize(self.shape.swings.len() + self.shape.kinds.len(), 0.0);
        for (nth, (swing, z)) in self.shape.all_swings().zip(&mut self.swings).enumerate() {
            let luck = self.stream.block(address | (1 + nth as u64 / 4))[nth % 4];
            let kept = if begins { 0.0 } else { swing.kept() };
            *z = kept * *z + (1.0 - kept * kept).sqrt() * quantile(unit(luck));
        }
    }

    fn batch(&self, hour: Instant, address: u64) -> Batch {
        let [[at, kind, gpus, of], [rounds, shared, ..]] = self.stream.pair(address);
        let share = unit(kind) * self.below.last().copied().unwrap_or_default();
        let kind = self.below.partition_point(|it| *it < share);
        let it = &self.shape.kinds[kind];
        // Rounded up as often as the fraction says, which keeps the mean.
        let jobs = it.batches.of.at(unit(of)) + unit(rounds);
        Batch {
            at: hour + seconds(unit(at) * 3600.0),
            address,
            kind,
            gpus: it.gpus_at(unit(gpus)),
            came: 0,
            jobs: (jobs as u64).clamp(1, (1 << BATCH) - 1 - JOBS),
            shared: quantile(unit(shared)),
            longer: self.spell(it).longer,
        }
    }

    fn job(&mut self, batch: &Batch) -> Job {
        let kind = &self.shape.kinds[batch.kind];
        let [_, own, asks, rounds] = self.stream.block(batch.address | (JOBS + batch.came));
        let z = blend(batch.shared, kind.batches.alike, quantile(unit(own))) + batch.longer;
        let runtime = seconds((kind.runtime.at_score(z) + unit(rounds) - 0.5).max(1.0));
        let walltime = kind.walltime.as_ref().map(|it| {
            let z = it.with * z + (1.0 - it.with * it.with).sqrt() * quantile(unit(asks));
            seconds(runtime.seconds() * it.over.at_score(z))
        });
        let nth = self.nth;
        self.nth += 1;
        Job {
            id: (nth + 1).to_string().into(),
            nth,
            submit: batch.at,
            gpus: batch.gpus,
            runtime,
            walltime,
            ..Job::default()
        }
    }
}

impl Swing {
    /// What is left of it after an hour.
    fn kept(self) -> f64 {
        libm::exp(-1.0 / self.lasts.max(1e-3))
    }

    /// The factor where it stands some standard deviations up.
    fn factor(self, z: f64) -> f64 {
        libm::exp(self.strength * z - self.strength * self.strength / 2.0)
    }
}

impl Kind {
    /// What it is like in an hour of its spells, each of so many hours.
    fn spell(&self, hour: u64, long: u64) -> Spell {
        let nth = hour / long.max(1) % self.spells.len().max(1) as u64;
        self.spells.get(nth as usize).copied().unwrap_or(Spell::EVEN)
    }

    /// The GPUs that a share of its jobs lies below.
    fn gpus_at(&self, share: f64) -> i64 {
        let mut left = share * self.jobs() as f64;
        let found = self.gpus.iter().find(|it| {
            left -= it.1 as f64;
            left < 0.0
        });
        found.or(self.gpus.last()).map_or(1, |it| it.0)
    }
}

/// Of two standard normal values one in which the first has a share of the variance.
fn blend(a: f64, share: f64, b: f64) -> f64 {
    share.sqrt() * a + (1.0 - share).sqrt() * b
}

/// In (0, 1).
fn unit(luck: u32) -> f64 {
    (f64::from(luck) + 0.5) / (1_u64 << 32) as f64
}

/// Whole seconds, as traces tell them.
fn seconds(it: f64) -> Span {
    Span { millis: (it as i64).saturating_mul(1000) }
}
