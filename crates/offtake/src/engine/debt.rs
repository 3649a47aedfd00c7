//! Money that is lent: what is drawn as capital falls due, what is due each month, and what a lender holds back or
//! counts as a broken promise.

mod size;

use super::books::DebtBooks;
use super::world::World;
use crate::finance::{self, Binding, Size};
use crate::ledger::{Account, Ledger, Unit};
use crate::scenario::{Debt, DebtKind, Repays, Serves};
use crate::time::{Instant, Month};
use crate::units::{Exact, Money};
use size::behind;

/// A debt at one moment.
#[derive(Debug)]
pub struct DebtState {
    /// How much the lender lends, and why no more.
    size: Size,
    /// Cash that is promised, from the first month of repayment on, less the service of loans before it.
    promised: Vec<f64>,
    /// Drawn so far.
    drawn: Money,
    /// Paid back so far, in micro-dollars.
    repaid: i128,
    /// Months in a row in which cover was lower than promised.
    thin: usize,
}

/// A month of a debt.
#[derive(Clone, Copy, Debug)]
pub struct DebtMonth {
    /// Which.
    pub month: Month,
    /// Whether it is one in which the debt is paid back.
    pub repays: bool,
    /// What the deal that secures it brought.
    pub brought: Money,
    /// What running the plants behind it cost.
    pub running: Money,
    /// Service of the loans of the same deal that come before it.
    pub senior: Money,
    /// Owed when it began.
    pub opening: Money,
    /// Interest due.
    pub interest: Money,
    /// Due to be paid back.
    pub principal: Money,
}

impl DebtMonth {
    /// What there was to serve it.
    pub fn cash(&self) -> Money {
        self.brought - self.running - self.senior
    }

    /// All that was due.
    pub fn service(&self) -> Money {
        self.interest + self.principal
    }
}

/// What was noticed of a debt.
#[derive(Clone, Debug)]
pub struct DebtMarks {
    /// How much the lender lends, and why no more.
    pub size: Size,
    /// The most that was owed at a month's end.
    pub peak: Money,
    /// Every month since it was first drawn, or, where a deal secures it, since the first.
    pub months: Vec<DebtMonth>,
    /// The first month in which the covenant was broken.
    pub covenant: Option<Month>,
    /// The first month in which cash was trapped.
    pub trap: Option<Month>,
    /// The month at whose end nothing was owed any more.
    pub paid_off: Option<Month>,
}

impl DebtMarks {
    /// Nothing is noticed yet but how much is lent.
    pub fn of(debt: &DebtState) -> Self {
        Self {
            size: debt.size.clone(),
            peak: Money::ZERO,
            months: Vec::new(),
            covenant: None,
            trap: None,
            paid_off: None,
        }
    }

    /// The months in which it was paid back.
    pub fn served(&self) -> impl DoubleEndedIterator<Item = &DebtMonth> + Clone {
        self.months.iter().filter(|it| it.repays)
    }

    /// Cash over service of the last months in which it was paid back, at most twelve.
    fn cover(&self) -> Option<f64> {
        let last = self.served().rev().take(12);
        let sum = |of: fn(&DebtMonth) -> Money| last.clone().map(of).sum::<Money>().dollars();
        let service = sum(DebtMonth::service);
        (service > 0.0).then(|| sum(DebtMonth::cash) / service)
    }
}

fn money(dollars: f64) -> Money {
    Money { micros: libm::floor(dollars * 1e6) as i128 }
}

/// What one month of the plants behind a debt came to: paid for capital, if there are any, and for running them.
fn of_plants(world: &World<'_>, debt: &Debt) -> (Option<Money>, Money) {
    let Some(secures) = debt.secures else { return (None, Money::ZERO) };
    let months = || behind(world.case, secures).map(|it| &world.plants[it].month);
    let capital = months().map(|it| it.capex.iter().copied().sum()).reduce(|sum, it| sum + it);
    (capital, months().map(|it| it.running).sum())
}

/// A month of every debt: what is drawn, what is due, what is held back.
pub fn closes(world: &mut World<'_>, now: Instant, began: Instant) {
    for index in 0..world.case.debts.len() {
        match world.case.debts[index].kind {
            DebtKind::Revolver => interest_of_revolver(world, now, index),
            _ => month(world, now, began, index),
        }
    }
}

