//! Are ranges drawn as they are told: each by its own luck, within its ends, tied as it is said?

mod common;

use common::{read, read_beside};
use offtake::chance::{self, Sobol};
use offtake::figures::outcome;
use offtake::scenario::{Draw, Drawn, InputId, Sampler, Scenario};
use offtake::units::to_f64;

/// A site with a fleet and a deal; more may stand behind.
fn text(more: &str) -> String {
    format!(
        r#"offtake = 1
name    = "ranges"
as_of   = 2026-01-01
horizon = {{ from = 2026-01-01, to = 2026-04-01 }}
seed    = 5
[party.buyer]
cash    = "1 bn USD [assumed]"
margin  = {{ q10 = "40 %", q50 = "50 %", q90 = "55 %", source = "assumed" }}
[party.seller]
[site.here]
region = "catalogue:region/us"
power  = {{ limit = "100 MW facility [assumed]" }}
[fleet.one]
site   = "here"
model  = "catalogue:rack/hgx-h100"
count  = {{ q10 = "2000 GPU", q50 = "4000 GPU", q90 = "6000 GPU", law = "triangular", min = "1024 GPU", source = "assumed" }}
fail   = "catalogue:failures/llama3"
[deal.rent]
buyer   = "buyer"
seller  = "seller"
layer   = "rent"
term    = "1 year [assumed]"
start   = 2026-01-01
price   = {{ q10 = "1.8 USD/GPU-hour", q90 = "2.6 USD/GPU-hour", law = "lognormal", source = "assumed" }}
deliver = {{ fleet = "one", full = {{ q10 = 2026-01-20, q50 = 2026-02-01, q90 = 2026-03-15, min = 2026-01-01, max = 2026-03-31, cut = "clip", source = "assumed" }} }}
{more}"#
    )
}

fn scenario(more: &str) -> Scenario {
    read("ranges.toml", &text(more), None)
}

fn id(scenario: &Scenario, path: &str) -> InputId {
    scenario.inputs.iter().find(|it| it.1.path == path).unwrap_or_else(|| panic!("{path}")).0
}

/// What an input is in a draw: base units, or days since 1970 began.
fn value(draw: &Draw, id: InputId) -> f64 {
    match draw.get(id) {
        Drawn::Number(it) => to_f64(it),
        Drawn::Date(it) => (offtake::time::Instant::start_of(it).millis / 86_400_000) as f64,
        Drawn::Word => panic!("a word"),
    }
}

/// All values of an input in the first draws.
fn drawn(scenario: &Scenario, path: &str, draws: u32) -> Vec<f64> {
    let (sampler, id) = (Sampler::of(scenario), id(scenario, path));
    (0..draws).map(|n| value(&sampler.draw(n), id)).collect()
}

/// The share of values at or below another, within four standard errors of what it should be.
fn share_is(values: &[f64], below: f64, share: f64) {
    let n = values.len() as f64;
    let is = values.iter().filter(|it| **it <= below).count() as f64 / n;
    let error = (share * (1.0 - share) / n).sqrt();
    assert!((is - share).abs() <= 4.0 * error, "{is} of {share} below {below}");
}

/// Correlation of the ranks of two inputs: Spearman's.
fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    let ranks = |all: &[f64]| {
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by(|i, j| all[*i].total_cmp(&all[*j]));
        let mut ranks = vec![0.0; all.len()];
        order.into_iter().enumerate().for_each(|(rank, i)| ranks[i] = rank as f64);
        ranks
    };
    let middle = (a.len() - 1) as f64 / 2.0;
    let (a, b) = (ranks(a), ranks(b));
    let product = |a: &[f64], b: &[f64]| {
        a.iter().zip(b).map(|(x, y)| (x - middle) * (y - middle)).sum::<f64>()
    };
    product(&a, &b) / product(&a, &a)
}

#[test]
fn quantiles_of_the_draws_are_those_that_are_told() {
    let scenario = scenario("");
    let count = drawn(&scenario, "fleet.one.count", 20_000);
    // The triangle begins at 382 GPUs: below `min` lie 1.6 %, and the rest counts for the whole.
    let told = scenario.inputs.get(id(&scenario, "fleet.one.count")).law.clone().unwrap();
    for it in told.quantiles() {
        share_is(&count, it.is, it.share);
        assert!(it.is > it.told, "{it:?}");
    }
    assert!(count.iter().all(|it| *it >= 1024.0));
    let margin = drawn(&scenario, "party.buyer.margin", 20_000);
    [(0.4, 0.1), (0.5, 0.5), (0.55, 0.9)].into_iter().for_each(|it| share_is(&margin, it.0, it.1));
    assert!(margin.iter().all(|it| (-1.0..=1.0).contains(it)));
}

