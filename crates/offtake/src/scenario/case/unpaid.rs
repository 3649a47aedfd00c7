//! What a deal says of a buyer that cannot pay.

use super::{Cells, index};
use crate::scenario::nouns::{Guarantee, Relet, Rule, Unpaid};
use crate::scenario::row::{Cell, PathKey};
use crate::time::Instant;
use crate::units::{Exact, Price, Share};

pub(super) fn unpaid(cells: &Cells<'_>) -> Option<Unpaid> {
    let share = |key, unsaid| Share(cells.exact(key).unwrap_or(Exact::from_integer(unsaid)));
    let rule = match cells.row.word("unpaid.rule")? {
        "suspend" => Rule::Suspend,
        "renegotiate" => {
            let written_off = cells.row.word("unpaid.arrears") == Some("written-off");
            Rule::Renegotiate(share("unpaid.cut", 0), written_off)
        }
        "walk-away" => Rule::WalkAway,
        _ => Rule::Wait,
    };
    Some(Unpaid {
        rule,
        rank: cells.row.whole("unpaid.rank").unwrap_or(Unpaid::WAITS.rank),
        interest: share("unpaid.interest", 0).0,
        after: cells.months("unpaid.after").unwrap_or(0.0),
        relet: cells.row.says("relet.price").then(|| Relet {
            price: prices(cells),
            after: cells.months("relet.after").unwrap_or(0.0),
            share: share("relet.share", 1),
        }),
    })
}

pub(super) fn guarantee(cells: &Cells<'_>) -> Option<Guarantee> {
    cells.row.target("guarantee.by")?;
    let by = index(&cells.scenario.parties, cells, "guarantee.by");
    Some(Guarantee { by, most: cells.money("guarantee.most") })
}

fn prices(cells: &Cells<'_>) -> Vec<(Instant, Price)> {
    let Some(Cell::Path(points)) = cells.row.cells.get("relet.price") else { return Vec::new() };
    let from = |at: PathKey| match at {
        PathKey::Always => cells.scenario.from,
        PathKey::From(day) => Instant::start_of(day),
    };
    points.iter().map(|(at, id)| (from(*at), Price(cells.number(*id)))).collect()
}
