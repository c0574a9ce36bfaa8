use kube::Client;
use kube::core::{ApiResource, GroupVersionKind};

use super::objects::{Objects, bounded};
use super::request::{RequestError, RequestErrorKind};

/// A kind that the API server serves.
#[derive(Clone, Debug)]
pub(super) struct Served {
    pub(super) resource: ApiResource,
    pub(super) namespaced: bool,
}

impl Served {
    /// The objects of this kind in a namespace, or those of the cluster.
    pub(super) fn objects(&self, client: &Client, namespace: Option<&str>) -> Objects {
        let namespace = namespace.filter(|name| self.namespaced && !name.is_empty());
        Objects::new(client, self.resource.clone(), namespace)
    }
}

/// Where a kind is served; `None` if it is not.
pub(super) async fn served(
    client: &Client,
    api_version: &str,
    kind: &str,
) -> Result<Option<Served>, RequestError> {
    let describe = || format!("the resources of {api_version}");
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let list = if group.is_empty() {
        bounded("discover", describe, client.list_core_api_resources(version)).await
    } else {
        bounded("discover", describe, client.list_api_group_resources(api_version)).await
    };
    let list = match list {
        Ok(list) => list,
        Err(error) if error.kind() == RequestErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // A name with a slash is a subresource.
    let found = list.resources.into_iter().find(|it| it.kind == kind && !it.name.contains('/'));
    Ok(found.map(|it| Served {
        resource: ApiResource::from_gvk_with_plural(
            &GroupVersionKind::gvk(group, version, kind),
            &it.name,
        ),
        namespaced: it.namespaced,
    }))
}
