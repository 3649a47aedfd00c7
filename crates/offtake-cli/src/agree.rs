//! Do our functions agree with other people's software? Each case is computed from its inputs
//! alone; what was expected is looked at only afterwards.

mod chances;
mod clearing;
mod finance;
mod single_owner;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use offtake::finance::Concentration;
use offtake::policy::{NAMED, Named, Settings};
use offtake::pool::{self, Job, Plan, Sink, Summary};
use offtake::time::Instant;
use offtake::view::{Machined, Played};
use offtake_files::trace::{self, Trace};
use serde_json::{Map, Value, json};

use crate::exit::{Exit, Stop};
use crate::out;

/// Compute reference cases of other people's software with our own functions, and say where we differ.
#[derive(Args)]
pub struct AgreeArgs {
    /// A file of cases, a folder of such files, or a folder with jobs.csv and starts_POLICY.csv.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// GPUs of the pool on which jobs.csv is replayed.
    #[arg(long, value_name = "N", default_value_t = 256,
          value_parser = clap::value_parser!(i64).range(1..=1_000_000_000))]
    gpus: i64,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// One case, computed.
struct Case {
    id: String,
    function: String,
    result: Value,
    expected: Value,
    max_diff: Option<f64>,
    held: Option<bool>,
    /// What was expected and is not computed here; only of some functions.
    not_covered: Option<Vec<String>>,
}

/// A function of ours: the inputs of a case in, results under the names of its kind out.
type Function = fn(&Value) -> Option<Value>;

/// By the names that case files call them.
const FUNCTIONS: &[(&str, Function)] = &[
    ("hhi", hhi),
    ("lognormal_from_90ci", chances::from_90ci),
    ("lognormal_from_90ci_truncated", chances::truncated),
    ("normal_from_90ci", chances::from_90ci_normal),
    ("product_of_correlated_lognormals", chances::product),
    ("ratio_of_lognormals", chances::ratio),
    ("triangular", chances::triangular),
    ("pert", chances::pert),
    ("sum_of_copula_samples", chances::sum_of_copula_samples),
    ("invalid", chances::invalid),
    ("irr", finance::irr),
    ("xirr", finance::xirr),
    ("npv", finance::npv),
    ("xnpv", finance::xnpv),
    ("year_fraction", finance::year_fraction),
    ("level_amortisation", finance::level_amortisation),
    ("project_finance_ratios", finance::project_finance_ratios),
    ("take_or_pay", finance::take_or_pay),
    ("runway", finance::runway),
    ("pysam_single_owner", single_owner::single_owner),
    ("clearing", clearing::clearing),
    ("clearing_with_stakes_and_seniority", clearing::with_stakes_and_seniority),
];

/// Functions of which only some lines are ours: what they leave out is told and not held against them.
const IN_PART: [&str; 1] = ["pysam_single_owner"];

fn number(it: &Value) -> Option<f64> {
    it.as_f64()
}

fn numbers(it: &Value) -> Option<Vec<f64>> {
    it.as_array()?.iter().map(Value::as_f64).collect()
}

fn hhi(inputs: &Value) -> Option<Value> {
    let it = Concentration::of(&numbers(&inputs["shares"])?)?;
    Some(json!({
        "hhi": it.hhi,
        "normalised": it.normalised,
        "effective_number": it.effective_number,
        "cr1": it.cr1,
        "cr4": it.cr4,
        "merge_largest_two_delta": it.merge_largest_two_delta,
    }))
}

/// Computes all cases and compares.
pub fn agree(args: &AgreeArgs) -> Result<Exit, Stop> {
    let mut cases = Vec::new();
    for path in &args.paths {
        if path.join("jobs.csv").is_file() {
            cases.extend(schedules(path, args.gpus)?);
        } else {
            for file in case_files(path)? {
                cases.extend(cases_of(&file)?);
            }
        }
    }
    if args.json {
        out::print_json(&json!({ "cases": cases.iter().map(Case::document).collect::<Vec<_>>() }))?;
    } else {
        let text: String = cases.iter().map(Case::line).collect();
        out::print(&text)?;
    }
    let of = |held: Option<bool>| cases.iter().filter(|it| it.held == held).count();
    let (held, differ, none) = (of(Some(true)), of(Some(false)), of(None));
    out::say(&format!("{held} agree, {differ} differ, {none} have nothing to compare"));
    Ok(if differ == 0 { Exit::Done } else { Exit::NotHeld })
}

fn read(path: &Path) -> Result<String, Stop> {
    fs::read_to_string(path).map_err(|error| Stop::wrong(format!("{}: {error}", path.display())))
}

