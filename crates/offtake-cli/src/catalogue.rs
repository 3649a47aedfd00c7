//! What is known, and who says so? Lists the kinds of facts, the rows of a kind, or one row in full.

use clap::Args;
use offtake::scenario::library::{KINDS, kind, table_of};
use offtake::scenario::schema::Noun;
use offtake::scenario::{Input, InputValue, Row};
use offtake::units::{Quantity, shown};
use serde_json::{Value, json};

use crate::exit::{Exit, Stop};
use crate::facts::{Facts, did_you_mean};
use crate::out;
use crate::table::{Fit, table};

mod full;

/// Look facts up: kinds, the rows of a kind, one row with its sources.
#[derive(Args)]
pub struct CatalogueArgs {
    /// The kind of rows; without it, all kinds are listed.
    kind: Option<String>,
    /// A name, or a part of a name or title.
    word: Option<String>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Lists kinds or rows, or tells one row in full.
pub fn catalogue(args: &CatalogueArgs) -> Result<Exit, Stop> {
    let facts = Facts::read()?;
    let Some(said) = &args.kind else {
        return if args.json {
            out::print_json(&kinds_json(&facts))
        } else {
            out::print(&kinds(&facts))
        };
    };
    let Some(kind) = kind(said) else { return Err(unknown_kind(said)) };
    let of_kind: Vec<&Row> = facts.rows.iter().filter(|it| it.noun.name == kind.name).collect();
    let found = match &args.word {
        Some(word) => matching(&of_kind, kind, word)?,
        None => of_kind,
    };
    if args.json {
        let rows: Vec<Value> = found.iter().map(|it| full::json(&facts, it)).collect();
        return out::print_json(&json!({ "kind": table_of(kind.name), "rows": rows }));
    }
    match found.as_slice() {
        [row] if args.word.is_some() => out::print(&full::text(&facts, row, out::width())),
        rows => out::print(&list(&facts, kind, rows)),
    }
}

fn unknown_kind(said: &str) -> Stop {
    let known: Vec<&str> = KINDS.iter().map(|it| table_of(it.name)).collect();
    let near = did_you_mean(said, &known);
    let all = format!(" (there are: {})", known.join(", "));
    Stop::wrong(format!(
        "the catalogue has no kind `{said}`{}",
        if near.is_empty() { all } else { near }
    ))
}

/// The row of this very name, or all rows with the word in name or title.
fn matching<'a>(rows: &[&'a Row], kind: &Noun, word: &str) -> Result<Vec<&'a Row>, Stop> {
    if let Some(row) = rows.iter().find(|it| it.name == word) {
        return Ok(vec![row]);
    }
    let small = word.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&small);
    let found: Vec<&Row> =
        rows.iter().copied().filter(|it| has(&it.name) || has(it.title())).collect();
    if found.is_empty() {
        let names: Vec<&str> = rows.iter().map(|it| it.name.as_str()).collect();
        let (table, near) = (table_of(kind.name), did_you_mean(word, &names));
        let all = format!("; `offtake catalogue {table}` lists all {}", names.len());
        return Err(Stop::wrong(format!(
            "no {table} of the catalogue has `{word}` in its name or title{}",
            if near.is_empty() { all } else { near }
        )));
    }
    Ok(found)
}

fn count(facts: &Facts, kind: &Noun) -> usize {
    facts.rows.iter().filter(|it| it.noun.name == kind.name).count()
}

fn kinds(facts: &Facts) -> String {
    let row = |it: &&Noun| {
        vec![table_of(it.name).to_owned(), count(facts, it).to_string(), it.doc.to_owned()]
    };
    let rows: Vec<_> = KINDS.iter().map(row).collect();
    table(&["kind", "rows", "what it is"], &rows, 2, Fit::Cut, out::width())
}

fn kinds_json(facts: &Facts) -> Value {
    let one =
        |it: &&Noun| json!({ "kind": table_of(it.name), "rows": count(facts, it), "doc": it.doc });
    json!({ "kinds": KINDS.iter().map(one).collect::<Vec<_>>() })
}

/// A line a row; kinds without a main value have no column for it.
fn list(facts: &Facts, kind: &Noun, rows: &[&Row]) -> String {
    let told = |row: &Row, key: &str| {
        row.input(key).map_or(String::new(), |id| in_short(facts.inputs.get(id)))
    };
    let line = |row: &&Row| {
        let mut cells = vec![row.name.clone(), row.title().to_owned()];
        cells.extend(kind.main.map(|main| told(row, main)));
        cells.extend([told(row, "as_of"), told(row, "grade")]);
        cells
    };
    let mut header = vec!["name", "title"];
    header.extend(kind.main);
    header.extend(["as_of", "grade"]);
    let rows: Vec<_> = rows.iter().map(line).collect();
    table(&header, &rows, 1, Fit::Cut, out::width())
}

/// A value as written; of a range the median, since all of it has no room in a line.
fn in_short(input: &Input) -> String {
    match input.value {
        InputValue::Number { median, law: Some(_), dim, basis } => {
            format!("median {}", shown(Quantity { amount: median, dim, basis }))
        }
        _ => input.text.clone(),
    }
}
