//! Everything that is wrong with an input, gathered, so that one pass tells all of it.

use std::collections::BTreeSet;

use super::place::Place;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; the scenario plays.
    Warning,
    /// The scenario cannot be played.
    Mistake,
}

/// One thing that is wrong, with its place, its reason and the likely fix.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// `E0012`, `W0001`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, with the names in it.
    pub message: String,
    /// Where.
    pub at: Place,
    /// The likely fix.
    pub help: Option<String>,
    /// The variant in which it is wrong, where the plain scenario is right.
    pub variant: Option<String>,
}

/// All that was found. Its constructors, one for each mistake, stand in `mistakes`.
#[derive(Clone, Debug, Default)]
pub struct Report {
    found: Vec<Diagnostic>,
    /// What was found already: the same mistake in the same place is told once.
    known: BTreeSet<(&'static str, Place, String)>,
    mistakes: usize,
    /// Under `--strict` a missing source is a mistake.
    pub strict: bool,
    /// The variant that is being checked.
    pub variant: Option<String>,
}

impl Report {
    pub(super) fn add(
        &mut self,
        severity: Severity,
        code: &'static str,
        at: Place,
        message: String,
        help: Option<String>,
    ) {
        let variant = self.variant.clone();
        if self.known.insert((code, at, message.clone())) {
            self.mistakes += usize::from(severity == Severity::Mistake);
            self.found.push(Diagnostic { code, severity, message, at, help, variant });
        }
    }

    /// Whether something was found already in this place, in whatever words.
    pub(super) fn knows(&self, code: &'static str, at: Place) -> bool {
        let first = self.known.range((code, at, String::new())..).next();
        first.is_some_and(|it| (it.0, it.1) == (code, at))
    }

    /// Everything, in the order of the files.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<_> = self.found.iter().collect();
        all.sort_by_key(|it| (std::cmp::Reverse(it.severity), it.at));
        all
    }

    /// The warnings alone.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter().filter(|it| it.severity == Severity::Warning)
    }

    /// How many mistakes.
    pub fn mistakes(&self) -> usize {
        self.mistakes
    }

    /// Whether it can be played.
    pub fn is_clean(&self) -> bool {
        self.mistakes() == 0
    }
}
