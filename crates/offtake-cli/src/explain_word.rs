//! What does a word of the scenario file mean? Error codes, tables and fields, told from the
//! tables that the reader itself uses.

use offtake::scenario::Draft;
use offtake::scenario::library::{KINDS, table_of};
use offtake::scenario::schema::{self, Field, Form, NOUNS, Need, Noun, SCENARIO};
use offtake::units::{Dim, in_usual_unit};
use serde_json::{Value, json};

use crate::exit::Stop;
use crate::facts;
use crate::table::{Fit, table, wrap};

/// What `[workload.x]` may be.
const WORKLOADS: [&str; 3] = ["training", "service", "jobs"];

/// What was found under a word.
pub enum Meaning {
    /// An error code with its chapter.
    Code(String, &'static str),
    /// A table and its fields.
    Noun(&'static Noun, Vec<Told>),
    /// The kinds of workload.
    Workload(Vec<&'static Noun>),
    /// Fields that share the beginning of their name, under it: `deal.deliver`.
    Group(String, Vec<Told>),
    /// A field, in each table that has it under this name.
    Fields(Vec<(&'static Noun, Told)>),
}

/// A field as it is told.
pub struct Told {
    key: &'static str,
    written: String,
    need: Need,
    default: Option<String>,
    doc: &'static str,
}

/// The meaning of a word; nothing where it may be a figure or a misspelling.
pub fn explain(word: &str) -> Result<Option<Meaning>, Stop> {
    let code = word.to_ascii_uppercase();
    if is_code(&code) {
        return Ok(offtake::scenario::explain(&code).map(|text| Meaning::Code(code, text)));
    }
    if matches!(word, "units" | "range") {
        let text = offtake::scenario::explain(word);
        return Ok(text.map(|text| Meaning::Code(word.to_owned(), text)));
    }
    let draft = facts::open()?;
    if word == "workload" {
        return Ok(Some(Meaning::Workload(workloads())));
    }
    if let Some(noun) = noun(word) {
        return Ok(Some(Meaning::Noun(noun, told(&draft, noun))));
    }
    let Some((table, key)) = word.split_once('.') else { return Ok(None) };
    let nouns = if table == "workload" { workloads() } else { noun(table).into_iter().collect() };
    let found = nouns.iter().filter_map(|noun| {
        let field = noun.fields.iter().find(|it| it.key == key)?;
        Some((*noun, Told::of(&draft, noun, field)))
    });
    let found: Vec<_> = found.collect();
    if !found.is_empty() {
        return Ok(Some(Meaning::Fields(found)));
    }
    let under = format!("{key}.");
    let group = |noun: &'static Noun| {
        let fields = noun.fields.iter().filter(|it| it.key.starts_with(&under));
        let told: Vec<_> = fields.map(|it| Told::of(&draft, noun, it)).collect();
        (!told.is_empty()).then_some(told)
    };
    let found = nouns.into_iter().find_map(group);
    Ok(found.map(|it| Meaning::Group(word.to_owned(), it)))
}

/// The fields of a table.
pub fn told(draft: &Draft, noun: &Noun) -> Vec<Told> {
    noun.fields.iter().map(|it| Told::of(draft, noun, it)).collect()
}

/// `E0031`, `W0001`: a letter and four digits.
fn is_code(word: &str) -> bool {
    let (letter, digits) = word.split_at(word.ceil_char_boundary(1));
    matches!(letter, "E" | "W") && digits.len() == 4 && digits.bytes().all(|it| it.is_ascii_digit())
}

fn workloads() -> Vec<&'static Noun> {
    WORKLOADS.iter().filter_map(|it| schema::workload(it)).collect()
}

/// A table by the word in its brackets; `jobs` is the workload, `jobs-shape` the catalogue's.
fn noun(word: &str) -> Option<&'static Noun> {
    schema::noun(word)
}

/// Every field of every table that a scenario may have, for editors that complete what is typed.
pub fn fields_json() -> Result<Value, Stop> {
    let draft = facts::open()?;
    let field = |noun: &'static Noun, field: &Field| {
        let Told { key, written, need, default, doc } = Told::of(&draft, noun, field);
        let (unit, values) = match field.form {
            Form::Quantity(dims, words) => {
                (Some(units(dims)), (!words.is_empty()).then_some(words))
            }
            Form::Path(dims) | Form::Schedule(dims) | Form::Map(dims) | Form::Told(dims) => {
                (Some(units(dims)), None)
            }
            Form::Word(words) => (None, Some(words)),
            _ => (None, None),
        };
        json!({
            "table": noun.name, "field": key, "unit": unit, "meaning": doc, "values": values,
            "written": written, "required": need == Need::Required, "default": default,
        })
    };
    let nouns = [&SCENARIO].into_iter().chain(NOUNS.iter().copied());
    let all = nouns.flat_map(|noun| noun.fields.iter().map(move |it| field(noun, it)));
    Ok(all.collect())
}

/// Every word that can be explained and is near in kind: codes for a code, fields for a path.
pub fn near(word: &str) -> Vec<String> {
    let nouns: Vec<&Noun> = NOUNS.iter().chain(KINDS.iter()).copied().chain([&SCENARIO]).collect();
    if is_code(&word.to_ascii_uppercase()) {
        let codes = (1..200).flat_map(|it| [format!("E{it:04}"), format!("W{it:04}")]);
        return codes.filter(|it| offtake::scenario::explain(it).is_some()).collect();
    }
    let Some((table, key)) = word.split_once('.') else {
        let names = nouns.iter().map(|it| it.name.to_owned());
        return names.chain(["workload".to_owned()]).collect();
    };
    let paths = |table: &str, noun: &Noun| -> Vec<String> {
        noun.fields.iter().map(|it| format!("{table}.{}", it.key)).collect()
    };
    if table == "workload" {
        return workloads().into_iter().flat_map(|it| paths("workload", it)).collect();
    }
    match noun(table) {
        Some(it) => paths(table, it),
        None => {
            let here = nouns.iter().filter(|noun| noun.fields.iter().any(|it| it.key == key));
            here.map(|it| format!("{}.{key}", it.name)).collect()
        }
    }
}

impl Told {
    fn of(draft: &Draft, noun: &Noun, field: &Field) -> Told {
        let node = draft.library().default(noun.name, field.key);
        let default = node.map(|node| match node.text() {
            Some(text) => text.to_owned(),
            None => slice(draft, node.place).to_owned(),
        });
        let default = default.filter(|_| field.need == Need::Default);
        Told {
            key: field.key,
            written: written(field.form),
            need: field.need,
            default,
            doc: field.doc,
        }
    }

