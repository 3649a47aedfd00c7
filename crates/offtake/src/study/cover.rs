//! What it would take for those who pay to cover what they owe: the smallest revenue, the largest
//! slip, the fewest and the most GPUs. Everything else stays at its median, with the same luck.

use super::search::{Answer, Range, edge_of_margin};
use crate::figures;
use crate::scenario::{Draw, Drawn, InputId, Scenario};
use crate::units::{grouped, scaled, to_f64};

/// How near to an edge is near enough.
const TOLERANCE: f64 = 2e-3;
/// How far revenue is followed down and up.
const REVENUE: (f64, f64) = (0.1, 10.0);
/// How far GPUs are followed down and up.
const GPUS: f64 = 4.0;
const MOST_MONTHS: f64 = 60.0;
/// Of a book of many deals the first are asked about: each question is a dozen plays.
const MOST_QUESTIONS: usize = 24;
/// Milliseconds of a month of 730 hours.
const MONTH: f64 = 730.0 * 3.6e6;

/// What is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lever {
    /// All of a party's revenue, by one factor.
    Revenue,
    /// The slip of a deal.
    Slip,
    /// The GPUs of a fleet, downwards.
    FewerGpus,
    /// The GPUs of a fleet, upwards.
    MoreGpus,
}

/// A question: how far may this be moved, and the party still covers?
#[derive(Clone, Debug)]
pub struct Question {
    /// Whose cash must last.
    pub party: String,
    /// What is moved.
    pub lever: Lever,
    /// Which value that is: `party.openai.revenue`, `deal.aws.deliver.slip`.
    pub path: String,
    inputs: Vec<InputId>,
    range: Range,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct BreakEven {
    /// The question.
    pub question: Question,
    /// What was found, in the unit of the lever: a factor, months, GPUs.
    pub answer: Answer,
    /// How often the scenario was played.
    pub plays: usize,
}

/// Every question that a scenario can be asked.
pub fn questions(scenario: &Scenario) -> Vec<Question> {
    let mut all = Vec::new();
    for id in &scenario.parties {
        let party = scenario.row(*id);
        if !(party.cells.contains_key("revenue") && party.says("cash")) {
            continue;
        }
        let ask = |lever, path: &str, inputs, low, high| Question {
            party: party.name.clone(),
            lever,
            path: path.to_owned(),
            inputs,
            range: Range { low, high, tolerance: TOLERANCE },
        };
        let path = format!("{}.revenue", party.path);
        let points = starting_with(scenario, &format!("{path}."));
        all.push(ask(Lever::Revenue, &path, points, REVENUE.0, REVENUE.1));
        for deal in scenario.deals.iter().map(|it| scenario.row(*it)) {
            if deal.target("buyer") != Some(*id) {
                continue;
            }
            if let Some(slip) = deal.input("deliver.slip") {
                let path = format!("{}.deliver.slip", deal.path);
                all.push(ask(Lever::Slip, &path, vec![slip], 0.0, MOST_MONTHS));
            }
            let fleet = deal.target("deliver.fleet").map(|it| scenario.row(it));
            let count = fleet.and_then(|it| Some((it, it.input("count")?)));
            // A schedule says itself how many come.
            let Some((fleet, count)) = count.filter(|_| !deal.says("deliver.schedule")) else {
                continue;
            };
            let medians = Draw::medians(scenario);
            let of = |id| match medians.get(id) {
                Drawn::Number(it) => to_f64(it),
                _ => 0.0,
            };
            let (first, gpus) = (deal.input("deliver.first").map_or(1.0, of), of(count));
            let path = format!("{}.count", fleet.path);
            let fewest = (gpus / GPUS).max(first).min(gpus);
            all.push(ask(Lever::FewerGpus, &path, vec![count], fewest, gpus));
            all.push(ask(Lever::MoreGpus, &path, vec![count], gpus, gpus * GPUS));
        }
    }
    all.retain(|it| it.range.low < it.range.high && !it.inputs.is_empty());
    all.truncate(MOST_QUESTIONS);
    all
}

fn starting_with(scenario: &Scenario, path: &str) -> Vec<InputId> {
    let fits = scenario.inputs.iter().filter(|it| it.1.path.starts_with(path));
    fits.map(|it| it.0).collect()
}

/// Searches for the edge: about a dozen plays.
pub fn break_even(scenario: &Scenario, question: Question) -> BreakEven {
    let medians = Draw::medians(scenario);
    let id = format!("party.{}.cash_min", question.party);
    let found = edge_of_margin(question.range, |at| {
        let draw = question.moved(&medians, at);
        let outcome = figures::outcome(scenario, &draw, false);
        let lowest = outcome.figures.iter().find(|it| it.id == id);
        lowest.and_then(figures::Figure::number).unwrap_or(f64::NAN)
    });
    BreakEven { question, answer: found.answer, plays: found.calls }
}

impl Question {
    fn moved(&self, medians: &Draw, at: f64) -> Draw {
        let mut draw = medians.clone();
        for id in &self.inputs {
            let value = match (self.lever, medians.get(*id)) {
                (Lever::Revenue, Drawn::Number(it)) => to_f64(it) * at,
                (Lever::Slip, _) => at * MONTH,
                _ => libm::round(at),
            };
            draw = draw.with_number(*id, value);
        }
        draw
    }

