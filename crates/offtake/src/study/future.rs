//! One future of many: what its inputs were drawn at and what they came to, as a row of numbers.
//!
//! Numbers are in the unit of their column; a day is counted from 1970-01-01. What never happens is
//! infinite, what does not apply or is not known is not a number.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::chance::Sobol;
use crate::figures::{self, Look, Outcome, Value};
use crate::scenario::{Draw, Drawn, InputId, InputValue, Sampler, Scenario};
use crate::time::{Date, Instant, Span};
use crate::units::{Dim, Money, in_usual_unit, to_f64};

/// One in so many futures is played once more with other luck, to tell what luck alone does.
const AGAIN: u32 = 16;

/// Scrambles of a Sobol sequence: the error of what comes out is that between them.
const SCRAMBLES: u32 = 16;

/// Set in the number of a luck that is played with the inputs of another's draw.
const OTHER_LUCK: u32 = 1 << 31;

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What a range was drawn at.
    Input(InputId),
    /// A figure, and how it is marked.
    Figure(&'static str),
    /// Whether an `expect` of the scenario held: 1 or 0.
    Expect,
    /// The figure of this column in the same future with other luck.
    Again(usize),
}

/// A column of a table with a row for each future.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// An input's path, a figure's id, the text of an `expect`.
    pub name: String,
    /// In which unit.
    pub unit: &'static str,
    /// In words.
    pub meaning: String,
    /// What stands in it.
    pub kind: Kind,
    /// Whether the first future says something in it.
    pub is_told: bool,
}

impl Heading {
    /// `reported`, `assumed`, `derived` or `simulated`, as a figure is marked.
    pub fn mark(&self) -> &'static str {
        match self.kind {
            Kind::Figure(mark) => mark,
            _ => "assumed",
        }
    }
}

/// A value by month, for every future.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// `months.cash.openai`
    pub name: String,
    /// In which unit.
    pub unit: &'static str,
    /// In words.
    pub meaning: String,
}

/// One future.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Future {
    /// One number for each column.
    pub values: Vec<f64>,
    /// One number for each series and month.
    pub months: Vec<Vec<f64>>,
}

/// A digest of futures in the order of their draws: equal digests, equal rows.
#[derive(Clone, Debug, Default)]
pub struct RowDigest(Sha256);

impl RowDigest {
    /// Adds every number of the next future.
    pub fn add(&mut self, future: &Future) {
        for it in future.values.iter().chain(future.months.iter().flatten()) {
            self.0.update(it.to_le_bytes());
        }
    }

    /// The digest in hexadecimal.
    pub fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// All futures of a scenario, each to be played by its number, alone and in any order.
pub struct Futures<'a> {
    scenario: &'a Scenario,
    sampler: Sampler,
    sobol: Option<Sobol>,
    headings: Vec<Heading>,
    figure_at: BTreeMap<String, usize>,
    first_expect: usize,
    first_again: usize,
    first: Future,
}

impl<'a> Futures<'a> {
    /// Lays out the columns. `driven` names the figures whose share of luck is to be known. By
    /// `sobol`, ranges are drawn at the points of a Sobol sequence.
    pub fn of(scenario: &'a Scenario, driven: &[String], sobol: bool) -> Self {
        let sobol = sobol.then(Sobol::new);
        let sampler = Sampler::of(scenario);
        let mut headings: Vec<Heading> =
            sampler.inputs().iter().map(|id| input_column(scenario, *id)).collect();
        let known = figures::known(scenario);
        let figure_at = known
            .iter()
            .enumerate()
            .map(|(i, it)| (it.id.clone(), headings.len() + i))
            .collect::<BTreeMap<_, _>>();
        headings.extend(known.into_iter().map(|it| Heading {
            name: it.id,
            unit: it.unit,
            meaning: it.label.to_owned(),
            kind: Kind::Figure(it.kind),
            is_told: true,
        }));
        let first_expect = headings.len();
        headings.extend(scenario.expects.iter().enumerate().map(|(i, it)| Heading {
            name: format!("expect.{}", i + 1),
            unit: "",
            meaning: it.text.clone(),
            kind: Kind::Expect,
            is_told: true,
        }));
        let first_again = headings.len();
        for at in driven.iter().filter_map(|it| figure_at.get(it)) {
            let Heading { name, unit, .. } = &headings[*at];
            headings.push(Heading {
                name: format!("again.{name}"),
                unit,
                meaning: format!("the same with other luck, in one of {AGAIN} futures"),
                kind: Kind::Again(*at),
                is_told: true,
            });
        }
        let first = Future::default();
        let mut it = Self {
            scenario,
            sampler,
            sobol,
            headings,
            figure_at,
            first_expect,
            first_again,
            first,
        };
        it.first = it.play(0);
        for (heading, value) in it.headings.iter_mut().zip(&it.first.values) {
            heading.is_told = !value.is_nan();
        }
        it
    }

