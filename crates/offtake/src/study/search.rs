//! Break-evens: from where on something no longer holds.
//!
//! What is asked must be monotone over the range: played with the same luck at every value, it
//! mostly is. The ends are looked at first; that nothing in between differs from two equal ends
//! is the caller's word.

use crate::chance;

use super::estimate::{Estimate, Z95};

/// Where an edge is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The smallest value.
    pub low: f64,
    /// The largest, above `low`.
    pub high: f64,
    /// How near to the edge is near enough, above zero: as a part of the edge itself where the
    /// range is positive, else as a part of the range.
    pub tolerance: f64,
}

/// What a search found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// It holds at both ends.
    AlwaysHolds,
    /// It holds at neither end.
    NeverHolds,
    /// It holds up to an edge, or from an edge on.
    Edge {
        /// The value nearest to the edge at which it was seen to hold.
        holds_at: f64,
        /// The nearest at which it was seen not to; below `holds_at` if it holds from there on.
        fails_at: f64,
    },
}

/// An answer and what it cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The answer.
    pub answer: Answer,
    /// How often the question was asked.
    pub calls: usize,
}

/// An answer about odds, which are themselves found from draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FoundOdds {
    /// The answer, as these draws have it.
    pub found: Found,
    /// The edge with its own error, if there is one: that of the odds over their slope. Its
    /// interval is cut at the ends of the range.
    pub at: Option<Estimate>,
    /// Whether the odds at both ends of the range lie two errors or more away from the limit.
    pub is_clear: bool,
}

/// Where something no longer holds, or begins to: by halving, on a log scale where the range is
/// positive.
pub fn edge(range: Range, mut holds: impl FnMut(f64) -> bool) -> Found {
    let sign = |it| if it { f64::INFINITY } else { f64::NEG_INFINITY };
    edge_of_margin(range, |at| sign(holds(at)))
}

/// The same for what holds while a number is not below zero. Its size leads there in fewer calls
/// if it is smooth; a number that says nothing but its sign, or is infinite or unknown (it does not
/// hold), costs what halving costs.
pub fn edge_of_margin(range: Range, mut margin: impl FnMut(f64) -> f64) -> Found {
    search(range, |at| Margin { value: margin(at), noise: 0.0 })
}

/// From where on odds are at most `limit`, or no longer are: `odds` tells them with their error,
/// with the same luck at every value. The search ends early, with the values that hold and fail still
/// apart, at odds no farther from the limit than a quarter of their error.
pub fn edge_of_odds(range: Range, limit: f64, mut odds: impl FnMut(f64) -> Estimate) -> FoundOdds {
    let mut seen = Vec::new();
    let found = search(range, |at| {
        let margin = Margin::of_odds(odds(at), limit);
        seen.push((range.place(at), margin));
        margin
    });
    let at = match found.answer {
        Answer::Edge { holds_at, fails_at } => {
            let (place, error) = edge_and_error(&seen);
            let ends = [range.place(holds_at), range.place(fails_at)];
            let place = place.clamp(ends[0].min(ends[1]), ends[0].max(ends[1]));
            Some(range.estimate(place, error))
        }
        Answer::AlwaysHolds | Answer::NeverHolds => None,
    };
    let is_clear = seen[..2].iter().all(|it| it.1.is_clear());
    FoundOdds { found, at, is_clear }
}

/// How much is left before it no longer holds, and the standard error of that.
#[derive(Clone, Copy, Debug)]
struct Margin {
    value: f64,
    noise: f64,
}

impl Margin {
    /// On the scale of normal quantiles, on which odds mostly run straight and far ones do not hide
    /// how fast near ones change.
    fn of_odds(odds: Estimate, limit: f64) -> Margin {
        // Half of Wilson's interval, which is never nothing.
        let noise = odds.half_width() / Z95;
        let z = |it: f64| chance::quantile(it.clamp(noise / 2.0, 1.0 - noise / 2.0));
        let at = z(odds.value);
        let density = libm::exp(-at * at / 2.0) / libm::sqrt(2.0 * std::f64::consts::PI);
        Margin { value: z(limit) - at, noise: noise / density }
    }

    /// Whether it lies two errors or more away from the limit.
    fn is_clear(self) -> bool {
        self.value.abs() >= 2.0 * self.noise
    }

    fn holds(self) -> bool {
        self.value >= 0.0
    }
}

impl Range {
    fn is_log(self) -> bool {
        self.low > 0.0
    }

    /// A value by its place between 0 and 1.
    fn at(self, place: f64) -> f64 {
        match place {
            0.0 => self.low,
            1.0 => self.high,
            _ if self.is_log() => self.low * libm::pow(self.high / self.low, place),
            _ => self.low + place * (self.high - self.low),
        }
    }

    fn place(self, at: f64) -> f64 {
        if self.is_log() {
            libm::log(at / self.low) / libm::log(self.high / self.low)
        } else {
            (at - self.low) / (self.high - self.low)
        }
    }

