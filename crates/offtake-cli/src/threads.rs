//! On how many threads is there work?

use clap::Args;

use crate::exit::Stop;

/// How many threads play.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct ThreadArgs {
    /// How many threads play; all cores if not said.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

impl ThreadArgs {
    /// Does some work on so many threads. What comes of it is the same on any number.
    pub fn work<T: Send>(self, work: impl FnOnce() -> Result<T, Stop> + Send) -> Result<T, Stop> {
        let threads = self.threads.map_or(0, usize::from);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map_err(|error| Stop::failed(format!("cannot start threads: {error}")))?.install(work)
    }
}
