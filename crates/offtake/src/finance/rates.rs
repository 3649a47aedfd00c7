//! Internal rates of return: every rate above -1 at which flows are worth nothing.
//!
//! With `s = ln(1 + rate)`, flows are worth `F(s) = sum of c e^(-s t)`, which is searched over all `s`. Three
//! tests say how many zeros a stretch has:
//!
//! - as many at most as the running sums of the discounted flows change sign, counted from the first flow for
//!   all `s` above, from the last for all `s` below (Laguerre 1883; Descartes' rule is the case of no discount);
//! - none, where the value is larger than its slope and bend allow it to change;
//! - one at most, where the slope is larger than its bend allows it to change.
//!
//! What none of them decides is cut in two. Times need not be whole, so dated flows are searched as well.

mod series;

use std::collections::VecDeque;

use series::{Look, Series};

use super::Flow;

/// All rates of return of some flows.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// Rates a year (or a period), rising. One nearer to -1 than a number can tell is told as -1,
    /// one beyond 1e300 as that.
    pub roots: Vec<f64>,
    /// Whether there may be others.
    pub status: Status,
    /// How often flows change sign in the order of time: there are no more roots than this.
    pub sign_changes: usize,
    /// Stretches of rates in which it could not be told how many roots there are: where the value touches
    /// zero without passing it, as far as 53 bits can tell.
    pub unsure: Vec<(f64, f64)>,
}

/// What is known of the roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// There is no other above -1.
    Complete,
    /// All were searched; there are stretches of which it is not sure.
    Searched,
}

impl Status {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Status::Complete => "complete",
            Status::Searched => "searched",
        }
    }
}

/// Stretches that are looked at, the widest first, before the rest is left unsure. Only roots that almost fall
/// together take more than a few hundred.
const PATIENCE: usize = 2_000;

impl Rates {
    /// Of flows in any order. Those of one time are added up first.
    pub fn of(flows: &[Flow]) -> Self {
        let mut search = Search::default();
        let mut sign_changes = 0;
        if let Some(series) = Series::of(flows) {
            sign_changes = series.sign_changes();
            if sign_changes > 0 {
                search.all(&series);
            }
            search.roots.iter_mut().for_each(|it| *it = series.rate(*it));
            let rates = |it: &(f64, f64)| (series.rate(it.0), series.rate(it.1));
            search.unsure = search.unsure.iter().map(rates).collect();
        }
        search.roots.sort_by(f64::total_cmp);
        search.unsure.sort_by(|a, b| a.0.total_cmp(&b.0));
        let sure = search.unsure.is_empty();
        let status = if sure { Status::Complete } else { Status::Searched };
        Rates { roots: search.roots, status, sign_changes, unsure: search.unsure }
    }
}

/// What was found so far, in `s`.
#[derive(Default)]
struct Search {
    roots: Vec<f64>,
    unsure: Vec<(f64, f64)>,
}

/// A point at which the value is surely not zero.
#[derive(Clone, Copy)]
struct Edge {
    at: f64,
    positive: bool,
    /// Zeros above it, at most; zeros below it, at most.
    above: usize,
    below: usize,
}

impl Edge {
    fn of(it: &Look) -> Option<Self> {
        let sure = it.value.abs() > it.noise;
        sure.then_some(Self {
            at: it.at,
            positive: it.value > 0.0,
            above: it.above,
            below: it.below,
        })
    }
}

impl Search {
    fn all(&mut self, series: &Series) {
        let outward = |step: f64, done: fn(&Edge) -> bool| {
            let mut steps = (0..1_000).scan(step, |at, _| {
                *at *= 2.0;
                Some(*at)
            });
            // Far out the first flow, or the last, is more than all others together.
            steps.find_map(|at| Edge::of(&series.look(at, 0.0)).filter(done)).expect("far enough")
        };
        // Not even, so that no middle is the round rate of zero, which may well be a root.
        let low = outward(-0.5, |it| it.below == 0);
        let high = outward(0.45, |it| it.above == 0);
        let mut stretches = VecDeque::from([Stretch(low, high)]);
        let mut left = Vec::new();
        let mut looks = 0;
        while let Some(it) = stretches.pop_front() {
            looks += 1;
            match it.judge(series) {
                Judgement::OneAtMost => self.roots.extend(it.crosses().then(|| it.root(series))),
                Judgement::CutAt(edge) if looks < PATIENCE => {
                    stretches.extend([Stretch(it.0, edge), Stretch(edge, it.1)]);
                }
                _ => left.push(it),
            }
        }
        self.leave(series, left);
    }

