//! Jobs as the plain form, which every reader of this program takes.

use std::io::{self, Write};

use offtake::pool::Job;

/// Writes jobs in the order given: seconds, as decimals where they are not whole; moments that were dates
/// count from 1970. Names are those of the trace the jobs came from.
pub fn write<'a>(
    jobs: impl IntoIterator<Item = &'a Job>,
    accounts: &[Box<str>],
    kinds: &[Box<str>],
    mut out: impl Write,
) -> io::Result<()> {
    writeln!(out, "job_id,submit,gpus,runtime,walltime,account,priority,kinds")?;
    for job in jobs {
        let walltime = job.walltime.map_or(String::new(), |it| seconds(it.millis));
        let account = accounts.get(job.account as usize).map_or("", |it| it);
        let among = kinds.iter().take(64).enumerate().filter(|(nth, _)| job.kinds >> nth & 1 == 1);
        let kinds: Vec<&str> = among.map(|(_, it)| &**it).collect();
        writeln!(
            out,
            "{},{},{},{},{walltime},{},{},{}",
            field(&job.id),
            seconds(job.submit.millis),
            job.gpus,
            seconds(job.runtime.millis),
            field(account),
            job.priority,
            field(&kinds.join("|")),
        )?;
    }
    Ok(())
}

/// Milliseconds as seconds, exactly.
fn seconds(millis: i64) -> String {
    let (sign, millis) = (if millis < 0 { "-" } else { "" }, millis.unsigned_abs());
    match millis % 1_000 {
        0 => format!("{sign}{}", millis / 1_000),
        rest => format!("{sign}{}.{rest:03}", millis / 1_000),
    }
}

/// A text as a field: in quotes where it needs them, on one line.
fn field(text: &str) -> String {
    let line = text.replace(['\n', '\r'], " ");
    match line.contains([',', '"']) {
        true => format!("\"{}\"", line.replace('"', "\"\"")),
        false => line,
    }
}
