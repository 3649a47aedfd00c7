//! The nouns with every value settled: what the engine plays. One draw of a scenario makes one
//! case.

mod clauses;
mod deal;
mod debt;
mod plant;

pub use clauses::{
    Clauses, Damages, DamagesRate, Delivers, Deposit, Index, Milestones, Swap, Termination, Uptime,
    Warrant,
};
pub use deal::{Deal, Pledge, Pricing, Ramp, Shape, Whose};
pub use debt::{Debt, DebtKind, Repays};
pub use plant::{Capital, Class, Cost, Plant, Running, Serves};

use std::sync::Arc;

use crate::chance::{Purpose, Stream};
use crate::jobs;
use crate::time::{Instant, Span};
use crate::units::{Exact, Money, Power, Price, Share};

/// Everything that one play needs.
#[derive(Clone, Debug)]
pub struct Case {
    /// First moment played.
    pub from: Instant,
    /// First moment no longer played.
    pub to: Instant,
    /// Chooses the luck.
    pub seed: u64,
    /// Which of its lucks: 0 in a plain run.
    pub luck: u32,
    /// Companies.
    pub parties: Vec<Party>,
    /// Sites.
    pub sites: Vec<Site>,
    /// Fleets.
    pub fleets: Vec<Fleet>,
    /// Deals that a fleet delivers.
    pub deals: Vec<Deal>,
    /// Deals whose machines are not told.
    pub pledges: Vec<Pledge>,
    /// Workloads.
    pub works: Vec<Work>,
    /// What is built to deliver deals.
    pub plants: Vec<Plant>,
    /// Money that is lent.
    pub debts: Vec<Debt>,
}

impl Case {
    /// The luck of one entity and purpose.
    pub fn stream(&self, entity: &str, purpose: Purpose) -> Stream {
        Stream::new(self.seed, entity, purpose, self.luck)
    }

    /// The first moment after the term of what secures a debt, as promised.
    pub fn ends(&self, secures: Serves) -> Instant {
        match secures {
            Serves::Deal(it) => self.deals[it].end,
            Serves::Pledge(it) => self.pledges[it].end,
        }
    }
}

/// A company's money.
#[derive(Clone, Debug)]
pub struct Party {
    /// `openai`
    pub name: String,
    /// Cash at the first day.
    pub cash: Option<Money>,
    /// Revenue by year.
    pub revenue: Vec<(i16, Money)>,
    /// Growth a year after the last year of revenue.
    pub revenue_after: f64,
    /// Share of revenue before compute, by year from which it holds.
    pub margin: Vec<(i16, Exact)>,
    /// Compute due outside the deals.
    pub other_compute: Vec<(i16, Money)>,
    /// Funding that comes in.
    pub funding: Vec<(i16, Money)>,
    /// Share of a year's profit that is due as tax.
    pub tax: Option<Share>,
    /// What all of it is worth before new money comes in.
    pub valuation: Option<Money>,
}

/// Where racks stand.
#[derive(Clone, Debug)]
pub struct Site {
    /// `us-east`
    pub name: String,
    /// What the meter may read.
    pub limit: Power,
    /// When power is there.
    pub ready: Instant,
    /// Facility over IT, mean.
    pub pue_mean: Exact,
    /// Facility over IT, on the hottest day.
    pub pue_peak: Exact,
    /// Grams per millijoule at the meter.
    pub carbon: Share,
    /// The same, market-based.
    pub carbon_market: Option<Share>,
    /// Millilitres per millijoule of IT energy.
    pub water: Share,
    /// Money per millijoule.
    pub price: Option<Price>,
}

/// Racks of one kind at one site.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// `gb300`
    pub name: String,
    /// Index of the site.
    pub site: usize,
    /// GPUs promised, spares apart.
    pub gpus: i64,
    /// Spare GPUs.
    pub spares: i64,
    /// GPUs of one rack.
    pub rack: i64,
    /// GPUs lost with one node.
    pub node: i64,
    /// IT watts of one GPU at full load.
    pub watts_full: f64,
    /// IT watts of one idle GPU.
    pub watts_idle: f64,
    /// Peak FLOP per second in 16, 8 and 4 bits.
    pub flops: [Option<f64>; 3],
    /// Dense 16-bit peak of one GPU over that of an H100 SXM, where it is public.
    pub h100e: Option<f64>,
    /// Causes of failure.
    pub causes: Vec<Cause>,
    /// How long a node is away.
    pub repair: Span,
    /// What a GPU-hour costs the owner.
    pub owner_cost: Option<Price>,
    /// Share of the delivered GPUs that work at any time, where no workload says what runs.
    pub load: Option<f64>,
}

