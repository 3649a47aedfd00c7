//! The cash of one party as formulas: change a yellow cell and cash, coverage, shortfall and worth follow.
//! Every formula carries the value that the play came to.

use offtake::finance::{self, Flow};
use offtake::view::{Cells, Table};
use rust_xlsxwriter::{Chart, Format, Formula, Worksheet};

use super::{Error, chart as plain_chart, header, input};

/// The rate a year at which worth is reckoned until somebody enters another.
const RATE: f64 = 0.1;
/// The first line of months, counted from nothing.
const FIRST: u32 = 13;
const USD: &str = "#,##0.00";

/// A party's months, as the table of cash tells them, in dollars.
pub(super) struct Flows {
    pub party: String,
    pub sheet: String,
    months: Vec<String>,
    opening: Vec<f64>,
    revenue: Vec<f64>,
    margin: Vec<f64>,
    rent: Vec<f64>,
    other_compute: Vec<f64>,
    purchases: Vec<f64>,
    funding: Vec<f64>,
    other: Vec<f64>,
    cash: Vec<f64>,
}

/// The parties of the table of cash.
pub(super) fn parties(table: &Table) -> Vec<Flows> {
    let texts = |name: &str| match cells(table, name) {
        Some(Cells::Text(it)) => it.as_slice(),
        _ => &[],
    };
    let (parties, months) = (texts("party"), texts("month"));
    let mut all: Vec<Flows> = Vec::new();
    let mut from = 0;
    for rows in parties.chunk_by(|a, b| a == b) {
        let range = from..from + rows.len();
        from = range.end;
        let money = |name: &str| match cells(table, name) {
            Some(Cells::Millionths(it)) => {
                it[range.clone()].iter().map(|it| *it as f64 / 1e6).collect()
            }
            _ => vec![0.0; rows.len()],
        };
        all.push(Flows {
            party: rows[0].clone(),
            sheet: sheet_name(&rows[0], all.len()),
            months: months[range.clone()].to_vec(),
            opening: money("opening"),
            revenue: money("revenue"),
            margin: money("margin"),
            rent: money("rent_due"),
            other_compute: money("other_compute"),
            purchases: money("purchases"),
            funding: money("funding"),
            other: money("other"),
            cash: money("cash"),
        });
    }
    all
}

fn cells<'a>(table: &'a Table, name: &str) -> Option<&'a Cells> {
    table.columns.iter().find(|it| it.name == name).map(|it| &it.cells)
}

/// A sheet's name has at most 31 signs; parties that begin alike are told apart by their number.
fn sheet_name(party: &str, nth: usize) -> String {
    let whole = format!("cash {party}");
    if whole.chars().count() <= 31 {
        return whole;
    }
    format!("{} {}", whole.chars().take(27).collect::<String>(), nth + 1)
}

/// A column of months: its name, how wide, and what stands in it.
struct Field<'a> {
    name: &'static str,
    cells: Kind<'a>,
}

enum Kind<'a> {
    /// What is counted, and nobody changes.
    Count(Vec<f64>),
    /// Values that a user may change.
    Input(Vec<f64>, &'static str),
    /// A formula of the line, counted from one, and the values that it comes to.
    Formula(&'static dyn Fn(u32) -> String, Vec<f64>, &'a str),
}

/// Writes a sheet: what may be changed, what it comes to, months below, years beside.
pub(super) fn write(sheet: &mut Worksheet, flows: &Flows) -> Result<(), Error> {
    sheet.set_name(&flows.sheet)?.set_freeze_panes(FIRST, 1)?.set_formula_result_default("");
    let title = Format::new().set_bold().set_font_size(14);
    sheet.write_with_format(0, 0, format!("Cash of {}", flows.party), &title)?;
    sheet.write(1, 0, "Yellow cells may be changed; all else follows from them.")?;
    sheet.set_column_width(0, 26)?.set_column_width(1, 12)?;
    for column in 2..28 {
        sheet.set_column_width(column, 20)?;
    }
    write_levers(sheet)?;
    write_months(sheet, flows)?;
    write_years(sheet, flows)?;
    write_results(sheet, flows)
}

