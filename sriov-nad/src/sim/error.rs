use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Resource;

/// A refusal, as the `Status` object of the API.
///
/// Shapes and texts are those of apimachinery, `pkg/api/errors`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    code: u16,
    reason: &'static str,
    message: String,
    details: Map<String, Value>,
    retry_after: Option<Duration>,
}

/// One of the causes of a refusal.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cause {
    /// One word, as `FieldValueInvalid`.
    pub reason: &'static str,
    /// For people.
    pub message: String,
    /// The field, as `spec.vlan`; empty if there is none.
    pub field: String,
}

impl Cause {
    /// A cause of its parts.
    pub fn new(reason: &'static str, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), field: field.into() }
    }

    fn to_value(&self) -> Value {
        let mut value = json!({ "reason": self.reason, "message": self.message });
        if let (Some(map), false) = (value.as_object_mut(), self.field.is_empty()) {
            map.insert("field".to_owned(), self.field.clone().into());
        }
        value
    }
}

impl ApiError {
    /// Any refusal, without details.
    pub fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        let (message, details) = (message.into(), Map::new());
        Self { code, reason, message, details, retry_after: None }
    }

    /// 404: no object of this name.
    pub fn not_found(resource: &Resource, name: &str) -> Self {
        let message = format!("{} {name:?} not found", resource.qualified());
        Self::new(404, "NotFound", message).of(resource, name)
    }

    /// 409: there is an object of this name.
    pub fn already_exists(resource: &Resource, name: &str) -> Self {
        let message = format!("{} {name:?} already exists", resource.qualified());
        Self::new(409, "AlreadyExists", message).of(resource, name)
    }

    /// 409: the object is not the one that was meant.
    pub fn conflict(resource: &Resource, name: &str, why: &str) -> Self {
        let what = resource.qualified();
        let message = format!("Operation cannot be fulfilled on {what} {name:?}: {why}");
        Self::new(409, "Conflict", message).of(resource, name)
    }

    /// 409: a delete is meant for another object.
    pub(crate) fn precondition(resource: &Resource, name: &str, why: &str) -> Self {
        let what = resource.qualified_kind();
        let message = format!("Operation cannot be fulfilled on {what} {name:?}: {why}");
        let error = Self::new(409, "Conflict", message).of(resource, name);
        error.detail("kind", resource.kind.clone().into())
    }

    /// 409: the object has another `resourceVersion` than the request.
    pub fn modified(resource: &Resource, name: &str) -> Self {
        let why = "the object has been modified; please apply your changes to the latest version \
                   and try again";
        Self::conflict(resource, name, why)
    }

    /// 403: not allowed.
    pub fn forbidden(resource: &Resource, name: &str, why: &str) -> Self {
        let what = resource.qualified();
        let message = format!("{what} {name:?} is forbidden: {why}");
        Self::new(403, "Forbidden", message).of(resource, name)
    }

    /// 422: fields that are not accepted. `kind` stands in the details, not the resource.
    pub fn invalid(resource: &Resource, name: &str, causes: &[Cause]) -> Self {
        let mut each: Vec<String> =
            causes.iter().map(|cause| format!("{}: {}", cause.field, cause.message)).collect();
        each.dedup();
        let list = match each.as_slice() {
            [one] => one.clone(),
            more => format!("[{}]", more.join(", ")),
        };
        let kind = resource.qualified_kind();
        let message = format!("{kind} {name:?} is invalid: {list}");
        let mut error = Self::new(422, "Invalid", message).of(resource, name);
        error.details.insert("kind".to_owned(), resource.kind.clone().into());
        error.causes(causes)
    }

    /// 400: not a request of this API.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// 410: the version is compacted.
    pub fn expired(message: impl Into<String>) -> Self {
        Self::new(410, "Expired", message)
    }

    /// 429: come back later.
    pub fn too_many(retry_after: Duration) -> Self {
        let message = "Too many requests, please try again later.";
        Self::new(429, "TooManyRequests", message).retry_after(retry_after)
    }

    /// 500: as of a webhook that does not answer.
    pub fn internal(why: &str) -> Self {
        let message = format!("Internal error occurred: {why}");
        let causes = json!([{ "message": why }]);
        Self::new(500, "InternalError", message).detail("causes", causes)
    }

    /// 504: the version is not there yet.
    pub fn too_large(wanted: u64, current: u64) -> Self {
        let message = format!("Timeout: Too large resource version: {wanted}, current: {current}");
        let cause = Cause::new("ResourceVersionTooLarge", "", "Too large resource version");
        Self::new(504, "Timeout", message).causes(&[cause]).detail("retryAfterSeconds", 1.into())
    }

    /// With causes.
    #[must_use]
    pub fn causes(self, causes: &[Cause]) -> Self {
        let causes: Vec<Value> = causes.iter().map(Cause::to_value).collect();
        self.detail("causes", causes.into())
    }

    /// With the time after which the server wants to be asked again.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        let seconds = after.as_secs();
        self.detail("retryAfterSeconds", seconds.into())
    }

    fn of(self, resource: &Resource, name: &str) -> Self {
        let group = resource.group.clone();
        let error = if group.is_empty() { self } else { self.detail("group", group.into()) };
        error.detail("name", name.into()).detail("kind", resource.plural.clone().into())
    }

    fn detail(mut self, key: &str, value: Value) -> Self {
        self.details.insert(key.to_owned(), value);
        self
    }

    /// The HTTP status.
    pub const fn code(&self) -> u16 {
        self.code
    }

    /// One word, as `AlreadyExists`.
    pub const fn reason(&self) -> &'static str {
        self.reason
    }

    /// The value of `Retry-After`.
    pub const fn after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The `Status` object.
    pub fn to_value(&self) -> Value {
        let mut status = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "code": self.code,
        });
        if let Some(map) = status.as_object_mut() {
            if !self.reason.is_empty() {
                map.insert("reason".to_owned(), self.reason.into());
            }
            if !self.details.is_empty() {
                map.insert("details".to_owned(), Value::Object(self.details.clone()));
            }
        }
        status
    }
}
