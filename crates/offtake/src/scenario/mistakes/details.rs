//! What can be wrong with a while for which jobs are played one by one.

use crate::scenario::place::Place;
use crate::scenario::report::Report;

impl Report {
    /// A detail without a beginning, or without a length.
    pub fn detail_half_told(&mut self, at: Place, lacks: &str) {
        self.mistake(
            "E0092",
            at,
            format!("the detail does not tell `{lacks}`"),
            Some("write `detail = { from = 2027-03-01, for = \"30 days\" }`".to_owned()),
        );
    }

    /// A detail outside the horizon.
    pub fn detail_never_played(&mut self, at: Place, work: &str) {
        self.mistake(
            "E0093",
            at,
            format!("the detail of `{work}` begins outside the horizon"),
            None,
        );
    }

    /// Jobs of which only the mean is known.
    pub fn no_shape_of_jobs(&mut self, at: Place, like: &str) {
        self.mistake(
            "E0094",
            at,
            format!("of `{like}` only the mean job is known, so none can be played one by one"),
            Some(
                "`like` a row with a shape: `catalogue:jobs/philly`, `catalogue:jobs/acme-seren`"
                    .to_owned(),
            ),
        );
    }
}
