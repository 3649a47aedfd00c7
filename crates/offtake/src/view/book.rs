//! A book of many deals as tables: the deals, the layers, who supplies, the sites.

use super::lay::{fitted, grid, texts};
use super::report::Page;
use crate::figures::{Figure, Value};
use crate::scenario::{Deal, Pledge, Ramp, RowId};
use crate::time::Instant;
use crate::units::{Money, compact, scaled};

/// From this many deals on, a report shows tables instead of a sentence each.
const BOOK: usize = 4;

/// Whether a story is a book.
pub(super) fn is_book(page: &Page<'_>) -> bool {
    page.outcome.case.deals.len() + page.outcome.case.pledges.len() >= BOOK
}

/// The tables of a book.
pub(super) fn book(page: &Page<'_>) -> String {
    [deals(page), layers(page), suppliers(page), outages(page), super::exposure::told(page)]
        .concat()
}

fn dash(it: Option<&Figure>) -> String {
    it.map_or_else(|| "-".to_owned(), Figure::shown)
}

/// An amount that is nothing only because its price is not public says nothing.
fn priced(it: Option<&Figure>) -> String {
    dash(it.filter(|it| it.number() != Some(0.0)))
}

fn deals(page: &Page<'_>) -> String {
    let case = &page.outcome.case;
    let mut rows: Vec<Vec<String>> = case.deals.iter().map(|it| deal(page, it)).collect();
    rows.extend(case.pledges.iter().map(|it| pledge(page, it)));
    let order = ["rent", "chips", "site", "equity", "loan", "unnamed"];
    rows.sort_by_key(|row| order.iter().position(|it| *it == row[0]));
    let head = "layer,deal,pays,supplies,face value,power,from,full,late,due";
    rows.insert(0, head.split(',').map(str::to_owned).collect());
    let table = fitted(rows, "face value,power,late,due", "from,late,pays,due", page.width);
    let left = left_out(page);
    format!("\nThe deals, by layer; the same gigawatt may stand in several\n{table}{left}")
}

fn deal(page: &Page<'_>, it: &Deal) -> Vec<String> {
    let case = &page.outcome.case;
    let of = |key: &str| page.figure(&format!("deal.{}.{key}", it.name)).and_then(Figure::number);
    let priced = || Some(of("price_per_gpu_hour")? * of("gpu_hours_contracted")?);
    let fleet = &case.fleets[it.fleet];
    let power = scaled(it.promised.gpus as f64 * fleet.watts_full / 1e6, "MW") + " IT";
    let face = face(it.total.map(Money::dollars).or_else(priced).filter(|it| *it > 0.0));
    row(page, it.layer, &it.name, (it.buyer, it.seller), [face, power], &it.promised)
}

fn pledge(page: &Page<'_>, it: &Pledge) -> Vec<String> {
    let power = dash(page.figure(&format!("deal.{}.contracted_mw", it.name)));
    let face = face(it.total.map(Money::dollars));
    row(page, it.layer, &it.name, (it.buyer, it.seller), [face, power], &it.promised)
}

fn face(dollars: Option<f64>) -> String {
    dollars.map_or_else(|| "not public".to_owned(), |it| scaled(it, "USD"))
}

fn row(
    page: &Page<'_>,
    layer: &str,
    name: &str,
    (buyer, seller): (usize, usize),
    [face, power]: [String; 2],
    promised: &Ramp,
) -> Vec<String> {
    let party = |it: usize| page.outcome.case.parties[it].name.clone();
    let of = |key: &str| page.figure(&format!("deal.{name}.{key}"));
    let late = match of("months_late").and_then(Figure::number) {
        Some(months) if months > 0.0 => format!("{} mo", compact(months)),
        Some(_) => "on time".to_owned(),
        None => "never full".to_owned(),
    };
    let month = |it: Instant| it.month().to_string();
    let full = month(Instant { millis: promised.full.millis - 1 });
    let (name, from) = (name.to_owned(), month(promised.start));
    let due = priced(of("billed"));
    vec![layer.to_owned(), name, party(buyer), party(seller), face, power, from, full, late, due]
}

fn left_out(page: &Page<'_>) -> String {
    let is_deal = |it: &&RowId| page.scenario.row(**it).path.starts_with("deal.");
    let names: Vec<&str> = page
        .scenario
        .left_out
        .iter()
        .filter(is_deal)
        .map(|it| page.scenario.row(*it).name.as_str())
        .collect();
    if names.is_empty() {
        return String::new();
    }
    let text = format!(
        "Not public on {}, or no longer standing: {}",
        page.scenario.as_of,
        names.join(", ")
    );
    super::report::wrapped(&text, page.width, "  ")
}

