//! Cases of clearing: who pays whom when some cannot.

use offtake::finance::{Cleared, Debt, Network, Stake};
use serde_json::{Value, json};

use super::{number, numbers};

/// Of one rank, with costs of default.
pub fn clearing(inputs: &Value) -> Option<Value> {
    let owed = matrix(&inputs["L"])?;
    let outside = numbers(&inputs["external_liabilities"])?;
    let network = Network {
        assets_kept: number(&inputs["alpha"])?,
        claims_kept: number(&inputs["beta"])?,
        ..network(inputs, &[(owed.clone(), outside.clone())])?
    };
    let (it, least) = (network.clear(), network.clear_least());
    let parties = 0..owed.len();
    let total = |i: usize| owed[i].iter().sum::<f64>() + outside[i];
    let recovery = |i: usize| (total(i) > 0.0).then(|| it.paid_by(i) / total(i));
    let part = |i: usize, owed: f64| recovery(i).map_or(0.0, |it| it * owed);
    let payments = |i: usize| owed[i].iter().map(|it| part(i, *it)).collect::<Vec<_>>();
    Some(json!({
        "clearing": all(&parties, |i| it.paid_by(i)),
        "defaults": it.defaults(),
        "waves": it.waves,
        "shortfall": all(&parties, |i| total(i) - it.paid_by(i)),
        "equity": it.equity[..owed.len()],
        "recovery": all(&parties, recovery),
        "payments": all(&parties, payments),
        "external_paid": all(&parties, |i| part(i, outside[i])),
        "least_clearing": all(&parties, |i| least.paid_by(i)),
    }))
}

/// Of several ranks, with stakes.
pub fn with_stakes_and_seniority(inputs: &Value) -> Option<Value> {
    let rank = |it: &Value| Some((matrix(&it["L"])?, numbers(&it["external"])?));
    let ranks = inputs["classes"].as_array()?.iter().map(rank).collect::<Option<Vec<_>>>()?;
    let network = network(inputs, &ranks)?;
    let it: Cleared = network.clear();
    let parties = 0..network.assets.len() - 1;
    let owed = |i: usize, rank: usize| ranks[rank].0[i].iter().sum::<f64>() + ranks[rank].1[i];
    let by_rank = |of: &dyn Fn(usize, usize) -> f64| -> Vec<Value> {
        (0..ranks.len()).map(|rank| all(&parties, |i| of(i, rank))).collect()
    };
    Some(json!({
        "paid": by_rank(&|i, rank| it.paid[i][rank]),
        "equity": it.equity[..parties.end],
        "shortfall": by_rank(&|i, rank| owed(i, rank) - it.paid[i][rank]),
        "defaults": it.defaults(),
    }))
}

fn all<T: serde::Serialize>(parties: &std::ops::Range<usize>, of: impl Fn(usize) -> T) -> Value {
    json!(parties.clone().map(of).collect::<Vec<_>>())
}

fn matrix(it: &Value) -> Option<Vec<Vec<f64>>> {
    it.as_array()?.iter().map(numbers).collect()
}

/// What is owed outside, is owed to one more party that owes nothing.
fn network(inputs: &Value, ranks: &[(Vec<Vec<f64>>, Vec<f64>)]) -> Option<Network> {
    let mut assets = numbers(&inputs["external_assets"])?;
    let outside = assets.len();
    assets.push(0.0);
    let mut debts = Vec::new();
    for (rank, (owed, external)) in ranks.iter().enumerate() {
        for (from, row) in owed.iter().enumerate() {
            let inside = row.iter().copied().enumerate();
            let all = inside.chain([(outside, external[from])]).filter(|it| it.1 > 0.0);
            debts.extend(all.map(|(to, amount)| Debt { from, to, amount, rank }));
        }
    }
    let mut stakes = Vec::new();
    for (of, row) in matrix(&inputs["stakes"]).unwrap_or_default().iter().enumerate() {
        let held = row.iter().copied().enumerate().filter(|it| it.1 > 0.0);
        stakes.extend(held.map(|(holder, share)| Stake { of, holder, share }));
    }
    Some(Network { assets, debts, stakes, assets_kept: 1.0, claims_kept: 1.0 })
}
