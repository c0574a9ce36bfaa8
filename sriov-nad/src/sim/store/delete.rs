use std::sync::Arc;

use serde_json::{Value, json};

use super::{Store, Target, object};
use crate::sim::ApiError;

/// How a delete is done (`DeleteOptions`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct DeleteOptions {
    pub(crate) uid: Option<String>,
    pub(crate) resource_version: Option<String>,
    pub(crate) propagation: Option<Propagation>,
    pub(crate) dry_run: bool,
}

/// What becomes of the dependents.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Propagation {
    Background,
    Foreground,
    Orphan,
}

impl Propagation {
    /// The finalizer that the garbage collector takes away.
    pub(crate) const fn finalizer(self) -> Option<&'static str> {
        match self {
            Self::Background => None,
            Self::Foreground => Some("foregroundDeletion"),
            Self::Orphan => Some("orphan"),
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [
            ("Background", Self::Background),
            ("Foreground", Self::Foreground),
            ("Orphan", Self::Orphan),
        ]
        .into_iter()
        .find_map(|(known, value)| (known == name).then_some(value))
    }
}

/// What became of a delete.
pub(crate) enum Deleted {
    /// It is gone.
    Gone(Value),
    /// It is there until its finalizers are gone.
    Pending(Arc<Value>),
}

impl Deleted {
    /// The answer of the API: a `Status` for what is gone, else the object.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Gone(status) => status.clone(),
            Self::Pending(object) => Value::clone(object),
        }
    }
}

impl Store {
    /// Deletes an object, or marks it where finalizers hold it.
    pub(crate) fn delete(
        &mut self,
        target: &Target,
        options: &DeleteOptions,
    ) -> Result<Deleted, ApiError> {
        let live = self.get(target)?;
        check_preconditions(target, &live, options)?;
        if target.resource.is("", "namespaces") {
            protect(target)?;
        }
        let finalizers = finalizers(&live, options);
        let is_namespace = target.resource.is("", "namespaces");
        if finalizers.is_empty() && !is_namespace {
            if !options.dry_run {
                self.remove(target);
            }
            return Ok(Deleted::Gone(success(target, &live)));
        }
        let mut marked = Value::clone(&live);
        object::set_meta(&mut marked, "finalizers", Some(finalizers.into()));
        object::tidy_meta(&mut marked);
        mark(&mut marked, self.timestamp());
        if is_namespace && let Some(phase) = marked.pointer_mut("/status/phase") {
            *phase = "Terminating".into();
        }
        if options.dry_run || marked == *live {
            return Ok(Deleted::Pending(Arc::new(marked)));
        }
        Ok(Deleted::Pending(self.commit(target, Some(marked))))
    }

    /// Takes an object away, whatever holds it.
    pub(crate) fn remove(&mut self, target: &Target) {
        self.commit(target, None);
        self.after_remove(target);
    }
}

/// The texts of apiserver, `pkg/registry/rest/delete.go`; they name the kind, not the resource.
fn check_preconditions(
    target: &Target,
    live: &Value,
    options: &DeleteOptions,
) -> Result<(), ApiError> {
    let version = object::meta_text(live, "resourceVersion");
    let checks = [
        ("UID", "deleted and then recreated", &options.uid, object::uid(live)),
        ("ResourceVersion", "modified", &options.resource_version, version),
    ];
    for (what, happened, wanted, found) in checks {
        if let Some(wanted) = wanted
            && wanted != found
        {
            let why = format!(
                "the {what} in the precondition ({wanted}) does not match the {what} in record \
                 ({found}). The object might have been {happened}"
            );
            return Err(ApiError::precondition(&target.resource, &target.name, &why));
        }
    }
    Ok(())
}

/// Some namespaces are for ever (the admission plugin `NamespaceLifecycle`).
fn protect(target: &Target) -> Result<(), ApiError> {
    if ["default", "kube-system", "kube-public"].contains(&target.name.as_str()) {
        let why = "this namespace may not be deleted";
        return Err(ApiError::forbidden(&target.resource, &target.name, why));
    }
    Ok(())
}

fn finalizers(live: &Value, options: &DeleteOptions) -> Vec<String> {
    let collector = |name: &str| name == "foregroundDeletion" || name == "orphan";
    let kept = |name: &&str| options.propagation.is_none() || !collector(name);
    let mut list: Vec<String> =
        object::finalizers(live).into_iter().filter(kept).map(str::to_owned).collect();
    list.extend(options.propagation.and_then(Propagation::finalizer).map(str::to_owned));
    list
}

/// `markAsDeleting` of apiserver, `pkg/registry/generic/registry/store.go`.
fn mark(object: &mut Value, now: String) {
    if object::is_deleting(object) {
        return;
    }
    let generation = object::generation(object);
    if generation > 0 {
        object::set_meta(object, "generation", Some((generation + 1).into()));
    }
    object::set_meta(object, "deletionTimestamp", Some(now.into()));
    object::set_meta(object, "deletionGracePeriodSeconds", Some(0.into()));
}

fn success(target: &Target, live: &Value) -> Value {
    let mut details = json!({
        "name": target.name, "kind": target.resource.plural, "uid": object::uid(live),
    });
    if !target.resource.group.is_empty() {
        object::set(&mut details, "group", Some(target.resource.group.clone().into()));
    }
    json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
        "details": details,
    })
}
