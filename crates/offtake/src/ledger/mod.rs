//! What happened: movements with two sides. Hours, energy, money and carbon move the same way,
//! so one law covers them all: over all accounts, every unit sums to zero.
//!
//! `post` keeps balances; closing a month remembers them. Whether the movements are kept as well
//! is the caller's choice: one run keeps them, ten thousand draws do not.

mod file;

pub use file::{FileError, digest};

use crate::time::{Instant, Month};

/// What is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// GPU-milliseconds.
    GpuTime,
    /// Millijoules.
    Energy,
    /// Micro-dollars.
    Money,
    /// Grams.
    Carbon,
    /// Millilitres.
    Water,
    /// Output tokens.
    Tokens,
}

impl Unit {
    /// All of them, in the order of their codes in a file.
    pub const ALL: [Unit; 6] =
        [Unit::GpuTime, Unit::Energy, Unit::Money, Unit::Carbon, Unit::Water, Unit::Tokens];

    /// Its word in files.
    pub fn word(self) -> &'static str {
        match self {
            Unit::GpuTime => "GPU-ms",
            Unit::Energy => "mJ",
            Unit::Money => "micro-USD",
            Unit::Carbon => "g",
            Unit::Water => "mL",
            Unit::Tokens => "tokens",
        }
    }
}

/// Number of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(pub u16);

/// One movement: the same amount out of one account and into another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// When.
    pub at: Instant,
    /// Out of.
    pub from: Account,
    /// Into.
    pub to: Account,
    /// How much, in the unit of both accounts; never negative.
    pub amount: i128,
}

/// The name and unit of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// `fleet.gb300.idle`
    pub name: String,
    /// What it counts.
    pub unit: Unit,
}

/// A meter, which fills its account from one other account by the hour.
#[derive(Clone, Copy, Debug)]
struct Meter {
    from: Account,
    /// Counted since the month began.
    amount: i64,
}

/// What every account held at the end of a month.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'a>(&'a [i128]);

impl Closing<'_> {
    /// What an account held.
    pub fn balance(&self, account: Account) -> i128 {
        self.0[usize::from(account.0)]
    }
}

/// All accounts and what moved between them.
#[derive(Clone, Debug)]
pub struct Ledger {
    titles: Vec<Title>,
    balances: Vec<i128>,
    /// By account; one that has no meter is its own source.
    meters: Vec<Meter>,
    /// Balances at the end of each closed month.
    closed: Vec<(Month, Vec<i128>)>,
    movements: Option<Vec<Movement>>,
    latest: Instant,
}

impl Ledger {
    /// An empty ledger, which keeps every movement or only balances.
    pub fn new(keeps_movements: bool) -> Self {
        let movements = keeps_movements.then(Vec::new);
        let latest = Instant { millis: i64::MIN };
        Self {
            titles: Vec::new(),
            balances: Vec::new(),
            meters: Vec::new(),
            closed: Vec::new(),
            movements,
            latest,
        }
    }

    /// Opens an account.
    pub fn open(&mut self, name: String, unit: Unit) -> Account {
        let number = u16::try_from(self.titles.len());
        let account = Account(number.expect("a ledger has at most 65,536 accounts"));
        self.titles.push(Title { name, unit });
        self.balances.push(0);
        self.meters.push(Meter { from: account, amount: 0 });
        account
    }

    /// Opens an account with a meter that fills it from another of the same unit.
    pub fn open_metered(&mut self, name: String, from: Account) -> Account {
        let account = self.open(name, self.titles[usize::from(from.0)].unit);
        self.meters[usize::from(account.0)].from = from;
        account
    }

    /// Moves an amount from one account to another. Both sides are written, or neither.
    ///
    /// Nothing is nothing: a movement of zero leaves no trace.
    #[inline]
    pub fn post(&mut self, at: Instant, from: Account, to: Account, amount: i128) {
        assert!(self.latest <= at, "time runs forward");
        assert!(from != to, "a movement has two sides");
        assert!(amount >= 0, "direction is told by the accounts");
        let (out, into) = (usize::from(from.0), usize::from(to.0));
        debug_assert!(self.titles[out].unit == self.titles[into].unit, "both sides count the same");
        if amount == 0 {
            return;
        }
        self.latest = at;
        self.balances[out] -= amount;
        self.balances[into] += amount;
        if let Some(kept) = &mut self.movements {
            kept.push(Movement { at, from, to, amount });
        }
    }

    /// Moves what an account's meter counted in an hour. It joins the balances when the month
    /// closes, so that an hour costs one short addition.
    #[inline]
    pub fn count(&mut self, at: Instant, metered: Account, amount: i64) {
        assert!(amount >= 0, "direction is told by the accounts");
        let meter = &mut self.meters[usize::from(metered.0)];
        debug_assert!(meter.from != metered, "the account has a meter");
        debug_assert!(self.latest <= at, "time runs forward");
        meter.amount += amount;
        if let Some(kept) = &mut self.movements
            && amount > 0
        {
            self.latest = at;
            let (from, amount) = (meter.from, i128::from(amount));
            kept.push(Movement { at, from, to: metered, amount });
        }
    }

    fn read_meters(&mut self) {
        for (into, meter) in self.meters.iter_mut().enumerate() {
            let amount = i128::from(std::mem::take(&mut meter.amount));
            self.balances[usize::from(meter.from.0)] -= amount;
            self.balances[into] += amount;
        }
    }

    /// Reads all meters, and remembers all balances as those at the end of a month.
    pub fn close(&mut self, month: Month) {
        self.read_meters();
        assert!(self.closed.last().is_none_or(|(last, _)| *last < month), "a month closes once");
        self.closed.push((month, self.balances.clone()));
    }

    /// What an account holds now.
    pub fn balance(&self, account: Account) -> i128 {
        self.balances[usize::from(account.0)]
    }

    /// What an account holds with what its meter counted since the month began.
    pub fn counted(&self, account: Account) -> i128 {
        let at = usize::from(account.0);
        self.balances[at] + i128::from(self.meters[at].amount)
    }

    /// What moved into an account, net, in each closed month.
    pub fn by_month(&self, account: Account) -> Vec<(Month, i128)> {
        let mut before = 0;
        let in_month = |(month, balances): &(Month, Vec<i128>)| {
            let now = balances[usize::from(account.0)];
            let moved = now - before;
            before = now;
            (*month, moved)
        };
        self.closed.iter().map(in_month).collect()
    }

    /// The closed months, each with what every account held at its end.
    pub fn closings(&self) -> impl Iterator<Item = (Month, Closing<'_>)> {
        self.closed.iter().map(|(month, balances)| (*month, Closing(balances)))
    }

    /// The months that were closed.
    pub fn months(&self) -> impl Iterator<Item = Month> {
        self.closed.iter().map(|(month, _)| *month)
    }

    /// Every movement, oldest first, where they were kept.
    pub fn movements(&self) -> &[Movement] {
        self.movements.as_deref().unwrap_or_default()
    }

    /// The names and units of the accounts.
    pub fn titles(&self) -> &[Title] {
        &self.titles
    }

    /// Whether every unit sums to zero over all accounts, now and at the end of every month.
    pub fn is_balanced(&self) -> bool {
        let zero = |balances: &[i128]| {
            Unit::ALL.iter().all(|unit| {
                let of_unit = self.titles.iter().zip(balances).filter(|(it, _)| it.unit == *unit);
                of_unit.map(|(_, balance)| balance).sum::<i128>() == 0
            })
        };
        zero(&self.balances) && self.closed.iter().all(|(_, balances)| zero(balances))
    }
}

#[cfg(test)]
mod tests;
