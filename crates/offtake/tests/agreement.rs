//! Does an hour of training that is charged by its count of interruptions agree with a gang that
//! is interrupted one event at a time?
//!
//! What is compared: GPU-hours lost in windows of 30 days, cut one after the other from one long
//! run, so that both sides are in the middle of things at a window's edges. A loss is booked when
//! the interruption strikes (single events) or when its hour is charged (counts). So many windows
//! are played that mean and variance are known to 0.3 % or better on each side. The single events
//! are played here by the plainest means there are and share no code with the engine.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    reason = "tests may reach outside"
)]

mod common;

use offtake::chance::Stream;
use offtake::engine::{Campaign, Failures, Rhythm};
use offtake::scenario::{Case, Cause, Draw, Fleet, Training, WorkKind};
use offtake::time::{Instant, Span};

/// Standard error of a variance over n windows is sqrt(2 / n) of it: 0.3 % at this many.
const WINDOWS: usize = 222_222;
const WINDOW_HOURS: usize = 720;
/// GPUs of the gang, all in one node, so that the node's rate is the gang's.
const GPUS: i64 = 8;

/// A gang's rhythm, in seconds.
#[derive(Clone, Copy, Debug)]
struct Beat {
    between: f64,
    restart: f64,
    interval: f64,
    stall: f64,
    background: f64,
}

/// A gang of some 100,000 GPUs.
const LARGE: Beat =
    Beat { between: 1_824.0, restart: 300.0, interval: 135.0, stall: 5.0, background: 55.0 };
/// Llama 3 on 16,384.
const LLAMA: Beat =
    Beat { between: 11_134.0, restart: 300.0, interval: 667.0, stall: 20.0, background: 0.0 };
/// A gang that is back at once.
const AT_ONCE: Beat =
    Beat { between: 3_600.0, restart: 0.0, interval: 400.0, stall: 20.0, background: 30.0 };

#[test]
fn counts_and_single_events_agree_on_a_gang_of_100k_gpus() {
    agree(LARGE);
}

#[test]
fn counts_and_single_events_agree_on_llama3() {
    agree(LLAMA);
}

#[test]
fn counts_and_single_events_agree_where_restarts_take_no_time() {
    agree(AT_ONCE);
}

/// Hourly failure counts and single events agree in mean and variance of lost GPU-hours within
/// 1 %, and both train as much of their time as the renewal formula says within 0.5 %.
fn agree(beat: Beat) {
    let events = single_events(beat);
    let counts = hourly_counts(beat);
    let expected = rhythm(beat).effective();
    let off = |a: f64, b: f64| (a / b - 1.0) * 100.0;
    let said = format!(
        "{beat:?}\n mean of lost GPU-hours: {:.3} by counts, {:.3} by events, {:+.2} %\n \
         variance: {:.2} by counts, {:.2} by events, {:+.2} %\n \
         effective: {:.5} by counts, {:.5} by events, {expected:.5} by the formula",
        counts.mean,
        events.mean,
        off(counts.mean, events.mean),
        counts.variance,
        events.variance,
        off(counts.variance, events.variance),
        counts.effective,
        events.effective,
    );
    println!("{said}");
    assert!(off(counts.mean, events.mean).abs() < 1.0, "{said}");
    assert!(off(counts.variance, events.variance).abs() < 1.0, "{said}");
    assert!(off(counts.effective, expected).abs() < 0.5, "{said}");
    assert!(off(events.effective, expected).abs() < 0.5, "{said}");
}

#[test]
fn the_formula_is_what_its_text_says() {
    for beat in [LARGE, LLAMA, AT_ONCE, Beat { background: 0.0, ..LARGE }] {
        let Beat { between: m, restart, interval, stall, background } = beat;
        let cycle = interval + stall;
        // The background write delays every checkpoint as the restart does.
        let text = interval / (m * ((restart + background) / m).exp() * ((cycle / m).exp() - 1.0));
        // Expected checkpoints by their tail: P(J >= j) = P(X >= R + w + j c).
        let kept: f64 = (1..2_000_000)
            .map(|j| (-(restart + background + f64::from(j) * cycle) / m).exp())
            .take_while(|it| *it > 1e-18)
            .sum();
        let found = rhythm(beat).effective();
        assert!((found / text - 1.0).abs() < 1e-9, "{beat:?}: {found}, by its text {text}");
        let summed = interval * kept / m;
        assert!((found / summed - 1.0).abs() < 1e-6, "{beat:?}: {found}, summed {summed}");
    }
}

