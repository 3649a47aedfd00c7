//! A chart while it is drawn: columns and what is drawn of them, kept together.

use super::{Chart, Form, Series, Sheet, Style};
use crate::figures::{Figure, ancestors};
use crate::scenario::{InputId, Origin, Source};
use crate::study::{Band, Odds};
use crate::view::report::Page;
use crate::view::tables::{Column, Table, numbers};

/// A chart to be.
pub(super) struct Drawing {
    id: &'static str,
    title: String,
    form: Form,
    unit: &'static str,
    columns: Vec<Column>,
    series: Vec<Series>,
    figures: Vec<String>,
    hours: Vec<String>,
}

impl Drawing {
    /// Nothing but its first column.
    pub fn new(
        id: &'static str,
        title: &str,
        form: Form,
        unit: &'static str,
        first: Column,
    ) -> Self {
        let (title, columns) = (title.to_owned(), vec![first]);
        let (series, figures, hours) = (Vec::new(), Vec::new(), Vec::new());
        Self { id, title, form, unit, columns, series, figures, hours }
    }

    /// A column that is drawn; none where there is nothing to draw.
    pub fn add(
        &mut self,
        (name, label, meaning): (&str, &str, &str),
        (style, kind): (Style, &'static str),
        cells: Option<Vec<f64>>,
    ) {
        let Some(cells) = cells else { return };
        self.columns.push(numbers(name, self.unit, meaning, cells));
        let (column, label) = (name.to_owned(), label.to_owned());
        self.series.push(Series { column, low: None, label, style, kind });
    }

    /// A column that stands in the table alone.
    pub fn beside(&mut self, column: Column) {
        self.columns.push(column);
    }

    /// Where a series lies in eight of ten futures.
    pub fn band(&mut self, odds: Option<&Odds>, series: &str, name: &str, label: &str) {
        let is_it = |it: &&Band| it.series.name == format!("months.{series}");
        let Some((odds, band)) = odds.and_then(|it| Some((it, it.bands.iter().find(is_it)?)))
        else {
            return;
        };
        let [low, high] = ["q10", "q90"].map(|it| format!("{name}.{it}"));
        for (name, at, side) in [(&low, 0, "below"), (&high, 2, "above")] {
            let meaning = format!("of {} futures one in ten lies {side}", odds.draws);
            let cells = band.months.iter().map(|it| it[at]).collect();
            self.columns.push(numbers(name, self.unit, &meaning, cells));
        }
        let label = format!("{label}, in eight of ten futures");
        let (style, kind) = (Style::Band, "simulated");
        self.series.push(Series { column: high, low: Some(low), label, style, kind });
    }

    /// Figures that it shows.
    pub fn shows(&mut self, ids: impl IntoIterator<Item = String>) {
        self.figures.extend(ids);
    }

    /// Columns that show the same by the hour.
    pub fn closer(&mut self, columns: impl IntoIterator<Item = String>) {
        self.hours.extend(columns);
    }

    /// The chart; none where nothing was drawn.
    pub fn done(mut self, page: &Page<'_>, scenario: &str, sentence: String) -> Option<Chart> {
        if self.series.is_empty() {
            return None;
        }
        self.figures.retain(|it| page.figure(it).is_some());
        let figures: Vec<&Figure> = self.figures.iter().filter_map(|it| page.figure(it)).collect();
        Some(Chart {
            id: self.id.to_owned(),
            title: self.title,
            sentence,
            form: self.form,
            unit: self.unit.to_owned(),
            series: self.series,
            source: source(page, scenario, &figures),
            table: Sheet(Table { name: self.id, columns: self.columns }),
            figures: self.figures,
            hours: self.hours,
        })
    }
}

/// Who told what a chart hangs on, in one line.
fn source(page: &Page<'_>, scenario: &str, figures: &[&Figure]) -> String {
    const NAMED: usize = 3;
    let head = format!("offtake, {scenario} as known by {}", page.scenario.as_of);
    let mut inputs: Vec<InputId> =
        figures.iter().flat_map(|it| ancestors(page.scenario, it)).collect();
    inputs.sort_unstable();
    inputs.dedup();
    let numbers = inputs.iter().map(|it| page.scenario.inputs.get(*it)).filter(|it| it.is_number());
    let (mut cited, mut all, mut assumed) = (Vec::<(&Source, usize)>::new(), 0, 0);
    for it in numbers {
        all += 1;
        assumed += usize::from(it.origin.mark() == "assumed");
        let Origin::Reported(sources) = &it.origin else { continue };
        for source in sources {
            match cited.iter_mut().find(|it| it.0 == source) {
                Some(it) => it.1 += 1,
                None => cited.push((source, 1)),
            }
        }
    }
    cited.sort_by(|a, b| b.1.cmp(&a.1));
    let named = cited.iter().take(NAMED).map(|(it, _)| format!("{} ({})", it.title, it.date));
    let mut named: Vec<String> = named.collect();
    if cited.len() > NAMED {
        named.push(format!("{} more", cited.len() - NAMED));
    }
    let named = match named.is_empty() {
        true => String::new(),
        false => format!("; {}", named.join(", ")),
    };
    format!("{head}{named}; {assumed} of {all} numbers are assumed")
}
