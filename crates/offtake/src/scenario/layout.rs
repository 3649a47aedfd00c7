//! How is a scenario file laid out? Blanks, blank lines and the commas at the ends of lines are
//! settled here. Every word, value and comment stays as it is written, and in its order.

use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, parse_document};

use super::place::Files;
use super::report::Report;
use super::tree;

/// What a step in stands for, in a list of several lines.
const STEP: &str = "  ";

/// Lays a text out; what keeps it from being read goes to the report.
///
/// Equal signs stand under each other within a table, one blank line stands before a table, at
/// most one anywhere else. A list that is written over several lines has one item a line.
pub fn layout(name: &str, text: &str, report: &mut Report) -> (Files, Option<String>) {
    let mut files = Files::default();
    let file = files.add(name, text);
    let sound = tree::parse(&files, file, report).is_some();
    (files, sound.then(|| laid_out(text)))
}

/// Lays out a text that is known to be TOML.
fn laid_out(text: &str) -> String {
    let mut events = Vec::new();
    // Mistakes were told by the tree; a text with any never comes here.
    parse_document(&Source::new(text).lex().into_vec(), &mut events, &mut ());
    let items = Reader { text, events: &events }.file();
    let mut out = String::new();
    let blocks = items.chunk_by(|_, next| !matches!(next, Item::Header(_)));
    for block in blocks {
        let width = block.iter().map(Item::key_width).max().unwrap_or(0);
        for item in block {
            item.write(&mut out, width);
        }
    }
    out
}

/// A line of a file, or of a list.
#[derive(Debug)]
enum Item<'a> {
    Blank,
    Comment(&'a str),
    /// `[deal.aws]`, with the comment behind it.
    Header(String),
    /// A key with its value, or a value alone in a list, with the comment behind it.
    Entry(String, Value<'a>, Option<&'a str>),
}

/// A value with its blanks taken out.
#[derive(Debug)]
enum Value<'a> {
    /// As written.
    Plain(&'a str),
    /// `[...]` or `{...}`, and whether it goes over several lines.
    List { open: &'a str, items: Vec<Item<'a>>, close: &'a str, tall: bool },
}

impl Item<'_> {
    fn key_width(&self) -> usize {
        match self {
            Item::Entry(key, ..) => key.chars().count(),
            _ => 0,
        }
    }

    /// Writes one line of a file.
    fn write(&self, out: &mut String, width: usize) {
        match self {
            Item::Blank => {}
            Item::Comment(it) => out.push_str(it),
            Item::Header(it) => out.push_str(it),
            Item::Entry(key, value, note) => {
                out.push_str(&format!("{key:width$} = "));
                value.write(out, 0);
                write_note(out, *note);
            }
        }
        out.push('\n');
    }
}

impl Value<'_> {
    fn write(&self, out: &mut String, depth: usize) {
        match self {
            Value::Plain(it) => out.push_str(it),
            Value::List { open, items, close, tall: true } if !items.is_empty() => {
                out.push_str(open);
                for item in items {
                    out.push('\n');
                    write_tall(item, out, depth + 1);
                }
                out.push('\n');
                out.push_str(&STEP.repeat(depth));
                out.push_str(close);
            }
            Value::List { open, items, close, .. } => {
                // `{ a = 1 }`, but `[1]`.
                let gap = if *open == "{" && !items.is_empty() { " " } else { "" };
                out.push_str(open);
                out.push_str(gap);
                for (nth, item) in items.iter().enumerate() {
                    out.push_str(if nth > 0 { ", " } else { "" });
                    write_pair(item, out, depth);
                }
                out.push_str(gap);
                out.push_str(close);
            }
        }
    }
}

/// Writes one line of a list.
fn write_tall(item: &Item, out: &mut String, depth: usize) {
    let indent = STEP.repeat(depth);
    match item {
        Item::Comment(it) => out.push_str(&format!("{indent}{it}")),
        Item::Entry(_, _, note) => {
            out.push_str(&indent);
            write_pair(item, out, depth);
            out.push(',');
            write_note(out, *note);
        }
        Item::Blank | Item::Header(_) => {}
    }
}

fn write_pair(item: &Item, out: &mut String, depth: usize) {
    if let Item::Entry(key, value, _) = item {
        out.push_str(key);
        out.push_str(if key.is_empty() { "" } else { " = " });
        value.write(out, depth);
    }
}

fn write_note(out: &mut String, note: Option<&str>) {
    if let Some(note) = note {
        out.push(' ');
        out.push_str(note);
    }
}

/// Walks over what the parser saw.
struct Reader<'a, 'e> {
    text: &'a str,
    events: &'e [Event],
}

