//! What can be wrong with what a deal says of a buyer that cannot pay.

use crate::scenario::place::Place;
use crate::scenario::report::Report;

impl Report {
    /// A price of the market for capacity that never goes back.
    pub fn nothing_goes_back(&mut self, at: Place, deal: &str) {
        self.mistake(
            "E0141",
            at,
            format!("`{deal}` tells what the market pays, and no rule of it gives capacity back"),
            Some("add `unpaid.rule = \"suspend\"` or `\"walk-away\"`".to_owned()),
        );
    }

    /// A guarantor that is a side of the deal.
    pub fn guarantor_is_a_side(&mut self, at: Place, deal: &str, side: &str, party: &str) {
        self.mistake(
            "E0142",
            at,
            format!("`{party}` is the {side} of `{deal}` and cannot guarantee it"),
            Some("name a third party: a parent, a bank".to_owned()),
        );
    }

    /// A buyer whose cash is not told.
    pub fn no_cash_to_end(&mut self, at: Place, deal: &str, buyer: &str) {
        self.mistake(
            "E0143",
            at,
            format!(
                "`{deal}` says what follows when `{buyer}` cannot pay, and its cash is not told"
            ),
            Some(format!("add `cash` to `{buyer}`: what it has on the first day")),
        );
    }

    /// A guarantee by nobody.
    pub fn guaranteed_by_nobody(&mut self, at: Place, deal: &str) {
        self.mistake(
            "E0144",
            at,
            format!("nobody guarantees `{deal}`"),
            Some(
                "write `guarantee = { by = \"parent\", most = \"2 bn USD [assumed]\" }`".to_owned(),
            ),
        );
    }

    /// A pledge of which nothing can be let again.
    pub fn nothing_to_let(&mut self, at: Place, deal: &str, why: &str) {
        self.mistake("E0145", at, format!("nothing of `{deal}` can be let again: {why}"), None);
    }

    /// A part of a rule, and no rule.
    pub fn unpaid_without_rule(&mut self, at: Place, deal: &str, key: &str) {
        self.mistake(
            "E0146",
            at,
            format!("`{deal}` tells `{key}` and no `unpaid.rule`"),
            Some("write `unpaid = { rule = \"wait\", ... }`".to_owned()),
        );
    }

    /// A part of renegotiation where nothing is renegotiated.
    pub fn nothing_renegotiated(&mut self, at: Place, deal: &str, key: &str, rule: &str) {
        self.mistake(
            "E0147",
            at,
            format!("under the rule `{rule}` of `{deal}`, `{key}` has nothing to say"),
            Some("take it out, or write `rule = \"renegotiate\"`".to_owned()),
        );
    }

    /// Capacity let again at no price.
    pub fn let_at_no_price(&mut self, at: Place, deal: &str) {
        self.mistake(
            "E0148",
            at,
            format!("`{deal}` lets capacity again and does not say at what price"),
            Some(
                "write `relet = { price = \"2 USD/GPU-hour [assumed]\", after = \"3 months\" }`"
                    .to_owned(),
            ),
        );
    }

    /// A guarantee of a buyer that pays whatever it takes.
    pub fn guarantee_never_called(&mut self, at: Place, deal: &str, buyer: &str) {
        self.warning(
            "W0010",
            at,
            format!("the guarantee of `{deal}` is never called: `{buyer}` pays whatever it takes"),
            Some("add `unpaid.rule` to one of the deals that it buys by".to_owned()),
        );
    }
}
