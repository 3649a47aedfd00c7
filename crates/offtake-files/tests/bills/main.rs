//! Do bills leave the house as the specification wants them, and come back as the ledger has them?

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use offtake::figures::{self, Look, Outcome};
use offtake::scenario::{Draw, Report, Scenario, library::STORIES};
use offtake::units::Money;
use offtake::view::{self, Table};
use offtake_files::focus::{self, Bill, Charge, ONE, Version};

/// Stories that have bills: every pricing and clause that a story uses.
const BILLED: [(&str, Option<&str>); 5] = [
    ("openai-aws", None),
    ("openai-aws", Some("prepaid")),
    ("openai-book", None),
    ("abilene", None),
    ("stargate-sites", None),
];

/// Millionths of a micro-dollar in a micro-dollar.
const MICRO: i128 = ONE / 1_000_000;

struct Played {
    scenario: Scenario,
    draw: Draw,
    outcome: Outcome,
}

fn played(story: &str, variant: Option<&str>) -> Played {
    let (name, text) = STORIES.iter().find(|it| it.0 == story).unwrap();
    let (_, scenario) = offtake::read(name, text, variant, &mut Report::default());
    let scenario = scenario.unwrap();
    let draw = Draw::medians(&scenario);
    let outcome = figures::outcome(&scenario, &draw, true);
    Played { scenario, draw, outcome }
}

impl Played {
    fn bills(&self) -> Option<Table> {
        view::bills(&self.scenario, &self.draw, &self.outcome)
    }

    fn look(&self) -> Look<'_> {
        let Self { scenario, draw, outcome } = self;
        Look { scenario, draw, case: &outcome.case, played: &outcome.played }
    }

    /// What the ledger charged for all deals that are a cost of use, and what of it was paid with the bills.
    fn charged_and_billed(&self) -> (i128, i128) {
        let look = self.look();
        let (mut charged, mut billed) = (0, 0);
        for deal in 0..look.case.deals.len() {
            let prepaid = self.outcome.played.books.deals[deal].prepaid;
            let left = self.outcome.played.ledger.balance(prepaid);
            charged += look.billed(deal).micros;
            billed += look.billed(deal).micros + left;
        }
        for (i, it) in look.case.pledges.iter().enumerate() {
            if matches!(it.layer, "equity" | "loan") {
                continue;
            }
            let due: Money = look.pledge_dues(i).into_iter().map(|it| it.1).sum();
            charged += due.micros;
            billed += due.micros;
        }
        (charged, billed)
    }
}

fn read(bytes: &[u8], see: impl FnMut(&Charge<'_>)) -> Bill {
    focus::read(bytes, see).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

#[test]
fn what_is_billed_and_what_is_used_up_sum_to_the_ledger_to_the_micro_dollar() {
    for (story, variant) in BILLED {
        let played = played(story, variant);
        let Some(bills) = played.bills() else { continue };
        for version in Version::ALL {
            let written = focus::write(&bills, version).unwrap();
            let (mut billed, mut effective) = (0, 0);
            let bill = read(&written.bytes, |it| {
                billed += it.billed;
                effective += it.effective;
            });
            assert_eq!(bill.rows as usize, written.rows, "{story}");
            assert!(bill.rows > 0, "{story}");
            assert_eq!((bill.version, bill.currency.as_str()), (version.word(), "USD"));
            assert_eq!(bill.oddities, [], "{story} {variant:?}");
            let ledger = played.charged_and_billed();
            assert_eq!((effective / MICRO, billed / MICRO), ledger, "{story} {variant:?}");
            assert_eq!((effective % MICRO, billed % MICRO), (0, 0));
        }
    }
}

#[test]
fn the_table_of_bills_holds_every_bill_of_every_month() {
    for (story, variant) in BILLED {
        let played = played(story, variant);
        let Some(bills) = played.bills() else { continue };
        let look = played.look();
        let mut by_month: BTreeMap<(String, String), i128> = BTreeMap::new();
        for (i, deal) in look.case.deals.iter().enumerate() {
            for (month, bill) in look.bills(i) {
                by_month.insert((deal.name.clone(), month.to_string()), bill.micros);
            }
        }
        for (i, pledge) in look.case.pledges.iter().enumerate() {
            for (month, due) in look.pledge_dues(i) {
                by_month.insert((pledge.name.clone(), month.to_string()), due.micros);
            }
        }
        by_month.retain(|_, bill| *bill != 0);
        let mut found: BTreeMap<(String, String), i128> = BTreeMap::new();
        let [deals, months, charges] = ["deal", "month", "charge"].map(|it| texts(&bills, it));
        for (i, amount) in millionths(&bills, "amount").iter().enumerate() {
            if !matches!(charges[i].as_str(), "prepayment" | "returned") {
                let key = (deals[i].clone(), months[i].clone());
                *found.entry(key).or_default() += i128::from(*amount);
            }
        }
        assert_eq!(found, by_month, "{story}");
    }
}

#[test]
fn a_prepayment_is_drawn_and_returned_as_the_ledger_says() {
    let played = played("openai-aws", Some("prepaid"));
    let bills = played.bills().unwrap();
    let charges = texts(&bills, "charge");
    let amounts = millionths(&bills, "amount");
    let prepaid: i64 = (0..amounts.len())
        .filter(|i| matches!(charges[*i].as_str(), "prepayment" | "returned"))
        .map(|i| amounts[i])
        .sum();
    let drawn: i64 = millionths(&bills, "covered").iter().sum();
    let account = played.outcome.played.books.deals[0].prepaid;
    assert!(drawn > 0);
    assert_eq!(i128::from(prepaid - drawn), played.outcome.played.ledger.balance(account));
}

fn texts<'a>(table: &'a Table, name: &str) -> &'a [String] {
    match &table.columns.iter().find(|it| it.name == name).unwrap().cells {
        view::Cells::Text(it) => it,
        other => panic!("{name} is {other:?}"),
    }
}

