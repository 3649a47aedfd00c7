//! A law told by quantiles, straight in the logarithm between them.

use crate::chance::below;

/// The probabilities of a curve of many points.
const FINE: [f64; 18] = [
    0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999,
    1.0,
];
/// And of one of few.
const COARSE: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// Beyond so many standard deviations, next to all is at an end of the curve.
const FURTHEST: f64 = 4.0;

/// Quantiles of something positive. One point: always the same. Five: least, quartiles, most. Eighteen:
/// at 0, 1, 5, 10, 20, ... 90, 95, 98, 99, 99.5, 99.9 and 100 %.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    points: Vec<f64>,
}

impl Curve {
    /// A curve through some points, if they are positive, rise, and are 1, 5 or 18.
    pub fn of(points: Vec<f64>) -> Option<Curve> {
        let sound = points.iter().all(|it| it.is_finite() && *it > 0.0);
        (sound && points.is_sorted() && levels(points.len()).is_some()).then_some(Curve { points })
    }

    /// The fine curve of some values in order, at least `least`, with a given mean.
    pub fn fine(sorted: &[f64], least: f64, mean: f64) -> Curve {
        Self::through(sorted, &FINE, least, mean)
    }

    /// The coarse curve of some values in order, at least `least`, with a given mean.
    pub fn coarse(sorted: &[f64], least: f64, mean: f64) -> Curve {
        Self::through(sorted, &COARSE, least, mean)
    }

    /// A straight line in the logarithm understates what is curved: all points are moved by the factor
    /// that keeps the mean.
    fn through(sorted: &[f64], levels: &[f64], least: f64, mean: f64) -> Curve {
        let at = |level: &f64| {
            let place = level * (sorted.len() - 1) as f64;
            let (whole, part) = (place as usize, place.fract());
            let next = sorted[(whole + 1).min(sorted.len() - 1)];
            (sorted[whole] + (next - sorted[whole]) * part).max(least)
        };
        let points: Vec<f64> = levels.iter().map(at).collect();
        if points.first() == points.last() {
            return Curve { points: vec![rounded(mean.max(least))] };
        }
        let it = Curve { points };
        it.times(mean.max(least) / it.mean())
    }

    /// The same, everything so many times as much, to four digits.
    pub fn times(&self, factor: f64) -> Curve {
        Curve { points: self.points.iter().map(|it| rounded(it * factor)).collect() }
    }

    /// The quantiles.
    pub fn points(&self) -> &[f64] {
        &self.points
    }

    /// The value that a share of all lies below.
    pub fn at(&self, share: f64) -> f64 {
        let levels = levels(self.points.len()).unwrap_or(&[]);
        let next = levels.partition_point(|it| *it <= share).clamp(1, levels.len().max(2) - 1);
        let (Some(low), Some(high)) = (self.points.get(next - 1), self.points.get(next)) else {
            return self.points[0];
        };
        let part = (share - levels[next - 1]) / (levels[next] - levels[next - 1]);
        low * libm::pow(high / low, part)
    }

    /// The value at a normal score.
    pub fn at_score(&self, z: f64) -> f64 {
        self.at(below(z))
    }

    /// The mean where all normal scores are higher by a shift: a sum over scores from -5 to 5.
    pub fn mean_shifted(&self, by: f64) -> f64 {
        let scores = (-40..=40).map(|it| f64::from(it) / 8.0);
        let (sum, all) = scores.fold((0.0, 0.0), |(sum, all), z| {
            let weight = libm::exp(-z * z / 2.0);
            (sum + weight * self.at_score(z + by), all + weight)
        });
        sum / all
    }

    /// The shift that makes a mean, by halving, to a thousandth; the furthest there is where none does.
    pub fn shift_to(&self, mean: f64) -> f64 {
        let (mut low, mut high) = (-FURTHEST, FURTHEST);
        for _ in 0..16 {
            let middle = (low + high) / 2.0;
            match self.mean_shifted(middle) < mean {
                true => low = middle,
                false => high = middle,
            }
        }
        (high * 1e3).round() / 1e3 + 0.0
    }

    /// The mean: between `a` and `b` that of a line straight in the logarithm, `(b - a) / ln(b / a)`.
    pub fn mean(&self) -> f64 {
        let levels = levels(self.points.len()).unwrap_or(&[]);
        if levels.len() < 2 {
            return self.points[0];
        }
        let piece = |(level, point): (&[f64], &[f64])| {
            let ratio = libm::log(point[1] / point[0]);
            let mean = if ratio < 1e-9 { point[0] } else { (point[1] - point[0]) / ratio };
            (level[1] - level[0]) * mean
        };
        levels.windows(2).zip(self.points.windows(2)).map(piece).sum()
    }
}

fn levels(points: usize) -> Option<&'static [f64]> {
    match points {
        1 => Some(&[0.5]),
        5 => Some(&COARSE),
        18 => Some(&FINE),
        _ => None,
    }
}

/// To four significant digits: what a person reads, and no trace tells more.
pub fn rounded(it: f64) -> f64 {
    format!("{it:.3e}").parse().unwrap_or(it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_makes_the_mean_that_it_is_asked_for() {
        let points = (0..18).map(|it| libm::exp(f64::from(it) * 0.6)).collect();
        let curve = Curve::of(points).expect("it rises");
        assert!((curve.mean_shifted(0.0) / curve.mean() - 1.0).abs() < 0.01);
        for times in [0.1, 0.5, 1.0, 3.0, 30.0] {
            let shift = curve.shift_to(curve.mean() * times);
            let mean = curve.mean_shifted(shift);
            assert!((mean / curve.mean() / times - 1.0).abs() < 0.01, "{times}: {shift}, {mean}");
        }
        assert_eq!(curve.shift_to(1e12), FURTHEST);
    }
}
