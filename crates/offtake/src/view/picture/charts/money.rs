//! What is billed, who can pay, who gets the money, who owes whom.

use super::super::drawing::Drawing;
use super::super::{Chart, Form, Style};
use super::{Desk, first_most, least, most};
use crate::figures::Figure;
use crate::units::{Money, scaled};
use crate::view::months;
use crate::view::tables::{numbers, texts};

impl Desk<'_> {
    fn title(&self, party: usize) -> String {
        let scenario = self.page.scenario;
        scenario.row(scenario.parties[party]).title().to_owned()
    }

    /// Those whose cash can be told.
    fn payers(&self) -> impl Iterator<Item = (usize, &str)> {
        let parties = self.page.outcome.case.parties.iter().map(|it| it.name.as_str());
        parties.enumerate().filter(|it| self.page.look().has_cash(it.0))
    }
}

/// What falls due for the machines, by deal: a day of each month on the mean, the months' sums beside.
pub(super) fn bill(desk: &Desk<'_>) -> Option<Chart> {
    let (page, case) = (desk.page, &desk.page.outcome.case);
    let mut it = desk.by_month("bill", "What the machines cost their buyer a day", "USD/day");
    let is_due =
        |it: &String| desk.months.column(it).is_some_and(|it| it.iter().any(|it| *it != 0.0));
    let rents: Vec<String> = months::rents(page).into_iter().filter(is_due).collect();
    let style = if rents.len() == 1 { Style::Line } else { Style::Stack };
    for column in &rents {
        let deal = column.split('.').nth(1).unwrap_or_default();
        desk.a_day(&mut it, column, (deal, "falls due: charges less credits", "USD"), style);
        it.shows([format!("deal.{deal}.billed")]);
    }
    let all = desk.months.a_day(rents.iter().cloned())?;
    let of_deals =
        |key: &'static str| case.deals.iter().map(move |it| format!("deal.{}.{key}", it.name));
    it.add(
        (
            "shortfall",
            "of it, for GPU-hours that nobody used",
            "of what is billed, for GPU-hours that were not used, mean of a day",
        ),
        (Style::Line, "simulated"),
        desk.months.a_day(of_deals("shortfall")).filter(|it| it.iter().any(|it| *it > 0.0)),
    );
    it.shows(of_deals("shortfall_paid"));
    let around = if rents.len() == 1 { format!("{}.a_day", rents[0]) } else { "billed".to_owned() };
    let days = |at: usize| desk.months.hours()[at] / 24.0;
    it.band_over(page.odds, "billed", &around, "billed", days);
    let sum =
        |ids: &[String]| ids.iter().map(|it| page.number(it)).filter(|it| it.is_finite()).sum();
    let unused = unused(
        sum(&of_deals("shortfall_paid").collect::<Vec<_>>()),
        sum(&of_deals("credits").collect::<Vec<_>>()),
    );
    let (at, peak) = first_most(&all)?;
    let sentence = format!(
        "{} falls due in all{unused}; most in {}, {}.",
        scaled(desk.total(&rents), "USD"),
        desk.month(at),
        scaled(peak, "USD/day")
    );
    desk.done(it, sentence)
}

/// What is paid for what nobody uses, before and after what is given back.
fn unused(paid: f64, back: f64) -> String {
    let usd = |it| scaled(it, "USD");
    match (paid >= 1.0, back >= 1.0) {
        (false, _) => String::new(),
        (true, false) => format!(", {} of it for GPU-hours that nobody used", usd(paid)),
        (true, true) => format!(
            "; {} is paid for GPU-hours that nobody used, of which {} comes back",
            usd(paid),
            usd(back)
        ),
    }
}

/// What everybody has whose cash is told.
pub(super) fn cash(desk: &Desk<'_>) -> Option<Chart> {
    let mut it = desk.by_month("cash", "Who can pay: cash at the month's end", "USD");
    let mut sentence = String::new();
    for (party, name) in desk.payers() {
        let id = |what: &str| format!("party.{name}.{what}");
        let all = desk.months.column(&id("cash"))?;
        let commits = !desk.page.outcome.case.parties[party].other_compute.is_empty();
        let title = desk.title(party);
        let label = if commits { format!("{title}, all known commitments") } else { title.clone() };
        sentence.push_str(&lowest(desk, &title, &all));
        it.add(
            (&id("cash"), &label, "cash, all known commitments"),
            (Style::Line, "simulated"),
            Some(all),
        );
        if commits {
            it.add(
                (
                    &id("cash_alone"),
                    &format!("{title}, these deals alone"),
                    "cash, this file's deals alone",
                ),
                (Style::Line, "simulated"),
                desk.months.column(&id("cash_alone")),
            );
        }
        it.band(desk.page.odds, &format!("cash.{name}"), &id("cash"), &title);
        it.shows(["cash_min", "first_shortfall", "funding_gap"].map(id));
    }
    desk.done(it, sentence.trim_end().to_owned())
}