fn millionths<'a>(table: &'a Table, name: &str) -> &'a [i64] {
    match &table.columns.iter().find(|it| it.name == name).unwrap().cells {
        view::Cells::Millionths(it) => it,
        other => panic!("{name} is {other:?}"),
    }
}

/// The rows of a bill, a map by column each.
fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(bytes);
    reader.deserialize().map(Result::unwrap).collect()
}

/// Columns that version 1.4 makes mandatory, and whether they may be null.
const MANDATORY: [(&str, bool); 21] = [
    ("BilledCost", false),
    ("BillingAccountId", false),
    ("BillingAccountName", true),
    ("BillingCurrency", false),
    ("BillingPeriodEnd", false),
    ("BillingPeriodStart", false),
    ("ChargeCategory", false),
    ("ChargeClass", true),
    ("ChargeDescription", true),
    ("ChargePeriodEnd", false),
    ("ChargePeriodStart", false),
    ("ContractedCost", false),
    ("EffectiveCost", false),
    ("HostProviderName", false),
    ("InvoiceIssuerName", false),
    ("ListCost", false),
    ("PricingQuantity", true),
    ("PricingUnit", true),
    ("ServiceCategory", false),
    ("ServiceName", false),
    ("ServiceProviderName", false),
];

/// Columns of few words, and which.
const WORDS: [(&str, &[&str]); 7] = [
    ("ChargeCategory", &["Usage", "Purchase", "Tax", "Credit", "Adjustment"]),
    ("ChargeFrequency", &["One-Time", "Recurring", "Usage-Based"]),
    ("CommitmentDiscountCategory", &["", "Usage"]),
    ("CommitmentDiscountStatus", &["", "Used", "Unused"]),
    ("PricingCategory", &["", "Standard", "Dynamic", "Committed", "Other"]),
    ("ServiceCategory", &["Compute", "Other"]),
    ("PricingUnit", &["", "GPU-Hours", "Months", "Units"]),
];

#[test]
fn every_mandatory_column_holds_what_it_must() {
    for (story, variant) in BILLED {
        let Some(bills) = played(story, variant).bills() else { continue };
        for row in rows(&focus::write(&bills, Version::CURRENT).unwrap().bytes) {
            for (name, may_be_null) in MANDATORY {
                let value = row.get(name).unwrap_or_else(|| panic!("{name} is not there"));
                assert!(may_be_null || !value.is_empty(), "{name} is null in {row:?}");
            }
            for (name, words) in WORDS {
                assert!(words.contains(&row[name].as_str()), "{name} is {}", row[name]);
            }
            for name in row.keys().filter(|it| it.contains("Period")) {
                let (day, time) = row[name].split_once('T').unwrap();
                assert!(day.parse::<offtake::time::Date>().is_ok() && time == "00:00:00Z");
            }
            for name in row.keys().filter(|it| it.ends_with("Cost") || it.ends_with("Quantity")) {
                let plain = row[name].chars().all(|it| it.is_ascii_digit() || ".-".contains(it));
                assert!(plain, "{name} is {}", row[name]);
            }
            assert!(row["ChargePeriodStart"] < row["ChargePeriodEnd"], "{row:?}");
            assert!(row["BillingPeriodStart"] <= row["ChargePeriodStart"], "{row:?}");
            assert!(row["ChargePeriodEnd"] <= row["BillingPeriodEnd"], "{row:?}");
        }
    }
}

