//! How a loan is paid back: in level payments, shaped to the cash, or with all the cash there is.

/// One period of a loan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Payment {
    /// Owed when the period begins.
    pub opening: f64,
    /// Interest of the period.
    pub interest: f64,
    /// Paid back; below nothing where interest is added to what is owed.
    pub principal: f64,
    /// Owed when it ends.
    pub closing: f64,
}

impl Payment {
    /// What is paid in all.
    pub fn service(&self) -> f64 {
        self.interest + self.principal
    }

    fn after(opening: f64, interest: f64, service: f64) -> Self {
        let principal = service - interest;
        Self { opening, interest, principal, closing: opening - principal }
    }
}

/// When in its period a payment is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// At its beginning, the first one at once.
    AtStart,
    /// At its end.
    AtEnd,
}

/// What, paid at the end of every period, pays a principal back but for what is left at the end:
/// `(P - B v^n) r / (1 - v^n)` with `v = 1 / (1 + r)`. As a yearly cost of things that last `n`
/// years it is the capital recovery of engineering economics. Periods need not be whole.
pub fn annuity(principal: f64, rate: f64, periods: f64, left: f64) -> f64 {
    // 1 - v^n, without losing digits where the rate is small.
    let lost = -libm::expm1(-periods * libm::log1p(rate));
    let worth = principal - left * (1.0 - lost);
    if rate == 0.0 { worth / periods } else { worth * rate / lost }
}

/// The one payment that, made every period, leaves a balloon when the last is over:
/// `(P - B v^n) r / (1 - v^n)` with `v = 1 / (1 + r)`, and `v` times that if due at the start.
pub fn level_payment(principal: f64, rate: f64, periods: usize, balloon: f64, due: Due) -> f64 {
    let at_end = annuity(principal, rate, periods as f64, balloon);
    if due == Due::AtStart { at_end / (1.0 + rate) } else { at_end }
}

/// What a payment, made at the end of every period, is worth before the first: `p (1 - v^n) / r`.
pub fn level_worth(payment: f64, rate: f64, periods: usize) -> f64 {
    let lost = -libm::expm1(-(periods as f64) * libm::log1p(rate));
    if rate == 0.0 { payment * periods as f64 } else { payment * lost / rate }
}

/// A loan paid back in level payments; due at the start, interest runs on what the payment leaves. It ends at the
/// balloon: the last payment takes what rounding left.
pub fn level(principal: f64, rate: f64, periods: usize, balloon: f64, due: Due) -> Vec<Payment> {
    let payment = level_payment(principal, rate, periods, balloon, due);
    let mut owed = principal;
    let mut rows: Vec<Payment> = (0..periods)
        .map(|_| {
            let bears = if due == Due::AtStart { owed - payment } else { owed };
            let it = Payment::after(owed, bears * rate, payment);
            owed = it.closing;
            it
        })
        .collect();
    if let Some(last) = rows.last_mut() {
        last.principal = last.opening - balloon;
        last.closing = balloon;
    }
    rows
}

/// What can be lent on cash that covers its service by the ratios asked for, and how it is then paid back: each
/// period `cash / ratio`, nothing where there is no cash. The loan is what these payments are worth.
pub fn sculpted(cash: &[f64], ratios: &[f64], rate: f64) -> Vec<Payment> {
    let service: Vec<f64> = cash.iter().zip(ratios).map(|(cash, it)| cash.max(0.0) / it).collect();
    // From the end, so that the loan ends at exactly nothing.
    let mut closing = 0.0;
    let mut rows: Vec<Payment> = Vec::new();
    for service in service.iter().rev() {
        let opening = (closing + service) / (1.0 + rate);
        rows.push(Payment {
            opening,
            interest: opening * rate,
            principal: opening - closing,
            closing,
        });
        closing = opening;
    }
    rows.reverse();
    rows
}

/// The first payment of a loan whose payments follow the shape of cash, from its first period on:
/// `P c1 / worth of c`; nothing where there is none.
pub fn shaped(principal: f64, rate: f64, cash: &[f64]) -> Option<f64> {
    let worth = super::worth(cash, rate);
    (worth > 0.0).then(|| principal * cash[0].max(0.0) / worth)
}

/// A loan to which a share of each period's cash goes until it is paid back. Interest that the cash does not
/// cover is added to what is owed.
pub fn sweep(principal: f64, rate: f64, cash: &[f64], share: f64) -> Vec<Payment> {
    let mut owed = principal;
    cash.iter()
        .map(|cash| {
            let interest = owed * rate;
            let service = (cash.max(0.0) * share).min(owed + interest);
            let paid_back = service >= owed + interest;
            let mut it = Payment::after(owed, interest, service);
            if paid_back {
                (it.principal, it.closing) = (owed, 0.0);
            }
            owed = it.closing;
            it
        })
        .collect()
}

/// Periods until the mean unit of the principal is paid back.
pub fn average_life(rows: &[Payment]) -> f64 {
    let weighed = rows.iter().enumerate().map(|(i, it)| (i + 1) as f64 * it.principal);
    weighed.sum::<f64>() / rows.iter().map(|it| it.principal).sum::<f64>()
}
