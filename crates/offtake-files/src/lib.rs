//! Files of foreign formats, one a module: tables and draws out, traces, draws and bills in.

pub mod draws;
pub mod focus;
mod head;
pub mod parquet;
pub mod trace;
pub mod xlsx;

pub use head::Head;
