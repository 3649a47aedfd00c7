//! All that can be asked for, in one table.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};

use super::gate::gate;
use super::house::House;
use super::{compare, events, home, hours, jobs, pages, play, runs, scenarios, words};

/// The page and what it asks.
pub fn routes(house: Arc<House>) -> Router {
    Router::new()
        .route("/", get(pages::page))
        .route("/app.js", get(pages::script))
        .route("/app.css", get(pages::style))
        .route("/api/home", get(home::home))
        .route("/api/runs/{id}", delete(runs::remove))
        .route("/api/runs/{id}/picture", get(runs::picture))
        .route("/api/runs/{id}/hours", get(hours::hours))
        .route("/api/runs/{id}/report.html", get(runs::report))
        .route("/api/runs/{id}/files", get(runs::files))
        .route("/api/runs/{id}/file/{name}", get(runs::file))
        .route("/api/play", post(play::play))
        .route("/api/save-run", post(play::save))
        .route("/api/compare", post(compare::compare))
        .route("/api/check", post(play::check))
        .route("/api/scenarios/{name}", get(scenarios::read).put(scenarios::write))
        .route("/api/format", post(scenarios::format))
        .route("/api/risk", post(jobs::open))
        .route("/api/jobs/{job}", get(jobs::look).delete(jobs::cancel))
        .route("/api/catalogue", get(words::catalogue))
        .route("/api/fields", get(words::fields))
        .route("/api/explain/{code}", get(words::explain))
        .route("/api/events", get(events::events))
        .layer(from_fn_with_state(Arc::clone(&house), gate))
        .with_state(house)
}
