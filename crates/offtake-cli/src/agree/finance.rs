//! Cases of finance: what flows are worth and yield, loans and what covers them, cash that lasts.

use offtake::finance::{
    self, Cover, DayCount, Due, Payment, Rates, Runway, average_life, least_and_mean,
};
use offtake::time::Date;
use offtake::units::Money;
use serde_json::{Map, Value, json};

use super::{number, numbers};

/// Rates of return of flows one period apart.
pub fn irr(inputs: &Value) -> Option<Value> {
    Some(told(&Rates::of(&finance::regular(&numbers(&inputs["cash_flows"])?))))
}

/// Between which rates cases of dated flows look for roots. We look everywhere, and leave out what is beyond.
const SEARCHED: [f64; 2] = [-0.999_999_9, 1e4];

/// Rates of return of dated flows.
pub fn xirr(inputs: &Value) -> Option<Value> {
    let mut it = Rates::of(&finance::dated(&flows(inputs)?, DayCount::Act365Fixed));
    it.roots.retain(|it| (SEARCHED[0]..=SEARCHED[1]).contains(it));
    let mut told = told(&it);
    told["search_range"] = json!(SEARCHED);
    Some(told)
}

fn told(it: &Rates) -> Value {
    // The cases' words for what a caller must be told.
    let status = match it.roots.len() {
        0 => "no_root_in_range",
        1 => "one_root",
        _ => "multiple_roots: report all, or one of them together with a warning",
    };
    json!({
        "roots": it.roots,
        "count": it.roots.len(),
        "sign_changes": it.sign_changes,
        "status": status,
        "search": it.status.word(),
    })
}

/// Net present value of flows one period apart.
pub fn npv(inputs: &Value) -> Option<Value> {
    let flows = finance::regular(&numbers(&inputs["cash_flows"])?);
    Some(json!(finance::npv(number(&inputs["rate"])?, &flows)))
}

/// Net present value of dated flows.
pub fn xnpv(inputs: &Value) -> Option<Value> {
    let told = inputs["convention"].as_str().unwrap_or_default();
    let names = |it: &&(&str, DayCount)| told.contains(&format!("day count {};", it.0));
    let count = DayCount::NAMED.iter().find(names).map_or(DayCount::default(), |it| it.1);
    Some(json!(finance::npv(number(&inputs["rate"])?, &finance::dated(&flows(inputs)?, count))))
}

fn flows(inputs: &Value) -> Option<Vec<(Date, f64)>> {
    let flow = |it: &Value| Some((it[0].as_str()?.parse().ok()?, number(&it[1])?));
    inputs["flows"].as_array()?.iter().map(flow).collect()
}

/// Years between two days, by every way to count.
pub fn year_fraction(inputs: &Value) -> Option<Value> {
    let day = |key: &str| inputs[key].as_str()?.parse::<Date>().ok();
    let (from, to) = (day("start")?, day("end")?);
    let years = DayCount::NAMED.iter().map(|it| (it.0.to_owned(), json!(it.1.years(from, to))));
    Some(Value::Object(years.collect::<Map<_, _>>()))
}

/// A loan paid back in level payments.
pub fn level_amortisation(inputs: &Value) -> Option<Value> {
    let of = |key: &str| number(&inputs[key]);
    let due = if inputs["due_at_start"].as_bool()? { Due::AtStart } else { Due::AtEnd };
    let (principal, rate, balloon) = (of("principal")?, of("rate")?, of("balloon")?);
    let periods = inputs["periods"].as_u64()? as usize;
    let rows = finance::level(principal, rate, periods, balloon, due);
    let row = |(i, it): (usize, &Payment)| {
        json!([i + 1, it.service(), it.interest, it.principal, it.closing])
    };
    Some(json!({
        "payment": finance::level_payment(principal, rate, periods, balloon, due),
        "total_interest": rows.iter().map(|it| it.interest).sum::<f64>(),
        "schedule": rows.iter().enumerate().map(row).collect::<Vec<_>>(),
        "schedule_truncated": false,
    }))
}

/// A loan and what covers it.
pub fn project_finance_ratios(inputs: &Value) -> Option<Value> {
    let of = |key: &str| number(&inputs[key]);
    let (cash, rate) = (numbers(&inputs["cfads"])?, of("rate")?);
    let tenor = inputs["tenor"].as_u64()? as usize;
    let loan = match inputs["kind"].as_str()? {
        "level" => finance::level(of("principal")?, rate, tenor, 0.0, Due::AtEnd),
        "sculpted" => {
            let asked = &inputs["target_dscr"];
            let ratios = numbers(asked).or_else(|| Some(vec![number(asked)?; tenor]))?;
            finance::sculpted(cash.get(..tenor)?, &ratios, rate)
        }
        _ => return None,
    };
    let covers = finance::cover(&cash, &loan, &vec![rate; cash.len()], of("dsra_balance")?);
    let (first, dscr) = (covers.first()?, least_and_mean(covers.iter().map(|it| it.dscr)));
    let row = |(i, (it, cover)): (usize, (&Payment, &Cover))| {
        json!({
            "period": i + 1,
            "opening": it.opening,
            "interest": it.interest,
            "principal": it.principal,
            "debt_service": it.service(),
            "closing": it.closing,
            "dscr": cover.dscr,
            "llcr": cover.llcr,
            "plcr": cover.plcr,
            "icr": cover.icr,
        })
    };
    Some(json!({
        "principal": loan.first()?.opening,
        "min_dscr": dscr.map(|it| it.0),
        "avg_dscr": dscr.map(|it| it.1),
        "llcr_at_close": first.llcr,
        "plcr_at_close": first.plcr,
        "average_life_periods": average_life(&loan),
        "schedule": loan.iter().zip(&covers).enumerate().map(row).collect::<Vec<_>>(),
    }))
}

/// Take-or-pay by the year, with make-up.
pub fn take_or_pay(inputs: &Value) -> Option<Value> {
    let (committed, used) = (numbers(&inputs["committed"])?, numbers(&inputs["used"])?);
    let years: Vec<(f64, f64)> = committed.into_iter().zip(used).collect();
    let carry = inputs["makeup_carry_years"].as_u64()? as usize;
    let rows = finance::make_up(&years, number(&inputs["price"])?, carry);
    let row = |(i, it): (usize, &finance::MakeUpYear)| {
        json!({
            "year": i + 1,
            "committed": it.committed,
            "used": it.used,
            "shortfall": it.shortfall,
            "makeup_drawn": it.drawn,
            "paid": it.paid,
            "makeup_bank_end": it.bank,
        })
    };
    Some(json!({
        "rows": rows.iter().enumerate().map(row).collect::<Vec<_>>(),
        "total_paid": rows.iter().map(|it| it.paid).sum::<f64>(),
    }))
}

/// How long cash lasts.
pub fn runway(inputs: &Value) -> Option<Value> {
    let money = |it: f64| Money { micros: (it * 1e6).round() as i128 };
    let of = |key: &str| number(&inputs[key]).map(money);
    let flows: Vec<Money> = numbers(&inputs["net_cash_flow"])?.into_iter().map(money).collect();
    let it = Runway::of(of("opening_cash")?, &flows, of("facility")?)?;
    Some(json!({
        "closing_cash": it.closing_cash.iter().map(|it| it.dollars()).collect::<Vec<_>>(),
        "min_cash": it.min_cash.dollars(),
        "min_period": it.min_period,
        "first_short_period": it.first_short_period,
        "runway_periods": it.periods(),
        "funding_gap": it.funding_gap.dollars(),
    }))
}
