//! What a seller builds so that a deal can be delivered.

use super::{Field, Form, GROWTH, NOTE, Noun, TIME, TITLE, field, number};
use crate::units::Dim;

const CAPITAL: &[Dim] = &[Dim::MONEY_PER_POWER, Dim::MONEY_PER_GPU, Dim::MONEY];

/// The least life: a day, in milliseconds.
const A_DAY: f64 = 86.4e6;

const fn capital(key: &'static str, doc: &'static str) -> Field {
    field(key, Form::Path(CAPITAL), doc).at_least(0.0)
}

const fn life(key: &'static str, doc: &'static str) -> Field {
    number(key, TIME, doc).at_least(A_DAY)
}

const fn falls(key: &'static str, doc: &'static str) -> Field {
    field(key, Form::Quantity(GROWTH, &[]), doc).at_least(0.0).at_most(1.0 / 31_536_000_000.0)
}

/// Capital of four classes, paid as a deal's tranches come, written off over a life each.
pub static PLANT: Noun = Noun {
    name: "plant",
    doc: "what is built to deliver a deal: capital by class, what running it costs",
    main: None,
    fields: &[
        TITLE,
        NOTE,
        field(
            "deal",
            Form::Name("deal"),
            "the deal that it serves: it is built as the deal's tranches come",
        )
        .required(),
        field(
            "owner",
            Form::Name("party"),
            "who builds and owns it; the deal's seller if not said",
        ),
        capital(
            "capex.accelerator",
            "servers: per GPU, spares included; per power, IT where the deal has a fleet and at the meter where it has none; or in all. By date: what a tranche costs that lands from then on",
        ),
        capital("capex.network", "switches and cables, told as `capex.accelerator`"),
        capital("capex.building", "shell and cooling, told as `capex.accelerator`"),
        capital("capex.power", "lines, transformers and generators, told as `capex.accelerator`"),
        life(
            "life.accelerator",
            "over which servers are written off in equal parts, from the day they land; required beside their capital",
        ),
        life("life.network", "over which the network is written off"),
        life("life.building", "over which the building is written off"),
        life("life.power", "over which the supply of power is written off"),
        number(
            "lead",
            TIME,
            "how long before a tranche lands its capital is paid, by calendar months",
        )
        .default(),
        number(
            "running",
            &[Dim::PRICE_ENERGY, Dim::PRICE_GPU_TIME],
            "energy, people, rent of the site: per power and year, as `capex` tells power, or per GPU-hour; due for what stands while the deal runs, used or not",
        ),
        falls(
            "residual.accelerator",
            "how much of its worth on the market a server loses in a year: after t years it is worth cost x (1 - this)^t; left out where nobody says",
        ),
        falls("residual.network", "how much of its worth the network loses in a year"),
        falls("residual.building", "how much of its worth the building loses in a year"),
        falls("residual.power", "how much of its worth the supply of power loses in a year"),
        number(
            "cost_of_capital",
            GROWTH,
            "what the owner's money costs a year: makes capital a yearly cost, and moves no cash",
        )
        .at_most(1.0 / 31_536_000_000.0),
    ],
};
