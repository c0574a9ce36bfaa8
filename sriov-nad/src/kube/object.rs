//! Objects as they come, whatever is in them.

use std::borrow::Cow;

use ::kube::Resource;
use ::kube::core::ApiResource;
use ::kube::core::DynamicResourceScope;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An object of a list or a watch. It can always be read: one that is out of shape must not hide
/// the others of its page.
#[derive(Clone, Debug)]
pub(crate) struct AnyObject {
    /// All of it.
    pub(crate) value: Value,
    /// What a watch goes by: name, namespace and resource version.
    meta: ObjectMeta,
}

impl AnyObject {
    /// Its namespace and name, for people.
    pub(crate) fn name(&self) -> String {
        let name = self.meta.name.as_deref().unwrap_or("?");
        match &self.meta.namespace {
            Some(namespace) => format!("{namespace}/{name}"),
            None => name.to_owned(),
        }
    }
}

impl<'de> Deserialize<'de> for AnyObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let text = |key: &str| Some(value.get("metadata")?.get(key)?.as_str()?.to_owned());
        let meta = ObjectMeta {
            name: text("name"),
            namespace: text("namespace"),
            resource_version: text("resourceVersion"),
            ..ObjectMeta::default()
        };
        Ok(Self { value, meta })
    }
}

impl Resource for AnyObject {
    type DynamicType = ApiResource;
    type Scope = DynamicResourceScope;

    fn kind(resource: &ApiResource) -> Cow<'_, str> {
        resource.kind.as_str().into()
    }

    fn group(resource: &ApiResource) -> Cow<'_, str> {
        resource.group.as_str().into()
    }

    fn version(resource: &ApiResource) -> Cow<'_, str> {
        resource.version.as_str().into()
    }

    fn plural(resource: &ApiResource) -> Cow<'_, str> {
        resource.plural.as_str().into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.meta
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::kube::ResourceExt;

    #[test]
    fn nothing_is_out_of_shape_enough_to_hide_the_rest_of_a_list() {
        let text = r#"[null, 7, {"metadata": {"name": 7, "labels": 3}},
                       {"metadata": {"name": "a", "resourceVersion": "5", "finalizers": "x"}}]"#;
        let objects: Vec<AnyObject> = serde_json::from_str(text).unwrap();
        assert_eq!(objects.len(), 4);
        assert_eq!(objects[3].name_any(), "a");
        assert_eq!(objects[3].resource_version().as_deref(), Some("5"));
    }
}
