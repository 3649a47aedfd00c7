//! What of a TOML file can be read, and what is wrong with all the rest?
//!
//! A reader of whole files stops at the first key that it does not know. Here that key is told and cut out,
//! and reading begins anew, until what is left reads.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

/// Reads what is sound of a file, and tells the place and the reason of what is not.
pub fn sound<T: DeserializeOwned + Default>(
    text: &str,
    mut tell: impl FnMut(Range<usize>, String),
) -> T {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    // One slip of syntax makes many errors behind it: the first of a line is enough.
    let places = errors.iter().map(|it| (it, it.span().unwrap_or_default()));
    let mut lines = BTreeSet::new();
    for (it, at) in places.filter(|it| lines.insert(text[..it.1.start].matches('\n').count())) {
        tell(at, it.message().trim_end().to_owned());
    }
    if !errors.is_empty() {
        return T::default();
    }
    let mut gone: Vec<(usize, String)> = Vec::new();
    loop {
        let error = match T::deserialize(Deserializer::from(table.clone())) {
            Ok(it) => return it,
            Err(it) => it,
        };
        let (at, reason) = (error.span().unwrap_or_default(), plain(error.message()));
        // A field that was cut out of a row is missing there, which is no mistake of its own.
        let known = |it: &(usize, String)| at.start == it.0 && reason.contains(&it.1);
        if !gone.iter().any(known) {
            tell(at.clone(), reason.clone());
        }
        let whole = table.span().start;
        match cut(table.get_mut(), whole, at.start) {
            Some((row, key)) => gone.push((row, format!("missing field `{key}`"))),
            None => return T::default(),
        }
    }
}

/// The reason without the names of our types.
fn plain(reason: &str) -> String {
    let whole = ["i64", "u32"].map(|it| format!("expected {it}"));
    let reason = reason.trim_end().replace("expected f64", "expected a number");
    whole.iter().fold(reason, |it, of| it.replace(of, "expected a whole number"))
}

/// Cuts out the innermost key that lies at a place, or whose value does. Tells where the table that it
/// stood in begins, and its name.
fn cut(table: &mut DeTable, begins: usize, at: usize) -> Option<(usize, String)> {
    let lies =
        |key: &Spanned<_>, value: &Spanned<DeValue>| key.span().contains(&at) || holds(value, at);
    let key = table.iter().find(|(key, value)| lies(key, value)).map(|it| it.0.clone())?;
    let value = table.get_mut(&key)?;
    let starts = value.span().start;
    let within = match value.get_mut() {
        DeValue::Table(inner) if starts != at => cut(inner, starts, at),
        DeValue::Array(rows) => {
            let (nth, row) = rows.iter_mut().enumerate().find(|it| holds(it.1, at))?;
            let starts = row.span().start;
            let inner = match row.get_mut() {
                DeValue::Table(inner) => cut(inner, starts, at),
                _ => None,
            };
            inner.or_else(|| {
                let all = std::mem::replace(rows, DeArray::new()).into_iter().enumerate();
                *rows = all.filter(|it| it.0 != nth).map(|it| it.1).collect();
                Some((starts, String::new()))
            })
        }
        _ => None,
    };
    within.or_else(|| table.remove(&key).map(|_| (begins, key.get_ref().to_string())))
}

/// Whether a place lies in a value: of a table under its header, in what stands in it.
fn holds(value: &Spanned<DeValue>, at: usize) -> bool {
    value.span().contains(&at)
        || match value.get_ref() {
            DeValue::Table(it) => {
                it.iter().any(|(key, it)| key.span().contains(&at) || holds(it, at))
            }
            DeValue::Array(it) => it.iter().any(|it| holds(it, at)),
            _ => false,
        }
}
