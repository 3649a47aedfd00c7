//! What is odd in a file ends in a warning with a name, and nothing is guessed.

use std::io::{self, BufReader, Read};

use flate2::{Compression, write::GzEncoder};
use offtake_files::trace::{Trace, Warning, survey, unpacked};

use super::*;

const HEADER: &str = "job_id,submit,gpus,runtime,walltime,account\n";

/// How many jobs a plain trace has, and its warnings.
fn plain(lines: &str) -> (usize, String) {
    let (jobs, told) = read(&format!("{HEADER}{lines}"));
    (jobs.len(), told)
}

#[test]
fn marks_blank_lines_and_other_line_ends_are_no_oddity() {
    let (jobs, told) = read("\u{feff}job_id,submit,gpus,runtime\r\n1,0,1,5\r\n\r\n2,1,1,5");
    assert_eq!((jobs.len(), jobs[1].runtime.millis, told.as_str()), (2, 5_000, ""));
}

#[test]
fn jobs_that_cannot_be_played_are_left_out_by_name() {
    let (jobs, told) = plain(
        "a,0,0,5,,\nb,0,0,5,,\nc,-1,1,5,,\nd,0,1,-5,,\ne,0,x,5,,\nf,0,1,,,\n\
        g,0,1,1e300,,\nh,2024-01-01,1,5,,\ni,0,1,5,,\nj,2024-01-01,1,5,,\n",
    );
    // The first job that is one tells how time is told: h.
    assert_eq!(jobs, 2);
    assert_eq!(
        told,
        "1 line cannot be read and is left out (line 6: `gpus` is `x`)\n\
         1 line lacks a value and is left out (line 7: `runtime` is empty)\n\
         2 lines have a value below zero and are left out (first: line 4: `submit` is `-1`)\n\
         1 line has a value too large to mean and is left out (line 8: `runtime` is `1e300`)\n\
         1 job tells time unlike the first and is left out (line 10)\n\
         2 jobs ask for no GPU and are left out (first: line 2)\n"
    );
}

#[test]
fn jobs_that_are_odd_and_can_be_played_are_kept_by_name() {
    let (jobs, told) = plain("a,5,1,0,,\nb,3,0.5,5,,\nc,4,1,5,soon,\n");
    assert_eq!(jobs, 3);
    assert_eq!(
        told,
        "1 job runs for no time and is kept (line 2)\n\
         1 job asks for a share of a GPU and gets a whole one (line 3)\n\
         1 job has an unreadable walltime: kept without (line 4: `walltime` is `soon`)\n\
         1 job was asked for before the one above (line 3)\n"
    );
}

#[test]
fn a_line_that_does_not_fit_is_left_out() {
    let (jobs, told) = plain("a,0,1,5,,\nb,0,1\nc,0,1,5,,,\nd,0,1,5");
    assert_eq!(jobs, 1);
    assert_eq!(
        told,
        "1 last line is cut short and left out (line 5: `d,0,1,5`)\n\
         1 line has too few fields and is left out (line 3: `b,0,1`)\n\
         1 line has too many fields and is left out (line 4: `c,0,1,5,,,`)\n"
    );
    let long = format!("a,0,1,5,,{}\nb,0,1,5,,\n", "x".repeat(1 << 21));
    let (jobs, told) = plain(&long);
    assert_eq!(
        (jobs, told.starts_with("1 line is over 1 MiB long and left out (line 2")),
        (1, true)
    );
}

#[test]
fn the_same_line_twice_is_one_job_where_an_id_says_so() {
    let (jobs, told) = plain("a,0,1,5,,\nb,0,1,5,,\na,0,1,5,,\na,0,2,5,,\n");
    assert_eq!((jobs, told.as_str()), (3, "1 line stands there before and is left out (line 4)\n"));
    let (jobs, told) = read(
        "timestamp,duration,num_gpus,cluster\n\
        2017-10-09 06:13:03,5,1,a\n2017-10-09 06:13:03,5,1,a\n",
    );
    assert_eq!(
        (jobs.len(), told.as_str()),
        (2, "1 job is like one just above and kept (line 3)\n")
    );
    let doubles = (0..1_000).map(|nth| format!("j{},0,1,5,,\n", nth % 100)).collect::<String>();
    assert_eq!(plain(&doubles).0, 1_000, "64 lines are looked back on");
}

#[test]
fn a_name_that_is_not_utf_8_is_kept_with_a_sign() {
    let text = [HEADER.as_bytes(), b"a\xff,0,1,5,,me\xfe\n"].concat();
    let mut trace = trace(&text);
    let job = trace.next().unwrap();
    assert_eq!((&*job.id, &*trace.accounts()[0]), ("a\u{fffd}", "me\u{fffd}"));
    assert_eq!(trace.warnings().count(Warning::Bytes), 1);
}

#[test]
fn more_kinds_than_bits_are_told() {
    let header = "job_id,submit,gpus,runtime,kinds\n";
    let rows = (0..70).map(|nth| format!("{nth},{nth},1,5,k{nth}\n")).collect::<String>();
    let (jobs, told) = read(&format!("{header}{rows}"));
    assert_eq!((jobs.len(), jobs[63].kinds), (64, 1 << 63));
    assert!(told.starts_with("6 jobs name a kind beyond the 64th"));
}

#[test]
fn a_packed_trace_may_have_parts_and_may_break_off() {
    let packed = |text: &str| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        io::Write::write_all(&mut packer, text.as_bytes()).unwrap();
        packer.finish().unwrap()
    };
    let rows: String = (0..5_000).map(|nth| format!("{nth},{nth},1,{},,\n", nth * nth)).collect();
    let whole = [packed(HEADER), packed(&rows)].concat();
    let told = |bytes: &[u8]| survey(Trace::new(unpacked(bytes).unwrap(), None).unwrap());
    assert_eq!((told(&whole).jobs, told(&whole).warnings.count(Warning::NoTime)), (5_000, 1));
    let cut = told(&whole[..whole.len() / 2]);
    assert!(cut.jobs > 1_000 && cut.jobs < 5_000 && cut.warnings.count(Warning::BreaksOff) == 1);
}

/// Says the same row for ever, up to a length.
struct Endless {
    left: usize,
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        const ROW: &[u8] = b"a-name,100,8,3600,7200\n";
        let length = out.len().min(self.left) / ROW.len() * ROW.len();
        out[..length].chunks_mut(ROW.len()).for_each(|it| it.copy_from_slice(ROW));
        self.left -= length;
        Ok(length)
    }
}

#[test]
fn a_stream_is_read_in_constant_memory() {
    let rows = Endless { left: 23 * 200_000 };
    let text = BufReader::new((&b"job_id,submit,gpus,runtime,walltime\n"[..]).chain(rows));
    let survey = survey(Trace::new(text, None).unwrap());
    assert_eq!((survey.jobs, survey.warnings.left_out()), (1, 199_999));
}
