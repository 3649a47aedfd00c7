//! A bill as charges, one at a time: what is odd about it is named and counted, what cannot be read is a
//! mistake with its line.

use std::collections::BTreeMap;
use std::fmt;
use std::io::BufRead;

use csv::StringRecord;
use offtake::time::Date;
use offtake::units::nearest;

use crate::trace::unpacked;

/// Money is read to a millionth of a micro-dollar, so that sums are exact.
pub const ONE: i128 = 1_000_000_000_000;

/// A charge; money in millionths of a micro-dollar of the bill's currency. A text that is null is empty.
#[derive(Clone, Copy, Debug)]
pub struct Charge<'a> {
    /// The line it begins on, from 1.
    pub line: u64,
    /// Usage, Purchase, Tax, Credit or Adjustment.
    pub category: &'a str,
    /// First day.
    pub from: Date,
    /// The day on which it ends, which is no longer part of it where it ends at midnight.
    pub to: Date,
    /// What is invoiced.
    pub billed: i128,
    /// What it comes to once commitments are spread over what they cover.
    pub effective: i128,
    /// Before commitments.
    pub contracted: i128,
    /// At list prices.
    pub list: i128,
    /// Who sells: the service's provider.
    pub provider: &'a str,
    /// Who invoices.
    pub issuer: &'a str,
    /// Compute, Storage, ...
    pub service_category: &'a str,
    /// The service.
    pub service: &'a str,
    /// How much, in `unit`; nothing where that is null.
    pub quantity: Option<f64>,
    /// The unit of prices.
    pub unit: &'a str,
    /// What is priced.
    pub sku: &'a str,
    /// Its properties as JSON.
    pub sku_details: &'a str,
    /// In words.
    pub description: &'a str,
    /// What it is for.
    pub resource: [&'a str; 3],
}

/// What a bill is, beside its charges.
#[derive(Clone, Debug, Default)]
pub struct Bill {
    /// Charges.
    pub rows: u64,
    /// Three letters.
    pub currency: String,
    /// By its columns, the version of the specification: `1.0`.
    pub version: &'static str,
    /// What is odd, by name.
    pub oddities: Vec<Oddity>,
}

/// One way in which a bill is not what it should be, and still is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oddity {
    /// For programs.
    pub name: &'static str,
    /// How often.
    pub count: u64,
    /// The line it was first met on, from 1.
    pub line: u64,
    said: String,
}

/// `931 charges are billed and say that ... (first: line 2)`
impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = if self.count > 1 { "first: " } else { "" };
        write!(f, "{}: {} {} ({first}line {})", self.name, self.count, self.said, self.line)
    }
}

/// Why a line cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// From 1; 0 for the file as a whole.
    pub line: u64,
    /// What is wrong.
    pub message: String,
    /// The likely fix.
    pub help: String,
}

/// `line 7: BilledCost is `x`; write a number ...`
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        write!(f, "{}; {}", self.message, self.help)
    }
}

/// Mistakes that are told of one bill.
const MOST_FAULTS: usize = 20;

/// Columns without which nothing can be said.
const NEEDED: [&str; 5] =
    ["BilledCost", "BillingCurrency", "ChargeCategory", "ChargePeriodEnd", "ChargePeriodStart"];

/// Every other column that some version has.
const KNOWN: &str = "AllocatedMethodDetails AllocatedMethodId AllocatedResourceId AllocatedResourceName \
AllocatedTags AvailabilityZone BillingAccountId BillingAccountName BillingAccountType BillingPeriodEnd \
BillingPeriodStart CapacityReservationId CapacityReservationStatus ChargeClass ChargeDescription \
ChargeFrequency CommitmentDiscountCategory CommitmentDiscountId CommitmentDiscountName \
CommitmentDiscountQuantity CommitmentDiscountStatus CommitmentDiscountType CommitmentDiscountUnit \
CommitmentProgramEligibilityDetails ConsumedQuantity ConsumedUnit ContractApplied ContractedCost \
ContractedUnitPrice EffectiveCost HostProviderName InvoiceDetailId InvoiceId InvoiceIssuerName ListCost \
ListUnitPrice PricingCategory PricingCurrency PricingCurrencyContractedUnitPrice \
PricingCurrencyEffectiveCost PricingCurrencyListUnitPrice PricingQuantity PricingUnit ProviderName \
PublisherName RegionId RegionName ResourceId ResourceName ResourceType ServiceCategory ServiceName \
ServiceProviderName ServiceSubcategory SkuId SkuMeter SkuPriceDetails SkuPriceId SubAccountId \
SubAccountName SubAccountType Tags";

