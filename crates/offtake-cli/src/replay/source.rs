//! Where do jobs come from, and what of them could not be taken as it stands?
//!
//! A file is read twice: first to say what is wrong with it and whether it is in order, then to
//! play it, so that its size does not matter. What comes by a pipe is read once and must be in order.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use offtake::policy::Named;
use offtake::pool::Job;
use offtake::time::{Instant, Span};
use offtake_files::trace::{self, Format, Mapping, Survey, Trace};

use super::like::Draws;
use super::settings::span;
use crate::exit::Stop;

/// How a trace is read.
#[derive(Args)]
pub struct SourceArgs {
    /// The trace's format; recognised by its first line if not said: plain, swf, sacct, philly,
    /// helios, acme, openb.
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// A file that says which column is what, for any other table.
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    mapping: Option<PathBuf>,
    /// Walltimes for a trace without: oracle (the runtime), factor:1.5 (times the runtime), limit:4h
    /// (the same for all).
    #[arg(long, value_name = "RULE")]
    walltime: Option<String>,
    /// Refuse what cannot be taken as it stands.
    #[arg(long)]
    pub strict: bool,
}

/// Where a walltime comes from, if the trace does not tell.
#[derive(Clone, Copy)]
enum Rule {
    Factor(f64),
    Limit(Span),
}

/// A trace that is about to be played.
pub struct Source {
    path: PathBuf,
    format: Option<Format>,
    mapping: Option<Mapping>,
    rule: Option<(String, Rule)>,
    survey: Option<Survey>,
    pipe: Option<Trace<Box<dyn BufRead>>>,
    /// A policy that is lost without walltimes.
    needed_by: Option<&'static str>,
    /// Jobs that are drawn, and read from nowhere.
    drawn: Option<Draws>,
    /// What was found in playing.
    walltimes: u64,
    outran: u64,
    told: Vec<String>,
}

impl Source {
    /// Opens a trace; a file is looked through.
    pub fn open(path: &Path, args: &SourceArgs) -> Result<Self, Stop> {
        let mut it = Self {
            path: path.to_path_buf(),
            format: args.format.as_deref().map(format).transpose()?,
            mapping: args.mapping.as_deref().map(mapping).transpose()?,
            rule: args.walltime.as_deref().map(rule).transpose()?,
            survey: None,
            pipe: None,
            needed_by: None,
            drawn: None,
            walltimes: 0,
            outran: 0,
            told: Vec::new(),
        };
        let trace = it.read()?;
        if it.is_pipe() {
            it.pipe = Some(trace);
        } else {
            it.survey = Some(trace::survey(trace));
        }
        Ok(it)
    }

    /// Jobs that are drawn from a shape.
    pub fn drawn(draws: Draws, args: &SourceArgs) -> Result<Self, Stop> {
        Ok(Self {
            path: PathBuf::from(&draws.name),
            format: None,
            mapping: None,
            rule: args.walltime.as_deref().map(rule).transpose()?,
            survey: None,
            pipe: None,
            needed_by: None,
            drawn: Some(draws),
            walltimes: 0,
            outran: 0,
            told: Vec::new(),
        })
    }

    /// What messages call it.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Whether moments are dates, or count from some zero.
    pub fn is_dated(&self) -> bool {
        self.survey.as_ref().is_some_and(|it| it.dated)
    }

    fn is_pipe(&self) -> bool {
        self.path.as_os_str() == "-"
    }

    fn read(&self) -> Result<Trace<Box<dyn BufRead>>, Stop> {
        let wrong = |error: &dyn std::fmt::Display| {
            Stop::wrong(format!("{}: {error}", self.path.display()))
        };
        let raw: Box<dyn BufRead> = if self.is_pipe() {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let file = File::open(&self.path).map_err(|error| wrong(&error))?;
            Box::new(BufReader::with_capacity(1 << 16, file))
        };
        let reader: Box<dyn BufRead> = Box::new(trace::unpacked(raw).map_err(|it| wrong(&it))?);
        let trace = match &self.mapping {
            Some(mapping) => Trace::mapped(reader, mapping),
            None => Trace::new(reader, self.format),
        };
        trace.map_err(|error| wrong(&error))
    }

