//! What a deal can say of a buyer that cannot pay: who waits, what goes back, who stands in for it.

use super::{Field, Form, GROWTH, MONEY, TIME, field, number, share};
use crate::units::Dim;

pub(super) const RULE: Field = field(
    "unpaid.rule",
    Form::Word(&["wait", "suspend", "renegotiate", "walk-away"]),
    "what follows when the buyer's cash is at an end: `wait`, until cash comes; `suspend`: nothing is delivered until all is paid; `renegotiate`: what is still to come is cheaper; `walk-away`: the deal ends. A buyer of which no deal says it pays whatever it takes",
);
pub(super) const RANK: Field = field(
    "unpaid.rank",
    Form::Whole,
    "in which order the buyer pays where its cash does not do for all: the lowest first, in proportion within a rank; 1 if not said",
);
pub(super) const INTEREST: Field =
    number("unpaid.interest", GROWTH, "what arrears bear; none if not said");
pub(super) const CUT: Field =
    share("unpaid.cut", "by how much what is still to come is cheaper once it is renegotiated");
pub(super) const ARREARS: Field = field(
    "unpaid.arrears",
    Form::Word(&["stay", "written-off"]),
    "what becomes of arrears when the deal is renegotiated; they stay if not said",
);
pub(super) const AFTER: Field = number(
    "unpaid.after",
    TIME,
    "how long something must be unpaid before the rule is used; from the next month on if not said",
);
pub(super) const MARKET: Field = field(
    "relet.price",
    Form::Path(&[Dim::PRICE_GPU_TIME]),
    "what the market pays for capacity that goes back, from some days on; not let again if not said",
)
.at_least(0.0);
pub(super) const MARKET_OF_POWER: Field = field(
    "relet.price",
    Form::Path(&[Dim::PRICE_ENERGY]),
    "what the market pays for power at the meter that goes back, from some days on; not let again if not said",
)
.at_least(0.0);
pub(super) const RELET_AFTER: Field = number(
    "relet.after",
    TIME,
    "how long it stands empty before it is let again; not at all if not said",
);
pub(super) const RELET_SHARE: Field =
    share("relet.share", "how much of it is let again; all if not said");
pub(super) const GUARANTOR: Field = field(
    "guarantee.by",
    Form::Name("party"),
    "who pays what the buyer cannot, out of its cash where that is told",
);
pub(super) const GUARANTEED: Field =
    number("guarantee.most", MONEY, "the most that it pays in all; without end if not said");
