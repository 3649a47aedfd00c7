//! What is sound and may still not be meant, told before anything is played.

use crate::power;
use crate::scenario::{Case, Deal, Draw, Fleet, Pricing, Report, Scenario, WorkKind};
use crate::terms;
use crate::time::Instant;
use crate::units::{Money, scaled};

/// A written price and a total may differ by so much before somebody should look.
const PRICE_TOLERANCE: f64 = 0.05;

/// Warns of what a sound scenario says against itself.
pub fn doubts(scenario: &Scenario, report: &mut Report) {
    let case = Case::of(scenario, &Draw::medians(scenario));
    for (deal, row) in case.deals.iter().zip(&scenario.deals) {
        let row = scenario.row(*row);
        let priced = at_its_price(deal, &case.fleets[deal.fleet]);
        if let (Some(priced), Some(total)) = (priced, deal.total)
            && (priced.dollars() / total.dollars() - 1.0).abs() > PRICE_TOLERANCE
        {
            let [priced, total] = [priced, total].map(|it| scaled(it.dollars(), "USD"));
            report.price_against_total(row.at("price"), &row.path, &priced, &total);
        }
    }
    for (debt, row) in case.debts.iter().zip(&scenario.debts) {
        let row = scenario.row(*row);
        if let Some(ends) = debt.secures.map(|it| case.ends(it)).filter(|it| debt.matures() > *it) {
            let deal = row.target("secures").map_or("", |it| &scenario.row(it).path);
            let day = |it: Instant| it.date().to_string();
            let (at, path) = (row.at("repay.term"), &row.path);
            report.loan_outlives_deal(at, path, &day(debt.matures()), deal, &day(ends));
        }
    }
    for (work, row) in case.works.iter().zip(&scenario.works) {
        let WorkKind::Training(it) = &work.kind else { continue };
        let fleet = &case.fleets[work.fleet];
        let site = &case.sites[fleet.site];
        let carried = power::carried(site, site.limit.watts as f64, fleet);
        if carried < it.gpus {
            let (row, site) = (scenario.row(*row), scenario.row(scenario.sites[fleet.site]));
            report.gang_without_power(row.at("gpus"), &row.path, it.gpus, &site.path, carried);
        }
    }
}

/// What the promised volume, or the term, comes to at a price that is written; an option adds to
/// the total and is left out.
fn at_its_price(deal: &Deal, fleet: &Fleet) -> Option<Money> {
    match (deal.pricing, terms::price(deal, fleet)) {
        (Pricing::Solve, _) => None,
        (Pricing::Fixed(fee), _) => Some(fee.charge((deal.end - deal.start).millis.into())),
        (_, price) => {
            let plain = Deal { expansion: None, ..deal.clone() };
            Some(price?.charge(terms::contracted(&plain)))
        }
    }
}
