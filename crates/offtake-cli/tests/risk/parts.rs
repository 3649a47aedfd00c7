//! Parts that do not make a whole are refused in one sentence, and nothing is left of the try.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::{Told, done, files, folder, offtake};

/// Three shards of 300 draws, and where they lie.
fn three() -> (TempDir, PathBuf) {
    let folder = folder();
    for i in 1..=3 {
        done(&folder, &format!("risk small.toml --draws 300 --shard {i}/3 --out parts"));
    }
    let parts = folder.path().join("parts");
    (folder, parts)
}

/// Joins, and holds that what lay in the folder lies there still, and nothing else.
fn merged(folder: &TempDir, more: &str) -> Told {
    let names = || {
        let entries = fs::read_dir(folder.path()).expect("a folder");
        let mut all: Vec<_> = entries.map(|it| it.expect("an entry").file_name()).collect();
        all.sort();
        all
    };
    let (before, parts) = (names(), files(&folder.path().join("parts")));
    let told = offtake(folder, &format!("risk small.toml --merge parts --out merged {more}"));
    assert_eq!(names(), before, "{}", told.err);
    assert!(files(&folder.path().join("parts")) == parts);
    told
}

#[test]
fn a_part_that_is_missing_in_the_middle_is_named() {
    let (folder, parts) = three();
    fs::remove_file(parts.join("draws-0000000100-0000000200.parquet")).expect("removed");
    let told = merged(&folder, "");
    assert!(told.refused().contains("draws 100 to 199 are missing; play their shards again"));
}

#[test]
fn a_part_that_is_missing_at_the_end_is_noticed_by_how_many_there_must_be() {
    let (folder, parts) = three();
    for name in files(&parts).keys().filter(|it| it.ends_with("0000000300.parquet")) {
        fs::remove_file(parts.join(name)).expect("removed");
    }
    let told = merged(&folder, "--draws 300");
    assert!(told.refused().contains("holds 256 draws of 300"), "{}", told.err);
}

#[test]
fn a_part_of_another_seed_scenario_or_sequence_is_refused() {
    let strange = |how: &str| {
        let (folder, parts) = three();
        fs::remove_file(parts.join("draws-0000000100-0000000200.parquet")).expect("removed");
        done(&folder, &format!("risk small.toml{how} --draws 300 --shard 2/3 --out parts"));
        let told = merged(&folder, "");
        let why = "it holds draws of another scenario, variant, seed or version";
        assert!(told.refused().contains(why), "{how}: {}", told.err);
    };
    strange(" --seed 6");
    strange("#late");
}

#[test]
fn a_part_that_is_damaged_is_named() {
    let (folder, parts) = three();
    let name = "draws-0000000100-0000000200.parquet";
    let bytes = fs::read(parts.join(name)).expect("a part");
    let half = bytes[..bytes.len() / 2].to_vec();
    let mut damaged = vec![b"".to_vec(), b"PAR1PAR1".to_vec(), half];
    // One bit amid the numbers, here and there.
    damaged.extend([9, 5, 3, 2].map(|nth| {
        let mut twisted = bytes.clone();
        twisted[bytes.len() / nth] ^= 1;
        twisted
    }));
    for bytes in damaged {
        fs::write(parts.join(name), &bytes).expect("written");
        let told = merged(&folder, "");
        assert!(told.refused().contains(name), "{}", told.err);
    }
}

#[test]
fn a_folder_without_parts_is_refused() {
    let folder = folder();
    fs::create_dir(folder.path().join("parts")).expect("a folder");
    let told = merged(&folder, "");
    assert!(told.refused().contains("there are no draws from 0 on in `parts`"));
}
