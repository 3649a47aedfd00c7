//! What can be written: one table of every noun and every field, with its unit, its bounds, its
//! default and its meaning. The reader, `explain`, error hints and the reference are all made
//! from it.

mod deal;
mod debt;
mod plant;
mod unpaid;

pub use deal::PLEDGE;

use crate::units::{Basis, Dim};
use deal::DEAL;
use debt::DEBT;
use plant::PLANT;

/// A kind of table: `[deal.aws]` is a `deal`.
#[derive(Debug)]
pub struct Noun {
    /// The word in brackets.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// The field that stands for the whole row where a quantity is asked for.
    pub main: Option<&'static str>,
    /// What may stand in it.
    pub fields: &'static [Field],
}

/// A field of a noun.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its key, dotted where tables nest: `deliver.slip`.
    pub key: &'static str,
    /// What is written there.
    pub form: Form,
    /// What happens when it is missing.
    pub need: Need,
    /// The least value, in base units.
    pub least: f64,
    /// The greatest value, in base units.
    pub most: f64,
    /// Whether power is meant at the racks or at the meter.
    pub basis: Basis,
    /// What it means.
    pub doc: &'static str,
}

/// What is written in a field.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A number with a unit, or one of some words instead.
    Quantity(&'static [Dim], &'static [&'static str]),
    /// One quantity, or several by date: `{ 2025 = "...", 2026-07 = "..." }`.
    Path(&'static [Dim]),
    /// What stands on which day: the name of a CSV file beside the scenario, or a table of dates.
    Schedule(&'static [Dim]),
    /// One number that chance is reckoned with; no figure is made of it, so it is no input.
    Told(&'static [Dim]),
    /// Quantities by free name: `{ gpu = "...", network = "..." }`.
    Map(&'static [Dim]),
    /// A calendar day that is known.
    Date,
    /// A calendar day, or a range of them.
    OpenDate,
    /// One of some words.
    Word(&'static [&'static str]),
    /// The name of a row of this kind.
    Name(&'static str),
    /// The name of a row of `jobs`, or of a file beside the scenario that holds a shape.
    Like,
    /// The name of a CSV file beside the scenario: jobs as they were asked for.
    Trace,
    /// Free text.
    Text,
    /// An address of the web.
    Web,
    /// A list of texts.
    Texts,
    /// 24 plain numbers.
    Hours,
    /// A whole number.
    Whole,
    /// A day, or a text that tells only the month or year.
    When,
    /// A table of paths and values, kept as written.
    Raw,
    /// Whatever the place wants that it is put in, kept as written.
    Any,
}

/// What happens when a field is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It is a mistake.
    Required,
    /// Nothing.
    Optional,
    /// The value in `catalogue/defaults.toml` counts, graded `assumed`.
    Default,
}

const fn field(key: &'static str, form: Form, doc: &'static str) -> Field {
    let (least, most) = (f64::NEG_INFINITY, f64::INFINITY);
    Field { key, form, need: Need::Optional, least, most, basis: Basis::Unsaid, doc }
}

const fn number(key: &'static str, dims: &'static [Dim], doc: &'static str) -> Field {
    field(key, Form::Quantity(dims, &[]), doc).at_least(0.0)
}

const fn share(key: &'static str, doc: &'static str) -> Field {
    number(key, &[Dim::NONE], doc).at_most(1.0)
}

impl Field {
    const fn required(mut self) -> Field {
        self.need = Need::Required;
        self
    }
    const fn default(mut self) -> Field {
        self.need = Need::Default;
        self
    }
    const fn at_least(mut self, least: f64) -> Field {
        self.least = least;
        self
    }
    const fn at_most(mut self, most: f64) -> Field {
        self.most = most;
        self
    }
    const fn basis(mut self, basis: Basis) -> Field {
        self.basis = basis;
        self
    }
}

const TITLE: Field = field("title", Form::Text, "what people call it");
const NOTE: Field = field("note", Form::Text, "anything the next reader should know");
const MONEY: &[Dim] = &[Dim::MONEY];
const TIME: &[Dim] = &[Dim::TIME];
const PLAIN: &[Dim] = &[Dim::NONE];
const GPUS: &[Dim] = &[Dim::GPU];
const GROWTH: &[Dim] = &[Dim::GROWTH];
/// One watt, millisecond, GPU: what must be more than nothing starts here.
const ONE: f64 = 1.0;

/// The file itself.
pub static SCENARIO: Noun = Noun {
    name: "scenario",
    doc: "what stands at the top of the file",
    main: None,
    fields: &[
        field("offtake", Form::Whole, "the version of this format: 1").required(),
        field("name", Form::Text, "what the scenario is called in reports").required(),
        field("about", Form::Text, "the question it answers, in a sentence"),
        field("as_of", Form::Date, "the day whose knowledge is used; nothing dated later is")
            .required(),
        field("horizon.from", Form::Date, "the first day that is played").required(),
        field("horizon.to", Form::Date, "the first day that is no longer played").required(),
        field("seed", Form::Whole, "chooses the luck: failures").default(),
        field("headline", Form::Texts, "the figures that open the report, at most five"),
        share(
            "kept_in_default",
            "what a party that cannot pay keeps of its cash and its claims, where a year is cleared as a whole: the rest is lost to the costs of default; all of it if not said",
        ),
    ],
};

static PARTY: Noun = Noun {
    name: "party",
    doc: "a company: buyer, seller, lender",
    main: None,
    fields: &[
        TITLE,
        NOTE,
        number("cash", MONEY, "cash at the first day played"),
        field("revenue", Form::Path(MONEY), "revenue by calendar year: the year's total, spread evenly over its days; years between are filled by constant growth").at_least(0.0),
        field("revenue_after", Form::Quantity(GROWTH, &[]), "yearly growth after the last year of `revenue`").default().at_least(-1.0 / 31_536_000_000.0),
        field("margin", Form::Path(PLAIN), "share of revenue left before compute is paid").at_least(-1.0).at_most(1.0),
        field("other_compute", Form::Path(MONEY), "compute that is due outside the deals of this file, by calendar year").at_least(0.0),
        field("funding", Form::Path(MONEY), "new equity and debt that comes in, by calendar year; years that are not named bring none"),
        field("stakes", Form::Map(PLAIN), "who owns which share of it").at_least(0.0).at_most(1.0),
        share("tax", "share of a year's profit that is due as tax at its end; losses are carried forward"),
        number("valuation", MONEY, "what all of it is worth before new money comes in: tells how much of it new shares for the funding gap would be").at_least(ONE),
    ],
};

static SITE: Noun = Noun {
    name: "site",
    doc: "where racks stand and draw power",
    main: None,
    fields: &[
        TITLE,
        NOTE,
        field("region", Form::Name("region"), "the grid: price of energy and carbon").required(),
        number("power.limit", &[Dim::POWER], "what the meter may read at most")
            .required()
            .at_least(ONE)
            .basis(Basis::Facility),
        field(
            "power.ready",
            Form::OpenDate,
            "the day the power is there; the first day played if not said",
        ),
        number("pue.mean", PLAIN, "facility energy over IT energy, over a year")
            .default()
            .at_least(1.0)
            .at_most(3.0),
        number(
            "pue.peak",
            PLAIN,
            "facility power over IT power on the hottest day: what the limit is held against",
        )
        .default()
        .at_least(1.0)
        .at_most(3.0),
        number("water", &[Dim::WATER_FACTOR], "water per IT energy").default(),
        number(
            "carbon_market",
            &[Dim::CARBON_FACTOR],
            "market-based carbon factor, where the site's energy is bought under contract",
        ),
    ],
};

static FLEET: Noun = Noun {
    name: "fleet",
    doc: "racks of one kind at one site",
    main: None,
    fields: &[
        TITLE,
        NOTE,
        field("site", Form::Name("site"), "where it stands").required(),
        field("model", Form::Name("rack"), "the rack").required(),
        number("count", GPUS, "how many GPUs are promised; spares come on top")
            .at_least(ONE)
            .at_most(1e9),
        number(
            "power",
            &[Dim::POWER],
            "instead of `count`: what they draw at the meter, all at full load on the hottest day",
        )
        .at_least(ONE)
        .at_most(1e11)
        .basis(Basis::Facility),
        share(
            "load",
            "share of the delivered GPUs that work at full draw at any time, where no workload says what runs; the fleet is then metered by the month",
        ),
        field("fail", Form::Name("failures"), "how often its nodes fail").required(),
        share("spares", "healthy nodes kept beside, as a share of `count`").default(),
        number("repair", TIME, "how long a node is away after a hardware failure").default(),
        number(
            "owner_cost",
            &[Dim::PRICE_GPU_TIME],
            "what a GPU-hour costs its owner, capital included",
        ),
    ],
};

const WORK_KIND: Field =
    field("kind", Form::Word(&["training", "service", "jobs"]), "what sort of work it is")
        .required();
const WORK_FLEET: Field =
    field("fleet", Form::Name("fleet"), "where it runs; may be left out where there is one fleet");
const WORK_PRIORITY: Field =
    field("priority", Form::Whole, "who yields: the lower number").default();
const WORK_DRAW: Field =
    share("draw", "power it draws, as a share of the rack's full load").default();
const WORK_START: Field =
    field("start", Form::OpenDate, "when it begins; the first day played if not said");

static TRAINING: Noun = Noun {
    name: "training",
    doc: "a campaign of training runs, each a stoppable gang",
    main: None,
    fields: &[
        TITLE, NOTE, WORK_KIND, WORK_FLEET, WORK_PRIORITY, WORK_DRAW, WORK_START,
        number("compute", &[Dim::FLOP], "what one run needs").required().at_least(ONE),
        field("growth", Form::Quantity(GROWTH, &[]), "yearly growth of `compute` from run to run").default().at_least(-1.0 / 31_536_000_000.0),
        number("gpus", GPUS, "size of the gang").required().at_least(ONE),
        number("every", TIME, "time from the start of one run to the start of the next; one run only if not said").at_least(ONE),
        field("mfu", Form::Name("mfu"), "model FLOP utilisation, falling with scale").required(),
        field("precision", Form::Word(&["bf16", "fp8", "fp4"]), "which peak of the accelerator counts").default(),
        number("checkpoint.write", TIME, "time until a checkpoint is complete").default(),
        number("checkpoint.stall", TIME, "the part of it that blocks training; all of it if not said"),
        field("checkpoint.every", Form::Quantity(TIME, &["young-daly"]), "work between two checkpoints; `young-daly`: sqrt(2 x stall x mean time between interruptions)").default().at_least(ONE),
        number("restart.detect", TIME, "until an interruption is noticed").default(),
        number("restart.reschedule", TIME, "until the gang is whole again").default(),
        number("restart.load", TIME, "until the last checkpoint is loaded").default(),
    ],
};

static SERVICE: Noun = Noun {
    name: "service",
    doc: "replicas of a model that answer as the day goes",
    main: None,
    fields: &[
        TITLE,
        NOTE,
        WORK_KIND,
        WORK_FLEET,
        WORK_PRIORITY,
        WORK_DRAW,
        WORK_START,
        field(
            "model",
            Form::Name("model"),
            "what is served: throughput per GPU and size of a replica",
        )
        .required(),
        field(
            "demand",
            Form::Path(&[Dim::TOKEN_RATE]),
            "tokens asked for by date; between dates and after the last it grows",
        )
        .required()
        .at_least(0.0),
        share("demand.output", "share of the tokens that are output").default(),
        share("demand.share", "share of the demand that comes to this fleet").default(),
        field("demand.growth", Form::Quantity(GROWTH, &[]), "yearly growth after the last date")
            .default()
            .at_least(-1.0 / 31_536_000_000.0),
        field(
            "improves",
            Form::Quantity(GROWTH, &[]),
            "yearly growth of throughput per GPU by better software",
        )
        .default()
        .at_least(-1.0 / 31_536_000_000.0),
        field("daily", Form::Name("shape"), "how demand follows day and week").required(),
        number("peak", PLAIN, "busiest moment of an hour over the hour's mean")
            .default()
            .at_least(1.0)
            .at_most(2.0),
        number(
            "price",
            &[Dim::PRICE_TOKENS],
            "what a million output tokens sell for: a memo line, not cash",
        ),
    ],
};

static JOBS: Noun = Noun {
    name: "jobs",
    doc: "many small jobs, played as an hourly load that waits when there is no room",
    main: None,
    fields: &[
        TITLE,
        NOTE,
        WORK_KIND,
        WORK_FLEET,
        WORK_PRIORITY,
        WORK_DRAW,
        WORK_START,
        field("like", Form::Like, "what jobs are like: a row of `jobs`, or a shape that `offtake import` wrote, `shape.toml` beside the scenario; required unless there is a `trace`"),
        number("per_day", &[Dim::NONE, Dim::JOB_RATE], "jobs a day; required beside `like`").at_most(1e9),
        field("trace", Form::Trace, "jobs as they were asked for, in the place of `like`, `per_day`, `growth` and `daily`: a CSV file beside the scenario, `job_id,submit,gpus,runtime,walltime` in seconds, played again and again from `start` on"),
        field("growth", Form::Quantity(GROWTH, &[]), "yearly growth of `per_day`")
            .default()
            .at_least(-1.0 / 31_536_000_000.0),
        field("daily", Form::Name("shape"), "how arrivals follow day and week; evenly if not said"),
        field("detail.from", Form::OpenDate, "from when they are played one by one, as the shape of `like` draws them or `trace` has them"),
        number("detail.for", TIME, "for how long").at_least(3_600_000.0).at_most(31_622_400_000.0),
        field("detail.policy", Form::Word(&["fifo", "sjf", "firstfit", "easy", "conservative", "fairshare", "las"]), "who goes first among them; fifo if not said"),
        number("detail.checkpoint", TIME, "work between two checkpoints; without, a job that is stopped or broken off begins anew").at_least(ONE),
        number("detail.restart", TIME, "from getting GPUs again to working again"),
    ],
};

static CLAIM: Noun = Noun {
    name: "claim",
    doc: "a sentence somebody wrote, tested",
    main: None,
    fields: &[
        field("id", Form::Text, "a short name").required(),
        field("n", Form::Whole, "its number where all were counted: in an article, in a table"),
        field("text", Form::Text, "the sentence, in short").required(),
        field("stated", Form::Text, "the value it states"),
        field(
            "computed",
            Form::Text,
            "what computes the value: an expression; a day; `rank(ONE among OTHERS)`; a text of a row, `weekday(DAY)`",
        ),
        field(
            "compare",
            Form::Word(&["number", "at-least", "at-most", "date", "rank", "text"]),
            "how the two are compared",
        )
        .default(),
        field("within", Form::Text, "how far apart they may be: `5 %`, days `3 days`").default(),
        field("if", Form::Texts, "conditions under which alone it holds"),
        field(
            "verdict",
            Form::Word(&["holds", "holds-if", "fails", "unknown"]),
            "the judgement, where it is a matter of words",
        ),
        field("because", Form::Text, "why, with the source in brackets"),
        field(
            "known",
            Form::Date,
            "the day whose knowledge it is tested with, where that is after `as_of`",
        ),
    ],
};

static EXPECT: Noun = Noun {
    name: "expect",
    doc: "what must be true of the outcome: makes a scenario a test",
    main: None,
    fields: &[field("that", Form::Text, "a comparison: `deal.aws.billed >= 30 bn USD`").required()],
};

static ACTUAL: Noun = Noun {
    name: "actual",
    doc: "what came: it replaces what was forecast, and `as_of` moves on to its day",
    main: None,
    fields: &[
        field("of", Form::Text, "the path of the value that it replaces: `deal.aws.deliver.slip`")
            .required(),
        field("on", Form::Date, "the day on which it was so").required(),
        field("value", Form::Any, "what it was, with its source").required(),
        NOTE,
    ],
};

/// Two ranges that hang together.
pub static CORRELATION: Noun = Noun {
    name: "correlation",
    doc: "two ranges that hang together: a high one makes the other likelier to be high, or low",
    main: None,
    fields: &[
        field("between", Form::Texts, "the paths of the two: `party.openai.revenue.2030`").required(),
        field("is", Form::Told(PLAIN), "the correlation of their normal scores: -1, always against each other, to 1, always together").required().at_least(-1.0).at_most(1.0),
        NOTE,
    ],
};

/// A word in a path of which several points are ranges.
pub static PERSISTENCE: Field = field(
    "persistence",
    Form::Told(PLAIN),
    "of a path with several ranges: the correlation of two points a year apart; 100 % if not said",
)
.at_least(0.0)
.at_most(1.0);

static VARIANT: Noun = Noun {
    name: "variant",
    doc: "the same scenario with some values replaced",
    main: None,
    fields: &[
        TITLE,
        NOTE,
        field("like", Form::Text, "the variant it builds on"),
        field("set", Form::Raw, "paths and their new values").required(),
    ],
};

static SOURCE: Noun = Noun {
    name: "sources",
    doc: "where values come from: `[sources]` holds one table for each name",
    main: None,
    fields: &[
        field("title", Form::Text, "what it is").required(),
        field("date", Form::When, "its day; the month or year as text where no more is known"),
        field("url", Form::Web, "its address on the web"),
        field("grade", Form::Word(&["A", "B", "C", "D"]), "how sure it is"),
    ],
};

/// The nouns of the user's file, workloads by kind.
pub static NOUNS: [&Noun; 16] = [
    &PARTY,
    &DEAL,
    &PLEDGE,
    &SITE,
    &FLEET,
    &TRAINING,
    &SERVICE,
    &JOBS,
    &PLANT,
    &DEBT,
    &CORRELATION,
    &CLAIM,
    &EXPECT,
    &ACTUAL,
    &VARIANT,
    &SOURCE,
];

/// The noun that `[workload.x]` is, by its `kind`.
pub fn workload(kind: &str) -> Option<&'static Noun> {
    [&TRAINING, &SERVICE, &JOBS].into_iter().find(|it| it.name == kind)
}

/// The noun of this name, be it the user's or the catalogue's.
pub fn noun(name: &str) -> Option<&'static Noun> {
    let all = NOUNS.iter().copied().chain(super::library::KINDS.iter().copied());
    all.chain([&SCENARIO]).find(|it| it.name == name)
}

/// The tables that are lists: `[[claim]]`.
pub const LISTS: [&str; 4] = ["correlation", "claim", "expect", "actual"];

/// The tables that may stand at the top of a user's file.
pub const TOP_TABLES: &[&str] = &[
    "sources",
    "party",
    "deal",
    "site",
    "fleet",
    "workload",
    "plant",
    "debt",
    "correlation",
    "claim",
    "expect",
    "actual",
    "variant",
    "rack",
    "instance",
    "accelerator",
    "matmul",
    "failures",
    "region",
    "tariff",
    "operator",
    "home",
    "model",
    "throughput",
    "shape",
    "price",
    "cost",
    "capex",
    "life",
    "loan",
    "jobs",
    "mfu",
    "run",
    "stake",
    "commitment",
    "project",
    "fact",
];

pub(super) const fn catalogue_field(key: &'static str, form: Form, doc: &'static str) -> Field {
    field(key, form, doc)
}

pub(super) const fn catalogue_number(
    key: &'static str,
    dims: &'static [Dim],
    doc: &'static str,
) -> Field {
    number(key, dims, doc)
}

pub(super) const fn catalogue_share(key: &'static str, doc: &'static str) -> Field {
    share(key, doc)
}

pub(super) const fn must(it: Field) -> Field {
    it.required()
}

pub(super) const fn least(least: f64, it: Field) -> Field {
    it.at_least(least)
}

pub(super) const fn at_least(least: f64, it: Field) -> Field {
    it.required().at_least(least)
}

pub(super) const fn it_power(it: Field) -> Field {
    it.basis(Basis::It)
}