#[test]
fn what_is_null_hangs_on_what_the_charge_is() {
    for (story, variant) in BILLED {
        let Some(bills) = played(story, variant).bills() else { continue };
        for row in rows(&focus::write(&bills, Version::CURRENT).unwrap().bytes) {
            let is = |name: &str| !row[name].is_empty();
            let (usage, purchase) =
                (row["ChargeCategory"] == "Usage", row["ChargeCategory"] == "Purchase");
            let committed = is("CommitmentDiscountId");
            for name in ["SkuId", "SkuPriceId", "PricingQuantity", "PricingUnit", "PricingCategory"]
            {
                assert_eq!(is(name), usage || purchase, "{name} in {row:?}");
            }
            for name in ["Category", "Name", "Type", "Unit", "Quantity"] {
                let name = format!("CommitmentDiscount{name}");
                assert_eq!(is(&name), committed, "{name} in {row:?}");
            }
            assert_eq!(is("CommitmentDiscountStatus"), committed && usage, "{row:?}");
            let consumed = usage && row["CommitmentDiscountStatus"] != "Unused";
            assert_eq!(is("ConsumedQuantity"), consumed, "{row:?}");
            assert!(!(purchase && row["ChargeFrequency"] == "Usage-Based"), "{row:?}");
            if row["ChargeCategory"] == "Credit" {
                assert_eq!(row["ContractedCost"], row["BilledCost"]);
                assert_eq!(row["ListCost"], row["BilledCost"]);
            }
            if is("ContractedUnitPrice") {
                let number = |name: &str| row[name].parse::<f64>().unwrap();
                let cost = number("ContractedUnitPrice") * number("PricingQuantity");
                let off = (cost - number("ContractedCost")).abs();
                assert!(off <= 1e-12 * cost.abs(), "{off} in {row:?}");
            }
        }
    }
}

#[test]
fn what_a_commitment_buys_is_what_is_used_of_it_and_what_is_not() {
    for variant in [None, Some("prepaid")] {
        let played = played("openai-aws", variant);
        let bytes = focus::write(&played.bills().unwrap(), Version::CURRENT).unwrap().bytes;
        let (mut bought, mut used, mut ids) = (0, 0, BTreeSet::new());
        let micros = |text: &str| text.replace('.', "").parse::<i128>().unwrap();
        for row in rows(&bytes).iter().filter(|it| !it["CommitmentDiscountId"].is_empty()) {
            ids.insert(row["CommitmentDiscountId"].clone());
            match row["ChargeCategory"].as_str() {
                "Purchase" => {
                    bought += micros(&row["BilledCost"]);
                    assert_eq!(micros(&row["EffectiveCost"]), 0);
                }
                "Usage" => {
                    used += micros(&row["EffectiveCost"]);
                    assert_eq!(micros(&row["BilledCost"]), 0);
                }
                other => panic!("{other} carries a commitment"),
            }
        }
        assert_eq!(ids.len(), 1);
        assert!(bought > 0);
        let left =
            played.outcome.played.ledger.balance(played.outcome.played.books.deals[0].prepaid);
        assert_eq!(bought - left, used, "{variant:?}");
    }
}

#[test]
fn older_versions_have_the_columns_of_their_time() {
    let bills = played("openai-aws", None).bills().unwrap();
    let has = |version, name: &str| {
        rows(&focus::write(&bills, version).unwrap().bytes)[0].contains_key(name)
    };
    for (name, versions) in [
        ("ProviderName", [true, true, false]),
        ("PublisherName", [true, true, false]),
        ("ServiceProviderName", [false, true, true]),
        ("HostProviderName", [false, true, true]),
        ("InvoiceDetailId", [false, false, true]),
        ("InvoiceId", [true, true, true]),
    ] {
        assert_eq!(Version::ALL.map(|it| has(it, name)), versions, "{name}");
    }
}

/// What `sum` of some column of a foreign bill comes to, as others computed it with decimals.
struct Reference {
    rows: u64,
    billed: &'static str,
    effective: &'static str,
    list: &'static str,
    credits: u64,
    /// Charges that are billed and cost nothing effectively.
    useless: u64,
}