/// Every policy whose starts somebody else computed, on the jobs of a folder.
fn schedules(folder: &Path, gpus: i64) -> Result<Vec<Case>, Stop> {
    let path = folder.join("jobs.csv");
    let text = read(&path)?;
    let trace = Trace::new(text.as_bytes(), None);
    let jobs = trace::sorted(trace.map_err(|it| Stop::wrong(format!("{}: {it}", path.display())))?);
    let metrics = match fs::read_to_string(folder.join("metrics.json")) {
        Ok(text) => parsed(&folder.join("metrics.json"), &text)?,
        Err(_) => Value::Null,
    };
    let name = folder.file_name().map_or(String::new(), |it| it.to_string_lossy().into_owned());
    let reckons = |it: &&Named| folder.join(format!("starts_{}.csv", it.name)).is_file();
    NAMED
        .iter()
        .filter(reckons)
        .map(|it| schedule(it, folder, &name, &jobs, gpus, &metrics))
        .collect()
}

#[derive(Default)]
struct Starts(Vec<(u64, Box<str>, Instant)>);

impl Sink for Starts {
    fn starts(&mut self, job: &Job, at: Instant) {
        self.0.push((job.nth, job.id.clone(), at));
    }
}

fn schedule(
    policy: &Named,
    folder: &Path,
    name: &str,
    jobs: &[Job],
    gpus: i64,
    metrics: &Value,
) -> Result<Case, Stop> {
    let (mut summary, mut starts) = (Summary::default(), Starts::default());
    let plan = Plan { gpus, ..Plan::default() };
    let made = policy.make(&Settings::default());
    let played = pool::replay(plan, made, jobs.iter().cloned(), &mut (&mut summary, &mut starts));
    let totals = summary.totals();
    let (events, policy) = (played.events(), policy.name);
    let shown = Played {
        gpus,
        policy,
        walltime: "trace",
        events,
        totals: &totals,
        strange: 0,
        energy: None,
        machine: Machined::default(),
        warnings: &[],
    };
    starts.0.sort_by_key(|it| it.0);
    let ours: Map<String, Value> =
        starts.0.iter().map(|it| (it.1.to_string(), json!(it.2.millis as f64 / 1e3))).collect();
    let mut theirs = metrics.get(policy).cloned().unwrap_or_else(|| json!({}));
    theirs["starts"] = json!(starts_of(&folder.join(format!("starts_{policy}.csv")))?);
    let mut result = json!(shown.document());
    result["starts"] = json!(ours);
    let mut case = Case::of(format!("{name}/{policy}"), "replay".to_owned(), result, theirs, 1e-9);
    // Two thousand starts say no more than how far the farthest is off.
    case.result["starts"].take();
    case.expected["starts"].take();
    Ok(case)
}

fn starts_of(path: &Path) -> Result<Map<String, Value>, Stop> {
    let text = read(path)?;
    let row = |line: &str| {
        let (id, start) = line.trim().split_once(',')?;
        Some((id.to_owned(), json!(start.parse::<f64>().ok()?)))
    };
    Ok(text.lines().skip(1).filter_map(row).collect())
}

fn parsed(path: &Path, text: &str) -> Result<Value, Stop> {
    serde_json::from_str(text).map_err(|error| Stop::wrong(format!("{}: {error}", path.display())))
}

fn case_files(path: &Path) -> Result<Vec<PathBuf>, Stop> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let listed = fs::read_dir(path);
    let listed = listed.map_err(|error| Stop::wrong(format!("{}: {error}", path.display())))?;
    let files = listed.filter_map(|it| Some(it.ok()?.path()));
    let mut files: Vec<PathBuf> =
        files.filter(|it| it.extension().is_some_and(|it| it == "json")).collect();
    files.sort();
    if files.is_empty() {
        return Err(Stop::wrong(format!("{}: no case file is there", path.display())));
    }
    Ok(files)
}

/// The cases of a file: a list, or a document with a list called `cases`.
fn cases_of(path: &Path) -> Result<Vec<Case>, Stop> {
    let document = parsed(path, &read(path)?)?;
    let list = document.as_array().or_else(|| document.get("cases")?.as_array());
    let Some(list) = list else {
        return Err(Stop::wrong(format!("{}: there is no list of cases", path.display())));
    };
    Ok(list.iter().map(case_of).collect())
}

