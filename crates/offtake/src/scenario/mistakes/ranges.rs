//! What can be wrong with a range: its quantiles, its law, its cuts, its choices, what it is tied to.

use super::near;
use crate::chance::LawName;
use crate::scenario::place::Place;
use crate::scenario::ranges::KEYS;
use crate::scenario::report::Report;

fn laws() -> String {
    LawName::WORDS.map(|it| it.0).join(", ")
}

impl Report {
    /// A range without a law.
    pub fn range_needs_law(&mut self, at: Place, path: &str) {
        self.mistake(
            "E0031",
            at,
            format!("`{path}` has two quantiles and no law: nothing says what lies between"),
            Some("add q50, or law = \"lognormal\" (normal, uniform)".to_owned()),
        );
    }

    /// Quantiles that fall.
    pub fn quantiles_not_rising(&mut self, at: Place, path: &str) {
        self.mistake(
            "E0032",
            at,
            format!("the quantiles of `{path}` do not rise"),
            Some("what may come out as one of some values is told by `choices`".to_owned()),
        );
    }

    /// Too few or too many quantiles.
    pub fn wrong_quantile_count(&mut self, at: Place, path: &str, count: usize) {
        self.mistake(
            "E0033",
            at,
            format!("`{path}` has {count} quantiles; a range has two or three"),
            None,
        );
    }

    /// An unknown law.
    pub fn unknown_law(&mut self, at: Place, word: &str) {
        self.mistake(
            "E0034",
            at,
            format!("no law is called `{word}`"),
            near(word, LawName::WORDS.into_iter().map(|it| it.0))
                .or_else(|| Some(format!("one of: {}", laws()))),
        );
    }

    /// A lognormal range that is not positive.
    pub fn lognormal_not_positive(&mut self, at: Place, path: &str) {
        self.mistake(
            "E0035",
            at,
            format!("`{path}` is lognormal and reaches zero or less"),
            Some("use another law, or positive quantiles".to_owned()),
        );
    }

    /// An unknown key of a range.
    pub fn unknown_range_key(&mut self, at: Place, key: &str) {
        self.mistake(
            "E0037",
            at,
            format!("a range has no key `{key}`"),
            near(key, KEYS.into_iter().chain(["source"])).or_else(|| {
                let keys = KEYS.join(", ");
                Some(format!("quantiles are q01 to q99; besides them: {keys}, source"))
            }),
        );
    }

    /// An end of a range does not fit with the rest.
    pub fn range_may_not_fit(&mut self, at: Place, path: &str, value: &str, cut: &str, why: &str) {
        self.mistake(
            "E0100",
            at,
            format!("`{path}` may come out as {value}, and then {why}"),
            Some(format!("cut it off before that with `{cut}`")),
        );
    }

    /// An end of a range of the catalogue, which nobody can cut, does not fit with the rest.
    pub fn fact_may_not_fit(&mut self, at: Place, path: &str, value: &str, why: &str) {
        self.warning(
            "W0003",
            at,
            format!("should `{path}` come out as {value}, then {why}"),
            Some("what exceeds its fleet is cut, a gang that finds no room waits".to_owned()),
        );
    }

    /// A law that takes three quantiles.
    pub fn law_needs_third(&mut self, at: Place, path: &str, law: &str) {
        self.mistake(
            "E0101",
            at,
            format!("`{path}` has two quantiles; a {law} law takes three"),
            Some("add q50, or choose normal, lognormal or uniform".to_owned()),
        );
    }

    /// A law that has no such quantiles.
    pub fn law_does_not_fit(&mut self, at: Place, path: &str, law: &str, others: &[&str]) {
        let help = match others {
            [] => "they are too far from even for any law here: tell `choices`, or other quantiles"
                .to_owned(),
            [only] => format!("law = \"{only}\" has them"),
            _ => format!("one of these has them: {}", others.join(", ")),
        };
        self.mistake(
            "E0102",
            at,
            format!("no {law} law has the quantiles of `{path}`"),
            Some(help),
        );
    }

    /// Cuts that leave nothing.
    pub fn nothing_left(&mut self, at: Place, path: &str) {
        self.mistake(
            "E0103",
            at,
            format!("between the cuts of `{path}` nothing is left of its law"),
            Some("`min` is below `max`, and quantiles lie between them".to_owned()),
        );
    }

    /// Odds that cannot be read.
    pub fn not_odds(&mut self, at: Place, text: &str) {
        self.mistake(
            "E0104",
            at,
            format!("`{text}` are no odds"),
            Some("write 1/4, 25 % or 0.25".to_owned()),
        );
    }

