//! Every column of every table as a page: unit and meaning, names of nouns left open.

use std::fmt::Write;

use super::tables::Table;

/// What a row of each table is.
const ROWS: [(&str, &str); 20] = [
    ("figures", "a figure"),
    ("yearly", "a calendar year"),
    ("monthly", "a calendar month"),
    ("statements", "a party in a month"),
    ("backlog", "a deal in a year"),
    ("plants", "a plant in a quarter"),
    ("bills", "a charge of a deal in a month"),
    ("cash", "a month of a party that says what it has or earns"),
    ("hourly", "an hour"),
    ("exposure", "a deal in a year: who owes whom"),
    ("concentration", "a layer in a year"),
    ("rounds", "a leg of money that goes round"),
    ("clearing", "a party in a year"),
    ("quantiles", "a figure over all futures"),
    ("odds", "something that may happen"),
    ("drivers", "a figure and what moves it"),
    ("exceedance", "a figure and a value of it"),
    ("bands", "a calendar month over all futures"),
    ("tornado", "a headline figure and a range"),
    ("scatter", "a future: beside its number, ranges and headline figures by their ids"),
];

/// Before which names that a user chooses stand, and what stands for one.
const NOUNS: [(&str, &str); 8] = [
    ("deal", "<d>"),
    ("fleet", "<f>"),
    ("workload", "<w>"),
    ("site", "<s>"),
    ("party", "<p>"),
    ("plant", "<n>"),
    ("debt", "<b>"),
    ("cash", "<p>"),
];

/// The page of the tables that several stories have: a column that more than one has stands there once.
pub fn columns_page(tables: &[Table]) -> String {
    let mut page = HEAD.to_owned();
    let mut names: Vec<&str> = Vec::new();
    tables.iter().for_each(|it| {
        if !names.contains(&it.name) {
            names.push(it.name);
        }
    });
    for name in names {
        let row = ROWS.iter().find(|it| it.0 == name).map_or("", |it| it.1);
        let _ = write!(page, "\n## {name}\n\n");
        if !row.is_empty() {
            let _ = write!(page, "A row is {row}.\n\n");
        }
        page.push_str("| column | unit | meaning |\n| --- | --- | --- |\n");
        let mut seen: Vec<String> = Vec::new();
        for column in tables.iter().filter(|it| it.name == name).flat_map(|it| &it.columns) {
            let name = open_name(&column.name);
            let line = format!("| `{name}` | {} | {} |\n", column.unit, column.meaning);
            if !seen.contains(&line) {
                page.push_str(&line);
                seen.push(line);
            }
        }
    }
    page
}

const HEAD: &str = "\
<!-- Made from the code by `cargo xtask generate`; not to be edited by hand. -->

# Columns

Every column of every table that `offtake run` and `offtake risk` save and `offtake export` writes. In CSV and in
a workbook the unit stands in brackets behind the name; in Parquet unit and meaning stand in the metadata, as
`offtake.column.NAME`. What a user names is left open: `<d>` a deal, `<f>` a fleet, `<w>` a workload, `<s>` a site,
`<p>` a party. A column is there where the scenario has its noun. A study's `draws.parquet` has a row a future:
`draw`, its number, then every range and every figure by its id, and lists of months.

```console
$ offtake schema --columns
```
";

/// `deal.aws.billed` as `deal.<d>.billed`.
fn open_name(name: &str) -> String {
    let mut parts: Vec<&str> = name.split('.').collect();
    let noun = parts.iter().position(|part| NOUNS.iter().any(|it| it.0 == *part));
    let Some(at) = noun.filter(|at| at + 2 < parts.len()) else { return name.to_owned() };
    parts[at + 1] = NOUNS.iter().find(|it| it.0 == parts[at]).map_or("", |it| it.1);
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_user_chose_are_left_open() {
        assert_eq!(open_name("deal.aws.billed"), "deal.<d>.billed");
        assert_eq!(open_name("party.openai.cash.q05"), "party.<p>.cash.q05");
        assert_eq!(open_name("months.party.a.cash.q95"), "months.party.<p>.cash.q95");
        assert_eq!(open_name("months.cash.openai.q10"), "months.cash.<p>.q10");
        assert_eq!(open_name("supply.rent.mw"), "supply.rent.mw");
        assert_eq!(open_name("month"), "month");
    }
}
