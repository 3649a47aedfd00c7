//! What does a lender look at? The loan when the buyer pays, beside the same loan when it walks away.

use clap::Args;
use offtake::figures::{self, Lender, Look, Outcome, Walk};
use offtake::scenario::{Draw, Scenario};
use offtake::time::{Date, Instant};
use offtake::view;
use serde_json::json;

use crate::exit::{Exit, Stop};
use crate::paint::Looks;
use crate::set::SetArgs;
use crate::{facts, out, run};

/// Print the lender's page of a debt: the buyer pays, beside the buyer walks away.
#[derive(Args)]
pub struct LenderArgs {
    /// A file, FILE#variant, or a built-in story.
    scenario: String,
    /// The debt; may be left out where a deal secures only one.
    debt: Option<String>,
    /// The day on which the buyer walks away; a year after full delivery if not said.
    #[arg(long, value_name = "DATE")]
    walks: Option<Date>,
    #[command(flatten)]
    set: SetArgs,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Plays the scenario and looks at one debt of it.
pub fn lender(args: &LenderArgs) -> Result<Exit, Stop> {
    let (scenario, name) = run::read(&args.scenario, &args.set.text()?, args.json)?;
    let draw = Draw::medians(&scenario);
    let outcome = figures::outcome(&scenario, &draw, false);
    let look =
        Look { scenario: &scenario, draw: &draw, case: &outcome.case, played: &outcome.played };
    let debt = chosen(&scenario, &outcome, args.debt.as_deref())?;
    let walk = match args.walks {
        Some(day) => Walk::on(&look, debt, Instant::start_of(day)),
        None => Walk::usual(&look, debt),
    };
    let page = walk.and_then(|it| Lender::of(&look, debt, it)).ok_or_else(|| {
        let debt = &outcome.case.debts[debt].name;
        let day = args.walks.map_or("a year after full delivery".to_owned(), |it| it.to_string());
        Stop::wrong(format!(
            "nothing of `debt.{debt}` is owed {day}: choose another day by `--walks`"
        ))
    })?;
    if args.json {
        out::print_json(&json!(view::lender_document(&look, &page, &name)))?;
    } else {
        out::show(&view::lender(&look, &page, out::width().min(76)), Looks::Chapters)?;
    }
    Ok(Exit::Done)
}

/// The debt that is asked for: by its name, with or without `debt.` before it, or the only one.
fn chosen(scenario: &Scenario, outcome: &Outcome, name: Option<&str>) -> Result<usize, Stop> {
    let debts = &outcome.case.debts;
    let secured: Vec<&str> =
        debts.iter().filter(|it| it.secures.is_some()).map(|it| it.name.as_str()).collect();
    let Some(name) = name else {
        return match secured[..] {
            [one] => chosen(scenario, outcome, Some(one)),
            [] => Err(Stop::wrong(format!("no deal secures any debt of `{}`", scenario.name()))),
            _ => Err(Stop::wrong(format!("which debt? one of: {}", secured.join(", ")))),
        };
    };
    let name = name.strip_prefix("debt.").unwrap_or(name);
    match debts.iter().position(|it| it.name == name) {
        Some(it) if debts[it].secures.is_some() => Ok(it),
        Some(_) => {
            Err(Stop::wrong(format!("no deal secures `debt.{name}`: there is no page of it")))
        }
        None => {
            let near = facts::did_you_mean(name, &secured);
            Err(Stop::wrong(format!("no debt is called `{name}`{near}")))
        }
    }
}