    /// What stands in a row.
    pub fn headings(&self) -> &[Heading] {
        &self.headings
    }

    /// Equal for futures that may stand in one table: the same texts, seed and version, and the
    /// same first future, so that another catalogue or engine is another study too.
    pub fn key(&self, version: &str) -> String {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        add(version);
        add(self.scenario.variant.as_deref().unwrap_or_default());
        self.scenario.files.iter().for_each(|it| add(&it.text));
        self.headings.iter().for_each(|it| add(&it.name));
        hash.update(self.scenario.seed.to_le_bytes());
        hash.update([u8::from(self.sobol.is_some())]);
        self.first.values.iter().for_each(|it| hash.update(it.to_le_bytes()));
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Who draws.
    pub fn sampler(&self) -> &Sampler {
        &self.sampler
    }

    /// What is told by month: GPUs, bills, and the cash of those whose cash is known.
    pub fn series(&self) -> Vec<Series> {
        let of = |name: &str, unit, meaning: &str| Series {
            name: format!("months.{name}"),
            unit,
            meaning: meaning.to_owned(),
        };
        let mut all = vec![
            of("delivered", "GPU", "GPUs delivered, mean of the month"),
            of("used", "GPU", "GPUs used, mean of the month"),
            of("billed", "USD", "bills of the rent layer that fall due"),
        ];
        all.extend(payers(self.scenario).map(|(_, name)| {
            of(&format!("cash.{name}"), "USD", "cash at the month's end, all known commitments")
        }));
        all
    }

    /// The names of the months.
    pub fn months(&self) -> Vec<String> {
        let (mut month, last) =
            (self.scenario.from.month(), Instant { millis: self.scenario.to.millis - 1 }.month());
        let mut all = Vec::new();
        while month <= last {
            all.push(month.to_string());
            month = month.next();
        }
        all
    }

    /// What the `n`th future is played at. Draws of a Sobol sequence take turns in its scrambles.
    pub fn draw(&self, n: u32) -> Draw {
        let Some(sobol) = &self.sobol else { return self.sampler.draw(n) };
        let scramble = self
            .scenario
            .seed
            .wrapping_mul(u64::from(SCRAMBLES))
            .wrapping_add(u64::from(n % SCRAMBLES));
        self.sampler.draw_from(n, |i| sobol.at(n / SCRAMBLES, i, scramble))
    }

    /// Into how many scrambles the draws fall; nothing where they are independent.
    pub fn scrambles(&self) -> Option<u32> {
        self.sobol.as_ref().map(|_| SCRAMBLES)
    }

    /// So many draws at the least, and as many points in each scramble as a Sobol sequence is even
    /// at: a power of two.
    pub fn rounded(&self, draws: u32) -> u32 {
        match self.sobol {
            Some(_) => draws.div_ceil(SCRAMBLES).next_power_of_two() * SCRAMBLES,
            None => draws,
        }
    }

    /// What a column says of a draw.
    pub fn value(&self, draw: &Draw, at: usize) -> f64 {
        let outcome = figures::outcome(self.scenario, draw, false);
        let name = &self.headings[at].name;
        outcome.figures.iter().find(|it| it.id == *name).map_or(f64::NAN, |it| number(&it.value))
    }

    /// Plays the `n`th future.
    pub fn play(&self, n: u32) -> Future {
        let draw = self.draw(n);
        let outcome = figures::outcome(self.scenario, &draw, false);
        let mut values = vec![f64::NAN; self.headings.len()];
        for (i, id) in self.sampler.inputs().iter().enumerate() {
            values[i] = in_column(self.scenario, *id, draw.get(*id));
        }
        for figure in &outcome.figures {
            if let Some(at) = self.figure_at.get(&figure.id) {
                values[*at] = number(&figure.value);
            }
        }
        let held = figures::expects(self.scenario, &draw, &outcome);
        for (i, it) in held.iter().enumerate() {
            values[self.first_expect + i] = f64::from(u8::from(it.held));
        }
        if n.is_multiple_of(AGAIN) && self.first_again < self.headings.len() {
            self.play_again(&draw, &mut values);
        }
        // One not-a-number is as good as another, and only one makes equal bytes.
        values.iter_mut().filter(|it| it.is_nan()).for_each(|it| *it = f64::NAN);
        Future { values, months: months(&self.look(&draw, &outcome)) }
    }

    /// What the driven figures come to with equal inputs and other luck.
    fn play_again(&self, draw: &Draw, values: &mut [f64]) {
        let other = draw.with_luck(draw.luck() | OTHER_LUCK);
        let outcome = figures::outcome(self.scenario, &other, false);
        for (at, column) in self.headings.iter().enumerate().skip(self.first_again) {
            let Kind::Again(of) = column.kind else { continue };
            let name = &self.headings[of].name;
            values[at] = outcome
                .figures
                .iter()
                .find(|it| it.id == *name)
                .map_or(f64::NAN, |it| number(&it.value));
        }
    }

    fn look<'b>(&'b self, draw: &'b Draw, outcome: &'b Outcome) -> Look<'b> {
        Look { scenario: self.scenario, draw, case: &outcome.case, played: &outcome.played }
    }
}

