//! Shares against those that theory gives.

use std::f64::consts::PI;

use super::linear::{product, solve};
use super::{Drivers, Lens, Method, Reading, drivers, luck_share};
use crate::study::trial::{normals, uniforms};
use crate::study::{Column, Estimate};

fn number(values: &[f64]) -> Column<'_> {
    Column { values, is_date: false }
}

fn columns(name: &str, inputs: usize, draws: usize) -> Vec<Vec<f64>> {
    (0..inputs).map(|it| uniforms(&format!("{name} {it}"), draws)).collect()
}

fn singles(inputs: usize) -> Vec<Vec<usize>> {
    (0..inputs).map(|it| vec![it]).collect()
}

fn each(inputs: &[Vec<f64>], figure: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let row = |draw: usize| inputs.iter().map(|it| it[draw]).collect::<Vec<f64>>();
    (0..inputs[0].len()).map(|draw| figure(&row(draw))).collect()
}

fn of(inputs: &[Vec<f64>], groups: &[Vec<usize>], values: &[f64]) -> Drivers {
    drivers(inputs, groups, &[number(values)]).pop().unwrap().unwrap()
}

/// Four standard errors: a true share lies farther off once in some 1,300 tries (Student, 19).
fn agree(found: &[Estimate], truth: &[f64]) {
    for (found, truth) in found.iter().zip(truth) {
        assert!(
            (found.value - truth).abs() <= 4.0 * found.error + 1e-12,
            "{found:?} is not {truth}"
        );
        assert!(found.error < 0.07, "{found:?} says little");
    }
}

const A: f64 = 7.0;
const B: f64 = 0.1;

/// Ishigami and Homma, 1990, of three numbers uniform over (0, 1).
fn ishigami(u: &[f64]) -> f64 {
    let [x, y, z] = [0, 1, 2].map(|it| PI * (2.0 * u[it] - 1.0));
    let (sin_x, sin_y) = (libm::sin(x), libm::sin(y));
    sin_x + A * sin_y * sin_y + B * z * z * z * z * sin_x
}

/// The first-order shares of the three, and that of the first and third together.
fn ishigami_shares() -> [f64; 4] {
    let pi4 = PI * PI * PI * PI;
    let first = (1.0 + B * pi4 / 5.0) * (1.0 + B * pi4 / 5.0) / 2.0;
    let second = A * A / 8.0;
    let both = B * B * pi4 * pi4 * (1.0 / 18.0 - 1.0 / 50.0);
    [first, second, 0.0, both].map(|it| it / (first + second + both))
}

#[test]
fn single_inputs_of_ishigamis_function_have_their_analytic_shares() {
    let inputs = columns("ishigami", 3, 10_000);
    let found = of(&inputs, &singles(3), &each(&inputs, ishigami));
    assert_eq!((found.method, found.lens.reading), (Method::Neighbours, Reading::Value));
    agree(&found.groups, &ishigami_shares()[..3]);
    assert_eq!(found.groups, found.inputs);
    assert_eq!(found.groups[2].low, 0.0);
}

#[test]
fn single_inputs_of_sobols_g_have_their_analytic_shares() {
    let weights = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
    let inputs = columns("g", 8, 10_000);
    let g = |u: &[f64]| -> f64 {
        let factor = |(u, a): (&f64, &f64)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a);
        u.iter().zip(&weights).map(factor).product()
    };
    let own = weights.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    let variance = own.iter().map(|it| 1.0 + it).product::<f64>() - 1.0;
    let found = of(&inputs, &singles(8), &each(&inputs, g));
    agree(&found.groups, &own.map(|it| it / variance));
}

#[test]
fn a_group_has_its_closed_share_and_shapley_splits_what_its_members_do_together() {
    let inputs = columns("ishigami", 3, 10_000);
    let found = of(&inputs, &[vec![0, 2], vec![1]], &each(&inputs, ishigami));
    let [first, second, _, both] = ishigami_shares();
    agree(&found.groups, &[first + both, second]);
    agree(&found.inputs, &[first + both / 2.0, second, both / 2.0]);
}

