//! Is every figure made of what it says it is made of?
//!
//! Every number and every date of both stories and of all their variants is moved by itself, the
//! story is played again, and a figure that changed must name the input among its ancestors. And
//! the other way round: an assumption that stands in the user's file and moves nothing is either
//! carried for later, and listed here with the reason, or forgotten.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests may reach outside")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use offtake::engine::Rhythm;
use offtake::figures::{Figure, Value, ancestors, outcome};
use offtake::scenario::{Case, Draw, Drawn, Input, InputId, InputValue, Scenario, WorkKind};
use offtake::time::Instant;
use offtake::units::to_f64;

use common::{read, read_beside, stories, story};

/// Numbers of the user's file that move no figure of `openai-aws`, each with the reason.
const MOVES_NOTHING: [(&str, &str); 2] = [
    ("party.openai.stakes.microsoft", "stakes are carried for exposure, which comes with the book"),
    (
        "party.openai.stakes.foundation",
        "stakes are carried for exposure, which comes with the book",
    ),
];

#[test]
fn a_figure_that_an_input_moves_names_that_input() {
    every_figure_names_what_moves_it(every_scenario(), false);
}

/// Two fleets share a limit that is too low, nothing is spare, and every clause is in use.
const ODD: &str = r#"
offtake = 1
name = "odd"
as_of = 2025-12-31
horizon = { from = 2026-01-10, to = 2027-03-20 }
seed = 3
[party.buyer]
cash = "5 bn USD [assumed]"
revenue = { 2026 = "2 bn USD [assumed]", 2028 = "3 bn USD [assumed]" }
margin = "60 % [assumed]"
other_compute = "100 M USD [assumed]"
funding = { 2027 = "100 M USD [assumed]" }
[party.seller]
cash = "1 bn USD [assumed]"
[party.other]
[site.s]
region = "catalogue:region/us"
power = { limit = "7 MW facility [assumed]", ready = 2026-03-01 }
carbon_market = "100 g/kWh [assumed]"
[fleet.a]
site = "s"
model = "catalogue:rack/hgx-h100"
count = "2048 GPU [assumed]"
fail = "catalogue:failures/rsc-1-all-causes"
owner_cost = "1 USD/GPU-hour [assumed]"
[fleet.b]
site = "s"
model = "catalogue:rack/gb300-nvl72"
count = "1440 GPU [assumed]"
fail = "catalogue:failures/llama3"
repair = "9 days [assumed]"
[fleet.own]
site = "s"
model = "catalogue:rack/hgx-h100"
count = "256 GPU [assumed]"
fail = "catalogue:failures/rsc-2"
[deal.a]
buyer = "buyer"
seller = "seller"
layer = "rent"
total = "60 M USD [assumed]"
term = "10 months [assumed]"
start = 2026-02-05
take = "60 % [assumed]"
price = "2.5 M USD/MW-month [assumed]"
prepay = "10 % [assumed]"
on_late = "extend"
[deal.a.deliver]
fleet = "a"
first = "256 GPU [assumed]"
full = 2026-06-01
slip = "1 months [assumed]"
[deal.a.expand]
from = 2026-07-01
on = 2026-07-15
gpus = "128 GPU [assumed]"
[deal.b]
buyer = "buyer"
seller = "other"
layer = "rent"
term = "24 months [assumed]"
start = 2025-11-20
kind = "pay-as-you-go"
price = "3 USD/GPU-hour [assumed]"
[deal.b.deliver]
fleet = "b"
full = 2026-04-01
shape = "s-curve"
[deal.own]
buyer = "other"
seller = "seller"
layer = "rent"
term = "24 months [assumed]"
start = 2025-11-20
price = "100000 USD/month [assumed]"
[deal.own.deliver]
fleet = "own"
[workload.chat]
fleet = "a"
kind = "service"
model = "catalogue:model/70b-class"
demand = { 2026-01 = "1e6 tokens/s [assumed]", 2026-09 = "4e6 tokens/s [assumed]", output = "80 % [assumed]", growth = "50 %/year [assumed]" }
daily = "catalogue:shape/coding"
price = "1 USD/million tokens [assumed]"
[workload.gang]
fleet = "a"
kind = "training"
compute = "5e23 FLOP [assumed]"
growth = "20 %/year [assumed]"
gpus = "640 GPU [assumed]"
every = "40 days [assumed]"
mfu = "catalogue:mfu/llama3"
checkpoint = { write = "60 s [assumed]", stall = "9 s [assumed]", every = "20 min [assumed]" }
[workload.batch]
fleet = "b"
kind = "jobs"
like = "catalogue:jobs/acme-kalos"
per_day = "300 [assumed]"
growth = "40 %/year [assumed]"
daily = "catalogue:shape/chat"
[workload.early]
fleet = "own"
kind = "training"
compute = "1e23 FLOP [assumed]"
gpus = "200 GPU [assumed]"
mfu = "catalogue:mfu/llama3"
start = 2026-03-10
"#;

