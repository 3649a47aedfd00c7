//! Futures as Parquet: a row for each draw, a column for each input and figure, a list of months for
//! each series. What is not a number is null; what never happens is infinite.
//!
//! Groups of rows are cut by the number of the draw, so that the same draws make the same bytes
//! whichever parts they came in. A digest of all rows stands at the end: a disk or a copy that twists
//! a number is noticed.

use std::io::Write;
use std::sync::Arc;

use offtake::study::{Future, Heading, RowDigest, Series};
use parquet::basic::{Compression, Repetition, Type as Physical};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{DoubleType, Int32Type};
pub use parquet::errors::ParquetError as Error;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

/// Rows that are packed together.
const GROUP: u32 = 4_096;
const STUDY: &str = "offtake.study";
const DIGEST: &str = "offtake.digest";

/// What every file of one study has in common.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Equal for draws that may stand in one table: scenario, seed, version.
    pub study: String,
    /// Of the program.
    pub version: &'static str,
    /// A number for each draw.
    pub headings: Vec<Heading>,
    /// A list of numbers for each draw.
    pub series: Vec<Series>,
}

impl Layout {
    fn schema(&self) -> Result<Type> {
        let field = |name: &str, physical, repetition| {
            let made = Type::primitive_type_builder(name, physical).with_repetition(repetition);
            made.build().map(Arc::new)
        };
        let mut fields = vec![field("draw", Physical::INT32, Repetition::REQUIRED)?];
        for it in &self.headings {
            fields.push(field(&it.name, Physical::DOUBLE, Repetition::OPTIONAL)?);
        }
        for it in &self.series {
            fields.push(field(&it.name, Physical::DOUBLE, Repetition::REPEATED)?);
        }
        Type::group_type_builder("draws").with_fields(fields).build()
    }

    fn properties(&self) -> WriterProperties {
        let told = |name: &str, unit: &str, meaning: &str| {
            let about = serde_json::json!({ "unit": unit, "meaning": meaning });
            KeyValue::new(format!("offtake.column.{name}"), about.to_string())
        };
        let mut all = vec![
            KeyValue::new("offtake.table".to_owned(), "draws".to_owned()),
            KeyValue::new("offtake.version".to_owned(), self.version.to_owned()),
            KeyValue::new(STUDY.to_owned(), self.study.clone()),
        ];
        all.extend(self.headings.iter().map(|it| told(&it.name, it.unit, &it.meaning)));
        all.extend(self.series.iter().map(|it| told(&it.name, it.unit, &it.meaning)));
        WriterProperties::builder()
            .set_created_by("offtake".to_owned())
            .set_compression(Compression::SNAPPY)
            // Drawn numbers hardly ever come twice.
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_offset_index_disabled(true)
            .set_key_value_metadata(Some(all))
            .build()
    }
}

/// Writes draws in rising order.
pub struct Writer<W: Write + Send> {
    file: SerializedFileWriter<W>,
    pending: Vec<(u32, Future)>,
    digest: RowDigest,
}

impl<W: Write + Send> Writer<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// What the sink says.
    pub fn new(layout: &Layout, sink: W) -> Result<Self> {
        let properties = Arc::new(layout.properties());
        let file = SerializedFileWriter::new(sink, Arc::new(layout.schema()?), properties)?;
        Ok(Self { file, pending: Vec::new(), digest: RowDigest::default() })
    }

    /// Adds the next draw.
    ///
    /// # Errors
    /// What the sink says.
    pub fn push(&mut self, n: u32, future: Future) -> Result<()> {
        if self.pending.first().is_some_and(|it| it.0 / GROUP != n / GROUP) {
            self.pack()?;
        }
        self.digest.add(&future);
        self.pending.push((n, future));
        Ok(())
    }

    /// Ends the file, gives the sink back, and tells the digest of all rows.
    ///
    /// # Errors
    /// What the sink says.
    pub fn finish(mut self) -> Result<(W, String)> {
        self.pack()?;
        let digest = self.digest.finish();
        self.file.append_key_value_metadata(KeyValue::new(DIGEST.to_owned(), digest.clone()));
        Ok((self.file.into_inner()?, digest))
    }

    fn pack(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.pending);
        let Some((_, first)) = rows.first() else { return Ok(()) };
        let mut group = self.file.next_row_group()?;
        let mut writer = group.next_column()?.ok_or_else(missing)?;
        let numbers: Vec<i32> = rows.iter().map(|it| it.0 as i32).collect();
        writer.typed::<Int32Type>().write_batch(&numbers, None, None)?;
        writer.close()?;
        for at in 0..first.values.len() {
            let values = rows.iter().map(|it| it.1.values[at]);
            let there: Vec<i16> = values.clone().map(|it| i16::from(!it.is_nan())).collect();
            let values: Vec<f64> = values.filter(|it| !it.is_nan()).collect();
            doubles(&mut group, &values, &there, None)?;
        }
        for at in 0..first.months.len() {
            let lists = rows.iter().map(|it| &it.1.months[at]);
            let values: Vec<f64> = lists.clone().flatten().copied().collect();
            let goes_on = |list: &Vec<f64>| (0..list.len()).map(|i| i16::from(i > 0)).collect();
            let again: Vec<i16> = lists.flat_map(|it| -> Vec<i16> { goes_on(it) }).collect();
            doubles(&mut group, &values, &vec![1; values.len()], Some(&again))?;
        }
        group.close().map(|_| ())
    }
}

