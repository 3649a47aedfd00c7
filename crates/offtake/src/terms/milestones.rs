//! Milestones: a pledge that is paid part by part as another deal delivers, as NVIDIA's letter of
//! September 2025 had it: up to 100 bn USD into OpenAI, step by step as each gigawatt is deployed.

use super::ramp::{Step, tranches};
use super::swap::draw;
use crate::scenario::{Case, Delivers, Milestones, Pledge};
use crate::units::to_f64;

/// The calendar by which a pledge is due, in its parts: its own as played, or that of another.
pub fn calendar(case: &Case, pledge: &Pledge) -> Vec<Step> {
    match pledge.milestones {
        None => tranches(&pledge.played),
        Some(it) => it.of.map_or_else(Vec::new, |of| met(&it, &watts(case, of))),
    }
}

/// Watts at the meter that stand by a deal's calendar as played, at full load on the hottest day.
pub fn watts(case: &Case, of: Delivers) -> Vec<(Step, f64)> {
    match of {
        Delivers::Deal(d) => {
            let deal = &case.deals[d];
            let fleet = &case.fleets[deal.fleet];
            let each = fleet.watts_full * to_f64(case.sites[fleet.site].pue_peak);
            let steps = tranches(&deal.played);
            let stands = |it: &Step| it.gpus as f64 * each * draw(deal, &steps, fleet, it.at);
            steps.iter().map(|it| (*it, stands(it))).collect()
        }
        Delivers::Pledge(p) => {
            let it = &case.pledges[p];
            let each = it.power.map_or(0.0, |it| it.watts as f64) / Pledge::PARTS as f64;
            tranches(&it.played).into_iter().map(|it| (it, it.gpus as f64 * each)).collect()
        }
    }
}

/// When each milestone is met: the nth when n times its power stands.
fn met(it: &Milestones, watts: &[(Step, f64)]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for nth in 1..=it.parts {
        // A milestone is not missed by the watt that a float loses.
        let asked = nth as f64 * it.every * (1.0 - 1e-9);
        let Some((step, _)) = watts.iter().find(|(_, stands)| *stands >= asked) else { break };
        let parts = i128::from(Pledge::PARTS) * i128::from(nth) / i128::from(it.parts);
        steps.push(Step { at: step.at, gpus: parts as i64 });
    }
    steps.dedup_by(|later, kept| {
        let together = later.at == kept.at;
        if together {
            kept.gpus = later.gpus;
        }
        together
    });
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Instant;

    #[test]
    fn the_nth_part_is_due_when_n_times_the_power_stands() {
        let at = |n: i64| Instant { millis: n };
        let stands = |n, gw: f64| (Step { at: at(n), gpus: 0 }, gw * 1e9);
        let it = Milestones { of: None, parts: 4, every: 1e9 };
        let steps = met(&it, &[stands(1, 0.9), stands(2, 2.5), stands(3, 3.0)]);
        let part = Pledge::PARTS / 4;
        let due = [(2, 2 * part), (3, 3 * part)].map(|(n, gpus)| Step { at: at(n), gpus });
        assert_eq!(steps, due);
    }
}
