//! The quantities that the engine and the ledger carry: whole numbers of one small unit each.
//!
//! The base units are chosen so that power times time is exact: a meter can be read as often as
//! we like and the bill stays the same. Only the products of the domain exist.

use std::ops::{Add, Mul, Sub};

use super::Exact;
use crate::time::Span;

/// A share of a whole number, rounded half up. The product is made exactly; it is reduced first,
/// which is dear, only where it would not fit.
fn scaled(share: Exact, whole: i128) -> i128 {
    let halves = |numer: i128, denom: i128| numer.checked_mul(2)?.checked_add(denom);
    let rounded = |numer, denom| Some(i128::div_euclid(halves(numer, denom)?, denom * 2));
    let plain = share.numer().checked_mul(whole);
    plain.and_then(|numer| rounded(numer, *share.denom())).unwrap_or_else(|| {
        let reduced = share * whole;
        rounded(*reduced.numer(), *reduced.denom()).expect("a product of known size")
    })
}

/// Electric power, in whole watts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Power {
    /// Watts.
    pub watts: i64,
}

/// Energy, in whole millijoules: one watt held for one millisecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Energy {
    /// Millijoules.
    pub millijoules: i128,
}

/// Money, in whole micro-dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money {
    /// Micro-dollars.
    pub micros: i128,
}

/// Accelerators held for a time, in whole GPU-milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct GpuTime {
    /// GPU-milliseconds.
    pub gpu_millis: i128,
}

/// A share of a whole, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(pub Exact);

/// Money for a volume, exact: micro-dollars per GPU-millisecond, per millijoule, per token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price(pub Exact);

impl Mul<Span> for Power {
    type Output = Energy;

    fn mul(self, span: Span) -> Energy {
        Energy { millijoules: i128::from(self.watts) * i128::from(span.millis) }
    }
}

impl Share {
    /// This share of a whole number of something, rounded half up.
    pub fn of(self, whole: i128) -> i128 {
        scaled(self.0, whole)
    }
}

impl Price {
    /// What a volume costs at this price, rounded half a micro-dollar up.
    ///
    /// Charge a running total and subtract what was charged before: a deal cut in two then sums
    /// to the deal.
    pub fn charge(self, volume: i128) -> Money {
        Money { micros: scaled(self.0, volume) }
    }

    /// The price times a factor, to fifteen significant digits: what contracts quote has fewer.
    pub fn grown(self, by: f64) -> Price {
        let grown = super::to_f64(self.0) * by;
        let mut parts = 1_i128;
        while grown != 0.0 && grown.abs() * (parts as f64) < 1e14 && parts < 10_i128.pow(24) {
            parts *= 10;
        }
        Price(Exact::new(libm::round(grown * parts as f64) as i128, parts))
    }

    /// The price at which a volume costs a total. The volume is never zero past `check`.
    pub fn solving(total: Money, volume: i128) -> Price {
        assert!(volume > 0, "a price needs something sold");
        Price(Exact::new(total.micros, volume))
    }
}

impl Money {
    /// No money.
    pub const ZERO: Money = Money { micros: 0 };

    /// In dollars, for showing and for ratios.
    pub fn dollars(self) -> f64 {
        self.micros as f64 / 1e6
    }

    /// A share of it, rounded half up.
    pub fn times(self, share: Exact) -> Money {
        Money { micros: scaled(share, self.micros) }
    }

    /// The larger of two amounts.
    pub fn at_least(self, floor: Money) -> Money {
        self.max(floor)
    }
}

impl GpuTime {
    /// In GPU-hours, for showing and for ratios.
    pub fn hours(self) -> f64 {
        self.gpu_millis as f64 / 3.6e6
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money { micros: self.micros + other.micros }
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money { micros: self.micros - other.micros }
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Money>>(all: I) -> Money {
        all.fold(Money::ZERO, Add::add)
    }
}