    fn default(&self) -> String {
        match (&self.default, self.need) {
            (Some(it), _) => it.clone(),
            (None, Need::Required) => "required".to_owned(),
            (None, _) => "-".to_owned(),
        }
    }

    /// Key, what is written, default, meaning.
    pub fn cells(&self) -> [String; 4] {
        [self.key.to_owned(), self.written.clone(), self.default(), self.doc.to_owned()]
    }

    /// The field alone, with all that the table of a noun has no room for.
    fn text(&self, width: usize) -> String {
        let doc = wrap(self.doc, width.saturating_sub(2)).join("\n  ");
        format!(
            "{}\n  {doc}\n  written: {}\n  default: {}\n",
            self.key,
            self.written,
            self.default()
        )
    }

    fn json(&self) -> Value {
        json!({
            "key": self.key,
            "written": self.written,
            "required": self.need == Need::Required,
            "default": self.default,
            "doc": self.doc,
        })
    }
}

fn slice(draft: &Draft, place: offtake::scenario::Place) -> &str {
    let text = &draft.files.at(place).text;
    text.get(place.start as usize..place.end as usize).unwrap_or_default()
}

/// What is written in a field, as a person would say it.
fn written(form: Form) -> String {
    match form {
        Form::Quantity(dims, words) => {
            let words: String = words.iter().map(|it| format!(", or \"{it}\"")).collect();
            format!("{}{words}", units(dims))
        }
        Form::Path(dims) => format!("{}, also by date", units(dims)),
        Form::Schedule(dims) => format!("CSV file name, or {} by date", units(dims)),
        Form::Map(dims) => format!("by name: {}", units(dims)),
        Form::Told(dims) => units(dims),
        Form::Date => "date".to_owned(),
        Form::OpenDate => "date, or a range of dates".to_owned(),
        Form::When => "date, or month or year as text".to_owned(),
        Form::Word(words) => words.join(" | "),
        Form::Like => "jobs name, or TOML file name".to_owned(),
        Form::Trace => "CSV file name".to_owned(),
        Form::Name(kind) => format!("{} name", table_of(kind)),
        Form::Text => "text".to_owned(),
        Form::Web => "address of the web".to_owned(),
        Form::Texts => "list of texts".to_owned(),
        Form::Hours => "list of 24 numbers".to_owned(),
        Form::Whole => "whole number".to_owned(),
        Form::Any => "what stands in the place of `of`".to_owned(),
        Form::Raw => "table of paths and values".to_owned(),
    }
}

fn units(dims: &[Dim]) -> String {
    if dims.is_empty() || dims.len() > 4 {
        return "number with its unit".to_owned();
    }
    let unit = |it: &Dim| match in_usual_unit(1.0, *it).1 {
        // Its usual unit, hours, is not what a term is told in.
        _ if *it == Dim::TIME => "time (s, days, years)".to_owned(),
        "" if *it == Dim::NONE => "plain number or %".to_owned(),
        "" => it.to_string(),
        unit => unit.to_owned(),
    };
    dims.iter().map(unit).collect::<Vec<_>>().join(" or ")
}

impl Meaning {
    /// The meaning for a reader.
    pub fn text(&self, width: usize) -> String {
        match self {
            Meaning::Code(_, text) => (*text).to_owned(),
            Meaning::Noun(noun, fields) => {
                format!("{}: {}\n\n{}", noun.name, noun.doc, rows(fields, width))
            }
            Meaning::Group(name, fields) => {
                format!("{name}: a table of these\n\n{}", rows(fields, width))
            }
            Meaning::Workload(kinds) => {
                let row = |it: &&Noun| vec![it.name.to_owned(), it.doc.to_owned()];
                let rows: Vec<_> = kinds.iter().map(row).collect();
                let rows = table(&["kind", "what it is"], &rows, 1, Fit::Wrap, width);
                format!(
                    "workload: what runs on a fleet; its `kind` says which fields it has\n\n{rows}"
                )
            }
            Meaning::Fields(found) => {
                let mut told: Vec<(Vec<&str>, String)> = Vec::new();
                for (noun, it) in found {
                    let text = it.text(width);
                    match told.iter_mut().find(|(_, same)| *same == text) {
                        Some((nouns, _)) => nouns.push(noun.name),
                        None => told.push((vec![noun.name], text)),
                    }
                }
                let one =
                    |(nouns, text): &(Vec<&str>, String)| format!("{}: {text}", nouns.join(", "));
                told.iter().map(one).collect::<Vec<_>>().join("\n")
            }
        }
    }

