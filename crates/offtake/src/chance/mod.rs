//! Luck with an address: the same seed, entity and purpose give the same numbers, whoever asks
//! and in whatever order, so that adding a site leaves every other site's luck alone.

mod law;
mod normal;
mod philox;
mod poisson;

pub use law::{Law, LawError, LawName};
pub use normal::{below, quantile};
pub use philox::{Purpose, Stream};
pub use poisson::{Poisson, poisson_count};
