//! Which text does a SCENARIO argument name? A file, `FILE#variant`, a built-in story, or stdin.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use offtake::scenario;
use offtake::scenario::library::STORIES;

use crate::exit::Stop;
use crate::facts;

/// No text is read beyond this: a larger file is no scenario, and memory is the user's.
const LARGEST: u64 = 64 << 20;

/// The text that an argument names.
#[derive(Debug, PartialEq, Eq)]
pub struct Input {
    /// What messages call it.
    pub name: String,
    /// All of it.
    pub text: String,
    /// The variant that was asked for after `#`.
    pub variant: Option<String>,
    /// Where it looks for the files that it names; a built-in story has no folder.
    folder: Option<PathBuf>,
}

impl Input {
    /// Where the file lies; nothing for a built-in story.
    pub fn path(&self) -> Option<&Path> {
        self.folder.as_ref().map(|_| Path::new(self.name.as_str()))
    }

    /// The names of its variants, as far as it can be read.
    pub fn variants(&self) -> Vec<String> {
        let beside = |it: &str| self.beside(it);
        let mut report = scenario::Report::default();
        let (_, draft) = scenario::Draft::read_with(&self.name, &self.text, &beside, &mut report);
        draft.map_or_else(Vec::new, |it| it.variants())
    }

    /// A file that the scenario names, or why it cannot be read.
    pub fn beside(&self, name: &str) -> Result<scenario::File, String> {
        let Some(folder) = &self.folder else {
            return Err("a built-in story has no files beside it".to_owned());
        };
        beside(folder.join(name).to_string_lossy().into_owned())
    }
}

/// Opens a SCENARIO argument.
///
/// A story's name wins over a file of the same name, so that a call means the same in every
/// folder; `./llama3` is the file.
pub fn open(argument: &str) -> Result<Input, Stop> {
    let (base, variant) = split(argument);
    let text = match STORIES.iter().find(|(name, _)| *name == base) {
        Some((_, text)) => (*text).to_owned(),
        None if base == "-" => utf8("stdin", read(io::stdin().lock(), "stdin")?)?,
        None => file(base)?,
    };
    let name = if base == "-" { "stdin" } else { base };
    let folder = match STORIES.iter().any(|it| it.0 == base) {
        true => None,
        false => Path::new(name).parent().map(Path::to_owned),
    };
    Ok(Input { name: name.to_owned(), text, variant: variant.map(str::to_owned), folder })
}

/// Opens a file, or stdin for `-`: what is changed in place is never a built-in story.
pub fn file_or_stdin(argument: &str) -> Result<Input, Stop> {
    if STORIES.iter().any(|(name, _)| *name == argument) && !fs::exists(argument).unwrap_or(true) {
        return Err(Stop::wrong(format!(
            "`{argument}` is a built-in story; `offtake new FILE --like {argument}` makes a file of it"
        )));
    }
    match argument {
        "-" => open(argument),
        _ => Ok(Input {
            name: argument.to_owned(),
            text: file(argument)?,
            variant: None,
            folder: Path::new(argument).parent().map(Path::to_owned),
        }),
    }
}

/// Opens a file that is no scenario, or stdin for `-`.
pub fn table(argument: &Path) -> Result<Input, Stop> {
    let name = argument.to_string_lossy().into_owned();
    if name == "-" {
        return open("-");
    }
    if argument.is_dir() || !argument.exists() {
        let what = if argument.is_dir() { "is a directory, no file" } else { "is not there" };
        return Err(Stop::wrong(format!("`{name}` {what}")));
    }
    let text = file(&name)?;
    Ok(Input { name, text, variant: None, folder: None })
}

/// A file that a scenario names. A pipe or a device may never come to its end, and whoever writes a scenario
/// is not always who reads it.
pub fn beside(path: String) -> Result<scenario::File, String> {
    match fs::metadata(&path) {
        Err(it) if it.kind() == ErrorKind::NotFound => Err(format!("no such file: `{path}`")),
        Ok(it) if !it.is_file() && !it.is_dir() => {
            Err(format!("`{path}` is a pipe or a device, no file"))
        }
        _ => match file(&path) {
            Ok(text) => Ok(scenario::File { name: path, text }),
            Err(stop) => Err(stop.message),
        },
    }
}

