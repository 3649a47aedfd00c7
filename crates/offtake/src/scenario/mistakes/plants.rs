//! What can be wrong with a plant.

use crate::scenario::place::Place;
use crate::scenario::report::Report;

impl Report {
    /// Capital per GPU of a deal without GPUs.
    pub fn nothing_to_measure_by(&mut self, at: Place, plant: &str, deal: &str, lacks: &str) {
        let (per, help) = match lacks {
            "fleet" => ("GPU", "tell it per power, or in all; or give the deal a fleet"),
            _ => ("power", "add `deliver.power` to the deal, or tell it in all"),
        };
        self.mistake(
            "E0126",
            at,
            format!("`{plant}` costs so much per {per}, but `{deal}` tells no {lacks}"),
            Some(help.to_owned()),
        );
    }

    /// Capital that nobody says how to write off.
    pub fn capital_without_life(&mut self, at: Place, plant: &str, class: &str) {
        self.mistake(
            "E0127",
            at,
            format!("`{plant}` does not say over how many years its {class} is written off"),
            Some(format!("add `life.{class} = \"5 years\"`, or point at `catalogue:life/...`")),
        );
    }

    /// A life or a residual of a class without capital.
    pub fn life_of_nothing(&mut self, at: Place, plant: &str, key: &str, class: &str) {
        self.mistake(
            "E0128",
            at,
            format!("`{plant}` tells `{key}`, but no capital of that class"),
            Some(format!("add `capex.{class}`, or take `{key}` out")),
        );
    }

    /// A plant without capital and running costs.
    pub fn plant_costs_nothing(&mut self, at: Place, plant: &str) {
        self.mistake(
            "E0129",
            at,
            format!("`{plant}` has neither capital nor running costs"),
            Some(
                "add `capex = { accelerator = \"40k USD/GPU\" }` and its `life`, or `running`"
                    .to_owned(),
            ),
        );
    }
}
