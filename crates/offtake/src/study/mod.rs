//! Many plays: which, and what they say together.
//!
//! The heart says which plays are needed and joins their results; who plays them, and on how
//! many threads, is the caller's choice.

mod compare;
mod drivers;
mod estimate;
mod pulls;
mod quantiles;
mod search;
mod shuffle;
#[cfg(test)]
mod trial;

pub use compare::{Difference, compare};
pub use drivers::{Drivers, Lens, Method, Reading, drivers, luck_share};
pub use estimate::{Estimate, share};
pub use pulls::{Pull, Swing, readings, strongest, swings};
pub use quantiles::{Column, LEVELS, Point, Spread, next_look, share_of_scrambles, suffices};
pub use search::{Answer, Found, FoundOdds, Range, edge, edge_of_margin, edge_of_odds};
