//! Do foreign traces become the jobs that they tell of, and is everything else named?

mod formats;
mod mutations;
mod oddities;
mod reference;
mod speed;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use offtake::pool::Job;
use offtake_files::trace::{Format, Mapping, Survey, Trace, survey, unpacked};

/// Tiresias tells seconds, Chronus minutes, GAIA hours.
const TIRESIAS: &str = r#"
[columns]
id      = "job_id"
submit  = "submit_time"
runtime = "duration"
gpus    = "num_gpu"
"#;

const CHRONUS: &str = r#"
units = "min"

[columns]
id      = "job_id"
submit  = "submit_time"
runtime = "duration"
gpus    = "num_gpu"
account = "user"
"#;

const GAIA: &str = r#"
units = "h"

[columns]
submit  = "arrival_time"
runtime = "length"
gpus    = "cpus"
"#;

/// The bytes of a file, unpacked.
fn bytes(path: &Path) -> Vec<u8> {
    let file = File::open(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    let mut bytes = Vec::new();
    unpacked(BufReader::new(file)).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// The bytes of a sample.
fn sample(name: &str) -> Vec<u8> {
    bytes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces/samples").join(name))
}

/// A trace of a format that is recognised.
fn trace(text: &[u8]) -> Trace<&[u8]> {
    Trace::new(text, None).unwrap_or_else(|refusal| panic!("{refusal}"))
}

/// A trace that a mapping file describes.
fn mapped<'a>(text: &'a [u8], mapping: &str) -> Trace<&'a [u8]> {
    Trace::mapped(text, &Mapping::read(mapping).unwrap()).unwrap()
}

/// Jobs and warnings of a text.
fn read(text: &str) -> (Vec<Job>, String) {
    let mut trace = trace(text.as_bytes());
    let jobs = trace.by_ref().collect();
    (jobs, trace.warnings().to_string())
}

/// GPU-hours of all jobs, to a thousandth.
fn gpu_hours(survey: &Survey) -> f64 {
    (survey.gpu_time.hours() * 1e3).round() / 1e3
}

/// A survey of a sample of a known format.
fn surveyed(name: &str) -> Survey {
    survey(trace(&sample(name)))
}
