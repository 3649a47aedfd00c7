//! What an editor must know to help with a scenario file: the reader's own tables as JSON Schema.
//!
//! Draft 7, as the editors' TOML tools read it best. It is looser than the reader, never stricter:
//! it knows keys, words, shapes and the catalogue's names; units, dates and the names that a file
//! gives itself are left to `check`.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::check::OF_A_FLEET;
use super::draft::Draft;
use super::library::{self, table_of};
use super::schema::{self, Field, Form, NOUNS, Need, Noun, PERSISTENCE, SCENARIO, TOP_TABLES};
use super::tree::Value;
use super::values::{dims, expected};
use crate::chance::{Cut, LawName};
use crate::units::Dim;

/// A JSON value that keeps the order it was written in.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// Any number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Flag(it) => to.serialize_bool(*it),
            Json::Whole(it) => to.serialize_i64(*it),
            Json::Number(it) => to.serialize_f64(*it),
            Json::Text(it) => to.serialize_str(it),
            Json::List(all) => all.serialize(to),
            Json::Object(all) => {
                let mut map = to.serialize_map(Some(all.len()))?;
                for (key, value) in all {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// A text after the name of a source: `[assumed]`.
const TAG: &str = r"\s*(\[.*\])?\s*$";

/// The schema of a scenario file.
pub fn json_schema(draft: &Draft) -> Json {
    let (mut properties, required) = properties(draft, &SCENARIO, "");
    let tables = TOP_TABLES.iter().map(|it| ((*it).to_owned(), table(it)));
    properties.extend(tables);
    object([
        ("$schema", text("http://json-schema.org/draft-07/schema#")),
        ("title", text("offtake scenario")),
        ("description", text("who supplies what to whom, and what must run on it")),
        ("type", text("object")),
        ("properties", Json::Object(properties)),
        ("required", required),
        ("additionalProperties", Json::Flag(false)),
        ("definitions", Json::Object(definitions(draft))),
    ])
}

/// The noun whose rows stand in a table; none where their kind decides.
fn noun_of(table: &str) -> Option<&'static Noun> {
    // Companies have sides that only a scenario can tell.
    library::kind(table).filter(|it| it.name != "party").or_else(|| schema::noun(table))
}

fn workloads() -> impl DoubleEndedIterator<Item = &'static Noun> {
    NOUNS.into_iter().filter(|it| schema::workload(it.name).is_some())
}

/// `[deal.aws]`, `[[claim]]`.
fn table(table: &str) -> Json {
    let (doc, row) = match noun_of(table) {
        Some(noun) if noun.name == "deal" => (noun.doc, "any-deal"),
        Some(noun) => (noun.doc, noun.name),
        None => ("what runs on a fleet", "any-workload"),
    };
    let listed = schema::LISTS.contains(&table);
    let (kind, rows) = if listed { ("array", "items") } else { ("object", "additionalProperties") };
    object([("description", text(doc)), ("type", text(kind)), (rows, refers(row))])
}

fn definitions(draft: &Draft) -> Vec<(String, Json)> {
    let own = TOP_TABLES.iter().filter_map(|it| noun_of(it));
    let nouns: Vec<&Noun> = own.chain([&schema::PLEDGE]).chain(workloads()).collect();
    let mut all: Vec<_> = nouns.iter().map(|it| (it.name.to_owned(), row(draft, it))).collect();
    all.push(("any-deal".to_owned(), deal(draft)));
    all.push(("any-workload".to_owned(), workload(draft)));
    for kind in library::KINDS.iter().filter(|it| it.name != "party") {
        all.push((name_of(kind.name), names(draft, kind.name)));
    }
    all.extend([("number".to_owned(), number()), ("range".to_owned(), range())]);
    all
}

/// A table of one noun, closed.
fn row(draft: &Draft, noun: &Noun) -> Json {
    let (properties, required) = properties(draft, noun, "");
    with(object([("description", text(noun.doc))]), closed(properties, required))
}

fn closed(properties: Vec<(String, Json)>, required: Json) -> Json {
    object([
        ("type", text("object")),
        ("properties", Json::Object(properties)),
        ("required", required),
        ("additionalProperties", Json::Flag(false)),
    ])
}

/// A workload is the noun that its `kind` names.
fn workload(draft: &Draft) -> Json {
    let by_kind = workloads().rev().fold(has("kind"), |rest, noun| {
        let kind = object([("pattern", text(&format!(r"^\s*{}\b", noun.name)))]);
        let is = with(has("kind"), object([("properties", object([("kind", kind)]))]));
        object([("if", is), ("then", refers(noun.name)), ("else", rest)])
    });
    one_noun_of(draft, workloads(), by_kind)
}

