//! The hours of a run between two moments, in as many pieces as a screen has room for: each with its lowest and
//! its highest value, so that no peak is lost.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::{Path as Named, Query, State};
use axum::http::Uri;
use offtake::view::{Cells, Column, Table, thin};
use offtake_files::parquet;
use serde::Deserialize;
use serde_json::{Value, json};

use super::home::Seen;
use super::house::{House, Pace};
use super::refusal::Refusal;
use super::{names, runs};

/// Which hours of which columns.
#[derive(Deserialize)]
struct Wanted {
    /// Names, by commas; all of them if not said.
    columns: Option<String>,
    /// The first moment.
    from: Option<String>,
    /// The first moment no longer wanted.
    to: Option<String>,
    /// How many pieces at most.
    points: Option<usize>,
}

/// Pieces, where nothing is said.
const USUAL_POINTS: usize = 1_500;
/// Pieces that are never exceeded.
const MOST_POINTS: usize = 100_000;

/// `/api/runs/{id}/hours`
pub async fn hours(
    State(house): State<Arc<House>>,
    Named(id): Named<String>,
    uri: Uri,
) -> Result<Json<Value>, Refusal> {
    let Query(wanted) =
        Query::<Wanted>::try_from_uri(&uri).map_err(|it| Refusal::wrong(it.body_text()))?;
    let told = house.work(Pace::Look, move |house| {
        let run = names::run(house, &id)?;
        let file = names::file(house, &run, "hourly.parquet").map_err(|_| {
            Refusal::missing(format!("`{id}` keeps no hours"))
                .help("play it again with `--tables parquet`")
        })?;
        wanted.of(&*house.hours.table(&file)?)
    });
    Ok(Json(told.await?))
}

/// The table that was read last: a page that is zoomed asks for the same one again and again.
#[derive(Default)]
pub struct Hours(Mutex<Option<(PathBuf, Seen, Arc<Table>)>>);

impl Hours {
    fn table(&self, file: &Path) -> Result<Arc<Table>, Refusal> {
        let seen = Seen::of(file).ok_or_else(|| Refusal::missing("the hours are gone"))?;
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((path, same, table)) = &*last
            && (path.as_path(), *same) == (file, seen)
        {
            return Ok(Arc::clone(table));
        }
        let table = parquet::read(runs::bytes(file)?).map_err(|error| {
            Refusal::failed(format!("cannot read `{}`: {error}", file.display()))
        })?;
        let table = Arc::new(table);
        *last = Some((file.to_path_buf(), seen, Arc::clone(&table)));
        Ok(table)
    }
}

impl Wanted {
    fn of(&self, table: &Table) -> Result<Value, Refusal> {
        let Some(Column { cells: Cells::Text(hours), .. }) = table.columns.first() else {
            return Err(Refusal::failed("the table of hours has no hours"));
        };
        let wanted = self.columns(&table.columns[1..])?;
        let before = |moment: &Option<String>, otherwise: usize| {
            let moment = moment.as_deref().map(as_in_tables);
            moment.map_or(otherwise, |it| hours.partition_point(|hour| hour.as_str() < it))
        };
        let from = before(&self.from, 0);
        let span = from..before(&self.to, hours.len()).max(from);
        let points = self.points.unwrap_or(USUAL_POINTS).clamp(1, MOST_POINTS);
        let (mut low, mut high, mut at) = (Vec::new(), Vec::new(), Vec::new());
        for column in &wanted {
            let values = numbers(&column.cells, span.clone());
            let pieces = thin(&values, points);
            low.push(pieces.iter().map(|it| told(values[it.lowest])).collect::<Vec<_>>());
            high.push(pieces.iter().map(|it| told(values[it.highest])).collect::<Vec<_>>());
            at = pieces.iter().map(|it| in_full(&hours[from + it.of.start])).collect();
        }
        let column =
            |it: &&Column| json!({ "name": it.name, "unit": it.unit, "meaning": it.meaning });
        let columns: Vec<Value> = wanted.iter().map(column).collect();
        Ok(json!({ "columns": columns, "at": at, "low": low, "high": high }))
    }

    fn columns<'a>(&self, all: &'a [Column]) -> Result<Vec<&'a Column>, Refusal> {
        let Some(names) = &self.columns else { return Ok(all.iter().collect()) };
        let found = |name: &str| {
            all.iter().find(|it| it.name == name).ok_or_else(|| {
                let known: Vec<&str> = all.iter().map(|it| it.name.as_str()).collect();
                Refusal::missing(format!("the hours have no column `{name}`"))
                    .help(format!("there are {}", known.join(", ")))
            })
        };
        names.split(',').map(str::trim).filter(|it| !it.is_empty()).map(found).collect()
    }
}

/// `2026-01-01T00:00:00.000Z` as tables write it: `2026-01-01`.
fn as_in_tables(moment: &str) -> &str {
    let minutes = moment.get(.."2026-01-01T00:00".len()).unwrap_or(moment).trim_end_matches('Z');
    minutes.strip_suffix("T00:00").unwrap_or(minutes)
}

/// The other way round, to the minute.
fn in_full(hour: &str) -> String {
    if hour.contains('T') { format!("{hour}Z") } else { format!("{hour}T00:00Z") }
}

fn numbers(cells: &Cells, span: std::ops::Range<usize>) -> Vec<f64> {
    match cells {
        Cells::Text(_) => vec![f64::NAN; span.len()],
        Cells::Number(it) => it[span].to_vec(),
        Cells::Thousandths(it) => it[span].iter().map(|it| *it as f64 / 1e3).collect(),
        Cells::Millionths(it) => it[span].iter().map(|it| *it as f64 / 1e6).collect(),
    }
}

fn told(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_taken_as_browsers_write_them() {
        for it in ["2026-01-01", "2026-01-01T00:00Z", "2026-01-01T00:00:00.000Z"] {
            assert_eq!(as_in_tables(it), "2026-01-01");
        }
        assert_eq!(as_in_tables("2026-01-01T07:00:00Z"), "2026-01-01T07:00");
        assert_eq!(in_full("2026-01-01"), "2026-01-01T00:00Z");
    }
}
