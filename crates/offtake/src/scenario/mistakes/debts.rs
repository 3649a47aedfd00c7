//! What can be wrong with money that is lent.

use crate::scenario::place::Place;
use crate::scenario::report::Report;

impl Report {
    /// A loan that nothing secures.
    pub fn loan_without_collateral(&mut self, at: Place, debt: &str) {
        self.mistake(
            "E0131",
            at,
            format!("nothing secures `{debt}`"),
            Some("name a deal: `secures = \"aws\"`; what is lent on a name alone is `kind = \"notes\"`".to_owned()),
        );
    }

    /// Interest beyond all measure.
    pub fn absurd_rate(&mut self, at: Place, debt: &str, rate: &str) {
        self.mistake(
            "E0132",
            at,
            format!("`{debt}` asks {rate} of interest"),
            Some("rates are told by the year and stay under 100 %: `\"9.5 %/year\"`".to_owned()),
        );
    }

    /// Repayment that begins while money is still drawn.
    pub fn repaid_before_drawn(&mut self, at: Place, debt: &str, from: &str, until: &str) {
        self.mistake(
            "E0133",
            at,
            format!("`{debt}` is paid back from {from} on and drawn until {until}"),
            Some("begin `repay.from` when nothing more is drawn".to_owned()),
        );
    }

    /// Lender and borrower are one.
    pub fn lender_is_borrower(&mut self, at: Place, party: &str) {
        self.mistake(
            "E0134",
            at,
            format!("`{party}` is lender and borrower"),
            Some("a debt has two sides".to_owned()),
        );
    }

    /// A while in which it is drawn that is none, or that is not played.
    pub fn never_drawn(&mut self, at: Place, debt: &str, why: &str) {
        self.mistake("E0135", at, format!("`{debt}` is never drawn: {why}"), None);
    }

    /// Nothing tells how much.
    pub fn debt_without_size(&mut self, at: Place, debt: &str) {
        self.mistake(
            "E0136",
            at,
            format!("nothing tells how much `{debt}` may come to"),
            Some("add `limit`; what a deal secures may say `repay.dscr` instead".to_owned()),
        );
    }

    /// The deal pays somebody else.
    pub fn secured_by_a_stranger(&mut self, at: Place, debt: &str, deal: &str, seller: &str) {
        self.mistake(
            "E0137",
            at,
            format!("`{deal}` pays `{seller}`, who is not the borrower of `{debt}`"),
            Some("a loan is secured by what its borrower is paid".to_owned()),
        );
    }

    /// What hangs on a deal's cash, without a deal.
    pub fn cash_of_nothing(&mut self, at: Place, debt: &str, key: &str) {
        self.mistake(
            "E0138",
            at,
            format!("`{debt}.{key}` hangs on the cash of a deal, and nothing secures it"),
            Some("name the deal by `secures`, or leave this out".to_owned()),
        );
    }

    /// A share of capital that nobody tells.
    pub fn advance_of_nothing(&mut self, at: Place, debt: &str, deal: &str) {
        self.mistake(
            "E0139",
            at,
            format!("`{debt}` lends a share of what is built for `{deal}`, and no plant tells what that costs"),
            Some("add a `[plant]` for the deal, or say `limit` alone".to_owned()),
        );
    }

    /// The loan outlives its deal.
    pub fn loan_outlives_deal(
        &mut self,
        at: Place,
        debt: &str,
        matures: &str,
        deal: &str,
        ends: &str,
    ) {
        self.warning(
            "W0009",
            at,
            format!("`{debt}` is paid back until {matures}; `{deal}` pays until {ends}"),
            Some("shorten `repay.term`: nothing pays what is left".to_owned()),
        );
    }
}