impl Fleet {
    /// Spare GPUs that land beside so many, in whole nodes.
    pub fn spares_beside(&self, gpus: i64) -> i64 {
        let share = i128::from(self.spares) * i128::from(gpus.min(self.gpus));
        (share / i128::from(self.gpus)) as i64 / self.node * self.node
    }
}

/// A cause of failure.
#[derive(Clone, Debug)]
pub struct Cause {
    /// `gpu-memory`
    pub name: String,
    /// Failures per node and hour.
    pub per_node_hour: f64,
    /// Whether the node has to be repaired.
    pub takes_node: bool,
}

/// Work of one kind.
#[derive(Clone, Debug)]
pub struct Work {
    /// `chat`
    pub name: String,
    /// Index of the fleet.
    pub fleet: usize,
    /// Who yields: the lower number.
    pub priority: i64,
    /// Power as a share of full load.
    pub draw: f64,
    /// When it begins.
    pub start: Instant,
    /// What sort.
    pub kind: WorkKind,
}

/// What sort of work.
#[derive(Clone, Debug)]
pub enum WorkKind {
    /// Gangs that train.
    Training(Training),
    /// Replicas that answer.
    Service(Service),
    /// Many small jobs as a load.
    Jobs(Jobs),
}

/// A campaign of training runs.
#[derive(Clone, Debug)]
pub struct Training {
    /// FLOP of the first run.
    pub compute: f64,
    /// Growth of a run's FLOP a year.
    pub growth: f64,
    /// Size of the gang.
    pub gpus: i64,
    /// From run to run.
    pub every: Option<Span>,
    /// Share of the dense peak that the gang reaches at its size.
    pub mfu: f64,
    /// FLOP per second of the gang while it trains.
    pub speed: f64,
    /// Work between checkpoints; by Young's rule where nothing is said.
    pub interval: Option<Span>,
    /// The blocking part of a checkpoint.
    pub stall: Span,
    /// The background part of a checkpoint.
    pub background: Span,
    /// Detection, rescheduling and loading.
    pub restart: Span,
}

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Output tokens a second by date, share of this fleet included.
    pub demand: Vec<(Instant, f64)>,
    /// Growth a year after the last date.
    pub growth: f64,
    /// Output tokens a second of one GPU.
    pub throughput: f64,
    /// Growth of throughput a year.
    pub improves: f64,
    /// GPUs of a replica.
    pub replica: i64,
    /// Shape of the week.
    pub week: Week,
    /// Busiest moment over the hour's mean.
    pub peak: f64,
    /// Price of a token.
    pub price: Option<Price>,
}

/// Many small jobs.
#[derive(Clone, Debug)]
pub struct Jobs {
    /// GPU-hours that arrive in an hour, on the mean.
    pub gpus: f64,
    /// Jobs a day.
    pub per_day: f64,
    /// Growth a year.
    pub growth: f64,
    /// Shape of the week.
    pub week: Week,
    /// Themselves, where they were once asked for: then all of the above but their means is theirs.
    pub trace: Option<Arc<jobs::Trace>>,
    /// What they are like one by one, where it is known.
    pub shape: Option<Box<jobs::Shape>>,
    /// A while for which they are played one by one.
    pub detail: Option<Detail>,
}

/// A while for which jobs are played one by one.
#[derive(Clone, Debug)]
pub struct Detail {
    /// First moment.
    pub from: Instant,
    /// First moment after it.
    pub to: Instant,
    /// Who goes first among them: a name of [`crate::policy::NAMED`].
    pub policy: &'static str,
    /// Work between two checkpoints; without, what is stopped begins anew.
    pub checkpoint: Option<Span>,
    /// From getting GPUs again to working again.
    pub restart: Span,
}

/// How a load follows day and week: factors with mean 1 over the week.
#[derive(Clone, Debug)]
pub struct Week {
    /// Hours of a working day.
    pub weekday: [f64; 24],
    /// Hours of a weekend day.
    pub weekend: [f64; 24],
}

impl Week {
    /// The same at all hours.
    pub const EVEN: Week = Week { weekday: [1.0; 24], weekend: [1.0; 24] };

    /// The factor of the hour that begins at a moment.
    pub fn at(&self, now: Instant) -> f64 {
        let day = if now.is_weekend() { &self.weekend } else { &self.weekday };
        day[now.hour_of_day()]
    }
}