/// What may be changed for all months at once.
fn write_levers(sheet: &mut Worksheet) -> Result<(), Error> {
    let rows: [(&str, f64, &str); 6] = [
        ("revenue, times", 1.0, "0.00"),
        ("margin, plus", 0.0, "0.0%"),
        ("rent, times", 1.0, "0.00"),
        ("other compute, times", 1.0, "0.00"),
        ("funding, times", 1.0, "0.00"),
        ("discount rate a year", RATE, "0.0%"),
    ];
    for (row, (name, value, format)) in (3..).zip(rows) {
        sheet.write(row, 0, name)?;
        sheet.write_with_format(row, 1, value, &input().set_num_format(format))?;
    }
    Ok(())
}

fn write_months(sheet: &mut Worksheet, flows: &Flows) -> Result<(), Error> {
    let first = FIRST + 1;
    for (row, month) in (FIRST..).zip(&flows.months) {
        sheet.write(row, 0, month.as_str())?;
    }
    sheet.write_with_format(FIRST - 1, 0, "month", &header())?;
    for (at, field) in (1..).zip(fields(flows)) {
        sheet.write_with_format(FIRST - 1, at, field.name, &header())?;
        match field.cells {
            Kind::Count(values) => {
                for (row, value) in (FIRST..).zip(values) {
                    sheet.write(row, at, value)?;
                }
            }
            Kind::Input(values, format) => {
                let format = input().set_num_format(format);
                for (row, value) in (FIRST..).zip(values) {
                    sheet.write_with_format(row, at, value, &format)?;
                }
            }
            Kind::Formula(formula, values, format) => {
                let format = Format::new().set_num_format(format);
                for (line, value) in (first..).zip(values) {
                    put(sheet, (line - 1, at), &formula(line), value, &format)?;
                }
            }
        }
    }
    // Cash begins with a value; from then on a month begins with what the one before it left.
    if let Some(opening) = flows.opening.first() {
        sheet.write_with_format(FIRST, 9, *opening, &input().set_num_format(USD))?;
    }
    Ok(())
}

/// The columns of months from the second on. Letters in formulas are those of this order.
fn fields(flows: &Flows) -> Vec<Field<'_>> {
    let of = |value: fn(&Flows, usize) -> f64| -> Vec<f64> {
        (0..flows.months.len()).map(|i| value(flows, i)).collect()
    };
    let given = |name, values: &[f64]| Field { name, cells: Kind::Input(values.to_vec(), USD) };
    let formula = |name, formula, values: &[f64]| Field {
        name,
        cells: Kind::Formula(formula, values.to_vec(), USD),
    };
    let share = |it: &Flows, i: usize| match it.revenue[i] {
        0.0 => 0.0,
        revenue => it.margin[i] / revenue,
    };
    let coverage = |it: &Flows, i: usize| match it.rent[i] {
        rent if rent > 0.0 => it.margin[i] / rent,
        _ => f64::NAN,
    };
    let short = |it: &Flows, i: usize| f64::from(it.cash[i] < 0.0);
    vec![
        Field { name: "months since", cells: Kind::Count(of(|_, i| i as f64)) },
        given("revenue, played [USD]", &flows.revenue),
        Field { name: "margin, played", cells: Kind::Input(of(share), "0.00%") },
        given("rent, played [USD]", &flows.rent),
        given("other compute, played [USD]", &flows.other_compute),
        given("purchases [USD]", &flows.purchases),
        given("funding, played [USD]", &flows.funding),
        given("other [USD]", &flows.other),
        formula("opening cash [USD]", &|n| format!("=Q{}", n - 1), &flows.opening),
        formula("revenue [USD]", &|n| format!("=C{n}*$B$4"), &flows.revenue),
        formula("margin [USD]", &|n| format!("=K{n}*(D{n}+$B$5)"), &flows.margin),
        formula("rent [USD]", &|n| format!("=E{n}*$B$6"), &flows.rent),
        formula("other compute [USD]", &|n| format!("=F{n}*$B$7"), &flows.other_compute),
        formula("funding [USD]", &|n| format!("=H{n}*$B$8"), &flows.funding),
        formula(
            "comes less goes [USD]",
            &|n| format!("=L{n}-M{n}-N{n}-G{n}+O{n}+I{n}"),
            &of(|it, i| it.cash[i] - it.opening[i]),
        ),
        formula("cash [USD]", &|n| format!("=J{n}+P{n}"), &flows.cash),
        Field {
            name: "coverage of the rent",
            cells: Kind::Formula(&|n| format!("=IF(M{n}>0,L{n}/M{n},\"\")"), of(coverage), "0.00"),
        },
        Field {
            name: "is short",
            cells: Kind::Formula(&|n| format!("=IF(Q{n}<0,1,0)"), of(short), "0"),
        },
    ]
}

