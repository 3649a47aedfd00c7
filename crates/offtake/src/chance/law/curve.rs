//! The curves of laws before they are cut: a share in, a value out, and back.

use super::beta;
use crate::chance::normal::{below, quantile, quantiles};

/// A quantile function.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Curve {
    Normal {
        mean: f64,
        sd: f64,
    },
    Lognormal {
        shift: f64,
        mu: f64,
        sigma: f64,
    },
    Triangular {
        min: f64,
        mode: f64,
        max: f64,
    },
    Pert {
        min: f64,
        max: f64,
        alpha: f64,
        beta: f64,
    },
    Uniform {
        min: f64,
        max: f64,
    },
    /// Its three terms, on the scale on which it is one.
    Metalog {
        terms: [f64; 3],
        scale: Scale,
    },
    /// Values in rising order, each with the share up to and with it.
    Choices(Vec<(f64, f64)>),
    /// Values in rising order.
    Seen(Vec<f64>),
}

/// The scale on which a metalog is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    Plain,
    /// The logarithm of what lies above an end.
    Above(f64),
    /// The logarithm of what lies above one end over what lies below the other.
    Within(f64, f64),
}

/// A law without ends is drawn between these shares of it.
const TAIL: f64 = 1e-4;

impl Scale {
    pub fn of(self, value: f64) -> f64 {
        match self {
            Scale::Plain => value,
            Scale::Above(least) => libm::log(value - least),
            Scale::Within(least, most) => libm::log((value - least) / (most - value)),
        }
    }

    fn back(self, it: f64) -> f64 {
        match self {
            Scale::Plain => it,
            Scale::Above(least) => least + exp(it),
            Scale::Within(least, most) => {
                // The exponent is never above nothing, so that nothing overflows.
                let odds = exp(-it.abs());
                let (near, far) = if it < 0.0 { (least, most) } else { (most, least) };
                (near + far * odds) / (1.0 + odds)
            }
        }
    }
}

impl Curve {
    /// A PERT law whose mode lies at a share of the way.
    pub fn pert(min: f64, max: f64, mode: f64, weight: f64) -> Curve {
        Curve::Pert { min, max, alpha: 1.0 + weight * mode, beta: 1.0 + weight * (1.0 - mode) }
    }

    /// The value at a share, from 0 to 1.
    #[inline]
    pub fn at(&self, share: f64) -> f64 {
        let inner = || share.clamp(TAIL, 1.0 - TAIL);
        match self {
            Curve::Normal { mean, sd } => mean + sd * quantile(inner()),
            Curve::Lognormal { shift, mu, sigma } => shift + exp(mu + sigma * quantile(inner())),
            Curve::Triangular { min, mode, max } => triangular(*min, *mode, *max, share),
            Curve::Pert { min, max, alpha, beta } => {
                min + (max - min) * beta::quantile(*alpha, *beta, share)
            }
            Curve::Uniform { min, max } => min + (max - min) * share,
            Curve::Metalog { terms, scale } => scale.back(metalog(terms, inner())),
            Curve::Choices(steps) => {
                let nth = steps.partition_point(|it| it.0 < share);
                steps[nth.min(steps.len() - 1)].1
            }
            Curve::Seen(values) => {
                let at = share * (values.len() - 1) as f64;
                let nth = (at as usize).min(values.len() - 2);
                values[nth] + (values[nth + 1] - values[nth]) * (at - nth as f64)
            }
        }
    }

    /// The values at many shares, each as [`Curve::at`] gives it.
    pub fn all_at(&self, all: &mut [f64]) {
        let scores = |all: &mut [f64]| {
            all.iter_mut().for_each(|it| *it = it.clamp(TAIL, 1.0 - TAIL));
            quantiles(all);
        };
        match self {
            Curve::Normal { mean, sd } => {
                scores(all);
                all.iter_mut().for_each(|it| *it = mean + sd * *it);
            }
            Curve::Lognormal { shift, mu, sigma } => {
                scores(all);
                all.iter_mut().for_each(|it| *it = shift + exp(mu + sigma * *it));
            }
            _ => all.iter_mut().for_each(|it| *it = self.at(*it)),
        }
    }

    /// The share at or below a value.
    pub fn below(&self, value: f64) -> f64 {
        match self {
            Curve::Normal { mean, sd } => below((value - mean) / sd),
            Curve::Lognormal { shift, .. } if value <= *shift => 0.0,
            Curve::Lognormal { shift, mu, sigma } => below((libm::log(value - shift) - mu) / sigma),
            Curve::Pert { min, max, alpha, beta } => {
                beta::below(*alpha, *beta, ((value - min) / (max - min)).clamp(0.0, 1.0))
            }
            Curve::Uniform { min, max } => ((value - min) / (max - min)).clamp(0.0, 1.0),
            Curve::Choices(steps) => {
                let nth = steps.partition_point(|it| it.1 <= value);
                if nth == 0 { 0.0 } else { steps[nth - 1].0 }
            }
            Curve::Triangular { .. } | Curve::Metalog { .. } | Curve::Seen(_) => self.sought(value),
        }
    }

    /// By halving, down to neighbouring numbers.
    fn sought(&self, value: f64) -> f64 {
        if value < self.at(0.0) {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, 1.0);
        loop {
            let middle = (low + high) / 2.0;
            if middle <= low || middle >= high {
                return if self.at(high) <= value { high } else { low };
            }
            *(if self.at(middle) <= value { &mut low } else { &mut high }) = middle;
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Curve::Normal { .. } => "normal",
            Curve::Lognormal { .. } => "lognormal",
            Curve::Triangular { .. } => "triangular",
            Curve::Pert { .. } => "pert",
            Curve::Uniform { .. } => "uniform",
            Curve::Metalog { .. } => "metalog",
            Curve::Choices(_) => "choices",
            Curve::Seen(_) => "as seen",
        }
    }
}

/// `e^x` by libm's `2^x`, which has no branches and takes a third of the time of its `e^x`; off by
/// no more than some |x| units of the last place.
#[inline]
fn exp(x: f64) -> f64 {
    libm::exp2(x * std::f64::consts::LOG2_E)
}

pub(super) fn triangular(min: f64, mode: f64, max: f64, share: f64) -> f64 {
    let all = max - min;
    if share * all < mode - min {
        min + libm::sqrt(share * all * (mode - min))
    } else {
        max - libm::sqrt((1.0 - share) * all * (max - mode))
    }
}

/// What the second and the third term of a metalog are multiplied by.
pub(super) fn basis(share: f64) -> [f64; 2] {
    let odds = libm::log(share / (1.0 - share));
    [odds, (share - 0.5) * odds]
}

fn metalog(terms: &[f64; 3], share: f64) -> f64 {
    let [second, third] = basis(share);
    terms[0] + terms[1] * second + terms[2] * third
}

/// Those of some choices that lie between two ends, with odds that sum to one.
pub(super) fn odds(steps: &[(f64, f64)], least: f64, most: f64) -> Option<Vec<(f64, f64)>> {
    let before = std::iter::once(0.0).chain(steps.iter().map(|it| it.0));
    let all = steps.iter().zip(before).map(|(it, before)| (it.0 - before, it.1));
    let left: Vec<(f64, f64)> = all.filter(|it| least <= it.1 && it.1 <= most).collect();
    let sum: f64 = left.iter().map(|it| it.0).sum();
    (sum > 0.0).then(|| left.into_iter().map(|it| (it.0 / sum, it.1)).collect())
}