fn case_of(it: &Value) -> Case {
    let text = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let (id, name) = (text("id"), text("fn"));
    let (expected, tolerance) = (it["expected"].clone(), tolerance(&it["tolerance"]));
    match FUNCTIONS.iter().find(|it| it.0 == name) {
        Some((_, compute)) => {
            let mut inputs = it["inputs"].clone();
            // Which of several conventions is meant, some cases say beside the inputs.
            if let (Some(inputs), Some(said)) = (inputs.as_object_mut(), it.get("convention")) {
                inputs.insert("convention".to_owned(), said.clone());
            }
            let result = compute(&inputs).unwrap_or_default();
            match IN_PART.contains(&name.as_str()) && !result.is_null() {
                true => Case::in_part(id, name, result, expected, &it["tolerance"]),
                false => Case::of(id, name, result, expected, tolerance),
            }
        }
        None => {
            let result = Value::Null;
            Case {
                id,
                function: name,
                result,
                expected,
                max_diff: None,
                held: None,
                not_covered: None,
            }
        }
    }
}

/// How far apart is still equal. What other people's draws are held to is told in words beside the
/// numbers.
fn tolerance(it: &Value) -> f64 {
    let told = it.as_object().into_iter().flatten();
    told.filter_map(|it| it.1.as_f64()).reduce(f64::min).unwrap_or(1e-9)
}

impl Case {
    /// Compares, relative to what is expected where that is over one.
    fn of(id: String, function: String, result: Value, expected: Value, tolerance: f64) -> Self {
        let max_diff = if expected.is_null() { None } else { difference(&result, &expected) };
        let held = (!expected.is_null()).then(|| max_diff.is_some_and(|it| it <= tolerance));
        Case { id, function, result, expected, max_diff, held, not_covered: None }
    }

    /// The same over the lines that both have: tables of lines are held to what is told as `rel`, the rest to the
    /// tightest.
    fn in_part(id: String, function: String, result: Value, expected: Value, told: &Value) -> Self {
        let mut left = Vec::new();
        let both = common(&result, &expected, "", &mut left);
        let of = |tables: bool| {
            let all = both.as_object().into_iter().flatten();
            let all = all.filter(|it| it.1.is_object() == tables);
            Value::Object(all.map(|(key, it)| (key.clone(), it.clone())).collect())
        };
        let rel = told["rel"].as_f64().unwrap_or(1e-9);
        let within =
            |tables, most| difference(&result, &of(tables)).is_some_and(|it: f64| it <= most);
        let held = within(true, rel) && within(false, tolerance(told));
        let it = Case::of(id, function, result.clone(), both.clone(), rel);
        Case { held: it.held.map(|_| held), expected, not_covered: Some(left), ..it }
    }

    fn document(&self) -> Value {
        json!({
            "id": self.id,
            "fn": self.function,
            "result": self.result,
            "expected": self.expected,
            "max_diff": self.max_diff,
            "held": self.held,
            "not_covered": self.not_covered,
        })
    }

    fn line(&self) -> String {
        let verdict = match (self.held, self.max_diff) {
            (Some(true), _) => "agrees".to_owned(),
            (Some(false), Some(by)) => format!("differs by up to {by:e}"),
            (Some(false), None) => "differs".to_owned(),
            (None, _) if self.result.is_null() => "no such function here".to_owned(),
            (None, _) => "nothing to compare with".to_owned(),
        };
        let left = self.not_covered.iter().filter(|it| !it.is_empty());
        let left: String = left.map(|it| format!(", {} lines are not covered", it.len())).collect();
        format!("{:28} {:24} {verdict}{left}\n", self.id, self.function)
    }
}

/// What both have of a table in tables; the names of what only theirs has are left in a list.
fn common(ours: &Value, theirs: &Value, path: &str, left: &mut Vec<String>) -> Value {
    let Value::Object(all) = theirs else { return theirs.clone() };
    let mut both = Map::new();
    for (key, value) in all {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match ours.get(key) {
            Some(own) => drop(both.insert(key.clone(), common(own, value, &path, left))),
            None => left.push(path),
        }
    }
    Value::Object(both)
}

/// The greatest difference of all that is expected; nothing where something is missing or other.
fn difference(ours: &Value, theirs: &Value) -> Option<f64> {
    match theirs {
        Value::Number(theirs) => {
            let (ours, theirs) = (ours.as_f64()?, theirs.as_f64()?);
            Some((ours - theirs).abs() / theirs.abs().max(1.0))
        }
        Value::Object(theirs) => theirs.iter().try_fold(0.0, |most: f64, (key, theirs)| {
            Some(most.max(difference(ours.get(key)?, theirs)?))
        }),
        Value::Array(theirs) => {
            let ours = ours.as_array().filter(|it| it.len() == theirs.len())?;
            let pairs = ours.iter().zip(theirs);
            pairs.map(|it| difference(it.0, it.1)).try_fold(0.0, |a: f64, b| Some(a.max(b?)))
        }
        // Refusals are expected in prose.
        Value::String(_) if ours["refused"].is_array() => {
            let all = ours["refused"].as_array()?;
            all.iter().all(Value::is_string).then_some(0.0)
        }
        same => (ours == same).then_some(0.0),
    }
}
