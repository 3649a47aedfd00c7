//! What many futures say together: how each figure spreads, how often something happens, how
//! months spread, and what moves what.

use std::convert::Infallible;

use super::drivers::{Drivers, drivers, luck_share};
use super::estimate::{Estimate, share};
use super::event::Event;
use super::future::{Future, Futures, Heading, Kind, Series};
use super::quantiles::{Column, Spread, share_of_scrambles};
use crate::scenario::{InputId, Scenario};
use crate::time::Instant;

/// Draws that bands and drivers are found from, at most: memory does not grow with the draws.
pub const MOST_LOOKED_AT: u32 = 65_536;

/// The probabilities of a band's lower edge, middle and upper edge.
pub const BAND: [f64; 3] = [0.1, 0.5, 0.9];

/// A figure in many futures.
#[derive(Clone, Debug)]
pub struct FigureOdds {
    /// What it is.
    pub heading: Heading,
    /// How it spreads.
    pub spread: Spread,
    /// For each quantile the first future that comes nearest to it.
    pub near: [u32; 5],
}

/// Something that may happen, in many futures.
#[derive(Clone, Debug)]
pub struct EventOdds {
    /// The figure it looks at, or the `expect` that it is.
    pub heading: Heading,
    /// How that is held against what: `before 2028`; nothing for an `expect`.
    pub rest: String,
    /// In which share of them it does.
    pub share: Estimate,
}

impl EventOdds {
    /// As scripts are told: `party.openai.first_shortfall before 2028`.
    pub fn text(&self) -> String {
        match self.heading.kind {
            Kind::Expect => self.heading.meaning.clone(),
            _ => format!("{} {}", self.heading.name, self.rest),
        }
    }
}

/// A series in many futures.
#[derive(Clone, Debug)]
pub struct Band {
    /// What it is.
    pub series: Series,
    /// For each month the quantiles of [`BAND`].
    pub months: Vec<[f64; 3]>,
}

/// What moves a figure.
#[derive(Clone, Debug)]
pub struct FigureDrivers {
    /// The figure.
    pub heading: Heading,
    /// The share of each input, in the order of [`Odds::inputs`].
    pub drivers: Drivers,
    /// The share of luck, alone and together with inputs; nothing where too few futures tell it.
    pub luck: Option<Estimate>,
}

impl FigureDrivers {
    /// The places of the inputs, that of the largest share first.
    pub fn strongest(&self) -> Vec<usize> {
        let shares = &self.drivers.inputs;
        let mut all: Vec<usize> = (0..shares.len()).collect();
        all.sort_by(|a, b| shares[*b].value.total_cmp(&shares[*a].value));
        all
    }
}

/// All that many futures say.
#[derive(Clone, Debug, Default)]
pub struct Odds {
    /// How many futures were played.
    pub draws: u32,
    /// Into how many scrambles of a Sobol sequence they fall; nothing where draws are independent.
    pub scrambles: Option<u32>,
    /// Every figure that says something.
    pub figures: Vec<FigureOdds>,
    /// Every event that was asked for.
    pub events: Vec<EventOdds>,
    /// The inputs that were drawn.
    pub inputs: Vec<Heading>,
    /// What moves the figures that were asked for.
    pub drivers: Vec<FigureDrivers>,
    /// Every series.
    pub bands: Vec<Band>,
    /// The names of the months.
    pub months: Vec<String>,
}

/// Reads columns of the table of all futures: by place, and how many draws at most.
pub type Columns<'a, E> = &'a mut dyn FnMut(usize, u32) -> Result<Vec<f64>, E>;

