//! What kind of thing a number counts: money, energy over time, GPUs times hours.

use std::fmt;
use std::ops::{Div, Mul};

/// A base dimension. Each is counted in one small unit, so that what crosses the ledger's
/// door is whole: micro-dollars, milliseconds, millijoules, grams, millilitres.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Base {
    /// Micro-dollars.
    Money,
    /// Milliseconds.
    Time,
    /// Millijoules.
    Energy,
    /// Accelerators.
    Gpu,
    /// Floating-point operations.
    Flop,
    /// Tokens.
    Token,
    /// Grams of CO2 equivalent.
    Mass,
    /// Millilitres.
    Volume,
    /// Bytes.
    Byte,
    /// Nodes: what fails together.
    Node,
    /// Households.
    Home,
    /// Jobs.
    Job,
}

const BASES: usize = 12;

/// The dimension of a quantity: an exponent for each base.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dim([i8; BASES]);

const fn dim(pairs: &[(Base, i8)]) -> Dim {
    let mut exponents = [0; BASES];
    let mut i = 0;
    while i < pairs.len() {
        exponents[pairs[i].0 as usize] = pairs[i].1;
        i += 1;
    }
    Dim(exponents)
}

use Base::{Byte, Energy, Flop, Gpu, Home, Job, Mass, Money, Node, Time, Token, Volume};

/// Every dimension that a field or a figure of the model has, with the name it goes by.
const NAMED: [(Dim, &str); 29] = [
    (Dim::NONE, "a plain number or share"),
    (Dim::MONEY, "money"),
    (Dim::TIME, "a length of time"),
    (Dim::ENERGY, "energy"),
    (Dim::POWER, "power"),
    (Dim::GPU, "a number of GPUs"),
    (Dim::GPU_TIME, "GPU-time"),
    (Dim::FLOP, "floating-point operations"),
    (Dim::FLOP_RATE, "FLOP per second"),
    (Dim::TOKENS, "tokens"),
    (Dim::TOKEN_RATE, "tokens per time"),
    (Dim::TOKEN_RATE_PER_GPU, "tokens per time and GPU"),
    (Dim::CARBON, "a mass of carbon"),
    (Dim::WATER, "a volume of water"),
    (Dim::BYTES, "bytes"),
    (Dim::GROWTH, "a share per time"),
    (Dim::POWER_PER_GPU, "power per GPU"),
    (Dim::PRICE_GPU_TIME, "money per GPU-hour"),
    (Dim::PRICE_ENERGY, "money per energy (or per MW-month, GW-year)"),
    (Dim::MONEY_RATE, "money per time"),
    (Dim::MONEY_PER_POWER, "money per power"),
    (Dim::MONEY_PER_GPU, "money per GPU"),
    (Dim::PRICE_TOKENS, "money per token"),
    (Dim::CARBON_FACTOR, "carbon per energy"),
    (Dim::WATER_FACTOR, "water per energy"),
    (Dim::FAILURE_RATE, "failures per node and time"),
    (Dim::JOB_RATE, "jobs per time"),
    (Dim::HOME_USE, "energy per time and home"),
    (Dim::HOMES, "homes"),
];

impl Dim {
    /// A plain number, a share.
    pub const NONE: Dim = dim(&[]);
    /// Money.
    pub const MONEY: Dim = dim(&[(Money, 1)]);
    /// A length of time.
    pub const TIME: Dim = dim(&[(Time, 1)]);
    /// Energy.
    pub const ENERGY: Dim = dim(&[(Energy, 1)]);
    /// Power.
    pub const POWER: Dim = dim(&[(Energy, 1), (Time, -1)]);
    /// A count of accelerators.
    pub const GPU: Dim = dim(&[(Gpu, 1)]);
    /// Accelerators held for a time.
    pub const GPU_TIME: Dim = dim(&[(Gpu, 1), (Time, 1)]);
    /// Floating-point operations.
    pub const FLOP: Dim = dim(&[(Flop, 1)]);
    /// Floating-point operations per time.
    pub const FLOP_RATE: Dim = dim(&[(Flop, 1), (Time, -1)]);
    /// Tokens.
    pub const TOKENS: Dim = dim(&[(Token, 1)]);
    /// Tokens per time.
    pub const TOKEN_RATE: Dim = dim(&[(Token, 1), (Time, -1)]);
    /// Tokens per time and accelerator.
    pub const TOKEN_RATE_PER_GPU: Dim = dim(&[(Token, 1), (Time, -1), (Gpu, -1)]);
    /// A mass of carbon.
    pub const CARBON: Dim = dim(&[(Mass, 1)]);
    /// A volume of water.
    pub const WATER: Dim = dim(&[(Volume, 1)]);
    /// Bytes.
    pub const BYTES: Dim = dim(&[(Byte, 1)]);
    /// Bytes per time.
    pub const BANDWIDTH: Dim = dim(&[(Byte, 1), (Time, -1)]);
    /// A share per time.
    pub const GROWTH: Dim = dim(&[(Time, -1)]);
    /// Power of one accelerator.
    pub const POWER_PER_GPU: Dim = dim(&[(Energy, 1), (Time, -1), (Gpu, -1)]);
    /// Rent of an accelerator for a time.
    pub const PRICE_GPU_TIME: Dim = dim(&[(Money, 1), (Gpu, -1), (Time, -1)]);
    /// Rent of power for a time, or the price of energy.
    pub const PRICE_ENERGY: Dim = dim(&[(Money, 1), (Energy, -1)]);
    /// Money per time.
    pub const MONEY_RATE: Dim = dim(&[(Money, 1), (Time, -1)]);
    /// Money per power, as for a building's cost.
    pub const MONEY_PER_POWER: Dim = dim(&[(Money, 1), (Energy, -1), (Time, 1)]);
    /// Money per accelerator, as for its price.
    pub const MONEY_PER_GPU: Dim = dim(&[(Money, 1), (Gpu, -1)]);
    /// Money per token.
    pub const PRICE_TOKENS: Dim = dim(&[(Money, 1), (Token, -1)]);
    /// Carbon per energy.
    pub const CARBON_FACTOR: Dim = dim(&[(Mass, 1), (Energy, -1)]);
    /// Water per energy.
    pub const WATER_FACTOR: Dim = dim(&[(Volume, 1), (Energy, -1)]);
    /// Failures of a node per time.
    pub const FAILURE_RATE: Dim = dim(&[(Node, -1), (Time, -1)]);
    /// Jobs per time.
    pub const JOB_RATE: Dim = dim(&[(Job, 1), (Time, -1)]);
    /// Accelerator time of one job.
    pub const GPU_TIME_PER_JOB: Dim = dim(&[(Gpu, 1), (Time, 1), (Job, -1)]);
    /// What one home draws over time.
    pub const HOME_USE: Dim = dim(&[(Energy, 1), (Time, -1), (Home, -1)]);
    /// Households.
    pub const HOMES: Dim = dim(&[(Home, 1)]);