    /// The size of the pool: as asked for, or as the trace tells.
    pub fn gpus(&self, asked: Option<i64>) -> Result<i64, Stop> {
        let told = match (&self.survey, &self.pipe) {
            (Some(survey), _) => survey.pool,
            (_, Some(pipe)) => pipe.pool(),
            _ => None,
        };
        let widest = self
            .survey
            .as_ref()
            .map_or(String::new(), |it| format!("; its widest job asks for {} GPUs", it.widest));
        asked.or(told).ok_or_else(|| {
            let path = self.path.display();
            Stop::wrong(format!("{path} does not tell the size of its pool: say --gpus N{widest}"))
        })
    }

    /// Policies that reckon with walltimes need them.
    pub fn walltimes_for(&mut self, policies: &[&Named]) -> Result<(), Stop> {
        let needs = policies.iter().find(|it| it.reads_walltime && self.rule.is_none());
        self.needed_by = needs.map(|it| it.name);
        let lacks = match (&self.survey, &self.drawn) {
            (Some(it), _) => it.jobs > 0 && !it.has_walltime(),
            (_, Some(it)) => !it.has_walltime(),
            _ => false,
        };
        match self.needed_by {
            Some(policy) if lacks => Err(self.lacks_walltimes(policy)),
            _ => Ok(()),
        }
    }

    fn lacks_walltimes(&self, policy: &str) -> Stop {
        let path = self.path.display();
        Stop::wrong(format!(
            "`{policy}` reckons with walltimes, and {path} does not tell them all: say --walltime \
             oracle, factor:1.5 or limit:4h"
        ))
    }

    /// A pipe is read once.
    pub fn plays_times(&self, times: usize) -> Result<(), Stop> {
        if self.is_pipe() && times > 1 {
            return Err(Stop::wrong("a pipe is read once: name one --policy, or give a file"));
        }
        Ok(())
    }

    /// Plays the jobs in order of submission.
    pub fn jobs<T>(
        &mut self,
        play: impl FnOnce(&mut dyn Iterator<Item = Job>) -> T,
    ) -> Result<T, Stop> {
        let rule = self.rule.as_ref().map(|it| it.1);
        if let Some(pipe) = self.pipe.take() {
            let mut jobs = Jobs::of(pipe, rule, self.needed_by.is_some());
            let played = play(&mut jobs);
            self.told = lines(&jobs.inner.warnings().to_string());
            (self.walltimes, self.outran) = (jobs.walltimes, jobs.outran);
            return match (jobs.ended, self.needed_by) {
                (Some(Ended::Overtaken(job)), _) => Err(overtaken(&job)),
                (Some(Ended::NoWalltime), Some(policy)) => Err(self.lacks_walltimes(policy)),
                _ => Ok(played),
            };
        }
        let inner: Box<dyn Iterator<Item = Job>> = match (&self.drawn, &self.survey) {
            (Some(drawn), _) => Box::new(drawn.jobs()),
            (_, Some(survey)) if survey.sorted => Box::new(self.read()?),
            _ => Box::new(trace::sorted(self.read()?).into_iter()),
        };
        let mut jobs = Jobs::of(inner, rule, false);
        let played = play(&mut jobs);
        (self.walltimes, self.outran) = (jobs.walltimes, jobs.outran);
        Ok(played)
    }

