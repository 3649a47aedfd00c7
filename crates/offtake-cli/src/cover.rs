//! What would it take to cover what is owed, and what do assumptions do? Every question is played on a
//! thread of its own; answers come in the order of the questions.

use offtake::figures::{self, Outcome};
use offtake::scenario::Scenario;
use offtake::study::{self, BreakEven, Future, Futures, Odds, Swing};
use rayon::prelude::*;

/// Every answer, in the order of the questions.
pub fn break_evens(scenario: &Scenario) -> Vec<BreakEven> {
    let questions = study::questions(scenario);
    questions.into_par_iter().map(|it| study::break_even(scenario, it)).collect()
}

/// What so many futures say, from the first one on; nothing of none.
pub fn odds(scenario: &Scenario, futures: u32) -> Option<Odds> {
    if futures == 0 {
        return None;
    }
    let all = Futures::of(scenario, &[], false);
    let played: Vec<Future> = (0..futures).into_par_iter().map(|it| all.play(it)).collect();
    Some(Odds::of_played(&all, &played))
}

/// Every assumption at both its ends, and what comes of each.
pub fn swings(scenario: &Scenario) -> Vec<(Swing, [Outcome; 2])> {
    played(scenario, study::swings(scenario))
}

/// The ranges that pull most in many futures, at both their ends.
pub fn swings_of(scenario: &Scenario, odds: &Odds) -> Vec<(Swing, [Outcome; 2])> {
    const MOST: usize = 40;
    let strongest = odds.strongest_inputs();
    let place = |it: &Swing| strongest.iter().position(|id| *id == it.input);
    let mut ranges = study::swings(scenario);
    ranges.retain(|it| it.has_range && place(it).is_some_and(|it| it < MOST));
    played(scenario, ranges)
}

fn played(scenario: &Scenario, swings: Vec<Swing>) -> Vec<(Swing, [Outcome; 2])> {
    let play = |swing: Swing| {
        let ends =
            study::readings(scenario, &swing).map(|draw| figures::outcome(scenario, &draw, false));
        (swing, ends)
    };
    swings.into_par_iter().map(play).collect()
}
