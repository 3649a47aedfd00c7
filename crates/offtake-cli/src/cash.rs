//! What do dated cash flows come to? Worth, every rate of return, payback, runway, what covers the debt.

mod file;

use std::path::PathBuf;

use clap::Args;
use offtake::finance::{Appraisal, DatedRunway, DayCount, DayFlow, Rates, Status, Terms, Worth};
use offtake::scenario::Files;
use offtake::time::Date;
use offtake::units::{Money, nearest};
use serde_json::{Value, json};

use crate::amount::{Amounts, share, shown};
use crate::exit::{Exit, Stop};
use crate::faults::Faults;
use crate::input;
use crate::out;
use crate::paint::Looks;
use crate::table::{Fit, table};

/// Net present value, every rate of return, payback, runway and cover ratios of dated cash flows.
#[derive(Args)]
pub struct CashArgs {
    /// A table `date,amount`; with columns `interest,principal` the amounts are before debt. `-` is stdin.
    flows: PathBuf,
    /// The rate a year at which worth is reckoned, such as "8 %" or 0.08.
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    discount: Option<String>,
    /// How years are counted, such as ACT_365F (as XIRR does), ACT_360, ACT_ACT_ISDA, THIRTY_E_360.
    #[arg(long, value_name = "NAME", default_value = "ACT_365F")]
    day_count: String,
    /// Cash before the first flow: tells how long it lasts.
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    cash: Option<String>,
    /// What can be drawn besides cash.
    #[arg(long, value_name = "AMOUNT", requires = "cash")]
    facility: Option<String>,
    /// The loan's rate a year: tells cover over the life of loan and project.
    #[arg(long, value_name = "RATE")]
    loan_rate: Option<String>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// The lowest and the highest rate a year that is taken for one.
const RATES: (f64, f64) = (-0.99, 10.0);

/// What was read.
struct Flows {
    all: Vec<DayFlow>,
    name: String,
    amounts: Amounts,
    from: Date,
    to: Date,
    faults: Faults,
}

/// Reads, reckons and tells.
pub fn cash(args: &CashArgs) -> Result<Exit, Stop> {
    let mut amounts = Amounts::default();
    let terms = args.terms(&mut amounts)?;
    let input = input::table(&args.flows)?;
    let (mut files, mut faults) = (Files::default(), Faults::default());
    files.add(&input.name, &input.text);
    let all = file::read(&files, &mut faults, &mut amounts);
    faults.tell(&input.name, &files)?;
    let days = || all.iter().map(|it| it.date);
    let (from, to) = (days().min().expect("a flow"), days().max().expect("a flow"));
    let appraisal = Appraisal::of(&all, &terms);
    let flows = Flows { all, name: input.name, amounts, from, to, faults };
    if args.json {
        out::print_json(&flows.document(&terms, &appraisal))
    } else {
        out::show(&flows.page(&terms, &appraisal), Looks::Chapters)
    }
}

impl CashArgs {
    fn terms(&self, amounts: &mut Amounts) -> Result<Terms, Stop> {
        let rate = |name: &str, text: &Option<String>| {
            text.as_deref().map(|it| share(name, it, RATES.0, RATES.1)).transpose()
        };
        let mut money = |name: &str, text: &Option<String>| {
            let mut faults = Faults::default();
            let read = |it: &String| amounts.read(it, Default::default(), &mut faults);
            let amount = text.as_ref().and_then(read);
            match faults.mistakes().first() {
                Some(why) => Err(Stop::wrong(format!("--{name}: {why}"))),
                None => Ok(amount),
            }
        };
        Ok(Terms {
            day_count: day_count(&self.day_count)?,
            discount: rate("discount", &self.discount)?,
            cash: money("cash", &self.cash)?,
            facility: money("facility", &self.facility)?.unwrap_or(Money::ZERO),
            loan_rate: rate("loan-rate", &self.loan_rate)?,
        })
    }
}

fn day_count(name: &str) -> Result<DayCount, Stop> {
    let asked = name.to_ascii_uppercase().replace(['/', ' ', '.'], "_");
    let known = DayCount::NAMED.map(|it| it.0);
    DayCount::NAMED
        .iter()
        .find(|it| it.0 == asked || it.0 == format!("{asked}F"))
        .map(|it| it.1)
        .ok_or_else(|| {
            let near = nearest(&asked, known.iter().copied());
            let hint = near.map_or(String::new(), |it| format!("; did you mean `{it}`?"));
            Stop::wrong(format!(
                "no day count is called `{name}`{hint} (there are {})",
                known.join(", ")
            ))
        })
}

impl Flows {
    /// Why there is no rate, where there is none.
    fn because(&self, rates: &Rates) -> Option<&'static str> {
        match rates.sign_changes {
            _ if !rates.roots.is_empty() => None,
            _ if self.from == self.to => Some("all flows are of one day"),
            0 => Some("all flows are of one sign"),
            _ => Some("there is no rate at which they are worth nothing"),
        }
    }

