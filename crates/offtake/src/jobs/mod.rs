//! What jobs are like: one as it was asked for, and the law that many of them follow.

mod curve;
mod draw;
mod fit;
mod job;
mod measure;
mod shape;
mod text;
mod trace;

pub use curve::Curve;
pub use draw::Drawn;
pub use job::Job;
pub use measure::Measure;
pub use shape::{Batches, Kind, Shape, Spell, Swing, Told, Walltime};
pub use trace::Trace;
