use std::sync::Arc;

use serde_json::{Value, json};

use super::managed::{Operation, Writer, track};
use super::{Store, Target, WriteOptions, object};
use crate::names::{is_dns_label, is_dns_subdomain};
use crate::sim::{ApiError, Cause, Resource};

impl Store {
    /// Creates an object (POST).
    pub(crate) fn create(
        &mut self,
        target: &Target,
        body: &Value,
        options: &WriteOptions,
    ) -> Result<Arc<Value>, ApiError> {
        let mut object = accept(target, body)?;
        if !object::meta_text(&object, "resourceVersion").is_empty() {
            let message = "resourceVersion should not be set on objects to be created";
            return Err(ApiError::new(500, "", message));
        }
        let mut target = target.clone();
        target.name = self.name_of(&target, &object)?;
        object::set_meta(&mut object, "name", Some(target.name.clone().into()));
        object::set_meta(&mut object, "managedFields", None);
        shape(&target.resource, &mut object);
        let writer = self.writer(&target, options, Operation::Update);
        object::tidy_meta(&mut object);
        track(target.resource.schema.as_ref(), &Value::Null, &mut object, &writer);
        self.insert(&target, object, options)
    }

    /// Stores a new object, whose managers are recorded already.
    pub(super) fn insert(
        &mut self,
        target: &Target,
        mut object: Value,
        options: &WriteOptions,
    ) -> Result<Arc<Value>, ApiError> {
        self.admit_create(target)?;
        shape(&target.resource, &mut object);
        let uid = self.next_uid();
        object::set_meta(&mut object, "uid", Some(uid.into()));
        object::set_meta(&mut object, "creationTimestamp", Some(self.timestamp().into()));
        for key in ["resourceVersion", "generation", "deletionTimestamp"] {
            object::set_meta(&mut object, key, None);
        }
        object::set_meta(&mut object, "deletionGracePeriodSeconds", None);
        if target.resource.custom {
            object::set_meta(&mut object, "generation", Some(1.into()));
        }
        if target.resource.is("", "namespaces") {
            prepare_namespace(&mut object, &target.name);
        }
        object::tidy_meta(&mut object);
        let causes = check(&target.resource, &target.name, &object);
        if !causes.is_empty() {
            return Err(ApiError::invalid(&target.resource, &target.name, &causes));
        }
        if self.find(target).is_some() {
            return Err(ApiError::already_exists(&target.resource, &target.name));
        }
        if options.dry_run {
            return Ok(Arc::new(object));
        }
        let stored = self.commit(target, Some(object));
        self.after_create(target, &stored);
        Ok(stored)
    }

    fn name_of(&mut self, target: &Target, object: &Value) -> Result<String, ApiError> {
        let name = object::name(object);
        if !name.is_empty() {
            return Ok(name.to_owned());
        }
        let prefix = object::meta_text(object, "generateName");
        if prefix.is_empty() {
            let message = "Required value: name or generateName is required";
            let cause = Cause::new("FieldValueRequired", "metadata.name", message);
            return Err(ApiError::invalid(&target.resource, "", &[cause]));
        }
        self.uids += 1;
        Ok(format!("{prefix}{}", suffix(self.uids)))
    }

    pub(super) fn writer(
        &self,
        target: &Target,
        options: &WriteOptions,
        operation: Operation,
    ) -> Writer {
        Writer {
            manager: options.manager.clone(),
            operation,
            api_version: target.resource.api_version(),
            subresource: target.subresource(),
            now: self.timestamp(),
        }
    }

