//! A TOML text as a tree in which every node knows its place.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::place::{Files, Place};
use super::report::Report;
use crate::time::Date;

/// A value as written.
#[derive(Clone, Debug)]
pub struct Node {
    /// What stands there.
    pub value: Value,
    /// Where it stands.
    pub place: Place,
    /// Where the value stood that a variant replaced.
    pub replaced: Option<Place>,
}

/// What can stand in a scenario file.
#[derive(Clone, Debug)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number without a unit.
    Integer(i64),
    /// A number without a unit.
    Float(f64),
    /// `true` or `false`.
    Flag(bool),
    /// A calendar day.
    Date(Date),
    /// A list.
    List(Vec<Node>),
    /// A table, in the order of the file.
    Table(Vec<(Key, Node)>),
}

/// A table's key.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key without quotes.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

/// Larger texts are not scenarios.
pub(super) const LARGEST_TEXT: usize = 4 << 20;

/// Some editors begin a file with it; it says nothing.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// One slip of syntax makes many errors; those after the first few follow from them.
const MOST_SYNTAX_ERRORS: usize = 5;

/// Reads a text as a tree; mistakes go to the report, what could be read comes back.
pub fn parse(files: &Files, file: u16, report: &mut Report) -> Option<Node> {
    let whole = Place { file, start: 0, end: 0 };
    let text = &files.at(whole).text;
    if text.len() > LARGEST_TEXT {
        report.text_too_large(whole, text.len(), LARGEST_TEXT);
        return None;
    }
    if let Some(at) = text.find('\0') {
        report.text_has_nul(Place { file, start: at as u32, end: at as u32 + 1 });
        return None;
    }
    if text.trim_start_matches(BYTE_ORDER_MARK).trim().is_empty() {
        report.text_is_empty(whole);
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors.iter().take(MOST_SYNTAX_ERRORS) {
        let span = error.span().unwrap_or(0..0);
        report.not_toml(place(file, &span), error.message());
    }
    errors.is_empty().then(|| node(file, table.span(), DeValue::Table(table.into_inner()), report))
}

fn place(file: u16, span: &std::ops::Range<usize>) -> Place {
    Place { file, start: span.start as u32, end: span.end as u32 }
}

fn node(file: u16, span: std::ops::Range<usize>, value: DeValue<'_>, report: &mut Report) -> Node {
    let place = place(file, &span);
    let value = match value {
        DeValue::String(it) => Value::Text(it.into_owned()),
        DeValue::Boolean(it) => Value::Flag(it),
        DeValue::Integer(it) => match i64::from_str_radix(it.as_str(), it.radix()) {
            Ok(it) => Value::Integer(it),
            Err(_) => too_large(report, place),
        },
        DeValue::Float(it) => match it.as_str().parse::<f64>() {
            Ok(it) if it.is_finite() => Value::Float(it),
            _ => too_large(report, place),
        },
        DeValue::Datetime(it) => match it.to_string().get(..10).map(str::parse) {
            Some(Ok(date)) => Value::Date(date),
            _ => {
                report.not_a_date(place, &it.to_string());
                Value::Flag(false)
            }
        },
        DeValue::Array(all) => {
            Value::List(all.into_iter().map(|it| spanned(file, it, report)).collect())
        }
        DeValue::Table(all) => Value::Table(table(file, all, report)),
    };
    Node { value, place, replaced: None }
}

fn too_large(report: &mut Report, place: Place) -> Value {
    report.number_too_large(place);
    Value::Integer(0)
}

fn spanned(file: u16, it: Spanned<DeValue<'_>>, report: &mut Report) -> Node {
    node(file, it.span(), it.into_inner(), report)
}

fn table(file: u16, all: DeTable<'_>, report: &mut Report) -> Vec<(Key, Node)> {
    let mut entries: Vec<_> = all
        .into_iter()
        .map(|(key, value)| {
            let key_place = place(file, &key.span());
            let key = Key { name: key.into_inner().into_owned(), place: key_place };
            (key, spanned(file, value, report))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.place.start);
    entries
}

impl Node {
    /// The entries of a table; none of anything else.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The entry of a table under this key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(it, _)| it.name == key).map(|(_, node)| node)
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(it) => Some(it),
            _ => None,
        }
    }

    /// A number without a unit, as text; nothing of anything else.
    pub fn plain_number(&self) -> String {
        match &self.value {
            Value::Integer(it) => it.to_string(),
            Value::Float(it) => it.to_string(),
            _ => String::new(),
        }
    }

    /// The day, where it is one, be it written as a date or as text.
    pub fn date(&self) -> Option<Date> {
        match &self.value {
            Value::Date(date) => Some(*date),
            Value::Text(text) => super::values::split_tag(text).0.parse().ok(),
            _ => None,
        }
    }

    /// What it is, in a word, for messages.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "a text",
            Value::Integer(_) | Value::Float(_) => "a number without a unit",
            Value::Flag(_) => "true or false",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// Puts a value at a path, making tables on the way; a value that stood there leaves its place.
    pub fn set(&mut self, path: &[&str], key_place: Place, mut value: Node) {
        let Value::Table(entries) = &mut self.value else {
            *self = Node { value: Value::Table(Vec::new()), place: self.place, replaced: None };
            return self.set(path, key_place, value);
        };
        let found = entries.iter().position(|(key, _)| key.name == path[0]);
        let at = found.unwrap_or_else(|| {
            let key = Key { name: path[0].to_owned(), place: key_place };
            let node = Node { value: Value::Table(Vec::new()), place: key_place, replaced: None };
            entries.push((key, node));
            entries.len() - 1
        });
        let slot = &mut entries[at].1;
        if path.len() > 1 {
            slot.set(&path[1..], key_place, value);
        } else {
            value.replaced = found.map(|_| slot.place);
            *slot = value;
        }
    }
}
