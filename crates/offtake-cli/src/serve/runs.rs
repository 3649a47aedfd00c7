//! A saved run: its picture, its tables, its hours more closely, and its end.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path as Named, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::home::{self, PICTURE};
use super::house::{House, Pace};
use super::names;
use super::refusal::Refusal;
use crate::report;
use crate::save::{self, SaveError};

/// `/api/runs/{id}/picture`
pub async fn picture(
    State(house): State<Arc<House>>,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    let told = house.work(Pace::Look, move |house| picture_of(house, &id));
    Ok(([(CONTENT_TYPE, "application/json")], told.await?).into_response())
}

/// What a page shows of a saved run.
pub fn picture_of(house: &House, id: &str) -> Result<String, Refusal> {
    Ok(whole_picture(house, id)?.0)
}

fn whole_picture(house: &House, id: &str) -> Result<(String, report::Head), Refusal> {
    let run = names::run(house, id)?;
    let file = names::file(house, &run, PICTURE).map_err(|_| {
        Refusal::missing(format!("`{id}` was saved by an earlier version, without its page"))
            .help("play it again")
    })?;
    let rows = String::from_utf8(bytes(&file)?).map_err(|it| it.to_string());
    let whole = rows.and_then(|rows| report::Head::of(&rows).map(|head| (rows, head)));
    whole.map_err(|why| {
        let why = format!("the page of `{id}` cannot be read: {why}");
        Refusal::new(StatusCode::CONFLICT, why).help("play it again")
    })
}

/// The page of a report has its script in itself, and nothing of ours to reach for.
const REPORT_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
sandbox allow-scripts allow-downloads allow-modals allow-popups";

/// `/api/runs/{id}/report.html`
pub async fn report(
    State(house): State<Arc<House>>,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    let told = house.work(Pace::Look, move |house| {
        let (rows, head) = whole_picture(house, &id)?;
        Ok(report::page(&rows, &head.title))
    });
    let headers =
        [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, REPORT_POLICY)];
    Ok((headers, told.await?).into_response())
}

/// `/api/runs/{id}/file/{name}`
pub async fn file(
    State(house): State<Arc<House>>,
    Named((id, name)): Named<(String, String)>,
) -> Result<Response, Refusal> {
    let kind = match Path::new(&name).extension().and_then(|it| it.to_str()) {
        Some("csv") => "text/csv; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    };
    let told = house.work(Pace::Look, move |house| {
        let run = names::run(house, &id)?;
        bytes(&names::file(house, &run, &name)?)
    });
    let saved = [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, "attachment")];
    Ok((saved, told.await?).into_response())
}

/// `/api/runs/{id}/files`
pub async fn files(
    State(house): State<Arc<House>>,
    Named(id): Named<String>,
) -> Result<Json<Value>, Refusal> {
    let told = house.work(Pace::Look, move |house| {
        let run = names::run(house, &id)?;
        let mut files = home::names_in(&run);
        files.retain(|it| names::file(house, &run, it).is_ok());
        files.sort();
        Ok(json!({ "files": files }))
    });
    Ok(Json(told.await?))
}

/// All of a file.
pub fn bytes(file: &Path) -> Result<Vec<u8>, Refusal> {
    fs::read(file)
        .map_err(|error| Refusal::failed(format!("cannot read `{}`: {error}", file.display())))
}

/// `DELETE /api/runs/{id}`
pub async fn remove(
    State(house): State<Arc<House>>,
    Named(id): Named<String>,
) -> Result<Json<Value>, Refusal> {
    house.may_write()?;
    let told = house.alone(move |house| {
        let run = names::run(house, &id)?;
        save::remove(&run).map_err(|error| match error {
            SaveError::Occupied(..) => {
                let why = format!("`{}` is a link, or holds more than a run", run.display());
                Refusal::new(StatusCode::CONFLICT, why).help("remove it by hand")
            }
            SaveError::Io(..) => Refusal::failed(error.to_string()),
        })?;
        Ok(json!({ "removed": id }))
    });
    Ok(Json(told.await?))
}
