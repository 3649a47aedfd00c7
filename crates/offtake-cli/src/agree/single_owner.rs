//! Cases of NREL's SAM, Single Owner: a project by the year, debt sized by its cover or as a share of its cost.
//!
//! What a case wants beyond that (credits, incentives, salvage, other lives, spare parts) is not here, and such a
//! case is not computed.

use offtake::finance::{
    self, Asked, Borrows, Project, ProjectYear, Rates, half_year_straight_line, least_and_mean,
};
use offtake::scenario::Repays;
use serde_json::{Map, Value, json};

use super::{number, numbers};

/// The inputs of a case, by the names of their groups.
struct Inputs<'a>(&'a Value);

impl Inputs<'_> {
    fn of(&self, key: &str) -> Option<f64> {
        let groups = self.0.as_object()?;
        let it = groups.values().find_map(|it| it.get(key))?;
        // Where a schedule by year is given, this is not the place for it.
        number(it).or_else(|| match &numbers(it)?[..] {
            [one] => Some(*one),
            _ => None,
        })
    }

    fn share(&self, key: &str) -> Option<f64> {
        self.of(key).map(|it| it / 100.0)
    }

    /// Whether all of these say nothing.
    fn are_nothing(&self, keys: &[&str]) -> bool {
        keys.iter().all(|it| self.of(it).unwrap_or(0.0) == 0.0)
    }
}

/// What only other functions could reckon with.
const ELSEWHERE: [&str; 17] = [
    "om_fixed",
    "om_land_lease",
    "add_om_num_types",
    "equip1_reserve_cost",
    "equip2_reserve_cost",
    "equip3_reserve_cost",
    "months_receivables_reserve",
    "property_tax_rate",
    "salvage_percentage",
    "loan_moratorium",
    "payment_option",
    "itc_fed_amount",
    "itc_fed_percent",
    "ptc_fed_amount",
    "degradation",
    "cp_capacity_payment_amount",
    "depr_bonus_fed",
];

/// A project by the year.
pub fn single_owner(inputs: &Value) -> Option<Value> {
    let it = Inputs(inputs);
    if !it.are_nothing(&ELSEWHERE) || it.of("depr_alloc_sl_20_percent")? != 100.0 {
        return None;
    }
    let project = project(&it)?;
    let years = project.years();
    let discount =
        (1.0 + it.share("inflation_rate")?) * (1.0 + it.share("real_discount_rate")?) - 1.0;
    let cash: Vec<f64> = years[1..].iter().map(ProjectYear::cash).collect();
    let lent = lent(&project, &cash);
    // Where nothing can be lent the model lends less than nothing, and all that hangs on it says nothing.
    let covers_debt = years[0].owed > 0.0;
    let mut lines = lines_before_debt(&it, &project, &years);
    let mut scalars = Map::new();
    let mut told = json!({ "lent": lent });
    if covers_debt {
        lines.extend(lines_of_debt(&project, &years, discount));
        scalars = totals(&it, &project, &years, discount);
        let flows = finance::regular(&years.iter().map(|it| it.after_tax).collect::<Vec<_>>());
        told["irr_roots_of_cf_project_return_aftertax"] = json!(Rates::of(&flows).roots);
        told["npv_recomputed"] = json!(finance::npv(discount, &flows));
    }
    told["cash_flows"] = Value::Object(lines);
    told["scalars"] = Value::Object(scalars);
    Some(told)
}

fn project(it: &Inputs<'_>) -> Option<Project> {
    let years = it.of("analysis_period")? as usize;
    let grown = |first: f64, by: f64| -> Vec<f64> {
        (0..years).map(|at| first * (1.0 + by).powi(at as i32)).collect()
    };
    let energy: f64 = it.0["Monthly"]["monthly_energy"].as_array()?.iter().filter_map(number).sum();
    let installed = it.of("total_installed_cost")?;
    let inflation = it.share("inflation_rate")?;
    let mut costs = vec![0.0; years];
    for (first, escalates) in [
        (it.of("om_capacity")? * it.of("system_capacity")?, "om_capacity_escal"),
        (it.of("om_production")? * energy / 1e3, "om_production_escal"),
        (
            it.of("om_fuel_cost")? * it.of("system_heat_rate")? / 1e3
                * it.of("annual_fuel_usage")?,
            "om_fuel_cost_escal",
        ),
        (it.share("insurance_rate")? * installed, ""),
    ] {
        let by = inflation + it.share(escalates).unwrap_or(0.0);
        costs.iter_mut().zip(grown(first, by)).for_each(|(sum, it)| *sum += it);
    }
    Some(Project {
        revenue: grown(it.of("ppa_price_input")? * energy, it.share("ppa_escalation")?),
        costs,
        installed,
        construction: it.of("construction_financing_cost")?,
        closing: it.of("cost_debt_closing")? + it.of("cost_other_financing")?,
        borrows: match it.of("debt_option")? {
            1.0 => Borrows::Cover(it.of("dscr")?),
            _ => Borrows::Share(it.share("debt_percent")?),
        },
        rate: it.share("term_int_rate")?,
        tenor: it.of("term_tenor")? as usize,
        fee: it.share("cost_debt_fee")?,
        reserve_service: it.of("dscr_reserve_months")? / 12.0,
        reserve_costs: it.of("months_working_reserve")? / 12.0,
        reserve_yield: it.share("reserves_interest")?,
        written_off: half_year_straight_line(20),
        state_tax: it.share("state_tax_rate")?,
        federal_tax: it.share("federal_tax_rate")?,
    })
}