#[test]
fn the_linear_formula_goes_negative_at_scale_and_the_renewal_formula_does_not() {
    for between in [250.0, 120.0, 30.0] {
        let it = rhythm(Beat { between, ..LARGE });
        assert!(it.effective_linear() < 0.0, "M = {between}: {}", it.effective_linear());
        assert!(it.effective() > 0.0 && it.effective() < 1.0, "M = {between}: {}", it.effective());
    }
    let calm = rhythm(Beat { between: 1e6, ..LLAMA });
    assert!((calm.effective_linear() / calm.effective() - 1.0).abs() < 1e-3, "far from scale");
}

#[test]
fn no_interval_beats_youngs_by_more_than_a_hundredth_where_stalls_are_short() {
    for (between, stall, restart, background) in [
        (1_824.0, 5.0, 300.0, 55.0),
        (11_134.0, 20.0, 300.0, 0.0),
        (11_134.0, 60.0, 300.0, 0.0),
        (100_000.0, 60.0, 600.0, 120.0),
    ] {
        let (fleet, mut training) =
            gang(Beat { between, stall, restart, background, interval: 1.0 });
        training.interval = None;
        let young = Rhythm::of(&training, &fleet);
        let rule = (2.0 * stall * between).sqrt();
        assert!((young.interval / rule - 1.0).abs() < 1e-6, "{} is not {rule}", young.interval);
        let mut interval = 10.0;
        while interval < 86_400.0 {
            let other = Rhythm { interval, ..young }.effective();
            let gain = other / young.effective() - 1.0;
            assert!(gain < 0.01, "{young:?}: {interval} s is better by {:.2} %", gain * 100.0);
            interval *= 1.02;
        }
    }
}

#[test]
fn more_nodes_never_fail_less_often_with_the_same_luck() {
    let (fleet, _) = gang(LARGE);
    for seed in 0..4 {
        let mut fewer: Option<Vec<(i64, i64)>> = None;
        for gpus in (0..40).map(|it| it * it * GPUS / 4) {
            let mut failures = Failures::new(|it| Stream::new(seed, "fleet.grows", it, 0), &fleet);
            let mut nodes = 0;
            let hours: Vec<(i64, i64)> = (0..1_000)
                .map(|_| {
                    let broken = failures.hour(gpus);
                    nodes += broken.nodes;
                    (broken.failures, nodes)
                })
                .collect();
            if let Some(fewer) = &fewer {
                for (hour, (few, many)) in fewer.iter().zip(&hours).enumerate() {
                    assert!(few.0 <= many.0, "hour {hour}, {gpus} GPUs: {} < {}", many.0, few.0);
                    assert!(few.1 <= many.1, "nodes by hour {hour}, {gpus} GPUs");
                }
            }
            fewer = Some(hours);
        }
        let most = fewer.unwrap_or_default();
        assert!(most.iter().any(|it| it.0 > 0), "nothing ever failed: the test shows nothing");
    }
}

#[test]
fn counts_have_the_mean_and_the_variance_of_their_rate() {
    let (fleet, _) = gang(LARGE);
    let mut failures = Failures::new(|it| Stream::new(11, "fleet.counted", it, 0), &fleet);
    let hours = 1_000_000;
    let (mut sum, mut squares) = (0.0, 0.0);
    for _ in 0..hours {
        let it = failures.hour(GPUS).failures as f64;
        sum += it;
        squares += it * it;
    }
    let n = f64::from(hours);
    let (mean, rate) = (sum / n, 3_600.0 / LARGE.between);
    let variance = squares / n - mean * mean;
    assert!((mean / rate - 1.0).abs() < 0.005, "mean {mean}, rate {rate}");
    assert!((variance / rate - 1.0).abs() < 0.01, "variance {variance}, rate {rate}");
}

