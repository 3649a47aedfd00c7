//! Does the house still have the shape that ARCHITECTURE.md promises?
//!
//! Rooms use only rooms above them, the heart reaches for nothing outside, files stay chapters
//! and functions fit a screen. Judged from the words of the sources: comments, strings and
//! literals are passed over, macros are not expanded.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read the sources")]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of the heart in reading order. A room uses itself and those before it.
const ROOMS: [&str; 15] = [
    "time", "units", "chance", "jobs", "scenario", "ledger", "terms", "finance", "power", "policy",
    "pool", "engine", "figures", "study", "view",
];

/// What reaches outside. `include_str!` does not: it is answered by the compiler.
const OUTSIDE: [&str; 7] = [
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
];

/// Lines of a file, all counted.
const FILE_MAX: usize = 800;

/// Lines of a function from the word `fn` to the closing brace, all counted.
const FUNCTION_MAX: usize = 70;

#[test]
fn a_room_uses_only_rooms_above_it() {
    let heart = project().join("crates/offtake/src");
    let mut faults = Vec::new();
    for (file, code) in sources(&heart) {
        let name = file.strip_prefix(&heart).unwrap();
        if name != Path::new("lib.rs") {
            faults.extend(backward_uses(&module_of(name), &code, &shown(&file)));
        }
    }
    hold(&faults);
}

#[test]
fn rooms_are_declared_in_reading_order() {
    let code = fs::read_to_string(project().join("crates/offtake/src/lib.rs")).unwrap();
    let words = words(&code);
    let declared = words.windows(2).filter(|pair| pair[0].text == "mod").map(|pair| pair[1].text);
    assert!(declared.is_sorted_by_key(|room| ROOMS.iter().position(|it| *it == room)));
}

#[test]
fn the_heart_reaches_for_nothing_outside() {
    let mut faults = Vec::new();
    for (file, code) in sources(&project().join("crates/offtake/src")) {
        faults.extend(outside_uses(&code, &shown(&file)));
    }
    hold(&faults);
}

#[test]
fn a_file_is_a_chapter_and_a_function_fits_a_screen() {
    let mut faults = Vec::new();
    for (file, code) in every_source() {
        let (lines, at) = (code.lines().count(), shown(&file));
        if lines > FILE_MAX {
            faults.push(format!("{at}: {lines} lines, {FILE_MAX} at most"));
        }
        if !is_test(&file) {
            faults.extend(long_functions(&code, &at));
        }
    }
    hold(&faults);
}

// What the three tests ask of one file.

/// The uses of a room that comes later, and of what lies in no room.
fn backward_uses(module: &[&str], code: &str, at: &str) -> Vec<String> {
    let Some(own) = ROOMS.iter().position(|it| *it == module[0]) else {
        return vec![format!("{at}: `{}` has no place in the order of the rooms", module[0])];
    };
    let mut faults = Vec::new();
    for path in paths(&words(code)) {
        let Some(used) = path.at_root(module.len()) else { continue };
        let fault = match ROOMS.iter().position(|it| *it == used) {
            Some(other) if other <= own => continue,
            Some(_) => format!("`{}` is above `{used}` and may not use it", module[0]),
            None => format!("`{used}` is no room: say which room it is in"),
        };
        faults.push(format!("{at}:{}: {fault}", path.line));
    }
    faults
}

/// The uses of disk, network, threads, environment and clock.
fn outside_uses(code: &str, at: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for path in paths(&words(code)) {
        let whole = path.segments.join("::");
        let reaches = |out: &&&str| whole == **out || whole.starts_with(&format!("{out}::"));
        if OUTSIDE.iter().any(|out| reaches(&out)) || whole.contains("SystemTime") {
            faults.push(format!("{at}:{}: `{whole}` reaches outside", path.line));
        }
    }
    faults
}

