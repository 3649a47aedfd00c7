//! Plays a scenario once: what does it come to, and where is it saved?

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use offtake::scenario::{Draw, Report, Scenario};
use offtake::study::Futures;
use offtake::view;

use crate::diagnose::Findings;
use crate::exit::{Exit, Stop};
use crate::files::{self, Format};
use crate::paint::Looks;
use crate::play::{Around, Depth, Play};
use crate::progress::Telling;
use crate::set::SetArgs;
use crate::threads::ThreadArgs;
use crate::{input, out, save, stress};

/// The story that is played when none is named.
pub const FIRST_STORY: &str = "openai-aws";

/// Play a scenario once, every range at its median, and print the report.
#[derive(Args)]
pub struct RunArgs {
    /// A file, FILE#variant, or a built-in story.
    #[arg(default_value = FIRST_STORY)]
    scenario: String,
    /// Save the run in this directory instead of runs/ID.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Choose the luck: failures.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    set: SetArgs,
    /// Play the future that `risk` plays under this number.
    #[arg(long, value_name = "N")]
    draw: Option<u32>,
    /// The draw is one of `risk --sobol`.
    #[arg(long, requires = "draw")]
    sobol: bool,
    #[command(flatten)]
    threads: ThreadArgs,
    /// How many of the assumptions that pull most are looked for; 0 for none, and for no break-evens.
    #[arg(long, value_name = "N", default_value_t = Depth::USUAL.assumptions)]
    assumptions: usize,
    /// How many futures are played to tell in which band the headline figures lie; 0 for no bands.
    #[arg(long, value_name = "N", default_value_t = Depth::USUAL.futures,
          value_parser = clap::value_parser!(u32).range(0..=100_000))]
    futures: u32,
    /// Show who is not paid what, when, if this comes out so much worse: party.openai.revenue=-50%.
    #[arg(long, value_name = "PATH=PER CENT")]
    stress: Option<String>,
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

impl RunArgs {
    /// What a call without any verb means.
    pub fn first_story() -> Self {
        Self {
            scenario: FIRST_STORY.to_owned(),
            out: None,
            seed: None,
            set: SetArgs::default(),
            draw: None,
            sobol: false,
            threads: ThreadArgs::default(),
            assumptions: Depth::USUAL.assumptions,
            futures: Depth::USUAL.futures,
            stress: None,
            tables: vec![Format::Csv, Format::Parquet],
            json: false,
            quiet: false,
        }
    }
}

/// Reads the scenario that an argument names, with what is set over it; mistakes are told and end
/// the command, warnings are told.
pub fn read(argument: &str, set: &str, json: bool) -> Result<(Scenario, String), Stop> {
    let (scenario, name, findings) = found(argument, set, json)?;
    if !scenario.warnings.is_empty() {
        findings.say();
    }
    Ok((scenario, name))
}

/// The same without a word of warnings, where many are read.
pub fn read_quietly(argument: &str, set: &str, json: bool) -> Result<(Scenario, String), Stop> {
    found(argument, set, json).map(|(scenario, name, _)| (scenario, name))
}

fn found(argument: &str, set: &str, json: bool) -> Result<(Scenario, String, Findings), Stop> {
    let input = input::open(argument)?;
    let mut report = Report::default();
    let (beside, variant) = (|it: &str| input.beside(it), input.variant.as_deref());
    let (files, scenario) =
        offtake::read_over(&input.name, &input.text, &beside, variant, set, &mut report);
    let mut findings = Findings::new(&input.name, files);
    findings.add(&report);
    if let Some(scenario) = scenario {
        let name = view::scenario_name(&input.name, input.variant.as_deref());
        return Ok((scenario, name, findings));
    }
    if json {
        out::print_json(&findings.json())?;
    }
    findings.say();
    Err(Stop::told(Exit::Wrong))
}

/// Plays, reports, saves.
pub fn run(args: &RunArgs) -> Result<Exit, Stop> {
    args.threads.work(|| play(args))
}

fn play(args: &RunArgs) -> Result<Exit, Stop> {
    let began = Instant::now();
    let read = if args.quiet { read_quietly } else { read };
    let (mut scenario, name) = read(&args.scenario, &args.set.text()?, args.json)?;
    let telling = Telling::unless(args.quiet);
    scenario.seed = args.seed.unwrap_or(scenario.seed);
    let draw = match args.draw {
        Some(n) => Futures::of(&scenario, &[], args.sobol).draw(n),
        None => Draw::medians(&scenario),
    };
    let stress = stress::asked(&scenario, args.stress.as_deref())?;
    let play = Play::of(scenario, name, draw, stress);
    let depth = Depth { assumptions: args.assumptions, futures: args.futures, telling };
    let formats = &args.tables;
    let (around, tables) = rayon::join(
        || Around::of(&play, depth),
        || {
            let tables = play.tables();
            Ok::<_, Stop>((files::of_tables(&tables, formats, &play.digest)?, tables))
        },
    );
    let (mut files, tables) = tables?;
    if args.json {
        out::print(&files::pretty(&play.document(&around))?)?;
    } else if !args.quiet {
        out::show(&view::report(&play.page(&around, out::width().min(120))), Looks::Report)?;
        out::say("");
    }
    let (name, held) = (play.name.clone(), play.expects.iter().all(|it| it.held));
    files.extend(play.files(&around, &tables)?);
    let saved = save::run(args.out.as_deref(), &name, files)?;
    let took = began.elapsed().as_secs_f64();
    let last = format!("played {name} in {took:.2} s; saved in {}", saved.display());
    out::say(&last);
    Ok(if held { Exit::Done } else { Exit::NotHeld })
}
