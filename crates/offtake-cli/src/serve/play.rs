//! A play that is asked for, and what is wrong with one.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde_json::Value;

use offtake::view::picture::{self, Picture};
use offtake::{figures, ledger, view};

use super::ask::{Asked, Play, told};
use super::house::{House, Pace};
use super::refusal::Refusal;
use crate::files::VERSION;

/// `POST /api/check`
pub async fn check(
    State(house): State<Arc<House>>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let play: Play = told(&body)?;
    Ok(Json(house.work(Pace::Look, move |house| play.check(house)).await?))
}

/// `POST /api/play`
pub async fn play(
    State(house): State<Arc<House>>,
    body: Bytes,
) -> Result<Json<Picture>, Refusal> {
    let play: Play = told(&body)?;
    Ok(Json(house.work(Pace::Play, move |house| once(&play.read(house)?)).await?))
}

fn once(asked: &Asked) -> Result<Picture, Refusal> {
    let (scenario, draw) = (&asked.scenario, asked.draw());
    let outcome = figures::outcome(scenario, &draw, true);
    let word = |key: &str| scenario.row(scenario.head).text(key).map(str::to_owned);
    Ok(Picture {
        form: picture::FORM,
        of: picture::Subject::Run,
        scenario: asked.name.clone(),
        title: word("name").unwrap_or_default(),
        about: word("about"),
        version: VERSION,
        digest: ledger::digest(&outcome.played.ledger.to_bytes()),
        seed: scenario.seed,
        draw: draw.luck().checked_sub(1),
        draws: None,
        as_of: scenario.as_of.to_string(),
        from: scenario.from.to_string(),
        to: scenario.to.to_string(),
        how: String::new(),
        sentence: String::new(),
        numbers: Vec::new(),
        levers: Vec::new(),
        charts: Vec::new(),
        claims: figures::claims(scenario, &draw, &outcome).iter().map(Into::into).collect(),
        expects: figures::expects(scenario, &draw, &outcome).iter().map(Into::into).collect(),
        pulls: Vec::new(),
        break_evens: Vec::new(),
        figures: Vec::new(),
        stages: Vec::new(),
        inputs: Vec::new(),
        sources: Vec::new(),
        tables: Vec::new(),
        not_modelled: view::NOT_MODELLED.to_vec(),
        warnings: Vec::new(),
    })
}