const CATEGORIES: [&str; 5] = ["Usage", "Purchase", "Tax", "Credit", "Adjustment"];

/// Whether a bill may begin with a line.
pub fn is_header(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    let has = |name: &str| text.split(',').any(|it| plain(it) == name);
    NEEDED.iter().all(|it| has(it))
}

fn plain(name: &str) -> &str {
    name.trim_matches(|it: char| it == '"' || it == '\u{feff}' || it.is_whitespace())
}

/// Reads a bill, packed or not, and shows every charge to `see`.
///
/// # Errors
/// All mistakes, the first twenty of them told.
pub fn read(reader: impl BufRead, mut see: impl FnMut(&Charge<'_>)) -> Result<Bill, Vec<Fault>> {
    let broken = |error: &dyn fmt::Display| Fault {
        line: 0,
        message: format!("the bill cannot be read: {error}"),
        help: "is it a whole file of text, or of gzip?".to_owned(),
    };
    let plain_text = unpacked(reader).map_err(|error| vec![broken(&error)])?;
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(plain_text);
    let header = rows.headers().map_err(|error| vec![broken(&error)])?.clone();
    let mut reading = Reading::of(&header);
    let mut record = StringRecord::new();
    while reading.faults.len() < MOST_FAULTS {
        match rows.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                reading.faults.push(broken(&error));
                break;
            }
        }
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != header.len() {
            let (has, wanted) = (record.len(), header.len());
            let help = "a field with a comma stands in quotes".to_owned();
            reading.fault(line, format!("it has {has} fields, there are {wanted} columns"), help);
        } else if let Some(charge) = reading.charge(&record, line) {
            reading.bill.rows += 1;
            see(&charge);
        }
    }
    reading.end()
}

/// Where a bill has what, and what was found so far.
struct Reading {
    columns: BTreeMap<String, usize>,
    bill: Bill,
    odd: BTreeMap<&'static str, Oddity>,
    faults: Vec<Fault>,
    two_currencies: bool,
}

impl Reading {
    fn of(header: &StringRecord) -> Self {
        let names = header.iter().map(plain);
        let columns: BTreeMap<String, usize> =
            names.clone().enumerate().map(|(i, name)| (name.to_owned(), i)).collect();
        let mut it = Self {
            columns,
            bill: Bill::default(),
            odd: BTreeMap::new(),
            faults: Vec::new(),
            two_currencies: false,
        };
        for name in NEEDED.iter().filter(|name| !it.columns.contains_key(**name)) {
            let near = nearest(name, it.columns.keys().map(String::as_str));
            let help = near.map_or("a bill of this specification has it".to_owned(), |near| {
                format!("is it the column `{near}`?")
            });
            it.faults.push(Fault {
                line: 1,
                message: format!("there is no column `{name}`"),
                help,
            });
        }
        for name in names {
            let is_known = NEEDED.contains(&name) || KNOWN.split(' ').any(|it| it == name);
            if !is_known && !name.starts_with("x_") {
                let said = format!("column is of no version and passed over: `{name}`");
                it.note("unknown-column", 1, || said);
            }
        }
        it.bill.version = it.version();
        it
    }