    /// What could not be told: neighbours are one stretch, which has a root where the value crosses
    /// zero or comes as near as rounding lets it.
    fn leave(&mut self, series: &Series, mut left: Vec<Stretch>) {
        left.sort_by(|a, b| a.0.at.total_cmp(&b.0.at));
        for side_by_side in left.chunk_by(|a, b| a.1.at == b.0.at) {
            let it = Stretch(side_by_side[0].0, side_by_side[side_by_side.len() - 1].1);
            let at = if it.crosses() { it.root(series) } else { it.turn(series) };
            let touches = Edge::of(&series.look(at, 0.0)).is_none();
            self.roots.extend((it.crosses() || touches).then_some(at));
            self.unsure.push((it.0.at, it.1.at));
        }
    }
}

/// What is known of a stretch.
enum Judgement {
    /// There is a root where the value crosses zero, and no other.
    OneAtMost,
    /// It is to be cut where the value is not zero.
    CutAt(Edge),
    /// There is nothing but noise.
    Noise,
}

/// Between two edges.
#[derive(Clone, Copy)]
struct Stretch(Edge, Edge);

impl Stretch {
    fn crosses(&self) -> bool {
        self.0.positive != self.1.positive
    }

    fn at(&self, place: f64) -> f64 {
        self.0.at + (self.1.at - self.0.at) * place
    }

    fn judge(&self, series: &Series) -> Judgement {
        if self.0.above.min(self.1.below) <= 1 {
            return Judgement::OneAtMost;
        }
        let middle = series.look(self.at(0.5), self.at(0.5) - self.0.at);
        if middle.one_at_most() {
            return Judgement::OneAtMost;
        }
        let inside = |it: &Edge| self.0.at < it.at && it.at < self.1.at;
        let elsewhere = |place: &f64| Edge::of(&series.look(self.at(*place), 0.0)).filter(inside);
        Edge::of(&middle)
            .filter(inside)
            .or_else(|| [0.61, 0.31, 0.83].iter().find_map(elsewhere))
            .map_or(Judgement::Noise, Judgement::CutAt)
    }

    /// A zero between edges of different sign: Newton's steps, halved where they leave.
    fn root(&self, series: &Series) -> f64 {
        narrow(self.0.at, self.1.at, |at| {
            let (value, noise, slope) = series.glance(at);
            let sure = value.abs() > noise;
            sure.then(|| ((value > 0.0) == self.0.positive, value / slope))
        })
    }

    /// Where the value turns.
    fn turn(&self, series: &Series) -> f64 {
        let rises = |at| series.glance(at).2 > 0.0;
        let from = rises(self.0.at);
        narrow(self.0.at, self.1.at, |at| Some((rises(at) == from, f64::NAN)))
    }
}

/// Narrows down to a point: `ask` says whether what is sought is above, and how far, if it knows; nothing where it
/// is found.
fn narrow(mut a: f64, mut b: f64, mut ask: impl FnMut(f64) -> Option<(bool, f64)>) -> f64 {
    /// Who steps more often is not getting there, and halves.
    const STEPS: usize = 64;
    let mut at = a + (b - a) / 2.0;
    let mut steps = 0;
    while let Some((above, step)) = ask(at) {
        *(if above { &mut a } else { &mut b }) = at;
        steps += 1;
        let newton = at - step;
        let gets_there = steps < STEPS && a < newton && newton < b;
        let next = if gets_there { newton } else { a + (b - a) / 2.0 };
        if (next - at).abs() <= f64::EPSILON * at.abs() || next <= a || b <= next {
            return next;
        }
        at = next;
    }
    at
}

#[cfg(test)]
mod tests;
