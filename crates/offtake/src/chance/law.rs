//! Laws told by quantiles: what a number that nobody knows may turn out to be.
//!
//! A law is its quantile function: a share of luck in, a value out, never falling. It has a curve
//! and may be cut at either end.

mod beta;
mod curve;
mod fit;
mod moments;

use std::fmt;

use super::philox::Stream;
use curve::Curve;

/// The name of a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LawName {
    /// Symmetric, unbounded.
    Normal,
    /// Normal on a log scale; with three quantiles, on a log scale that begins anywhere.
    Lognormal,
    /// Two straight slopes.
    Triangular,
    /// A beta law between two ends, its mean (least + 4 x mode + most) / 6.
    Pert,
    /// Through three quantiles exactly: Keelin, "The metalog distributions", Decision Analysis
    /// 13(4), 2016.
    Metalog,
    /// Flat.
    Uniform,
}

impl LawName {
    /// Its word in a scenario file.
    pub const WORDS: [(&'static str, LawName); 6] = [
        ("normal", LawName::Normal),
        ("lognormal", LawName::Lognormal),
        ("triangular", LawName::Triangular),
        ("pert", LawName::Pert),
        ("metalog", LawName::Metalog),
        ("uniform", LawName::Uniform),
    ];

    /// Its word in a scenario file.
    pub fn word(self) -> &'static str {
        let words = Self::WORDS.iter().find(|it| it.1 == self);
        words.expect("every law has its word").0
    }
}

/// What becomes of that part of a law which lies beyond a cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cut {
    /// It is left out, and the rest counts for the whole.
    #[default]
    Truncate,
    /// It is piled up at the cut.
    Clip,
}

impl Cut {
    /// Its word in a scenario file.
    pub const WORDS: [(&'static str, Cut); 2] = [("truncate", Cut::Truncate), ("clip", Cut::Clip)];
}

/// What a value may turn out to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Law {
    /// The lowest quantile that was told, as cut; a tenth lies below where none was told.
    pub low: f64,
    /// The median, as cut.
    pub median: f64,
    /// The highest quantile that was told, as cut; a tenth lies above where none was told.
    pub high: f64,
    curve: Curve,
    /// The shares of the curve between which it is drawn.
    from: f64,
    to: f64,
    least: f64,
    most: f64,
    /// Quantiles of the curve as told: share, value.
    told: Vec<(f64, f64)>,
}

/// A quantile before and after a law was cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    /// The share that lies below.
    pub share: f64,
    /// What was told.
    pub told: f64,
    /// What it is.
    pub is: f64,
}

/// Why a law cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LawError {
    /// A higher quantile has no higher value.
    NotRising,
    /// Only two quantiles and no law: nothing says what lies between.
    NeedsLaw,
    /// Fewer than two quantiles, or more than three.
    WrongCount,
    /// Two quantiles and a law that takes three.
    NeedsThird(LawName),
    /// A lognormal value is zero or negative.
    NotPositive,
    /// The law has no such three quantiles; these have.
    DoesNotFit(LawName, Vec<LawName>),
    /// The ends and the mode are out of order, or a number is not finite.
    OutOfOrder,
    /// Odds are not above nothing, or do not sum to one.
    WrongOdds,
    /// Nothing lies between the cuts.
    NothingLeft,
}

impl fmt::Display for LawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LawError::NotRising => write!(f, "the quantiles do not rise"),
            LawError::NeedsLaw => write!(f, "two quantiles and no law"),
            LawError::WrongCount => write!(f, "a law has two or three quantiles"),
            LawError::NeedsThird(law) => write!(f, "a {} law takes three quantiles", law.word()),
            LawError::NotPositive => write!(f, "a lognormal value is above zero"),
            LawError::DoesNotFit(law, _) => write!(f, "no {} law has these quantiles", law.word()),
            LawError::OutOfOrder => write!(f, "the ends are out of order"),
            LawError::WrongOdds => write!(f, "the odds do not sum to one"),
            LawError::NothingLeft => write!(f, "nothing lies between the cuts"),
        }
    }
}

