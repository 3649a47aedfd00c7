//! Many plays: which, and what they say together.
//!
//! The heart says which plays are needed and joins their results; who plays them, and on how
//! many threads, is the caller's choice.

mod compare;
mod cover;
mod differ;
mod drivers;
mod estimate;
mod event;
mod future;
mod odds;
mod pulls;
mod quantiles;
mod search;
mod shuffle;
mod solve;
mod stress;
#[cfg(test)]
mod trial;

pub use compare::{Difference, compare};
pub use cover::{BreakEven, Lever, Question, break_even, questions};
pub use differ::{Differing, differing};
pub use drivers::{Drivers, Lens, Method, Reading, drivers, luck_share};
pub use estimate::{Estimate, share};
pub use event::{Event, figure_called};
pub use future::{Future, Futures, Heading, Kind, RowDigest, Series, day_number, day_of, number};
pub use odds::{
    BAND, Band, Columns, EventOdds, FigureDrivers, FigureOdds, MOST_LOOKED_AT, Odds, usual_events,
};
pub use pulls::{Pull, Swing, readings, strongest, swings};
pub use quantiles::{Column, LEVELS, Point, Spread, next_look, share_of_scrambles, suffices};
pub use search::{Answer, Found, FoundOdds, Range, edge, edge_of_margin, edge_of_odds};
pub use solve::{Goal, Moved};
pub use stress::{Fare, Hurt, Stress, Stressed, stressed};
