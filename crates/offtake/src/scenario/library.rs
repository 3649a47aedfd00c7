//! The catalogue: facts with unit, source, date and grade, embedded as TOML. A row is read by
//! the same reader as a user's file, and may stand in a user's file too.

use super::place::{Files, Place};
use super::report::Report;
use super::schema::{
    Field, Form, Noun, at_least, catalogue_field as field, catalogue_number as number,
    catalogue_share as share, it_power, must,
};
use super::tree::{self, Node};
use crate::units::Dim;

/// The embedded texts: name and content.
pub const TEXTS: [(&str, &str); 8] = [
    ("catalogue/defaults.toml", include_str!("../../catalogue/defaults.toml")),
    ("catalogue/sources.toml", include_str!("../../catalogue/sources.toml")),
    ("catalogue/hardware.toml", include_str!("../../catalogue/hardware.toml")),
    ("catalogue/failures.toml", include_str!("../../catalogue/failures.toml")),
    ("catalogue/sites.toml", include_str!("../../catalogue/sites.toml")),
    ("catalogue/work.toml", include_str!("../../catalogue/work.toml")),
    ("catalogue/prices.toml", include_str!("../../catalogue/prices.toml")),
    ("catalogue/deals.toml", include_str!("../../catalogue/deals.toml")),
];

/// The built-in stories: name and content.
pub const STORIES: [(&str, &str); 2] = [
    ("openai-aws", include_str!("../../examples/openai-aws.toml")),
    ("llama3", include_str!("../../examples/llama3.toml")),
];

const TITLE: Field = must(field("title", Form::Text, "what it is"));
const SOURCE: Field =
    must(field("source", Form::Text, "where its values come from, unless a value says otherwise"));
const GRADE: Field = must(field(
    "grade",
    Form::Word(&["A", "B", "C", "D"]),
    "how sure: A primary text, B reputable secondary, C one weak source, D our arithmetic",
));
const AS_OF: Field = must(field("as_of", Form::Date, "the day it speaks for"));
const NOTE: Field = field("note", Form::Text, "anything the next reader should know");

macro_rules! kind {
    ($name:literal, $doc:literal, $main:expr, [$($field:expr),* $(,)?]) => {
        Noun {
            name: $name,
            doc: $doc,
            main: $main,
            fields: &[TITLE, SOURCE, GRADE, AS_OF, NOTE, $($field),*],
        }
    };
}

const FLOPS: &[Dim] = &[Dim::FLOP_RATE];
const ANY: &[Dim] = &[
    Dim::NONE,
    Dim::MONEY,
    Dim::POWER,
    Dim::GPU,
    Dim::HOMES,
    Dim::TIME,
    Dim::MONEY_PER_POWER,
    Dim::PRICE_ENERGY,
    Dim::PRICE_GPU_TIME,
    Dim::MONEY_RATE,
    Dim::ENERGY,
    Dim::GPU_TIME,
    Dim::PRICE_TOKENS,
    Dim::GROWTH,
    Dim::POWER_PER_GPU,
    Dim::TOKEN_RATE,
];

