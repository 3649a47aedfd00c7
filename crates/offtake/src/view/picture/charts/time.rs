//! What is delivered, what runs, what power and carbon it takes, what breaks: by month.

use super::super::drawing::{About, Drawing};
use super::super::{Chart, Form, Style};
use super::{Desk, first_most, most};
use crate::scenario::WorkKind;
use crate::units::{compact, scaled};
use crate::view::months;
use crate::view::tables::{numbers, texts};

impl Desk<'_> {
    /// A chart over the months.
    pub(super) fn by_month(&self, id: &'static str, title: &str, unit: &'static str) -> Drawing {
        let first = texts("month", "calendar month, UTC", self.months.names().to_vec());
        Drawing::new(id, title, Form::Time, unit, first)
    }

    pub(super) fn done(&self, drawing: Drawing, sentence: String) -> Option<Chart> {
        let (scenario, figures) = (self.page.scenario, &self.page.outcome.figures);
        drawing.done(About { scenario, name: self.which.scenario, figures }, sentence)
    }

    /// The sum of a column's hours, or of its money.
    pub(super) fn total(&self, names: &[String]) -> f64 {
        self.months.sum(names.iter().cloned()).map_or(0.0, |it| it.iter().sum())
    }

    /// What a day of each month brings, drawn; what the whole month brings beside it.
    pub(super) fn a_day(
        &self,
        it: &mut Drawing,
        column: &str,
        (label, meaning, unit): (&str, &str, &'static str),
        style: Style,
    ) {
        let Some(sums) = self.months.column(column) else { return };
        it.add(
            (&format!("{column}.a_day"), label, &format!("{meaning}, mean of a day")),
            (style, "simulated"),
            self.months.a_day([column.to_owned()]),
        );
        it.beside(numbers(column, unit, &format!("{meaning}, in the month"), sums));
    }

    pub(super) fn month(&self, at: usize) -> String {
        self.months.names()[at].clone()
    }
}

/// GPUs promised, delivered, used.
pub(super) fn capacity(desk: &Desk<'_>) -> Option<Chart> {
    let page = desk.page;
    let [delivered, used] = ["delivered", "used"].map(|it| months::of_fleets(page, it));
    let mut it = desk.by_month("capacity", "GPUs promised, delivered and used", "GPU");
    let promised = desk.months.mean(months::contracted(page));
    let came = desk.months.mean(delivered.clone())?;
    it.add(
        ("contracted", "promised", "GPUs by the promised calendar, mean of the month"),
        (Style::Limit, "derived"),
        promised.clone(),
    );
    it.add(
        ("delivered", "delivered", "GPUs delivered, mean of the month"),
        (Style::Line, "simulated"),
        Some(came.clone()),
    );
    it.add(
        ("used", "used", "GPUs used by all work, mean of the month"),
        (Style::Line, "simulated"),
        desk.months.mean(used.clone()),
    );
    it.band(page.odds, "delivered", "delivered", "delivered");
    let deals = page.outcome.case.deals.iter().map(|it| it.name.as_str());
    it.shows(deals.flat_map(|it| {
        ["gpu_hours_contracted", "gpu_hours_delivered", "gpu_hours_used"]
            .map(|key| format!("deal.{it}.{key}"))
    }));
    it.shows(months::of_fleets(page, "utilisation"));

    let peak = |values: &[f64]| {
        let (first, peak) = first_most(values)?;
        let last = first + values[first..].iter().take_while(|it| **it >= peak * 0.99).count() - 1;
        let when = match last + 1 == values.len() {
            true => format!("from {} on", desk.month(first)),
            false => format!("from {} to {}", desk.month(first), desk.month(last)),
        };
        Some(format!("{} {when}", scaled(peak, "GPU")))
    };
    let beside = it.lies_above("delivered", promised.as_deref().unwrap_or_default());
    let differs = match beside {
        true => " Futures differ in what is promised too: the band may lie above this promise.",
        false => "",
    };
    let promise = promised
        .and_then(|it| peak(&it))
        .map_or(String::new(), |it| format!("{it} are promised; "));
    let share = desk.total(&used) / desk.total(&delivered);
    let came = peak(&came)?;
    desk.done(
        it,
        format!(
            "{promise}{came} are delivered, and {} of what comes is used.{differs}",
            scaled(share, "share")
        ),
    )
}

