use std::sync::Arc;

use super::query;
use crate::sim::Resource;
use crate::sim::store::Store;

/// What a path is about.
#[derive(Debug)]
pub(super) enum Route {
    /// What there is to be asked for.
    Discovery(Vec<String>),
    /// The objects of a resource, everywhere or in a namespace.
    Collection { resource: Arc<Resource>, namespace: String },
    /// One object, or a part of it.
    Object { resource: Arc<Resource>, namespace: String, name: String, status: bool },
    /// Nothing that is known.
    Unknown,
}

impl Route {
    pub(super) fn find(store: &Store, path: &str) -> Self {
        let words: Vec<String> =
            path.split('/').filter(|word| !word.is_empty()).map(query::decode).collect();
        let mut rest: Vec<&str> = words.iter().map(String::as_str).collect();
        let (group, version, rest) = match rest.as_mut_slice() {
            ["api", version, rest @ ..] if !rest.is_empty() => ("", &**version, &*rest),
            ["apis", group, version, rest @ ..] if !rest.is_empty() => {
                (&**group, &**version, &*rest)
            }
            _ => return Self::Discovery(words),
        };
        Self::below(store, group, version, rest).unwrap_or(Self::Unknown)
    }

    fn below(store: &Store, group: &str, version: &str, rest: &[&str]) -> Option<Self> {
        let resource = |plural: &str| {
            let found = store.resource_by_id(&(group.to_owned(), plural.to_owned()));
            found.filter(|resource| resource.version == version)
        };
        // `namespaces/x` is a namespace, `namespaces/x/pods` its pods.
        let (namespace, rest) = match rest {
            ["namespaces", name, plural, rest @ ..]
                if !matches!(*plural, "status" | "finalize") =>
            {
                (*name, [&[*plural], rest].concat())
            }
            other => ("", other.to_vec()),
        };
        let (plural, rest) = rest.split_first()?;
        let resource = resource(plural)?;
        if resource.namespaced() == namespace.is_empty() && !(rest.is_empty()) {
            return None;
        }
        let namespace = namespace.to_owned();
        match rest {
            [] if !resource.namespaced() && !namespace.is_empty() => None,
            [] => Some(Self::Collection { resource, namespace }),
            [name] => {
                Some(Self::Object { resource, namespace, name: (*name).to_owned(), status: false })
            }
            [name, "status"] if resource.has_status() => {
                Some(Self::Object { resource, namespace, name: (*name).to_owned(), status: true })
            }
            _ => None,
        }
    }
}

/// Whether the path is below a group that is no CRD's: there it is a `Status` that says no.
pub(super) fn is_built_in(path: &str) -> bool {
    let groups = ["/api/v1/", "/apis/coordination.k8s.io/v1/", "/apis/events.k8s.io/v1/"];
    groups.iter().any(|group| path.starts_with(group))
}