    /// The meaning for a program.
    pub fn json(&self) -> Value {
        match self {
            Meaning::Code(code, text) => json!({ "code": code, "text": text }),
            Meaning::Noun(noun, fields) => json!({
                "noun": noun.name,
                "doc": noun.doc,
                "fields": fields.iter().map(Told::json).collect::<Vec<_>>(),
            }),
            Meaning::Group(name, fields) => json!({
                "group": name,
                "fields": fields.iter().map(Told::json).collect::<Vec<_>>(),
            }),
            Meaning::Workload(kinds) => {
                let kind = |it: &&Noun| json!({ "noun": it.name, "doc": it.doc });
                json!({ "noun": "workload", "kinds": kinds.iter().map(kind).collect::<Vec<_>>() })
            }
            Meaning::Fields(found) => {
                let field =
                    |(noun, it): &(&Noun, Told)| json!({ "noun": noun.name, "field": it.json() });
                Value::Array(found.iter().map(field).collect())
            }
        }
    }
}

/// Fields below each other.
fn rows(fields: &[Told], width: usize) -> String {
    let rows: Vec<_> = fields.iter().map(|it| it.cells().to_vec()).collect();
    let header = ["field", "written", "default", "meaning"];
    table(&header, &narrow(rows), 3, Fit::Wrap, width)
}

/// Long units and sources must not push the meaning off the line: they are left out here and told
/// in full by `offtake explain NOUN.FIELD`.
fn narrow(mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    for row in &mut rows {
        row[1] = crate::table::cut(&row[1], 28);
        row[2] = crate::table::cut(offtake::scenario::split_tag(&row[2]).0, 20);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(word: &str) -> String {
        let found = explain(word).expect("the catalogue opens");
        found.map(|it| it.text(100)).unwrap_or_default()
    }

    #[test]
    fn codes_nouns_and_fields_have_a_meaning() {
        assert!(text("e0031").starts_with("E0031 "));
        assert!(text("deal").contains("  take-or-pay  "));
        assert!(text("deal.kind").contains("written: take-or-pay | pay-as-you-go"));
        assert!(text("workload").contains("training"));
        assert!(text("workload.draw").contains("service, jobs: draw"));
        assert!(text("rack.power").contains("W per GPU"));
        assert!(text("scenario.seed").contains("default: 1"));
        assert!(text("deal.unpaid").contains("unpaid.rule"));
    }

    #[test]
    fn every_field_has_a_meaning_and_a_line_that_fits() {
        for noun in NOUNS.iter().chain(KINDS.iter()).chain([&&SCENARIO]) {
            for line in text(noun.name).lines() {
                assert!(line.chars().count() <= 100, "{line}");
            }
        }
    }

    #[test]
    fn a_figure_is_left_to_the_figures_and_a_misspelling_is_near_something() {
        for word in ["deal.aws.billed", "E9999", "del", "deal.knd", "", "é"] {
            assert!(explain(word).expect("the catalogue opens").is_none(), "{word}");
        }
        let near_of = |word: &str| {
            let known = near(word);
            facts::did_you_mean(word, &known.iter().map(String::as_str).collect::<Vec<_>>())
        };
        assert!(near_of("del").contains("`deal`"));
        assert!(near_of("deal.knd").contains("`deal.kind`"));
        assert!(near_of("E0199").contains("`E01"));
    }
}