/// Cuts `FILE#variant`; a file whose own name has a `#` is taken whole.
fn split(argument: &str) -> (&str, Option<&str>) {
    match argument.rsplit_once('#') {
        Some((base, variant)) if !fs::exists(argument).unwrap_or(false) => (base, Some(variant)),
        _ => (argument, None),
    }
}

/// The text of a file.
pub fn file(path: &str) -> Result<String, Stop> {
    let about = fs::metadata(path).map_err(|error| cannot_open(path, &error))?;
    if about.is_dir() {
        return Err(Stop::wrong(format!("`{path}` is a directory; a scenario is a file")));
    }
    if about.len() > LARGEST {
        return Err(too_large(path));
    }
    let file = File::open(path).map_err(|error| cannot_open(path, &error))?;
    utf8(path, read(file, path)?)
}

fn read(from: impl Read, name: &str) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    // One byte more than allowed tells a full file from one that is too large, pipes included.
    let read = from.take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| Stop::wrong(format!("cannot read `{name}`: {error}")))?;
    if bytes.len() as u64 > LARGEST { Err(too_large(name)) } else { Ok(bytes) }
}

fn utf8(name: &str, bytes: Vec<u8>) -> Result<String, Stop> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|it| **it == b'\n').count() + 1;
        Stop::wrong(format!("`{name}` is not UTF-8 text (byte {at}, line {line})"))
    })
}

fn cannot_open(path: &str, error: &io::Error) -> Stop {
    if error.kind() != ErrorKind::NotFound {
        return Stop::wrong(format!("cannot read `{path}`: {error}"));
    }
    let stories: Vec<&str> = STORIES.iter().map(|(name, _)| *name).collect();
    let near = facts::did_you_mean(path, &stories);
    let all = format!(" (built-in stories: {})", stories.join(", "));
    Stop::wrong(format!("no such file: `{path}`{}", if near.is_empty() { all } else { near }))
}

fn too_large(name: &str) -> Stop {
    let most = LARGEST >> 20;
    Stop::wrong(format!("`{name}` is larger than {most} MB; was a trace given by accident?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(argument: &str) -> String {
        open(argument).expect_err("it cannot be opened").message
    }

    #[test]
    fn a_story_is_opened_by_its_name_and_variant() {
        let input = open("openai-aws#late-power").expect("it is built in");
        assert_eq!(
            (input.name.as_str(), input.variant.as_deref()),
            ("openai-aws", Some("late-power"))
        );
        assert_eq!(input.text, STORIES[0].1);
    }

    #[test]
    fn a_file_with_a_hash_in_its_name_is_taken_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a#b.toml");
        fs::write(&path, "offtake = 1").expect("written");
        let path = path.to_str().expect("UTF-8");
        assert_eq!(open(path).expect("it exists").variant, None);
        let with = open(&format!("{path}#late")).expect("it exists");
        assert_eq!((with.name.as_str(), with.variant.as_deref()), (path, Some("late")));
    }

    #[test]
    #[cfg(unix)]
    fn a_device_is_no_file_beside_a_scenario_but_may_be_a_scenario() {
        let told = |it: &str| beside(it.to_owned()).map(|it| it.text);
        assert_eq!(told("/dev/zero"), Err("`/dev/zero` is a pipe or a device, no file".to_owned()));
        assert_eq!(open("/dev/null").expect("as a pipe of the shell").text, "");
    }

    #[test]
    fn what_cannot_be_opened_is_told_in_one_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
        fs::write(at("latin"), b"name = \"a\"\nname = \"\xe9\"").expect("written");
        File::create(at("large")).and_then(|it| it.set_len(LARGEST + 1)).expect("sparse");
        assert_eq!(wrong("lama3"), "no such file: `lama3`; did you mean `llama3`?");
        assert!(wrong("zzz.toml").contains("(built-in stories: openai-aws, "));
        assert!(wrong(&at("")).ends_with("is a directory; a scenario is a file"));
        assert!(wrong(&at("latin")).ends_with("is not UTF-8 text (byte 19, line 2)"));
        assert!(wrong(&at("large")).contains("larger than 64 MB"));
        assert!(wrong(&at("latin/below")).contains("cannot read"));
    }
}
