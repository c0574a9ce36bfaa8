use crate::json;
use crate::nad::{Desired, Nad, Owner};

/// What of a NAD is not as its network wants it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Drift {
    /// The CNI config is another JSON value. Formatting and the order of members do not count.
    Config,
    /// The resource annotation.
    ResourceName,
    /// The owner annotation.
    Owner,
    /// The ownerReference is missing, or holds the uid of an earlier network of the same name: the
    /// garbage collector would take the NAD away.
    OwnerReference,
}

/// What of a NAD is not as wanted. Labels, finalizers, other annotations and other ownerReferences
/// belong to others and never count.
pub fn drift(desired: &Desired, nad: &Nad) -> Vec<Drift> {
    let owner = Owner::Network(desired.owner.clone());
    // A stale reference beside the right one is the garbage collector's to remove.
    let referenced = desired.owner_uid.as_ref().is_none_or(|uid| nad.owner_uids.contains(uid));
    let resource = nad.resource_name.as_deref() == Some(desired.resource_name.as_str());
    [
        (Drift::Config, json::same_config(&nad.config, &desired.config)),
        (Drift::ResourceName, resource),
        (Drift::Owner, nad.owner == owner),
        (Drift::OwnerReference, referenced),
    ]
    .into_iter()
    .filter_map(|(drift, same)| (!same).then_some(drift))
    .collect()
}
