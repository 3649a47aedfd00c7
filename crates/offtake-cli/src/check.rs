//! Is a scenario sound? Checks the plain scenario and every variant, and tells all mistakes at once.

use clap::Args;
use offtake::figures;
use offtake::scenario::{Draft, Draw, Report, Scenario};
use offtake::view;
use serde_json::{Value, json};

use crate::diagnose::{Findings, counted};
use crate::exit::{Exit, Stop};
use crate::input::{self, Input};
use crate::out;
use crate::paint::Looks;

/// Show every mistake of a scenario at once, its variants included.
#[derive(Args)]
pub struct CheckArgs {
    /// A file, FILE#variant, the name of a built-in story, or `-` for stdin.
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// A value without a source is a mistake.
    #[arg(long)]
    strict: bool,
    /// Print one JSON document: an object, or a list of them for several scenarios.
    #[arg(long)]
    json: bool,
}

/// What became of one argument.
struct Outcome {
    exit: Exit,
    document: Value,
}

/// Checks every scenario that is named; one that cannot be opened does not hide the others.
pub fn check(args: &CheckArgs) -> Result<Exit, Stop> {
    let mut documents = Vec::new();
    let mut worst = Exit::Done;
    for argument in &args.scenarios {
        let outcome = match input::open(argument) {
            Ok(input) => one(&input, args)?,
            Err(stop) => unopened(argument, &stop),
        };
        if outcome.exit != Exit::Done {
            worst = outcome.exit;
        }
        documents.push(outcome.document);
    }
    if args.json {
        let single = documents.len() == 1;
        let document = if single { documents.remove(0) } else { Value::Array(documents) };
        out::print_json(&document)?;
    }
    Ok(worst)
}

fn unopened(argument: &str, stop: &Stop) -> Outcome {
    out::say(&stop.to_string());
    let mistake = json!({
        "code": null, "message": stop.message, "file": argument, "line": null, "column": null,
        "help": null, "variant": null,
    });
    let document = json!({ "scenario": argument, "mistakes": [mistake], "warnings": [] });
    Outcome { exit: stop.exit, document }
}

fn one(input: &Input, args: &CheckArgs) -> Result<Outcome, Stop> {
    let shown = match &input.variant {
        Some(variant) => format!("{}#{variant}", input.name),
        None => input.name.clone(),
    };
    let mut report = fresh(args.strict);
    let beside = |it: &str| input.beside(it);
    let (files, draft) = Draft::read_with(&input.name, &input.text, &beside, &mut report);
    let mut findings = Findings::new(&shown, files);
    findings.add(&report);
    let scenario = draft.as_ref().and_then(|draft| match &input.variant {
        Some(variant) => check_variant(draft, variant, args.strict, &mut findings),
        None => check_all(draft, args.strict, &mut findings),
    });
    let sound = findings.mistakes() == 0;
    if !args.json {
        findings.say();
        if let (Some(scenario), true) = (&scenario, sound) {
            let variants = draft.as_ref().filter(|_| input.variant.is_none());
            let variants = variants.map_or(0, |it| it.variants().len());
            out::show(&praise(&shown, scenario, variants), Looks::Rows)?;
        }
    }
    let exit = if sound { Exit::Done } else { Exit::Wrong };
    Ok(Outcome { exit, document: findings.json() })
}

fn fresh(strict: bool) -> Report {
    let mut report = Report::default();
    report.strict = strict;
    report
}

/// Checks a scenario and its variants. Each gets a report of its own: a mistake of the plain scenario must not
/// end its variant's check.
fn check_all(draft: &Draft, strict: bool, findings: &mut Findings) -> Option<Scenario> {
    check_some(draft, strict, usize::MAX, findings)
}

/// The same with no more than so many of its variants.
pub fn check_some(
    draft: &Draft,
    strict: bool,
    most: usize,
    findings: &mut Findings,
) -> Option<Scenario> {
    let mut report = fresh(strict);
    let plain = offtake::check(draft, &mut report);
    findings.add(&report);
    for variant in draft.variants().into_iter().take(most) {
        check_variant(draft, &variant, strict, findings);
    }
    plain
}

fn check_variant(
    draft: &Draft,
    name: &str,
    strict: bool,
    findings: &mut Findings,
) -> Option<Scenario> {
    let mut report = fresh(strict);
    let varied = draft.with_variant(name, &mut report);
    let scenario = varied.and_then(|it| offtake::check(&it, &mut report));
    findings.add(&report);
    scenario
}

/// `deal.toml: sound (12 numbers assumed, 3 variants)`: assumed are those that a figure is made of,
/// as in the report.
fn praise(name: &str, scenario: &Scenario, variants: usize) -> String {
    let outcome = figures::outcome(scenario, &Draw::medians(scenario), false);
    let assumed = view::assumed(scenario, &outcome).len();
    let variants =
        if variants > 0 { format!(", {}", counted(variants, "variant")) } else { String::new() };
    format!("{name}: sound ({} assumed{variants})", counted(assumed, "number"))
}
