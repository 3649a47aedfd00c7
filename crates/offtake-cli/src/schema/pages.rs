//! The reference of the guide: every column, field, mistake and verb, each as one page.

use std::fmt::Write;

use clap::{Command, ValueEnum};
use offtake::scenario::library::KINDS;
use offtake::scenario::schema::{LISTS, NOUNS, Noun, SCENARIO};

use super::{columns, verbs};
use crate::exit::Stop;
use crate::explain_word::{Told, near, told};
use crate::facts;

/// What a page of the reference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Page {
    /// Every column of every table.
    Columns,
    /// Every field of a scenario.
    Fields,
    /// Every mistake and every warning.
    Mistakes,
    /// Every verb of the program.
    Verbs,
}

impl Page {
    /// The page as text.
    pub fn text(self, program: Command) -> Result<String, Stop> {
        Ok(match self {
            Page::Columns => columns::page()?,
            Page::Fields => fields()?,
            Page::Mistakes => mistakes(),
            Page::Verbs => verbs::page(program),
        })
    }
}

/// How every page begins.
pub fn head(title: &str, about: &str, command: &str) -> String {
    format!(
        "<!-- Made from the code by `cargo xtask generate`; not to be edited by hand. -->\n\n# {title}\n\n{about}\n\n\
         ```console\n$ {command}\n```\n"
    )
}

/// A text as the cell of a table.
pub fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

const FIELDS: &str = "\
What may stand in a scenario, table by table: what is written there, what counts where nothing is written, and
what it means. A dotted field stands in a table of its own: `deliver.slip` is `deliver = { slip = ... }`. Under
[Writing a scenario](writing-a-scenario.md) is how values are written. One field alone, with its units:";

fn fields() -> Result<String, Stop> {
    let draft = facts::open()?;
    let mut page = head("Fields", FIELDS, "offtake explain deal.take");
    let own = std::iter::once(&SCENARIO).chain(NOUNS.iter().copied());
    own.for_each(|it| noun(&mut page, it, &opening(it.name), told(&draft, it)));
    page.push_str(
        "\n# Tables of the catalogue\n\nA scenario may hold rows of its own under these names too.\n",
    );
    KINDS.iter().for_each(|it| noun(&mut page, it, it.name, told(&draft, it)));
    Ok(page)
}

/// How a table is opened in a file.
fn opening(name: &str) -> String {
    match name {
        "scenario" => "the head of the file".to_owned(),
        "training" | "service" | "jobs" => format!("[workload.NAME] of kind {name}"),
        list if LISTS.contains(&list) => format!("[[{list}]]"),
        name => format!("[{name}.NAME]"),
    }
}

fn noun(page: &mut String, noun: &Noun, title: &str, fields: Vec<Told>) {
    let _ = write!(page, "\n## {title}\n\n{}.\n\n", capital(noun.doc));
    page.push_str("| field | written | default | meaning |\n| --- | --- | --- | --- |\n");
    for it in fields {
        let [key, written, default, meaning] = it.cells().map(|it| cell(&it));
        let _ = writeln!(page, "| `{key}` | {written} | {default} | {meaning} |");
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |it| it.to_uppercase().chain(chars).collect())
}

const MISTAKES: &str = "\
Every mistake (`E`) and every warning (`W`) that a scenario may have. `offtake check FILE` finds them all at once,
each with its line and, where it can be known, the likely fix. A mistake ends the command with exit code 2; a
warning does not. One of them alone:";

fn mistakes() -> String {
    let mut page = head("Mistakes and warnings", MISTAKES, "offtake explain E0031");
    let codes = near("E0000");
    let (mistakes, warnings): (Vec<_>, Vec<_>) = codes.iter().partition(|it| it.starts_with('E'));
    for code in mistakes.into_iter().chain(warnings) {
        let text = offtake::scenario::explain(code).unwrap_or_default();
        let _ = write!(page, "\n## {text}\n");
    }
    page
}
