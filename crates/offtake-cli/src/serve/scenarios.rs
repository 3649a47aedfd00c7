//! Scenario files: what each is about, its text, and its text changed.

use std::path::Path;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path as Named, State};
use axum::http::StatusCode;
use offtake::ledger;
use offtake::scenario::{Draft, Report, alone, layout};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ask::{self, told};
use super::house::{House, Pace};
use super::names::{self, Scenario};
use super::refusal::Refusal;
use crate::diagnose::Findings;
use crate::{check, write};

/// What a list of scenarios shows of one.
#[derive(Clone, Debug, Serialize)]
pub struct Outline {
    name: String,
    title: String,
    about: Option<String>,
    built_in: bool,
    variants: Vec<String>,
    mistakes: usize,
}

impl Outline {
    /// Of a file of the folder; nothing where it is no scenario.
    pub fn of_file(house: &House, name: &str) -> Option<Self> {
        let text = ask::read(Path::new(name)).ok()?;
        begins_like_one(&text).then(|| Self::of(name, &text, &|it| ask::beside(house, it)))
    }

    /// Of a story of the program.
    pub fn of_story(name: &str, text: &str) -> Self {
        Self { built_in: true, ..Self::of(name, text, &alone) }
    }

    fn of(name: &str, text: &str, beside: &offtake::scenario::Beside<'_>) -> Self {
        let mut report = Report::default();
        let (files, draft) = Draft::read_with(name, text, beside, &mut report);
        let mut findings = Findings::new(name, files);
        findings.add(&report);
        if let Some(draft) = &draft {
            check::check_some(draft, false, MOST_VARIANTS, &mut findings);
        }
        // Its head can be told even where what follows is wrong.
        let head: toml::Table = text.parse().unwrap_or_default();
        let word = |key: &str| head.get(key).and_then(|it| it.as_str()).map(str::to_owned);
        Self {
            name: name.to_owned(),
            title: word("name").unwrap_or_else(|| name.to_owned()),
            about: word("about"),
            built_in: false,
            variants: draft.map_or_else(Vec::new, |it| it.variants()),
            mistakes: findings.mistakes(),
        }
    }
}

/// Variants that are checked for a page; the verb `check` checks all.
pub const MOST_VARIANTS: usize = 50;

/// Other files are TOML too: a scenario says which version of the form it is before its first table.
fn begins_like_one(text: &str) -> bool {
    let head = text.lines().map(str::trim).take_while(|it| !it.starts_with('['));
    head.filter_map(|it| it.strip_prefix("offtake")).any(|it| it.trim_start().starts_with('='))
}

/// `GET /api/scenarios/{name}`
pub async fn read(
    State(house): State<Arc<House>>,
    Named(name): Named<String>,
) -> Result<Json<Value>, Refusal> {
    let told = house.work(Pace::Look, move |house| {
        let (text, stamp) = match names::scenario(house, &name)? {
            Scenario::Story(text) => (text.to_owned(), None),
            Scenario::File(file) => {
                let text = ask::read(&file)?;
                let stamp = stamp(&text);
                (text, Some(stamp))
            }
        };
        let beside = |it: &str| ask::beside(house, it);
        let (_, draft) = Draft::read_with(&name, &text, &beside, &mut Report::default());
        let variants = draft.map_or_else(Vec::new, |it| it.variants());
        Ok(json!({
            "name": name, "text": text, "built_in": stamp.is_none(), "variants": variants, "stamp": stamp,
        }))
    });
    Ok(Json(told.await?))
}

/// Tells one text from another.
pub fn stamp(text: &str) -> String {
    ledger::digest(text.as_bytes())[..16].to_owned()
}

/// A text to be saved, and the one that it was made from.
#[derive(Deserialize)]
struct Change {
    text: String,
    stamp: Option<String>,
}

/// `PUT /api/scenarios/{name}`
pub async fn write(
    State(house): State<Arc<House>>,
    Named(name): Named<String>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    house.may_write()?;
    let change: Change = told(&body)?;
    let told = house.alone(move |house| {
        let Scenario::File(file) = names::scenario(house, &name)? else {
            return Err(Refusal::wrong(format!("`{name}` is a built-in story"))
                .help("save it under a name of its own, as `mine.toml`"));
        };
        save(&file, &change)?;
        Ok(json!({ "stamp": stamp(&change.text) }))
    });
    Ok(Json(told.await?))
}

fn save(file: &Path, change: &Change) -> Result<(), Refusal> {
    let conflict = |what: &str| {
        Refusal::new(StatusCode::CONFLICT, format!("`{}` {what}", file.display()))
            .help("nothing was saved: load it again, or save under another name")
    };
    let there = file.exists().then(|| ask::read(file)).transpose()?;
    match (there, &change.stamp) {
        (None, None) => Ok(write::create(file, &change.text)?),
        (Some(it), Some(known)) if stamp(&it) == *known => Ok(write::replace(file, &change.text)?),
        (Some(_), Some(_)) => Err(conflict("was changed meanwhile")),
        (Some(_), None) => Err(conflict("exists already")),
        (None, Some(_)) => Err(conflict("was removed meanwhile")),
    }
}

/// `POST /api/format`
pub async fn format(State(house): State<Arc<House>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    #[derive(Deserialize)]
    struct Text {
        text: String,
    }
    let Text { text } = told(&body)?;
    let told = house.work(Pace::Check, move |_| {
        let name = "this text";
        let mut report = Report::default();
        let (files, laid_out) = layout(name, &text, &mut report);
        laid_out.map(|it| json!({ "text": it })).ok_or_else(|| {
            let mut findings = Findings::new(name, files);
            findings.add(&report);
            Refusal::mistakes(findings.places())
        })
    });
    Ok(Json(told.await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_known_by_its_beginning() {
        assert!(begins_like_one("#:schema x\n\nname = \"a\"\nofftake  = 1\n"));
        assert!(!begins_like_one("[package]\nofftake = 1\n"));
        assert!(!begins_like_one("offtaken = 1\n"));
    }
}
