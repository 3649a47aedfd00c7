//! Claims one by one as a page of Markdown: what is said, what is computed, how and from what,
//! the verdict and why.

use std::fmt::Write;

use super::catalogue::{line, link};
use crate::figures::{ClaimResult, Figure, Used, Verdict};
use crate::scenario::{Claim, Origin, Row, Scenario, Source};

/// Every claim of a played scenario, `story` being the name it is played by.
pub fn page(
    story: &str,
    scenario: &Scenario,
    claims: &[ClaimResult],
    figures: &[Figure],
) -> String {
    let mut out = head(story, scenario, claims);
    for (nth, it) in claims.iter().enumerate() {
        let cells = [
            number(nth, it),
            format!("[{}](#{})", it.text, anchor(nth, it)),
            it.verdict.word().to_owned(),
            it.computed.clone().unwrap_or_else(|| "judged".to_owned()),
        ];
        line(&mut out, cells.into_iter());
    }
    for (nth, (claim, result)) in scenario.claims.iter().zip(claims).enumerate() {
        let _ = write!(out, "\n## {}. {}\n\n", number(nth, result), result.id);
        out.push_str(&section(scenario, claim, result, figures));
    }
    out
}

/// One claim.
pub fn section(
    scenario: &Scenario,
    claim: &Claim,
    result: &ClaimResult,
    figures: &[Figure],
) -> String {
    let mut out = format!("> {}\n\n", result.text);
    let judged = if result.judged { ", judged" } else { "" };
    let _ = writeln!(out, "**{}**{judged}: {}.", result.verdict.word(), result.because);
    let mut told = Vec::new();
    if let Some(stated) = &result.stated {
        told.push(format!("- stated: {stated}{}", by(claim.stated_by.as_ref())));
    }
    if let (Some(computed), Some(formula)) = (&result.computed, &result.formula) {
        told.push(format!("- computed: {computed} = `{formula}`"));
    }
    if let Some(origin) = &claim.because_by {
        told.push(format!("- reason: {}", origin_of(origin)));
    }
    if !told.is_empty() {
        let _ = writeln!(out, "\n{}", told.join("\n"));
    }
    if !result.of.is_empty() {
        out.push('\n');
        line(&mut out, ["from", "value", "source"].map(str::to_owned).into_iter());
        line(&mut out, ["---"; 3].map(str::to_owned).into_iter());
        for it in &result.of {
            line(&mut out, used(scenario, it, figures).into_iter());
        }
    }
    out
}

fn head(story: &str, scenario: &Scenario, claims: &[ClaimResult]) -> String {
    let count = |verdict: Verdict| claims.iter().filter(|it| it.verdict == verdict).count();
    let first = claims.first().map_or("amount", |it| it.id.as_str());
    format!(
        "\
<!-- Made from the story {story} by `cargo xtask generate`; not to be edited by hand. -->

# The article, sentence by sentence

What an article says, number by number, against what the story `{story}` computes from its own figures
and the catalogue, each value with its source. {all} sentences: {holds} `holds`, {condition} `holds-if` (under the
condition that is named), {fails} `fails`, {unknown} `unknown` (what is public does not decide it). `judged` marks
a matter of words: somebody has weighed it, and the source is named. Nothing later than {as_of} is
used, unless a sentence says on which day it was known.

```console
$ offtake explain {story} claims
$ offtake explain {story} claim.{first}
```

| | the article says | verdict | computed |
| --- | --- | --- | --- |
",
        all = claims.len(),
        holds = count(Verdict::Holds),
        condition = count(Verdict::HoldsIf),
        fails = count(Verdict::Fails),
        unknown = count(Verdict::Unknown),
        as_of = scenario.as_of,
    )
}

/// Its own number, or its place on the page.
fn number(nth: usize, it: &ClaimResult) -> String {
    it.n.map_or_else(|| (nth + 1).to_string(), |it| it.to_string())
}

/// Where a heading like `6. largest` is found.
fn anchor(nth: usize, it: &ClaimResult) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let id: String = it.id.to_lowercase().replace(' ', "-").chars().filter(kept).collect();
    format!("{}-{id}", number(nth, it))
}

fn by(origin: Option<&Origin>) -> String {
    origin.map_or(String::new(), |it| format!(", {}", origin_of(it)))
}

fn origin_of(origin: &Origin) -> String {
    match origin {
        Origin::Reported(all) => all.iter().map(graded).collect::<Vec<_>>().join("; "),
        other => other.mark().to_owned(),
    }
}

fn graded(it: &Source) -> String {
    let grade = it.grade.as_ref().map_or(String::new(), |it| format!(", grade {it}"));
    format!("{}{grade}", link(it))
}

/// A value, a text or a figure that a verdict is made of: name, what it says, who says so.
fn used(scenario: &Scenario, it: &Used, figures: &[Figure]) -> [String; 3] {
    match it {
        Used::Input(id) => {
            let input = scenario.inputs.get(*id);
            let row = || scenario.rows.iter().find(|it| it.inputs().iter().any(|of| of.1 == *id));
            let origin = match &input.origin {
                Origin::Unsaid => row().and_then(|it| source_of(scenario, it)),
                said => Some(origin_of(said)),
            };
            [format!("`{}`", input.path), input.in_short(), origin.unwrap_or_default()]
        }
        Used::Field(row, key) => {
            let row = scenario.row(*row);
            let said = row.text(key).or_else(|| row.word(key)).unwrap_or_default().to_owned();
            let source = source_of(scenario, row).unwrap_or_default();
            [format!("`{}.{key}`", row.path), said, source]
        }
        Used::Figure(id) => {
            let figure = figures.iter().find(|it| it.id == *id);
            let shown = figure.map_or_else(|| "-".to_owned(), Figure::shown);
            let made = figure.map_or(String::new(), |it| format!("{}: {}", it.kind, it.formula));
            [format!("`{id}`"), shown, made]
        }
    }
}

/// Who says what a row says where a field names nobody: the source of its numbers.
fn source_of(scenario: &Scenario, row: &Row) -> Option<String> {
    let origins = row.inputs().into_iter().map(|it| &scenario.inputs.get(it.1).origin);
    origins.into_iter().find(|it| matches!(it, Origin::Reported(_))).map(origin_of)
}
