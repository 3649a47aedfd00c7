//! Plays a scenario many times: with which odds does what come, and what moves it?

mod parts;
mod shard;
mod slurm;
mod solve;
mod working;

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};
use offtake::figures::{self, Outcome};
use offtake::scenario::{Draw, Scenario};
use offtake::study::{self, Event, Future, Futures, Heading, Kind, Odds};
use offtake::units::grouped;
use offtake::view::picture::{self, Which};
use offtake::view::{self, OddsPage, Table};
use offtake_files::draws::{self, Layout};
use rayon::prelude::*;

use crate::exit::{Exit, Stop};
use crate::files::{self, Format, VERSION};
use crate::paint::Looks;
use crate::progress::{Progress, Telling};
use crate::run::{FIRST_STORY, read, read_quietly};
use crate::set::SetArgs;
use crate::threads::ThreadArgs;
use crate::{cover, input, out, save};
use parts::Parts;
use shard::Shard;
use slurm::Array;
use working::Working;

/// Play a scenario many times, every range drawn: quantiles, odds, what moves them.
#[derive(Args)]
pub struct RiskArgs {
    /// A file, FILE#variant, or a built-in story.
    #[arg(default_value = FIRST_STORY)]
    scenario: String,
    /// How many futures are played, 1,000 if not said; with --until, at most; with --merge, all that
    /// there are if not said.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    draws: Option<u32>,
    /// Stop as soon as every headline figure is so sure: looks after 1,000, 2,000, 4,000, ...
    #[arg(long, value_name = "PER_CENT", value_parser = per_cent)]
    until: Option<f64>,
    /// Draw at the points of a Sobol sequence in 16 scrambles, as many as are even.
    #[arg(long, conflicts_with = "until")]
    sobol: bool,
    /// Tell the odds of this too: `first_shortfall before 2028`, `cash_min >= 0 USD`.
    #[arg(long = "odds", value_name = "EVENT")]
    events: Vec<String>,
    /// Search the value of --for that keeps these odds: `P(first_shortfall before 2028) <= 5 %`.
    #[arg(long, value_name = "GOAL", requires = "path",
          conflicts_with_all = ["until", "shard", "merge", "on", "out"])]
    solve: Option<String>,
    /// The value that --solve moves.
    #[arg(long = "for", id = "path", value_name = "PATH", requires = "solve")]
    path: Option<String>,
    /// Choose the draws and the luck.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    set: SetArgs,
    #[command(flatten)]
    threads: ThreadArgs,
    /// Play only the i-th of n parts into the directory of --out.
    #[arg(long, value_name = "I/N", conflicts_with_all = ["until", "merge"])]
    shard: Option<Shard>,
    /// Join the parts in this directory instead of playing.
    #[arg(long, value_name = "DIR", conflicts_with = "until")]
    merge: Option<PathBuf>,
    /// Play the parts as a job array of this cluster; the folder must be one that its nodes see.
    #[arg(long, value_enum, conflicts_with_all = ["shard", "merge", "until"])]
    on: Option<Cluster>,
    /// How many tasks the array has.
    #[arg(long, value_name = "N", default_value_t = 16, requires = "on",
          value_parser = clap::value_parser!(u32).range(1..=10_000))]
    tasks: u32,
    /// Tell sbatch this too: `--sbatch=--partition=long`.
    #[arg(long, value_name = "OPTION", requires = "on", allow_hyphen_values = true)]
    sbatch: Vec<String>,
    /// Save in this directory instead of runs/ID.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// As what the tables are saved.
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "csv,parquet")]
    tables: Vec<Format>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
    /// Print nothing but the last line: what was played, how long, where it is saved.
    #[arg(long, short)]
    quiet: bool,
}

impl RiskArgs {
    fn telling(&self) -> Telling {
        Telling::unless(self.quiet)
    }

    /// What is meant where only a number of futures is said, and nobody reads along.
    pub fn quietly(draws: u32) -> Self {
        Self {
            scenario: FIRST_STORY.to_owned(),
            draws: Some(draws),
            until: None,
            sobol: false,
            events: Vec::new(),
            solve: None,
            path: None,
            seed: None,
            set: SetArgs::default(),
            threads: ThreadArgs::default(),
            shard: None,
            merge: None,
            on: None,
            tasks: 1,
            sbatch: Vec::new(),
            out: None,
            tables: vec![Format::Csv, Format::Parquet],
            json: false,
            quiet: true,
        }
    }
}

/// Who else may play the parts.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Cluster {
    /// sbatch and squeue of the machine that this is called on.
    Slurm,
}

fn per_cent(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches('%').trim().parse::<f64>();
    match number {
        Ok(it) if it > 0.0 && it < 100.0 => Ok(it / 100.0),
        _ => Err("write a share between 0 and 100 %, as 1%".to_owned()),
    }
}

