//! Policies by name.

use super::{
    Conservative, Easy, FairShare, Fifo, FirstFit, KeepRoom, LeastAttained, Policy, Preempt,
    ShortestFirst,
};
use crate::time::Span;

/// What policies can be told; the rest of them cannot.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// `priority`: how long whoever was started is left alone.
    pub minimum_run: Span,
    /// `fairshare`: in how long use is forgotten by half.
    pub half_life: Span,
    /// `las`: GPU-time from which on a job is at the next level.
    pub levels: Vec<Span>,
    /// `las`: back to the first level after waiting so many times as long as it ran.
    pub promote: Option<f64>,
}

impl Default for Settings {
    /// A week's half-life, as Slurm has it; a level at one GPU-hour and at ten, no promotion.
    fn default() -> Self {
        Self {
            minimum_run: Span::default(),
            half_life: Span { millis: 7 * Span::DAY.millis },
            levels: vec![Span::HOUR, Span { millis: 10 * Span::HOUR.millis }],
            promote: None,
        }
    }
}

/// A policy that can be asked for.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// Its name.
    pub name: &'static str,
    /// What it does, in one line.
    pub meaning: &'static str,
    /// Whether it reckons with walltimes.
    pub reads_walltime: bool,
    make: fn(&Settings) -> Box<dyn Policy>,
}

impl Named {
    /// One that remembers nothing yet.
    pub fn make(&self, settings: &Settings) -> Box<dyn Policy> {
        (self.make)(settings)
    }
}

const fn named(
    name: &'static str,
    meaning: &'static str,
    reads_walltime: bool,
    make: fn(&Settings) -> Box<dyn Policy>,
) -> Named {
    Named { name, meaning, reads_walltime, make }
}

/// Every policy for jobs, simplest first.
pub const NAMED: [Named; 9] = [
    named("fifo", "in order of arrival; nobody overtakes", false, |_| Box::<Fifo>::default()),
    named("sjf", "shortest walltime first; nobody overtakes", true, |_| {
        Box::<ShortestFirst>::default()
    }),
    named("firstfit", "whatever fits, in order of arrival; large jobs may starve", false, |_| {
        Box::<FirstFit>::default()
    }),
    named("easy", "backfill that never delays the head of the line", true, |_| {
        Box::<Easy>::default()
    }),
    named("conservative", "backfill with a reservation for everybody", true, |_| {
        Box::<Conservative>::default()
    }),
    named("priority", "higher priority first, stopping what has a lower one", false, |it| {
        Box::new(Preempt::with_minimum_run(it.minimum_run))
    }),
    named("fairshare", "who used least lately goes first", false, |it| {
        Box::new(FairShare::with_half_life(it.half_life))
    }),
    named("las", "least attained service first, stopping who had more", false, |it| {
        Box::new(LeastAttained::new(&it.levels, it.promote))
    }),
    named("keeproom", "easy, and nothing in the way of announced runs", true, |_| {
        Box::<KeepRoom>::default()
    }),
];
