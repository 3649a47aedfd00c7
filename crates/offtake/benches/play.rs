//! How fast a story plays, as a ratio to a bare heap loop timed in the same run: machines are
//! noisy, ratios are less so. `cargo bench -p offtake --bench play`
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    reason = "a bench has a clock and talks"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use offtake::engine;
use offtake::scenario::{Case, Draw, Report, library};

/// The shortest of some runs: noise only ever adds.
fn shortest(runs: usize, mut run: impl FnMut()) -> Duration {
    let time = |()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    std::iter::repeat_n((), runs).map(time).min().unwrap_or_default()
}

/// A binary heap with 1,000 pending events, each popped and put back a million times in all.
fn heap_loop() -> u64 {
    let mut heap: BinaryHeap<Reverse<(u64, u64)>> =
        (0..1000).map(|i| Reverse((i * 7919 % 1000, i))).collect();
    let mut last = 0;
    for nth in 0..1_000_000_u64 {
        let Some(Reverse((at, _))) = heap.pop() else { break };
        last = at;
        heap.push(Reverse((at + 1 + nth * 7919 % 1999, nth)));
    }
    last
}

fn case_of(name: &str) -> Case {
    let (_, text) = library::STORIES.iter().find(|it| it.0 == name).expect("a built-in story");
    let mut report = Report::default();
    let (_, scenario) = offtake::read(name, text, None, &mut report);
    let scenario = scenario.expect("stories are sound");
    Case::of(&scenario, &Draw::medians(&scenario))
}

/// So many copies of a site with a fleet, a deal, a training campaign and some services, for some
/// years.
fn grown(years: i16, sites: usize, services: usize) -> Case {
    let mut text = format!(
        "offtake = 1\nname = \"grown\"\nas_of = 2025-11-30\n\
         horizon = {{ from = 2026-01-01, to = {}-01-01 }}\n[party.b]\n[party.s]\n",
        2026 + years
    );
    for s in 0..sites {
        text += &format!(
            "[site.s{s}]\nregion = \"catalogue:region/us\"\npower = {{ limit = \"900 MW facility [assumed]\" }}\n\
             [fleet.f{s}]\nsite = \"s{s}\"\nmodel = \"catalogue:rack/gb300-nvl72\"\ncount = \"250k GPU [assumed]\"\n\
             fail = \"catalogue:failures/llama3\"\nspares = \"3 % [assumed]\"\n\
             [deal.d{s}]\nbuyer = \"b\"\nseller = \"s\"\nlayer = \"rent\"\ntotal = \"38 bn USD [assumed]\"\n\
             term = \"{years} years [assumed]\"\nstart = 2026-01-01\n\
             deliver = {{ fleet = \"f{s}\", full = 2026-06-30 }}\n\
             [workload.t{s}]\nkind = \"training\"\nfleet = \"f{s}\"\ncompute = \"5e26 FLOP [assumed]\"\n\
             gpus = \"100k GPU [assumed]\"\nevery = \"120 days [assumed]\"\nmfu = \"catalogue:mfu/llama3\"\n"
        );
        for w in 0..services {
            text += &format!(
                "[workload.w{s}-{w}]\nkind = \"service\"\nfleet = \"f{s}\"\nmodel = \"catalogue:model/405b-class\"\n\
                 demand = \"2e11 tokens/day [assumed]\"\ndaily = \"catalogue:shape/chat\"\n"
            );
        }
    }
    let mut report = Report::default();
    let (_, scenario) = offtake::read("grown", &text, None, &mut report);
    let scenario = scenario.unwrap_or_else(|| panic!("{:#?}", report.sorted()));
    Case::of(&scenario, &Draw::medians(&scenario))
}