#[test]
fn days_are_drawn_whole_and_clipped_ones_pile_up() {
    let scenario = scenario("");
    let full = drawn(&scenario, "deal.rent.deliver.full", 20_000);
    let day = |it: &str| {
        (offtake::time::Instant::start_of(it.parse().unwrap()).millis / 86_400_000) as f64
    };
    share_is(&full, day("2026-02-01"), 0.5 + 0.011);
    let last = full.iter().filter(|it| **it == day("2026-03-31")).count();
    assert!((800..2000).contains(&last), "{last} of 20,000 on the last day");
    assert!(full.iter().all(|it| it.fract() == 0.0 && *it <= day("2026-03-31")));
}

#[test]
fn a_site_a_range_and_a_workload_more_leave_all_other_draws_alone() {
    let more = "[site.there]\nregion = \"catalogue:region/us\"\n\
         power  = { limit = { q10 = \"50 MW facility\", q50 = \"60 MW facility\", q90 = \"70 MW facility\", source = \"assumed\" } }\n\
         [workload.jobs]\nkind = \"jobs\"\nlike = \"catalogue:jobs/acme-seren\"\n\
         per_day = { q10 = \"10\", q90 = \"30\", law = \"uniform\", source = \"assumed\" }\n";
    let (before, after) = (scenario(""), scenario(more));
    for (_, input) in before.inputs.iter().filter(|it| it.1.law.is_some()) {
        assert_eq!(
            drawn(&before, &input.path, 40),
            drawn(&after, &input.path, 40),
            "{}",
            input.path
        );
    }
    assert!(drawn(&after, "workload.jobs.per_day", 9).windows(2).all(|it| it[0] != it[1]));
}

#[test]
fn any_draw_can_be_computed_alone_and_differs_from_the_plain_run_in_its_ranges_and_luck() {
    let scenario = scenario("");
    let sampler = Sampler::of(&scenario);
    let (medians, draw) = (Draw::medians(&scenario), sampler.draw(7));
    for (id, input) in scenario.inputs.iter() {
        assert_eq!(draw.get(id), Sampler::of(&scenario).draw(7).get(id));
        if input.law.is_none() {
            assert_eq!(draw.get(id), medians.get(id), "{}", input.path);
        }
    }
    assert_eq!((medians.luck(), draw.luck()), (0, 8));
    let failures = |draw: &Draw| {
        let outcome = outcome(&scenario, draw, false);
        outcome.figures.iter().find(|it| it.id == "fleet.one.failures").unwrap().number()
    };
    let lucks: Vec<_> = (0..6).map(|luck| failures(&medians.with_luck(luck))).collect();
    assert!(lucks.iter().any(|it| *it != lucks[0]), "{lucks:?}");
    assert_eq!(failures(&medians.with_luck(3)), lucks[3]);
}

const FORECAST: &str = "[party.third]\ncash = \"1 bn USD [assumed]\"\nmargin = \"50 % [assumed]\"\n\
    revenue = { 2026 = { q10 = \"8 bn USD\", q90 = \"12 bn USD\", law = \"normal\", source = \"assumed\" }, \
    2028 = { q10 = \"10 bn USD\", q90 = \"20 bn USD\", law = \"normal\", source = \"assumed\" }PERSISTS }\n";

#[test]
fn a_good_year_stays_good_unless_it_is_said_for_how_long() {
    let of = |persists: &str| {
        let scenario = scenario(&FORECAST.replace("PERSISTS", persists));
        let year = |it| drawn(&scenario, &format!("party.third.revenue.{it}"), 4000);
        rank_correlation(&year(2026), &year(2028))
    };
    assert!(of("") > 0.999_999);
    assert!(
        (of(", persistence = \"80 % [assumed]\"") - chance::rank_correlation(0.64)).abs() < 0.03
    );
    assert!(of(", persistence = \"0 % [assumed]\"").abs() < 0.06);
}

#[test]
fn named_pairs_hang_together_as_they_say_and_paths_through_them() {
    let tie = "[[correlation]]\nbetween = [\"party.third.revenue.2028\", \"deal.rent.price\"]\nis = \"-0.6 [assumed]\"\n";
    let scenario = scenario(&format!(
        "{}{tie}",
        FORECAST.replace("PERSISTS", ", persistence = \"80 % [assumed]\"")
    ));
    let sampler = Sampler::of(&scenario);
    let of = |path: &str| drawn(&scenario, path, 6000);
    let (first, last) = (of("party.third.revenue.2026"), of("party.third.revenue.2028"));
    let price = of("deal.rent.price");
    assert!((rank_correlation(&last, &price) - chance::rank_correlation(-0.6)).abs() < 0.04);
    assert!(
        (rank_correlation(&first, &price) - chance::rank_correlation(-0.6 * 0.64)).abs() < 0.04
    );
    assert!((rank_correlation(&price, &of("party.buyer.margin"))).abs() < 0.06);
    let tied = sampler.groups().iter().find(|it| it.len() > 1).unwrap();
    assert_eq!(tied.len(), 3);
    let mut all = sampler.groups().concat();
    all.sort_unstable();
    assert_eq!(all, (0..sampler.inputs().len()).collect::<Vec<_>>());
}

