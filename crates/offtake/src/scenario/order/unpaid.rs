//! What a deal says of a buyer that cannot pay fits together.

use crate::scenario::check::Scenario;
use crate::scenario::report::Report;
use crate::scenario::row::Row;

pub(super) fn check(scenario: &Scenario, report: &mut Report) {
    for row in scenario.contracts().map(|it| scenario.row(it)) {
        rule_is_whole(scenario, row, report);
        relet_is_whole(row, report);
        guarantee_is_whole(scenario, row, report);
    }
}

fn rule_is_whole(scenario: &Scenario, row: &Row, report: &mut Report) {
    let said = |keys: &[&'static str]| keys.iter().copied().find(|it| row.says(it));
    let details = ["unpaid.interest", "unpaid.after", "unpaid.rank"];
    let of_renegotiation = ["unpaid.cut", "unpaid.arrears"];
    match row.word("unpaid.rule") {
        None if row.says("unpaid.rule") => return,
        None => {
            if let Some(key) = said(&[&details[..], &of_renegotiation].concat()) {
                report.unpaid_without_rule(row.at(key), &row.path, key);
            }
            return;
        }
        Some("renegotiate") if !row.says("unpaid.cut") => {
            let doc = "by how much what is still to come is cheaper";
            report.missing_field(row.at("unpaid.rule"), &row.path, "unpaid.cut", doc);
        }
        Some("renegotiate") => {}
        Some(rule) => {
            if let Some(key) = said(&of_renegotiation) {
                report.nothing_renegotiated(row.at(key), &row.path, key, rule);
            }
        }
    }
    let buyer = row.target("buyer").map(|it| scenario.row(it));
    if let Some(buyer) = buyer.filter(|it| !it.says("cash")) {
        report.no_cash_to_end(row.at("unpaid.rule"), &row.path, &buyer.path);
    }
}

fn relet_is_whole(row: &Row, report: &mut Report) {
    let said = ["relet.price", "relet.after", "relet.share"].into_iter().find(|it| row.says(it));
    let Some(at) = said.map(|it| row.at(it)) else { return };
    if !row.says("relet.price") {
        report.let_at_no_price(at, &row.path);
    }
    let rule = row.word("unpaid.rule");
    if !matches!(rule, Some("suspend" | "walk-away"))
        && (rule.is_some() || !row.says("unpaid.rule"))
    {
        report.nothing_goes_back(at, &row.path);
    }
    if row.noun.name != "pledge" {
        return;
    }
    let is_rented = matches!(row.word("layer"), Some("rent" | "site"));
    let is_held = row.word("paid").map_or(is_rented, |it| it == "over-time");
    if !is_held && row.word("layer").is_some() {
        report.nothing_to_let(at, &row.path, "it is paid as it comes, so it is the buyer's");
    } else if !row.says("deliver.power") {
        report.nothing_to_let(at, &row.path, "its `deliver.power` is not told");
    }
}

fn guarantee_is_whole(scenario: &Scenario, row: &Row, report: &mut Report) {
    if row.says("guarantee.most") && !row.says("guarantee.by") {
        report.guaranteed_by_nobody(row.at("guarantee.most"), &row.path);
    }
    let Some(by) = row.target("guarantee.by") else { return };
    for side in ["buyer", "seller"] {
        if row.target(side) == Some(by) {
            let at = row.at("guarantee.by");
            report.guarantor_is_a_side(at, &row.path, side, &scenario.row(by).name);
        }
    }
    let Some(buyer) = row.target("buyer") else { return };
    let mut of_buyer = scenario.contracts().map(|it| scenario.row(it));
    if !of_buyer.any(|it| it.target("buyer") == Some(buyer) && it.says("unpaid.rule")) {
        let buyer = &scenario.row(buyer).name;
        report.guarantee_never_called(row.at("guarantee.by"), &row.path, buyer);
    }
}
