//! Files of foreign formats, one a module: tables out, traces in.

pub mod parquet;
pub mod trace;
