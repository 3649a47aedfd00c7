//! The table of bills as charges.

use csv::Writer;
use offtake::view::{Cells, Table};

use super::Version;

/// A bill as bytes, and what is in it.
#[derive(Clone, Debug)]
pub struct Written {
    /// The file.
    pub bytes: Vec<u8>,
    /// Charges.
    pub rows: usize,
    /// Deals whose layer is no cost of use: money lent, and shares.
    pub left_out: Vec<String>,
}

/// Writes the table of bills.
///
/// # Errors
/// What is missing in the table.
pub fn write(bills: &Table, version: Version) -> Result<Written, String> {
    let lines = Lines::of(bills)?;
    let (mut charges, mut left_out) = (Vec::new(), Vec::new());
    for of_month in lines.all.chunk_by(|a, b| (a.deal, a.month) == (b.deal, b.month)) {
        let first = &of_month[0];
        if service(first.layer).is_none() {
            left_out.push(first.deal.to_owned());
            continue;
        }
        charges.extend(commitment(of_month));
        charges.extend(of_month.iter().map(|it| charge(it)));
    }
    left_out.dedup();
    let columns: Vec<&Column> = COLUMNS.iter().filter(|it| it.is_in(version)).collect();
    let mut out = Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| error.to_string();
    out.write_record(columns.iter().map(|it| it.name)).map_err(failed)?;
    for it in &charges {
        let cells = columns.iter().map(|column| (column.of)(it).unwrap_or_default());
        out.write_record(cells).map_err(failed)?;
    }
    let bytes = out.into_inner().map_err(|error| error.to_string())?;
    Ok(Written { bytes, rows: charges.len(), left_out })
}

/// A line of the table of bills; money in micro-dollars.
#[derive(Clone, Copy)]
struct Line<'a> {
    month: &'a str,
    from: &'a str,
    to: &'a str,
    deal: &'a str,
    layer: &'a str,
    kind: &'a str,
    buyer: (&'a str, &'a str),
    seller: (&'a str, &'a str),
    fleet: &'a str,
    rack: &'a str,
    region: &'a str,
    charge: &'a str,
    amount: i64,
    covered: i64,
    quantity: f64,
    unit: &'a str,
}

struct Lines<'a> {
    all: Vec<Line<'a>>,
}

impl<'a> Lines<'a> {
    fn of(bills: &'a Table) -> Result<Self, String> {
        let column = |name: &str| {
            let found = bills.columns.iter().find(|it| it.name == name).map(|it| &it.cells);
            found.ok_or_else(|| format!("the table of bills has no column `{name}`"))
        };
        let odd = |name: &str| format!("the column `{name}` of the bills is not what it should be");
        let texts = |name: &str| match column(name)? {
            Cells::Text(it) => Ok(it.as_slice()),
            _ => Err(odd(name)),
        };
        let money = |name: &str| match column(name)? {
            Cells::Millionths(it) => Ok(it.as_slice()),
            _ => Err(odd(name)),
        };
        let Cells::Number(quantity) = column("quantity")? else { return Err(odd("quantity")) };
        let (amount, covered) = (money("amount")?, money("covered")?);
        let [month, from, to, deal, layer, kind] =
            ["month", "from", "to", "deal", "layer", "kind"].map(texts);
        let [buyer, buyer_title, seller, seller_title] =
            ["buyer", "buyer_title", "seller", "seller_title"].map(texts);
        let [fleet, rack, region, charge, unit] =
            ["fleet", "rack", "region", "charge", "unit"].map(texts);
        let (month, from, to, deal, layer, kind) = (month?, from?, to?, deal?, layer?, kind?);
        let (buyer, buyer_title, seller, seller_title) =
            (buyer?, buyer_title?, seller?, seller_title?);
        let (fleet, rack, region, charge, unit) = (fleet?, rack?, region?, charge?, unit?);
        let line = |i: usize| Line {
            month: &month[i],
            from: &from[i],
            to: &to[i],
            deal: &deal[i],
            layer: &layer[i],
            kind: &kind[i],
            buyer: (&buyer[i], &buyer_title[i]),
            seller: (&seller[i], &seller_title[i]),
            fleet: &fleet[i],
            rack: &rack[i],
            region: &region[i],
            charge: &charge[i],
            amount: amount[i],
            covered: covered[i],
            quantity: quantity[i],
            unit: &unit[i],
        };
        Ok(Self { all: (0..bills.rows()).map(line).collect() })
    }
}