/// Standard normal inputs with these correlations: `L z` by Cholesky.
fn correlated(name: &str, correlations: &[Vec<f64>], draws: usize) -> Vec<Vec<f64>> {
    let n = correlations.len();
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let left = correlations[i][j] - product(&lower[i][..j], &lower[j][..j]);
            lower[i][j] = if i == j { libm::sqrt(left) } else { left / lower[j][j] };
        }
    }
    let z: Vec<Vec<f64>> = (0..n).map(|it| normals(&format!("{name} {it}"), draws)).collect();
    let row = |i: usize, draw: usize| (0..=i).map(|j| lower[i][j] * z[j][draw]).sum::<f64>();
    (0..n).map(|i| (0..draws).map(|draw| row(i, draw)).collect()).collect()
}

/// All pairs with one correlation.
fn alike(n: usize, correlation: f64) -> Vec<Vec<f64>> {
    let at = |i, j| if i == j { 1.0 } else { correlation };
    (0..n).map(|i| (0..n).map(|j| at(i, j)).collect()).collect()
}

/// Owen and Prieur, "On Shapley value for measuring importance of dependent inputs", 2017,
/// section 3: a straight line of normal inputs, two of which hang together.
#[test]
fn a_correlated_pair_has_the_shapley_effects_of_theory() {
    let (slopes, rho) = ([1.0, 2.0, 1.5], 0.6);
    let mut correlations = alike(3, 0.0);
    (correlations[0][1], correlations[1][0]) = (rho, rho);
    let inputs = correlated("pair", &correlations, 10_000);
    let found = of(&inputs, &[vec![0, 1], vec![2]], &each(&inputs, |x| product(x, &slopes)));
    let [a, b, c] = slopes;
    let pair = a * a + b * b + 2.0 * rho * a * b;
    let effect = |own: f64, other: f64| {
        own * own * (1.0 - rho * rho / 2.0) + rho * own * other + other * other * rho * rho / 2.0
    };
    let variance = pair + c * c;
    agree(&found.groups, &[pair, c * c].map(|it| it / variance));
    agree(&found.inputs, &[effect(a, b), effect(b, a), c * c].map(|it| it / variance));
}

/// The Shapley effects of a straight line of normal inputs, by asking every order (Heap).
fn effects_of_a_line(correlations: &[Vec<f64>], slopes: &[f64]) -> Vec<f64> {
    let n = slopes.len();
    let along: Vec<f64> = correlations.iter().map(|it| product(it, slopes)).collect();
    let explained = |set: usize| {
        let own: Vec<usize> = (0..n).filter(|it| set & 1 << it != 0).collect();
        let matrix: Vec<Vec<f64>> =
            own.iter().map(|a| own.iter().map(|b| correlations[*a][*b]).collect()).collect();
        let right: Vec<f64> = own.iter().map(|it| along[*it]).collect();
        product(&solve(&matrix, &right), &right)
    };
    let explained: Vec<f64> = (0..1 << n).map(explained).collect();
    let (mut sums, mut orders) = (vec![0.0; n], 0.0);
    let mut order: Vec<usize> = (0..n).collect();
    let mut turns = vec![0; n];
    let mut walk = |order: &[usize]| {
        let mut set = 0;
        for member in order {
            sums[*member] += explained[set | 1 << member] - explained[set];
            set |= 1 << member;
        }
        orders += 1.0;
    };
    walk(&order);
    let mut i = 0;
    while i < n {
        if turns[i] < i {
            order.swap(if i % 2 == 0 { 0 } else { turns[i] }, i);
            walk(&order);
            turns[i] += 1;
            i = 0;
        } else {
            turns[i] = 0;
            i += 1;
        }
    }
    sums.iter().map(|it| it / orders / explained[(1 << n) - 1]).collect()
}

#[test]
fn six_that_hang_together_and_luck_have_the_effects_of_theory() {
    let slopes = [3.0, 2.0, 1.0, 0.5, 0.0, -1.0];
    let correlations = alike(6, 0.4);
    let inputs = correlated("six", &correlations, 10_000);
    let (line, luck) = (each(&inputs, |x| product(x, &slopes)), normals("luck of six", 10_000));
    let values: Vec<f64> = line.iter().zip(&luck).map(|(a, b)| a + 3.0 * b).collect();
    let of_line: f64 = (0..6).map(|it| slopes[it] * product(&correlations[it], &slopes)).sum();
    let share = of_line / (of_line + 9.0);
    let truth = effects_of_a_line(&correlations, &slopes);
    let found = of(&inputs, &[(0..6).collect()], &values);
    agree(&found.groups, &[share]);
    agree(&found.inputs, &truth.iter().map(|it| it * share).collect::<Vec<f64>>());
}

