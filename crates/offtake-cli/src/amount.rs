//! Money as people write it in tables: `1250.50`, `-38 bn`, `12.5 bn EUR`, `$40`. All of a file is of one currency.

use offtake::scenario::{Place, split_tag};
use offtake::units::{Basis, Dim, Exact, Money, Quantity, compact, scaled};

use crate::exit::Stop;
use crate::faults::Faults;

/// Amounts are kept in whole millionths up to this.
const MOST: i128 = 1_000_000_000_000_000_000;

/// What all amounts of a file have in common.
#[derive(Default)]
pub struct Amounts {
    currency: Option<String>,
    /// How many had more than six decimals.
    rounded: usize,
    told: bool,
}

impl Amounts {
    /// Reads one amount, to the nearest millionth.
    pub fn read(&mut self, text: &str, at: Place, faults: &mut Faults) -> Option<Money> {
        let (currency, rest) = currency(split_tag(text).0);
        let number = Quantity::parse(&rest)
            .ok()
            .filter(|it| it.dim == Dim::NONE && it.basis == Basis::Unsaid && !rest.contains('%'));
        let Some(number) = number else {
            let help = "write it like 1250.50, -38 bn or 12.5 bn EUR".to_owned();
            faults.mistake(at, format!("`{text}` is no amount of money"), Some(help));
            return None;
        };
        if let Some(it) = currency {
            self.currency(&it, at, faults);
        }
        if number.amount > Exact::from_integer(MOST) || number.amount < Exact::from_integer(-MOST) {
            let told = format!("`{text}` is more than all the money there is");
            faults.mistake(at, told, Some("amounts go up to 1e18".to_owned()));
            return None;
        }
        self.rounded += usize::from(1_000_000 % number.amount.denom() != 0);
        Some(Money { micros: 1_000_000 }.times(number.amount))
    }

    /// Takes note of a currency; two of them are a mistake, which is told once.
    pub fn currency(&mut self, code: &str, at: Place, faults: &mut Faults) {
        let known = self.currency.get_or_insert_with(|| code.to_owned());
        if *known != code && !self.told {
            self.told = true;
            let told = format!("an amount in {code} stands among amounts in {known}");
            faults.mistake(at, told, Some("convert all of them to one currency first".to_owned()));
        }
    }

    /// The one currency; dollars, where none is named.
    pub fn name(&self) -> &str {
        self.currency.as_deref().unwrap_or("USD")
    }

    /// How many amounts were rounded to a millionth.
    pub fn rounded(&self) -> usize {
        self.rounded
    }

    /// Says how many amounts were rounded, where any were.
    pub fn warn(&self, at: Place, faults: &mut Faults) {
        if self.rounded > 0 {
            let n = self.rounded;
            faults.warning(at, format!("{n} amounts were rounded to six decimals, half up"), None);
        }
    }
}

/// Takes a currency's three letters, or a dollar sign, out of a text.
fn currency(text: &str) -> (Option<String>, String) {
    let is_code = |it: &&str| it.len() == 3 && it.chars().all(|it| it.is_ascii_uppercase());
    let rest: Vec<&str> = text.split_whitespace().filter(|it| !is_code(it)).collect();
    match text.split_whitespace().find(is_code) {
        Some(code) => (Some(code.to_owned()), rest.join(" ")),
        None if text.contains('$') => (Some("USD".to_owned()), text.replacen('$', "", 1)),
        None => (None, text.to_owned()),
    }
}

/// An amount as in prose.
pub fn shown(amount: f64, currency: &str) -> String {
    match currency {
        "USD" => scaled(amount, "USD"),
        other => format!("{} {other}", compact(amount)),
    }
}

/// A share or a rate of a call, such as `8 %` or `0.08`, within bounds.
pub fn share(name: &str, text: &str, least: f64, most: f64) -> Result<f64, Stop> {
    let number = Quantity::parse(text).ok().filter(|it| it.dim == Dim::NONE);
    let Some(value) = number.map(|it| offtake::units::to_f64(it.amount)) else {
        return Err(Stop::wrong(format!("--{name}: `{text}` is no share; write 8 % or 0.08")));
    };
    if value > 1.0 && !text.contains('%') {
        let percent = compact(value * 100.0);
        return Err(Stop::wrong(format!(
            "--{name}: `{text}` would be {percent} %; write {text} % or {}",
            value / 100.0
        )));
    }
    if !(least..=most).contains(&value) {
        let (least, most) = (compact(least * 100.0), compact(most * 100.0));
        return Err(Stop::wrong(format!(
            "--{name}: `{text}` is not within {least} % and {most} %"
        )));
    }
    Ok(value)
}
