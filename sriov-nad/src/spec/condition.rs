use serde::{Deserialize, Serialize};

/// A condition of a network's status.
///
/// When it changed last (`lastTransitionTime`) is left to the writer: it never decides anything.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// `Ready`, or another name where the operator writes `Ready` as well.
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// One word, for programs.
    #[serde(default)]
    pub reason: String,
    /// For people.
    #[serde(default)]
    pub message: String,
    /// The generation of the network it speaks of.
    #[serde(default)]
    pub observed_generation: Option<i64>,
}