impl Law {
    /// From two or three quantiles (share below, value) in rising order of shares, and the law's
    /// name if it is said.
    ///
    /// Normal, lognormal and uniform laws follow from two; a third must be consistent to a
    /// millionth of the spread, but for the lognormal, which it shifts. Without a name it takes
    /// three and is a metalog. A metalog lies within the bounds (least, most) where its quantiles
    /// do, on a log or logit scale (Keelin 2016, section 4); all other laws heed no bounds.
    ///
    /// # Errors
    /// When the quantiles do not rise, or do not determine such a law.
    pub fn from_quantiles(
        points: &[(f64, f64)],
        name: Option<LawName>,
        bounds: (f64, f64),
    ) -> Result<Law, LawError> {
        let curve = fit::curve(points, name, bounds)?;
        Ok(Law { told: points.to_vec(), ..Law::plain(curve) }.settled())
    }

    /// Two straight slopes from `min` up to `mode` and down to `max`.
    ///
    /// # Errors
    /// When the three are out of order.
    pub fn triangular(min: f64, mode: f64, max: f64) -> Result<Law, LawError> {
        in_order(&[min, mode, max])?;
        Ok(Law::plain(Curve::Triangular { min, mode, max }))
    }

    /// A beta law between `min` and `max`, its mean `(min + weight x mode + max) / (weight + 2)`;
    /// the usual weight is 4 (Malcolm and others, Operations Research 7(5), 1959).
    ///
    /// # Errors
    /// When the three are out of order or the weight is negative.
    pub fn pert(min: f64, mode: f64, max: f64, weight: f64) -> Result<Law, LawError> {
        in_order(&[min, mode, max])?;
        in_order(&[0.0, weight, f64::MAX])?;
        Ok(Law::plain(Curve::pert(min, max, (mode - min) / (max - min), weight)))
    }

    /// Flat between two ends.
    ///
    /// # Errors
    /// When the ends are out of order.
    pub fn uniform(min: f64, max: f64) -> Result<Law, LawError> {
        in_order(&[min, max])?;
        Ok(Law::plain(Curve::Uniform { min, max }))
    }

    /// Some values, each with its odds; they sum to one.
    ///
    /// # Errors
    /// When odds are negative or do not sum to one within a millionth.
    pub fn choices(all: &[(f64, f64)]) -> Result<Law, LawError> {
        let sum: f64 = all.iter().map(|it| it.0).sum();
        let sound = all.iter().all(|it| it.0 > 0.0 && it.1.is_finite());
        if !sound || (sum - 1.0).abs() > 1e-6 {
            return Err(LawError::WrongOdds);
        }
        let mut steps: Vec<(f64, f64)> = all.to_vec();
        steps.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut below = 0.0;
        for step in &mut steps {
            below += step.0 / sum;
            step.0 = below;
        }
        Ok(Law::plain(Curve::Choices(steps)))
    }

    /// What was seen: quantiles run straight between the values in their order, the lowest and the
    /// highest being the ends (type 7 of Hyndman and Fan, 1996).
    ///
    /// # Errors
    /// When there are fewer than two different values, or one is not finite.
    pub fn seen(mut values: Vec<f64>) -> Result<Law, LawError> {
        values.sort_by(f64::total_cmp);
        let ends = [values.first().copied(), values.last().copied()].map(Option::unwrap_or_default);
        in_order(&ends)?;
        Ok(Law::plain(Curve::Seen(values)))
    }

    fn plain(curve: Curve) -> Law {
        let (least, most) = (f64::NEG_INFINITY, f64::INFINITY);
        let told = Vec::new();
        let (low, median, high) = (0.0, 0.0, 0.0);
        Law { low, median, high, curve, from: 0.0, to: 1.0, least, most, told }.settled()
    }

