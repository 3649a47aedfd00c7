//! The catalogue: facts with unit, source, date and grade, embedded as TOML. A row is read by
//! the same reader as a user's file, and may stand in a user's file too.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::inputs::Source;
pub use super::kinds::{H100E, KINDS, column, columns, h100e, kind, table_of};
use super::place::{Files, Place};
use super::read;
use super::report::Report;
use super::tree::{self, Node};

/// Embeds a text of the catalogue under its name.
macro_rules! texts {
    ($($name:literal),* $(,)?) => {
        [$((concat!("catalogue/", $name), include_str!(concat!("../../catalogue/", $name)))),*]
    };
}

/// The embedded texts: name and content.
pub const TEXTS: [(&str, &str); 25] = texts![
    "defaults.toml",
    "sources.toml",
    "sources-money.toml",
    "hardware.toml",
    "racks.toml",
    "failures.toml",
    "regions.toml",
    "countries.toml",
    "tariffs.toml",
    "operators.toml",
    "homes.toml",
    "work.toml",
    "throughput.toml",
    "runs.toml",
    "prices.toml",
    "costs.toml",
    "lives.toml",
    "parties.toml",
    "deals.toml",
    "projects.toml",
    "facts-openai.toml",
    "facts-plans.toml",
    "facts-sellers.toml",
    "facts-coreweave.toml",
    "facts-industry.toml",
];

/// The built-in stories: name and content.
pub const STORIES: [(&str, &str); 2] = [
    ("openai-aws", include_str!("../../examples/openai-aws.toml")),
    ("llama3", include_str!("../../examples/llama3.toml")),
];

/// The embedded texts as trees, each read when something in it is asked for.
#[derive(Debug)]
pub struct Library {
    texts: Vec<Text>,
}

/// One embedded text.
#[derive(Debug)]
struct Text {
    text: &'static str,
    file: u16,
    /// The first words of its tables' names: `rack` of `[rack.gb300-nvl72]`.
    tables: BTreeSet<&'static str>,
    tree: OnceCell<Node>,
}

impl Text {
    fn tree(&self) -> &Node {
        let read = || tree::parse_text(self.text, self.file, &mut Report::default());
        self.tree.get_or_init(|| read().expect("the catalogue is TOML: a test reads all of it"))
    }
}

impl Library {
    /// Takes up the embedded texts; they stand in `files` like any other.
    pub fn open(files: &mut Files) -> Self {
        let table = |line: &'static str| line.strip_prefix('[')?.split_once('.').map(|it| it.0);
        let text = |(name, text): &(&str, &'static str)| Text {
            text,
            file: files.add(name, text),
            tables: text.lines().filter_map(table).collect(),
            tree: OnceCell::new(),
        };
        Self { texts: TEXTS.iter().map(text).collect() }
    }

    /// Every part of a table, in the order of the texts.
    fn parts(&self, table: &str) -> impl Iterator<Item = &Node> {
        let texts = self.texts.iter().filter(move |it| it.tables.contains(table));
        texts.filter_map(move |it| it.tree().get(table))
    }

    /// The row of a kind and name as written.
    pub fn row(&self, table: &str, name: &str) -> Option<&Node> {
        self.parts(table).find_map(|rows| rows.get(name))
    }

    /// A source that rows name.
    pub fn source(&self, name: &str) -> Option<Source> {
        self.row("source", name).map(|it| read::source(name, it, None))
    }

    /// The names of all rows of a kind.
    pub fn names(&self, table: &str) -> Vec<&str> {
        self.parts(table)
            .flat_map(|rows| rows.entries().iter().map(|(key, _)| key.name.as_str()))
            .collect()
    }

    /// The default of a field.
    pub fn default(&self, noun: &str, key: &str) -> Option<&Node> {
        let mut node = self.row("default", noun)?;
        for part in key.split('.') {
            node = node.get(part)?;
        }
        Some(node)
    }

    /// Every table that stands in the catalogue, with its place.
    pub fn tables(&self) -> impl Iterator<Item = (&str, Place)> {
        let keys = self.texts.iter().flat_map(|it| it.tree().entries());
        keys.map(|(key, _)| (key.name.as_str(), key.place))
    }
}
