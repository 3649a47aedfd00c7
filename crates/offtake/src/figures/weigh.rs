//! What a claim's test comes to: two numbers, two days, two texts, a place in a ranking.

use super::claims::{Evaluator, Measure, shown};
use super::{Figure, Value};
use crate::scenario::{Day, Expr, InputId, InputValue, Rank, Row, RowId, Test, Words, split_tag};
use crate::time::{Date, Instant, Span};
use crate::units::{Dim, scaled, to_f64};

/// What a claim's verdict is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Used {
    /// A value of the scenario or the catalogue.
    Input(InputId),
    /// A text of a row.
    Field(RowId, String),
    /// A figure, by its id.
    Figure(String),
}

/// What a test came to.
pub(super) struct Weighed {
    /// What was computed, as in prose.
    pub found: String,
    /// Whether it is so; nothing where it cannot be told, or nothing is stated.
    pub is_so: Option<bool>,
    /// Why.
    pub why: String,
}

/// Tests a claim; nothing where what it is held against did not come about.
pub(super) fn weigh(evaluator: &Evaluator<'_>, row: &Row, test: &Test) -> Option<Weighed> {
    match test {
        Test::Number(stated, computed, within) => {
            let computed = evaluator.value(computed)?;
            let found = shown_like(computed, row.text("stated"));
            let said = split_tag(row.text("stated").unwrap_or_default()).0;
            let weighed = stated.map(|it| {
                let (is_so, how) = compare(
                    row.word("compare"),
                    (to_f64(it.amount), said),
                    computed.value,
                    *within,
                );
                (is_so, format!("computed {found}, {how}"))
            });
            Some(weighed_of(found, weighed))
        }
        Test::Date(stated, computed, within) => {
            let computed = day(evaluator, computed)?;
            let weighed = stated.map(|it| compare_days(it, computed, *within));
            Some(weighed_of(computed.to_string(), weighed))
        }
        Test::Text(stated, computed) => {
            let found = match computed {
                Words::Weekday(it) => weekday(day(evaluator, it)?).to_owned(),
                Words::Field(_, _, said) => said.clone(),
            };
            let weighed = stated.as_ref().map(|it| {
                let is_so = it.to_lowercase() == found.to_lowercase();
                let why = if is_so {
                    format!("it is {found}")
                } else {
                    format!("it is {found}, not {it}")
                };
                (is_so, why)
            });
            Some(weighed_of(found, weighed))
        }
        Test::Rank(stated, rank) => standing(evaluator, rank)?.weighed(*stated),
    }
}

fn weighed_of(found: String, weighed: Option<(bool, String)>) -> Weighed {
    match weighed {
        Some((is_so, why)) => Weighed { found, is_so: Some(is_so), why },
        None => Weighed { why: format!("computed {found}"), found, is_so: None },
    }
}

/// A plain number that was stated in per cent is shown so.
fn shown_like(it: Measure, said: Option<&str>) -> String {
    match said {
        Some(said) if it.dim == Dim::NONE && said.contains('%') => scaled(it.value, "share"),
        _ => shown(it),
    }
}

/// Whether a number is as it was stated, and how the two compare.
fn compare(
    word: Option<&str>,
    (stated, said): (f64, &str),
    computed: f64,
    within: f64,
) -> (bool, String) {
    let (is_so, bound) = match word {
        Some("at-least") => (computed >= stated, "at least"),
        Some("at-most") => (computed <= stated, "at most"),
        _ => {
            let off = computed / stated - 1.0;
            let by = match off.abs() * 100.0 {
                small if small < 0.05 => "the same".to_owned(),
                by if off < 0.0 => format!("{by:.1} % less"),
                by => format!("{by:.1} % more"),
            };
            return (off.abs() <= within, by);
        }
    };
    (is_so, format!("{}{bound} {said}", if is_so { "" } else { "not " }))
}

// Days.

fn day(evaluator: &Evaluator<'_>, it: &Day) -> Option<Date> {
    match it {
        Day::Literal(it) => Some(*it),
        Day::Input(id) => match evaluator.scenario.inputs.get(*id).value {
            InputValue::Date(it) => Some(it),
            _ => None,
        },
        Day::Figure(id) => match &evaluator.figure(id)?.value {
            // A month counts from its first day.
            Value::Date(it) => it.parse().or_else(|_| format!("{it}-01").parse()).ok(),
            _ => None,
        },
    }
}

