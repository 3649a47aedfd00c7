//! How far may a value go before odds are no longer small enough? Found by playing many futures with
//! the same luck at each of a dozen values.

use super::event::Event;
use super::future::Heading;
use super::search::Range;
use crate::scenario::{Draw, InputId, InputValue, Scenario};
use crate::units::{Quantity, to_f64};

/// How near to an edge is near enough.
const TOLERANCE: f64 = 1e-2;
/// How far a value without a range is followed either way.
const WITHOUT_RANGE: f64 = 4.0;

/// Odds that are to be at most, or at least, so much.
#[derive(Clone, Debug)]
pub struct Goal {
    /// What may happen.
    pub event: Event,
    /// The share of futures that it is held against.
    pub limit: f64,
    /// Whether it must happen at least so often, and not at most.
    pub at_least: bool,
}

impl Goal {
    /// Reads `P(first_shortfall before 2028) <= 5 %`.
    ///
    /// # Errors
    /// Why the text is none, in one sentence.
    pub fn read(text: &str, headings: &[Heading]) -> Result<Goal, String> {
        let inner = text.trim().strip_prefix("P(").and_then(|it| it.rsplit_once(')'));
        let parts = inner.and_then(|(event, rest)| {
            let rest = rest.trim();
            let at_least = rest.starts_with(">=");
            let limit = rest.strip_prefix("<=").or_else(|| rest.strip_prefix(">="))?;
            Some((event, at_least, limit.trim()))
        });
        let Some((event, at_least, limit)) = parts else {
            return Err(format!(
                "`{text}` is no goal; write `P(first_shortfall before 2028) <= 5 %`"
            ));
        };
        let share = Quantity::parse(limit).ok().map(|it| to_f64(it.amount));
        match share.filter(|it| (0.0..=1.0).contains(it)) {
            Some(limit) => Ok(Goal { event: Event::read(event, headings)?, limit, at_least }),
            None => Err(format!("`{limit}` is no share between 0 and 100 %")),
        }
    }
}

/// A value that is moved, and between which ends.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Its path.
    pub path: String,
    /// Which input.
    pub input: InputId,
    /// Between its range's own ends, or a factor of four either way.
    pub range: Range,
}

impl Moved {
    /// The input of a path.
    ///
    /// # Errors
    /// Why it cannot be moved, in one sentence.
    pub fn of(scenario: &Scenario, path: &str) -> Result<Moved, String> {
        let Some((id, input)) = scenario.inputs.iter().find(|it| it.1.path == path) else {
            let known = scenario.inputs.iter().map(|it| it.1.path.as_str());
            let near = crate::units::nearest(path, known);
            let help = near.map_or(String::new(), |it| format!("; did you mean `{it}`?"));
            return Err(format!("no value stands at `{path}`{help}"));
        };
        let (low, high) = match (&input.law, input.value) {
            (Some(law), _) => law.ends(),
            (None, InputValue::Number { median, .. }) => {
                let median = to_f64(median);
                (median / WITHOUT_RANGE, median * WITHOUT_RANGE)
            }
            _ => return Err(format!("`{path}` is no number and has no range")),
        };
        let (low, high) = (low.max(input.bounds.0), high.min(input.bounds.1));
        if low >= high {
            return Err(format!("`{path}` has no room to move"));
        }
        let range = Range { low, high, tolerance: TOLERANCE };
        Ok(Moved { path: path.to_owned(), input: id, range })
    }

    /// A draw with the value moved there.
    pub fn at(&self, draw: &Draw, value: f64) -> Draw {
        draw.with_number(self.input, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Kind;

    fn headings() -> Vec<Heading> {
        let (name, meaning) = ("party.a.first_shortfall".to_owned(), String::new());
        vec![Heading {
            name,
            unit: "date",
            meaning,
            kind: Kind::Figure("simulated"),
            is_told: true,
        }]
    }

    #[test]
    fn a_goal_is_an_event_and_how_often_it_may_happen() {
        let goal =
            Goal::read("P(first_shortfall before 2028) <= 5 %", &headings()).expect("a goal");
        assert_eq!(
            (goal.limit, goal.at_least, goal.event.rest.as_str()),
            (0.05, false, "before 2028")
        );
        assert!(
            Goal::read("P(first_shortfall after 2028) >= 0.9", &headings()).expect("one").at_least
        );
    }

    #[test]
    fn what_is_no_goal_is_refused_in_one_sentence() {
        let why = |text: &str| Goal::read(text, &headings()).expect_err("none");
        assert!(why("first_shortfall before 2028").contains("is no goal"));
        assert!(why("P(first_shortfall before 2028) < 5 %").contains("is no goal"));
        assert!(why("P(first_shortfall before 2028) <= 5 GW").contains("is no share"));
        assert!(why("P(cash before 2028) <= 5 %").contains("no figure is called"));
    }
}
