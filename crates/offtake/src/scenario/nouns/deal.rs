//! Deals with every value settled.

use super::{Clauses, Fleet, Milestones};
use crate::time::{Instant, Span};
use crate::units::{Exact, Money, Power, Price, Share};

/// How the price of a deal is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pricing {
    /// Total over contracted GPU-time.
    Solve,
    /// Per GPU-time.
    PerGpu(Price),
    /// Per IT capacity held over time.
    PerPower(Price),
    /// Per time.
    Fixed(Price),
    /// Per revenue of somebody.
    OfRevenue(Price, Whose),
}

/// Whose revenue a price is a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// All that the buyer earns.
    Buyer,
    /// What the tokens sell for that services on the deal's fleet serve.
    Services,
}

impl Pricing {
    /// The price of a GPU-millisecond, where it is told. A price per power is per IT capacity at
    /// full load, held for a time.
    pub fn of_gpu_time(self, fleet: &Fleet) -> Option<Price> {
        match self {
            Pricing::PerGpu(price) => Some(price),
            Pricing::PerPower(price) => {
                let milliwatts = Exact::new((fleet.watts_full * 1e3) as i128, 1_000);
                Some(Price(price.0 * milliwatts))
            }
            Pricing::Solve | Pricing::Fixed(_) | Pricing::OfRevenue(..) => None,
        }
    }
}

/// How a ramp runs between its first and its last delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Evenly.
    Linear,
    /// Slowly, fast, slowly.
    SCurve,
    /// All on the last day.
    AtOnce,
}

/// A promise to buy.
#[derive(Clone, Debug)]
pub struct Deal {
    /// `aws`
    pub name: String,
    /// Index of the buyer.
    pub buyer: usize,
    /// Index of the seller.
    pub seller: usize,
    /// `rent`
    pub layer: &'static str,
    /// Index of the fleet.
    pub fleet: usize,
    /// Face value.
    pub total: Option<Money>,
    /// First moment of the term.
    pub start: Instant,
    /// First moment after the promised term.
    pub end: Instant,
    /// First moment after the term as played: later where slip extends it or it is renewed,
    /// earlier where it is ended.
    pub end_played: Instant,
    /// Share that is owed unused; zero for pay-as-you-go.
    pub take: Share,
    /// Whether years are trued up.
    pub true_up: bool,
    /// How the price is told.
    pub pricing: Pricing,
    /// Share paid up front.
    pub prepay: Share,
    /// Whether bills are covered in full until the prepayment is used up.
    pub prepay_first: bool,
    /// The promised ramp.
    pub promised: Ramp,
    /// The ramp as played, slip included.
    pub played: Ramp,
    /// GPUs added by an exercised option, and when.
    pub expansion: Option<(Instant, i64)>,
    /// What else it says.
    pub clauses: Clauses,
}

/// A deal told by its calendar alone.
#[derive(Clone, Debug)]
pub struct Pledge {
    /// `microsoft`
    pub name: String,
    /// Index of the buyer.
    pub buyer: usize,
    /// Index of the seller.
    pub seller: usize,
    /// `chips`
    pub layer: &'static str,
    /// Face value, where it is public.
    pub total: Option<Money>,
    /// Power at the meter when all is there, where it is public.
    pub power: Option<Power>,
    /// First moment of the term.
    pub start: Instant,
    /// First moment after the promised term.
    pub end: Instant,
    /// First moment after the term as played: earlier where it is ended.
    pub end_played: Instant,
    /// Whether it is paid for while it is held, or as it comes.
    pub paid_over_time: bool,
    /// The promised ramp, in parts of [`Pledge::PARTS`].
    pub promised: Ramp,
    /// The ramp as played.
    pub played: Ramp,
    /// By whose deliveries it is paid, in the place of its own ramp.
    pub milestones: Option<Milestones>,
    /// What else it says.
    pub clauses: Clauses,
}

impl Pledge {
    /// Parts that its whole is divided into.
    pub const PARTS: i64 = 1_000_000;
}

/// A delivery calendar.
#[derive(Clone, Debug)]
pub struct Ramp {
    /// First delivery.
    pub start: Instant,
    /// The end of the last delivery's day.
    pub full: Instant,
    /// GPUs (or parts of a pledge) on the first day.
    pub first: i64,
    /// GPUs at the end.
    pub gpus: i64,
    /// GPUs that come together.
    pub rack: i64,
    /// Time between tranches.
    pub every: Span,
    /// How it runs.
    pub shape: Shape,
    /// What stands in all from some moments on, oldest first, where a schedule tells it: then
    /// nothing runs between, and `full` and `gpus` are its last.
    pub scheduled: Vec<(Instant, i64)>,
    /// What stood at some moments between, oldest first: it runs through these.
    pub came: Vec<(Instant, i64)>,
}
