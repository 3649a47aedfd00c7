//! A text with commas, read in lines of items that keep their places.

use super::place::{Files, Place};

/// The text of such a file.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// Which of the files.
    pub file: u16,
    /// All of it.
    pub text: &'a str,
}

/// A line that says something.
pub struct Line<'a> {
    /// What stands between the commas.
    pub cells: Vec<Item<'a>>,
    /// The whole line.
    pub place: Place,
}

/// What stands between two commas, without blanks and quotes.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    /// As written.
    pub text: &'a str,
    /// Where.
    pub place: Place,
}

impl<'a> Sheet<'a> {
    /// The file of this number.
    pub fn of(files: &'a Files, file: u16) -> Self {
        let whole = Place { file, start: 0, end: 0 };
        Self { file, text: &files.at(whole).text }
    }

    /// Where it begins, for what is wrong with all of it.
    pub fn whole(&self) -> Place {
        Place { file: self.file, start: 0, end: 0 }
    }

    /// The lines but for empty ones and comments. Spreadsheets put a mark before the first.
    pub fn lines(&self) -> impl Iterator<Item = Line<'a>> + use<'a> {
        let (file, text) = (self.file, self.text);
        let says = |it: &&str| !it.is_empty() && !it.starts_with('#');
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(says);
        lines.map(move |line| {
            let item = |it: &'a str| {
                let it = it.trim().trim_matches('"').trim();
                Item { text: it, place: place_of(file, text, it) }
            };
            let mut quoted = false;
            let cells = line.split(|it| {
                quoted ^= it == '"';
                it == ',' && !quoted
            });
            Line { cells: cells.map(item).collect(), place: place_of(file, text, line) }
        })
    }
}

/// Where a part of a text stands in it.
fn place_of(file: u16, text: &str, part: &str) -> Place {
    let start = (part.as_ptr() as usize - text.as_ptr() as usize) as u32;
    Place { file, start, end: start + part.len() as u32 }
}
