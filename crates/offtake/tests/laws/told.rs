//! A small scenario read as a user's file is, played with its movements kept, and looked at.

use std::collections::BTreeMap;

use offtake::engine::{self, Played};
use offtake::figures::Look;
use offtake::ledger::Account;
use offtake::scenario::{Case, Draw, Scenario};
use offtake::terms;
use offtake::time::{Instant, Month, Span};

use crate::common::read;
use crate::story::Story;

/// Milliseconds of an hour.
pub const HOUR: i64 = Span::HOUR.millis;

pub struct Told {
    pub text: String,
    pub scenario: Scenario,
    pub draw: Draw,
    pub case: Case,
    pub played: Played,
}

pub fn tell(story: &Story) -> Told {
    let text = story.text();
    let scenario = read("nobody.toml", &text, None);
    let draw = Draw::medians(&scenario);
    let case = Case::of(&scenario, &draw);
    let played = std::panic::catch_unwind(|| engine::play(&case, true))
        .unwrap_or_else(|_| panic!("the engine panicked on\n{text}"));
    Told { text, scenario, draw, case, played }
}

impl Told {
    pub fn billed(&self, deal: usize) -> Vec<(Month, i128)> {
        let bills = self.look().bills(deal);
        bills.into_iter().map(|(month, it)| (month, it.micros)).collect()
    }

    pub fn billed_in_all(&self, deal: usize) -> i128 {
        self.billed(deal).iter().map(|it| it.1).sum()
    }

    /// What a pledge bills, by month.
    pub fn pledged(&self, pledge: usize) -> Vec<(Month, i128)> {
        self.played.ledger.by_month(self.played.books.pledges[pledge].charged)
    }

    pub fn look(&self) -> Look<'_> {
        Look { scenario: &self.scenario, draw: &self.draw, case: &self.case, played: &self.played }
    }

    /// What moved into some accounts, by the moment at which it moved.
    pub fn moved(&self, accounts: &[Account]) -> BTreeMap<Instant, i128> {
        let mut sums = BTreeMap::new();
        for it in self.played.ledger.movements() {
            for (account, amount) in [(it.to, it.amount), (it.from, -it.amount)] {
                if accounts.contains(&account) {
                    *sums.entry(it.at).or_default() += amount;
                }
            }
        }
        sums
    }

    pub fn used(&self, fleet: usize) -> BTreeMap<Instant, i128> {
        let works = (0..self.case.works.len()).filter(|w| self.case.works[*w].fleet == fleet);
        let books = works.map(|w| self.played.books.works[w]);
        let told = books.flat_map(|it| [it.good, it.stall, it.lost]);
        self.moved(&told.chain(self.played.books.fleets[fleet].load).collect::<Vec<_>>())
    }

    pub fn unused(&self, fleet: usize) -> BTreeMap<Instant, i128> {
        let books = self.played.books.fleets[fleet];
        self.moved(&[books.idle, books.down])
    }

    pub fn hours(&self) -> impl Iterator<Item = Instant> + use<> {
        let (from, to) = (self.case.from.millis, self.case.to.millis);
        (from..to).step_by(HOUR as usize).map(|millis| Instant { millis })
    }

    /// GPUs and spares that stand in the hour that begins at a moment, by the calendar alone.
    pub fn landed(&self, fleet: usize, at: Instant) -> (i64, i64) {
        let of = &self.case.fleets[fleet];
        let Some(deal) = self.case.deals.iter().find(|it| it.fleet == fleet) else {
            return (of.gpus, of.spares);
        };
        if at < deal.start || at >= deal.end_played {
            return (0, 0);
        }
        let steps = terms::tranches(&deal.played);
        let landed = steps.iter().rev().find(|it| it.at <= at).map_or(0, |it| it.gpus);
        let option = deal.expansion.filter(|it| it.0 <= at).map_or(0, |it| it.1);
        let landed = landed + option;
        let spares = of.spares * landed.min(of.gpus) / of.gpus / of.node * of.node;
        (landed, spares)
    }
}

pub fn month_of_hour(ends: Instant) -> Month {
    Instant { millis: ends.millis - 1 }.month()
}
