use super::*;
use proptest::prelude::*;

const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

fn law(points: &[(f64, f64)], name: LawName) -> Result<Law, LawError> {
    Law::from_quantiles(points, Some(name), ANY)
}

fn three(low: f64, middle: f64, high: f64) -> [(f64, f64); 3] {
    [(0.1, low), (0.5, middle), (0.9, high)]
}

#[test]
fn the_median_is_given_or_follows_from_the_law() {
    let two = [(0.1, 2.0), (0.9, 8.0)];
    assert!((law(&two, LawName::Lognormal).unwrap().median - 4.0).abs() < 1e-12);
    assert!((law(&two, LawName::Uniform).unwrap().median - 5.0).abs() < 1e-12);
    let unsaid = Law::from_quantiles(&three(0.0, 2.0, 9.0), None, ANY).unwrap();
    assert_eq!((unsaid.low, unsaid.median, unsaid.high), (0.0, 2.0, 9.0));
}

#[test]
fn quantiles_that_do_not_make_a_law_are_refused_by_name() {
    use LawError::*;
    let refused = |points: &[(f64, f64)], name| Law::from_quantiles(points, name, ANY).unwrap_err();
    assert_eq!(refused(&[(0.1, 2.0), (0.9, 2.0)], Some(LawName::Normal)), NotRising);
    assert_eq!(refused(&[(0.1, 2.0), (0.9, 3.0)], None), NeedsLaw);
    assert_eq!(refused(&[(0.5, 2.0)], None), WrongCount);
    assert_eq!(refused(&[(0.1, 0.0), (0.9, 3.0)], Some(LawName::Lognormal)), NotPositive);
    let pert = Some(LawName::Pert);
    assert_eq!(refused(&[(0.1, 1.0), (0.9, 3.0)], pert), NeedsThird(LawName::Pert));
    assert_eq!(
        refused(&three(0.0, 2.0, 9.0), Some(LawName::Triangular)),
        DoesNotFit(LawName::Triangular, vec![LawName::Lognormal, LawName::Metalog])
    );
    // Too lopsided for the metalog, not for the lognormal.
    let steep = three(0.0, 1.0, 8.0);
    assert_eq!(refused(&steep, None), DoesNotFit(LawName::Metalog, vec![LawName::Lognormal]));
}

#[test]
fn a_metalog_lies_within_its_bounds_where_its_quantiles_do() {
    let within = |points: [(f64, f64); 3], bounds| {
        Law::from_quantiles(&points, Some(LawName::Metalog), bounds).unwrap().ends()
    };
    let (least, most) = within(three(0.1, 0.2, 0.3), (0.0, 1.0));
    assert!(0.0 < least && least < 0.02 && 0.6 < most && most < 1.0, "{least} {most}");
    assert!(within(three(1.0, 2.0, 4.0), (0.0, f64::INFINITY)).0 > 0.0);
    assert!(within(three(0.0, 2.0, 9.0), (0.0, f64::INFINITY)).0 < 0.0, "told at the bound");
}

#[test]
fn truncation_makes_the_rest_the_whole_and_clipping_piles_up() {
    let flat = law(&[(0.1, 1.0), (0.9, 9.0)], LawName::Uniform).unwrap();
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
    let cut = flat.clone().cut(2.0, 6.0, Cut::Truncate).unwrap();
    close(cut.at(0.25), 3.0);
    close(cut.median, 4.0);
    close(cut.below(5.0), 0.75);
    let clipped = flat.clone().cut(2.0, 6.0, Cut::Clip).unwrap();
    close(clipped.at(0.25), 2.5);
    assert_eq!((clipped.ends(), clipped.median), ((2.0, 6.0), flat.median));
    // What is piled up at an end stays there when the law is cut there again.
    assert_eq!(clipped.clone().cut(2.0, 6.0, Cut::Truncate).unwrap().at(0.05), 2.0);
    assert_eq!(flat.cut(20.0, 30.0, Cut::Truncate).unwrap_err(), LawError::NothingLeft);
}

#[test]
fn choices_come_with_their_odds() {
    let choices = Law::choices(&[(0.75, 100.0), (0.25, 70.0)]).unwrap();
    assert_eq!([0.1, 0.25, 0.26, 0.9].map(|it| choices.at(it)), [70.0, 70.0, 100.0, 100.0]);
    assert_eq!((choices.ends(), choices.median), ((70.0, 100.0), 100.0));
    assert_eq!(choices.below(80.0), 0.25);
    let odds = [(0.5, 1.0), (0.25, 2.0), (0.25, 3.0)];
    let left = Law::choices(&odds).unwrap().cut(2.0, 9.0, Cut::Truncate).unwrap();
    assert_eq!(
        left,
        Law::choices(&odds[1..].iter().map(|it| (0.5, it.1)).collect::<Vec<_>>()).unwrap()
    );
    assert_eq!(Law::choices(&[(0.5, 1.0), (0.4, 2.0)]).unwrap_err(), LawError::WrongOdds);
}

