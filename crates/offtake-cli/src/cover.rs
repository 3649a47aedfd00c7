//! What would it take to cover what is owed? Every question is searched on a thread of its own.

use offtake::scenario::Scenario;
use offtake::study::{self, BreakEven};
use rayon::prelude::*;

/// Every answer, in the order of the questions.
pub fn break_evens(scenario: &Scenario) -> Vec<BreakEven> {
    let questions = study::questions(scenario);
    questions.into_par_iter().map(|it| study::break_even(scenario, it)).collect()
}
