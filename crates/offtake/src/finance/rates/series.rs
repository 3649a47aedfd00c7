//! Flows made ready to be looked at: in order, of one size, within one unit of time.

use crate::finance::Flow;

/// Flows by time, from 0 to 1, the largest of size 1.
pub(super) struct Series {
    terms: Vec<Term>,
    /// What 1 is, in years.
    span: f64,
}

#[derive(Clone, Copy)]
struct Term {
    time: f64,
    amount: f64,
}

/// What is seen at a point `s`. All may be scaled by one positive number.
pub(super) struct Look {
    pub at: f64,
    pub value: f64,
    /// How far the value may be off, by rounding.
    pub noise: f64,
    /// The first derivative.
    pub slope: f64,
    /// The second derivative at most, anywhere within `reach`.
    pub bend: f64,
    /// Zeros above this point, at most.
    pub above: usize,
    /// Zeros below it, at most.
    pub below: usize,
    reach: f64,
}

impl Series {
    /// Nothing where no time passes between flows that are not zero.
    pub fn of(flows: &[Flow]) -> Option<Self> {
        let mut flows: Vec<Flow> = flows.to_vec();
        flows.sort_by(|a, b| a.years.total_cmp(&b.years));
        let together = flows.chunk_by(|a, b| a.years == b.years);
        let sum = |same: &[Flow]| {
            let amount: f64 = same.iter().map(|it| it.amount).sum();
            let gross: f64 = same.iter().map(|it| it.amount.abs()).sum();
            // What is left of decimal numbers that cancel is no flow.
            let left = amount.abs() > 4.0 * f64::EPSILON * gross;
            left.then_some(Term { time: same[0].years, amount })
        };
        let mut terms: Vec<Term> = together.filter_map(sum).collect();
        let (first, last) = (terms.first()?.time, terms.last()?.time);
        let span = last - first;
        let most = terms.iter().map(|it| it.amount.abs()).fold(0.0, f64::max);
        for it in &mut terms {
            it.time = (it.time - first) / span;
            it.amount /= most;
        }
        (span > 0.0).then_some(Self { terms, span })
    }

    pub fn sign_changes(&self) -> usize {
        changes(self.terms.iter().map(|it| it.amount), 0.0)
    }

    /// The rate that belongs to a point, as far as numbers go.
    pub fn rate(&self, at: f64) -> f64 {
        libm::expm1(at / self.span).min(1e300)
    }

    /// Looks at a point, and as far as `reach` around it.
    pub fn look(&self, at: f64, reach: f64) -> Look {
        // Seen from the end that weighs more, so that no weight is above 1.
        let from = if at < 0.0 { 1.0 } else { 0.0 };
        let (mut size, mut mean, mut blur) = (0.0, 0.0, 0.0);
        let mut weigh = |it: &Term| {
            let exponent = at * (it.time - from);
            let weight = it.amount * libm::exp(-exponent);
            size += weight.abs();
            mean += weight.abs() * it.time;
            // Rounding: of the sum, and of the exponents.
            blur += weight.abs() * (4.0 + exponent.abs());
            weight
        };
        let weights: Vec<f64> = self.terms.iter().map(&mut weigh).collect();
        let noise = f64::EPSILON * blur;
        let (slope, bend) = self.changes(&weights, mean / size, reach);
        let (mut forward, mut backward) = (Sum::default(), Sum::default());
        let above = changes(weights.iter().map(|it| forward.add(*it)), noise);
        let below = changes(weights.iter().rev().map(|it| backward.add(*it)), noise);
        Look { at, value: forward.total(), noise, slope, bend, above, below, reach }
    }

    /// The slope, and the most that the bend can be within reach, of F(s) e^(s mean): it has the same zeros as
    /// F, and changes least.
    fn changes(&self, weights: &[f64], mean: f64, reach: f64) -> (f64, f64) {
        let farthest = libm::exp(reach * mean.max(1.0 - mean));
        // Where that is little, one number will do for all.
        let grows = |lever: f64| {
            if farthest < 1.1 { farthest } else { libm::exp(reach * lever.abs()) }
        };
        let (mut slope, mut bend) = (0.0, 0.0);
        for (it, weight) in self.terms.iter().zip(weights) {
            let lever = it.time - mean;
            slope -= lever * weight;
            if reach > 0.0 {
                bend += lever * lever * weight.abs() * grows(lever);
            }
        }
        (slope, bend)
    }
}

impl Look {
    /// Whether there is surely no more than one zero within reach.
    pub fn one_at_most(&self) -> bool {
        let Self { value, noise, slope, bend, reach, .. } = *self;
        let none = value.abs() > reach * (slope.abs() + bend * reach / 2.0) + 2.0 * noise;
        let steady = slope.abs() > bend * reach + 2.0 * noise;
        none || steady
    }
}

/// How often the sign changes. What is within the noise may have either sign, and counts twice.
fn changes(values: impl Iterator<Item = f64>, noise: f64) -> usize {
    let mut last = 0.0;
    let mut count = 0;
    for it in values {
        if it.abs() <= noise {
            count += if it == 0.0 && noise == 0.0 { 0 } else { 2 };
        } else {
            count += usize::from(last * it < 0.0);
            last = it.signum();
        }
    }
    count
}

/// A running sum that keeps what rounding would lose (Neumaier 1974).
#[derive(Default)]
struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    fn add(&mut self, it: f64) -> f64 {
        let next = self.high + it;
        let (large, small) =
            if self.high.abs() >= it.abs() { (self.high, it) } else { (it, self.high) };
        self.low += (large - next) + small;
        self.high = next;
        self.total()
    }

    fn total(&self) -> f64 {
        self.high + self.low
    }
}
