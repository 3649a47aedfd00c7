//! One constructor for each mistake, named after it: together they list everything that can be
//! wrong with a scenario. `mistakes.md` explains each; `offtake explain E0012` prints it.

mod claims;
mod clauses;
mod debts;
mod details;
mod plants;
mod ranges;
mod schedules;
mod traces;
mod unpaid;

use super::place::Place;
use super::report::{Report, Severity};
use super::schema::Noun;
use crate::time::Date;
use crate::units::nearest;

fn near<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|it| format!("did you mean `{it}`?"))
}

fn dotted(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Whether a field wants a quantity, by the words for it.
fn is_measure(wanted: &str) -> bool {
    const OTHERS: [&str; 5] = ["a text", "a whole", "a date", "a list", "a table"];
    OTHERS.iter().all(|it| !wanted.starts_with(it))
}

/// The explanation of a code, from `mistakes.md`.
pub fn explain(code: &str) -> Option<&'static str> {
    let sections = include_str!("mistakes.md").split("\n## ").skip(1);
    sections.into_iter().find(|it| it.starts_with(code)).map(str::trim_end)
}

impl Report {
    fn mistake(&mut self, code: &'static str, at: Place, message: String, help: Option<String>) {
        self.add(Severity::Mistake, code, at, message, help);
    }

    fn warning(&mut self, code: &'static str, at: Place, message: String, help: Option<String>) {
        self.add(Severity::Warning, code, at, message, help);
    }

    /// Not TOML.
    pub fn not_toml(&mut self, at: Place, reason: &str) {
        self.mistake("E0001", at, format!("this is not TOML: {reason}"), None);
    }

    /// A NUL byte.
    pub fn text_has_nul(&mut self, at: Place) {
        self.mistake(
            "E0002",
            at,
            "the text has a NUL byte: this is no scenario file".to_owned(),
            Some("was a binary file given by accident?".to_owned()),
        );
    }

    /// An empty file.
    pub fn text_is_empty(&mut self, at: Place) {
        self.mistake(
            "E0003",
            at,
            "the file is empty".to_owned(),
            Some("start one with `offtake new FILE --like openai-aws`".to_owned()),
        );
    }

    /// Too large a file.
    pub fn text_too_large(&mut self, at: Place, size: usize, most: usize) {
        self.mistake(
            "E0004",
            at,
            format!("the file has {size} bytes; a scenario has at most {most}"),
            Some("was a trace or a table given by accident?".to_owned()),
        );
    }

    /// A number too large.
    pub fn number_too_large(&mut self, at: Place) {
        self.mistake(
            "E0005",
            at,
            "the number is too large to be kept exactly".to_owned(),
            Some(
                "is the unit right? amounts are kept exactly up to about 1e38 of the smallest unit"
                    .to_owned(),
            ),
        );
    }

    /// The format's version.
    pub fn wrong_version(&mut self, at: Place) {
        self.mistake(
            "E0006",
            at,
            "`offtake = 1` must stand at the top: it is the only version of this format".to_owned(),
            None,
        );
    }

    /// An unknown table.
    pub fn unknown_table(&mut self, at: Place, name: &str, known: &[&str]) {
        self.mistake(
            "E0007",
            at,
            format!("no table is called `{name}`"),
            near(name, known.iter().copied()),
        );
    }

    /// An unknown field.
    pub fn unknown_field(
        &mut self,
        at: Place,
        noun: &str,
        key: &str,
        known: impl Iterator<Item = &'static str>,
    ) {
        self.mistake("E0008", at, format!("a {noun} has no field `{key}`"), near(key, known));
    }

    /// A missing field.
    pub fn missing_field(&mut self, at: Place, path: &str, key: &str, doc: &str) {
        self.mistake(
            "E0009",
            at,
            format!("`{}` is missing", dotted(path, key)),
            Some(format!("add `{key}`: {doc}")),
        );
    }

