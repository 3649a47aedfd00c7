//! Equal bytes, whoever plays: on any number of threads, in any number of parts, after an
//! interruption.

use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use super::{call, done, files, folder, same};

const DRAWS: u32 = 700;

/// Plays everything at once and names the folder.
fn whole(folder: &TempDir) -> std::path::PathBuf {
    done(folder, &format!("risk small.toml --draws {DRAWS} --quiet --out whole"));
    folder.path().join("whole")
}

#[test]
fn every_saved_file_is_the_same_on_one_two_and_seven_threads() {
    let folder = folder();
    let whole = whole(&folder);
    for threads in [1, 2, 7] {
        let out = format!("on-{threads}");
        let how = format!("--quiet --threads {threads} --out {out}");
        done(&folder, &format!("risk small.toml --draws {DRAWS} {how}"));
        same(&whole, &folder.path().join(out));
    }
}

#[test]
fn every_saved_file_is_the_same_from_one_three_and_sixty_four_shards_in_any_order() {
    let folder = folder();
    let whole = whole(&folder);
    for n in [1_u32, 3, 64] {
        // 37 shares no factor with 3 or 64: every shard comes once, out of order.
        for i in (0..n).map(|k| k * 37 % n + 1) {
            let how = format!("--shard {i}/{n} --out parts-{n}");
            done(&folder, &format!("risk small.toml --draws {DRAWS} {how}"));
        }
        let how = format!("--merge parts-{n} --quiet --out from-{n}");
        done(&folder, &format!("risk small.toml --draws {DRAWS} {how}"));
        same(&whole, &folder.path().join(format!("from-{n}")));
    }
}

#[test]
fn shards_of_different_cuts_may_lie_in_one_folder() {
    let folder = folder();
    let whole = whole(&folder);
    for shard in ["1/2", "2/3", "3/3", "2/2"] {
        done(&folder, &format!("risk small.toml --draws {DRAWS} --shard {shard} --out parts"));
    }
    done(&folder, "risk small.toml --merge parts --quiet --out merged");
    same(&whole, &folder.path().join("merged"));
}

/// Parts that lie in a folder.
fn parts(folder: &Path) -> usize {
    if !folder.exists() {
        return 0;
    }
    files(folder).keys().filter(|it| it.starts_with("draws-")).count()
}

/// Starts a call, kills it once some parts are on the disk, and says how many they were.
fn killed(folder: &TempDir, words: &str, find: impl Fn() -> usize) -> usize {
    let mut call = call(folder, words);
    call.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = call.spawn().expect("it starts");
    while find() < 3 && child.try_wait().expect("a child").is_none() {
        sleep(Duration::from_millis(1));
    }
    child.kill().expect("it can be killed");
    let ended = child.wait().expect("it ends");
    assert_eq!(ended.code(), None, "it was to be killed in the middle, and had ended");
    find()
}

#[test]
fn what_was_killed_in_the_middle_goes_on_and_comes_to_the_same() {
    let folder = folder();
    let words = "risk small.toml --draws 20000 --threads 1 --tables csv";
    let hidden = || {
        let entries = std::fs::read_dir(folder.path().join("killed")).into_iter().flatten();
        let working = entries.map(|it| it.expect("an entry").path());
        working.filter(|it| it.is_dir()).map(|it| parts(&it)).sum()
    };
    let kept = killed(&folder, &format!("{words} --out killed/it"), hidden);
    assert!((3..79).contains(&kept), "{kept} of 79 parts were there");
    let goes_on = done(&folder, &format!("{words} --quiet --out killed/it"));
    assert!(goes_on.err.contains("were played before this was interrupted; going on"));
    assert_eq!(hidden(), 0, "nothing is left of the work");
    done(&folder, &format!("{words} --quiet --out whole"));
    same(&folder.path().join("whole"), &folder.path().join("killed/it"));
}

#[test]
fn a_shard_that_was_killed_in_the_middle_is_played_to_its_end_by_the_same_call() {
    let folder = folder();
    let words = "risk small.toml --draws 20000 --threads 1 --shard 1/1 --out parts";
    let path = folder.path().join("parts");
    let kept = killed(&folder, words, || parts(&path));
    done(&folder, words);
    assert!(kept < 79 && parts(&path) == 79, "{kept} of {}", parts(&path));
}