    // For programs.

    fn document(&self, terms: &Terms, it: &Appraisal) -> Value {
        let mut told = json!({
            "name": self.name,
            "flows": self.all.len(),
            "from": self.from.to_string(),
            "to": self.to.to_string(),
            "currency": self.amounts.name(),
            "day_count": terms.day_count.name(),
            "discount": terms.discount,
            "runway": it.runway.as_ref().map(|it| runway(it, terms)),
            "after_debt": it.after_debt.as_ref().map(|it| self.worth(it)),
            "cover": cover(it),
            "rounded": self.amounts.rounded(),
            "warnings": self.faults.warnings(),
        });
        let mut worth = self.worth(&it.before_debt);
        for key in ["sum", "npv", "irr", "payback", "payback_discounted"] {
            told[key] = worth[key].take();
        }
        told
    }

    fn worth(&self, it: &Worth) -> Value {
        let day = |it: Option<Date>| it.map(|it| it.to_string());
        json!({
            "sum": it.sum.dollars(),
            "npv": it.npv,
            "irr": {
                "roots": it.rates.roots,
                "status": it.rates.status.word(),
                "because": self.because(&it.rates),
                "sign_changes": it.rates.sign_changes,
                "unsure": it.rates.unsure,
            },
            "payback": day(it.payback),
            "payback_discounted": day(it.payback_discounted),
        })
    }

    // For people.

    fn page(&self, terms: &Terms, it: &Appraisal) -> String {
        let (name, currency) = (&self.name, self.amounts.name());
        let mut text = format!(
            "{name}: {} flows from {} to {}, {currency}, years by {}\n\n",
            self.all.len(),
            self.from,
            self.to,
            terms.day_count.name()
        );
        let mut rows = self.lines(&it.before_debt, terms);
        if let Some(after) = &it.after_debt {
            let mut lines = self.lines(after, terms).into_iter();
            rows.iter_mut().for_each(|row| row.push(lines.next().expect("as many").remove(1)));
            text.push_str(&table(
                &["", "before debt", "after debt"],
                &rows,
                1,
                Fit::Wrap,
                out::width(),
            ));
        } else {
            text.push_str(&table(&["", "all flows"], &rows, 1, Fit::Wrap, out::width()));
        }
        if let Some(it) = &it.runway {
            text.push_str(&format!("\n{}\n", self.lasts(it, terms)));
        }
        if let Some((day, least, mean)) = it.dscr() {
            text.push_str(&format!(
                "\ndebt service is covered {least:.2} times at the least ({day}), {mean:.2} on average\n\n"
            ));
            text.push_str(&self.covered(it));
        }
        text
    }

    fn lines(&self, it: &Worth, terms: &Terms) -> Vec<Vec<String>> {
        let money = |it: f64| shown(it, self.amounts.name());
        let day = |it: Option<Date>| it.map_or("never".to_owned(), |it| it.to_string());
        let mut rows = vec![vec!["sum".to_owned(), money(it.sum.dollars())]];
        if let (Some(npv), Some(rate)) = (it.npv, terms.discount) {
            rows.push(vec![format!("worth at {} a year", percent(rate)), money(npv)]);
        }
        rows.push(vec!["rate of return".to_owned(), self.rates(&it.rates)]);
        rows.push(vec!["paid back".to_owned(), day(it.payback)]);
        if terms.discount.is_some() {
            rows.push(vec!["paid back, discounted".to_owned(), day(it.payback_discounted)]);
        }
        rows
    }

