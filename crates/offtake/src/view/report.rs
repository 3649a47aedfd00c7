//! The report in the terminal: a sentence, five numbers, months as bars, years as a table, what
//! was claimed, what is assumed, what is not modelled.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::debts::times;
use super::lay::{grid, held, room, texts};
use super::spark::sparkline;
use super::{NOT_MODELLED, bands, book};
use crate::figures::{ClaimResult, ExpectResult, Figure, Look, Outcome};
use crate::scenario::{Draw, Jobs, Scenario, WorkKind};
use crate::study::{BreakEven, Odds, Pull, Stressed};
use crate::units::{Money, compact, scaled};

/// Everything that a report shows.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// What was asked.
    pub scenario: &'a Scenario,
    /// At which reading.
    pub draw: &'a Draw,
    /// What it came to.
    pub outcome: &'a Outcome,
    /// The figures that open the report.
    pub headline: &'a [String],
    /// Claims tested.
    pub claims: &'a [ClaimResult],
    /// Expectations held against it.
    pub expects: &'a [ExpectResult],
    /// The assumptions that pull most; none where they were not looked for.
    pub pulls: &'a [Pull],
    /// Those that pull most of what can be set over the scenario.
    pub levers: &'a [Pull],
    /// What it would take to cover what is owed; nothing where it was not looked for.
    pub break_evens: &'a [BreakEven],
    /// Who is hurt if something comes out worse; nothing where it was not asked.
    pub stress: Option<&'a Stressed>,
    /// What some futures say of the same; nothing where none were played.
    pub odds: Option<&'a Odds>,
    /// Columns of the terminal.
    pub width: usize,
}

/// The report as text.
pub fn report(page: &Page<'_>) -> String {
    let mut out = String::new();
    title(page, &mut out);
    sentence(page, &mut out);
    numbers(page, &mut out);
    actuals(page, &mut out);
    let is_book = book::is_book(page);
    if is_book {
        out.push_str(&book::book(page));
    }
    out.push_str(&super::clauses::by_clause(page));
    months(page, &mut out);
    years(page, &mut out);
    out.push_str(&super::earnings::earnings(page));
    out.push_str(&super::debts::chapter(page));
    out.push_str(&super::stress::told(page));
    if is_book && page.outcome.case.works.is_empty() {
        out.push_str(&book::places(page));
        homes(page, &mut out);
    } else if !page.outcome.case.fleets.is_empty() {
        works(page, &mut out);
        sites(page, &mut out);
    }
    claims(page, &mut out);
    expects(page, &mut out);
    assumptions(page, &mut out);
    out.push_str(&super::cover::break_evens(page.scenario, page.break_evens));
    not_modelled(page, &mut out);
    held(&out, page.width)
}

impl Page<'_> {
    pub(super) fn look(&self) -> Look<'_> {
        Look {
            scenario: self.scenario,
            draw: self.draw,
            case: &self.outcome.case,
            played: &self.outcome.played,
        }
    }

    pub(super) fn figure(&self, id: &str) -> Option<&Figure> {
        self.outcome.figures.iter().find(|it| it.id == id)
    }

    pub(super) fn shown(&self, id: &str) -> String {
        self.figure(id).map_or_else(|| "-".to_owned(), Figure::shown)
    }

    pub(super) fn number(&self, id: &str) -> f64 {
        self.figure(id).and_then(Figure::number).unwrap_or(f64::NAN)
    }
}

pub(super) fn heading(out: &mut String, text: &str) {
    let _ = write!(out, "\n{text}\n");
}

/// Breaks a text into lines of a width, indented.
pub(super) fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let long = word.chars().count();
        if column > 0 && column + 1 + long > width {
            out.push('\n');
            column = 0;
        }
        if column == 0 {
            out.push_str(indent);
            column = indent.len();
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += long;
    }
    out.push('\n');
    out
}

fn title(page: &Page<'_>, out: &mut String) {
    let scenario = page.scenario;
    let variant = scenario.variant.as_ref().map_or(String::new(), |it| format!(" #{it}"));
    let _ = writeln!(out, "{}{variant}", scenario.name());
    if let Some(about) = scenario.row(scenario.head).text("about") {
        out.push_str(&wrapped(about, page.width, ""));
    }
    let how = how(page);
    let _ = writeln!(
        out,
        "known by {}; played from {} to {}; {how}, seed {}",
        scenario.as_of, scenario.from, scenario.to, scenario.seed
    );
}

