//! Something that may happen in a future: `first_shortfall before 2028`, `cash_min >= 0 USD`.

use super::future::{Future, Heading, Kind, day_number};
use crate::figures::unit_measure;
use crate::time::Date;
use crate::units::{Quantity, nearest, to_f64};

/// How a figure is held against a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// Words between a figure and its limit.
const TESTS: [(&str, Test); 8] = [
    ("before", Test::Below),
    ("by", Test::AtMost),
    ("after", Test::Above),
    ("from", Test::AtLeast),
    ("<=", Test::AtMost),
    (">=", Test::AtLeast),
    ("<", Test::Below),
    (">", Test::Above),
];

/// Something that may happen.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// How its figure is held against what: `before 2028`; nothing for an `expect`.
    pub rest: String,
    column: usize,
    test: Test,
    limit: f64,
}

impl Event {
    /// Reads an event. A figure may be named by its end where no other ends so.
    ///
    /// # Errors
    /// Why the text is none, in one sentence.
    pub fn read(text: &str, headings: &[Heading]) -> Result<Event, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [name, word, limit @ ..] = words.as_slice() else {
            return Err(format!(
                "`{text}` is no event; write `FIGURE before 2028` or `FIGURE >= 1 bn USD`"
            ));
        };
        let column = figure_called(name, headings)?;
        let known = TESTS.iter().find(|it| it.0 == *word);
        let Some((_, test)) = known else {
            return Err(format!(
                "`{word}` compares nothing; write before, by, after, from, <, <=, > or >="
            ));
        };
        let limit = limit_of(&headings[column], *test, &limit.join(" "))?;
        Ok(Event { rest: words[1..].join(" "), column, test: *test, limit })
    }

    /// That a day comes before a year begins.
    pub fn before_year(column: usize, year: i16) -> Event {
        let limit = Date::new(year, 1, 1).map_or(f64::NAN, day_number);
        Event { rest: format!("before {year}"), column, test: Test::Below, limit }
    }

    /// That an `expect` held.
    pub fn held(column: usize) -> Event {
        Event { rest: String::new(), column, test: Test::AtLeast, limit: 1.0 }
    }

    /// Which column it looks at.
    pub fn column(&self) -> usize {
        self.column
    }

    /// Whether a value makes it happen. What is not known has not happened.
    pub fn is_so(&self, value: f64) -> bool {
        // A price that is drawn as 2 comes out as 2.00000000016.
        let alike = (value - self.limit).abs() <= 1e-9 * self.limit.abs();
        match self.test {
            Test::Below => value < self.limit && !alike,
            Test::AtMost => value <= self.limit || alike,
            Test::Above => value > self.limit && !alike,
            Test::AtLeast => value >= self.limit || alike,
        }
    }

    /// Whether it happened in a future.
    pub fn happened(&self, future: &Future) -> bool {
        self.is_so(future.values[self.column])
    }
}

/// The column of a figure, by its id or the end of it.
///
/// # Errors
/// Why there is none, in one sentence.
pub fn figure_called(name: &str, headings: &[Heading]) -> Result<usize, String> {
    let figures = || headings.iter().enumerate().filter(|it| matches!(it.1.kind, Kind::Figure(_)));
    if let Some((at, _)) = figures().find(|it| it.1.name == name) {
        return Ok(at);
    }
    let ending = format!(".{name}");
    let mut found: Vec<_> = figures().filter(|it| it.1.name.ends_with(&ending)).collect();
    // Nobody asks for the shortfall of those whose cash is not known.
    if found.iter().any(|it| it.1.is_told) {
        found.retain(|it| it.1.is_told);
    }
    match found.as_slice() {
        [(at, _)] => Ok(*at),
        [] => {
            let near = nearest(name, figures().map(|it| end_of(&it.1.name, name)));
            let meant = near.and_then(|end| figures().find(|it| end_of(&it.1.name, name) == end));
            let help = meant.map_or(String::new(), |it| format!("; did you mean `{}`?", it.1.name));
            Err(format!("no figure is called `{name}`{help}"))
        }
        many => {
            let names: Vec<&str> = many.iter().take(4).map(|it| it.1.name.as_str()).collect();
            Err(format!("`{name}` may be any of {}; write one of them", names.join(", ")))
        }
    }
}

