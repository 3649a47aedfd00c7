//! Which files does a user take away? The tables of a saved run, or of a scenario that is played for it, in
//! the formats of other programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};
use offtake::scenario::Draw;
use offtake::study::{self, Stress};
use offtake::view::Table;
use offtake::{figures, ledger};
use offtake_files::focus::{self, Version};
use offtake_files::{Head, parquet, xlsx};
use serde_json::{Value, json};

use crate::exit::{Exit, Stop};
use crate::files::{self, File, Format, VERSION};
use crate::{out, play, run, save};

/// Write the tables of a run as a workbook, a bill, CSV or Parquet.
#[derive(Args)]
pub struct ExportArgs {
    /// A folder saved by `run`, or a scenario, which is played.
    run: String,
    /// As what.
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', required = true)]
    to: Vec<Kind>,
    /// Write them into this folder instead of exports/ID.
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// The version of the bill's specification.
    #[arg(long, value_name = "VERSION", default_value = Version::CURRENT.word(), value_parser = version)]
    focus_version: Version,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// What can be taken away.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A workbook: cash of each party with live formulas, a sheet a table.
    Xlsx,
    /// Text; units in the first line.
    Csv,
    /// Columns; unit and meaning of each in the metadata.
    Parquet,
    /// The bills of all deals by the FinOps Open Cost and Usage Specification.
    Focus,
}

fn version(word: &str) -> Result<Version, String> {
    let known = Version::ALL.map(Version::word);
    let found = Version::ALL.into_iter().find(|it| it.word() == word);
    found.ok_or_else(|| format!("there are {}", known.join(", ")))
}

/// Reads or plays, and writes.
pub fn export(args: &ExportArgs) -> Result<Exit, Stop> {
    let began = Instant::now();
    if let Some(target) = &args.output {
        refuse_run(target)?;
        save::refuse_foreign(target)?;
    }
    let folder = Path::new(&args.run);
    let run = if folder.is_dir() {
        Source::saved(folder)?
    } else {
        Source::played(&args.run, args.json)?
    };
    let head = &run.head;
    let (mut files, left_out) = args.files(&run)?;
    let told = document(head, &files, args);
    files.push(("export.json".to_owned(), format!("{told:#}\n").into_bytes()));
    let id = files::run_id(&head.scenario, &files);
    let sizes: Vec<String> = files
        .iter()
        .map(|(name, bytes)| format!("{name} ({})", files::size(bytes.len())))
        .collect();
    let files: Vec<_> = files.into_iter().map(|(name, bytes)| (name, bytes.into())).collect();
    let target = save::save(args.output.as_deref(), Path::new("exports"), &id, &files)?;
    if args.json {
        out::print_json(&told)?;
    }
    if !left_out.is_empty() {
        let deals = left_out.join(", ");
        out::say(&format!("not in the bill, as shares and loans are no cost of use: {deals}"));
    }
    let took = began.elapsed().as_secs_f64();
    let (scenario, folder) = (&head.scenario, target.display());
    out::say(&format!("wrote {} of {scenario} to {folder} in {took:.2} s", sizes.join(", ")));
    Ok(Exit::Done)
}

/// A run that was saved is never exchanged for an export.
fn refuse_run(target: &Path) -> Result<(), Stop> {
    let holds = |name: &str| target.join(name).is_file();
    if !["run.json", "risk.json", "compare.json"].into_iter().any(holds) {
        return Ok(());
    }
    let folder = target.display();
    Err(Stop::wrong(format!("`{folder}` holds a saved run; name another folder with --output")))
}

/// What is taken away.
struct Source {
    head: Head,
    tables: Vec<Table>,
    /// Where it was saved.
    folder: Option<PathBuf>,
}