    /// What no number of a dimension without a limit of its own reaches.
    pub const UNLIMITED: f64 = 1e30;

    /// More than this, in base units, no scenario means: what is larger is a slip of the unit, and
    /// would leave the range in which the ledger is exact.
    pub fn most(self) -> f64 {
        const HUNDRED_YEARS: f64 = 100.0 * 8_760.0 * 3.6e6;
        match self {
            Dim::MONEY => 1e15 * 1e6,
            Dim::TIME => HUNDRED_YEARS,
            Dim::POWER => 1e13,
            Dim::GPU => 1e9,
            Dim::FLOP => 1e34,
            Dim::TOKEN_RATE => 1e20 / 86.4e6,
            Dim::TOKEN_RATE_PER_GPU => 1e6,
            Dim::GROWTH => 10.0 / (8_760.0 * 3.6e6),
            Dim::POWER_PER_GPU => 1e6,
            Dim::PRICE_GPU_TIME => 1e5 * 1e6 / 3.6e6,
            Dim::PRICE_ENERGY => 1e3,
            Dim::MONEY_PER_POWER => 1e4 * 1e6,
            Dim::MONEY_PER_GPU => 1e9 * 1e6,
            Dim::MONEY_RATE => 1e15 * 1e6 / (8_760.0 * 3.6e6),
            Dim::PRICE_TOKENS => 1e9,
            Dim::JOB_RATE => 1e9 / 86.4e6,
            Dim::GPU_TIME_PER_JOB => 1e6 * 3.6e6,
            Dim::CARBON_FACTOR | Dim::WATER_FACTOR => 1e-1,
            Dim::NONE => 1e12,
            _ => Dim::UNLIMITED,
        }
    }

    pub(super) const fn of(base: Base) -> Dim {
        dim(&[(base, 1)])
    }

    /// The product, or nothing where an exponent would leave its range.
    pub fn times(self, other: Dim) -> Option<Dim> {
        self.merge(other, i8::checked_add)
    }

    /// The quotient, or nothing where an exponent would leave its range.
    pub fn over(self, other: Dim) -> Option<Dim> {
        self.merge(other, i8::checked_sub)
    }

    fn merge(self, other: Dim, f: fn(i8, i8) -> Option<i8>) -> Option<Dim> {
        let mut exponents = [0; BASES];
        for (i, slot) in exponents.iter_mut().enumerate() {
            *slot = f(self.0[i], other.0[i])?;
        }
        Some(Dim(exponents))
    }
}

impl Mul for Dim {
    type Output = Dim;
    fn mul(self, other: Dim) -> Dim {
        self.times(other).expect("dimensions of the model stay small")
    }
}

impl Div for Dim {
    type Output = Dim;
    fn div(self, other: Dim) -> Dim {
        self.over(other).expect("dimensions of the model stay small")
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((_, name)) = NAMED.iter().find(|(it, _)| it == self) {
            return f.write_str(name);
        }
        const NAMES: [&str; BASES] = [
            "money", "time", "energy", "GPU", "FLOP", "token", "mass", "volume", "byte", "node",
            "home", "job",
        ];
        let part = |sign: i8| {
            let words = NAMES.iter().zip(self.0).filter(move |(_, e)| e.signum() == sign);
            words.map(|(name, e)| match e.unsigned_abs() {
                1 => (*name).to_owned(),
                n => format!("{name}^{n}"),
            })
        };
        let above: Vec<_> = part(1).collect();
        let below: Vec<_> = part(-1).collect();
        let above = if above.is_empty() { "1".to_owned() } else { above.join(" x ") };
        if below.is_empty() {
            f.write_str(&above)
        } else {
            write!(f, "{above} per {}", below.join(" and "))
        }
    }
}
