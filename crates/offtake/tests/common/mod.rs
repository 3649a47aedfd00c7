//! What several tests begin with: a scenario read from its text, and the built-in stories.
#![allow(dead_code, reason = "no test uses all of it")]

use offtake::scenario::{Draft, File, Report, Scenario, library};

/// Reads a text that is sound; a mistake is told with the text.
pub fn read(name: &str, text: &str, variant: Option<&str>) -> Scenario {
    let mut report = Report::default();
    let (_, scenario) = offtake::read(name, text, variant, &mut report);
    let found: Vec<String> =
        report.sorted().iter().map(|it| format!("{} {}", it.code, it.message)).collect();
    scenario.unwrap_or_else(|| panic!("{name} {variant:?}\n{}\n{text}", found.join("\n")))
}

/// Reads a built-in story.
pub fn story(name: &str, variant: Option<&str>) -> Scenario {
    read(name, text_of(name), variant)
}

/// The text of a built-in story.
pub fn text_of(name: &str) -> &'static str {
    library::STORIES.iter().find(|it| it.0 == name).expect("a built-in story").1
}

/// The built-in stories with their variants, the plain one first.
pub fn stories() -> Vec<(&'static str, Vec<Option<String>>)> {
    let variants = |(name, text): (&'static str, &str)| {
        let (_, draft) = Draft::read(name, text, &mut Report::default());
        let named = draft.expect("stories are sound").variants();
        (name, std::iter::once(None).chain(named.into_iter().map(Some)).collect())
    };
    library::STORIES.into_iter().map(variants).collect()
}

/// Reads a text beside which files stand; what is wrong with it comes back.
pub fn read_beside(
    text: &str,
    variant: Option<&str>,
    sheets: &[(&str, &str)],
) -> Result<Scenario, Vec<String>> {
    let beside = |name: &str| {
        let found = sheets.iter().find(|it| it.0 == name).ok_or("no such file")?;
        Ok(File { name: name.to_owned(), text: found.1.to_owned() })
    };
    let mut report = Report::default();
    let (files, scenario) = offtake::read_with("deal.toml", text, &beside, variant, &mut report);
    let told = report.sorted();
    let told =
        told.iter().map(|it| format!("{} {} {}", files.describe(it.at), it.code, it.message));
    scenario.ok_or_else(|| told.collect())
}
