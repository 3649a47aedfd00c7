//! What deals say of a buyer that cannot pay, every value settled.

use super::{Case, Party};
use crate::time::Instant;
use crate::units::{Exact, Money, Price, Share};

/// What follows when a buyer's cash is at an end.
#[derive(Clone, Debug)]
pub struct Unpaid {
    /// What is done.
    pub rule: Rule,
    /// The lowest is paid first.
    pub rank: i64,
    /// Of arrears, for each millisecond.
    pub interest: Exact,
    /// Months that something must be unpaid before the rule is used.
    pub after: f64,
    /// Whether capacity that goes back is let again.
    pub relet: Option<Relet>,
}

/// What is done about arrears.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// They stand until cash comes.
    Wait,
    /// Nothing is delivered until they are paid.
    Suspend,
    /// What is still to come is cheaper by this share; arrears are written off or stay.
    Renegotiate(Share, bool),
    /// The deal ends, and they are a claim, paid after all else.
    WalkAway,
}

/// Capacity that goes back, let to the market.
#[derive(Clone, Debug)]
pub struct Relet {
    /// A GPU-millisecond's or a millijoule's, each from a moment on.
    pub price: Vec<(Instant, Price)>,
    /// Months that it stands empty.
    pub after: f64,
    /// How much of it is let.
    pub share: Share,
}

/// Who pays what the buyer cannot.
#[derive(Clone, Copy, Debug)]
pub struct Guarantee {
    /// Index of the guarantor.
    pub by: usize,
    /// The most that it pays in all.
    pub most: Option<Money>,
}

/// A deal or pledge, as its money sees it. Deals come first, then pledges: each has a number.
#[derive(Clone, Copy, Debug)]
pub struct Contract<'a> {
    /// `aws`
    pub name: &'a str,
    /// Index of the buyer.
    pub buyer: usize,
    /// Index of the seller.
    pub seller: usize,
    /// `rent`
    pub layer: &'static str,
    /// What it says of a buyer that cannot pay.
    pub unpaid: Option<&'a Unpaid>,
    /// Who stands in for the buyer.
    pub guarantee: Option<Guarantee>,
}

impl Unpaid {
    /// What holds of a deal that says nothing, where another deal of its buyer does: it waits.
    pub const WAITS: Unpaid = Unpaid {
        rule: Rule::Wait,
        rank: 1,
        interest: Exact::new_raw(0, 1),
        after: 0.0,
        relet: None,
    };
}

impl Relet {
    /// The market's price at a moment: before the first, the first.
    pub fn price_at(&self, now: Instant) -> Price {
        let since = self.price.partition_point(|it| it.0 <= now);
        self.price[since.saturating_sub(1)].1
    }
}

impl Party {
    /// Whether its cash can be told: it says what it has or earns.
    pub fn tells_cash(&self) -> bool {
        self.cash.is_some() || !self.revenue.is_empty()
    }
}

impl Case {
    /// Deals, then pledges.
    pub fn contracts(&self) -> impl Iterator<Item = Contract<'_>> {
        let deals = self.deals.iter().map(|it| Contract {
            name: &it.name,
            buyer: it.buyer,
            seller: it.seller,
            layer: it.layer,
            unpaid: it.unpaid.as_ref(),
            guarantee: it.guarantee,
        });
        let pledges = self.pledges.iter().map(|it| Contract {
            name: &it.name,
            buyer: it.buyer,
            seller: it.seller,
            layer: it.layer,
            unpaid: it.unpaid.as_ref(),
            guarantee: it.guarantee,
        });
        deals.chain(pledges)
    }

    /// By party: whether it pays no more than it has, as one of the deals that it buys by says what
    /// follows.
    pub fn ends_with_cash(&self) -> Vec<bool> {
        let mut ends = vec![false; self.parties.len()];
        self.contracts().for_each(|it| ends[it.buyer] |= it.unpaid.is_some());
        ends
    }

    /// The same, where every buyer whose cash is told pays no more than it has: what says nothing
    /// waits.
    pub fn waiting(mut self) -> Case {
        let tells: Vec<bool> = self.parties.iter().map(Party::tells_cash).collect();
        let deals = self.deals.iter_mut().map(|it| (it.buyer, &mut it.unpaid));
        let pledges = self.pledges.iter_mut().map(|it| (it.buyer, &mut it.unpaid));
        for (_, unpaid) in deals.chain(pledges).filter(|it| tells[it.0]) {
            unpaid.get_or_insert(Unpaid::WAITS);
        }
        self
    }
}
