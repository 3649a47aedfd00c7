//! The kinds of rows that the catalogue holds: the schema of each, and what a list of them shows.

use super::schema::{
    Field, Form, Noun, at_least, catalogue_field as field, catalogue_number as number,
    catalogue_share as share, it_power, least, must,
};
use crate::units::Dim;

const TITLE: Field = must(field("title", Form::Text, "what it is"));
const SOURCE: Field =
    must(field("source", Form::Text, "where its values come from, unless a value says otherwise"));
const GRADE: Field = must(field(
    "grade",
    Form::Word(&["A", "B", "C", "D"]),
    "how sure: A primary text, B reputable secondary, C one weak source, D our arithmetic",
));
const AS_OF: Field = must(field("as_of", Form::Date, "the day it speaks for"));
const NOTE: Field = field("note", Form::Text, "anything the next reader should know");

macro_rules! kind {
    ($name:literal, $doc:literal, $main:expr, [$($field:expr),* $(,)?]) => {
        Noun {
            name: $name,
            doc: $doc,
            main: $main,
            fields: &[TITLE, SOURCE, GRADE, AS_OF, NOTE, $($field),*],
        }
    };
}

const FLOPS: &[Dim] = &[Dim::FLOP_RATE];
const ANY: &[Dim] = &[
    Dim::NONE,
    Dim::MONEY,
    Dim::POWER,
    Dim::GPU,
    Dim::HOMES,
    Dim::TIME,
    Dim::MONEY_PER_POWER,
    Dim::PRICE_ENERGY,
    Dim::PRICE_GPU_TIME,
    Dim::MONEY_RATE,
    Dim::ENERGY,
    Dim::GPU_TIME,
    Dim::PRICE_TOKENS,
    Dim::GROWTH,
    Dim::POWER_PER_GPU,
    Dim::TOKEN_RATE,
    Dim::MONEY_PER_GPU,
];

