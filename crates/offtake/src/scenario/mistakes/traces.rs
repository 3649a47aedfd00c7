//! What can be wrong with the files that tell of jobs: a trace, a shape.

use crate::scenario::place::Place;
use crate::scenario::report::Report;

const COLUMNS: &str = "its first line is `job_id,submit,gpus,runtime,walltime`, times in seconds; \
                       `walltime`, `account` and `priority` may be left out";

impl Report {
    /// A file of jobs that the door does not hand in.
    pub fn no_file_of_jobs(&mut self, at: Place, name: &str, why: &str) {
        self.mistake(
            "E0095",
            at,
            format!("the jobs in `{name}` cannot be read"),
            Some(why.to_owned()),
        );
    }

    /// A file that holds no shape.
    pub fn not_a_shape(&mut self, at: Place, name: &str, why: &str) {
        self.mistake(
            "E0096",
            at,
            format!("`{name}` is no shape of jobs: {why}"),
            Some("`offtake import TRACE -o shape.toml` writes one".to_owned()),
        );
    }

    /// A column that no trace has.
    pub fn not_a_column_of_jobs(&mut self, at: Place, name: &str) {
        self.mistake(
            "E0097",
            at,
            format!("a trace has no column `{name}`"),
            Some(COLUMNS.to_owned()),
        );
    }

    /// A column that every trace has.
    pub fn lacks_a_column_of_jobs(&mut self, at: Place, name: &str) {
        self.mistake(
            "E0097",
            at,
            format!("the trace has no column `{name}`"),
            Some(COLUMNS.to_owned()),
        );
    }

    /// A line that is no job.
    pub fn no_job(&mut self, at: Place, what: &str) {
        self.mistake(
            "E0098",
            at,
            format!("this is no job: {what}"),
            Some("times are seconds, GPUs a whole number of at least 1; `offtake import TRACE --plain jobs.csv` turns other traces into this form".to_owned()),
        );
    }

    /// A trace without jobs.
    pub fn no_jobs(&mut self, at: Place, name: &str) {
        self.mistake("E0098", at, format!("there is no job in `{name}`"), Some(COLUMNS.to_owned()));
    }

    /// Jobs that are told by a trace and by something else.
    pub fn jobs_told_twice(&mut self, at: Place, work: &str, key: &str) {
        self.mistake(
            "E0099",
            at,
            format!("`{work}` tells its jobs twice, by `trace` and by `{key}`"),
            Some(format!("keep one of the two; a variant sets `{work}` as a whole")),
        );
    }
}
