//! One parser and one printer for every number with a unit.
//!
//! `38 bn USD`, `13.3 bn USD/GW-year`, `1.85 kW IT per GPU`, `148 per 110592 node-days`:
//! a number, a multiplier, units that multiply (`-`) and divide (`/`, `per`), and where power is
//! meant, whether at the racks (`IT`) or at the meter (`facility`).

use std::fmt;

use num_traits::{CheckedDiv, CheckedMul};

use super::Exact;
use super::dim::Dim;
use super::words::{self, Basis};

/// An exact number of base units with its dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// How many base units: micro-dollars, milliseconds, millijoules, grams and so on.
    pub amount: Exact,
    /// What is counted.
    pub dim: Dim,
    /// For power: at the racks or at the meter.
    pub basis: Basis,
}

/// Why a text is not a quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuantityError {
    /// There is no number where one must stand.
    NoNumber(String),
    /// A number that is not written in full: `1.2.3`, `5e`.
    BadNumber(String),
    /// A word that is no unit; the nearest known one, if any is near.
    UnknownUnit(String, Option<String>),
    /// Both `IT` and `facility`.
    TwoBases,
    /// The number leaves the range in which arithmetic is exact.
    TooLarge,
    /// The unit ends in `/`, `per` or `-`.
    Unfinished,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            QuantityError::NoNumber(_) => f.write_str("it does not begin with a number"),
            QuantityError::BadNumber(it) => write!(f, "`{it}` is not a number"),
            QuantityError::UnknownUnit(it, None) => write!(f, "`{it}` is no unit that we know"),
            QuantityError::UnknownUnit(it, Some(near)) => {
                write!(f, "`{it}` is no unit that we know; did you mean `{near}`?")
            }
            QuantityError::TwoBases => f.write_str("it says both IT and facility"),
            QuantityError::TooLarge => f.write_str("the number is too large"),
            QuantityError::Unfinished => f.write_str("its unit ends in the middle"),
        }
    }
}

impl Quantity {
    /// A plain number.
    pub fn plain(amount: Exact) -> Self {
        Self { amount, dim: Dim::NONE, basis: Basis::Unsaid }
    }

    /// Reads a quantity.
    ///
    /// # Errors
    /// Says what is wrong with the text, never panics, whatever the text.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let mut words = split(text).into_iter().peekable();
        let negative = words.next_if_eq("-").is_some();
        let dollars = words.next_if_eq("$").is_some();
        let first = words.next().ok_or_else(|| QuantityError::NoNumber(text.to_owned()))?;
        let mut amount = number(&first)?;
        if negative {
            amount = -amount;
        }
        let mut reader =
            UnitReader { it: Quantity::plain(amount), below: false, expects: Expects::Any };
        if dollars {
            reader.take("$")?;
            reader.expects = Expects::Any;
        }
        for word in words {
            reader.take(&word)?;
        }
        if reader.expects == Expects::Unit { Err(QuantityError::Unfinished) } else { Ok(reader.it) }
    }

    /// How many of `unit` this is, as a float, for showing and for physics.
    pub fn in_unit(&self, unit: &str) -> f64 {
        let one = Quantity::parse(&format!("1 {unit}")).expect("the unit is one of ours");
        assert!(one.dim == self.dim, "{unit} does not measure {}", self.dim);
        self.amount
            .checked_div(&one.amount)
            .map_or_else(|| to_f64(self.amount) / to_f64(one.amount), to_f64)
    }
}

/// An exact number as the nearest float.
pub fn to_f64(it: Exact) -> f64 {
    *it.numer() as f64 / *it.denom() as f64
}

/// Walks over the words after the number and gathers factor, dimension and basis.
struct UnitReader {
    it: Quantity,
    /// Past a `/` or `per`.
    below: bool,
    expects: Expects,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expects {
    /// At the start: a multiplier, a unit or nothing.
    Any,
    /// After `/`, `per` or `-`: the text cannot end here.
    Unit,
    /// After a unit: no multiplier belongs here.
    Divider,
}

impl UnitReader {
    fn take(&mut self, word: &str) -> Result<(), QuantityError> {
        if matches!(word, "/" | "per") {
            self.below = true;
            self.expects = Expects::Unit;
            return Ok(());
        }
        if word == "-" {
            if self.expects != Expects::Divider {
                return Err(QuantityError::Unfinished);
            }
            self.expects = Expects::Unit;
            return Ok(());
        }
        if let Some(said) = words::basis(word) {
            if self.it.basis != Basis::Unsaid && self.it.basis != said {
                return Err(QuantityError::TwoBases);
            }
            self.it.basis = said;
            return Ok(());
        }
        let (factor, dim) = self.worth(word)?;
        let amount = if self.below {
            self.it.amount.checked_div(&factor)
        } else {
            self.it.amount.checked_mul(&factor)
        };
        let dims = if self.below { self.it.dim.over(dim) } else { self.it.dim.times(dim) };
        self.it.amount = amount.ok_or(QuantityError::TooLarge)?;
        self.it.dim = dims.ok_or(QuantityError::TooLarge)?;
        self.expects = match (dim == Dim::NONE && word != "%", self.expects) {
            (true, before) => before,
            (false, _) => Expects::Divider,
        };
        Ok(())
    }

