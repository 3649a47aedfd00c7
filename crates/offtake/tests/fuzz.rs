//! Whatever is written in a scenario file, is it refused in words or played to a balanced ledger?
//!
//! Thousands of damaged copies of the built-in stories and of a story with rows of its own: lines
//! deleted, doubled and swapped, characters and digits changed, units, names and values exchanged,
//! numbers that no scenario has. Every mutation has an address, `story` and `seed`: a failure
//! prints both with the lines that changed, and `replay` plays that one again.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    reason = "tests print and catch"
)]

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

use offtake::figures;
use offtake::scenario::library::STORIES;
use offtake::scenario::{Draft, Draw, Report, Scenario, alone};

/// Mutations of each story; fewer where arithmetic is checked and slow.
const SEEDS: u64 = if cfg!(debug_assertions) { 60 } else { 1_200 };

/// Of the sound mutations with a longer horizon than three years, one in so many is played.
const LONG_PLAYED: u64 = 20;

/// A story that brings its own rows, so that they are damaged too.
const OWN_ROWS: &str = include_str!("seeds/own-rows.toml");

#[test]
fn a_damaged_story_is_refused_in_words_or_played_to_a_balanced_ledger() {
    let stories = stories();
    let mut faults = Vec::new();
    let mut played = 0;
    quietly(|| {
        for (story, (name, text)) in stories.iter().enumerate() {
            for seed in 0..SEEDS {
                let mutated = mutated(&stories, story, seed);
                match survives(&mutated, seed) {
                    Ok(was_played) => played += u64::from(was_played),
                    Err(why) => faults.push(fault(name, story, seed, &why, text, &mutated)),
                }
            }
        }
    });
    assert!(faults.is_empty(), "{} faults\n\n{}", faults.len(), told(&faults));
    assert!(played > SEEDS / 10, "only {played} mutations were sound enough to be played");
}

#[test]
fn what_stands_behind_the_seed_of_a_mutation_never_changes() {
    let stories = stories();
    for seed in 0..50 {
        assert_eq!(mutated(&stories, 0, seed), mutated(&stories, 0, seed));
    }
    let changed = (0..50).filter(|seed| mutated(&stories, 1, *seed) != stories[1].1).count();
    assert!(changed > 40, "only {changed} of 50 changed anything");
}

/// Plays one mutation again: `FUZZ=story:seed cargo test -p offtake --test fuzz -- --ignored`.
#[test]
#[ignore = "replays what the environment names"]
fn replay() {
    let address = std::env::var("FUZZ").expect("FUZZ=story:seed");
    let (story, seed) = address.split_once(':').expect("story:seed");
    let (story, seed) = (story.parse().expect("a number"), seed.parse().expect("a number"));
    let text = mutated(&stories(), story, seed);
    println!("{text}");
    reads_and_plays(&text, seed).expect("it survives");
}

/// The texts that are damaged.
fn stories() -> Vec<(&'static str, &'static str)> {
    STORIES.into_iter().chain([("own-rows", OWN_ROWS)]).collect()
}

/// Whether it was played, or what went wrong and where.
fn survives(text: &str, seed: u64) -> Result<bool, String> {
    let caught = panic::catch_unwind(AssertUnwindSafe(|| reads_and_plays(text, seed)));
    caught.unwrap_or_else(|_| Err(LAST_PANIC.take()))
}

