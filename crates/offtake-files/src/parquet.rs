//! A table as Parquet and back: texts as UTF-8, numbers as doubles, money as decimals, unit and meaning
//! beside the values.
//!
//! Equal tables make equal bytes: nothing of when or by which build they were written goes in.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use offtake::view::{Cells, Column, Table};
use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnPath, Type};

/// What made a table.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Of the program.
    pub version: &'a str,
    /// Of the ledger.
    pub digest: &'a str,
}

/// Decimal digits of 64 bits.
const DIGITS: i32 = 18;

/// The bytes of a Parquet file that holds a table, in one row group.
pub fn write(table: &Table, origin: Origin<'_>) -> Result<Vec<u8>> {
    let schema = Arc::new(schema(table)?);
    let properties = Arc::new(properties(table, origin));
    let mut file = SerializedFileWriter::new(Vec::new(), schema, properties)?;
    let mut group = file.next_row_group()?;
    for column in &table.columns {
        if let Some(mut writer) = group.next_column()? {
            fill(&mut writer, &column.cells)?;
            writer.close()?;
        }
    }
    group.close()?;
    file.into_inner()
}

fn schema(table: &Table) -> Result<Type> {
    let field = |column: &Column| {
        let (physical, repetition, logical) = match column.cells {
            Cells::Text(_) => {
                (Physical::BYTE_ARRAY, Repetition::REQUIRED, Some(LogicalType::String))
            }
            Cells::Number(_) => (Physical::DOUBLE, Repetition::OPTIONAL, None),
            Cells::Thousandths(_) => (Physical::DOUBLE, Repetition::REQUIRED, None),
            Cells::Millionths(_) => {
                (Physical::INT64, Repetition::REQUIRED, Some(LogicalType::decimal(6, DIGITS)))
            }
        };
        let built = Type::primitive_type_builder(&column.name, physical)
            .with_repetition(repetition)
            .with_logical_type(logical);
        let is_decimal = matches!(column.cells, Cells::Millionths(_));
        let built = if is_decimal { built.with_precision(DIGITS).with_scale(6) } else { built };
        built.build().map(Arc::new)
    };
    let fields = table.columns.iter().map(field).collect::<Result<_>>()?;
    Type::group_type_builder(table.name).with_fields(fields).build()
}

/// How it is packed, and what is said of it.
fn properties(table: &Table, origin: Origin<'_>) -> WriterProperties {
    let mut told = vec![
        KeyValue::new("offtake.table".to_owned(), table.name.to_owned()),
        KeyValue::new("offtake.version".to_owned(), origin.version.to_owned()),
        KeyValue::new("offtake.digest".to_owned(), origin.digest.to_owned()),
    ];
    let mut builder = WriterProperties::builder()
        .set_created_by("offtake".to_owned())
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true);
    for column in &table.columns {
        let about = serde_json::json!({ "unit": column.unit, "meaning": column.meaning });
        told.push(KeyValue::new(format!("offtake.column.{}", column.name), about.to_string()));
        if matches!(column.cells, Cells::Text(_)) {
            // Names and dates share their beginnings with the row before.
            let path = ColumnPath::new(vec![column.name.clone()]);
            builder = builder
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BYTE_ARRAY);
        }
    }
    builder.set_key_value_metadata(Some(told)).build()
}

/// What is not there is null.
fn fill(writer: &mut SerializedColumnWriter<'_>, cells: &Cells) -> Result<usize> {
    match cells {
        Cells::Text(it) => {
            let values: Vec<_> = it.iter().map(|it| ByteArray::from(it.as_str())).collect();
            writer.typed::<ByteArrayType>().write_batch(&values, None, None)
        }
        Cells::Number(it) => {
            let there: Vec<_> = it.iter().map(|it| i16::from(it.is_finite())).collect();
            let values: Vec<_> = it.iter().copied().filter(|it| it.is_finite()).collect();
            writer.typed::<DoubleType>().write_batch(&values, Some(&there), None)
        }
        Cells::Thousandths(it) => {
            let values: Vec<_> = it.iter().map(|it| *it as f64 / 1_000.0).collect();
            writer.typed::<DoubleType>().write_batch(&values, None, None)
        }
        Cells::Millionths(it) => writer.typed::<Int64Type>().write_batch(it, None, None),
    }
}

/// Reads a table that [`write()`] wrote.
///
/// Names and units live as long as the program, as those of a table that is made here do; each is kept once.
///
/// # Errors
/// What is wrong with the file.
pub fn read(bytes: Vec<u8>) -> Result<Table> {
    let file = SerializedFileReader::new(Bytes::from(bytes))?;
    let metadata = file.metadata().file_metadata();
    let told = metadata.key_value_metadata().map_or(&[][..], Vec::as_slice);
    let value = |key: &str| told.iter().find(|it| it.key == key).and_then(|it| it.value.clone());
    let name = value("offtake.table").ok_or_else(|| foreign("it names no table"))?;
    if file.num_row_groups() != 1 {
        return Err(foreign("its rows are not in one group"));
    }
    let group = file.get_row_group(0)?;
    let mut columns = Vec::new();
    for (at, field) in metadata.schema_descr().columns().iter().enumerate() {
        let about = value(&format!("offtake.column.{}", field.name())).unwrap_or_default();
        let about: serde_json::Value = serde_json::from_str(&about).unwrap_or_default();
        let text = |key: &str| about[key].as_str().unwrap_or_default().to_owned();
        let cells = read_cells(group.as_ref(), at)?;
        let unit = kept(text("unit"));
        columns.push(Column {
            name: field.name().to_owned(),
            unit,
            meaning: text("meaning"),
            cells,
        });
    }
    Ok(Table { name: kept(name), columns })
}

/// A word that lives as long as the program.
fn kept(word: String) -> &'static str {
    static WORDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = words.get(word.as_str()) {
        return known;
    }
    let new: &'static str = word.leak();
    words.insert(new);
    new
}

fn foreign(why: &str) -> ParquetError {
    ParquetError::General(why.to_owned())
}

fn read_cells(group: &dyn RowGroupReader, at: usize) -> Result<Cells> {
    let rows = group.metadata().num_rows() as usize;
    match group.get_column_reader(at)? {
        ColumnReader::ByteArrayColumnReader(mut reader) => {
            let mut values = Vec::with_capacity(rows);
            reader.read_records(rows, None, None, &mut values)?;
            let text = |it: &ByteArray| it.as_utf8().map(str::to_owned);
            Ok(Cells::Text(values.iter().map(text).collect::<Result<_>>()?))
        }
        ColumnReader::Int64ColumnReader(mut reader) => {
            let mut values = Vec::with_capacity(rows);
            reader.read_records(rows, None, None, &mut values)?;
            Ok(Cells::Millionths(values))
        }
        ColumnReader::DoubleColumnReader(mut reader) => {
            let (mut values, mut there) = (Vec::with_capacity(rows), Vec::new());
            reader.read_records(rows, Some(&mut there), None, &mut values)?;
            if there.is_empty() {
                return Ok(Cells::Number(values));
            }
            let mut next = values.into_iter();
            let value = |it: i16| if it > 0 { next.next() } else { None }.unwrap_or(f64::NAN);
            Ok(Cells::Number(there.into_iter().map(value).collect()))
        }
        _ => Err(foreign("it has a column that no table of ours has")),
    }
}
