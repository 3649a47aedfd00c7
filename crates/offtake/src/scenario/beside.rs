//! Files that a scenario names and that lie beside it: asked of the door, then texts like any other.

use std::collections::BTreeMap;

use super::columns::file_and_column;
use super::draft::Beside;
use super::place::Files;
use super::tree::{Node, Value};
use super::values::split_tag;

/// The files that a scenario names, by their names as written: each one's number among the texts,
/// or why it could not be read.
pub(super) type Sheets = BTreeMap<String, Result<u16, String>>;

/// Fetches the files that a scenario and its variants name and that are not there yet.
pub(super) fn fetch(root: &Node, files: &mut Files, beside: &Beside<'_>, sheets: &mut Sheets) {
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