/// The kinds of rows that the catalogue holds.
pub static KINDS: [&Noun; 16] = [
    &kind!(
        "accelerator",
        "one chip or package, dense peaks",
        Some("bf16"),
        [
            field("maker", Form::Text, "who makes it"),
            at_least(1.0, number("bf16", FLOPS, "peak in 16 bits")),
            number("fp8", FLOPS, "peak in 8 bits"),
            number("fp4", FLOPS, "peak in 4 bits"),
            number("memory", &[Dim::BYTES], "high-bandwidth memory"),
            number("bandwidth", &[Dim::BANDWIDTH], "memory bandwidth"),
            must(number("power_max", &[Dim::POWER], "the chip's own power, in the maker's term")),
            number("domain", &[Dim::GPU], "GPUs in one scale-up domain"),
            field("launched", Form::Date, "when it came out"),
        ]
    ),
    &kind!(
        "rack",
        "a rack or server, as it is bought",
        Some("power"),
        [
            must(field("accelerator", Form::Name("accelerator"), "what computes in it")),
            at_least(1.0, number("gpus", &[Dim::GPU], "GPUs in it")),
            at_least(
                1.0,
                number("node", &[Dim::GPU], "GPUs that are lost together when one node fails")
            ),
            at_least(
                1.0,
                it_power(number(
                    "power",
                    &[Dim::POWER_PER_GPU],
                    "IT power per GPU at full load: servers, switches and storage included"
                ))
            ),
            must(share("power_idle", "idle power as a share of `power`")),
        ]
    ),
    &kind!(
        "failures",
        "how often nodes fail, by cause",
        None,
        [
            at_least(
                1.0,
                number(
                    "node",
                    &[Dim::GPU],
                    "GPUs of the node that the rates are for; other node sizes are scaled by GPUs"
                )
            ),
            field(
                "hardware",
                Form::Map(&[Dim::FAILURE_RATE]),
                "causes after which the node is repaired"
            ),
            field(
                "other",
                Form::Map(&[Dim::FAILURE_RATE]),
                "causes that end the work and leave the node healthy"
            ),
        ]
    ),
    &kind!(
        "region",
        "a grid",
        Some("carbon"),
        [
            must(number("carbon", &[Dim::CARBON_FACTOR], "yearly mean carbon per energy")),
            must(field(
                "factor",
                Form::Word(&["direct", "life-cycle", "unsaid"]),
                "what the carbon factor counts"
            )),
            number("price", &[Dim::PRICE_ENERGY], "industrial price of energy"),
        ]
    ),
    &kind!(
        "operator",
        "who runs sites, and how well",
        Some("pue"),
        [
            number("pue", &[Dim::NONE], "facility energy over IT energy, fleet mean"),
            number("water", &[Dim::WATER_FACTOR], "water per IT energy"),
        ]
    ),
    &kind!(
        "home",
        "what a household uses",
        Some("use"),
        [must(number("use", &[Dim::HOME_USE], "energy per home and year")),]
    ),
    &kind!(
        "model",
        "a model as it is served",
        None,
        [
            must(field("latency", Form::Text, "the latency limit and the benchmark")),
            at_least(1.0, number("replica", &[Dim::GPU], "GPUs of one replica")),
            at_least(
                1e-6,
                field(
                    "throughput",
                    Form::Map(&[Dim::TOKEN_RATE_PER_GPU]),
                    "output tokens by accelerator"
                )
            ),
        ]
    ),
    &kind!(
        "shape",
        "how demand follows day and week, UTC",
        None,
        [
            must(field("weekday", Form::Hours, "24 values, mean 1")),
            must(field("weekend", Form::Hours, "24 values, mean 1")),
            at_least(
                0.01,
                number(
                    "weekend_level",
                    &[Dim::NONE],
                    "mean of a weekend day over mean of a weekday"
                )
            ),
        ]
    ),
    &kind!(
        "price",
        "what something sold for",
        Some("value"),
        [must(number("value", &[Dim::PRICE_TOKENS, Dim::PRICE_GPU_TIME], "the price")),]
    ),
    &kind!(
        "cost",
        "what something costs its owner",
        Some("value"),
        [must(number("value", ANY, "the cost")),]
    ),
    &kind!(
        "jobs-shape",
        "jobs of a known cluster",
        Some("gpu_time"),
        [must(number("gpu_time", &[Dim::GPU_TIME_PER_JOB], "mean GPU-time of a job")),]
    ),
    &kind!(
        "mfu",
        "model FLOP utilisation by scale",
        Some("value"),
        [
            must(number("value", &[Dim::NONE], "share of the dense peak at `at`")),
            at_least(1.0, number("at", &[Dim::GPU], "the scale it was seen at")),
            must(number("falls", &[Dim::NONE], "e in MFU(n) = value x (n / at)^-e")),
        ]
    ),
    &kind!(
        "run",
        "a training run that was reported",
        Some("compute"),
        [
            number("compute", &[Dim::FLOP], "what it took"),
            number("gpus", &[Dim::GPU], "GPUs it ran on"),
            number("gpu_time", &[Dim::GPU_TIME], "GPU-time of the whole run"),
            number("interruptions", &[Dim::NONE], "unexpected interruptions in `window`"),
            number("window", &[Dim::TIME], "the time that was observed"),
            number("effective", &[Dim::NONE], "share of time that trained"),
            number("mfu", &[Dim::NONE], "model FLOP utilisation"),
            number("duration", &[Dim::TIME], "how long it ran"),
        ]
    ),
    &kind!("party", "a company", None, []),
    &kind!(
        "commitment",
        "a deal as it was announced",
        Some("value"),
        [
            must(field("buyer", Form::Text, "who pays")),
            must(field("seller", Form::Text, "who delivers")),
            must(field(
                "layer",
                Form::Word(&["rent", "chips", "site", "equity", "loan"]),
                "what is paid for"
            )),
            number("value", &[Dim::MONEY], "face value"),
            number("power", &[Dim::POWER], "power, as announced"),
            number("term", &[Dim::TIME], "how long it runs"),
            field("announced", Form::Date, "when it became public"),
            field("start", Form::Text, "when it begins"),
            field("binding", Form::Text, "what is known of the clauses"),
        ]
    ),
    &kind!(
        "fact",
        "a sourced figure that claims need",
        Some("value"),
        [must(field("value", Form::Quantity(ANY, &[]), "the figure"))]
    ),
];

/// Where rows of a kind stand in TOML: `[jobs.x]` holds the kind `jobs-shape`, since a workload's
/// kind is called `jobs` too.
pub fn table_of(kind: &str) -> &str {
    if kind == "jobs-shape" { "jobs" } else { kind }
}

/// The kind behind a table's name.
pub fn kind(table: &str) -> Option<&'static Noun> {
    let name = if table == "jobs" { "jobs-shape" } else { table };
    KINDS.iter().copied().find(|it| it.name == name)
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
