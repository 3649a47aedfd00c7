//! What is wrong, where, and what would help? Findings as a compiler shows them, or as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, Title};
use offtake::scenario::{Diagnostic, Files, Place, Report, Severity};
use serde_json::{Value, json};

use crate::exit::{Exit, Stop};
use crate::table::cut;
use crate::{out, paint};

/// More of the same code than this are shown in part: `(most, shown)`.
const FEW_WARNINGS: (usize, usize) = (5, 3);
/// Noise instead of TOML has thousands of mistakes; a screen of them is enough.
const FEW_MISTAKES: (usize, usize) = (20, 20);
/// A line, a message longer than this is cut for the terminal, in bytes.
const LONG: usize = 240;

/// All that was found in one scenario and its variants.
pub struct Findings {
    name: String,
    files: Files,
    all: Vec<Diagnostic>,
}

impl Findings {
    /// Nothing found yet in the scenario of this name.
    pub fn new(name: &str, files: Files) -> Self {
        Findings { name: name.to_owned(), files, all: Vec::new() }
    }

    /// All that was found in a file that is no scenario.
    pub fn of(name: &str, files: Files, mut all: Vec<Diagnostic>) -> Self {
        all.sort_by_key(|it| (std::cmp::Reverse(it.severity), it.at));
        Findings { name: name.to_owned(), files, all }
    }

    /// Takes over a report. What is known already, from the plain scenario, is not told again.
    pub fn add(&mut self, report: &Report) {
        let key = |it: &Diagnostic| (it.code, it.at, it.message.clone());
        let known: BTreeSet<_> = self.all.iter().map(key).collect();
        let new = report.sorted().into_iter().filter(|it| !known.contains(&key(it))).cloned();
        self.all.extend(new.collect::<Vec<_>>());
        self.all.sort_by_key(|it| (std::cmp::Reverse(it.severity), it.at));
    }

    /// How many mistakes.
    pub fn mistakes(&self) -> usize {
        self.all.iter().filter(|it| it.severity == Severity::Mistake).count()
    }

    /// Tells the user, on stderr.
    pub fn say(&self) {
        if !self.all.is_empty() {
            out::say(&self.render(paint::talk()));
        }
    }

    /// Everything as text, with a last line that counts.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut many: BTreeMap<&str, usize> = BTreeMap::new();
        for it in &self.all {
            *many.entry(it.code).or_default() += 1;
        }
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        let mut parts = Vec::new();
        for it in &self.all {
            let nth = told.entry(it.code).or_default();
            *nth += 1;
            let few = if it.severity == Severity::Warning { FEW_WARNINGS } else { FEW_MISTAKES };
            let shown = if many[it.code] > few.0 { few.1 } else { few.0 };
            if *nth <= shown {
                parts.push(self.one(it, &renderer));
            }
            if *nth == shown && many[it.code] > shown {
                let left = many[it.code] - shown;
                let code =
                    if it.code.is_empty() { "" } else { &format!(" like this ({})", it.code) };
                parts.push(format!("... and {left} more{code}"));
            }
        }
        parts.push(self.summary());
        format!("{}\n", parts.join("\n\n"))
    }

    /// `2 mistakes, 1 warning in deal.toml`
    pub fn summary(&self) -> String {
        let mistakes = self.mistakes();
        let counts = [(mistakes, "mistake"), (self.all.len() - mistakes, "warning")];
        let told = counts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| counted(n, what));
        let told: Vec<String> = told.collect();
        let told = if told.is_empty() { "no mistakes".to_owned() } else { told.join(", ") };
        format!("{told} in {}", self.name)
    }

    fn one(&self, it: &Diagnostic, renderer: &Renderer) -> String {
        let level = match it.severity {
            Severity::Mistake => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(cut(&it.message, LONG));
        let title = if it.code.is_empty() { title } else { title.id(it.code) };
        let mut group = pointed(title, &self.files, it.at);
        if let Some(help) = &it.help {
            group = group.element(Level::HELP.message(cut(help, LONG)));
        }
        if let Some(variant) = &it.variant {
            group = group.element(Level::NOTE.message(format!("in variant `{variant}`")));
        }
        renderer.render(&[group])
    }

    /// Everything as one JSON document.
    pub fn json(&self) -> Value {
        let of = |severity: Severity| -> Vec<Value> {
            self.all
                .iter()
                .filter(|it| it.severity == severity)
                .map(|it| self.one_json(it))
                .collect()
        };
        json!({
            "scenario": self.name,
            "mistakes": of(Severity::Mistake),
            "warnings": of(Severity::Warning),
        })
    }

    /// Everything with its whole place, from one on and in characters, as an editor marks it.
    pub fn places(&self) -> Value {
        let one = |it: &Diagnostic| {
            let (line, column) = self.files.line_column(it.at);
            let end = Place { start: it.at.end.max(it.at.start), ..it.at };
            let (end_line, end_column) = self.files.line_column(end);
            let severity = match it.severity {
                Severity::Mistake => "error",
                Severity::Warning => "warning",
            };
            json!({
                "code": it.code,
                "severity": severity,
                "message": it.message,
                "label": "",
                "help": it.help,
                "variant": it.variant,
                "file": self.files.at(it.at).name,
                "line": line,
                "column": column,
                "end_line": end_line,
                "end_column": end_column,
            })
        };
        json!({ "mistakes": self.all.iter().map(one).collect::<Vec<_>>() })
    }

    fn one_json(&self, it: &Diagnostic) -> Value {
        let (line, column) = self.files.line_column(it.at);
        json!({
            "code": it.code,
            "message": it.message,
            "file": self.files.at(it.at).name,
            "line": line,
            "column": column,
            "help": it.help,
            "variant": it.variant,
        })
    }
}