/// The kinds of rows that the catalogue holds.
pub static KINDS: [&Noun; 25] = [
    &kind!(
        "accelerator",
        "one chip or package, with its dense peaks",
        Some("bf16"),
        [
            field("maker", Form::Text, "who makes it"),
            least(
                1.0,
                number("bf16", FLOPS, "dense peak in 16 bits; left out where it is not public")
            ),
            number("fp8", FLOPS, "peak in 8 bits"),
            number("fp4", FLOPS, "peak in 4 bits"),
            number("memory", &[Dim::BYTES], "high-bandwidth memory"),
            number("bandwidth", &[Dim::BANDWIDTH], "memory bandwidth"),
            number("power_max", &[Dim::POWER], "the chip's own power, in the maker's term"),
            number("domain", &[Dim::GPU], "GPUs in one scale-up domain"),
            field("launched", Form::Date, "when it came out"),
        ]
    ),
    &kind!(
        "rack",
        "a rack or server, as it is bought",
        Some("power"),
        [
            must(field("accelerator", Form::Name("accelerator"), "what computes in it")),
            at_least(1.0, number("gpus", &[Dim::GPU], "GPUs in it")),
            at_least(
                1.0,
                number("node", &[Dim::GPU], "GPUs that are lost together when one node fails")
            ),
            at_least(
                1.0,
                it_power(number(
                    "power",
                    &[Dim::POWER_PER_GPU],
                    "IT power per GPU at full load: servers, switches and storage included"
                ))
            ),
            must(share("power_idle", "idle power as a share of `power`")),
        ]
    ),
    &kind!(
        "instance",
        "a machine that a cloud rents by the hour",
        Some("gpus"),
        [
            must(field("name", Form::Text, "as bills write it")),
            at_least(1.0, number("gpus", &[Dim::GPU], "GPUs in it")),
        ]
    ),
    &kind!(
        "matmul",
        "what a chip reaches in large matrix products: an upper bound of utilisation",
        Some("bf16"),
        [
            must(field("accelerator", Form::Name("accelerator"), "the chip")),
            must(number("bf16", FLOPS, "measured in 16 bits")),
            number("fp8", FLOPS, "measured in 8 bits"),
        ]
    ),
    &kind!(
        "failures",
        "how often nodes fail, by cause",
        None,
        [
            at_least(
                1.0,
                number(
                    "node",
                    &[Dim::GPU],
                    "GPUs of the node that the rates are for; other node sizes are scaled by GPUs"
                )
            ),
            field(
                "hardware",
                Form::Map(&[Dim::FAILURE_RATE]),
                "causes after which the node is repaired"
            ),
            field(
                "other",
                Form::Map(&[Dim::FAILURE_RATE]),
                "causes that end the work and leave the node healthy"
            ),
        ]
    ),
    &kind!(
        "region",
        "a grid",
        Some("carbon"),
        [
            must(number("carbon", &[Dim::CARBON_FACTOR], "yearly mean carbon per energy")),
            must(field(
                "factor",
                Form::Word(&["direct", "life-cycle", "unsaid"]),
                "what the carbon factor counts"
            )),
            number("price", &[Dim::PRICE_ENERGY], "industrial price of energy"),
        ]
    ),
    &kind!(
        "tariff",
        "what energy cost, by state and kind of customer",
        None,
        [must(field("price", Form::Map(&[Dim::PRICE_ENERGY]), "price of energy by state")),]
    ),
    &kind!(
        "operator",
        "who runs sites, and how well",
        Some("pue"),
        [
            number("pue", &[Dim::NONE], "facility energy over IT energy, fleet mean"),
            number("water", &[Dim::WATER_FACTOR], "water per IT energy"),
        ]
    ),
    &kind!(
        "home",
        "what a household uses",
        Some("use"),
        [must(number("use", &[Dim::HOME_USE], "energy per home and year")),]
    ),
    &kind!(
        "model",
        "a model as it is served",
        None,
        [
            must(field("latency", Form::Text, "the latency limit and the benchmark")),
            at_least(1.0, number("replica", &[Dim::GPU], "GPUs of one replica")),
            at_least(
                1e-6,
                field(
                    "throughput",
                    Form::Map(&[Dim::TOKEN_RATE_PER_GPU]),
                    "output tokens by accelerator"
                )
            ),
        ]
    ),
    &kind!(
        "throughput",
        "tokens per second and GPU: one model, one accelerator, one load",
        Some("value"),
        [
            must(field("accelerator", Form::Name("accelerator"), "the chip")),
            must(field(
                "load",
                Form::Word(&["offline", "server", "interactive", "prefill", "decode", "mixed"]),
                "how it was asked: without a limit of latency, with a loose or a tight one; or input \
                 alone, output alone, both counted"
            )),
            number("gpus", &[Dim::GPU], "GPUs of the measured system"),
            must(number("value", &[Dim::TOKEN_RATE_PER_GPU], "tokens per second and GPU")),
        ]
    ),
    &kind!(
        "shape",
        "how demand follows day and week, UTC",
        None,
        [
            must(field("weekday", Form::Hours, "24 values, mean 1")),
            must(field("weekend", Form::Hours, "24 values, mean 1")),
            at_least(
                0.01,
                number(
                    "weekend_level",
                    &[Dim::NONE],
                    "mean of a weekend day over mean of a weekday"
                )
            ),
        ]
    ),
    &kind!(
        "price",
        "what something sold for",
        Some("value"),
        [
            must(number(
                "value",
                &[Dim::PRICE_TOKENS, Dim::PRICE_GPU_TIME],
                "the price; of tokens that of output"
            )),
            number("input", &[Dim::PRICE_TOKENS], "the price of input tokens"),
        ]
    ),
    &kind!(
        "cost",
        "what something costs its owner",
        Some("value"),
        [must(number("value", ANY, "the cost")),]
    ),
    &kind!(
        "capex",
        "what it costs to build or buy: a GW, a building, a chip",
        Some("value"),
        [must(number(
            "value",
            &[Dim::MONEY_PER_POWER, Dim::MONEY_PER_GPU, Dim::MONEY, Dim::NONE],
            "the cost, per what its unit says"
        )),]
    ),
    &kind!(
        "life",
        "how long things are written off, leased or contracted",
        Some("value"),
        [must(number("value", &[Dim::TIME], "how long"))]
    ),
    &kind!(
        "loan",
        "what a lender asks",
        None,
        [
            field("borrower", Form::Text, "who borrows: a party"),
            field("lender", Form::Text, "who lends: a party"),
            number("principal", &[Dim::MONEY], "how much"),
            field("base", Form::Word(&["SOFR", "fixed"]), "what `margin` comes on top of"),
            number("margin", &[Dim::GROWTH], "yearly interest over `base`"),
            number("rate", &[Dim::GROWTH], "yearly interest, all in"),
            field("rating", Form::Text, "how an agency rates it"),
            field("until", Form::When, "when it is due"),
        ]
    ),
    &kind!(
        "jobs-shape",
        "jobs of a known cluster",
        Some("gpu_time"),
        [
            must(number("gpu_time", &[Dim::GPU_TIME_PER_JOB], "mean GPU-time of a job")),
            field("shape", Form::Text, "what they are like one by one, but for that mean"),
        ]
    ),
    &kind!(
        "mfu",
        "model FLOP utilisation by scale",
        Some("value"),
        [
            must(number("value", &[Dim::NONE], "share of the dense peak at `at`")),
            at_least(1.0, number("at", &[Dim::GPU], "the scale it was seen at")),
            must(number("falls", &[Dim::NONE], "e in MFU(n) = value x (n / at)^-e")),
        ]
    ),
    &kind!(
        "run",
        "a training run that was reported",
        Some("compute"),
        [
            number("compute", &[Dim::FLOP], "what it took"),
            number("gpus", &[Dim::GPU], "GPUs it ran on"),
            number("gpu_time", &[Dim::GPU_TIME], "GPU-time of the whole run"),
            number("interruptions", &[Dim::NONE], "unexpected interruptions in `window`"),
            number("window", &[Dim::TIME], "the time that was observed"),
            number("effective", &[Dim::NONE], "share of time that trained"),
            number("mfu", &[Dim::NONE], "model FLOP utilisation"),
            number("duration", &[Dim::TIME], "how long it ran"),
        ]
    ),
    &kind!(
        "party",
        "a company",
        None,
        [must(field(
            "role",
            Form::Word(&["lab", "cloud", "chips", "builder", "investor", "lender"]),
            "what it is in these deals, first of all"
        )),]
    ),
    &kind!(
        "stake",
        "who holds what share of whom",
        Some("share"),
        [
            must(field("holder", Form::Text, "who holds it: a party, or in words")),
            must(field("of", Form::Text, "whose share it is: a party")),
            share("share", "share of the whole"),
            number("shares", &[Dim::NONE], "shares that a warrant gives"),
            number("value", &[Dim::MONEY], "what it is worth"),
            number("paid", &[Dim::MONEY], "what was paid in"),
        ]
    ),
    &kind!(
        "commitment",
        "a deal as it was announced",
        Some("value"),
        [
            must(field("buyer", Form::Text, "who pays: a party")),
            must(field("seller", Form::Text, "who delivers: a party")),
            must(field(
                "layer",
                Form::Word(&["rent", "chips", "site", "equity", "loan"]),
                "what is paid for"
            )),
            number("value", &[Dim::MONEY], "face value"),
            number("power", &[Dim::POWER], "power, as announced"),
            number("term", &[Dim::TIME], "how long it runs"),
            field("announced", Form::Date, "when it became public"),
            field("start", Form::Text, "when it begins"),
            field("hardware", Form::Text, "on what, as far as it is known"),
            field("binding", Form::Text, "what is known of the clauses"),
        ]
    ),
    &kind!(
        "project",
        "a data-centre site: what is planned, what is live",
        Some("planned"),
        [
            field("partner", Form::Text, "who builds, leases, uses it"),
            field("region", Form::Text, "the grid: a row of `region`"),
            number("planned", &[Dim::POWER], "power in the end"),
            number("live", &[Dim::POWER], "power on the day in `as_of`"),
            field("first", Form::When, "first power, as planned"),
            field("full", Form::When, "all of it, as planned"),
            must(field(
                "status",
                Form::Word(&[
                    "talks",
                    "announced",
                    "secured",
                    "building",
                    "partly live",
                    "live",
                    "held up"
                ]),
                "how far it is on that day"
            )),
        ]
    ),
    &kind!(
        "fact",
        "a sourced figure that claims need",
        Some("value"),
        [must(field("value", Form::Quantity(ANY, &[]), "the figure"))]
    ),
];

