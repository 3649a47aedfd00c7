//! Do `risk` and `compare` play the same futures whoever plays them, and say what they are asked?

mod asked;
mod bytes;
mod compare;
mod parts;
mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Four months of one fleet whose buyer may run short of cash: a future takes a tenth of a
/// millisecond.
const SMALL: &str = r#"offtake = 1
name     = "small"
as_of    = 2026-01-01
horizon  = { from = 2026-01-01, to = 2026-05-01 }
seed     = 5
headline = ["deal.rent.price_per_gpu_hour", "deal.rent.billed", "party.buyer.funding_gap"]

[party.buyer]
cash    = "9 M USD [assumed]"
revenue = { 2026 = { q10 = "20 M USD", q90 = "60 M USD", law = "lognormal", source = "assumed" } }
margin  = { q10 = "40 %", q50 = "50 %", q90 = "55 %", source = "assumed" }

[party.seller]

[site.here]
region = "catalogue:region/us"
power  = { limit = "20 MW facility [assumed]" }

[fleet.one]
site  = "here"
model = "catalogue:rack/hgx-h100"
count = { q10 = "2000 GPU", q50 = "4000 GPU", q90 = "6000 GPU", law = "triangular", source = "assumed" }
fail  = "catalogue:failures/llama3"
load  = "80 % [assumed]"

[deal.rent]
buyer   = "buyer"
seller  = "seller"
layer   = "rent"
term    = "1 year [assumed]"
start   = 2026-01-01
kind    = "take-or-pay [assumed]"
take    = "80 % [assumed]"
price   = { q10 = "1.8 USD/GPU-hour", q90 = "2.6 USD/GPU-hour", law = "lognormal", source = "assumed" }
deliver = { fleet = "one", full = { q10 = 2026-01-20, q50 = 2026-02-01, q90 = 2026-03-15, min = 2026-01-01, max = 2026-03-31, cut = "clip", source = "assumed" } }

[[expect]]
that = "deal.rent.billed <= 50 M USD"

[variant.dear]
set = { "deal.rent.price" = "3 USD/GPU-hour [assumed]" }

[variant.late]
set = { "deal.rent.deliver.full" = 2026-03-31 }
"#;

/// What a call came to.
struct Told {
    code: i32,
    out: String,
    err: String,
}

impl Told {
    /// All of stdout as one document.
    fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|it| panic!("{it}: {}{}", self.out, self.err))
    }

    /// The call was wrong: one line that says why, and nothing else.
    fn refused(&self) -> &str {
        assert_eq!((self.code, self.out.as_str()), (2, ""), "{}", self.err);
        assert!(self.err.starts_with("error: ") && self.err.lines().count() == 1, "{}", self.err);
        &self.err
    }
}

/// A folder that holds the scenario.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("small.toml"), SMALL).expect("written");
    folder
}

/// A call of the program, words parted by spaces.
fn call(folder: &TempDir, words: &str) -> Command {
    let mut call = Command::new(env!("CARGO_BIN_EXE_offtake"));
    call.args(words.split_whitespace()).current_dir(folder.path()).stdin(Stdio::null());
    call
}

fn told(mut call: Command) -> Told {
    let output = call.output().expect("the program runs");
    Told {
        code: output.status.code().expect("no signal ended it"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn offtake(folder: &TempDir, words: &str) -> Told {
    told(call(folder, words))
}

/// A call that must be done.
fn done(folder: &TempDir, words: &str) -> Told {
    let told = offtake(folder, words);
    assert_eq!(told.code, 0, "{words}: {}{}", told.out, told.err);
    told
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|it| it.expect("an entry").path());
    paths.map(|it| (name(&it), fs::read(&it).expect("a file"))).collect()
}

/// The same files, byte for byte.
fn same(a: &Path, b: &Path) {
    let (a, b) = (files(a), files(b));
    assert!(a.contains_key("draws.parquet") && a.contains_key("risk.json"), "{:?}", a.keys());
    assert!(a.keys().eq(b.keys()), "{:?} and {:?}", a.keys(), b.keys());
    for (name, bytes) in &a {
        assert!(*bytes == b[name], "{name} differs");
    }
}
