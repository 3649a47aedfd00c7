//! What a machine did to a replay: gangs torn apart, what broke, energy around the GPUs.

use serde::Serialize;

use crate::pool::{Reliability, Scatter};
use crate::units::{compact, grouped, scaled};

/// What is told beyond counts; nothing, where a pool has neither nodes nor failures.
#[derive(Clone, Debug, Default)]
pub struct Machined<'a> {
    /// How far gangs were torn apart, where there are nodes.
    pub scatter: Option<Scatter>,
    /// What was done on each kind of accelerator, where nodes differ.
    pub kinds: Vec<OfKind>,
    /// What broke, where anything can.
    pub reliability: Option<&'a Reliability>,
    /// What the site drew beyond IT, in millijoules, where it is told.
    pub overhead: Option<i128>,
    /// Jobs that came and were never done.
    pub unfinished: u64,
    /// Those of them that waited at the end.
    pub waiting: u64,
}

/// What was done on one kind of accelerator.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OfKind {
    /// Its name.
    pub kind: String,
    /// All GPUs of it.
    pub gpus: i64,
    /// Work that was kept.
    pub gpu_hours: f64,
}

impl OfKind {
    /// Work over all GPU-time, within so many seconds.
    fn used(&self, makespan: f64) -> f64 {
        self.gpu_hours * 3600.0 / (self.gpus as f64 * makespan).max(1.0)
    }
}

/// The same for programs. Names are relied on by others: add, never rename.
#[derive(Clone, Debug, Serialize)]
pub(super) struct MachineDocument {
    #[serde(skip_serializing_if = "Option::is_none")]
    fragmentation: Option<Fragmentation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failures: Option<Vec<CauseDocument>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_to_failure: Option<Vec<SizeDocument>>,
    /// Of a job's time from first start to end, the share that was its work.
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_share: Option<f64>,
    /// Of all GPU-time, the share in repair.
    #[serde(skip_serializing_if = "Option::is_none")]
    down_share: Option<f64>,
    unfinished: u64,
    /// Those of them that waited at the end; the others ran.
    unfinished_waiting: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    use_by_kind: Vec<KindDocument>,
}

#[derive(Clone, Debug, Serialize)]
struct KindDocument {
    kind: String,
    gpus: i64,
    gpu_hours: f64,
    utilisation: f64,
}

#[derive(Clone, Debug, Serialize)]
struct Fragmentation {
    /// Starts in more than one NVLink domain though one could hold them, and their share.
    split_starts: u64,
    split_share: f64,
    /// The same for nodes.
    off_node_starts: u64,
    /// Domains of a gang over the fewest possible.
    domains_over_fewest: f64,
}

#[derive(Clone, Debug, Serialize)]
struct CauseDocument {
    cause: String,
    failures: u64,
    nodes: u64,
    jobs: u64,
    gpu_hours_undone: f64,
}

#[derive(Clone, Debug, Serialize)]
struct SizeDocument {
    /// The most GPUs of this class; the least are one more than half.
    gpus: i64,
    job_hours: f64,
    failures: u64,
    /// Exposure over failures; null where none was seen.
    mean_hours: Option<f64>,
}

const MILLIS: f64 = 3.6e6;