/// By Python's decimal module over the file's own text.
const CUT: Reference = Reference {
    rows: 43,
    billed: "14.568783622300",
    effective: "13.000000000000",
    list: "14.711462644500",
    credits: 1,
    useless: 22,
};

/// The same of the whole file beside the project.
const WHOLE: Reference = Reference {
    rows: 942,
    billed: "18.006638618400",
    effective: "13.000000000000",
    list: "18.149317640600",
    credits: 1,
    useless: 604,
};

#[test]
fn a_foreign_bill_reads_as_others_read_it() {
    holds(include_bytes!("aws-2024-09.csv"), &CUT);
    let whole = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/focus-1.0/focus_sample_aws_gcp.csv.gz");
    match fs::read(whole) {
        Ok(bytes) => holds(&bytes, &WHOLE),
        Err(_) => println!("skipped in part: the whole bill is not beside the project"),
    }
}

fn holds(bytes: &[u8], expected: &Reference) {
    let (mut billed, mut effective, mut list, mut credits) = (0, 0, 0, 0);
    let bill = read(bytes, |it| {
        billed += it.billed;
        effective += it.effective;
        list += it.list;
        credits += u64::from(it.category == "Credit");
        assert_eq!(it.provider, "AWS");
        assert_eq!(it.from.to_string().get(..7), Some("2024-09"));
    });
    let decimal = |it: i128| format!("{}.{:012}", it / ONE, it % ONE);
    assert_eq!(bill.rows, expected.rows);
    assert_eq!(decimal(billed), expected.billed);
    assert_eq!(decimal(effective), expected.effective);
    assert_eq!(decimal(list), expected.list);
    assert_eq!(credits, expected.credits);
    assert_eq!((bill.version, bill.currency.as_str()), ("1.0", "USD"));
    let names: Vec<_> = bill.oddities.iter().map(|it| it.name).collect();
    assert_eq!(names, ["effective-zero", "null-word", "times-without-zone", "unknown-column"]);
    assert_eq!(bill.oddities[0].count, expected.useless);
}

#[test]
fn mistakes_are_told_together_each_with_its_line() {
    let good = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd\n";
    let faults = |rest: &str| focus::read(format!("{good}{rest}").as_bytes(), |_| {}).unwrap_err();
    let told: Vec<String> = faults(
        "1.5,USD,Usage,2027-01-01T00:00:00Z,2027-02-01T00:00:00Z\n\
         $2,USD,Use,2027-01-01T00:00:00Z,someday\n\
         3,EUR,Usage,2027-01-01T00:00:00Z,2027-02-01T00:00:00Z\n\
         4,USD,Usage\n",
    )
    .iter()
    .map(ToString::to_string)
    .collect();
    let begins = [
        "line 3: ChargeCategory is `Use`; there are Usage, Purchase",
        "line 3: ChargePeriodEnd is `someday`; write a moment",
        "line 3: BilledCost is `$2`; write a number",
        "line 4: it is billed in EUR, those above in USD; give one file a currency",
        "line 5: it has 3 fields, there are 5 columns; a field with a comma",
    ];
    assert_eq!(told.len(), begins.len(), "{told:#?}");
    assert!(told.iter().zip(begins).all(|(told, it)| told.starts_with(it)), "{told:#?}");
    let none = faults("").iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(none, ["there is no charge; write a line for each"]);
    let lacks = focus::read(&b"BilledCosts,ChargeCategory\n1,Usage\n"[..], |_| {}).unwrap_err();
    assert!(
        lacks[0].to_string().contains("no column `BilledCost`; is it the column `BilledCosts`?")
    );
}

#[test]
fn damaged_bills_end_in_mistakes_and_never_in_a_fault_of_ours() {
    let text = include_bytes!("aws-2024-09.csv");
    let mut luck: u64 = 7;
    let mut next = || {
        luck = luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (luck >> 33) as usize
    };
    let mut refused = 0;
    for _ in 0..2_000 {
        let mut damaged = text.to_vec();
        for _ in 0..1 + next() % 4 {
            let at = next() % damaged.len();
            match next() % 3 {
                0 => damaged[at] = next() as u8,
                1 => damaged.truncate(at.max(1)),
                _ => damaged.insert(at, b"\"\n,-"[next() % 4]),
            }
        }
        refused += usize::from(focus::read(&damaged[..], |_| {}).is_err());
    }
    assert!(refused > 500, "{refused}");
}