/// Plays, reports, saves.
pub fn risk(args: &RiskArgs) -> Result<Exit, Stop> {
    args.threads.work(|| {
        let read = if args.quiet { read_quietly } else { read };
        let (mut scenario, name) = read(&args.scenario, &args.set.text()?, args.json)?;
        scenario.seed = args.seed.unwrap_or(scenario.seed);
        futures_of(&scenario, &name, args, &args.telling().of("futures", 0))?;
        Ok(Exit::Done)
    })
}

/// Who is told how far the work is, and says whether it goes on.
pub trait Watch: Sync {
    /// So many futures are still to be played.
    fn begin(&self, all: u64);
    /// One more is played. Whether another one is wanted.
    fn goes_on(&self) -> bool;
    /// All of them are played.
    fn end(&self);
}

/// Plays the futures of a scenario and tells where what they say is saved, if that was asked for. What was
/// played before it was broken off is found by the next call.
pub fn futures_of(
    scenario: &Scenario,
    name: &str,
    args: &RiskArgs,
    watch: &dyn Watch,
) -> Result<Option<PathBuf>, Stop> {
    let began = Instant::now();
    let medians = figures::outcome(scenario, &Draw::medians(scenario), false);
    let headline = view::headline(scenario, &medians.figures);
    let futures = Futures::of(scenario, &headline, args.sobol);
    let mut events = Vec::new();
    for text in &args.events {
        events.push(Event::read(text, futures.headings()).map_err(Stop::wrong)?);
    }
    events.extend(study::usual_events(scenario, futures.headings()));
    let layout = Layout {
        study: futures.key(VERSION),
        version: VERSION,
        headings: futures.headings().to_vec(),
        series: futures.series(),
    };
    let draws = futures.rounded(args.draws.unwrap_or(1_000));
    let study = Study {
        args,
        watch,
        name,
        scenario,
        headline: &headline,
        medians: &medians,
        futures: &futures,
        layout: &layout,
        draws,
    };
    if let (Some(goal), Some(path)) = (&args.solve, &args.path) {
        let asked = (goal.as_str(), path.as_str());
        solve::solve(scenario, &futures, asked, draws, args.json)?;
        return Ok(None);
    }
    if let Some(shard) = &args.shard {
        study.play_shard(shard, began)?;
        return Ok(None);
    }
    if let Some(folder) = &args.out {
        save::refuse_foreign(folder)?;
    }
    let (odds, digest, working) = match &args.merge {
        Some(folder) => study.merged(folder, &events)?,
        None => study.played(&events)?,
    };
    let break_evens = cover::break_evens(scenario, args.telling());
    let page = OddsPage {
        scenario,
        odds: &odds,
        headline: &headline,
        break_evens: &break_evens,
        width: 100,
    };
    let saved = study.save(&page, digest, working.path().join(TABLE))?;
    working.remove();
    let took = began.elapsed().as_secs_f64();
    let played = grouped(i128::from(odds.draws));
    out::say(&format!("{played} futures of {name} in {took:.1} s; saved in {}", saved.display()));
    Ok(Some(saved))
}

/// What all futures are called, joined.
const TABLE: &str = "draws.parquet";

/// What is played, and how it was asked for.
struct Study<'a> {
    args: &'a RiskArgs,
    watch: &'a dyn Watch,
    name: &'a str,
    scenario: &'a Scenario,
    headline: &'a [String],
    medians: &'a Outcome,
    futures: &'a Futures<'a>,
    layout: &'a Layout,
    draws: u32,
}

