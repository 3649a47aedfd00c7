//! Reads tables by the schema: unknown keys, missing fields, names and sources are settled here.

use std::collections::BTreeMap;

use super::beside::{Sheets, is_file_of_a_shape};
use super::inputs::{Input, InputId, InputValue, Inputs, Origin, Source};
use super::library::{self, Library};
use super::place::{Files, Place};
use super::ranges::{Of, Range, is_range};
use super::report::Report;
use super::row::{Cell, PathKey, Row, RowId};
use super::schema::{Field, Form, Need, Noun, PERSISTENCE};
use super::ties::Ties;
use super::tree::{Key, Node, Value};
use super::values::{day_of, split_tag};
use crate::time::Date;

/// Where a text stands: decides which sources its tags may name and what a missing tag means.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// The row is one of the catalogue's.
    pub catalogue: bool,
    /// The source that counts where a value names none, and the row's grade.
    pub source: Option<String>,
    pub grade: Option<String>,
    /// Where the user's file points into the catalogue: mistakes of time are shown there.
    pub asked: Place,
}

/// Reads rows on demand and remembers them.
pub(super) struct Reader<'a> {
    pub library: &'a Library,
    pub files: &'a Files,
    pub sheets: &'a Sheets,
    pub root: &'a Node,
    pub report: &'a mut Report,
    pub as_of: Option<Date>,
    pub inputs: Inputs,
    pub rows: Vec<Row>,
    pub known: BTreeMap<String, Option<RowId>>,
    pub ties: Ties,
}