#[test]
fn a_figure_names_what_moves_it_where_nothing_is_spare() {
    every_figure_names_what_moves_it(vec![("odd", None, read("odd", ODD, None))], false);
}

/// A hall whose rent secures two loans, on the name of whose tenant a line is drawn; every clause of a debt is in use.
const LENT: &str = r#"
offtake = 1
name = "lent"
as_of = 2025-12-31
horizon = { from = 2026-01-01, to = 2029-01-01 }
[party.buyer]
cash = "0.1 M USD [assumed]"
revenue = { 2026 = "1 M USD [assumed]", 2028 = "9 M USD [assumed]" }
margin = "90 % [assumed]"
[party.seller]
cash = "3 M USD [assumed]"
tax = "25 % [assumed]"
[party.bank]
cash = "90 M USD [assumed]"
[site.s]
region = "catalogue:region/us"
power = { limit = "9 MW facility [assumed]" }
[fleet.f]
site = "s"
model = "catalogue:rack/gb300-nvl72"
count = "144 GPU [assumed]"
fail = "catalogue:failures/llama3"
load = "50 % [assumed]"
[deal.d]
buyer = "buyer"
seller = "seller"
layer = "rent"
total = "12 M USD [assumed]"
term = "3 years [assumed]"
start = 2026-01-01
take = "80 % [assumed]"
prepay = "5 % [assumed]"
deliver = { fleet = "f", full = 2026-06-30, slip = "1 month [assumed]" }
[plant.p]
deal = "d"
running = "0.50 USD/GPU-hour [assumed]"
capex.accelerator = "40000 USD/GPU [assumed]"
life.accelerator = "4 years [assumed]"
residual.accelerator = "30 %/year [assumed]"
[debt.first]
borrower = "seller"
lender = "bank"
secures = "d"
limit = "9 M USD [assumed]"
advance = "60 % [assumed]"
draw = { from = 2026-01-01, until = 2026-10-01 }
rate = "5 %/year [assumed]"
margin = "3 %/year [assumed]"
interest = "capitalised"
fee = "1 % [assumed]"
repay = { kind = "sculpted", term = "20 months [assumed]", dscr = "1.7 [assumed]", llcr = "1.5 [assumed]", tail = "5 months [assumed]" }
reserve = "3 months [assumed]"
covenant = { dscr = "1.6 [assumed]", cure = "2 months [assumed]" }
trap = { dscr = "1.8 [assumed]" }
[debt.second]
borrower = "seller"
lender = "bank"
secures = "d"
limit = "1 M USD [assumed]"
draw = { from = 2026-01-01, until = 2026-10-01 }
rate = "11 %/year [assumed]"
repay = { kind = "sweep", share = "60 % [assumed]", term = "20 months [assumed]" }
[debt.line]
kind = "revolver"
borrower = "buyer"
lender = "bank"
limit = "4 M USD [assumed]"
draw.from = 2026-01-01
rate = "9 %/year [assumed]"
repay.term = "30 months [assumed]"
"#;

#[test]
fn a_figure_names_what_moves_what_is_lent() {
    every_figure_names_what_moves_it(vec![("lent", None, read("lent.toml", LENT, None))], true);
}

#[test]
fn a_figure_names_the_lines_of_a_schedule_that_move_it() {
    let ramp = "full = 2026-04-01\nshape = \"s-curve\"";
    assert!(ODD.contains(ramp));
    let text = ODD.replacen(ramp, "schedule = \"months.csv [assumed]\"", 1);
    let gpus = "month,gpus\n2026-01-20,432\n2026-03,864\n2026-06-15,1296\n";
    let power = "month,MW IT\n2026-01-20,0.9\n2026-03,1.9\n2026-06-15,2.8\n";
    let came = "schedule = \"months.csv [assumed]\"\ncame = { 2026-02-20 = \"300 GPU [assumed]\" }";
    let seen = ODD.replacen(ramp, came, 1);
    for (text, sheet) in [(&text, gpus), (&text, power), (&seen, gpus)] {
        let scenario = read_beside(text, None, &[("months.csv", sheet)]).expect("it is sound");
        let lines = nudges(&scenario, 0.07).into_iter();
        let lines = lines.filter(|it| it.1.starts_with("deal.b.deliver.schedule.")).count();
        assert_eq!(lines, 3, "every line is moved");
        every_figure_names_what_moves_it(vec![("scheduled", None, scenario)], false);
    }
}

