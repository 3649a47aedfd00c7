//! One reading of every input: at the medians, or with some values moved.

use super::check::Scenario;
use super::inputs::{InputId, InputValue};
use super::values::exact;
use crate::time::Date;
use crate::units::Exact;

/// A value that an input is played at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drawn {
    /// Base units.
    Number(Exact),
    /// A day.
    Date(Date),
    /// The word as written.
    Word,
}

/// One reading of every input.
#[derive(Clone, Debug)]
pub struct Draw {
    values: Vec<Drawn>,
}

impl Draw {
    /// Every range at its median.
    pub fn medians(scenario: &Scenario) -> Draw {
        let values = scenario.inputs.iter().map(|(_, it)| match it.value {
            InputValue::Number { median, .. } => Drawn::Number(median),
            InputValue::Date(date) => Drawn::Date(date),
            InputValue::Word => Drawn::Word,
        });
        Draw { values: values.collect() }
    }

    /// The same reading with one number moved, in base units.
    pub fn with_number(&self, id: InputId, value: f64) -> Draw {
        self.with(id, Drawn::Number(exact(value)))
    }

    /// The same reading with one value replaced.
    pub fn with(&self, id: InputId, value: Drawn) -> Draw {
        let mut values = self.values.clone();
        values[id.0] = value;
        Draw { values }
    }

    /// The value of an input.
    pub fn get(&self, id: InputId) -> Drawn {
        self.values[id.0]
    }
}
