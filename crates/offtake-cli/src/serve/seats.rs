//! How many are served at once? So many; whoever has said nothing for longest makes room for the next.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

/// Connections at once.
const MOST: usize = 64;
/// Where all are being answered, it is looked again after this whether one has become silent.
const AGAIN: Duration = Duration::from_millis(100);

/// Every connection that is served.
pub struct Seats {
    free: Arc<Semaphore>,
    taken: Vec<(Arc<Silence>, AbortHandle)>,
}

impl Default for Seats {
    fn default() -> Self {
        Self { free: Arc::new(Semaphore::new(MOST)), taken: Vec::new() }
    }
}

impl Seats {
    /// Waits for a place; the longest silent one is hung up on for it.
    pub async fn place(&mut self) -> Option<OwnedSemaphorePermit> {
        while self.free.available_permits() == 0 {
            self.make_room();
            let free = Arc::clone(&self.free).acquire_owned();
            if let Ok(place) = tokio::time::timeout(AGAIN, free).await {
                return place.ok();
            }
        }
        Arc::clone(&self.free).acquire_owned().await.ok()
    }

    /// Knows who has taken one.
    pub fn take(&mut self, silence: Arc<Silence>, task: AbortHandle) {
        self.taken.retain(|it| !it.1.is_finished());
        self.taken.push((silence, task));
    }

    fn make_room(&mut self) {
        self.taken.retain(|it| !it.1.is_finished());
        let silent = self.taken.iter().filter_map(|it| Some((it.0.since()?, &it.1)));
        if let Some((_, longest)) = silent.min_by_key(|it| it.0) {
            longest.abort();
        }
    }
}

/// Since when a connection has not said what it wants; nothing while it is answered.
pub struct Silence(Mutex<Option<Instant>>);

impl Silence {
    /// It has just come.
    pub fn begun() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Some(Instant::now()))))
    }

    /// It has said it; until what comes of this is dropped, it is answered.
    pub fn broken(self: &Arc<Self>) -> Answering {
        self.set(None);
        Answering(Arc::clone(self))
    }

    fn since(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }
}

/// A connection is answered.
pub struct Answering(Arc<Silence>);

impl Answering {
    /// For as long as this is heard.
    pub fn with(self, body: Body) -> Answer {
        Answer { body, _answering: self }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.set(Some(Instant::now()));
    }
}

/// An answer, which may go on for long.
pub struct Answer {
    body: Body,
    _answering: Answering,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        at: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(at)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
