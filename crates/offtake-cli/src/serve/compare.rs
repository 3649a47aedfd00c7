//! Two pictures side by side: what differs in what they ask, then in what came of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use offtake::figures;
use offtake::view;
use serde::Deserialize;
use serde_json::{Value, json};

use super::ask::{Ask, told};
use super::house::{House, Pace};
use super::refusal::Refusal;
use super::{names, play, runs};

/// A saved run, or a play.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Side {
    Run(String),
    Play(Ask),
}

/// `POST /api/compare`
pub async fn compare(State(house): State<Arc<House>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    #[derive(Deserialize)]
    struct Wanted {
        a: Side,
        b: Side,
    }
    let Wanted { a, b } = told(&body)?;
    let told = house.work(Pace::Play, move |house| {
        let (a, b) = (a.seen(house)?, b.seen(house)?);
        let (inputs, figures) = (inputs(&a.picture, &b.picture), compared(&a, &b));
        Ok(json!({ "a": a.picture, "b": b.picture, "inputs": inputs, "figures": figures }))
    });
    Ok(Json(told.await?))
}

/// One of the two.
struct Seen {
    picture: Value,
    /// Its figures by their ids, as they stand in its document.
    figures: BTreeMap<String, figures::Value>,
}

impl Side {
    fn seen(self, house: &House) -> Result<Seen, Refusal> {
        let (picture, document) = match self {
            Side::Run(id) => {
                let picture = serde_json::from_str(&runs::picture_of(house, &id)?);
                let run = names::file(house, &names::run(house, &id)?, "run.json");
                // A study of many futures has no figures of one play.
                let document = run.and_then(|it| runs::bytes(&it));
                (picture, document.map_or(Ok(Value::Null), |it| serde_json::from_slice(&it)))
            }
            Side::Play(ask) => {
                let (picture, figures) = play::quickly(ask.read(house)?);
                (serde_json::to_value(picture), Ok(json!({ "figures": figures })))
            }
        };
        let unreadable =
            |it: serde_json::Error| Refusal::failed(format!("a run cannot be read: {it}"));
        let document = document.map_err(unreadable)?;
        let figures = rows(&document, "figures");
        let figures = figures.map(|it| (text(it, "id"), value(&it["value"]))).collect();
        Ok(Seen { picture: picture.map_err(unreadable)?, figures })
    }
}

fn rows<'a>(it: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    it[key].as_array().into_iter().flatten()
}

fn text(it: &Value, key: &str) -> String {
    it[key].as_str().unwrap_or_default().to_owned()
}

/// A figure's value, as documents write it.
fn value(it: &Value) -> figures::Value {
    match (it.as_f64(), it.as_str()) {
        (Some(it), _) => figures::Value::Number(it),
        (None, Some(it)) if it.starts_with(|c: char| c.is_ascii_digit()) => {
            figures::Value::Date(it.to_owned())
        }
        (None, None) if it.is_null() => figures::Value::Never,
        _ => figures::Value::Unknown,
    }
}

/// Every input that either has: those that differ first, then by path. A value of the catalogue that one of
/// them uses tells nothing of its own: the name that leads to it does.
fn inputs(a: &Value, b: &Value) -> Vec<Value> {
    let mut all: BTreeMap<String, [Value; 2]> = BTreeMap::new();
    for (nth, picture) in [a, b].into_iter().enumerate() {
        for it in rows(picture, "inputs").filter(|it| !text(it, "path").starts_with("catalogue:")) {
            let range = it["range"].as_str().map_or(String::new(), |it| format!(", {it}"));
            let told = text(it, "told") + &range;
            let sides = all.entry(text(it, "path")).or_default();
            sides[nth] = json!({ "told": told, "source": it["source"] });
        }
    }
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by_key(|(_, [a, b])| a == b);
    all.into_iter().map(|(path, [a, b])| json!({ "path": path, "a": a, "b": b })).collect()
}

/// Every figure that either has, in the order of the first.
fn compared(a: &Seen, b: &Seen) -> Vec<Value> {
    let shown = |of: &Seen, id: &str| -> Value {
        rows(&of.picture, "figures")
            .find(|it| it["id"] == id)
            .map_or(Value::Null, |it| it["shown"].clone())
    };
    let of_a = rows(&a.picture, "figures");
    let only_b = rows(&b.picture, "figures").filter(|it| shown(a, &text(it, "id")).is_null());
    let one = |it: &Value| {
        let (id, unit) = (text(it, "id"), text(it, "unit"));
        let both = a.figures.get(&id).zip(b.figures.get(&id));
        let change = both.and_then(|(a, b)| view::change(a, b, &unit));
        json!({
            "id": id, "label": it["label"], "unit": unit, "a": shown(a, &id), "b": shown(b, &id), "change": change,
        })
    };
    of_a.chain(only_b).map(one).collect()
}