/// Years beside the months, from column U on: whether the margin covers the rent of each.
fn write_years(sheet: &mut Worksheet, flows: &Flows) -> Result<(), Error> {
    const COLUMNS: [&str; 8] = [
        "year",
        "months",
        "revenue [USD]",
        "margin [USD]",
        "rent [USD]",
        "all compute [USD]",
        "coverage of the rent, whole years",
        "of all compute",
    ];
    for (at, name) in (20..).zip(COLUMNS) {
        sheet.write_with_format(FIRST - 1, at, name, &header())?;
    }
    let (a, z) = (FIRST + 1, FIRST + flows.months.len() as u32);
    let money = Format::new().set_num_format(USD);
    let ratio = Format::new().set_num_format("0.00");
    let range = |it: char| format!("${it}${a}:${it}${z}");
    let all = format!("({}+{}+{})", range('M'), range('N'), range('G'));
    for (row, year) in (FIRST..).zip(years(flows)) {
        let n = row + 1;
        sheet.write(row, 20, year.name.as_str())?;
        let sum = |of: &str| format!("=SUMPRODUCT((LEFT($A${a}:$A${z},4)=U{n})*{of})");
        put(sheet, (row, 21), &sum("1"), year.months as f64, &Format::new())?;
        put(sheet, (row, 22), &sum(&range('K')), year.revenue, &money)?;
        put(sheet, (row, 23), &sum(&range('L')), year.margin, &money)?;
        put(sheet, (row, 24), &sum(&range('M')), year.rent, &money)?;
        put(sheet, (row, 25), &sum(&all), year.all, &money)?;
        let over =
            |below: char| format!("=IF(AND(V{n}=12,W{n}>0,{below}{n}>0),X{n}/{below}{n},\"\")");
        put(sheet, (row, 26), &over('Y'), year.coverage(year.rent), &ratio)?;
        put(sheet, (row, 27), &over('Z'), year.coverage(year.all), &ratio)?;
    }
    Ok(())
}

/// Sums of the months of one calendar year.
struct Year {
    name: String,
    months: usize,
    revenue: f64,
    margin: f64,
    rent: f64,
    all: f64,
}

impl Year {
    fn coverage(&self, below: f64) -> f64 {
        let is_told = self.months == 12 && self.revenue > 0.0 && below > 0.0;
        if is_told { self.margin / below } else { f64::NAN }
    }
}

fn years(flows: &Flows) -> Vec<Year> {
    let mut all: Vec<Year> = Vec::new();
    for (i, month) in flows.months.iter().enumerate() {
        let name = month.get(..4).unwrap_or(month);
        if all.last().is_none_or(|it| it.name != name) {
            let name = name.to_owned();
            all.push(Year { name, months: 0, revenue: 0.0, margin: 0.0, rent: 0.0, all: 0.0 });
        }
        let year = all.last_mut().expect("a year was just begun");
        year.months += 1;
        year.revenue += flows.revenue[i];
        year.margin += flows.margin[i];
        year.rent += flows.rent[i];
        year.all += flows.rent[i] + flows.other_compute[i] + flows.purchases[i];
    }
    all
}

