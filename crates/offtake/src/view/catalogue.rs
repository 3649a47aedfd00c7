//! The catalogue as tables: the rows of a kind for a terminal, all kinds as a page of the guide.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::scenario::library::{self, H100E, KINDS, Library, table_of};
use crate::scenario::schema::{Form, Noun};
use crate::scenario::{Cell, Input, InputValue, Inputs, Origin, Row, Source};
use crate::units::{compact, to_f64};

/// The rows of one kind as texts.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Name, title, what the kind shows and some row has, day, grade.
    pub header: Vec<&'static str>,
    /// The unit of each column, where all of its cells share one; they are then bare numbers.
    pub units: Vec<String>,
    /// A line a row.
    pub rows: Vec<Vec<String>>,
}

/// Lists rows of a kind; a column that none of them fills is left out.
pub fn listing(kind: &Noun, rows: &[&Row], inputs: &Inputs) -> Listing {
    let fills = |key: &&str| rows.iter().any(|row| !told(row, key, inputs).is_empty());
    let shown = library::columns(kind).iter().copied().filter(fills);
    let header: Vec<_> = ["name", "title"].into_iter().chain(shown).chain(COMMON).collect();
    let units: Vec<String> = header.iter().map(|key| unit(rows, key, inputs)).collect();
    let cell = |row: &Row, key: &str, unit: &str| match key {
        "name" => row.name.clone(),
        "title" => row.title().to_owned(),
        key => told(row, key, inputs).trim_end_matches(unit).trim_end().to_owned(),
    };
    let mut lines = Vec::new();
    for row in rows {
        let cells = header.iter().zip(&units).map(|(key, unit)| cell(row, key, unit));
        lines.push(cells.collect());
    }
    Listing { header, units, rows: lines }
}

/// The unit that all values of a field share: `PFLOP/s`.
fn unit(rows: &[&Row], key: &str, inputs: &Inputs) -> String {
    let numbers = rows.iter().filter_map(|row| row.input(key)).map(|id| inputs.get(id));
    let numbers = numbers.filter(|it| it.is_number());
    let units: BTreeSet<String> = numbers.map(|it| unit_of(&in_short(it))).collect();
    if units.len() == 1 { units.into_iter().next().unwrap_or_default() } else { String::new() }
}

/// What follows the numbers of a value: `TB/s` of `7.7 to 8.0 TB/s`.
fn unit_of(text: &str) -> String {
    let number =
        |it: &&str| *it == "to" || it.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    text.split(' ').skip_while(number).collect::<Vec<_>>().join(" ")
}

const COMMON: [&str; 2] = ["as_of", "grade"];

/// How many H100 a chip stands for; nothing for other rows and for peaks that are not public.
pub fn h100e(row: &Row, inputs: &Inputs) -> Option<f64> {
    let peak = row.input("bf16").filter(|_| row.noun.name == "accelerator")?;
    match inputs.get(peak).value {
        InputValue::Number { median, .. } => Some(library::h100e(to_f64(median))),
        _ => None,
    }
}

/// One field of a row in a few words; empty where it says nothing.
fn told(row: &Row, key: &str, inputs: &Inputs) -> String {
    if key == H100E {
        return h100e(row, inputs).map_or("-".to_owned(), compact);
    }
    match row.input(key) {
        Some(id) => in_short(inputs.get(id)),
        None => row.text(key).unwrap_or_default().to_owned(),
    }
}

/// A value as written; a range with its unit once: `35 to 60 bn USD`.
fn in_short(input: &Input) -> String {
    if input.law.is_none() {
        return input.text.clone();
    }
    let points = input.text.split(", ").filter_map(|it| it.split_once(' ')?.1.split_once(' '));
    match points.collect::<Vec<_>>().as_slice() {
        [(low, unit), .., (high, same)] if unit == same => format!("{low} to {high} {unit}"),
        _ => input.in_short(),
    }
}

