//! Jobs one by one on one pool of GPUs: who waits, who runs, what breaks, and what came of it.

mod job;

pub use job::{Energies, Job, Record};
