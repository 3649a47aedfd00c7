//! What bills are made of: a row for each deal, month and charge, to the micro-dollar.

use super::tables::{Cells, Column, Table, texts};
use crate::engine::ClauseBooks;
use crate::figures::{Look, Outcome};
use crate::ledger::Account;
use crate::scenario::{self, Draw, Fleet, Pledge, RowId, Scenario};
use crate::terms;
use crate::time::{Instant, Month};
use crate::units::{Money, Price};

/// Every charge of every deal; nothing where nothing is charged.
pub fn bills(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Option<Table> {
    let look = Look { scenario, draw, case: &outcome.case, played: &outcome.played };
    let mut lines = Vec::new();
    (0..look.case.deals.len()).for_each(|i| lines.extend(of_deal(&look, i)));
    (0..look.case.pledges.len()).for_each(|i| lines.extend(of_pledge(&look, i)));
    (!lines.is_empty()).then(|| table(&lines))
}

/// One charge of one deal in one month.
struct Line<'a> {
    month: Month,
    /// The days it is for, as far as they lie in the month.
    days: (Instant, Instant),
    deal: Deal<'a>,
    /// `use`, `shortfall`, `credit`, `overage`, ..., `prepayment`, `returned`, `due`
    charge: &'static str,
    /// What is charged; below nothing where it is given back.
    amount: Money,
    /// How much of it the prepayment covers.
    covered: Money,
    quantity: f64,
    /// `GPU-hour`, `month`, `delivery`; nothing where money itself moves.
    unit: &'static str,
}

/// What all lines of a deal say.
#[derive(Clone, Copy)]
struct Deal<'a> {
    name: &'a str,
    layer: &'static str,
    kind: &'static str,
    /// Name and title.
    buyer: (&'a str, &'a str),
    seller: (&'a str, &'a str),
    /// The fleet, its rack and the region of its site.
    fleet: [&'a str; 3],
}

/// A charge of a deal with a fleet, and the account that says it.
type Charge = (&'static str, Account);

fn of_deal<'a>(look: &Look<'a>, index: usize) -> Vec<Line<'a>> {
    let (deal, books) = (&look.case.deals[index], look.played.books.deals[index]);
    let prices = Prices::of(deal, &look.case.fleets[deal.fleet]);
    let about = about(look, index);
    let line = |month: Month, charge, amount: Money| {
        let days = (month.start().max(deal.start), month.end().min(deal.end_played));
        let (quantity, unit) = prices.quantity(charge, amount, days);
        Line { month, days, deal: about, charge, amount, covered: Money::ZERO, quantity, unit }
    };
    let clauses = look.played.books.clauses_of_deals[index];
    let plain: [Charge; 3] =
        [("use", books.for_use), ("shortfall", books.shortfall), ("credit", books.credit)];
    let charges = plain.into_iter().chain(of_clauses(&clauses));
    let charges: Vec<_> = charges.map(|it| (it.0, look.monthly(it.1))).collect();
    let deposit = clauses.deposit.map(|it| [it.held, it.drawn].map(|it| look.monthly(it)));
    let late = look.played.books.late[index];
    let late = late.map(|it| [it.rebate, it.kept].map(|it| look.monthly(it)));
    let over = look.played.marks.arrears[index].over;
    let mut left = Money::ZERO;
    let mut lines = Vec::new();
    for (i, month) in look.played.ledger.months().enumerate() {
        if month == deal.start.month() {
            left = terms::prepaid(deal);
            lines.push(line(month, "prepayment", left));
        }
        let mut of_month: Vec<Line<'a>> = charges
            .iter()
            .map(|(charge, amounts)| line(month, charge, Money { micros: amounts[i].1 }))
            .collect();
        let bill: Money = of_month.iter().map(|it| it.amount).sum();
        let drawn = terms::drawn(deal, bill.at_least(Money::ZERO), left);
        left = left - drawn;
        let (held, from_deposit) =
            deposit.as_ref().map_or((0, 0), |[held, drawn]| (held[i].1, -drawn[i].1));
        let walks = over == Some(month);
        let of_bills = if walks { 0 } else { from_deposit };
        cover(&mut of_month, drawn + Money { micros: of_bills });
        let moved = Money { micros: held + from_deposit };
        of_month.push(line(month, if held > 0 { "deposit" } else { "deposit-returned" }, moved));
        if let Some([rebate, kept]) = &late {
            let [rebate, kept] = [rebate, kept].map(|it| Money { micros: it[i].1 });
            of_month.push(line(month, "rebate", rebate));
            of_month.push(Line { covered: kept, ..line(month, "kept", kept) });
        }
        lines.append(&mut of_month);
        if walks {
            left = Money::ZERO;
        }
        if month.end() >= deal.end_played && left > Money::ZERO {
            lines.push(line(month, "returned", Money::ZERO - left));
            left = Money::ZERO;
        }
    }
    lines.retain(|it| it.amount != Money::ZERO);
    lines
}