/// What runs on what was delivered.
pub(super) fn work(desk: &Desk<'_>) -> Option<Chart> {
    let page = desk.page;
    let case = &page.outcome.case;
    if case.works.is_empty() {
        return None;
    }
    let mut it = desk.by_month("work", "What the GPUs do", "GPU");
    let mut parts = Vec::new();
    for work in &case.works {
        let is_training = matches!(work.kind, WorkKind::Training(_));
        let rows: &[(&str, &str, &str)] = if is_training {
            &[
                ("good", "training", "GPUs that train"),
                ("checkpoints", "checkpoints", "GPUs that checkpoints block"),
                ("lost", "lost", "GPUs whose work failures undo"),
            ]
        } else {
            &[("good", "", "GPUs that it holds")]
        };
        for (what, told, meaning) in rows {
            let name = format!("workload.{}.{what}", work.name);
            let label = match told.is_empty() {
                true => work.name.clone(),
                false => format!("{}: {told}", work.name),
            };
            it.add(
                (&name, &label, &format!("{meaning}, mean of the month")),
                (Style::Stack, "simulated"),
                desk.months.mean([name.clone()]),
            );
        }
        parts.push((work.name.clone(), desk.total(&months::of_work(&work.name))));
        it.shows([format!("workload.{}.gpu_hours", work.name)]);
        it.closer([format!("workload.{}.used", work.name)]);
    }
    for (what, label, meaning) in [
        ("idle", "idle", "GPUs delivered and not used"),
        ("down", "down", "GPUs delivered and lost to a failure until the next hour"),
    ] {
        it.add(
            (what, label, &format!("{meaning}, mean of the month")),
            (Style::Stack, "simulated"),
            desk.months.mean(months::of_fleets(page, what)),
        );
    }
    it.shows(months::of_fleets(page, "goodput"));
    it.closer(["idle", "down"].into_iter().flat_map(|what| months::of_fleets(page, what)));
    let all = desk.total(&months::of_fleets(page, "delivered"));
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    let share = |part: f64| scaled(part / all, "share");
    let told: Vec<String> =
        parts.iter().take(3).map(|(name, part)| format!("{name} takes {}", share(*part))).collect();
    let idle = desk.total(&months::of_fleets(page, "idle")) / all;
    let idle = match idle >= 0.0005 {
        true => format!("; {} stand idle", scaled(idle, "share")),
        false => String::new(),
    };
    desk.done(it, format!("Of the GPU-hours that are delivered {}{idle}.", told.join(", ")))
}

/// Power at the meter against what the sites may draw.
pub(super) fn power(desk: &Desk<'_>) -> Option<Chart> {
    let case = &desk.page.outcome.case;
    let mut it = desk.by_month("power", "Power at the meter against the limit", "MW");
    let style = if case.sites.len() == 1 { Style::Line } else { Style::Stack };
    for site in &case.sites {
        let name = |what: &str| format!("site.{}.{what}", site.name);
        it.add(
            (&name("power"), &site.name, "power at the meter at the mean PUE, mean of the month"),
            (style, "simulated"),
            desk.months.mean([name("energy")]),
        );
        it.shows([name("power_peak"), name("energy")]);
        it.closer([name("power")]);
    }
    let limit: f64 = case.sites.iter().map(|it| it.limit.watts as f64 / 1e6).sum();
    let label =
        if case.sites.len() == 1 { "limit of the site" } else { "limits of all sites together" };
    it.add(
        ("limit", label, "what may be drawn at the meter"),
        (Style::Limit, limit_kind(desk)),
        Some(vec![limit; desk.months.names().len()]),
    );
    let drawn = desk.months.mean(case.sites.iter().map(|it| format!("site.{}.energy", it.name)))?;
    let (at, peak) = most(&drawn)?;
    let figure = |site: &str| desk.page.number(&format!("site.{site}.power_peak"));
    let hottest: f64 = case.sites.iter().map(|it| figure(&it.name)).sum();
    let sentence = format!(
        "In {} the meters read most, {} on the mean of the month: {} of the {} that may be drawn. The peak is {}, at the PUE of the hottest day{}.",
        desk.month(at),
        scaled(peak, "MW"),
        scaled(peak / limit, "share"),
        scaled(limit, "MW"),
        scaled(hottest, "MW"),
        if case.sites.len() == 1 { "" } else { ", each site's own added up" },
    );
    desk.done(it, sentence)
}

