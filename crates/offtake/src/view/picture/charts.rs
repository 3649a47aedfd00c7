//! The charts of one play: time first, then who gets the money. Each stands only where the scenario has it, and
//! its sentence is reckoned from the rows that it is drawn from.

mod capital;
mod money;
mod time;

use super::{Chart, run::Which};
use crate::view::months::Months;
use crate::view::report::Page;

/// What charts are drawn from.
struct Desk<'a> {
    page: &'a Page<'a>,
    which: Which<'a>,
    months: Months,
}

/// Every chart that the scenario has, in the order of the page.
pub(super) fn charts(page: &Page<'_>, which: Which<'_>) -> Vec<Chart> {
    let desk = Desk { page, which, months: Months::of(page) };
    let all = [
        time::capacity(&desk),
        time::work(&desk),
        money::bill(&desk),
        money::cash(&desk),
        money::coverage(&desk),
        money::waterfall(&desk),
        money::of_the_bill(&desk),
        capital::earned(&desk),
        capital::built(&desk),
        capital::owed(&desk),
        capital::served(&desk),
        money::shares(&desk),
        money::network(&desk),
        time::power(&desk),
        time::carbon(&desk),
        time::failures(&desk),
    ];
    all.into_iter().flatten().collect()
}

/// The largest of some values, and where it stands first.
fn most(values: &[f64]) -> Option<(usize, f64)> {
    let told = values.iter().copied().enumerate().filter(|it| it.1.is_finite());
    told.fold(None, |best, it| match best {
        Some((_, most)) if it.1 <= most => best,
        _ => Some(it),
    })
}

/// The largest of some values, and where they first come to nearly as much: the last digits of a mean say nothing.
fn first_most(values: &[f64]) -> Option<(usize, f64)> {
    const AS_MUCH: f64 = 0.999;
    let (_, peak) = most(values)?;
    Some((values.iter().position(|it| *it >= peak * AS_MUCH)?, peak))
}

/// The smallest of some values, and where it stands first.
fn least(values: &[f64]) -> Option<(usize, f64)> {
    let turned: Vec<f64> = values.iter().map(|it| -it).collect();
    most(&turned).map(|(at, it)| (at, -it))
}