    /// A multiplier, a number below the line (`per 1000 node-days`) or a unit.
    fn worth(&self, word: &str) -> Result<(Exact, Dim), QuantityError> {
        if self.expects != Expects::Divider
            && let Some(by) = words::multiplier(word)
        {
            return Ok((Exact::from_integer(by), Dim::NONE));
        }
        if self.below && word.starts_with(|c: char| c.is_ascii_digit()) {
            let by = number(word)?;
            if *by.numer() == 0 {
                return Err(QuantityError::BadNumber(word.to_owned()));
            }
            return Ok((by, Dim::NONE));
        }
        if word == "%" && self.expects == Expects::Divider {
            return Err(QuantityError::Unfinished);
        }
        let unit = words::unit(word).ok_or_else(|| {
            let near = crate::units::nearest(word, words::KNOWN.iter().copied());
            QuantityError::UnknownUnit(word.to_owned(), near.map(str::to_owned))
        })?;
        Ok((unit.factor, unit.dim))
    }
}

/// Cuts `38bn USD/GW-year` into `38`, `bn`, `USD`, `/`, `GW`, `-`, `year`.
fn split(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    let mut before = ' ';
    let mut rest = text.trim();
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let in_number =
            open && words.last().is_some_and(|w| w.starts_with(|d: char| d.is_ascii_digit()));
        let exponent_sign = matches!(c, '-' | '+') && matches!(before, 'e' | 'E') && in_number;
        let starts_unit = in_number && c.is_alphabetic() && !is_exponent(words.last(), c, rest);
        if c.is_whitespace() || (c == ',' && in_number && groups(rest)) {
            // A comma before three digits groups them: 1,190,592.
            open = open && c == ',';
        } else if (matches!(c, '/' | '-' | '%' | '$' | '·' | '*') && !exponent_sign) || starts_unit
        {
            let single = !starts_unit;
            let word = if matches!(c, '·' | '*') { '-' } else { c };
            words.push(word.to_string());
            open = !single;
        } else if open {
            words.last_mut().expect("a word is open").push(c);
        } else {
            words.push(c.to_string());
            open = true;
        }
        before = c;
    }
    words
}

/// Whether three digits and no fourth follow.
fn groups(rest: &str) -> bool {
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    digits == 3
}

/// Whether a letter after a number begins its exponent, not its unit: `8e12`, and not `8EFLOP`.
fn is_exponent(word: Option<&String>, c: char, rest: &str) -> bool {
    let rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    matches!(c, 'e' | 'E')
        && rest.starts_with(|it: char| it.is_ascii_digit())
        && word.is_some_and(|w| w.chars().all(|d| d.is_ascii_digit() || matches!(d, '.' | '_')))
}

/// Reads `8.64e12` exactly.
fn number(word: &str) -> Result<Exact, QuantityError> {
    let bad = || {
        let digits = word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-'));
        if digits {
            QuantityError::BadNumber(word.to_owned())
        } else {
            QuantityError::NoNumber(word.to_owned())
        }
    };
    let (mantissa, exponent) = word.split_once(['e', 'E']).unwrap_or((word, "0"));
    let exponent: i32 = exponent.parse().map_err(|_| bad())?;
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = whole.chars().chain(part.chars()).filter(|c| *c != '_').collect();
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return Err(bad());
    }
    let digits: i128 = digits.parse().map_err(|_| QuantityError::TooLarge)?;
    let shift = exponent.checked_sub(part.len() as i32).ok_or(QuantityError::TooLarge)?;
    let power = 10_i128.checked_pow(shift.unsigned_abs()).ok_or(QuantityError::TooLarge)?;
    if shift >= 0 {
        digits.checked_mul(power).map(Exact::from_integer).ok_or(QuantityError::TooLarge)
    } else {
        Ok(Exact::new(digits, power))
    }
}