fn lowest(desk: &Desk<'_>, title: &str, cash: &[f64]) -> String {
    let Some((at, low)) = least(cash) else { return String::new() };
    let (month, low) = (desk.month(at), scaled(low, "USD"));
    let short = short_in(desk, cash);
    format!("{title} is {short} and has least in {month}, {low}. ")
}

/// The months at whose end there is less than nothing.
fn short_in(desk: &Desk<'_>, cash: &[f64]) -> String {
    let short: Vec<usize> = (0..cash.len()).filter(|at| cash[*at] < 0.0).collect();
    let [Some(first), Some(last)] = [short.first(), short.last()] else {
        return "never short".to_owned();
    };
    let [from, to] = [*first, *last].map(|it| desk.month(it));
    match (short.len(), last - first + 1) {
        (1, _) => format!("short in {from}"),
        (months, all) if months < all => format!("short in {months} months from {from} to {to}"),
        _ if last + 1 == cash.len() => format!("short from {from} to the end"),
        _ => format!("short from {from} to {to}"),
    }
}

/// How often over a payer's margin covers what is due, by year: of whole years, as `coverage_min` counts them.
pub(super) fn coverage(desk: &Desk<'_>) -> Option<Chart> {
    /// A year of less than this share of the largest rent says nothing about who can pay it.
    const TOLD: f64 = 0.01;
    let look = desk.page.look();
    let payer =
        desk.payers().find(|it| look.party_years(it.0).iter().any(|it| it.coverage().is_some()));
    let (party, name) = payer?;
    let mut years = look.party_years(party);
    let largest = years.iter().map(|it| it.rent_due.dollars()).fold(0.0, f64::max);
    years.retain(|it| it.is_whole && it.rent_due.dollars() >= TOLD * largest);
    let ratio = |it: Option<f64>| it.unwrap_or(f64::NAN);
    let names = years.iter().map(|it| it.year.to_string()).collect();
    let title = format!("How often {} covers what is due", desk.title(party));
    let first = texts("year", "calendar year, UTC; those wholly played", names);
    let mut it = Drawing::new("coverage", &title, Form::Time, "ratio", first);
    let all: Vec<f64> = years.iter().map(|it| ratio(it.coverage_all())).collect();
    it.add(
        (
            "coverage_all",
            "rent and all other compute",
            "margin before compute over the rent due and all other compute",
        ),
        (Style::Bar, "simulated"),
        Some(all.clone()),
    );
    it.add(
        ("coverage", "rent alone", "margin before compute over the rent due"),
        (Style::Bar, "simulated"),
        Some(years.iter().map(|it| ratio(it.coverage())).collect()),
    );
    it.add(
        ("enough", "just enough", "as much as is due"),
        (Style::Limit, "derived"),
        Some(vec![1.0; years.len()]),
    );
    it.shows(["coverage_min_all", "coverage_min"].map(|what| format!("party.{name}.{what}")));
    let (at, low) = least(&all)?;
    let short = all.iter().filter(|it| **it < 1.0).count();
    let sentence = format!(
        "In {} of {} whole years what {} earns before compute does not cover all that is due; least in {}, {low:.2} times.",
        if short == 0 { "none".to_owned() } else { short.to_string() },
        years.len(),
        desk.title(party),
        years[at].year,
    );
    desk.done(it, sentence)
}

/// The rows of a waterfall while it falls: what moves stands where the one before ended.
#[derive(Default)]
struct Falls {
    names: Vec<String>,
    amounts: Vec<f64>,
    begins: Vec<f64>,
    roles: Vec<String>,
    level: f64,
}

impl Falls {
    fn stands(&mut self, name: &str, amount: f64) {
        self.row(name, amount, 0.0, "stands");
        self.level = amount;
    }

