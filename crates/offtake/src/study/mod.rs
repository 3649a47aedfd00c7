//! Many plays: which, and what they say together.
//!
//! The heart says which plays are needed and joins their results; who plays them, and on how
//! many threads, is the caller's choice.

mod compare;
mod differ;
mod estimate;
mod event;
mod future;
mod odds;
mod pulls;
mod quantiles;
#[cfg(test)]
mod trial;

pub use compare::Difference;
pub use differ::{Differing, differing};
pub use estimate::{Estimate, share};
pub use event::{Event, figure_called};
pub use future::{Future, Futures, Heading, Kind, RowDigest, Series, day_number, day_of, number};
pub use odds::{BAND, Band, Columns, EventOdds, FigureOdds, MOST_LOOKED_AT, Odds, usual_events};
pub use pulls::{Pull, Swing, readings, strongest, swings};
pub use quantiles::{Column, LEVELS, Point, Spread, next_look, share_of_scrambles, suffices};