    /// A value of another kind.
    pub fn wrong_type(&mut self, at: Place, path: &str, found: &str, wanted: &str) {
        self.mistake(
            "E0010",
            at,
            format!("`{path}` is {found}; it wants {wanted}"),
            (found == "a number without a unit" && is_measure(wanted)).then(|| {
                "write the number with its unit in quotes: \"250k GPU [source]\"".to_owned()
            }),
        );
    }

    /// No number.
    pub fn not_a_quantity(&mut self, at: Place, text: &str, wanted: &str) {
        self.mistake(
            "E0011",
            at,
            format!("`{text}` is no number with a unit; this wants {wanted}"),
            Some("write it like `38 bn USD [source]`".to_owned()),
        );
    }

    /// An unknown name.
    pub fn unknown_name(&mut self, at: Place, kind: &str, name: &str, known: &[String]) {
        self.mistake(
            "E0012",
            at,
            format!("no {kind} is called `{name}`"),
            near(name, known.iter().map(String::as_str)),
        );
    }

    /// A number not written in full.
    pub fn bad_number(&mut self, at: Place, text: &str) {
        self.mistake(
            "E0013",
            at,
            format!("`{text}` is not a number"),
            Some("digits, one point, and an exponent: `8.64e12`".to_owned()),
        );
    }

    /// An unknown unit.
    pub fn unknown_unit(&mut self, at: Place, unit: &str, near: Option<String>) {
        self.mistake(
            "E0014",
            at,
            format!("`{unit}` is no unit that we know"),
            near.map(|it| format!("did you mean `{it}`?")),
        );
    }

    /// Another dimension.
    pub fn wrong_dimension(&mut self, at: Place, text: &str, found: &str, wanted: &str) {
        self.mistake("E0015", at, format!("`{text}` is {found}; this wants {wanted}"), None);
    }

    /// Outside the field's bounds.
    pub fn out_of_bounds(&mut self, at: Place, path: &str, text: &str, bounds: &str) {
        self.mistake("E0016", at, format!("`{path}` cannot be {text}"), Some(bounds.to_owned()));
    }

    /// IT and facility at once.
    pub fn two_bases(&mut self, at: Place, text: &str) {
        self.mistake("E0017", at, format!("`{text}` says both IT and facility"), None);
    }

    /// Power at the wrong place.
    pub fn wrong_basis(&mut self, at: Place, text: &str, wanted: &str) {
        self.mistake(
            "E0018",
            at,
            format!("`{text}` is measured at the wrong place: this wants {wanted} power"),
            Some(format!("convert it by the site's PUE and write `{wanted}`")),
        );
    }

    /// An unfinished unit.
    pub fn unit_unfinished(&mut self, at: Place, text: &str) {
        self.mistake("E0019", at, format!("the unit of `{text}` ends in the middle"), None);
    }

    /// An unknown source.
    pub fn unknown_source(&mut self, at: Place, name: &str, known: &[String]) {
        self.mistake(
            "E0020",
            at,
            format!("no source is called `{name}`"),
            near(name, known.iter().map(String::as_str))
                .or_else(|| Some("declare it under [sources], or write [assumed]".to_owned())),
        );
    }

    /// Knowledge from the future.
    pub fn later_than_as_of(&mut self, at: Place, path: &str, date: &str, as_of: Date) {
        self.mistake(
            "E0021",
            at,
            format!("`{path}` is dated {date}, after the scenario's as_of {as_of}"),
            Some("move `as_of`, or use what was known then".to_owned()),
        );
    }

    /// Not a date.
    pub fn not_a_date(&mut self, at: Place, text: &str) {
        self.mistake(
            "E0022",
            at,
            format!("`{text}` is no date between 1970 and 2199"),
            Some("write 2026-12-31".to_owned()),
        );
    }

    /// An empty horizon.
    pub fn horizon_ends_before_it_begins(&mut self, at: Place, from: Date, to: Date) {
        self.mistake(
            "E0023",
            at,
            format!("the horizon ends ({to}) before it begins ({from})"),
            None,
        );
    }