#[test]
fn eight_that_hang_together_are_split_by_some_of_their_orders() {
    let slopes = [3.0, 2.0, 1.0, 0.5, 0.0, -1.0, 1.0, 2.0];
    let inputs = correlated("eight", &alike(8, 0.3), 10_000);
    let found = of(&inputs, &[(0..8).collect()], &each(&inputs, |x| product(x, &slopes)));
    agree(&found.inputs, &effects_of_a_line(&alike(8, 0.3), &slopes));
}

/// Inputs of few values, some alike in all of them: `y = 2 p + q + luck`, all variances known.
#[test]
fn ties_and_constants_are_no_trouble() {
    let n = 10_000;
    let coin = |name: &str| -> Vec<f64> {
        uniforms(name, n).iter().map(|it| f64::from(*it < 0.5)).collect()
    };
    let inputs = [coin("p"), coin("q"), vec![3.0; n], coin("r")];
    let luck = uniforms("luck of coins", n);
    let values: Vec<f64> =
        (0..n).map(|it| 2.0 * inputs[0][it] + inputs[1][it] + 3.0 * luck[it]).collect();
    let variance = 1.0 + 0.25 + 0.75;
    let truth = [1.0, 0.25, 0.0, 0.0].map(|it| it / variance);
    let alone = of(&inputs, &singles(4), &values);
    agree(&alone.groups, &truth);
    assert_eq!(alone.groups[2], Estimate::exact(0.0));
    let grouped = of(&inputs, &[vec![0, 1, 2], vec![3]], &values);
    agree(&grouped.inputs, &truth);
    assert_eq!(grouped.inputs[2], Estimate::exact(0.0));
    agree(&grouped.groups, &[1.25 / variance, 0.0]);
}

/// A gap opens if `x + y > 1.5`: with odds of 1 in 8, first-order shares of the odds are
/// `(E[p(x)^2] - 1/64) / (1/8 - 1/64)` with `p(x) = max(0, x - 1/2)`.
#[test]
fn what_mostly_never_happens_is_explained_by_its_odds() {
    let inputs = columns("odds", 2, 10_000);
    let never = f64::INFINITY;
    let values = each(&inputs, |u| if u[0] + u[1] > 1.5 { 10.0 * u[0] } else { never });
    let dates = [Column { values: &values, is_date: true }];
    let found = drivers(&inputs, &singles(2), &dates).pop().unwrap().unwrap();
    assert_eq!(found.lens.reading, Reading::Happens);
    let share = (1.0 / 24.0 - 1.0 / 64.0) / (1.0 / 8.0 - 1.0 / 64.0);
    agree(&found.groups, &[share, share]);
}

#[test]
fn draws_in_which_the_figure_is_unknown_are_left_out() {
    let inputs = columns("unknown", 2, 4_000);
    let mut values = each(&inputs, |u| u[0] + u[1]);
    let known = of(
        &[inputs[0][..3_000].to_vec(), inputs[1][..3_000].to_vec()],
        &singles(2),
        &values[..3_000],
    );
    values[3_000..].fill(f64::NAN);
    let found = of(&inputs, &singles(2), &values);
    assert_eq!(found, known);
}

#[test]
fn what_does_not_vary_or_was_hardly_played_has_no_drivers() {
    let inputs = columns("still", 2, 2_000);
    assert_eq!(drivers(&inputs, &singles(2), &[number(&[1.0; 2_000])]), [None]);
    let few = columns("hardly", 2, 39);
    assert_eq!(drivers(&few, &singles(2), &[number(&few[0])]), [None]);
}

/// 400 times: a nominal 95 in 100, which 400 tries tell within 3.3 (three standard errors).
fn held(tries: impl Fn(usize) -> Vec<(Estimate, f64)>) -> Vec<f64> {
    let mut held = Vec::new();
    for nth in 0..400 {
        let found = tries(nth);
        held.resize(found.len(), 0.0);
        for (held, (it, truth)) in held.iter_mut().zip(found) {
            *held += f64::from(it.low <= truth && truth <= it.high) / 400.0;
        }
    }
    held
}