/// What is built for the deals of `odd`, and a site without machines.
const BUILT: &str = r#"
[deal.hall]
buyer = "seller"
seller = "other"
layer = "site"
total = "40 M USD [assumed]"
term = "5 years [assumed]"
start = 2026-01-20
deliver = { power = "8 MW facility [assumed]", full = 2026-08-01, slip = "1 months [assumed]" }
[plant.a]
deal = "a"
lead = "2 months [assumed]"
running = "1 M USD/MW-year [assumed]"
cost_of_capital = "9 %/year [assumed]"
[plant.a.capex]
accelerator = { 2026-01 = "30 M USD/MW [assumed]", 2026-04 = "25 M USD/MW [assumed]" }
network = "2000 USD/GPU [assumed]"
[plant.a.life]
accelerator = "5 years [assumed]"
network = "4 years [assumed]"
[plant.a.residual]
accelerator = "35 %/year [assumed]"
[plant.b]
deal = "b"
owner = "seller"
running = "0.4 USD/GPU-hour [assumed]"
cost_of_capital = "8 %/year [assumed]"
capex.accelerator = "40000 USD/GPU [assumed]"
life.accelerator = "200 days [assumed]"
[plant.hall]
deal = "hall"
running = "90000 USD/MW-year [assumed]"
capex = { building = "9 M USD/MW [assumed]", power = "20 M USD [assumed]" }
life = { building = "14 years [assumed]", power = "9 years [assumed]" }
"#;

#[test]
fn a_figure_names_what_moves_plants_profits_and_taxes() {
    let seller = "[party.seller]\ncash = \"1 bn USD [assumed]\"";
    assert!(ODD.contains(seller));
    let more = "\ntax = \"21 % [assumed]\"\nvaluation = \"3 bn USD [assumed]\"";
    let short = seller.replace("1 bn", "1 M");
    let text = ODD.replacen(seller, &format!("{short}{more}"), 1) + BUILT;
    let scenario = read("built", &text, None);
    let figures = outcome(&scenario, &Draw::medians(&scenario), false).figures;
    let is_positive =
        |id: &str| figures.iter().any(|it| it.id == id && it.number().is_some_and(|it| it > 0.0));
    for id in ["plant.a.residual_value", "plant.b.owner_cost_per_gpu_hour", "party.seller.dilution"]
    {
        assert!(is_positive(id), "{id} is not told");
    }
    every_figure_names_what_moves_it(vec![("built", None, scenario)], false);
}

/// Clauses of the deals of `odd`, and pledges that hang on one of them.
const CLAUSES: &str = r#"
price_steps = { 2026-05 = "2.2 M USD/MW-month [assumed]" }
index = { rate = "4 %/year [assumed]", from = 2026-08-01 }
overage = "4 USD/GPU-hour [assumed]"
make_up = "6 months [assumed]"
deposit = { share = "5 % [assumed]", use = "last-bills" }
damages = { rate = "9 USD/GPU-day [assumed]", grace = "4 days [assumed]", cap = "30 % [assumed]" }
uptime.credits = { "99.9 %" = "5 % [assumed]", "99 %" = "20 % [assumed]" }
swap = { from = 2026-04-10, power = "1.9 kW IT per GPU [assumed]", price = "2 USD/GPU-hour [assumed]" }
market = { 2026 = "2 USD/GPU-hour [assumed]" }
terminate = { by = "buyer", on = 2026-08-01, notice = "40 days [assumed]", fee = "30 % [assumed]", when = "market-below" }
"#;
const PLEDGES: &str = r#"
[deal.equity]
buyer = "seller"
seller = "buyer"
layer = "equity"
total = "20 M USD [assumed]"
term = "14 months [assumed]"
start = 2026-02-01
deliver.power = "4 MW facility [assumed]"
milestones = { of = "a", every = "0.5 MW facility [assumed]" }
[deal.lease]
buyer = "buyer"
seller = "other"
layer = "site"
total = "9 M USD [assumed]"
term = "14 months [assumed]"
start = 2026-02-01
deliver = { power = "4 MW facility [assumed]", full = 2026-04-30, slip = "1 months [assumed]" }
index = { rate = "4 %/year [assumed]", from = 2026-08-01 }
deposit = { share = "15 % [assumed]", use = "last-bills" }
damages = { rate = "900 USD/MW-day [assumed]", grace = "4 days [assumed]", cap = "5 % [assumed]" }
terminate = { by = "seller", on = 2026-11-01, notice = "40 days [assumed]", fee = "30 % [assumed]" }
warrant = { shares = "1000 [assumed]", strike = "2 USD [assumed]", every = "1 MW facility [assumed]", target = { first = "3 USD [assumed]", last = "9 USD [assumed]" }, share_price = { 2026 = "5 USD [assumed]", 2027 = "10 USD [assumed]" } }
"#;