impl Reader<'_> {
    /// Reads a table as a noun; what is wrong goes to the report, what is right comes back.
    pub fn row(
        &mut self,
        noun: &'static Noun,
        name: &str,
        path: &str,
        at: Place,
        table: &Node,
        scope: &Scope,
    ) -> RowId {
        let mut row = Row {
            noun,
            name: name.to_owned(),
            path: path.to_owned(),
            place: at,
            cells: BTreeMap::new(),
            places: BTreeMap::new(),
        };
        if !matches!(table.value, Value::Table(_)) {
            self.report.wrong_type(table.place, path, table.kind(), "a table");
        }
        self.fields(&mut row, "", table, scope);
        let missing = noun.fields.iter().filter(|it| !row.places.contains_key(it.key));
        for field in missing.collect::<Vec<_>>() {
            self.missing(&mut row, field);
        }
        self.rows.push(row);
        RowId(self.rows.len() - 1)
    }

    fn fields(&mut self, row: &mut Row, prefix: &str, table: &Node, scope: &Scope) {
        for (key, node) in table.entries() {
            let dotted =
                if prefix.is_empty() { key.name.clone() } else { format!("{prefix}.{}", key.name) };
            let found = row.noun.fields.iter().find(|it| it.key == dotted);
            let inner = format!("{dotted}.");
            let nests = row.noun.fields.iter().any(|it| it.key.starts_with(&inner));
            match found {
                Some(field) => {
                    self.field(row, field, node, scope);
                    if nests && !is_range(node) {
                        self.fields(row, &dotted, node, scope);
                    }
                }
                None if nests && matches!(node.value, Value::Table(_)) => {
                    self.fields(row, &dotted, node, scope)
                }
                None if self.is_path(row, prefix) => {}
                None => self.unknown_field(row, &dotted, key, nests, node),
            }
        }
    }

    /// Keys of a path that are no fields are its dates: the path's own reader judges them.
    fn is_path(&self, row: &Row, prefix: &str) -> bool {
        row.noun.fields.iter().any(|it| it.key == prefix && matches!(it.form, Form::Path(_)))
    }

    fn unknown_field(&mut self, row: &Row, dotted: &str, key: &Key, nests: bool, node: &Node) {
        if nests {
            self.report.wrong_type(
                node.place,
                &join_path(&row.path, dotted),
                node.kind(),
                "a table",
            );
        } else {
            let keys = row.noun.fields.iter().map(|it| it.key);
            self.report.unknown_field(key.place, row.noun.name, dotted, keys);
        }
    }

    fn field(&mut self, row: &mut Row, field: &'static Field, node: &Node, scope: &Scope) {
        let path = join_path(&row.path, field.key);
        row.places.insert(field.key, node.place);
        if let Some(cell) = self.cell(row.noun, field, &path, node, scope) {
            row.cells.insert(field.key, cell);
        }
    }

    fn missing(&mut self, row: &mut Row, field: &'static Field) {
        match field.need {
            Need::Optional => {}
            Need::Required => self.report.missing_field(row.place, &row.path, field.key, field.doc),
            Need::Default => {
                let node = self.library.default(row.noun.name, field.key).cloned();
                let node =
                    node.unwrap_or_else(|| panic!("{} {} has a default", row.noun.name, field.key));
                let path = join_path(&row.path, field.key);
                let scope = Scope { catalogue: true, ..Scope::default() };
                if let Some(cell) = self.cell(row.noun, field, &path, &node, &scope) {
                    row.cells.insert(field.key, cell);
                }
            }
        }
    }

    fn cell(
        &mut self,
        noun: &Noun,
        field: &'static Field,
        path: &str,
        node: &Node,
        scope: &Scope,
    ) -> Option<Cell> {
        match (field.form, &node.value) {
            (Form::Quantity(_, words), Value::Text(text)) if !words.is_empty() => {
                let (body, _) = split_tag(text);
                match words.iter().find(|it| **it == body) {
                    Some(word) => Some(Cell::Word(word, self.word_input(path, body, node, scope))),
                    None => self.quantity(field, path, node, scope).map(Cell::Number),
                }
            }
            (Form::Quantity(..), _) => self.quantity(field, path, node, scope).map(Cell::Number),
            (Form::Path(_), _) => self.path(noun, field, path, node, scope),
            (Form::Schedule(_), Value::Text(text)) => self.schedule(field, path, node, text, scope),
            (Form::Schedule(_), Value::Table(_)) if !is_range(node) => {
                self.path(noun, field, path, node, scope)
            }
            (Form::Trace, Value::Text(text)) => self.trace(path, node, text, scope),
            (Form::Like, Value::Text(text)) if is_file_of_a_shape(split_tag(text).0) => {
                self.shape(path, node, text, scope)
            }
            (Form::Like, Value::Text(text)) => {
                self.row_named("jobs-shape", path, node, text, scope)
            }
            (Form::Map(_), Value::Table(entries)) => {
                let read = |(key, value): &(Key, Node)| {
                    let id = self.quantity(field, &join_path(path, &key.name), value, scope)?;
                    Some((key.name.clone(), id))
                };
                Some(Cell::Map(entries.iter().filter_map(read).collect()))
            }
            (Form::OpenDate, Value::Table(_)) if is_range(node) => {
                self.days(path, node, scope).map(Cell::Date)
            }
            (Form::Date | Form::OpenDate, _) => self.date(path, node, scope),
            (Form::Word(words), Value::Text(text)) => {
                let (body, _) = split_tag(text);
                let word = words.iter().find(|it| **it == body);
                if word.is_none() {
                    self.report.unknown_word(node.place, path, body, words);
                }
                word.map(|word| Cell::Word(word, self.word_input(path, body, node, scope)))
            }
            (Form::Name(kind), Value::Text(text)) => self.row_named(kind, path, node, text, scope),
            (Form::Text, Value::Text(text)) => Some(Cell::Text(text.clone())),
            (Form::Web, Value::Text(text)) => self.web(path, node, text),
            (Form::Texts, Value::List(all)) => self.texts(path, node.place, all),
            (Form::Hours, Value::List(all)) => self.hours(path, node.place, all),
            (Form::Whole, Value::Integer(it)) => Some(Cell::Whole(*it)),
            (Form::Raw, Value::Table(_)) | (Form::Any | Form::Told(_), _) => None,
            (Form::When, Value::Text(text)) if path_date(text).is_some() => {
                Some(Cell::Text(text.clone()))
            }
            (Form::When, Value::Date(date)) => Some(Cell::Text(date.to_string())),
            (Form::When, _) => {
                self.report.not_a_date(node.place, node.text().unwrap_or(node.kind()));
                None
            }
            (form, _) => {
                self.report.wrong_type(node.place, path, node.kind(), wanted(form));
                None
            }
        }
    }

    fn web(&mut self, path: &str, node: &Node, text: &str) -> Option<Cell> {
        if is_web(text) {
            return Some(Cell::Text(text.to_owned()));
        }
        self.report.no_web_address(node.place, path, text);
        None
    }

    fn row_named(
        &mut self,
        kind: &'static str,
        path: &str,
        node: &Node,
        text: &str,
        scope: &Scope,
    ) -> Option<Cell> {
        let (body, _) = split_tag(text);
        let target = match scope.catalogue && !body.starts_with("catalogue:") {
            true => self.catalogue_row(kind, body, scope.asked)?,
            false => self.name(kind, body, node.place)?,
        };
        Some(Cell::Name(target, self.word_input(path, body, node, scope)))
    }

    fn texts(&mut self, path: &str, at: Place, all: &[Node]) -> Option<Cell> {
        let texts: Option<Vec<_>> = all.iter().map(|it| it.text().map(str::to_owned)).collect();
        if texts.is_none() {
            self.report.wrong_type(at, path, "a list of other things", "a list of texts");
        }
        texts.map(Cell::Texts)
    }

    fn hours(&mut self, path: &str, at: Place, all: &[Node]) -> Option<Cell> {
        let value = |it: &Node| match it.value {
            Value::Integer(n) => Some(n as f64),
            Value::Float(n) => Some(n),
            _ => None,
        };
        let numbers: Vec<f64> = all.iter().filter_map(value).collect();
        let sound = numbers.iter().all(|it| *it >= 0.0) && numbers.iter().sum::<f64>() > 0.0;
        match numbers.try_into() {
            Ok(hours) if sound => Some(Cell::Hours(Box::new(hours))),
            _ => {
                self.report.not_24_hours(at, path, all.len());
                None
            }
        }
    }

    fn path(
        &mut self,
        noun: &Noun,
        field: &'static Field,
        path: &str,
        node: &Node,
        scope: &Scope,
    ) -> Option<Cell> {
        if !matches!(node.value, Value::Table(_)) || is_range(node) {
            let id = self.quantity(field, path, node, scope)?;
            return Some(Cell::Path(vec![(PathKey::Always, id)]));
        }
        let (mut points, mut persistence) = (Vec::new(), None);
        for (key, value) in node.entries() {
            let inner = format!("{}.{}", field.key, key.name);
            if noun.fields.iter().any(|it| it.key == inner) {
                continue;
            }
            match path_date(&key.name) {
                Some(date) => {
                    let id = self.quantity(field, &join_path(path, &key.name), value, scope);
                    points.extend(id.map(|id| (PathKey::From(date), id)));
                }
                None if key.name == PERSISTENCE.key => persistence = Some(value),
                None => self.report.not_a_path_key(key.place, path, &key.name),
            }
        }
        if points.is_empty() {
            self.report.empty_path(node.place, path);
            return None;
        }
        points.sort_by_key(|it| it.0);
        self.tie_path(path, &points, persistence, scope);
        Some(Cell::Path(points))
    }

    fn date(&mut self, path: &str, node: &Node, scope: &Scope) -> Option<Cell> {
        let (text, tag) = match &node.value {
            Value::Date(date) => (date.to_string(), None),
            Value::Text(text) => {
                let (body, tag) = split_tag(text);
                (body.to_owned(), tag)
            }
            _ => {
                self.report.wrong_type(node.place, path, node.kind(), "a date: 2026-12-31");
                return None;
            }
        };
        let date = self.calendar_day(&text, node.place)?;
        let origin =
            if tag.is_some() { self.origin(tag, node.place, scope) } else { Origin::Unsaid };
        Some(Cell::Date(self.input(path, &text, node, origin, InputValue::Date(date))))
    }

    /// A range of days.
    fn days(&mut self, path: &str, node: &Node, scope: &Scope) -> Option<InputId> {
        let Range { law, text, origin, .. } = self.range(Of::Day, path, node, scope)?;
        let value = InputValue::Date(day_of(law.median));
        let id = self.input(path, &text, node, origin, value);
        self.inputs.set_law(id, law);
        Some(id)
    }

    /// A day that this format knows.
    pub(super) fn calendar_day(&mut self, text: &str, at: Place) -> Option<Date> {
        let date = text.parse().ok().filter(|it: &Date| (1970..2200).contains(&it.year()));
        if date.is_none() {
            self.report.not_a_date(at, text);
        }
        date
    }

    fn word_input(&mut self, path: &str, body: &str, node: &Node, scope: &Scope) -> InputId {
        let tag = node.text().and_then(|it| split_tag(it).1);
        let origin =
            if tag.is_some() { self.origin(tag, node.place, scope) } else { Origin::Unsaid };
        self.input(path, body, node, origin, InputValue::Word)
    }

    pub(super) fn input(
        &mut self,
        path: &str,
        text: &str,
        node: &Node,
        origin: Origin,
        value: InputValue,
    ) -> InputId {
        self.inputs.add(Input {
            path: path.to_owned(),
            text: text.to_owned(),
            place: node.place,
            replaced: node.replaced,
            origin,
            value,
            law: None,
            bounds: (f64::NEG_INFINITY, f64::INFINITY),
        })
    }

    /// The row that a name points to: `catalogue:rack/gb300-nvl72`, or a row of the user's file.
    pub fn name(&mut self, kind: &'static str, text: &str, at: Place) -> Option<RowId> {
        let table = library::table_of(kind);
        let Some(reference) = text.strip_prefix("catalogue:") else {
            return self.own_row(kind, table, text, at);
        };
        if library::KINDS.iter().all(|it| it.name != kind) || kind == "party" {
            // Companies, sites and fleets have sides that only a scenario can tell.
            return self.own_row(kind, table, text, at);
        }
        match reference.split_once('/') {
            Some((said, name)) if said == table => self.catalogue_row(kind, name, at),
            Some((said, _)) if library::kind(said).is_some() => {
                self.report.wrong_catalogue_kind(at, said, table);
                None
            }
            Some((said, _)) => {
                let known = library::KINDS.iter().map(|it| library::table_of(it.name));
                self.report.unknown_catalogue_kind(at, said, known);
                None
            }
            None => {
                self.report.not_a_reference(at, text, table);
                None
            }
        }
    }

    fn own_row(&mut self, kind: &'static str, table: &str, name: &str, at: Place) -> Option<RowId> {
        let path = format!("{table}.{name}");
        if let Some(known) = self.known.get(&path) {
            return *known;
        }
        let rows = self.root.get(table).map_or(&[][..], Node::entries);
        let found = rows.iter().find(|(key, _)| key.name == name);
        let Some((key, node)) = found else {
            let own = rows.iter().map(|(key, _)| key.name.clone());
            let theirs =
                self.library.names(table).into_iter().map(|it| format!("catalogue:{table}/{it}"));
            let all: Vec<String> = own.chain(theirs).collect();
            self.report.unknown_name(at, table, name, &all);
            return None;
        };
        let noun = super::schema::noun(kind).expect("the schema names its own nouns");
        self.known.insert(path.clone(), None);
        let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
        let scope = Scope { source: text("source"), grade: text("grade"), ..Scope::default() };
        let id = self.row(noun, name, &path, key.place, node, &scope);
        self.known.insert(path.clone(), Some(id));
        self.not_from_the_future(&path, node.get("as_of"), key.place);
        Some(id)
    }

    /// A row of the catalogue, read once; what it says must have been known at `as_of`.
    pub fn catalogue_row(&mut self, kind: &'static str, name: &str, at: Place) -> Option<RowId> {
        let table = library::table_of(kind);
        let path = format!("catalogue:{table}/{name}");
        let library = self.library;
        let Some(node) = library.row(table, name) else {
            self.report.unknown_catalogue_row(at, table, name, &library.names(table));
            return None;
        };
        if let Some(known) = self.known.get(&path).copied() {
            // Who read it before may have been allowed to know more.
            self.not_from_the_future(&path, node.get("as_of"), at);
            return known;
        }
        let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
        let scope =
            Scope { catalogue: true, source: text("source"), grade: text("grade"), asked: at };
        let noun = library::KINDS.iter().copied().find(|it| it.name == kind);
        let noun = noun.expect("the catalogue holds kinds of its own");
        self.known.insert(path.clone(), None);
        let id = self.row(noun, name, &path, node.place, node, &scope);
        self.known.insert(path.clone(), Some(id));
        self.not_from_the_future(&path, node.get("as_of"), at);
        Some(id)
    }

    fn not_from_the_future(&mut self, path: &str, said: Option<&Node>, at: Place) {
        self.known_by_then(path, day_said(said), at);
    }

    /// What speaks for a day after `as_of` is not used.
    pub fn known_by_then(&mut self, path: &str, day: Option<Date>, at: Place) {
        if let (Some(as_of), Some(date)) = (self.as_of, day)
            && date > as_of
        {
            self.report.later_than_as_of(at, path, &date.to_string(), as_of);
        }
    }

    /// Whether a date lies after the day whose knowledge is used.
    pub fn is_later(&self, said: Option<&Node>) -> bool {
        matches!((self.as_of, day_said(said)), (Some(as_of), Some(date)) if date > as_of)
    }

    /// The value behind `catalogue:operator/aws-2024.water` or, for the main field, without a dot.
    pub fn catalogue_value(&mut self, field: &Field, node: &Node, text: &str) -> Option<InputId> {
        let at = node.place;
        let reference = text.strip_prefix("catalogue:").unwrap_or(text);
        let (kind, name, key) = self.reference(reference, text, at)?;
        let row = self.catalogue_row(kind.name, &name, at)?;
        let key = key.or(kind.main.map(str::to_owned));
        let Some(id) = key.as_deref().and_then(|key| self.rows[row.0].value(key)) else {
            self.report.no_such_catalogue_value(at, text, kind);
            return None;
        };
        let InputValue::Number { dim, .. } = self.inputs.get(id).value else {
            self.report.no_such_catalogue_value(at, text, kind);
            return None;
        };
        let dims = super::values::dims(field);
        if !dims.is_empty() && !dims.contains(&dim) {
            self.report.wrong_dimension(
                at,
                text,
                &dim.to_string(),
                &super::values::expected(field),
            );
            return None;
        }
        Some(id)
    }

    /// Cuts `operator/aws-2024.water` into kind, name and field.
    pub fn reference(
        &mut self,
        reference: &str,
        text: &str,
        at: Place,
    ) -> Option<(&'static Noun, String, Option<String>)> {
        let Some((table, rest)) = reference.split_once('/') else {
            self.report.not_a_reference(at, text, "KIND");
            return None;
        };
        let Some(kind) = library::kind(table) else {
            self.report.unknown_catalogue_kind(
                at,
                table,
                library::KINDS.iter().map(|it| library::table_of(it.name)),
            );
            return None;
        };
        let (name, key) = match rest.split_once('.') {
            Some((name, key)) => (name, Some(key.to_owned())),
            None => (rest, None),
        };
        Some((kind, name.to_owned(), key))
    }

    /// Where a value comes from, by its tag; sources dated after `as_of` are refused.
    pub fn origin(&mut self, tag: Option<&str>, at: Place, scope: &Scope) -> Origin {
        let own_tag = tag.is_some();
        let Some(name) = tag.map(str::to_owned).or_else(|| scope.source.clone()) else {
            self.report.no_source(at);
            return Origin::Unsaid;
        };
        match name.as_str() {
            "assumed" => return Origin::Assumed,
            "derived" => return Origin::Derived,
            _ => {}
        }
        let own =
            self.root.get("sources").and_then(|it| it.get(&name)).filter(|_| !scope.catalogue);
        let Some(node) = own.or_else(|| self.library.row("source", &name)) else {
            let mut known: Vec<String> =
                self.library.names("source").into_iter().map(str::to_owned).collect();
            let sources = self.root.get("sources").map_or(&[][..], Node::entries);
            known.extend(sources.iter().map(|(key, _)| key.name.clone()));
            self.report.unknown_source(at, &name, &known);
            return Origin::Unsaid;
        };
        if own_tag && !scope.catalogue {
            // A source of the file is told once, where its date stands.
            let at = own.and_then(|it| it.get("date")).map_or(at, |it| it.place);
            self.not_from_the_future(&format!("sources.{name}"), node.get("date"), at);
        }
        let row_grade = scope.grade.clone().filter(|_| !own_tag);
        Origin::Reported(vec![source(&name, node, row_grade)])
    }
}

