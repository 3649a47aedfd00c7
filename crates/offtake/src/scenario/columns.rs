//! A column of a file beside the scenario: what was seen, for a range to be like.

use super::place::Place;
use super::ranges::{Of, Told};
use super::read::Reader;
use super::schedule::with_unit;
use super::sheet::Sheet;
use super::tree::{LARGEST_TEXT, Node};
use super::values::split_tag;

/// Cuts `prices.csv#usd [offer]` into the name of the file and that of the column.
pub(super) fn file_and_column(text: &str) -> (&str, Option<&str>) {
    let (name, _) = split_tag(text);
    name.split_once('#').map_or((name, None), |(file, column)| (file, Some(column)))
}

impl Reader<'_> {
    /// Reads all values of a column, in the unit that is said or that each of them says.
    pub(super) fn column(
        &mut self,
        of: Of<'_>,
        path: &str,
        fit: &Node,
        unit: Option<&str>,
    ) -> Option<Vec<Told>> {
        let (name, column) = file_and_column(fit.text().unwrap_or_default());
        let file = match self.sheets.get(name).expect("every file was fetched") {
            Ok(file) => *file,
            Err(why) => {
                self.report.no_file_to_fit(fit.place, name, why);
                return None;
            }
        };
        let files = self.files;
        let sheet = Sheet::of(files, file);
        if sheet.text.len() > LARGEST_TEXT {
            self.report.text_too_large(sheet.whole(), sheet.text.len(), LARGEST_TEXT);
            return None;
        }
        let mut lines = sheet.lines();
        let head = lines.next().map_or(Vec::new(), |it| it.cells);
        let nth = head.iter().position(|it| Some(it.text) == column);
        let Some(nth) = nth.or((column.is_none() && head.len() == 1).then_some(0)) else {
            let known: Vec<&str> = head.iter().map(|it| it.text).collect();
            self.report.no_column_to_fit(fit.place, name, column.unwrap_or_default(), &known);
            return None;
        };
        let mut all = Vec::new();
        for line in lines {
            let cell = line.cells.get(nth).copied();
            let (text, at): (&str, Place) = cell.map_or(("", line.place), |it| (it.text, it.place));
            let text = unit.map_or(text.to_owned(), |unit| with_unit(text, unit));
            all.push(self.told_text(of, path, &text, at));
        }
        all.into_iter().collect()
    }
}