fn month(world: &mut World<'_>, now: Instant, began: Instant, index: usize) {
    let debt = &world.case.debts[index];
    let opening = owed(world, index);
    let interest = opening.times(debt.monthly);
    draws(world, now, began, index);
    let mut it = DebtMonth {
        month: began.month(),
        repays: began >= debt.repay_from && opening > Money::ZERO,
        brought: brought(world, debt),
        running: of_plants(world, debt).1,
        senior: senior(world, index, began.month()),
        opening,
        interest,
        principal: Money::ZERO,
    };
    if it.repays {
        let called = opening - overdue(world, index);
        it.principal = instalment(world, index, began, called, interest, it.cash());
    } else if debt.capitalises {
        let added = interest.min(room(world, index));
        adds(world, now, index, added);
        it.interest = interest - added;
    }
    falls_due(world, now, index, it.interest, it.principal);
    if debt.secures.is_some() || opening > Money::ZERO {
        world.marks.debts[index].months.push(it);
    }
    if it.repays {
        holds_back(world, now, index, &it);
    }
    if now >= debt.repay_from {
        funds_reserve(world, now, index);
    }
}

/// Instalments that fell due and are not paid.
fn overdue(world: &World<'_>, index: usize) -> Money {
    Money { micros: -world.ledger.balance(world.accounts.debts[index].principal_due) }
}

/// What is owed now.
pub fn owed(world: &World<'_>, index: usize) -> Money {
    Money { micros: world.ledger.balance(world.accounts.debts[index].lent) }
}

/// What may still be owed: what limits draws by capital leaves interest its room.
fn room(world: &World<'_>, index: usize) -> Money {
    let most = world.debts[index].size.but_for(Binding::Advance);
    (money(most) - owed(world, index)).at_least(Money::ZERO)
}

/// What the deal that secures a debt brings this month.
fn brought(world: &World<'_>, debt: &Debt) -> Money {
    let contract = match debt.secures {
        Some(Serves::Deal(it)) => it,
        Some(Serves::Pledge(it)) => world.deals.len() + it,
        None => return Money::ZERO,
    };
    let (payable, _) = world.accounts.owed(contract);
    world.standings[contract].brings(-world.ledger.balance(payable))
}

/// What the loans of the same deal take that stand before a debt in the file.
fn senior(world: &World<'_>, index: usize, month: Month) -> Money {
    let debts = &world.case.debts;
    let before = (0..index)
        .filter(|it| debts[index].secures.is_some() && debts[*it].secures == debts[index].secures);
    let last = before.filter_map(|it| world.marks.debts[it].months.last());
    last.filter(|it| it.month == month).map(DebtMonth::service).sum()
}

/// What is drawn: the lent share of capital that falls due, or evenly over the time.
fn draws(world: &mut World<'_>, now: Instant, began: Instant, index: usize) {
    let debt = &world.case.debts[index];
    let (from, to) = (began.max(debt.draw_from), now.min(debt.draw_until));
    if to <= from {
        return;
    }
    let wanted = match of_plants(world, debt).0 {
        Some(capital) => capital.times(debt.advance.0),
        None => {
            let state = &world.debts[index];
            let [way, all] = [to, debt.draw_until].map(|it| (it - debt.draw_from).millis);
            money(state.size.amount).times(Exact::new(way.into(), all.into())) - state.drawn
        }
    };
    let left = money(world.debts[index].size.amount) - world.debts[index].drawn;
    lends(world, now, index, wanted.min(left).min(room(world, index)));
}

/// Money passes from lender to borrower; the fee is interest paid at once.
fn lends(world: &mut World<'_>, now: Instant, index: usize, amount: Money) {
    let (debt, books) = (&world.case.debts[index], world.accounts.debts[index]);
    let (borrower, lender) = sides(world, index);
    world.ledger.post(now, lender, borrower, amount.micros);
    world.ledger.post(now, books.owed, books.lent, amount.micros);
    world.debts[index].drawn = world.debts[index].drawn + amount;
    falls_due(world, now, index, Money { micros: debt.fee.of(amount.micros) }, Money::ZERO);
}

/// Interest is added to what is owed.
fn adds(world: &mut World<'_>, now: Instant, index: usize, interest: Money) {
    let books = world.accounts.debts[index];
    world.ledger.post(now, books.interest_due, books.interest, interest.micros);
    world.ledger.post(now, books.capitalised, books.interest_due, interest.micros);
    world.ledger.post(now, books.owed, books.lent, interest.micros);
}

