//! What does a bill say: who billed what for when, what a GPU-hour cost, and how a scenario takes that price?

mod prices;
mod snippet;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::time::Instant;

use offtake::time::Date;
use offtake::units::{grouped, scaled};
use offtake_files::focus::{self, Bill, Charge};
use offtake_files::trace::unpacked;
use serde_json::{Value, json};

use super::ImportArgs;
use crate::exit::{Exit, Stop};
use crate::table::{Fit, table};
use crate::{out, write};
use prices::{Basis, Priced, Prices};

/// Whether a file is a bill, by its first line. What comes by a pipe is looked at only once, so never.
pub fn is_one(path: &Path) -> bool {
    let first_line = || {
        let mut line = Vec::new();
        let reader = unpacked(BufReader::new(File::open(path)?))?;
        io::Read::take(reader, 1 << 16).read_until(b'\n', &mut line)?;
        io::Result::Ok(line)
    };
    path.is_file() && first_line().is_ok_and(|line| focus::is_header(&line))
}

/// Reads a bill, tells what it says, and writes the part of a scenario that it comes to.
pub fn import(args: &ImportArgs) -> Result<Exit, Stop> {
    if args.plain.is_some() {
        return Err(Stop::wrong("--plain is for traces: a bill has no jobs"));
    }
    let began = Instant::now();
    let name = args.jobs.display().to_string();
    let mut told = Told::new(Prices::with_instances()?);
    let see = |it: &Charge<'_>| told.add(it);
    let read = if name == "-" {
        focus::read(BufReader::new(io::stdin().lock()), see)
    } else {
        let file = File::open(&args.jobs);
        let file = file.map_err(|error| Stop::wrong(format!("cannot read `{name}`: {error}")))?;
        focus::read(BufReader::new(file), see)
    };
    told.bill = read.map_err(|faults| {
        faults.iter().for_each(|it| out::say(&format!("error: {name}: {it}")));
        Stop::told(Exit::Wrong)
    })?;
    let odd = &told.bill.oddities;
    odd.iter().for_each(|it| out::say(&format!("warning: {name}: {it}")));
    if args.reads.strict && !odd.is_empty() {
        return Err(Stop::wrong("under --strict a bill must have none of these"));
    }
    let called = args.jobs.file_name().map_or(name.clone(), |it| it.to_string_lossy().into_owned());
    let snippet = snippet::of(&called, &told);
    if let Some(file) = &args.output {
        write::replace(file, &snippet)?;
    }
    let printed = match args.json {
        true => out::print_json(&told.document(&snippet)),
        false => out::print(&format!("{}\n{snippet}", told.page())),
    };
    super::say_read(&called, began, args.output.iter());
    printed
}

/// Sums of some charges, as exact as the bill.
#[derive(Clone, Copy, Default)]
struct Sums {
    rows: u64,
    billed: i128,
    effective: i128,
    list: i128,
}

impl Sums {
    fn add(&mut self, it: &Charge<'_>) {
        self.rows += 1;
        self.billed += it.billed;
        self.effective += it.effective;
        // What covers other charges has their list price already.
        let covers_others = it.category == "Purchase" && it.effective == 0;
        self.list += if covers_others { 0 } else { it.list };
    }

    fn json(&self) -> Value {
        json!({
            "rows": self.rows,
            "billed": dollars(self.billed),
            "effective": dollars(self.effective),
            "list": dollars(self.list),
        })
    }
}

fn dollars(it: i128) -> f64 {
    it as f64 / focus::ONE as f64
}

/// What a bill says.
struct Told {
    bill: Bill,
    days: Option<(Date, Date)>,
    all: Sums,
    providers: BTreeMap<String, Sums>,
    issuers: BTreeMap<String, Sums>,
    categories: BTreeMap<String, Sums>,
    services: BTreeMap<(String, String), Sums>,
    prices: Prices,
}

impl Told {
    fn new(prices: Prices) -> Self {
        Self {
            bill: Bill::default(),
            days: None,
            all: Sums::default(),
            providers: BTreeMap::new(),
            issuers: BTreeMap::new(),
            categories: BTreeMap::new(),
            services: BTreeMap::new(),
            prices,
        }
    }

    fn add(&mut self, it: &Charge<'_>) {
        self.all.add(it);
        let (from, to) = self.days.unwrap_or((it.from, it.to));
        self.days = Some((from.min(it.from), to.max(it.to)));
        sum(&mut self.providers, it.provider, it);
        sum(&mut self.issuers, it.issuer, it);
        sum(&mut self.categories, it.category, it);
        let service = (it.service_category.to_owned(), it.service.to_owned());
        self.services.entry(service).or_default().add(it);
        self.prices.add(it);
    }

    /// What prices are reckoned from: effective costs, unless the bill's are not to be relied on.
    fn basis(&self) -> Basis {
        let odd = self.bill.oddities.iter().find(|it| it.name == "effective-zero");
        match odd {
            Some(it) => Basis::Billed { useless: it.count },
            None if self.all.effective == 0 => Basis::Billed { useless: self.all.rows },
            None => Basis::Effective,
        }
    }

