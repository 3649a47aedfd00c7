//! Draws to try the estimators on.

use crate::chance::{Purpose, Stream, quantile};

/// `n` numbers in (0, 1), others for every name.
pub fn uniforms(name: &str, n: usize) -> Vec<f64> {
    let stream = Stream::new(5, name, Purpose::Orders, 0);
    let number = |word: u32| (f64::from(word) + 0.5) / (1u64 << 32) as f64;
    (0..n.div_ceil(4) as u64).flat_map(|nth| stream.block(nth)).take(n).map(number).collect()
}

/// `n` standard normal numbers.
pub fn normals(name: &str, n: usize) -> Vec<f64> {
    uniforms(name, n).into_iter().map(quantile).collect()
}
