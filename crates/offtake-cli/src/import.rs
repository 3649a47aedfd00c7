//! What are the jobs of a trace like? The joint law of size, duration and company, as a file that `like` and
//! `replay --like` use. A bill tells what a GPU-hour cost instead.

mod bill;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use offtake::jobs::{Job, Measure, Shape, Told};
use offtake::units::{compact, grouped};
use offtake_files::trace;
use serde_json::json;

use crate::exit::{Exit, Stop};
use crate::out;
use crate::paint::Looks;
use crate::replay::{Source, SourceArgs};
use crate::table::{Fit, table};
use crate::write;

/// Turn a trace into the shape of its jobs, or a bill into the price of a deal.
#[derive(Args)]
pub struct ImportArgs {
    /// A trace or a bill; `-` reads it from a pipe, a trace in order of submission.
    jobs: PathBuf,
    /// Write the shape, or the part of a scenario, to this file.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the jobs themselves to this file, as a scenario's `trace` wants them.
    #[arg(long, value_name = "FILE")]
    plain: Option<PathBuf>,
    /// What the shape is called; the trace's name if not said.
    #[arg(long)]
    name: Option<String>,
    /// Who published the trace, and under which licence.
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// What else there is to say of it.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// It is a bill by the FinOps Open Cost and Usage Specification; recognised by its first line if not said.
    #[arg(long)]
    focus: bool,
    #[command(flatten)]
    reads: SourceArgs,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Reads, tells what was found, and writes.
pub fn import(args: &ImportArgs) -> Result<Exit, Stop> {
    if args.focus || bill::is_one(&args.jobs) {
        return bill::import(args);
    }
    let began = Instant::now();
    let mut source = Source::open(&args.jobs, &args.reads, Vec::new())?;
    let mut measure = Measure::default();
    let mut jobs = Vec::new();
    let see = |it: &Job| {
        measure.add(it);
        jobs.extend(args.plain.as_ref().map(|_| it.clone()));
    };
    let shape = source.jobs(|jobs| Shape::of(jobs.inspect(see)))?;
    let warnings = source.warnings(0, 0);
    if args.reads.strict && !warnings.is_empty() {
        return Err(Stop::wrong(format!(
            "under --strict: {}",
            warnings.join("\nunder --strict: ")
        )));
    }
    warnings.iter().for_each(|it| out::say(&format!("warning: {it}")));
    let Some(mut shape) = shape else {
        return Err(Stop::wrong("there is no job whose shape could be told"));
    };
    let trace = args.jobs.file_stem().map_or(String::new(), |it| it.to_string_lossy().into_owned());
    let last = measure.last().filter(|_| source.is_dated());
    shape.told = Told {
        name: args.name.clone().unwrap_or(trace),
        source: args.source.clone().unwrap_or_default(),
        as_of: last.map_or(String::new(), |it| it.date().to_string()),
        // Who does not say where it is from has assumed it.
        grade: if args.source.is_some() { "A" } else { "assumed" }.to_owned(),
        note: args.note.clone().unwrap_or_default(),
    };
    if let Some(file) = &args.output {
        write::replace(file, shape.to_toml())?;
    }
    if let Some(file) = &args.plain {
        write::replace(file, &plain(&jobs)?)?;
    }
    let told = if args.json { print_json(&shape, &measure) } else { print(&shape, &measure) };
    say_read(&source.name(), began, [&args.output, &args.plain].into_iter().flatten());
    told
}

/// What was read, how long it took, and where what came of it is saved.
fn say_read<'a>(what: &str, began: Instant, saved: impl Iterator<Item = &'a PathBuf>) {
    let saved: Vec<String> = saved.map(|it| it.display().to_string()).collect();
    let saved = match saved.is_empty() {
        true => String::new(),
        false => format!("; saved {}", saved.join(" and ")),
    };
    out::say(&format!("read {what} in {:.2} s{saved}", began.elapsed().as_secs_f64()));
}

/// Jobs in the plain form; accounts are numbers.
fn plain(jobs: &[Job]) -> Result<String, Stop> {
    let accounts = jobs.iter().map(|it| it.account).max().map_or(0, |it| it + 1);
    let accounts: Vec<Box<str>> = (0..accounts).map(|it| it.to_string().into()).collect();
    let mut text = Vec::new();
    let written = trace::write(jobs, &accounts, &[], &mut text);
    written.map_err(|it| Stop::failed(it.to_string()))?;
    String::from_utf8(text).map_err(|it| Stop::failed(it.to_string()))
}

fn print(shape: &Shape, measure: &Measure) -> Result<Exit, Stop> {
    let head = format!(
        "{} jobs in {} days, {} GPU-hours each; {} batches; arrivals by the hour vary {} times as chance does",
        grouped(i128::from(measure.jobs)),
        compact(measure.days()),
        compact(measure.gpu_hours()),
        grouped(i128::from(shape.batches())),
        compact(measure.dispersion()),
    );
    let mut sizes: Vec<i64> = measure.sizes.keys().copied().collect();
    sizes.sort_by(|a, b| measure.share(*b).total_cmp(&measure.share(*a)));
    let row = |gpus: &i64| {
        let (jobs, gpu_hours) = measure.sizes[gpus];
        vec![
            gpus.to_string(),
            grouped(i128::from(jobs)),
            compact(gpu_hours / jobs as f64),
            format!("{:.1} %", measure.share(*gpus) * 100.0),
        ]
    };
    let rows: Vec<Vec<String>> = sizes.iter().take(MOST).map(row).collect();
    let header = ["GPUs", "jobs", "GPU-hours of one", "of all GPU-time"];
    let laid = table(&header, &rows, 1, Fit::Cut, out::width());
    let rest = sizes.len().saturating_sub(MOST);
    let more = if rest > 0 { format!("and {rest} other sizes\n") } else { String::new() };
    out::show(&format!("{head}\n\n{laid}{more}"), Looks::Rows)
}

/// Sizes that are shown to people.
const MOST: usize = 12;

fn print_json(shape: &Shape, measure: &Measure) -> Result<Exit, Stop> {
    let size = |(gpus, (jobs, hours)): (&i64, &(u64, f64))| json!({ "gpus": gpus, "jobs": jobs, "gpu_hours": hours, "share": measure.share(*gpus) });
    out::print_json(&json!({
        "name": shape.told.name,
        "as_of": shape.told.as_of,
        "jobs": measure.jobs,
        "days": measure.days(),
        "per_day": shape.per_day,
        "gpu_hours_per_job": measure.gpu_hours(),
        "batches": shape.batches(),
        "kinds": shape.kinds.len(),
        "dispersion": measure.dispersion(),
        "sizes": measure.sizes.iter().map(size).collect::<Vec<_>>(),
    }))
}