#[test]
fn intervals_of_single_inputs_hold_the_truth_in_95_of_100() {
    let truth = ishigami_shares();
    let rates = held(|nth| {
        let inputs = columns(&format!("try {nth}"), 3, 2_000);
        let found = of(&inputs, &singles(3), &each(&inputs, ishigami)).groups;
        found.into_iter().zip(truth).collect()
    });
    assert!(rates.iter().all(|it| (0.917..0.99).contains(it)), "{rates:?}");
}

#[test]
fn intervals_of_shapley_effects_hold_the_truth_in_95_of_100() {
    let (slopes, correlations) = ([1.0, 2.0, 0.0], alike(3, 0.5));
    let truth = effects_of_a_line(&correlations, &slopes);
    let rates = held(|nth| {
        let inputs = correlated(&format!("try {nth}"), &correlations, 2_000);
        let luck = normals(&format!("luck {nth}"), 2_000);
        let line = each(&inputs, |x| product(x, &slopes));
        let values: Vec<f64> =
            line.iter().zip(luck).map(|(a, b)| a + libm::sqrt(7.0) * b).collect();
        let found = of(&inputs, &[vec![0, 1, 2]], &values).inputs;
        found.into_iter().zip(truth.iter().map(|it| it / 2.0)).collect()
    });
    assert!(rates.iter().all(|it| (0.917..0.99).contains(it)), "{rates:?}");
}

/// `exp(2 x - y)` of normal numbers is a straight line to its ranks: a rank correlation is
/// `6 / pi asin(r / 2)` (Pearson, 1907).
#[test]
fn few_draws_are_told_by_rank_regression() {
    let share = |r: f64| {
        let rank = 6.0 / PI * libm::asin(r / 2.0);
        rank * rank
    };
    let truth = [share(2.0 / libm::sqrt(5.0)), share(1.0 / libm::sqrt(5.0)), 0.0];
    let rates = held(|nth| {
        let names = ["x", "y", "z"].map(|it| normals(&format!("{it} {nth}"), 400));
        let values = each(&names, |x| libm::exp(2.0 * x[0] - x[1]));
        let found = of(&names, &singles(3), &values);
        assert_eq!(found.method, Method::RankRegression);
        agree(&found.groups, &truth);
        found.groups.into_iter().zip(truth).collect()
    });
    assert!(rates.iter().all(|it| *it > 0.917), "{rates:?}");
}

#[test]
fn rank_regression_splits_a_group_by_shapleys_rule() {
    let correlations = alike(2, 0.5);
    let inputs = correlated("few", &correlations, 900);
    let found = of(&inputs, &[vec![0, 1]], &each(&inputs, |x| 3.0 * x[0] + x[1]));
    agree(&found.inputs, &effects_of_a_line(&correlations, &[3.0, 1.0]));
    assert!((found.inputs[0].value + found.inputs[1].value - found.groups[0].value).abs() < 1e-12);
}

#[test]
fn the_share_of_luck_is_known_from_pairs() {
    let [x, a, b] = ["x", "a", "b"].map(|it| normals(it, 1_000));
    let pairs: Vec<(f64, f64)> =
        (0..1_000).map(|it| (2.0 * x[it] + a[it], 2.0 * x[it] + b[it])).collect();
    let lens = Lens::of(&number(&x));
    agree(&[luck_share(&pairs, &lens).unwrap()], &[0.2]);
    assert_eq!(luck_share(&pairs[..39], &lens), None);
    let none: Vec<(f64, f64)> = x.iter().map(|it| (*it, *it)).collect();
    assert_eq!(luck_share(&none, &lens), Some(Estimate::exact(0.0)));
}

#[test]
fn intervals_of_luck_hold_the_truth_in_95_of_100() {
    let some = [1.0, 2.0];
    let lens = Lens::of(&number(&some));
    let rates = held(|nth| {
        let [x, a, b] = ["x", "a", "b"].map(|it| normals(&format!("{it} {nth}"), 500));
        let pairs: Vec<(f64, f64)> = (0..500).map(|it| (x[it] + a[it], x[it] + b[it])).collect();
        vec![(luck_share(&pairs, &lens).unwrap(), 0.5)]
    });
    assert!((0.917..0.983).contains(&rates[0]), "{rates:?}");
}
