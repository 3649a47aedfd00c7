//! Numbers with units: text in, text out, and the types that carry a unit through the model.

mod amounts;
mod dim;
mod quantity;
mod show;
mod words;

pub use amounts::{Energy, GpuTime, Money, Power, Price, Share};
pub use dim::Dim;
pub use quantity::{Quantity, QuantityError, to_f64};
pub use show::{compact, grouped, in_usual_unit, scaled, shown};
pub use words::Basis;

/// An exact fraction of whole numbers.
pub type Exact = num_rational::Ratio<i128>;

/// The known word that is nearest to a misspelt one, if any is near enough to offer.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Distances cost the product of both lengths, and a word that long is no slip of a finger.
    const LONGEST: usize = 200;
    if word.len() > LONGEST {
        return None;
    }
    let lower = word.to_lowercase();
    let last = |it: &str| it.rsplit(['.', '/']).next().unwrap_or_default().to_owned();
    let score = |it: &str| {
        let it = it.to_lowercase();
        if strsim::damerau_levenshtein(&it, &lower) <= 1 {
            return 1.0;
        }
        // Half for the whole, half for what follows the last dot: that is where the slip is.
        let whole = strsim::jaro_winkler(&it, &lower);
        let tail = strsim::jaro_winkler(&last(&it), &last(&lower));
        if whole + tail >= 1.5 { (whole + tail) / 2.0 } else { whole - 0.15 }
    };
    let best = known.into_iter().map(|it| (score(it), it)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= 0.75).then_some(best.1)
}

#[cfg(test)]
mod tests;
