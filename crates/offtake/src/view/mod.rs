//! Plain rows with unit and meaning, and the texts made of them. A view reads figures, rows and
//! the scenario's head; it computes nothing of its own.

pub mod article;
mod bands;
mod bills;
mod book;
mod cash;
pub mod catalogue;
mod change;
mod clauses;
mod columns;
mod compare;
mod cover;
mod debts;
mod document;
mod earnings;
mod explain;
mod exposure;
mod lay;
mod lender;
mod machine;
mod monthly;
mod months;
mod odds;
pub mod picture;
mod replay;
mod report;
mod sentence;
mod spark;
mod statements;
mod stress;
mod tables;
mod thin;
mod timeline;
mod yearly;

pub use bills::bills;
pub use cash::cash;
pub use change::change;
pub use columns::columns_page;
pub use compare::{CompareDocument, Compared, Comparison, compare_document, compared};
pub use cover::{BreakEvenRow, break_evens};
pub use document::{
    ClaimRow, Document, ExpectRow, FigureRow, PullRow, assumed, serde_value, warnings,
};
pub use explain::{Branch, leaf, tree};
pub use exposure::exposure;
pub use lay::{bands, held};
pub use lender::{
    LenderDocument, LenderYearRow, LimitRow, RecoveryRow, ReletRow, lender, lender_document,
};
pub use machine::{Machined, OfKind};
pub use monthly::monthly;
pub use odds::{OddsDocument, OddsPage, odds_document, odds_report, odds_tables, scatter, tornado};
pub use replay::{Played, ReplayDocument};
pub use report::{Page, report};
pub use spark::sparkline;
pub use statements::{backlog, plants, rows, statements, statements_by_year};
pub use stress::{StressDocument, StressRow, stress, stress_document};
pub use tables::{Cells, Column, Table, figures, hourly};
pub use thin::{Piece, thin};
pub use timeline::Timeline;
pub use yearly::yearly;

/// What no report of this version can tell, said in each.
pub const NOT_MODELLED: [&str; 8] = [
    "data security and social effects",
    "the text of clauses that are not public",
    "a buyer that cannot pay, where no deal of it says what follows: every bill is paid, a gap is shown as a gap",
    "hours of the day in carbon and energy price: yearly means of the region are used",
    "carbon and water of building the machines and of making the power",
    "inflation; interest and tax but where a debt or a party says them: money is nominal",
    "failures that strike many nodes at once: racks, switches, sites",
    "jobs one by one: they are an hourly load",
];

/// The figures that open a report: those the scenario names, else the first that fit.
pub fn headline(
    scenario: &crate::scenario::Scenario,
    figures: &[crate::figures::Figure],
) -> Vec<String> {
    let named = scenario.row(scenario.head).texts("headline");
    if !named.is_empty() {
        return named.iter().take(5).cloned().collect();
    }
    const ENDINGS: [&str; 8] = [
        ".price_per_gpu_hour",
        ".delivered_gpus_peak",
        ".utilisation",
        ".power_peak",
        ".funding_gap",
        ".effective",
        ".goodput",
        ".energy",
    ];
    let first =
        |ending: &&str| figures.iter().find(|it| it.id.ends_with(*ending)).map(|it| it.id.clone());
    ENDINGS.iter().filter_map(first).take(5).collect()
}

/// A variant's or story's full name: `openai-aws#late-power`.
pub fn scenario_name(name: &str, variant: Option<&str>) -> String {
    variant.map_or_else(|| name.to_owned(), |it| format!("{name}#{it}"))
}
