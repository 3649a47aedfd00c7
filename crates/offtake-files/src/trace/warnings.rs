//! What a reader could not take as it stands: named, counted, with the first place it was met.
//!
//! Nothing is guessed. Each warning says whether its jobs are left out or kept, and how. Byte order marks,
//! line ends of other systems and blank lines change no job and are no warning.

use std::fmt;

/// One way in which a line is not what a trace should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// Reading failed: a packed file that ends too soon, a disk.
    BreaksOff,
    /// The last line has no end and lacks fields.
    CutShort,
    /// A line lacks fields.
    TooFew,
    /// A line has more fields than it should, so none is surely where it belongs.
    TooMany,
    /// A line is longer than any line of a trace.
    TooLong,
    /// A field holds what it should not.
    Unreadable,
    /// A field that is needed is empty, or says that the value is not known.
    Missing,
    /// A field is below zero.
    Negative,
    /// A field is larger than can be meant.
    TooLarge,
    /// A job tells a date where the first told a number, or the reverse.
    OtherTimes,
    /// A job asks for no GPU.
    NoGpu,
    /// A part of a job that has a line of its own.
    Part,
    /// A job that never got its GPUs, so nobody knows how long it would have run.
    NeverStarted,
    /// A job without an end.
    NoEnd,
    /// The same line again, its id too.
    Twice,
    /// More kinds of accelerator than the 64 that a job can tell apart.
    ManyKinds,
    /// The same line again, where no id tells whether it is another job.
    Alike,
    /// A job that still ran when the trace was written.
    Running,
    /// A job that ran for no time.
    NoTime,
    /// A job that asks for a share of a GPU.
    Share,
    /// A job whose runtime is not the time between its start and its end.
    Disagrees,
    /// A walltime that cannot be read.
    Walltime,
    /// A name that is not UTF-8.
    Bytes,
    /// More accounts than are told apart.
    ManyAccounts,
    /// A job that was asked for before the one above it.
    Unordered,
}

use Warning::*;

/// Every warning: its name, and what is said of one|many.
const SAID: [(Warning, &str, &str); Warnings::KINDS] = [
    (BreaksOff, "breaks-off", "place|places where reading breaks off"),
    (CutShort, "cut-short", "last line is cut short and left out"),
    (TooFew, "too-few", "line|lines has|have too few fields and is|are left out"),
    (TooMany, "too-many", "line|lines has|have too many fields and is|are left out"),
    (TooLong, "too-long", "line|lines is|are over 1 MiB long and left out"),
    (Unreadable, "unreadable", "line|lines cannot be read and is|are left out"),
    (Missing, "missing", "line|lines lacks|lack a value and is|are left out"),
    (Negative, "negative", "line|lines has|have a value below zero and is|are left out"),
    (TooLarge, "too-large", "line|lines has|have a value too large to mean and is|are left out"),
    (OtherTimes, "other-times", "job|jobs tells|tell time unlike the first and is|are left out"),
    (NoGpu, "no-gpu", "job|jobs asks|ask for no GPU and is|are left out"),
    (Part, "part", "line|lines is|are part of another job and left out"),
    (NeverStarted, "never-started", "job|jobs never started and is|are left out"),
    (NoEnd, "no-end", "job|jobs has|have no end and is|are left out"),
    (Twice, "twice", "line|lines stands|stand there before and is|are left out"),
    (ManyKinds, "many-kinds", "job|jobs names|name a kind beyond the 64th and is|are left out"),
    (Alike, "alike", "job|jobs is|are like one just above and kept"),
    (Running, "running", "job|jobs still ran: kept, with the time until then"),
    (NoTime, "no-time", "job|jobs runs|run for no time and is|are kept"),
    (Share, "share", "job|jobs asks|ask for a share of a GPU and gets|get a whole one"),
    (
        Disagrees,
        "disagrees",
        "job|jobs has|have a runtime that is not end less start, which is taken",
    ),
    (Walltime, "walltime", "job|jobs has|have an unreadable walltime: kept without"),
    (Bytes, "bytes", "job|jobs has|have a name that is not UTF-8: kept, with a sign in place"),
    (
        ManyAccounts,
        "many-accounts",
        "job|jobs has|have an account beyond the millionth: kept without",
    ),
    (Unordered, "unordered", "job|jobs was|were asked for before the one above"),
];