#[test]
fn a_figure_names_what_moves_it_under_every_clause() {
    let late = "on_late = \"extend\"\n";
    let fee = "price = \"100000 USD/month [assumed]\"";
    let chat = "kind = \"pay-as-you-go\"\nprice = \"3 USD/GPU-hour [assumed]\"";
    let [clauses, of_buyer, renews] = [
        (late, format!("{late}{CLAUSES}")),
        (fee, "revenue.share = \"2 % [assumed]\"".to_owned()),
        (
            chat,
            format!(
                "{chat}\nmarket = {{ 2026 = \"4 USD/GPU-hour [assumed]\" }}\n\
                 expand = {{ from = 2026-05-01, on = 2026-05-01, gpus = \"72 GPU [assumed]\", when = \"market-above\" }}\n\
                 price_steps = {{ 2026-09 = \"2.5 USD/GPU-hour [assumed]\" }}"
            ),
        ),
    ];
    let mut text = format!("{ODD}{PLEDGES}");
    for (old, new) in
        [clauses, of_buyer, renews, ("buyer = \"other\"", "buyer = \"buyer\"".to_owned())]
    {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, &new, 1);
    }
    every_figure_names_what_moves_it(vec![("clauses", None, read("clauses", &text, None))], false);
    // What a service sells, of which a share is due.
    let sold = "price = \"2.5 M USD/MW-month [assumed]\"";
    let of_services = "revenue = { share = \"40 % [assumed]\", of = \"services\" }";
    let text = ODD.replacen(sold, of_services, 1);
    every_figure_names_what_moves_it(vec![("share", None, read("share", &text, None))], false);
}

/// What jobs of `odd` are told by, and a detail of them beside a service and a gang.
const LIKE: &str = r#"
like = "catalogue:jobs/acme-kalos"
per_day = "300 [assumed]"
growth = "40 %/year [assumed]"
daily = "catalogue:shape/chat"
"#;
const DETAIL: &str = r#"
start = 2026-07-01
detail = { from = 2026-07-01, for = "20 days [assumed]", policy = "firstfit", checkpoint = "1 hour [assumed]", restart = "10 min [assumed]" }
"#;

#[test]
fn a_figure_names_what_moves_jobs_that_are_played_one_by_one() {
    let like = LIKE.replace("acme-kalos", "acme-seren").replace("300 ", "900 ");
    let traced = "\ntrace = \"jobs.csv [assumed]\"\n";
    let jobs = "submit,gpus,runtime\n0,400,90000\n3600,8,7200\n90000,900,40000\n90000,300,5000\n";
    for told in [like.as_str(), traced] {
        // Beside work that has the first claim on the fleet.
        let mut text = ODD.to_owned();
        for (old, new) in [
            (LIKE, format!("{told}{DETAIL}").as_str()),
            ("[workload.batch]\nfleet = \"b\"", "[workload.batch]\nfleet = \"a\""),
            ("7 MW facility", "9 MW facility"),
        ] {
            assert!(text.contains(old), "{old}");
            text = text.replacen(old, new, 1);
        }
        let scenario = read_beside(&text, None, &[("jobs.csv", jobs)]);
        let scenario = scenario.unwrap_or_else(|found| panic!("{}", found.join("\n")));
        let figures = outcome(&scenario, &Draw::medians(&scenario), true).figures;
        let says = |key: &str| {
            let id = format!("workload.batch.{key}");
            figures.iter().find(|it| it.id == id).and_then(Figure::number)
        };
        let keys = ["jobs_done", "mean_wait", "jobs_stopped", "jobs_interrupted", "lost_gpu_hours"];
        let found = keys.map(says);
        assert!(found.iter().all(|it| *it > Some(0.0)), "{keys:?} {found:?}");
        every_figure_names_what_moves_it(vec![("one by one", None, scenario)], true);
    }
}

