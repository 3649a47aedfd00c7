//! Does a saved run appear whole or not at all, whatever stands in its way?

use super::*;

fn run(text: &str) -> Vec<Entry> {
    let file = |name: &str| (name.to_owned(), format!("{name} {text}").into_bytes().into());
    vec![file("run.json"), file("bill.csv"), file("tables/site.csv")]
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

/// Every file below, with what is in it; hidden left-overs would show here.
fn seen(folder: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(next) = todo.pop() {
        for entry in fs::read_dir(&next).expect("it can be read").flatten() {
            let path = entry.path();
            let name = path.strip_prefix(folder).expect("below").display().to_string();
            if path.is_dir() {
                all.push((format!("{name}/"), String::new()));
                todo.push(path);
            } else {
                all.push((name, fs::read_to_string(&path).expect("text")));
            }
        }
    }
    all.sort();
    all
}

fn names(folder: &Path) -> Vec<String> {
    let all = fs::read_dir(folder).expect("it can be read").flatten();
    let mut all: Vec<_> = all.map(|it| it.file_name().to_string_lossy().into_owned()).collect();
    all.sort();
    all
}

fn refused(error: SaveError) -> Stop {
    let stop = Stop::from(error);
    assert_eq!(stop.exit, crate::exit::Exit::Wrong, "{stop}");
    stop
}

#[test]
fn a_run_is_saved_under_its_id_and_nothing_else_is_left() {
    let home = folder();
    let runs = home.path().join("deep/runs");
    let at = save(None, &runs, "abc", &run("one")).expect("saved");
    assert_eq!(at, runs.join("abc"));
    assert_eq!(names(&runs), ["abc"]);
    let files: Vec<_> = seen(&at).into_iter().map(|(name, _)| name).collect();
    assert_eq!(files, ["bill.csv", "run.json", "tables/", "tables/site.csv"]);
}

#[test]
fn the_same_run_is_not_written_twice() {
    let home = folder();
    let at = save(None, home.path(), "abc", &run("one")).expect("saved");
    let before = fs::metadata(&at).and_then(|it| it.modified()).expect("a time");
    let again = save(None, home.path(), "abc", &run("one")).expect("saved");
    let after = fs::metadata(&again).and_then(|it| it.modified()).expect("a time");
    assert_eq!((before, at), (after, again));
}

#[test]
fn a_damaged_run_is_replaced() {
    let home = folder();
    let at = save(None, home.path(), "abc", &run("one")).expect("saved");
    let whole = seen(&at);
    for damage in ["changed", "more", "less"] {
        match damage {
            "changed" => fs::write(at.join("run.json"), "run.json onX"),
            "more" => fs::write(at.join("stray"), ""),
            _ => fs::remove_file(at.join("run.json")),
        }
        .expect("damaged");
        save(None, home.path(), "abc", &run("one")).expect("saved");
        assert_eq!(seen(&at), whole, "{damage}");
    }
    assert_eq!(names(home.path()), ["abc"]);
}

#[test]
fn a_named_directory_is_made_filled_or_swapped() {
    let home = folder();
    let out = home.path().join("mine");
    save(Some(&out), home.path(), "abc", &run("one")).expect("made");
    save(Some(&out), home.path(), "abc", &run("two")).expect("swapped");
    assert_eq!(seen(&out)[1], ("run.json".to_owned(), "run.json two".to_owned()));
    let empty = home.path().join("empty");
    fs::create_dir(&empty).expect("made");
    save(Some(&empty), home.path(), "abc", &run("one")).expect("filled");
    assert_eq!(seen(&empty).len(), 4);
    assert_eq!(names(home.path()), ["empty", "mine"]);
}

#[test]
fn what_is_no_run_is_left_alone() {
    let home = folder();
    let out = home.path().join("thesis");
    fs::create_dir(&out).expect("made");
    fs::write(out.join("chapter.txt"), "years of work").expect("written");
    let file = home.path().join("file");
    fs::write(&file, "mine").expect("written");
    let noted = home.path().join("noted");
    save(Some(&noted), home.path(), "abc", &run("one")).expect("saved");
    fs::write(noted.join("notes.txt"), "beside the run").expect("written");
    let before = seen(home.path());
    let error = save(Some(&noted), home.path(), "abc", &run("two")).expect_err("refused");
    assert!(refused(error).message.contains("holds other things"));
    let error = save(Some(&out), home.path(), "abc", &run("one")).expect_err("refused");
    assert!(refused(error).message.contains("holds other things"));
    let error = save(Some(&file), home.path(), "abc", &run("one")).expect_err("refused");
    assert!(refused(error).message.contains("a file has that name"));
    for odd in [".", "/", ".."] {
        let odd = Path::new(odd);
        assert!(save(Some(odd), home.path(), "abc", &run("one")).is_err(), "{odd:?}");
    }
    assert_eq!(seen(home.path()), before);
}

#[test]
fn a_failure_names_path_and_cause_and_leaves_nothing() {
    let home = folder();
    let file = home.path().join("file");
    fs::write(&file, "mine").expect("written");
    let before = seen(home.path());
    // A file where a directory should be fails for root too, as a full disk would.
    for out in [Some(file.join("run")), None] {
        let error = save(out.as_deref(), &file, "abc", &run("one")).expect_err("it fails");
        let stop = Stop::from(error);
        assert_eq!(stop.exit, crate::exit::Exit::Failed);
        assert!(stop.message.contains("file") && stop.message.contains("directory"), "{stop}");
    }
    // A name that is too long fails in the middle of the writing.
    let mut files = run("one");
    files.push(("x".repeat(300), Vec::new().into()));
    let error = save(None, home.path(), "abc", &files).expect_err("it fails");
    assert!(error.to_string().contains("abc"), "{error}");
    assert_eq!(seen(home.path()), before);
}

#[test]
fn an_earlier_run_comes_back_when_the_new_one_cannot_take_its_place() {
    let home = folder();
    let out = home.path().join("mine");
    save(Some(&out), home.path(), "abc", &run("one")).expect("made");
    let before = seen(home.path());
    let place = Place::of(&out).expect("it has a place");
    assert!(place.swap(&home.path().join("never-written")).is_err());
    assert_eq!(seen(home.path()), before);
}

#[test]
fn only_our_own_old_left_overs_are_cleared_away() {
    let home = folder();
    let two_days_ago = SystemTime::now() - 2 * ABANDONED;
    for name in [
        ".x.partial-offtake-old",
        ".x.partial-offtake-new",
        ".x.partial-theirs",
        ".abc.old-offtake-1",
    ] {
        let path = home.path().join(name);
        fs::create_dir(&path).expect("made");
        if !name.ends_with("new") {
            let opened = File::open(&path).expect("opened");
            opened.set_modified(two_days_ago).expect("its age is set");
        }
    }
    save(None, home.path(), "abc", &run("one")).expect("saved");
    assert_eq!(names(home.path()), [".x.partial-offtake-new", ".x.partial-theirs", "abc"]);
}

#[test]
fn many_at_once_leave_one_whole_run() {
    let home = folder();
    let out = home.path().join("mine");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| save(None, home.path(), "abc", &run("one")).expect("saved"));
        }
        for text in ["a", "b", "c"] {
            let out = &out;
            scope.spawn(move || save(Some(out), Path::new("unused"), "abc", &run(text)));
        }
    });
    assert_eq!(names(home.path()), ["abc", "mine"]);
    let told = seen(&out);
    let text = |at: usize| told[at].1.rsplit(' ').next().map(str::to_owned);
    assert_eq!((text(0), told.len()), (text(1), 4), "a run is never mixed from two");
}

#[test]
#[cfg(unix)]
fn a_read_only_directory_is_a_failure_with_a_message() {
    use std::os::unix::fs::PermissionsExt;
    let home = folder();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o555)).expect("closed");
    if File::create(home.path().join("probe")).is_ok() {
        eprintln!("skipped: this user (root?) may write everywhere, so nothing can be forbidden");
        return;
    }
    let error = save(None, home.path(), "abc", &run("one")).expect_err("forbidden");
    assert!(error.to_string().contains("abc"), "{error}");
}