    /// What could not be taken as it stands, a line each.
    pub fn warnings(&self, gpus: i64, too_wide: u64) -> Vec<String> {
        let mut all = match &self.survey {
            Some(survey) => lines(&survey.warnings.to_string()),
            None => self.told.clone(),
        };
        let mut add = |count: u64, one: &str, many: &str| {
            if count > 0 {
                all.push(format!("{count} {}", if count == 1 { one } else { many }));
            }
        };
        add(
            too_wide,
            &format!("job asks for more than the pool's {gpus} GPUs and is left out"),
            &format!("jobs ask for more than the pool's {gpus} GPUs and are left out"),
        );
        add(
            self.outran,
            "job runs beyond its walltime and is played to its end",
            "jobs run beyond their walltimes and are played to their ends",
        );
        all
    }

    /// Where walltimes come from.
    pub fn walltime(&self) -> String {
        match &self.rule {
            Some((name, _)) if self.walltimes == 0 => name.clone(),
            Some((name, _)) => format!("trace, else {name}"),
            None if self.walltimes > 0 => "trace".to_owned(),
            None => "none".to_owned(),
        }
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn overtaken(job: &Job) -> Stop {
    Stop::wrong(format!(
        "what comes by a pipe must be in order of submission: job `{}` (number {}) was asked for \
         before the one above it; sort the trace, or give it as a file",
        job.id,
        job.nth + 1
    ))
}

/// Why a pipe is not read on.
enum Ended {
    Overtaken(Job),
    NoWalltime,
}

/// Jobs with walltimes, as long as they come in order.
struct Jobs<I> {
    inner: I,
    rule: Option<Rule>,
    /// Whether each must have a walltime.
    strict: bool,
    last: Instant,
    ended: Option<Ended>,
    walltimes: u64,
    outran: u64,
}

impl<I> Jobs<I> {
    fn of(inner: I, rule: Option<Rule>, strict: bool) -> Self {
        let last = Instant { millis: i64::MIN };
        Self { inner, rule, strict, last, ended: None, walltimes: 0, outran: 0 }
    }
}

impl<I: Iterator<Item = Job>> Iterator for Jobs<I> {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        if self.ended.is_some() {
            return None;
        }
        let mut job = self.inner.next()?;
        if job.submit < self.last {
            self.ended = Some(Ended::Overtaken(job));
            return None;
        }
        self.last = job.submit;
        if job.walltime.is_some() {
            self.walltimes += 1;
        } else {
            job.walltime = self.rule.map(|it| it.of(job.runtime));
        }
        if self.strict && job.walltime.is_none() {
            self.ended = Some(Ended::NoWalltime);
            return None;
        }
        self.outran += u64::from(job.walltime.is_some_and(|it| it < job.runtime));
        Some(job)
    }
}

impl Rule {
    fn of(self, runtime: Span) -> Span {
        match self {
            Rule::Factor(it) => Span { millis: (runtime.millis as f64 * it).ceil() as i64 },
            Rule::Limit(it) => it,
        }
    }
}

fn rule(text: &str) -> Result<(String, Rule), Stop> {
    let wrong =
        || Stop::wrong(format!("--walltime: `{text}` is none of oracle, factor:1.5, limit:4h"));
    let rule = match text.split_once(':') {
        None if text == "oracle" => Rule::Factor(1.0),
        Some(("factor", it)) => {
            let factor: f64 = it.parse().map_err(|_| wrong())?;
            if !(factor > 0.0 && factor <= 1e6) {
                return Err(wrong());
            }
            Rule::Factor(factor)
        }
        Some(("limit", it)) => Rule::Limit(span("walltime", it)?),
        _ => return Err(wrong()),
    };
    Ok((text.to_owned(), rule))
}

fn format(name: &str) -> Result<Format, Stop> {
    Format::named(name).ok_or_else(|| {
        let known = Format::ALL.map(Format::name).join(", ");
        Stop::wrong(format!("no format is called `{name}`; there are {known}, or --mapping FILE"))
    })
}

fn mapping(path: &Path) -> Result<Mapping, Stop> {
    let wrong = |error: &dyn std::fmt::Display| Stop::wrong(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    Mapping::read(&text).map_err(|error| wrong(&error))
}
