//! The lender's page: the buyer pays, beside the buyer walks away.

use serde::Serialize;

use super::debts::{sentence, times};
use super::lay::{grid, texts};
use super::report::wrapped;
use crate::figures::{Lender, Look};
use crate::scenario::Serves;
use crate::units::{Money, scaled};

/// The page as text.
pub fn lender(look: &Look<'_>, page: &Lender, width: usize) -> String {
    let debt = &look.case.debts[page.debt];
    let mut rows = vec![texts(&["the buyer", "pays"])];
    rows[0].push(format!("walks away {}", page.walk.from));
    let mut row = |what: &str, pays: &str, walks: &str| rows.push(texts(&[what, pays, walks]));
    let share = |it: f64| format!("{:.0} %", it * 100.0);
    if let Some(advance) = page.advance {
        row("advance rate", &share(advance), "");
    }
    row("owed when it walks", "", &scaled(page.owed, "USD"));
    for it in page.years.iter().filter(|it| it.pays.dscr.is_some()) {
        row(&format!("DSCR {}", it.pays.year), &times(it.pays.dscr), &times(it.walks));
    }
    let (relet, after) = debt.relet;
    row(&format!("re-let after {after} months at"), "", &at(look, page, relet));
    let even = page.break_even.map_or("no price".to_owned(), |it| at(look, page, it));
    row("re-let price that still pays the loan", "", &even);
    match &page.recovery {
        Some(it) => {
            row("recovery", "100 %", &share(it.share()));
            row("  out of what is re-let", "", &share(it.relet));
            row("  out of the plant, sold at the end", "", &share(it.plant));
            row("plant sold at once, of what is owed", "", &share(it.sold_at_once));
        }
        None => row("recovery", "", "the horizon ends first"),
    }
    row("contract tail", &format!("{:.0} months", page.tail), "");
    let head = wrapped(&sentence(look, page.debt), width, "");
    format!("{head}\n{}{}", grid(&rows, &[1, 2], width), notes(look, page, width))
}

fn notes(look: &Look<'_>, page: &Lender, width: usize) -> String {
    let falls = look.case.plants.iter().flat_map(|it| &it.capital).any(|it| it.falls.is_some());
    let plant = match (page.capital, falls) {
        (None, _) => "No plant is told: nothing is left to sell. ",
        (_, false) => "Nobody says what the plant sells for: it counts as nothing. ",
        _ => "",
    };
    let text = format!(
        "{plant}Who walks away pays nothing from that month on; the plant's costs go on. What is late bears the \
         loan's own interest and must be paid by its last day. A share is one of what the deal brings as played."
    );
    format!("\n{}", wrapped(&text, width, "  "))
}

/// A share of what the deal brings, and what that is a GPU-hour where it has a price by the GPU-hour.
fn at(look: &Look<'_>, page: &Lender, share: f64) -> String {
    let price = per_gpu_hour(look, page);
    let price = price.map_or(String::new(), |it| format!(", {:.2} USD/GPU-hour", it * share));
    format!("{:.0} %{price}", share * 100.0)
}

fn per_gpu_hour(look: &Look<'_>, page: &Lender) -> Option<f64> {
    match look.case.debts[page.debt].secures? {
        Serves::Deal(it) => look.price_per_hour(it),
        Serves::Pledge(_) => None,
    }
}

/// The page as a document: money in USD, months as `2028-01`, shares of one.
#[derive(Clone, Debug, Serialize)]
pub struct LenderDocument {
    /// `openai-aws`
    pub scenario: String,
    /// `debt.ddtl`
    pub debt: String,
    /// What the lender lends at most.
    pub size: f64,
    /// What limits it.
    pub binding: &'static str,
    /// Every limit that there is, and what it allows.
    pub limits: Vec<LimitRow>,
    /// What the plants behind it cost.
    pub capital: Option<f64>,
    /// Drawn over that.
    pub advance: Option<f64>,
    /// Months for which the deal runs after the last payment.
    pub tail_months: f64,
    /// The first month that is not paid.
    pub walks: String,
    /// Owed that day.
    pub owed: f64,
    /// By calendar year.
    pub years: Vec<LenderYearRow>,
    /// How what is let again is reckoned.
    pub relet: ReletRow,
    /// What the lender gets back, of what is owed that day; nothing where the horizon ends before the loan.
    pub recovery: Option<RecoveryRow>,
}

/// A limit.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LimitRow {
    /// Its name.
    pub name: &'static str,
    /// What it allows.
    pub allows: f64,
}

/// A calendar year.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LenderYearRow {
    /// Which year.
    pub year: i16,
    /// Interest that falls due.
    pub interest: f64,
    /// Instalments that fall due.
    pub principal: f64,
    /// Owed at its end.
    pub owed: f64,
    /// Cover when the buyer pays.
    pub dscr_pays: Option<f64>,
    /// Cover when it walks away.
    pub dscr_walks: Option<f64>,
}

/// How what is let again is reckoned.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ReletRow {
    /// Of what the deal brings.
    pub share: f64,
    /// Months for which it stands empty.
    pub after_months: usize,
    /// The price at that share.
    pub usd_per_gpu_hour: Option<f64>,
    /// The share from which on the loan is paid in full by its last day.
    pub break_even_share: Option<f64>,
    /// The price at that share.
    pub break_even_usd_per_gpu_hour: Option<f64>,
}

/// What the lender gets back, of what is owed that day.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RecoveryRow {
    /// In all.
    pub share: f64,
    /// Out of what was held and what is let again.
    pub relet: f64,
    /// Out of the plant, sold after the last payment.
    pub plant: f64,
    /// What the plant would sell for that day; no part of the sum.
    pub sold_at_once: f64,
}

/// The page as a document.
pub fn lender_document(look: &Look<'_>, page: &Lender, scenario: &str) -> LenderDocument {
    let debt = &look.case.debts[page.debt];
    let size = &look.played.marks.debts[page.debt].size;
    let price = per_gpu_hour(look, page);
    let usd = Money::dollars;
    let years = page.years.iter().filter(|it| it.pays.service() > Money::ZERO);
    let limits = size.limits.iter();
    LenderDocument {
        scenario: scenario.to_owned(),
        debt: format!("debt.{}", debt.name),
        size: size.amount,
        binding: size.binding.word(),
        limits: limits.map(|it| LimitRow { name: it.0.word(), allows: it.1 }).collect(),
        capital: page.capital,
        advance: page.advance,
        tail_months: page.tail,
        walks: page.walk.from.to_string(),
        owed: page.owed,
        years: years
            .map(|it| LenderYearRow {
                year: it.pays.year,
                interest: usd(it.pays.interest),
                principal: usd(it.pays.principal),
                owed: usd(it.pays.owed),
                dscr_pays: it.pays.dscr,
                dscr_walks: it.walks,
            })
            .collect(),
        relet: ReletRow {
            share: debt.relet.0,
            after_months: debt.relet.1,
            usd_per_gpu_hour: price.map(|it| it * debt.relet.0),
            break_even_share: page.break_even,
            break_even_usd_per_gpu_hour: price.zip(page.break_even).map(|it| it.0 * it.1),
        },
        recovery: page.recovery.as_ref().map(|it| RecoveryRow {
            share: it.share(),
            relet: it.relet,
            plant: it.plant,
            sold_at_once: it.sold_at_once,
        }),
    }
}
