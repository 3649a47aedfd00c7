//! How often nodes fail, as the catalogue knows.

use offtake::scenario::{Cell, InputId, InputValue};
use offtake::time::Span;
use offtake::units::to_f64;

use crate::facts::{Facts, did_you_mean};

/// One cause of a row.
pub struct Rate {
    /// Its name in the row.
    pub name: String,
    /// Failures per node and hour.
    pub per_hour: f64,
    /// Whether the node is away for repair.
    pub takes_node: bool,
}

/// All causes of a row, for nodes of so many GPUs: a rate grows with the node.
pub fn of(name: &str, node: i64) -> Result<Vec<Rate>, String> {
    let facts = Facts::read().map_err(|it| it.message)?;
    let rows: Vec<_> = facts.rows.iter().filter(|it| it.noun.name == "failures").collect();
    let row = rows.iter().find(|it| it.name == name).ok_or_else(|| {
        let known: Vec<&str> = rows.iter().map(|it| it.name.as_str()).collect();
        let near = did_you_mean(name, &known);
        format!(
            "the catalogue has no failures `{name}`{near}; `offtake catalogue failures` lists them"
        )
    })?;
    let number = |id: InputId| match facts.inputs.get(id).value {
        InputValue::Number { median, .. } => to_f64(median),
        _ => 0.0,
    };
    let times = row.input("node").map_or(1.0, |it| node as f64 / number(it));
    let mut all = Vec::new();
    for (key, takes_node) in [("hardware", true), ("other", false)] {
        let Some(Cell::Map(causes)) = row.cells.get(key) else { continue };
        all.extend(causes.iter().map(|(name, id)| Rate {
            name: name.clone(),
            per_hour: number(*id) * Span::HOUR.millis as f64 * times,
            takes_node,
        }));
    }
    Ok(all)
}
