use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::request::Parts;
use serde_json::Value;

use super::query::Query;
use super::route::Route;
use super::selector::Selector;
use crate::sim::faults::Verb;
use crate::sim::store::{DeleteOptions, Patch, Propagation, Store, Target, object};
use crate::sim::{ApiError, WriteOptions};

/// A request that changes something.
pub(super) struct Write {
    content_type: String,
    body: Value,
    options: WriteOptions,
    selector: Query,
}

impl Write {
    /// # Errors
    ///
    /// 400 for a body that is no JSON, or YAML where that is not JSON.
    pub(super) fn parse(parts: &Parts, query: &Query, body: &Bytes) -> Result<Self, ApiError> {
        let value = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(body).map_err(|error| {
                ApiError::bad_request(format!("error decoding the request body: {error}"))
            })?
        };
        Ok(Self {
            content_type: content_type(parts),
            body: value,
            options: WriteOptions {
                manager: manager(parts, query),
                force: query.flag("force"),
                dry_run: query.get("dryRun").is_some(),
            },
            selector: Query::parse(parts.uri.query().unwrap_or_default()),
        })
    }

    /// Does it.
    pub(super) fn run(
        &self,
        store: &mut Store,
        route: &Route,
        verb: Verb,
    ) -> Result<(StatusCode, Value), ApiError> {
        let target = target(route)?;
        let options = &self.options;
        let stored = match verb {
            Verb::Create => {
                self.expect_json()?;
                store.create(&target, &self.body, options)?
            }
            Verb::Update => {
                self.expect_json()?;
                store.update(&target, &self.body, options)?
            }
            Verb::Delete => return self.delete(store, &target),
            Verb::DeleteCollection => return self.delete_collection(store, &target),
            _ => {
                let is_new = store.find(&target).is_none();
                let stored = store.patch(&target, &self.patch()?, options)?;
                let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
                return Ok((status, Value::clone(&stored)));
            }
        };
        let status = if verb == Verb::Create { StatusCode::CREATED } else { StatusCode::OK };
        Ok((status, Value::clone(&stored)))
    }

    fn patch(&self) -> Result<Patch, ApiError> {
        let body = self.body.clone();
        match self.content_type.as_str() {
            "application/json-patch+json" => Ok(Patch::Json(body)),
            "application/merge-patch+json" | "application/strategic-merge-patch+json" => {
                Ok(Patch::Merge(body))
            }
            APPLY => Ok(Patch::Apply(body)),
            _ => Err(unsupported(
                "application/json-patch+json, application/merge-patch+json, \
                 application/apply-patch+yaml",
            )),
        }
    }

    fn expect_json(&self) -> Result<(), ApiError> {
        if matches!(self.content_type.as_str(), "" | "application/json") {
            return Ok(());
        }
        Err(unsupported("application/json"))
    }

    fn delete(&self, store: &mut Store, target: &Target) -> Result<(StatusCode, Value), ApiError> {
        let deleted = store.delete(target, &self.delete_options())?;
        Ok((StatusCode::OK, deleted.to_value()))
    }

    fn delete_collection(
        &self,
        store: &mut Store,
        target: &Target,
    ) -> Result<(StatusCode, Value), ApiError> {
        let selector = Selector::parse(&target.namespace, &self.selector)?;
        let here: Vec<Value> = store
            .objects(&target.resource)
            .filter(|object| selector.fits(object))
            .map(|object| Value::clone(object))
            .collect();
        let options = self.delete_options();
        for object in &here {
            let (namespace, name) = (object::namespace(object), object::name(object));
            let (namespace, name) = (namespace.to_owned(), name.to_owned());
            store.delete(&Target { namespace, name, ..target.clone() }, &options)?;
        }
        Ok((StatusCode::OK, super::list::envelope(&target.resource, &here, store.revision())))
    }

    fn delete_options(&self) -> DeleteOptions {
        // The query counts only where there is no body.
        let bare = self.body.is_null();
        let text = |path: &str| self.body.pointer(path).and_then(Value::as_str);
        let asked = self.selector.get("propagationPolicy").filter(|_| bare);
        let propagation = text("/propagationPolicy").or(asked);
        DeleteOptions {
            uid: text("/preconditions/uid").map(str::to_owned),
            resource_version: text("/preconditions/resourceVersion").map(str::to_owned),
            propagation: propagation.and_then(Propagation::from_name),
            dry_run: (bare && self.options.dry_run)
                || self.body.get("dryRun").is_some_and(is_filled),
        }
    }
}

fn is_filled(value: &Value) -> bool {
    value.as_array().is_some_and(|list| !list.is_empty())
}

const APPLY: &str = "application/apply-patch+yaml";

fn unsupported(accepted: &str) -> ApiError {
    let message = "the body of the request was in an unknown format - accepted media types include";
    ApiError::new(415, "UnsupportedMediaType", format!("{message}: {accepted}"))
}

fn content_type(parts: &Parts) -> String {
    let header = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let header = header.unwrap_or_default();
    header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub(super) fn is_apply(parts: &Parts) -> bool {
    content_type(parts) == APPLY
}

/// The field manager; without one the first word of the user agent (apiserver,
/// `managerOrUserAgent`). Apply insists on one.
pub(super) fn manager(parts: &Parts, query: &Query) -> String {
    if let Some(manager) = query.get("fieldManager") {
        return manager.to_owned();
    }
    if is_apply(parts) {
        return String::new();
    }
    let agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    agent.and_then(|agent| agent.split('/').next()).unwrap_or("unknown").to_owned()
}

/// What a path is about, for the store.
pub(super) fn target(route: &Route) -> Result<Target, ApiError> {
    match route {
        Route::Object { resource, namespace, name, status } => Ok(Target {
            resource: resource.clone(),
            namespace: namespace.clone(),
            name: name.clone(),
            status: *status,
        }),
        Route::Collection { resource, namespace } => Ok(Target {
            resource: resource.clone(),
            namespace: namespace.clone(),
            name: String::new(),
            status: false,
        }),
        Route::Discovery(_) | Route::Unknown => Err(no_such_resource()),
    }
}

pub(super) fn no_such_resource() -> ApiError {
    ApiError::new(404, "NotFound", "the server could not find the requested resource")
}
