//! What can be wrong with a claim's number, day, text or ranking.

use crate::scenario::place::Place;
use crate::scenario::report::Report;

impl Report {
    /// A claim's number twice.
    pub fn number_twice(&mut self, at: Place, n: i64) {
        self.mistake("E0080", at, format!("two claims have the number {n}"), None);
    }

    /// No day.
    pub fn no_day(&mut self, at: Place, text: &str) {
        self.mistake(
            "E0081",
            at,
            format!("`{text}` is no day"),
            Some("write 2026-12-31, a date of a row (`deal.aws.start`, `catalogue:commitment/openai-aws.announced`), or a figure that is a date".to_owned()),
        );
    }

    /// No text.
    pub fn no_text(&mut self, at: Place, text: &str) {
        self.mistake(
            "E0082",
            at,
            format!("`{text}` is no text"),
            Some("write a text or word of a row (`deal.aws.kind`, `catalogue:commitment/openai-aws.hardware`), or `weekday(2026-12-31)`".to_owned()),
        );
    }

    /// A ranking that cannot be read.
    pub fn rank_broken(&mut self, at: Place, text: &str, why: &str) {
        self.mistake(
            "E0083",
            at,
            format!("`{text}` cannot be ranked: {why}"),
            Some("rank(catalogue:KIND/NAME.FIELD among FIELD = WORD, FIELD = WORD), or rank(FIGURE among FIGURES), with one `*` in FIGURES".to_owned()),
        );
    }

    /// No place in a ranking.
    pub fn not_a_place(&mut self, at: Place, text: &str) {
        self.mistake(
            "E0084",
            at,
            format!("`{text}` is no place in a ranking"),
            Some("a whole number; 1 is the largest".to_owned()),
        );
    }

    /// A tolerance without a meaning.
    pub fn nothing_within(&mut self, at: Place, compare: &str) {
        self.mistake(
            "E0085",
            at,
            format!("`within` says nothing where `compare` is `{compare}`"),
            Some("leave it out: it is for numbers (`5 %`) and days (`3 days`)".to_owned()),
        );
    }
}
