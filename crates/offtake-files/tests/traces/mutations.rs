//! Whatever is done to a trace, reading ends, does not panic, and gives every line a job or a reason.
//!
//! Every mutation has an address, sample and seed: a failure prints both.

use offtake_files::trace::{Refusal, Trace, Warning, nodes};

use super::*;

/// Mutations of each sample; fewer where arithmetic is checked and slow.
const SEEDS: u64 = if cfg!(debug_assertions) { 40 } else { 400 };

const SAMPLES: [(&str, &str); 13] = [
    ("plain.csv", ""),
    ("sacct.log", ""),
    ("philly.csv.gz", ""),
    ("helios.csv", ""),
    ("acme_seren.csv", ""),
    ("acme_kalos.csv", ""),
    ("tiresias.csv", TIRESIAS),
    ("chronus.csv.gz", CHRONUS),
    ("gaia.csv.gz", GAIA),
    ("lublin.swf.gz", ""),
    ("hpc2n.swf", ""),
    ("openb_pods.csv.gz", ""),
    ("openb_nodes.csv", ""),
];

/// A plain row of numbers: splitmix64.
struct Luck(u64);

impl Luck {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % end.max(1) as u64) as usize
    }
}

/// Changes a text a few times, each in one of many ways.
fn mutate(text: &mut Vec<u8>, luck: &mut Luck) {
    const BITS: [&[u8]; 14] = [
        b",",
        b"\n",
        b"\r",
        b"\"",
        b"-",
        b"|",
        b";",
        b"\xff\xfe",
        b"99999999999999999999",
        b"1e308",
        b"nan",
        b"\0",
        b"2023-02-30 99:99:99",
        b"0000-",
    ];
    for _ in 0..=luck.below(6) {
        let at = luck.below(text.len());
        let end = (at + luck.below(40)).min(text.len());
        match luck.below(6) {
            0 => text.truncate(at),
            1 => text.iter_mut().skip(at).take(1).for_each(|it| *it ^= 1 << luck.below(8)),
            2 => {
                let double: Vec<u8> = text[at..end].to_vec();
                text.splice(at..at, double);
            }
            3 => drop(text.drain(at..end)),
            4 => drop(text.splice(at..at, BITS[luck.below(BITS.len())].iter().copied())),
            _ => {
                let noise: Vec<u8> = (0..luck.below(60)).map(|_| luck.below(256) as u8).collect();
                text.splice(at..at, noise);
            }
        }
    }
}

/// Reads a text; every line that is not blank and no header is a job or is left out.
fn hold(text: &[u8], mapping: &str) -> Result<(), Refusal> {
    let mapping = (!mapping.is_empty()).then(|| Mapping::read(mapping)).transpose()?;
    let mut trace = match &mapping {
        Some(mapping) => Trace::mapped(text, mapping)?,
        None => Trace::new(text, None)?,
    };
    let jobs: Vec<Job> = trace.by_ref().collect();
    assert!(trace.next().is_none(), "what has ended stays so");
    let lines = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).split(|it| *it == b'\n');
    let lines =
        lines.filter(|it| !it.trim_ascii().is_empty() && !it.starts_with(b";")).count() as u64;
    let told = jobs.len() as u64 + trace.warnings().left_out();
    assert!(told == lines || told + 1 == lines, "{told} of {lines} lines\n{}", trace.warnings());
    assert_eq!(trace.warnings().count(Warning::BreaksOff), 0);
    for (nth, job) in jobs.iter().enumerate() {
        assert!(job.nth == nth as u64 && job.gpus > 0 && job.runtime.millis >= 0);
        assert!((job.account as usize) < trace.accounts().len());
        assert!(!job.submit.to_string().is_empty() && !job.submit.date().to_string().is_empty());
    }
    Ok(())
}

#[test]
fn damaged_traces_are_read_to_their_end() {
    let mut refused = 0;
    for (name, mapping) in SAMPLES {
        let whole = sample(name);
        for seed in 0..SEEDS {
            let mut text = whole.clone();
            mutate(&mut text, &mut Luck(seed));
            let _address = Address { name, seed };
            refused += u64::from(hold(&text, mapping).is_err());
            let _ = nodes(&text[..]);
            for format in Format::ALL {
                if seed % 8 == 0
                    && let Ok(trace) = Trace::new(&text[..], Some(format))
                {
                    survey(trace);
                }
            }
        }
    }
    assert!(
        refused < SEEDS * SAMPLES.len() as u64 / 2,
        "{refused} were refused at their first line"
    );
}

#[test]
fn damaged_packed_traces_are_read_to_their_end() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces/samples/philly.csv.gz");
    let whole = std::fs::read(path).unwrap();
    for seed in 0..SEEDS {
        let mut packed = whole.clone();
        mutate(&mut packed, &mut Luck(seed));
        let _address = Address { name: "philly.csv.gz, packed", seed };
        if let Ok(trace) =
            unpacked(&packed[..]).map_err(Refusal::from).and_then(|it| Trace::new(it, None))
        {
            survey(trace);
        }
    }
}

/// Says where it happened, if it panics.
struct Address {
    name: &'static str,
    seed: u64,
}

impl Drop for Address {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{} with seed {}", self.name, self.seed);
        }
    }
}
