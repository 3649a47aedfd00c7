//! Who is not paid what, and when, if an input comes out worse: as a table and in words.

use serde::Serialize;

use super::lay::fitted;
use super::report::Page;
use super::tables::{Table, numbers, texts as words};
use crate::scenario::Scenario;
use crate::study::{Fare, Hurt, Stressed};
use crate::units::{Money, scaled};

/// Those who sell compute outside the deals.
const OUTSIDE: &str = "compute outside the deals";

/// For scripts.
#[derive(Clone, Debug, Serialize)]
pub struct StressRow {
    creditor: String,
    due: f64,
    received: f64,
    unpaid: f64,
    late: f64,
    late_since: Option<String>,
    stressed_due: f64,
    stressed_received: f64,
    stressed_unpaid: f64,
    stressed_late: f64,
    stressed_late_since: Option<String>,
    of_revenue: Option<f64>,
    of_dues: Option<f64>,
}

/// Both plays, by creditor, for scripts.
#[derive(Clone, Debug, Serialize)]
pub struct StressDocument {
    /// What was moved: `party.openai.revenue`.
    of: String,
    /// By how many per cent.
    per_cent: f64,
    /// Whether the deals say what follows; if not, all wait and are paid in proportion.
    said: bool,
    rows: Vec<StressRow>,
}

/// Both plays for scripts.
pub fn stress_document(scenario: &Scenario, it: &Stressed) -> StressDocument {
    let since = |it: &Fare| it.since.map(|it| it.to_string());
    let row = |it: &Hurt| StressRow {
        creditor: name(scenario, it),
        due: it.plain.due.dollars(),
        received: it.plain.received.dollars(),
        unpaid: it.plain.unpaid.dollars(),
        late: it.plain.late.dollars(),
        late_since: since(&it.plain),
        stressed_due: it.stressed.due.dollars(),
        stressed_received: it.stressed.received.dollars(),
        stressed_unpaid: it.stressed.unpaid.dollars(),
        stressed_late: it.stressed.late.dollars(),
        stressed_late_since: since(&it.stressed),
        of_revenue: it.of_revenue,
        of_dues: it.of_dues,
    };
    StressDocument {
        of: it.stress.path.clone(),
        per_cent: it.stress.per_cent,
        said: it.is_said,
        rows: it.hurts.iter().map(row).collect(),
    }
}

/// Both plays as a table.
pub fn stress(scenario: &Scenario, it: &Stressed) -> Table {
    let all = &it.hurts;
    let usd = |of: fn(&Hurt) -> Money| all.iter().map(|it| of(it).dollars()).collect();
    let since = |of: fn(&Hurt) -> &Fare| -> Vec<String> {
        all.iter().map(|it| of(it).since.map_or(String::new(), |it| it.to_string())).collect()
    };
    let share =
        |of: fn(&Hurt) -> Option<f64>| all.iter().map(|it| of(it).unwrap_or(f64::NAN)).collect();
    Table {
        name: "stress",
        columns: vec![
            words("creditor", "who is owed", all.iter().map(|it| name(scenario, it)).collect()),
            numbers("due", "USD", "falls due to it, as the scenario is", usd(|it| it.plain.due)),
            numbers("received", "USD", "what it receives", usd(|it| it.plain.received)),
            numbers("unpaid", "USD", "owed to it at the end", usd(|it| it.plain.unpaid)),
            numbers("late", "USD", "the most that is late at once", usd(|it| it.plain.late)),
            words("late_since", "first month of which something is late", since(|it| &it.plain)),
            numbers("stressed_due", "USD", "the same, stressed", usd(|it| it.stressed.due)),
            numbers("stressed_received", "USD", "what it receives", usd(|it| it.stressed.received)),
            numbers(
                "stressed_unpaid",
                "USD",
                "owed to it at the end",
                usd(|it| it.stressed.unpaid),
            ),
            numbers(
                "stressed_late",
                "USD",
                "the most that is late at once",
                usd(|it| it.stressed.late),
            ),
            words(
                "stressed_late_since",
                "first month of which something is late",
                since(|it| &it.stressed),
            ),
            numbers(
                "of_revenue",
                "share",
                "what it receives less, of its own revenue",
                share(|it| it.of_revenue),
            ),
            numbers(
                "of_dues",
                "share",
                "the same, of all that falls due to it here",
                share(|it| it.of_dues),
            ),
        ],
    }
}

fn name(scenario: &Scenario, it: &Hurt) -> String {
    let of = |party: usize| scenario.row(scenario.parties[party]).name.clone();
    it.creditor.map_or_else(|| OUTSIDE.to_owned(), of)
}

/// Both plays in words; nothing where nobody was asked about.
pub(super) fn told(page: &Page<'_>) -> String {
    let Some(it) = page.stress else { return String::new() };
    let is_hurt = |it: &&Hurt| {
        it.plain.since.or(it.stressed.since).is_some() || it.plain.received != it.stressed.received
    };
    let hurts: Vec<&Hurt> = it.hurts.iter().filter(is_hurt).collect();
    if hurts.is_empty() {
        return format!("\n{}\n  everybody is paid in full all the same\n", title(page, it));
    }
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    rows.extend(hurts.iter().map(|it| row(page, it)));
    let mut drop = "then due,unpaid,late,then late,due".to_owned();
    if hurts.iter().all(|it| it.of_revenue.is_none()) {
        let at = HEAD.iter().position(|it| *it == "of its revenue").expect("a column");
        rows.iter_mut().for_each(|it| _ = it.remove(at));
    } else {
        drop = format!("of its dues,{drop}");
    }
    let table = fitted(rows, &HEAD[1..].join(","), &drop, page.width);
    format!("\n{}\n{table}  late: the most at once; unpaid: at the end\n", title(page, it))
}

const HEAD: [&str; 12] = [
    "creditor",
    "due",
    "late since",
    "late",
    "unpaid",
    "then due",
    "then since",
    "then late",
    "then unpaid",
    "receives less",
    "of its revenue",
    "of its dues",
];

fn row(page: &Page<'_>, it: &Hurt) -> Vec<String> {
    let none = || "-".to_owned();
    let usd = |it: Money| if it == Money::ZERO { none() } else { scaled(it.dollars(), "USD") };
    let since = |it: &Fare| it.since.map_or_else(none, |it| it.to_string());
    let share = |it: Option<f64>| it.map_or_else(none, |it| scaled(it, "share"));
    vec![
        name(page.scenario, it),
        usd(it.plain.due),
        since(&it.plain),
        usd(it.plain.late),
        usd(it.plain.unpaid),
        usd(it.stressed.due),
        since(&it.stressed),
        usd(it.stressed.late),
        usd(it.stressed.unpaid),
        usd(it.plain.received - it.stressed.received),
        share(it.of_revenue),
        share(it.of_dues),
    ]
}

fn title(page: &Page<'_>, it: &Stressed) -> String {
    let path = &it.stress.path;
    let of_party = || {
        let name = path.strip_prefix("party.")?.strip_suffix(".revenue")?;
        let rows = page.scenario.parties.iter().map(|it| page.scenario.row(*it));
        rows.into_iter().find(|it| it.name == name).map(|it| format!("{}'s revenue", it.title()))
    };
    let what = of_party().unwrap_or_else(|| path.clone());
    let how = match it.is_said {
        true => "as the deals say; where they say nothing, all wait and are paid in proportion",
        false => "no deal says what follows, so all wait and are paid in proportion",
    };
    let text = format!("{what} {:+} %: who is not paid what, when ({how})", it.stress.per_cent);
    super::report::wrapped(&text, page.width, "").trim_end().to_owned()
}
