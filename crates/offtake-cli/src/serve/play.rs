//! A play that is asked for, and what is wrong with one.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde_json::Value;

use super::ask::{Play, told};
use super::house::{House, Pace};
use super::refusal::Refusal;

/// `POST /api/check`
pub async fn check(
    State(house): State<Arc<House>>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let play: Play = told(&body)?;
    Ok(Json(house.work(Pace::Look, move |house| play.check(house)).await?))
}
