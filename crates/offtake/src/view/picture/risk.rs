//! The picture of many futures: how months spread, how often something comes, what moves it.

use super::drawing::{About, Drawing};
use super::graph::Graph;
use super::run::{Which, spread};
use super::{Chart, FORM, Form, Headline, Picture, Sheet, Style, Subject};
use crate::figures::{Figure, Outcome};
use crate::study::{Band, EventOdds, FigureOdds};
use crate::units::scaled;
use crate::view::odds::{DriverRow, OddsPage, driver_rows, how, in_words, odds_tables};
use crate::view::tables::{Table, numbers, texts};
use crate::view::{NOT_MODELLED, bands, warnings};

/// Everything that a page shows of many futures: the play at the medians, which says what each figure is made
/// of, what ranges do at both ends, and the first futures one by one.
pub fn of_risk(
    page: &OddsPage<'_>,
    which: Which<'_>,
    medians: &Outcome,
    tornado: &Table,
    scatter: &Table,
) -> Picture {
    let scenario = page.scenario;
    let graph = Graph::of(scenario, &medians.figures);
    let about = About { scenario, name: which.scenario, figures: &medians.figures };
    let desk = Desk { page, about, tornado, scatter, drivers: driver_rows(page.odds) };
    Picture {
        form: FORM,
        of: Subject::Risk,
        scenario: which.scenario.to_owned(),
        title: scenario.name().to_owned(),
        about: scenario.row(scenario.head).text("about").map(str::to_owned),
        version: which.version,
        digest: which.digest.to_owned(),
        seed: scenario.seed,
        draw: None,
        draws: Some(page.odds.draws),
        as_of: scenario.as_of.to_string(),
        from: scenario.from.to_string(),
        to: scenario.to.to_string(),
        how: how(page),
        sentence: in_words(page),
        numbers: desk.headline().map(|(figure, odds)| desk.number(figure, odds)).collect(),
        levers: Vec::new(),
        charts: desk.charts(),
        claims: Vec::new(),
        expects: Vec::new(),
        pulls: Vec::new(),
        break_evens: page.break_evens.iter().map(Into::into).collect(),
        sources: graph.sources(),
        figures: graph.figures,
        stages: graph.stages,
        inputs: graph.inputs,
        tables: odds_tables(page.odds).into_iter().take(1).map(Sheet).collect(),
        not_modelled: NOT_MODELLED.to_vec(),
        warnings: warnings(scenario),
    }
}

/// What charts are drawn from.
struct Desk<'a> {
    page: &'a OddsPage<'a>,
    about: About<'a>,
    tornado: &'a Table,
    scatter: &'a Table,
    drivers: Vec<DriverRow>,
}