/// How the limits of the sites are known: by the least that any of them is.
fn limit_kind(desk: &Desk<'_>) -> &'static str {
    let scenario = desk.page.scenario;
    let inputs = scenario.sites.iter().filter_map(|it| scenario.row(*it).input("power.limit"));
    let marks: Vec<&str> = inputs.map(|it| scenario.inputs.get(it).origin.mark()).collect();
    ["assumed", "derived"].into_iter().find(|it| marks.contains(it)).unwrap_or("reported")
}

/// What it emits.
pub(super) fn carbon(desk: &Desk<'_>) -> Option<Chart> {
    let (page, case) = (desk.page, &desk.page.outcome.case);
    let mut it = desk.by_month("carbon", "Carbon of the energy a day", "t/day");
    for site in &case.sites {
        let name = format!("site.{}.carbon_location", site.name);
        let label = format!("{}, by its grid", site.name);
        let told = (label.as_str(), "CO2e of the energy, location-based", "t");
        let style = if case.sites.len() == 1 { Style::Line } else { Style::Stack };
        desk.a_day(&mut it, &name, told, style);
        it.shows([name]);
    }
    for (site, books) in case.sites.iter().zip(&page.outcome.played.books.sites) {
        if site.carbon_market.is_none() {
            continue;
        }
        let name = format!("site.{}.carbon_market", site.name);
        let sums: Vec<f64> =
            page.look().monthly(books.carbon_market).iter().map(|it| it.1 as f64 / 1e6).collect();
        let days = sums.iter().zip(desk.months.hours()).map(|(it, hours)| it / hours * 24.0);
        let meaning = "CO2e of the energy, market-based";
        it.add(
            (
                &format!("{name}.a_day"),
                &format!("{}, by its contracts", site.name),
                &format!("{meaning}, mean of a day"),
            ),
            (Style::Line, "simulated"),
            Some(days.collect()),
        );
        it.beside(numbers(&name, "t", &format!("{meaning}, in the month"), sums));
        it.shows([name]);
    }
    let columns: Vec<String> =
        case.sites.iter().map(|it| format!("site.{}.carbon_location", it.name)).collect();
    let (at, peak) = first_most(&desk.months.a_day(columns.clone())?)?;
    let sentence = format!(
        "{} CO2e in all by the grids that the sites stand in, at most {} in {}.",
        scaled(desk.total(&columns), "t"),
        scaled(peak, "t/day"),
        desk.month(at),
    );
    desk.done(it, sentence)
}

/// What breaks.
pub(super) fn failures(desk: &Desk<'_>) -> Option<Chart> {
    const SHOWN: usize = 12;
    let mut causes = std::collections::BTreeMap::<String, f64>::new();
    for fleet in &desk.page.outcome.case.fleets {
        let prefix = format!("fleet.{}.failures_of.", fleet.name);
        for figure in &desk.page.outcome.figures {
            if let (Some(cause), Some(count)) = (figure.id.strip_prefix(&prefix), figure.number()) {
                *causes.entry(cause.to_owned()).or_default() += count;
            }
        }
    }
    let mut causes: Vec<(String, f64)> = causes.into_iter().filter(|it| it.1 > 0.0).collect();
    if causes.len() < 2 {
        return None;
    }
    causes.sort_by(|a, b| b.1.total_cmp(&a.1));
    let all: f64 = causes.iter().map(|it| it.1).sum();
    let (first, count) = causes[0].clone();
    if causes.len() > SHOWN {
        let rest = causes.split_off(SHOWN);
        causes.push((format!("{} other causes", rest.len()), rest.iter().map(|it| it.1).sum()));
    }
    let names = texts("cause", "why it fails", causes.iter().map(|it| it.0.clone()).collect());
    let mut it = Drawing::new("failures", "What breaks", Form::Bars, "count", names);
    it.add(
        ("failures", "failures", "by the rates of their causes, over all that was played"),
        (Style::Bar, "simulated"),
        Some(causes.iter().map(|it| it.1).collect()),
    );
    it.shows(months::of_fleets(desk.page, "failures"));
    let sentence = format!(
        "{} failures in all; {first} counts most, {} of them.",
        compact(all),
        scaled(count / all, "share")
    );
    desk.done(it, sentence)
}