/// A deal has a fleet, or is told by its calendar alone.
fn deal(draft: &Draft) -> Json {
    let delivers =
        with(has("deliver"), object([("properties", object([("deliver", has("fleet"))]))]));
    let has_fleet = any_of(OF_A_FLEET.iter().map(|it| has(it)).chain([delivers]).collect());
    let nouns = noun_of("deal").into_iter().chain([&schema::PLEDGE]);
    let choice = object([
        ("if", has_fleet),
        ("then", refers("deal")),
        ("else", refers(schema::PLEDGE.name)),
    ]);
    one_noun_of(draft, nouns, choice)
}

/// A table that a choice holds against one of some nouns. The keys of all are listed beside that,
/// since editors look for keys there and not behind a condition.
fn one_noun_of(draft: &Draft, nouns: impl Iterator<Item = &'static Noun>, choice: Json) -> Json {
    let mut keys: Vec<(String, Vec<Json>)> = Vec::new();
    for (key, value) in nouns.flat_map(|it| properties(draft, it, "").0) {
        match keys.iter_mut().find(|it| it.0 == key) {
            Some((_, known)) if known.contains(&value) => {}
            Some((_, known)) => known.push(value),
            None => keys.push((key, vec![value])),
        }
    }
    let single = |mut all: Vec<Json>| if all.len() == 1 { all.remove(0) } else { any_of(all) };
    let keys = keys.into_iter().map(|(key, all)| (key, single(all))).collect();
    with(object([("type", text("object")), ("properties", Json::Object(keys))]), choice)
}

/// The keys below a prefix, and which of them must be there.
fn properties(draft: &Draft, noun: &Noun, prefix: &str) -> (Vec<(String, Json)>, Json) {
    let (mut all, mut required): (Vec<(String, Json)>, Vec<Json>) = (Vec::new(), Vec::new());
    for below in noun.fields.iter().filter_map(|it| it.key.strip_prefix(prefix)) {
        let key = below.split('.').next().unwrap_or(below);
        if all.iter().any(|it| it.0 == key) {
            continue;
        }
        let path = format!("{prefix}{key}");
        let inner = format!("{path}.");
        let under = |it: &&Field| it.key == path || it.key.starts_with(&inner);
        if noun.fields.iter().filter(under).any(|it| it.need == Need::Required) {
            required.push(text(key));
        }
        let nested = properties(draft, noun, &inner);
        let value = match noun.fields.iter().find(|it| it.key == path) {
            Some(field) => described(draft, noun, field, nested),
            None => closed(nested.0, nested.1),
        };
        all.push((key.to_owned(), value));
    }
    (all, Json::List(required))
}

/// What may be written in a field, with its meaning and its default.
fn described(
    draft: &Draft,
    noun: &Noun,
    field: &Field,
    nested: (Vec<(String, Json)>, Json),
) -> Json {
    let doc = match expected(field) {
        unit if unit.is_empty() => field.doc.to_owned(),
        unit => format!("{} ({unit})", field.doc),
    };
    let mut pairs = vec![("description".to_owned(), text(&doc))];
    let default = draft.library().default(noun.name, field.key);
    let default = default.filter(|_| field.need == Need::Default).and_then(|it| match &it.value {
        Value::Text(it) => Some(text(it)),
        Value::Integer(it) => Some(Json::Whole(*it)),
        _ => None,
    });
    pairs.extend(default.map(|it| ("default".to_owned(), it)));
    with(Json::Object(pairs), shape(field, nested))
}

/// What may be written in a field.
fn shape(field: &Field, nested: (Vec<(String, Json)>, Json)) -> Json {
    match field.form {
        Form::Quantity(_, words) => {
            let words = if words.is_empty() { Vec::new() } else { one_of(words) };
            any_of([words, quantity(field)].concat())
        }
        Form::Path(_) => any_of([quantity(field), vec![by_date(field, nested)]].concat()),
        Form::Like => any_of(vec![refers(&name_of("jobs-shape"))]),
        Form::Trace => pattern(r"\S"),
        Form::Schedule(_) => any_of(vec![pattern(r"\S"), by_date(field, nested)]),
        Form::Map(_) => {
            object([("type", text("object")), ("additionalProperties", any_of(quantity(field)))])
        }
        Form::Told(_) => any_of(measure(field)),
        Form::Date => day(),
        Form::OpenDate => any_of(vec![day(), refers("range")]),
        Form::When => pattern(r"^[0-9]{4}(-[0-9]{2}){0,2}"),
        Form::Word(words) => any_of(one_of(words)),
        Form::Name(kind) if library::KINDS.iter().any(|it| it.name == kind) && kind != "party" => {
            any_of(vec![refers(&name_of(kind))])
        }
        Form::Name(_) | Form::Text => object([("type", text("string"))]),
        Form::Web => pattern("^https?://"),
        Form::Texts => {
            object([("type", text("array")), ("items", object([("type", text("string"))]))])
        }
        Form::Hours => object([
            ("type", text("array")),
            ("items", object([("type", text("number")), ("minimum", Json::Whole(0))])),
            ("minItems", Json::Whole(24)),
            ("maxItems", Json::Whole(24)),
        ]),
        Form::Whole => object([("type", text("integer"))]),
        Form::Any => object([]),
        Form::Raw => object([("type", text("object")), ("propertyNames", paths())]),
    }
}

