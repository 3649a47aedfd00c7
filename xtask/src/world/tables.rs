//! Do other people's programs find in our files what we put there? LibreOffice recalculates the workbook, DuckDB
//! and pandas read the tables. What is not installed is skipped, and said.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Exports a story and holds it against what others make of it.
pub fn open_elsewhere(program: &Path, folder: &Path) -> Result<String, String> {
    let tables = folder.join("tables");
    let _ = fs::remove_dir_all(&tables);
    fs::create_dir_all(&tables).map_err(|why| why.to_string())?;
    let mut told = Vec::new();
    for story in ["openai-aws", "openai-aws#prepaid", "openai-book"] {
        let out = tables.join(story.replace('#', "-"));
        let mut call = Command::new(program);
        call.args(["export", story, "--to", "xlsx,csv,parquet,focus", "--output"]).arg(&out);
        succeeds(&mut call)?;
        told.push(format!("{story}: {}, {}", recalculated(&out)?, read(&out)?));
    }
    Ok(format!("tables elsewhere: {}", told.join("; ")))
}

fn succeeds(call: &mut Command) -> Result<String, String> {
    let output = call.output().map_err(|why| why.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let program = call.get_program().to_string_lossy().into_owned();
    Err(format!("{program}: {}", said.lines().last().unwrap_or_default()))
}

fn is_there(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|it| it.status.success())
}

/// Sheets as text with full numbers: commas, quotes, UTF-8, nothing as shown, all sheets.
const AS_TEXT: &str =
    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1";

/// Has LibreOffice recalculate every formula, and holds each against the value that stood in the file.
fn recalculated(out: &Path) -> Result<String, String> {
    if !is_there("soffice", &["--version"]) {
        return Ok("workbook skipped: no LibreOffice".to_owned());
    }
    let [ours, theirs] = [("ours", 1), ("theirs", 0)].map(|(name, recalculates)| {
        let folder = out.join(name);
        convert(out, &folder, recalculates)?;
        sheets(&folder)
    });
    let (ours, theirs) = (ours?, theirs?);
    let mut held = 0;
    for ((name, ours), (other, theirs)) in ours.iter().zip(&theirs) {
        if name != other || ours.len() != theirs.len() {
            return Err(format!("{name} and {other} differ in lines"));
        }
        for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
            if !agree(ours, theirs) {
                return Err(format!("{name}, line {}: {ours} became {theirs}", at + 1));
            }
            held += 1;
        }
    }
    let cash = held_by_cash(out, &theirs)?;
    Ok(format!(
        "{held} lines of the workbook recalculate to ours, {cash} months of cash among them"
    ))
}

/// Converts the workbook with a profile that never recalculates what it loads (1), or always does (0).
fn convert(out: &Path, to: &Path, recalculates: u8) -> Result<(), String> {
    let profile = out.join(format!("profile-{recalculates}"));
    let user = profile.join("user");
    fs::create_dir_all(&user).map_err(|why| why.to_string())?;
    let settings = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<oor:items \
         xmlns:oor=\"http://openoffice.org/2001/registry\"><item \
         oor:path=\"/org.openoffice.Office.Calc/Formula/Load\"><prop oor:name=\"OOXMLRecalcMode\" \
         oor:op=\"fuse\"><value>{recalculates}</value></prop></item></oor:items>\n"
    );
    fs::write(user.join("registrymodifications.xcu"), settings).map_err(|why| why.to_string())?;
    let mut call = Command::new("soffice");
    call.arg(format!("-env:UserInstallation=file://{}", profile.display()));
    call.args(["--headless", "--convert-to", AS_TEXT, "--outdir"])
        .arg(to)
        .arg(out.join("run.xlsx"));
    succeeds(&mut call).map(|_| ())
}

