//! The nth draw of a scenario: every range at a value that luck with an address chooses, all else at
//! its median.

use super::check::Scenario;
use super::draw::Draw;
use super::inputs::InputId;
use super::ties::Group;
use crate::chance::{Law, Purpose, Stream, below, quantile};

/// Draws from the ranges of one scenario.
///
/// A draw has an address: the scenario's seed, the path of the input, and the draw's number. So an
/// input that is added, or a thousand draws that are left out, leave all others alone.
#[derive(Clone, Debug)]
pub struct Sampler {
    medians: Draw,
    inputs: Vec<InputId>,
    laws: Vec<Law>,
    streams: Vec<Stream>,
    /// Those that hang together, by their places among the inputs.
    tied: Vec<(Vec<usize>, Group)>,
    groups: Vec<Vec<usize>>,
}

impl Sampler {
    /// Once for each scenario.
    pub fn of(scenario: &Scenario) -> Sampler {
        let ranges =
            || scenario.inputs.iter().filter_map(|it| Some((it.0, it.1, it.1.law.as_ref()?)));
        let inputs: Vec<InputId> = ranges().map(|it| it.0).collect();
        let stream = |path: &str| Stream::new(scenario.seed, path, Purpose::Range, 0);
        let places = |group: &Group| {
            let place = |id: &InputId| inputs.binary_search(id).expect("a range is tied");
            group.members.iter().map(place).collect::<Vec<_>>()
        };
        let tied: Vec<_> = scenario.groups.iter().map(|it| (places(it), it.clone())).collect();
        let alone = |i: &usize| !tied.iter().any(|it| it.0.contains(i));
        let mut groups: Vec<Vec<usize>> = tied.iter().map(|it| it.0.clone()).collect();
        groups.extend((0..inputs.len()).filter(alone).map(|i| vec![i]));
        groups.sort_by_key(|it| it.iter().min().copied());
        Sampler {
            medians: Draw::medians(scenario),
            laws: ranges().map(|it| it.2.clone()).collect(),
            streams: ranges().map(|it| stream(&it.1.path)).collect(),
            inputs,
            tied,
            groups,
        }
    }

    /// The inputs that have a range, in the order in which they were read.
    pub fn inputs(&self) -> &[InputId] {
        &self.inputs
    }

    /// Which of the inputs hang together, by their places in [`Sampler::inputs`]: every one stands in
    /// one group, most alone.
    pub fn groups(&self) -> &[Vec<usize>] {
        &self.groups
    }

    /// The nth draw, n from 0 on, played with luck n + 1: the plain run, whose luck is 0, is none of
    /// the draws.
    pub fn draw(&self, n: u32) -> Draw {
        self.draw_from(n, |i| self.streams[i].uniform(u64::from(n)))
    }

    /// The nth draw by other numbers than luck's own, such as Sobol's points: one between 0 and 1,
    /// both left out, for each input by its place in [`Sampler::inputs`]. Within a group a number
    /// is the luck that an input does not share with those before it.
    pub fn draw_from(&self, n: u32, uniform: impl Fn(usize) -> f64) -> Draw {
        let mut draw = self.medians.with_luck(n.wrapping_add(1));
        for group in self.groups.iter().filter(|it| it.len() == 1) {
            let i = group[0];
            draw.set_number(self.inputs[i], self.laws[i].at(uniform(i)));
        }
        for (places, group) in &self.tied {
            let mut scores: Vec<f64> = places.iter().map(|i| quantile(uniform(*i))).collect();
            group.copula.correlate(&mut scores);
            for (i, score) in places.iter().zip(scores) {
                draw.set_number(self.inputs[*i], self.laws[*i].at(below(score)));
            }
        }
        draw
    }
}
