//! Laws of worth, loans and clearing, on flows and networks that nobody wrote.

use offtake::finance::{
    Bill, Cleared, Debt, Due, Flow, Network, Payment, Rates, Stake, Status, level, make_up, npv,
    pay, regular, sculpted, sweep,
};
use offtake::units::Money;
use proptest::collection::vec;
use proptest::prelude::*;

/// Flows of up to seven figures, some of them nothing, at rising times.
fn flows() -> impl Strategy<Value = Vec<Flow>> {
    let amount = prop_oneof![3 => -1e7..1e7, 1 => Just(0.0)];
    vec((amount, 0.01..2.0), 0..12).prop_map(|all| {
        let mut years = 0.0;
        let mut flow = |(amount, gap): (f64, f64)| {
            years += gap;
            Flow { years, amount }
        };
        all.into_iter().map(&mut flow).collect()
    })
}

/// What flows weigh at a rate, whatever their sign.
fn gross(rate: f64, flows: &[Flow]) -> f64 {
    flows.iter().map(|it| it.worth(rate).abs()).sum()
}

proptest! {
    #[test]
    fn at_a_rate_of_return_flows_are_worth_nothing(flows in flows()) {
        let it = Rates::of(&flows);
        prop_assert!(it.roots.len() <= it.sign_changes);
        // A rate nearer to -1 than a number can tell is told as -1.
        for root in it.roots.iter().filter(|it| **it > -1.0 + 1e-6) {
            prop_assert!(npv(*root, &flows).abs() <= 1e-9 * gross(*root, &flows), "{root}");
        }
    }

    #[test]
    fn no_rate_of_return_is_passed_over(flows in flows()) {
        let it = Rates::of(&flows);
        // Between two points of one sign there is an even number of roots, else an odd one.
        let rates: Vec<f64> = (0..400).map(|i| libm::expm1(f64::from(i - 200) * 0.0371)).collect();
        for pair in rates.windows(2) {
            let worth = [npv(pair[0], &flows), npv(pair[1], &flows)];
            let sure = (0..2).all(|i| worth[i].abs() > 1e-12 * gross(pair[i], &flows));
            let within = it.roots.iter().filter(|it| (pair[0]..pair[1]).contains(*it)).count();
            if sure && it.status == Status::Complete {
                prop_assert_eq!(within % 2 == 1, worth[0] * worth[1] < 0.0, "{:?}", pair);
            }
        }
    }

    #[test]
    fn roots_that_were_put_in_are_found(roots in vec(-0.5..3.0, 1..4)) {
        // (1 - x (1 + r1)) (1 - x (1 + r2)) ... with x = 1 / (1 + rate).
        let mut amounts = vec![1.0];
        for root in &roots {
            let shifted = [&[0.0][..], &amounts].concat();
            amounts.push(0.0);
            amounts.iter_mut().zip(shifted).for_each(|(a, b)| *a -= b * (1.0 + root));
        }
        let mut roots = roots;
        roots.sort_by(f64::total_cmp);
        prop_assume!(roots.windows(2).all(|it| it[1] - it[0] > 1e-3));
        let it = Rates::of(&regular(&amounts));
        prop_assert_eq!((it.roots.len(), it.status), (roots.len(), Status::Complete), "{:?}", it);
        let near = it.roots.iter().zip(&roots).all(|(a, b)| (a - b).abs() < 1e-7);
        prop_assert!(near, "{:?} {:?}", it.roots, roots);
    }

    #[test]
    fn a_currency_changes_no_rate(flows in flows(), times in 1e-9..1e9) {
        let scaled: Vec<Flow> =
            flows.iter().map(|it| Flow { amount: it.amount * times, ..*it }).collect();
        let (a, b) = (Rates::of(&flows), Rates::of(&scaled));
        prop_assert_eq!(a.roots.len(), b.roots.len());
        prop_assert!(a.roots.iter().zip(&b.roots).all(|(a, b)| (a - b).abs() <= 1e-7 * (1.0 + a)));
    }

    #[test]
    fn worth_is_linear(a in flows(), b in flows(), times in -9.0..9.0, rate in -0.5..2.0) {
        let scaled = a.iter().map(|it| Flow { amount: it.amount * times, ..*it });
        let both: Vec<Flow> = scaled.chain(b.iter().copied()).collect();
        let sum = times * npv(rate, &a) + npv(rate, &b);
        let off: f64 = npv(rate, &both) - sum;
        prop_assert!(off.abs() <= 1e-12 * gross(rate, &both), "{off}");
    }

    #[test]
    fn a_loan_ends_at_its_balloon_and_pays_back_what_was_lent(
        lent in 1.0..1e12, rate in 0.0..0.3, periods in 1_usize..80, balloon in 0.0..0.9, at_start: bool,
    ) {
        let due = if at_start { Due::AtStart } else { Due::AtEnd };
        let rows = level(lent, rate, periods, balloon * lent, due);
        prop_assert_eq!(rows[periods - 1].closing, balloon * lent);
        paid_back(&rows, lent * (1.0 - balloon))?;
        // The last payment is like the others: it had nothing to make good but rounding.
        let off = rows[periods - 1].service() - rows[0].service();
        let growth = libm::pow(1.0 + rate, periods as f64);
        prop_assert!(off.abs() <= 1e-14 * lent * growth * periods as f64, "{off}");
    }

    #[test]
    fn a_loan_shaped_to_cash_is_covered_as_asked_and_ends_at_nothing(
        cash in vec(0.0..1e9, 1..40), ratio in 1.0..3.0, rate in 0.0..0.3,
    ) {
        let rows = sculpted(&cash, &vec![ratio; cash.len()], rate);
        prop_assert_eq!(rows[cash.len() - 1].closing, 0.0);
        paid_back(&rows, rows[0].opening)?;
        for (it, cash) in rows.iter().zip(&cash) {
            prop_assert!((it.service() * ratio - cash).abs() <= 1e-9 * rows[0].opening.max(1.0));
        }
    }

    #[test]
    fn a_sweep_never_takes_more_than_there_is_or_is_owed(
        lent in 1.0..1e9, cash in vec(-1e8..1e9, 1..40), rate in 0.0..0.3, share in 0.0..1.0,
    ) {
        let rows = sweep(lent, rate, &cash, share);
        for (it, cash) in rows.iter().zip(&cash) {
            let most = cash.max(0.0) * share + 1e-12 * it.opening + 1e-6;
            prop_assert!(it.service() <= most && it.closing >= 0.0);
        }
        paid_back(&rows, lent - rows[rows.len() - 1].closing)?;
    }

    #[test]
    fn made_up_units_were_paid_for_before(
        years in vec((0.0..100.0, 0.0..200.0), 1..12), carry in 0_usize..4,
    ) {
        let rows = make_up(&years, 1.0, carry);
        let (mut short, mut drawn) = (0.0, 0.0);
        for it in &rows {
            drawn += it.drawn;
            prop_assert!(drawn <= short + 1e-9 && it.bank <= short + it.shortfall + 1e-9);
            short += it.shortfall;
            prop_assert!(it.paid + it.drawn >= it.used.max(it.committed) - 1e-9);
        }
    }
}

