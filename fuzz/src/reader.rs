//! Whatever is written in a scenario file and in a schedule beside it: is it refused in words,
//! with places that lie in their text, or read to a case at the medians and at the ends of every
//! range? The plain scenario and its variants; what is short and sound is played to a balanced
//! ledger.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offtake::figures;
use offtake::scenario::{Case, Draft, Draw, File, Files, Report, Scenario, layout};
use offtake::study;

/// Variants of one text that are read: a damaged file may name hundreds.
const VARIANTS: usize = 4;

/// Years that are played: longer ones would take the time of a thousand readings.
const YEARS_PLAYED: f64 = 0.5;

thread_local! {
    /// A file that says next to nothing, beside the catalogue, which is so opened once.
    static CATALOGUE: Draft =
        Draft::read("it", "offtake = 1", &mut Report::default()).1.expect("it is TOML");
}

/// Ends the scenario; what follows stands in every file that it names. No TOML has such a line.
const BESIDE: &str = "\n---\n";

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (text, sheet) = text.split_once(BESIDE).unwrap_or((&text, ""));
    let beside = |name: &str| Ok(File { name: name.to_owned(), text: sheet.to_owned() });
    let mut report = Report::default();
    let read = |it: &Draft| it.read_another("fuzz.toml", text, &beside, &mut report);
    let (files, draft) = CATALOGUE.with(read);
    if let Some(draft) = draft {
        is_refused_or_plays(&draft, &mut report);
        for name in draft.variants().iter().take(VARIANTS) {
            let mut report = Report::default();
            if let Some(laid_over) = draft.with_variant(name, &mut report) {
                is_refused_or_plays(&laid_over, &mut report);
            }
            points_into_its_text(&files, &report);
        }
        stays_as_laid_out(text);
    }
    points_into_its_text(&files, &report);
});

fn is_refused_or_plays(draft: &Draft, report: &mut Report) {
    let Some(scenario) = offtake::check(draft, report) else {
        assert!(!report.is_clean(), "refused without a word");
        return;
    };
    for swing in study::swings(&scenario) {
        for end in study::readings(&scenario, &swing) {
            Case::of(&scenario, &end);
        }
    }
    plays(&scenario);
}

fn plays(scenario: &Scenario) {
    let medians = Draw::medians(scenario);
    if scenario.to.years_since(scenario.from) <= YEARS_PLAYED {
        let outcome = figures::outcome(scenario, &medians, false);
        assert!(outcome.played.ledger.is_balanced(), "the ledger does not balance");
    } else {
        Case::of(scenario, &medians);
    }
}

fn points_into_its_text(files: &Files, report: &Report) {
    for it in report.sorted() {
        assert!(!it.message.is_empty(), "{} says nothing", it.code);
        let (line, column) = files.line_column(it.at);
        assert!(line > 0 && column > 0, "{} points at {:?}", it.code, files.text(it.at));
    }
}

/// Laying out a text twice changes nothing more than once.
fn stays_as_laid_out(text: &str) {
    let once = layout("it", text, &mut Report::default()).1.expect("it is TOML");
    let twice = layout("it", &once, &mut Report::default()).1;
    assert_eq!(twice.as_deref(), Some(once.as_str()));
}
