//! What is chosen: who gets GPUs when not all can have what they ask for. A policy sees what an
//! operator could see and cannot tell whether the clock is simulated.

mod priority;

pub use priority::ByPriority;

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
}

/// What a policy sees: lent, never copied.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    /// The clock.
    pub now: Instant,
    /// GPUs that are delivered.
    pub gpus: i64,
    /// All asks, in a fixed order; their place in it is their name.
    pub asks: &'a [Ask],
}

/// What a policy decides about one ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Begin with so many GPUs.
    Start(usize, i64),
    /// Give all back.
    Stop(usize),
    /// Go on with so many GPUs.
    Resize(usize, i64),
}

/// The decisions of one moment, carried out together: their order says nothing.
#[derive(Clone, Debug, Default)]
pub struct Decisions(pub Vec<Decision>);

/// Chooses what runs where. It may remember; it may not look around.
pub trait Policy {
    /// Looks once and decides.
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions);
}