fn layers(page: &Page<'_>) -> String {
    let mut rows = vec![texts(&["layer", "face value", "power at the meter"])];
    for layer in ["rent", "chips", "site", "equity", "loan", "unnamed"] {
        let of = |key: &str| page.figure(&format!("supply.{layer}.{key}"));
        if of("face_value").is_some() || of("contracted_mw").is_some() {
            rows.push(vec![layer.to_owned(), dash(of("face_value")), dash(of("contracted_mw"))]);
        }
    }
    if rows.len() < 2 {
        return String::new();
    }
    format!(
        "\nThe layers, each for itself, where the numbers are public; never a sum over them\n{}",
        grid(&rows, &[1, 2], page.width)
    )
}

fn shares(page: &Page<'_>, prefix: &str) -> Vec<(String, f64)> {
    let of = |it: &Figure| Some((it.id.strip_prefix(prefix)?.to_owned(), it.number()?));
    let mut all: Vec<(String, f64)> = page.outcome.figures.iter().filter_map(of).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all
}

fn suppliers(page: &Page<'_>) -> String {
    let mut rows = vec![texts(&["who rents out", "by committed money", "by delivered GPUs"])];
    if page.figure("supply.hhi").is_none() {
        return String::new();
    }
    for (name, share) in shares(page, "supply.share.") {
        let gpus = page.figure(&format!("supply.gpu_share.{name}"));
        rows.push(vec![name, scaled(share, "share"), dash(gpus)]);
    }
    for it in page.outcome.figures.iter().filter(|it| it.value == Value::Unknown) {
        if let Some(name) = it.id.strip_prefix("supply.share.") {
            let gpus = page.figure(&format!("supply.gpu_share.{name}"));
            rows.push(vec![name.to_owned(), it.shown(), dash(gpus)]);
        }
    }
    let points = |id: &str| dash(page.figure(id));
    rows.push(vec!["concentration".to_owned(), points("supply.hhi"), points("supply.hhi_gpus")]);
    format!(
        "\nOn whom it hangs (concentration: Herfindahl-Hirschman, 0 to 10,000 points)\n{}",
        grid(&rows, &[1, 2], page.width)
    )
}

fn outages(page: &Page<'_>) -> String {
    let mut rows = vec![texts(&["an outage of", "would stop"])];
    for (what, prefix) in [("region", "supply.region."), ("maker", "supply.maker.")] {
        for (name, share) in shares(page, prefix) {
            rows.push(vec![format!("{what} {name}"), scaled(share, "share")]);
        }
    }
    if rows.len() < 2 {
        return String::new();
    }
    format!(
        "\nOf the delivered compute in H100-equivalents, where machines are told\n{}",
        grid(&rows, &[1], page.width)
    )
}

/// What the fleets and sites of a book came to.
pub(super) fn places(page: &Page<'_>) -> String {
    let case = &page.outcome.case;
    let mut rows = vec![texts(&[
        "site",
        "IT and overhead",
        "most power",
        "of",
        "carbon",
        "water",
        "energy costs",
    ])];
    for site in &case.sites {
        let of = |key: &str| dash(page.figure(&format!("site.{}.{key}", site.name)));
        rows.push(vec![
            site.name.clone(),
            of("energy"),
            of("power_peak"),
            scaled(site.limit.watts as f64 / 1e6, "MW"),
            of("carbon_location"),
            of("water"),
            of("energy_cost"),
        ]);
    }
    let mut fleets = vec![texts(&["fleet", "GPUs", "used", "goodput", "failures"])];
    for fleet in &case.fleets {
        let of = |key: &str| dash(page.figure(&format!("fleet.{}.{key}", fleet.name)));
        fleets.push(vec![
            fleet.name.clone(),
            crate::units::grouped(i128::from(fleet.gpus)),
            of("utilisation"),
            of("goodput"),
            of("failures"),
        ]);
    }
    format!(
        "\nWhat runs\n{}\nPower, location-based carbon, water (yearly means of the region)\n{}",
        grid(&fleets, &[1, 2, 3, 4], page.width),
        grid(&rows, &[1, 2, 3, 4, 5, 6], page.width)
    )
}