#[test]
fn what_was_seen_is_drawn_between_its_ends() {
    let seen = Law::seen(vec![3.0, 1.0, 2.0, 6.0, 4.0]).unwrap();
    assert_eq!([0.0, 0.25, 0.5, 0.875, 1.0].map(|it| seen.at(it)), [1.0, 2.0, 3.0, 5.0, 6.0]);
    assert!(Law::seen(vec![1.0, 1.0]).is_err());
}

/// By mpmath 1.3 with forty digits.
#[test]
fn the_beta_law_is_that_of_the_tables() {
    for (alpha, beta, share, value) in BETA {
        assert!(
            (beta::quantile(alpha, beta, share) / value - 1.0).abs() < 1e-12,
            "{alpha} {share}"
        );
        assert!((beta::below(alpha, beta, value) / share - 1.0).abs() < 1e-12, "{alpha} {share}");
    }
}

#[rustfmt::skip]
const BETA: [(f64, f64, f64, f64); 7] = [
    (1.8, 4.2, 0.01, 0.023134526192264715),
    (1.8, 4.2, 0.5, 0.276_672_259_392_518_9),
    (1.8, 4.2, 0.99, 0.748_559_328_629_634_7),
    (3.0, 3.0, 0.1, 0.2466364532884666),
    (1.0, 5.0, 0.9, 0.369_042_655_519_806_8),
    (5.0, 1.0, 0.3, 0.786_003_085_596_622_8),
    (4.9, 1.1, 1e-4, 0.14634004297401776),
];

/// A law of every kind, by a low value, two distances and a weight.
fn any_law() -> impl Strategy<Value = Law> {
    let numbers = (0..9_u8, -50.0..50.0_f64, 0.1..100.0_f64, 0.25..1.6_f64);
    numbers.prop_map(|(kind, low, width, ratio)| {
        let points = three(low, low + width, low + width * (1.0 + ratio));
        let two = [points[0], points[2]];
        let name = LawName::WORDS[usize::from(kind) % 6].1;
        let made = match (kind, name) {
            (6, _) => Law::choices(&[(0.2, low), (0.5, low + width), (0.3, low + 2.0 * width)]),
            (7, _) => Law::seen(vec![low, low + 0.5 * width, low + width, low + 3.0 * width]),
            (8, _) => Law::pert(low, low + ratio / 2.0 * width, low + width, 4.0),
            (_, LawName::Normal | LawName::Uniform) => law(&two, name),
            (_, LawName::Lognormal) => law(&two.map(|it| (it.0, it.1 + 51.0)), name),
            (_, LawName::Metalog) => Law::from_quantiles(&points, None, (-60.0, f64::INFINITY)),
            _ => law(&three(low, low + width, low + width * (1.5 + ratio * 0.6)), name),
        };
        made.unwrap_or_else(|why| panic!("{kind} {points:?}: {why:?}"))
    })
}

proptest! {
    #[test]
    fn a_higher_share_never_has_a_lower_value(law in any_law(), a in 0.0..1.0_f64, by in 1e-9..0.5_f64) {
        let b = (a + by).min(1.0);
        prop_assert!(law.at(a) <= law.at(b), "{} at {a}, {} at {b}", law.at(a), law.at(b));
        let (least, most) = law.ends();
        let cut = law.cut(least, (least + most) / 2.0, Cut::Truncate).unwrap();
        prop_assert!(cut.at(a) <= cut.at(b) && cut.at(b) <= (least + most) / 2.0);
    }

    #[test]
    fn many_draws_are_those_of_each(law in any_law(), nth in 0..1000_u64) {
        let stream = Stream::new(3, "law", crate::chance::Purpose::Range, 0);
        let mut all = [0.0; 70];
        law.fill(stream, nth, &mut all);
        let each = (0..70).map(|i| law.at(stream.uniform(nth + i))).collect::<Vec<_>>();
        prop_assert_eq!(all.to_vec(), each);
    }

    #[test]
    fn quantiles_come_back(law in any_law(), share in 0.001..0.999_f64) {
        for it in law.quantiles() {
            let off = (law.at(it.share) - it.told).abs();
            prop_assert!(off <= 1e-9 * it.told.abs().max(law.high - law.low), "{it:?} by {off}");
        }
        if !matches!(law.name(), "choices") {
            prop_assert!((law.below(law.at(share)) - share).abs() < 1e-9, "{}", law.below(law.at(share)));
        }
    }
}
