//! What does the catalogue hold? Reads the embedded texts for the verbs that look facts up.

use offtake::scenario::{Diagnostic, Draft, Inputs, Report, Row, Severity, check_catalogue};
use offtake::units::nearest;

use crate::exit::Stop;
use crate::out;

/// The catalogue as it is read for every scenario.
pub struct Facts {
    /// The texts, the embedded tables and the defaults.
    pub draft: Draft,
    /// Every value.
    pub inputs: Inputs,
    /// Every row.
    pub rows: Vec<Row>,
}

impl Facts {
    /// Reads every row. A row with a mistake is our fault, not the user's: it is told, and does not
    /// hide the others.
    pub fn read() -> Result<Facts, Stop> {
        let (draft, mut report) = (open()?, Report::default());
        let (inputs, rows) = check_catalogue(&draft, &mut report);
        if let Some(it) = first_mistake(&report) {
            let at = draft.files.describe(it.at);
            let (count, message) = (report.mistakes(), &it.message);
            out::say(&format!("warning: the catalogue has mistakes ({count}): {at}: {message}"));
        }
        Ok(Facts { draft, inputs, rows })
    }
}

/// The catalogue's texts without a scenario: enough for defaults.
pub fn open() -> Result<Draft, Stop> {
    let mut report = Report::default();
    let (_, draft) = Draft::read("catalogue", "offtake = 1\n", &mut report);
    draft.ok_or_else(|| Stop::failed("the built-in catalogue cannot be read"))
}

fn first_mistake(report: &Report) -> Option<&Diagnostic> {
    report.sorted().into_iter().find(|it| it.severity == Severity::Mistake)
}

/// Up to three known words near a misspelt one, as a half sentence: `; did you mean ...?`
pub fn did_you_mean(word: &str, known: &[&str]) -> String {
    let mut left = known.to_vec();
    let mut near = Vec::new();
    while let Some(best) = nearest(word, left.iter().copied()).filter(|_| near.len() < 3) {
        near.push(format!("`{best}`"));
        left.retain(|it| *it != best);
    }
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
}
