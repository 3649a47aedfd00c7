//! What a deal can say: with a fleet that delivers, or by a calendar alone.

use super::unpaid;
use super::{Field, Form, GPUS, MONEY, NOTE, Noun, ONE, TIME, TITLE, field, number, share};
use crate::units::{Basis, Dim};

/// A deal whose machines are told.
pub static DEAL: Noun = Noun {
    name: "deal",
    doc: "a promise to buy what a fleet will produce",
    main: None,
    fields: &[
        TITLE,
        NOTE,
        field("buyer", Form::Name("party"), "who pays").required(),
        field("seller", Form::Name("party"), "who delivers").required(),
        field("layer", Form::Word(&["rent", "chips", "site", "equity", "loan"]), "what is paid for; layers are never summed").required(),
        number("total", MONEY, "face value over the whole term").at_least(ONE),
        number("term", TIME, "how long it runs, by calendar months").required().at_least(ONE),
        field("start", Form::OpenDate, "the first day of the term").required(),
        field("kind", Form::Word(&["take-or-pay", "pay-as-you-go"]), "whether a minimum is owed").default(),
        share("take", "share of the contracted volume of a month that is owed even if it is not used, capped at what was delivered").default(),
        field("true_up", Form::Word(&["yearly", "none"]), "whether shortfall paid in one month makes up use over the minimum in others of its calendar year").default(),
        field("price", Form::Quantity(&[Dim::PRICE_GPU_TIME, Dim::PRICE_ENERGY, Dim::MONEY_RATE], &["solve"]), "per GPU-hour, per MW-month or GW-year of IT power, per month; or `solve`: total over contracted volume").default().at_least(0.0),
        share("prepay", "share of the total that is paid on the first day and drawn down against the bills").default(),
        field("prepay_draw", Form::Word(&["even", "first"]), "`even`: each bill is reduced by the prepaid share; `first`: bills are covered in full until it is used up").default(),
        field("on_late", Form::Word(&["lose", "extend"]), "whether slip costs the buyer its late hours or moves the end of the term").default(),
        field("deliver.fleet", Form::Name("fleet"), "what is delivered").required(),
        number("deliver.first", GPUS, "what is there on the first day").default(),
        field("deliver.full", Form::OpenDate, "the day at whose end all of it is there; the first day of the term if not said"),
        field("deliver.shape", Form::Word(&["linear", "s-curve", "at-once"]), "how the ramp runs between").default(),
        number("deliver.every", TIME, "time between two tranches").default().at_least(3.6e6),
        number("deliver.slip", TIME, "how much later than promised the ramp ends").default(),
        field("deliver.schedule", Form::Schedule(&[Dim::GPU, Dim::POWER]), "in the place of `first`, `full`, `shape`, `every`: a CSV file of what is promised in all by the end of some days, GPUs or their IT power").at_least(0.0).basis(Basis::It),
        field("deliver.came", Form::Path(&[Dim::GPU, Dim::POWER]), "what stood on some days, GPUs or their IT power: the ramp runs through it").at_least(0.0).basis(Basis::It),
        field("expand.from", Form::Date, "from when more may be asked for"),
        field("expand.option", Form::Word(&["buyer", "seller"]), "whose option it is"),
        number("expand.gpus", GPUS, "how much more, if the option is exercised"),
        field("expand.on", Form::OpenDate, "the day it is exercised; not exercised if not said"),
        unpaid::RULE,
        unpaid::RANK,
        unpaid::INTEREST,
        unpaid::CUT,
        unpaid::ARREARS,
        unpaid::AFTER,
        unpaid::MARKET,
        unpaid::RELET_AFTER,
        unpaid::RELET_SHARE,
        unpaid::GUARANTOR,
        unpaid::GUARANTEED,
        ANNOUNCED,
        WITHDRAWN,
    ],
};

const ANNOUNCED: Field =
    field("announced", Form::Date, "when it became public: with an earlier `as_of` it is left out");
const WITHDRAWN: Field = field(
    "withdrawn",
    Form::Date,
    "when it was called off or replaced: from this `as_of` on it is left out",
);

/// A deal whose machines are not told: money and power by a calendar.
pub static PLEDGE: Noun = Noun {
    name: "pledge",
    doc: "a deal without a fleet: what is paid and how much power comes, by a calendar alone",
    main: None,
    fields: &[
        TITLE,
        NOTE,
        field("buyer", Form::Name("party"), "who pays").required(),
        field("seller", Form::Name("party"), "who delivers, or gets the money").required(),
        field(
            "layer",
            Form::Word(&["rent", "chips", "site", "equity", "loan", "unnamed"]),
            "what is paid for; layers are never summed",
        )
        .required(),
        number("total", MONEY, "face value; what is not public is left out").at_least(ONE),
        number("term", TIME, "how long it runs, by calendar months").required().at_least(ONE),
        field("start", Form::OpenDate, "the first day of the term").required(),
        field(
            "paid",
            Form::Word(&["over-time", "on-delivery"]),
            "`over-time`: for capacity while it is held, as rent is; `on-delivery`: as capacity comes, as chips are; the former if not said for rent and sites, the latter for the rest",
        ),
        number("deliver.power", &[Dim::POWER], "how much power it comes to")
            .at_least(ONE)
            .basis(Basis::Facility),
        field(
            "deliver.full",
            Form::OpenDate,
            "the day at whose end all of it is there; the first day of the term if not said",
        ),
        field(
            "deliver.shape",
            Form::Word(&["linear", "s-curve", "at-once"]),
            "how the ramp runs between",
        )
        .default(),
        number("deliver.every", TIME, "time between two tranches").default().at_least(3.6e6),
        number("deliver.slip", TIME, "how much later than promised the ramp ends").default(),
        field(
            "deliver.came",
            Form::Path(&[Dim::POWER]),
            "what stood on some days, of `deliver.power`: the ramp runs through it",
        )
        .at_least(0.0)
        .basis(Basis::Facility),
        unpaid::RULE,
        unpaid::RANK,
        unpaid::INTEREST,
        unpaid::CUT,
        unpaid::ARREARS,
        unpaid::AFTER,
        unpaid::MARKET_OF_POWER,
        unpaid::RELET_AFTER,
        unpaid::RELET_SHARE,
        unpaid::GUARANTOR,
        unpaid::GUARANTEED,
        ANNOUNCED,
        WITHDRAWN,
    ],
};
