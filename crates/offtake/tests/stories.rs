//! Do the built-in stories still say what they said?
//!
//! Golden values are decisions. To take new ones over: `INSTA_UPDATE=always cargo test --release
//! -p offtake --test stories`, read the difference, and say in CHANGELOG.md what changed and why.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

mod common;

use std::fmt::Write;

use offtake::figures::{Outcome, Verdict, claims, expects, outcome};
use offtake::ledger::digest;
use offtake::scenario::{Draw, Report, Scenario};
use offtake::units::to_f64;
use offtake::view;

use common::{stories, text_of};

const A_DECISION: &str =
    "a golden digest that changes is a decision: say in CHANGELOG.md what changed and why";

#[test]
fn every_story_and_variant_reads_without_mistakes_or_warnings() {
    for (story, variants) in stories() {
        for variant in variants {
            let mut report = Report::default();
            let text = text_of(story);
            let (_, scenario) = offtake::read(story, text, variant.as_deref(), &mut report);
            let found: Vec<String> =
                report.sorted().iter().map(|it| format!("{} {}", it.code, it.message)).collect();
            assert!(found.is_empty(), "{story} {variant:?}: {found:#?}");
            assert!(scenario.is_some_and(|it| it.warnings.is_empty()), "{story} {variant:?}");
        }
    }
}

#[test]
fn what_a_story_expects_comes_true() {
    for story in [
        "openai-aws",
        "llama3",
        "term-sheet",
        "milestones",
        "gigawatt",
        "neocloud",
        "buildout-2028",
    ] {
        let (scenario, draw, outcome) = played(story, None);
        let all = expects(&scenario, &draw, &outcome);
        assert!(!all.is_empty(), "{story} expects nothing");
        for it in all {
            assert!(it.held, "{story}: `{}` does not hold, found {}", it.that, it.found);
        }
    }
}

#[test]
fn the_sentences_of_the_article_have_these_verdicts() {
    use Verdict::{Fails, Holds, HoldsIf, Unknown};
    let expected = [
        (1, "amount", Holds),
        (2, "announced", Fails),
        (3, "immediate", Fails),
        (4, "term", Unknown),
        (5, "total", HoldsIf),
        (6, "largest", Fails),
        (7, "oracle", Holds),
        (8, "revenue", Holds),
        (9, "well-more", HoldsIf),
        (10, "power", Holds),
        (11, "homes", HoldsIf),
        (12, "power-is-not-compute", Unknown),
        (13, "build-out", Holds),
        (14, "private-markets", HoldsIf),
        (15, "valuation", HoldsIf),
        (16, "stake", Holds),
        (17, "for-profit", Fails),
        (18, "last-week", Holds),
        (19, "largest-investment", Fails),
        (20, "dwarfs", Holds),
        (21, "handful", Holds),
    ];
    let (scenario, draw, outcome) = played("openai-aws", None);
    let found = claims(&scenario, &draw, &outcome);
    let found: Vec<(i64, &str, Verdict)> =
        found.iter().map(|it| (it.n.unwrap_or(0), it.id.as_str(), it.verdict)).collect();
    assert_eq!(found, expected);
}

#[test]
fn most_sentences_of_the_article_are_computed_and_the_others_lean_on_a_source() {
    let (scenario, draw, outcome) = played("openai-aws", None);
    let all = claims(&scenario, &draw, &outcome);
    let judged: Vec<&str> = all.iter().filter(|it| it.judged).map(|it| it.id.as_str()).collect();
    assert_eq!(judged, ["term", "power-is-not-compute", "for-profit", "largest-investment"]);
    for it in all {
        let told = if it.judged { it.source.is_some() } else { it.computed.is_some() };
        assert!(told, "{}: {}", it.id, it.because);
    }
}

#[test]
fn aws_is_third_of_the_four_clouds_whose_rent_was_known() {
    let (scenario, draw, outcome) = played("openai-aws", None);
    let all = claims(&scenario, &draw, &outcome);
    let largest = all.iter().find(|it| it.id == "largest").expect("it is claimed");
    assert_eq!(largest.computed.as_deref(), Some("3rd of 4"));
    for part in ["openai-oracle ($300 bn)", "openai-microsoft ($250 bn)", "openai-google", "2.7 %"]
    {
        assert!(largest.because.contains(part), "{part}: {}", largest.because);
    }
}

#[test]
fn the_page_of_the_article_is_what_the_story_gives() {
    let (scenario, draw, outcome) = played("openai-aws", None);
    let all = claims(&scenario, &draw, &outcome);
    let made = offtake::view::article::page("openai-aws", &scenario, &all, &outcome.figures);
    let written = include_str!("../../../docs/article.md");
    let differs = made.lines().zip(written.lines()).find(|(made, written)| made != written);
    assert!(made == written, "run `cargo xtask generate`; first difference: {differs:#?}");
}

#[test]
fn the_sentences_about_llama3_have_these_verdicts() {
    verdicts(
        "llama3",
        &[
            ("interruptions-llama3", Verdict::Holds),
            ("effective", Verdict::HoldsIf),
            ("interruptions-rsc-1", Verdict::Holds),
            ("interruptions-rsc-2", Verdict::Holds),
            ("one-rate", Verdict::Fails),
        ],
    );
}