// The two plays.

/// Lost GPU-hours by window, and the share of the time that trained.
struct Found {
    mean: f64,
    variance: f64,
    effective: f64,
}

/// Plays a gang one interruption at a time.
fn single_events(beat: Beat) -> Found {
    let cycle = beat.interval + beat.stall;
    let window = WINDOW_HOURS as f64 * 3_600.0;
    let mut luck = Uniforms(42);
    let mut lost = vec![0.0; WINDOWS];
    let (mut now, mut kept) = (0.0, 0.0);
    loop {
        // Exponential, by inversion.
        let gap = -beat.between * (1.0 - luck.next()).ln();
        let checkpoints = ((gap - beat.restart - beat.background) / cycle).floor().max(0.0);
        now += gap;
        let nth = (now / window) as usize;
        if nth >= WINDOWS {
            break;
        }
        lost[nth] += gap - checkpoints * cycle;
        kept += checkpoints * beat.interval;
    }
    found(lost.iter().map(|it| it / 3_600.0 * GPUS as f64), kept / (window * WINDOWS as f64))
}

/// Plays the engine's campaign hour by hour, on counts from the engine's failures.
fn hourly_counts(beat: Beat) -> Found {
    let (fleet, training) = gang(beat);
    let mut campaign = Campaign::new(&training, &fleet, Instant::default());
    let mut failures = Failures::new(|it| Stream::new(5, "workload.gang", it, 0), &fleet);
    assert_eq!(campaign.asks(Instant::default()), GPUS);
    let mut kept = 0.0;
    let mut hour = || {
        let hour = campaign.hour(failures.hour(GPUS).failures);
        assert!(!hour.done, "the run is endless");
        assert_eq!(hour.good + hour.stall + hour.lost, GPUS * Span::HOUR.millis);
        kept += hour.good as f64;
        hour.lost as f64 / Span::HOUR.millis as f64
    };
    let lost: Vec<f64> = (0..WINDOWS).map(|_| (0..WINDOW_HOURS).map(|_| hour()).sum()).collect();
    let all = (WINDOWS * WINDOW_HOURS) as f64 * (GPUS * Span::HOUR.millis) as f64;
    found(lost.into_iter(), kept / all)
}

fn found(lost: impl Iterator<Item = f64>, effective: f64) -> Found {
    let lost: Vec<f64> = lost.collect();
    let n = lost.len() as f64;
    let mean = lost.iter().sum::<f64>() / n;
    let variance = lost.iter().map(|it| (it - mean) * (it - mean)).sum::<f64>() / (n - 1.0);
    Found { mean, variance, effective }
}

/// Uniform numbers in [0, 1): splitmix64 (Steele, Lea and Flood, 2014).
struct Uniforms(u64);

impl Uniforms {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((it ^ (it >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn rhythm(beat: Beat) -> Rhythm {
    let (fleet, training) = gang(beat);
    Rhythm::of(&training, &fleet)
}

/// The gang of `llama3` with another rhythm: one node, an endless run.
fn gang(beat: Beat) -> (Fleet, Training) {
    let scenario = common::story("llama3", None);
    let case = Case::of(&scenario, &Draw::medians(&scenario));
    let WorkKind::Training(training) = &case.works[0].kind else { panic!("llama3 trains") };
    let span = |seconds: f64| Span { millis: (seconds * 1e3).round() as i64 };
    let cause = |name: &str, part: f64, takes_node| Cause {
        name: name.to_owned(),
        per_node_hour: part * 3_600.0 / beat.between,
        takes_node,
    };
    let mut fleet = case.fleets[0].clone();
    fleet.node = GPUS;
    fleet.causes = vec![cause("hardware", 0.75, true), cause("other", 0.25, false)];
    let mut training = training.clone();
    training.compute = 1e60;
    training.gpus = GPUS;
    training.interval = Some(span(beat.interval));
    training.stall = span(beat.stall);
    training.background = span(beat.background);
    training.restart = span(beat.restart);
    (fleet, training)
}
