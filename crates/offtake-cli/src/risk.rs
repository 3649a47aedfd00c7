//! Plays a scenario many times: with which odds does what come, and what moves it?

mod parts;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use offtake::study::Futures;
use offtake_files::draws::Layout;
use rayon::prelude::*;

use crate::exit::{Exit, Stop};
use crate::run::{FIRST_STORY, read};
use crate::out;
use parts::Parts;

/// Play a scenario many times, every range drawn: quantiles, odds, what moves them.
#[derive(Args)]
pub struct RiskArgs {
    /// A file, FILE#variant, or a built-in story.
    #[arg(default_value = FIRST_STORY)]
    scenario: String,
    /// How many futures are played.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    draws: u32,
    /// How many threads play; all cores if not said.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

/// Plays, reports, saves.
pub fn risk(args: &RiskArgs) -> Result<Exit, Stop> {
    let began = Instant::now();
    let (scenario, name) = read(&args.scenario, false)?;
    let futures = Futures::of(&scenario, &[]);
    let layout = Layout {
        study: name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        columns: futures.columns().to_vec(),
        series: futures.series(),
    };
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(args.threads.map_or(0, usize::from)).build();
    let pool = pool.map_err(|error| Stop::failed(format!("cannot start threads: {error}")))?;
    let folder = PathBuf::from("/tmp/risk-parts");
    let mut parts = Parts::open(&folder, &layout)?;
    for range in parts.missing(0..args.draws) {
        let played = pool.install(|| play(&futures, range.clone()));
        parts.keep(range.start, played)?;
    }
    let t = began.elapsed().as_secs_f64();
    let digest = parts.join(args.draws, Path::new("/tmp/draws.parquet"))?;
    out::say(&format!("{name} {t:.2} {:.2} {digest}", began.elapsed().as_secs_f64()));
    Ok(Exit::Done)
}

fn play(futures: &Futures<'_>, range: Range<u32>) -> Vec<offtake::study::Future> {
    range.into_par_iter().map(|n| futures.play(n)).collect()
}
