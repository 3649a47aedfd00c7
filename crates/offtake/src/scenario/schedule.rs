//! A delivery schedule: a CSV file beside the scenario, of what is promised in all by the end of
//! some days. Its numbers keep their places in that file.
//!
//! ```text
//! month,gpus
//! 2026-03,20000
//! 2026-04-15,45k
//! ```

use super::inputs::Origin;
use super::read::{Reader, Scope, join_path, path_date};
use super::row::{Cell, PathKey};
use super::schema::Field;
use super::sheet::{Item, Line, Sheet};
use super::tree::{LARGEST_TEXT, Node, Value};
use super::values::{dims, split_tag};
use crate::units::{Basis, Dim, Quantity};

/// What the first column is called.
const DAYS: [&str; 3] = ["month", "date", "day"];

impl Reader<'_> {
    /// Reads the schedule in the file that a text names.
    pub(super) fn schedule(
        &mut self,
        field: &Field,
        path: &str,
        node: &Node,
        text: &str,
        scope: &Scope,
    ) -> Option<Cell> {
        let (name, tag) = split_tag(text);
        let file = match self.sheets.get(name).expect("every schedule was fetched") {
            Ok(file) => *file,
            Err(why) => {
                self.report.no_schedule(node.place, name, why);
                return None;
            }
        };
        // Said once for all of its numbers, where the file is named.
        let source = match self.origin(tag, node.place, scope) {
            Origin::Unsaid => Some("assumed".to_owned()),
            _ => tag.map(str::to_owned).or_else(|| scope.source.clone()),
        };
        let scope = Scope { source, ..scope.clone() };
        let files = self.files;
        let sheet = Sheet::of(files, file);
        if sheet.text.len() > LARGEST_TEXT {
            self.report.text_too_large(sheet.whole(), sheet.text.len(), LARGEST_TEXT);
            return None;
        }
        let mut lines = sheet.lines().peekable();
        let unit = match lines.next() {
            Some(head) => self.columns(field, &head)?,
            None => "gpus",
        };
        if lines.peek().is_none() {
            self.report.empty_path(sheet.whole(), path);
        }
        let mut points = Vec::new();
        let mut before = None;
        for line in lines {
            let Some((day, number)) = self.line(path, &line, &mut before) else { continue };
            let told = with_unit(number.text, unit);
            let it =
                Node { value: Value::Text(told), place: number.place, replaced: node.replaced };
            let id = self.quantity(field, &join_path(path, day.text), &it, &scope);
            points.extend(id.zip(path_date(day.text)).map(|(id, day)| (PathKey::From(day), id)));
        }
        (!points.is_empty()).then_some(Cell::Path(points))
    }

    /// The unit of the numbers, by the names of the columns.
    fn columns<'a>(&mut self, field: &Field, head: &Line<'a>) -> Option<&'a str> {
        let [day, unit] = head.cells[..] else {
            let at = head.cells.get(2).map_or(head.place, |it| it.place);
            self.report.not_two_columns(at, head.cells.len());
            return None;
        };
        if !DAYS.contains(&day.text.to_ascii_lowercase().as_str()) {
            self.report.not_a_column(day.place, day.text, "month");
            return None;
        }
        let one = Quantity::parse(&format!("1 {}", unit.text));
        if one.is_ok_and(|it| dims(field).contains(&it.dim)) {
            return Some(unit.text);
        }
        self.report.not_a_column(unit.place, unit.text, "gpus");
        None
    }

    /// The day and the number of a line, later than the lines before it.
    fn line<'a>(
        &mut self,
        path: &str,
        line: &Line<'a>,
        before: &mut Option<&'a str>,
    ) -> Option<(Item<'a>, Item<'a>)> {
        let [day, number] = line.cells[..] else {
            self.report.not_two_values(line.place, line.cells.len());
            return None;
        };
        let Some(date) = path_date(day.text) else {
            self.report.not_a_path_key(day.place, path, day.text);
            return None;
        };
        if let Some(last) = before.filter(|it| path_date(it) >= Some(date)) {
            self.report.schedule_turns_back(day.place, day.text, last);
            return None;
        }
        *before = Some(day.text);
        Some((day, number))
    }
}

/// A plain number takes the unit of its column.
pub(super) fn with_unit(number: &str, unit: &str) -> String {
    let (body, tag) = split_tag(number);
    let plain = Quantity::parse(body)
        .is_ok_and(|it| it.dim == Dim::NONE && it.basis == Basis::Unsaid && !body.contains('%'));
    match (plain, tag) {
        (false, _) => number.to_owned(),
        (true, None) => format!("{body} {unit}"),
        (true, Some(tag)) => format!("{body} {unit} [{tag}]"),
    }
}
