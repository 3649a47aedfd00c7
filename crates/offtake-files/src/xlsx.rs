//! A run as a workbook: a page that says what it is, the cash of each party with live formulas, a sheet a
//! table.
//!
//! Equal runs make equal bytes: a workbook is dated by the day whose knowledge was used.

mod cash;

use offtake::view::{Cells, Column, Table};
use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartLegendPosition, Color, DocProperties, ExcelDateTime,
    Format, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::Head;

/// What a workbook cannot hold, or cannot be.
pub type Error = XlsxError;

/// Rows that a sheet takes.
pub const MOST_ROWS: usize = 1_048_575;

/// The bytes of a workbook of a run's tables.
///
/// # Errors
/// A table longer or wider than a sheet can be.
pub fn write(head: &Head, tables: &[&Table]) -> Result<Vec<u8>, Error> {
    let mut book = Workbook::new();
    let day = ExcelDateTime::parse_from_str(head.as_of.get(..10).unwrap_or(&head.as_of))?;
    let told = DocProperties::new()
        .set_title(format!("offtake: {}", head.scenario))
        .set_comment(format!("digest {}", head.digest))
        .set_creation_datetime(&day);
    book.set_properties(&told);
    let mut sheets = Vec::new();
    let mut cash_sheets = Vec::new();
    book.add_worksheet().set_name(ABOUT)?;
    if let Some(table) = tables.iter().find(|it| it.name == "cash") {
        for flows in cash::parties(table) {
            cash::write(book.add_worksheet(), &flows)?;
            sheets.push((flows.sheet.clone(), format!("cash of {}, as formulas", flows.party)));
            cash_sheets.push(flows);
        }
    }
    for table in tables {
        write_table(book.add_worksheet(), table)?;
        sheets.push((table.name.to_owned(), format!("{} rows", table.rows())));
    }
    let about = book.worksheet_from_name(ABOUT)?;
    write_about(about, head, &sheets)?;
    if !cash_sheets.is_empty() {
        about.insert_chart(1, 4, &cash::chart(&cash_sheets))?;
    }
    if let Some(chart) = delivered(tables) {
        about.insert_chart(21, 4, &chart)?;
    }
    book.save_to_buffer()
}

const ABOUT: &str = "about";

/// The kinds of figures, and what each is.
const KINDS: [(&str, &str); 4] = [
    ("reported", "somebody has said it; the source stands in the scenario"),
    ("assumed", "nobody has said it: it is taken to be so"),
    ("derived", "arithmetic on what is reported and assumed"),
    ("simulated", "came out of playing the scenario"),
];

fn write_about(
    sheet: &mut Worksheet,
    head: &Head,
    sheets: &[(String, String)],
) -> Result<(), Error> {
    let bold = Format::new().set_bold();
    sheet.set_column_width(0, 16)?.set_column_width(1, 70)?;
    let title = Format::new().set_bold().set_font_size(14);
    sheet.write_with_format(0, 0, format!("{}, played by offtake", head.scenario), &title)?;
    let draw = head.draw.map_or("none: every range at its median".to_owned(), |it| it.to_string());
    let told = [
        ("scenario", head.scenario.clone()),
        ("version", head.version.clone()),
        ("as of", head.as_of.clone()),
        ("from", head.from.clone()),
        ("to", head.to.clone()),
        ("seed", head.seed.to_string()),
        ("draw", draw),
        ("digest", head.digest.clone()),
    ];
    let mut row = 1;
    for (name, value) in told {
        sheet.write_with_format(row, 0, name, &bold)?.write(row, 1, value)?;
        row += 1;
    }
    row = headed(sheet, row, "kinds of figures", &KINDS)?;
    headed(sheet, row, "sheets", sheets)?;
    Ok(())
}

fn headed<A: AsRef<str>, B: AsRef<str>>(
    sheet: &mut Worksheet,
    row: u32,
    title: &str,
    lines: &[(A, B)],
) -> Result<u32, Error> {
    let bold = Format::new().set_bold();
    sheet.write_with_format(row + 1, 0, title, &bold)?;
    let mut row = row + 2;
    for (name, value) in lines {
        sheet.write(row, 0, name.as_ref())?.write(row, 1, value.as_ref())?;
        row += 1;
    }
    Ok(row)
}

