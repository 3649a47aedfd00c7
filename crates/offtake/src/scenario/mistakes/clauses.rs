//! What can be wrong with the clauses of a deal.

use crate::scenario::place::Place;
use crate::scenario::report::Report;

impl Report {
    /// Damages for a delay without a day that was promised.
    pub fn late_for_no_day(&mut self, at: Place, deal: &str) {
        self.mistake(
            "E0116",
            at,
            format!("`{deal}` pays for delay and does not say by when what comes"),
            Some("add `deliver.full`, or a `deliver.schedule`".to_owned()),
        );
    }

    /// Half of a clause.
    pub fn clause_half_told(&mut self, at: Place, deal: &str, said: &str, missing: &str) {
        self.mistake(
            "E0117",
            at,
            format!("`{deal}` says `{said}` and not `{missing}`"),
            Some(format!("add `{missing}`; `offtake explain deal.{missing}` says what it means")),
        );
    }

    /// A share of something that is not there.
    pub fn share_of_nothing(&mut self, at: Place, deal: &str, key: &str, of: &str) {
        self.mistake("E0118", at, format!("`{key}` of `{deal}` is a share of {of}"), None);
    }

    /// A day on which a clause has no meaning.
    pub fn outside_the_term(&mut self, at: Place, deal: &str, why: &str) {
        self.mistake("E0119", at, format!("in `{deal}`, {why}"), None);
    }

    /// A price that cannot change so.
    pub fn price_cannot_change(&mut self, at: Place, deal: &str, why: &str, help: &str) {
        self.mistake(
            "E0120",
            at,
            format!("the price of `{deal}` cannot change: {why}"),
            Some(help.to_owned()),
        );
    }

    /// A deposit that was paid before anything is played.
    pub fn deposit_before_the_horizon(&mut self, at: Place, deal: &str) {
        self.mistake(
            "E0121",
            at,
            format!("the deposit of `{deal}` is paid before the horizon begins"),
            Some("begin the horizon with the deal, or leave the deposit out".to_owned()),
        );
    }

    /// A scale of service credits that is none.
    pub fn no_scale(&mut self, at: Place, deal: &str, why: &str) {
        self.mistake(
            "E0122",
            at,
            format!("the uptime of `{deal}`: {why}"),
            Some("below which uptime, which share of the bill: { \"99 %\" = \"10 %\", \"95 %\" = \"30 %\" }".to_owned()),
        );
    }

    /// An option that looks at a market nobody tells, or at no price.
    pub fn no_market(&mut self, at: Place, deal: &str, missing: &str) {
        self.mistake(
            "E0123",
            at,
            format!("an option of `{deal}` looks at the market, and there is no {missing}"),
            Some("add `market` and a price per GPU-hour or MW-month, or say `always`".to_owned()),
        );
    }

    /// Milestones of a deal that there is not.
    pub fn no_milestones(&mut self, at: Place, deal: &str, why: &str) {
        self.mistake("E0124", at, format!("`{deal}` has no milestones: {why}"), None);
    }

    /// A clause that another one leaves nothing to say.
    pub fn nothing_to_count(&mut self, at: Place, deal: &str, key: &str, why: &str) {
        self.mistake("E0125", at, format!("`{key}` of `{deal}` has nothing to count: {why}"), None);
    }

    /// A clause that never counts.
    pub fn clause_never_counts(&mut self, at: Place, deal: &str, key: &str, why: &str) {
        self.warning("W0007", at, format!("`{key}` of `{deal}` never counts: {why}"), None);
    }
}