impl<'a> Desk<'a> {
    /// The figures that open the report: at the medians, and in all futures.
    fn headline(&self) -> impl Iterator<Item = (&'a Figure, &'a FigureOdds)> {
        let (figures, page) = (self.about.figures, self.page);
        let both = move |id: &'a String| {
            Some((figures.iter().find(|it| it.id == *id)?, page.odds.figure(id)?))
        };
        page.headline.iter().filter_map(both)
    }

    /// How a party is called.
    fn title(&self, party: &str) -> &str {
        let scenario = self.about.scenario;
        let rows = scenario.parties.iter().map(|it| scenario.row(*it));
        rows.into_iter().find(|it| it.name == party).map_or("", |it| it.title())
    }

    fn number(&self, figure: &Figure, odds: &FigureOdds) -> Headline {
        let middle = odds.spread.quantiles[2].value;
        Headline {
            id: figure.id.clone(),
            label: figure.label.clone(),
            shown: bands::shown(middle, figure.unit),
            value: Some(middle).filter(|it| it.is_finite() && figure.unit != "date"),
            unit: figure.unit,
            kind: figure.kind,
            band: spread(self.page.odds, figure),
        }
    }

    fn charts(&self) -> Vec<Chart> {
        let mut all: Vec<Option<Chart>> =
            self.page.odds.bands.iter().map(|it| self.fan(it)).collect();
        all.push(self.events());
        for (figure, odds) in self.headline() {
            all.push(self.exceedance(figure, odds));
            all.push(self.drivers(figure));
            all.push(self.tornado(figure));
            all.push(self.dots(figure));
        }
        all.into_iter().flatten().collect()
    }

    /// A series by month: the middle, and where it lies in eight of ten futures.
    fn fan(&self, band: &Band) -> Option<Chart> {
        let (odds, series) = (self.page.odds, &band.series);
        let name = series.name.trim_start_matches("months.");
        let month = texts("month", "calendar month, UTC", odds.months.clone());
        let party = name.strip_prefix("cash.");
        let title = match party {
            Some(party) => format!("{}: {}", self.title(party), series.meaning),
            None => series.meaning.clone(),
        };
        let mut it = Drawing::new("fan", &title, Form::Time, series.unit, month).of(name);
        it.band(Some(odds), name, name, name);
        let middle = band.months.iter().map(|it| it[1]).collect();
        it.add(
            (name, "the middle", "half of the futures lie above"),
            (Style::Line, "simulated"),
            Some(middle),
        );
        let shown = |id: &str| match (party, name) {
            (Some(party), _) => ["cash_min", "first_shortfall", "funding_gap"]
                .into_iter()
                .any(|key| id == format!("party.{party}.{key}")),
            (None, "billed") => id.starts_with("deal.") && id.ends_with(".billed"),
            (None, name) => id.starts_with("deal.") && id.ends_with(&format!(".gpu_hours_{name}")),
        };
        it.shows(self.about.figures.iter().map(|it| it.id.clone()).filter(|it| shown(it)));
        let widest = (0..band.months.len()).max_by(|a, b| {
            let wide = |at: &usize| band.months[*at][2] - band.months[*at][0];
            wide(a).total_cmp(&wide(b)).then(b.cmp(a))
        })?;
        let [low, middle, high] = band.months[widest].map(|it| scaled(it, series.unit));
        let sentence = format!(
            "The futures differ most in {}: {low} to {high} in eight of ten of them, {middle} in the middle.",
            odds.months[widest],
        );
        it.done(self.about, sentence)
    }

    /// What may happen, and in how many futures it does.
    fn events(&self) -> Option<Chart> {
        let all = &self.page.odds.events;
        let of = |each: &dyn Fn(&EventOdds) -> f64| all.iter().map(each).collect::<Vec<f64>>();
        let names = texts("that", "what may happen", all.iter().map(EventOdds::text).collect());
        let mut it = Drawing::new("odds", "How often it happens", Form::Bars, "share", names);
        it.add(
            ("share", "share of futures", "share of futures in which it does"),
            (Style::Bar, "simulated"),
            Some(of(&|it| it.share.value)),
        );
        let ends = [
            numbers("low", "share", "low end of its 95 % interval", of(&|it| it.share.low)),
            numbers("high", "share", "high end of its 95 % interval", of(&|it| it.share.high)),
        ];
        it.between(ends, "95 % interval", Style::Band);
        it.shows(all.iter().map(|it| it.heading.name.clone()));
        let likeliest = all.iter().max_by(|a, b| a.share.value.total_cmp(&b.share.value))?;
        let never = all.iter().filter(|it| it.share.value == 0.0).count();
        let share = scaled(likeliest.share.value, "share");
        let sentence = format!(
            "Likeliest is `{}`, in {share} of the futures; {never} of {} came in none.",
            likeliest.text(),
            all.len(),
        );
        it.done(self.about, sentence)
    }

    /// In which share of futures a figure is above a value.
    fn exceedance(&self, figure: &Figure, odds: &FigureOdds) -> Option<Chart> {
        let points = &odds.spread.exceedance;
        let at = points.iter().map(|it| it.at).collect();
        let value = numbers("value", figure.unit, &figure.label, at);
        let title = format!("How much it may be: {}", figure.label);
        let mut it = Drawing::new("exceedance", &title, Form::Curve, "share", value).of(&figure.id);
        it.add(
            ("above", "share of futures above", "share of futures in which it is more"),
            (Style::Step, "simulated"),
            (points.len() > 1).then(|| points.iter().map(|it| it.above).collect()),
        );
        it.shows([figure.id.clone()]);
        let middle = bands::shown(odds.spread.quantiles[2].value, figure.unit);
        let [low, high] = bands::ends(self.page.odds, figure)?;
        let never = match odds.spread.never {
            0 => String::new(),
            never => {
                let share = never as f64 / odds.spread.draws as f64;
                format!(" It never comes about in {}.", scaled(share, "share"))
            }
        };
        let sentence = format!(
            "In eight of ten futures it lies between {low} and {high}; half lie above {middle}.{never}"
        );
        it.done(self.about, sentence)
    }

    /// What moves a figure: shares of its variance.
    fn drivers(&self, figure: &Figure) -> Option<Chart> {
        const SHOWN: usize = 10;
        let mut all: Vec<&DriverRow> =
            self.drivers.iter().filter(|it| it.figure == figure.id && it.low > 0.0).collect();
        all.sort_by(|a, b| b.share.total_cmp(&a.share));
        all.truncate(SHOWN);
        let first = all.first().filter(|_| all.len() > 1)?;
        let of = |each: fn(&DriverRow) -> f64| all.iter().map(|it| each(it)).collect::<Vec<f64>>();
        let names =
            texts("input", "its path, or luck", all.iter().map(|it| it.input.clone()).collect());
        let title = format!("What moves it: {}", figure.label);
        let mut it = Drawing::new("drivers", &title, Form::Bars, "share", names).of(&figure.id);
        it.add(
            ("share", "share of the variance", "share of the figure's variance"),
            (Style::Bar, "simulated"),
            Some(of(|it| it.share)),
        );
        let ends = [
            numbers("low", "share", "low end of its 95 % interval", of(|it| it.low)),
            numbers("high", "share", "high end of its 95 % interval", of(|it| it.high)),
        ];
        it.between(ends, "95 % interval", Style::Band);
        it.shows([figure.id.clone()]);
        let [share, low, high] = [first.share, first.low, first.high].map(|it| scaled(it, "share"));
        let sentence =
            format!("{} moves it most: {share} of the variance ({low} to {high}).", first.input);
        it.done(self.about, sentence)
    }

    /// What a figure comes to at both ends of every range, all else at its median.
    fn tornado(&self, figure: &Figure) -> Option<Chart> {
        const SHOWN: usize = 10;
        let table = self.tornado;
        let [figures, inputs, low, high] =
            ["figure", "input", "low", "high"].map(|it| table.texts(it));
        let [at_low, at_high] = ["at_low", "at_high"].map(|it| table.numbers(it));
        let mut rows: Vec<usize> = (0..figures.len())
            .filter(|it| {
                figures[*it] == figure.id && at_low[*it].is_finite() && at_high[*it].is_finite()
            })
            .collect();
        let wide = |it: &usize| (at_high[*it] - at_low[*it]).abs();
        rows.sort_by(|a, b| wide(b).total_cmp(&wide(a)));
        rows.truncate(SHOWN);
        let first = *rows.first().filter(|_| rows.len() > 1)?;
        let text = |of: &[String]| rows.iter().map(|it| of[*it].clone()).collect::<Vec<_>>();
        let value = |of: &[f64]| rows.iter().map(|it| of[*it]).collect::<Vec<_>>();
        let title = format!("What each range does: {}", figure.label);
        let names = texts("input", "its path", text(inputs));
        let mut it =
            Drawing::new("tornado", &title, Form::Tornado, figure.unit, names).of(&figure.id);
        let ends = [
            numbers("at_low", figure.unit, "at the range's low end", value(at_low)),
            numbers("at_high", figure.unit, "at its high end", value(at_high)),
        ];
        it.between(ends, "from the low end of the range to the high end", Style::Bar);
        let middle = figure.number().map(|it| vec![it; rows.len()]);
        it.add(
            ("middle", "every range at its median", "with every range at its median"),
            (Style::Limit, figure.kind),
            middle,
        );
        it.beside(texts("low", "the range's low end", text(low)));
        it.beside(texts("high", "its high end", text(high)));
        it.shows([figure.id.clone()]);
        let [from, to] = [at_low[first], at_high[first]].map(|it| bands::shown(it, figure.unit));
        let sentence = format!(
            "{} does most: from {} to {} it makes {from} into {to}.",
            inputs[first], low[first], high[first]
        );
        it.done(self.about, sentence)
    }

    /// A figure against the range that moves it most, a dot for each future.
    fn dots(&self, figure: &Figure) -> Option<Chart> {
        const MOST: usize = 500;
        let column = |name: &str| self.scatter.columns.iter().find(|it| it.name == name);
        let own = self.drivers.iter().filter(|it| it.figure == figure.id && it.low > 0.0);
        let drawn = own.filter(|it| column(&it.input).is_some());
        let driver = drawn.max_by(|a, b| a.share.total_cmp(&b.share))?;
        let (input, cells) = (column(&driver.input)?, |name: &str| {
            self.scatter.numbers(name).iter().take(MOST).copied().collect::<Vec<f64>>()
        });
        let title = format!("{}, by {}", figure.label, driver.input);
        let across = numbers(&input.name, input.unit, &driver.input, cells(&driver.input));
        let mut it = Drawing::new("dots", &title, Form::Dots, figure.unit, across).of(&figure.id);
        it.add(
            (&figure.id, &figure.label, &figure.label),
            (Style::Dot, "simulated"),
            Some(cells(&figure.id)).filter(|it| it.iter().any(|it| it.is_finite())),
        );
        it.beside(numbers("draw", "", "its number: `run --draw` plays it", cells("draw")));
        it.shows([figure.id.clone()]);
        let share = scaled(driver.share, "share");
        let sentence =
            format!("Each dot is a future; {} explains {share} of how they differ.", driver.input);
        it.done(self.about, sentence)
    }
}
