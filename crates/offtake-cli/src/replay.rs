//! Replays a trace of jobs on a pool of GPUs: who waits how long, under which policy?

mod files;
mod like;
mod machine;
mod settings;
mod source;

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use offtake::policy::{NAMED, Named};
use offtake::pool::{self, Plan, Pool, Reliability, Summary, Totals};
use offtake::time::Span;
use offtake::units::nearest;
use offtake::view::{Machined, Played};
use serde_json::json;

use crate::exit::{Exit, Stop};
use crate::out;
use crate::paint::Looks;
use crate::table::{Fit, table};
use files::Files;
use like::LikeArgs;
use machine::{Classes, Machine};
use settings::Settings;
pub use source::{Source, SourceArgs};

/// Replay a trace of jobs on a pool of GPUs, under one policy or several side by side.
#[derive(Args)]
pub struct ReplayArgs {
    /// A trace; `-` reads it from a pipe, in order of submission.
    #[arg(required_unless_present = "like", conflicts_with = "like")]
    jobs: Option<PathBuf>,
    #[command(flatten)]
    like: LikeArgs,
    /// GPUs of the pool.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=1_000_000_000))]
    gpus: Option<i64>,
    /// Who goes first: fifo, sjf, firstfit, easy, conservative, priority, fairshare, las, keeproom;
    /// several, with commas, are played one after the other.
    #[arg(long, short, value_name = "P", value_delimiter = ',', default_value = "easy")]
    policy: Vec<String>,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    machine: machine::MachineArgs,
    #[command(flatten)]
    settings: settings::SettingsArgs,
    #[command(flatten)]
    files: files::FilesArgs,
    /// Chooses the luck: which jobs are drawn, what breaks.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
    /// Print only the last line.
    #[arg(long, short)]
    quiet: bool,
}

/// One policy played to the end.
struct Replayed {
    policy: &'static str,
    pool: Pool,
    totals: Totals,
    reliability: Reliability,
    /// Jobs that accept no kind of accelerator that the machine has.
    strange: u64,
}

/// A pool in which nobody comes or goes for so long has jobs that never will.
const PATIENCE: Span = Span { millis: 3_650 * Span::DAY.millis };

/// Replays and tells.
pub fn replay(args: &ReplayArgs) -> Result<Exit, Stop> {
    let began = Instant::now();
    let policies = args.policy.iter().map(|it| named(it)).collect::<Result<Vec<_>, _>>()?;
    let settings = args.settings.read()?;
    let classes = args.machine.classes()?;
    let mut source = match args.like.read(args.seed)? {
        Some(drawn) => Source::drawn(drawn, &args.source)?,
        None => {
            let path = args.jobs.as_deref().unwrap_or(Path::new("-"));
            Source::open(path, &args.source, classes.kinds.clone())?
        }
    };
    let gpus = source.gpus(asked(args, &settings, &classes)?)?;
    let machine = machine(args, &settings, gpus, classes)?;
    source.walltimes_for(&policies)?;
    source.plays_times(policies.len())?;
    if policies.len() > 1 && args.files.any() {
        return Err(Stop::wrong("files of one replay cannot hold several: name one --policy"));
    }
    let mut files = args.files.begin()?;
    let mut replays = Vec::new();
    for policy in policies {
        replays.push(play(policy, gpus, &settings, &machine, &mut source, &mut files)?);
    }
    let warnings = source.warnings(gpus, replays[0].totals.refused);
    if args.source.strict && !warnings.is_empty() {
        return Err(Stop::wrong(format!(
            "under --strict: {}",
            warnings.join("\nunder --strict: ")
        )));
    }
    if replays[0].totals.jobs == 0 && replays[0].pool.present() == 0 {
        warnings.iter().for_each(|it| out::say(&format!("warning: {it}")));
        return Err(Stop::wrong("there is no job that can be played"));
    }
    let title = format!("{}, {}", source.name(), replays[0].policy);
    let written = files.end(&title, gpus)?;
    let walltime = source.walltime();
    let shown: Vec<Played<'_>> =
        replays.iter().map(|it| it.shown(gpus, &machine, &walltime, &warnings)).collect();
    tell(args, &shown)?;
    if !args.json {
        warnings.iter().for_each(|it| out::say(&format!("warning: {it}")));
    }
    let saved = if written.is_empty() { String::new() } else { format!("; saved {written}") };
    let took = began.elapsed().as_secs_f64();
    out::say(&format!("replayed {} in {took:.2} s{saved}", source.name()));
    Ok(Exit::Done)
}

