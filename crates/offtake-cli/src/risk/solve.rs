//! Which value of an input keeps the odds small enough?

use offtake::scenario::Scenario;
use offtake::study::{Answer, Estimate, Futures, Goal, Moved, edge_of_odds, share};
use offtake::units::grouped;
use rayon::prelude::*;
use serde_json::json;

use crate::exit::{Exit, Stop};
use crate::out;

/// Searches and prints; the answer comes with its own error.
pub fn solve(
    scenario: &Scenario,
    futures: &Futures<'_>,
    (goal, path): (&str, &str),
    draws: u32,
    json: bool,
) -> Result<Exit, Stop> {
    let moved = Moved::of(scenario, path).map_err(Stop::wrong)?;
    let read = Goal::read(goal, futures.headings()).map_err(Stop::wrong)?;
    // What must happen often enough must fail to happen seldom enough.
    let limit = if read.at_least { 1.0 - read.limit } else { read.limit };
    let is_so = |n: u32, at: f64| {
        let value = futures.value(&moved.at(&futures.draw(n), at), read.event.column());
        read.event.is_so(value) != read.at_least
    };
    let odds = |at: f64| -> Estimate {
        let holds = (0..draws).into_par_iter().filter(|n| is_so(*n, at)).count();
        share(holds, draws as usize)
    };
    let found = edge_of_odds(moved.range, limit, odds);
    let shown = |at: f64| scenario.inputs.get(moved.input).shown(at);
    let futures = grouped(i128::from(draws));
    let ends = format!("between {} and {}", shown(moved.range.low), shown(moved.range.high));
    let text = match (found.found.answer, &found.at) {
        (Answer::Edge { holds_at, fails_at }, Some(at)) => {
            let side = if holds_at > fails_at { "at least" } else { "at most" };
            let sure = if found.is_clear { "" } else { "; the odds hardly move with it" };
            format!(
                "{goal}: {path} must be {side} {} ({} to {}{sure})",
                shown(at.value),
                shown(at.low),
                shown(at.high)
            )
        }
        (Answer::NeverHolds, _) => format!("{goal}: not at any {path} {ends}"),
        _ => format!("{goal}: at any {path} {ends}"),
    };
    if json {
        let edge = |of: fn(&Estimate) -> f64| found.at.as_ref().map(of);
        out::print_json(&json!({
            "goal": goal,
            "for": path,
            "draws": draws,
            "seed": scenario.seed,
            "text": text,
            "bound": match found.found.answer {
                Answer::Edge { holds_at, fails_at } if holds_at > fails_at => Some("least"),
                Answer::Edge { .. } => Some("most"),
                _ => None,
            },
            "holds": match found.found.answer {
                Answer::AlwaysHolds => "always",
                Answer::NeverHolds => "never",
                Answer::Edge { .. } => "up to the bound",
            },
            "value": found.at.as_ref().map(|it| shown(it.value)),
            "low": found.at.as_ref().map(|it| shown(it.low)),
            "high": found.at.as_ref().map(|it| shown(it.high)),
            "value_base": edge(|it| it.value),
            "error_base": edge(|it| it.error),
            "is_clear": found.is_clear,
        }))?;
    } else {
        out::print(&text)?;
    }
    let calls = found.found.calls;
    out::say(&format!("{calls} values tried, {futures} futures each, all with the same luck"));
    Ok(Exit::Done)
}
