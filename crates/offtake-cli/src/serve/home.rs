//! What is there to look at? The saved runs, newest first, and the scenarios.
//!
//! What a file says is read again when it has changed, and not before.

use std::collections::HashMap;
use std::fs;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use offtake::scenario::library::STORIES;
use serde_json::{Value, json};

use super::head::Head;
use super::house::{House, Pace};
use super::names::{self, RUNS};
use super::refusal::Refusal;
use super::scenarios::Outline;
use crate::files::VERSION;
use crate::save;

/// `/api/home`
pub async fn home(State(house): State<Arc<House>>) -> Result<Json<Value>, Refusal> {
    let told = house.work(Pace::Look, |house| {
        Ok(json!({
            "version": VERSION,
            "read_only": house.read_only,
            "folder": house.root().display().to_string(),
            "runs": house.shelf.runs(house),
            "scenarios": house.shelf.scenarios(house),
        }))
    });
    Ok(Json(told.await?))
}

/// What is known of runs and scenarios, each as it was when it was last looked at.
#[derive(Default)]
pub struct Shelf {
    runs: Mutex<Known<String, Head>>,
    scenarios: Mutex<Known<String, Option<Outline>>>,
    stories: OnceLock<Vec<Outline>>,
}

type Known<K, T> = HashMap<K, (Seen, T)>;

/// When a file was changed last, and how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen(SystemTime, u64);

impl Seen {
    /// As a file is now; nothing where it is not there.
    pub fn of(path: &Path) -> Option<Self> {
        let about = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        Some(Self(about.modified().ok()?, about.len()))
    }
}

impl Shelf {
    /// The saved runs, newest first.
    fn runs(&self, house: &House) -> Vec<Head> {
        let ids = names_in(Path::new(RUNS));
        let all = ids.into_iter().filter_map(|id| {
            let folder = Path::new(RUNS).join(&id);
            let document = document(&folder)?;
            names::lies_in(house.root(), &folder).then_some((id, document))
        });
        let mut told = renewed(&self.runs, all, |id, path, seen| {
            let mut head = Head::read(path).unwrap_or_default();
            let (mark, is_picture) =
                (save::mark(&Path::new(RUNS).join(id)), path.ends_with(PICTURE));
            if is_picture && !head.is_of_a_picture() {
                head = Head::default();
                head.title = UNREADABLE.to_owned();
            }
            if head.of.is_empty() {
                head.of = mark.unwrap_or_default().trim_end_matches(".json").to_owned();
            }
            if head.title.is_empty() {
                head.title.clone_from(id);
            }
            head.id.clone_from(id);
            head.saved = Timestamp::try_from(seen.0).map_or_else(|_| String::new(), seconds);
            head
        });
        told.sort_by(|a, b| (&b.saved, &a.id).cmp(&(&a.saved, &b.id)));
        told
    }

    /// The scenarios of the folder by their names, then the built-in stories.
    fn scenarios(&self, house: &House) -> Vec<Outline> {
        let mut names = names_in(Path::new("."));
        names.retain(|it| names::file_in(house, it).is_some());
        names.sort();
        let files = names.into_iter().map(|it| (it.clone(), PathBuf::from(it)));
        let told = renewed(&self.scenarios, files, |name, _, _| Outline::of_file(house, name));
        told.into_iter().flatten().chain(self.stories().iter().cloned()).collect()
    }

    /// The built-in stories, which never change.
    pub fn stories(&self) -> &[Outline] {
        self.stories
            .get_or_init(|| STORIES.iter().map(|it| Outline::of_story(it.0, it.1)).collect())
    }
}

/// Names in a folder that are not hidden.
pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|it| it.file_name().into_string().ok());
    names.filter(|it| !it.starts_with('.')).collect()
}

/// The document that says what a run is about.
fn document(run: &Path) -> Option<PathBuf> {
    let (mark, picture) = (run.join(save::mark(run)?), run.join(PICTURE));
    Some(if picture.is_file() { picture } else { mark })
}

/// What is said of a run whose picture is damaged, or of another version.
const UNREADABLE: &str = "its page cannot be read: play it again";

/// What a page shows of a run.
pub const PICTURE: &str = "picture.json";

/// What is known of files, those that changed read again and those that are gone forgotten.
fn renewed<K: Clone + Eq + Hash, T: Clone>(
    known: &Mutex<Known<K, T>>,
    files: impl Iterator<Item = (K, PathBuf)>,
    read: impl Fn(&K, &Path, Seen) -> T,
) -> Vec<T> {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let mut next = Known::new();
    let mut told = Vec::new();
    for (key, path) in files {
        let Some(seen) = Seen::of(&path) else { continue };
        let one = match known.remove(&key) {
            Some((same, it)) if same == seen => it,
            _ => read(&key, &path, seen),
        };
        told.push(one.clone());
        next.insert(key, (seen, one));
    }
    *known = next;
    told
}

fn seconds(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}
