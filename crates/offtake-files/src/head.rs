//! What a file says of the run it was made of.

use serde::{Deserialize, Serialize};

/// The head of a saved run's document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The scenario's name, `#variant` included.
    pub scenario: String,
    /// Of the program that played it.
    pub version: String,
    /// What chose the luck.
    pub seed: u64,
    /// The future that was played; nothing where every range was at its median.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<u32>,
    /// Of the ledger: equal digests, equal ledgers.
    pub digest: String,
    /// The day whose knowledge was used, `2025-11-30`.
    pub as_of: String,
    /// First moment played.
    pub from: String,
    /// First moment no longer played.
    pub to: String,
}