/// The functions that do not fit a screen, those of `#[cfg(test)]` modules left out.
fn long_functions(code: &str, at: &str) -> Vec<String> {
    let words = words(code);
    let text = |i: usize| words.get(i).map_or("", |word| word.text);
    let mut faults = Vec::new();
    let mut i = 0;
    while i < words.len() {
        if is_test_module(&words, i) {
            i = block_end(&words, i);
        } else if text(i) == "fn" && is_name(text(i + 1)) {
            let end = words[block_end(&words, i)].line;
            let lines = end - words[i].line + 1;
            if lines > FUNCTION_MAX {
                let name = text(i + 1);
                faults.push(format!(
                    "{at}:{}: `{name}` has {lines} lines, {FUNCTION_MAX} at most",
                    words[i].line
                ));
            }
        }
        i += 1;
    }
    faults
}

// How a source is read.

/// One word of code and the line it stands on: a name, a number, `::`, or one sign.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    line: usize,
}

/// One path as it is written, lists taken apart: `use a::{b, c}` is `a::b` and `a::c`.
struct Used<'a> {
    segments: Vec<&'a str>,
    line: usize,
    /// How many modules of its own file it stands in.
    inside: usize,
}

impl<'a> Used<'a> {
    /// What the path names at the root of the crate, if that is where it leads, for a file whose
    /// module lies `depth` below the root.
    fn at_root(&self, depth: usize) -> Option<&'a str> {
        let mut left = depth + self.inside;
        let mut segments = self.segments.iter().copied().skip_while(|it| *it == "self").peekable();
        if segments.next_if_eq(&"crate").is_some() {
            return segments.next();
        }
        while segments.next_if_eq(&"super").is_some() {
            left = left.saturating_sub(1);
        }
        if left == 0 { segments.next() } else { None }
    }
}

/// The words of a source, comments, strings and literals passed over.
fn words(code: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let (mut rest, mut line) = (code, 1);
    while let Some(first) = rest.chars().next() {
        let passed = passed_over(rest);
        let length = match first {
            _ if passed > 0 => passed,
            _ if rest.starts_with("::") => 2,
            _ if is_name(rest) => name_length(rest),
            _ => first.len_utf8(),
        };
        let (text, after) = rest.split_at(length);
        if passed == 0 && !first.is_whitespace() {
            words.push(Word { text, line });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    words
}

/// The length of the comment, string, literal or lifetime that a text begins with; zero if none.
fn passed_over(text: &str) -> usize {
    let through = |from: usize, end: &str| {
        text[from..].find(end).map_or(text.len(), |found| from + found + end.len())
    };
    let prefix = text.len() - text.trim_start_matches(['b', 'c', 'r']).len();
    let hashes = text[prefix..].len() - text[prefix..].trim_start_matches('#').len();
    let quoted = text[prefix + hashes..].starts_with('"');
    let after_quote = text.strip_prefix('\'').unwrap_or("");
    let literal = after_quote.chars().next().map_or(0, |it| 1 + it.len_utf8());
    if text.starts_with("//") {
        text.find('\n').unwrap_or(text.len())
    } else if text.starts_with("/*") {
        comment_length(text)
    } else if quoted && text[..prefix].ends_with('r') {
        through(prefix + hashes + 1, &format!("\"{}", "#".repeat(hashes)))
    } else if quoted && hashes == 0 {
        let mut escaped = false;
        let closes = |it: char| {
            let closes = it == '"' && !escaped;
            escaped = it == '\\' && !escaped;
            closes
        };
        text[prefix + 1..].find(closes).map_or(text.len(), |found| prefix + found + 2)
    } else if after_quote.starts_with('\\') {
        through(3, "'")
    } else if literal > 0 && text[literal..].starts_with('\'') {
        literal + 1
    } else if is_name(after_quote) {
        1 + name_length(after_quote)
    } else {
        0
    }
}

/// The length of a block comment; comments may lie in comments.
fn comment_length(text: &str) -> usize {
    let (mut at, mut depth) = (2, 1);
    while depth > 0 {
        let Some(next) = text[at..].find(['/', '*']) else { return text.len() };
        at += next;
        match text.get(at..at + 2) {
            Some("/*") => (at, depth) = (at + 2, depth + 1),
            Some("*/") => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
    }
    at
}

/// Every path of a source. A name alone is a path of one segment.
fn paths<'a>(words: &[Word<'a>]) -> Vec<Used<'a>> {
    let mut found = Vec::new();
    // Where the open inline modules end.
    let mut module_ends: Vec<usize> = Vec::new();
    let mut i = 0;
    while i < words.len() {
        module_ends.retain(|end| i < *end);
        let before = if i == 0 { "" } else { words[i - 1].text };
        if words[i].text == "mod" && words.get(i + 2).is_some_and(|word| word.text == "{") {
            module_ends.push(block_end(words, i));
        }
        if is_name(words[i].text) && before != "::" {
            i = follow(words, i, &[], module_ends.len(), &mut found);
        } else {
            i += 1;
        }
    }
    found
}

