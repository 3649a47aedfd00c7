//! What is sound and may still not be meant, told before anything is played.

use crate::power;
use crate::scenario::{Case, Deal, Draw, Report, Row, Scenario, WorkKind};
use crate::terms;
use crate::time::Instant;
use crate::units::{scaled, to_f64};

/// A written price and a total may differ by so much before somebody should look.
const PRICE_TOLERANCE: f64 = 0.05;

/// Warns of what a sound scenario says against itself.
pub fn doubts(scenario: &Scenario, report: &mut Report) {
    let case = Case::of(scenario, &Draw::medians(scenario));
    for (deal, row) in case.deals.iter().zip(&scenario.deals) {
        let row = scenario.row(*row);
        clauses_count(deal, row, report);
        if row.says("price_steps") || row.says("index.rate") {
            continue;
        }
        let priced = terms::at_its_price(deal, &case.fleets[deal.fleet]);
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

/// Use above a minimum that is everything, or make-up of a minimum that is nothing.
fn clauses_count(deal: &Deal, row: &Row, report: &mut Report) {
    let take = to_f64(deal.take.0);
    for key in ["overage", "make_up"].into_iter().filter(|it| row.says(it)) {
        let why = match key {
            _ if take >= 1.0 => "all that is delivered is the minimum, nothing is used above it",
            "make_up" if take <= 0.0 => "no minimum is owed, so nothing is paid unused",
            _ => continue,
        };
        report.clause_never_counts(row.at(key), &row.path, key, why);
    }
}