/// What all lines of a deal with a fleet say.
fn about<'a>(look: &Look<'a>, index: usize) -> Deal<'a> {
    let deal = &look.case.deals[index];
    let row = look.scenario.row(look.scenario.deals[index]);
    let fleet = look.scenario.row(look.scenario.fleets[deal.fleet]);
    let site = look.scenario.row(look.scenario.sites[look.case.fleets[deal.fleet].site]);
    let name = |it: Option<RowId>| it.map_or("", |it| look.scenario.row(it).name.as_str());
    Deal {
        name: &deal.name,
        layer: deal.layer,
        kind: row.word("kind").unwrap_or_default(),
        buyer: party(look, deal.buyer),
        seller: party(look, deal.seller),
        fleet: [&fleet.name, name(fleet.target("model")), name(site.target("region"))],
    }
}

/// What the clauses of a deal charge and give back.
fn of_clauses(books: &ClauseBooks) -> impl Iterator<Item = Charge> {
    let all = [
        ("overage", books.overage),
        ("service-credit", books.service_credit),
        ("damages", books.damages),
        ("termination", books.fee),
    ];
    all.into_iter().filter_map(|(charge, account)| Some((charge, account?)))
}

/// What a deal charges for GPU-time.
struct Prices<'a> {
    deal: &'a scenario::Deal,
    fleet: &'a Fleet,
    tariff: terms::Tariff,
    came: Vec<terms::Step>,
}

impl<'a> Prices<'a> {
    fn of(deal: &'a scenario::Deal, fleet: &'a Fleet) -> Self {
        let tariff = terms::Tariff::of(deal, fleet);
        Self { deal, fleet, tariff, came: terms::tranches(&deal.played) }
    }

    /// How much of what an amount is for.
    fn quantity(
        &self,
        charge: &str,
        amount: Money,
        days: (Instant, Instant),
    ) -> (f64, &'static str) {
        let follows_volume = terms::price(self.deal, self.fleet).is_some();
        match (charge, self.tariff.overage) {
            ("use" | "shortfall", _) if follows_volume => {
                (volume(amount, self.of_month(days)), "GPU-hour")
            }
            ("prepayment" | "returned", _) if follows_volume => {
                (volume(amount, self.tariff.first), "GPU-hour")
            }
            ("use" | "shortfall", _) => (1.0, "month"),
            ("overage", Some(price)) => (volume(amount, price), "GPU-hour"),
            _ => (1.0, ""),
        }
    }

    fn of_month(&self, days: (Instant, Instant)) -> Price {
        let (deal, fleet) = (self.deal, self.fleet);
        let price = deal.clauses.price_at(self.tariff.first, fleet, days.0);
        terms::mean_price(deal, &self.came, fleet, price, days)
    }
}

/// GPU-hours that an amount buys, to the hundred-thousandth: an amount is rounded to the micro-dollar.
fn volume(amount: Money, price: Price) -> f64 {
    const PART: f64 = 1e5;
    let of_hour = price.charge(3_600_000_000_000).dollars() / 1e6;
    libm::round(amount.dollars() / of_hour * PART) / PART
}

