//! Events: what people see with `kubectl describe`.

use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};

use super::text::shortened;
use crate::names::{GROUP, NetworkKey, VERSION};
use crate::plan::Warning;

/// The API server takes no longer notes.
const NOTE_LIMIT: usize = 1024;

/// An Event of type Warning on a network.
pub(crate) fn warning(
    key: &NetworkKey,
    warning: &Warning,
    reporter: &str,
    now: Timestamp,
) -> Value {
    json!({
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        // Not the network's name: a prefix must not end with a dot, and has its own longest length.
        "metadata": { "generateName": "sriov-nad-", "namespace": key.namespace },
        "type": "Warning",
        "reason": warning.reason,
        "action": "Reconcile",
        "note": shortened(&warning.note, NOTE_LIMIT),
        "eventTime": now.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string(),
        "reportingController": reporter,
        "reportingInstance": reporter,
        "regarding": {
            "apiVersion": format!("{GROUP}/{VERSION}"),
            "kind": key.kind.as_str(),
            "namespace": key.namespace,
            "name": key.name,
            "uid": warning.uid,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::NetworkKind;

    #[test]
    fn an_event_fits_what_the_api_server_takes() {
        let key = NetworkKey::new(NetworkKind::Sriov, "shop", "net");
        let long =
            Warning { uid: "u".to_owned(), reason: "Contested", note: "ä".repeat(NOTE_LIMIT) };
        let now: Timestamp = "2026-02-03T04:05:06.7Z".parse().unwrap();
        let event = warning(&key, &long, "sriov-nad", now);
        let note = event["note"].as_str().unwrap();
        assert!(note.len() <= NOTE_LIMIT && note.ends_with('…'), "{}", note.len());
        assert_eq!(event["eventTime"], "2026-02-03T04:05:06.700000Z");
        assert_eq!(event["regarding"]["uid"], "u");
    }
}