impl Machined<'_> {
    pub(super) fn document(&self, makespan: f64) -> MachineDocument {
        let kind = |it: &OfKind| KindDocument {
            kind: it.kind.clone(),
            gpus: it.gpus,
            gpu_hours: it.gpu_hours,
            utilisation: it.used(makespan),
        };
        let scatter = |it: Scatter| Fragmentation {
            split_starts: it.off_domain,
            split_share: it.split(),
            off_node_starts: it.off_node,
            domains_over_fewest: it.spread(),
        };
        MachineDocument {
            fragmentation: self.scatter.map(scatter),
            failures: self.reliability.map(causes),
            time_to_failure: self.reliability.map(sizes),
            effective_share: self.reliability.map(Reliability::effective),
            down_share: self.reliability.map(Reliability::down),
            unfinished: self.unfinished,
            unfinished_waiting: self.waiting,
            use_by_kind: self.kinds.iter().map(kind).collect(),
        }
    }

    /// What there is to say of a play of so many seconds, a line each.
    pub fn lines(&self, makespan: f64) -> Vec<String> {
        let kinds = self.kinds.iter().map(|it| {
            let gpus = grouped(i128::from(it.gpus));
            format!("{} {} of {gpus}", it.kind, scaled(it.used(makespan), "share"))
        });
        let kinds = kinds.collect::<Vec<_>>().join(", ");
        let kinds = (!kinds.is_empty()).then(|| format!("use by kind: {kinds}"));
        let torn = self.scatter.filter(|it| it.domains > it.fewest).map(|it| {
            format!(
                "torn apart: {} of the gangs that fit a domain; {} domains for every one needed",
                scaled(it.split(), "share"),
                compact(it.spread()),
            )
        });
        let broke = self.reliability.and_then(broke);
        kinds.into_iter().chain(torn).chain(broke).chain(self.never_done()).collect()
    }

    /// Why a replay ended before all jobs were done.
    fn never_done(&self) -> Option<String> {
        let count = |it: u64| grouped(i128::from(it));
        let (waiting, running) = (self.waiting, self.unfinished - self.waiting);
        if self.unfinished == 0 {
            return None;
        }
        if self.reliability.is_none() {
            return Some(format!("never done: {} jobs, for which no room came", count(waiting)));
        }
        let wait = "wait for more than is ever up at once, or behind one that does";
        let run = "run, and break before they end";
        let why = match (waiting, running) {
            (_, 0) => format!("they {wait}"),
            (0, _) => format!("they {run}"),
            _ => format!("{} {wait}, {} {run}", count(waiting), count(running)),
        };
        Some(format!(
            "never done: {} jobs: {why}; the replay ended after ten years in which nobody came or went, \
             which count in hours, energy and failures",
            count(self.unfinished),
        ))
    }
}

fn causes(it: &Reliability) -> Vec<CauseDocument> {
    let one = |it: &crate::pool::Toll| CauseDocument {
        cause: it.name.clone(),
        failures: it.failures,
        nodes: it.nodes,
        jobs: it.jobs,
        gpu_hours_undone: it.undone as f64 / MILLIS,
    };
    it.causes().iter().map(one).collect()
}

fn sizes(it: &Reliability) -> Vec<SizeDocument> {
    let seen = it.sizes().filter(|it| it.1.exposure > 0);
    seen.map(|(gpus, it)| SizeDocument {
        gpus,
        job_hours: it.exposure as f64 / MILLIS,
        failures: it.failures,
        mean_hours: it.hours_to_failure(),
    })
    .collect()
}

/// How often, by what most, and how long the widest jobs lasted that broke at all.
fn broke(it: &Reliability) -> Option<String> {
    let count: u64 = it.causes().iter().map(|it| it.failures).sum();
    let worst = it.causes().iter().rev().max_by_key(|it| it.failures).filter(|_| count > 0)?;
    let jobs: u64 = it.causes().iter().map(|it| it.jobs).sum();
    let wide = it.sizes().filter_map(|(gpus, it)| Some((gpus, it.hours_to_failure()?))).last();
    let lasted = wide.map_or(String::new(), |(gpus, hours)| {
        let from = gpus / 2 + 1;
        format!("; jobs of {from} to {gpus} GPUs last {}", scaled(hours, "hours"))
    });
    Some(format!(
        "broke: {} times, most by {} ({}); {} jobs hit{lasted}; effective {}",
        grouped(count.into()),
        worst.name,
        grouped(worst.failures.into()),
        grouped(jobs.into()),
        scaled(it.effective(), "share"),
    ))
}
