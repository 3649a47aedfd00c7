//! stub until merged
use super::check::Scenario;
use super::draw::Draw;
use super::inputs::{InputId, InputValue};
use crate::chance::{Purpose, Stream};
/// Who draws.
pub struct Sampler {
    inputs: Vec<InputId>,
    streams: Vec<(Stream, f64, f64, f64)>,
    medians: Draw,
}
impl Sampler {
    /// x
    pub fn of(scenario: &Scenario) -> Self {
        let mut inputs = vec![];
        let mut streams = vec![];
        for (id, it) in scenario.inputs.iter() {
            if let InputValue::Number { law: Some(law), .. } = &it.value {
                inputs.push(id);
                streams.push((
                    Stream::new(scenario.seed, &it.path, Purpose::Jobs, 0),
                    law.low,
                    law.median,
                    law.high,
                ));
            }
        }
        Self { inputs, streams, medians: Draw::medians(scenario) }
    }
    /// x
    pub fn draw(&self, n: u32) -> Draw {
        let mut d = self.medians.clone();
        for (id, (s, lo, mid, hi)) in self.inputs.iter().zip(&self.streams) {
            let u = f64::from(s.block(u64::from(n))[0]) / 4294967296.0;
            let v = if u < 0.5 {
                lo + (mid - lo) * 2.0 * u
            } else {
                mid + (hi - mid) * (2.0 * u - 1.0)
            };
            d = d.with_number(*id, v);
        }
        d
    }
    /// x
    pub fn inputs(&self) -> &[InputId] {
        &self.inputs
    }
}