    fn rates(&self, it: &Rates) -> String {
        let told: Vec<String> = it.roots.iter().map(|it| percent(*it)).collect();
        let told = match self.because(it) {
            Some(why) => format!("none: {why}"),
            None => format!("{} a year", told.join(" and ")),
        };
        match (it.status, it.roots.len()) {
            (Status::Complete, 0 | 1) => told,
            (Status::Complete, _) => format!("{told}: no single rate judges these flows"),
            (Status::Searched, _) => {
                let between = |it: &(f64, f64)| format!("{} and {}", percent(it.0), percent(it.1));
                let all: Vec<String> = it.unsure.iter().map(between).collect();
                format!("{told}; not sure between {}", all.join(", "))
            }
        }
    }

    fn lasts(&self, it: &DatedRunway, terms: &Terms) -> String {
        let money = |it: Money| shown(it.dollars(), self.amounts.name());
        let lowest = format!("cash is lowest on {}: {}", it.min.0, money(it.min.1));
        let (what, runs) = match terms.facility > Money::ZERO {
            true => ("cash and facility", "run"),
            false => ("cash", "runs"),
        };
        match it.first_short {
            Some(day) => {
                let missing = money(it.funding_gap);
                format!("{what} {runs} short on {day}; {lowest}; {missing} are missing")
            }
            None => format!("{what} never {runs} short; {lowest}"),
        }
    }

    fn covered(&self, it: &Appraisal) -> String {
        let money = |it: f64| shown(it, self.amounts.name());
        let times = |it: Option<f64>| it.map_or("-".to_owned(), |it| format!("{it:.2}"));
        let row = |it: &offtake::finance::DayCover| {
            let (loan, cover) = (it.payment, it.cover);
            vec![
                it.date.to_string(),
                money(loan.opening),
                money(loan.interest),
                money(loan.principal),
                times(cover.dscr),
                times(cover.llcr),
                times(cover.plcr),
            ]
        };
        let rows: Vec<Vec<String>> = it.cover.iter().map(row).collect();
        let header = ["day", "owed before", "interest", "principal", "DSCR", "LLCR", "PLCR"];
        table(&header, &rows, 1, Fit::Cut, out::width())
    }
}

fn runway(it: &DatedRunway, terms: &Terms) -> Value {
    json!({
        "opening": terms.cash.map(Money::dollars),
        "facility": terms.facility.dollars(),
        "min_cash": it.min.1.dollars(),
        "min_date": it.min.0.to_string(),
        "first_short": it.first_short.map(|it| it.to_string()),
        "funding_gap": it.funding_gap.dollars(),
        "cash": it.cash.iter().map(|it| json!([it.0.to_string(), it.1.dollars()])).collect::<Vec<_>>(),
    })
}

fn cover(it: &Appraisal) -> Value {
    let Some((day, least, mean)) = it.dscr() else { return Value::Null };
    let row = |it: &offtake::finance::DayCover| {
        json!({
            "date": it.date.to_string(),
            "opening": it.payment.opening,
            "interest": it.payment.interest,
            "principal": it.payment.principal,
            "closing": it.payment.closing,
            "dscr": it.cover.dscr,
            "llcr": it.cover.llcr,
            "plcr": it.cover.plcr,
            "icr": it.cover.icr,
        })
    };
    json!({
        "dscr_min": least,
        "dscr_min_date": day.to_string(),
        "dscr_mean": mean,
        "llcr": it.cover[0].cover.llcr,
        "plcr": it.cover[0].cover.plcr,
        "rows": it.cover.iter().map(row).collect::<Vec<_>>(),
    })
}

/// A rate in percent, with the decimals that tell it from its neighbours.
fn percent(rate: f64) -> String {
    if rate.abs() >= 100.0 {
        return format!("{} %", offtake::units::compact(rate * 100.0));
    }
    let text = format!("{:.3}", rate * 100.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{} %", if text == "-0" { "0" } else { text })
}