/// Where rows of a kind stand in TOML: `[jobs.x]` holds the kind `jobs-shape`, since a workload's
/// kind is called `jobs` too.
pub fn table_of(kind: &str) -> &str {
    if kind == "jobs-shape" { "jobs" } else { kind }
}

/// The kind behind a table's name.
pub fn kind(table: &str) -> Option<&'static Noun> {
    let name = if table == "jobs" { "jobs-shape" } else { table };
    KINDS.iter().copied().find(|it| it.name == name)
}

/// What a list of rows shows beside name, title, day and grade; the rest stands in the row itself.
pub fn columns(kind: &Noun) -> &'static [&'static str] {
    match kind.name {
        "accelerator" => {
            &["bf16", H100E, "power_max", "memory", "bandwidth", "fp8", "fp4", "domain"]
        }
        "rack" => &["power", "gpus", "node", "accelerator"],
        "instance" => &["name", "gpus"],
        "matmul" => &["bf16", "fp8"],
        "region" => &["carbon", "factor", "price"],
        "operator" => &["pue", "water"],
        "home" => &["use"],
        "price" => &["value", "input"],
        "loan" => &["principal", "margin", "rate", "base", "rating", "until"],
        "jobs-shape" => &["gpu_time"],
        "mfu" => &["value", "at", "falls"],
        "run" => &["compute", "gpus", "mfu", "gpu_time", "duration", "effective"],
        "party" => &["role"],
        "stake" => &["share", "value", "paid", "shares"],
        "commitment" => &["layer", "value", "power", "term", "start", "hardware", "binding"],
        "project" => &["planned", "live", "status", "first", "full", "region"],
        "failures" => &["node"],
        "model" => &["replica", "latency"],
        "throughput" | "cost" | "capex" | "life" | "fact" => &["value"],
        _ => &[],
    }
}

/// The column of an accelerator that is computed: how many H100 it stands for.
pub const H100E: &str = "h100e";

/// How a computed column is defined.
pub fn column(name: &str) -> Option<&'static str> {
    let told = "h100e: dense 16-bit peak over that of the H100 SXM, 989 TFLOP/s; \
                `-` where no dense peak is public";
    (name == H100E).then_some(told)
}

/// How many H100 SXM have this dense 16-bit peak, in FLOP per millisecond.
pub fn h100e(bf16: f64) -> f64 {
    bf16 / 989e9
}
