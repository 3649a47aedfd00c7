//! Jobs one by one on one pool of GPUs: who waits, who runs, what breaks, and what came of it.

mod ahead;
mod job;
mod meter;
mod play;
mod rhythm;
mod sink;
mod summary;
mod tally;
mod turns;

pub use job::{Energies, Job, Record};
pub use meter::{Hour, Watts};
pub use play::{Plan, Pool, replay};
pub use rhythm::{Rhythm, Stint};
pub use sink::Sink;
pub use summary::{Summary, Totals};
pub use turns::Turns;
