//! Where what happened goes, as it happens.

use super::{Hour, Job, Record, Stint};
use crate::time::{Instant, Span};

/// How a stint was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Its job was done.
    Done,
    /// The policy stopped it.
    Told,
    /// Something broke: which, as [`super::Breaks::names`] counts.
    Broke(usize),
    /// The play was over first.
    Open,
}

/// Something broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// When.
    pub at: Instant,
    /// What, as [`super::Breaks::names`] counts.
    pub cause: usize,
    /// Nodes that were up until then and were struck.
    pub nodes: u32,
    /// Jobs that were interrupted.
    pub jobs: u32,
    /// How long the nodes are away, if they are.
    pub lasts: Option<Span>,
}

/// Takes what a pool tells. What is not asked for is dropped.
pub trait Sink {
    /// A job got its GPUs for the first time.
    fn starts(&mut self, _job: &Job, _at: Instant) {}

    /// A job gave its GPUs back: how it spent the time for which it held them.
    fn stint(&mut self, _job: &Job, _stint: &Stint, _over: Over) {}

    /// Nodes were struck that were up until then; jobs on them have been told of before.
    fn breaks(&mut self, _failure: &Failure) {}

    /// A job is done.
    fn ends(&mut self, _record: &Record) {}

    /// A job asks for more GPUs than the pool has, and will never run.
    fn refuses(&mut self, _job: &Job) {}

    /// An hour is over.
    fn hour(&mut self, _hour: &Hour) {}
}

/// Nobody listens.
impl Sink for () {}

/// Two listen.
impl<A: Sink, B: Sink> Sink for (A, B) {
    fn starts(&mut self, job: &Job, at: Instant) {
        self.0.starts(job, at);
        self.1.starts(job, at);
    }

    fn stint(&mut self, job: &Job, stint: &Stint, over: Over) {
        self.0.stint(job, stint, over);
        self.1.stint(job, stint, over);
    }

    fn breaks(&mut self, failure: &Failure) {
        self.0.breaks(failure);
        self.1.breaks(failure);
    }

    fn ends(&mut self, record: &Record) {
        self.0.ends(record);
        self.1.ends(record);
    }

    fn refuses(&mut self, job: &Job) {
        self.0.refuses(job);
        self.1.refuses(job);
    }

    fn hour(&mut self, hour: &Hour) {
        self.0.hour(hour);
        self.1.hour(hour);
    }
}

impl<S: Sink> Sink for &mut S {
    fn starts(&mut self, job: &Job, at: Instant) {
        (**self).starts(job, at);
    }

    fn stint(&mut self, job: &Job, stint: &Stint, over: Over) {
        (**self).stint(job, stint, over);
    }

    fn breaks(&mut self, failure: &Failure) {
        (**self).breaks(failure);
    }

    fn ends(&mut self, record: &Record) {
        (**self).ends(record);
    }

    fn refuses(&mut self, job: &Job) {
        (**self).refuses(job);
    }

    fn hour(&mut self, hour: &Hour) {
        (**self).hour(hour);
    }
}
