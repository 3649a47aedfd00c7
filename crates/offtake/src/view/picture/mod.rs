//! Everything that a page shows of a play, as rows: one JSON document from which the report and the live page
//! are drawn. The page lays out, scales and filters; whatever has to be reckoned is reckoned here.

mod charts;
mod daily;
mod drawing;
mod graph;
mod levers;
mod risk;
mod run;
mod table;

pub use levers::can_be_moved;
pub use risk::of_risk;
pub use run::{Which, of_run};
pub use table::Sheet;

use serde::Serialize;

use super::{BreakEvenRow, ClaimRow, ExpectRow, PullRow};

/// The shape of this document. Whoever reads another number than it knows says so and stops.
pub const FORM: u32 = 1;

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// One play.
    Run,
    /// Many futures.
    Risk,
}

/// A page.
#[derive(Clone, Debug, Serialize)]
pub struct Picture {
    /// [`FORM`].
    pub form: u32,
    /// One play or many.
    pub of: Subject,
    /// The scenario as it is named on the command line: `openai-aws#late-power`.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The question that it asks.
    pub about: Option<String>,
    /// The program's version.
    pub version: &'static str,
    /// Equal digests, equal ledgers; of many futures, equal rows.
    pub digest: String,
    /// What chose the luck.
    pub seed: u64,
    /// The future of `risk` that was played, where it was one.
    pub draw: Option<u32>,
    /// How many futures were played, where they were many.
    pub draws: Option<u32>,
    /// The day whose knowledge was used.
    pub as_of: String,
    /// First day played.
    pub from: String,
    /// First day no longer played.
    pub to: String,
    /// "every range at its median", "future 17 of `risk`", ...
    pub how: String,
    /// The answer in words.
    pub sentence: String,
    /// The numbers that open the page, five at most.
    pub numbers: Vec<Headline>,
    /// The inputs that pull most, to be moved by hand.
    pub levers: Vec<Lever>,
    /// In the order of the page. One called `power.daily` shows the days of `power`, where hours were at hand; a
    /// play of few months is shown by the day alone.
    pub charts: Vec<Chart>,
    /// What was claimed, and the verdicts.
    pub claims: Vec<ClaimRow>,
    /// What the scenario expects.
    pub expects: Vec<ExpectRow>,
    /// The assumptions that pull most.
    pub pulls: Vec<PullRow>,
    /// What it would take to cover what is owed.
    pub break_evens: Vec<BreakEvenRow>,
    /// Every figure, and what it is made of.
    pub figures: Vec<FigureNode>,
    /// The stages between figures and inputs.
    pub stages: Vec<StageNode>,
    /// Every input that a figure hangs on.
    pub inputs: Vec<InputNode>,
    /// Who is cited, and for how many inputs.
    pub sources: Vec<SourceRow>,
    /// Tables that are shown as tables: years, statements, who owes whom.
    pub tables: Vec<Sheet>,
    /// What no report of this version can tell.
    pub not_modelled: Vec<&'static str>,
    /// Warnings of the check.
    pub warnings: Vec<String>,
}

/// A number that opens the page.
#[derive(Clone, Debug, Serialize)]
pub struct Headline {
    /// The figure's id.
    pub id: String,
    /// In words.
    pub label: String,
    /// As in prose: `$2.68 per GPU-hour`.
    pub shown: String,
    /// In its unit; nothing where it is a day, or infinite.
    pub value: Option<f64>,
    /// What it is counted in.
    pub unit: &'static str,
    /// reported, assumed, derived or simulated.
    pub kind: &'static str,
    /// Where it lies in eight of ten futures.
    pub band: Option<Spread>,
}

/// Where a figure lies in eight of ten futures.
#[derive(Clone, Debug, Serialize)]
pub struct Spread {
    /// The tenth part lies below: as in prose.
    pub low: String,
    /// The tenth part lies above: as in prose.
    pub high: String,
    /// Of so many futures.
    pub draws: u32,
}

