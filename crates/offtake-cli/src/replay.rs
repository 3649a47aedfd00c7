//! Replays a trace of jobs on a pool of GPUs: who waits how long, under which policy?

mod files;
mod settings;
mod source;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use offtake::policy::{NAMED, Named};
use offtake::pool::{self, Plan, Summary, Totals};
use offtake::units::nearest;
use offtake::view::Played;
use serde_json::json;

use crate::exit::{Exit, Stop};
use crate::out;
use crate::table::{Fit, table};
use files::Files;
use settings::Settings;
use source::Source;

/// Replay a trace of jobs on a pool of GPUs, under one policy or several side by side.
#[derive(Args)]
pub struct ReplayArgs {
    /// A trace; `-` reads it from a pipe, in order of submission.
    jobs: PathBuf,
    /// GPUs of the pool.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=1_000_000_000))]
    gpus: Option<i64>,
    /// Nodes of the pool, instead of its GPUs.
    #[arg(long, value_name = "N", requires = "gpus_per_node", conflicts_with = "gpus",
          value_parser = clap::value_parser!(i64).range(1..=100_000_000))]
    nodes: Option<i64>,
    /// GPUs of one node.
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(i64).range(1..=1_000))]
    gpus_per_node: Option<i64>,
    /// Who goes first: fifo, sjf, firstfit, easy, conservative, priority, fairshare, las, keeproom;
    /// several, with commas, are played one after the other.
    #[arg(long, short, value_name = "P", value_delimiter = ',', default_value = "easy")]
    policy: Vec<String>,
    #[command(flatten)]
    source: source::SourceArgs,
    #[command(flatten)]
    settings: settings::SettingsArgs,
    #[command(flatten)]
    files: files::FilesArgs,
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
    events: u64,
    energy: Option<(i128, i128)>,
    totals: Totals,
}

/// Replays and tells.
pub fn replay(args: &ReplayArgs) -> Result<Exit, Stop> {
    let began = Instant::now();
    let policies = args.policy.iter().map(|it| named(it)).collect::<Result<Vec<_>, _>>()?;
    let settings = args.settings.read()?;
    let mut source = Source::open(&args.jobs, &args.source)?;
    let gpus = source.gpus(asked_gpus(args))?;
    source.walltimes_for(&policies)?;
    source.plays_times(policies.len())?;
    if policies.len() > 1 && args.files.any() {
        return Err(Stop::wrong("files of one replay cannot hold several: name one --policy"));
    }
    let mut files = args.files.begin()?;
    let mut replays = Vec::new();
    for policy in policies {
        replays.push(play(policy, gpus, &settings, &mut source, &mut files)?);
    }
    let warnings = source.warnings(gpus, replays[0].totals.refused);
    if args.source.strict && !warnings.is_empty() {
        return Err(Stop::wrong(format!(
            "under --strict: {}",
            warnings.join("\nunder --strict: ")
        )));
    }
    if replays[0].totals.jobs == 0 {
        warnings.iter().for_each(|it| out::say(&format!("warning: {it}")));
        return Err(Stop::wrong("there is no job that can be played"));
    }
    let title = format!("{}, {}", args.jobs.display(), replays[0].policy);
    let written = files.end(&title, gpus)?;
    let walltime = source.walltime();
    let shown: Vec<Played<'_>> =
        replays.iter().map(|it| it.shown(gpus, &walltime, &warnings)).collect();
    tell(args, &shown)?;
    if !args.json {
        warnings.iter().for_each(|it| out::say(&format!("warning: {it}")));
    }
    let saved = if written.is_empty() { String::new() } else { format!("; saved {written}") };
    let took = began.elapsed().as_secs_f64();
    out::say(&format!("replayed {} in {took:.2} s{saved}", args.jobs.display()));
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

fn asked_gpus(args: &ReplayArgs) -> Option<i64> {
    args.gpus.or_else(|| Some(args.nodes? * args.gpus_per_node?))
}

fn play(
    policy: &'static Named,
    gpus: i64,
    settings: &Settings,
    source: &mut Source,
    files: &mut Files,
) -> Result<Replayed, Stop> {
    let mut summary = Summary::default();
    let plan = Plan {
        gpus,
        watts: settings.watts.unwrap_or_default(),
        rhythm: settings.rhythm,
        ahead: settings.ahead.clone(),
        ..Plan::default()
    };
    let played = source.jobs(|jobs| {
        pool::replay(plan, policy.make(&settings.policy), jobs, &mut (&mut summary, files))
    })?;
    let energy = settings.watts.map(|_| played.energy());
    Ok(Replayed { policy: policy.name, events: played.events(), energy, totals: summary.totals() })
}

impl Replayed {
    fn shown<'a>(&'a self, gpus: i64, walltime: &'a str, warnings: &'a [String]) -> Played<'a> {
        let Self { policy, events, energy, totals } = self;
        Played { gpus, policy, walltime, events: *events, totals, energy: *energy, warnings }
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
        out::print(&format!("{}\n\n{laid}", replays[0].headline()))?;
    }
    Ok(())
}