/// At which reading it was played.
pub(super) fn how(page: &Page<'_>) -> String {
    match page.draw.luck() {
        0 => "every range at its median".to_owned(),
        luck => format!("future {} of `risk`", luck - 1),
    }
}

fn sentence(page: &Page<'_>, out: &mut String) {
    let text = super::sentence::sentence(page);
    if !text.is_empty() {
        out.push('\n');
        out.push_str(&wrapped(&text, page.width, "  "));
    }
}

/// The figures that open the report, each beside where it lies in eight of ten futures.
fn numbers(page: &Page<'_>, out: &mut String) {
    let figures = page.headline.iter().filter_map(|it| page.figure(it));
    let band = |it| page.odds.and_then(|odds| bands::between(odds, it)).unwrap_or_default();
    let rows: Vec<_> = figures.map(|it| (it, it.shown(), band(it))).collect();
    let widest = |of: &dyn Fn(&(&Figure, String, String)) -> usize| rows.iter().map(of).max();
    let value = widest(&|it| it.1.chars().count()).unwrap_or(0).max(18);
    let band = widest(&|it| it.2.chars().count()).filter(|it| *it > 0).map(|it| it.max(15));
    out.push('\n');
    if let (Some(band), Some(odds)) = (band, page.odds) {
        let (head, played) = ("8 of 10 futures", odds.draws);
        let _ = writeln!(out, "  {:value$}  {head:<band$}  ({played} were played)", "");
    }
    for (figure, shown, lies) in rows {
        let lies = band.map_or(String::new(), |wide| format!("{lies:<wide$}  "));
        let lead = format!("  {shown:>value$}  {lies}");
        let indent = " ".repeat(lead.chars().count());
        let text = wrapped(&format!("{} ({})", figure.label, figure.kind), page.width, &indent);
        out.push_str(&text.replacen(&indent, &lead, 1));
    }
}

fn months(page: &Page<'_>, out: &mut String) {
    let mut months = page.outcome.played.ledger.months();
    let Some(first) = months.next() else { return };
    let last = months.last().unwrap_or(first);
    heading(out, &format!("By month, {first} to {last}"));
    let lines = super::months::lines(page);
    let mut rows = vec![texts(&["", "lowest", "highest"])];
    for line in &lines {
        let low = line.values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = line.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let shown = [low, high].map(|it| scaled(it, line.unit));
        rows.push([std::slice::from_ref(&line.label), &shown].concat());
    }
    let room = room(&rows, page.width);
    rows[0].push(String::new());
    for (row, line) in rows[1..].iter_mut().zip(&lines) {
        row.push(sparkline(&line.values, room));
    }
    out.push_str(&grid(&rows, &[1, 2], page.width));
}

fn years(page: &Page<'_>, out: &mut String) {
    const HEAD: [&str; 8] = [
        "year",
        "revenue",
        "margin",
        "rent due",
        "covered",
        "other compute",
        "all covered",
        "cash at end",
    ];
    let look = page.look();
    for (i, party) in page.outcome.case.parties.iter().enumerate() {
        if !look.has_cash(i) || party.revenue.is_empty() {
            continue;
        }
        let title = page.scenario.row(page.scenario.parties[i]).title();
        heading(out, &format!("Can {title} pay? By calendar year; * only partly played"));
        let cash = look.cash(i, false);
        let mut rows = vec![texts(&HEAD)];
        for it in look.party_years(i) {
            let end = cash.iter().rev().find(|(month, _)| month.year() == it.year);
            let usd = |it: Money| scaled(it.dollars(), "USD");
            rows.push(vec![
                format!("{}{}", it.year, if it.is_whole { "" } else { "*" }),
                usd(it.revenue),
                usd(it.margin),
                usd(it.rent_due),
                times(it.coverage()),
                usd(it.other_compute),
                times(it.coverage_all()),
                usd(end.map_or(Money::ZERO, |it| it.1)),
            ]);
        }
        out.push_str(&grid(&rows, &[1, 2, 3, 4, 5, 6, 7], page.width));
    }
}

