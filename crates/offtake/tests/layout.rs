//! Does laying a file out change blanks alone, and does doing it twice change nothing more?

use std::borrow::Cow;

use offtake::scenario::library::STORIES;
use offtake::scenario::{Report, layout};
use proptest::prelude::*;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, parse_document};

/// The text laid out, if it is TOML.
fn laid_out(text: &str) -> Option<String> {
    layout("it", text, &mut Report::default()).1
}

/// What a text says: every key and value, no place.
fn said(text: &str) -> String {
    let (table, errors) = DeTable::parse_recoverable(text);
    assert!(errors.is_empty(), "{errors:?} in\n{text}");
    plain(&DeValue::Table(table.into_inner()))
}

fn plain(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Array(all) => {
            let all: Vec<String> = all.iter().map(|it| plain(it.get_ref())).collect();
            format!("[{}]", all.join(", "))
        }
        DeValue::Table(all) => {
            let pair = |(key, it): (&Spanned<Cow<str>>, &Spanned<DeValue>)| {
                format!("{:?}: {}", key.get_ref(), plain(it.get_ref()))
            };
            let all: Vec<String> = all.iter().map(pair).collect();
            format!("{{{}}}", all.join(", "))
        }
        other => format!("{other:?}"),
    }
}

/// Every comment, in order.
fn comments(text: &str) -> Vec<&str> {
    let mut events: Vec<Event> = Vec::new();
    parse_document(&Source::new(text).lex().into_vec(), &mut events, &mut ());
    let comments = events.iter().filter(|it| it.kind() == EventKind::Comment);
    comments.map(|it| text[it.span().start()..it.span().end()].trim_end()).collect()
}

/// What must hold of any text; nothing where it is no TOML.
fn holds(text: &str) -> Result<(), TestCaseError> {
    let Some(once) = laid_out(text) else { return Ok(()) };
    prop_assert_eq!(said(text), said(&once), "{}\nbecame\n{}", text, once);
    prop_assert_eq!(comments(text), comments(&once), "{}\nbecame\n{}", text, once);
    let twice = laid_out(&once);
    prop_assert_eq!(twice.as_deref(), Some(once.as_str()), "of\n{}", text);
    Ok(())
}

#[test]
fn the_stories_are_laid_out() {
    for (name, text) in STORIES {
        assert_eq!(laid_out(text).as_deref(), Some(text), "`offtake fmt` on the file of {name}");
    }
}

/// Found by fuzzing: the mark went, and what was left could not be read.
#[test]
fn a_mark_of_byte_order_alone_is_an_empty_file() {
    assert_eq!(laid_out("\u{feff}"), None);
    assert_eq!(laid_out("\u{feff} \n"), None);
    assert_eq!(laid_out("\u{feff}# said").as_deref(), Some("# said\n"));
}

#[test]
fn a_file_is_laid_out_as_in_a_book() {
    let written = "\u{feff}\n\n#:schema s.json\r
offtake=1 # version\r
  name   =  \"two  blanks\"\r



as_of=2026-01-01
list=[ 1,2 ,
# why
   3 # three

,4 ]
wide = [[ 1 ], [
 ], { a=1,  b . c = { } }]
tall = { # first
  a = # second
    1
}
# of the site
[ site . \"a b\" ] # here

# of the region
region=\"\"\"one
  two\"\"\"
power . limit = '6 MW'
# the last of it

# the next

[[claim]]
[[claim]]

id = \"x\"

";
    let expected = "#:schema s.json
offtake = 1 # version
name    = \"two  blanks\"

as_of   = 2026-01-01
list    = [
  1,
  2,
  # why
  3, # three

  4,
]
wide    = [[1], [], { a = 1, b.c = {} }]
tall    = {
  # first
  # second
  a = 1,
}

# of the site
[site.\"a b\"] # here
# of the region
region      = \"\"\"one
  two\"\"\"
power.limit = '6 MW'
# the last of it

# the next

[[claim]]

[[claim]]
id = \"x\"
";
    assert_eq!(laid_out(written).as_deref(), Some(expected));
    holds(written).unwrap();
}

#[test]
fn a_text_that_is_no_toml_is_not_laid_out() {
    for text in ["", " \n", "a = ", "a = 1\na = 2\n", "a = 1\0", "[a\n", "a = [1, 2"] {
        let mut report = Report::default();
        assert_eq!(layout("it", text, &mut report).1, None, "{text:?}");
        assert!(report.mistakes() > 0, "{text:?}");
    }
    assert_eq!(laid_out("# alone").as_deref(), Some("# alone\n"));
}

/// What shakes a layout: blanks, signs, comments, ends of lines.
const BITS: [&str; 24] = [
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\n\n\n",
    "# x",
    " # x\n",
    ",",
    ", ",
    "=",
    ".",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "\"",
    "\"\"\"",
    "'",
    "a = 1\n",
    "[t]\n",
    "b.c = { d = [\n1 ] }\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn blanks_put_anywhere_between_words_are_taken_out_again(
        story in 0..STORIES.len(),
        seed in any::<u64>(),
    ) {
        let (_, text) = STORIES[story];
        let mut state = seed | 1;
        let mut dice = |sides: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % sides
        };
        let mut shaken = String::new();
        for line in text.lines() {
            let many = |count: u64| " ".repeat(count as usize);
            let line = match line.split_once(" = ") {
                Some((key, value)) if !line.starts_with('#') => {
                    format!("{}{}={}{value}", many(dice(3)), key.trim_end(), many(dice(3)))
                }
                _ => line.to_owned(),
            };
            let blank = if line.is_empty() { "\n".repeat(dice(3) as usize) } else { String::new() };
            let end = ["\n", "\r\n"][dice(2) as usize];
            shaken.push_str(&format!("{line}{}{end}{blank}", many(dice(2))));
        }
        let found = laid_out(&shaken);
        prop_assert_eq!(found.as_deref(), Some(text));
    }

    #[test]
    fn whatever_is_toml_says_the_same_when_laid_out(
        story in 0..STORIES.len(),
        cut in any::<prop::sample::Index>(),
        slips in prop::collection::vec((any::<prop::sample::Index>(), 0..BITS.len(), 0..3_usize), 0..4),
    ) {
        // A few tables of a story are enough, and quick.
        let (_, text) = STORIES[story];
        let tables: Vec<&str> = text.split_inclusive("\n\n").collect();
        let from = cut.index(tables.len());
        let mut text = tables[from..(from + 3).min(tables.len())].concat();
        for (at, bit, taken) in slips {
            let at = text.floor_char_boundary(at.index(text.len() + 1));
            let end = text.ceil_char_boundary((at + taken).min(text.len()));
            text.replace_range(at..end, BITS[bit]);
        }
        holds(&text)?;
    }

    #[test]
    fn bits_of_toml_in_any_order_say_the_same_when_laid_out(
        bits in prop::collection::vec(0..BITS.len(), 0..12),
    ) {
        let text: String = bits.into_iter().map(|it| BITS[it]).collect();
        holds(&text)?;
    }
}
