//! Studies of many futures: one is played at a time, each can be watched and broken off.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path as Named, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::ask::{Ask, Asked, told};
use super::house::{House, Pace};
use super::names;
use super::refusal::Refusal;
use crate::risk::{self, RiskArgs, Watch};
use crate::threads::ThreadArgs;

/// Jobs that are remembered.
const REMEMBERED: usize = 64;
/// Jobs that may wait for their end.
const MOST_WAITING: usize = 8;
/// Futures that a page may ask for.
const MOST_DRAWS: u32 = 1_000_000;

/// Every job, the newest last.
#[derive(Default)]
pub struct Jobs {
    all: Mutex<VecDeque<Arc<Job>>>,
    begun: AtomicU64,
}

/// A study that is played, waits to be, or was.
struct Job {
    id: String,
    draws: u64,
    /// Futures that were there when it began.
    found: AtomicU64,
    played: AtomicU64,
    since: OnceLock<Instant>,
    unwanted: AtomicBool,
    /// The run that it was saved as, or why it was not.
    ended: OnceLock<Result<String, String>>,
}

impl Watch for Job {
    fn begin(&self, all: u64) {
        self.found.store(self.draws.saturating_sub(all), Ordering::Relaxed);
        let _ = self.since.set(Instant::now());
    }

    fn goes_on(&self) -> bool {
        self.played.fetch_add(1, Ordering::Relaxed);
        !self.unwanted.load(Ordering::Relaxed)
    }

    fn end(&self) {}
}

impl Job {
    fn new(id: u64, draws: u32) -> Self {
        Self {
            id: id.to_string(),
            draws: draws.into(),
            found: AtomicU64::new(0),
            played: AtomicU64::new(0),
            since: OnceLock::new(),
            unwanted: AtomicBool::new(false),
            ended: OnceLock::new(),
        }
    }

    fn is_over(&self) -> bool {
        self.ended.get().is_some() || self.unwanted.load(Ordering::Relaxed)
    }

    fn told(&self) -> Value {
        let (run, error) = match self.ended.get() {
            Some(Ok(run)) => (Some(run), None),
            Some(Err(why)) => (None, Some(why)),
            None => (None, None),
        };
        let state = match (run, error, self.unwanted.load(Ordering::Relaxed)) {
            (Some(_), ..) => "done",
            (_, _, true) => "cancelled",
            (_, Some(_), _) => "failed",
            _ => "playing",
        };
        let (found, played) =
            (self.found.load(Ordering::Relaxed), self.played.load(Ordering::Relaxed));
        let done = (found + played).min(self.draws);
        let left = self.since.get().filter(|_| played > 0 && state == "playing").map(|it| {
            (it.elapsed().as_secs_f64() / played as f64 * (self.draws - done) as f64).ceil()
        });
        let error = error.filter(|_| state == "failed");
        json!({
            "state": state, "done": done, "all": self.draws, "seconds_left": left, "run": run, "error": error,
        })
    }

    /// Plays and saves as the verb `risk` does.
    fn play(&self, asked: &Asked) -> Result<String, String> {
        let args = RiskArgs::quietly(self.draws as u32);
        let work = || risk::futures_of(&asked.scenario, &asked.name, &args, self);
        let folder = ThreadArgs::default().work(work).map_err(|stop| stop.message)?;
        let name = folder.as_deref().and_then(|it| it.file_name());
        Ok(name.map(|it| it.to_string_lossy().into_owned()).unwrap_or_default())
    }
}

impl Jobs {
    /// A new job; the oldest that is over is forgotten for it.
    fn open(&self, draws: u32) -> Result<Arc<Job>, Refusal> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.iter().filter(|it| !it.is_over()).count() >= MOST_WAITING {
            let why = format!("{MOST_WAITING} studies wait to be played already");
            return Err(
                Refusal::new(StatusCode::SERVICE_UNAVAILABLE, why).help("break one off, or wait")
            );
        }
        if all.len() >= REMEMBERED
            && let Some(oldest) = all.iter().position(|it| it.is_over())
        {
            all.remove(oldest);
        }
        let job = Arc::new(Job::new(self.begun.fetch_add(1, Ordering::Relaxed) + 1, draws));
        all.push_back(Arc::clone(&job));
        Ok(job)
    }

    fn find(&self, id: &str) -> Result<Arc<Job>, Refusal> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.iter().find(|it| it.id == id).cloned();
        found.ok_or_else(|| Refusal::missing(format!("there is no study `{id}`")))
    }

    /// No job goes on.
    pub fn close(&self) {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().for_each(|it| it.unwanted.store(true, Ordering::Relaxed));
    }
}

/// `POST /api/risk`
pub async fn open(State(house): State<Arc<House>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    #[derive(Deserialize)]
    struct Wanted {
        #[serde(flatten)]
        ask: Ask,
        draws: u32,
    }
    house.may_write()?;
    let Wanted { ask, draws } = told(&body)?;
    if !(1..=MOST_DRAWS).contains(&draws) {
        return Err(Refusal::wrong(format!("{draws} futures cannot be asked for"))
            .help(format!("from 1 to {MOST_DRAWS}; `offtake risk` plays more")));
    }
    let asked = house.work(Pace::Check, move |house| {
        names::refuse_foreign_runs(house)?;
        ask.read(house)
    });
    let asked = asked.await?;
    let job = house.jobs.open(draws)?;
    let id = job.id.clone();
    tokio::spawn(async move {
        let played = Arc::clone(&job);
        let ended = house.work(Pace::Long, move |_| match played.is_over() {
            true => Ok(Err("it was not wanted any more".to_owned())),
            false => Ok(played.play(&asked)),
        });
        let ended = ended.await.unwrap_or_else(|it| Err(it.sentence()));
        let _ = job.ended.set(ended);
    });
    Ok(Json(json!({ "job": id })))
}

/// `GET /api/jobs/{job}`
pub async fn look(
    State(house): State<Arc<House>>,
    Named(id): Named<String>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(house.jobs.find(&id)?.told()))
}

/// `DELETE /api/jobs/{job}`
pub async fn cancel(
    State(house): State<Arc<House>>,
    Named(id): Named<String>,
) -> Result<Json<Value>, Refusal> {
    let job = house.jobs.find(&id)?;
    job.unwanted.store(true, Ordering::Relaxed);
    Ok(Json(job.told()))
}
