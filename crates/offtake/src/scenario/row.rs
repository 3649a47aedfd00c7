//! A table that was read: every field checked against the schema.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::inputs::InputId;
use super::place::Place;
use super::read::path_date;
use super::schema::Noun;
use crate::jobs::{self, Trace};
use crate::time::Date;

/// Number of a row in the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub usize);

/// A table that was read.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is.
    pub noun: &'static Noun,
    /// `aws` in `[deal.aws]`.
    pub name: String,
    /// `deal.aws`, `catalogue:rack/gb300-nvl72`.
    pub path: String,
    /// Where its name stands.
    pub place: Place,
    /// What stands in it, by the key of the schema.
    pub cells: BTreeMap<&'static str, Cell>,
    /// Where each cell stands.
    pub places: BTreeMap<&'static str, Place>,
}

/// A field that was read.
#[derive(Clone, Debug)]
pub enum Cell {
    /// A number or a range.
    Number(InputId),
    /// Numbers by date, in order; the key as written tells whether it is a year or a day.
    Path(Vec<(PathKey, InputId)>),
    /// Numbers by name.
    Map(Vec<(String, InputId)>),
    /// A day.
    Date(InputId),
    /// A word, with the input that records it.
    Word(&'static str, InputId),
    /// Another row.
    Name(RowId, InputId),
    /// What jobs are like, as a file tells it.
    Shape(Arc<jobs::Shape>, InputId),
    /// Jobs of a file, with the GPUs and the line of the widest.
    Trace(Arc<Trace>, (i64, Place), InputId),
    /// Free text.
    Text(String),
    /// Texts.
    Texts(Vec<String>),
    /// 24 numbers.
    Hours(Box<[f64; 24]>),
    /// A whole number.
    Whole(i64),
}

/// A key of a path: a year, a month or a day; nothing for a value that always holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathKey {
    /// The value holds throughout.
    Always,
    /// From the first day of this period.
    From(Date),
}

/// Whether a path of the file is another, or lies under it.
pub fn lies_under(path: &str, other: &str) -> bool {
    path.strip_prefix(other).is_some_and(|it| it.is_empty() || it.starts_with('.'))
}

impl Row {
    /// The input behind a cell, where there is exactly one.
    pub fn input(&self, key: &str) -> Option<InputId> {
        match self.cells.get(key)? {
            Cell::Number(id)
            | Cell::Date(id)
            | Cell::Word(_, id)
            | Cell::Name(_, id)
            | Cell::Shape(_, id)
            | Cell::Trace(_, _, id) => Some(*id),
            _ => None,
        }
    }

    /// The input of a field, or of one entry of a map: `hardware.gpu`.
    pub fn value(&self, key: &str) -> Option<InputId> {
        let entry = || {
            let (field, name) = key.split_once('.')?;
            match self.cells.get(field)? {
                Cell::Map(points) => points.iter().find(|it| it.0 == name).map(|it| it.1),
                _ => None,
            }
        };
        self.input(key).or_else(entry)
    }

    /// Every input of the row with the key of its field.
    pub fn inputs(&self) -> Vec<(&'static str, InputId)> {
        let mut all = Vec::new();
        for (key, cell) in &self.cells {
            all.extend(self.input(key).map(|id| (*key, id)));
            match cell {
                Cell::Path(points) => all.extend(points.iter().map(|(_, id)| (*key, *id))),
                Cell::Map(points) => all.extend(points.iter().map(|(_, id)| (*key, *id))),
                _ => {}
            }
        }
        all
    }

    /// Numbers of the row that lie under a path of the file, as `party.lab.revenue`, whatever they point to.
    pub fn inputs_under(&self, path: &str) -> Vec<InputId> {
        let of_field = |(key, cell): (&&str, &Cell)| -> Vec<InputId> {
            let field = format!("{}.{key}", self.path);
            let is_all = lies_under(&field, path);
            let point = path.strip_prefix(&field).and_then(|it| it.strip_prefix('.'));
            let day = point.and_then(path_date).map(PathKey::From);
            match cell {
                Cell::Number(id) if is_all => vec![*id],
                Cell::Path(all) => {
                    all.iter().filter(|it| is_all || Some(it.0) == day).map(|it| it.1).collect()
                }
                Cell::Map(all) => {
                    let is_meant = |it: &str| is_all || Some(it) == point;
                    all.iter().filter(|it| is_meant(&it.0)).map(|it| it.1).collect()
                }
                _ => Vec::new(),
            }
        };
        self.cells.iter().flat_map(of_field).collect()
    }

    /// The row that a name points to.
    pub fn target(&self, key: &str) -> Option<RowId> {
        match self.cells.get(key)? {
            Cell::Name(row, _) => Some(*row),
            _ => None,
        }
    }

    /// The word of a field.
    pub fn word(&self, key: &str) -> Option<&'static str> {
        match self.cells.get(key)? {
            Cell::Word(word, _) => Some(word),
            _ => None,
        }
    }

    /// The text of a field.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.cells.get(key)? {
            Cell::Text(it) => Some(it),
            _ => None,
        }
    }

    /// The shape of jobs in the file that a field names.
    pub fn shape(&self, key: &str) -> Option<&jobs::Shape> {
        match self.cells.get(key)? {
            Cell::Shape(it, _) => Some(it),
            _ => None,
        }
    }

    /// The jobs in the file that a field names.
    pub fn trace(&self, key: &str) -> Option<&Arc<Trace>> {
        match self.cells.get(key)? {
            Cell::Trace(it, ..) => Some(it),
            _ => None,
        }
    }

    /// The texts of a field.
    pub fn texts(&self, key: &str) -> &[String] {
        match self.cells.get(key) {
            Some(Cell::Texts(it)) => it,
            _ => &[],
        }
    }

    /// The whole number of a field.
    pub fn whole(&self, key: &str) -> Option<i64> {
        match self.cells.get(key)? {
            Cell::Whole(it) => Some(*it),
            _ => None,
        }
    }

    /// Whether a field is written, whether or not it could be read.
    pub fn says(&self, key: &str) -> bool {
        self.places.contains_key(key)
    }

    /// Where a field stands, or the row where it does not.
    pub fn at(&self, key: &str) -> Place {
        self.places.get(key).copied().unwrap_or(self.place)
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        self.text("title").unwrap_or(&self.name)
    }
}
