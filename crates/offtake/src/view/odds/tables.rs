//! The tables of a study of odds.

use super::super::tables::{Cells, Column, Table, texts};
use super::document::{DriverRow, driver_rows};
use super::told;
use crate::figures::Outcome;
use crate::scenario::Scenario;
use crate::study::{BAND, EventOdds, FigureOdds, Heading, LEVELS, Odds, Swing, number};

/// Quantiles, odds, drivers, exceedance and bands.
pub fn odds_tables(odds: &Odds) -> Vec<Table> {
    vec![quantiles(odds), events(odds), drivers(odds), exceedance(odds), bands(odds)]
}

fn numbers(name: impl Into<String>, unit: &'static str, meaning: &str, cells: Vec<f64>) -> Column {
    Column { name: name.into(), unit, meaning: meaning.to_owned(), cells: Cells::Number(cells) }
}

fn quantiles(odds: &Odds) -> Table {
    let all = &odds.figures;
    let of = |each: &dyn Fn(&FigureOdds) -> f64| all.iter().map(each).collect::<Vec<f64>>();
    let names = |each: &dyn Fn(&FigureOdds) -> String| all.iter().map(each).collect();
    let mut columns = vec![
        texts("figure", "its id", names(&|it| it.heading.name.clone())),
        texts("label", "in words", names(&|it| it.heading.meaning.clone())),
        texts(
            "unit",
            "of its quantiles; a date is in days since 1970-01-01",
            names(&|it| it.heading.unit.to_owned()),
        ),
    ];
    for (i, level) in LEVELS.iter().enumerate() {
        let name = format!("q{:02}", libm::round(level * 100.0));
        columns.push(numbers(&name, "", "quantile", of(&|it| it.spread.quantiles[i].value)));
        let error = of(&|it| it.spread.quantiles[i].error);
        columns.push(numbers(format!("{name}_error"), "", "its standard error", error));
        let near = of(&|it| f64::from(it.near[i]));
        columns.push(numbers(
            format!("{name}_draw"),
            "",
            "the future that comes nearest to it",
            near,
        ));
    }
    let mean = of(&|it| it.spread.mean.map_or(f64::NAN, |it| it.value));
    columns.push(numbers("mean", "", "mean of what is finite", mean));
    let share =
        |it: &FigureOdds, part: usize| part as f64 / (it.spread.draws + it.spread.unknown) as f64;
    columns.push(numbers(
        "never",
        "",
        "share of futures in which it never happens",
        of(&|it| share(it, it.spread.never)),
    ));
    columns.push(numbers(
        "unknown",
        "",
        "share of futures in which it does not apply",
        of(&|it| share(it, it.spread.unknown)),
    ));
    columns.push(texts(
        "middle",
        "q50 as in prose",
        names(&|it| told(it.spread.quantiles[2].value, it.heading.unit)),
    ));
    Table { name: "quantiles", columns }
}

fn events(odds: &Odds) -> Table {
    let of = |each: &dyn Fn(&crate::study::Estimate) -> f64| {
        odds.events.iter().map(|it| each(&it.share)).collect::<Vec<f64>>()
    };
    let columns = vec![
        texts("that", "what may happen", odds.events.iter().map(EventOdds::text).collect()),
        numbers("share", "", "share of futures in which it does", of(&|it| it.value)),
        numbers("low", "", "low end of its 95 % interval", of(&|it| it.low)),
        numbers("high", "", "high end of its 95 % interval", of(&|it| it.high)),
    ];
    Table { name: "odds", columns }
}

fn drivers(odds: &Odds) -> Table {
    let all = driver_rows(odds);
    let of = |each: fn(&DriverRow) -> f64| all.iter().map(each).collect::<Vec<f64>>();
    let columns = vec![
        texts("figure", "its id", all.iter().map(|it| it.figure.clone()).collect()),
        texts("input", "its path, or luck", all.iter().map(|it| it.input.clone()).collect()),
        numbers("share", "", "share of the figure's variance", of(|it| it.share)),
        numbers("low", "", "low end of its 95 % interval", of(|it| it.low)),
        numbers("high", "", "high end of its 95 % interval", of(|it| it.high)),
        texts("of", "what of the figure varies", all.iter().map(|it| it.of.to_owned()).collect()),
        texts("method", "how it was found", all.iter().map(|it| it.method.to_owned()).collect()),
    ];
    Table { name: "drivers", columns }
}

fn exceedance(odds: &Odds) -> Table {
    let (mut names, mut at, mut above) = (Vec::new(), Vec::new(), Vec::new());
    for it in &odds.figures {
        for point in &it.spread.exceedance {
            names.push(it.heading.name.clone());
            at.push(point.at);
            above.push(point.above);
        }
    }
    let columns = vec![
        texts("figure", "its id", names),
        numbers("value", "", "in the figure's unit; a date in days since 1970-01-01", at),
        numbers("above", "", "share of futures with a larger one", above),
    ];
    Table { name: "exceedance", columns }
}

fn bands(odds: &Odds) -> Table {
    let mut columns = vec![texts("month", "calendar month, UTC", odds.months.clone())];
    for band in &odds.bands {
        for (i, p) in BAND.iter().enumerate() {
            let name = format!("{}.q{:02}", band.series.name, libm::round(p * 100.0));
            let cells = band.months.iter().map(|it| it[i]).collect();
            columns.push(numbers(name, band.series.unit, &band.series.meaning, cells));
        }
    }
    Table { name: "bands", columns }
}

/// What the headline figures come to at both ends of every range, all else at its median.
pub fn tornado(
    scenario: &Scenario,
    headline: &[String],
    played: &[(Swing, [Outcome; 2])],
) -> Table {
    let (mut figures, mut inputs) = (Vec::new(), Vec::new());
    let mut numbers_of: [Vec<f64>; 2] = Default::default();
    let mut ends: [Vec<String>; 2] = Default::default();
    for id in headline {
        for (swing, outcomes) in played.iter().filter(|it| it.0.has_range) {
            let at = |outcome: &Outcome| {
                let found = outcome.figures.iter().find(|it| it.id == *id);
                found.map_or(f64::NAN, |it| number(&it.value))
            };
            let values = outcomes.each_ref().map(at);
            if values[0] == values[1] || values.iter().all(|it| it.is_nan()) {
                continue;
            }
            let input = scenario.inputs.get(swing.input);
            figures.push(id.clone());
            inputs.push(input.path.clone());
            for (side, at) in [swing.low, swing.high].into_iter().enumerate() {
                ends[side].push(input.shown(at));
                numbers_of[side].push(values[side]);
            }
        }
    }
    let [low, high] = ends;
    let [at_low, at_high] = numbers_of;
    let columns = vec![
        texts("figure", "its id", figures),
        texts("input", "its path", inputs),
        texts("low", "the range's low end", low),
        texts("high", "its high end", high),
        numbers("at_low", "", "the figure at the low end; a date in days since 1970-01-01", at_low),
        numbers("at_high", "", "the figure at the high end", at_high),
    ];
    Table { name: "tornado", columns }
}

/// Inputs and headline figures of the first futures, a row each, to be drawn against each other.
pub fn scatter(columns: Vec<(Heading, Vec<f64>)>) -> Table {
    let draws = columns.first().map_or(0, |it| it.1.len());
    let mut all = vec![numbers("draw", "", "its number", (0..draws).map(|it| it as f64).collect())];
    let column = |(it, values): (Heading, Vec<f64>)| numbers(it.name, it.unit, &it.meaning, values);
    all.extend(columns.into_iter().map(column));
    Table { name: "scatter", columns: all }
}