/// Whole plays do details too, which take long: of the stories they are left out, as by plays of which
/// there are many.
fn every_figure_names_what_moves_it(all: Vec<(&str, Option<String>, Scenario)>, whole: bool) {
    let mut faults = Vec::new();
    let mut moved = 0;
    for (story, variant, scenario) in all {
        let at = format!("{story}{}", variant.map_or(String::new(), |it| format!(" ({it})")));
        let medians = Draw::medians(&scenario);
        let before = outcome(&scenario, &medians, whole).figures;
        let known: BTreeMap<&str, BTreeSet<InputId>> =
            before.iter().map(|it| (it.id.as_str(), ancestors(&scenario, it))).collect();
        for (id, path, draw) in nudges(&scenario, 0.07) {
            let after = outcome(&scenario, &draw, whole).figures;
            for figure in changed(&before, &after) {
                moved += 1;
                let of = known.get(figure.id.as_str());
                // A figure that was not there before declares its own ancestors.
                let named = match of {
                    Some(of) => of.contains(&id),
                    None => ancestors(&scenario, figure).contains(&id),
                };
                if !named {
                    faults.push(format!("{at}: `{path}` moves `{}`", figure.id));
                }
            }
        }
    }
    assert!(moved > 300, "only {moved} figures moved: the test shows nothing");
    faults.sort();
    faults.dedup();
    assert!(
        faults.is_empty(),
        "{} figures move with inputs that they do not name:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn every_number_of_the_users_file_moves_a_figure() {
    let scenario = story("openai-aws", None);
    let own = own_inputs(&scenario);
    let before = outcome(&scenario, &Draw::medians(&scenario), false).figures;
    // What does not bind at a fifteenth may bind at a half: a limit, a pause between runs.
    let mut still: Option<BTreeSet<String>> = None;
    for by in [0.07, 0.5] {
        let mut idle = BTreeSet::new();
        for (id, path, draw) in nudges(&scenario, by) {
            let is_asked = still.as_ref().is_none_or(|it| it.contains(&path));
            if !is_asked || !own.contains(&id) || !scenario.inputs.get(id).is_number() {
                continue;
            }
            if changed(&before, &outcome(&scenario, &draw, false).figures).is_empty() {
                idle.insert(path);
            }
        }
        still = Some(idle);
    }
    let still = still.unwrap_or_default();
    let excused: Vec<&str> = MOVES_NOTHING.iter().map(|it| it.0).collect();
    let faults: Vec<&String> = still.iter().filter(|it| !excused.contains(&it.as_str())).collect();
    assert!(faults.is_empty(), "numbers of the file that move no figure: {faults:#?}");
    let idle: Vec<&&str> = excused.iter().filter(|it| !still.iter().any(|s| s == **it)).collect();
    assert!(idle.is_empty(), "no longer true: {idle:?} move figures now, take them off the list");
}

#[test]
fn every_input_of_a_row_that_is_played_is_read_from_one_place() {
    // Two inputs of one path would make `explain` point at the wrong line.
    for (story, variant, scenario) in every_scenario() {
        let mut seen = BTreeMap::new();
        for (id, input) in scenario.inputs.iter() {
            if let Some(other) = seen.insert((input.path.clone(), input.place), id) {
                panic!("{story} {variant:?}: `{}` is input {other:?} and {id:?}", input.path);
            }
        }
    }
}

// How inputs are moved.

/// Every reading that differs from the medians in one input, with its path.
///
/// Left out are readings that `check` would refuse: no ramp may end before it begins, no gang may
/// exceed its fleet, nothing may be negative.
fn nudges(scenario: &Scenario, by: f64) -> Vec<(InputId, String, Draw)> {
    let medians = Draw::medians(scenario);
    let mut all = Vec::new();
    for (id, input) in scenario.inputs.iter() {
        let tries: Vec<Draw> = match input.value {
            InputValue::Number { median, .. } => numbers(input, to_f64(median), by)
                .into_iter()
                .map(|it| medians.with_number(id, it))
                .collect(),
            InputValue::Date(date) => [40, -40]
                .into_iter()
                .filter_map(|days| date.checked_add(offtake_days(days)).ok())
                .map(|it| medians.with(id, Drawn::Date(it)))
                .collect(),
            InputValue::Word => Vec::new(),
        };
        if let Some(draw) = tries.into_iter().find(|it| is_sound(scenario, it)) {
            all.push((id, input.path.clone(), draw));
        }
    }
    all
}

fn numbers(input: &Input, median: f64, by: f64) -> Vec<f64> {
    let (least, most) = input.bounds;
    let tries = if median == 0.0 {
        // A small positive value: a share, a span of some hours, a few GPUs.
        let small = match input.value {
            InputValue::Number { dim, .. } if dim == offtake::units::Dim::TIME => {
                40.0 * 86_400_000.0
            }
            InputValue::Number { dim, .. } if dim == offtake::units::Dim::NONE => 0.07,
            InputValue::Number { dim, .. } if dim == offtake::units::Dim::GROWTH => {
                0.07 / 31_536_000_000.0
            }
            _ => 100.0,
        };
        vec![small]
    } else {
        // The small step up first, the large one down: limits bind from below.
        let up = if by < 0.1 { by } else { -by };
        vec![median * (1.0 + up), median * (1.0 - up)]
    };
    tries.into_iter().filter(|it| (least..=most).contains(it)).collect()
}

fn offtake_days(days: i32) -> jiff::Span {
    jiff::Span::new().days(days)
}

/// What `check` holds fields against each other for.
fn is_sound(scenario: &Scenario, draw: &Draw) -> bool {
    let case = Case::of(scenario, draw);
    let deals = case.deals.iter().all(|it| {
        let ramp = &it.promised;
        let in_order = ramp.start <= ramp.full && ramp.full <= it.end && ramp.first <= ramp.gpus;
        let scheduled = &ramp.scheduled;
        let in_order = in_order
            && scheduled.first().is_none_or(|first| first.0 >= ramp.start)
            && scheduled.is_sorted_by_key(|it| it.1)
            && ramp.gpus <= case.fleets[it.fleet].gpus;
        in_order && it.end > scenario.from && it.start < scenario.to
    });
    let works = case.works.iter().all(|it| match &it.kind {
        WorkKind::Training(t) => {
            let rhythm = Rhythm::of(t, &case.fleets[it.fleet]);
            t.gpus <= case.fleets[it.fleet].gpus
                && t.background.millis >= 0
                && rhythm.interval > 0.0
        }
        WorkKind::Service(_) | WorkKind::Jobs(_) => true,
    });
    deals && works && case.from < case.to
}

/// The figures that differ, those that came and those that went included.
fn changed<'a>(before: &'a [Figure], after: &'a [Figure]) -> Vec<&'a Figure> {
    let mut all = Vec::new();
    for it in before {
        match after.iter().find(|other| other.id == it.id) {
            Some(other) if same(&it.value, &other.value) => {}
            _ => all.push(it),
        }
    }
    all.extend(after.iter().filter(|it| !before.iter().any(|other| other.id == it.id)));
    all
}

/// Whether two values are the same to the last digits that a sum of floats keeps.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => (a - b).abs() <= 1e-12 * a.abs().max(b.abs()),
        (a, b) => a == b,
    }
}

// What is read.

fn every_scenario() -> Vec<(&'static str, Option<String>, Scenario)> {
    let mut all = Vec::new();
    for (name, variants) in stories() {
        for variant in variants {
            let scenario = story(name, variant.as_deref());
            all.push((name, variant, scenario));
        }
    }
    all
}

/// The inputs that stand in the user's file: the last of the texts.
fn own_inputs(scenario: &Scenario) -> BTreeSet<InputId> {
    let inputs = scenario.inputs.iter();
    let is_own = |it: &Input| scenario.files.at(it.place).name == "openai-aws";
    let own: BTreeSet<InputId> = inputs.filter(|(_, it)| is_own(it)).map(|(id, _)| id).collect();
    assert!(own.len() > 30, "only {} inputs stand in the file", own.len());
    let horizon = scenario.row(scenario.head).input("horizon.from").expect("it is required");
    assert!(own.contains(&horizon));
    assert!(scenario.from < scenario.to && scenario.from > Instant::default());
    own
}
