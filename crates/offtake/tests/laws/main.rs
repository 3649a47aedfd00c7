//! What holds for every scenario, on scenarios nobody wrote.
//!
//! A generator writes small scenarios as text; each is read as a user's file is, played with its
//! movements kept, and held against laws that are computed here from the file's own numbers, from
//! the calendar and from the movements, not from the engine's running totals. A failure prints
//! the scenario.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

macro_rules! law {
    ($told:expr, $holds:expr, $($why:tt)*) => {
        prop_assert!($holds, "{}\n{}", format!($($why)*), $told.text)
    };
}

mod bills;
mod build;
mod clauses;
#[path = "../common/mod.rs"]
mod common;
mod hours;
mod ledgers;
mod pledges;
mod statements;
mod steady;
mod story;
mod told;

/// So many stories, the same ones each time. A failure prints its story, so no file of seeds is
/// kept. `PROPTEST_RNG_SEED` plays other stories, `PROPTEST_CASES` more of them.
fn config(cases: u32) -> ProptestConfig {
    let said = ProptestConfig::default();
    let asked = std::env::var_os("PROPTEST_CASES").map(|_| said.cases);
    let rng_seed = match said.rng_seed {
        RngSeed::Random => RngSeed::Fixed(2026),
        fixed => fixed,
    };
    ProptestConfig { cases: asked.unwrap_or(cases), failure_persistence: None, rng_seed, ..said }
}
