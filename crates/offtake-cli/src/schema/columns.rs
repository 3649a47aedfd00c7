//! Which columns do tables have? Those that the built-in stories come to, as one page.

use offtake::figures;
use offtake::scenario::Draw;
use offtake::scenario::library::STORIES;
use offtake::study::{Future, Futures, Odds};
use offtake::view::{self, Table};

use crate::exit::Stop;
use crate::{play, run};

/// A variant with a clause that no story has by itself.
const BESIDE: [&str; 1] = ["openai-aws#prepaid"];
/// The story whose futures are looked at, and how many are enough to have a table.
const STUDIED: (&str, u32) = ("openai-book", 16);

/// The page.
pub fn page() -> Result<String, Stop> {
    let mut tables = Vec::new();
    for name in STORIES.iter().map(|it| it.0).chain(BESIDE) {
        let (scenario, _) = run::read_quietly(name, "", false)?;
        let draw = Draw::medians(&scenario);
        let outcome = figures::outcome(&scenario, &draw, true);
        tables.extend(play::tables(&scenario, &draw, &outcome, None));
    }
    tables.extend(studied()?);
    Ok(view::columns_page(&tables))
}

/// The tables of a study.
fn studied() -> Result<Vec<Table>, Stop> {
    let (name, draws) = STUDIED;
    let (scenario, _) = run::read_quietly(name, "", false)?;
    let futures = Futures::of(&scenario, &[], false);
    let played: Vec<Future> = (0..draws).map(|n| futures.play(n)).collect();
    let headings = futures.headings().len();
    let mut column = |at: usize, most: u32| -> Result<Vec<f64>, Stop> {
        let first = played.iter().take(most as usize);
        Ok(match at.checked_sub(headings) {
            None => first.map(|it| it.values[at]).collect(),
            Some(series) => first.flat_map(|it| it.months[series].clone()).collect(),
        })
    };
    let odds = Odds::of(&futures, draws, &[], &mut column)?;
    let mut tables = view::odds_tables(&odds);
    tables.push(view::tornado(&scenario, &[], &[]));
    tables.push(view::scatter(Vec::new()));
    Ok(tables)
}
