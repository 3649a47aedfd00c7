//! What do all requests share? The folder, who may do what in it, and how much is done at once.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;

use axum::http::StatusCode;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::events::Listeners;
use super::home::Shelf;
use super::hours::Hours;
use super::refusal::Refusal;
use super::token::Token;
use crate::exit::Stop;

/// What a request asks of the machine.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// It reads files.
    Look,
    /// It plays once: as many at a time as there are cores.
    Play,
    /// It plays many times, on all cores: one at a time.
    Deep,
}

/// The folder that is served.
pub struct House {
    /// As the user named it.
    pub name: String,
    /// The address and port that it listens on.
    pub at: SocketAddr,
    /// What all but this machine must show.
    pub token: Option<Token>,
    /// Whether nothing may be written.
    pub read_only: bool,
    /// What is known of runs and scenarios.
    pub shelf: Shelf,
    /// The hours that were looked at last.
    pub hours: Hours,
    /// Who is told of changes.
    pub listeners: Listeners,
    root: PathBuf,
    /// One at a time.
    pen: Mutex<()>,
    cores: usize,
    paces: [Arc<Semaphore>; 3],
}

/// Requests that read files at a time.
const LOOKS: usize = 4;

impl House {
    /// The folder that this process stands in.
    pub fn new(
        name: String,
        read_only: bool,
        at: SocketAddr,
        token: Option<Token>,
    ) -> Result<Self, Stop> {
        let root = Path::new(".").canonicalize();
        let root = root.map_err(|error| Stop::wrong(format!("cannot serve `{name}`: {error}")))?;
        let cores = available_parallelism().map_or(1, usize::from);
        let paces = [LOOKS, cores, 1].map(|it| Arc::new(Semaphore::new(it)));
        let (shelf, hours, listeners) = (Shelf::default(), Hours::default(), Listeners::default());
        let pen = Mutex::new(());
        Ok(Self { name, at, token, read_only, shelf, hours, listeners, root, pen, cores, paces })
    }

    /// The folder, links followed.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Threads that do what takes time.
    pub fn threads(&self) -> usize {
        LOOKS + self.cores + 2
    }

    /// Does some work away from the connections. A request that is given up before its turn is not
    /// begun; one that panics fails alone.
    pub async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        pace: Pace,
        work: impl FnOnce(&House) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let turn = Arc::clone(&self.paces[pace as usize]).acquire_owned().await;
        let turn = turn.map_err(|_| Refusal::failed("the program is ending"))?;
        let house = Arc::clone(self);
        let done = spawn_blocking(move || {
            let _turn = turn;
            work(&house)
        });
        done.await.unwrap_or_else(|_| {
            Err(Refusal::failed("this failed inside the program")
                .help("the terminal in which it runs says where; what was saved is untouched"))
        })
    }

    /// Does some work while nobody else changes a file of the folder.
    pub async fn alone<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&House) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.work(Pace::Look, |house| {
            let _alone = house.pen.lock().unwrap_or_else(PoisonError::into_inner);
            work(house)
        })
        .await
    }

    /// Whether anything may be written at all.
    pub fn may_write(&self) -> Result<(), Refusal> {
        match self.read_only {
            true => Err(Refusal::new(StatusCode::FORBIDDEN, "this folder is served read-only")
                .help("start `offtake serve` without --read-only to save")),
            false => Ok(()),
        }
    }

    /// Nothing new is begun.
    pub fn close(&self) {
        self.paces.iter().for_each(|it| it.close());
    }
}
