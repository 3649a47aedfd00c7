//! Plays a scenario once: what does it come to, and where is it saved?

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use offtake::figures::{self, Outcome};
use offtake::ledger;
use offtake::scenario::{Draw, Json, Report, Scenario};
use offtake::study::{self, Futures, Pull, Stressed};
use offtake::view::picture::{self, Which};
use offtake::view::{self, Document, Page, Table};

use crate::diagnose::Findings;
use crate::exit::{Exit, Stop};
use crate::files::{self, Format, VERSION};
use crate::set::SetArgs;
use crate::threads::ThreadArgs;
use crate::{cover, input, out, save, stress};

/// The story that is played when none is named.
pub const FIRST_STORY: &str = "openai-aws";

/// How many futures tell the bands of one play.
const FUTURES: u32 = 64;

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
    #[arg(long, value_name = "N", default_value_t = 5)]
    assumptions: usize,
    /// How many futures are played to tell in which band the headline figures lie; 0 for no bands.
    #[arg(long, value_name = "N", default_value_t = FUTURES,
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
    /// Print only where the run was saved.
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
            assumptions: 5,
            futures: FUTURES,
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
    let (mut scenario, name) = read(&args.scenario, &args.set.text()?, args.json)?;
    scenario.seed = args.seed.unwrap_or(scenario.seed);
    let draw = match args.draw {
        Some(n) => Futures::of(&scenario, &[], args.sobol).draw(n),
        None => Draw::medians(&scenario),
    };
    let outcome = figures::outcome(&scenario, &draw, true);
    let stress = stress::asked(&scenario, args.stress.as_deref())?;
    let stress = stress.map(|it| study::stressed(&scenario, &draw, it));
    let headline = view::headline(&scenario, &outcome.figures);
    let ledger = outcome.played.ledger.to_bytes();
    let digest = ledger::digest(&ledger);
    let ((pulls, odds), files) = rayon::join(
        || {
            let pulls = pulls(&scenario, &headline, args.assumptions);
            (pulls, cover::odds(&scenario, args.futures))
        },
        || {
            let tables = tables(&scenario, &draw, &outcome, stress.as_ref());
            files::of_tables(&tables, &args.tables, &digest)
        },
    );
    let mut files = files?;
    let break_evens = match args.assumptions {
        0 => Vec::new(),
        _ => cover::break_evens(&scenario),
    };
    files.push(("ledger.bin".to_owned(), ledger));
    let claims = figures::claims(&scenario, &draw, &outcome);
    let expects = figures::expects(&scenario, &draw, &outcome);
    let page = Page {
        scenario: &scenario,
        draw: &draw,
        outcome: &outcome,
        headline: &headline,
        claims: &claims,
        expects: &expects,
        pulls: &pulls,
        break_evens: &break_evens,
        stress: stress.as_ref(),
        odds: odds.as_ref(),
        width: SAVED_WIDTH,
    };
    let which = Which { scenario: &name, version: VERSION, digest: &digest };
    let picture = serde_json::to_vec(&picture::of_run(&page, which));
    let picture = picture.map_err(|error| Stop::failed(error.to_string()))?;
    let document = document(&name, &page, digest);
    let json =
        serde_json::to_string_pretty(&document).map_err(|error| Stop::failed(error.to_string()))?;
    files.push(("report.txt".to_owned(), view::report(&page).into_bytes()));
    files.push(("picture.json".to_owned(), picture));
    files.push(("run.json".to_owned(), format!("{json}\n").into_bytes()));
    if args.json {
        out::print(&json)?;
    } else if !args.quiet {
        let page = Page { width: out::width().min(120), ..page };
        out::print(&view::report(&page))?;
        out::say("");
    }
    let id = files::run_id(&name, &files);
    let files: Vec<_> = files.into_iter().map(|(name, bytes)| (name, bytes.into())).collect();
    let saved = save::save(args.out.as_deref(), Path::new("runs"), &id, &files)?;
    let took = began.elapsed().as_secs_f64();
    let last = format!("played {name} in {took:.2} s; saved in {}", saved.display());
    out::say(&last);
    Ok(if expects.iter().all(|it| it.held) { Exit::Done } else { Exit::NotHeld })
}

/// Columns of the report that is saved.
const SAVED_WIDTH: usize = 100;

/// Plays every assumption at both ends, on all threads; results are joined in their order.
fn pulls(scenario: &Scenario, headline: &[String], most: usize) -> Vec<Pull> {
    if most == 0 {
        return Vec::new();
    }
    let played = cover::swings(scenario);
    study::strongest(scenario, headline, &played, most)
}

/// The names of the tables that a run can have, in their order.
pub const TABLES: [&str; 14] = [
    "figures",
    "yearly",
    "monthly",
    "statements",
    "backlog",
    "plants",
    "bills",
    "cash",
    "hourly",
    "exposure",
    "concentration",
    "rounds",
    "clearing",
    "stress",
];

/// The tables of a run.
pub fn tables(
    scenario: &Scenario,
    draw: &Draw,
    outcome: &Outcome,
    stress: Option<&Stressed>,
) -> Vec<Table> {
    let mut tables = vec![
        view::figures(&outcome.figures),
        view::yearly(scenario, draw, outcome),
        view::monthly(scenario, draw, outcome),
        view::statements(scenario, draw, outcome),
        view::backlog(scenario, draw, outcome),
    ];
    tables.extend(view::plants(scenario, draw, outcome));
    tables.extend(view::bills(scenario, draw, outcome));
    tables.extend(view::cash(scenario, draw, outcome));
    tables.extend(view::hourly(outcome));
    if outcome.case.contracts().count() > 1 {
        tables.extend(view::exposure(scenario, draw, outcome));
    }
    tables.extend(stress.map(|it| view::stress(scenario, it)));
    tables
}

/// What scripts rely on.
fn document(name: &str, page: &Page<'_>, digest: String) -> Document {
    let scenario = page.scenario;
    let (draw, outcome) = (page.draw, page.outcome);
    let plants = view::plants(scenario, draw, outcome);
    Document {
        scenario: name.to_owned(),
        version: VERSION,
        seed: scenario.seed,
        draw: page.draw.luck().checked_sub(1),
        digest,
        as_of: scenario.as_of.to_string(),
        from: scenario.from.to_string(),
        to: scenario.to.to_string(),
        headline: page.headline.to_vec(),
        figures: page.outcome.figures.iter().map(Into::into).collect(),
        claims: page.claims.iter().map(Into::into).collect(),
        expects: page.expects.iter().map(Into::into).collect(),
        pulls: page.pulls.iter().map(Into::into).collect(),
        break_evens: page.break_evens.iter().map(Into::into).collect(),
        statements: view::rows(&view::statements_by_year(scenario, draw, outcome)),
        backlog: view::rows(&view::backlog(scenario, draw, outcome)),
        plants: plants.as_ref().map_or(Json::List(Vec::new()), view::rows),
        stress: page.stress.map(|it| view::stress_document(scenario, it)),
        assumed: view::assumed(scenario, page.outcome),
        not_modelled: view::NOT_MODELLED.to_vec(),
        warnings: view::warnings(scenario),
    }
}
