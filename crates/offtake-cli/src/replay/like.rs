//! Jobs that were never asked for: drawn from a shape, of a file or of the catalogue.

use std::fs;

use clap::Args;
use offtake::chance::{Purpose, Stream};
use offtake::jobs::{Job, Shape};
use offtake::scenario::library;
use offtake::time::{Instant, Span};

use crate::exit::Stop;

/// Jobs drawn from a shape in place of a trace.
#[derive(Args)]
pub struct LikeArgs {
    /// Draw jobs in place of reading a trace: from a file that `offtake import` wrote, or from a row
    /// such as catalogue:jobs/philly.
    #[arg(long, value_name = "SHAPE")]
    like: Option<String>,
    /// Draw so many days of them.
    #[arg(long, value_name = "N", default_value_t = 60, requires = "like",
          value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// Draw so many a day; as the shape tells if not said.
    #[arg(long, value_name = "N", requires = "like")]
    per_day: Option<f64>,
}

/// Jobs that can be drawn as often as they are needed.
pub struct Draws {
    /// What the shape was called by.
    pub name: String,
    shape: Shape,
    stream: Stream,
    per_day: f64,
    until: Instant,
}

impl LikeArgs {
    /// The jobs that are asked for, if any are.
    pub fn read(&self, seed: u64) -> Result<Option<Draws>, Stop> {
        let Some(name) = &self.like else { return Ok(None) };
        let shape = match name.strip_prefix("catalogue:jobs/") {
            Some(row) => library::shape(row).ok_or_else(|| unknown(row))?,
            None => of_file(name)?,
        };
        let per_day = self.per_day.unwrap_or(shape.per_day);
        if !(per_day > 0.0 && per_day <= 1e9) {
            return Err(Stop::wrong(format!("--per-day: {per_day} jobs a day are none to play")));
        }
        let until = Instant::default() + Span { millis: i64::from(self.days) * Span::DAY.millis };
        let stream = Stream::new(seed, "jobs", Purpose::Jobs, 0);
        Ok(Some(Draws { name: name.clone(), shape, stream, per_day, until }))
    }
}

impl Draws {
    /// The jobs.
    pub fn jobs(&self) -> impl Iterator<Item = Job> + use<> {
        let until = self.until;
        self.shape
            .jobs(self.stream, Instant::default(), self.per_day)
            .take_while(move |it| it.submit < until)
    }

    /// Whether every job has a walltime.
    pub fn has_walltime(&self) -> bool {
        self.shape.kinds.iter().all(|it| it.walltime.is_some())
    }
}

fn of_file(path: &str) -> Result<Shape, Stop> {
    let text = fs::read_to_string(path).map_err(|it| Stop::wrong(format!("{path}: {it}")))?;
    Shape::from_toml(&text).map_err(|it| Stop::wrong(format!("{path}: {it}")))
}

fn unknown(row: &str) -> Stop {
    let known: Vec<String> =
        library::shaped().iter().map(|it| format!("catalogue:jobs/{it}")).collect();
    Stop::wrong(format!("the catalogue tells no shape of `{row}`; there are {}", known.join(", ")))
}