    /// Services, the dearest first.
    fn services(&self) -> Vec<(&(String, String), &Sums)> {
        let mut all: Vec<_> = self.services.iter().collect();
        all.sort_by_key(|it| (-it.1.billed.abs(), -(it.1.rows as i64)));
        all
    }

    fn page(&self) -> String {
        let money = |it: i128| scaled(dollars(it), self.unit());
        let row = |name: String, it: &Sums| {
            let rows = grouped(i128::from(it.rows));
            vec![name, rows, money(it.billed), money(it.effective), money(it.list)]
        };
        let names = |of: &BTreeMap<String, Sums>| {
            let told: Vec<&str> =
                of.keys().map(String::as_str).filter(|it| !it.is_empty()).collect();
            if told.is_empty() { "not said".to_owned() } else { told.join("; ") }
        };
        let (from, to) = self.days.unwrap_or_default();
        let mut page = format!(
            "{} charges from {from} to {to} in {}, as of version {}\nprovider  {}\nbilled by {}\n\n",
            grouped(i128::from(self.all.rows)),
            self.bill.currency,
            self.bill.version,
            names(&self.providers),
            names(&self.issuers),
        );
        let mut rows: Vec<_> =
            self.categories.iter().map(|(name, it)| row(name.clone(), it)).collect();
        rows.push(row("all".to_owned(), &self.all));
        let header = ["category", "charges", "billed", "effective", "list"];
        page.push_str(&table(&header, &rows, 0, Fit::Cut, out::width()));
        let services = self.services();
        let shown = services
            .iter()
            .take(MOST)
            .map(|((category, service), it)| row(format!("{service} ({category})"), it));
        let header = ["service", "charges", "billed", "effective", "list"];
        page.push('\n');
        page.push_str(&table(&header, &shown.collect::<Vec<_>>(), 0, Fit::Cut, out::width()));
        if services.len() > MOST {
            page.push_str(&format!("and {} other services\n", services.len() - MOST));
        }
        page.push_str(&self.prices_page());
        page
    }

    fn prices_page(&self) -> String {
        let basis = self.basis();
        let priced = self.prices.all(&basis);
        if priced.is_empty() {
            return "\nno charge of compute tells hours\n".to_owned();
        }
        let or_dash = |it: Option<String>| it.unwrap_or_else(|| "-".to_owned());
        let row = |it: &Priced| {
            vec![
                it.what.clone(),
                format!("{} {}", offtake::units::compact(it.price.quantity), it.unit),
                or_dash(it.price.gpus.map(|it| it.to_string())),
                or_dash(it.price.per_unit().map(|it| price(it, 4))),
                or_dash(it.price.per_gpu_hour().map(|it| price(it, 4))),
                or_dash(it.price.discount().map(|it| format!("{:.1} %", it * 100.0))),
            ]
        };
        let rows: Vec<_> = priced.iter().take(MOST).map(row).collect();
        let header =
            ["compute by the hour", "quantity", "GPUs", "per unit", "per GPU-hour", "below list"];
        let more = priced.len().saturating_sub(MOST);
        let more = if more > 0 { format!("and {more} others\n") } else { String::new() };
        let laid = table(&header, &rows, 0, Fit::Cut, out::width());
        format!("\nprices in {}, {}\n{laid}{more}", self.unit(), basis.said())
    }

    fn unit(&self) -> &str {
        &self.bill.currency
    }

    fn document(&self, snippet: &str) -> Value {
        let (from, to) = self.days.unwrap_or_default();
        let named = |of: &BTreeMap<String, Sums>| -> Value {
            of.iter().map(|(name, it)| with_name(it.json(), &[("name", name)])).collect()
        };
        let services = self.services().into_iter().map(|((category, service), it)| {
            with_name(it.json(), &[("category", category), ("service", service)])
        });
        let basis = self.basis();
        let prices = self.prices.all(&basis);
        let oddity =
            |it: &focus::Oddity| json!({ "name": it.name, "count": it.count, "line": it.line });
        json!({
            "rows": self.all.rows,
            "version": self.bill.version,
            "currency": self.bill.currency,
            "from": from.to_string(),
            "to": to.to_string(),
            "billed": dollars(self.all.billed),
            "effective": dollars(self.all.effective),
            "list": dollars(self.all.list),
            "providers": named(&self.providers),
            "issuers": named(&self.issuers),
            "categories": named(&self.categories),
            "services": services.collect::<Value>(),
            "basis": basis.word(),
            "prices": prices.iter().map(Priced::json).collect::<Value>(),
            "oddities": self.bill.oddities.iter().map(oddity).collect::<Value>(),
            "scenario": snippet,
        })
    }
}

/// Lines that are shown to people.
const MOST: usize = 10;

fn sum(of: &mut BTreeMap<String, Sums>, name: &str, it: &Charge<'_>) {
    of.entry(name.to_owned()).or_default().add(it);
}

fn with_name(mut it: Value, names: &[(&str, &String)]) -> Value {
    names.iter().for_each(|(key, name)| it[*key] = name.as_str().into());
    it
}

/// A price with some significant digits.
fn price(it: f64, significant: i32) -> String {
    let digits = (significant - 1 - it.abs().log10().floor() as i32).clamp(0, 12) as usize;
    format!("{it:.digits$}")
}