    /// Odds that are not those of everything.
    pub fn odds_not_whole(&mut self, at: Place, path: &str) {
        self.mistake(
            "E0105",
            at,
            format!("the odds of `{path}` do not sum to one, or one of them is nothing"),
            None,
        );
    }

    /// A range told in two ways.
    pub fn range_told_twice(&mut self, at: Place, path: &str) {
        self.mistake(
            "E0106",
            at,
            format!("`{path}` is told in two ways"),
            Some(
                "keep one of: quantiles, with their `law`; `choices`; `fit`, with its `unit`"
                    .to_owned(),
            ),
        );
    }

    /// A file to fit that cannot be read.
    pub fn no_file_to_fit(&mut self, at: Place, name: &str, why: &str) {
        self.mistake(
            "E0107",
            at,
            format!("`{name}` cannot be read: {why}"),
            Some(
                "name a CSV file beside the scenario, and its column: `prices.csv#usd`".to_owned(),
            ),
        );
    }

    /// A column that the file does not have.
    pub fn no_column_to_fit(&mut self, at: Place, name: &str, column: &str, known: &[&str]) {
        let message = match column {
            "" => format!("`{name}` has several columns, and none is named"),
            _ => format!("`{name}` has no column `{column}`"),
        };
        self.mistake(
            "E0108",
            at,
            message,
            near(column, known.iter().copied())
                .or_else(|| Some(format!("behind a `#` stands one of: {}", known.join(", ")))),
        );
    }

    /// A column without two different values.
    pub fn nothing_to_fit(&mut self, at: Place, path: &str) {
        self.mistake(
            "E0109",
            at,
            format!("what `{path}` is to be like has no two different values"),
            None,
        );
    }

    /// A cut that moves quantiles.
    pub fn cut_moves_quantiles(&mut self, at: Place, path: &str, now: &str, clips: bool) {
        let help = match clips {
            true => "it is cut off within its own quantiles: widen `min` and `max`",
            false => {
                "cut = \"clip\" with `min` and `max` keeps them, a law within the bounds does too"
            }
        };
        self.warning(
            "W0006",
            at,
            format!("cut, `{path}` has other quantiles than were told: {now}"),
            Some(help.to_owned()),
        );
    }

    /// A persistence of nothing.
    pub fn nothing_persists(&mut self, at: Place, path: &str) {
        self.mistake(
            "E0110",
            at,
            format!(
                "`{path}` says how long a good year stays good; fewer than two years are ranges"
            ),
            Some("give ranges to two years of the path, or leave it out".to_owned()),
        );
    }

    /// A correlation that is not between two.
    pub fn not_a_pair(&mut self, at: Place, count: usize) {
        self.mistake(
            "E0111",
            at,
            format!("a correlation is between two ranges, and not between {count}"),
            Some("write one [[correlation]] for each pair".to_owned()),
        );
    }

    /// A correlation with what is not there.
    pub fn tied_to_nothing(&mut self, at: Place, path: &str, known: &[String]) {
        self.mistake(
            "E0112",
            at,
            format!("no value has the path `{path}`"),
            near(path, known.iter().map(String::as_str)),
        );
    }

    /// A correlation with what is certain.
    pub fn tied_without_range(&mut self, at: Place, path: &str) {
        self.mistake(
            "E0113",
            at,
            format!("`{path}` is no range, so nothing can hang together with it"),
            Some("give it quantiles, or leave the correlation out".to_owned()),
        );
    }

    /// A pair that is told already.
    pub fn tied_twice(&mut self, at: Place, a: &str, b: &str) {
        let message = if a == b {
            format!("`{a}` always agrees with itself")
        } else {
            format!("how `{a}` and `{b}` hang together is told already")
        };
        let help = "points of one path are tied by its `persistence`".to_owned();
        self.mistake("E0114", at, message, Some(help));
    }

    /// Correlations that contradict each other.
    ///
    /// `pairs`: names, what was said, what would be valid.
    pub fn correlations_contradict(
        &mut self,
        at: Place,
        smallest: f64,
        pairs: &[(String, f64, f64)],
    ) {
        let moved = pairs.iter().filter(|it| (it.1 - it.2).abs() >= 0.0005);
        let shown: Vec<String> =
            moved.map(|(names, said, valid)| format!("{names} {valid:.3} ({said})")).collect();
        self.mistake(
            "E0115",
            at,
            format!(
                "no numbers hang together like this: the smallest eigenvalue of the correlations is {smallest:.3}"
            ),
            Some(format!("the nearest that are possible (said): {}", shown.join(", "))),
        );
    }
}
