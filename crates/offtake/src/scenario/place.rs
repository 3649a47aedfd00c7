//! Where something stands: a file and a range in it. Every value of a scenario keeps its place,
//! so that a mistake can point and a figure can be traced.

use super::library::TEXTS;

/// The texts that a scenario is made of: the user's file, the catalogue's, the defaults.
#[derive(Clone, Debug, Default)]
pub struct Files {
    all: Vec<File>,
}

/// One text with its name.
#[derive(Clone, Debug)]
pub struct File {
    /// What the user calls it.
    pub name: String,
    /// All of it.
    pub text: String,
}

/// A range of bytes in one of the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which file.
    pub file: u16,
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
}

impl Files {
    /// Adds a text; its number goes into every place in it.
    pub fn add(&mut self, name: &str, text: &str) -> u16 {
        self.all.push(File { name: name.to_owned(), text: text.to_owned() });
        (self.all.len() - 1) as u16
    }

    /// Those of the catalogue, which come first.
    pub(super) fn of_catalogue(&self) -> Files {
        Files { all: self.all[..TEXTS.len()].to_vec() }
    }

    /// Every text, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &File> {
        self.all.iter()
    }

    /// The file of a place.
    pub fn at(&self, place: Place) -> &File {
        &self.all[usize::from(place.file)]
    }

    /// Line and column of a place, both counted from one.
    pub fn line_column(&self, place: Place) -> (usize, usize) {
        let text = &self.at(place).text;
        let before = &text[..text.floor_char_boundary(place.start as usize)];
        let line_start = before.rfind('\n').map_or(0, |it| it + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// What stands at a place.
    pub fn text(&self, place: Place) -> &str {
        &self.at(place).text[place.start as usize..place.end as usize]
    }

    /// `file:line`, as editors understand it.
    pub fn describe(&self, place: Place) -> String {
        format!("{}:{}", self.at(place).name, self.line_column(place).0)
    }
}
