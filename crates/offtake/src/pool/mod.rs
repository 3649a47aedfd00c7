//! Jobs one by one on one pool of GPUs: who waits, who runs, what breaks, and what came of it.

mod ahead;
mod breaks;
mod fate;
mod hall;
mod job;
#[cfg(test)]
mod laws;
mod machine;
mod meter;
mod place;
mod play;
mod reliability;
mod rhythm;
mod sink;
mod strike;
mod summary;
mod tally;
mod turns;

pub use crate::jobs::Job;
pub use breaks::{Breaks, Cause, Lemons, Outage, Repair, Works, Youth};
pub use hall::Class;
pub use job::{Energies, Record};
pub use machine::{Fill, Scatter, Shape, Stretch};
pub use meter::{Hour, Spent, Watts};
pub use play::{Plan, Pool, replay, replay_within};
pub use reliability::{Reliability, Size, Toll};
pub use rhythm::{Rhythm, Stint};
pub use sink::{Failure, Over, Sink};
pub use summary::{Summary, Totals};
pub use tally::Tally;
pub use turns::Turns;