/// An input that can be moved by hand. `--set PATH=VALUE UNIT` does the same.
#[derive(Clone, Debug, Serialize)]
pub struct Lever {
    /// `fleet.gb300.count`
    pub path: String,
    /// In words.
    pub label: String,
    /// What a value is written with, after a space; `date` where values are days since 1970-01-01.
    pub unit: String,
    /// The least that it may be moved to.
    pub low: f64,
    /// Where it stands.
    pub now: f64,
    /// The most that it may be moved to.
    pub high: f64,
    /// The smallest move.
    pub step: f64,
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Series over time: the first column is the month, the hour or the year.
    Time,
    /// A bar for each row: the first column is its name.
    Bars,
    /// Bars that stand on each other: name, amount, and where it begins.
    Waterfall,
    /// Shares of a whole: name and share.
    Shares,
    /// Who owes whom: from, to, layer, amount.
    Network,
    /// For each row a bar from one end to the other, around a middle.
    Tornado,
    /// Curves over a value: the first column is the value.
    Curve,
    /// A dot for each row.
    Dots,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// A line.
    Line,
    /// A line that stays until it changes.
    Step,
    /// Areas that stand on each other.
    Stack,
    /// Bars.
    Bar,
    /// What may not be passed: a dashed line.
    Limit,
    /// An area between two columns.
    Band,
    /// Dots.
    Dot,
}

/// A chart and the rows that it is drawn from.
#[derive(Clone, Debug, Serialize)]
pub struct Chart {
    /// `capacity`
    pub id: String,
    /// What it is about: "GPUs promised, delivered, used".
    pub title: String,
    /// What is seen in it, in one sentence.
    pub sentence: String,
    /// How it is drawn.
    pub form: Form,
    /// Of what the vertical axis counts, or what a bar is long in.
    pub unit: String,
    /// What is drawn.
    pub series: Vec<Series>,
    /// The rows. Its CSV is the chart's.
    pub table: Sheet,
    /// Where it comes from: a line under it.
    pub source: String,
    /// The figures that it shows over time, so that a reader can ask what they are made of.
    pub figures: Vec<String>,
    /// Columns of the hourly table that show the same more closely; none where there are none.
    pub hours: Vec<String>,
}

/// One line, area or row of bars.
#[derive(Clone, Debug, Serialize)]
pub struct Series {
    /// The column that it draws; of a band, its upper edge.
    pub column: String,
    /// Of a band, the column of its lower edge.
    pub low: Option<String>,
    /// In the legend.
    pub label: String,
    /// How.
    pub style: Style,
    /// reported, assumed, derived or simulated.
    pub kind: &'static str,
}

/// A figure, and what it is made of.
#[derive(Clone, Debug, Serialize)]
pub struct FigureNode {
    /// `deal.aws.price_per_gpu_hour`
    pub id: String,
    /// In words.
    pub label: String,
    /// As in prose.
    pub shown: String,
    /// In which unit it is counted.
    pub unit: &'static str,
    /// reported, assumed, derived or simulated.
    pub kind: &'static str,
    /// How it is made.
    pub formula: &'static str,
    /// What it is made of.
    pub of: Parents,
}

/// A stage of the play.
#[derive(Clone, Debug, Serialize)]
pub struct StageNode {
    /// In words.
    pub name: String,
    /// What it is made of.
    pub of: Parents,
}

/// What a figure or a stage is made of: places in [`Picture::stages`] and [`Picture::inputs`].
#[derive(Clone, Debug, Default, Serialize)]
pub struct Parents {
    /// Stages.
    pub stages: Vec<usize>,
    /// Inputs.
    pub inputs: Vec<usize>,
}

/// An input as it was read.
#[derive(Clone, Debug, Serialize)]
pub struct InputNode {
    /// `fleet.gb300.count`
    pub path: String,
    /// Its value, as in prose.
    pub told: String,
    /// How its range is drawn.
    pub range: Option<String>,
    /// reported, assumed or derived; nothing where there is nothing to know.
    pub kind: Option<&'static str>,
    /// Whether it is a number: what is assumed is counted in numbers.
    pub is_number: bool,
    /// Where it comes from, in words.
    pub source: Option<String>,
    /// `deal.toml:14`
    pub place: String,
    /// The file of that place, as it is named on the command line.
    pub file: String,
    /// The line of that place, from 1.
    pub line: usize,
}

/// A source.
#[derive(Clone, Debug, Serialize)]
pub struct SourceRow {
    /// As it stands in brackets.
    pub name: String,
    /// Its title.
    pub title: String,
    /// When it was published.
    pub date: Option<String>,
    /// Where it can be read.
    pub link: Option<String>,
    /// How many inputs name it.
    pub inputs: usize,
}