/// A table: names with units in the first line, which stays in sight with the first column.
fn write_table(sheet: &mut Worksheet, table: &Table) -> Result<(), Error> {
    sheet.set_name(table.name)?.set_freeze_panes(1, 1)?;
    for (at, column) in table.columns.iter().enumerate() {
        let at = u16::try_from(at).map_err(|_| Error::RowColumnLimitError)?;
        let name = heading(column);
        sheet.set_column_width(at, width(column, &name))?;
        sheet.write_with_format(0, at, name, &header())?;
        write_cells(sheet, at, column)?;
    }
    let last = (table.rows() as u32, table.columns.len().saturating_sub(1) as u16);
    sheet.autofilter(0, 0, last.0, last.1)?;
    Ok(())
}

fn write_cells(sheet: &mut Worksheet, at: u16, column: &Column) -> Result<(), Error> {
    let number = Format::new().set_num_format(format_of(column.unit));
    let mut put = |row: usize, it: f64| {
        let row = u32::try_from(row + 1).map_err(|_| Error::RowColumnLimitError)?;
        sheet.write_number_with_format(row, at, it, &number).map(|_| ())
    };
    match &column.cells {
        Cells::Number(it) => {
            let mut told = it.iter().enumerate().filter(|it| it.1.is_finite());
            told.try_for_each(|(row, it)| put(row, *it))
        }
        Cells::Thousandths(it) => {
            it.iter().enumerate().try_for_each(|(row, it)| put(row, *it as f64 / 1e3))
        }
        Cells::Millionths(it) => {
            it.iter().enumerate().try_for_each(|(row, it)| put(row, *it as f64 / 1e6))
        }
        Cells::Text(it) => {
            let mut told = it.iter().enumerate().filter(|it| !it.1.is_empty());
            told.try_for_each(|(row, it)| sheet.write(row as u32 + 1, at, it.as_str()).map(|_| ()))
        }
    }
}

fn heading(column: &Column) -> String {
    match column.unit {
        "" => column.name.clone(),
        unit => format!("{} [{unit}]", column.name),
    }
}

fn header() -> Format {
    Format::new().set_bold().set_border_bottom(FormatBorder::Thin)
}

/// How numbers of a unit are shown; what they are stays whole.
fn format_of(unit: &str) -> &'static str {
    match unit {
        "USD" => "#,##0.00",
        "USD/GPU-hour" | "ratio" | "share" | "" => "#,##0.0000",
        _ => "#,##0.###",
    }
}

/// As wide as its name or its texts, within reason.
fn width(column: &Column, name: &str) -> f64 {
    let longest = match &column.cells {
        Cells::Text(it) => it.iter().take(1_000).map(|it| it.chars().count()).max().unwrap_or(0),
        _ if column.unit == "USD" => 20,
        _ => 14,
    };
    longest.max(name.chars().count()).clamp(8, 60) as f64 + 2.0
}

/// GPU-hours delivered by month and fleet, of the table of months.
fn delivered(tables: &[&Table]) -> Option<Chart> {
    let table = tables.iter().find(|it| it.name == "monthly")?;
    let is_meant = |it: &&(usize, &Column)| {
        it.1.name.starts_with("fleet.") && it.1.name.ends_with(".delivered")
    };
    let all: Vec<(usize, &Column)> = table.columns.iter().enumerate().collect();
    let fleets: Vec<_> = all.iter().filter(is_meant).collect();
    let mut chart = chart("GPU-hours delivered by month", "M GPU-hour", "#,##0,,");
    for (at, column) in &fleets {
        let (last, at) = (table.rows() as u32, *at as u16);
        let name = column.name.trim_start_matches("fleet.").trim_end_matches(".delivered");
        let series = chart.add_series().set_name(name);
        series.set_categories((table.name, 1, 0, last, 0));
        series.set_values((table.name, 1, at, last, at));
    }
    (!fleets.is_empty()).then_some(chart)
}

/// Lines over months; the format of the numbers scales them to the unit.
fn chart(title: &str, unit: &str, format: &str) -> Chart {
    let mut chart = Chart::new_line();
    chart.title().set_name(title);
    chart.y_axis().set_name(unit).set_num_format(format);
    chart.x_axis().set_label_interval(12).set_label_position(ChartAxisLabelPosition::Low);
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.set_width(760).set_height(380);
    chart
}

/// What a user may change.
fn input() -> Format {
    Format::new().set_background_color(Color::RGB(0x00FF_F2CC))
}
