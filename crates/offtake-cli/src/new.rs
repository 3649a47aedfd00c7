//! How does a user start a file? From the text of a built-in story, written whole or not at all.

use std::path::PathBuf;

use clap::Args;
use offtake::scenario::library::STORIES;
use serde_json::json;

use crate::exit::{Exit, Stop};
use crate::{facts, out, write};

/// Start a scenario file from a built-in story.
#[derive(Args)]
pub struct NewArgs {
    /// The file to write; it must not exist yet.
    file: PathBuf,
    /// The built-in story to start from.
    #[arg(long, value_name = "NAME", default_value = "openai-aws")]
    like: String,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Writes the text of a story to a file that does not exist yet.
pub fn new(args: &NewArgs) -> Result<Exit, Stop> {
    let text = story(&args.like)?;
    write::create(&args.file, text)?;
    let file = args.file.display().to_string();
    if args.json {
        return out::print_json(&json!({ "file": file, "like": args.like }));
    }
    out::print(&format!("{file}: written, like `{}`; next: offtake check {file}", args.like))
}

fn story(name: &str) -> Result<&'static str, Stop> {
    let found = STORIES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    found.ok_or_else(|| {
        let known: Vec<&str> = STORIES.iter().map(|(it, _)| *it).collect();
        let near = facts::did_you_mean(name, &known);
        Stop::wrong(format!("no story is called `{name}`{near} (there are: {})", known.join(", ")))
    })
}