    /// What would not be seen is left out.
    fn moves(&mut self, name: &str, amount: f64) {
        if amount.abs() >= 1.0 {
            self.row(name, amount, self.level, "moves");
            self.level += amount;
        }
    }

    fn row(&mut self, name: &str, amount: f64, begins: f64, role: &str) {
        self.names.push(name.to_owned());
        self.amounts.push(amount);
        self.begins.push(begins);
        self.roles.push(role.to_owned());
    }

    fn drawing(self, id: &'static str, title: &str) -> Drawing {
        let mut it = Drawing::new(
            id,
            title,
            Form::Waterfall,
            "USD",
            texts("name", "what it is", self.names),
        );
        it.add(
            ("amount", "amount", "comes in, or goes out where it is negative"),
            (Style::Bar, "simulated"),
            Some(self.amounts),
        );
        it.beside(numbers("begins", "USD", "where its bar begins", self.begins));
        it.beside(texts("role", "whether it stands on the ground or moves what stood", self.roles));
        it
    }
}

/// What becomes of the first payer's money.
pub(super) fn waterfall(desk: &Desk<'_>) -> Option<Chart> {
    let case = &desk.page.outcome.case;
    let buyer = case.deals.iter().map(|it| it.buyer).chain(case.pledges.iter().map(|it| it.buyer));
    let party = buyer.into_iter().find(|it| desk.page.look().has_cash(*it))?;
    let rows = desk.page.look().party_months(party);
    let sum = |of: fn(&crate::figures::PartyMonth) -> Money| -> f64 {
        rows.iter().map(of).sum::<Money>().dollars()
    };
    let (revenue, margin) = (sum(|it| it.revenue), sum(|it| it.margin));
    let end = rows.last()?.cash.dollars();
    let [rent, other, bought, funding] = [
        sum(|it| it.rent_due),
        sum(|it| it.other_compute),
        sum(|it| it.purchases),
        sum(|it| it.funding),
    ];
    let mut falls = Falls::default();
    falls.stands("cash at the start", case.parties[party].cash.unwrap_or(Money::ZERO).dollars());
    falls.moves("revenue", revenue);
    falls.moves("spent before compute", margin - revenue);
    falls.moves("rent of these deals", -rent);
    falls.moves("chips and sites bought", -bought);
    falls.moves("other compute", -other);
    falls.moves("new money", funding);
    let rest = end - falls.level;
    falls.moves("everything else", rest);
    falls.stands("cash at the end", end);
    let title = desk.title(party);
    let mut it = falls.drawing("waterfall", &format!("What becomes of {title}'s money"));
    let name = &case.parties[party].name;
    it.shows(["revenue", "rent_due", "cash_min"].map(|what| format!("party.{name}.{what}")));
    let usd = |it| scaled(it, "USD");
    let given = match funding >= 1.0 {
        true => format!(" and {} of new money", usd(funding)),
        false => String::new(),
    };
    let beside = match other >= 1.0 {
        true => format!(", {} of that by the deals told here", usd(rent + bought)),
        false => String::new(),
    };
    let sentence = format!(
        "Of {} that {title} earns{given}, {} goes into compute{beside}; {} is there at the end.",
        usd(revenue),
        usd(rent + other + bought),
        usd(end),
    );
    desk.done(it, sentence)
}

/// Who gets what of the first deal's bill.
pub(super) fn of_the_bill(desk: &Desk<'_>) -> Option<Chart> {
    let page = desk.page;
    let of =
        |deal: &str, key: &str| page.figure(&format!("deal.{deal}.{key}")).and_then(Figure::number);
    let deals = &page.outcome.case.deals;
    let deal = deals.iter().find(|it| of(&it.name, "seller_margin").is_some())?;
    let (billed, margin) = (of(&deal.name, "billed")?, of(&deal.name, "seller_margin")?);
    let mut falls = Falls::default();
    falls.stands("billed", billed);
    falls.moves("what the machines cost", billed * (margin - 1.0));
    let (seller, kept) = (desk.title(deal.seller), billed * margin);
    falls.stands("left to the seller", kept);
    let mut it = falls.drawing(
        "bill-shared",
        &format!("Who gets the {} of the deal {}", scaled(billed, "USD"), deal.name),
    );
    it.shows(
        ["billed", "seller_margin", "owner_cost_per_gpu_hour"]
            .map(|key| format!("deal.{}.{key}", deal.name)),
    );
    let sentence = format!(
        "{} of the bill pays for machines, power and people; {seller} is left {}, {}.",
        scaled(1.0 - margin, "share"),
        scaled(kept, "USD"),
        scaled(margin, "share"),
    );
    desk.done(it, sentence)
}

