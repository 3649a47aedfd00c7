//! Plants with every value settled.

use crate::time::{Instant, Span};
use crate::units::{Exact, Money, Price};

/// What a plant serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serves {
    /// The deal of this index.
    Deal(usize),
    /// The pledge of this index.
    Pledge(usize),
}

/// A class of capital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Servers.
    Accelerator,
    /// Switches and cables.
    Network,
    /// Shell and cooling.
    Building,
    /// Lines, transformers, generators.
    Power,
}

impl Class {
    /// All of them, in the order in which tables show them.
    pub const ALL: [Class; 4] = [Class::Accelerator, Class::Network, Class::Building, Class::Power];

    /// The word for it in a scenario.
    pub fn word(self) -> &'static str {
        ["accelerator", "network", "building", "power"][self as usize]
    }
}

/// How the cost of a class is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cost {
    /// Micro-dollars per GPU, spares included.
    PerGpu(Exact),
    /// Micro-dollars per watt, spares included.
    PerWatt(Exact),
    /// For all that the deal promises; a tranche costs its share.
    InAll(Money),
}

/// One class of a plant.
#[derive(Clone, Debug)]
pub struct Capital {
    /// Which.
    pub class: Class,
    /// What a tranche costs that lands from a moment on, oldest first, never empty; the first also
    /// holds before.
    pub costs: Vec<(Instant, Cost)>,
    /// Over which it is written off.
    pub life: Span,
    /// Share of its worth that it loses in a year.
    pub falls: Option<f64>,
}

impl Capital {
    /// What holds for a tranche that lands at a moment.
    pub fn cost_at(&self, at: Instant) -> Cost {
        let since = self.costs.iter().rev().find(|it| it.0 <= at);
        since.unwrap_or(&self.costs[0]).1
    }
}

/// What running a plant costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Running {
    /// Per millijoule of the power that stands.
    PerPower(Price),
    /// Per GPU-millisecond that stands.
    PerGpu(Price),
}

/// What is built to deliver a deal.
#[derive(Clone, Debug)]
pub struct Plant {
    /// `campus`
    pub name: String,
    /// Index of the party that builds it.
    pub owner: usize,
    /// What it serves.
    pub serves: Serves,
    /// Its capital, one for each class that is told.
    pub capital: Vec<Capital>,
    /// How many months before a tranche lands its capital is paid.
    pub lead: f64,
    /// What running it costs.
    pub running: Option<Running>,
    /// What its owner's money costs in a year.
    pub cost_of_capital: Option<f64>,
}
