//! `offtake` plays a dated book of compute deals forward: what is delivered, used, billed and
//! emitted, and whether the buyer can pay.
//!
//! This crate is the heart: text comes in, rows go out. It has no disk, clock, thread, socket,
//! environment or `unsafe`. ARCHITECTURE.md is the map; rooms are declared in reading order and
//! each uses only rooms above it.

pub mod time;

pub mod units;

pub mod chance;

pub mod jobs;

pub mod scenario;

pub mod ledger;

pub mod terms;

pub mod finance;

pub mod power;

pub mod policy;

pub mod pool;

pub mod engine;

pub mod figures;

pub mod study;

pub mod view;

/// Reads and checks a scenario, with a variant laid over it if one is named: everything that is
/// wrong goes to the report.
pub fn read(
    name: &str,
    text: &str,
    variant: Option<&str>,
    report: &mut scenario::Report,
) -> (scenario::Files, Option<scenario::Scenario>) {
    read_with(name, text, &scenario::alone, variant, report)
}

/// Reads and checks a scenario that may name files beside it.
pub fn read_with(
    name: &str,
    text: &str,
    beside: &scenario::Beside<'_>,
    variant: Option<&str>,
    report: &mut scenario::Report,
) -> (scenario::Files, Option<scenario::Scenario>) {
    read_over(name, text, beside, variant, "", report)
}

/// The same with values set over file and variant: TOML, a path and its value on each line.
pub fn read_over(
    name: &str,
    text: &str,
    beside: &scenario::Beside<'_>,
    variant: Option<&str>,
    set: &str,
    report: &mut scenario::Report,
) -> (scenario::Files, Option<scenario::Scenario>) {
    let (files, draft) = scenario::Draft::read_with(name, text, beside, report);
    let Some(draft) = draft else { return (files, None) };
    let draft = match variant {
        Some(it) => draft.with_variant(it, report),
        None => Some(draft),
    };
    let Some(draft) = draft else { return (files, None) };
    if set.is_empty() {
        return (files, check(&draft, report));
    }
    let (files, draft) = draft.with_settings(set, beside, report);
    (files, draft.and_then(|it| check(&it, report)))
}

/// Checks a draft: its own fields, that what it asks for is computed here, and what of it may not
/// be meant.
pub fn check(draft: &scenario::Draft, report: &mut scenario::Report) -> Option<scenario::Scenario> {
    let mut scenario = scenario::check(draft, report)?;
    figures::check_names(&scenario, report);
    figures::doubts(&scenario, report);
    scenario.warnings = report.warnings().cloned().collect();
    report.is_clean().then_some(scenario)
}
