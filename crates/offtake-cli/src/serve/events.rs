//! Who is told when a file changed? Pages that listen, each by its own look at the folder: nobody looks where
//! nobody listens.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use serde_json::json;
use tokio::sync::{Semaphore, mpsc};

use super::ask;
use super::home::{Seen, names_in};
use super::house::{House, Pace};
use super::names::{self, RUNS};
use super::refusal::Refusal;
use super::scenarios::stamp;

/// Pages that listen at a time.
const MOST: usize = 16;
/// Between two looks.
const EVERY: Duration = Duration::from_millis(400);
/// A line that says nothing, so that a page that is gone is noticed.
const STILL_HERE: Duration = Duration::from_secs(15);

/// Places for those who listen.
pub struct Listeners(Arc<Semaphore>);

impl Default for Listeners {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST)))
    }
}

/// `/api/events`
pub async fn events(State(house): State<Arc<House>>) -> Result<Response, Refusal> {
    let place = Arc::clone(&house.listeners.0).try_acquire_owned().map_err(|_| {
        let why = format!("{MOST} pages listen already");
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, why).help("close one of them")
    })?;
    let (tell, told) = mpsc::channel(8);
    tokio::spawn(async move {
        let _place = place;
        watch(&house, &tell).await;
    });
    Ok(([(header::CONTENT_TYPE, "text/event-stream")], Body::new(Feed(told))).into_response())
}

/// Tells of every change, until nobody hears it.
async fn watch(house: &Arc<House>, tell: &mpsc::Sender<Bytes>) {
    let look = || house.work(Pace::Look, |house| Ok(Sight::of(house)));
    let Ok(mut before) = look().await else { return };
    let mut spoke = Instant::now();
    let mut news = ": listening\n\n".to_owned();
    loop {
        if !news.is_empty() {
            spoke = Instant::now();
            if tell.send(news.into()).await.is_err() {
                return;
            }
        }
        tokio::time::sleep(EVERY).await;
        if tell.is_closed() {
            return;
        }
        let Ok(now) = look().await else { return };
        news = now.news_since(&before);
        before = now;
        if news.is_empty() && spoke.elapsed() > STILL_HERE {
            news = ": still here\n\n".to_owned();
        }
    }
}

/// The folder at one moment.
struct Sight {
    scenarios: BTreeMap<String, Seen>,
    runs: Option<SystemTime>,
}

impl Sight {
    fn of(house: &House) -> Self {
        let files = names_in(Path::new("."));
        let files = files.into_iter().filter(|it| names::file_in(house, it).is_some());
        Self {
            scenarios: files
                .filter_map(|it| Seen::of(Path::new(&it)).map(|seen| (it, seen)))
                .collect(),
            runs: std::fs::metadata(RUNS).and_then(|it| it.modified()).ok(),
        }
    }

    /// What is not as it was, as events.
    fn news_since(&self, before: &Sight) -> String {
        let mut news = String::new();
        let changed = self.scenarios.iter().filter(|it| before.scenarios.get(it.0) != Some(it.1));
        let gone = before.scenarios.keys().filter(|it| !self.scenarios.contains_key(*it));
        for name in changed.map(|it| it.0).chain(gone) {
            let stamp = ask::read(Path::new(name)).ok().map(|it| stamp(&it));
            let told = json!({ "name": name, "stamp": stamp });
            news.push_str(&format!("event: scenario\ndata: {told}\n\n"));
        }
        if self.runs != before.runs {
            news.push_str("event: runs\ndata: {}\n\n");
        }
        news
    }
}

/// What is told, as the body of an answer that has no end.
struct Feed(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Feed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        at: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(at).map(|it| it.map(|it| Ok(Frame::data(it))))
    }
}
