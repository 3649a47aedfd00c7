//! The answer of a play in words: one text for the terminal and for the page.

use super::book;
use super::report::Page;
use crate::figures::{Figure, Value};
use crate::scenario::{Pricing, WorkKind};
use crate::units::{grouped, scaled};

/// What was bought, when it comes, and whether it can be paid.
pub(super) fn sentence(page: &Page<'_>) -> String {
    let mut text = String::new();
    for (i, deal) in page.outcome.case.deals.iter().enumerate() {
        if !book::is_book(page) {
            text.push_str(&deal_sentence(page, i));
        }
        let later = &page.outcome.case.deals[i + 1..];
        if later.iter().all(|it| it.buyer != deal.buyer) {
            text.push_str(&buyer_sentence(page, &page.outcome.case.parties[deal.buyer].name));
        }
    }
    if page.outcome.case.deals.is_empty() {
        for work in &page.outcome.case.works {
            if matches!(work.kind, WorkKind::Training(_)) {
                text.push_str(&training_sentence(page, &work.name));
            }
        }
    }
    if text.is_empty() {
        text = debts_sentence(page);
    }
    if text.is_empty() {
        text = layers_sentence(page);
    }
    text.trim_end().to_owned()
}

/// Who borrows how much, at what cost, and whether it is paid back.
fn debts_sentence(page: &Page<'_>) -> String {
    let case = &page.outcome.case;
    let borrowers =
        (0..case.parties.len()).filter(|party| case.debts.iter().any(|it| it.borrower == *party));
    let told = borrowers.map(|party| {
        let own = || case.debts.iter().filter(|it| it.borrower == party);
        let sum = |key: &str| -> f64 {
            own().map(|it| page.number(&format!("debt.{}.{key}", it.name))).sum()
        };
        let unpaid = sum("unpaid");
        let end = match unpaid >= 1.0 {
            true => format!("{} is owed when the horizon ends", scaled(unpaid, "USD")),
            false => "all is paid back within the horizon".to_owned(),
        };
        format!(
            "Under {} debts {} is lent to {}, for which {} of interest is paid; {end}. ",
            own().count(),
            scaled(sum("drawn"), "USD"),
            page.scenario.row(page.scenario.parties[party]).title(),
            scaled(sum("interest_paid"), "USD"),
        )
    });
    told.collect()
}

/// What the deals of each layer promise, and what falls due under them.
fn layers_sentence(page: &Page<'_>) -> String {
    let case = &page.outcome.case;
    let deals = case.deals.iter().map(|it| (it.layer, &it.name));
    let all: Vec<_> = deals.chain(case.pledges.iter().map(|it| (it.layer, &it.name))).collect();
    let layers = ["rent", "chips", "site", "equity", "loan", "unnamed"];
    let told = layers.map(|layer| {
        let own: Vec<_> = all.iter().filter(|it| it.0 == layer).collect();
        let power = page.figure(&format!("supply.{layer}.contracted_mw"));
        let Some(power) = power else { return String::new() };
        let due = |name: &String| page.number(&format!("deal.{name}.billed"));
        let due: f64 = own.iter().map(|it| due(it.1)).filter(|it| it.is_finite()).sum();
        let due = match due >= 1.0 {
            true => {
                format!(", and {} falls due under them within what is played", scaled(due, "USD"))
            }
            false => String::new(),
        };
        let deals = if own.len() == 1 { "deal comes" } else { "deals come" };
        let count = own.len();
        format!("In layer {layer} {count} {deals} with {} at the meter{due}. ", power.shown())
    });
    told.concat()
}

fn deal_sentence(page: &Page<'_>, index: usize) -> String {
    let case = &page.outcome.case;
    let deal = &case.deals[index];
    let fleet = &case.fleets[deal.fleet];
    let id = |key: &str| format!("deal.{}.{key}", deal.name);
    let title = |row: usize| page.scenario.row(page.scenario.parties[row]).title().to_owned();
    let gpus = deal.promised.gpus;
    let more = deal.expansion.filter(|it| it.1 > 0).map_or(String::new(), |(on, more)| {
        format!(" An option adds {} on {}.", grouped(i128::from(more)), on.date())
    });
    let cut = if case.to < deal.end { " The horizon ends before the term does." } else { "" };
    format!(
        "{}{} is promised {} by {}{}: {} GPUs, {} of IT power at full load. {}{more} {} of the promised hours come.{cut} {} of what comes is used{}. ",
        price_tag(page, index),
        title(deal.buyer),
        page.shown(&id("gpu_hours_contracted")),
        title(deal.seller),
        page.figure(&id("price_per_gpu_hour"))
            .map_or(String::new(), |it| format!(" at {}", it.shown())),
        grouped(i128::from(gpus)),
        scaled(gpus as f64 * fleet.watts_full / 1e6, "MW"),
        when_full(page, index),
        page.shown(&id("delivered_share")),
        page.shown(&format!("fleet.{}.utilisation", fleet.name)),
        idle_and_margin(page, index),
    )
}

