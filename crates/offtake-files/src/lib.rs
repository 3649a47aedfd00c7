//! Files of foreign formats, one a module: tables out.

pub mod parquet;
