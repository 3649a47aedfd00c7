//! What is known of a law without drawing from it.

use super::curve::Curve;
use super::{Law, LawError};

impl Law {
    /// Mean and standard deviation of a law that is not cut, where a formula tells them.
    pub fn moments(&self) -> Option<(f64, f64)> {
        let is_whole = self.from == 0.0 && self.to == 1.0;
        let is_open = self.least == f64::NEG_INFINITY && self.most == f64::INFINITY;
        if !is_whole || !is_open {
            return None;
        }
        match self.curve {
            Curve::Normal { mean, sd } => Some((mean, sd)),
            Curve::Lognormal { shift, mu, sigma } => {
                let variance = sigma * sigma;
                let mean = libm::exp(mu + variance / 2.0);
                Some((shift + mean, mean * libm::sqrt(libm::expm1(variance))))
            }
            Curve::Triangular { min: a, mode: b, max: c } => {
                let variance = (a * a + b * b + c * c - a * b - a * c - b * c) / 18.0;
                Some(((a + b + c) / 3.0, libm::sqrt(variance)))
            }
            Curve::Pert { min, max, alpha, beta } => {
                let (all, width) = (alpha + beta, max - min);
                let variance = alpha * beta / (all * all * (all + 1.0));
                Some((min + width * alpha / all, width * libm::sqrt(variance)))
            }
            Curve::Uniform { min, max } => {
                Some(((min + max) / 2.0, (max - min) / libm::sqrt(12.0)))
            }
            Curve::Metalog { .. } | Curve::Choices(_) | Curve::Seen(_) => None,
        }
    }

    /// Mean and standard deviation of the normal law behind a normal or lognormal one.
    pub fn scores(&self) -> Option<(f64, f64)> {
        match self.curve {
            Curve::Normal { mean, sd } => Some((mean, sd)),
            Curve::Lognormal { mu, sigma, .. } => Some((mu, sigma)),
            _ => None,
        }
    }

    /// The law of `a x b^power` of two lognormal values whose normal scores are correlated.
    ///
    /// # Errors
    /// When one of them is not lognormal from zero on, or nothing is left to chance.
    pub fn product(a: &Law, b: &Law, power: f64, correlation: f64) -> Result<Law, LawError> {
        let terms = |it: &Law| match it.curve {
            Curve::Lognormal { shift: 0.0, mu, sigma } => Ok((mu, sigma)),
            _ => Err(LawError::NotPositive),
        };
        let ((mu, sigma), (other_mu, other)) = (terms(a)?, terms(b)?);
        let other = power * other;
        let variance = sigma * sigma + other * other + 2.0 * correlation * sigma * other;
        if variance.is_nan() || variance <= 0.0 {
            return Err(LawError::NotRising);
        }
        let mu = mu + power * other_mu;
        Ok(Law::plain(Curve::Lognormal { shift: 0.0, mu, sigma: libm::sqrt(variance) }))
    }
}
