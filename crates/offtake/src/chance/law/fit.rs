//! From quantiles to the curve that has them.

use super::curve::{Curve, Scale, basis, triangular};
use super::{LawError, LawName, beta};
use crate::chance::normal::quantile;

/// How far a third quantile may be from what the other two make it, as a part of their distance.
const CONSISTENT: f64 = 1e-6;

type Points<'a> = &'a [(f64, f64)];

/// The curve of a law, by two or three quantiles of it.
pub(super) fn curve(
    points: Points<'_>,
    name: Option<LawName>,
    bounds: (f64, f64),
) -> Result<Curve, LawError> {
    if !(2..=3).contains(&points.len()) {
        return Err(LawError::WrongCount);
    }
    let rises = |a: &(f64, f64), b: &(f64, f64)| a.0 < b.0 && a.1 < b.1;
    if !points.is_sorted_by(rises) || points.iter().any(|it| !it.1.is_finite()) {
        return Err(LawError::NotRising);
    }
    let takes_two = matches!(name, Some(LawName::Normal | LawName::Lognormal | LawName::Uniform));
    let name = match name {
        None if points.len() == 2 => return Err(LawError::NeedsLaw),
        Some(name) if points.len() == 2 && !takes_two => return Err(LawError::NeedsThird(name)),
        _ => name.unwrap_or(LawName::Metalog),
    };
    if name == LawName::Lognormal && points.len() == 2 && points[0].1 <= 0.0 {
        return Err(LawError::NotPositive);
    }
    named(points, name, bounds).ok_or_else(|| {
        let all = LawName::WORDS.into_iter().map(|it| it.1);
        LawError::DoesNotFit(name, all.filter(|it| named(points, *it, bounds).is_some()).collect())
    })
}

fn named(points: Points<'_>, name: LawName, bounds: (f64, f64)) -> Option<Curve> {
    match name {
        LawName::Normal => {
            let (mean, sd) = straight(points, quantile)?;
            Some(Curve::Normal { mean, sd })
        }
        LawName::Uniform => {
            let (min, width) = straight(points, |share| share)?;
            Some(Curve::Uniform { min, max: min + width })
        }
        LawName::Lognormal => {
            let shift = if points.len() == 3 { shift(points)? } else { 0.0 };
            let logs: Vec<_> = points.iter().map(|it| (it.0, libm::log(it.1 - shift))).collect();
            let (mu, sigma) = straight(&logs, quantile)?;
            Some(Curve::Lognormal { shift, mu, sigma })
        }
        LawName::Triangular => {
            let (min, mode, max) = between(points, |mode, at| triangular(0.0, mode, 1.0, at))?;
            Some(Curve::Triangular { min, mode: min + mode * (max - min), max })
        }
        LawName::Pert => {
            let of = |mode: f64, at: f64| beta::quantile(1.0 + 4.0 * mode, 5.0 - 4.0 * mode, at);
            let (min, mode, max) = between(points, of)?;
            Some(Curve::pert(min, max, mode, 4.0))
        }
        LawName::Metalog => metalog(points, bounds),
    }
}

/// The value at zero and the slope of a straight line through all points, by a function of the share.
fn straight(points: Points<'_>, of: impl Fn(f64) -> f64) -> Option<(f64, f64)> {
    let (first, last) = (points.first()?, points.last()?);
    let slope = (last.1 - first.1) / (of(last.0) - of(first.0));
    let zero = first.1 - slope * of(first.0);
    let off = |it: &(f64, f64)| (zero + slope * of(it.0) - it.1).abs();
    let fits = points.iter().all(|it| off(it) <= CONSISTENT * (last.1 - first.1));
    fits.then_some((zero, slope))
}

/// Where the log scale begins on which three points lie on a normal law. There is such a place where
/// they lean to the right.
fn shift(points: Points<'_>) -> Option<f64> {
    let [a, b, c] = points else { return None };
    let [za, zb, zc] = [a, b, c].map(|it| quantile(it.0));
    let leans = |below_a: f64| {
        let upper = libm::log1p((c.1 - b.1) / (b.1 - a.1 + below_a)) / (zc - zb);
        upper - libm::log1p((b.1 - a.1) / below_a) / (zb - za)
    };
    let spread = c.1 - a.1;
    let (mut near, mut far) = (spread * 1e-12, spread / CONSISTENT);
    if leans(near) >= 0.0 || leans(far) <= 0.0 {
        return None;
    }
    for _ in 0..200 {
        let middle = libm::sqrt(near * far);
        *(if leans(middle) < 0.0 { &mut near } else { &mut far }) = middle;
    }
    Some(a.1 - libm::sqrt(near * far))
}

/// Least, mode as a share of the way, and most of a law with two ends, by the quantiles of the same
/// law between 0 and 1.
fn between(points: Points<'_>, of: impl Fn(f64, f64) -> f64) -> Option<(f64, f64, f64)> {
    let [a, b, c] = points else { return None };
    let said = (b.1 - a.1) / (c.1 - a.1);
    let off = |mode: f64| {
        let [a, b, c] = [a.0, b.0, c.0].map(|share| of(mode, share));
        (b - a) / (c - a) - said
    };
    // Where the mode is, the middle is near: the further right, the larger the lower part.
    let (mut left, mut right) = (0.0, 1.0);
    if off(left) > CONSISTENT || off(right) < -CONSISTENT {
        return None;
    }
    for _ in 0..100 {
        let middle = (left + right) / 2.0;
        *(if off(middle) < 0.0 { &mut left } else { &mut right }) = middle;
    }
    let mode = (left + right) / 2.0;
    let width = (c.1 - a.1) / (of(mode, c.0) - of(mode, a.0));
    let min = a.1 - width * of(mode, a.0);
    Some((min, mode, min + width))
}

/// The metalog of three terms through three points: within the bounds where they allow it, else
/// the plain one.
fn metalog(points: Points<'_>, (least, most): (f64, f64)) -> Option<Curve> {
    let scale = match (least.is_finite(), most.is_finite()) {
        (true, true) => Scale::Within(least, most),
        (true, false) => Scale::Above(least),
        _ => Scale::Plain,
    };
    let inside = points.iter().all(|it| least < it.1 && it.1 < most);
    let tries = [inside.then_some(scale), Some(Scale::Plain)];
    tries.into_iter().flatten().find_map(|scale| metalog_on(points, scale))
}

fn metalog_on(points: Points<'_>, scale: Scale) -> Option<Curve> {
    /// Beyond this the third term outweighs the second somewhere, and the curve falls:
    /// 1 / max of p - 1/2 + p (1 - p) ln(p / (1 - p)); Keelin 2016 gives 1.66711.
    const STEEPEST: f64 = 1.667_113_119_201_929_3;
    let [a, b, c] = points else { return None };
    let [ya, yb, yc] = [a, b, c].map(|it| scale.of(it.1));
    let [[sa, ta], [sb, tb], [sc, tc]] = [a, b, c].map(|it| basis(it.0));
    // Two equations for two terms, by Cramer's rule.
    let whole = (sb - sa) * (tc - ta) - (sc - sa) * (tb - ta);
    let second = ((yb - ya) * (tc - ta) - (yc - ya) * (tb - ta)) / whole;
    let third = ((sb - sa) * (yc - ya) - (sc - sa) * (yb - ya)) / whole;
    let first = ya - second * sa - third * ta;
    let rises = second > 0.0 && third.abs() < STEEPEST * second;
    rises.then_some(Curve::Metalog { terms: [first, second, third], scale })
}