fn growth(event: Duration) {
    println!(
        "\nyears sites services   play [ms]   ns a site and hour   heap events a site and hour"
    );
    for (years, sites, services) in
        [(1, 1, 1), (7, 1, 1), (20, 1, 1), (7, 5, 1), (7, 30, 1), (7, 1, 4), (7, 1, 16)]
    {
        let case = grown(years, sites, services);
        let plain = shortest(5, || {
            black_box(engine::play(&case, false));
        });
        let hours = (case.to - case.from).hours() * sites as f64;
        let each = plain.as_secs_f64() / hours;
        println!(
            "{years:>5} {sites:>5} {services:>8} {:>11.2} {:>20.0} {:>29.2}",
            plain.as_secs_f64() * 1e3,
            each * 1e9,
            each / event.as_secs_f64()
        );
    }
}

/// A book of some size: 60 fleets at 30 sites with a constant load, a deal for
/// each and 40 pledges, 20 years. A draw reads every value, plays and computes every figure.
fn book(event: Duration) {
    let mut text = "offtake = 1\nname = \"book\"\nas_of = 2026-01-01\n\
         horizon = { from = 2026-01-01, to = 2046-01-01 }\n\
         [party.b]\ncash = \"10 bn USD [assumed]\"\nmargin = \"60 % [assumed]\"\n\
         revenue = { 2026 = \"30 bn USD [assumed]\", 2030 = \"280 bn USD [assumed]\" }\n[party.s]\n"
        .to_owned();
    for s in 0..30 {
        text += &format!(
            "[site.s{s}]\nregion = \"catalogue:region/us\"\npower = {{ limit = \"2 GW facility [assumed]\" }}\n"
        );
    }
    for f in 0..60 {
        text += &format!(
            "[fleet.f{f}]\nsite = \"s{}\"\nmodel = \"catalogue:rack/gb300-nvl72\"\n\
             power = \"600 MW facility [assumed]\"\nfail = \"catalogue:failures/llama3\"\nload = \"75 % [assumed]\"\n\
             [deal.d{f}]\nbuyer = \"b\"\nseller = \"s\"\nlayer = \"rent\"\ntotal = \"40 bn USD [assumed]\"\n\
             term = \"15 years [assumed]\"\nstart = 2026-06-01\n\
             deliver = {{ fleet = \"f{f}\", full = 2029-12-31, slip = \"4 months [assumed]\" }}\n",
            f / 2
        );
    }
    for p in 0..40 {
        text += &format!(
            "[deal.p{p}]\nbuyer = \"b\"\nseller = \"s\"\nlayer = \"chips\"\ntotal = \"10 bn USD [assumed]\"\n\
             term = \"8 years [assumed]\"\nstart = 2026-06-01\n\
             deliver = {{ power = \"1 GW facility [assumed]\", full = 2031-12-31 }}\n"
        );
    }
    let mut report = Report::default();
    let (_, scenario) = offtake::read("book", &text, None, &mut report);
    let scenario = scenario.unwrap_or_else(|| panic!("{:#?}", report.sorted()));
    let draw = Draw::medians(&scenario);
    let whole = shortest(5, || {
        black_box(offtake::figures::outcome(&scenario, &draw, false));
    });
    let case = Case::of(&scenario, &draw);
    let plain = shortest(5, || {
        black_box(engine::play(&case, false));
    });
    println!(
        "\na book of 60 fleets, 30 sites, 60 deals, 40 pledges, 20 years: a draw with all its figures {whole:?}, \
         the play alone {plain:?}, {:.0} heap events a fleet and month",
        plain.as_secs_f64() / event.as_secs_f64() / (60.0 * 240.0)
    );
}

fn main() {
    let event = shortest(7, || {
        black_box(heap_loop());
    }) / 1_000_000;
    println!("bare heap loop, 1,000 pending: {event:?} an event");
    for name in ["openai-aws", "llama3"] {
        let case = case_of(name);
        let hours = (case.to - case.from).hours();
        let plain = shortest(15, || {
            black_box(engine::play(&case, false));
        });
        let kept = shortest(7, || {
            black_box(engine::play(&case, true));
        });
        let per_hour = plain.as_secs_f64() / hours;
        println!(
            "{name}: {plain:?} for {hours} h, {:.0} ns an hour, {:.2} heap events an hour; movements kept: {kept:?}",
            per_hour * 1e9,
            per_hour / event.as_secs_f64()
        );
    }
    growth(event);
    book(event);
}
