//! What does one row of the catalogue say, value by value, and on whose word?

use offtake::scenario::library::{H100E, column, table_of};
use offtake::scenario::{Cell, Input, InputId, InputValue, Origin, PathKey, Place, Row, Source};
use offtake::units::{compact, in_usual_unit, to_f64};
use offtake::view::catalogue::{h100e, sources};
use serde_json::{Value, json};

use crate::facts::Facts;
use crate::table::{Fit, table, wrap};

/// One value of a row.
struct Entry<'a> {
    key: String,
    text: String,
    input: Option<&'a Input>,
    place: Place,
}

/// Fields that every row has: they stand below what the row is about.
const COMMON: [&str; 3] = ["as_of", "grade", "note"];

/// The values of a row, in the order of the schema. Title and source are told apart from them.
fn entries<'a>(facts: &'a Facts, row: &Row) -> Vec<Entry<'a>> {
    let mut all = Vec::new();
    let own = row.noun.fields.iter().filter(|it| !COMMON.contains(&it.key));
    let own = own.filter(|it| !matches!(it.key, "title" | "source"));
    let common = row.noun.fields.iter().filter(|it| COMMON.contains(&it.key));
    for field in own.chain(common) {
        let Some(cell) = row.cells.get(field.key) else { continue };
        let plain = |text: String| Entry {
            key: field.key.to_owned(),
            text,
            input: None,
            place: row.at(field.key),
        };
        match cell {
            Cell::Number(id)
            | Cell::Date(id)
            | Cell::Word(_, id)
            | Cell::Name(_, id)
            | Cell::Shape(_, id)
            | Cell::Trace(_, _, id) => {
                all.push(valued(facts, field.key.to_owned(), *id));
            }
            Cell::Path(points) => {
                let key = |at: &PathKey| match at {
                    PathKey::Always => field.key.to_owned(),
                    PathKey::From(date) => format!("{}.{date}", field.key),
                };
                all.extend(points.iter().map(|(at, id)| valued(facts, key(at), *id)));
            }
            Cell::Map(points) => {
                let key = |name: &str| format!("{}.{name}", field.key);
                all.extend(points.iter().map(|(name, id)| valued(facts, key(name), *id)));
            }
            Cell::Text(text) => all.push(plain(text.clone())),
            Cell::Texts(texts) => all.push(plain(texts.join("; "))),
            Cell::Hours(hours) => {
                all.push(plain(hours.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")));
            }
            Cell::Whole(it) => all.push(plain(it.to_string())),
        }
    }
    all
}

fn valued(facts: &Facts, key: String, id: InputId) -> Entry<'_> {
    let input = facts.inputs.get(id);
    Entry { key, text: input.text.clone(), input: Some(input), place: input.place }
}

/// The sources that a value names, or the word that says that it has none.
fn named<'a>(entry: &Entry<'a>) -> Vec<&'a str> {
    match entry.input.map(|it| &it.origin) {
        Some(Origin::Reported(all)) => all.iter().map(|it| it.name.as_str()).collect(),
        Some(Origin::Assumed) => vec!["assumed"],
        Some(Origin::Derived) => vec!["derived"],
        _ => Vec::new(),
    }
}

/// A row in full, for a reader.
pub fn text(facts: &Facts, row: &Row, width: usize) -> String {
    let entries = entries(facts, row);
    let files = &facts.draft.files;
    let line =
        |it: &Entry| vec![it.key.clone(), it.text.clone(), said_by(it), files.describe(it.place)];
    let mut rows: Vec<_> = entries.iter().map(line).collect();
    if let Some(it) = h100e(row, &facts.inputs) {
        let told = [H100E.to_owned(), compact(it), "derived".to_owned(), String::new()];
        rows.insert(2, told.to_vec());
    }
    let values = table(&["field", "value", "source", "where"], &rows, 1, Fit::Wrap, width);
    let kind = table_of(row.noun.name);
    let mut out = format!("{kind} {}: {}\n\n{values}", row.name, row.title());
    if let Some(it) = column(H100E).filter(|_| h100e(row, &facts.inputs).is_some()) {
        out.push_str(&format!("\n{}\n", wrap(it, width).join("\n")));
    }
    let sources = sources(facts.draft.library(), &facts.inputs, row);
    if !sources.is_empty() {
        out.push_str("\nsources\n");
    }
    for it in sources {
        let grade = it.grade.as_ref().map_or(String::new(), |it| format!(", grade {it}"));
        let url = it.url.as_ref().map_or(String::new(), |it| format!("\n    {it}"));
        let place = files.describe(it.place);
        let Source { name, title, date, .. } = it;
        out.push_str(&format!("  {name}: {title}\n    dated {date}{grade}{url}\n    {place}\n"));
    }
    out
}

/// `epoch-hardware, A`; words and dates without a source of their own show none.
fn said_by(entry: &Entry<'_>) -> String {
    match entry.input.map(|it| &it.origin) {
        Some(Origin::Reported(all)) if all.len() == 1 => match &all[0].grade {
            Some(grade) => format!("{}, {grade}", all[0].name),
            None => all[0].name.clone(),
        },
        _ => named(entry).join(" + "),
    }
}

/// A row in full, for a program.
pub fn json(facts: &Facts, row: &Row) -> Value {
    let told = |key: &str| row.input(key).map(|id| facts.inputs.get(id).text.clone());
    let entries = entries(facts, row);
    let cited = sources(facts.draft.library(), &facts.inputs, row);
    let cited: Vec<Value> = cited.iter().map(|it| cited_json(facts, it)).collect();
    let values: Vec<Value> = entries.iter().map(|it| entry_json(facts, it)).collect();
    let mut out = json!({
        "name": row.name,
        "title": row.title(),
        "path": row.path,
        "main": row.noun.main,
        "as_of": told("as_of"),
        "grade": told("grade"),
        "place": facts.draft.files.describe(row.place),
        "values": values,
        "sources": cited,
    });
    if let Some(it) = h100e(row, &facts.inputs) {
        out[H100E] = json!(it);
    }
    out
}

fn cited_json(facts: &Facts, it: &Source) -> Value {
    json!({
        "name": it.name,
        "title": it.title,
        "date": it.date,
        "url": it.url,
        "grade": it.grade,
        "place": facts.draft.files.describe(it.place),
    })
}

fn entry_json(facts: &Facts, it: &Entry<'_>) -> Value {
    let mut out =
        json!({ "key": it.key, "text": it.text, "place": facts.draft.files.describe(it.place) });
    let Some(input) = it.input else { return out };
    if let InputValue::Number { median, dim, .. } = &input.value {
        let (value, unit) = in_usual_unit(to_f64(*median), *dim);
        // A dimension without a usual unit is told by its text alone.
        if !unit.is_empty() || *dim == offtake::units::Dim::NONE {
            out["value"] = json!(value);
            out["unit"] = json!(unit);
        }
        out["kind"] = json!(input.origin.mark());
    }
    if let Origin::Reported(all) = &input.origin {
        out["sources"] = all.iter().map(|it| cited_json(facts, it)).collect();
    }
    out
}
