//! The odds in the terminal: a sentence, figures with their spread, odds of events, months as
//! bands.

mod document;
mod tables;

pub(super) use document::any;
pub(super) use document::{DriverRow, driver_rows};
pub use document::{OddsDocument, odds_document};
pub use tables::{odds_tables, scatter, tornado};

use std::fmt::Write;

use super::cover::break_evens;
use super::lay::{grid, held, room, texts};
use super::report::{heading, wrapped};
use super::spark::sparkline_between;
use crate::scenario::Scenario;
use crate::study::{
    Band, BreakEven, Estimate, EventOdds, FigureOdds, Method, Odds, Reading, day_of,
};
use crate::units::{grouped, scaled};

/// Everything that a report of odds shows.
#[derive(Clone, Copy, Debug)]
pub struct OddsPage<'a> {
    /// What was asked.
    pub scenario: &'a Scenario,
    /// What came of it.
    pub odds: &'a Odds,
    /// The figures that open the report.
    pub headline: &'a [String],
    /// What it would take to cover what is owed.
    pub break_evens: &'a [BreakEven],
    /// Columns of the terminal.
    pub width: usize,
}

/// The report as text.
pub fn odds_report(page: &OddsPage<'_>) -> String {
    let mut out = String::new();
    title(page, &mut out);
    sentence(page, &mut out);
    figures(page, &mut out);
    events(page, &mut out);
    drivers(page, &mut out);
    out.push_str(&break_evens(page.scenario, page.break_evens));
    months(page, &mut out);
    held(&out, page.width)
}

/// A value of a figure, short enough for a table.
pub(super) fn told(value: f64, unit: &str) -> String {
    super::bands::shown(value, unit).replace(" per GPU-hour", "/GPUh")
}

fn title(page: &OddsPage<'_>, out: &mut String) {
    let scenario = page.scenario;
    let variant = scenario.variant.as_ref().map_or(String::new(), |it| format!(" #{it}"));
    let _ = writeln!(out, "{}{variant}", scenario.name());
    let how = how(page);
    let _ = writeln!(
        out,
        "known by {}; {} futures from {} to {}; {how}, seed {}",
        scenario.as_of,
        grouped(i128::from(page.odds.draws)),
        scenario.from,
        scenario.to,
        scenario.seed
    );
}

/// How its futures were drawn.
pub(super) fn how(page: &OddsPage<'_>) -> String {
    match page.odds.scrambles {
        Some(many) => format!("a Sobol sequence in {many} scrambles"),
        None => "every range drawn".to_owned(),
    }
}

fn sentence(page: &OddsPage<'_>, out: &mut String) {
    let text = in_words(page);
    if !text.is_empty() {
        out.push('\n');
        out.push_str(&wrapped(&text, page.width, "  "));
    }
}

/// Who is short of cash, in how many futures, and when.
pub(super) fn in_words(page: &OddsPage<'_>) -> String {
    let mut text = String::new();
    for id in &page.scenario.parties {
        let row = page.scenario.row(*id);
        let figure = |key: &str| page.odds.figure(&format!("party.{}.{key}", row.name));
        let Some(short) = figure("first_shortfall") else { continue };
        let spread = &short.spread;
        let never = spread.never_share();
        let is_short = Estimate {
            value: 1.0 - never.value,
            low: 1.0 - never.high,
            high: 1.0 - never.low,
            ..never
        };
        let _ = write!(text, "Can {} pay? ", row.title());
        if let Some(unpaid) = figure("unpaid") {
            text.push_str(&unpaid_sentence(unpaid));
            continue;
        }
        if spread.never == spread.draws {
            let _ =
                write!(text, "Its cash lasts in all {} futures. ", grouped(spread.draws as i128));
            continue;
        }
        let _ = write!(text, "In {} of these futures its cash runs short", share(&is_short));
        if let Some(gap) = figure("funding_gap") {
            let [_, _, middle, high, _] = gap.spread.quantiles;
            let _ = write!(
                text,
                "; the gap is {} in the middle one and over {} in one of ten (`--draw {}` plays such a one)",
                scaled(middle.value, "USD"),
                scaled(high.value, "USD"),
                gap.near[3],
            );
        }
        text.push_str(". ");
        if let Some(middle) = median_of_finite(spread) {
            let _ = write!(
                text,
                "Where it does, it does so first in {middle} or later in half of them. "
            );
        }
    }
    text.trim_end().to_owned()
}

/// What stays unpaid, of who pays no more than it has: its cash never runs short.
fn unpaid_sentence(it: &FigureOdds) -> String {
    let [_, _, middle, high, _] = it.spread.quantiles;
    if high.value <= 0.0 {
        return "It pays no more than it has, and owes nothing at the end in nine of ten futures. "
            .to_owned();
    }
    format!(
        "It pays no more than it has: {} is unpaid at the end in the middle one of these futures and over {} in one of ten (`--draw {}` plays such a one). ",
        scaled(middle.value, "USD"),
        scaled(high.value, "USD"),
        it.near[3],
    )
}

/// The month in the middle of those in which something happens at all.
fn median_of_finite(spread: &crate::study::Spread) -> Option<String> {
    let happens = (spread.draws - spread.never) as f64 / spread.draws as f64;
    let middle = spread.exceedance.iter().find(|it| 1.0 - it.above >= happens / 2.0)?;
    Some(day_of(middle.at).to_string()[..7].to_owned())
}

/// `63 % (60 to 66 %)`.
fn share(it: &Estimate) -> String {
    let per_cent = |it: f64| format!("{:.1}", it * 100.0);
    format!("{} % ({} to {} %)", per_cent(it.value), per_cent(it.low), per_cent(it.high))
}

