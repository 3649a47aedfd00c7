//! The catalogue: facts with unit, source, date and grade, embedded as TOML. A row is read by
//! the same reader as a user's file, and may stand in a user's file too.

use super::inputs::Source;
pub use super::kinds::{H100E, KINDS, column, columns, h100e, kind, table_of};
use super::place::{Files, Place};
use super::read;
use super::report::Report;
use super::tree::{self, Node};
use super::values::split_tag;
use crate::jobs::Shape;
use crate::units::Quantity;

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
pub const STORIES: [(&str, &str); 10] = [
    ("openai-aws", include_str!("../../examples/openai-aws.toml")),
    ("openai-book", include_str!("../../examples/openai-book.toml")),
    ("abilene", include_str!("../../examples/abilene.toml")),
    ("stargate-sites", include_str!("../../examples/stargate-sites.toml")),
    ("buildout-2028", include_str!("../../examples/buildout-2028.toml")),
    ("llama3", include_str!("../../examples/llama3.toml")),
    ("term-sheet", include_str!("../../examples/term-sheet.toml")),
    ("milestones", include_str!("../../examples/milestones.toml")),
    ("gigawatt", include_str!("../../examples/gigawatt.toml")),
    ("neocloud", include_str!("../../examples/neocloud.toml")),
];

/// What jobs are like one by one, by the name that rows of `jobs` call it by.
const SHAPES: [(&str, &str); 1] = [("philly", include_str!("../../catalogue/shapes/philly.toml"))];

/// The shape that a row of `jobs` names, if it names one: stretched in duration, so that a job takes as
/// much GPU-time on the mean as the row says.
pub fn shape(row: &str) -> Option<Shape> {
    let (mut files, mut report) = (Files::default(), Report::default());
    let library = Library::open(&mut files, &mut report);
    let row = library.row("jobs", row)?;
    let mean = split_tag(row.get("gpu_time")?.text()?).0;
    let mean = Quantity::parse(mean).ok()?.in_unit("GPU-hours per job");
    shape_called(row.get("shape")?.text()?).map(|it| it.stretched_to(mean))
}

/// The rows of `jobs` that name a shape.
pub fn shaped() -> Vec<String> {
    let (mut files, mut report) = (Files::default(), Report::default());
    let library = Library::open(&mut files, &mut report);
    let told = |it: &&str| library.row("jobs", it).is_some_and(|it| it.get("shape").is_some());
    library.names("jobs").into_iter().filter(told).map(str::to_owned).collect()
}

/// The embedded shape of a name, which may say that it is assumed.
pub(super) fn shape_called(name: &str) -> Option<Shape> {
    let name = split_tag(name).0;
    let (_, text) = SHAPES.iter().find(|it| it.0 == name)?;
    Shape::from_toml(text).ok()
}

/// The embedded texts as trees.
#[derive(Debug)]
pub struct Library {
    trees: Vec<Node>,
}

impl Library {
    /// Reads the embedded texts; they stand in `files` like any other.
    pub fn open(files: &mut Files, report: &mut Report) -> Self {
        let numbers: Vec<_> = TEXTS.iter().map(|(name, text)| files.add(name, text)).collect();
        Self {
            trees: numbers.into_iter().filter_map(|it| tree::parse(files, it, report)).collect(),
        }
    }

    /// The row of a kind and name as written.
    pub fn row(&self, table: &str, name: &str) -> Option<&Node> {
        self.trees.iter().find_map(|tree| tree.get(table)?.get(name))
    }

    /// A source that rows name.
    pub fn source(&self, name: &str) -> Option<Source> {
        self.row("source", name).map(|it| read::source(name, it, None))
    }

    /// The names of all rows of a kind.
    pub fn names(&self, table: &str) -> Vec<&str> {
        let rows = self.trees.iter().filter_map(|tree| tree.get(table));
        rows.flat_map(|rows| rows.entries().iter().map(|(key, _)| key.name.as_str())).collect()
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
        let keys = self.trees.iter().flat_map(|tree| tree.entries());
        keys.map(|(key, _)| (key.name.as_str(), key.place))
    }
}
