//! Does every link between our pages lead somewhere, and is every page in the book?

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::pages;

/// A link of a page that leads out of the house.
const OUTSIDE: [&str; 3] = ["http://", "https://", "mailto:"];

/// What is wrong with the links of all pages.
fn broken(root: &Path) -> Vec<String> {
    let mut broken = Vec::new();
    for page in pages::pages(root).expect("pages").into_iter().chain(beside(root)) {
        let text = fs::read_to_string(&page).expect("a page");
        let folder = page.parent().expect("a folder");
        for link in links(&text).filter(|it| !OUTSIDE.iter().any(|out| it.starts_with(out))) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.clone() } else { folder.join(file) };
            let is_there = match fs::read_to_string(&target) {
                Ok(text) => anchor.is_empty() || anchors(&text).contains(anchor),
                Err(_) => target.exists() && anchor.is_empty(),
            };
            if !is_there {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    broken
}

fn beside(root: &Path) -> [PathBuf; 2] {
    ["ARCHITECTURE.md", "CONTRIBUTING.md"].map(|it| root.join(it))
}

/// Where the links and pictures of a page lead, but for what stands in blocks of code.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    let prose = page.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        fenced ^= is_fence;
        !fenced && !is_fence
    });
    prose.flat_map(|line| {
        line.match_indices("](").filter_map(|(at, _)| line[at + 2..].split(')').next())
    })
}

/// The anchors that a page's headings have.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|it| it.starts_with('#'));
    headings.map(|it| anchor(it.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = |it: char| match it {
        ' ' => Some('-'),
        '-' | '_' => Some(it),
        it => it.is_alphanumeric().then(|| it.to_ascii_lowercase()),
    };
    heading.chars().filter_map(kept).collect()
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    assert_eq!(broken(crate::root()), Vec::<String>::new());
}

#[test]
fn every_page_is_in_the_book_once_and_the_book_has_no_other() {
    let docs = crate::root().join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).expect("the summary");
    let mut told: Vec<&str> = links(&summary).collect();
    told.sort_unstable();
    let all = fs::read_dir(docs).expect("pages").map(|it| it.expect("a page").file_name());
    let mut there: Vec<String> = all.map(|it| it.to_string_lossy().into_owned()).collect();
    there.retain(|it| it.ends_with(".md") && it != "SUMMARY.md");
    there.sort_unstable();
    assert_eq!(told, there);
}

#[test]
fn links_are_read_and_code_is_not() {
    let page = "[a](one.md), [b](two.md#x-y)\n```text\n[c](three.md)\n```\n![d](four.svg)\n";
    assert_eq!(links(page).collect::<Vec<_>>(), ["one.md", "two.md#x-y", "four.svg"]);
    assert_eq!(anchor("1 `amount`: so, this_is"), "1-amount-so-this_is");
}
