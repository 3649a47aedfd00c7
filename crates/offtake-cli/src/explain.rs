//! What does a word mean, and where does a figure come from?

use std::path::Path;

use clap::Args;

use offtake::figures;
use offtake::scenario::Draw;
use offtake::scenario::library::STORIES;
use offtake::view::{self, Branch, ClaimRow, article};

use crate::exit::{Exit, Stop};
use crate::paint::Looks;
use crate::{explain_word, facts, out, run};

/// Explain an error code, a field, or a figure or value of a scenario.
#[derive(Args)]
pub struct ExplainArgs {
    /// `E0031`, `deal`, `deal.kind`, `workload`; or a SCENARIO, followed by a figure of it.
    word: String,
    /// The figure to explain: `deal.aws.billed`; a value by its path: `deal.aws.take`; a claim: `claim.amount`; or `claims`, all of them
    /// as a page of Markdown.
    figure: Option<String>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Explains a word, or a figure down to its sources.
pub fn explain(args: &ExplainArgs) -> Result<Exit, Stop> {
    if let Some(figure) = &args.figure {
        return match figure.strip_prefix("claim") {
            Some("s") => claims_of(&args.word, None, args.json),
            Some(id) if id.starts_with('.') => claims_of(&args.word, Some(&id[1..]), args.json),
            _ => figure_of(&args.word, figure, args.json),
        };
    }
    match explain_word::explain(&args.word)? {
        Some(meaning) if args.json => out::print_json(&meaning.json()),
        Some(meaning) => out::show(&meaning.text(out::width()), Looks::Rows),
        None => Err(unknown(&args.word)),
    }
}

fn unknown(word: &str) -> Stop {
    let story = word.split('#').next().unwrap_or(word);
    if STORIES.iter().any(|it| it.0 == story) || Path::new(story).is_file() {
        return Stop::wrong(format!("which figure of it? `offtake explain {word} FIGURE`"));
    }
    let near = explain_word::near(word);
    let near: Vec<&str> = near.iter().map(String::as_str).collect();
    let near = facts::did_you_mean(word, &near);
    Stop::wrong(format!("nothing is called `{word}`: no error, no table, no field{near}"))
}

/// Plays the scenario and tells what one of its figures is made of; of a value, where it comes from and
/// how it is drawn.
fn figure_of(argument: &str, id: &str, json: bool) -> Result<Exit, Stop> {
    let (scenario, _) = run::read(argument, "", json)?;
    if let Some((id, _)) = scenario.inputs.iter().find(|it| it.1.path == id) {
        return print_tree(&view::leaf(&scenario, id), None, json);
    }
    let outcome = figures::outcome(&scenario, &Draw::medians(&scenario), true);
    let Some(figure) = outcome.figures.iter().find(|it| it.id == id) else {
        let known: Vec<&str> = outcome.figures.iter().map(|it| it.id.as_str()).collect();
        let near = facts::did_you_mean(id, &known);
        return Err(Stop::wrong(format!("`{argument}` has no figure `{id}`{near}")));
    };
    print_tree(&view::tree(&scenario, figure), Some(&figure.label), json)
}

fn print_tree(tree: &Branch, label: Option<&str>, json: bool) -> Result<Exit, Stop> {
    if json {
        let document =
            serde_json::to_value(tree).map_err(|error| Stop::failed(error.to_string()))?;
        return out::print_json(&document);
    }
    let label = label.map_or(String::new(), |it| format!("{it}\n"));
    out::show(&format!("{label}{}", tree.to_text()), Looks::Rows)
}

/// Plays the scenario and tells one of its claims, or all of them as a page.
fn claims_of(argument: &str, id: Option<&str>, json: bool) -> Result<Exit, Stop> {
    let (scenario, name) = run::read(argument, "", json)?;
    let draw = Draw::medians(&scenario);
    let outcome = figures::outcome(&scenario, &draw, true);
    let claims = figures::claims(&scenario, &draw, &outcome);
    let nth = match id {
        Some(id) => Some(claims.iter().position(|it| it.id == id).ok_or_else(|| {
            let known: Vec<&str> = claims.iter().map(|it| it.id.as_str()).collect();
            let near = facts::did_you_mean(id, &known);
            Stop::wrong(format!("`{argument}` has no claim `{id}`{near}"))
        })?),
        None => None,
    };
    if json {
        let rows = claims.iter().enumerate().filter(|it| nth.is_none_or(|nth| nth == it.0));
        let rows: Vec<ClaimRow> = rows.map(|it| it.1.into()).collect();
        return out::print_json(&serde_json::json!({ "scenario": name, "claims": rows }));
    }
    out::print(&match nth {
        Some(nth) => {
            article::section(&scenario, &scenario.claims[nth], &claims[nth], &outcome.figures)
        }
        None => article::page(&name, &scenario, &claims, &outcome.figures),
    })
}
