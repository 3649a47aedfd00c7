//! What differs between scenarios: in what they ask, and in what comes of it?

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use offtake::figures;
use offtake::scenario::{Draw, Scenario};
use offtake::study::{self, Future, Futures, Heading, Kind, Spread, differing};
use offtake::view::{self, Compared, Comparison};
use rayon::prelude::*;

use crate::exit::{Exit, Stop};
use crate::paint::Looks;
use crate::run::read_quietly;
use crate::set::SetArgs;
use crate::threads::ThreadArgs;
use crate::{input, out};

/// Compare scenarios: what differs in what they ask, then in what comes of it.
#[derive(Args)]
pub struct CompareArgs {
    /// Files, FILE#variant, built-in stories, or a folder of files; one alone is compared with its
    /// variants, or with what --set makes of it.
    #[arg(required = true)]
    scenarios: Vec<String>,
    #[command(flatten)]
    set: SetArgs,
    /// Play so many futures of each, with shared luck, and tell how they differ.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    draws: u32,
    /// Choose the draws and the luck of all.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Compare every figure, not only those that open the report.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    threads: ThreadArgs,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Compares and prints.
pub fn compare(args: &CompareArgs) -> Result<Exit, Stop> {
    args.threads.work(|| play(args))
}

fn play(args: &CompareArgs) -> Result<Exit, Stop> {
    let began = Instant::now();
    let mut asked = Vec::new();
    for argument in arguments(args)? {
        for (told, set) in args.set.grid()? {
            let (mut scenario, name) = read_quietly(&argument, &set, args.json)?;
            scenario.seed = args.seed.unwrap_or(scenario.seed);
            let name = if told.is_empty() { name } else { format!("{name}  {told}") };
            asked.push((name, scenario));
        }
    }
    if asked.len() < 2 {
        return Err(Stop::wrong(
            "there is only one scenario and it has no variants; name another, or `--set PATH=A,B`",
        ));
    }
    let comparison = comparison(args, &asked);
    if args.json {
        let document = serde_json::to_value(view::compare_document(&comparison));
        out::print_json(&document.map_err(|error| Stop::failed(error.to_string()))?)?;
    } else {
        out::show(&view::compared(&comparison, out::width().min(160)), Looks::Chapters)?;
    }
    let took = began.elapsed().as_secs_f64();
    out::say(&format!("compared {} scenarios in {took:.2} s", asked.len()));
    Ok(Exit::Done)
}

/// Every scenario that is meant: a folder stands for its files, one alone for itself and its variants.
fn arguments(args: &CompareArgs) -> Result<Vec<String>, Stop> {
    let mut all = Vec::new();
    for argument in &args.scenarios {
        match Path::new(argument).is_dir() {
            true => all.extend(files_in(Path::new(argument))?),
            false => all.push(argument.clone()),
        }
    }
    if let [only] = all.as_slice()
        && args.set.grid()?.len() == 1
        && !only.contains('#')
    {
        let variants = input::open(only)?.variants();
        let base = only.clone();
        all.extend(variants.into_iter().map(|it| format!("{base}#{it}")));
    }
    Ok(all)
}

fn files_in(folder: &Path) -> Result<Vec<String>, Stop> {
    let cannot = |error| Stop::wrong(format!("cannot read `{}`: {error}", folder.display()));
    let mut all: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        all.push(entry.map_err(cannot)?.path());
    }
    all.retain(|it| it.extension().is_some_and(|it| it == "toml"));
    if all.is_empty() {
        return Err(Stop::wrong(format!(
            "`{}` holds no scenario: no .toml file",
            folder.display()
        )));
    }
    all.sort();
    Ok(all.into_iter().map(|it| it.to_string_lossy().into_owned()).collect())
}

fn comparison(args: &CompareArgs, asked: &[(String, Scenario)]) -> Comparison {
    let scenarios: Vec<&Scenario> = asked.iter().map(|it| &it.1).collect();
    let outcomes: Vec<_> = scenarios
        .par_iter()
        .map(|it| figures::outcome(it, &Draw::medians(it), true).figures)
        .collect();
    let mut ids: Vec<String> = Vec::new();
    for (scenario, figures) in scenarios.iter().zip(&outcomes) {
        let shown = match args.all {
            true => figures.iter().map(|it| it.id.clone()).collect(),
            false => view::headline(scenario, figures),
        };
        ids.extend(shown.into_iter().filter(|it| !ids.contains(it)).collect::<Vec<_>>());
    }
    let futures: Vec<Vec<Vec<f64>>> =
        scenarios.iter().map(|it| columns(it, &ids, args.draws)).collect();
    let of = |(nth, id): (usize, &String)| {
        let found: Vec<_> = outcomes.iter().map(|all| all.iter().find(|it| it.id == *id)).collect();
        let any = found.iter().flatten().next()?;
        let drawn: Vec<&Vec<f64>> = futures.iter().filter_map(|it| it.get(nth)).collect();
        Some(Compared {
            id: id.clone(),
            label: any.label.clone(),
            unit: any.unit,
            values: found
                .iter()
                .map(|it| it.map_or(f64::NAN, |it| study::number(&it.value)))
                .collect(),
            spreads: drawn.iter().map(|it| Spread::of(it)).collect(),
            differences: drawn.iter().skip(1).map(|it| study::compare(drawn[0], it)).collect(),
        })
    };
    Comparison {
        names: asked.iter().map(|it| it.0.clone()).collect(),
        inputs: differing(&scenarios),
        figures: ids.iter().enumerate().filter_map(of).collect(),
        draws: args.draws,
    }
}

/// Figures of a scenario in many futures, a column each; nothing else of the futures is kept.
fn columns(scenario: &Scenario, ids: &[String], draws: u32) -> Vec<Vec<f64>> {
    if draws == 0 {
        return Vec::new();
    }
    let futures = Futures::of(scenario, &[], false);
    let is =
        |heading: &Heading, id: &str| matches!(heading.kind, Kind::Figure(_)) && heading.name == id;
    let place = |id: &String| futures.headings().iter().position(|it| is(it, id));
    let places: Vec<Option<usize>> = ids.iter().map(place).collect();
    let picked = |future: &Future| -> Vec<f64> {
        places.iter().map(|at| at.map_or(f64::NAN, |at| future.values[at])).collect()
    };
    let rows: Vec<Vec<f64>> =
        (0..draws).into_par_iter().map(|n| picked(&futures.play(n))).collect();
    (0..ids.len()).map(|at| rows.iter().map(|it| it[at]).collect()).collect()
}
