//! From a range as written to a law: quantiles, choices or a column of a file; its cuts; its source.

use super::inputs::{InputValue, Origin, quantiles_shown};
use super::place::Place;
use super::read::{Reader, Scope};
use super::schema::Field;
use super::tree::{Key, Node, Value};
use super::values::{day_of, days_of, dims, exact, expected, split_tag};
use crate::chance::{Cut, Law, LawError, LawName};
use crate::time::Date;
use crate::units::{Dim, Exact, Quantity, to_f64};

/// What a range is of.
#[derive(Clone, Copy)]
pub(super) enum Of<'f> {
    /// A quantity.
    Quantity(&'f Field),
    /// A day.
    Day,
}

/// One number of a range.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// Base units, or days since 1970 began.
    at: f64,
    /// The number itself; a day as a plain number of days.
    quantity: Quantity,
    /// As written, without its source.
    text: String,
    tag: Option<String>,
    place: Place,
}

/// A range as written.
#[derive(Default)]
struct Written {
    /// Share below, key, value.
    quantiles: Vec<(f64, Told)>,
    /// Odds, odds as written, value.
    choices: Vec<(f64, String, Told)>,
    /// File and column, and the unit of what stands there.
    fit: Option<Node>,
    unit: Option<String>,
    /// What was seen there.
    seen: Vec<Told>,
    law: Option<LawName>,
    cut: Cut,
    min: Option<Told>,
    max: Option<Told>,
    source: Option<String>,
    /// What could not be read is in the report.
    is_broken: bool,
}

/// A range as read.
pub(super) struct Range {
    pub law: Law,
    /// The median with its unit.
    pub median: Quantity,
    pub text: String,
    pub origin: Origin,
}

/// The keys that only a range has, beside its quantiles.
pub(super) const KEYS: [&str; 7] = ["law", "min", "max", "cut", "choices", "fit", "unit"];

/// The quantile that a key like `q10` names.
fn quantile(key: &str) -> Option<f64> {
    let digits = key.strip_prefix('q').filter(|it| it.len() == 2)?;
    let per_cent: u32 = digits.parse().ok()?;
    (1..100).contains(&per_cent).then(|| f64::from(per_cent) / 100.0)
}

/// Whether a table is a range: it has a key like `q10`, or one that only a range has.
pub(super) fn is_range(node: &Node) -> bool {
    let range_key = |key: &str| {
        KEYS.contains(&key) || (key.starts_with('q') && key[1..].parse::<u32>().is_ok())
    };
    node.entries().iter().any(|(key, _)| range_key(&key.name))
}

