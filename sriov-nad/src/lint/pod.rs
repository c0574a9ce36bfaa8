//! What a pod attaches to, and what it requests.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::facts::quantity;
use crate::names::NadKey;

/// The annotation that lists the attachments of a pod.
pub(super) const NETWORKS: &str = "k8s.v1.cni.cncf.io/networks";

/// A pod, as far as its attachments go.
#[derive(Clone, Debug)]
pub(super) struct Pod {
    pub(super) attachments: Attachments,
    /// The devices multus finds for the pod, by resource.
    devices: BTreeMap<String, u64>,
}

/// The attachments, in order; or why multus cannot read them.
pub(super) type Attachments = Result<Vec<NadKey>, String>;

impl Pod {
    pub(super) fn from_value(namespace: &str, value: &Value) -> Self {
        let annotations = value.get("metadata").and_then(|meta| meta.get("annotations"));
        let networks = annotations.and_then(|all| all.get(NETWORKS)).and_then(Value::as_str);
        let attachments = networks.map_or(Ok(Vec::new()), |text| attachments(text, namespace));
        Self { attachments, devices: devices(value) }
    }

    /// How many devices of the resources with these names the pod has.
    pub(super) fn devices(&self, is: impl Fn(&str) -> bool) -> u64 {
        let of_it = self.devices.iter().filter(|(name, _)| is(name));
        of_it.fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
}

/// An element of the JSON form.
#[derive(Deserialize)]
struct Element {
    #[serde(default)]
    name: String,
    #[serde(default)]
    namespace: Option<String>,
}

/// Both forms of the annotation, told apart as multus does it (multus-cni, pkg/k8sclient).
fn attachments(text: &str, namespace: &str) -> Attachments {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    if text.contains(['[', '{', '"']) {
        let elements: Vec<Element> = serde_json::from_str(text)
            .map_err(|error| format!("not a JSON array of attachments: {error}"))?;
        let key = |element: Element| {
            let own = element.namespace.filter(|text| !text.is_empty());
            NadKey::new(own.unwrap_or_else(|| namespace.to_owned()), element.name)
        };
        return Ok(elements.into_iter().map(key).collect());
    }
    text.split(',').map(|item| selection(item.trim(), namespace)).collect()
}

/// `namespace/name@interface`, the first and the last optional.
fn selection(item: &str, namespace: &str) -> Result<NadKey, String> {
    let unreadable = || format!("{item:?} is not of the form namespace/name@interface");
    let (own, rest) = item.split_once('/').map_or((None, item), |(own, rest)| (Some(own), rest));
    let (name, interface) = rest.split_once('@').unwrap_or((rest, ""));
    let (own, name) = (own.map(str::trim).filter(|own| !own.is_empty()), name.trim());
    let parts = [own.unwrap_or("a"), if name.is_empty() { "a" } else { name }];
    if rest.contains('/') || interface.contains('@') || !parts.into_iter().all(is_unit) {
        return Err(unreadable());
    }
    Ok(NadKey::new(own.unwrap_or(namespace), name))
}

/// What multus accepts as a name: a DNS-1123 label of any length.
fn is_unit(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// The devices of all containers. Containers take over the devices of the init containers before
/// them, unless those go on running beside them (Kubernetes, device manager of the kubelet).
fn devices(value: &Value) -> BTreeMap<String, u64> {
    let list = |key: &str| value.pointer(key).and_then(Value::as_array).into_iter().flatten();
    let stays = |init: &&Value| init.get("restartPolicy").and_then(Value::as_str) == Some("Always");
    let mut running = BTreeMap::new();
    for container in list("/spec/containers").chain(list("/spec/initContainers").filter(stays)) {
        for (name, count) in requests(container) {
            let sum: &mut u64 = running.entry(name).or_default();
            *sum = sum.saturating_add(count);
        }
    }
    for init in list("/spec/initContainers").filter(|init| !stays(init)) {
        for (name, count) in requests(init) {
            let most: &mut u64 = running.entry(name).or_default();
            *most = count.max(*most);
        }
    }
    running
}

/// Extended resources cannot be overcommitted: the limit is the request.
fn requests(container: &Value) -> BTreeMap<String, u64> {
    let side = |pointer: &str| container.pointer(pointer).and_then(Value::as_object);
    let both = side("/resources/requests").into_iter().chain(side("/resources/limits")).flatten();
    both.filter(|(name, _)| name.contains('/'))
        .filter_map(|(name, count)| Some((name.clone(), quantity(count)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{attachments, devices};
    use crate::names::NadKey;

    #[test]
    fn both_forms_of_the_annotation_are_read_as_multus_reads_them() {
        let keys = vec![NadKey::new("shop", "a"), NadKey::new("other", "b")];
        for text in [
            "a,other/b",
            " a@net1 , other/b@eth9",
            r#"[{"name":"a"},{"name":"b","namespace":"other","interface":"net2"}]"#,
            r#"[{"name":"a","namespace":""},{"name":"b","namespace":"other"}]"#,
        ] {
            assert_eq!(attachments(text, "shop"), Ok(keys.clone()), "{text}");
        }
        assert_eq!(attachments("", "shop"), Ok(vec![]));
        for text in ["a.b", "a/b/c", "a@b@c", "A", "-a", r#"{"name":"a"}"#, "[", r#"["a"]"#] {
            assert!(attachments(text, "shop").is_err(), "{text}");
        }
    }

    #[test]
    fn containers_reuse_the_devices_of_init_containers_that_ended() {
        let pod = serde_json::json!({ "spec": {
            "containers": [
                { "resources": { "requests": { "a/x": "1", "cpu": "1" } } },
                { "resources": { "limits": { "a/x": 2 } } },
            ],
            "initContainers": [
                { "resources": { "limits": { "a/x": "1", "a/y": "1" } } },
                { "restartPolicy": "Always", "resources": { "limits": { "a/z": "1", "a/x": "1" } } },
            ],
        } });
        let found = devices(&pod);
        let found: Vec<_> = found.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(found, [("a/x", 4), ("a/y", 1), ("a/z", 1)]);
    }
}