    /// The admission plugin `NamespaceLifecycle`.
    fn admit_create(&self, target: &Target) -> Result<(), ApiError> {
        if !target.resource.namespaced() {
            return Ok(());
        }
        let name = &target.namespace;
        let Some(namespace) = self.target("namespaces", "", name) else { return Ok(()) };
        let found = self.get(&namespace)?;
        if !object::is_deleting(&found) {
            return Ok(());
        }
        let why = format!(
            "unable to create new content in namespace {name} because it is being terminated"
        );
        let cause = Cause::new(
            "NamespaceTerminating",
            "metadata.namespace",
            format!("namespace {name} is being terminated"),
        );
        Err(ApiError::forbidden(&target.resource, &target.name, &why).causes(&[cause]))
    }
}

/// The five characters behind a generated name, from the alphabet of apimachinery's `rand`.
fn suffix(count: u64) -> String {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut rest = count.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut text = String::new();
    for _ in 0..5 {
        let index = usize::try_from(rest % 27).unwrap_or(0);
        text.extend(ALPHABET.get(index).map(|byte| char::from(*byte)));
        rest /= 27;
    }
    text
}

/// The body of a request, if it is an object of the kind, place and name of the request.
pub(super) fn accept(target: &Target, body: &Value) -> Result<Value, ApiError> {
    let mut object = body.clone();
    let resource = &target.resource;
    let Some(map) = object.as_object_mut() else {
        return Err(ApiError::bad_request("the object provided is no object"));
    };
    for (key, value) in [("apiVersion", resource.api_version()), ("kind", resource.kind.clone())] {
        let found = map.entry(key).or_insert_with(|| value.clone().into());
        if *found != value.as_str() {
            let message =
                format!("the {key} in the data ({found}) does not match the expected ({value})");
            return Err(ApiError::bad_request(message));
        }
    }
    let name = object::name(&object).to_owned();
    if !target.name.is_empty() && !name.is_empty() && name != target.name {
        let (on_url, message) = (&target.name, "does not match the name on the URL");
        let message = format!("the name of the object ({name}) {message} ({on_url})");
        return Err(ApiError::bad_request(message));
    }
    let namespace = object::namespace(&object);
    if resource.namespaced() && !namespace.is_empty() && namespace != target.namespace {
        let message =
            "the namespace of the provided object does not match the namespace sent on the request";
        return Err(ApiError::bad_request(message));
    }
    let namespace = resource.namespaced().then(|| target.namespace.clone().into());
    object::set_meta(&mut object, "namespace", namespace);
    if !target.name.is_empty() {
        object::set_meta(&mut object, "name", Some(target.name.clone().into()));
    }
    Ok(object)
}

/// Prunes and sets defaults; a new object has no status yet.
fn shape(resource: &Resource, object: &mut Value) {
    if resource.has_status() {
        object::set(object, "status", None);
    }
    if let Some(schema) = &resource.schema {
        schema.prune(object);
        schema.set_defaults(object);
    }
}

/// What is wrong with an object: its name, and its fields by the schema.
pub(super) fn check(resource: &Resource, name: &str, object: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    let is_namespace = resource.is("", "namespaces");
    let sound = if is_namespace { is_dns_label(name) } else { is_dns_subdomain(name) };
    if !sound {
        let rule = if is_namespace { "label" } else { "subdomain" };
        let message = format!(
            "Invalid value: {name:?}: a lowercase RFC 1123 {rule} must consist of lower case \
             alphanumeric characters, '-' or '.', and must start and end with an alphanumeric \
             character"
        );
        causes.push(Cause::new("FieldValueInvalid", "metadata.name", message));
    }
    causes.extend(resource.schema.iter().flat_map(|schema| schema.validate("", object)));
    causes
}

fn prepare_namespace(object: &mut Value, name: &str) {
    let labels = object::meta(object, "labels").cloned();
    let mut labels = labels.unwrap_or_else(|| json!({}));
    object::set(&mut labels, "kubernetes.io/metadata.name", Some(name.into()));
    object::set_meta(object, "labels", Some(labels));
    object::set(object, "spec", Some(json!({ "finalizers": ["kubernetes"] })));
    object::set(object, "status", Some(json!({ "phase": "Active" })));
}