fn doubles<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[f64],
    there: &[i16],
    again: Option<&[i16]>,
) -> Result<()> {
    let mut writer = group.next_column()?.ok_or_else(missing)?;
    writer.typed::<DoubleType>().write_batch(values, Some(there), again)?;
    writer.close()
}

fn missing() -> ParquetError {
    ParquetError::General("a column is missing".to_owned())
}

/// Reads draws of one study.
pub struct Reader {
    file: SerializedFileReader<Source>,
    columns: usize,
    series: usize,
    digest: Option<String>,
}

/// Where bytes come from.
type Source = bytes::Bytes;

impl Reader {
    /// Opens a file whose draws belong to a study.
    ///
    /// # Errors
    /// What is wrong with the file, or that it is of another study.
    pub fn open(layout: &Layout, bytes: Vec<u8>) -> Result<Self> {
        let file = SerializedFileReader::new(Source::from(bytes))?;
        let metadata = file.metadata().file_metadata();
        let told = metadata.key_value_metadata().map_or(&[][..], Vec::as_slice);
        let value =
            |key: &str| told.iter().find(|it| it.key == key).and_then(|it| it.value.clone());
        let (study, digest) = (value(STUDY), value(DIGEST));
        let (columns, series) = (layout.headings.len(), layout.series.len());
        if study.as_ref() != Some(&layout.study)
            || metadata.schema_descr().num_columns() != 1 + columns + series
        {
            let why = "it holds draws of another scenario, variant, seed or version, or of --sobol or without";
            return Err(ParquetError::General(why.to_owned()));
        }
        Ok(Self { file, columns, series, digest })
    }

    /// Every draw with its number.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn futures(&self) -> Result<Vec<(u32, Future)>> {
        let mut all = Vec::new();
        for group in 0..self.file.num_row_groups() {
            let numbers = self.numbers(group)?;
            let columns: Vec<Vec<f64>> =
                (0..self.columns).map(|it| self.column_of(group, 1 + it)).collect::<Result<_>>()?;
            let months: Vec<Vec<f64>> = (0..self.series)
                .map(|it| self.column_of(group, 1 + self.columns + it))
                .collect::<Result<_>>()?;
            let rows = numbers.len().max(1);
            let list = |of: &Vec<f64>, row: usize| {
                let long = of.len() / rows;
                of[row * long..(row + 1) * long].to_vec()
            };
            all.extend(numbers.into_iter().enumerate().map(|(row, n)| {
                let values = columns.iter().map(|it| it[row]).collect();
                let months = months.iter().map(|it| list(it, row)).collect();
                (n, Future { values, months })
            }));
        }
        let mut digest = RowDigest::default();
        all.iter().for_each(|it| digest.add(&it.1));
        match self.digest.as_ref() == Some(&digest.finish()) {
            true => Ok(all),
            false => Err(ParquetError::General("its numbers are damaged".to_owned())),
        }
    }

    fn numbers(&self, group: usize) -> Result<Vec<u32>> {
        let group = self.file.get_row_group(group)?;
        let rows = group.metadata().num_rows() as usize;
        let ColumnReader::Int32ColumnReader(mut reader) = group.get_column_reader(0)? else {
            return Err(missing());
        };
        let mut values = Vec::with_capacity(rows);
        reader.read_records(rows, None, None, &mut values)?;
        Ok(values.into_iter().map(|it| it as u32).collect())
    }

    fn column_of(&self, group: usize, at: usize) -> Result<Vec<f64>> {
        let group = self.file.get_row_group(group)?;
        read_column(group.as_ref(), at)
    }
}

/// Opens a table of all draws to read it by column.
///
/// # Errors
/// What is wrong with the file.
pub fn table<R: ChunkReader + 'static>(file: R) -> Result<ColumnTable<R>> {
    Ok(ColumnTable { file: SerializedFileReader::new(file)? })
}

/// A table of all draws.
pub struct ColumnTable<R: ChunkReader + 'static> {
    file: SerializedFileReader<R>,
}

impl<R: ChunkReader + 'static> ColumnTable<R> {
    /// The first draws of a column, by its place; of a list, all its values one after the other.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn column(&self, at: usize, most: u32) -> Result<Vec<f64>> {
        let mut all = Vec::new();
        let mut left = i64::from(most);
        for group in 0..self.file.num_row_groups() {
            let group = self.file.get_row_group(group)?;
            let rows = group.metadata().num_rows();
            let mut values = read_column(group.as_ref(), 1 + at)?;
            if rows > left {
                values.truncate(values.len() / rows as usize * left.max(0) as usize);
            }
            left -= rows;
            all.extend(values);
            if left <= 0 {
                break;
            }
        }
        Ok(all)
    }
}

fn read_column(group: &dyn parquet::file::reader::RowGroupReader, at: usize) -> Result<Vec<f64>> {
    let rows = group.metadata().num_rows() as usize;
    let ColumnReader::DoubleColumnReader(mut reader) = group.get_column_reader(at)? else {
        return Err(missing());
    };
    let (mut values, mut there, mut again) = (Vec::new(), Vec::new(), Vec::new());
    reader.read_records(rows, Some(&mut there), Some(&mut again), &mut values)?;
    let mut next = values.into_iter();
    Ok(there
        .into_iter()
        .map(|it| if it > 0 { next.next().unwrap_or(f64::NAN) } else { f64::NAN })
        .collect())
}