    /// The oldest version that has the columns of this bill.
    fn version(&self) -> &'static str {
        let has = |name: &str| self.columns.contains_key(name);
        match () {
            () if has("InvoiceDetailId") => "1.4",
            () if has("ServiceProviderName") || has("HostProviderName") => "1.3",
            () if has("InvoiceId") || has("BillingAccountType") => "1.2",
            () if has("SkuMeter") || has("ServiceSubcategory") => "1.1",
            () => "1.0",
        }
    }

    fn note(&mut self, name: &'static str, line: u64, said: impl FnOnce() -> String) {
        let new = || Oddity { name, count: 0, line, said: said() };
        self.odd.entry(name).or_insert_with(new).count += 1;
    }

    fn fault(&mut self, line: u64, message: String, help: String) {
        self.faults.push(Fault { line, message, help });
    }

    /// What stands in a column; what is null is empty.
    fn text<'a>(&mut self, row: &'a StringRecord, name: &str, line: u64) -> &'a str {
        let text = self.columns.get(name).and_then(|it| row.get(*it)).unwrap_or_default().trim();
        if text == "NULL" {
            self.note("null-word", line, || {
                "fields write NULL as a word, which is taken for nothing".to_owned()
            });
            return "";
        }
        text
    }

    fn charge<'a>(&mut self, row: &'a StringRecord, line: u64) -> Option<Charge<'a>> {
        let before = self.faults.len();
        let category = self.category(row, line);
        self.currency(row, line);
        let (from, to) =
            (self.day(row, "ChargePeriodStart", line), self.day(row, "ChargePeriodEnd", line));
        let billed = self.money(row, "BilledCost", line);
        let effective = self.money(row, "EffectiveCost", line);
        let contracted = self.money(row, "ContractedCost", line);
        let list = self.money(row, "ListCost", line);
        let quantity = self.quantity(row, "PricingQuantity", line);
        if billed > Some(0) && effective == Some(0) && category == "Usage" {
            self.note("effective-zero", line, || {
                "charges of use are billed and say that they cost nothing effectively".to_owned()
            });
        }
        let mut text = |name: &str| self.text(row, name, line);
        let service_provider = text("ServiceProviderName");
        let provider = text("ProviderName");
        let provider = if service_provider.is_empty() { provider } else { service_provider };
        let charge = Charge {
            line,
            category,
            from: from.unwrap_or_default(),
            to: to.unwrap_or_default(),
            billed: billed.unwrap_or(0),
            effective: effective.unwrap_or(0),
            contracted: contracted.unwrap_or(0),
            list: list.unwrap_or(0),
            provider,
            issuer: text("InvoiceIssuerName"),
            service_category: text("ServiceCategory"),
            service: text("ServiceName"),
            quantity,
            unit: text("PricingUnit"),
            sku: text("SkuId"),
            sku_details: text("SkuPriceDetails"),
            description: text("ChargeDescription"),
            resource: [text("ResourceType"), text("ResourceName"), text("ResourceId")],
        };
        (self.faults.len() == before).then_some(charge)
    }

    fn category<'a>(&mut self, row: &'a StringRecord, line: u64) -> &'a str {
        let text = self.text(row, "ChargeCategory", line);
        if !CATEGORIES.contains(&text) && self.columns.contains_key("ChargeCategory") {
            let help = match nearest(text, CATEGORIES) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", CATEGORIES.join(", ")),
            };
            self.fault(line, format!("ChargeCategory is `{text}`"), help);
        }
        text
    }

    /// All charges are of one currency; a second one is told once.
    fn currency(&mut self, row: &StringRecord, line: u64) {
        let text = self.text(row, "BillingCurrency", line);
        if self.bill.currency.is_empty() {
            text.clone_into(&mut self.bill.currency);
        } else if self.bill.currency != text && !self.two_currencies {
            self.two_currencies = true;
            let first = &self.bill.currency;
            let message = format!("it is billed in {text}, those above in {first}");
            self.fault(line, message, "give one file a currency".to_owned());
        }
    }

    /// An amount; null where the column is not there.
    fn money(&mut self, row: &StringRecord, name: &str, line: u64) -> Option<i128> {
        if !self.columns.contains_key(name) {
            return None;
        }
        let text = self.text(row, name, line);
        let amount = amount(text);
        if amount.is_none() {
            let help = "write a number such as 1250.50, without sign or unit of money".to_owned();
            self.fault(line, format!("{name} is `{text}`"), help);
        }
        amount
    }

    fn quantity(&mut self, row: &StringRecord, name: &str, line: u64) -> Option<f64> {
        let text = self.text(row, name, line);
        if text.is_empty() {
            return None;
        }
        let number = text.parse::<f64>().ok().filter(|it| it.is_finite());
        if number.is_none() {
            self.fault(line, format!("{name} is `{text}`"), "write a number".to_owned());
        }
        number
    }

    fn day(&mut self, row: &StringRecord, name: &str, line: u64) -> Option<Date> {
        if !self.columns.contains_key(name) {
            return None;
        }
        let text = self.text(row, name, line);
        let Some((day, has_zone)) = day(text) else {
            let help = "write a moment such as 2027-03-01T00:00:00Z".to_owned();
            self.fault(line, format!("{name} is `{text}`"), help);
            return None;
        };
        if !has_zone {
            self.note("times-without-zone", line, || {
                "times lack T and Z and are taken as UTC".to_owned()
            });
        }
        Some(day)
    }

    fn end(mut self) -> Result<Bill, Vec<Fault>> {
        if self.bill.rows == 0 && self.faults.is_empty() {
            self.fault(0, "there is no charge".to_owned(), "write a line for each".to_owned());
        }
        self.bill.oddities = self.odd.into_values().collect();
        if self.faults.is_empty() { Ok(self.bill) } else { Err(self.faults) }
    }
}

