//! Does the cash cover the debt? The ratios that lenders ask for (E. R. Yescombe, Principles of Project
//! Finance, 2nd edition, 2013, chapter 12).

use super::Payment;

/// Ratios of one period, each with nothing where it would be divided by nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cover {
    /// Debt service: cash over interest and principal.
    pub dscr: Option<f64>,
    /// Loan life: what the cash until the loan ends, and the reserve, are worth over what is owed.
    pub llcr: Option<f64>,
    /// Project life: the same with all cash there is.
    pub plcr: Option<f64>,
    /// Interest: cash over interest.
    pub icr: Option<f64>,
}

/// The ratios of each period of a loan, from cash before debt service at each period's end. Worth is
/// reckoned from the period's beginning, at the loan's rate in each period; the reserve counts in full.
pub fn cover(cash: &[f64], loan: &[Payment], rates: &[f64], reserve: f64) -> Vec<Cover> {
    let of_loan = worth(&cash[..loan.len().min(cash.len())], rates);
    let of_all = worth(cash, rates);
    let one = |(i, it): (usize, &Payment)| Cover {
        dscr: over(cash[i], it.service()),
        llcr: over(of_loan[i] + reserve, it.opening),
        plcr: over(of_all[i] + reserve, it.opening),
        icr: over(cash[i], it.interest),
    };
    loan.iter().enumerate().take(cash.len()).map(one).collect()
}

/// What the cash from each period on is worth when that period begins.
fn worth(cash: &[f64], rates: &[f64]) -> Vec<f64> {
    let mut later = 0.0;
    let mut all: Vec<f64> = cash
        .iter()
        .zip(rates)
        .rev()
        .map(|(it, rate)| {
            later = (later + it) / (1.0 + rate);
            later
        })
        .collect();
    all.reverse();
    all
}

fn over(above: f64, below: f64) -> Option<f64> {
    (below > 0.0).then(|| above / below)
}

/// The least and the mean of the ratios that there are.
pub fn least_and_mean(ratios: impl Iterator<Item = Option<f64>>) -> Option<(f64, f64)> {
    let known: Vec<f64> = ratios.flatten().collect();
    let least = known.iter().copied().min_by(f64::total_cmp)?;
    Some((least, known.iter().sum::<f64>() / known.len() as f64))
}
