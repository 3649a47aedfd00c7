//! What can be wrong with a delivery schedule and the file that it stands in.

use crate::scenario::place::Place;
use crate::scenario::report::Report;

const COLUMNS: &str = "its first line is `month,gpus`; the second column may be named after \
                       another unit: `k GPU`, `MW IT`";

impl Report {
    /// A schedule that cannot be read.
    pub fn no_schedule(&mut self, at: Place, name: &str, why: &str) {
        self.mistake(
            "E0086",
            at,
            format!("the schedule `{name}` cannot be read"),
            Some(why.to_owned()),
        );
    }

    /// Another number of columns.
    pub fn not_two_columns(&mut self, at: Place, count: usize) {
        self.mistake(
            "E0087",
            at,
            format!("a schedule has two columns; this has {count}"),
            Some(COLUMNS.to_owned()),
        );
    }

    /// A column of another name.
    pub fn not_a_column(&mut self, at: Place, name: &str, wanted: &str) {
        self.mistake(
            "E0087",
            at,
            format!("a schedule has no column `{name}`; `{wanted}` is wanted here"),
            Some(COLUMNS.to_owned()),
        );
    }

    /// Another number of values than of columns.
    pub fn not_two_values(&mut self, at: Place, count: usize) {
        self.mistake(
            "E0088",
            at,
            format!("a line of a schedule has two values; this has {count}"),
            Some("write numbers without commas: `20000`, `20k GPU`".to_owned()),
        );
    }

    /// A day that is not after the one before it.
    pub fn schedule_turns_back(&mut self, at: Place, day: &str, before: &str) {
        self.mistake(
            "E0089",
            at,
            format!("`{day}` stands after `{before}`"),
            Some("order the lines by date, each date once".to_owned()),
        );
    }

    /// Less than before.
    pub fn schedule_falls(&mut self, at: Place, gpus: i64, before: i64) {
        self.mistake(
            "E0090",
            at,
            format!("the schedule falls from {before} to {gpus} GPUs"),
            Some("each line counts all that is there by then, not what is added".to_owned()),
        );
    }

    /// A calendar told in two ways.
    pub fn calendar_told_twice(&mut self, at: Place, deal: &str, key: &str) {
        self.mistake(
            "E0091",
            at,
            format!("`{deal}` tells its calendar twice, by `schedule` and by `{key}`"),
            Some(format!("keep one of the two; a variant sets `{deal}.deliver` as a whole")),
        );
    }
}
