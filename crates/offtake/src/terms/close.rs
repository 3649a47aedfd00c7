//! Everything that is due when a month of a deal closes: which clauses it has, and in which order
//! they count.

use super::make_up::{Bank, MadeUp};
use super::price::Tariff;
use super::running::Running;
use super::take_or_pay::{minimum, overpaid, owed};
use super::{damages, deposit, prepayment, termination, uptime};
use crate::scenario::{Deal, Pricing};
use crate::time::{Instant, Span};
use crate::units::{Money, Price};

/// What happened in one month of a deal, in GPU-milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Period {
    /// By the promised calendar.
    pub contracted: i128,
    /// Under power, healthy or not, spares apart.
    pub landed: i128,
    /// Installed, powered, healthy and offered.
    pub delivered: i128,
    /// Allocated to work.
    pub used: i128,
    /// Late, beyond the grace, where the seller pays for that.
    pub late: i128,
    /// What is still promised after it, at its prices: nothing where nobody can say.
    pub to_come: Option<Money>,
    /// The minimum that an end before the term leaves, at its prices.
    pub left: Money,
    /// The revenue of which a share is due.
    pub revenue: Money,
    /// How much of the term lies in the month.
    pub term: Span,
    /// When it ends.
    pub ends: Instant,
    /// Whether a year or the term ends with it.
    pub trues_up: bool,
    /// Whether the term ends with it.
    pub is_last: bool,
}

/// The running account of a deal: what was charged so far.
#[derive(Clone, Debug, Default)]
pub struct Account {
    bill: Running,
    overage: Running,
    credited: Running,
    late: Running,
    /// GPU-milliseconds since the last true-up: owed, used, the least that is owed.
    owed: i128,
    used: i128,
    minimum: i128,
    bank: Bank,
    /// What is left of the prepayment.
    pub prepaid_left: Money,
    /// What is left of the deposit.
    pub deposit_left: Money,
}

/// What falls due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charges {
    /// For what was used.
    pub for_use: Money,
    /// For what was promised, delivered and not used.
    pub shortfall: Money,
    /// For what was used above the minimum, where that has another price.
    pub overage: Money,
    /// Given back by true-up and make-up.
    pub credit: Money,
    /// Given back for what failed.
    pub service_credit: Money,
    /// Paid by the seller for what is late.
    pub damages: Money,
    /// Paid by the buyer for ending the deal.
    pub fee: Money,
    /// Paid by the seller for ending the deal.
    pub fee_of_seller: Money,
    /// Covered by the prepayment.
    pub from_prepayment: Money,
    /// Covered by the deposit.
    pub from_deposit: Money,
    /// Left over of the prepayment at the end of the term.
    pub returned: Money,
    /// Left over of the deposit at the end of the term.
    pub deposit_returned: Money,
    /// What was put aside of volume that was paid, and what came of it.
    pub made_up: MadeUp,
}

impl Charges {
    /// Charges less credits.
    pub fn billed(&self) -> Money {
        self.for_volume() + self.fee
            - self.credit
            - self.service_credit
            - self.damages
            - self.fee_of_seller
    }

    fn for_volume(&self) -> Money {
        self.for_use + self.shortfall + self.overage
    }
}

/// Closes a month at its price: what is due, by the deal's clauses.
///
/// Charges are differences of running totals, rounded once each, so that a deal cut in two sums
/// to the deal.
pub fn close(
    deal: &Deal,
    tariff: &Tariff,
    price: Price,
    period: &Period,
    account: &mut Account,
) -> Charges {
    let mut charges = match deal.pricing {
        Pricing::Fixed(_) => plain(account, price, period.term.millis.into()),
        Pricing::OfRevenue(..) => plain(account, price, period.revenue.micros),
        _ => by_volume(deal, tariff, price, period, account),
    };
    let clauses = &deal.clauses;
    if let Some(it) = &clauses.uptime {
        charges.service_credit =
            uptime::credit(it, charges.for_volume(), period.delivered, period.landed);
    }
    if let (Some(it), Some(rate)) = (&clauses.damages, tariff.late) {
        charges.damages = account.late.charge(rate, period.late, damages::most(it, tariff.face));
    }
    (charges.fee, charges.fee_of_seller) = termination::paid(clauses, period.left);
    pay_from_what_is_held(deal, period, account, &mut charges);
    charges
}

fn plain(account: &mut Account, price: Price, volume: i128) -> Charges {
    Charges { for_use: account.bill.charge(price, volume, None), ..Charges::default() }
}

fn by_volume(
    deal: &Deal,
    tariff: &Tariff,
    price: Price,
    period: &Period,
    account: &mut Account,
) -> Charges {
    let least = minimum(deal.take, period.contracted, period.delivered);
    let volume = owed(least, period.used);
    account.owed += volume;
    account.used += period.used;
    account.minimum += least;
    let at_price = if tariff.overage.is_some() { least } else { volume };
    let charge = account.bill.charge(price, at_price, most(deal, account));
    let shortfall = price.charge(volume - period.used).min(charge);
    let mut charges = Charges { for_use: charge - shortfall, shortfall, ..Charges::default() };
    if let Some(price) = tariff.overage {
        charges.overage = account.overage.charge(price, volume - least, None);
    }
    if period.trues_up || !deal.true_up {
        let price = tariff.overage.unwrap_or(price);
        (charges.credit, charges.made_up) = true_up(deal, price, period.ends, account);
    }
    charges
}

/// All that a solved price charges.
fn most(deal: &Deal, account: &Account) -> Option<Money> {
    whole(deal).map(|it| it + account.credited.charged())
}

/// The total for which a price is solved, where nothing that was added later pays more.
pub fn whole(deal: &Deal) -> Option<Money> {
    let is_whole = deal.expansion.is_none() && deal.clauses.renewed_until.is_none();
    deal.total.filter(|_| deal.pricing == Pricing::Solve && is_whole)
}

/// What a year, or a month where years are not trued up, gives back: use above the minimum that was
/// billed and makes up shortfall, of the same period or of an earlier one. It is given back at the
/// price of such use.
fn true_up(deal: &Deal, price: Price, now: Instant, account: &mut Account) -> (Money, MadeUp) {
    let back = overpaid(account.owed, account.used, account.minimum);
    let made_up = match deal.clauses.make_up {
        Some(months) => account.bank.closes(now, months, account.minimum, account.used),
        None => MadeUp::default(),
    };
    (account.owed, account.used, account.minimum) = (0, 0, 0);
    (account.credited.charge(price, back + made_up.used, None), made_up)
}

/// The prepayment is drawn down, then the deposit; what is left of them comes back at the end. What the
/// seller pays for ending the deal leaves the last bill to them.
fn pay_from_what_is_held(
    deal: &Deal,
    period: &Period,
    account: &mut Account,
    charges: &mut Charges,
) {
    let bill = (charges.billed() + charges.fee_of_seller).at_least(Money::ZERO);
    charges.from_prepayment = prepayment::drawn(deal, bill, account.prepaid_left);
    account.prepaid_left = account.prepaid_left - charges.from_prepayment;
    let to_come = period.to_come.or(period.is_last.then_some(Money::ZERO));
    if let Some(to_come) = to_come {
        let bill = bill - charges.from_prepayment;
        charges.from_deposit = deposit::drawn(&deal.clauses, bill, to_come, account.deposit_left);
        account.deposit_left = account.deposit_left - charges.from_deposit;
    }
    if period.is_last {
        charges.returned = std::mem::take(&mut account.prepaid_left);
        charges.deposit_returned = std::mem::take(&mut account.deposit_left);
    }
}
