//! What came of a job.

use super::machine::Stretch;
use crate::jobs::Job;
use crate::time::{Instant, Span};

/// What came of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// As it was asked for.
    pub job: Job,
    /// When it first got its GPUs.
    pub start: Instant,
    /// When it was done.
    pub end: Instant,
    /// How often it was stopped, by failures or for others.
    pub stops: u32,
    /// How long it held its GPUs.
    pub held: Span,
    /// How long its GPUs worked for nothing: undone work and restarts.
    pub lost: Span,
    /// Energy of its GPUs, in millijoules, while they worked and while they held for it.
    pub energy: Energies,
    /// The class of nodes on which it last ran.
    pub class: usize,
    /// Where it last ran; empty where a pool has no shape.
    pub places: Vec<Stretch>,
}

/// Energy of held GPUs, in millijoules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Energies {
    /// While they worked.
    pub active: i128,
    /// While they were held and did not: restarts, checkpoints.
    pub held: i128,
}

impl Record {
    /// From asking to its first GPU.
    pub fn wait(&self) -> Span {
        self.start - self.job.submit
    }

    /// From asking to its end: job completion time.
    pub fn completion(&self) -> Span {
        self.end - self.job.submit
    }
}