thread_local! {
    /// A file that says next to nothing, beside the catalogue, which is so opened once.
    static CATALOGUE: Draft =
        Draft::read("it", "offtake = 1", &mut Report::default()).1.expect("it is TOML");

    /// What the last caught panic said, with its line.
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

fn reads_and_plays(text: &str, seed: u64) -> Result<bool, String> {
    let mut report = Report::default();
    let read = |it: &Draft| it.read_another("fuzz.toml", text, &alone, &mut report);
    let (files, draft) = CATALOGUE.with(read);
    let scenario = draft.and_then(|it| offtake::check(&it, &mut report));
    for it in report.sorted() {
        let size = files.at(it.at).text.len();
        if it.at.end as usize > size || it.at.start > it.at.end {
            return Err(format!("{} points outside its text", it.code));
        }
        files.line_column(it.at);
    }
    let Some(scenario) = scenario else {
        let told = report.mistakes() > 0;
        return if told { Ok(false) } else { Err("refused without a word".to_owned()) };
    };
    if !report.is_clean() {
        return Err("a scenario in spite of mistakes".to_owned());
    }
    let long = scenario.to.years_since(scenario.from) > 3.0;
    if long && !seed.is_multiple_of(LONG_PLAYED) {
        return Ok(false);
    }
    plays(&scenario).map(|()| true)
}

fn plays(scenario: &Scenario) -> Result<(), String> {
    let outcome = figures::outcome(scenario, &Draw::medians(scenario), false);
    let balanced = outcome.played.ledger.is_balanced();
    if balanced { Ok(()) } else { Err("the ledger does not balance".to_owned()) }
}

// How a text is damaged.

/// A number without end of xorshift64*; the first is well mixed whatever the seed.
struct Luck(u64);

impl Luck {
    fn of(story: usize, seed: u64) -> Luck {
        let mixed = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ ((story as u64 + 1) << 56);
        let mut luck = Luck(mixed | 1);
        for _ in 0..8 {
            luck.next();
        }
        luck
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, most: usize) -> usize {
        if most == 0 { 0 } else { (self.next() % most as u64) as usize }
    }

    fn one<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// The story with one damage, or up to four: what is damaged once is often still sound.
fn mutated(stories: &[(&str, &str)], story: usize, seed: u64) -> String {
    let mut luck = Luck::of(story, seed);
    let other = stories[(story + 1 + luck.below(stories.len() - 1)) % stories.len()].1;
    let mut text = stories[story].1.to_owned();
    for _ in 0..=luck.below(2) * luck.below(4) {
        text = damaged(&text, other, &mut luck);
    }
    text
}

const UNITS: [&str; 22] = [
    "USD",
    "bn USD",
    "GPU",
    "k GPU",
    "%",
    "%/year",
    "days",
    "months",
    "years",
    "s",
    "ms",
    "MW facility",
    "GW IT",
    "kW IT per GPU",
    "USD/GPU-hour",
    "USD/MW-month",
    "M USD/month",
    "FLOP",
    "tokens/day",
    "tokens/s per GPU",
    "per 1000 node-days",
    "g/kWh",
];

const NUMBERS: [&str; 24] = [
    "0",
    "-1",
    "-0.5",
    "1",
    "0.1",
    "7",
    "8",
    "100",
    "720",
    "1e3",
    "1e6",
    "1e9",
    "1e12",
    "1e18",
    "9.3e18",
    "1e24",
    "1e30",
    "1e38",
    "1e400",
    "1e-9",
    "1e-30",
    "1.2.3",
    "NaN",
    "340282366920938463463374607431768211455",
];

const DATES: [&str; 12] = [
    "2026-02-30",
    "2026-02-28",
    "1970-01-01",
    "1969-12-31",
    "2199-12-31",
    "2200-01-01",
    "2024-02-29",
    "9999-12-31",
    "0000-01-01",
    "-2026-01-01",
    "2026-13-01",
    "2025-11-03",
];

const VALUES: [&str; 14] = [
    "true",
    "1",
    "-1",
    "1.5",
    "nan",
    "inf",
    "[]",
    "{}",
    "\"\"",
    "07:32:00",
    "2026-01-01",
    "[[1], { a = 1 }]",
    "\"solve\"",
    "9223372036854775808",
];

const JUNK: [&str; 10] =
    ["\0", "\u{feff}", "\u{202e}", "ü", "🧮", "\u{7f}", "\r", "\t", "\\u0000", "\"\"\""];

fn damaged(text: &str, other: &str, luck: &mut Luck) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    match luck.below(20) {
        0 => without_line(&lines, luck),
        1 => with_line_twice(&lines, luck),
        2 => with_lines_swapped(&lines, luck),
        3 => with_character(text, luck),
        4 | 5 => with_digit(text, luck),
        6 | 7 => with_word_of(text, &NUMBERS, |c| c.is_ascii_digit() || ".e-".contains(c), luck),
        8 => with_unit(text, luck),
        9 => without_sign(text, luck),
        10 | 11 => with_value_of_another_key(&lines, luck),
        12 => with_junk(text, luck),
        13 => with_word_of(text, &DATES, |c| c.is_ascii_digit() || c == '-', luck),
        14 => with_name_nearly_right(text, luck),
        15 => with_section_of(&lines, other, luck),
        16 => with_value(&lines, luck),
        _ => with_number(text, luck),
    }
}

fn without_line(lines: &[&str], luck: &mut Luck) -> String {
    let mut lines = lines.to_vec();
    lines.remove(luck.below(lines.len()));
    lines.join("\n")
}

fn with_line_twice(lines: &[&str], luck: &mut Luck) -> String {
    let mut lines = lines.to_vec();
    let line = lines[luck.below(lines.len())];
    lines.insert(luck.below(lines.len()), line);
    lines.join("\n")
}

fn with_lines_swapped(lines: &[&str], luck: &mut Luck) -> String {
    let mut lines = lines.to_vec();
    let (a, b) = (luck.below(lines.len()), luck.below(lines.len()));
    lines.swap(a, b);
    lines.join("\n")
}

/// Puts something in the place of a range of bytes; the range is widened to whole characters.
fn with(text: &str, from: usize, to: usize, new: &str) -> String {
    let (from, to) = (text.floor_char_boundary(from), text.ceil_char_boundary(to));
    format!("{}{new}{}", &text[..from], &text[to.max(from)..])
}

fn with_character(text: &str, luck: &mut Luck) -> String {
    let (at, new) = (luck.below(text.len()), char::from(32 + luck.below(95) as u8));
    with(text, at, at + 1, &new.to_string())
}

fn with_digit(text: &str, luck: &mut Luck) -> String {
    let digits: Vec<usize> =
        text.match_indices(|c: char| c.is_ascii_digit()).map(|it| it.0).collect();
    let Some(at) = digits.get(luck.below(digits.len())) else { return text.to_owned() };
    with(text, *at, at + 1, &luck.below(10).to_string())
}

/// Exchanges a run of such characters, a number or a date, for one of the words.
fn with_word_of(
    text: &str,
    words: &[&str],
    kind: impl Fn(char) -> bool,
    luck: &mut Luck,
) -> String {
    let starts: Vec<usize> =
        text.match_indices(|c: char| c.is_ascii_digit()).map(|it| it.0).collect();
    let Some(at) = starts.get(luck.below(starts.len())) else { return text.to_owned() };
    let from = text[..*at].rfind(|c| !kind(c)).map_or(0, |it| text.ceil_char_boundary(it + 1));
    let to = text[*at..].find(|c| !kind(c)).map_or(text.len(), |it| at + it);
    with(text, from, to, luck.one(words))
}

/// Exchanges the number of a quoted value, so that its unit stays right.
fn with_number(text: &str, luck: &mut Luck) -> String {
    let quoted = |(at, _): &(usize, &str)| text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    let starts: Vec<usize> = text.match_indices('"').filter(quoted).map(|it| it.0 + 1).collect();
    let Some(at) = starts.get(luck.below(starts.len())) else { return text.to_owned() };
    let number = |c: char| c.is_ascii_digit() || ".e".contains(c);
    let to = text[*at..].find(|c| !number(c)).map_or(text.len(), |it| at + it);
    with(text, *at, to, luck.one(&NUMBERS))
}

fn with_unit(text: &str, luck: &mut Luck) -> String {
    let unit = luck.one(&UNITS);
    let found: Vec<usize> = text.match_indices(unit).map(|it| it.0).collect();
    let Some(at) = found.get(luck.below(found.len())) else { return text.to_owned() };
    with(text, *at, at + unit.len(), luck.one(&UNITS))
}

fn without_sign(text: &str, luck: &mut Luck) -> String {
    let found: Vec<usize> =
        text.match_indices(['[', ']', '{', '}', '"', '=']).map(|it| it.0).collect();
    let Some(at) = found.get(luck.below(found.len())) else { return text.to_owned() };
    with(text, *at, at + 1, "")
}

/// The lines that give a key a value.
fn assignments(lines: &[&str]) -> Vec<usize> {
    (0..lines.len()).filter(|it| lines[*it].contains(" = ")).collect()
}

fn with_value_of_another_key(lines: &[&str], luck: &mut Luck) -> String {
    let all = assignments(lines);
    if all.is_empty() {
        return lines.join("\n");
    }
    let (a, b) = (all[luck.below(all.len())], all[luck.below(all.len())]);
    let mut new: Vec<String> = lines.iter().map(|it| (*it).to_owned()).collect();
    let cut = |it: usize| lines[it].split_once(" = ").unwrap_or((lines[it], ""));
    new[a] = format!("{} = {}", cut(a).0, cut(b).1);
    new[b] = format!("{} = {}", cut(b).0, cut(a).1);
    new.join("\n")
}

fn with_value(lines: &[&str], luck: &mut Luck) -> String {
    let all = assignments(lines);
    let mut new: Vec<String> = lines.iter().map(|it| (*it).to_owned()).collect();
    if let Some(at) = all.get(luck.below(all.len())) {
        let key = lines[*at].split_once(" = ").map_or("", |it| it.0);
        new[*at] = format!("{key} = {}", luck.one(&VALUES));
    }
    new.join("\n")
}

fn with_junk(text: &str, luck: &mut Luck) -> String {
    let at = luck.below(text.len());
    with(text, at, text.floor_char_boundary(at), luck.one(&JUNK))
}

fn with_name_nearly_right(text: &str, luck: &mut Luck) -> String {
    let found: Vec<usize> = text.match_indices("catalogue:").map(|it| it.0).collect();
    let Some(at) = found.get(luck.below(found.len())) else { return text.to_owned() };
    let end = text[*at..].find(['"', ' ']).map_or(text.len(), |it| at + it);
    match luck.below(3) {
        0 => with(text, end.saturating_sub(1), end, ""),
        1 => with(text, end, end, "s"),
        _ => with(text, *at, at + "catalogue:".len(), ""),
    }
}

/// Puts a section of another story in the place of one of this.
fn with_section_of(lines: &[&str], other: &str, luck: &mut Luck) -> String {
    let theirs: Vec<&str> = other.split('\n').collect();
    let heads = |all: &[&str]| -> Vec<usize> {
        (0..all.len()).filter(|it| all[*it].starts_with('[')).collect()
    };
    let section = |all: &[&str], luck: &mut Luck| {
        let heads = heads(all);
        let nth = luck.below(heads.len());
        let from = heads.get(nth).copied().unwrap_or(all.len());
        (from, heads.get(nth + 1).copied().unwrap_or(all.len()))
    };
    let (from, to) = section(lines, luck);
    let (their_from, their_to) = section(&theirs, luck);
    let keeps = luck.below(2) * (to - from);
    [&lines[..from + keeps], &theirs[their_from..their_to], &lines[to..]].concat().join("\n")
}

// How a fault is told.

/// Runs with panics remembered and not printed.
fn quietly(run: impl FnOnce()) {
    let before = panic::take_hook();
    panic::set_hook(Box::new(|it| {
        let words = it.payload_as_str().unwrap_or_default();
        let at = it.location().map(ToString::to_string).unwrap_or_default();
        LAST_PANIC.set(format!("panics at {at}: {words}"));
    }));
    run();
    panic::set_hook(before);
}

/// What went wrong, with what it takes to see it again.
struct Fault {
    why: String,
    shown: String,
}

fn fault(name: &str, story: usize, seed: u64, why: &str, text: &str, mutated: &str) -> Fault {
    let lines = |it: &str| it.split('\n').map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(text), lines(mutated));
    let gone = old.iter().filter(|it| !new.contains(it)).map(|it| format!("- {it}"));
    let come = new.iter().filter(|it| !old.contains(it)).map(|it| format!("+ {it}"));
    let diff: Vec<String> = gone.chain(come).take(12).collect();
    let shown = format!("{name}, FUZZ={story}:{seed}: {why}\n{}", diff.join("\n"));
    Fault { why: why.to_owned(), shown }
}

/// The first two of each kind of fault, and how many there are.
fn told(faults: &[Fault]) -> String {
    let mut kinds: Vec<&str> = faults.iter().map(|it| it.why.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let of_kind = |why: &str| {
        let all: Vec<&Fault> = faults.iter().filter(|it| it.why == why).collect();
        let shown: Vec<&str> = all.iter().take(2).map(|it| it.shown.as_str()).collect();
        format!("{} times: {why}\n\n{}", all.len(), shown.join("\n\n"))
    };
    kinds.into_iter().map(of_kind).collect::<Vec<_>>().join("\n\n")
}