    /// How near two places are that are near enough.
    fn near(self) -> f64 {
        let scale = if self.is_log() { libm::log(self.high / self.low) } else { 1.0 };
        self.tolerance / scale
    }

    fn estimate(self, place: f64, error: f64) -> Estimate {
        let end = |by: f64| self.at((place + by * Z95 * error).clamp(0.0, 1.0));
        let value = self.at(place);
        let slope = if self.is_log() {
            value * libm::log(self.high / self.low)
        } else {
            self.high - self.low
        };
        Estimate { value, error: slope * error, low: end(-1.0), high: end(1.0) }
    }
}

/// A place between 0 and 1, and the margin there.
type Seen = (f64, Margin);

/// Chandrupatla, "A new hybrid quadratic/bisection algorithm", Advances in Engineering Software 28,
/// 1997: by inverse quadratic interpolation where the margin is even enough for it, else by halving.
fn search(range: Range, mut margin: impl FnMut(f64) -> Margin) -> Found {
    let (mut new, mut other): (Seen, Seen) = ((0.0, margin(range.low)), (1.0, margin(range.high)));
    let found = |answer, calls| Found { answer, calls };
    match (new.1.holds(), other.1.holds()) {
        (true, true) => return found(Answer::AlwaysHolds, 2),
        (false, false) => return found(Answer::NeverHolds, 2),
        _ => {}
    }
    let near = range.near();
    let is_noise = |it: Seen| it.1.value.abs() < it.1.noise / 4.0;
    let (mut part, mut calls) = (0.5, 2);
    while (other.0 - new.0).abs() > near && !is_noise(new) && !is_noise(other) {
        let place = new.0 + part * (other.0 - new.0);
        let it = (place, margin(range.at(place)));
        calls += 1;
        let mut last = new;
        if it.1.holds() != new.1.holds() {
            (last, other) = (other, new);
        }
        new = it;
        let least = 0.8 * near / (other.0 - new.0).abs();
        part = next_part(new, other, last).clamp(least.min(0.5), (1.0 - least).max(0.5));
    }
    let (holds, fails) = if new.1.holds() { (new, other) } else { (other, new) };
    let (holds_at, fails_at) = (range.at(holds.0), range.at(fails.0));
    found(Answer::Edge { holds_at, fails_at }, calls)
}

/// Where to ask next, as a part of the way from the newest place to that on the other side of the
/// edge; `last` is what one of the two was before.
fn next_part(new: Seen, other: Seen, last: Seen) -> f64 {
    let (a, b, c) = (new.1.value, other.1.value, last.1.value);
    let xi = (new.0 - other.0) / (last.0 - other.0);
    let phi = (a - b) / (c - b);
    let is_even = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi;
    let away = (last.0 - new.0) / (other.0 - new.0);
    let part = a / (b - a) * c / (b - c) + away * a / (c - a) * b / (c - b);
    if is_even && part.is_finite() { part } else { 0.5 }
}

