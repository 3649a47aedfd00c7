//! Files of foreign formats, one a module: tables and draws out, traces and draws in.

pub mod draws;
pub mod parquet;
pub mod trace;