    /// Too long a horizon.
    pub fn horizon_too_long(&mut self, at: Place, years: i64) {
        self.mistake(
            "E0024",
            at,
            format!("the horizon is {years} years long; at most 60 are played"),
            None,
        );
    }

    /// Not one of the words.
    pub fn unknown_word(&mut self, at: Place, path: &str, word: &str, known: &[&str]) {
        self.mistake(
            "E0025",
            at,
            format!("`{path}` cannot be `{word}`"),
            near(word, known.iter().copied())
                .or_else(|| Some(format!("one of: {}", known.join(", ")))),
        );
    }

    /// Not a reference.
    pub fn not_a_reference(&mut self, at: Place, text: &str, table: &str) {
        self.mistake(
            "E0026",
            at,
            format!("`{text}` does not point into the catalogue"),
            Some(format!("write `catalogue:{table}/NAME`")),
        );
    }

    /// An unknown kind of the catalogue.
    pub fn unknown_catalogue_kind(
        &mut self,
        at: Place,
        name: &str,
        known: impl Iterator<Item = &'static str>,
    ) {
        self.mistake("E0027", at, format!("the catalogue has no kind `{name}`"), near(name, known));
    }

    /// A reference of another kind.
    pub fn wrong_catalogue_kind(&mut self, at: Place, found: &str, wanted: &str) {
        self.mistake(
            "E0028",
            at,
            format!("this points to a {found}; a {wanted} is wanted"),
            Some(format!("`offtake catalogue {wanted}` lists them")),
        );
    }

    /// An unknown row of the catalogue.
    pub fn unknown_catalogue_row(&mut self, at: Place, kind: &str, name: &str, known: &[&str]) {
        self.mistake(
            "E0029",
            at,
            format!("the catalogue has no {kind} called `{name}`"),
            near(name, known.iter().copied()),
        );
    }

    /// An unknown value of the catalogue.
    pub fn no_such_catalogue_value(&mut self, at: Place, text: &str, kind: &Noun) {
        self.mistake(
            "E0030",
            at,
            format!("`{text}` is no value of the catalogue"),
            Some(format!(
                "fields of a {}: {}",
                kind.name,
                kind.fields.iter().map(|it| it.key).collect::<Vec<_>>().join(", ")
            )),
        );
    }

    /// An unknown variant.
    pub fn unknown_variant(&mut self, at: Place, name: &str, known: &[String]) {
        let (message, near) = match name {
            "" => ("no variant is named after `#`".to_owned(), None),
            _ => (
                format!("no variant is called `{name}`"),
                near(name, known.iter().map(String::as_str)),
            ),
        };
        let all = || match known {
            [] => "the file has no variants".to_owned(),
            _ => format!("the file has: {}", known.join(", ")),
        };
        self.mistake("E0038", at, message, near.or_else(|| Some(all())));
    }

    /// A variant of nothing.
    pub fn variant_sets_nothing(&mut self, at: Place, path: &str, known: &[String]) {
        self.mistake(
            "E0039",
            at,
            format!("`{path}` does not exist, so nothing can be put in its place"),
            near(path, known.iter().map(String::as_str)),
        );
    }

    /// Variants in a ring.
    pub fn variants_go_round(&mut self, at: Place, name: &str) {
        self.mistake("E0040", at, format!("variant `{name}` builds on itself"), None);
    }

    /// Buyer and seller are one.
    pub fn buyer_is_seller(&mut self, at: Place, party: &str) {
        self.mistake("E0041", at, format!("`{party}` cannot sell to itself"), None);
    }

    /// Nothing to solve the price from.
    pub fn solve_needs_total(&mut self, at: Place, deal: &str) {
        self.mistake(
            "E0042",
            at,
            format!("`{deal}` solves its price and has no `total` to solve it from"),
            Some("add `total`, or write the price".to_owned()),
        );
    }

