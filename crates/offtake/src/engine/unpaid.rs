//! What follows when something stays unpaid: arrears and what they bear, who stands in, capacity that goes
//! back and is let again. All of it begins with the next month.

use super::clauses;
use super::delivery;
use super::world::World;
use crate::ledger::{Account, Ledger, Unit};
use crate::scenario::{Case, Pledge, Relet, Rule, Unpaid};
use crate::terms;
use crate::time::{Instant, Month, Span};
use crate::units::{Money, Share};

/// Accounts of a deal or pledge whose buyer pays no more than it has, in money.
#[derive(Clone, Copy, Debug)]
pub struct LateBooks {
    /// What arrears bear.
    pub interest: Account,
    /// Taken off what falls due once the deal was renegotiated.
    pub rebate: Account,
    /// Arrears that nobody asks for any more.
    pub written_off: Account,
    /// What a guarantor has paid.
    pub guaranteed: Account,
    /// What the market has paid for capacity that went back.
    pub relet: Account,
    /// What the seller kept of a deposit and a prepayment as its buyer walked away.
    pub kept: Account,
}

impl LateBooks {
    /// By deal, then by pledge: opened where the buyer pays no more than it has.
    pub fn open(case: &Case, ledger: &mut Ledger) -> Vec<Option<LateBooks>> {
        let ends = case.ends_with_cash();
        let open = |name: &str, ledger: &mut Ledger| {
            let mut open = |what: &str| ledger.open(format!("deal.{name}.{what}"), Unit::Money);
            LateBooks {
                interest: open("late-interest"),
                rebate: open("rebate"),
                written_off: open("written-off"),
                guaranteed: open("guaranteed"),
                relet: open("relet"),
                kept: open("kept"),
            }
        };
        case.contracts().map(|it| ends[it.buyer].then(|| open(it.name, ledger))).collect()
    }
}

/// How it stands with a deal or pledge.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    arrears: i128,
    /// What the last settlement left unpaid of what fell due then; below nothing where it paid arrears.
    left_unpaid: i128,
    /// What the market pays this month.
    relet: i128,
    /// Months in a row at whose end something was unpaid.
    months: u32,
    /// Since when its capacity is back with the seller.
    back: Option<Instant>,
    is_over: bool,
    is_cut: bool,
}

impl Standing {
    /// Unpaid when the last month closed, with what it has borne since.
    pub fn arrears(&self) -> i128 {
        self.arrears
    }

    /// What a month brings its seller: what falls due, less what the last settlement left unpaid, for that is
    /// felt now; and what the market pays.
    pub fn brings(&self, payable: i128) -> Money {
        Money { micros: payable - self.arrears - self.left_unpaid + self.relet }
    }

    /// Whether nothing is delivered to its buyer.
    pub fn is_back(&self) -> bool {
        self.back.is_some()
    }

    /// Whether its buyer has walked away.
    pub fn is_over(&self) -> bool {
        self.is_over
    }
}

/// When something was unpaid, and the most of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arrears {
    /// The first month at whose end something was.
    pub first: Option<Month>,
    /// The most at a month's end, in micro-dollars.
    pub peak: i128,
    /// The month at whose end its buyer walked away.
    pub over: Option<Month>,
}

/// What the market pays in a month for capacity that went back.
pub fn relets(world: &mut World<'_>, now: Instant) {
    let began = world.month.start().max(world.case.from);
    for (nth, it) in world.case.contracts().enumerate() {
        world.standings[nth].relet = 0;
        let relet = it.unpaid.and_then(|it| it.relet.as_ref());
        let (Some(relet), Some(back)) = (relet, world.standings[nth].back) else { continue };
        let Some(books) = world.accounts.late[nth] else { continue };
        let from = began.max(back.plus_months(relet.after));
        let income = relet.price_at(began).charge(let_again(world, nth, relet, from, now));
        let seller = world.accounts.parties[it.seller].cash;
        world.standings[nth].relet = income.micros;
        world.ledger.post(now, books.relet, seller, income.micros);
    }
}

/// GPU-milliseconds of a deal, millijoules of a pledge, that the market takes between two moments of a month.
fn let_again(world: &World<'_>, nth: usize, relet: &Relet, from: Instant, to: Instant) -> i128 {
    let case = world.case;
    let volume = match case.deals.get(nth) {
        Some(deal) => {
            let (from, to) = (from.max(deal.start), to.min(deal.end_played));
            let state = &world.deals[nth];
            let added = i128::from(state.added) * i128::from((to - from).millis.max(0));
            terms::held(&state.tranches, from, to) + added
        }
        None => {
            let pledge = &case.pledges[nth - case.deals.len()];
            let (from, to) = (from.max(pledge.start), to.min(pledge.end));
            let watts = pledge.power.map_or(0, |it| i128::from(it.watts));
            let steps = &world.pledges[nth - case.deals.len()].steps;
            terms::held(steps, from, to) * watts / i128::from(Pledge::PARTS)
        }
    };
    relet.share.of(volume.max(0))
}

/// Arrears bear interest; what falls due newly under a deal that was renegotiated is cheaper.
pub fn accrues(world: &mut World<'_>, now: Instant) {
    let month = Span { millis: (now - world.month.start().max(world.case.from)).millis };
    for (nth, it) in world.case.contracts().enumerate() {
        let Some(books) = world.accounts.late[nth] else { continue };
        let rule = it.unpaid.unwrap_or(&Unpaid::WAITS);
        let standing = &mut world.standings[nth];
        let payable = world.accounts.owed(nth).0;
        let new = -world.ledger.balance(payable) - standing.arrears;
        let interest = Share(rule.interest * i128::from(month.millis)).of(standing.arrears);
        world.ledger.post(now, payable, books.interest, interest);
        standing.arrears += interest;
        if let (Rule::Renegotiate(cut, _), true) = (rule.rule, standing.is_cut) {
            world.ledger.post(now, books.rebate, payable, cut.of(new.max(0)));
        }
    }
}

