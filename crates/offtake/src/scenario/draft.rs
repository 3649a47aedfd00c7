//! A scenario as written: the user's text, the catalogue's texts, and a variant laid over it.

use std::rc::Rc;

use super::beside::{self, Sheets};
use super::library::Library;
use super::place::{File, Files, Place};
use super::report::Report;
use super::schema::TOP_TABLES;
use super::tree::{self, Key, Node, Value};
use crate::time::Date;

/// More tables of one kind than anybody writes.
const MOST_ROWS: usize = 500;

/// Whether a file holds so many tables of a kind that nothing more is said of it: all of its mistakes would
/// take long to find and nobody would read them.
fn has_too_many(root: &Node, report: &mut Report) -> bool {
    let rows = |node: &Node| match &node.value {
        Value::Table(entries) => entries.len(),
        Value::List(rows) => rows.len(),
        _ => 0,
    };
    let tables = root.entries().iter().filter(|it| TOP_TABLES.contains(&it.0.name.as_str()));
    let mut many = false;
    for (key, node) in tables.filter(|it| rows(&it.1) > MOST_ROWS) {
        report.too_many(key.place, &key.name, rows(node), MOST_ROWS);
        many = true;
    }
    many
}

/// The longest path that a variant can set: no field nests deeper.
const DEEPEST: usize = 8;

/// A scenario as written.
#[derive(Debug)]
pub struct Draft {
    /// All texts: the catalogue's, the user's, and of the files that it names.
    pub files: Files,
    pub(super) sheets: Sheets,
    pub(super) library: Rc<Library>,
    pub(super) root: Node,
    /// The variant that is laid over it.
    pub variant: Option<String>,
}

/// Hands in the file that a scenario names, or says why it cannot.
pub type Beside<'a> = dyn Fn(&str) -> Result<File, String> + 'a;

/// Beside this text stands no other.
pub fn alone(_: &str) -> Result<File, String> {
    Err("nothing stands beside this text".to_owned())
}

/// Something that came.
#[derive(Clone, Debug)]
pub struct Actual {
    /// The path of the value it replaced.
    pub path: String,
    /// The day it was so.
    pub on: Date,
    /// Where its value stands.
    pub place: Place,
}

impl Draft {
    /// Reads a text; what is wrong with it goes to the report.
    ///
    /// The files come back in any case, so that a mistake can show its line.
    pub fn read(name: &str, text: &str, report: &mut Report) -> (Files, Option<Draft>) {
        Self::read_with(name, text, &alone, report)
    }

    /// Reads a text and the files that it or one of its variants names.
    pub fn read_with(
        name: &str,
        text: &str,
        beside: &Beside<'_>,
        report: &mut Report,
    ) -> (Files, Option<Draft>) {
        let mut files = Files::default();
        let library = Rc::new(Library::open(&mut files, report));
        Draft::of((files, library), name, text, beside, report)
    }

    /// Reads another text with the same catalogue, which is so opened once for many.
    pub fn read_another(
        &self,
        name: &str,
        text: &str,
        beside: &Beside<'_>,
        report: &mut Report,
    ) -> (Files, Option<Draft>) {
        let catalogue = (self.files.of_catalogue(), Rc::clone(&self.library));
        Draft::of(catalogue, name, text, beside, report)
    }

    fn of(
        (mut files, library): (Files, Rc<Library>),
        name: &str,
        text: &str,
        beside: &Beside<'_>,
        report: &mut Report,
    ) -> (Files, Option<Draft>) {
        let file = files.add(name, text);
        let Some(root) = tree::parse(&files, file, report) else {
            return (files, None);
        };
        if has_too_many(&root, report) {
            return (files, None);
        }
        let mut sheets = Sheets::new();
        beside::fetch(&root, &mut files, beside, &mut sheets);
        (files.clone(), Some(Draft { files, sheets, library, root, variant: None }))
    }

    /// The catalogue.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The names of the file's variants.
    pub fn variants(&self) -> Vec<String> {
        let rows = self.root.get("variant").map_or(&[][..], Node::entries);
        rows.iter().map(|(key, _)| key.name.clone()).collect()
    }