/// As many of a name's last words as another has.
fn end_of<'a>(name: &'a str, other: &str) -> &'a str {
    let dots = other.matches('.').count();
    name.rmatch_indices('.').nth(dots).map_or(name, |(at, _)| &name[at + 1..])
}

/// A limit in the unit of a column: a day, a year's first day, or a quantity.
fn limit_of(column: &Heading, test: Test, text: &str) -> Result<f64, String> {
    if column.unit == "date" {
        let year = text.parse::<i16>().ok().filter(|it| (1900..2200).contains(it));
        let is_after = matches!(test, Test::AtMost | Test::Above);
        // `by 2028` and `after 2028` mean the year's end, `before 2028` and `from 2028` its first day.
        let of_year = year.and_then(|it| match is_after {
            true => Date::new(it, 12, 31).ok(),
            false => Date::new(it, 1, 1).ok(),
        });
        let day = of_year.or_else(|| text.parse().ok());
        let day = day.or_else(|| format!("{text}-01").parse().ok());
        return day.map(day_number).ok_or_else(|| {
            format!(
                "`{}` is a day, and `{text}` is none; write 2028, 2028-06 or 2028-06-30",
                column.name
            )
        });
    }
    let quantity =
        Quantity::parse(text).map_err(|why| format!("`{text}` is no quantity: {why}"))?;
    let one = unit_measure(column.unit);
    if quantity.dim != one.dim {
        return Err(format!(
            "`{}` is told in {}, and `{text}` counts something else",
            column.name,
            if column.unit.is_empty() { "plain numbers" } else { column.unit }
        ));
    }
    Ok(to_f64(quantity.amount) / to_f64(one.amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Heading> {
        let of = |name: &str, unit| Heading {
            name: name.to_owned(),
            unit,
            meaning: String::new(),
            kind: Kind::Figure("simulated"),
            is_told: true,
        };
        vec![
            of("party.a.first_shortfall", "date"),
            of("party.a.cash_min", "USD"),
            of("party.b.cash_min", "USD"),
            of("fleet.x.utilisation", "share"),
        ]
    }

    fn so(text: &str, value: f64) -> bool {
        Event::read(text, &columns()).expect("an event").is_so(value)
    }

    fn day(text: &str) -> f64 {
        day_number(text.parse().expect("a day"))
    }

    #[test]
    fn a_year_is_meant_from_its_first_day_or_to_its_last() {
        assert!(so("first_shortfall before 2028", day("2027-12-31")));
        assert!(!so("first_shortfall before 2028", day("2028-01-01")));
        assert!(so("first_shortfall by 2028", day("2028-12-31")));
        assert!(!so("first_shortfall after 2028", day("2028-12-31")));
        assert!(so("first_shortfall from 2028-06", day("2028-06-01")));
    }

    #[test]
    fn what_never_happens_happens_after_every_day() {
        assert!(!so("first_shortfall before 2100", f64::INFINITY));
        assert!(so("first_shortfall after 2100", f64::INFINITY));
        assert!(!so("first_shortfall after 2100", f64::NAN), "what is not known has not happened");
    }

    #[test]
    fn a_limit_is_read_in_any_unit_of_its_kind() {
        assert!(so("party.a.cash_min >= 1 bn USD", 1e9));
        assert!(!so("party.a.cash_min >= 1 bn USD", 0.99e9));
        assert!(so("utilisation < 80 %", 0.79));
        assert!(so("utilisation <= 80 %", 0.8 + 1e-10) && !so("utilisation > 80 %", 0.8 + 1e-10));
    }

    #[test]
    fn what_is_no_event_is_refused_in_one_sentence() {
        let why = |text: &str| Event::read(text, &columns()).expect_err("none");
        assert!(
            why("cash_min >= 0 USD").starts_with("`cash_min` may be any of party.a.cash_min, ")
        );
        assert!(
            why("first_shortfal before 2028").ends_with("did you mean `party.a.first_shortfall`?")
        );
        assert!(why("utilization > 1 %").ends_with("did you mean `fleet.x.utilisation`?"));
        assert!(why("party.b.cash_mim > 0 USD").ends_with("did you mean `party.b.cash_min`?"));
        assert!(why("utilisation about 80 %").starts_with("`about` compares nothing"));
        assert!(why("utilisation > 80 MW").ends_with("counts something else"));
        assert!(why("first_shortfall before soon").contains("is a day"));
        assert!(why("utilisation").contains("is no event"));
    }
}