/// All is paid that could be: guarantors stand in for the rest, and the rules of the deals decide.
pub fn follows(world: &mut World<'_>, now: Instant) {
    for nth in 0..world.standings.len() {
        if world.accounts.late[nth].is_some() {
            stands_in(world, now, nth);
            notes(world, nth);
            rules(world, now, nth);
        }
    }
    for (arrears, payable) in world.other_arrears.iter_mut().zip(&world.accounts.other_payable) {
        *arrears = payable.map_or(0, |it| -world.ledger.balance(it));
    }
}

/// A guarantor pays what the buyer could not, out of its cash where that is told.
fn stands_in(world: &mut World<'_>, now: Instant, nth: usize) {
    let contract = world.case.contracts().nth(nth).expect("a deal or pledge");
    let (Some(guarantee), Some(books)) = (contract.guarantee, world.accounts.late[nth]) else {
        return;
    };
    let cash = |party: usize| world.accounts.parties[party].cash;
    let payable = world.accounts.owed(nth).0;
    let held = |account| world.ledger.balance(account).max(0);
    let left = |most: Money| most.micros + world.ledger.balance(books.guaranteed);
    let has = world.case.parties[guarantee.by].tells_cash().then(|| held(cash(guarantee.by)));
    let short = (-world.ledger.balance(payable)).max(0);
    let pays = short.min(has.unwrap_or(short)).min(guarantee.most.map_or(short, left));
    world.ledger.post(now, cash(guarantee.by), cash(contract.seller), pays);
    world.ledger.post(now, books.guaranteed, payable, pays);
}

/// What is unpaid now.
fn notes(world: &mut World<'_>, nth: usize) {
    let standing = &mut world.standings[nth];
    let arrears = (-world.ledger.balance(world.accounts.owed(nth).0)).max(0);
    standing.left_unpaid = arrears - standing.arrears;
    standing.arrears = arrears;
    standing.months = if standing.arrears > 0 { standing.months + 1 } else { 0 };
    let mark = &mut world.marks.arrears[nth];
    mark.peak = mark.peak.max(standing.arrears);
    if standing.arrears > 0 {
        mark.first.get_or_insert(world.month);
    }
}

/// What the deal says of it.
fn rules(world: &mut World<'_>, now: Instant, nth: usize) {
    let said = world.case.contracts().nth(nth).and_then(|it| it.unpaid);
    let rule = said.unwrap_or(&Unpaid::WAITS);
    let standing = world.standings[nth];
    let acts = standing.months > 0 && f64::from(standing.months - 1) >= rule.after;
    match rule.rule {
        Rule::Suspend if standing.arrears == 0 && standing.is_back() => comes_back(world, now, nth),
        Rule::Suspend if acts && !standing.is_back() => goes_back(world, now, nth),
        Rule::WalkAway if acts && !standing.is_over => {
            world.standings[nth].is_over = true;
            world.marks.arrears[nth].over = Some(world.month);
            keeps(world, now, nth);
            goes_back(world, now, nth);
            clauses::ends(world, now, nth);
        }
        Rule::Renegotiate(_, writes_off) if acts && !standing.is_cut => {
            world.standings[nth].is_cut = true;
            if let (true, Some(books)) = (writes_off, world.accounts.late[nth]) {
                let payable = world.accounts.owed(nth).0;
                world.ledger.post(now, books.written_off, payable, standing.arrears);
                (world.standings[nth].arrears, world.standings[nth].months) = (0, 0);
            }
        }
        _ => {}
    }
}

/// Arrears of a deal that ends are set off against what is left of the deposit, then of the prepayment. The rest
/// the seller keeps: it is charged, and covered by what is held.
fn keeps(world: &mut World<'_>, now: Instant, nth: usize) {
    let Some(late) = world.accounts.late[nth] else { return };
    let (payable, paid) = world.accounts.owed(nth);
    let pledge = nth.checked_sub(world.deals.len());
    let clauses = match pledge {
        None => &world.accounts.clauses_of_deals[nth],
        Some(it) => &world.accounts.clauses_of_pledges[it],
    };
    let deposit = clauses.deposit.map(|it| (it.held, it.owed, it.drawn));
    let prepaid = world.accounts.deals.get(nth).map(|it| (it.prepaid, it.prepaid_owed, paid));
    let ledger = &mut world.ledger;
    let held = [deposit, prepaid].into_iter().flatten();
    for (claim, debt, drawn) in held {
        let left = ledger.balance(claim).max(0);
        let arrears = (-ledger.balance(payable)).max(0);
        ledger.post(now, payable, late.kept, (left - arrears).max(0));
        ledger.post(now, drawn, payable, left);
        ledger.post(now, claim, debt, left);
    }
    world.standings[nth].arrears = (-ledger.balance(payable)).max(0);
}

fn goes_back(world: &mut World<'_>, now: Instant, nth: usize) {
    world.standings[nth].back = Some(now);
    if nth < world.deals.len() {
        delivery::stands_again(world, now, nth);
    }
}

fn comes_back(world: &mut World<'_>, now: Instant, nth: usize) {
    world.standings[nth].back = None;
    if nth < world.deals.len() {
        delivery::stands_again(world, now, nth);
    }
}