    fn value(&self, at: f64) -> String {
        match self.lever {
            Lever::Revenue => format!("{at:.2} times as told"),
            Lever::Slip => scaled(at, "month"),
            Lever::FewerGpus | Lever::MoreGpus => format!("{} GPUs", grouped(at as i128)),
        }
    }
}

impl BreakEven {
    /// The value at the edge; nothing where there is none.
    pub fn edge(&self) -> Option<f64> {
        match self.answer {
            Answer::Edge { holds_at, .. } => Some(holds_at),
            Answer::AlwaysHolds | Answer::NeverHolds => None,
        }
    }

    /// Whether what covers lies above the edge.
    pub fn is_least(&self) -> Option<bool> {
        match self.answer {
            Answer::Edge { holds_at, fails_at } => Some(holds_at > fails_at),
            Answer::AlwaysHolds | Answer::NeverHolds => None,
        }
    }

    /// In words: `at least 1.13 times as told`.
    pub fn told(&self) -> String {
        self.told_up_to(&self.question)
    }

    /// The same where a range goes on to the end of another's.
    pub fn told_up_to(&self, last: &Question) -> String {
        let question = &self.question;
        let ends = [question.value(question.range.low), question.value(last.range.high)];
        match (self.edge(), self.is_least()) {
            (Some(at), Some(true)) => format!("at least {}", question.value(at)),
            (Some(at), _) => format!("at most {}", question.value(at)),
            _ if self.answer == Answer::AlwaysHolds => {
                format!("any from {} to {}", ends[0], ends[1])
            }
            _ => format!("none from {} to {}", ends[0], ends[1]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(answer: Answer, lever: Lever) -> BreakEven {
        let range = Range { low: 0.0, high: 60.0, tolerance: TOLERANCE };
        let (party, path) = ("a".to_owned(), "x".to_owned());
        let question = Question { party, lever, path, inputs: Vec::new(), range };
        BreakEven { question, answer, plays: 2 }
    }

    #[test]
    fn an_answer_says_on_which_side_it_covers() {
        let edge = |holds_at, fails_at| Answer::Edge { holds_at, fails_at };
        assert_eq!(found(edge(1.13, 1.12), Lever::Revenue).told(), "at least 1.13 times as told");
        assert_eq!(found(edge(9.0, 9.1), Lever::Slip).told(), "at most 9.00 months");
        assert_eq!(
            found(Answer::AlwaysHolds, Lever::Slip).told(),
            "any from 0 months to 60.0 months"
        );
        assert_eq!(
            found(Answer::NeverHolds, Lever::FewerGpus).told(),
            "none from 0 GPUs to 60 GPUs"
        );
    }
}
