//! How does somebody without the program see a run? As one file with the page and its rows in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use offtake::scenario::Draw;
use offtake::study::Stress;
use offtake::view;
use offtake::view::picture::FORM;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::exit::{Exit, Stop};
use crate::files::{plain, size, slug};
use crate::play::{Around, Depth, Play};
use crate::progress::Telling;
use crate::run::{FIRST_STORY, read};
use crate::threads::ThreadArgs;
use crate::{out, write};

/// The page, built from `web/`.
const PAGE: &str = include_str!("../web-dist/report.html");
/// Where the rows stand in it.
const ROWS: &str = r#"<script type="application/json" id="picture">"#;
const TITLE: &str = "<title>offtake</title>";

/// Write a run as one HTML file that needs nothing else: to read, to mail, to print.
#[derive(Args)]
pub struct ReportArgs {
    /// A folder saved by `run` or `risk`, or a scenario, which is played.
    #[arg(default_value = FIRST_STORY)]
    run: String,
    /// The file to write, NAME.html in this folder if not said; - for standard output. A report that
    /// stands there already is replaced, any other file is not.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    threads: ThreadArgs,
}

/// Reads or plays, and writes.
pub fn report(args: &ReportArgs) -> Result<Exit, Stop> {
    args.threads.work(|| written(args))
}

fn written(args: &ReportArgs) -> Result<Exit, Stop> {
    let began = Instant::now();
    let is_stdout = args.output.as_deref() == Some(Path::new("-"));
    if let Some(file) = args.output.as_deref().filter(|_| !is_stdout) {
        refuse_foreign(file)?;
    }
    let folder = Path::new(&args.run);
    let (rows, verb) =
        if folder.is_dir() { (saved(folder)?, "read") } else { (played(&args.run)?, "played") };
    let head = Head::of(&rows).map_err(|it| no_picture(folder, &it))?;
    let page = page(&rows, &head.title);
    if is_stdout {
        return out::print(&page);
    }
    let file = args.output.clone().unwrap_or_else(|| usual_file(&head));
    refuse_foreign(&file)?;
    write::replace(&file, &page)?;
    let (took, file, size) = (began.elapsed().as_secs_f64(), file.display(), size(page.len()));
    out::say(&format!("{verb} {} in {took:.2} s; wrote {file} ({size})", head.scenario));
    Ok(Exit::Done)
}

/// What every page is made of. Rows without it, cut off or of another version, make none.
#[derive(Deserialize)]
pub struct Head {
    form: u32,
    of: Subject,
    scenario: String,
    /// In words.
    pub title: String,
    #[serde(rename = "digest")]
    _digest: String,
    #[serde(rename = "sentence")]
    _sentence: String,
    #[serde(rename = "numbers")]
    _numbers: Vec<IgnoredAny>,
    #[serde(rename = "charts")]
    _charts: Vec<IgnoredAny>,
    #[serde(rename = "figures")]
    _figures: Vec<IgnoredAny>,
    #[serde(rename = "inputs")]
    _inputs: Vec<IgnoredAny>,
    #[serde(rename = "tables")]
    _tables: Vec<IgnoredAny>,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Subject {
    Run,
    Risk,
}

impl Head {
    /// Reads all of the rows, or says what is wrong with them.
    pub fn of(rows: &str) -> Result<Self, String> {
        let head: Self = serde_json::from_str(rows).map_err(|it| it.to_string())?;
        match head.form {
            FORM => Ok(head),
            other => Err(format!("it has form {other}, this version knows {FORM}")),
        }
    }
}

fn usual_file(head: &Head) -> PathBuf {
    let risk = if head.of == Subject::Risk { "-risk" } else { "" };
    PathBuf::from(format!("{}{risk}.html", slug(&head.scenario)))
}

/// A page with these rows in it. No text of the rows can end the element that they stand in.
pub fn page(rows: &str, title: &str) -> String {
    let rows = rows.trim_end().replace('<', "\\u003c");
    let rows = rows.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    let page = PAGE.replacen(TITLE, &format!("<title>{title} · offtake</title>"), 1);
    page.replacen(ROWS, &format!("{ROWS}{rows}"), 1)
}

/// What `run` or `risk` has saved for a page.
fn saved(folder: &Path) -> Result<String, Stop> {
    let shown = folder.display();
    let is_there = |it: &str| folder.join(it).is_file();
    if is_there("picture.json") {
        let text = fs::read_to_string(folder.join("picture.json"));
        return text.map_err(|error| no_picture(folder, &error));
    }
    if is_there("run.json") || is_there("risk.json") {
        return Err(Stop::wrong(format!(
            "`{shown}` was saved by an earlier version, without what a page is drawn from (picture.json): \
             play it again, or name the scenario"
        )));
    }
    Err(Stop::wrong(format!("`{shown}` is no run that `run` or `risk` has saved")))
}

fn no_picture(folder: &Path, why: &dyn std::fmt::Display) -> Stop {
    let file = folder.join("picture.json");
    Stop::wrong(format!("`{}` cannot be read: {why}; play it again", file.display()))
}

/// A scenario, played for it as `run` plays it.
fn played(argument: &str) -> Result<String, Stop> {
    let (scenario, name) = read(argument, "", false)?;
    let (draw, stress) = (Draw::medians(&scenario), Stress::usual(&scenario));
    let play = Play::of(scenario, name, draw, stress);
    let depth = Depth { telling: Telling::unless(false), ..Depth::USUAL };
    let (around, hourly) = rayon::join(|| Around::of(&play, depth), || view::hourly(&play.outcome));
    plain(&play.picture(&around, hourly.as_ref()))
}

/// Whatever is no report was put there by somebody.
fn refuse_foreign(file: &Path) -> Result<(), Stop> {
    let is_file = fs::metadata(file).is_ok_and(|it| it.is_file());
    let is_report = || fs::read(file).is_ok_and(|it| String::from_utf8_lossy(&it).contains(ROWS));
    if !is_file || fs::metadata(file).is_ok_and(|it| it.len() == 0) || is_report() {
        return Ok(());
    }
    Err(Stop::wrong(format!(
        "`{}` exists already and is no report; nothing was written",
        file.display()
    )))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn rows_come_back_equal_and_no_text_of_them_ends_their_element() {
        let title = "</title></script><script>alert(1)</script>&\u{2028}\u{2029}<!--";
        let rows = serde_json::json!({ "title": title, "cells": [1.5, null] });
        let page = page(&format!("{rows}\n"), title);
        let (before, rest) = page.split_once(ROWS).expect("rows stand in it");
        let (told, _) = rest.split_once("</script>").expect("they end");
        assert_eq!(serde_json::from_str::<Value>(told).expect("JSON"), rows);
        assert!(!told.contains(['<', '\u{2028}', '\u{2029}']));
        assert!(
            before.contains("<title>&lt;/title>&lt;/script>&lt;script>alert(1)&lt;/script>&amp;")
        );
        let elements = |text: &str| text.matches("<script").count();
        assert_eq!(elements(&page), elements(PAGE), "nothing is run that the page does not run");
    }

    #[test]
    fn the_page_has_a_place_for_title_and_rows() {
        assert_eq!(PAGE.matches(TITLE).count(), 1);
        assert_eq!(PAGE.matches(&format!("{ROWS}</script>")).count(), 1);
    }
}
