//! Laws, their cuts and what hangs together: the cases of `uncertainty_concentration.json`.

use offtake::chance::{
    Copula, Cut, Law, LawError, LawName, Purpose, Stream, below, quantile, rank_correlation,
};
use serde_json::{Map, Value, json};

/// The quantiles that are compared.
const SHARES: [&str; 9] = ["0.01", "0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95", "0.99"];

/// Draws where there is no formula.
const DRAWS: usize = 2_000_000;

fn quantiles(law: &Law) -> Value {
    let one = |it: &str| (it.to_owned(), json!(law.at(it.parse().unwrap_or_default())));
    Value::Object(SHARES.into_iter().map(one).collect())
}

/// Mean, spread and quantiles, where the law has them.
fn told(law: &Law) -> Map<String, Value> {
    let mut all = Map::new();
    if let Some((mean, sd)) = law.moments() {
        all.extend([("mean".to_owned(), json!(mean)), ("sd".to_owned(), json!(sd))]);
    }
    if let Some((mu, sigma)) = law.scores() {
        all.extend([("mu".to_owned(), json!(mu)), ("sigma".to_owned(), json!(sigma))]);
    }
    all.insert("quantiles".to_owned(), quantiles(law));
    all
}

/// A law whose 5th and 95th percentiles are told.
fn between(low: &Value, high: &Value, name: LawName) -> Result<Law, LawError> {
    let [low, high] = [low, high].map(|it| it.as_f64().unwrap_or(f64::NAN));
    let all = (f64::NEG_INFINITY, f64::INFINITY);
    Law::from_quantiles(&[(0.05, low), (0.95, high)], Some(name), all)
}

fn pair(inputs: &Value, key: &str) -> Option<Law> {
    between(&inputs[key][0], &inputs[key][1], LawName::Lognormal).ok()
}

fn number(inputs: &Value, key: &str) -> Option<f64> {
    inputs[key].as_f64()
}

pub fn from_90ci(inputs: &Value) -> Option<Value> {
    let law = between(&inputs["p05"], &inputs["p95"], LawName::Lognormal).ok()?;
    Some(Value::Object(told(&law)))
}

pub fn from_90ci_normal(inputs: &Value) -> Option<Value> {
    let law = between(&inputs["p05"], &inputs["p95"], LawName::Normal).ok()?;
    Some(Value::Object(told(&law)))
}

pub fn truncated(inputs: &Value) -> Option<Value> {
    let law = between(&inputs["p05"], &inputs["p95"], LawName::Lognormal).ok()?;
    let (least, most) = (number(inputs, "lower")?, number(inputs, "upper")?);
    let cut = |how| law.clone().cut(least, most, how).ok();
    Some(json!({
        "quantiles": quantiles(&cut(Cut::Truncate)?),
        "clipped_quantiles": quantiles(&cut(Cut::Clip)?),
    }))
}

pub fn product(inputs: &Value) -> Option<Value> {
    let correlation = number(inputs, "log_correlation")?;
    let (a, b) = (pair(inputs, "a_90ci")?, pair(inputs, "b_90ci")?);
    let mut all = told(&Law::product(&a, &b, 1.0, correlation).ok()?);
    all.insert("spearman".to_owned(), json!(rank_correlation(correlation)));
    Some(Value::Object(all))
}

pub fn ratio(inputs: &Value) -> Option<Value> {
    let (above, under) = (pair(inputs, "num_90ci")?, pair(inputs, "den_90ci")?);
    let law = Law::product(&above, &under, -1.0, 0.0).ok()?;
    let mut all = told(&law);
    let share = law.below(number(inputs, "threshold")?);
    all.insert("prob_below_threshold".to_owned(), json!(share));
    Some(Value::Object(all))
}

pub fn triangular(inputs: &Value) -> Option<Value> {
    let [min, mode, max] = ["min", "mode", "max"].map(|it| number(inputs, it));
    Some(Value::Object(told(&Law::triangular(min?, mode?, max?).ok()?)))
}

pub fn pert(inputs: &Value) -> Option<Value> {
    let [min, mode, max] = ["min", "mode", "max"].map(|it| number(inputs, it));
    let law = Law::pert(min?, mode?, max?, number(inputs, "lam")?).ok()?;
    Some(Value::Object(told(&law)))
}

fn matrix(value: &Value) -> Option<Vec<Vec<f64>>> {
    let row = |it: &Value| it.as_array()?.iter().map(Value::as_f64).collect();
    value.as_array()?.iter().map(row).collect()
}

/// Draws values that hang together, and sums them.
pub fn sum_of_copula_samples(inputs: &Value) -> Option<Value> {
    let said = matrix(&inputs["copula_correlation"])?;
    let copula = Copula::of(&said).ok()?;
    let law = |it: &Value| match it["kind"].as_str()? {
        "uniform" => Law::uniform(it["lo"].as_f64()?, it["hi"].as_f64()?).ok(),
        kind => {
            let name = LawName::WORDS.iter().find(|it| it.0 == kind)?.1;
            between(&it["lo"], &it["hi"], name).ok()
        }
    };
    let laws: Option<Vec<Law>> = inputs["marginals"].as_array()?.iter().map(law).collect();
    let laws = laws?;
    let luck = |i| Stream::new(1, &format!("marginal.{i}"), Purpose::Range, 0);
    let streams: Vec<Stream> = (0..laws.len()).map(luck).collect();
    let sum = |n: usize| {
        let mut scores: Vec<f64> =
            streams.iter().map(|it| quantile(it.uniform(n as u64))).collect();
        copula.correlate(&mut scores);
        scores.iter().zip(&laws).map(|(score, law)| law.at(below(*score))).sum::<f64>()
    };
    let sums: Vec<f64> = (0..DRAWS).map(sum).collect();
    let n = DRAWS as f64;
    let mean = sums.iter().sum::<f64>() / n;
    let variance = sums.iter().map(|it| (it - mean) * (it - mean)).sum::<f64>() / (n - 1.0);
    let ranks = |row: &Vec<f64>| row.iter().map(|it| rank_correlation(*it)).collect();
    Some(json!({
        "spearman": said.iter().map(ranks).collect::<Vec<Vec<f64>>>(),
        "sum_quantiles_mc": quantiles(&Law::seen(sums).ok()?),
        "sum_mean_mc": mean,
        "mc_n": DRAWS,
        "sum_mean_se": (variance / n).sqrt(),
    }))
}

/// Why each is refused; nothing where one is not.
pub fn invalid(inputs: &Value) -> Option<Value> {
    let why = |it: &Value| {
        let kind = it["kind"].as_str()?;
        if kind == "copula" {
            return Copula::of(&matrix(&it["R"])?).err().map(|it| it.to_string());
        }
        let name = LawName::WORDS.iter().find(|it| it.0 == kind)?.1;
        between(&it["p05"], &it["p95"], name).err().map(|it| it.to_string())
    };
    Some(json!({ "refused": inputs.as_array()?.iter().map(why).collect::<Vec<_>>() }))
}