/// Interest and an instalment become obligations.
fn falls_due(world: &mut World<'_>, now: Instant, index: usize, interest: Money, principal: Money) {
    let books = world.accounts.debts[index];
    world.ledger.post(now, books.interest_due, books.interest, interest.micros);
    world.ledger.post(now, books.principal_due, books.called, principal.micros);
}

/// What is due to be paid back this month; the last month takes all that is left.
fn instalment(
    world: &World<'_>,
    index: usize,
    began: Instant,
    owed: Money,
    interest: Money,
    cash: Money,
) -> Money {
    let (debt, state) = (&world.case.debts[index], &world.debts[index]);
    let nth = libm::round(began.month().start().months_since(debt.repay_from)) as usize;
    if nth + 1 >= debt.months {
        return owed;
    }
    let left = debt.months - nth;
    let alike = || {
        let due = finance::Due::AtEnd;
        money(finance::level_payment(owed.dollars(), debt.rate(), left, 0.0, due))
    };
    let service = match debt.repays {
        Repays::AtEnd => return Money::ZERO,
        Repays::Sweep(share) => money(cash.dollars() * share),
        Repays::Level => alike(),
        Repays::Sculpted => {
            let until = (nth + left).min(state.promised.len());
            let ahead = state.promised.get(nth..until).unwrap_or_default();
            match finance::shaped(owed.dollars(), debt.rate(), ahead) {
                Some(it) => money(it),
                None => alike(),
            }
        }
    };
    (service - interest).at_least(Money::ZERO).min(owed)
}

/// What a lender does with a month's cash: a shortfall is taken from what is trapped and held back, cover is
/// measured, and what is left stays where cover is thin.
fn holds_back(world: &mut World<'_>, now: Instant, index: usize, it: &DebtMonth) {
    let debt = &world.case.debts[index];
    if debt.secures.is_none() {
        return;
    }
    let books = world.accounts.debts[index];
    let short = (it.service() - it.cash()).at_least(Money::ZERO);
    let from_trap = releases(world, now, index, books.trapped, short);
    releases(world, now, index, books.reserve, short - from_trap);
    let Some(cover) = world.marks.debts[index].cover() else { return };
    let state = &mut world.debts[index];
    if let Some((least, cure)) = debt.covenant {
        state.thin = if cover < least { state.thin + 1 } else { 0 };
        if state.thin > cure {
            world.marks.debts[index].covenant.get_or_insert(it.month);
        }
    }
    match debt.trap {
        Some(least) if cover < least => {
            let kept = (it.cash() - it.service()).at_least(Money::ZERO);
            keeps(world, now, index, books.trapped, kept);
            world.marks.debts[index].trap.get_or_insert(it.month);
        }
        _ => drop(releases(world, now, index, books.trapped, Money { micros: i128::MAX })),
    }
}

/// Months of service are held back: filled before the first month that is served, then from what cash is left.
fn funds_reserve(world: &mut World<'_>, now: Instant, index: usize) {
    let (debt, books) = (&world.case.debts[index], world.accounts.debts[index]);
    if debt.reserve <= 0.0 {
        return;
    }
    let held = Money { micros: world.ledger.balance(books.reserve) };
    let last = world.marks.debts[index].served().next_back().copied();
    let opening = owed(world, index) - overdue(world, index);
    let interest = opening.times(debt.monthly);
    let next = match opening > Money::ZERO {
        true => interest + instalment(world, index, now, opening, interest, Money::ZERO),
        false => Money::ZERO,
    };
    // A last payment of all that is owed is no service to hold months of.
    let usual = last.map_or(next, |it| it.service().min(next));
    let target = money(usual.dollars() * debt.reserve).min(opening + interest);
    let spare = last.map_or(target, |it| (it.cash() - it.service()).at_least(Money::ZERO));
    keeps(world, now, index, books.reserve, (target - held).at_least(Money::ZERO).min(spare));
    releases(world, now, index, books.reserve, (held - target).at_least(Money::ZERO));
}

fn keeps(world: &mut World<'_>, now: Instant, index: usize, account: Account, amount: Money) {
    let (borrower, _) = sides(world, index);
    let has = match world.ends_with_cash[world.case.debts[index].borrower] {
        true => world.ledger.balance(borrower).max(0),
        false => amount.micros,
    };
    world.ledger.post(now, borrower, account, amount.micros.min(has));
}

