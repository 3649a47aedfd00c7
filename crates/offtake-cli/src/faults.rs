//! What is wrong with a file that is no scenario? Mistakes with places, without codes, gathered and told at once.

use offtake::scenario::{Diagnostic, Files, Item, Line, Place, Severity, Sheet};
use offtake::units::nearest;

use crate::diagnose::{Findings, counted};
use crate::exit::{Exit, Stop};

/// All that was found so far.
#[derive(Default)]
pub struct Faults {
    found: Vec<Diagnostic>,
}

impl Faults {
    /// Nothing can be reckoned with this.
    pub fn mistake(&mut self, at: Place, message: impl Into<String>, help: Option<String>) {
        self.add(Severity::Mistake, at, message.into(), help);
    }

    /// Worth knowing.
    pub fn warning(&mut self, at: Place, message: impl Into<String>, help: Option<String>) {
        self.add(Severity::Warning, at, message.into(), help);
    }

    fn add(&mut self, severity: Severity, at: Place, message: String, help: Option<String>) {
        self.found.push(Diagnostic { code: "", severity, message, at, help, variant: None });
    }

    /// The warnings in words, for a document.
    pub fn warnings(&self) -> Vec<&str> {
        self.said(Severity::Warning)
    }

    /// The mistakes in words, for what has no place.
    pub fn mistakes(&self) -> Vec<&str> {
        self.said(Severity::Mistake)
    }

    fn said(&self, severity: Severity) -> Vec<&str> {
        let all = self.found.iter().filter(|it| it.severity == severity);
        all.map(|it| it.message.as_str()).collect()
    }

    /// Tells all of it; stops where there is a mistake.
    pub fn tell(&self, name: &str, files: &Files) -> Result<(), Stop> {
        let findings = Findings::of(name, files.clone(), self.found.clone());
        findings.say();
        if findings.mistakes() > 0 { Err(Stop::told(Exit::Wrong)) } else { Ok(()) }
    }

    /// The columns of a sheet, in the order in which they stand there, and its other lines. All mistakes of
    /// the header are told; there must be `needed` columns, the first of those known.
    pub fn columns<'a>(
        &mut self,
        sheet: Sheet<'a>,
        known: &[&'static str],
        needed: usize,
    ) -> Option<(Vec<&'static str>, impl Iterator<Item = Line<'a>> + use<'a>)> {
        let mut lines = sheet.lines();
        let Some(head) = lines.next() else {
            let help = format!("begin with a line of columns: {}", known[..needed].join(","));
            self.mistake(sheet.whole(), "the file is empty", Some(help));
            return None;
        };
        let mut columns = Vec::new();
        let before = self.found.len();
        for it in &head.cells {
            let name = it.text.to_ascii_lowercase();
            match known.iter().find(|known| **known == name) {
                Some(known) if columns.contains(known) => {
                    self.mistake(it.place, format!("the column `{name}` stands here twice"), None);
                }
                Some(known) => columns.push(*known),
                None => {
                    let near = nearest(&name, known.iter().copied());
                    let help = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("there are {}", known.join(", ")),
                    };
                    self.mistake(
                        it.place,
                        format!("no column is called `{}`", it.text),
                        Some(help),
                    );
                }
            }
        }
        for it in known[..needed].iter().filter(|it| !columns.contains(*it)) {
            let help = Some(format!(
                "the first line names the columns, such as {}",
                known[..needed].join(",")
            ));
            self.mistake(head.place, format!("there is no column `{it}`"), help);
        }
        (self.found.len() == before).then_some((columns, lines))
    }

    /// Whether a line has a value for each column.
    pub fn is_full(&mut self, line: &Line<'_>, columns: &[&str]) -> bool {
        let (values, wanted) = (line.cells.len(), columns.len());
        if values != wanted {
            let help = match values > wanted {
                true => "write numbers without commas: 1250.50, 38 bn".to_owned(),
                false => format!("the columns are {}", columns.join(",")),
            };
            let values = counted(values, "value");
            let told = format!("this line has {values}; there are {wanted} columns");
            self.mistake(line.place, told, Some(help));
        }
        values == wanted
    }
}

/// The item of a column, where there is one and something stands in it.
pub fn item<'a>(line: &Line<'a>, columns: &[&str], name: &str) -> Option<Item<'a>> {
    let at = columns.iter().position(|it| *it == name)?;
    line.cells.get(at).copied().filter(|it| !it.text.is_empty())
}