impl Warning {
    /// Its name, for programs.
    pub fn name(self) -> &'static str {
        SAID[self as usize].1
    }

    /// Whether what it is about is left out; otherwise it is kept.
    pub fn leaves_out(self) -> bool {
        CutShort <= self && self <= ManyKinds
    }
}

/// How often a warning was given, and where first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// How often.
    pub count: u64,
    /// The line it was first met on, from 1.
    pub line: u64,
    /// What stood there, cut short; empty where the line alone says it.
    pub example: Box<str>,
}

/// All warnings of one reading, in the order of [`Warning`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings {
    met: [Option<Met>; Warnings::KINDS],
}

impl Warnings {
    const KINDS: usize = Unordered as usize + 1;

    /// Counts a warning; the example is only made for the first.
    pub(super) fn add(&mut self, warning: Warning, line: u64, example: impl FnOnce() -> String) {
        let met = &mut self.met[warning as usize];
        met.get_or_insert_with(|| Met { count: 0, line, example: example().into() }).count += 1;
    }

    /// Whether all was taken as it stands; a strict user goes no further otherwise.
    pub fn is_empty(&self) -> bool {
        self.met.iter().all(Option::is_none)
    }

    /// How often a warning was given.
    pub fn count(&self, warning: Warning) -> u64 {
        self.met[warning as usize].as_ref().map_or(0, |it| it.count)
    }

    /// How many lines are left out.
    pub fn left_out(&self) -> u64 {
        self.iter().filter(|(warning, _)| warning.leaves_out()).map(|(_, met)| met.count).sum()
    }

    /// What was met, in the order of [`Warning`].
    pub fn iter(&self) -> impl Iterator<Item = (Warning, &Met)> {
        SAID.iter().zip(&self.met).filter_map(|(said, met)| Some((said.0, met.as_ref()?)))
    }
}

/// One line a warning: `731 jobs ask for no GPU and are left out (first: line 17)`.
impl fmt::Display for Warnings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (warning, met) in self.iter() {
            let one = met.count == 1;
            write!(f, "{}", met.count)?;
            for word in SAID[warning as usize].2.split(' ') {
                let (single, plural) = word.split_once('|').unwrap_or((word, word));
                write!(f, " {}", if one { single } else { plural })?;
            }
            write!(f, " ({}line {}", if one { "" } else { "first: " }, met.line)?;
            if !met.example.is_empty() {
                write!(f, ": {}", met.example)?;
            }
            writeln!(f, ")")?;
        }
        Ok(())
    }
}

/// What stands in a field, fit for a terminal.
pub(super) fn shown(text: &[u8]) -> String {
    const MOST: usize = 40;
    let cut = &text[..text.len().min(MOST)];
    let dots = if cut.len() < text.len() { "..." } else { "" };
    format!("`{}{dots}`", String::from_utf8_lossy(cut).escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_warning_has_its_row() {
        assert!(SAID.iter().enumerate().all(|(i, said)| said.0 as usize == i));
    }

    #[test]
    fn warnings_are_told_in_one_order_with_the_first_place() {
        let mut told = Warnings::default();
        told.add(NoGpu, 17, String::new);
        told.add(NoGpu, 19, String::new);
        told.add(Unreadable, 30, || format!("`gpus` is {}", shown(b"a\x1bb")));
        assert_eq!(
            told.to_string(),
            "1 line cannot be read and is left out (line 30: `gpus` is `a\\u{1b}b`)\n\
             2 jobs ask for no GPU and are left out (first: line 17)\n"
        );
        assert_eq!((told.left_out(), told.count(Alike), told.is_empty()), (3, 0, false));
    }
}
