//! The project's own chores: `cargo xtask test` says whether a change may be taken in, `cargo xtask
//! generate` writes the pages that are made from data, `cargo xtask dist` makes a release.
//!
//! Few crates, so that the first step starts soon: packing a release needs three.

mod archive;
mod dist;
mod elf;
mod generate;
mod notices;
mod pages;
mod steps;
mod world;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask test | generate | dist

test      everything that must hold, in the release profile:
          format, lint, tests, documentation, and the commands that the pages show
          --world instead: what only a real machine can show, by hand (a full disk, LibreOffice and
          data frames that open our tables, a Slurm that loses a node; wants root)
generate  writes docs/catalogue.md anew from the catalogue, docs/article.md from a story's claims,
          docs/columns.md from the tables
dist      a release for Linux on x86_64, in target/dist: one static program, tried with nothing
          around it, and what belongs to it, packed so that equal sources make equal bytes";

/// What the caller may ask for.
#[derive(Debug, PartialEq, Eq)]
enum Chore {
    Help,
    Test,
    World,
    Generate,
    Dist,
}

/// Reads the words after `cargo xtask`; nothing but a known chore is accepted.
fn chore(words: &[&str]) -> Option<Chore> {
    match words {
        ["test"] => Some(Chore::Test),
        ["test", "--world"] => Some(Chore::World),
        ["generate"] => Some(Chore::Generate),
        ["dist"] => Some(Chore::Dist),
        ["help" | "--help" | "-h"] => Some(Chore::Help),
        _ => None,
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match chore(&words) {
        Some(Chore::Help) => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        Some(Chore::Test) if steps::test(root()) => ExitCode::SUCCESS,
        Some(Chore::Test) => ExitCode::FAILURE,
        Some(Chore::World) => match steps::world(root()) {
            Ok(told) => {
                println!("{told}");
                ExitCode::SUCCESS
            }
            Err(why) => {
                eprintln!("{why}");
                ExitCode::FAILURE
            }
        },
        Some(Chore::Generate) => match generate::pages(root()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => {
                eprintln!("{why}");
                ExitCode::FAILURE
            }
        },
        Some(Chore::Dist) => match dist::dist(root()) {
            Ok(told) => {
                println!("{told}");
                ExitCode::SUCCESS
            }
            Err(why) => {
                eprintln!("\nNo release was made: {why}");
                ExitCode::FAILURE
            }
        },
        None => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// The folder that holds the whole project.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the project's folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_chores_are_done() {
        assert_eq!(chore(&["test"]), Some(Chore::Test));
        assert_eq!(chore(&["test", "--world"]), Some(Chore::World));
        assert_eq!(chore(&["generate"]), Some(Chore::Generate));
        assert_eq!(chore(&["--help"]), Some(Chore::Help));
        assert_eq!(chore(&[]), None);
        assert_eq!(chore(&["dist"]), Some(Chore::Dist));
        assert_eq!(chore(&["release"]), None);
        assert_eq!(chore(&["test", "--all"]), None);
    }
}
