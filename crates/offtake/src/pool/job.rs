//! What is asked of a pool, and what came of it.

use super::machine::Stretch;
use crate::time::{Instant, Span};

/// A job as it was asked for: a rigid gang of GPUs, for some time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// As its trace calls it.
    pub id: Box<str>,
    /// Its place in the trace, from 0: breaks ties between jobs of one moment.
    pub nth: u64,
    /// When it was asked for.
    pub submit: Instant,
    /// GPUs that it holds together; at least one.
    pub gpus: i64,
    /// How long it works, failures and waiting apart; no policy knows it.
    pub runtime: Span,
    /// How long it may run, where its owner said so.
    pub walltime: Option<Span>,
    /// Who asks: an index into the trace's names.
    pub account: u32,
    /// Higher goes first, where the policy looks at it.
    pub priority: i64,
    /// Kinds of accelerator that will do, one bit each, by the trace's names; 0: any.
    pub kinds: u64,
}

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
