use std::fmt;

use kube::core::Status;

use crate::codes;

/// A request that the API server refused, or did not answer.
#[derive(Debug, thiserror::Error)]
#[error("cannot {verb} {object}")]
pub struct RequestError {
    verb: &'static str,
    object: String,
    kind: RequestErrorKind,
    source: Answer,
}

/// What stood in the way of a request.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum RequestErrorKind {
    /// There is no such object, no such namespace, or no such kind.
    NotFound,
    /// An object of that name exists.
    AlreadyExists,
    /// The object is another one by now, or other field managers own the fields.
    Conflict,
    /// The namespace is being deleted.
    NamespaceTerminating,
    /// Not allowed, by RBAC, quota or admission; or not known to the server at all.
    Forbidden,
    /// The API server does not accept the object.
    Invalid,
    /// An admission webhook could not be asked.
    WebhookFailed,
    /// No connection, or no answer in time.
    Unreachable,
    /// Anything else, mostly troubles of the server that pass by themselves.
    Server,
}

/// What the server said, in one line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Answer(String);

impl RequestError {
    pub(super) fn new(verb: &'static str, object: impl fmt::Display, error: &kube::Error) -> Self {
        let (kind, answer) = match error {
            kube::Error::Api(status) => (kind_of(status), said(status)),
            error => (RequestErrorKind::Unreachable, chain(error)),
        };
        Self { verb, object: object.to_string(), kind, source: Answer(answer) }
    }

    pub(super) fn unanswered(verb: &'static str, object: impl fmt::Display, seconds: u64) -> Self {
        let source = Answer(format!("no answer within {seconds} s"));
        Self { verb, object: object.to_string(), kind: RequestErrorKind::Unreachable, source }
    }

    /// What stood in the way.
    pub const fn kind(&self) -> RequestErrorKind {
        self.kind
    }

    /// The stable code, as `SRIOV-N021`.
    pub const fn code(&self) -> &'static str {
        match self.kind {
            RequestErrorKind::Unreachable => codes::CLUSTER_UNREACHABLE.id,
            RequestErrorKind::Conflict => codes::FIELDS_OWNED.id,
            RequestErrorKind::WebhookFailed => codes::WEBHOOK_FAILED.id,
            _ => codes::REQUEST_REFUSED.id,
        }
    }

    /// What the server said.
    pub fn answer(&self) -> &str {
        &self.source.0
    }

    /// Whether the same request can succeed later without anyone changing it.
    pub const fn is_transient(&self) -> bool {
        use RequestErrorKind::{NamespaceTerminating, Server, Unreachable, WebhookFailed};
        matches!(self.kind, NamespaceTerminating | Server | Unreachable | WebhookFailed)
    }
}

fn kind_of(status: &Status) -> RequestErrorKind {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    // apiserver, pkg/admission/plugin/namespace/lifecycle: a Forbidden with this cause.
    let terminating = causes.into_iter().any(|cause| cause.reason == "NamespaceTerminating");
    match status {
        _ if terminating => RequestErrorKind::NamespaceTerminating,
        // A group that is not served is answered by plain text, without a reason.
        status if status.is_not_found() || status.code == 404 => RequestErrorKind::NotFound,
        status if status.is_already_exists() => RequestErrorKind::AlreadyExists,
        status if status.is_conflict() => RequestErrorKind::Conflict,
        status if status.is_forbidden() || status.code == 401 => RequestErrorKind::Forbidden,
        status if status.is_invalid() || status.code == 400 => RequestErrorKind::Invalid,
        // apiserver, pkg/admission/plugin/webhook: an InternalError, told by its text only.
        status if status.message.contains("failed calling webhook") => {
            RequestErrorKind::WebhookFailed
        }
        _ => RequestErrorKind::Server,
    }
}

fn said(status: &Status) -> String {
    match (status.message.is_empty(), status.reason.is_empty()) {
        (false, _) => status.message.clone(),
        (true, false) => status.reason.clone(),
        (true, true) => format!("HTTP status {}", status.code),
    }
}

/// The innermost cause says most: what is above it names layers of the client.
fn chain(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let (outer, inner) = (error.to_string(), innermost.to_string());
    if outer.contains(&inner) { outer } else { format!("{outer}: {inner}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(status: serde_json::Value) -> RequestErrorKind {
        let status: Status = serde_json::from_value(status).unwrap();
        RequestError::new("create", "pod a/b", &kube::Error::Api(status.boxed())).kind()
    }

    #[test]
    fn statuses_are_told_apart() {
        let terminating = json!({ "code": 403, "reason": "Forbidden", "message": "no",
            "details": { "causes": [{ "reason": "NamespaceTerminating", "message": "" }] } });
        assert_eq!(kind(terminating), RequestErrorKind::NamespaceTerminating);
        let webhook = json!({ "code": 500, "reason": "InternalError", "message":
            "Internal error occurred: failed calling webhook \"w\": connection refused" });
        assert_eq!(kind(webhook), RequestErrorKind::WebhookFailed);
        for (code, reason, expected) in [
            (404, "NotFound", RequestErrorKind::NotFound),
            (404, "Failed to parse error data", RequestErrorKind::NotFound),
            (409, "AlreadyExists", RequestErrorKind::AlreadyExists),
            (409, "Conflict", RequestErrorKind::Conflict),
            (403, "Forbidden", RequestErrorKind::Forbidden),
            (401, "Unauthorized", RequestErrorKind::Forbidden),
            (422, "Invalid", RequestErrorKind::Invalid),
            (503, "ServiceUnavailable", RequestErrorKind::Server),
        ] {
            assert_eq!(kind(json!({ "code": code, "reason": reason })), expected, "{reason}");
        }
    }

    #[test]
    fn the_cause_stands_in_the_source_only() {
        let status = Status::failure("quota exceeded", "Forbidden").with_code(403);
        let error = RequestError::new("create", "Secret a/b", &kube::Error::Api(status.boxed()));
        assert_eq!(error.to_string(), "cannot create Secret a/b");
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.to_string(), "quota exceeded");
    }
}