impl Line<'_> {
    /// Whether it is of a deal that commits the buyer to a volume.
    fn is_committed(&self) -> bool {
        self.kind == "take-or-pay" && self.unit == "GPU-hour"
    }

    /// Whether it is covered by the purchase of its month.
    fn is_of_commitment(&self) -> bool {
        self.is_committed() && matches!(self.charge, "use" | "shortfall")
    }
}

/// What a layer is, in the words of the specification: service, category, subcategory.
fn service(layer: &str) -> Option<[&'static str; 3]> {
    match layer {
        "rent" => Some(["GPU capacity", "Compute", "Virtual Machines"]),
        "chips" => Some(["Accelerators", "Compute", "Other (Compute)"]),
        "site" => Some(["Data-centre sites", "Other", "Other (Other)"]),
        "unnamed" => Some(["Compute without a named seller", "Compute", "Other (Compute)"]),
        _ => None,
    }
}

/// A charge as the specification sees it; money in micro-dollars.
struct Charged<'a> {
    line: Line<'a>,
    what: &'a str,
    category: &'static str,
    frequency: &'static str,
    status: Option<&'static str>,
    billed: i64,
    effective: i64,
    contracted: i64,
    quantity: f64,
}

/// What the buyer owes for the month of a commitment, beside what is prepaid.
fn commitment<'a>(of_month: &[Line<'a>]) -> Option<Charged<'a>> {
    let covered = || of_month.iter().filter(|it| it.is_of_commitment());
    let line = *covered().next()?;
    let billed: i64 = covered().map(|it| it.amount - it.covered).sum();
    let price = line.amount as f64 / line.quantity;
    let purchase = Charged {
        line,
        what: "commitment",
        category: "Purchase",
        frequency: "Recurring",
        status: None,
        billed,
        effective: 0,
        contracted: billed,
        quantity: billed as f64 / price,
    };
    (billed != 0).then_some(purchase)
}

fn charge<'a>(line: &Line<'a>) -> Charged<'a> {
    let used = Charged {
        line: *line,
        what: line.charge,
        category: "Usage",
        frequency: "Usage-Based",
        status: None,
        billed: line.amount - line.covered,
        effective: line.amount,
        contracted: line.amount,
        quantity: line.quantity,
    };
    match line.charge {
        "use" if line.is_committed() => Charged { status: Some("Used"), billed: 0, ..used },
        "shortfall" if line.is_committed() => Charged { status: Some("Unused"), billed: 0, ..used },
        "use" | "overage" if line.unit == "GPU-hour" => used,
        "use" | "shortfall" | "due" => {
            let frequency = if line.unit == "delivery" { "One-Time" } else { "Recurring" };
            Charged { category: "Purchase", frequency, ..used }
        }
        "prepayment" | "returned" | "deposit" | "deposit-returned" => {
            Charged { category: "Purchase", frequency: "One-Time", effective: 0, ..used }
        }
        "credit" => Charged { category: "Credit", frequency: "One-Time", ..used },
        _ if line.amount < 0 => Charged { category: "Credit", frequency: "One-Time", ..used },
        _ => Charged { category: "Adjustment", frequency: "One-Time", ..used },
    }
}

