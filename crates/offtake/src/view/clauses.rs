//! What the clauses of deals came to, in the report.

use std::fmt::Write;

use super::report::Page;
use crate::figures::clause_ids;

/// A line for each figure of a clause, deal by deal; nothing where no deal has one.
pub(super) fn by_clause(page: &Page<'_>) -> String {
    let mut out = String::new();
    let mut deal = String::new();
    for id in clause_ids(page.scenario) {
        let Some(figure) = page.figure(&id) else { continue };
        let (path, _) = id.rsplit_once('.').expect("a figure of a noun");
        if out.is_empty() {
            out.push_str("\nBy clause\n");
        }
        if deal != path {
            let _ = writeln!(out, "  {path}");
            path.clone_into(&mut deal);
        }
        let _ = writeln!(out, "  {:>22}  {}", figure.shown(), figure.label);
    }
    out
}