    /// Nothing to prepay.
    pub fn prepay_needs_total(&mut self, at: Place, deal: &str) {
        self.mistake(
            "E0043",
            at,
            format!("`{deal}` is prepaid by a share of a `total` that it does not have"),
            None,
        );
    }

    /// A ramp out of order.
    pub fn ramp_out_of_order(&mut self, at: Place, deal: &str, why: &str) {
        self.mistake("E0044", at, format!("the ramp of `{deal}` is out of order: {why}"), None);
    }

    /// A deal outside the horizon.
    pub fn deal_never_played(&mut self, at: Place, deal: &str) {
        self.mistake("E0045", at, format!("`{deal}` lies wholly outside the horizon"), None);
    }

    /// One fleet, two deals.
    pub fn fleet_delivered_twice(&mut self, at: Place, fleet: &str, other: &str) {
        self.mistake(
            "E0046",
            at,
            format!("`{fleet}` is already delivered by `{other}`"),
            Some("give each deal a fleet of its own".to_owned()),
        );
    }

    /// Work without a fleet.
    pub fn which_fleet(&mut self, at: Place, work: &str, known: &[String]) {
        self.mistake(
            "E0047",
            at,
            format!("`{work}` does not say on which fleet it runs"),
            Some(format!("add `fleet`: one of {}", known.join(", "))),
        );
    }

    /// A gang larger than its fleet.
    pub fn gang_too_large(&mut self, at: Place, work: &str, gang: i64, fleet: &str, count: i64) {
        self.mistake(
            "E0048",
            at,
            format!("`{work}` wants {gang} GPUs at once; `{fleet}` never has more than {count}"),
            None,
        );
    }

    /// No known throughput.
    pub fn no_throughput(&mut self, at: Place, model: &str, accelerator: &str, known: &[String]) {
        self.mistake(
            "E0049",
            at,
            format!("no throughput of `{model}` on `{accelerator}` is known"),
            Some(format!("known for: {}", known.join(", "))),
        );
    }

    /// Stakes over 100 %.
    pub fn stakes_over_one(&mut self, at: Place, party: &str, sum: f64) {
        self.mistake(
            "E0050",
            at,
            format!("the stakes in `{party}` sum to {:.1} %", sum * 100.0),
            None,
        );
    }

    /// A party among its own owners.
    pub fn stake_in_itself(&mut self, at: Place, party: &str) {
        let what = format!("`{party}` owns a share of itself");
        self.mistake("E0130", at, what, Some("`stakes` name who owns it".to_owned()));
    }

    /// An expression that cannot be read.
    pub fn expression_broken(&mut self, at: Place, text: &str, why: &str) {
        self.mistake("E0051", at, format!("`{text}` cannot be read: {why}"), Some("quantities, figures and catalogue values, joined by + - * / and parentheses, spaces around each".to_owned()));
    }

    /// An unknown figure.
    pub fn unknown_figure(&mut self, at: Place, name: &str, known: &[String]) {
        self.mistake(
            "E0052",
            at,
            format!("no figure is called `{name}`"),
            near(name, known.iter().map(String::as_str)),
        );
    }

    /// An expression that mixes units.
    pub fn expression_mixes(&mut self, at: Place, text: &str, left: &str, right: &str) {
        self.mistake("E0053", at, format!("`{text}` mixes {left} with {right}"), None);
    }

    /// A claim's name twice.
    pub fn id_twice(&mut self, at: Place, id: &str) {
        self.mistake("E0054", at, format!("two claims are called `{id}`"), None);
    }

    /// A claim that is not tested.
    pub fn claim_without_verdict(&mut self, at: Place, id: &str) {
        self.mistake(
            "E0055",
            at,
            format!("claim `{id}` has neither `computed` and `stated` nor a `verdict`"),
            Some("add an expression, or judge it and say why".to_owned()),
        );
    }

