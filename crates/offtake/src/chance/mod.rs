//! Luck with an address: the same seed, entity and purpose give the same numbers, whoever asks
//! and in whatever order, so that adding a site leaves every other site's luck alone.

mod copula;
mod law;
mod normal;
mod philox;
mod poisson;
mod sobol;

pub use copula::{Copula, NotPositive, rank_correlation};
pub use law::{Cut, Law, LawError, LawName, Quantile};
pub use normal::{below, quantile};
pub use philox::{Purpose, Stream, open};
pub use poisson::{Poisson, poisson_count};
pub use sobol::Sobol;