/// Gives back what is held, so much at most; comes back with what it was.
fn releases(
    world: &mut World<'_>,
    now: Instant,
    index: usize,
    account: Account,
    most: Money,
) -> Money {
    let (borrower, _) = sides(world, index);
    let amount = most.min(Money { micros: world.ledger.balance(account) });
    world.ledger.post(now, account, borrower, amount.micros);
    amount
}

/// All is paid that could be: what was paid back is owed no more, and revolvers fill what is missing.
pub fn settled(world: &mut World<'_>, now: Instant) {
    for index in 0..world.case.debts.len() {
        let books = world.accounts.debts[index];
        let repaid = -world.ledger.balance(books.repaid);
        let before = std::mem::replace(&mut world.debts[index].repaid, repaid);
        world.ledger.post(now, books.lent, books.owed, repaid - before);
        if world.case.debts[index].kind == DebtKind::Revolver {
            revolves(world, now, index);
        }
        notes(world, now, index);
    }
}

fn interest_of_revolver(world: &mut World<'_>, now: Instant, index: usize) {
    let interest = owed(world, index).times(world.case.debts[index].monthly);
    falls_due(world, now, index, interest, Money::ZERO);
}

/// What a party may still draw of its revolvers to pay what is due.
pub fn may_draw(world: &World<'_>, party: usize, now: Instant) -> Money {
    let revolvers = (0..world.case.debts.len()).filter(|it| {
        let debt = &world.case.debts[*it];
        debt.borrower == party && debt.kind == DebtKind::Revolver && is_open(debt, now)
    });
    revolvers.map(|it| room(world, it)).sum()
}

fn is_open(debt: &Debt, now: Instant) -> bool {
    now > debt.draw_from && now < debt.matures()
}

/// A revolver fills what a month's end finds missing, and takes back what it finds left.
fn revolves(world: &mut World<'_>, now: Instant, index: usize) {
    let debt = &world.case.debts[index];
    let (borrower, lender) = sides(world, index);
    let cash = Money { micros: world.ledger.balance(borrower) };
    if cash < Money::ZERO && is_open(debt, now) {
        lends(world, now, index, (Money::ZERO - cash).min(room(world, index)));
        return;
    }
    let ends = world.ends_with_cash[debt.borrower];
    let back = match now >= debt.matures() && !ends {
        true => owed(world, index),
        false => cash.min(owed(world, index)),
    };
    let (books, back) = (world.accounts.debts[index], back.micros.max(0));
    world.ledger.post(now, borrower, lender, back);
    world.ledger.post(now, books.principal_due, books.called, back);
    world.ledger.post(now, books.repaid, books.principal_due, back);
    world.ledger.post(now, books.lent, books.owed, back);
    world.debts[index].repaid += back;
}

/// What is held back is given back when nothing is owed any more.
fn notes(world: &mut World<'_>, now: Instant, index: usize) {
    let (owed, month) = (owed(world, index), world.month);
    let is_over = owed == Money::ZERO && world.debts[index].drawn > Money::ZERO;
    let books = world.accounts.debts[index];
    for account in [books.reserve, books.trapped].into_iter().filter(|_| is_over) {
        releases(world, now, index, account, Money { micros: i128::MAX });
    }
    let marks = &mut world.marks.debts[index];
    marks.peak = marks.peak.max(owed);
    marks.paid_off = if is_over { marks.paid_off.or(Some(month)) } else { None };
}

fn sides(world: &World<'_>, index: usize) -> (Account, Account) {
    let debt = &world.case.debts[index];
    let cash = |party: usize| world.accounts.parties[party].cash;
    (cash(debt.borrower), cash(debt.lender))
}

impl DebtBooks {
    /// Opens the accounts of a debt.
    pub fn open(ledger: &mut Ledger, debt: &Debt) -> Self {
        let mut open = |what: &str| ledger.open(format!("debt.{}.{what}", debt.name), Unit::Money);
        DebtBooks {
            owed: open("owed"),
            lent: open("lent"),
            interest_due: open("interest-due"),
            interest: open("interest"),
            interest_paid: open("interest-paid"),
            capitalised: open("capitalised"),
            principal_due: open("principal-due"),
            called: open("called"),
            repaid: open("repaid"),
            reserve: open("reserve"),
            trapped: open("trapped"),
        }
    }
}