fn compare_days(stated: Date, computed: Date, within: i64) -> (bool, String) {
    let apart = Instant::start_of(computed) - Instant::start_of(stated);
    let apart = apart.millis / Span::DAY.millis;
    let days = match apart.abs() {
        1 => "1 day".to_owned(),
        many => format!("{many} days"),
    };
    let found = format!("computed {computed}, a {}", weekday(computed));
    let against = format!("{stated}, a {}", weekday(stated));
    let why = match apart {
        0 => format!("{found}, the same day"),
        1.. => format!("{found}, {days} after {against}"),
        _ => format!("{found}, {days} before {against}"),
    };
    (apart.abs() <= within, why)
}

fn weekday(day: Date) -> &'static str {
    const DAYS: [&str; 7] =
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    DAYS[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())]
}

// Places.

/// Where one stands among others, the largest first.
struct Standing {
    /// One more than those that are larger.
    place: usize,
    /// How many have a value.
    of: usize,
    /// Who is larger, with what, the largest first.
    above: Vec<(String, String)>,
    /// Who is as large.
    level: Vec<String>,
    /// Whose value is not known.
    unknown: Vec<String>,
}

/// One that is ranked: name, value, and the value as in prose.
type Ranked = (String, Option<(f64, String)>);

fn standing(evaluator: &Evaluator<'_>, rank: &Rank) -> Option<Standing> {
    let (all, subject) = match rank {
        Rank::Rows(rows, subject) => {
            let of = |(name, id): &(String, Option<InputId>)| {
                let value = id.and_then(|id| evaluator.value(&Expr::Input(id)));
                (name.clone(), value.map(|it| (it.value, shown(it))))
            };
            (rows.iter().map(of).collect(), *subject)
        }
        Rank::Figures(subject, pattern) => {
            let unit = evaluator.figure(subject)?.unit;
            let fits = |it: &&Figure| Rank::fits(pattern, &it.id) && it.unit == unit;
            let of = |it: &Figure| (it.id.clone(), it.number().map(|n| (n, it.shown())));
            let all: Vec<Ranked> = evaluator.figures.iter().filter(fits).map(of).collect();
            let nth = all.iter().position(|it| it.0 == *subject)?;
            (all, nth)
        }
    };
    let (own, _) = all[subject].1.clone()?;
    let mut larger: Vec<(&String, f64, &String)> = Vec::new();
    let (mut level, mut unknown, mut of) = (Vec::new(), Vec::new(), 0);
    for (i, (name, value)) in all.iter().enumerate() {
        match value {
            None => unknown.push(name.clone()),
            Some((value, text)) => {
                of += 1;
                if *value > own {
                    larger.push((name, *value, text));
                } else if i != subject && *value >= own {
                    level.push(name.clone());
                }
            }
        }
    }
    larger.sort_by(|a, b| b.1.total_cmp(&a.1));
    let above = larger.into_iter().map(|it| (it.0.clone(), it.2.clone())).collect::<Vec<_>>();
    Some(Standing { place: above.len() + 1, of, above, level, unknown })
}

impl Standing {
    /// Those of unknown size may all be larger: between the two it cannot be told.
    fn weighed(&self, stated: Option<usize>) -> Option<Weighed> {
        let could_be = self.place..=self.place + self.unknown.len();
        let is_so = stated.and_then(|it| match could_be.contains(&it) {
            true if self.unknown.is_empty() => Some(true),
            true => None,
            false => Some(false),
        });
        Some(Weighed { found: self.found(), is_so, why: self.why() })
    }

    fn found(&self) -> String {
        format!("{} of {}", ordinal(self.place), self.of)
    }

