//! A table as Parquet: texts as UTF-8, numbers as doubles, unit and meaning beside the values.
//!
//! Equal tables make equal bytes: nothing of when or by which build they were written goes in.

use std::sync::Arc;

use offtake::view::{Cells, Column, Table};
use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
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
        };
        Type::primitive_type_builder(&column.name, physical)
            .with_repetition(repetition)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
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
    }
}