/// Tells all that is wrong with a file that is no scenario, each with its place and the line there.
///
/// # Errors
/// Stops if anything is.
pub fn refuse(
    name: &str,
    text: &str,
    mut mistakes: Vec<(Range<usize>, String)>,
) -> Result<(), Stop> {
    if mistakes.is_empty() {
        return Ok(());
    }
    mistakes.sort_by_key(|it| it.0.start);
    let mut files = Files::default();
    let file = files.add(name, text);
    let colour = paint::talk();
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let one = |(at, why): &(Range<usize>, String)| {
        let at = Place { file, start: at.start as u32, end: at.end as u32 };
        let title = Level::ERROR.primary_title(cut(why, LONG));
        renderer.render(&[pointed(title, &files, at)])
    };
    let mut parts: Vec<String> = mistakes.iter().take(FEW_MISTAKES.0).map(one).collect();
    let more = mistakes.len().saturating_sub(FEW_MISTAKES.0);
    parts.extend((more > 0).then(|| format!("... and {more} more")));
    parts.push(format!("{} in {name}", counted(mistakes.len(), "mistake")));
    out::say(&format!("{}\n", parts.join("\n\n")));
    Err(Stop::told(Exit::Wrong))
}

/// A title over the line that a place begins in.
fn pointed<'a>(title: Title<'a>, files: &'a Files, at: Place) -> Group<'a> {
    let (line, column) = files.line_column(at);
    let (name, text) = (files.at(at).name.as_str(), &files.at(at).text);
    let origin = Origin::path(name).line(line).char_column(column);
    let group = Group::with_title(title);
    let Some(Excerpt { text, from, to, whole }) = Excerpt::of(text, at) else {
        return group.element(origin);
    };
    let caret = AnnotationKind::Primary.span(from..to);
    let snippet = Snippet::source(text).line_start(line).annotation(caret);
    // Of a window the renderer would count a column of its own.
    if whole { group.element(snippet.path(name)) } else { group.element(origin).element(snippet) }
}

/// `1 mistake`, `2 mistakes`.
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The line that a place begins in, with what the carets stand under.
///
/// Only this line is handed on, and only a window of it where it is long: a place may cover a
/// whole file, and a line may have megabytes.
#[derive(Debug, PartialEq, Eq)]
struct Excerpt {
    text: String,
    from: usize,
    to: usize,
    /// Whether the text is the whole line.
    whole: bool,
}

impl Excerpt {
    /// The excerpt at a place, unless there is nothing to see.
    fn of(text: &str, at: Place) -> Option<Excerpt> {
        let start = text.floor_char_boundary(at.start as usize);
        let line_start = text[..start].rfind('\n').map_or(0, |it| it + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |it| start + it);
        let line = text[line_start..line_end].trim_end_matches('\r');
        if line.trim().is_empty() {
            return None;
        }
        let from = (start - line_start).min(line.len());
        let end = text.floor_char_boundary(at.end as usize).max(start);
        let to = (end - line_start).clamp(from, line.len());
        // An empty place still gets its caret, at the line's end too.
        let to = if to > from { to } else { line.ceil_char_boundary(from + 1).max(from) };
        if line.len() <= LONG {
            return Some(Excerpt { text: line.to_owned(), from, to, whole: true });
        }
        let left = line.floor_char_boundary(from.saturating_sub(LONG / 4));
        let right = line.ceil_char_boundary((from + LONG / 2).min(line.len()));
        let before = if left > 0 { "..." } else { "" };
        let after = if right < line.len() { "..." } else { "" };
        let shift = |it: usize| it.min(right) - left + before.len();
        let text = format!("{before}{}{after}", &line[left..right]);
        Some(Excerpt { text, from: shift(from), to: shift(to), whole: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(start: u32, end: u32) -> Place {
        Place { file: 0, start, end }
    }

    #[test]
    fn only_the_line_of_a_place_is_shown() {
        let text = "a = 1\nbb = \"x\"\nc = 3\n";
        let whole = Excerpt::of(text, place(6, 20)).expect("there is a line");
        assert_eq!((whole.text.as_str(), whole.from, whole.to), ("bb = \"x\"", 0, 8));
        assert_eq!(Excerpt::of("", place(0, 0)), None);
        assert_eq!(Excerpt::of("a\n\n", place(2, 2)), None);
    }

    #[test]
    fn a_line_of_megabytes_becomes_a_window() {
        let text = format!("name = \"{}ü{}\"", "x".repeat(3 << 20), "y".repeat(1 << 20));
        let at = text.find('ü').expect("it is there") as u32;
        let it = Excerpt::of(&text, place(at, at + 2)).expect("there is a line");
        assert!(it.text.len() < LONG + 10, "{}", it.text.len());
        assert_eq!(&it.text[it.from..it.to], "ü");
    }

    #[test]
    fn every_place_in_a_long_line_has_its_excerpt() {
        let text = "ä€x ".repeat(200);
        for start in 0..text.len() as u32 {
            for length in [0, 1, 7, 900] {
                let it = Excerpt::of(&text, place(start, start + length)).expect("there is a line");
                assert!(it.from <= it.to && it.text.is_char_boundary(it.from), "{start} {length}");
            }
        }
    }
}
