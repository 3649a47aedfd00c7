//! What would it take to cover what is owed, and what do assumptions do? Every question is played on a
//! thread of its own; answers come in the order of the questions.

use offtake::figures::{self, Outcome};
use offtake::scenario::Scenario;
use offtake::study::{self, BreakEven, Swing};
use rayon::prelude::*;

/// Every answer, in the order of the questions.
pub fn break_evens(scenario: &Scenario) -> Vec<BreakEven> {
    let questions = study::questions(scenario);
    questions.into_par_iter().map(|it| study::break_even(scenario, it)).collect()
}

/// Every assumption at both its ends, and what comes of each.
pub fn swings(scenario: &Scenario) -> Vec<(Swing, [Outcome; 2])> {
    let play = |swing: Swing| {
        let ends =
            study::readings(scenario, &swing).map(|draw| figures::outcome(scenario, &draw, false));
        (swing, ends)
    };
    study::swings(scenario).into_par_iter().map(play).collect()
}