/// Follows one path from a word on, into lists too, and returns the word after it.
fn follow<'a>(
    words: &[Word<'a>],
    start: usize,
    prefix: &[&'a str],
    inside: usize,
    found: &mut Vec<Used<'a>>,
) -> usize {
    let text = |i: usize| words.get(i).map_or("", |word| word.text);
    let mut segments = prefix.to_vec();
    let mut i = start;
    while is_name(text(i)) || text(i) == "*" {
        segments.push(text(i));
        i += 1;
        if text(i) != "::" || !(is_name(text(i + 1)) || ["*", "{"].contains(&text(i + 1))) {
            found.push(Used { segments, line: words[i - 1].line, inside });
            return i;
        }
        i += 1;
    }
    // A list. Another name (`as`) is no path.
    i += 1;
    while !["", "}"].contains(&text(i)) {
        i = match text(i) {
            "," => i + 1,
            "as" => i + 2,
            _ => follow(words, i, &segments, inside, found),
        };
    }
    i + 1
}

/// The word that closes the item begun at a word: the brace that ends its body, or a semicolon.
fn block_end(words: &[Word], start: usize) -> usize {
    let (mut braces, mut brackets) = (0, 0);
    for (i, word) in words.iter().enumerate().skip(start) {
        match word.text {
            "(" | "[" => brackets += 1,
            ")" | "]" => brackets -= 1,
            "{" => braces += 1,
            "}" => braces -= 1,
            _ => {}
        }
        let closes = word.text == "}" || (word.text == ";" && brackets == 0);
        if closes && braces == 0 {
            return i;
        }
    }
    words.len() - 1
}

/// Whether a word opens a module that stands directly under `#[cfg(test)]`.
fn is_test_module(words: &[Word], mod_idx: usize) -> bool {
    let mark = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let from = (mod_idx + 1).checked_sub(mark.len());
    from.is_some_and(|from| words[from..=mod_idx].iter().map(|word| word.text).eq(mark))
}

/// Whether a text begins like a name (or a number).
fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_alphanumeric() || it == '_')
}

fn name_length(text: &str) -> usize {
    text.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(text.len())
}

// Where the sources are.

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The sources and tests of every crate, those of the chores and of the fuzzer.
fn every_source() -> Vec<(PathBuf, String)> {
    let crates = fs::read_dir(project().join("crates")).unwrap();
    let beside = ["xtask", "fuzz"].map(|it| project().join(it));
    let folders = crates.map(|it| it.unwrap().path()).chain(beside);
    let folders = folders.flat_map(|it| ["src", "tests", "benches"].map(|part| it.join(part)));
    folders.filter(|it| it.exists()).flat_map(|it| sources(&it)).collect()
}

/// Whether a file holds tests alone: a story there may be as long as it is.
fn is_test(file: &Path) -> bool {
    file.ends_with("tests.rs") || file.components().any(|it| it.as_os_str() == "tests")
}

