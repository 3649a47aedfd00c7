//! What breaks in a pool and how it is mended, as it is told: causes, outages, planned works.

use std::ops::Range;

use crate::chance::{Purpose, Stream, quantile};
use crate::time::{Instant, Span};

/// What breaks in a pool. Nothing, by default.
///
/// Where the pool has no [`super::Shape`], every GPU is a node of its own. Nodes that a pool does
/// not have are passed over. A job that needs more GPUs than are ever up together never starts:
/// who plays such a pool gives it an end.
#[derive(Clone, Debug, Default)]
pub struct Breaks {
    /// Of its luck.
    pub seed: u64,
    /// Of its luck, for one draw of many.
    pub draw: u32,
    /// What happens by chance.
    pub causes: Vec<Cause>,
    /// What happens on a day.
    pub outages: Vec<Outage>,
    /// What is planned.
    pub works: Vec<Works>,
}

/// Something that happens by chance, again and again, to nodes of one class.
///
/// A node that is down does not fail again. A group is struck whole: what is down already stays
/// so for the longer of both.
#[derive(Clone, Debug)]
pub struct Cause {
    /// The address of its luck: other causes may come and go.
    pub name: String,
    /// The class, by numbers of nodes; spares have the last.
    pub nodes: Range<u32>,
    /// Nodes that are struck together: 1, or those of a rack, a switch, a feed.
    pub together: u32,
    /// How often, per hour and node that is up; where several are struck together, per group.
    pub per_hour: f64,
    /// How long a node is away; without, its jobs are interrupted and it stays.
    pub repair: Option<Repair>,
    /// More often, while nodes are new.
    pub youth: Option<Youth>,
    /// More often, for some.
    pub lemons: Option<Lemons>,
}

/// How long a repair takes. Never nothing: at least a millisecond.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Repair {
    /// Always the same.
    Fixed(Span),
    /// Exponential, with this mean.
    Exponential(Span),
    /// Lognormal: its median, and the deviation of its logarithm.
    Lognormal(Span, f64),
}

/// Infant mortality: a Weibull hazard until nodes have settled, a constant one from then on.
///
/// At age `a` a node fails `max(1, (a / settled)^(shape - 1))` times as often as when it has
/// settled. A repair does not make it young again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Youth {
    /// When the nodes were new.
    pub began: Instant,
    /// The age from which on they fail no more often than later.
    pub settled: Span,
    /// Weibull's shape, above 0 and at most 1.
    pub shape: f64,
}

/// Nodes that fail more often than others, for as long as they live.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lemons {
    /// Which share of all they are.
    pub share: f64,
    /// How much more often they fail; at least 1.
    pub factor: f64,
}

/// Nodes that are without power or network from a moment on.
#[derive(Clone, Debug)]
pub struct Outage {
    /// The address of its luck.
    pub name: String,
    /// Whom it strikes.
    pub nodes: Range<u32>,
    /// Which share of them, each by luck; all at 1.
    pub share: f64,
    /// When it begins.
    pub from: Instant,
    /// For how long.
    pub lasts: Span,
}

/// Planned maintenance: nodes take nothing new, and are worked on once they are empty.
#[derive(Clone, Debug)]
pub struct Works {
    /// Which nodes; what is down then, or falls before it is empty, is done with its repair.
    pub nodes: Range<u32>,
    /// From when on they take nothing new.
    pub from: Instant,
    /// How long each is worked on.
    pub lasts: Span,
}

impl Breaks {
    /// Whether nothing breaks.
    pub fn is_empty(&self) -> bool {
        self.causes.is_empty() && self.outages.is_empty() && self.works.is_empty()
    }

    /// Names of all that breaks by chance or on a day, in the order in which sinks number them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let causes = self.causes.iter().map(|it| it.name.as_str());
        causes.chain(self.outages.iter().map(|it| it.name.as_str()))
    }

    /// The luck of one name.
    pub(super) fn luck(&self, name: &str) -> Stream {
        Stream::new(self.seed, name, Purpose::Failures, self.draw)
    }
}

impl Repair {
    /// The length that a number stands for which is uniform over all `u32`.
    pub(super) fn at(self, uniform: u32) -> Span {
        let of = |span: Span, times: f64| (span.millis as f64 * times).round() as i64;
        let millis = match self {
            Repair::Fixed(it) => it.millis,
            Repair::Exponential(mean) => of(mean, -libm::log(share(uniform))),
            Repair::Lognormal(median, deviation) => {
                of(median, libm::exp(deviation * quantile(share(uniform))))
            }
        };
        Span { millis: millis.max(1) }
    }
}

impl Youth {
    /// Hours of a settled node in which as much fails as until this age, both in hours.
    pub(super) fn hazard(&self, age: f64) -> f64 {
        let settled = self.settled.hours();
        let young = age.clamp(0.0, settled);
        settled / self.shape * libm::pow(young / settled, self.shape) + (age - settled).max(0.0)
    }

    /// The age by which so much has failed: the inverse of [`Self::hazard`].
    pub(super) fn age(&self, hazard: f64) -> f64 {
        let settled = self.settled.hours();
        let young = settled / self.shape;
        if hazard < young {
            settled * libm::pow(hazard / young, 1.0 / self.shape)
        } else {
            settled + hazard - young
        }
    }
}

/// A number strictly between 0 and 1.
pub(super) fn share(uniform: u32) -> f64 {
    (f64::from(uniform) + 0.5) / 4_294_967_296.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repairs_have_the_means_of_their_laws() {
        let mean = |law: Repair| {
            let n = 1_u32 << 16;
            let sum: i64 = (0..n).map(|i| law.at((2 * i + 1) << 15).millis).sum();
            sum as f64 / f64::from(n) / Span::HOUR.millis as f64
        };
        assert_eq!(mean(Repair::Fixed(Span::HOUR)), 1.0);
        assert!((mean(Repair::Exponential(Span::HOUR)) - 1.0).abs() < 1e-4);
        let lognormal = mean(Repair::Lognormal(Span::HOUR, 0.8));
        assert!((lognormal / libm::exp(0.32) - 1.0).abs() < 1e-3, "{lognormal}");
    }

    #[test]
    fn hazard_and_age_are_inverse_and_go_on_alike_when_settled() {
        let youth = Youth { began: Instant::default(), settled: Span::DAY, shape: 0.5 };
        for age in [0.0, 0.1, 5.0, 23.9, 24.0, 24.1, 900.0] {
            assert!((youth.age(youth.hazard(age)) - age).abs() < 1e-9, "at {age}");
        }
        assert_eq!(youth.hazard(24.0), 48.0);
        assert_eq!(youth.hazard(30.0), 54.0);
    }
}