impl Odds {
    /// Joins the futures of a scenario.
    ///
    /// # Errors
    /// What reading a column says.
    pub fn of<E>(
        futures: &Futures<'_>,
        draws: u32,
        events: &[Event],
        columns: Columns<'_, E>,
    ) -> Result<Odds, E> {
        let (scrambles, months) = (futures.scrambles(), futures.months());
        let mut odds = Odds { draws, scrambles, months, ..Odds::default() };
        let mut shares = vec![None; events.len()];
        for (at, heading) in futures.headings().iter().enumerate() {
            let asked = events.iter().any(|it| it.column() == at);
            if !asked && !is_figure(heading) {
                continue;
            }
            let column = columns(at, draws)?;
            // Odds of what nobody can know would be odds of nothing.
            let is_known = column.iter().any(|it| !it.is_nan());
            for (share, event) in
                shares.iter_mut().zip(events).filter(|it| is_known && it.1.column() == at)
            {
                *share = Some(odds.share_of(event, &column));
            }
            if is_figure(heading)
                && let Some(spread) = odds.spread_of(&column)
            {
                let near = spread.quantiles.map(|it| nearest_to(it.value, &column));
                odds.figures.push(FigureOdds { heading: heading.clone(), spread, near });
            }
        }
        let told = events.iter().zip(shares);
        let heading = |event: &Event| futures.headings()[event.column()].clone();
        let event = |(event, share): (&Event, Option<Estimate>)| {
            let (heading, rest) = (heading(event), event.rest.clone());
            Some(EventOdds { heading, rest, share: share? })
        };
        odds.events = told.filter_map(event).collect();
        odds.find_drivers(futures, columns)?;
        let first = futures.headings().len();
        for (i, series) in futures.series().into_iter().enumerate() {
            let values = columns(first + i, draws.min(MOST_LOOKED_AT))?;
            odds.bands.push(Band { series, months: band(&values, odds.months.len()) });
        }
        Ok(odds)
    }

    /// Joins a few futures that were played from the first one on, in their order.
    pub fn of_played(futures: &Futures<'_>, played: &[Future]) -> Odds {
        let headings = futures.headings().len();
        let mut column = |at: usize, _| -> Result<Vec<f64>, Infallible> {
            Ok(match at.checked_sub(headings) {
                None => played.iter().map(|it| it.values[at]).collect(),
                Some(nth) => played.iter().flat_map(|it| it.months[nth].iter().copied()).collect(),
            })
        };
        let Ok(odds) = Odds::of(futures, played.len() as u32, &[], &mut column);
        odds
    }

    /// What moves the figures whose luck was played again.
    fn find_drivers<E>(&mut self, futures: &Futures<'_>, columns: Columns<'_, E>) -> Result<(), E> {
        let draws = self.draws.min(MOST_LOOKED_AT);
        let (mut inputs, mut asked) = (Vec::new(), Vec::new());
        for (at, heading) in futures.headings().iter().enumerate() {
            match heading.kind {
                Kind::Input(_) => {
                    inputs.push(columns(at, draws)?);
                    self.inputs.push(heading.clone());
                }
                Kind::Again(of) => asked.push((of, columns(of, draws)?, columns(at, draws)?)),
                _ => {}
            }
        }
        let is_date = |of: usize| futures.headings()[of].unit == "date";
        let figures: Vec<Column<'_>> =
            asked.iter().map(|(of, values, _)| Column { values, is_date: is_date(*of) }).collect();
        let found = drivers(&inputs, futures.sampler().groups(), &figures);
        for ((of, values, again), drivers) in asked.iter().zip(found) {
            let Some(drivers) = drivers else { continue };
            let pairs: Vec<(f64, f64)> = values
                .iter()
                .zip(again)
                .map(|it| (*it.0, *it.1))
                .filter(|it| !it.1.is_nan())
                .collect();
            let luck = luck_share(&pairs, &drivers.lens);
            let heading = futures.headings()[*of].clone();
            self.drivers.push(FigureDrivers { heading, drivers, luck });
        }
        Ok(())
    }

    /// The inputs by their largest share in any figure, the strongest first; as they were drawn where
    /// nothing is known of shares.
    pub fn strongest_inputs(&self) -> Vec<InputId> {
        let share = |at: usize| {
            let of = self.drivers.iter().map(|it| it.drivers.inputs[at].value);
            of.fold(0.0, f64::max)
        };
        let mut all: Vec<(f64, InputId)> = Vec::new();
        for (at, heading) in self.inputs.iter().enumerate() {
            if let Kind::Input(id) = heading.kind {
                all.push((share(at), id));
            }
        }
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        all.into_iter().map(|it| it.1).collect()
    }