pub(super) fn source(name: &str, node: &Node, row_grade: Option<String>) -> Source {
    let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    let date = match node.get("date").map(|it| &it.value) {
        Some(Value::Date(date)) => date.to_string(),
        Some(Value::Text(text)) => text.clone(),
        _ => "undated".to_owned(),
    };
    Source {
        name: name.to_owned(),
        title: text("title").unwrap_or_else(|| name.to_owned()),
        date,
        url: text("url"),
        grade: row_grade.or_else(|| text("grade")),
        place: node.place,
    }
}

/// Whether a reader may follow it: other addresses can run programs, or name the reader's own files.
fn is_web(text: &str) -> bool {
    ["https://", "http://"].iter().any(|it| text.starts_with(it))
}

/// Joins a row's path and a field; the file's own fields have no prefix.
pub(super) fn join_path(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// A date; one of which only the year or month is known counts from its first day.
fn day_said(said: Option<&Node>) -> Option<Date> {
    match &said?.value {
        Value::Date(date) => Some(*date),
        Value::Text(text) => path_date(text),
        _ => None,
    }
}

/// The first day of `2026`, `2026-07` or `2026-07-15`.
pub(super) fn path_date(key: &str) -> Option<Date> {
    let full = match key.len() {
        4 => format!("{key}-01-01"),
        7 => format!("{key}-01"),
        _ => key.to_owned(),
    };
    full.parse::<Date>().ok().filter(|it| (1970..2200).contains(&it.year()) && key.len() <= 10)
}

fn wanted(form: Form) -> &'static str {
    match form {
        Form::Quantity(..) | Form::Path(_) | Form::Told(_) => "a number with its unit, in quotes",
        Form::Schedule(_) => "a text in quotes: the name of a CSV file",
        Form::Map(_) | Form::Raw => "a table",
        Form::Any => "a value",
        Form::Date | Form::OpenDate | Form::When => "a date: 2026-12-31",
        Form::Trace => "a text in quotes: the name of a CSV file",
        Form::Word(_) | Form::Name(_) | Form::Like | Form::Text => "a text in quotes",
        Form::Web => "an address in quotes: \"https://example.org/\"",
        Form::Texts => "a list of texts",
        Form::Hours => "a list of 24 numbers",
        Form::Whole => "a whole number without quotes",
    }
}
