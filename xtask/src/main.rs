//! The project's own chores: `cargo xtask test` says whether a change may be taken in, `cargo xtask
//! generate` writes the pages that are made from data, `cargo xtask web` the page for the browser, `cargo
//! xtask pictures` the pictures of both, `cargo xtask dist` makes a release.
//!
//! Few crates, so that the first step starts soon: packing a release needs three.

mod archive;
mod browser;
mod dist;
mod elf;
mod generate;
#[cfg(test)]
mod links;
mod notices;
mod pages;
mod pictures;
mod steps;
mod web;
mod world;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask test | generate | web | pictures | dist

test      everything that must hold, in the release profile:
          format, lint, tests, documentation, and the commands that the pages show
          --browser instead: the page in a browser (installs Node and Chromium by apt-get where they
          are missing and this is root), and that its built form is what its sources make
          --world instead: what only a real machine can show, by hand (a full disk, LibreOffice and
          data frames that open our tables, a Slurm that loses a node; wants root)
generate  writes those pages of docs/ anew that are made from the program: catalogue, columns, fields,
          mistakes, verbs, the article
web       builds the page of web/ anew into the program's folder
pictures  makes docs/pictures/ anew: the report in a terminal, the page in a browser
dist      a release for Linux on x86_64, in target/dist: one static program, tried with nothing
          around it, and what belongs to it, packed so that equal sources make equal bytes";

/// What the caller may ask for.
#[derive(Debug, PartialEq, Eq)]
enum Chore {
    Help,
    Test,
    Browser,
    World,
    Generate,
    Web,
    Pictures,
    Dist,
}

/// Reads the words after `cargo xtask`; nothing but a known chore is accepted.
fn chore(words: &[&str]) -> Option<Chore> {
    match words {
        ["test"] => Some(Chore::Test),
        ["test", "--browser"] => Some(Chore::Browser),
        ["test", "--world"] => Some(Chore::World),
        ["generate"] => Some(Chore::Generate),
        ["web"] => Some(Chore::Web),
        ["pictures"] => Some(Chore::Pictures),
        ["dist"] => Some(Chore::Dist),
        ["help" | "--help" | "-h"] => Some(Chore::Help),
        _ => None,
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some(chore) = chore(&words) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match done(&chore, root()) {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Does what was asked for, and tells what came of it.
fn done(chore: &Chore, root: &Path) -> Result<String, String> {
    match chore {
        Chore::Help => Ok(USAGE.to_owned()),
        Chore::Test => steps::test(root, &steps::STEPS),
        Chore::Browser => steps::test(root, &browser::STEPS),
        Chore::World => steps::world(root),
        Chore::Generate => generate::pages(root),
        Chore::Web => web::write(root),
        Chore::Pictures => pictures::make(root),
        Chore::Dist => dist::dist(root).map_err(|why| format!("\nNo release was made: {why}")),
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
        assert_eq!(chore(&["test", "--browser"]), Some(Chore::Browser));
        assert_eq!(chore(&["generate"]), Some(Chore::Generate));
        assert_eq!(chore(&["web"]), Some(Chore::Web));
        assert_eq!(chore(&["pictures"]), Some(Chore::Pictures));
        assert_eq!(chore(&["--help"]), Some(Chore::Help));
        assert_eq!(chore(&[]), None);
        assert_eq!(chore(&["dist"]), Some(Chore::Dist));
        assert_eq!(chore(&["release"]), None);
        assert_eq!(chore(&["test", "--all"]), None);
    }
}