impl<'a> Reader<'a, '_> {
    /// The next event that is no blank, with its text.
    fn next(&mut self) -> Option<(EventKind, &'a str)> {
        loop {
            let (event, rest) = self.events.split_first()?;
            self.events = rest;
            if event.kind() != EventKind::Whitespace {
                return Some((event.kind(), &self.text[event.span().start()..event.span().end()]));
            }
        }
    }

    /// All lines of a file, blank ones settled.
    fn file(mut self) -> Vec<Item<'a>> {
        let mut items = Vec::new();
        let mut line_is_empty = true;
        while let Some((kind, text)) = self.next() {
            match kind {
                EventKind::Newline => {
                    items.extend(line_is_empty.then_some(Item::Blank));
                    line_is_empty = true;
                    continue;
                }
                EventKind::Comment => add_comment(&mut items, text, line_is_empty),
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                    items.push(Item::Header(self.header(text)));
                }
                EventKind::SimpleKey => {
                    self.entry(text, &mut items);
                }
                _ => {}
            }
            line_is_empty = false;
        }
        settle_blanks(items)
    }

    /// The rest of `[deal.aws]`.
    fn header(&mut self, open: &str) -> String {
        let mut header = open.to_owned();
        while let Some((kind, text)) = self.next() {
            header.push_str(text);
            if matches!(kind, EventKind::StdTableClose | EventKind::ArrayTableClose) {
                break;
            }
        }
        header
    }

    /// The rest of `deliver.first = ...`, and whether it goes over several lines, as it may within
    /// `{...}`: comments in the midst of it go before it.
    fn entry(&mut self, first: &str, items: &mut Vec<Item<'a>>) -> bool {
        let (mut key, mut behind_sign, mut tall) = (first.to_owned(), false, false);
        while let Some((kind, text)) = self.next() {
            match kind {
                EventKind::Newline => tall = true,
                EventKind::Comment => items.push(Item::Comment(text.trim_end())),
                EventKind::KeyValSep => behind_sign = true,
                _ if behind_sign => {
                    let value = self.value(kind, text);
                    items.push(Item::Entry(key, value, None));
                    break;
                }
                _ => key.push_str(text),
            }
        }
        tall
    }

    fn value(&mut self, kind: EventKind, text: &'a str) -> Value<'a> {
        match kind {
            EventKind::ArrayOpen | EventKind::InlineTableOpen => self.list(text),
            _ => Value::Plain(text),
        }
    }

    fn list(&mut self, open: &'a str) -> Value<'a> {
        let (mut items, mut tall, mut line_is_empty) = (Vec::new(), false, false);
        let mut close = "";
        while let Some((kind, text)) = self.next() {
            match kind {
                EventKind::Newline => {
                    items.extend(line_is_empty.then_some(Item::Blank));
                    (tall, line_is_empty) = (true, true);
                    continue;
                }
                EventKind::ArrayClose | EventKind::InlineTableClose => {
                    close = text;
                    break;
                }
                EventKind::Comment => add_comment(&mut items, text, line_is_empty),
                EventKind::ValueSep => {}
                EventKind::SimpleKey => tall |= self.entry(text, &mut items),
                _ => items.push(Item::Entry(String::new(), self.value(kind, text), None)),
            }
            line_is_empty = false;
        }
        items.dedup_by(|a, b| is_blank(a) && is_blank(b));
        let from = items.iter().position(|it| !is_blank(it)).unwrap_or(items.len());
        items.drain(..from);
        items.pop_if(|it| is_blank(it));
        Value::List { open, items, close, tall }
    }
}

fn is_blank(item: &Item) -> bool {
    matches!(item, Item::Blank)
}

/// A comment belongs to what stands before it on its line.
fn add_comment<'a>(items: &mut Vec<Item<'a>>, text: &'a str, line_is_empty: bool) {
    let text = text.trim_end();
    match items.last_mut() {
        Some(Item::Entry(_, _, note @ None)) if !line_is_empty => *note = Some(text),
        Some(Item::Header(header)) if !line_is_empty => *header = format!("{header} {text}"),
        _ => items.push(Item::Comment(text)),
    }
}

/// One blank line before a table and its comments, none behind its header, at most one elsewhere.
fn settle_blanks(items: Vec<Item>) -> Vec<Item> {
    let mut settled: Vec<Item> = Vec::new();
    // What stands between two lines that say something.
    let mut between: Vec<Item> = Vec::new();
    for item in items {
        if matches!(item, Item::Blank | Item::Comment(_)) {
            let twice = is_blank(&item) && between.last().is_some_and(is_blank);
            between.extend((!twice).then_some(item));
            continue;
        }
        let starts_table = matches!(item, Item::Header(_));
        let behind_header = matches!(settled.last(), Some(Item::Header(_)));
        if settled.is_empty() || (behind_header && !starts_table) {
            between = without_first_blank(between);
        } else if starts_table && !between.iter().any(is_blank) {
            settled.push(Item::Blank);
        }
        settled.append(&mut between);
        settled.push(item);
    }
    if settled.is_empty() {
        between = without_first_blank(between);
    }
    between.pop_if(|it| is_blank(it));
    settled.append(&mut between);
    settled
}

fn without_first_blank(mut items: Vec<Item>) -> Vec<Item> {
    let blank = items.first().is_some_and(is_blank);
    items.drain(..usize::from(blank));
    items
}