impl Study<'_> {
    /// Beside what it will be saved as.
    fn beside(&self) -> &Path {
        let beside = self.args.out.as_deref().and_then(Path::parent);
        let beside = beside.filter(|it| !it.as_os_str().is_empty());
        beside.unwrap_or(Path::new(if self.args.out.is_some() { "." } else { "runs" }))
    }

    fn play_shard(&self, shard: &Shard, began: Instant) -> Result<(), Stop> {
        let usual = || PathBuf::from(format!("parts-{}", files::slug(self.name)));
        let folder = self.args.out.clone().unwrap_or_else(usual);
        let mut parts = Parts::open(&folder, self.layout)?;
        let range = shard.of(self.draws);
        create(&folder)?;
        self.play(&mut parts, range.clone())?;
        let (took, count) =
            (began.elapsed().as_secs_f64(), grouped(i128::from(range.end - range.start)));
        out::say(&format!(
            "shard {shard}: {count} futures in {took:.1} s; kept in {}",
            folder.display()
        ));
        Ok(())
    }

    /// The parts of a folder joined: what they say, their digest, and where their table lies, which
    /// is nowhere if they cannot be joined.
    fn merged(&self, folder: &Path, events: &[Event]) -> Result<(Odds, String, Working), Stop> {
        let parts = Parts::open(folder, self.layout)?;
        let there = parts.whole()?;
        let draws = self.args.draws.map_or(there, |_| self.draws);
        if there < draws {
            let [there, draws] = [there, draws].map(|it| grouped(i128::from(it)));
            return Err(Stop::wrong(format!(
                "`{}` holds {there} draws of {draws}; play the shards that are missing",
                folder.display()
            )));
        }
        let working = Working::anew(self.beside())?;
        match self.joined(&parts, draws, events, &working.path().join(TABLE)) {
            Ok((odds, digest)) => Ok((odds, digest, working)),
            Err(stop) => {
                working.remove();
                Err(stop)
            }
        }
    }

    /// All futures played, or those that were not yet: what they say, their digest, and where parts
    /// and table lie, which stay there if this is interrupted.
    fn played(&self, events: &[Event]) -> Result<(Odds, String, Working), Stop> {
        if self.args.until.is_some() && u64::from(self.draws) < study::next_look(0) {
            let least = grouped(i128::from(study::next_look(0)));
            return Err(Stop::wrong(format!(
                "--until looks first after {least} futures; let --draws be more"
            )));
        }
        let working = Working::of(&self.layout.study[..16], self.beside())?;
        if self.args.on.is_some() {
            self.play_on_cluster(working.path())?;
        }
        let mut parts = Parts::open(working.path(), self.layout)?;
        let there = u64::from(parts.reach().min(self.draws));
        if there > 0 && self.args.on.is_none() {
            let there = grouped(i128::from(there));
            out::say(&format!("{there} futures were played before this was interrupted; going on"));
        }
        let mut draws = match self.args.until {
            Some(_) => self.draws.min(study::next_look(0) as u32),
            None => self.draws,
        };
        loop {
            self.play(&mut parts, 0..draws)?;
            let table = working.path().join(TABLE);
            let (odds, digest) = self.joined(&parts, draws, events, &table)?;
            let is_sure = self.args.until.is_some() && self.is_sure(&odds);
            if draws >= self.draws || is_sure {
                if self.args.until.is_some() && !is_sure {
                    out::say("not as sure as --until wants: --draws allows no more futures");
                }
                return Ok((odds, digest, working));
            }
            draws = self.draws.min(study::next_look(u64::from(draws)) as u32);
        }
    }

    /// Lets every shard that is not whole yet be played by a task of its own.
    fn play_on_cluster(&self, working: &Path) -> Result<(), Stop> {
        let args = self.args;
        let program = std::env::current_exe().map_err(|error| Stop::failed(error.to_string()))?;
        let mut call = vec![program.to_string_lossy().into_owned(), "risk".to_owned()];
        call.push(self.scenario_argument()?);
        call.extend(["--quiet".to_owned(), "--draws".to_owned(), self.draws.to_string()]);
        call.extend(["--seed".to_owned(), self.scenario.seed.to_string()]);
        call.extend(args.sobol.then(|| "--sobol".to_owned()));
        call.extend(args.set.arguments());
        let (folder, tasks) = (slurm::absolute(working)?, args.tasks);
        let undone = || {
            let parts = Parts::open(working, self.layout)?;
            let shard = |i: &u32| Shard::new(*i, tasks).of(self.draws);
            Ok((1..=tasks).filter(|it| !parts.missing(shard(it)).is_empty()).collect())
        };
        Array { call, folder, tasks, options: args.sbatch.clone() }.play(undone)
    }

    /// The scenario as a task names it, from whichever folder it is called.
    fn scenario_argument(&self) -> Result<String, Stop> {
        match input::open(&self.args.scenario)?.path() {
            Some(_) if self.args.scenario.starts_with('-') => Err(Stop::wrong(
                "a scenario from a pipe cannot be handed to a cluster; save it first",
            )),
            Some(path) => {
                let path = slurm::absolute(path)?.to_string_lossy().into_owned();
                let variant = self.scenario.variant.as_ref().map(|it| format!("#{it}"));
                Ok(path + &variant.unwrap_or_default())
            }
            None => Ok(self.args.scenario.clone()),
        }
    }

    /// Plays what of a range is not there yet, part by part, and tells how long it will take.
    fn play(&self, parts: &mut Parts<'_>, range: Range<u32>) -> Result<(), Stop> {
        let missing = parts.missing(range);
        let all = missing.iter().map(|it| u64::from(it.end - it.start)).sum();
        self.watch.begin(all);
        let one = |n| {
            let future = self.futures.play(n);
            self.watch.goes_on().then_some(future)
        };
        // A part is written while the next is played.
        let mut last: Option<(u32, Vec<Future>)> = None;
        for range in missing {
            let first = range.start;
            let (kept, played) = rayon::join(
                || last.take().map_or(Ok(()), |(first, played)| parts.keep(first, played)),
                || range.into_par_iter().map(one).collect::<Option<Vec<Future>>>(),
            );
            kept?;
            last = Some((first, played.ok_or_else(broken_off)?));
        }
        last.map_or(Ok(()), |(first, played)| parts.keep(first, played))?;
        self.watch.end();
        Ok(())
    }

    fn joined(
        &self,
        parts: &Parts<'_>,
        draws: u32,
        events: &[Event],
        table: &Path,
    ) -> Result<(Odds, String), Stop> {
        let digest = parts.join(draws, table)?;
        let columns = Columns::open(table)?;
        let odds = Odds::of(self.futures, draws, events, &mut |at, most| columns.read(at, most));
        Ok((odds?, digest))
    }

    /// Inputs and headline figures of the first futures.
    fn scatter(&self, headline: &[String], table: &Path) -> Result<Table, Stop> {
        const MOST: u32 = 2_000;
        let columns = Columns::open(table)?;
        let is_shown = |it: &Heading| match it.kind {
            Kind::Input(_) => true,
            Kind::Figure(_) => headline.contains(&it.name),
            Kind::Expect | Kind::Again(_) => false,
        };
        let headings = self.futures.headings().iter().enumerate();
        let shown = headings.filter(|it| is_shown(it.1));
        let column = |(at, it): (usize, &Heading)| Ok((it.clone(), columns.read(at, MOST)?));
        Ok(view::scatter(shown.map(column).collect::<Result<_, Stop>>()?))
    }

    fn is_sure(&self, odds: &Odds) -> bool {
        let figures = self.headline.iter().filter_map(|it| odds.figure(it));
        let spreads: Vec<_> =
            figures.map(|it| (it.spread.clone(), it.heading.unit == "date")).collect();
        let tolerance = self.args.until.unwrap_or(0.0);
        study::suffices(u64::from(odds.draws), &spreads, tolerance)
    }

    /// Prints what was found and saves it.
    fn save(&self, page: &OddsPage<'_>, digest: String, table: PathBuf) -> Result<PathBuf, Stop> {
        let swings = cover::swings_of(self.scenario, page.odds, self.args.telling());
        let tornado = view::tornado(self.scenario, page.headline, &swings);
        let scatter = self.scatter(page.headline, &table)?;
        let which = Which { scenario: self.name, version: VERSION, digest: &digest };
        let picture = picture::of_risk(page, which, self.medians, &tornado, &scatter);
        let mut tables = view::odds_tables(page.odds);
        tables.extend([tornado, scatter]);
        let mut all = files::of_tables(&tables, &self.args.tables, &digest)?;
        let document = view::odds_document(page, self.name.to_owned(), VERSION, digest);
        let json = files::pretty(&document)?;
        all.push(("report.txt".to_owned(), view::odds_report(page).into_bytes()));
        all.push(("picture.json".to_owned(), files::plain(&picture)?.into_bytes()));
        all.push(("risk.json".to_owned(), json.clone().into_bytes()));
        if self.args.json {
            out::print(&json)?;
        } else if !self.args.quiet {
            let page = OddsPage { width: out::width().min(120), ..*page };
            out::show(&view::odds_report(&page), Looks::Report)?;
            out::say("");
        }
        let id = files::run_id(&format!("{}-risk", files::slug(self.name)), &all);
        let mut all: Vec<save::Entry> =
            all.into_iter().map(|(name, bytes)| (name, bytes.into())).collect();
        all.push((TABLE.to_owned(), save::Content::File(table)));
        Ok(save::save(self.args.out.as_deref(), Path::new("runs"), &id, &all)?)
    }
}