fn works(page: &Page<'_>, out: &mut String) {
    heading(out, "What runs");
    for work in &page.outcome.case.works {
        let id = |key: &str| format!("workload.{}.{key}", work.name);
        let facts = match &work.kind {
            WorkKind::Training(it) => format!(
                "{} of {} runs due are done on {} GPUs, {} interruptions, {} of the time trains ({} expected), a checkpoint each {}",
                page.shown(&id("runs_done")),
                page.shown(&id("runs_due")),
                compact(it.gpus as f64),
                page.shown(&id("interruptions")),
                page.shown(&id("effective")),
                page.shown(&id("effective_expected")),
                page.shown(&id("checkpoint_interval")),
            ),
            WorkKind::Service(_) => format!(
                "{} served, {} of the demand not; a million output tokens take {} of rent and {}",
                page.shown(&id("tokens_served")),
                page.shown(&id("unserved_share")),
                page.shown(&id("cost_per_million_tokens")),
                page.shown(&id("energy_per_million_tokens")),
            ),
            WorkKind::Jobs(it) => {
                let done = page.shown(&id("runs_done"));
                format!("{done} jobs done, as an hourly load{}", one_by_one(page, &id, it))
            }
        };
        out.push_str(&wrapped(
            &format!("{}: {}; {facts}", work.name, page.shown(&id("gpu_hours"))),
            page.width,
            "  ",
        ));
    }
    for fleet in &page.outcome.case.fleets {
        let id = |key: &str| format!("fleet.{}.{key}", fleet.name);
        let text = format!(
            "{}: {} used, {} counted (goodput), {} failures{}",
            fleet.name,
            page.shown(&id("utilisation")),
            page.shown(&id("goodput")),
            page.shown(&id("failures")),
            most_frequent(page, &id("failures_of."))
        );
        out.push_str(&wrapped(&text, page.width, "  "));
    }
}

/// What came of jobs while they were played one by one.
fn one_by_one(page: &Page<'_>, id: &dyn Fn(&str) -> String, jobs: &Jobs) -> String {
    let Some(detail) = &jobs.detail else { return String::new() };
    format!(
        "; from {} to {} one by one, {}: {} done, waiting {} on the mean and under {} in 95 of 100 \
         cases, stopped {} times for other work and broken off {} times by failures, which undid {}",
        detail.from,
        detail.to,
        detail.policy,
        page.shown(&id("jobs_done")),
        page.shown(&id("mean_wait")),
        page.shown(&id("p95_wait")),
        page.shown(&id("jobs_stopped")),
        page.shown(&id("jobs_interrupted")),
        page.shown(&id("lost_gpu_hours")),
    )
}

/// The causes of failure that count most, where there are several.
fn most_frequent(page: &Page<'_>, prefix: &str) -> String {
    const SHOWN: usize = 3;
    let cause = |it: &Figure| Some((it.id.strip_prefix(prefix)?.to_owned(), it.number()?));
    let mut causes: Vec<(String, f64)> = page.outcome.figures.iter().filter_map(cause).collect();
    if causes.len() < 2 {
        return String::new();
    }
    causes.sort_by(|a, b| b.1.total_cmp(&a.1));
    let rest: f64 = causes.iter().skip(SHOWN).map(|it| it.1).sum();
    let shown = causes.iter().take(SHOWN).map(|(name, it)| format!("{} {name}", compact(*it)));
    let mut shown: Vec<String> = shown.collect();
    if causes.len() > SHOWN {
        shown.push(format!("{} of {} other causes", compact(rest), causes.len() - SHOWN));
    }
    format!(" (by their rates {})", shown.join(", "))
}

