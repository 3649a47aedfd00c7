//! What holds of every deal whatever clauses it has: it cuts in two, its ledger balances, and what it gives
//! back is what it says it gives back.

use offtake::ledger::Account;
use proptest::prelude::*;

use crate::config;
use crate::story::{Promise, Story, Tag, any_calm_story, any_mixed_story};
use crate::told::{Told, tell};

/// A clause of a deal, in the numbers that its lines need.
#[derive(Clone, Debug)]
pub enum Clause {
    /// Cents a GPU-hour.
    Overage(u32),
    /// Months.
    MakeUp(u32),
    /// Per cent, and whether it pays the last bills.
    Deposit(u32, bool),
    /// How damages are told, days of grace, per cent of the total at most.
    Damages(&'static str, u32, Option<u32>),
    /// Per cent of the bill below full uptime, and below 90 %.
    Uptime(u32, u32),
    /// The price again, so many per cent of it, from a share of the term on.
    Step(u32, u32),
    /// Per cent a year, from a share of the term on.
    Index(i32, u32),
    /// Months more, and cents a GPU-hour.
    Renew(u32, u32),
    /// By the buyer or not, notice at a share of the term, days of notice, per cent.
    Terminate(bool, u32, u32, u32),
}

impl Clause {
    /// Its line in the table of the deal; none where the deal leaves it no meaning.
    pub fn line(&self, of: &Promise, day: &dyn Fn(i64) -> String) -> Option<String> {
        let term = i64::from(of.months) * 28;
        let at = |share: u32| day(i64::from(of.start) + term * i64::from(share) / 100);
        let by_volume = !matches!(of.price, Tag::Fixed(_));
        let is_written = of.price != Tag::Solve;
        Some(match self {
            Clause::Overage(cents) if by_volume => {
                format!("overage = \"{} USD/GPU-hour [assumed]\"", f64::from(*cents) / 100.0)
            }
            Clause::MakeUp(months) if by_volume => {
                format!("make_up = \"{months} months [assumed]\"")
            }
            Clause::Deposit(share, last) if of.start >= 0 => format!(
                "deposit = {{ share = \"{share} % [assumed]\", use = \"{}\" }}",
                if *last { "last-bills" } else { "returned" }
            ),
            Clause::Damages(rate, grace, cap) if of.ramp.is_some() => format!(
                "damages = {{ rate = \"{rate} [assumed]\", grace = \"{grace} days [assumed]\"{} }}",
                cap.map_or(String::new(), |it| format!(", cap = \"{it} % [assumed]\""))
            ),
            Clause::Uptime(high, low) => format!(
                "uptime.credits = {{ \"100 %\" = \"{} % [assumed]\", \"90 %\" = \"{} % [assumed]\" }}",
                high.min(low),
                high.max(low)
            ),
            Clause::Step(share, when) if is_written => {
                format!("price_steps = {{ {} = \"{}\" }}", at(*when), of.price.text(*share))
            }
            Clause::Index(rate, when) if is_written => {
                format!("index = {{ rate = \"{rate} %/year [assumed]\", from = {} }}", at(*when))
            }
            Clause::Renew(months, cents) => {
                let price =
                    format!(", price = \"{} USD/GPU-hour [assumed]\"", f64::from(*cents) / 100.0);
                let price = if by_volume { price } else { String::new() };
                format!("renew = {{ on = {}, for = \"{months} months [assumed]\"{price} }}", at(50))
            }
            Clause::Terminate(by_buyer, when, notice, fee) => {
                let by = if *by_buyer { "buyer" } else { "seller" };
                // Notice ends within the term.
                let (when, notice) = (*when / 2, i64::from(*notice).min(term / 2));
                format!(
                    "terminate = {{ by = \"{by}\", on = {}, notice = \"{notice} days [assumed]\", fee = \"{fee} % [assumed]\" }}",
                    at(when)
                )
            }
            _ => return None,
        })
    }
}

/// Some clauses, each at most once.
pub fn any_clauses() -> impl Strategy<Value = Vec<Clause>> {
    let rate = prop::sample::select(vec!["7 USD/GPU-day", "900 USD/MW-day", "0.3 %/day"]);
    let often = |it: BoxedStrategy<Clause>| prop::option::of(it);
    (
        often((1..900u32).prop_map(Clause::Overage).boxed()),
        often((1..30u32).prop_map(Clause::MakeUp).boxed()),
        often((0..=100u32, any::<bool>()).prop_map(|it| Clause::Deposit(it.0, it.1)).boxed()),
        often(
            (rate, 0..40u32, prop::option::of(0..40u32))
                .prop_map(|it| Clause::Damages(it.0, it.1, it.2))
                .boxed(),
        ),
        often((0..=100u32, 0..=100u32).prop_map(|it| Clause::Uptime(it.0, it.1)).boxed()),
        often((0..200u32, 1..90u32).prop_map(|it| Clause::Step(it.0, it.1)).boxed()),
        often((-20..30i32, 0..99u32).prop_map(|it| Clause::Index(it.0, it.1)).boxed()),
        often((1..9u32, 1..900u32).prop_map(|it| Clause::Renew(it.0, it.1)).boxed()),
        often(
            (any::<bool>(), 0..100u32, 0..90u32, 0..=100u32)
                .prop_map(|it| Clause::Terminate(it.0, it.1, it.2, it.3))
                .boxed(),
        ),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i)| {
            [a, b, c, d, e, f, g, h, i].into_iter().flatten().collect()
        })
}