    /// The same scenario with a variant laid over it.
    pub fn with_variant(&self, name: &str, report: &mut Report) -> Option<Draft> {
        let mut chain = Vec::new();
        let mut next = Some(name.to_owned());
        let start = self.root.get("variant").map_or(self.root.place, |it| it.place);
        let mut at = Place { end: start.start, ..start };
        while let Some(name) = next {
            if chain.contains(&name) {
                report.variants_go_round(at, &name);
                return None;
            }
            let Some(variant) = self.root.get("variant").and_then(|it| it.get(&name)) else {
                report.unknown_variant(at, &name, &self.variants());
                return None;
            };
            let like = variant.get("like");
            at = like.map_or(variant.place, |it| it.place);
            next = like.and_then(Node::text).map(str::to_owned);
            chain.push(name);
        }
        let mut root = self.root.clone();
        for name in chain.iter().rev() {
            self.lay_over(&mut root, name, report);
        }
        Some(Draft {
            files: self.files.clone(),
            sheets: self.sheets.clone(),
            library: Rc::clone(&self.library),
            root,
            variant: Some(name.to_owned()),
        })
    }

    fn lay_over(&self, root: &mut Node, variant: &str, report: &mut Report) {
        let set =
            self.root.get("variant").and_then(|it| it.get(variant)).and_then(|it| it.get("set"));
        self.set(root, set.map_or(&[][..], Node::entries), report);
    }

    /// The same scenario with values set over it: TOML, a path and its value on each line. They may name files.
    pub fn with_settings(
        &self,
        text: &str,
        beside: &Beside<'_>,
        report: &mut Report,
    ) -> (Files, Option<Draft>) {
        let mut files = self.files.clone();
        let file = files.add("--set", text);
        let Some(settings) = tree::parse(&files, file, report) else { return (files, None) };
        let mut root = self.root.clone();
        self.set(&mut root, settings.entries(), report);
        let mut sheets = self.sheets.clone();
        beside::fetch(&root, &mut files, beside, &mut sheets);
        let draft = Draft {
            files: files.clone(),
            sheets,
            library: Rc::clone(&self.library),
            root,
            variant: self.variant.clone(),
        };
        (files, Some(draft))
    }

    fn set(&self, root: &mut Node, values: &[(Key, Node)], report: &mut Report) {
        let known = self.known_paths();
        for (key, value) in values {
            let path: Vec<&str> = key.name.split('.').collect();
            if path.len() <= DEEPEST && self.reaches(&path) {
                root.set(&path, key.place, value.clone());
            } else {
                report.variant_sets_nothing(key.place, &key.name, &known);
            }
        }
    }

    /// The same scenario with what came laid over what was forecast, and the days on which it
    /// came: `as_of` moves on to the last of them.
    pub(super) fn with_actuals(&self, report: &mut Report) -> (Node, Vec<Actual>) {
        let mut root = self.root.clone();
        let mut all = Vec::new();
        let rows = match self.root.get("actual").map(|it| &it.value) {
            Some(Value::List(rows)) => &rows[..],
            _ => &[],
        };
        for row in rows {
            let (Some(of), Some(value)) = (row.get("of"), row.get("value")) else { continue };
            let (Some(path), Some(on)) = (of.text(), row.get("on").and_then(Node::date)) else {
                continue;
            };
            let keys: Vec<&str> = path.split('.').collect();
            if keys.len() > DEEPEST || !self.reaches(&keys) {
                report.variant_sets_nothing(of.place, path, &self.known_paths());
                continue;
            }
            root.set(&keys, of.place, value.clone());
            all.push(Actual { path: path.to_owned(), on, place: value.place });
        }
        let latest = all.iter().map(|it| it.on).max();
        if let Some(as_of) = root.get("as_of").cloned()
            && let (Some(latest), Some(known)) = (latest, as_of.date())
            && latest > known
        {
            root.set(&["as_of"], as_of.place, Node { value: Value::Date(latest), ..as_of.clone() });
        }
        (root, all)
    }

    /// Whether the table that a path leads into exists: `deal.aws` of `deal.aws.take`.
    fn reaches(&self, path: &[&str]) -> bool {
        let is_table = |it: &Node| matches!(it.value, Value::Table(_));
        match path {
            [] | [""] => false,
            [_] => true,
            [table, name, ..] if super::schema::TOP_TABLES.contains(table) => {
                self.root.get(table).and_then(|it| it.get(name)).is_some_and(is_table)
            }
            [table, ..] => self.root.get(table).is_some_and(is_table),
        }
    }

    /// Every path that a variant may replace, for near misses.
    fn known_paths(&self) -> Vec<String> {
        let mut all = Vec::new();
        let mut todo = vec![(String::new(), &self.root)];
        while let Some((prefix, node)) = todo.pop() {
            for (key, value) in node.entries() {
                let path = if prefix.is_empty() {
                    key.name.clone()
                } else {
                    format!("{prefix}.{}", key.name)
                };
                if prefix.is_empty() && matches!(key.name.as_str(), "variant" | "sources") {
                    continue;
                }
                todo.push((path.clone(), value));
                all.push(path);
            }
        }
        all
    }
}