impl Charged<'_> {
    /// Whether it has a unit and a price: what is bought or used.
    fn is_priced(&self) -> bool {
        matches!(self.category, "Usage" | "Purchase")
    }

    fn priced(&self, text: impl Into<String>) -> Option<String> {
        self.is_priced().then(|| text.into())
    }

    fn committed(&self, text: impl Into<String>) -> Option<String> {
        let is_of_it = self.line.is_committed() && self.line.charge != "overage";
        (self.is_priced() && is_of_it).then(|| text.into())
    }

    fn consumed(&self, text: impl Into<String>) -> Option<String> {
        (self.category == "Usage" && self.status != Some("Unused")).then(|| text.into())
    }

    fn sku(&self) -> String {
        let it = &self.line;
        if it.rack.is_empty() { it.layer.to_owned() } else { format!("{}/{}", it.layer, it.rack) }
    }

    fn unit(&self) -> &'static str {
        match self.line.unit {
            "GPU-hour" => "GPU-Hours",
            "month" => "Months",
            _ => "Units",
        }
    }

    fn description(&self) -> String {
        let of = format!("deal {}, {}", self.line.deal, self.line.month);
        match self.what {
            "commitment" => format!("owed for the month by take-or-pay, used or not: {of}"),
            "use" => format!("used: {of}"),
            "shortfall" => format!("delivered, not used, owed by take-or-pay: {of}"),
            "credit" => format!("given back by the year's true-up: {of}"),
            "prepayment" => format!("prepaid on the first day: {of}"),
            "returned" => format!("left over of the prepayment, returned: {of}"),
            "overage" => format!("used above the minimum: {of}"),
            "service-credit" => format!("given back for what failed: {of}"),
            "damages" => format!("paid by the seller for what is late: {of}"),
            "termination" => format!("paid for an end before the term: {of}"),
            "deposit" => format!("paid first and held: {of}"),
            "deposit-returned" => format!("what was held, returned: {of}"),
            "due" => format!("due by the calendar: {of}"),
            other => format!("{other}: {of}"),
        }
    }
}

/// A column: its name, the versions that have it, what it says of a charge; nothing is null.
struct Column {
    name: &'static str,
    since: Version,
    until: Version,
    of: fn(&Charged<'_>) -> Option<String>,
}

impl Column {
    fn is_in(&self, version: Version) -> bool {
        self.since <= version && version <= self.until
    }

    const fn since(self, since: Version) -> Self {
        Self { since, ..self }
    }

    const fn until(self, until: Version) -> Self {
        Self { until, ..self }
    }
}

const fn column(name: &'static str, of: fn(&Charged<'_>) -> Option<String>) -> Column {
    Column { name, since: Version::V1_2, until: Version::V1_4, of }
}