/// What it all comes to.
fn write_results(sheet: &mut Worksheet, flows: &Flows) -> Result<(), Error> {
    let (a, z) = (FIRST + 1, FIRST + flows.months.len() as u32);
    let years = years(flows);
    let last_year = FIRST + years.len() as u32;
    let usd = Format::new().set_num_format(USD);
    let ratio = Format::new().set_num_format("0.00");
    let lowest = flows.cash.iter().copied().min_by(f64::total_cmp).unwrap_or(f64::NAN);
    let month = |is_it: &dyn Fn(f64) -> bool| {
        flows.cash.iter().position(|it| is_it(*it)).map(|i| flows.months[i].as_str())
    };
    let coverages = years.iter().map(|it| it.coverage(it.rent)).filter(|it| it.is_finite());
    let coverage = coverages.min_by(f64::total_cmp).unwrap_or(f64::NAN);
    let flow = |i: usize| Flow { years: i as f64 / 12.0, amount: flows.cash[i] - flows.opening[i] };
    let worth = finance::npv(RATE, &(0..flows.months.len()).map(flow).collect::<Vec<_>>());
    let names = [
        "lowest cash [USD]",
        "in the month",
        "first month that cash does not cover",
        "money that is missing [USD]",
        "lowest coverage of the rent in a whole year",
        "worth of what comes less what goes [USD]",
    ];
    for (row, name) in (3..).zip(names) {
        sheet.write(row, 3, name)?;
    }
    put(sheet, (3, 6), &format!("=MIN(Q{a}:Q{z})"), lowest, &usd)?;
    let found = format!("=INDEX(A{a}:A{z},MATCH(G4,Q{a}:Q{z},0))");
    put_text(sheet, (4, 6), &found, month(&|it| it == lowest).unwrap_or_default())?;
    let first = format!("=IFERROR(INDEX(A{a}:A{z},MATCH(1,S{a}:S{z},0)),\"never\")");
    put_text(sheet, (5, 6), &first, month(&|it| it < 0.0).unwrap_or("never"))?;
    put(sheet, (6, 6), "=MAX(0,-G4)", (-lowest).max(0.0), &usd)?;
    let least = format!("=IF(COUNT(AA{a}:AA{last_year})>0,MIN(AA{a}:AA{last_year}),\"\")");
    put(sheet, (7, 6), &least, coverage, &ratio)?;
    let npv = format!("=SUMPRODUCT(P{a}:P{z},(1+$B$9)^(-B{a}:B{z}/12))");
    put(sheet, (8, 6), &npv, worth, &usd)
}

/// A formula with the number that it comes to; what is no number is an empty text.
fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    formula: &str,
    value: f64,
    format: &Format,
) -> Result<(), Error> {
    let result = if value.is_finite() { value.to_string() } else { String::new() };
    let formula = Formula::new(formula).set_result(result);
    sheet.write_formula_with_format(row, column, formula, format).map(|_| ())
}

fn put_text(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    formula: &str,
    value: &str,
) -> Result<(), Error> {
    sheet.write_formula(row, column, Formula::new(formula).set_result(value)).map(|_| ())
}

/// Cash by month, a line a party.
pub(super) fn chart(all: &[Flows]) -> Chart {
    let mut chart = plain_chart("cash by month", "bn USD", "#,##0,,,");
    for flows in all {
        let last = FIRST + flows.months.len() as u32 - 1;
        let series = chart.add_series().set_name(flows.party.as_str());
        series.set_categories((flows.sheet.as_str(), FIRST, 0, last, 0));
        series.set_values((flows.sheet.as_str(), FIRST, 16, last, 16));
    }
    chart
}