fn paid_back(rows: &[Payment], lent: f64) -> Result<(), TestCaseError> {
    let sum: f64 = rows.iter().map(|it| it.principal).sum();
    let most = rows.iter().map(|it| it.opening).fold(1.0, f64::max);
    prop_assert!((sum - lent).abs() <= 1e-9 * most, "{sum} {lent}");
    for pair in rows.windows(2) {
        prop_assert_eq!(pair[0].closing, pair[1].opening);
    }
    Ok(())
}

/// Up to nine parties; what they keep in default is given.
fn networks(keeps: impl Strategy<Value = (f64, f64)>) -> impl Strategy<Value = Network> {
    (2_usize..9, keeps).prop_flat_map(|(parties, (assets_kept, claims_kept))| {
        let debt = (0..parties, 1..parties, 0.0..100.0, 0_usize..3).prop_map(
            move |(from, on, amount, rank)| Debt { from, to: (from + on) % parties, amount, rank },
        );
        let stake = (0..parties, 1..parties, 0.0..0.15).prop_map(move |(of, on, share)| Stake {
            of,
            holder: (of + on) % parties,
            share,
        });
        (vec(0.0..60.0, parties), vec(debt, 0..30), vec(stake, 0..6)).prop_map(
            move |(assets, debts, stakes)| Network {
                assets,
                debts,
                stakes,
                assets_kept,
                claims_kept,
            },
        )
    })
}