/// What a lender would lend who never lends less than nothing, and which limit says so.
fn lent(project: &Project, cash: &[f64]) -> Value {
    let Borrows::Cover(ratio) = project.borrows else { return Value::Null };
    let it = finance::size(&Asked {
        cash,
        rate: project.rate,
        tenor: project.tenor,
        tail: 0,
        repays: Repays::Sculpted,
        dscr: Some(ratio),
        llcr: None,
        advance: None,
        limit: None,
    });
    json!({ "amount": it.amount, "binding": it.binding.word() })
}

type Line<'a> = (&'a str, &'a dyn Fn(&ProjectYear) -> f64);

fn drawn(years: &[ProjectYear], lines: &[Line<'_>]) -> Map<String, Value> {
    let line = |it: &Line<'_>| (it.0.to_owned(), json!(years.iter().map(it.1).collect::<Vec<_>>()));
    lines.iter().map(line).collect()
}

/// The differences of a line, from year to year.
fn kept(years: &[ProjectYear], held: fn(&ProjectYear) -> f64) -> Vec<f64> {
    let before = std::iter::once(0.0).chain(years.iter().map(held));
    years.iter().zip(before).map(|(it, before)| held(it) - before).collect()
}

fn lines_before_debt(
    it: &Inputs<'_>,
    project: &Project,
    years: &[ProjectYear],
) -> Map<String, Value> {
    let held = |it: &ProjectYear| it.reserve_costs;
    let kept = kept(years, held);
    let mut lines = drawn(
        years,
        &[
            ("cf_energy_value", &|it| it.revenue),
            ("cf_total_revenue", &|it| it.revenue),
            ("cf_operating_expenses", &|it| it.costs),
            ("cf_ebitda", &|it| it.cash()),
            ("cf_reserve_om", &held),
            ("cf_feddepr_sl_20", &|it| it.written_off),
            ("cf_feddepr_total", &|it| it.written_off),
            ("cf_stadepr_sl_20", &|it| it.written_off),
            ("cf_stadepr_total", &|it| it.written_off),
        ],
    );
    let effective = project.state_tax + (1.0 - project.state_tax) * project.federal_tax;
    let price = it.of("ppa_price_input").unwrap_or_default() * 100.0;
    let flat = |of: f64| -> Vec<f64> {
        (0..years.len()).map(|at| if at == 0 { 0.0 } else { of }).collect()
    };
    let prices = years.iter().map(|it| it.revenue / project.revenue[0] * price);
    for (name, line) in [
        ("cf_state_tax_frac", flat(project.state_tax)),
        ("cf_federal_tax_frac", flat(project.federal_tax)),
        ("cf_effective_tax_frac", flat(effective)),
        ("cf_ppa_price", prices.collect()),
        ("cf_project_wcra", kept.iter().map(|it| -it).collect()),
        ("cf_funding_om", kept.iter().map(|it| it.max(0.0)).collect()),
        ("cf_disbursement_om", kept.iter().map(|it| it.min(0.0)).collect()),
    ] {
        lines.insert(name.to_owned(), json!(line));
    }
    lines
}

fn lines_of_debt(project: &Project, years: &[ProjectYear], discount: f64) -> Map<String, Value> {
    let taxed = |it: &ProjectYear| it.income() - it.state_tax;
    let cost = project.cost(&years[0]);
    let mut lines = drawn(
        years,
        &[
            ("cf_debt_balance", &|it| it.owed),
            ("cf_debt_payment_total", &|it| it.service),
            ("cf_debt_payment_interest", &|it| it.interest),
            ("cf_debt_payment_principal", &ProjectYear::principal),
            ("cf_reserve_debtservice", &|it| it.reserve_service),
            ("cf_reserve_total", &ProjectYear::reserves),
            ("cf_reserve_interest", &|it| it.yielded),
            ("cf_statax_income_prior_incentives", &ProjectYear::income),
            ("cf_statax_income_with_incentives", &ProjectYear::income),
            ("cf_statax", &|it| -it.state_tax),
            ("cf_fedtax_income_prior_incentives", &taxed),
            ("cf_fedtax_income_with_incentives", &taxed),
            ("cf_fedtax", &|it| -it.federal_tax),
            ("cf_project_operating_activities", &|it| it.cash() + it.yielded - it.interest),
            ("cf_project_return_pretax", &|it| it.before_tax),
            ("cf_project_return_aftertax_cash", &|it| it.before_tax),
            ("cf_project_return_aftertax", &|it| it.after_tax),
        ],
    );
    let v = |at: usize| (1.0 + project.rate).powi(-(at as i32));
    let in_tenor = |at: usize, it: f64| if (1..=project.tenor).contains(&at) { it } else { 0.0 };
    let by_year = |of: &dyn Fn(usize, &ProjectYear) -> f64| -> Value {
        json!(years.iter().enumerate().map(|(at, it)| of(at, it)).collect::<Vec<_>>())
    };
    let held = kept(years, ProjectYear::reserves);
    let of_service = kept(years, |it| it.reserve_service);
    let npv = |of: fn(&ProjectYear) -> f64| {
        let part = |at: usize| years[..=at].iter().map(of).collect::<Vec<_>>();
        by_year(&|at, _| finance::npv(discount, &finance::regular(&part(at))))
    };
    for (name, line) in [
        ("cf_cash_for_ds", by_year(&|at, it| in_tenor(at, it.cash()))),
        ("cf_pv_cash_for_ds", by_year(&|at, it| in_tenor(at, it.cash() * v(at)))),
        ("cf_pretax_dscr", by_year(&|at, it| in_tenor(at, it.cash() / it.service))),
        ("cf_pretax_cashflow", by_year(&|at, it| if at == 0 { 0.0 } else { it.before_tax })),
        (
            "cf_project_investing_activities",
            by_year(&|at, _| if at == 0 { -cost } else { -held[at] }),
        ),
        (
            "cf_project_financing_activities",
            by_year(&|at, it| if at == 0 { cost } else { -it.principal() }),
        ),
        ("cf_project_dsra", by_year(&|at, _| -of_service[at])),
        ("cf_project_ra", by_year(&|at, _| -held[at])),
        ("cf_project_return_pretax_npv", npv(|it| it.before_tax)),
        ("cf_project_return_aftertax_npv", npv(|it| it.after_tax)),
    ] {
        lines.insert(name.to_owned(), line);
    }
    if matches!(project.borrows, Borrows::Cover(_)) {
        let lent = by_year(&|at, it| in_tenor(at, it.service * v(at)));
        lines.insert("cf_debt_size".to_owned(), lent);
    }
    lines
}

fn totals(
    it: &Inputs<'_>,
    project: &Project,
    years: &[ProjectYear],
    discount: f64,
) -> Map<String, Value> {
    let npv = |of: fn(&ProjectYear) -> f64| {
        finance::npv(discount, &finance::regular(&years.iter().map(of).collect::<Vec<_>>()))
    };
    let closing = &years[0];
    let cost = project.cost(closing);
    let cover = years[1..].iter().take(project.tenor).map(|it| Some(it.cash() / it.service));
    let effective = project.state_tax + (1.0 - project.state_tax) * project.federal_tax;
    let told = json!({
        "project_return_aftertax_npv": npv(|it| it.after_tax),
        "npv_ppa_revenue": npv(|it| it.revenue),
        "min_dscr": least_and_mean(cover).map(|it| it.0),
        "size_of_debt": closing.owed,
        "size_of_equity": project.equity(closing),
        "debt_fraction": closing.owed / cost * 100.0,
        "cost_installed": cost,
        "adjusted_installed_cost": cost,
        "cost_financing": cost - project.installed,
        "cost_debt_upfront": it.of("cost_debt_closing").unwrap_or(0.0) + project.fee * closing.owed,
        "effective_tax_rate": effective * 100.0,
        "nominal_discount_rate": discount,
        "cf_length": years.len(),
    });
    told.as_object().cloned().unwrap_or_default()
}