/// The table of all futures, read column by column.
struct Columns<'a> {
    path: &'a Path,
    table: draws::ColumnTable<File>,
}

impl<'a> Columns<'a> {
    fn open(path: &'a Path) -> Result<Self, Stop> {
        let opened = File::open(path).map_err(|error| cannot_read(path, &error))?;
        let table = draws::table(opened).map_err(|error| cannot_read(path, &error))?;
        Ok(Self { path, table })
    }

    fn read(&self, at: usize, most: u32) -> Result<Vec<f64>, Stop> {
        self.table.column(at, most).map_err(|error| cannot_read(self.path, &error))
    }
}

fn cannot_read(path: &Path, error: &dyn std::fmt::Display) -> Stop {
    Stop::failed(format!("cannot read `{}`: {error}", path.display()))
}

fn create(folder: &Path) -> Result<(), Stop> {
    std::fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Stop {
    Stop::failed(format!("cannot write `{}`: {error}", path.display()))
}

fn broken_off() -> Stop {
    Stop::failed("broken off; the same call goes on from here")
}

impl Watch for Progress {
    fn begin(&self, all: u64) {
        self.again(all);
    }

    fn goes_on(&self) -> bool {
        self.step();
        true
    }

    fn end(&self) {
        self.finish();
    }
}
