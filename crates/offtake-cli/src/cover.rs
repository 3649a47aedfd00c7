//! What would it take to cover what is owed, and what do assumptions do? Every question is played on a
//! thread of its own; answers come in the order of the questions.

use offtake::figures::{self, Outcome};
use offtake::scenario::Scenario;
use offtake::study::{self, BreakEven, Future, Futures, Odds, Swing};
use rayon::prelude::*;

use crate::progress::Telling;

/// Every answer, in the order of the questions.
pub fn break_evens(scenario: &Scenario, telling: Telling) -> Vec<BreakEven> {
    let questions = study::questions(scenario);
    let progress = telling.of("break-evens", questions.len());
    let answer = |it| {
        let answer = study::break_even(scenario, it);
        progress.step();
        answer
    };
    questions.into_par_iter().map(answer).collect()
}

/// What so many futures say, from the first one on; nothing of none.
pub fn odds(scenario: &Scenario, futures: u32, telling: Telling) -> Option<Odds> {
    if futures == 0 {
        return None;
    }
    let all = Futures::of(scenario, &[], false);
    let progress = telling.of("futures", futures as usize);
    let play = |nth| {
        let future = all.play(nth);
        progress.step();
        future
    };
    let played: Vec<Future> = (0..futures).into_par_iter().map(play).collect();
    Some(Odds::of_played(&all, &played))
}

/// Every assumption at both its ends, and what comes of each.
pub fn swings(scenario: &Scenario, telling: Telling) -> Vec<(Swing, [Outcome; 2])> {
    played(scenario, study::swings(scenario), telling)
}

/// The ranges that pull most in many futures, at both their ends.
pub fn swings_of(scenario: &Scenario, odds: &Odds, telling: Telling) -> Vec<(Swing, [Outcome; 2])> {
    const MOST: usize = 40;
    let strongest = odds.strongest_inputs();
    let place = |it: &Swing| strongest.iter().position(|id| *id == it.input);
    let mut ranges = study::swings(scenario);
    ranges.retain(|it| it.has_range && place(it).is_some_and(|it| it < MOST));
    played(scenario, ranges, telling)
}

fn played(scenario: &Scenario, swings: Vec<Swing>, telling: Telling) -> Vec<(Swing, [Outcome; 2])> {
    let progress = telling.of("assumptions", swings.len());
    let play = |swing: Swing| {
        let ends =
            study::readings(scenario, &swing).map(|draw| figures::outcome(scenario, &draw, false));
        progress.step();
        (swing, ends)
    };
    swings.into_par_iter().map(play).collect()
}
