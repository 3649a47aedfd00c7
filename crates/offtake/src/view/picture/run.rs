//! The picture of one play.

use super::graph::Graph;
use super::{FORM, Headline, Picture, Sheet, Spread, Subject, charts, daily, levers};
use crate::figures::Figure;
use crate::study::Odds;
use crate::view::report::{Page, how};
use crate::view::tables::Table;
use crate::view::{NOT_MODELLED, bands, sentence, statements, warnings};

/// Which play it was.
#[derive(Clone, Copy, Debug)]
pub struct Which<'a> {
    /// The scenario as it is named on the command line.
    pub scenario: &'a str,
    /// The program's version.
    pub version: &'static str,
    /// Of its ledger, or of its rows.
    pub digest: &'a str,
}

/// Everything that a page shows of one play.
///
/// Where the hourly table is given, days stand behind what charts show by the month.
pub fn of_run(page: &Page<'_>, which: Which<'_>, hourly: Option<&Table>) -> Picture {
    let scenario = page.scenario;
    let mut charts = charts::charts(page, which);
    if let Some(hourly) = hourly {
        daily::see(&mut charts, hourly);
    }
    let graph = Graph::of(scenario, &page.outcome.figures);
    Picture {
        form: FORM,
        of: Subject::Run,
        scenario: which.scenario.to_owned(),
        title: scenario.name().to_owned(),
        about: scenario.row(scenario.head).text("about").map(str::to_owned),
        version: which.version,
        digest: which.digest.to_owned(),
        seed: scenario.seed,
        draw: page.draw.luck().checked_sub(1),
        draws: None,
        as_of: scenario.as_of.to_string(),
        from: scenario.from.to_string(),
        to: scenario.to.to_string(),
        how: how(page),
        sentence: sentence::sentence(page),
        numbers: page
            .headline
            .iter()
            .filter_map(|it| Some(number(page, page.figure(it)?)))
            .collect(),
        levers: levers::levers(scenario, page.levers),
        charts,
        claims: page.claims.iter().map(Into::into).collect(),
        expects: page.expects.iter().map(Into::into).collect(),
        pulls: page.pulls.iter().map(Into::into).collect(),
        break_evens: page.break_evens.iter().map(Into::into).collect(),
        sources: graph.sources(),
        figures: graph.figures,
        stages: graph.stages,
        inputs: graph.inputs,
        tables: tables(page).into_iter().map(Sheet).collect(),
        not_modelled: NOT_MODELLED.to_vec(),
        warnings: warnings(scenario),
    }
}

fn number(page: &Page<'_>, it: &Figure) -> Headline {
    Headline {
        id: it.id.clone(),
        label: it.label.clone(),
        shown: it.shown(),
        value: it.number(),
        unit: it.unit,
        kind: it.kind,
        band: page.odds.and_then(|odds| spread(odds, it)),
    }
}

/// Where a figure lies in eight of ten futures, the unit said once.
pub(super) fn spread(odds: &Odds, figure: &Figure) -> Option<Spread> {
    let [low, high] = bands::ends(odds, figure)?;
    let low = bands::without_unit_of(&low, &high).to_owned();
    Some(Spread { low, high, draws: odds.draws })
}

/// What is shown as a table: years, statements, what stands out, who owes whom.
fn tables(page: &Page<'_>) -> Vec<Table> {
    let (scenario, draw, outcome) = (page.scenario, page.draw, page.outcome);
    let mut tables = vec![
        crate::view::yearly(scenario, draw, outcome),
        statements::statements_by_year(scenario, draw, outcome),
        statements::backlog(scenario, draw, outcome),
    ];
    tables.extend(statements::plants(scenario, draw, outcome));
    if outcome.case.contracts().count() > 1 {
        tables.extend(crate::view::exposure(scenario, draw, outcome));
    }
    tables.extend(page.stress.map(|it| crate::view::stress(scenario, it)));
    tables.retain(|it| it.rows() > 0 && it.columns.len() > 1);
    tables
}
