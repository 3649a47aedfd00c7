//! A job as it was asked for.

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
