//! Where does colour help? What opens a chapter stands out, a verdict carries its colour, what was only assumed
//! stands back. Reports are plain text; only a terminal sees them painted.

use std::io::{self, IsTerminal};

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const CYAN: &str = "\x1b[36m";
const END: &str = "\x1b[0m";

/// Words at the beginning of a line that judge what follows, each with its colour.
const VERDICTS: [(&str, &str); 4] =
    [("holds-if ", YELLOW), ("holds ", GREEN), ("fails ", RED), ("unknown ", DIM)];
/// Marks behind a number that say how far it is known.
const MARKS: [&str; 5] = ["(reported)", "(assumed)", "(derived)", "(simulated)", "(judged)"];

/// Whether what is printed may be coloured.
pub fn results() -> bool {
    is_wanted(io::stdout().is_terminal())
}

/// Whether talk may be coloured.
pub fn talk() -> bool {
    is_wanted(io::stderr().is_terminal())
}

/// As the environment says it, in the manner of no-color.org and of clicolors; else on terminals only.
fn is_wanted(on_terminal: bool) -> bool {
    let told = |name| std::env::var_os(name).filter(|it| !it.is_empty());
    if told("NO_COLOR").is_some() {
        return false;
    }
    told("CLICOLOR_FORCE").is_some_and(|it| it != "0") || (on_terminal && !is_dumb())
}

/// Whether the terminal knows nothing but letters.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|it| it == "dumb")
}

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// A title on its first line, then chapters.
    Report,
    /// Chapters: a heading follows an empty line and is not indented.
    Chapters,
    /// Rows without headings.
    Rows,
}

/// A text in colour.
pub fn text(text: &str, looks: Looks) -> String {
    let mut out = String::new();
    let mut heads = looks == Looks::Report;
    for (nth, line) in text.lines().enumerate() {
        heads &= !line.starts_with(' ');
        match heads && !line.is_empty() {
            true => wrap(&mut out, BOLD, line),
            false => out.push_str(&painted(line)),
        }
        out.push('\n');
        // A title is one line; a heading may go on.
        heads = looks != Looks::Rows && (line.is_empty() || (heads && nth > 0));
    }
    out
}

fn wrap(out: &mut String, colour: &str, text: &str) {
    out.push_str(colour);
    out.push_str(text);
    out.push_str(END);
}

/// A line of a chapter: its verdict, its marks, its bars.
fn painted(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    if let Some((word, colour)) = VERDICTS.iter().find(|it| verdict(line, it.0)) {
        let (indent, after) = line.split_at(2);
        out.push_str(indent);
        wrap(&mut out, colour, word.trim_end());
        rest = &after[word.trim_end().len()..];
    }
    if let Some((at, mark)) = MARKS.iter().find_map(|it| Some((rest.find(it)?, *it))) {
        out.push_str(&rest[..at]);
        wrap(&mut out, DIM, mark);
        rest = &rest[at + mark.len()..];
    }
    let is_bar = |it: char| ('▁'..='▏').contains(&it);
    match rest.find(is_bar) {
        Some(at) => {
            out.push_str(&rest[..at]);
            wrap(&mut out, CYAN, &rest[at..]);
        }
        None => out.push_str(rest),
    }
    out
}

/// Whether a line of a chapter begins with a word that judges.
fn verdict(line: &str, word: &str) -> bool {
    line.strip_prefix("  ").is_some_and(|it| it.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_verdicts_marks_and_bars_carry_colour() {
        let plain = "A title\n\nChapter\n  holds     1  a claim\n  $2.68  a price (derived)\n  used  ▁▅█\n  holds\n";
        let shown = text(plain, Looks::Report).replace('\x1b', "^");
        assert_eq!(
            shown,
            "^[1mA title^[0m\n\n^[1mChapter^[0m\n  ^[32mholds^[0m     1  a claim\n  $2.68  a price ^[2m(derived)^[0m\n  used  ^[36m▁▅█^[0m\n  holds\n"
        );
    }
}
