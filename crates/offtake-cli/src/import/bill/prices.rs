//! What an hour of each kind of machine cost, and how many GPUs it has: as the bill says, else as the
//! catalogue knows the instance that the bill names.

use std::collections::BTreeMap;

use offtake::finance::UnitPrice;
use offtake::scenario::{InputValue, Row};
use offtake::time::Date;
use offtake::units::to_f64;
use offtake_files::focus::Charge;
use serde_json::{Value, json};

use super::dollars;
use crate::exit::Stop;
use crate::facts::Facts;

/// From which costs prices are reckoned.
pub enum Basis {
    /// Effective ones, as the specification means it.
    Effective,
    /// Billed ones, since so many effective ones are nothing.
    Billed { useless: u64 },
}

impl Basis {
    /// For programs.
    pub fn word(&self) -> &'static str {
        match self {
            Basis::Effective => "effective",
            Basis::Billed { .. } => "billed",
        }
    }

    /// For people.
    pub fn said(&self) -> String {
        match self {
            Basis::Effective => "from effective costs".to_owned(),
            Basis::Billed { useless } => format!(
                "from what was billed, as {useless} charges say that they cost nothing effectively"
            ),
        }
    }
}

/// Machines by the hour.
pub struct Prices {
    /// Name of an instance as bills write it, in small letters, and its GPUs.
    instances: Vec<(String, f64)>,
    /// By what it is and its unit.
    found: BTreeMap<(String, String), Found>,
}

/// What was charged for one kind of machine.
struct Found {
    gpus: Option<f64>,
    quantity: f64,
    billed: i128,
    effective: i128,
    list: i128,
    rows: u64,
    lines: (u64, u64),
    days: (Date, Date),
}

/// What a kind of machine cost.
pub struct Priced {
    /// An instance, a SKU, or what stands in the description.
    pub what: String,
    /// `Hours`
    pub unit: String,
    /// Charges.
    pub rows: u64,
    /// The first and the last line.
    pub lines: (u64, u64),
    /// The first and the last day.
    pub days: (Date, Date),
    /// Sums.
    pub price: UnitPrice,
}

impl Priced {
    /// For programs.
    pub fn json(&self) -> Value {
        json!({
            "what": self.what,
            "unit": self.unit,
            "rows": self.rows,
            "lines": [self.lines.0, self.lines.1],
            "quantity": self.price.quantity,
            "cost": self.price.cost,
            "list": self.price.list,
            "gpus": self.price.gpus,
            "per_unit": self.price.per_unit(),
            "per_gpu_hour": self.price.per_gpu_hour(),
            "discount": self.price.discount(),
        })
    }
}

impl Prices {
    /// Without a charge yet; the catalogue tells the GPUs of instances.
    pub fn with_instances() -> Result<Self, Stop> {
        let facts = Facts::read()?;
        let gpus = |row: &Row| {
            let name = row.text("name")?.to_lowercase();
            match facts.inputs.get(row.input("gpus")?).value {
                InputValue::Number { median, .. } => Some((name, to_f64(median))),
                _ => None,
            }
        };
        let rows = facts.rows.iter().filter(|it| it.noun.name == "instance");
        Ok(Self { instances: rows.filter_map(gpus).collect(), found: BTreeMap::new() })
    }

    /// Takes a charge, if it is use of machines by the hour.
    pub fn add(&mut self, it: &Charge<'_>) {
        let Some(quantity) = it.quantity.filter(|it| *it > 0.0) else { return };
        let unit = it.unit.to_lowercase();
        let is_hourly = unit.ends_with("hours") || unit.ends_with("hour") || unit.ends_with("hrs");
        let is_compute = matches!(it.service_category, "Compute" | "AI and Machine Learning");
        if it.category != "Usage" || !is_hourly || !is_compute {
            return;
        }
        let (what, gpus) = self.machine(it);
        let entry = self.found.entry((what, it.unit.to_owned())).or_insert_with(|| Found {
            gpus,
            quantity: 0.0,
            billed: 0,
            effective: 0,
            list: 0,
            rows: 0,
            lines: (it.line, it.line),
            days: (it.from, it.to),
        });
        entry.quantity += quantity;
        entry.billed += it.billed;
        entry.effective += it.effective;
        entry.list += it.list;
        entry.rows += 1;
        entry.lines.1 = it.line;
        entry.days = (entry.days.0.min(it.from), entry.days.1.max(it.to));
    }

    /// What a charge is for, and the GPUs of one unit of it.
    fn machine(&self, it: &Charge<'_>) -> (String, Option<f64>) {
        let details: Value = serde_json::from_str(it.sku_details).unwrap_or_default();
        let counted = details["GpuCount"].as_f64();
        let told = details["InstanceType"].as_str();
        let by_gpu = it.unit.to_lowercase().contains("gpu").then_some(1.0);
        let texts = [told.unwrap_or_default(), it.description, it.sku];
        let named = texts.iter().chain(&it.resource).find_map(|text| self.instance(text));
        let what = match (told, named) {
            (Some(told), _) => told,
            (None, Some((name, _))) => name,
            (None, None) if by_gpu.is_some() && !it.sku.is_empty() => it.sku,
            (None, None) if it.description.is_empty() => it.sku,
            (None, None) => it.description,
        };
        (what.to_owned(), by_gpu.or(counted).or(named.map(|it| it.1)))
    }

    /// The instance that a text names, as a word of its own.
    fn instance(&self, text: &str) -> Option<(&str, f64)> {
        let small = text.to_lowercase();
        let is_part = |it: char| it.is_alphanumeric() || matches!(it, '.' | '_' | '-');
        let words = || small.split(|it| !is_part(it)).map(|it| it.trim_matches(['.', '-']));
        let found = self.instances.iter().find(|known| words().any(|it| it == known.0));
        found.map(|it| (it.0.as_str(), it.1))
    }

    /// All kinds, those whose GPUs are known first, then by what they cost.
    pub fn all(&self, basis: &Basis) -> Vec<Priced> {
        let priced = |((what, unit), it): (&(String, String), &Found)| {
            let cost = match basis {
                Basis::Effective => it.effective,
                Basis::Billed { .. } => it.billed,
            };
            let (cost, list) = (dollars(cost), dollars(it.list));
            let price = UnitPrice { quantity: it.quantity, cost, list, gpus: it.gpus };
            let (what, unit) = (what.clone(), unit.clone());
            Priced { what, unit, rows: it.rows, lines: it.lines, days: it.days, price }
        };
        let mut all: Vec<Priced> = self.found.iter().map(priced).collect();
        all.sort_by(|a, b| {
            let known = |it: &Priced| it.price.per_gpu_hour().is_none();
            known(a).cmp(&known(b)).then(b.price.cost.total_cmp(&a.price.cost))
        });
        all
    }
}
