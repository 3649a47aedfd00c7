//! Bills in the FinOps Open Cost and Usage Specification (FOCUS), out and in: a row a charge, in CSV.
//!
//! Version 1.4 is the current one (ratified on 2026-06-04); 1.3 and 1.2 are written for tools that know
//! no other. Versions from 1.0 on are read. What a column must hold is said in
//! <https://focus.finops.org/focus-specification/>, its name is the column's.
//!
//! A month of a take-or-pay deal is a commitment: what is owed for it is a `Purchase`, and how it was
//! used are `Usage` rows, `Used` and `Unused`, that the purchase covers. So what is billed and what is
//! used up each sum to the deal.

mod read;
mod write;

pub use read::{Bill, Charge, Fault, ONE, Oddity, is_header, read};
pub use write::{Written, write};

/// A version of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// Of May 2025.
    V1_2,
    /// Of December 2025: service and host provider beside the provider.
    V1_3,
    /// Of June 2026, the current one: provider and publisher are gone, lines of invoices come.
    V1_4,
}

impl Version {
    /// All of them, oldest first.
    pub const ALL: [Version; 3] = [Version::V1_2, Version::V1_3, Version::V1_4];
    /// The current one.
    pub const CURRENT: Version = Version::V1_4;

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Version::V1_2 => "1.2",
            Version::V1_3 => "1.3",
            Version::V1_4 => "1.4",
        }
    }
}