/// Every row of the catalogue, kind by kind, as Markdown.
pub fn page(library: &Library, inputs: &Inputs, rows: &[Row]) -> String {
    let mut out = HEAD.to_owned();
    let of = |kind: &'static Noun| rows.iter().filter(move |it| it.noun.name == kind.name);
    for kind in KINDS {
        let table = table_of(kind.name);
        let _ = writeln!(out, "| [{table}](#{table}) | {} | {} |", of(kind).count(), kind.doc);
    }
    for kind in KINDS {
        let rows: Vec<&Row> = of(kind).collect();
        let _ = writeln!(out, "\n## {}\n\n{}.\n", table_of(kind.name), capital(kind.doc));
        let listing = listing(kind, &rows, inputs);
        let computed = listing.header.iter().find_map(|it| library::column(it));
        if let Some(it) = computed {
            let _ = writeln!(out, "{it}.\n");
        }
        chapter(&mut out, &listing, library, inputs, &rows);
        for field in kind.fields.iter().filter(|it| matches!(it.form, Form::Map(_))) {
            by_name(&mut out, field.key, field.doc, inputs, &rows);
        }
    }
    out
}

const HEAD: &str = "\
<!-- Made from the catalogue by `cargo xtask generate`; not to be edited by hand. -->

# Catalogue

Every fact that comes with `offtake`: value, source, date, grade. Grade A is a primary text, B a
reputable secondary, C one weak source, D our arithmetic. A row speaks for the day in `as_of`, and no
scenario of an earlier day may use it. A range is told as `35 to 60`: one in ten is taken to lie below,
one in ten above. Where sources differ, a row holds the range or each source has a row of its own.

```console
$ offtake catalogue
$ offtake catalogue accelerator
$ offtake catalogue commitment openai-oracle
```

The last tells everything that a row says, field by field, down to source and line.

| kind | rows | what it is |
| --- | --- | --- |
";

/// The table of one kind: what a list shows, and who says so.
fn chapter(out: &mut String, listing: &Listing, library: &Library, inputs: &Inputs, rows: &[&Row]) {
    let head = listing.header.iter().zip(&listing.units).map(|(name, unit)| match unit.as_str() {
        "" => (*name).to_owned(),
        unit => format!("{name}, {unit}"),
    });
    line(out, head.chain(["source".to_owned(), "note".to_owned()]));
    line(out, std::iter::repeat_n("---".to_owned(), listing.header.len() + 2));
    for (cells, row) in listing.rows.iter().zip(rows) {
        let sources: Vec<String> = sources(library, inputs, row).iter().map(link).collect();
        let more = [sources.join("; "), row.text("note").unwrap_or_default().to_owned()];
        line(out, cells.iter().cloned().chain(more));
    }
}

/// A field that is told by name: the names downwards, the rows across.
fn by_name(out: &mut String, key: &str, doc: &str, inputs: &Inputs, rows: &[&Row]) {
    let map = |row: &Row| match row.cells.get(key) {
        Some(Cell::Map(points)) => points.clone(),
        _ => Vec::new(),
    };
    let maps: Vec<_> = rows.iter().map(|row| (row.name.clone(), map(row))).collect();
    let maps: Vec<_> = maps.into_iter().filter(|it| !it.1.is_empty()).collect();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in maps.iter().flat_map(|it| &it.1) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let _ = writeln!(out, "\n`{key}`: {doc}.\n");
    line(out, [key.to_owned()].into_iter().chain(maps.iter().map(|it| it.0.clone())));
    line(out, std::iter::repeat_n("---".to_owned(), maps.len() + 1));
    for name in names {
        let of = |points: &Vec<(String, _)>| {
            let found = points.iter().find(|it| it.0 == name);
            found.map_or(String::new(), |it| in_short(inputs.get(it.1)))
        };
        let cells = maps.iter().map(|it| of(&it.1));
        line(out, [name.to_owned()].into_iter().chain(cells));
    }
}

pub(super) fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.map(|it| it.replace('|', "\\|")).collect();
    let _ = writeln!(out, "| {} |", cells.join(" | "));
}

/// The sources of a row and of its values, each once, the row's own first.
pub fn sources(library: &Library, inputs: &Inputs, row: &Row) -> Vec<Source> {
    let mut names: Vec<&str> = row.text("source").into_iter().collect();
    let ids = row.inputs().into_iter().map(|it| it.1).collect::<BTreeSet<_>>();
    for id in ids {
        if let Origin::Reported(all) = &inputs.get(id).origin {
            names.extend(all.iter().map(|it| it.name.as_str()));
        }
    }
    let mut seen = BTreeSet::new();
    names.retain(|it| seen.insert(*it));
    names.into_iter().filter_map(|it| library.source(it)).collect()
}

pub(super) fn link(source: &Source) -> String {
    let Source { title, date, url, .. } = source;
    match url {
        Some(url) => format!("[{title}]({url}), {date}"),
        None => format!("{title}, {date}"),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |it| it.to_uppercase().chain(letters).collect())
}