    /// A judgement without a reason.
    pub fn judgement_without_reason(&mut self, at: Place, id: &str) {
        self.mistake(
            "E0056",
            at,
            format!("claim `{id}` is judged without a reason"),
            Some("add `because`, with the source in brackets".to_owned()),
        );
    }

    /// Not a date in a path.
    pub fn not_a_path_key(&mut self, at: Place, path: &str, key: &str) {
        self.mistake(
            "E0057",
            at,
            format!("`{key}` is no date in `{path}`"),
            Some("write 2027, 2027-03 or 2027-03-15".to_owned()),
        );
    }

    /// An empty path.
    pub fn empty_path(&mut self, at: Place, path: &str) {
        self.mistake("E0058", at, format!("`{path}` has no values"), None);
    }

    /// A day without 24 hours.
    pub fn not_24_hours(&mut self, at: Place, path: &str, count: usize) {
        self.mistake(
            "E0059",
            at,
            format!("`{path}` has {count} usable values of the 24 of a day, which are numbers, not all zero"),
            None,
        );
    }

    /// A stall longer than the write.
    pub fn stall_longer_than_write(&mut self, at: Place, work: &str) {
        self.mistake(
            "E0060",
            at,
            format!("a checkpoint of `{work}` blocks longer than it takes"),
            None,
        );
    }

    /// Checkpoints that overlap.
    pub fn interval_shorter_than_write(&mut self, at: Place, work: &str) {
        self.mistake(
            "E0061",
            at,
            format!("`{work}` begins a checkpoint before the last one is complete"),
            Some("write less often".to_owned()),
        );
    }

    /// Failures beyond the model.
    pub fn fails_too_often(&mut self, at: Place, fleet: &str, per_hour: f64) {
        self.mistake(
            "E0062",
            at,
            format!("`{fleet}` would have {per_hour:.0} failures an hour"),
            Some("are the rates per node-day?".to_owned()),
        );
    }

    /// Nothing to play.
    pub fn nothing_to_play(&mut self, at: Place) {
        self.mistake(
            "E0063",
            at,
            "there is nothing to play: no fleet".to_owned(),
            Some("start from a story: `offtake new FILE --like openai-aws`".to_owned()),
        );
    }

    /// Not a seed.
    pub fn wrong_seed(&mut self, at: Place, seed: i64) {
        self.mistake(
            "E0064",
            at,
            format!("the seed cannot be {seed}"),
            Some("a whole number, zero or more".to_owned()),
        );
    }

    /// A peak PUE below the mean.
    pub fn peak_below_mean(&mut self, at: Place, site: &str) {
        self.mistake(
            "E0067",
            at,
            format!("the PUE of the hottest day of `{site}` is below its mean"),
            None,
        );
    }

    /// Prepaid before the horizon.
    pub fn prepaid_before_the_horizon(&mut self, at: Place, deal: &str) {
        self.mistake(
            "E0068",
            at,
            format!("`{deal}` is prepaid before the horizon begins"),
            Some("begin the horizon with the deal, or leave the prepayment out".to_owned()),
        );
    }

    /// An option exercised before it is one.
    pub fn exercised_too_early(&mut self, at: Place, deal: &str, on: Date, from: Date) {
        self.mistake(
            "E0069",
            at,
            format!("the option of `{deal}` is exercised on {on}, before it begins on {from}"),
            None,
        );
    }

    /// An option on nothing.
    pub fn exercises_nothing(&mut self, at: Place, deal: &str) {
        self.mistake(
            "E0070",
            at,
            format!("`{deal}` exercises its option and does not say on how many GPUs"),
            Some("add `gpus` beside `on`, or leave `on` out".to_owned()),
        );
    }

    /// A fleet's size told in two ways.
    pub fn size_told_twice(&mut self, at: Place, path: &str) {
        self.mistake(
            "E0078",
            at,
            format!("`{path}` tells its size twice, as `count` and as `power`"),
            Some("keep one of the two".to_owned()),
        );
    }

