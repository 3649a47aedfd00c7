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
use super::jobs::Jobs;
use super::listen::Patience;
use super::refusal::Refusal;
use super::token::Token;
use crate::exit::Stop;

/// What a request asks of the machine.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// It reads files.
    Look,
    /// It checks a text that may be long and wrong throughout: one at a time.
    Check,
    /// It plays once: as many at a time as there are cores.
    Play,
    /// It plays many times, on all cores: one at a time.
    Deep,
    /// It plays for minutes: one at a time.
    Long,
}

/// The folder that is served.
pub struct House {
    /// The address and port that it listens on.
    pub at: SocketAddr,
    /// What all but this machine must show.
    pub token: Option<Token>,
    /// Whether nothing may be written.
    pub read_only: bool,
    /// How long a client may take.
    pub patience: Patience,
    /// What is known of runs and scenarios.
    pub shelf: Shelf,
    /// The hours that were looked at last.
    pub hours: Hours,
    /// What is played for longer than a request lasts.
    pub jobs: Jobs,
    /// Who is told of changes.
    pub listeners: Listeners,
    root: PathBuf,
    /// One at a time.
    pen: Mutex<()>,
    cores: usize,
    paces: [Arc<Semaphore>; 5],
}

/// Requests that read files at a time.
const LOOKS: usize = 4;

impl House {
    /// The folder that this process stands in.
    pub fn new(read_only: bool, at: SocketAddr, token: Option<Token>) -> Result<Self, Stop> {
        let root = Path::new(".").canonicalize();
        let root =
            root.map_err(|error| Stop::wrong(format!("cannot serve this folder: {error}")))?;
        let cores = available_parallelism().map_or(1, usize::from);
        let paces = [LOOKS, 1, cores, 1, 1].map(|it| Arc::new(Semaphore::new(it)));
        Ok(Self {
            at,
            token,
            read_only,
            patience: Patience::USUAL,
            shelf: Shelf::default(),
            hours: Hours::default(),
            jobs: Jobs::default(),
            listeners: Listeners::default(),
            root,
            pen: Mutex::new(()),
            cores,
            paces,
        })
    }

    /// The folder, links followed.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Threads that do what takes time.
    pub fn threads(&self) -> usize {
        LOOKS + self.cores + 3
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

    /// Nothing new is begun, and what is long comes to its end.
    pub fn close(&self) {
        self.jobs.close();
        self.paces.iter().for_each(|it| it.close());
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;
    use std::task::{Context, Waker};

    use super::*;

    fn house() -> Arc<House> {
        let at = "127.0.0.1:1".parse().expect("an address");
        Arc::new(House::new(true, at, None).expect("a folder"))
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().build().expect("threads")
    }

    #[test]
    fn what_panics_fails_alone() {
        let house = house();
        runtime().block_on(async {
            let failed = house.work::<()>(Pace::Deep, |_| panic!("on purpose")).await;
            assert_eq!(failed.expect_err("failed").status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(house.work(Pace::Deep, |_| Ok(7)).await.expect("the next one works"), 7);
        });
    }

    #[test]
    fn what_is_given_up_before_its_turn_is_never_begun() {
        static BEGUN: AtomicBool = AtomicBool::new(false);
        let house = house();
        runtime().block_on(async {
            let (go_on, wait) = mpsc::channel::<()>();
            let first = tokio::spawn({
                let house = Arc::clone(&house);
                async move { house.work(Pace::Deep, move |_| Ok(wait.recv().is_ok())).await }
            });
            tokio::task::yield_now().await;
            {
                let second = house.work(Pace::Deep, |_| Ok(BEGUN.swap(true, Ordering::SeqCst)));
                let mut second = pin!(second);
                assert!(second.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            }
            go_on.send(()).expect("it waits");
            assert!(first.await.expect("joined").expect("done"));
            house.work(Pace::Deep, |_| Ok(())).await.expect("the third has its turn");
            assert!(!BEGUN.load(Ordering::SeqCst));
        });
    }
}