/// Where a line through the odds nearest to the limit meets it, and their error over its slope. The
/// slope is that between the nearest odds on both sides that are clear of the limit and, if there
/// are such, not much less sure; where a side has none, the line begins at the nearest.
fn edge_and_error(seen: &[Seen]) -> (f64, f64) {
    let closest = |is_side: &dyn Fn(&Seen) -> bool| {
        // Among equals the latest, which lies nearest to the edge.
        let those = seen.iter().rev().filter(|it| is_side(it));
        those.min_by(|a, b| a.1.value.abs().total_cmp(&b.1.value.abs())).copied()
    };
    let best = closest(&|_| true).unwrap_or(seen[0]);
    let sides = |most_noise: f64| {
        let is_good =
            |it: &Seen| it.1.is_clear() && it.1.noise < most_noise && it.1.value != best.1.value;
        let left = closest(&|it| it.0 < best.0 && is_good(it));
        let right = closest(&|it| it.0 > best.0 && is_good(it));
        left.or(right).map(|_| (left.unwrap_or(best), right.unwrap_or(best)))
    };
    let sides = sides(4.0 * best.1.noise).or_else(|| sides(f64::INFINITY));
    let (left, right) = sides.unwrap_or((seen[0], seen[1]));
    let slope = (right.1.value - left.1.value) / (right.0 - left.0);
    (best.0 - best.1.value / slope, best.1.noise / slope.abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::share;
    use crate::study::trial::normals;

    const RANGE: Range = Range { low: 1.0, high: 1000.0, tolerance: 1e-3 };

    fn edge_of(found: Found) -> (f64, f64) {
        match found.answer {
            Answer::Edge { holds_at, fails_at } => (holds_at, fails_at),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_ends_are_looked_at_first() {
        let answer = |holds| edge(RANGE, |_| holds);
        assert_eq!(answer(true), Found { answer: Answer::AlwaysHolds, calls: 2 });
        assert_eq!(answer(false), Found { answer: Answer::NeverHolds, calls: 2 });
    }

    #[test]
    fn an_edge_lies_between_two_values_that_were_seen() {
        for truth in [1.001, 2.0, 37.0, 640.0, 999.5] {
            let found = edge(RANGE, |it| it >= truth);
            let (holds_at, fails_at) = edge_of(found);
            assert!(fails_at < truth && truth <= holds_at && holds_at / fails_at < 1.0011);
            // Two ends, and ln(1000) / 0.001 halved 13 times.
            assert_eq!(found.calls, 15);
            let (holds_at, fails_at) = edge_of(edge(RANGE, |it| it < truth));
            assert!(holds_at < truth && truth <= fails_at && fails_at / holds_at < 1.0011);
        }
    }

    #[test]
    fn a_range_through_zero_is_halved_evenly() {
        let range = Range { low: -10.0, high: 30.0, tolerance: 1e-3 };
        let (holds_at, fails_at) = edge_of(edge(range, |it| it >= 0.5));
        assert!(fails_at < 0.5 && 0.5 <= holds_at && holds_at - fails_at <= 0.04);
    }

    #[test]
    fn a_smooth_margin_wants_at_most_twelve_calls() {
        let mut most = 0;
        for truth in [1.001, 1.5, 2.0, 9.0, 37.0, 200.0, 640.0, 900.0, 999.5] {
            let margins: [&dyn Fn(f64) -> f64; 5] = [
                &|it| it - truth,
                &|it| truth - it,
                &|it| it * it - truth * truth,
                &|it| 1.0 / truth - 1.0 / it,
                &|it| libm::log(it / truth),
            ];
            for (nth, margin) in margins.iter().enumerate() {
                let found = edge_of_margin(RANGE, margin);
                let (holds_at, fails_at) = edge_of(found);
                let (low, high) = (holds_at.min(fails_at), holds_at.max(fails_at));
                assert!(low <= truth * 1.000_001 && truth <= high * 1.000_001, "{nth} {truth}");
                assert!(high / low < 1.0011, "{nth} {truth}");
                assert!(found.calls <= 12, "{nth} at {truth}: {} calls", found.calls);
                most = most.max(found.calls);
            }
        }
        assert!(most > 3);
    }

    #[test]
    fn a_margin_that_says_only_its_sign_costs_what_halving_costs() {
        for truth in [1.001, 37.0, 999.5] {
            let steps = |it: f64| if it < truth { -1e9 } else { 1e-9 };
            assert_eq!(edge_of_margin(RANGE, steps).calls, 15);
            let unknown = |it: f64| if it < truth { f64::NAN } else { f64::INFINITY };
            assert_eq!(edge_of_margin(RANGE, unknown).calls, 15);
        }
    }

    #[test]
    fn a_margin_with_a_bend_costs_little_more_than_halving() {
        for truth in [1.5, 9.0, 37.0, 200.0, 900.0] {
            let bent = |it: f64| if it < truth { it - truth } else { 5.0 * (it - truth) };
            let flat = |it: f64| (it - truth) * (it - truth) * (it - truth);
            assert!(edge_of_margin(RANGE, bent).calls <= 17);
            assert!(edge_of_margin(RANGE, flat).calls <= 19);
        }
    }

    /// `P(z > ln x) <= 5 %` holds from `e^1.645` on. 300 times, from 2,000 draws each.
    #[test]
    fn an_edge_of_odds_has_its_own_error() {
        let truth = libm::exp(chance::quantile(0.95));
        let (mut held, mut calls) = (0, 0);
        for nth in 0..300 {
            let luck = normals(&format!("luck {nth}"), 2_000);
            let found = edge_of_odds(RANGE, 0.05, |at| {
                share(luck.iter().filter(|it| **it > libm::log(at)).count(), luck.len())
            });
            let at = found.at.unwrap();
            held += usize::from(at.low <= truth && truth <= at.high);
            calls = calls.max(found.found.calls);
            assert!(found.is_clear && (0.1..0.5).contains(&at.error), "{at:?}");
        }
        assert!((274..=296).contains(&held), "{held} of 300");
        assert!(calls <= 12, "{calls}");
    }

    #[test]
    fn odds_that_jump_have_their_edge_at_the_jump() {
        let jump = |at: f64| share(if at < 37.0 { 400 } else { 0 }, 1_000);
        let at = edge_of_odds(RANGE, 0.05, jump).at.unwrap();
        assert!((at.value / 37.0 - 1.0).abs() < 1.1e-3 && at.error < 0.04, "{at:?}");
    }

    #[test]
    fn odds_that_are_hardly_within_the_limit_are_not_clear() {
        let always = |holds| edge_of_odds(RANGE, 0.05, |_| share(holds, 1_000));
        let near = always(48);
        assert_eq!((near.found.answer, near.at, near.is_clear), (Answer::AlwaysHolds, None, false));
        assert!(always(10).is_clear);
        assert_eq!(always(90).found.answer, Answer::NeverHolds);
    }
}