impl Reader<'_> {
    /// Reads a range of a quantity or of a day.
    pub(super) fn range(
        &mut self,
        of: Of<'_>,
        path: &str,
        node: &Node,
        scope: &Scope,
    ) -> Option<Range> {
        let mut written = Written::default();
        for (key, value) in node.entries() {
            self.range_key(of, path, key, value, &mut written);
        }
        if written.is_broken {
            return None;
        }
        written.quantiles.sort_by(|a, b| a.0.total_cmp(&b.0));
        let law = self.law(of, path, node.place, &mut written)?;
        let law = self.cut(of, path, node.place, law, &written)?;
        let origin = self.range_origin(&written, node.place, scope);
        let told = written.all().find(|it| it.at == law.median).map(|it| it.quantity);
        let median = told.unwrap_or(Quantity { amount: exact(law.median), ..written.like() });
        Some(Range { law, median, text: written.text(), origin })
    }

    fn range_key(&mut self, of: Of<'_>, path: &str, key: &Key, value: &Node, into: &mut Written) {
        let (name, at) = (key.name.as_str(), value.place);
        match (name, &value.value) {
            ("law", Value::Text(word)) => {
                let law = LawName::WORDS.iter().find(|it| it.0 == word);
                into.law = law.map(|it| it.1);
                if law.is_none() {
                    self.report.unknown_law(at, word);
                    into.is_broken = true;
                }
            }
            ("cut", Value::Text(word)) => match Cut::WORDS.iter().find(|it| it.0 == word) {
                Some((_, cut)) => into.cut = *cut,
                None => {
                    let words = Cut::WORDS.map(|it| it.0);
                    self.report.unknown_word(at, &format!("{path}.cut"), word, &words);
                    into.is_broken = true;
                }
            },
            ("source", Value::Text(name)) => into.source = Some(name.clone()),
            ("unit", Value::Text(unit)) => into.unit = Some(unit.clone()),
            ("fit", Value::Text(_)) => into.fit = Some(value.clone()),
            ("choices", Value::Table(all)) => {
                for (key, odds) in all {
                    self.choice(of, path, key, odds, into);
                }
            }
            ("law" | "cut" | "source" | "unit" | "fit", _) => {
                self.report.wrong_type(at, &format!("{path}.{name}"), value.kind(), "a text");
                into.is_broken = true;
            }
            ("choices", _) => {
                let wanted = "a table of values and their odds";
                self.report.wrong_type(at, &format!("{path}.choices"), value.kind(), wanted);
                into.is_broken = true;
            }
            _ if quantile(name).is_some() || matches!(name, "min" | "max") => {
                let told = self.told(of, path, value);
                into.is_broken |= told.is_none();
                let Some(told) = told else { return };
                match (name, quantile(name)) {
                    ("min", _) => into.min = Some(told),
                    ("max", _) => into.max = Some(told),
                    (_, share) => into.quantiles.extend(share.map(|it| (it, told))),
                }
            }
            _ => {
                self.report.unknown_range_key(key.place, name);
                into.is_broken = true;
            }
        }
    }

    /// Reads one number or day of a range, within its field's bounds.
    fn told(&mut self, of: Of<'_>, path: &str, node: &Node) -> Option<Told> {
        let text = match (&node.value, of) {
            (Value::Text(text), _) => text.clone(),
            (Value::Date(day), Of::Day) => day.to_string(),
            (Value::Integer(_) | Value::Float(_), Of::Quantity(field))
                if dims(field).contains(&Dim::NONE) =>
            {
                node.plain_number()
            }
            (_, Of::Quantity(field)) => {
                self.report.wrong_type(node.place, path, node.kind(), &expected(field));
                return None;
            }
            (_, Of::Day) => {
                self.report.wrong_type(node.place, path, node.kind(), "a date: 2026-12-31");
                return None;
            }
        };
        self.told_text(of, path, &text, node.place)
    }

    pub(super) fn told_text(
        &mut self,
        of: Of<'_>,
        path: &str,
        text: &str,
        place: Place,
    ) -> Option<Told> {
        let (body, tag) = split_tag(text);
        let quantity = match of {
            Of::Day => Quantity::plain(exact(days_of(self.calendar_day(body, place)?))),
            Of::Quantity(field) => self.number(field, path, body, place)?,
        };
        let tag = tag.map(str::to_owned);
        Some(Told { at: to_f64(quantity.amount), quantity, text: body.to_owned(), tag, place })
    }

    /// Reads one of the values that something may have, and its odds.
    fn choice(&mut self, of: Of<'_>, path: &str, key: &Key, odds: &Node, into: &mut Written) {
        let value = Value::Text(key.name.clone());
        let node = Node { value, place: key.place, replaced: None };
        let told = self.told(of, path, &node);
        let text = match &odds.value {
            Value::Text(text) => split_tag(text).0.to_owned(),
            _ => odds.plain_number(),
        };
        let share = odds_of(&text);
        if share.is_none() {
            self.report.not_odds(odds.place, &text);
        }
        match told.zip(share) {
            Some((told, share)) => into.choices.push((share, text, told)),
            None => into.is_broken = true,
        }
    }

    fn law(&mut self, of: Of<'_>, path: &str, at: Place, written: &mut Written) -> Option<Law> {
        let ways = [
            !written.quantiles.is_empty() || written.law.is_some(),
            !written.choices.is_empty(),
            written.fit.is_some() || written.unit.is_some(),
        ];
        if ways.iter().filter(|it| **it).count() > 1 {
            self.report.range_told_twice(at, path);
            return None;
        }
        if let Some(fit) = &written.fit {
            written.seen = self.column(of, path, fit, written.unit.as_deref())?;
        }
        if !self.is_of_one_kind(written) {
            return None;
        }
        let made = if written.fit.is_some() {
            Law::seen(written.seen.iter().map(|it| it.at).collect())
        } else if written.choices.is_empty() {
            let points: Vec<_> = written.quantiles.iter().map(|it| (it.0, it.1.at)).collect();
            Law::from_quantiles(&points, written.law, of.bounds(written.like().dim))
        } else {
            Law::choices(&written.choices.iter().map(|it| (it.0, it.2.at)).collect::<Vec<_>>())
        };
        made.map_err(|why| self.no_law(path, at, written.quantiles.len(), why)).ok()
    }

    fn no_law(&mut self, path: &str, at: Place, count: usize, why: LawError) {
        match why {
            LawError::NotRising => self.report.quantiles_not_rising(at, path),
            LawError::NeedsLaw => self.report.range_needs_law(at, path),
            LawError::WrongCount => self.report.wrong_quantile_count(at, path, count),
            LawError::NeedsThird(law) => self.report.law_needs_third(at, path, law.word()),
            LawError::NotPositive => self.report.lognormal_not_positive(at, path),
            LawError::DoesNotFit(law, others) => {
                let others: Vec<&str> = others.into_iter().map(LawName::word).collect();
                self.report.law_does_not_fit(at, path, law.word(), &others);
            }
            LawError::WrongOdds => self.report.odds_not_whole(at, path),
            LawError::OutOfOrder => self.report.nothing_to_fit(at, path),
            LawError::NothingLeft => self.report.nothing_left(at, path),
        }
    }

    /// A price may be told by the hour or by the month, but not one quantile so and another so.
    fn is_of_one_kind(&mut self, written: &Written) -> bool {
        let dim = written.like().dim;
        let other = written.all().find(|it| it.quantity.dim != dim);
        if let Some(it) = other {
            let found = it.quantity.dim.to_string();
            self.report.wrong_dimension(it.place, &it.text, &found, &dim.to_string());
        }
        other.is_none()
    }

    /// Cuts a law where it says so, and at what its field allows.
    fn cut(
        &mut self,
        of: Of<'_>,
        path: &str,
        at: Place,
        law: Law,
        written: &Written,
    ) -> Option<Law> {
        let (least, most) = of.bounds(written.like().dim);
        let least = written.min.as_ref().map_or(least, |it| it.at.max(least));
        let most = written.max.as_ref().map_or(most, |it| it.at.min(most));
        let ends = law.ends();
        let cut = law.cut(least, most, written.cut);
        let law = cut.map_err(|why| self.no_law(path, at, 0, why)).ok()?;
        if law.ends() != ends {
            self.tell_what_moved(of, path, at, &law, written);
        }
        Some(law)
    }

    /// A cut that moves a quantile by over a hundredth may not be meant.
    fn tell_what_moved(&mut self, of: Of<'_>, path: &str, at: Place, law: &Law, written: &Written) {
        let scale = |told: f64| match (of, told) {
            (Of::Day, _) | (_, 0.0) => law.high - law.low,
            _ => told.abs(),
        };
        let moved = |it: &crate::chance::Quantile| (it.is - it.told).abs() > 0.01 * scale(it.told);
        if law.quantiles().any(|it| moved(&it)) {
            let Quantity { amount: median, dim, basis } = written.like();
            let value = match of {
                Of::Day => InputValue::Date(day_of(law.median)),
                Of::Quantity(_) => InputValue::Number { median, dim, basis },
            };
            self.report.cut_moves_quantiles(
                at,
                path,
                &quantiles_shown(law, value, &written.text()),
                written.cut == Cut::Clip,
            );
        }
    }

    /// A range is as sure as its weakest number.
    fn range_origin(&mut self, written: &Written, at: Place, scope: &Scope) -> Origin {
        let common = written.source.as_deref();
        let fit = written.fit.as_ref().and_then(Node::text).and_then(|it| split_tag(it).1);
        let tags: Vec<Option<&str>> = match fit {
            Some(tag) => vec![Some(tag)],
            None if written.fit.is_some() => vec![None],
            None => {
                let told = written.quantiles.iter().map(|it| &it.1);
                let told = told.chain(written.choices.iter().map(|it| &it.2));
                told.map(|it| it.tag.as_deref()).collect()
            }
        };
        let origins: Vec<_> =
            tags.into_iter().map(|tag| self.origin(tag.or(common), at, scope)).collect();
        let weakest = [Origin::Unsaid, Origin::Assumed, Origin::Derived];
        if let Some(it) = weakest.into_iter().find(|it| origins.contains(it)) {
            return it;
        }
        let mut sources = Vec::new();
        for it in origins {
            if let Origin::Reported(all) = it {
                sources
                    .extend(all.into_iter().filter(|it| !sources.contains(it)).collect::<Vec<_>>());
            }
        }
        Origin::Reported(sources)
    }
}