fn figures(page: &OddsPage<'_>, out: &mut String) {
    heading(out, "Figures");
    let mut rows = vec![texts(&["", "1 in 10 below", "middle", "1 in 10 above", "sure to"])];
    for figure in page.headline.iter().filter_map(|id| page.odds.figure(id)) {
        let unit = figure.heading.unit;
        let [_, low, middle, high, _] = figure.spread.quantiles.map(|it| told(it.value, unit));
        rows.push(vec![figure.heading.meaning.clone(), low, middle, high, sure_to(figure)]);
    }
    out.push_str(&grid(&rows, &[1, 2, 3], page.width));
}

/// How far the quantiles may be off for want of draws.
fn sure_to(figure: &FigureOdds) -> String {
    match figure.spread.relative_error(figure.heading.unit == "date") {
        error if error.is_finite() => format!("{:.1} %", error * 100.0),
        _ => "too few draws".to_owned(),
    }
}

/// Odds of one figure over the years stand in one row, all others each in its own.
fn events(page: &OddsPage<'_>, out: &mut String) {
    if page.odds.events.is_empty() {
        return;
    }
    heading(out, "Odds");
    let by_year = |it: &EventOdds| it.rest.starts_with("before ");
    let same = |a: &EventOdds, b: &EventOdds| by_year(a) && by_year(b) && a.heading == b.heading;
    let mut singles = Vec::new();
    for group in page.odds.events.chunk_by(same) {
        match group {
            // Of a deal that is always on time there is nothing to tell.
            [one] if one.rest == "<= 0 months" && one.share.value >= 1.0 => {}
            [one] => singles.push(vec![one.text(), share(&one.share), bar(one.share.value)]),
            many => years(page, many, out),
        }
    }
    out.push_str(&grid(&singles, &[], page.width));
}

fn years(page: &OddsPage<'_>, group: &[EventOdds], out: &mut String) {
    let name = &group[0].heading.name;
    let _ = writeln!(out, "  {}: {name}", group[0].heading.meaning);
    // As many years as the line holds; the last is worth more than the first.
    let most = (page.width.saturating_sub(12) / 9).max(1);
    let group = &group[group.len().saturating_sub(most)..];
    let row = |of: &dyn Fn(&EventOdds) -> String| {
        group.iter().map(|it| format!("{:>9}", of(it))).collect::<String>()
    };
    let _ =
        writeln!(out, "    before{}", row(&|it| it.rest.trim_start_matches("before ").to_owned()));
    let _ = writeln!(out, "          {}", row(&|it| format!("{:.1} %", it.share.value * 100.0)));
}

/// A share as a bar of at most twenty characters.
fn bar(share: f64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = libm::round(share * 160.0) as usize;
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

/// The inputs that pull most on each figure, with luck among them.
fn drivers(page: &OddsPage<'_>, out: &mut String) {
    const MOST: usize = 6;
    const LEAST: f64 = 0.005;
    if page.odds.drivers.is_empty() || page.odds.inputs.is_empty() {
        return;
    }
    heading(out, "What moves it: shares of the variance");
    for figure in &page.odds.drivers {
        let how = match (figure.drivers.lens.reading, figure.drivers.method) {
            (Reading::Value, Method::Neighbours) => "",
            (Reading::Value, Method::RankRegression) => " (of its ranks: few draws)",
            (Reading::Happens, _) => " (whether it happens)",
            (Reading::AboveMedian, _) => " (whether it is above its median)",
        };
        let _ = writeln!(out, "  {}{how}", figure.heading.meaning);
        let inputs = figure.strongest();
        let named = |at: &usize| (page.odds.inputs[*at].name.as_str(), figure.drivers.inputs[*at]);
        let mut shares: Vec<(&str, Estimate)> = inputs.iter().map(named).collect();
        shares.extend(figure.luck.map(|it| ("luck", it)));
        shares.sort_by(|a, b| b.1.value.total_cmp(&a.1.value));
        // What may as well be nothing is told in the table of drivers alone.
        shares.retain(|it| it.1.low > 0.0 && it.1.value >= LEAST);
        let row =
            |(name, it): &(&str, Estimate)| vec![format!("  {name:<40}"), share(it), bar(it.value)];
        let rows: Vec<Vec<String>> = shares.iter().take(MOST).map(row).collect();
        out.push_str(&grid(&rows, &[], page.width));
        if shares.is_empty() {
            out.push_str("    nothing that so many futures tell from nothing\n");
        }
    }
}

fn months(page: &OddsPage<'_>, out: &mut String) {
    let (Some(first), Some(last)) = (page.odds.months.first(), page.odds.months.last()) else {
        return;
    };
    heading(out, &format!("By month, {first} to {last}"));
    let mut rows = vec![texts(&["", "", "lowest", "highest"])];
    let mut drawn = Vec::new();
    for Band { series, months } in &page.odds.bands {
        let column = |at: usize| months.iter().map(|it| it[at]).collect::<Vec<f64>>();
        let all = [column(0), column(1), column(2)];
        let low = all[0].iter().copied().fold(0.0, f64::min);
        let high = all[2].iter().copied().fold(0.0, f64::max);
        let mut name = series.name.trim_start_matches("months.");
        for (values, quantile) in all.into_iter().zip(["1 in 10", "middle", "9 in 10"]) {
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let [least, most] = [least, most].map(|it| told(it, series.unit));
            rows.push(texts(&[std::mem::take(&mut name), quantile, &least, &most]));
            drawn.push((values, low, high));
        }
    }
    let room = room(&rows, page.width);
    rows[0].push(String::new());
    for (row, (values, low, high)) in rows[1..].iter_mut().zip(&drawn) {
        row.push(sparkline_between(values, room, *low, *high));
    }
    out.push_str(&grid(&rows, &[2, 3], page.width));
}