/// Quantities by date, beside the keys that a path nests.
fn by_date(field: &Field, (properties, required): (Vec<(String, Json)>, Json)) -> Json {
    let dates = object([(r"^[0-9]{4}(-[0-9]{2}){0,2}$", any_of(quantity(field)))]);
    let more = object([("patternProperties", dates), ("minProperties", Json::Whole(1))]);
    let persists = (PERSISTENCE.key.to_owned(), any_of(measure(&PERSISTENCE)));
    with(closed([properties, vec![persists]].concat(), required), more)
}

/// A number with its unit, a range, a value of the catalogue, or a plain number where no unit is
/// wanted.
fn quantity(field: &Field) -> Vec<Json> {
    [vec![pattern("^catalogue:[^/]+/."), refers("range")], measure(field)].concat()
}

/// A number with its unit, or a plain one where no unit is wanted.
fn measure(field: &Field) -> Vec<Json> {
    let mut all = vec![refers("number")];
    if dims(field).contains(&Dim::NONE) {
        let mut pairs = vec![("type".to_owned(), text("number"))];
        for (word, bound) in [("minimum", field.least), ("maximum", field.most)] {
            pairs.extend(bound.is_finite().then(|| (word.to_owned(), Json::Number(bound))));
        }
        all.push(Json::Object(pairs));
    }
    all
}

/// `"38 bn USD [news]"`
fn number() -> Json {
    pattern(r"^[\s$.+-]*[0-9]")
}

/// `{ q10 = "...", q50 = "...", q90 = "...", law = "...", source = "..." }`
fn range() -> Json {
    let words = |all: Vec<&str>| object([("enum", texts(&all))]);
    let any_text = || object([("type", text("string"))]);
    let one = || any_of(vec![refers("number"), object([("type", text("number"))])]);
    object([
        ("type", text("object")),
        ("patternProperties", object([("^q(0[1-9]|[1-9][0-9])$", one())])),
        (
            "properties",
            object([
                ("law", words(LawName::WORDS.iter().map(|it| it.0).collect())),
                ("min", one()),
                ("max", one()),
                ("cut", words(Cut::WORDS.iter().map(|it| it.0).collect())),
                ("choices", object([("type", text("object")), ("additionalProperties", one())])),
                ("fit", any_text()),
                ("unit", any_text()),
                ("source", any_text()),
            ]),
        ),
        ("additionalProperties", Json::Flag(false)),
        ("minProperties", Json::Whole(1)),
    ])
}

/// `2026-12-31`, bare or with its source.
fn day() -> Json {
    pattern(r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}")
}

/// One of some words, alone or with its source. Editors offer what is listed.
fn one_of(words: &[&str]) -> Vec<Json> {
    let tagged = pattern(&format!(r"^\s*({}){TAG}", words.join("|")));
    vec![object([("enum", texts(words))]), tagged]
}

fn name_of(kind: &str) -> String {
    format!("name-of-{kind}")
}

/// A row of the catalogue, or a name that the file itself gives.
fn names(draft: &Draft, kind: &str) -> Json {
    let table = table_of(kind);
    let rows = draft.library().names(table).into_iter();
    let rows = rows.map(|it| text(&format!("catalogue:{table}/{it}"))).collect();
    let own = pattern(r"^\s*(?!catalogue:)\S|\]\s*$");
    any_of(vec![object([("enum", Json::List(rows))]), own])
}

/// `deal.aws.take`: the path of a value that a variant replaces.
fn paths() -> Json {
    let fields = SCENARIO.fields.iter().filter_map(|it| it.key.split('.').next());
    let first: Vec<&str> = TOP_TABLES.iter().copied().chain(fields).collect();
    object([("pattern", text(&format!(r"^({})(\.|$)", first.join("|"))))])
}

fn text(it: &str) -> Json {
    Json::Text(it.to_owned())
}

fn texts(all: &[&str]) -> Json {
    Json::List(all.iter().map(|it| text(it)).collect())
}

fn pattern(it: &str) -> Json {
    object([("type", text("string")), ("pattern", text(it))])
}

/// Any table in which this key stands.
fn has(key: &str) -> Json {
    object([("required", texts(&[key]))])
}

fn refers(name: &str) -> Json {
    object([("$ref", text(&format!("#/definitions/{name}")))])
}

fn any_of(all: Vec<Json>) -> Json {
    object([("anyOf", Json::List(all))])
}

fn object<const N: usize>(pairs: [(&str, Json); N]) -> Json {
    Json::Object(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// One object with what another holds behind it.
fn with(object: Json, more: Json) -> Json {
    match (object, more) {
        (Json::Object(first), Json::Object(then)) => Json::Object([first, then].concat()),
        (object, _) => object,
    }
}