/// A story in which every deal has the same clauses.
fn with(mut story: Story, clauses: &[Clause]) -> Story {
    for (_, stand) in &mut story.stands {
        if let Some(deal) = &mut stand.deal {
            deal.clauses = clauses.to_vec();
        }
    }
    story
}

fn held(told: &Told, account: Account) -> i128 {
    told.played.ledger.balance(account)
}

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn a_ledger_balances_under_every_clause_and_nothing_stays_payable(
        story in any_mixed_story(), clauses in any_clauses(),
    ) {
        let told = tell(&with(story, &clauses));
        law!(told, told.played.ledger.is_balanced(), "it does not balance");
        let (mut billed, mut kept) = (0, 0);
        for d in 0..told.case.deals.len() {
            let books = told.played.books.deals[d];
            let open = told.played.ledger.by_month(books.payable);
            law!(told, open.iter().all(|it| it.1 == 0), "d{d}: payable after a month: {open:?}");
            billed += told.billed_in_all(d);
            let deposit = told.played.books.clauses_of_deals[d].deposit;
            // What a deposit paid of the bills did not pass from cash to cash again.
            let drawn = deposit.map_or(0, |it| -held(&told, it.drawn));
            kept += held(&told, books.prepaid) + deposit.map_or(0, |it| held(&told, it.held));
            law!(told, drawn >= 0, "d{d}: {drawn} drawn of a deposit");
        }
        let pledged: i128 = (0..told.case.pledges.len()).flat_map(|p| told.pledged(p)).map(|it| it.1).sum();
        for (p, party) in told.case.parties.iter().enumerate() {
            let opening = party.cash.map_or(0, |it| it.micros);
            let moved = held(&told, told.played.books.parties[p].cash) - opening;
            let due = billed + pledged + kept;
            let due = if party.name == "buyer" { -due } else { due };
            law!(told, moved == due, "{}: cash moved by {moved}, due {due}", party.name);
        }
    }

    #[test]
    fn a_bill_is_below_nothing_only_by_what_is_given_back(
        story in any_mixed_story(), clauses in any_clauses(),
    ) {
        let told = tell(&with(story, &clauses));
        for d in 0..told.case.deals.len() {
            let (plain, books) = (told.played.books.deals[d], told.played.books.clauses_of_deals[d]);
            let charged = [Some(plain.for_use), Some(plain.shortfall), books.overage];
            let credits = [Some(plain.credit), books.service_credit, books.damages];
            let column = |it: Account| told.played.ledger.by_month(it);
            for it in charged.into_iter().flatten() {
                law!(told, column(it).iter().all(|it| it.1 >= 0), "d{d}: charged less than nothing");
            }
            for it in credits.into_iter().flatten() {
                law!(told, column(it).iter().all(|it| it.1 <= 0), "d{d}: credited less than nothing");
            }
            if let (Some(damages), Some(face)) = (books.damages, told.case.deals[d].total)
                && let Some(cap) = told.case.deals[d].clauses.damages.and_then(|it| it.cap)
            {
                let most = cap.of(face.micros);
                law!(told, -held(&told, damages) <= most, "d{d}: damages above {most}");
            }
        }
    }

    #[test]
    fn a_deposit_is_drawn_or_returned_and_what_was_paid_unused_is_used_left_or_lapses(
        story in any_mixed_story(), clauses in any_clauses(),
    ) {
        let told = tell(&with(story, &clauses));
        for (d, deal) in told.case.deals.iter().enumerate() {
            let books = told.played.books.clauses_of_deals[d];
            if let Some(it) = books.deposit {
                let (left, owed) = (held(&told, it.held), held(&told, it.owed));
                law!(told, left == -owed && left >= 0, "d{d}: {left} held, {owed} owed");
                if deal.end_played <= told.case.to {
                    law!(told, left == 0, "d{d} is over and {left} of its deposit are held");
                }
            }
            if let Some(it) = books.make_up {
                let parts = [it.left, it.used, it.lapsed].map(|it| held(&told, it));
                law!(told, parts.iter().all(|it| *it >= 0), "d{d}: {parts:?}");
                let paid = -held(&told, it.paid);
                law!(told, parts.iter().sum::<i128>() == paid, "d{d}: {parts:?} of {paid}");
            }
        }
    }
}

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn a_deal_cut_in_two_bills_what_the_deal_bills_under_every_clause(
        story in any_calm_story(), clauses in any_clauses(), total in 1..400_000u32, cents in 1..900u32,
        tag in 0..4usize, take in 0..=100u32, quarters in 0..=4u32, slip in 0..200u32,
    ) {
        let (site, mut stand) = story.stands[0].clone();
        let Some(mut deal) = stand.deal.take() else { return Ok(()) };
        (deal.shape, deal.first, deal.slip, deal.take) = ("at-once", 0, slip, take);
        (deal.clauses, deal.expand) = (clauses, None);
        // A quarter is a float without a rest: the halves then use what the whole uses.
        (stand.spares, stand.load, stand.by_power) = (0, Some(quarters * 25), false);
        // Two halves of a rack's GPUs are no whole racks, so a whole has twice as many.
        let cut = |parts: u32| {
            let mut part = stand.clone();
            part.racks = stand.racks * 2 / parts;
            let fee = cents * 1_000 * 2 / parts;
            let price = [Tag::Solve, Tag::PerGpu(cents), Tag::PerPower(cents * 900), Tag::Fixed(fee)][tag];
            part.deal = Some(Promise { total: total * 2 / parts, price, ..deal.clone() });
            let stands = vec![(site, part); parts as usize];
            Story { stands, tasks: Vec::new(), ..story.clone() }
        };
        let (whole, halves) = (tell(&cut(1)), tell(&cut(2)));
        let (whole_bill, a, b) = (whole.billed(0), halves.billed(0), halves.billed(1));
        let mut off = 0;
        for i in 0..whole_bill.len() {
            // Running totals are rounded, each price of use, overage, delay and credit by itself.
            off += whole_bill[i].1 - a[i].1 - b[i].1;
            let most = 6 + 6 * i as i128;
            law!(halves, off.abs() <= most, "off by {off} micro-dollars after month {i}");
        }
    }
}
