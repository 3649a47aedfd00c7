//! What moved by month, for a whole story: sums over its deals, fleets, work and sites, and the mean of a month
//! where GPU-hours make GPUs.

use super::report::Page;
use super::tables::Table;

/// The months of a story.
pub(super) struct Months {
    table: Table,
    /// Hours played of each month.
    hours: Vec<f64>,
}

impl Months {
    pub fn of(page: &Page<'_>) -> Months {
        let case = &page.outcome.case;
        let hours = page
            .outcome
            .played
            .ledger
            .months()
            .map(|month| (month.end().min(case.to) - month.start().max(case.from)).hours());
        let hours = hours.collect();
        Months { table: super::monthly::monthly(page.scenario, page.draw, page.outcome), hours }
    }

    /// The names of the months.
    pub fn names(&self) -> &[String] {
        self.table.texts("month")
    }

    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<Vec<f64>> {
        Some(self.table.numbers(name).to_vec()).filter(|it| !it.is_empty())
    }

    /// The sum of some columns; nothing where there is none of them.
    pub fn sum(&self, names: impl IntoIterator<Item = String>) -> Option<Vec<f64>> {
        let all: Vec<Vec<f64>> = names.into_iter().filter_map(|it| self.column(&it)).collect();
        let row = |i: usize| all.iter().map(|it| it[i]).sum();
        (!all.is_empty()).then(|| (0..self.hours.len()).map(row).collect())
    }

    /// The hours of each month that were played.
    pub fn hours(&self) -> &[f64] {
        &self.hours
    }

    /// What a day of each month brings on the mean: months of 28 and of 31 days, and those partly played, are alike.
    pub fn a_day(&self, names: impl IntoIterator<Item = String>) -> Option<Vec<f64>> {
        Some(self.mean(names)?.iter().map(|it| it * 24.0).collect())
    }

    /// The mean of each month of what was counted in hours.
    pub fn mean(&self, names: impl IntoIterator<Item = String>) -> Option<Vec<f64>> {
        let sum = self.sum(names)?;
        Some(sum.iter().zip(&self.hours).map(|(it, hours)| it / hours).collect())
    }
}

/// A line of the terminal's report.
pub(super) struct Line {
    pub label: String,
    pub unit: &'static str,
    pub values: Vec<f64>,
}

/// Capacity, use, bill, cash and power of the whole story, by month.
pub(super) fn lines(page: &Page<'_>) -> Vec<Line> {
    let (case, months) = (&page.outcome.case, Months::of(page));
    let mut lines = Vec::new();
    let mut add = |label: &str, unit, values: Option<Vec<f64>>| {
        lines.extend(values.map(|values| Line { label: label.to_owned(), unit, values }));
    };
    add("contracted", "GPU", months.mean(contracted(page)));
    add("delivered", "GPU", months.mean(of_fleets(page, "delivered")));
    add("used", "GPU", months.mean(of_fleets(page, "used")));
    for work in &case.works {
        add(&format!("  {}", work.name), "GPU", months.mean(of_work(&work.name)));
    }
    add("bill", "USD", months.sum(rents(page)));
    for layer in ["chips", "site", "equity", "loan", "unnamed"] {
        add(&format!("due, {layer}"), "USD", months.sum(due(page, layer)));
    }
    for (i, party) in case.parties.iter().enumerate().filter(|it| page.look().has_cash(it.0)) {
        let cash = |what: &str| months.column(&format!("party.{}.{what}", party.name));
        add(&format!("cash, {}", party.name), "USD", cash("cash"));
        if !case.parties[i].other_compute.is_empty() {
            add("  these deals alone", "USD", cash("cash_alone"));
        }
    }
    let energy = case.sites.iter().map(|it| format!("site.{}.energy", it.name));
    add("power, mean PUE", "MW", months.mean(energy));
    lines
}

/// The columns of what deals promise.
pub(super) fn contracted(page: &Page<'_>) -> Vec<String> {
    page.outcome.case.deals.iter().map(|it| format!("deal.{}.contracted", it.name)).collect()
}

/// One column of each fleet.
pub(super) fn of_fleets(page: &Page<'_>, what: &str) -> Vec<String> {
    page.outcome.case.fleets.iter().map(|it| format!("fleet.{}.{what}", it.name)).collect()
}

/// The columns of what a piece of work holds.
pub(super) fn of_work(name: &str) -> [String; 3] {
    ["good", "checkpoints", "lost"].map(|it| format!("workload.{name}.{it}"))
}

/// The columns of what is billed and what falls due in the rent layer.
pub(super) fn rents(page: &Page<'_>) -> Vec<String> {
    let deals = page.outcome.case.deals.iter().map(|it| format!("deal.{}.billed", it.name));
    deals.chain(due(page, "rent")).collect()
}

/// The columns of what falls due in a layer, where its amount is known.
fn due(page: &Page<'_>, layer: &str) -> Vec<String> {
    let all = page.outcome.case.pledges.iter().filter(|it| it.layer == layer && it.total.is_some());
    all.map(|it| format!("deal.{}.due", it.name)).collect()
}
