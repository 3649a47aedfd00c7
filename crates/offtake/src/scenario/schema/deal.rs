//! What a deal can say: with a fleet that delivers, or by a calendar alone.

use super::{
    Field, Form, GPUS, GROWTH, MONEY, NOTE, Noun, ONE, PLAIN, TIME, TITLE, field, number, share,
};
use crate::units::{Basis, Dim};

/// What a price that follows volume or time is told in.
const PRICES: &[Dim] = &[Dim::PRICE_GPU_TIME, Dim::PRICE_ENERGY, Dim::MONEY_RATE];
/// What a price that follows volume is told in.
const PRICES_OF_VOLUME: &[Dim] = &[Dim::PRICE_GPU_TIME, Dim::PRICE_ENERGY];

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
        share("revenue.share", "in the place of `price`: the share of revenue that is due"),
        field("revenue.of", Form::Word(&["buyer", "services"]), "whose revenue: the buyer's, if not said, or what the tokens sell for that services on the fleet serve"),
        field("price_steps", Form::Path(PRICES), "the price from some days on, told as `price` is; a bill counts the price of its first day").at_least(0.0),
        INDEX_RATE,
        INDEX_FROM,
        field("overage", Form::Quantity(PRICES_OF_VOLUME, &[]), "price of what is used above the minimum; as below it if not said").at_least(0.0),
        number("make_up", TIME, "how long what was paid and not used may be used above the minimum at no charge, from the true-up on that left it, by calendar months").at_least(ONE),
        share("prepay", "share of the total that is paid on the first day and drawn down against the bills").default(),
        field("prepay_draw", Form::Word(&["even", "first"]), "`even`: each bill is reduced by the prepaid share; `first`: bills are covered in full until it is used up").default(),
        DEPOSIT_SHARE,
        DEPOSIT_USE,
        field("on_late", Form::Word(&["lose", "extend"]), "whether slip costs the buyer its late hours or moves the end of the term").default(),
        field("deliver.fleet", Form::Name("fleet"), "what is delivered").required(),
        number("deliver.first", GPUS, "what is there on the first day").default(),
        field("deliver.full", Form::OpenDate, "the day at whose end all of it is there; the first day of the term if not said"),
        field("deliver.shape", Form::Word(&["linear", "s-curve", "at-once"]), "how the ramp runs between").default(),
        number("deliver.every", TIME, "time between two tranches").default().at_least(3.6e6),
        number("deliver.slip", TIME, "how much later than promised the ramp ends").default(),
        field("deliver.schedule", Form::Schedule(&[Dim::GPU, Dim::POWER]), "in the place of `first`, `full`, `shape`, `every`: a CSV file of what is promised in all by the end of some days, GPUs or their IT power").at_least(0.0).basis(Basis::It),
        field("deliver.came", Form::Path(&[Dim::GPU, Dim::POWER]), "what stood on some days, GPUs or their IT power: the ramp runs through it").at_least(0.0).basis(Basis::It),
        field("damages.rate", Form::Quantity(&[Dim::PRICE_GPU_TIME, Dim::PRICE_ENERGY, Dim::GROWTH], &[]), "what the seller pays for what is late: per GPU and day, per MW of IT power and day, or a share of its price per day").at_least(0.0),
        DAMAGES_GRACE,
        DAMAGES_CAP,
        field("uptime.credits", Form::Map(PLAIN), "share of a month's bill that is given back where uptime, delivered over landed GPU-hours under power, is below the key: { \"99 %\" = \"10 %\", \"95 %\" = \"30 %\" }").at_least(0.0).at_most(1.0),
        field("swap.from", Form::OpenDate, "from when what still comes is another rack: its power and price count; speed, failures and size stay those of the first"),
        number("swap.power", &[Dim::POWER_PER_GPU], "what one of its GPUs draws").at_least(ONE).basis(Basis::It),
        field("swap.price", Form::Quantity(PRICES_OF_VOLUME, &[]), "what one of its GPUs costs; as the first ones if not said").at_least(0.0),
        field("market", Form::Path(PRICES_OF_VOLUME), "market price by date, held until the next: what options look at").at_least(0.0),
        field("expand.from", Form::Date, "from when more may be asked for"),
        field("expand.option", Form::Word(&["buyer", "seller"]), "whose option it is"),
        number("expand.gpus", GPUS, "how much more, if the option is exercised"),
        field("expand.on", Form::OpenDate, "the day it is exercised; not exercised if not said"),
        field("expand.when", Form::Word(RULES), "whether it is exercised that day: `always`, if not said, or where the market is above or below the price"),
        field("renew.on", Form::OpenDate, "the day on which it is decided whether the term is renewed"),
        number("renew.for", TIME, "how much longer the term then is, by calendar months").at_least(ONE),
        field("renew.price", Form::Quantity(PRICES, &[]), "the price from then on; as before if not said").at_least(0.0),
        field("renew.when", Form::Word(RULES), "whether it is renewed: `always`, if not said, or where the market is above or below the price that it then has"),
        TERMINATE_BY,
        TERMINATE_ON,
        TERMINATE_NOTICE,
        TERMINATE_FEE,
        field("terminate.when", Form::Word(RULES), "whether notice is given that day: `always`, if not said, or where the market is above or below the price"),
        WARRANT_SHARES,
        WARRANT_STRIKE,
        WARRANT_EVERY,
        WARRANT_POWER,
        WARRANT_TARGET_FIRST,
        WARRANT_TARGET_LAST,
        WARRANT_SHARE_PRICE,
        ANNOUNCED,
        WITHDRAWN,
    ],
};