/// On whom it hangs.
pub(super) fn shares(desk: &Desk<'_>) -> Option<Chart> {
    let of = |it: &Figure| Some((it.id.strip_prefix("supply.share.")?.to_owned(), it.number()?));
    let mut all: Vec<(String, f64)> = desk.page.outcome.figures.iter().filter_map(of).collect();
    if all.len() < 2 {
        return None;
    }
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    let gpus = |name: &String| {
        desk.page
            .figure(&format!("supply.gpu_share.{name}"))
            .and_then(Figure::number)
            .unwrap_or(f64::NAN)
    };
    let title = |name: &String| {
        let parties = &desk.page.outcome.case.parties;
        let party = parties.iter().position(|it| it.name == *name);
        party.map_or_else(|| name.clone(), |it| desk.title(it))
    };
    let names = texts("supplier", "who rents out", all.iter().map(|it| title(&it.0)).collect());
    let mut it = Drawing::new("shares", "Who rents out", Form::Shares, "share", names);
    it.add(
        ("share", "of the committed money", "of what is committed in the rent layer"),
        (Style::Bar, "derived"),
        Some(all.iter().map(|it| it.1).collect()),
    );
    it.beside(numbers(
        "gpu_share",
        "share",
        "of the delivered GPUs, where counts are told",
        all.iter().map(|it| gpus(&it.0)).collect(),
    ));
    it.shows(
        all.iter().map(|it| format!("supply.share.{}", it.0)).chain(["supply.hhi".to_owned()]),
    );
    let told: Vec<String> = all
        .iter()
        .take(3)
        .map(|(name, share)| format!("{} {}", title(name), scaled(*share, "share")))
        .collect();
    let hhi = desk
        .page
        .figure("supply.hhi")
        .map_or(String::new(), |it| format!("; concentration {}", it.shown()));
    desk.done(it, format!("Of the committed rent {}{hhi}.", told.join(", ")))
}

/// Who owes whom, over all that is played.
pub(super) fn network(desk: &Desk<'_>) -> Option<Chart> {
    let (page, case) = (desk.page, &desk.page.outcome.case);
    let deals = case.deals.iter().map(|it| (&it.name, it.buyer, it.seller, it.layer));
    let pledges = case.pledges.iter().map(|it| (&it.name, it.buyer, it.seller, it.layer));
    let all: Vec<_> = deals.chain(pledges).collect();
    if all.len() < 2 {
        return None;
    }
    let amount = |name: &String| {
        let of = |key: &str| page.figure(&format!("deal.{name}.{key}")).and_then(Figure::number);
        of("billed").filter(|it| *it > 0.0).or_else(|| of("face_value")).unwrap_or(f64::NAN)
    };
    let amounts: Vec<f64> = all.iter().map(|it| amount(it.0)).collect();
    let party = |it: usize| desk.title(it);
    let mut it = Drawing::new(
        "network",
        "Who owes whom",
        Form::Network,
        "USD",
        texts("from", "who pays", all.iter().map(|it| party(it.1)).collect()),
    );
    it.beside(texts("to", "who is paid", all.iter().map(|it| party(it.2)).collect()));
    it.beside(texts(
        "layer",
        "layers are never summed",
        all.iter().map(|it| it.3.to_owned()).collect(),
    ));
    it.add(
        (
            "amount",
            "falls due",
            "falls due within what is played, else as announced; nothing where it is not public",
        ),
        (Style::Line, "simulated"),
        Some(amounts.clone()),
    );
    it.beside(texts("deal", "under which deal", all.iter().map(|it| it.0.clone()).collect()));
    it.shows(all.iter().map(|it| format!("deal.{}.billed", it.0)));
    let unknown = amounts.iter().filter(|it| it.is_nan()).count();
    let unknown = if unknown > 0 {
        format!("; of {unknown} the amount is not public")
    } else {
        String::new()
    };
    let (at, largest) = most(&amounts)?;
    let sentence = format!(
        "{} deals; the largest is {}: {} owes {} {}{unknown}.",
        all.len(),
        all[at].0,
        party(all[at].1),
        party(all[at].2),
        scaled(largest, "USD"),
    );
    desk.done(it, sentence)
}
