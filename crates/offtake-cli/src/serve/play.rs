//! A play that is asked for: looked at, checked, or saved as a run.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use offtake::study::Stress;
use offtake::view::picture::Picture;
use offtake::view::{self, FigureRow};
use serde::Deserialize;
use serde_json::{Value, json};

use super::ask::{Ask, Asked, told};
use super::house::{House, Pace};
use super::names;
use super::refusal::Refusal;
use crate::exit::Stop;
use crate::files::Format;
use crate::play::{Around, Depth, Play};
use crate::{files, save};

/// `POST /api/play`
pub async fn play(State(house): State<Arc<House>>, body: Bytes) -> Result<Response, Refusal> {
    #[derive(Deserialize)]
    struct Wanted {
        #[serde(flatten)]
        ask: Ask,
        /// Whether all is wanted that other plays of the scenario say of this one.
        #[serde(default)]
        deep: bool,
    }
    let Wanted { ask, deep } = told(&body)?;
    let pace = if deep { Pace::Deep } else { Pace::Play };
    let told = house.work(pace, move |house| {
        let asked = ask.read(house)?;
        let picture = if deep {
            let (play, around) = deeply(asked);
            play.picture(&around, view::hourly(&play.outcome).as_ref())
        } else {
            quickly(asked).0
        };
        Ok(files::plain(&picture)?)
    });
    Ok(([(CONTENT_TYPE, "application/json")], told.await?).into_response())
}

/// What is seen in one play alone, and its figures.
pub fn quickly(asked: Asked) -> (Picture, Vec<FigureRow>) {
    let draw = asked.draw();
    let play = Play::of(asked.scenario, asked.name, draw, None);
    (play.picture(&Around::default(), None), play.outcome.figures.iter().map(Into::into).collect())
}

/// The same with all that `run` asks around it.
fn deeply(asked: Asked) -> (Play, Around) {
    let (draw, stress) = (asked.draw(), Stress::usual(&asked.scenario));
    let play = Play::of(asked.scenario, asked.name, draw, stress);
    let around = Around::of(&play, Depth::USUAL);
    (play, around)
}

/// `POST /api/save-run`
pub async fn save(State(house): State<Arc<House>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    house.may_write()?;
    let ask: Ask = told(&body)?;
    let told = house.work(Pace::Deep, move |house| {
        names::refuse_foreign_runs(house)?;
        Ok(saved(ask.read(house)?)?)
    });
    Ok(Json(told.await?))
}

/// As the verb `run` does it.
fn saved(asked: Asked) -> Result<Value, Stop> {
    let (play, around) = deeply(asked);
    let name = play.name.clone();
    let tables = play.tables();
    let mut all = files::of_tables(&tables, &[Format::Csv, Format::Parquet], &play.digest)?;
    all.extend(play.files(&around, &tables)?);
    let folder = save::run(None, &name, all)?;
    Ok(json!({ "id": folder.file_name().map(|it| it.to_string_lossy()) }))
}

/// `POST /api/check`
pub async fn check(State(house): State<Arc<House>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let ask: Ask = told(&body)?;
    Ok(Json(house.work(Pace::Check, move |house| ask.check(house)).await?))
}