fn named(name: &str) -> Result<&'static Named, Stop> {
    NAMED.iter().find(|it| it.name == name).ok_or_else(|| {
        let known: Vec<&str> = NAMED.iter().map(|it| it.name).collect();
        let meant = nearest(name, known.iter().copied());
        let hint = meant.map_or(String::new(), |it| format!("; did you mean `{it}`?"));
        Stop::wrong(format!("no policy is called `{name}`{hint} (there are {})", known.join(", ")))
    })
}

/// The size of the pool, where anything but the trace tells it.
fn asked(args: &ReplayArgs, settings: &Settings, classes: &Classes) -> Result<Option<i64>, Stop> {
    let said = args.gpus.or_else(|| args.machine.gpus());
    if classes.is_empty() {
        return Ok(said);
    }
    if said.is_some() {
        return Err(Stop::wrong("--gpus: the classes of nodes tell it, each for its own"));
    }
    if !settings.ahead.is_empty() {
        return Err(Stop::wrong(
            "--keep: on nodes of several classes it does not say which to keep",
        ));
    }
    Ok(Some(classes.gpus()))
}

/// The machine, and of it what is said twice as the call says it.
fn machine(
    args: &ReplayArgs,
    settings: &Settings,
    gpus: i64,
    classes: Classes,
) -> Result<Machine, Stop> {
    let mut it = args.machine.read(gpus, classes, args.seed)?;
    it.watts = settings.watts.or(it.watts);
    if it.overhead.is_some() && it.watts.is_none() {
        return Err(Stop::wrong("a PUE multiplies energy: say --watts FULL,IDLE too"));
    }
    Ok(it)
}

fn play(
    policy: &'static Named,
    gpus: i64,
    settings: &Settings,
    machine: &Machine,
    source: &mut Source,
    files: &mut Files,
) -> Result<Replayed, Stop> {
    let mut summary = Summary::default();
    let mut reliability = Reliability::new(&machine.breaks);
    let plan = Plan {
        gpus,
        watts: machine.watts.unwrap_or_default(),
        overhead: machine.overhead.unwrap_or_default(),
        rhythm: settings.rhythm,
        ahead: settings.ahead.clone(),
        machine: machine.shape,
        classes: machine.classes.all.clone(),
        breaks: machine.breaks.clone(),
    };
    let breaks = !machine.breaks.is_empty();
    let made = policy.make(&settings.policy);
    let pool = source.jobs(|jobs| {
        let sink = &mut (&mut summary, (&mut reliability, files));
        if breaks {
            pool::replay_within(plan, made, jobs, PATIENCE, sink)
        } else {
            pool::replay(plan, made, jobs, sink)
        }
    })?;
    let (totals, strange) = (summary.totals(), source.strange());
    Ok(Replayed { policy: policy.name, pool, totals, reliability, strange })
}

impl Replayed {
    fn shown<'a>(
        &'a self,
        gpus: i64,
        machine: &Machine,
        walltime: &'a str,
        warnings: &'a [String],
    ) -> Played<'a> {
        let Self { policy, pool, totals, reliability, strange } = self;
        let nodes = machine.shape.is_some() || !machine.classes.is_empty();
        let machined = Machined {
            scatter: nodes.then(|| pool.scatter()),
            kinds: machine.classes.done(pool.kept()),
            reliability: (!machine.breaks.is_empty()).then_some(reliability),
            overhead: machine.overhead.map(|_| pool.spent().overhead),
            unfinished: pool.present() as u64,
            waiting: pool.waiting() as u64,
        };
        Played {
            gpus,
            policy,
            walltime,
            events: pool.events(),
            totals,
            strange: *strange,
            energy: machine.watts.map(|_| pool.energy()),
            machine: machined,
            warnings,
        }
    }
}

fn tell(args: &ReplayArgs, replays: &[Played<'_>]) -> Result<(), Stop> {
    if args.json {
        let all: Vec<_> = replays.iter().map(Played::document).collect();
        let text = match all.as_slice() {
            [one] => serde_json::to_string_pretty(one),
            _ => serde_json::to_string_pretty(&json!({ "replays": all })),
        };
        out::print(&text.map_err(|error| Stop::failed(error.to_string()))?)?;
    } else if !args.quiet {
        let rows: Vec<Vec<String>> = replays.iter().map(Played::cells).collect();
        let laid = table(&Played::HEADER, &rows, 0, Fit::Cut, out::width());
        let below = notes(replays);
        out::show(&format!("{}\n\n{laid}{below}", replays[0].headline()), Looks::Rows)?;
    }
    Ok(())
}

/// What there is to say below the table.
fn notes(replays: &[Played<'_>]) -> String {
    let mut text = String::new();
    for it in replays {
        for line in it.notes() {
            let who = if replays.len() > 1 { format!("{}, ", it.policy) } else { String::new() };
            text.push_str(&format!("\n{who}{line}"));
        }
    }
    text
}