/// Every Rust file below a folder with its text, by name.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            let code = fs::read_to_string(&path).unwrap();
            found.push((path, code));
        }
    }
    found
}

/// The modules that lead from the crate's root to a file: `units/money.rs` is `units`, `money`.
fn module_of(file: &Path) -> Vec<&str> {
    let stem = file.file_stem().and_then(|it| it.to_str()).unwrap();
    let folders = file.parent().into_iter().flatten().filter_map(|it| it.to_str());
    folders.chain((stem != "mod").then_some(stem)).collect()
}

/// A file's name as seen from the project's folder.
fn shown(file: &Path) -> String {
    file.strip_prefix(project()).unwrap_or(file).display().to_string()
}

fn hold(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

// Does the reader itself see what it should?

#[test]
fn comments_strings_and_literals_are_passed_over() {
    let code = r##"
        // crate::view
        /* crate::view /* crate::view */ crate::view */
        let a = "crate::view \" crate::view"; let b = r#"crate::view " crate::view"#;
        let c = ('"', '\'', '·', '{', b'\\', b"crate::view"); fn d<'a>(e: &'a str) {}
        use crate::view;
    "##;
    assert_eq!(backward_uses(&["units"], code, "f").len(), 1);
    assert!(backward_uses(&["units"], code, "f")[0].starts_with("f:6: "));
}

#[test]
fn every_way_to_name_a_room_is_seen() {
    let seen = |module: &[&str], code: &str| backward_uses(module, code, "f").len();
    assert_eq!(seen(&["ledger"], "use crate::units::{Energy, Power};"), 0);
    assert_eq!(
        seen(&["ledger"], "use crate::{units::Power, view as look, study::{self, row}};"),
        3
    );
    assert_eq!(seen(&["time"], "fn f() -> crate::view::Row { todo!() }"), 1);
    assert_eq!(seen(&["time"], "use super::view;"), 1);
    assert_eq!(seen(&["time", "zone"], "use super::view;"), 0);
    assert_eq!(seen(&["time", "zone"], "use super::super::view; use self::super::super::view;"), 2);
    assert_eq!(seen(&["time"], "mod tests { use super::view; use super::super::view; }"), 1);
    assert_eq!(seen(&["time"], "use crate::*;"), 1);
    assert_eq!(seen(&["time"], "pub(crate) fn f() { Vec::<u8>::new(); }"), 0);
    assert_eq!(seen(&["cellar"], ""), 1);
}

#[test]
fn every_way_outside_is_seen() {
    let seen = |code: &str| outside_uses(code, "f").len();
    assert_eq!(seen("use std::{fs, net::TcpStream};"), 2);
    assert_eq!(seen("fn f() { std::thread::spawn(g); }"), 1);
    assert_eq!(seen("use std::time::{Duration, Instant};"), 1);
    assert_eq!(seen("use crate::time::Instant; include_str!(\"a\"); env!(\"B\");"), 0);
}

#[test]
fn functions_are_measured_and_test_modules_are_not() {
    let body = "    {}\n".repeat(FUNCTION_MAX);
    let long = format!("fn long(of: [u8; 2])\nwhere\n    u8: Copy,\n{{\n{body}}}\n");
    let seen = |code: &str| long_functions(code, "f");
    assert_eq!(seen(&long), ["f:1: `long` has 75 lines, 70 at most"]);
    assert_eq!(seen(&format!("#[cfg(test)]\nmod tests {{\n{long}}}\nfn short() {{}}\n")), [""; 0]);
    assert_eq!(seen("trait A { fn a(&self); fn b(f: fn(u8)) {} }"), [""; 0]);
}

#[test]
fn a_file_knows_its_module() {
    assert_eq!(module_of(Path::new("units.rs")), ["units"]);
    assert_eq!(module_of(Path::new("units/mod.rs")), ["units"]);
    assert_eq!(module_of(Path::new("units/money.rs")), ["units", "money"]);
}