    fn why(&self) -> String {
        const MOST: usize = 5;
        let mut why = vec![format!("{} by size", self.found())];
        if !self.above.is_empty() {
            let one = |(name, value): &(String, String)| format!("{name} ({value})");
            let first: Vec<String> = self.above.iter().take(MOST).map(one).collect();
            let more = self.above.len().saturating_sub(MOST);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            why.push(format!("after {}{more}", listed(&first)));
        }
        if !self.level.is_empty() {
            why.push(format!("level with {}", listed(&self.level)));
        }
        if !self.unknown.is_empty() {
            why.push(format!("not counting {}, whose size is not known", listed(&self.unknown)));
        }
        why.join(", ")
    }
}

fn listed(all: &[String]) -> String {
    match all {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => all.concat(),
    }
}

fn ordinal(place: usize) -> String {
    let ending = match (place % 100, place % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{place}{ending}")
}

/// What a test is made of, in the order of its parts, each once.
pub(super) fn used(test: &Test) -> Vec<Used> {
    let mut all = Vec::new();
    match test {
        Test::Number(_, computed, _) => used_by(computed, &mut all),
        Test::Date(_, day, _) | Test::Text(_, Words::Weekday(day)) => match day {
            Day::Literal(_) => {}
            Day::Input(id) => all.push(Used::Input(*id)),
            Day::Figure(id) => all.push(Used::Figure(id.clone())),
        },
        Test::Text(_, Words::Field(row, key, _)) => all.push(Used::Field(*row, key.clone())),
        Test::Rank(_, Rank::Rows(rows, _)) => {
            all.extend(rows.iter().filter_map(|it| it.1).map(Used::Input));
        }
        Test::Rank(_, Rank::Figures(subject, _)) => all.push(Used::Figure(subject.clone())),
    }
    let mut each = Vec::new();
    for it in all {
        if !each.contains(&it) {
            each.push(it);
        }
    }
    each
}

fn used_by(expr: &Expr, all: &mut Vec<Used>) {
    match expr {
        Expr::Literal(_) => {}
        Expr::Input(id) => all.push(Used::Input(*id)),
        Expr::Figure(id) => all.push(Used::Figure(id.clone())),
        Expr::Pair(left, _, right) => {
            used_by(left, all);
            used_by(right, all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(place: usize, level: usize, unknown: usize) -> Standing {
        let names = |count: usize| (0..count).map(|it| format!("x{it}")).collect::<Vec<_>>();
        let above = names(place - 1).into_iter().map(|it| (it, "$2.00".to_owned())).collect();
        Standing { place, of: place + level, above, level: names(level), unknown: names(unknown) }
    }

    #[test]
    fn what_is_not_known_may_be_larger() {
        let so = |place: usize, unknown: usize, stated: usize| {
            standing(place, 0, unknown).weighed(Some(stated)).and_then(|it| it.is_so)
        };
        assert_eq!(so(1, 0, 1), Some(true));
        assert_eq!(so(1, 1, 1), None, "the unknown one may be the largest");
        assert_eq!(so(1, 1, 2), None);
        assert_eq!(so(3, 1, 1), Some(false), "two are larger, whatever the unknown one is");
        assert_eq!(so(3, 1, 5), Some(false));
    }

    #[test]
    fn a_ranking_tells_who_is_larger_level_and_unknown() {
        let why = standing(3, 1, 2).why();
        assert_eq!(
            why,
            "3rd of 4 by size, after x0 ($2.00) and x1 ($2.00), level with x0, \
             not counting x0 and x1, whose size is not known"
        );
        assert!(standing(8, 0, 0).why().ends_with("x4 ($2.00) and 2 more"));
    }

    #[test]
    fn places_are_told_as_people_tell_them() {
        let told: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal).into();
        assert_eq!(told, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]);
    }

    #[test]
    fn days_are_counted_and_named() {
        let day = |text: &str| text.parse::<Date>().expect("a date");
        let (stated, computed) = (day("2025-11-02"), day("2025-11-03"));
        let (is_so, why) = compare_days(stated, computed, 0);
        assert!(!is_so);
        assert_eq!(why, "computed 2025-11-03, a Monday, 1 day after 2025-11-02, a Sunday");
        assert!(compare_days(stated, computed, 1).0 && compare_days(computed, stated, 1).0);
        assert_eq!(
            compare_days(computed, computed, 0).1,
            "computed 2025-11-03, a Monday, the same day"
        );
    }
}