/// When an option is exercised on its day.
const RULES: &[&str] = &["always", "market-above", "market-below"];

const INDEX_RATE: Field =
    field("index.rate", Form::Quantity(GROWTH, &[]), "how much the price rises a year")
        .at_least(-1.0 / 31_536_000_000.0);
const INDEX_FROM: Field =
    field("index.from", Form::OpenDate, "the day of the first rise, which comes again each year");
const DEPOSIT_SHARE: Field = share(
    "deposit.share",
    "share of the total that is paid on the first day and held by the seller",
);
const DEPOSIT_USE: Field = field(
    "deposit.use",
    Form::Word(&["returned", "last-bills"]),
    "`returned`, if not said, when the term ends; `last-bills`: set against the last bills, the rest returned",
);
const DAMAGES_GRACE: Field =
    number("damages.grace", TIME, "how late it may be before damages count");
const DAMAGES_CAP: Field =
    share("damages.cap", "the most that damages come to, as a share of the total");
const TERMINATE_BY: Field =
    field("terminate.by", Form::Word(&["buyer", "seller"]), "who ends the deal before its term");
const TERMINATE_ON: Field =
    field("terminate.on", Form::OpenDate, "the day on which notice is given");
const TERMINATE_NOTICE: Field = number(
    "terminate.notice",
    TIME,
    "from then to the last day on which capacity is delivered; none if not said",
);
const TERMINATE_FEE: Field = share(
    "terminate.fee",
    "what who ends it pays to the other: share of the minimum that is left of the term",
);
const WARRANT_SHARES: Field =
    number("warrant.shares", PLAIN, "shares of the seller that the buyer may buy in all")
        .at_least(ONE);
const WARRANT_STRIKE: Field = number("warrant.strike", MONEY, "what it pays for a share");
const WARRANT_EVERY: Field = number(
    "warrant.every",
    &[Dim::POWER],
    "power at the meter for which an equal part of them vests when it stands",
)
.at_least(ONE)
.basis(Basis::Facility);
const WARRANT_POWER: Field =
    number("warrant.power", &[Dim::POWER], "power for which all of them vest")
        .at_least(ONE)
        .basis(Basis::Facility);
const WARRANT_TARGET_FIRST: Field =
    number("warrant.target.first", MONEY, "share price that the first part asks for as well");
const WARRANT_TARGET_LAST: Field = number(
    "warrant.target.last",
    MONEY,
    "share price that the last part asks for; those between rise evenly",
);
const WARRANT_SHARE_PRICE: Field =
    field("warrant.share_price", Form::Path(MONEY), "share price by date, held until the next")
        .at_least(0.0);

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
        field(
            "milestones.of",
            Form::Text,
            "the deal by whose deliveries it is paid, in the place of its own calendar",
        ),
        number(
            "milestones.every",
            &[Dim::POWER],
            "power at the meter for which an equal part is due when it stands",
        )
        .at_least(ONE)
        .basis(Basis::Facility),
        INDEX_RATE,
        INDEX_FROM,
        DEPOSIT_SHARE,
        DEPOSIT_USE,
        field(
            "damages.rate",
            Form::Quantity(&[Dim::PRICE_ENERGY, Dim::GROWTH], &[]),
            "what the seller pays for what is late: per MW and day, or a share of its price per day",
        )
        .at_least(0.0),
        DAMAGES_GRACE,
        DAMAGES_CAP,
        TERMINATE_BY,
        TERMINATE_ON,
        TERMINATE_NOTICE,
        TERMINATE_FEE,
        WARRANT_SHARES,
        WARRANT_STRIKE,
        WARRANT_EVERY,
        WARRANT_POWER,
        WARRANT_TARGET_FIRST,
        WARRANT_TARGET_LAST,
        WARRANT_SHARE_PRICE,
        ANNOUNCED,
        WITHDRAWN,
    ],
};