/// Every mandatory column and those conditional ones whose condition holds here, by name as the
/// specification has them; our own, which begin with `x_`, last.
static COLUMNS: [Column; 50] = [
    column("BilledCost", |it| Some(dollars(it.billed))),
    column("BillingAccountId", |it| Some(it.line.buyer.0.to_owned())),
    column("BillingAccountName", |it| Some(it.line.buyer.1.to_owned())),
    column("BillingCurrency", |_| Some("USD".to_owned())),
    column("BillingPeriodEnd", |it| Some(month_after(it.line.month))),
    column("BillingPeriodStart", |it| Some(format!("{}-01T00:00:00Z", it.line.month))),
    column("ChargeCategory", |it| Some(it.category.to_owned())),
    column("ChargeClass", |_| None),
    column("ChargeDescription", |it| Some(it.description())),
    column("ChargeFrequency", |it| Some(it.frequency.to_owned())),
    column("ChargePeriodEnd", |it| Some(moment(it.line.to))),
    column("ChargePeriodStart", |it| Some(moment(it.line.from))),
    column("CommitmentDiscountCategory", |it| it.committed("Usage")),
    column("CommitmentDiscountId", |it| it.committed(it.line.deal)),
    column("CommitmentDiscountName", |it| it.committed(it.line.deal)),
    column("CommitmentDiscountQuantity", |it| it.committed(number(it.quantity))),
    column("CommitmentDiscountStatus", |it| it.status.map(str::to_owned)),
    column("CommitmentDiscountType", |it| it.committed("Take-or-pay")),
    column("CommitmentDiscountUnit", |it| it.committed(it.unit())),
    column("ConsumedQuantity", |it| it.consumed(number(it.quantity))),
    column("ConsumedUnit", |it| it.consumed(it.unit())),
    column("ContractedCost", |it| Some(dollars(it.contracted))),
    column("ContractedUnitPrice", |it| it.priced(price(it))),
    column("EffectiveCost", |it| Some(dollars(it.effective))),
    column("HostProviderName", |it| Some(it.line.seller.1.to_owned())).since(Version::V1_3),
    column("InvoiceDetailId", |it| Some(format!("{}-{}", invoice(it), it.what)))
        .since(Version::V1_4),
    column("InvoiceId", |it| Some(invoice(it))),
    column("InvoiceIssuerName", |it| Some(it.line.seller.1.to_owned())),
    column("ListCost", |it| Some(dollars(it.contracted))),
    column("PricingCategory", |it| {
        it.priced(if it.status.is_some() { "Committed" } else { "Standard" })
    }),
    column("PricingQuantity", |it| it.priced(number(it.quantity))),
    column("PricingUnit", |it| it.priced(it.unit())),
    column("ProviderName", |it| Some(it.line.seller.1.to_owned())).until(Version::V1_3),
    column("PublisherName", |it| Some(it.line.seller.1.to_owned())).until(Version::V1_3),
    column("RegionId", |it| told(it.line.region)),
    column("RegionName", |it| told(it.line.region)),
    column("ResourceId", |it| told(it.line.fleet)),
    column("ResourceName", |it| told(it.line.fleet)),
    column("ResourceType", |it| told(it.line.fleet).map(|_| "GPU fleet".to_owned())),
    column("ServiceCategory", |it| of_service(it, 1)),
    column("ServiceName", |it| of_service(it, 0)),
    column("ServiceProviderName", |it| Some(it.line.seller.1.to_owned())).since(Version::V1_3),
    column("ServiceSubcategory", |it| of_service(it, 2)),
    column("SkuId", |it| it.priced(it.sku())),
    column("SkuMeter", |it| it.priced(it.unit())),
    column("SkuPriceDetails", |it| {
        let one = (it.line.unit == "GPU-hour").then_some("{\"GpuCount\":1}")?;
        it.priced(one)
    }),
    column("SkuPriceId", |it| it.priced(format!("{}/{}", it.sku(), it.unit()))),
    column("SubAccountId", |it| Some(it.line.deal.to_owned())),
    column("SubAccountName", |it| Some(it.line.deal.to_owned())),
    column("x_Charge", |it| Some(it.what.to_owned())),
];

fn of_service(it: &Charged<'_>, nth: usize) -> Option<String> {
    service(it.line.layer).map(|it| it[nth].to_owned())
}

fn invoice(it: &Charged<'_>) -> String {
    format!("{}-{}", it.line.deal, it.line.month)
}

fn told(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn moment(day: &str) -> String {
    format!("{day}T00:00:00Z")
}

/// The first moment after a month.
fn month_after(month: &str) -> String {
    let (year, month) = month.split_once('-').unwrap_or((month, "12"));
    let (year, month): (i32, i32) = (year.parse().unwrap_or(0), month.parse().unwrap_or(12));
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    format!("{year:04}-{month:02}-01T00:00:00Z")
}

/// Micro-dollars as an exact decimal.
fn dollars(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let (whole, part) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
    format!("{sign}{whole}.{part:06}")
}

/// A decimal without an exponent.
fn number(it: f64) -> String {
    format!("{it}")
}

fn price(it: &Charged<'_>) -> String {
    number(it.contracted as f64 / 1e6 / it.quantity)
}