    /// A figure, by its id.
    pub fn figure(&self, id: &str) -> Option<&FigureOdds> {
        self.figures.iter().find(|it| it.heading.name == id)
    }

    /// How a column spreads; nothing where it never says anything.
    pub fn spread_of(&self, column: &[f64]) -> Option<Spread> {
        match self.scrambles {
            None => Spread::of(column),
            Some(many) => {
                let parts = by_scramble(column, many);
                Spread::of_scrambles(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
            }
        }
    }

    fn share_of(&self, event: &Event, column: &[f64]) -> Estimate {
        let count = |column: &[f64]| column.iter().filter(|it| event.is_so(**it)).count();
        match self.scrambles {
            None => share(count(column), column.len()),
            Some(many) => {
                let parts = by_scramble(column, many);
                let counts: Vec<usize> = parts.iter().map(|it| count(it)).collect();
                let all = counts.iter().sum::<usize>();
                // Scrambles that all agree do not tell how far they may be off.
                match counts.iter().all(|it| *it == counts[0]) {
                    true => share(all, column.len()),
                    false => share_of_scrambles(&counts, column.len() / many as usize),
                }
            }
        }
    }
}

fn is_figure(heading: &Heading) -> bool {
    matches!(heading.kind, Kind::Figure(_))
}

/// The first draw that comes nearest to a value.
fn nearest_to(value: f64, column: &[f64]) -> u32 {
    let off = |it: &f64| if *it == value { 0.0 } else { (it - value).abs() };
    let known = column.iter().enumerate().filter(|it| !it.1.is_nan());
    known.min_by(|a, b| off(a.1).total_cmp(&off(b.1))).map_or(0, |it| it.0 as u32)
}

/// The draws of each scramble: they take turns.
fn by_scramble(column: &[f64], many: u32) -> Vec<Vec<f64>> {
    let of = |k: usize| column.iter().skip(k).step_by(many as usize).copied().collect();
    (0..many as usize).map(of).collect()
}

/// The band of a series whose months follow each other, draw by draw.
fn band(values: &[f64], months: usize) -> Vec<[f64; 3]> {
    let of_month = |month: usize| {
        let mut column: Vec<f64> = values.iter().skip(month).step_by(months).copied().collect();
        column.sort_unstable_by(f64::total_cmp);
        BAND.map(|p| super::quantiles::at(&column, p))
    };
    (0..months).map(of_month).collect()
}

/// What a reader asks first: who is short of cash by when, what comes on time, and whether what the
/// scenario expects holds.
pub fn usual_events(scenario: &Scenario, headings: &[Heading]) -> Vec<Event> {
    let named = |ending: &str| {
        let ending = ending.to_owned();
        headings
            .iter()
            .enumerate()
            .filter(move |(_, it)| is_figure(it) && it.name.ends_with(&ending))
    };
    let last = Instant { millis: scenario.to.millis - 1 }.month().year();
    let first = scenario.as_of.year() + 1;
    let mut all = Vec::new();
    for (at, _) in named(".first_shortfall") {
        all.extend((first..=last + 1).map(|year| Event::before_year(at, year)));
    }
    for (_, heading) in named(".months_late") {
        all.extend(Event::read(&format!("{} <= 0 months", heading.name), headings).ok());
    }
    let expects = headings.iter().enumerate().filter(|it| it.1.kind == Kind::Expect);
    all.extend(expects.map(|(at, _)| Event::held(at)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_is_of_each_month_alone() {
        let draws: Vec<f64> = (0..101).flat_map(|n| [f64::from(n), 7.0]).collect();
        assert_eq!(band(&draws, 2), [[10.0, 50.0, 90.0], [7.0; 3]]);
    }

    #[test]
    fn a_quantile_is_near_to_a_future() {
        let never = f64::INFINITY;
        assert_eq!(nearest_to(5.2, &[9.0, f64::NAN, 5.0, 5.0, never]), 2);
        assert_eq!(nearest_to(never, &[9.0, never, never]), 1);
    }

    #[test]
    fn scrambles_take_turns() {
        let parts = by_scramble(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 2);
        assert_eq!(parts, [[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]]);
    }
}
