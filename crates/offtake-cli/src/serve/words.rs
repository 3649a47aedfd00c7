//! What is known and what may be written: facts, fields, meanings. None of it ever changes.

use std::sync::{Arc, OnceLock};

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path as Named, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::house::{House, Pace};
use super::refusal::Refusal;
use crate::exit::Stop;
use crate::{catalogue, explain_word};

/// `/api/catalogue`
pub async fn catalogue(State(house): State<Arc<House>>) -> Result<Response, Refusal> {
    static ALL: OnceLock<Bytes> = OnceLock::new();
    once(&house, &ALL, catalogue::all_json).await
}

/// `/api/fields`
pub async fn fields(State(house): State<Arc<House>>) -> Result<Response, Refusal> {
    static ALL: OnceLock<Bytes> = OnceLock::new();
    once(&house, &ALL, explain_word::fields_json).await
}

/// `/api/explain/{code}`
pub async fn explain(
    State(house): State<Arc<House>>,
    Named(code): Named<String>,
) -> Result<Json<Value>, Refusal> {
    let told = house.work(Pace::Look, move |_| match explain_word::explain(&code)? {
        Some(meaning) => Ok(json!({ "text": meaning.text(WIDTH) })),
        None => Err(Refusal::missing(format!("nothing is called `{code}`"))),
    });
    Ok(Json(told.await?))
}

/// Columns of a text on a page.
const WIDTH: usize = 100;

/// What is made when it is first asked for, and kept.
async fn once(
    house: &Arc<House>,
    all: &'static OnceLock<Bytes>,
    make: impl Fn() -> Result<Value, Stop> + Send + 'static,
) -> Result<Response, Refusal> {
    let told = house.work(Pace::Look, move |_| match all.get() {
        Some(it) => Ok(it.clone()),
        None => {
            let made = Bytes::from(make()?.to_string());
            Ok(all.get_or_init(|| made).clone())
        }
    });
    Ok(([(CONTENT_TYPE, "application/json")], told.await?).into_response())
}
