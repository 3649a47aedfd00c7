//! Many plays: which, and what they say together.
//!
//! The heart says which plays are needed and joins their results; who plays them, and on how
//! many threads, is the caller's choice.

mod drivers;
mod estimate;
mod pulls;
mod quantiles;
mod shuffle;
#[cfg(test)]
mod trial;

pub use drivers::{Drivers, Lens, Method, Reading, drivers, luck_share};
pub use estimate::{Estimate, share};
pub use pulls::{Pull, Swing, readings, strongest, swings};
pub use quantiles::{Column, LEVELS, Point, Spread, next_look, share_of_scrambles, suffices};
