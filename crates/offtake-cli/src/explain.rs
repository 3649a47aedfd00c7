//! What does a word mean, and where does a figure come from?

use clap::Args;

use crate::exit::{Exit, Stop};
use crate::{explain_word, facts, out};

/// Explain an error code, a field, or a figure of a scenario.
#[derive(Args)]
pub struct ExplainArgs {
    /// `E0031`, `deal`, `deal.kind`, `workload`; or a SCENARIO, followed by a figure of it.
    word: String,
    /// The figure to explain: `deal.aws.billed`.
    figure: Option<String>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Explains a word, or a figure down to its sources.
pub fn explain(args: &ExplainArgs) -> Result<Exit, Stop> {
    if let Some(figure) = &args.figure {
        return figure_of(&args.word, figure);
    }
    match explain_word::explain(&args.word)? {
        Some(meaning) if args.json => out::print_json(&meaning.json()),
        Some(meaning) => out::print(&meaning.text(out::width())),
        None => Err(unknown(&args.word)),
    }
}

fn unknown(word: &str) -> Stop {
    let near = explain_word::near(word);
    let near: Vec<&str> = near.iter().map(String::as_str).collect();
    let near = facts::did_you_mean(word, &near);
    Stop::wrong(format!("nothing is called `{word}`: no error, no table, no field{near}"))
}

fn figure_of(_scenario: &str, figure: &str) -> Result<Exit, Stop> {
    Err(Stop::failed(format!("`{figure}` cannot be explained: figures are not played yet")))
}