#[test]
fn llama3_is_interrupted_419_times_and_by_the_rsc_rates_719_and_259() {
    for (variant, expected) in [(None, 419.0), (Some("rsc-1"), 719.0), (Some("rsc-2"), 259.0)] {
        let (.., outcome) = played("llama3", variant);
        let number = |key: &str| number(&outcome, &format!("workload.pretraining.{key}"));
        let said = number("interruptions_expected");
        assert_eq!(said.round(), expected, "{variant:?}: {said} expected");
        let simulated = number("interruptions");
        let deviations = (simulated - said) / said.sqrt();
        assert!(deviations.abs() < 4.0, "{variant:?}: {simulated} simulated, {said} expected");
    }
}

#[test]
fn llama3_trains_more_than_nine_tenths_of_its_time() {
    let (.., outcome) = played("llama3", None);
    let simulated = number(&outcome, "workload.pretraining.effective");
    let expected = number(&outcome, "workload.pretraining.effective_expected");
    assert!(simulated > 0.9 && expected > 0.9, "{simulated} simulated, {expected} expected");
    assert!((simulated - expected).abs() < 0.01, "{simulated} simulated, {expected} expected");
}

#[test]
fn the_numbers_of_openai_and_aws_make_sense_together() {
    let (scenario, draw, outcome) = played("openai-aws", None);
    let at = |id: &str| number(&outcome, id);
    let unserved = at("workload.chat.unserved_share");
    assert!((0.0..=0.2).contains(&unserved), "{unserved} unserved");
    let used = at("fleet.gb300.utilisation");
    assert!((0.3..1.0).contains(&used), "{used} used");
    assert!(at("fleet.gb300.goodput") < used, "what counts is less than what is used");
    let limit = scenario.row(scenario.sites[0]).input("power.limit").expect("it is required");
    let offtake::scenario::Drawn::Number(limit) = draw.get(limit) else { panic!("a number") };
    let (peak, limit) = (at("site.us-east.power_peak"), to_f64(limit) / 1e6);
    assert!(peak < limit && peak > limit / 4.0, "{peak} MW at the meter of {limit}");
    let (delivered, contracted) =
        (at("deal.aws.gpu_hours_delivered"), at("deal.aws.gpu_hours_contracted"));
    assert!(at("deal.aws.gpu_hours_used") < delivered && delivered < contracted);
    let (billed, price) = (at("deal.aws.billed"), at("deal.aws.price_per_gpu_hour"));
    assert!(billed <= 38e9, "{billed} billed");
    assert!((billed / (delivered * price) - 1.0).abs() < 0.01, "all that came is paid for");
    assert!((contracted * price / 38e9 - 1.0).abs() < 1e-9, "the price solves the total");
    assert!((1.0..6.0).contains(&price), "{price} a GPU-hour");
    let all = at("workload.chat.gpu_hours")
        + at("workload.frontier-training.gpu_hours")
        + at("workload.research.gpu_hours");
    assert!((all / at("deal.aws.gpu_hours_used") - 1.0).abs() < 1e-9, "work sums to use");
}

#[test]
fn late_power_delivers_later_and_bills_less() {
    let (.., plain) = played("openai-aws", None);
    let (.., late) = played("openai-aws", Some("late-power"));
    let at = |id: &str| (number(&plain, id), number(&late, id));
    for id in ["deal.aws.billed", "deal.aws.gpu_hours_delivered", "site.us-east.energy"] {
        let (plain, late) = at(id);
        assert!(late < plain, "{id}: {late} when late, {plain} when not");
    }
    let first = |it: &Outcome| it.played.marks.runs.iter().flatten().map(|run| run.0).min();
    assert!(first(&late) > first(&plain), "the first run begins later");
    let price = at("deal.aws.price_per_gpu_hour");
    assert_eq!(price.0, price.1, "the price was solved by the promised calendar");
}

#[test]
fn variants_pull_the_way_their_titles_say() {
    let at = |variant: &str, id: &str| number(&played("openai-aws", Some(variant)).2, id);
    let plain = |id: &str| number(&played("openai-aws", None).2, id);
    let price = "deal.aws.price_per_gpu_hour";
    assert!(at("few-gpus", price) > plain(price) && at("many-gpus", price) < plain(price));
    assert!(at("pay-as-you-go", "deal.aws.billed") < plain("deal.aws.billed"));
    assert_eq!(at("pay-as-you-go", "deal.aws.shortfall_paid"), 0.0);
    assert_eq!(at("prepaid", "deal.aws.billed"), plain("deal.aws.billed"));
    assert_eq!(at("prepaid", "deal.aws.prepaid"), 7.6e9);
    let delivered = "deal.aws.gpu_hours_delivered";
    assert!(at("slip-extends", delivered) > plain(delivered), "late months are added");
}