    /// A constant load on a fleet whose work is told.
    pub fn load_beside_work(&mut self, at: Place, path: &str, work: &str) {
        self.mistake(
            "E0079",
            at,
            format!("`{path}` has a constant load, and `{work}` says what runs on it"),
            Some("keep `load`, or the workload".to_owned()),
        );
    }

    /// Too many of something.
    pub fn too_many(&mut self, at: Place, what: &str, count: usize, most: usize) {
        self.mistake(
            "E0066",
            at,
            format!("the file has {count} tables `{what}`; at most {most} can be read"),
            None,
        );
    }

    /// What a reader could follow to somewhere else than the web.
    pub fn no_web_address(&mut self, at: Place, path: &str, text: &str) {
        self.mistake(
            "E0151",
            at,
            format!("`{path}` is no address of the web: `{text}`"),
            Some("begin it with `https://` or `http://`".to_owned()),
        );
    }

    /// No known peak.
    pub fn no_peak(&mut self, at: Place, accelerator: &str, precision: &str) {
        self.mistake(
            "E0065",
            at,
            format!("no {precision} peak of `{accelerator}` is known"),
            Some("choose another precision".to_owned()),
        );
    }

    /// No source.
    pub fn no_source(&mut self, at: Place) {
        let severity = if self.strict { Severity::Mistake } else { Severity::Warning };
        self.add(
            severity,
            "W0001",
            at,
            "no source is named: the value counts as assumed".to_owned(),
            Some("add [assumed], [derived] or the name of a source".to_owned()),
        );
    }

    /// IT or facility.
    pub fn basis_unsaid(&mut self, at: Place, text: &str, wanted: &str) {
        self.warning(
            "W0002",
            at,
            format!("`{text}` does not say IT or facility; it is read as {wanted}"),
            Some(format!("write `{wanted}` after the unit")),
        );
    }

    /// A gang without power.
    pub fn gang_without_power(&mut self, at: Place, work: &str, gang: i64, site: &str, most: i64) {
        self.warning(
            "W0004",
            at,
            format!(
                "`{work}` never starts: it wants {gang} GPUs at once, the limit of `{site}` carries {most}"
            ),
            Some("a GPU counts at full load, by the PUE of the hottest day".to_owned()),
        );
    }

    /// A price against its total.
    pub fn price_against_total(&mut self, at: Place, deal: &str, priced: &str, total: &str) {
        self.warning(
            "W0005",
            at,
            format!("at this price `{deal}` comes to {priced}; its `total` is {total}"),
            Some("leave the price out to have it solved from the total".to_owned()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_explained_and_every_explanation_has_its_mistake() {
        let first = include_str!("mistakes.rs").split("mod tests").next().unwrap_or_default();
        let more = [
            include_str!("mistakes/claims.rs"),
            include_str!("mistakes/clauses.rs"),
            include_str!("mistakes/debts.rs"),
            include_str!("mistakes/details.rs"),
            include_str!("mistakes/plants.rs"),
            include_str!("mistakes/ranges.rs"),
            include_str!("mistakes/schedules.rs"),
            include_str!("mistakes/traces.rs"),
            include_str!("mistakes/unpaid.rs"),
        ];
        let source = format!("{first}{}", more.concat());
        for section in include_str!("mistakes.md").split("\n## ").skip(1) {
            let code = section.split(' ').next().unwrap_or_default();
            if matches!(code, "units" | "range") {
                continue;
            }
            assert!(source.contains(&format!("\"{code}\"")), "{code} is explained but never made");
            assert!(section.len() > 45, "{code} is hardly explained");
        }
        let all = source.split('"').filter(|it| it.len() == 5 && it[1..].parse::<u32>().is_ok());
        for code in all {
            assert!(explain(code).is_some(), "{code} is not explained");
        }
    }
}
