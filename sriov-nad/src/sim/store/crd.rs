use serde_json::{Value, json};

use super::super::resource::CRD;
use super::super::{Resource, Schema, Scope};
use super::{Store, Target, object};

impl Store {
    /// What a new object brings about at once.
    pub(super) fn after_create(&mut self, target: &Target, stored: &Value) {
        if target.resource.kind == CRD
            && let Some(resource) = resource_of(stored)
        {
            self.register(resource);
            self.establish(target, stored);
        }
    }

    /// What becomes of the kind when its CRD is gone: its objects go, and then it is unknown.
    pub(super) fn after_remove(&mut self, target: &Target) {
        if target.resource.kind != CRD {
            return;
        }
        let gone = self.resources().find(|resource| resource.qualified() == target.name).cloned();
        let Some(resource) = gone else { return };
        self.unregister(&resource.qualified());
    }

    /// Forgets a kind and its objects, as if its CRD were deleted.
    pub fn unregister(&mut self, name: &str) {
        let Some(resource) = self.resource(name) else { return };
        let keys: Vec<_> = self.snapshot(&resource.id()).objects.into_keys().collect();
        for (namespace, name) in keys {
            let resource = resource.clone();
            self.commit(&Target { resource, namespace, name, status: false }, None);
        }
        self.objects.remove(&resource.id());
        self.resources.remove(&resource.id());
    }

    fn establish(&mut self, target: &Target, stored: &Value) {
        let mut crd = stored.clone();
        let now = self.timestamp();
        let condition = |kind: &str, reason: &str| {
            json!({ "type": kind, "status": "True", "reason": reason, "message": "",
                    "lastTransitionTime": now })
        };
        let conditions = [
            condition("NamesAccepted", "NoConflicts"),
            condition("Established", "InitialNamesAccepted"),
        ];
        object::set(&mut crd, "status", Some(json!({ "conditions": conditions })));
        self.commit(target, Some(crd));
    }
}

/// The kind a CRD describes; the storage version is the one that is served.
fn resource_of(crd: &Value) -> Option<Resource> {
    let text = |path: &str| crd.pointer(path).and_then(Value::as_str);
    let versions = crd.pointer("/spec/versions").and_then(Value::as_array)?;
    let version = versions.iter().find(|version| version.get("storage") == Some(&true.into()))?;
    let name = version.get("name").and_then(Value::as_str)?;
    let mut resource = Resource::custom(
        text("/spec/group")?,
        name,
        text("/spec/names/plural")?,
        text("/spec/names/kind")?,
    );
    if text("/spec/scope")? == "Cluster" {
        resource.scope = Scope::Cluster;
    }
    if version.pointer("/subresources/status").is_none() {
        resource = resource.without_status();
    }
    let schema = version.pointer("/schema/openAPIV3Schema")?;
    Some(resource.with_schema(Schema::from_openapi(schema).with_object_meta()))
}
