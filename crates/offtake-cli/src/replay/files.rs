//! What of a replay is written to files, while it goes on.

use std::path::{Path, PathBuf};

use clap::Args;
use offtake::pool::{Hour, Job, Record, Sink, Turns};
use offtake::time::{Instant, Span};
use offtake::view::Timeline;

use crate::exit::Stop;
use crate::write::{self, Growing};

/// Files of a replay.
#[derive(Args)]
pub struct FilesArgs {
    /// Write job_id,start, in the order of the trace, in seconds.
    #[arg(long, value_name = "FILE")]
    starts: Option<PathBuf>,
    /// Write a row for each job, as they end.
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Write a row for each hour: GPUs held, free, in repair, jobs that wait, energy.
    #[arg(long, value_name = "FILE")]
    hours: Option<PathBuf>,
    /// Draw GPUs held and jobs that wait over time, as SVG.
    #[arg(long, value_name = "FILE")]
    timeline: Option<PathBuf>,
}

/// The same, under way.
pub struct Files {
    starts: Option<Growing>,
    turns: Turns<Option<(Box<str>, Instant)>>,
    records: Option<Growing>,
    hours: Option<Growing>,
    timeline: Option<(PathBuf, Timeline)>,
    names: Vec<String>,
}

impl FilesArgs {
    /// Whether any file is asked for.
    pub fn any(&self) -> bool {
        self.paths().next().is_some()
    }

    fn paths(&self) -> impl Iterator<Item = &Path> {
        let all = [&self.starts, &self.records, &self.hours, &self.timeline];
        all.into_iter().filter_map(|it| it.as_deref())
    }

    /// Begins every file with its header.
    pub fn begin(&self) -> Result<Files, Stop> {
        Ok(Files {
            starts: begin(self.starts.as_deref(), "job_id,start")?,
            turns: Turns::default(),
            records: begin(
                self.records.as_deref(),
                "job_id,submit,start,end,gpus,wait,stops,lost,energy_active_j,energy_held_j",
            )?,
            hours: begin(
                self.hours.as_deref(),
                "hour,held_gpus,free_gpus,down_gpus,waiting_jobs,energy_mwh",
            )?,
            timeline: self.timeline.clone().map(|it| (it, Timeline::default())),
            names: self.paths().map(|it| it.display().to_string()).collect(),
        })
    }
}

fn begin(path: Option<&Path>, header: &str) -> Result<Option<Growing>, Stop> {
    let Some(path) = path else { return Ok(None) };
    let mut file = Growing::begin(path)?;
    file.add(format_args!("{header}\n"));
    Ok(Some(file))
}

/// An id that would break a line of CSV is quoted.
fn quoted(id: &str) -> String {
    if id.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", id.replace('"', "\"\""));
    }
    id.to_owned()
}

fn line(file: &mut Option<Growing>, it: Option<(Box<str>, Instant)>) {
    if let (Some(file), Some((id, at))) = (file, it) {
        file.add(format_args!("{},{}\n", quoted(&id), at.as_seconds()));
    }
}

impl Files {
    /// All files are whole; says which there are.
    pub fn end(self, title: &str, gpus: i64) -> Result<String, Stop> {
        let Self { mut starts, turns, records, hours, timeline, names } = self;
        turns.end(|it| line(&mut starts, it));
        if let Some((path, timeline)) = timeline {
            write::replace(&path, timeline.svg(title, gpus))?;
        }
        for file in [starts, records, hours].into_iter().flatten() {
            file.end()?;
        }
        Ok(names.join(", "))
    }
}

impl Sink for Files {
    fn starts(&mut self, job: &Job, at: Instant) {
        if self.starts.is_some() {
            let Self { starts, turns, .. } = self;
            turns.note(job.nth, Some((job.id.clone(), at)), |it| line(starts, it));
        }
    }

    fn refuses(&mut self, job: &Job) {
        if self.starts.is_some() {
            let Self { starts, turns, .. } = self;
            turns.note(job.nth, None, |it| line(starts, it));
        }
    }

    fn ends(&mut self, record: &Record) {
        if let Some(file) = &mut self.records {
            let job = &record.job;
            let joules = |it: i128| it / 1000;
            file.add(format_args!(
                "{},{},{},{},{},{},{},{},{},{}\n",
                quoted(&job.id),
                job.submit.as_seconds(),
                record.start.as_seconds(),
                record.end.as_seconds(),
                job.gpus,
                record.wait().as_seconds(),
                record.stops,
                record.lost.as_seconds(),
                joules(record.energy.active),
                joules(record.energy.held),
            ));
        }
    }

    fn hour(&mut self, hour: &Hour) {
        if let Some((_, timeline)) = &mut self.timeline {
            timeline.hour(hour);
        }
        if let Some(file) = &mut self.hours {
            let mean = |it: i64| it as f64 / Span::HOUR.millis as f64;
            file.add(format_args!(
                "{},{},{},{},{},{}\n",
                hour.from.as_seconds(),
                mean(hour.held),
                mean(hour.idle),
                mean(hour.down),
                mean(hour.waiting),
                hour.energy as f64 / 3.6e12,
            ));
        }
    }
}
