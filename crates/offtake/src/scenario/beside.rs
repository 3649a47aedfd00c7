//! Files that a scenario names and that lie beside it: asked of the door, then texts like any other.

use std::collections::BTreeMap;

use super::columns::file_and_column;
use super::draft::Beside;
use super::place::{Files, Place};
use super::tree::{Node, Value};
use super::values::split_tag;

/// The files that a scenario names, by their names as written: each one's number among the texts,
/// or why it could not be read.
pub(super) type Sheets = BTreeMap<String, Result<u16, String>>;

/// Fetches the files that a scenario and its variants name.
pub(super) fn fetch(root: &Node, files: &mut Files, beside: &Beside<'_>) -> Sheets {
    let mut sheets = Sheets::new();
    let mut todo = vec![(String::new(), root)];
    while let Some((path, node)) = todo.pop() {
        match &node.value {
            Value::Text(text) if names_a_file(&path, split_tag(text).0) => {
                let name = match path.ends_with(FIT) {
                    true => file_and_column(text).0,
                    false => split_tag(text).0,
                };
                if !sheets.contains_key(name) {
                    let sheet = beside(name).map(|it| files.add(&it.name, &it.text));
                    sheets.insert(name.to_owned(), sheet);
                }
            }
            Value::Table(entries) => {
                // The last two keys tell what is named, however deep they stand.
                let above = path.rsplit('.').next().unwrap_or_default();
                todo.extend(entries.iter().map(|(key, it)| (format!("{above}.{}", key.name), it)));
            }
            Value::List(rows) => {
                // What came says what it stands in the place of.
                let told = |it| Some((Node::get(it, "of")?.text()?.to_owned(), it.get("value")?));
                todo.extend(rows.iter().filter_map(told));
            }
            _ => {}
        }
    }
    sheets
}

/// What names a file and a column of it.
const FIT: &str = ".fit";

fn names_a_file(path: &str, name: &str) -> bool {
    let is = |field: &str| path.ends_with(field);
    is(FIT) || is("deliver.schedule") || is(".trace") || is(".like") && is_file_of_a_shape(name)
}

/// Rows have no such names.
pub(super) fn is_file_of_a_shape(name: &str) -> bool {
    name.ends_with(".toml")
}

/// The text of a table: values between commas.
pub(super) struct Sheet<'a> {
    pub file: u16,
    pub text: &'a str,
}

/// A line that says something.
pub(super) struct Line<'a> {
    pub cells: Vec<Item<'a>>,
    pub place: Place,
}

/// What stands between two commas, without blanks and quotes.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub text: &'a str,
    pub place: Place,
}

impl<'a> Sheet<'a> {
    pub fn of(files: &'a Files, file: u16) -> Self {
        let whole = Place { file, start: 0, end: 0 };
        Self { file, text: &files.at(whole).text }
    }

    pub fn whole(&self) -> Place {
        Place { file: self.file, start: 0, end: 0 }
    }

    /// The lines but for empty ones and comments. Spreadsheets put a mark before the first.
    pub fn lines(&self) -> impl Iterator<Item = Line<'a>> {
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