#[test]
fn correlations_that_contradict_are_refused_and_the_nearest_that_do_not_are_taken() {
    let tie = |a: &str, b: &str, is: &str| {
        format!("[[correlation]]\nbetween = [\"{a}\", \"{b}\"]\nis = \"{is} [assumed]\"\n")
    };
    let paths = ["fleet.one.count", "deal.rent.price", "party.buyer.margin"];
    let all = |is: [&str; 3]| {
        text(
            &[
                tie(paths[0], paths[1], is[0]),
                tie(paths[1], paths[2], is[1]),
                tie(paths[0], paths[2], is[2]),
            ]
            .concat(),
        )
    };
    let mut told = read_beside(&all(["0.9", "0.9", "-0.9"]), None, &[]).unwrap_err();
    told.retain(|it| it.contains(" E"));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("E0115") && told[0].contains("-0.800"), "{told:?}");
    read_beside(&all(["0.498", "0.498", "-0.498"]), None, &[]).unwrap();
}

#[test]
fn other_numbers_may_stand_in_for_luck() {
    let scenario = scenario("");
    let (sampler, sobol) = (Sampler::of(&scenario), Sobol::new());
    let middle = sampler.draw_from(3, |_| 0.5);
    for id in sampler.inputs() {
        let law = scenario.inputs.get(*id).law.as_ref().unwrap();
        let off = (value(&middle, *id) - law.median).abs();
        assert!(off <= 1e-8 * law.median.abs().max(1.0) || off < 1.0, "{off}");
    }
    let price = id(&scenario, "deal.rent.price");
    let place = sampler.inputs().iter().position(|it| *it == price).unwrap();
    let even: Vec<f64> =
        (0..512).map(|n| value(&sampler.draw_from(n, |i| sobol.at(n, i, 1)), price)).collect();
    let median = scenario.inputs.get(sampler.inputs()[place]).law.as_ref().unwrap().median;
    assert_eq!(even.iter().filter(|it| **it < median).count(), 256);
}

#[test]
fn choices_are_drawn_by_their_odds() {
    let scenario = read(
        "ranges.toml",
        &text("").replace("price   = { q10 = \"1.8 USD/GPU-hour\", q90 = \"2.6 USD/GPU-hour\", law = \"lognormal\", source = \"assumed\" }",
            "price = { choices = { \"2 USD/GPU-hour\" = \"1/4\", \"3 USD/GPU-hour\" = \"75 %\" }, source = \"assumed\" }"),
        None,
    );
    let id = id(&scenario, "deal.rent.price");
    let [low, high] = scenario.inputs.get(id).law.as_ref().map(|it| [it.low, it.high]).unwrap();
    let prices = drawn(&scenario, "deal.rent.price", 8000);
    assert!(prices.iter().all(|it| (it - low).abs() < 1e-8 || (it - high).abs() < 1e-8));
    share_is(&prices, low + 1e-8, 0.25);
}

#[test]
fn a_column_of_a_file_is_drawn_as_it_was_seen() {
    let text = text("").replace(
        "price   = { q10 = \"1.8 USD/GPU-hour\", q90 = \"2.6 USD/GPU-hour\", law = \"lognormal\", source = \"assumed\" }",
        "price = { fit = \"seen.csv#price [assumed]\", unit = \"USD/GPU-hour\" }",
    );
    let sheet = "day,price\n1,2.00\n2,2.10\n3,3.00\n4,2.20\n5,2.05\n";
    let scenario = read_beside(&text, None, &[("seen.csv", sheet)]).unwrap();
    let law = scenario.inputs.get(id(&scenario, "deal.rent.price")).law.clone().unwrap();
    let usd = |it: f64| it * 3.6e6 / 1e6;
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
    close(usd(law.median), 2.10);
    close(usd(law.ends().0), 2.0);
    close(usd(law.ends().1), 3.0);
    share_is(&drawn(&scenario, "deal.rent.price", 4000), 2.2 / 3.6, 0.75);
    let told =
        read_beside(&text.replace("#price", "#prize"), None, &[("seen.csv", sheet)]).unwrap_err();
    assert!(told[0].contains("E0108"), "{told:?}");
    let told = read_beside(&text, None, &[("seen.csv", "price\n2.00\ncheap\n")]).unwrap_err();
    assert!(told[0].starts_with("seen.csv:3"), "{told:?}");
}

#[test]
fn every_story_plays_wherever_its_ranges_come_out() {
    for (name, _) in common::stories() {
        let scenario = common::story(name, None);
        let sampler = Sampler::of(&scenario);
        let sobol = Sobol::new();
        for n in 0..24 {
            let played = outcome(&scenario, &sampler.draw_from(n, |i| sobol.at(n, i, 1)), false);
            assert!(played.played.ledger.is_balanced(), "{name}: draw {n}");
        }
    }
}