/// A decimal, exactly, to twelve places; an exponent is taken too.
fn amount(text: &str) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |it| (-1, it));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_plain = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    if is_plain(whole) && is_plain(part) && whole.len() + part.len() > 0 && whole.len() < 20 {
        let padded = format!("{:0<12}", part.get(..12).unwrap_or(part));
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let part: i128 = padded.parse().ok()?;
        return Some(sign * (whole * ONE + part));
    }
    let number = text.parse::<f64>().ok().filter(|it| it.abs() < 1e18)?;
    text.contains(['e', 'E']).then_some((number * ONE as f64) as i128)
}

/// The day of a moment, and whether T and Z stand where they should.
fn day(text: &str) -> Option<(Date, bool)> {
    let date = text.get(..10)?.parse::<Date>().ok()?;
    let rest = &text[10..];
    let zone = ["Z", "+00:00", " UTC"].into_iter().find_map(|it| rest.strip_suffix(it));
    let time = zone.unwrap_or(rest);
    let clock = time.strip_prefix(['T', ' ']).unwrap_or(time);
    let is_clock = |it: &str| it.bytes().all(|it| it.is_ascii_digit() || b":.".contains(&it));
    is_clock(clock).then_some((date, zone.is_some() && time.starts_with('T')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_to_twelve_places() {
        assert_eq!(amount("0.00000080000"), Some(800_000));
        assert_eq!(amount("-3.5"), Some(-3_500_000_000_000));
        assert_eq!(amount("12"), Some(12 * ONE));
        assert_eq!(amount("1.5e-3"), Some(1_500_000_000));
        assert_eq!([amount(""), amount("$3"), amount("1,000"), amount("nan")], [None; 4]);
    }

    #[test]
    fn moments_are_read_as_they_are_met() {
        let day_of = |it| day(it).map(|it| (it.0.to_string(), it.1));
        let found = |it: &str, zoned| Some((it.to_owned(), zoned));
        assert_eq!(day_of("2024-09-01T00:00:00Z"), found("2024-09-01", true));
        assert_eq!(day_of("2024-09-01 22:00:00"), found("2024-09-01", false));
        assert_eq!(day_of("2024-09-01T00:00:00.000Z"), found("2024-09-01", true));
        assert_eq!(day_of("2024-09-01"), found("2024-09-01", false));
        assert_eq!(
            [day_of("2024-13-01"), day_of("soon"), day_of("2024-09-01Tnoon")],
            [None, None, None]
        );
    }
}