/// Odds: `1/4`, `25 %`, `0.25`.
fn odds_of(text: &str) -> Option<f64> {
    if let Some((above, below)) = text.split_once('/') {
        let [above, below] = [above, below].map(|it| it.trim().parse::<u32>().ok());
        return Some(f64::from(above?) / f64::from(below.filter(|it| *it > 0)?));
    }
    let it = Quantity::parse(text).ok().filter(|it| it.dim == Dim::NONE)?;
    Some(to_f64(it.amount)).filter(|it| (0.0..=1.0).contains(it))
}

impl Of<'_> {
    /// The least and the greatest value of a dimension that the field allows.
    fn bounds(self, dim: Dim) -> (f64, f64) {
        match self {
            Of::Quantity(field) => (field.least, field.most.min(dim.most())),
            Of::Day => (0.0, days_of(Date::constant(2199, 12, 31))),
        }
    }
}

impl Written {
    /// Every number in it.
    fn all(&self) -> impl Iterator<Item = &Told> {
        let ends = self.min.iter().chain(&self.max);
        let choices = self.choices.iter().map(|it| &it.2);
        self.quantiles.iter().map(|it| &it.1).chain(choices).chain(&self.seen).chain(ends)
    }

    /// A number of its kind.
    fn like(&self) -> Quantity {
        let first = self.all().next();
        first.map_or(Quantity::plain(Exact::from_integer(0)), |it| it.quantity)
    }

    fn text(&self) -> String {
        if let Some(fit) = self.fit.as_ref().and_then(Node::text) {
            return format!("as in {}", split_tag(fit).0);
        }
        let choice = |(_, odds, told): &(f64, String, Told)| format!("{} ({odds})", told.text);
        let quantile =
            |(share, told): &(f64, Told)| format!("q{:02.0} {}", share * 100.0, told.text);
        match self.choices[..] {
            [] => self.quantiles.iter().map(quantile).collect::<Vec<_>>().join(", "),
            _ => self.choices.iter().map(choice).collect::<Vec<_>>().join(" or "),
        }
    }
}
