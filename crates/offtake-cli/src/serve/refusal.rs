//! What does the page hear when something cannot be done? One sentence, and what would help.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::exit::{Exit, Stop};

/// Why a request was not answered.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    told: Value,
}

impl Refusal {
    /// For this reason.
    pub fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, told: json!({ "error": error.into(), "help": null }) }
    }

    /// What would help.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.told["help"] = help.into().into();
        self
    }

    /// It is not there.
    pub fn missing(what: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, what)
    }

    /// The request makes no sense.
    pub fn wrong(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    /// Something failed on our side.
    pub fn failed(error: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error)
    }

    /// Nothing could be played: all that is wrong with the scenario.
    pub fn mistakes(told: Value) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, told }
    }

    /// The sentence alone.
    pub fn sentence(&self) -> String {
        self.told["error"].as_str().unwrap_or_default().to_owned()
    }

    /// With which status it is answered.
    #[cfg(test)]
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<Stop> for Refusal {
    fn from(stop: Stop) -> Self {
        match stop.exit {
            Exit::Wrong => Self::wrong(stop.message),
            _ => Self::failed(stop.message),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, axum::Json(self.told)).into_response()
    }
}