#[test]
fn what_is_prepaid_is_drawn_month_by_month() {
    let (scenario, draw, outcome) = played("openai-aws", Some("prepaid"));
    let table = view::monthly(&scenario, &draw, &outcome);
    let column = |name: &str| {
        let name = format!("deal.aws.{name}");
        match &table.columns.iter().find(|it| it.name == name).expect("the column is there").cells {
            view::Cells::Number(it) => it.clone(),
            other => panic!("{name} is {other:?}"),
        }
    };
    let (paid, drawn) = (column("prepaid"), column("prepaid_drawn"));
    let mut left = 0.0;
    for (month, found) in column("prepaid_left").into_iter().enumerate() {
        left += paid[month] - drawn[month];
        assert!((found - left).abs() < 1.0 && found >= 0.0, "{found} left, {left} by the months");
    }
    assert_eq!((paid.iter().sum::<f64>(), left.round()), (7.6e9, 0.0));
    assert!(drawn.iter().filter(|it| **it > 0.0).count() > 12, "drawn over the term");
    let (scenario, draw, outcome) = played("openai-aws", None);
    let plain = view::monthly(&scenario, &draw, &outcome);
    assert!(plain.columns.iter().all(|it| !it.name.contains("prepaid")), "nothing is prepaid");
}

#[test]
fn figures_are_written_without_the_noise_of_sums() {
    let (.., outcome) = played("llama3", None);
    let csv = view::figures(&outcome.figures).to_csv();
    for line in csv.lines().skip(1) {
        let digits = |it: &str| it.trim_matches('0').bytes().filter(u8::is_ascii_digit).count();
        let longest = line.split(',').filter(|it| it.parse::<f64>().is_ok()).map(digits).max();
        assert!(longest.is_none_or(|it| it <= 12), "{line}");
    }
}

#[test]
fn every_story_and_variant_writes_the_same_ledger_as_before() {
    let mut table = String::new();
    for (story, variants) in stories() {
        for variant in variants {
            let (.., outcome) = played(story, variant.as_deref());
            let bytes = outcome.played.ledger.to_bytes();
            let name = format!("{story} {}", variant.as_deref().unwrap_or("-"));
            writeln!(
                table,
                "{name:28} {} movements  {}",
                outcome.played.ledger.movements().len(),
                digest(&bytes)
            )
            .expect("writing to text");
        }
    }
    insta::with_settings!({ description => A_DECISION, omit_expression => true }, {
        insta::assert_snapshot!("ledgers", table, A_DECISION);
    });
}

#[test]
fn every_figure_of_a_story_is_as_before() {
    for (story, _) in stories() {
        let (.., outcome) = played(story, None);
        let mut table = String::new();
        for it in &outcome.figures {
            let value = match it.number() {
                Some(number) => format!("{number:.6e}"),
                None => it.shown(),
            };
            writeln!(table, "{:52} {value:>14} {:15} {:9} {}", it.id, it.unit, it.kind, it.shown())
                .expect("writing to text");
        }
        insta::with_settings!({ description => A_DECISION, omit_expression => true }, {
            insta::assert_snapshot!(format!("figures-{story}"), table, A_DECISION);
        });
    }
}

// How stories are played.

fn verdicts(story: &str, expected: &[(&str, Verdict)]) {
    let (scenario, draw, outcome) = played(story, None);
    let found = claims(&scenario, &draw, &outcome);
    let table = |all: Vec<(String, &str)>| {
        all.iter().map(|(id, word)| format!("{id}: {word}")).collect::<Vec<_>>().join("\n")
    };
    let found = table(found.into_iter().map(|it| (it.id, it.verdict.word())).collect());
    let expected = table(expected.iter().map(|it| (it.0.to_owned(), it.1.word())).collect());
    assert_eq!(found, expected, "{story}");
}

fn played(story: &str, variant: Option<&str>) -> (Scenario, Draw, Outcome) {
    let scenario = common::story(story, variant);
    let draw = Draw::medians(&scenario);
    let outcome = outcome(&scenario, &draw, true);
    (scenario, draw, outcome)
}

fn number(outcome: &Outcome, id: &str) -> f64 {
    let figure = outcome.figures.iter().find(|it| it.id == id);
    figure.and_then(|it| it.number()).unwrap_or_else(|| panic!("{id} is no number here"))
}

#[test]
fn no_report_is_wider_than_its_terminal() {
    for (story, _) in stories() {
        let (scenario, draw, outcome) = played(story, None);
        let headline = view::headline(&scenario, &outcome.figures);
        let (claims, expects) =
            (claims(&scenario, &draw, &outcome), expects(&scenario, &draw, &outcome));
        for width in [60, 80, 100, 120] {
            let text = view::report(&view::Page {
                scenario: &scenario,
                draw: &draw,
                outcome: &outcome,
                headline: &headline,
                claims: &claims,
                expects: &expects,
                pulls: &[],
                levers: &[],
                break_evens: &[],
                stress: None,
                odds: None,
                width,
            });
            for line in text.lines() {
                assert!(line.chars().count() <= width, "{story} at {width}: {line}");
                let drawn = line.trim_start();
                let is_bar = |it: char| ('▁'..='█').contains(&it);
                assert!(
                    !drawn.starts_with(is_bar),
                    "{story} at {width}: bars without a name: {line}"
                );
            }
        }
    }
}
