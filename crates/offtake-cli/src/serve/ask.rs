//! What does the page ask to be played? A scenario by its name or as unsaved text, with what is laid over it.

use std::fs;
use std::path::Path;

use axum::body::Bytes;
use offtake::scenario::{self, Draft, Draw, File, Files, Report};
use offtake::study::Futures;
use offtake::view;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::house::House;
use super::names;
use super::refusal::Refusal;
use super::scenarios::MOST_VARIANTS;
use crate::diagnose::Findings;
use crate::{check, input, set};

/// What may be set over a scenario.
const MOST_SET: usize = 200;
const LONGEST_PATH: usize = 200;
const LONGEST_VALUE: usize = 1_000;

/// A play, as it is asked for.
#[derive(Clone, Debug, Deserialize)]
pub struct Ask {
    /// A built-in story, or a file of the folder.
    pub scenario: String,
    /// What the file is to say, where that is not saved.
    #[serde(default)]
    pub text: Option<String>,
    /// The variant to lay over it.
    #[serde(default)]
    pub variant: Option<String>,
    /// What to set over both: paths and values.
    #[serde(default)]
    pub set: Vec<(String, String)>,
    /// The future of `risk` to play, in place of the medians.
    #[serde(default)]
    pub draw: Option<u32>,
    /// What chooses the luck.
    #[serde(default)]
    pub seed: Option<u64>,
}

/// A scenario that can be played.
pub struct Asked {
    /// As on the command line: `openai-aws#late-power`.
    pub name: String,
    /// What was checked.
    pub scenario: scenario::Scenario,
    /// The future that was asked for.
    draw: Option<u32>,
}

impl Asked {
    /// The one reading of every input that is to be played.
    pub fn draw(&self) -> Draw {
        match self.draw {
            Some(n) => Futures::of(&self.scenario, &[], false).draw(n),
            None => Draw::medians(&self.scenario),
        }
    }
}

impl Ask {
    /// The text that is meant.
    pub fn text(&self, house: &House) -> Result<String, Refusal> {
        let named = names::scenario(house, &self.scenario)?;
        match (&self.text, named) {
            (Some(text), _) => Ok(text.clone()),
            (None, names::Scenario::Story(text)) => Ok(text.to_owned()),
            (None, names::Scenario::File(file)) => read(&file),
        }
    }

    /// What is set, as TOML: as much as a person moves by hand.
    fn settings(&self) -> Result<String, Refusal> {
        let too_long =
            |it: &(String, String)| it.0.len() > LONGEST_PATH || it.1.len() > LONGEST_VALUE;
        if self.set.len() > MOST_SET || self.set.iter().any(too_long) {
            let why = format!(
                "at most {MOST_SET} values can be set, with paths of {LONGEST_PATH} and values of \
                 {LONGEST_VALUE} characters"
            );
            return Err(Refusal::wrong(why).help("write them into the scenario"));
        }
        Ok(set::lines(&self.set))
    }

    /// Reads and checks it, or tells all that is wrong with it.
    pub fn read(&self, house: &House) -> Result<Asked, Refusal> {
        let text = self.text(house)?;
        let beside = |it: &str| beside(house, it);
        let (variant, set) = (self.variant.as_deref(), self.settings()?);
        let mut report = Report::default();
        let (files, scenario) =
            offtake::read_over(&self.scenario, &text, &beside, variant, &set, &mut report);
        let Some(mut scenario) = scenario else {
            return Err(Refusal::mistakes(self.findings(files, &report).places()));
        };
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        let name = view::scenario_name(&self.scenario, variant);
        Ok(Asked { name, scenario, draw: self.draw })
    }

    /// All that is found in it, and its variants as far as they can be read.
    pub fn check(&self, house: &House) -> Result<Value, Refusal> {
        let text = self.text(house)?;
        let beside = |it: &str| beside(house, it);
        let mut report = Report::default();
        let (files, draft) = Draft::read_with(&self.scenario, &text, &beside, &mut report);
        let mut findings = self.findings(files, &report);
        let variants = draft.as_ref().map_or_else(Vec::new, Draft::variants);
        if self.variant.is_some() || !self.set.is_empty() {
            let (variant, set) = (self.variant.as_deref(), self.settings()?);
            let mut report = Report::default();
            let (files, _) =
                offtake::read_over(&self.scenario, &text, &beside, variant, &set, &mut report);
            findings = self.findings(files, &report);
        } else if let Some(draft) = &draft {
            check::check_some(draft, false, MOST_VARIANTS, &mut findings);
        }
        let mut told = findings.places();
        told["variants"] = variants.into();
        Ok(told)
    }

    fn findings(&self, files: Files, report: &Report) -> Findings {
        let mut findings = Findings::new(&self.scenario, files);
        findings.add(report);
        findings
    }
}

/// A file that a scenario names, which must lie in the folder too. Of what lies elsewhere nobody hears whether
/// it is there.
pub fn beside(house: &House, name: &str) -> Result<File, String> {
    let path = Path::new(name);
    let around = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let lies_in = |it: &Path| names::lies_in(house.root(), it);
    match lies_in(around) && (!path.exists() || lies_in(path)) {
        true => input::beside(name.to_owned()),
        false => Err(format!("`{name}` is not in the folder that is served")),
    }
}

/// The text of a scenario's file.
pub fn read(file: &Path) -> Result<String, Refusal> {
    match fs::exists(file) {
        Ok(false) => Err(Refusal::missing(format!("there is no scenario `{}`", file.display()))),
        _ => Ok(input::file(&file.to_string_lossy())?),
    }
}

/// What a request says, in JSON.
pub fn told<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(body)
        .map_err(|error| Refusal::wrong(format!("this request cannot be read: {error}")))
}
