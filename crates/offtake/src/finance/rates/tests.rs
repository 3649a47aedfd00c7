use super::*;
use crate::finance::{npv, regular};

fn of(amounts: &[f64]) -> Rates {
    Rates::of(&regular(amounts))
}

fn close(ours: &[f64], theirs: &[f64]) {
    assert_eq!(ours.len(), theirs.len(), "{ours:?}");
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * b.abs().max(1.0);
    assert!(ours.iter().zip(theirs).all(near), "{ours:?} {theirs:?}");
}

#[test]
fn a_pump_has_two_rates_and_both_are_told() {
    let it = of(&[-1_600.0, 10_000.0, -10_000.0]);
    close(&it.roots, &[0.25, 4.0]);
    assert_eq!((it.status, it.sign_changes), (Status::Complete, 2));
}

#[test]
fn flows_that_are_never_worth_nothing_have_no_rate() {
    for amounts in [&[1_000.0, -3_000.0, 2_500.0][..], &[1.0, 2.0], &[-1.0], &[0.0, 0.0], &[]] {
        let it = of(amounts);
        assert_eq!((it.roots.len(), it.status), (0, Status::Complete), "{amounts:?}");
    }
    let one_day = [100.0, -100.0].map(|amount| Flow { years: 0.0, amount });
    assert!(Rates::of(&one_day).roots.is_empty());
}

#[test]
fn a_rate_at_which_the_value_only_touches_zero_is_told_and_not_called_sure() {
    let it = of(&[-1.0, 2.2, -1.21]);
    assert_eq!((it.roots.len(), it.status), (1, Status::Searched));
    assert!((it.roots[0] - 0.1).abs() < 1e-7, "{:?}", it.roots);
    assert!(
        it.unsure[0].0 <= 0.1 && 0.1 <= it.unsure[0].1 && it.unsure[0].1 - it.unsure[0].0 < 1e-6
    );
    let triple = of(&[-1.0, 3.3, -3.63, 1.331]);
    assert_eq!((triple.roots.len(), triple.status), (1, Status::Searched));
    assert!((triple.roots[0] - 0.1).abs() < 1e-4, "{:?}", triple.roots);
}

#[test]
fn a_thousand_flows_of_changing_sign_are_searched_in_full() {
    let amounts: Vec<f64> = (0..1_000).map(|i| libm::sin(f64::from(i * i))).collect();
    let it = of(&amounts);
    assert_eq!(it.status, Status::Complete);
    let gross: f64 = amounts.iter().map(|it| it.abs()).sum();
    for root in &it.roots {
        let size: f64 = regular(&amounts)
            .iter()
            .map(|it| it.amount.abs() * libm::pow(1.0 + root, -it.years))
            .sum();
        assert!(npv(*root, &regular(&amounts)).abs() < 1e-9 * size.max(gross), "{root}");
    }
    // Signs on a fine grid change where roots were found, and nowhere else.
    let grid = (1..4_000).map(|i| -0.9 + f64::from(i) * 1e-3);
    let signs: Vec<bool> = grid.map(|rate| npv(rate, &regular(&amounts)) > 0.0).collect();
    let seen = signs.windows(2).filter(|it| it[0] != it[1]).count();
    let within = it.roots.iter().filter(|it| (-0.899..3.099).contains(*it)).count();
    assert_eq!(seen, within, "{:?}", it.roots);
}

#[test]
fn flows_on_a_calendar_and_flows_just_beside_it_have_the_same_rates() {
    let amounts: Vec<f64> = (0..400).map(|i| libm::sin(f64::from(i * i))).collect();
    let on: Vec<Flow> = regular(&amounts);
    let mut beside = on.clone();
    beside[200].years += 1e-9;
    let (on, beside) = (Rates::of(&on), Rates::of(&beside));
    assert_eq!((on.status, beside.status), (Status::Complete, Status::Complete));
    assert_eq!(on.roots.len(), beside.roots.len());
    assert!(on.roots.len() > 1, "{:?}", on.roots);
    let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-6;
    assert!(on.roots.iter().zip(&beside.roots).all(near), "{on:?} {beside:?}");
}
