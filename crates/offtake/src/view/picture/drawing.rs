//! A chart while it is drawn: columns and what is drawn of them, kept together.

use std::collections::{BTreeSet, VecDeque};

use super::{Chart, Form, Series, Sheet, Style};
use crate::figures::{Figure, Parent, fields, parents};
use crate::scenario::{InputId, Origin, Scenario, Source};
use crate::study::{Band, Odds};
use crate::view::tables::{Cells, Column, Table, numbers};

/// What charts are drawn of.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub scenario: &'a Scenario,
    /// As it is named on the command line.
    pub name: &'a str,
    /// What can be shown, each with what it is made of.
    pub figures: &'a [Figure],
}

/// A band that is thinner than this share of its height is its line.
const SEEN: f64 = 0.002;

/// A chart to be.
pub(super) struct Drawing {
    id: String,
    /// Of its rows.
    name: &'static str,
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
        name: &'static str,
        title: &str,
        form: Form,
        unit: &'static str,
        first: Column,
    ) -> Self {
        let (id, title, columns) = (name.to_owned(), capital(title), vec![first]);
        let (series, figures, hours) = (Vec::new(), Vec::new(), Vec::new());
        Self { id, name, title, form, unit, columns, series, figures, hours }
    }

    /// The same for one of several of its kind.
    pub fn of(self, which: &str) -> Self {
        Self { id: format!("{}.{which}", self.name), ..self }
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

    /// An area between two columns, which are its ends.
    pub fn between(&mut self, ends: [Column; 2], label: &str, style: Style) {
        let [low, high] = ends.each_ref().map(|it| it.name.clone());
        let (label, kind) = (label.to_owned(), "simulated");
        self.series.push(Series { column: high, low: Some(low), label, style, kind });
        self.columns.extend(ends);
    }

    /// Whether the upper edge of a band lies above a line anywhere.
    pub fn lies_above(&self, band: &str, line: &[f64]) -> bool {
        let edge = self.columns.iter().find(|it| it.name == format!("{band}.q90"));
        let Some(Column { cells: Cells::Number(edge), .. }) = edge else { return false };
        edge.iter().zip(line).any(|(edge, it)| *edge > it * 1.001)
    }

    /// Where a series lies in eight of ten futures; none where nobody would see that they differ.
    pub fn band(&mut self, odds: Option<&Odds>, series: &str, name: &str, label: &str) {
        self.band_over(odds, series, name, label, |_| 1.0);
    }

    /// The same of a sum, by the days that it was summed over.
    pub fn band_over(
        &mut self,
        odds: Option<&Odds>,
        series: &str,
        name: &str,
        label: &str,
        days: impl Fn(usize) -> f64,
    ) {
        let is_it = |it: &&Band| it.series.name == format!("months.{series}");
        let Some((odds, band)) = odds.and_then(|it| Some((it, it.bands.iter().find(is_it)?)))
        else {
            return;
        };
        let most = |of: fn(&[f64; 3]) -> f64| band.months.iter().map(of).fold(0.0, f64::max);
        if most(|it| it[2] - it[0]) <= SEEN * most(|it| it[2].abs().max(it[0].abs())) {
            return;
        }
        let ends = [("q10", 0, "below"), ("q90", 2, "above")].map(|(end, at, side)| {
            let meaning = format!("of {} futures one in ten lies {side}", odds.draws);
            let cells = band.months.iter().enumerate().map(|(n, it)| it[at] / days(n)).collect();
            numbers(&format!("{name}.{end}"), self.unit, &meaning, cells)
        });
        self.between(ends, &format!("{label}, in eight of ten futures"), Style::Band);
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
    pub fn done(mut self, about: About<'_>, sentence: String) -> Option<Chart> {
        if self.series.is_empty() {
            return None;
        }
        let figure = |id: &String| about.figures.iter().find(|it| it.id == *id);
        self.figures.retain(|it| figure(it).is_some());
        let shown: Vec<&Figure> = self.figures.iter().filter_map(figure).collect();
        Some(Chart {
            source: source(about, &shown),
            id: self.id,
            title: self.title,
            sentence,
            form: self.form,
            unit: self.unit.to_owned(),
            series: self.series,
            table: Sheet(Table { name: self.name, columns: self.columns }),
            figures: self.figures,
            hours: self.hours,
        })
    }
}

/// A text as a heading begins: with a capital letter.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or(String::new(), |it| it.to_uppercase().chain(rest).collect())
}

/// Who told what a chart hangs on, in one line: whoever told what stands nearest to its figures comes first.
fn source(about: About<'_>, figures: &[&Figure]) -> String {
    const NAMED: usize = 3;
    let About { scenario, name, .. } = about;
    let inputs = nearest_first(scenario, figures);
    let numbers = inputs.iter().map(|it| scenario.inputs.get(*it)).filter(|it| it.is_number());
    let (mut cited, mut all, mut assumed) = (Vec::<&Source>::new(), 0, 0);
    for it in numbers {
        all += 1;
        assumed += usize::from(it.origin.mark() == "assumed");
        let Origin::Reported(sources) = &it.origin else { continue };
        for source in sources {
            if !cited.iter().any(|it| it.title == source.title) {
                cited.push(source);
            }
        }
    }
    let mut parts = vec![format!("offtake, {name} as known by {}", scenario.as_of)];
    parts.extend(cited.iter().take(NAMED).map(|it| format!("{} ({})", it.title, it.date)));
    if cited.len() > NAMED {
        parts.push(format!("and {} more", cited.len() - NAMED));
    }
    if all > 0 {
        parts.push(format!("{assumed} of {all} numbers are assumed"));
    }
    parts.join("; ")
}

/// The inputs of some figures: those that a figure names itself, then those of its stages, and so on.
fn nearest_first(scenario: &Scenario, figures: &[&Figure]) -> Vec<InputId> {
    let mut todo: VecDeque<Parent> = figures.iter().flat_map(|it| it.of.iter().copied()).collect();
    let (mut stages, mut seen, mut all) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    while let Some(parent) = todo.pop_front() {
        match parent {
            Parent::Fields(row, keys) => {
                all.extend(fields(scenario, row, keys).into_iter().filter(|it| seen.insert(*it)));
            }
            Parent::Stage(stage) if stages.insert(stage) => todo.extend(parents(scenario, stage)),
            Parent::Stage(_) => {}
        }
    }
    all
}
