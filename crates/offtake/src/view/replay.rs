//! What a replay came to, for people and for programs.

use serde::Serialize;

use super::machine::{MachineDocument, Machined};
use crate::pool::Totals;
use crate::units::{compact, grouped, scaled};

/// What was replayed.
#[derive(Clone, Debug)]
pub struct Played<'a> {
    /// GPUs of the pool.
    pub gpus: i64,
    /// The policy's name.
    pub policy: &'a str,
    /// Where walltimes come from: `trace`, `none`, or a rule such as `factor:2`.
    pub walltime: &'a str,
    /// Arrivals and ends.
    pub events: u64,
    /// What it came to.
    pub totals: &'a Totals,
    /// Jobs, of those that were refused, that accept no kind of accelerator that the machine has.
    pub strange: u64,
    /// IT energy, and that of GPUs that nobody held, in millijoules; none where no power is told.
    pub energy: Option<(i128, i128)>,
    /// What its machine did to it.
    pub machine: Machined<'a>,
    /// What of the trace could not be taken as it stands.
    pub warnings: &'a [String],
}

/// The document of a replay. Names are relied on by others: add, never rename. Times in seconds.
#[derive(Clone, Debug, Serialize)]
pub struct ReplayDocument {
    jobs: u64,
    gpus: i64,
    policy: String,
    walltime: String,
    mean_wait: f64,
    median_wait: f64,
    p95_wait: f64,
    p99_wait: f64,
    max_wait: f64,
    mean_jct: f64,
    median_jct: f64,
    mean_bsld: f64,
    makespan: f64,
    utilisation: f64,
    events: u64,
    starts_sha256: String,
    /// Jobs wider than the pool, or than any class of nodes that will do, left out.
    too_wide: u64,
    /// Jobs that accept no kind of accelerator that the machine has, left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_such_kind: Option<u64>,
    /// How often jobs were stopped, by failures or for others.
    stops: u64,
    /// GPU-hours of work that was kept, and of work undone and restarts.
    gpu_hours: f64,
    gpu_hours_lost: f64,
    /// Kept work over the time for which GPUs were held.
    goodput: f64,
    mean_queue: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    energy_mwh: Option<ReplayEnergy>,
    #[serde(flatten)]
    machine: MachineDocument,
    warnings: Vec<String>,
}

/// IT energy in MWh, whose three parts sum to the total; and, where a PUE is told, that of the site.
#[derive(Clone, Debug, Serialize)]
pub struct ReplayEnergy {
    total: f64,
    active: f64,
    allocated_idle: f64,
    unallocated_idle: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    overhead: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<f64>,
}

const MILLIJOULES_PER_MWH: f64 = 3.6e12;

impl Played<'_> {
    fn use_of_pool(&self) -> f64 {
        self.totals.work / (self.gpus as f64 * self.totals.makespan).max(1.0)
    }

    fn goodput(&self) -> f64 {
        self.totals.work / self.totals.held.max(1.0)
    }

    /// For programs.
    pub fn document(&self) -> ReplayDocument {
        let it = self.totals;
        let [mean_wait, median_wait, p95_wait, p99_wait, max_wait] = it.waits;
        let mwh = |it: i128| it as f64 / MILLIJOULES_PER_MWH;
        let energy = |(total, unheld): (i128, i128)| ReplayEnergy {
            total: mwh(total),
            active: mwh(it.energy[0]),
            allocated_idle: mwh(it.energy[1]),
            unallocated_idle: mwh(unheld),
            overhead: self.machine.overhead.map(mwh),
            site: self.machine.overhead.map(|it| mwh(total + it)),
        };
        ReplayDocument {
            jobs: it.jobs,
            gpus: self.gpus,
            policy: self.policy.to_owned(),
            walltime: self.walltime.to_owned(),
            mean_wait,
            median_wait,
            p95_wait,
            p99_wait,
            max_wait,
            mean_jct: it.completions[0],
            median_jct: it.completions[1],
            mean_bsld: it.slowdown,
            makespan: it.makespan,
            utilisation: self.use_of_pool(),
            events: self.events,
            starts_sha256: it.starts.clone(),
            too_wide: it.refused - self.strange,
            no_such_kind: (!self.machine.kinds.is_empty()).then_some(self.strange),
            stops: it.stops,
            gpu_hours: it.work / 3600.0,
            gpu_hours_lost: it.lost / 3600.0,
            goodput: self.goodput(),
            mean_queue: it.queue,
            energy_mwh: self.energy.map(energy),
            machine: self.machine.document(it.makespan),
            warnings: self.warnings.to_vec(),
        }
    }

    /// The columns of [`Played::cells`].
    pub const HEADER: [&'static str; 11] = [
        "policy",
        "wait: mean",
        "median",
        "95 %",
        "longest",
        "done: mean",
        "slowdown",
        "use",
        "queue",
        "stops",
        "goodput",
    ];

    /// One row for people.
    pub fn cells(&self) -> Vec<String> {
        let it = self.totals;
        let time = |seconds: f64| match seconds {
            some if 0.0 < some && some < 1.0 => "< 1 s".to_owned(),
            _ => scaled(seconds / 3600.0, "hours"),
        };
        vec![
            self.policy.to_owned(),
            time(it.waits[0]),
            time(it.waits[1]),
            time(it.waits[2]),
            time(it.waits[4]),
            time(it.completions[0]),
            compact(it.slowdown),
            scaled(self.use_of_pool(), "share"),
            compact(it.queue),
            grouped(i128::from(it.stops)),
            scaled(self.goodput(), "share"),
        ]
    }

    /// What there is to say beyond the row, a line each.
    pub fn notes(&self) -> Vec<String> {
        let energy = self.energy.map(|(total, unheld)| {
            let mwh = |it: i128| scaled(it as f64 / MILLIJOULES_PER_MWH, "MWh");
            let site =
                self.machine.overhead.map(|it| format!(", {} at the meter", mwh(total + it)));
            format!(
                "energy: {} of IT{}; {} by GPUs that nobody held",
                mwh(total),
                site.unwrap_or_default(),
                scaled(unheld as f64 / total.max(1) as f64, "share"),
            )
        });
        let lines = self.machine.lines(self.totals.makespan);
        energy.into_iter().chain(lines).collect()
    }

    /// What was played, in a sentence.
    pub fn headline(&self) -> String {
        let it = self.totals;
        format!(
            "{} jobs, {} GPU-hours, on {} GPUs for {}; walltimes: {}",
            grouped(i128::from(it.jobs)),
            compact(it.work / 3600.0),
            grouped(i128::from(self.gpus)),
            scaled(it.makespan / 3600.0, "hours"),
            self.walltime,
        )
    }
}