fn sites(page: &Page<'_>, out: &mut String) {
    heading(out, "Power, carbon, water (yearly means of the region)");
    for (site, row) in page.outcome.case.sites.iter().zip(&page.scenario.sites) {
        let id = |key: &str| format!("site.{}.{key}", site.name);
        let region = page.scenario.row(*row).target("region").map(|it| page.scenario.row(it));
        let factor = region.and_then(|it| it.word("factor")).unwrap_or("unsaid");
        let factor = if factor == "unsaid" {
            "factor not said to be direct or life-cycle".to_owned()
        } else {
            format!("{factor} factor")
        };
        let text = format!(
            "{}: {} at the meter, {} at most of {} allowed; {} CO2e location-based ({factor}); {} of water; {} of energy",
            site.name,
            page.shown(&id("energy")),
            page.shown(&id("power_peak")),
            scaled(site.limit.watts as f64 / 1e6, "MW"),
            page.shown(&id("carbon_location")),
            page.shown(&id("water")),
            page.shown(&id("energy_cost")),
        );
        out.push_str(&wrapped(&text, page.width, "  "));
    }
    homes(page, out);
}

fn homes(page: &Page<'_>, out: &mut String) {
    let text = format!("as much as {} use", page.shown("homes_equivalent"));
    out.push_str(&wrapped(&text, page.width, "  "));
}

fn actuals(page: &Page<'_>, out: &mut String) {
    if page.scenario.actuals.is_empty() {
        return;
    }
    heading(out, "What came, and stands where a forecast stood");
    for it in &page.scenario.actuals {
        let written = page.scenario.files.text(it.place);
        let _ = writeln!(out, "  {}  {} = {}", it.on, it.path, written.trim_matches('"'));
    }
}

fn claims(page: &Page<'_>, out: &mut String) {
    if page.claims.is_empty() {
        return;
    }
    heading(out, "What was claimed");
    let counted = page.claims.iter().any(|it| it.n.is_some());
    for it in page.claims {
        let n = it.n.map_or(String::new(), |it| it.to_string());
        let lead = format!("  {:<9} ", it.verdict.word());
        let lead = if counted { format!("{lead}{n:>2}  ") } else { lead };
        let indent = " ".repeat(lead.chars().count());
        let text = wrapped(&it.text, page.width, &indent);
        out.push_str(&text.replacen(&indent, &lead, 1));
        let source = it.source.as_ref().map_or(String::new(), |it| format!(" [{it}]"));
        let judged = if it.judged { " (judged)" } else { "" };
        out.push_str(&wrapped(&format!("{}{judged}{source}", it.because), page.width, &indent));
    }
}

fn expects(page: &Page<'_>, out: &mut String) {
    let broken: Vec<_> = page.expects.iter().filter(|it| !it.held).collect();
    if !broken.is_empty() {
        heading(out, "What was expected and did not hold");
        for it in broken {
            let _ = writeln!(out, "  {} (found {})", it.that, it.found);
        }
    }
}

/// A longer list of assumptions shows only those with a range.
const LONG_LIST: usize = 60;

fn assumptions(page: &Page<'_>, out: &mut String) {
    let assumed = super::document::assumed(page.scenario, page.outcome);
    if !page.pulls.is_empty() {
        heading(
            out,
            &format!(
                "The {} assumptions that pull most, each played at both ends",
                page.pulls.len()
            ),
        );
        for it in page.pulls {
            let note = if it.has_range { "" } else { " (by a fifth)" };
            let _ = writeln!(out, "  {}: {} to {}{note}", it.path, it.low, it.high);
            let _ = writeln!(out, "      {}: {} to {}", it.figure, it.at_low, it.at_high);
        }
    }
    heading(out, &format!("What is assumed: {} numbers that nobody has reported", assumed.len()));
    let wide = assumed.iter().map(|(path, _)| path.chars().count()).max().unwrap_or(0);
    let ranges = page.scenario.inputs.iter().filter(|it| it.1.law.is_some());
    let ranges: BTreeSet<&str> = ranges.map(|it| it.1.path.as_str()).collect();
    let is_range = |path: &String| ranges.contains(path.as_str());
    let is_long = assumed.len() > LONG_LIST;
    for (path, text) in assumed.iter().filter(|it| !is_long || is_range(&it.0)) {
        let _ = writeln!(out, "  {path:<wide$}  {text}");
    }
    if is_long {
        let rest = assumed.iter().filter(|it| !is_range(&it.0)).count();
        let _ = writeln!(out, "  and {rest} without a range, in the saved run under `assumed`");
    }
}

fn not_modelled(page: &Page<'_>, out: &mut String) {
    heading(out, "What is not modelled");
    out.push_str(&wrapped(&NOT_MODELLED.join("; "), page.width, "  "));
}
