//! How does an editor know a scenario file? By the reader's own tables, as JSON Schema.

mod columns;
mod pages;
mod verbs;

use std::path::PathBuf;

use clap::{Args, Command};
use offtake::scenario::json_schema;

use crate::exit::{Exit, Stop};
use crate::{facts, out, write};
use pages::Page;

/// Print the JSON Schema of scenario files: keys, words and meanings for your editor.
#[derive(Args)]
#[command(
    after_help = "A scenario whose first line is `#:schema offtake.schema.json` looks for it \
in its own folder.\n\nExample: offtake schema -o offtake.schema.json"
)]
pub struct SchemaArgs {
    /// Write it to this file, in place of what stands there.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print a page of every column of every table instead, as `--page columns` does.
    #[arg(long, conflicts_with = "out")]
    columns: bool,
    /// Print a page of the guide's reference instead.
    #[arg(long, value_name = "WHAT", value_enum, conflicts_with_all = ["out", "columns"])]
    page: Option<Page>,
}

/// Prints the schema, or writes it to a file; or prints a page of the guide.
pub fn schema(args: &SchemaArgs, program: Command) -> Result<Exit, Stop> {
    if let Some(page) = args.page.or(args.columns.then_some(Page::Columns)) {
        return out::print(&page.text(program)?);
    }
    let schema = json_schema(&facts::open()?);
    let text =
        serde_json::to_string_pretty(&schema).map_err(|error| Stop::failed(error.to_string()))?;
    let Some(file) = &args.out else { return out::print(&text) };
    write::replace(file, format!("{text}\n"))?;
    out::print(&format!("{}: written", file.display()))
}
