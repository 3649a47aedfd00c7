//! Where what happened goes, as it happens.

use super::{Hour, Job, Record};
use crate::time::Instant;

/// Takes what a pool tells. What is not asked for is dropped.
pub trait Sink {
    /// A job got its GPUs for the first time.
    fn starts(&mut self, _job: &Job, _at: Instant) {}

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