impl Source {
    /// A folder that `run` has saved.
    fn saved(folder: &Path) -> Result<Self, Stop> {
        let shown = folder.display();
        let no_run = |why: &str| Stop::wrong(format!("`{shown}` is no saved run: {why}"));
        let text = fs::read_to_string(folder.join("run.json"));
        let text = text.map_err(|error| no_run(&format!("run.json: {error}")))?;
        let head: Head =
            serde_json::from_str(&text).map_err(|it| no_run(&format!("run.json: {it}")))?;
        let mut tables = Vec::new();
        for name in play::TABLES {
            let file = folder.join(format!("{name}.parquet"));
            if !file.is_file() {
                continue;
            }
            let bytes =
                fs::read(&file).map_err(|error| no_run(&format!("{name}.parquet: {error}")))?;
            let table = parquet::read(bytes);
            tables.push(table.map_err(|error| no_run(&format!("{name}.parquet: {error}")))?);
        }
        if tables.is_empty() {
            return Err(Stop::wrong(format!(
                "`{shown}` holds no tables in Parquet: play it again with `--tables parquet`, or name the scenario"
            )));
        }
        Ok(Self { head, tables, folder: Some(folder.to_path_buf()) })
    }

    /// A scenario, played for it with every range at its median.
    fn played(argument: &str, json: bool) -> Result<Self, Stop> {
        let (scenario, name) = run::read(argument, "", json)?;
        let draw = Draw::medians(&scenario);
        let outcome = figures::outcome(&scenario, &draw, true);
        let head = Head {
            scenario: name,
            version: VERSION.to_owned(),
            seed: scenario.seed,
            draw: None,
            digest: ledger::digest(&outcome.played.ledger.to_bytes()),
            as_of: scenario.as_of.to_string(),
            from: scenario.from.to_string(),
            to: scenario.to.to_string(),
        };
        let stress = Stress::usual(&scenario).map(|it| study::stressed(&scenario, &draw, it));
        let tables = play::tables(&scenario, &draw, &outcome, stress.as_ref());
        Ok(Self { head, tables, folder: None })
    }

    /// The tables in plain formats: as they were saved, else made anew.
    fn plain(&self, formats: &[Format]) -> Result<Vec<File>, Stop> {
        let mut files = files::of_tables(&self.tables, formats, &self.head.digest)?;
        for (name, bytes) in &mut files {
            if let Some(saved) = self.folder.as_ref().and_then(|it| fs::read(it.join(name)).ok()) {
                *bytes = saved;
            }
        }
        Ok(files)
    }
}

impl ExportArgs {
    /// Every file that is asked for, and the deals that are in no bill.
    fn files(&self, run: &Source) -> Result<(Vec<File>, Vec<String>), Stop> {
        let asked = |kind| self.to.contains(&kind);
        let plain = [(Kind::Csv, Format::Csv), (Kind::Parquet, Format::Parquet)];
        let plain: Vec<Format> = plain.iter().filter(|it| asked(it.0)).map(|it| it.1).collect();
        let mut files = run.plain(&plain)?;
        if asked(Kind::Xlsx) {
            let fits = |it: &&Table| it.rows() <= xlsx::MOST_ROWS;
            let tables: Vec<&Table> = run.tables.iter().filter(fits).collect();
            let book =
                xlsx::write(&run.head, &tables).map_err(|error| Stop::failed(error.to_string()))?;
            files.push(("run.xlsx".to_owned(), book));
        }
        let mut left_out = Vec::new();
        if asked(Kind::Focus) {
            let bills = run.tables.iter().find(|it| it.name == "bills");
            let bills = bills
                .ok_or_else(|| Stop::wrong("no deal charges anything, so there is no bill"))?;
            let bill = focus::write(bills, self.focus_version).map_err(Stop::failed)?;
            left_out = bill.left_out;
            files.push(("focus.csv".to_owned(), bill.bytes));
        }
        Ok((files, left_out))
    }
}

/// What scripts rely on, and what marks a folder as an export.
fn document(head: &Head, files: &[File], args: &ExportArgs) -> Value {
    let file = |(name, bytes): &File| json!({ "name": name, "bytes": bytes.len() });
    let mut told = json!({
        "scenario": head.scenario,
        "version": head.version,
        "seed": head.seed,
        "digest": head.digest,
        "as_of": head.as_of,
        "from": head.from,
        "to": head.to,
        "files": files.iter().map(file).collect::<Vec<_>>(),
    });
    if args.to.contains(&Kind::Focus) {
        told["focus_version"] = args.focus_version.word().into();
    }
    told
}
