//! Where the API server keeps the kinds that are read and written here.

use ::kube::core::ApiResource;
use ::kube::core::gvk::GroupVersionKind;

use crate::engine::Source;
use crate::nad;
use crate::names::{GROUP, NetworkKind, VERSION};

/// The group and version of NADs, as in [`nad::API_VERSION`].
const NAD_GROUP: (&str, &str) = ("k8s.cni.cncf.io", "v1");

/// Networks of a kind.
pub(crate) fn networks(kind: NetworkKind) -> ApiResource {
    resource(GROUP, VERSION, kind.as_str(), kind.plural())
}

/// NADs.
pub(crate) fn nads() -> ApiResource {
    let (group, version) = NAD_GROUP;
    resource(group, version, nad::KIND, "network-attachment-definitions")
}

/// Namespaces.
pub(crate) fn namespaces() -> ApiResource {
    resource("", "v1", "Namespace", "namespaces")
}

/// Events of the API group that took over from core in Kubernetes 1.19.
pub(crate) fn events() -> ApiResource {
    resource("events.k8s.io", "v1", "Event", "events")
}

/// What a source lists and watches.
pub(crate) fn of(source: Source) -> ApiResource {
    match source {
        Source::Networks(kind) => networks(kind),
        Source::Nads => nads(),
        Source::Namespaces => namespaces(),
    }
}

fn resource(group: &str, version: &str, kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_where_their_crds_put_them() {
        assert_eq!(nads().api_version, nad::API_VERSION);
        assert_eq!(namespaces().api_version, "v1");
        let ib = networks(NetworkKind::Ib);
        assert_eq!(
            (ib.api_version.as_str(), ib.plural.as_str()),
            ("sriovnetwork.openshift.io/v1", "sriovibnetworks")
        );
    }
}