/// The lines of every sheet, by its file's name.
fn sheets(folder: &Path) -> Result<Vec<(String, Vec<String>)>, String> {
    let mut all: Vec<(String, Vec<String>)> = super::files(folder)?
        .into_iter()
        .map(|(name, bytes)| {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            (name.to_string_lossy().into_owned(), text.lines().map(str::to_owned).collect())
        })
        .collect();
    all.sort();
    match all.is_empty() {
        true => Err("LibreOffice wrote no sheet".to_owned()),
        false => Ok(all),
    }
}

/// Whether two lines have the same texts and, to a cent, the same numbers.
fn agree(ours: &str, theirs: &str) -> bool {
    let cells = |line: &str| -> Vec<String> { line.split(',').map(str::to_owned).collect() };
    let (ours, theirs) = (cells(ours), cells(theirs));
    let number = |it: &str| it.trim_matches('"').parse::<f64>().ok();
    ours.len() == theirs.len()
        && ours.iter().zip(&theirs).all(|(a, b)| match (number(a), number(b)) {
            (Some(a), Some(b)) => (a - b).abs() < 0.01,
            _ => a == b,
        })
}

/// Holds the recalculated cash of every party and month against the table of cash.
fn held_by_cash(out: &Path, theirs: &[(String, Vec<String>)]) -> Result<usize, String> {
    let table = fs::read_to_string(out.join("cash.csv")).map_err(|why| why.to_string())?;
    let mut held = 0;
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (party, month, cash) = (cells[0], cells[1], cells[cells.len() - 1]);
        let name = format!("run-cash {party}.csv");
        let sheet = theirs.iter().find(|it| it.0 == name).ok_or(format!("no sheet {name}"))?;
        let found = sheet.1.iter().find(|it| it.starts_with(&format!("{month},")));
        let found = found.and_then(|it| it.split(',').nth(16)).unwrap_or_default();
        if !agree(found, cash) {
            return Err(format!("cash of {party} in {month} is {cash}, recalculated {found}"));
        }
        held += 1;
    }
    Ok(held)
}

/// What DuckDB and pandas are asked: each file of a table has as many rows, and money sums as it should.
const QUESTIONS: &str = r#"
import sys, csv, glob, os
from decimal import Decimal
import duckdb, pandas
folder = sys.argv[1]
tables = 0
for path in sorted(glob.glob(folder + '/*.parquet')):
    text = path[:-len('parquet')] + 'csv'
    plain = pandas.read_csv(text, low_memory=False, float_precision="round_trip")
    packed = pandas.read_parquet(path)
    assert len(plain) == len(packed), path
    assert [it.split(' [')[0] for it in plain.columns] == list(packed.columns), path
    counted = duckdb.sql(f"select count(*) from read_parquet('{path}')").fetchall()[0][0]
    read = duckdb.sql(f"select count(*) from read_csv('{text}')").fetchall()[0][0]
    assert counted == read == len(packed), path
    for a, b in zip(plain.columns, packed.columns):
        if plain[a].dtype.kind == 'f' and packed[b].dtype.kind == 'f':
            assert (plain[a] - packed[b]).abs().max() == 0 or plain[a].isna().all(), (path, a)
    tables += 1
exact = sum(Decimal(it['amount [USD]']) for it in csv.DictReader(open(folder + '/bills.csv')))
assert duckdb.sql(f"select sum(amount) from '{folder}/bills.parquet'").fetchall()[0][0] == exact
bill = pandas.read_csv(folder + '/focus.csv', dtype=str)
times = pandas.to_datetime(bill['ChargePeriodStart'], format='%Y-%m-%dT%H:%M:%SZ')
assert times.notna().all()
print(f'{tables} tables and {len(bill)} charges read by DuckDB and pandas')
"#;

fn read(out: &Path) -> Result<String, String> {
    if !is_there("python3", &["-c", "import duckdb, pandas, pyarrow"]) {
        return Ok("tables skipped: no duckdb, pandas and pyarrow for Python".to_owned());
    }
    let told = succeeds(Command::new("python3").args(["-c", QUESTIONS]).arg(out))?;
    Ok(told.trim().to_owned())
}
