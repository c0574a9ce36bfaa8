use std::sync::Arc;

use serde_json::Value;

use super::create::{accept, check};
use super::managed::{Operation, track};
use super::{Store, Target, WriteOptions, object};
use crate::sim::{ApiError, Cause};

impl Store {
    /// Replaces an object, or its status (PUT).
    pub(crate) fn update(
        &mut self,
        target: &Target,
        body: &Value,
        options: &WriteOptions,
    ) -> Result<Arc<Value>, ApiError> {
        let body = accept(target, body)?;
        let live = self.get(target)?;
        let (wanted, found) = (object::uid(&body), object::uid(&live));
        if !wanted.is_empty() && wanted != found {
            let why = format!(
                "Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}"
            );
            return Err(ApiError::conflict(&target.resource, &target.name, &why));
        }
        self.update_tracked(target, &live, body, options)
    }

    /// Stores a changed object, and who changed it.
    pub(super) fn update_tracked(
        &mut self,
        target: &Target,
        live: &Arc<Value>,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Arc<Value>, ApiError> {
        check_version(target, live, &body)?;
        let mut new = restrict(target, live, body);
        object::tidy_meta(&mut new);
        let writer = self.writer(target, options, Operation::Update);
        track(target.resource.schema.as_ref(), live, &mut new, &writer);
        self.replace(target, live, new, options)
    }

    /// The last steps of every change: system fields, validation, generation, storage.
    pub(super) fn replace(
        &mut self,
        target: &Target,
        live: &Arc<Value>,
        mut new: Value,
        options: &WriteOptions,
    ) -> Result<Arc<Value>, ApiError> {
        let mut causes = frozen(live, &new);
        if target.resource.custom {
            // The metadata of custom resources is looked at twice.
            causes = causes.iter().flat_map(|cause| [cause.clone(), cause.clone()]).collect();
        }
        keep_system_fields(&mut new, live);
        object::tidy_meta(&mut new);
        causes.extend(check(&target.resource, &target.name, &new));
        if !causes.is_empty() {
            return Err(ApiError::invalid(&target.resource, &target.name, &causes));
        }
        if target.resource.custom && spec_differs(target, live, &new) {
            let next = object::generation(live) + 1;
            object::set_meta(&mut new, "generation", Some(next.into()));
        }
        if same_but_for_times(live, &new) {
            return Ok(Arc::clone(live));
        }
        if options.dry_run {
            return Ok(Arc::new(new));
        }
        if object::is_deleting(live)
            && object::finalizers(&new).is_empty()
            && !is_held(target, &new)
        {
            self.remove(target);
            return Ok(Arc::new(new));
        }
        Ok(self.commit(target, Some(new)))
    }
}

/// Only the status changes by the status subresource, and only there.
pub(super) fn restrict(target: &Target, live: &Value, mut new: Value) -> Value {
    if let Some(schema) = &target.resource.schema {
        schema.prune(&mut new);
        schema.set_defaults(&mut new);
    }
    if target.status {
        let mut object = live.clone();
        object::keep_meta(&mut object, "managedFields", &new);
        object::set(&mut object, "status", new.get("status").cloned());
        return object;
    }
    if target.resource.has_status() {
        object::set(&mut new, "status", live.get("status").cloned());
    }
    new
}

/// The optimistic lock. Custom resources cannot be put without a version.
pub(super) fn check_version(target: &Target, live: &Value, new: &Value) -> Result<(), ApiError> {
    let wanted = object::meta_text(new, "resourceVersion");
    if wanted.is_empty() && target.resource.custom {
        let message = "Invalid value: 0: must be specified for an update";
        let cause = Cause::new("FieldValueInvalid", "metadata.resourceVersion", message);
        return Err(ApiError::invalid(&target.resource, &target.name, &[cause]));
    }
    if !wanted.is_empty() && wanted != object::meta_text(live, "resourceVersion") {
        return Err(ApiError::modified(&target.resource, &target.name));
    }
    Ok(())
}

/// Namespaces are held by `spec.finalizers` as well.
fn is_held(target: &Target, object: &Value) -> bool {
    let held = object.pointer("/spec/finalizers").and_then(Value::as_array);
    target.resource.is("", "namespaces") && held.is_some_and(|list| !list.is_empty())
}

/// What must not change: the uid, and no new finalizers while deleting (apimachinery,
/// `pkg/api/validation/objectmeta.go`).
fn frozen(live: &Value, new: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    let uid = object::uid(new);
    if !uid.is_empty() && uid != object::uid(live) {
        let message = format!("Invalid value: {uid:?}: field is immutable");
        causes.push(Cause::new("FieldValueInvalid", "metadata.uid", message));
    }
    let known = object::finalizers(live);
    let fresh: Vec<String> = object::finalizers(new)
        .into_iter()
        .filter(|finalizer| !known.contains(finalizer))
        .map(|finalizer| format!("{finalizer:?}"))
        .collect();
    if object::is_deleting(live) && !fresh.is_empty() {
        let message = format!(
            "Forbidden: no new finalizers can be added if the object is being deleted, found new \
             finalizers []string{{{}}}",
            fresh.join(", ")
        );
        causes.push(Cause::new("FieldValueForbidden", "metadata.finalizers", message));
    }
    causes
}

fn keep_system_fields(new: &mut Value, live: &Value) {
    for key in [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "resourceVersion",
        "generateName",
    ] {
        object::keep_meta(new, key, live);
    }
}

fn spec_differs(target: &Target, live: &Value, new: &Value) -> bool {
    let with_status = !target.resource.has_status();
    object::wanted(live, with_status) != object::wanted(new, with_status)
}

/// Whether nothing but the times of managers changes: then nothing is stored.
fn same_but_for_times(live: &Value, new: &Value) -> bool {
    let timeless = |object: &Value| {
        let mut object = object.clone();
        let entries = object.pointer_mut("/metadata/managedFields").and_then(Value::as_array_mut);
        entries.into_iter().flatten().for_each(|entry| object::set(entry, "time", None));
        object
    };
    live == new || timeless(live) == timeless(new)
}
