//! How reliable a pool was: what broke, what it cost, and how long jobs of each size lasted.

use super::{Breaks, Failure, Hour, Job, Over, Record, Sink, Stint};
use crate::time::Span;

/// Counts what broke as it goes.
#[derive(Clone, Debug, Default)]
pub struct Reliability {
    causes: Vec<Toll>,
    /// By size, in powers of two.
    sizes: Vec<Size>,
    /// GPU-milliseconds kept, undone, restarting, writing.
    spent: [i128; 4],
    /// GPU-milliseconds of jobs that are done: their work, and from first start to end.
    effective: [i128; 2],
    /// GPU-milliseconds that were there: up or not, spares among them.
    all: i128,
    down: i128,
}

/// What one cause took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toll {
    /// Its name.
    pub name: String,
    /// How often it struck.
    pub failures: u64,
    /// Nodes that it struck.
    pub nodes: u64,
    /// Jobs that it interrupted.
    pub jobs: u64,
    /// GPU-milliseconds of work that it undid.
    pub undone: i128,
}

/// How long jobs of some size lasted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Job-milliseconds for which they held their GPUs, whether or not they broke.
    pub exposure: i128,
    /// How often they broke.
    pub failures: u64,
    /// Stints that ended otherwise: censored.
    pub censored: u64,
}

impl Size {
    /// Mean time to failure in hours: exposure over failures, the maximum-likelihood estimate at a
    /// constant rate, in which censored stints count with their time.
    pub fn hours_to_failure(&self) -> Option<f64> {
        let hours = self.exposure as f64 / Span::HOUR.millis as f64;
        (self.failures > 0).then(|| hours / self.failures as f64)
    }
}

impl Reliability {
    /// Nothing has happened yet.
    pub fn new(breaks: &Breaks) -> Self {
        let named = |it: &str| Toll { name: it.into(), ..Toll::default() };
        Self { causes: breaks.names().map(named).collect(), ..Self::default() }
    }

    /// By cause, in the order of [`Breaks::names`].
    pub fn causes(&self) -> &[Toll] {
        &self.causes
    }

    /// Jobs of 1 GPU, of 2, of 3 and 4, of 5 to 8, and so on, by the most GPUs of each class.
    pub fn sizes(&self) -> impl Iterator<Item = (i64, &Size)> {
        self.sizes.iter().enumerate().map(|(nth, it)| (1 << nth, it))
    }

    /// The share of the time held by jobs that was kept work.
    pub fn goodput(&self) -> f64 {
        self.spent[0] as f64 / self.spent.iter().sum::<i128>().max(1) as f64
    }

    /// The share of a job's time from first start to end that was its work, by GPU-time.
    pub fn effective(&self) -> f64 {
        self.effective[0] as f64 / self.effective[1].max(1) as f64
    }

    /// The share of all GPU-time that was spent in repair.
    pub fn down(&self) -> f64 {
        self.down as f64 / self.all.max(1) as f64
    }

    /// GPU-milliseconds kept, undone, spent on restarts, and on checkpoints.
    pub fn spent(&self) -> [i128; 4] {
        self.spent
    }
}

impl Sink for Reliability {
    fn stint(&mut self, job: &Job, stint: &Stint, over: Over) {
        let gpus = i128::from(job.gpus);
        let parts = [stint.kept, stint.undone, stint.restart, stint.writing];
        for (sum, part) in self.spent.iter_mut().zip(parts) {
            *sum += gpus * i128::from(part.millis);
        }
        let nth = (job.gpus as u64).next_power_of_two().trailing_zeros() as usize;
        if self.sizes.len() <= nth {
            self.sizes.resize(nth + 1, Size::default());
        }
        let size = &mut self.sizes[nth];
        size.exposure += i128::from((stint.worked() + stint.stalled()).millis);
        match over {
            Over::Broke(cause) => {
                size.failures += 1;
                self.causes[cause].undone += gpus * i128::from(stint.undone.millis);
            }
            _ => size.censored += 1,
        }
    }

    fn breaks(&mut self, failure: &Failure) {
        let cause = &mut self.causes[failure.cause];
        cause.failures += 1;
        cause.nodes += u64::from(failure.nodes);
        cause.jobs += u64::from(failure.jobs);
    }

    fn ends(&mut self, record: &Record) {
        let gpus = i128::from(record.job.gpus);
        self.effective[0] += gpus * i128::from(record.job.runtime.millis);
        self.effective[1] += gpus * i128::from((record.end - record.start).millis);
    }

    fn hour(&mut self, hour: &Hour) {
        self.down += i128::from(hour.down);
        self.all += i128::from(hour.held + hour.idle + hour.aside + hour.down);
    }
}
