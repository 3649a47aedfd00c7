//! Flows made ready to be looked at: in order, of one size, within one unit of time.

use crate::finance::Flow;

/// Flows by time, from 0 to 1, the largest of size 1.
pub(super) struct Series {
    terms: Vec<Term>,
    /// How many equal steps lead from the first to the last, where every flow lies on one.
    steps: Option<usize>,
    /// What 1 is, in years.
    span: f64,
}

#[derive(Clone, Copy)]
struct Term {
    time: f64,
    amount: f64,
    /// On which step.
    step: usize,
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
            left.then_some(Term { time: same[0].years, amount, step: 0 })
        };
        let mut terms: Vec<Term> = together.filter_map(sum).collect();
        let (first, last) = (terms.first()?.time, terms.last()?.time);
        let span = last - first;
        let most = terms.iter().map(|it| it.amount.abs()).fold(0.0, f64::max);
        for it in &mut terms {
            it.time = (it.time - first) / span;
            it.amount /= most;
        }
        let steps = steps(&mut terms);
        (span > 0.0).then_some(Self { terms, steps, span })
    }

    pub fn sign_changes(&self) -> usize {
        let mut changes = Changes::new(0.0);
        self.terms.iter().for_each(|it| changes.see(it.amount));
        changes.count
    }

    /// The rate that belongs to a point, as far as numbers go.
    pub fn rate(&self, at: f64) -> f64 {
        libm::expm1(at / self.span).min(1e300)
    }

    /// Looks at a point, and as far as `reach` around it.
    pub fn look(&self, at: f64, reach: f64) -> Look {
        let seen = self.weigh(at);
        let (slope, bend) = self.changes(&seen, reach);
        let (mut forward, mut backward) = (Sum::default(), Sum::default());
        let (mut above, mut below) = (Changes::new(seen.noise), Changes::new(seen.noise));
        // Both ways at once: neither waits for the other.
        for (first, last) in seen.weights.iter().zip(seen.weights.iter().rev()) {
            above.see(forward.add(*first));
            below.see(backward.add(*last));
        }
        let (value, noise) = (forward.total(), seen.noise);
        Look { at, value, noise, slope, bend, above: above.count, below: below.count, reach }
    }

    /// The value, how far it may be off, and the slope: all that steps towards a zero ask.
    pub fn glance(&self, at: f64) -> (f64, f64, f64) {
        let seen = self.weigh(at);
        let mut sum = Sum::default();
        seen.weights.iter().for_each(|it| {
            sum.add(*it);
        });
        (sum.total(), seen.noise, self.changes(&seen, 0.0).0)
    }

    /// Every flow, discounted.
    fn weigh(&self, at: f64) -> Weighed {
        // Seen from the end that weighs more, so that no weight is above 1.
        let from = if at < 0.0 { 1.0 } else { 0.0 };
        let (mut size, mut mean, mut blur) = (0.0, 0.0, 0.0);
        let powers = self.steps.map(|it| Powers::of(at, it));
        let weigh = |it: &Term| {
            let exponent = at * (it.time - from);
            let discount = match &powers {
                Some(powers) => powers.at(it.step),
                None => libm::exp(-exponent),
            };
            let weight = it.amount * discount;
            size += weight.abs();
            mean += weight.abs() * it.time;
            // Rounding: of the sum, of the discount, of the exponents and of the times in them.
            blur += weight.abs() * (8.0 + exponent.abs() + 4.0 * at.abs());
            weight
        };
        let weights = self.terms.iter().map(weigh).collect();
        Weighed { weights, mean: mean / size, noise: f64::EPSILON * blur }
    }

    /// The slope, and the most that the bend can be within reach, of F(s) e^(s mean): it has the same zeros as
    /// F, and changes least.
    fn changes(&self, seen: &Weighed, reach: f64) -> (f64, f64) {
        let (mut slope, mut bend) = (0.0, 0.0);
        let (mut known, mut grows) = (f64::NEG_INFINITY, 0.0);
        for (it, weight) in self.terms.iter().zip(&seen.weights) {
            let lever = it.time - seen.mean;
            slope -= lever * weight;
            if reach > 0.0 {
                // What a neighbour grows by is known; a little more is surely enough for both.
                if reach * (lever - known) > NEAR {
                    (known, grows) = (lever, libm::exp(reach * lever.abs() + NEAR));
                }
                bend += lever * lever * weight.abs() * grows;
            }
        }
        (slope, bend)
    }
}

/// What is weighed at a point.
struct Weighed {
    weights: Vec<f64>,
    /// The mean time, weighed by size.
    mean: f64,
    noise: f64,
}

/// Exponents that lie as near as this are as good as equal where only a bound is asked for.
const NEAR: f64 = 1.0 / 32.0;

/// Finds the equal steps on which all flows lie, as far as rounding can tell: the days or months of a calendar.
fn steps(terms: &mut [Term]) -> Option<usize> {
    const MOST: f64 = 4_194_304.0;
    let gaps = terms.windows(2).map(|it| it[1].time - it[0].time);
    let all = libm::round(1.0 / gaps.fold(f64::INFINITY, f64::min));
    if !(1.0..MOST).contains(&all) {
        return None;
    }
    let step = |it: &Term| {
        let step = libm::round(it.time * all);
        ((it.time * all - step).abs() <= 4.0 * f64::EPSILON * step).then_some(step)
    };
    let found: Vec<f64> = terms.iter().map(step).collect::<Option<_>>()?;
    for (it, step) in terms.iter_mut().zip(found) {
        (it.time, it.step) = (step / all, step as usize);
    }
    Some(all as usize)
}

/// Discounts by steps, each the product of two that are kept.
struct Powers {
    fine: Vec<f64>,
    coarse: Vec<f64>,
    /// How many bits of a step's number are fine.
    bits: u32,
    /// Steps are counted from the end that weighs more.
    last: Option<usize>,
}

impl Powers {
    fn of(at: f64, steps: usize) -> Self {
        let bits = steps.ilog2() / 2 + 1;
        let one = at.abs() / steps as f64;
        let power = |step: usize| libm::exp(-one * step as f64);
        Self {
            fine: (0..1 << bits).map(power).collect(),
            coarse: (0..=steps >> bits).map(|it| power(it << bits)).collect(),
            bits,
            last: (at < 0.0).then_some(steps),
        }
    }

    fn at(&self, step: usize) -> f64 {
        let step = self.last.map_or(step, |last| last - step);
        self.coarse[step >> self.bits] * self.fine[step & (self.fine.len() - 1)]
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
struct Changes {
    noise: f64,
    last: f64,
    count: usize,
}

impl Changes {
    fn new(noise: f64) -> Self {
        Self { noise, last: 0.0, count: 0 }
    }

    fn see(&mut self, it: f64) {
        if it.abs() <= self.noise {
            self.count += if it == 0.0 && self.noise == 0.0 { 0 } else { 2 };
        } else {
            self.count += usize::from(self.last * it < 0.0);
            self.last = it.signum();
        }
    }
}

/// A running sum that keeps what rounding would lose (Knuth 1969, 4.2.2, theorem B).
#[derive(Default)]
struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    fn add(&mut self, it: f64) -> f64 {
        let next = self.high + it;
        let added = next - self.high;
        self.low += (self.high - (next - added)) + (it - added);
        self.high = next;
        self.total()
    }

    fn total(&self) -> f64 {
        self.high + self.low
    }
}