    /// The same law without what lies below `least` and above `most`.
    ///
    /// # Errors
    /// When nothing lies between.
    pub fn cut(mut self, least: f64, most: f64, how: Cut) -> Result<Law, LawError> {
        if how == Cut::Truncate {
            if let Curve::Choices(steps) = &self.curve {
                return curve::odds(steps, least, most)
                    .map_or(Err(LawError::NothingLeft), |it| Law::choices(&it));
            }
            // What is piled up at an end already is not beyond it.
            let ends = self.ends();
            let lower = if least > ends.0 { self.below(least) } else { 0.0 };
            let upper = if most < ends.1 { self.below(most) } else { 1.0 };
            if upper - lower < 1e-9 {
                return Err(LawError::NothingLeft);
            }
            let width = self.to - self.from;
            (self.from, self.to) = (self.from + lower * width, self.from + upper * width);
        }
        self.least = self.least.max(least);
        self.most = self.most.min(most);
        if self.least >= self.most || self.at(0.0) >= self.at(1.0) {
            return Err(LawError::NothingLeft);
        }
        Ok(self.settled())
    }

    /// The value below which a share of the law lies: its quantile function, which never falls.
    ///
    /// A law without ends is drawn between its 1-in-10,000 quantiles.
    #[inline]
    pub fn at(&self, share: f64) -> f64 {
        let share = self.from + share * (self.to - self.from);
        self.curve.at(share).clamp(self.least, self.most)
    }

    /// Draws from the law: the numbers of a stream from the `nth` on, each turned into its value.
    pub fn fill(&self, stream: Stream, nth: u64, all: &mut [f64]) {
        stream.fill(nth, all);
        all.iter_mut().for_each(|it| *it = self.from + *it * (self.to - self.from));
        self.curve.all_at(all);
        all.iter_mut().for_each(|it| *it = it.clamp(self.least, self.most));
    }

    /// The share of the law that lies at or below a value: the inverse of [`Law::at`].
    pub fn below(&self, value: f64) -> f64 {
        match value {
            it if it < self.least => 0.0,
            it if it >= self.most => 1.0,
            it => ((self.curve.below(it) - self.from) / (self.to - self.from)).clamp(0.0, 1.0),
        }
    }

    /// The least and the greatest value that can be drawn.
    pub fn ends(&self) -> (f64, f64) {
        (self.at(0.0), self.at(1.0))
    }

    /// The quantiles that were told, before and after the law was cut.
    pub fn quantiles(&self) -> impl Iterator<Item = Quantile> {
        self.told.iter().map(|(share, told)| Quantile {
            share: *share,
            told: *told,
            is: self.settle(*share, *told),
        })
    }

    /// Its name, where it goes by one.
    pub fn name(&self) -> &'static str {
        self.curve.name()
    }

    fn settled(mut self) -> Law {
        let of = |share: f64| match self.told.iter().find(|it| it.0 == share) {
            Some((_, told)) => self.settle(share, *told),
            None => self.at(share),
        };
        let ends =
            (self.told.first().map_or(0.1, |it| it.0), self.told.last().map_or(0.9, |it| it.0));
        (self.low, self.median, self.high) = (of(ends.0), of(0.5), of(ends.1));
        self
    }

    /// A quantile as told where a cut leaves it alone, to the last digit.
    fn settle(&self, share: f64, told: f64) -> f64 {
        let (is, spread) = (self.at(share), self.at(0.9) - self.at(0.1));
        if (is - told).abs() <= 1e-9 * told.abs().max(spread) { told } else { is }
    }
}

/// Numbers that never fall, all finite, the last above the first.
fn in_order(all: &[f64]) -> Result<(), LawError> {
    let sound = all.iter().all(|it| it.is_finite()) && all.is_sorted() && all.first() < all.last();
    if sound { Ok(()) } else { Err(LawError::OutOfOrder) }
}

#[cfg(test)]
mod tests;
