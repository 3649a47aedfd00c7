//! The hours behind a chart by the day: the lowest and the highest of each, so that no peak is lost.

use super::{Chart, Series, Sheet, Style};
use crate::view::tables::{Cells, Column, Table, numbers, texts};
use crate::view::thin;

/// Hours of a day.
const DAY: usize = 24;

/// A play of no more months is seen by the day.
const FEW_MONTHS: usize = 4;

/// For each chart that can be seen more closely one of its days, called `power.daily`; in its place where a play
/// is so short that its months are but a few points.
pub(super) fn see(charts: &mut Vec<Chart>, hourly: &Table) {
    let mut beside = Vec::new();
    for chart in charts.iter_mut() {
        let is_short = chart.table.0.rows() <= FEW_MONTHS;
        match daily(chart, hourly, is_short) {
            Some(days) if is_short => {
                let sentence = format!("{} {}", chart.sentence, days.sentence);
                *chart = Chart { id: chart.id.clone(), sentence, ..days };
            }
            days => beside.extend(days),
        }
    }
    charts.extend(beside);
}

fn daily(chart: &Chart, hourly: &Table, with_means: bool) -> Option<Chart> {
    let hours = hourly.texts("hour");
    let day = |it: &String| it.split('T').next().unwrap_or_default().to_owned();
    let days: Vec<String> = hours.iter().step_by(DAY).map(day).collect();
    let (count, mut series) = (days.len(), Vec::new());
    let mut columns = vec![texts("day", "calendar day, UTC", days)];
    for it in hourly.columns.iter().filter(|it| chart.hours.contains(&it.name)) {
        let ends = ends(it, count);
        let [low, high] = ends.each_ref().map(|it| it.name.clone());
        let label = it.name.split('.').skip(1).collect::<Vec<_>>().join(" ");
        let kind = "simulated";
        if with_means {
            let meaning = format!("mean of the day: {}", it.meaning);
            columns.push(numbers(&it.name, it.unit, &meaning, means(it)));
            let (column, label, style) = (it.name.clone(), label.clone(), Style::Line);
            series.push(Series { column, low: None, label, style, kind });
        }
        let label = if with_means { format!("{label}, its hours") } else { label };
        let style = Style::Band;
        series.push(Series { column: high, low: Some(low), label, style, kind });
        columns.extend(ends);
    }
    if series.is_empty() {
        return None;
    }
    for it in chart.series.iter().filter(|it| it.style == Style::Limit) {
        let column = chart.table.0.columns.iter().find(|column| column.name == it.column)?;
        let limit = chart.table.0.numbers(&it.column).first()?;
        columns.push(numbers(&it.column, column.unit, &column.meaning, vec![*limit; count]));
        series.push(it.clone());
    }
    Some(Chart {
        id: format!("{}.daily", chart.id),
        sentence: "Each day from its lowest to its highest hour.".to_owned(),
        series,
        table: Sheet(Table { name: "daily", columns }),
        ..chart.clone()
    })
}

fn values(column: &Column) -> Vec<f64> {
    match &column.cells {
        Cells::Number(it) => it.clone(),
        Cells::Thousandths(it) => it.iter().map(|it| *it as f64 / 1e3).collect(),
        Cells::Millionths(it) => it.iter().map(|it| *it as f64 / 1e6).collect(),
        Cells::Text(_) => Vec::new(),
    }
}

fn means(column: &Column) -> Vec<f64> {
    let mean = |hours: &[f64]| hours.iter().sum::<f64>() / hours.len() as f64;
    values(column).chunks(DAY).map(mean).collect()
}

fn ends(column: &Column, days: usize) -> [Column; 2] {
    let values = values(column);
    let pieces = thin(&values, days);
    let low = pieces.iter().map(|it| values[it.lowest]).collect();
    let high = pieces.iter().map(|it| values[it.highest]).collect();
    [("low", "lowest", low), ("high", "highest", high)].map(|(end, told, cells)| {
        let meaning = format!("{told} hour of the day: {}", column.meaning);
        numbers(&format!("{}.{end}", column.name), column.unit, &meaning, cells)
    })
}
