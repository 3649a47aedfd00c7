//! Flows as a table: `date,amount`, and where there is debt, `interest,principal`.

use offtake::finance::DayFlow;
use offtake::scenario::{Files, Item, Line, Sheet};
use offtake::time::Date;
use offtake::units::Money;

use crate::amount::Amounts;
use crate::faults::{Faults, item};

const COLUMNS: [&str; 6] = ["date", "amount", "interest", "principal", "currency", "note"];

/// Reads all lines; what is wrong with any goes to the faults.
pub fn read(files: &Files, faults: &mut Faults, amounts: &mut Amounts) -> Vec<DayFlow> {
    let sheet = Sheet::of(files, 0);
    let Some((columns, lines)) = faults.columns(sheet, &COLUMNS, 2) else { return Vec::new() };
    let mut flows: Vec<DayFlow> = Vec::new();
    let mut turns_back = None;
    let mut lines_read = 0;
    for line in lines {
        lines_read += 1;
        let Some(flow) = flow(&line, &columns, faults, amounts) else { continue };
        if flows.last().is_some_and(|it| flow.date < it.date) {
            turns_back.get_or_insert(line.place);
        }
        flows.push(flow);
    }
    if lines_read == 0 {
        let help = "write one below the other, such as 2026-03-31,-1250.50".to_owned();
        faults.mistake(sheet.whole(), "there is no flow", Some(help));
    }
    if let Some(at) = turns_back {
        faults.warning(at, "this day is before the one above; flows are sorted by day", None);
    }
    amounts.warn(sheet.whole(), faults);
    flows
}

fn flow(
    line: &Line<'_>,
    columns: &[&str],
    faults: &mut Faults,
    amounts: &mut Amounts,
) -> Option<DayFlow> {
    if !faults.is_full(line, columns) {
        return None;
    }
    let of = |name: &str| item(line, columns, name);
    if let Some(it) = of("currency") {
        amounts.currency(it.text, it.place, faults);
    }
    let date = match of("date") {
        Some(it) => day(it, faults),
        None => missing(line, "date", faults),
    };
    let amount = match of("amount") {
        Some(it) => amounts.read(it.text, it.place, faults),
        None => missing(line, "amount", faults),
    };
    let mut debt = |name: &str| match of(name) {
        Some(it) => amounts.read(it.text, it.place, faults),
        None => Some(Money::ZERO),
    };
    let (interest, principal) = (debt("interest"), debt("principal"));
    if let (Some(it), Some(interest)) = (of("interest"), interest)
        && interest < Money::ZERO
    {
        let help =
            "interest and principal paid are above zero; principal drawn is below".to_owned();
        faults.mistake(it.place, "interest is below nothing", Some(help));
    }
    Some(DayFlow { date: date?, amount: amount?, interest: interest?, principal: principal? })
}

fn missing<T>(line: &Line<'_>, column: &str, faults: &mut Faults) -> Option<T> {
    faults.mistake(line.place, format!("`{column}` is missing in this line"), None);
    None
}

fn day(it: Item<'_>, faults: &mut Faults) -> Option<Date> {
    let day = it.text.parse::<Date>().ok().filter(|it| (1900..3000).contains(&it.year()));
    if day.is_none() {
        let help = "write year, month and day, from 1900 to 2999: 2026-03-31".to_owned();
        faults.mistake(it.place, format!("`{}` is no day", it.text), Some(help));
    }
    day
}
