//! A table as JSON: columns with unit and meaning, a list of cells each.

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use crate::view::{Cells, Column, Table};

/// A table on a page: its columns with all their cells.
#[derive(Clone, Debug)]
pub struct Sheet(pub Table);

impl Serialize for Sheet {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'a> {
            name: &'a str,
            columns: Vec<Side<'a>>,
        }
        let columns = self.0.columns.iter().map(Side).collect();
        Whole { name: self.0.name, columns }.serialize(to)
    }
}

struct Side<'a>(&'a Column);

impl Serialize for Side<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'a> {
            name: &'a str,
            unit: &'a str,
            meaning: &'a str,
            cells: Plain<'a>,
        }
        let Column { name, unit, meaning, cells } = self.0;
        Whole { name, unit, meaning, cells: Plain(cells) }.serialize(to)
    }
}

struct Plain<'a>(&'a Cells);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Cells::Text(all) => all.serialize(to),
            Cells::Number(all) => list(to, all.iter().map(|it| it.is_finite().then_some(*it))),
            Cells::Thousandths(all) => list(to, all.iter().map(|it| Some(*it as f64 / 1e3))),
            Cells::Millionths(all) => list(to, all.iter().map(|it| Some(*it as f64 / 1e6))),
        }
    }
}

/// Numbers to seven digits, more than any screen shows; whole ones without a point.
fn list<S: Serializer>(
    to: S,
    all: impl ExactSizeIterator<Item = Option<f64>>,
) -> Result<S::Ok, S::Error> {
    let mut list = to.serialize_seq(Some(all.len()))?;
    for it in all {
        match it.map(seven_digits) {
            Some(it) if it == libm::trunc(it) && it.abs() < 9e15 => {
                list.serialize_element(&(it as i64))?
            }
            other => list.serialize_element(&other)?,
        }
    }
    list.end()
}

fn seven_digits(it: f64) -> f64 {
    format!("{it:.6e}").parse().unwrap_or(it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::tables::numbers;

    #[test]
    fn cells_are_short_and_what_is_not_there_is_null() {
        let cells = vec![1.0 / 3.0, 250_000.0, f64::NAN, f64::INFINITY];
        let table = Table { name: "t", columns: vec![numbers("a", "GPU", "some", cells)] };
        assert_eq!(
            serde_json::to_string(&Sheet(table)).unwrap(),
            r#"{"name":"t","columns":[{"name":"a","unit":"GPU","meaning":"some","cells":[0.3333333,250000,null,null]}]}"#
        );
    }
}
