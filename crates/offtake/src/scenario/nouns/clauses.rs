//! What a deal says beside its price and its calendar, with every value settled. What it does not
//! say is not there.

use super::{Fleet, Pricing};
use crate::time::{Date, Instant, Span};
use crate::units::{Exact, Money, Price, Share};

/// The clauses of a deal, or of a pledge as far as they have a meaning without GPU-hours.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    /// The price from some days on, oldest first, that of a renewal included.
    pub steps: Vec<(Instant, Pricing)>,
    /// A yearly rise of whichever price counts.
    pub index: Option<Index>,
    /// The price of what is used above the minimum.
    pub overage: Option<Pricing>,
    /// Calendar months for which what was paid and not used may be used at no charge.
    pub make_up: Option<f64>,
    /// What is paid first and held.
    pub deposit: Option<Deposit>,
    /// What the seller pays for what is late.
    pub damages: Option<Damages>,
    /// What the seller gives back for what fails.
    pub uptime: Option<Uptime>,
    /// The first moment after the promised term and its renewal, where it is renewed.
    pub renewed_until: Option<Instant>,
    /// Another rack for what still comes.
    pub swap: Option<Swap>,
    /// How it ends before its term.
    pub termination: Option<Termination>,
    /// Shares of the seller that the buyer may buy.
    pub warrant: Option<Warrant>,
}

impl Clauses {
    /// Whether a notice has not ended the deal by a moment.
    pub fn are_in_force(&self, at: Instant) -> bool {
        self.termination.is_none_or(|it| at < it.at)
    }

    /// The price that counts at a moment: the last step by then, or else the first price, as it has
    /// risen since its day. Whichever of a price per GPU-time, per time, per revenue is meant.
    pub fn price_at(&self, first: Price, fleet: &Fleet, at: Instant) -> Price {
        let step = self.steps.iter().rev().find(|it| it.0 <= at);
        let price = step.map_or(first, |it| match it.1 {
            Pricing::Fixed(price) => price,
            step => step.of_gpu_time(fleet).unwrap_or(first),
        });
        self.index.map_or(price, |it| it.raised(price, step.map(|it| it.0), at))
    }
}

/// A yearly rise.
#[derive(Clone, Copy, Debug)]
pub struct Index {
    /// Share of the price.
    pub rate: f64,
    /// The day of the first rise.
    pub from: Date,
}

impl Index {
    /// `price x (1 + rate)^n`, with n the days of rise by then: the first, and every anniversary. Those by
    /// the day from which the price is written do not raise it.
    pub fn raised(&self, price: Price, written: Option<Instant>, at: Instant) -> Price {
        let written = written.filter(|it| *it >= Instant::start_of(self.from));
        let before = written.map_or(0, |it| self.rises(it.date()));
        match self.rises(at.date()) - before {
            0 => price,
            n => price.grown(libm::pow(1.0 + self.rate, f64::from(n))),
        }
    }

    /// How much an amount is then raised by.
    pub fn factor(&self, at: Instant) -> Exact {
        self.raised(Price(Exact::from_integer(1)), None, at).0
    }

    fn rises(&self, day: Date) -> i32 {
        let before = (day.month(), day.day()) < (self.from.month(), self.from.day());
        let years = i32::from(day.year() - self.from.year()) - i32::from(before);
        (years + 1).max(0)
    }
}

/// What is paid on the first day and held.
#[derive(Clone, Copy, Debug)]
pub struct Deposit {
    /// Share of the total.
    pub share: Share,
    /// Whether it is set against the last bills.
    pub pays_last_bills: bool,
}

/// Delay damages.
#[derive(Clone, Copy, Debug)]
pub struct Damages {
    /// How they are told.
    pub rate: DamagesRate,
    /// How late something may be before they count.
    pub grace: Span,
    /// The most that they come to, as a share of the total.
    pub cap: Option<Share>,
}

/// What a day of delay costs.
#[derive(Clone, Copy, Debug)]
pub enum DamagesRate {
    /// Money per GPU and time, or per IT power and time.
    Money(Pricing),
    /// Share of the total, per time, of what is late as a share of all.
    OfTotal(Exact),
}

/// Service credits.
#[derive(Clone, Debug)]
pub struct Uptime {
    /// Below which uptime of a month which share of its bill is given back, the lowest first.
    pub credits: Vec<(Exact, Exact)>,
}

/// A change of hardware.
#[derive(Clone, Copy, Debug)]
pub struct Swap {
    /// What comes from this moment on is another rack.
    pub from: Instant,
    /// IT watts of one of its GPUs, where they differ.
    pub watts: Option<f64>,
    /// The price of one of its GPUs, where it differs.
    pub price: Option<Pricing>,
}

/// An end before the term.
#[derive(Clone, Copy, Debug)]
pub struct Termination {
    /// The first moment after it.
    pub at: Instant,
    /// Whether the buyer ends it, and so pays.
    pub by_buyer: bool,
    /// What is paid: share of the minimum that is left.
    pub fee: Share,
}

/// Shares of the seller that the buyer may buy.
#[derive(Clone, Debug)]
pub struct Warrant {
    /// How many in all.
    pub shares: i64,
    /// What a share then costs.
    pub strike: Money,
    /// Watts at the meter for which a part vests.
    pub every: f64,
    /// Watts for which all of it vests.
    pub power: f64,
    /// Share prices that the first and the last part ask for.
    pub targets: Option<(Money, Money)>,
    /// Share price by date, oldest first.
    pub share_price: Vec<(Instant, Money)>,
}

/// A deal that is paid by the deliveries of another.
#[derive(Clone, Copy, Debug)]
pub struct Milestones {
    /// Whose, where that deal stands.
    pub of: Option<Delivers>,
    /// How many equal parts.
    pub parts: i64,
    /// Watts at the meter for which a part is due.
    pub every: f64,
}

/// A deal by its sort and index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivers {
    /// A deal with a fleet.
    Deal(usize),
    /// A deal without one.
    Pledge(usize),
}
