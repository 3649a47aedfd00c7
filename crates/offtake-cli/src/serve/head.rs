//! What is a saved run about? Its document says so at its beginning; the rest, megabytes at times, is not read.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use offtake::view::picture::FORM;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::de::Read;

/// What a list of runs shows of one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Head {
    /// Its folder's name.
    pub id: String,
    #[serde(skip)]
    form: u32,
    /// run, risk, compare or export.
    pub of: String,
    scenario: String,
    /// In words.
    pub title: String,
    version: String,
    digest: String,
    as_of: String,
    from: String,
    to: String,
    draws: Option<u32>,
    /// When: `2026-11-25T21:55:03Z`.
    pub saved: String,
    headline: Vec<Number>,
}

/// A number that opens the page of a run.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
struct Number {
    id: String,
    label: String,
    shown: String,
}

impl Head {
    /// Reads the beginning of a document; what it does not say there stays empty.
    pub fn read(document: &Path) -> io::Result<Self> {
        let file = BufReader::new(File::open(document)?);
        Ok(Self::of(serde_json::Deserializer::from_reader(file)))
    }

    /// Whether a page can be drawn of what begins like this.
    pub fn is_of_a_picture(&self) -> bool {
        self.form == FORM && !self.of.is_empty() && !self.title.is_empty()
    }

    fn of<'de, R: Read<'de>>(mut document: serde_json::Deserializer<R>) -> Self {
        let mut head = Self::default();
        // Whoever stops in the middle of a document has not found its end, which is meant.
        let _ = Beginning(&mut head).deserialize(&mut document);
        if head.title.is_empty() {
            head.title.clone_from(&head.scenario);
        }
        head
    }

    fn take<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "form" => self.form = map.next_value()?,
            "of" => self.of = map.next_value()?,
            "scenario" => self.scenario = map.next_value()?,
            "title" => self.title = map.next_value()?,
            "version" => self.version = map.next_value()?,
            "digest" => self.digest = map.next_value()?,
            "as_of" => self.as_of = map.next_value()?,
            "from" => self.from = map.next_value()?,
            "to" => self.to = map.next_value()?,
            "draws" => self.draws = map.next_value()?,
            "numbers" => self.headline = map.next_value()?,
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

/// With these keys begins what a head does not tell.
const BODY: [&str; 2] = ["levers", "figures"];

struct Beginning<'a>(&'a mut Head);

impl<'de> DeserializeSeed<'de> for Beginning<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Beginning<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a run's document")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if BODY.contains(&key.as_str()) {
                break;
            }
            self.0.take(&key, &mut map)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_document_only_the_beginning_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("picture.json");
        let text = r#"{"form":1,"of":"risk","scenario":"a#b","title":"A","draws":7,"numbers":
            [{"id":"x","label":"X","shown":"1 GPU","kind":"derived","band":null}],"levers": this is no JSON"#;
        std::fs::write(&path, text).expect("written");
        let head = Head::read(&path).expect("readable");
        assert_eq!((head.of.as_str(), head.title.as_str(), head.draws), ("risk", "A", Some(7)));
        assert_eq!(head.headline[0].shown, "1 GPU");
    }
}
