//! The stable error codes of this crate: what they mean, why they happen, what to do.
//!
//! ```
//! assert!(sriov_nad::codes::all().any(|code| code.id == "SRIOV-N001"));
//! ```

use sriov_host::codes::Code;

mod cluster;

pub use cluster::{
    CLUSTER_UNREACHABLE, CONTROLLER_NOT_READY, FIELDS_OWNED, KIND_NOT_SERVED, NAMESPACE_REMAINS,
    NETWORK_DIFFERS, NETWORK_NOT_SETTLED, REQUEST_REFUSED, RESTORE_INCOMPLETE, WEBHOOK_FAILED,
};

/// `SRIOV-N001`: a field is outside its grammar or range.
pub const FIELD_INVALID: Code = Code {
    id: "SRIOV-N001",
    title: "a field of a network is invalid",
    meaning: "A field of a SriovNetwork, SriovIBNetwork or OVSNetwork has a value outside its \
              grammar or range, so no NAD can be made of it.",
    causes: &[
        "a number out of range, or a word the field does not have, as `ON` for `on`",
        "a name that is no DNS-1123 name, or a resource name the device plugin refuses",
    ],
    help: &["correct the field that the message names; the range stands in the message"],
};

/// `SRIOV-N002`: a required field is missing.
pub const FIELD_MISSING: Code = Code {
    id: "SRIOV-N002",
    title: "a required field of a network is missing",
    meaning: "A field without which no NAD can be made is absent or empty; the CRD lets an empty \
              resourceName pass.",
    causes: &["spec.resourceName was left out or is an empty text"],
    help: &["set it to the resourceName of the SriovNetworkNodePolicy, without the prefix"],
};

/// `SRIOV-N003`: text that has to be JSON is not.
pub const FIELD_NOT_JSON: Code = Code {
    id: "SRIOV-N003",
    title: "a field that holds JSON does not parse",
    meaning: "ipam and capabilities hold one JSON object each, metaPlugins JSON objects with commas \
              between them, as text; the message tells the byte at which it goes wrong.",
    causes: &[
        "YAML instead of JSON, or a word without quotes",
        "a comma behind the last element, or an array where an object belongs",
        "a raw line break or tab inside a JSON string",
        "brackets nested deeper than any plugin reads",
    ],
    help: &[
        "pass the text through a JSON checker",
        "in YAML, write it as a block: `ipam: |` with the JSON below",
    ],
};

/// Every code of this crate, in order.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [&FIELD_INVALID, &FIELD_MISSING, &FIELD_NOT_JSON]
        .into_iter()
        .chain(cluster::ALL.iter().copied())
}

#[cfg(test)]
mod tests {
    sriov_host::codes_tests!("SRIOV-N");
}
