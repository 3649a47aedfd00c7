//! What is known, and who says so? Lists the kinds of facts, the rows of a kind, or one row in full.

use clap::Args;
use offtake::scenario::Row;
use offtake::scenario::library::{KINDS, column, kind, table_of};
use offtake::scenario::schema::Noun;
use offtake::view::catalogue::{Listing, listing, page};
use serde_json::{Value, json};

use crate::exit::{Exit, Stop};
use crate::facts::{Facts, did_you_mean};
use crate::out;
use crate::paint::Looks;
use crate::table::{Fit, cut, table, wrap};

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
    /// Print the whole catalogue as one page of Markdown.
    #[arg(long, conflicts_with_all = ["kind", "word", "json"])]
    page: bool,
}

/// Lists kinds or rows, or tells one row in full.
pub fn catalogue(args: &CatalogueArgs) -> Result<Exit, Stop> {
    let facts = Facts::read()?;
    if args.page {
        return out::print(&page(facts.draft.library(), &facts.inputs, &facts.rows));
    }
    let Some(said) = &args.kind else {
        return if args.json {
            out::print_json(&kinds_json(&facts))
        } else {
            out::show(&kinds(&facts), Looks::Rows)
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
        [row] if args.word.is_some() => {
            out::show(&full::text(&facts, row, out::width()), Looks::Rows)
        }
        rows => out::show(&list(&facts, kind, rows), Looks::Rows),
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

/// Every kind with all its rows, in full.
pub fn all_json() -> Result<Value, Stop> {
    let facts = Facts::read()?;
    let one = |kind: &&Noun| {
        let rows = facts.rows.iter().filter(|it| it.noun.name == kind.name);
        let rows: Vec<Value> = rows.map(|it| full::json(&facts, it)).collect();
        json!({ "kind": table_of(kind.name), "doc": kind.doc, "rows": rows })
    };
    Ok(json!({ "kinds": KINDS.iter().map(one).collect::<Vec<_>>() }))
}

/// A line a row, or two where the title needs its own. Columns that have no room go, the last
/// first; a row in full tells them all.
fn list(facts: &Facts, kind: &Noun, rows: &[&Row]) -> String {
    let mut lines = Lines::of(listing(kind, rows, &facts.inputs));
    let width = out::width();
    while lines.own() > 2 && lines.narrowest(LEAST_TITLE) > width {
        lines.drop_last();
    }
    let mut told = if lines.narrowest(LEAST_TITLE) <= width {
        table(&lines.header, &lines.rows, 1, Fit::Cut, width)
    } else {
        lines = Lines::of(listing(kind, rows, &facts.inputs));
        while lines.own() > 1 && lines.narrowest(0) > width + GAP {
            lines.drop_last();
        }
        lines.stacked(width)
    };
    if let Some(it) = lines.header.iter().find_map(|it| column(it)) {
        told.push_str(&format!("\n{}\n", wrap(it, width).join("\n")));
    }
    told
}

/// The narrowest column in which a title can still be read.
const LEAST_TITLE: usize = 28;
/// Between two columns.
const GAP: usize = 2;

/// A list that is being fitted; units stand as the first row, if there are any.
struct Lines {
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Lines {
    fn of(listing: Listing) -> Lines {
        let Listing { header, units, mut rows } = listing;
        if units.iter().any(|it| !it.is_empty()) {
            rows.insert(0, units);
        }
        Lines { header, rows }
    }

    /// How many columns beside name, title, day and grade.
    fn own(&self) -> usize {
        self.header.len() - 4
    }

    /// Drops the last of them.
    fn drop_last(&mut self) {
        let last = self.header.len() - 3;
        self.header.remove(last);
        self.rows.iter_mut().for_each(|it| drop(it.remove(last)));
        // Units that are all gone leave an empty row.
        self.rows.retain(|it| it.iter().any(|cell| !cell.is_empty()));
    }

    /// How wide it is when no title is wider than this.
    fn narrowest(&self, title: usize) -> usize {
        let widest = |column: usize| {
            let cells = self.rows.iter().map(|it| it[column].as_str());
            let widest = cells.chain([self.header[column]]).map(|it| it.chars().count()).max();
            if column == 1 { widest.min(Some(title)) } else { widest }.unwrap_or(0)
        };
        (0..self.header.len()).map(widest).sum::<usize>() + GAP * (self.header.len() - 1)
    }

    /// Each title on a line of its own, below the rest of its row.
    fn stacked(&self, width: usize) -> String {
        let mut header = self.header.clone();
        header.remove(1);
        let mut rows = self.rows.clone();
        let titles: Vec<String> = rows.iter_mut().map(|it| it.remove(1)).collect();
        let flat = table(&header, &rows, 0, Fit::Cut, width);
        let titles = titles.iter().map(|it| cut(it, width.saturating_sub(GAP)));
        let titles = [String::new()].into_iter().chain(titles);
        let mut out = String::new();
        for (line, title) in flat.lines().zip(titles) {
            out.push_str(line);
            out.push('\n');
            if !title.is_empty() {
                out.push_str(&format!("  {title}\n"));
            }
        }
        out
    }
}