/// Sets what was drawn against the charges, the first of them first.
fn cover(lines: &mut [Line<'_>], mut drawn: Money) {
    for it in lines {
        it.covered = it.amount.at_least(Money::ZERO).min(drawn);
        drawn = drawn - it.covered;
    }
}

fn of_pledge<'a>(look: &Look<'a>, index: usize) -> Vec<Line<'a>> {
    let pledge: &Pledge = &look.case.pledges[index];
    let about = Deal {
        name: &pledge.name,
        layer: pledge.layer,
        kind: if pledge.paid_over_time { "over-time" } else { "on-delivery" },
        buyer: party(look, pledge.buyer),
        seller: party(look, pledge.seller),
        fleet: ["", "", ""],
    };
    let dues = look.pledge_dues(index).into_iter().filter(|it| it.1 != Money::ZERO);
    let line = |(month, amount): (Month, Money)| Line {
        month,
        days: (month.start().max(pledge.start), month.end()),
        deal: about,
        charge: "due",
        amount,
        covered: Money::ZERO,
        quantity: 1.0,
        unit: if pledge.paid_over_time { "month" } else { "delivery" },
    };
    dues.map(line).collect()
}

/// A party's name and title.
fn party<'a>(look: &Look<'a>, index: usize) -> (&'a str, &'a str) {
    let row = look.scenario.row(look.scenario.parties[index]);
    (&look.case.parties[index].name, row.title())
}

fn table(lines: &[Line<'_>]) -> Table {
    let text = |name: &str, meaning: &str, of: fn(&Line<'_>) -> String| {
        texts(name, meaning, lines.iter().map(of).collect())
    };
    let money = |name: &str, meaning: &str, of: fn(&Line<'_>) -> Money| Column {
        name: name.to_owned(),
        unit: "USD",
        meaning: meaning.to_owned(),
        cells: Cells::Millionths(lines.iter().map(|it| of(it).micros as i64).collect()),
    };
    let quantity = lines.iter().map(|it| it.quantity).collect();
    let columns = vec![
        text("month", "calendar month, UTC", |it| it.month.to_string()),
        text("from", "first day that it is for", |it| it.days.0.date().to_string()),
        text("to", "first day that it is no longer for", |it| it.days.1.date().to_string()),
        text("deal", "the deal's name", |it| it.deal.name.to_owned()),
        text("layer", "what is paid for; layers are never summed", |it| it.deal.layer.to_owned()),
        text("kind", "what is owed unused, or when it is paid", |it| it.deal.kind.to_owned()),
        text("buyer", "who pays", |it| it.deal.buyer.0.to_owned()),
        text("buyer_title", "the same as people call it", |it| it.deal.buyer.1.to_owned()),
        text("seller", "who is paid", |it| it.deal.seller.0.to_owned()),
        text("seller_title", "the same as people call it", |it| it.deal.seller.1.to_owned()),
        text("fleet", "what delivers", |it| it.deal.fleet[0].to_owned()),
        text("rack", "which machines, by the catalogue", |it| it.deal.fleet[1].to_owned()),
        text("region", "where they stand, by the catalogue", |it| it.deal.fleet[2].to_owned()),
        text(
            "charge",
            "use, shortfall, credit, overage, service-credit, damages, termination, rebate (once it is renegotiated), kept (of what was left as the buyer walked away); prepayment, returned (what was left of it), deposit, deposit-returned; due (by the calendar)",
            |it| it.charge.to_owned(),
        ),
        money("amount", "what is charged; below nothing where it is given back", |it| it.amount),
        money("covered", "how much of it the prepayment or the deposit covers", |it| it.covered),
        Column {
            name: "quantity".to_owned(),
            unit: "",
            meaning: "what it is for, in `unit`: of GPU-hours amount / the price of that month, of use above the minimum, or the first where it is prepaid".to_owned(),
            cells: Cells::Number(quantity),
        },
        text("unit", "the unit of `quantity`; nothing where money itself moves", |it| it.unit.to_owned()),
    ];
    Table { name: "bills", columns }
}