/// What the whole promise comes to: volume times price, or a fee.
fn price_tag(page: &Page<'_>, index: usize) -> String {
    let deal = &page.outcome.case.deals[index];
    let hours = page.number(&format!("deal.{}.gpu_hours_contracted", deal.name));
    match page.figure(&format!("deal.{}.price_per_gpu_hour", deal.name)).and_then(Figure::number) {
        Some(price) => format!("For {} ", scaled(price * hours, "USD")),
        None => "For a fixed fee ".to_owned(),
    }
}

fn idle_and_margin(page: &Page<'_>, index: usize) -> String {
    let deal = &page.outcome.case.deals[index];
    let id = |key: &str| format!("deal.{}.{key}", deal.name);
    let [unused, back] = ["shortfall_paid", "credits"].map(|it| page.number(&id(it)));
    let back = if back >= 1.0 {
        format!(", of which {} comes back at the yearly true-up", scaled(back, "USD"))
    } else {
        String::new()
    };
    let unused = match deal.pricing {
        Pricing::Fixed(_) => ", and the fee is due either way".to_owned(),
        // Rounding leaves a fraction of a dollar.
        _ if unused >= 1.0 => format!(", {} is paid for what is not{back}", scaled(unused, "USD")),
        _ => ", nothing is paid for what is not".to_owned(),
    };
    let margin = match page.figure(&id("seller_margin")).and_then(Figure::number) {
        Some(it) if it < 0.0 => {
            format!(", and the seller loses {} of the bill", scaled(-it, "share"))
        }
        Some(it) => format!(", and the seller keeps {} of the bill", scaled(it, "share")),
        None => String::new(),
    };
    format!("{unused}{margin}")
}

fn when_full(page: &Page<'_>, index: usize) -> String {
    let deal = &page.outcome.case.deals[index];
    let late = page.number(&format!("deal.{}.months_late", deal.name));
    let site = &page.outcome.case.sites[page.outcome.case.fleets[deal.fleet].site];
    let waits = site.ready > deal.start.max(page.outcome.case.from);
    let powered = if waits {
        format!(" The site has power only from {}.", site.ready)
    } else {
        String::new()
    };
    match page.outcome.played.marks.full_at[deal.fleet] {
        Some(full) if late > 0.0 => {
            format!("All are up by {}, {late:.1} months late.{powered}", full.date())
        }
        Some(full) => {
            format!("All are up by {}, on time{}.{powered}", full.date(), on_the_way(page, index))
        }
        None => format!("They are never all up within the horizon.{powered}"),
    }
}

/// What came late of a ramp whose last racks did not.
fn on_the_way(page: &Page<'_>, index: usize) -> String {
    /// Below this share of what is promised it says nothing.
    const TOLD: f64 = 0.005;
    let id = |key: &str| format!("deal.{}.{key}", page.outcome.case.deals[index].name);
    let late = page.number(&id("late_gpu_hours"));
    match late > TOLD * page.number(&id("gpu_hours_contracted")) {
        true => format!(", but on the way there {} came late", page.shown(&id("late_gpu_hours"))),
        false => String::new(),
    }
}

fn buyer_sentence(page: &Page<'_>, party: &str) -> String {
    let id = |key: &str| format!("party.{party}.{key}");
    let verdict = |shortfall: &str, gap: &str| match page.figure(&id(shortfall)).map(|it| &it.value)
    {
        Some(Value::Date(month)) => {
            Some(format!("is short from {month}, by {} at the worst", page.shown(&id(gap))))
        }
        Some(_) => Some("lasts throughout".to_owned()),
        None => None,
    };
    let Some(alone) = verdict("first_shortfall_alone", "funding_gap_alone") else {
        return String::new();
    };
    let Some(index) = page.outcome.case.parties.iter().position(|it| it.name == party) else {
        return String::new();
    };
    let title = page.scenario.row(page.scenario.parties[index]).title();
    if let Some(unpaid) = page.figure(&id("unpaid")) {
        return match page.look().late_since(index) {
            Some(month) => format!(
                "Can {title} pay? It pays no more than it has, and is late from {month} on; {} is unpaid at the end. ",
                unpaid.shown()
            ),
            None => format!("Can {title} pay? It pays no more than it has, and pays all. "),
        };
    }
    if page.outcome.case.parties[index].other_compute.is_empty() {
        return format!("Can {title} pay? Its cash {alone}. ");
    }
    let all = verdict("first_shortfall", "funding_gap").unwrap_or_default();
    format!(
        "Can {title} pay? For what this file holds alone its cash {alone}; with all its known commitments its cash {all}. "
    )
}

fn training_sentence(page: &Page<'_>, work: &str) -> String {
    let id = |key: &str| format!("workload.{work}.{key}");
    format!(
        "{work} is interrupted {} times ({} to be expected, one each {:.1} h); {} of its time trains, {} by the renewal formula, {} by the linear one. ",
        page.shown(&id("interruptions")),
        page.shown(&id("interruptions_expected")),
        page.number(&id("time_between_interruptions")),
        page.shown(&id("effective")),
        page.shown(&id("effective_expected")),
        page.shown(&id("effective_linear")),
    )
}
