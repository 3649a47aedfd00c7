//! One reading of every input: at the medians, or with some values moved.

use super::check::Scenario;
use super::inputs::{InputId, InputValue};
use super::values::{day_of, exact};
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

/// One reading of every input, and which luck it is played with.
#[derive(Clone, Debug)]
pub struct Draw {
    values: Vec<Drawn>,
    luck: u32,
}

impl Draw {
    /// Every range at its median.
    pub fn medians(scenario: &Scenario) -> Draw {
        let values = scenario.inputs.iter().map(|(_, it)| match it.value {
            InputValue::Number { median, .. } => Drawn::Number(median),
            InputValue::Date(date) => Drawn::Date(date),
            InputValue::Word => Drawn::Word,
        });
        Draw { values: values.collect(), luck: 0 }
    }

    /// The same reading with one number moved, in base units; a day, in days since 1970 began.
    pub fn with_number(&self, id: InputId, value: f64) -> Draw {
        let mut draw = self.clone();
        draw.set_number(id, value);
        draw
    }

    /// The same reading with one value replaced.
    pub fn with(&self, id: InputId, value: Drawn) -> Draw {
        let mut draw = self.clone();
        draw.values[id.0] = value;
        draw
    }

    /// The same reading played with another luck: failures, jobs. The plain run has luck 0.
    pub fn with_luck(&self, luck: u32) -> Draw {
        Draw { luck, ..self.clone() }
    }

    /// Which luck it is played with.
    pub fn luck(&self) -> u32 {
        self.luck
    }

    /// Numbers are rounded as [`exact`] does, days to whole ones.
    pub(super) fn set_number(&mut self, id: InputId, value: f64) {
        let slot = &mut self.values[id.0];
        *slot = match slot {
            Drawn::Date(_) => Drawn::Date(day_of(value)),
            _ => Drawn::Number(exact(value)),
        };
    }

    /// The value of an input.
    pub fn get(&self, id: InputId) -> Drawn {
        self.values[id.0]
    }
}