fn with_costs() -> impl Strategy<Value = (f64, f64)> {
    prop_oneof![Just((1.0, 1.0)), (0.0..1.0, 0.0..1.0)]
}

/// What a party has when others pay as they do.
fn means(network: &Network, it: &Cleared, party: usize, assets: f64, claims: f64) -> f64 {
    let to = network.debts.iter().filter(|it| it.to == party);
    let paid: f64 = to.map(|debt| debt.amount * it.fractions[debt.from][debt.rank]).sum();
    let held = network.stakes.iter().filter(|it| it.holder == party);
    let worth: f64 = held.map(|stake| stake.share * it.equity[stake.of]).sum();
    assets * network.assets[party] + claims * (paid + worth)
}

fn owed(network: &Network, party: usize) -> f64 {
    network.debts.iter().filter(|it| it.from == party).map(|it| it.amount).sum()
}

const CLOSE: f64 = 1e-7;

proptest! {
    #[test]
    fn payments_fit_together(network in networks(with_costs())) {
        let it = network.clear();
        prop_assert!(it.settled);
        let defaults = it.defaults();
        for party in 0..network.assets.len() {
            let (owed, paid) = (owed(&network, party), it.paid_by(party));
            let has = means(&network, &it, party, 1.0, 1.0);
            prop_assert!(-CLOSE <= paid && paid <= owed + CLOSE, "never more than is owed");
            prop_assert!((it.equity[party] - (has - owed).max(0.0)).abs() <= CLOSE);
            let pays = if defaults.contains(&party) {
                prop_assert!(has < owed + CLOSE);
                means(&network, &it, party, network.assets_kept, network.claims_kept).min(owed)
            } else {
                prop_assert!(has >= owed - CLOSE);
                owed
            };
            prop_assert!((paid - pays).abs() <= CLOSE, "{party} pays {paid}, not {pays}");
            // A rank is paid only when those before it are paid in full.
            let mut before = 1.0;
            let ranked = it.fractions[party].iter().zip(&it.paid[party]);
            for (fraction, _) in ranked.filter(|it| *it.1 > CLOSE) {
                prop_assert!(before == 1.0, "{:?}", it.fractions[party]);
                before = *fraction;
            }
        }
    }

    #[test]
    fn who_has_more_pays_no_less_and_neither_does_anybody_else(
        network in networks(with_costs()), lucky in 0_usize..9, more in 0.0..50.0,
    ) {
        let mut richer = network.clone();
        let lucky = lucky % network.assets.len();
        richer.assets[lucky] += more;
        let (poor, rich) = (network.clear(), richer.clear());
        for party in 0..network.assets.len() {
            prop_assert!(rich.paid_by(party) >= poor.paid_by(party) - CLOSE);
            prop_assert!(rich.equity[party] >= poor.equity[party] - CLOSE);
        }
    }

    #[test]
    fn without_costs_of_default_no_money_is_lost(network in networks(Just((1.0, 1.0)))) {
        let network = Network { stakes: Vec::new(), ..network };
        let it = network.clear();
        let (had, left): (f64, f64) = (network.assets.iter().sum(), it.equity.iter().sum());
        prop_assert!((had - left).abs() <= CLOSE, "{had} {left}");
    }

    #[test]
    fn the_least_payments_are_no_greater_than_the_greatest(network in networks(Just((1.0, 1.0)))) {
        let (most, least) = (network.clear(), network.clear_least());
        for party in 0..network.assets.len() {
            prop_assert!(least.paid_by(party) <= most.paid_by(party) + CLOSE);
        }
    }

    #[test]
    fn payments_in_whole_micro_units_are_those_that_were_reckoned(network in networks(with_costs())) {
        let it = network.clear();
        let micros = |amount: f64| Money { micros: (amount * 1e6).round() as i128 };
        let owed: Vec<Money> = network.debts.iter().map(|it| micros(it.amount)).collect();
        let paid = it.payments(&network, &owed);
        for ((debt, paid), owed) in network.debts.iter().zip(&paid).zip(&owed) {
            prop_assert!(Money::ZERO <= *paid && paid <= owed);
            let exact = debt.amount * it.fractions[debt.from][debt.rank];
            prop_assert!((paid.dollars() - exact).abs() <= 3e-6, "{} {exact}", paid.dollars());
        }
    }
}

