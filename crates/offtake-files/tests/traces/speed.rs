//! How fast are traces read? `cargo test --release -p offtake-files speed -- --nocapture` prints it.

use std::time::Instant;

use super::*;

#[test]
fn speed_of_reading() {
    const ROWS: u64 = if cfg!(debug_assertions) { 10_000 } else { 200_000 };
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
    let run = |()| {
        let start = Instant::now();
        assert_eq!(survey(trace(text.as_bytes())).jobs, ROWS);
        start.elapsed().as_secs_f64()
    };
    let took = std::iter::repeat_n((), 5).map(run).fold(f64::INFINITY, f64::min);
    let (rows, bytes) = (ROWS as f64 / 1e6, text.len() as f64 / 1e6);
    println!("plain: {:.1} M rows/s, {:.0} MB/s", rows / took, bytes / took);
}
