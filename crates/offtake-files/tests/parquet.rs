//! Does another reader find in a Parquet file what the table says?

use bytes::Bytes;
use offtake::figures::{self, Outcome};
use offtake::scenario::{Draw, Report, Scenario, library::STORIES};
use offtake::view::{self, Cells, Column, Table};
use offtake_files::parquet::{Origin, read, write};
use parquet::basic::LogicalType;
use parquet::data_type::Decimal;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

const ORIGIN: Origin<'_> = Origin { version: "1.2.3", digest: "abc" };

#[test]
fn every_cell_unit_and_meaning_of_a_run_comes_back() {
    let (scenario, draw, outcome) = played("openai-aws");
    for table in tables(&scenario, &draw, &outcome) {
        holds(&table, write(&table, ORIGIN).unwrap());
    }
}

#[test]
fn what_is_not_there_comes_back_as_null() {
    let column = |name: &str, cells| Column {
        name: name.to_owned(),
        unit: "",
        meaning: "\"quoted\", é".to_owned(),
        cells,
    };
    let table = Table {
        name: "odd",
        columns: vec![
            column("a.b", Cells::Text(vec![String::new(), "é, \"q\"\n".to_owned()])),
            column("number", Cells::Number(vec![f64::NAN, -0.1])),
            column("none", Cells::Number(vec![f64::NAN, f64::INFINITY])),
            column("thousandths", Cells::Thousandths(vec![-1, 1_234])),
            column("millionths", Cells::Millionths(vec![-1, 9_007_199_254_740_993])),
        ],
    };
    holds(&table, write(&table, ORIGIN).unwrap());
    let empty = column("a", Cells::Text(vec![]));
    let empty = Table { name: "empty", columns: vec![empty] };
    holds(&empty, write(&empty, ORIGIN).unwrap());
}

#[test]
fn equal_runs_make_equal_bytes() {
    let bytes = || {
        let (scenario, draw, outcome) = played("llama3");
        let tables = tables(&scenario, &draw, &outcome);
        tables.iter().map(|it| write(it, ORIGIN).unwrap()).collect::<Vec<_>>()
    };
    assert!(bytes() == bytes());
}

fn played(story: &str) -> (Scenario, Draw, Outcome) {
    let (name, text) = STORIES.iter().find(|it| it.0 == story).unwrap();
    let (_, scenario) = offtake::read(name, text, None, &mut Report::default());
    let scenario = scenario.unwrap();
    let draw = Draw::medians(&scenario);
    let outcome = figures::outcome(&scenario, &draw, true);
    (scenario, draw, outcome)
}

fn tables(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Vec<Table> {
    let mut tables = vec![
        view::figures(&outcome.figures),
        view::monthly(scenario, draw, outcome),
        view::yearly(scenario, draw, outcome),
    ];
    tables.extend(view::bills(scenario, draw, outcome));
    tables.extend(view::cash(scenario, draw, outcome));
    tables.extend(view::hourly(outcome));
    tables
}

/// Reads a file back, by our own reader too, and holds everything in it against the table.
fn holds(table: &Table, bytes: Vec<u8>) {
    let ours = read(bytes.clone()).unwrap();
    assert_eq!((ours.name, ours.columns.len()), (table.name, table.columns.len()));
    for (ours, column) in ours.columns.iter().zip(&table.columns) {
        assert_eq!((&ours.name, ours.unit), (&column.name, column.unit));
        assert_eq!(ours.meaning, column.meaning);
        let rows = 0..table.rows();
        assert!(rows.clone().all(|row| same(&ours.cells, &column.cells, row)), "{}", column.name);
    }
    let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
    let file = reader.metadata().file_metadata();
    assert_eq!(file.created_by(), Some("offtake"));
    assert_eq!(file.num_rows() as usize, table.rows());
    let told = file.key_value_metadata().unwrap();
    let told = |key: &str| {
        let mut found = told.iter().filter(|it| it.key == key).map(|it| it.value.clone().unwrap());
        assert_eq!(found.clone().count(), 1, "{key}");
        found.next().unwrap()
    };
    assert_eq!(told("offtake.table"), table.name);
    assert_eq!(told("offtake.version"), ORIGIN.version);
    assert_eq!(told("offtake.digest"), ORIGIN.digest);
    let fields = file.schema_descr().columns();
    assert_eq!(fields.len(), table.columns.len());
    for (field, column) in fields.iter().zip(&table.columns) {
        assert_eq!(field.name(), column.name);
        let text = matches!(column.cells, Cells::Text(_));
        assert_eq!(field.logical_type_ref() == Some(&LogicalType::String), text);
        let about = told(&format!("offtake.column.{}", column.name));
        let about: serde_json::Value = serde_json::from_str(&about).unwrap();
        let expected = serde_json::json!({ "unit": column.unit, "meaning": column.meaning });
        assert_eq!(about, expected);
    }
    let mut rows = 0;
    for (i, row) in reader.get_row_iter(None).unwrap().enumerate() {
        for ((_, field), column) in row.unwrap().get_column_iter().zip(&table.columns) {
            assert_eq!(*field, expected(&column.cells, i), "{} in row {i}", column.name);
        }
        rows += 1;
    }
    assert_eq!(rows, table.rows());
}

/// Whether a cell has come back: thousandths come back as numbers, what is infinite as nothing.
fn same(found: &Cells, told: &Cells, row: usize) -> bool {
    match (found, told) {
        (Cells::Text(a), Cells::Text(b)) => a[row] == b[row],
        (Cells::Millionths(a), Cells::Millionths(b)) => a[row] == b[row],
        (Cells::Number(a), Cells::Number(b)) => {
            a[row] == b[row] || (a[row].is_nan() && !b[row].is_finite())
        }
        (Cells::Number(a), Cells::Thousandths(b)) => a[row] == b[row] as f64 / 1_000.0,
        _ => false,
    }
}

fn expected(cells: &Cells, row: usize) -> Field {
    match cells {
        Cells::Text(it) => Field::Str(it[row].clone()),
        Cells::Number(it) if it[row].is_finite() => Field::Double(it[row]),
        Cells::Number(_) => Field::Null,
        Cells::Thousandths(it) => {
            // As the decimal that stands in the CSV.
            let (sign, it) = (if it[row] < 0 { "-" } else { "" }, it[row].unsigned_abs());
            let decimal = format!("{sign}{}.{:03}", it / 1_000, it % 1_000);
            Field::Double(decimal.parse().unwrap())
        }
        Cells::Millionths(it) => Field::Decimal(Decimal::from_i64(it[row], 18, 6)),
    }
}