/// Bills between five parties and somebody outside; one in four parties does not tell its cash.
fn bills() -> impl Strategy<Value = (Vec<Option<Money>>, Vec<Bill>)> {
    let money = |micros: u64| Money { micros: micros.into() };
    let cash = prop::option::weighted(0.75, (0..2_000_000_u64).prop_map(money));
    let bill = (0..5_usize, 1..6_usize, 0..3_000_000_u64, 0..3_i64).prop_map(
        move |(from, apart, amount, rank)| {
            let to = (from + apart) % 6;
            Bill { from, to: (to < 5 && to != from).then_some(to), amount: money(amount), rank }
        },
    );
    (vec(cash, 5), vec(bill, 0..25))
}

proptest! {
    #[test]
    fn in_whole_micro_dollars_nobody_pays_more_than_it_owes_or_has((cash, bills) in bills()) {
        let paid = pay(&cash, &bills);
        for (bill, paid) in bills.iter().zip(&paid) {
            prop_assert!(Money::ZERO <= *paid && *paid <= bill.amount);
        }
        let sum = |of: &dyn Fn(&Bill) -> bool| -> Money {
            bills.iter().zip(&paid).filter(|it| of(it.0)).map(|it| *it.1).sum()
        };
        for (party, cash) in cash.iter().enumerate() {
            let (goes, comes) = (sum(&|it| it.from == party), sum(&|it| it.to == Some(party)));
            let owes: Money = bills.iter().filter(|it| it.from == party).map(|it| it.amount).sum();
            let Some(cash) = cash else {
                prop_assert_eq!(goes, owes, "whose cash is not told pays in full");
                continue;
            };
            let left = *cash + comes - goes;
            prop_assert!(left >= Money::ZERO, "{party} has {left:?}");
            // A few micro-dollars may stay where payments are passed round.
            prop_assert!(goes == owes || left.micros <= 25, "{party} keeps {left:?} and owes");
            let late = bills.iter().zip(&paid).filter(|it| it.0.from == party && *it.1 < it.0.amount);
            if let Some(first) = late.map(|it| it.0.rank).min() {
                prop_assert_eq!(sum(&|it| it.from == party && it.rank > first), Money::ZERO);
            }
        }
    }

    #[test]
    fn more_cash_pays_no_bill_less((cash, bills) in bills(), more in vec(0..1_000_000_u64, 5)) {
        let richer: Vec<Option<Money>> = cash
            .iter()
            .zip(more)
            .map(|(it, more)| it.map(|it| it + Money { micros: more.into() }))
            .collect();
        for (less, more) in pay(&cash, &bills).iter().zip(pay(&richer, &bills)) {
            prop_assert!(more.micros >= less.micros - 25, "{less:?} {more:?}");
        }
    }
}