fn input_column(scenario: &Scenario, id: InputId) -> Heading {
    let input = scenario.inputs.get(id);
    let unit = match input.value {
        InputValue::Number { dim, .. } => in_usual_unit(1.0, dim).1,
        _ => "date",
    };
    let meaning = format!("drawn from {}", input.text);
    Heading { name: input.path.clone(), unit, meaning, kind: Kind::Input(id), is_told: true }
}

/// A drawn value in the unit of its column.
fn in_column(scenario: &Scenario, id: InputId, drawn: Drawn) -> f64 {
    match drawn {
        Drawn::Number(it) => {
            let dim = match scenario.inputs.get(id).value {
                InputValue::Number { dim, .. } => dim,
                _ => Dim::NONE,
            };
            in_usual_unit(to_f64(it), dim).0
        }
        Drawn::Date(date) => day_number(date),
        Drawn::Word => f64::NAN,
    }
}

/// Days since 1970-01-01.
pub fn day_number(date: Date) -> f64 {
    (Instant::start_of(date).millis / Span::DAY.millis) as f64
}

/// The day of a number of days since 1970-01-01.
pub fn day_of(number: f64) -> Date {
    Instant { millis: libm::round(number) as i64 * Span::DAY.millis }.date()
}

/// What a figure says as a number.
pub fn number(value: &Value) -> f64 {
    match value {
        Value::Number(it) => *it,
        // A month counts from its first day.
        Value::Date(it) => {
            it.parse().or_else(|_| format!("{it}-01").parse()).map_or(f64::NAN, day_number)
        }
        Value::Never => f64::INFINITY,
        Value::Unknown | Value::Word(_) => f64::NAN,
    }
}

/// Those whose cash is told.
fn payers(scenario: &Scenario) -> impl Iterator<Item = (usize, &str)> {
    let told = |row: &crate::scenario::Row| {
        row.cells.contains_key("cash") || row.cells.contains_key("revenue")
    };
    let rows = scenario.parties.iter().map(|id| scenario.row(*id)).enumerate();
    rows.filter(move |(_, row)| told(row)).map(|(i, row)| (i, row.name.as_str()))
}

/// Every series of a played future, in their order.
fn months(look: &Look<'_>) -> Vec<Vec<f64>> {
    let months: Vec<_> = look.played.ledger.months().collect();
    let hours = months.iter().map(|it| {
        let (from, to) = (it.start().max(look.case.from), it.end().min(look.case.to));
        (to - from).millis as f64 / Span::HOUR.millis as f64
    });
    let hours: Vec<f64> = hours.collect();
    let mean_of_fleets = |of: &dyn Fn(usize) -> Vec<f64>| {
        let mut sum = vec![0.0; months.len()];
        for fleet in 0..look.case.fleets.len() {
            sum.iter_mut().zip(of(fleet)).for_each(|(sum, it)| *sum += it);
        }
        sum.iter().zip(&hours).map(|(it, hours)| it / hours).collect::<Vec<f64>>()
    };
    let mut all = vec![
        mean_of_fleets(&|it| look.delivered_by_month(it)),
        mean_of_fleets(&|it| look.used_by_month(it)),
        look.rent_by_month().into_iter().map(Money::dollars).collect(),
    ];
    for (party, _) in payers(look.scenario) {
        all.push(look.cash(party, false).iter().map(|it| it.1.dollars()).collect());
    }
    all
}
