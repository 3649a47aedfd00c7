//! How fast are traces read? `cargo test --release -p offtake-files speed -- --nocapture` prints it.

use std::io::Write;
use std::time::Instant;

use flate2::{Compression, write::GzEncoder};

use super::*;

#[test]
fn speed_of_reading() {
    const ROWS: u64 = if cfg!(debug_assertions) { 2_000 } else { 20_000 };
    let row = |nth: u64| {
        format!(
            "job-{nth},{},{},{},{}\n",
            1_000_000 + nth * 7,
            1 + nth % 64,
            nth % 9_999,
            nth % 99_999
        )
    };
    let rows = (1..=ROWS).map(row).collect::<String>();
    let text = format!("job_id,submit,gpus,runtime,walltime\n{rows}");
    // The shortest of some runs: noise only ever adds.
    let tell = |name: &str, bytes: &[u8]| {
        let run = |()| {
            let start = Instant::now();
            let trace = Trace::new(unpacked(bytes).unwrap(), None).unwrap();
            assert_eq!(survey(trace).jobs, ROWS);
            start.elapsed().as_secs_f64()
        };
        let took = std::iter::repeat_n((), 40).map(run).fold(f64::INFINITY, f64::min);
        println!("{name}: {:.1} M rows/s", ROWS as f64 / 1e6 / took);
    };
    tell("plain", text.as_bytes());
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    tell("packed", &packer.finish().unwrap());
}
