//! What is chosen: who gets GPUs when not all can have what they ask for. A policy sees what an
//! operator could see and cannot tell whether the clock is simulated.

mod conservative;
mod easy;
mod ends;
mod fair_share;
mod fifo;
mod firstfit;
mod keep_room;
mod least_attained;
mod line;
mod named;
mod preempt;
mod priority;
mod profile;
mod sjf;

pub use conservative::Conservative;
pub use easy::Easy;
pub use fair_share::{FairShare, Usage};
pub use fifo::Fifo;
pub use firstfit::FirstFit;
pub use keep_room::KeepRoom;
pub use least_attained::LeastAttained;
pub use named::{NAMED, Named, Settings};
pub use preempt::Preempt;
pub use priority::ByPriority;
pub use sjf::ShortestFirst;

use crate::time::{Instant, Span};

/// What one piece of work asks for.
///
/// A job is a rigid ask, training a stoppable gang, a service an elastic ask that is resized
/// each hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// The least that helps; with less it gets nothing.
    pub least: i64,
    /// The most it can use.
    pub most: i64,
    /// Who yields: the lower number.
    pub priority: i64,
    /// Whether it may be stopped.
    pub stoppable: bool,
    /// How long it says it runs, where it says so.
    pub walltime: Option<Span>,
    /// What it holds now.
    pub holds: i64,
    /// Its place in order of arrival.
    pub order: u64,
    /// Who asks.
    pub account: u32,
    /// Classes of nodes that will do, a bit each in the pool's order; 0: any.
    pub classes: u32,
    /// The class of nodes that it holds, or held last.
    pub on: usize,
}

impl Ask {
    /// Whether a class of nodes will do.
    pub fn accepts(&self, class: usize) -> bool {
        self.classes == 0 || self.classes >> class & 1 == 1
    }

    /// Where it goes: the first class of nodes that will do and has room.
    pub fn place(&self, free: &[i64]) -> Option<usize> {
        (0..free.len()).find(|class| self.most <= free[*class] && self.accepts(*class))
    }

    /// How long it may run, for a policy that reckons with it: for ever, where it does not say.
    pub fn limit(&self) -> Span {
        self.walltime.unwrap_or(Span::FOREVER)
    }
}

/// What happened since a policy last looked. An ask's place among all asks is its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It asks from now on.
    Came(usize),
    /// It is done: what it held is free, and its name may be given to another.
    Left(usize),
    /// What it held is free, and it asks again: it broke, or has been stopped.
    Back(usize),
}

/// What a policy sees: lent, never copied.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    /// The clock.
    pub now: Instant,
    /// GPUs that are delivered, by class of nodes; where all are alike, there is one.
    pub gpus: &'a [i64],
    /// Those of them that nobody holds.
    pub free: &'a [i64],
    /// All asks, by name.
    pub asks: &'a [Ask],
    /// What is new, in order.
    pub news: &'a [News],
    /// What will be wanted for others, soonest first.
    pub ahead: &'a [Ahead],
}

/// GPUs that are announced to be wanted for something else, such as a large training run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ahead {
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// How many.
    pub gpus: i64,
}

/// What a policy decides about one ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Begin with so many GPUs, all of one class of nodes.
    Start(usize, i64, usize),
    /// Give all back, once its work is saved.
    Stop(usize),
    /// Go on with so many GPUs.
    Resize(usize, i64),
    /// Look again at that moment, if nothing happens before; one wish, told anew each time.
    Wake(Instant),
}

/// The decisions of one moment, carried out together: their order says nothing.
#[derive(Clone, Debug, Default)]
pub struct Decisions(pub Vec<Decision>);

/// Chooses what runs where. It may remember; it may not look around.
pub trait Policy {
    /// Looks once and decides.
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions);
}
