//! The networks that a command is about: of a file, or by their names.

use std::path::Path;

use serde_json::Value;
use sriov_host::codes::INVALID_VALUE;
use sriov_host::document;
use sriov_nad::names::{NetworkKey, NetworkKind, is_dns_subdomain};
use sriov_nad::spec::Network;

use crate::failure::Failure;
use crate::input;
use crate::status::Status;

/// A network of a document.
pub(super) struct Wanted {
    pub(super) key: NetworkKey,
    /// The object, with its namespace.
    pub(super) object: Value,
}

/// The networks of a stream; those without a namespace are in `namespace`.
pub(super) fn of_file(file: &Path, namespace: &str) -> Result<Vec<Wanted>, Failure> {
    let objects = document::read_all(&input::text(file)?)?;
    let wanted = objects.iter().map(|object| {
        let mut key = Network::from_object(object)?.key;
        let mut value: Value = object.read()?;
        if let Some(meta) = value.get_mut("metadata").and_then(Value::as_object_mut) {
            let given = meta.get("namespace").is_some_and(|given| !given.is_null());
            if !given {
                namespace.clone_into(&mut key.namespace);
                meta.insert("namespace".to_owned(), namespace.into());
            }
        }
        Ok(Wanted { key, object: value })
    });
    wanted.collect()
}

/// `NAME`, or `KIND/NAME`; a `SriovNetwork` if no kind is given.
pub(super) fn of_name(text: &str, namespace: &str) -> Result<NetworkKey, Failure> {
    let (kind, name) = text.split_once('/').unwrap_or((NetworkKind::Sriov.as_str(), text));
    let known =
        |kind: &NetworkKind| kind.as_str().eq_ignore_ascii_case(text_before(text, kind.as_str()));
    let kind = NetworkKind::from_name(kind).or_else(|| NetworkKind::ALL.into_iter().find(known));
    match kind {
        Some(kind) if is_dns_subdomain(name) => Ok(NetworkKey::new(kind, namespace, name)),
        _ => {
            let message = format!("{text:?} names no network");
            let help = "give NAME, or KIND/NAME with SriovNetwork, SriovIBNetwork or OVSNetwork";
            Err(Failure::new(Status::Usage, INVALID_VALUE.id, message).with_help(Some(help)))
        }
    }
}

/// The kind in front of the slash.
fn text_before<'t>(text: &'t str, otherwise: &'t str) -> &'t str {
    text.split_once('/').map_or(otherwise, |(kind, _)| kind)
}
