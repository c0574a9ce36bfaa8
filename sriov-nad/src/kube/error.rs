//! What the API server answers, as errors that a controller can act upon.

use std::error::Error as StdError;
use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;

use crate::engine::ClusterError;

/// A `Status` object, as far as it decides anything.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    message: String,
    reason: String,
    details: Option<Details>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Details {
    causes: Option<Vec<Cause>>,
    retry_after_seconds: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cause {
    reason: String,
    message: String,
    field: String,
}

impl Answer {
    /// Reads the body of a refusal. Proxies and rate limits answer with plain text.
    pub(crate) fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_else(|_| Self {
            message: String::from_utf8_lossy(body).trim().chars().take(500).collect(),
            ..Self::default()
        })
    }

    fn causes(&self) -> &[Cause] {
        let causes = self.details.as_ref().and_then(|details| details.causes.as_deref());
        causes.unwrap_or_default()
    }

    fn has_cause(&self, reason: &str) -> bool {
        self.causes().iter().any(|cause| cause.reason == reason)
    }

    /// Other managers of the fields of an apply, each once, in the order of the answer.
    fn managers(&self) -> Vec<String> {
        let mut managers = Vec::new();
        for cause in self.causes().iter().filter(|cause| cause.reason == "FieldManagerConflict") {
            let manager = manager(&cause.message).unwrap_or_else(|| cause.message.clone());
            if !managers.contains(&manager) {
                managers.push(manager);
            }
        }
        managers
    }

    fn text(&self, code: StatusCode) -> String {
        if self.message.is_empty() { code.to_string() } else { self.message.clone() }
    }

    /// Whether a 422 to a JSON patch says that a `test` failed: the API server then gives no
    /// cause, or says that a finalizer came too late for a deletion.
    fn is_failed_test(&self) -> bool {
        let late = |cause: &Cause| {
            cause.reason == "FieldValueForbidden" && cause.field == "metadata.finalizers"
        };
        self.causes().is_empty() || self.causes().iter().all(late)
    }

    /// Whether a 422 to an apply says that the object has another uid (apiserver,
    /// `pkg/registry/rest/update.go`: the uid is an immutable field).
    fn is_about_the_uid(&self) -> bool {
        let causes = self.causes();
        !causes.is_empty() && causes.iter().all(|cause| cause.field == "metadata.uid")
    }
}

/// What a refusal means.
pub(crate) fn refusal(
    code: StatusCode,
    retry_after: Option<Duration>,
    answer: &Answer,
) -> ClusterError {
    let text = answer.text(code);
    match code.as_u16() {
        409 => match answer.managers() {
            managers if managers.is_empty() => ClusterError::PreconditionFailed(text),
            managers => ClusterError::Conflict { managers },
        },
        404 => ClusterError::NotFound(text),
        403 if answer.has_cause("NamespaceTerminating") => ClusterError::NamespaceTerminating,
        403 => ClusterError::Forbidden(text),
        412 => ClusterError::PreconditionFailed(text),
        422 if answer.is_about_the_uid() => ClusterError::PreconditionFailed(text),
        429 => {
            let told = answer.details.as_ref().and_then(|details| details.retry_after_seconds);
            let retry_after = retry_after.or(told.map(Duration::from_secs));
            ClusterError::TooMany { retry_after }
        }
        // 401: a token that is read anew may be good; 408: a time-out by its own name.
        401 | 408 => ClusterError::Transient(text),
        400..500 => ClusterError::Invalid(text),
        _ => ClusterError::Transient(text),
    }
}

/// What a refusal of a JSON patch means.
pub(crate) fn patch_refusal(
    code: StatusCode,
    retry_after: Option<Duration>,
    answer: &Answer,
) -> ClusterError {
    if code == StatusCode::UNPROCESSABLE_ENTITY && answer.is_failed_test() {
        return ClusterError::PreconditionFailed(answer.text(code));
    }
    refusal(code, retry_after, answer)
}

/// The manager in `conflict with "kubectl-edit" using v1 at …`: a name as Go quotes it
/// (apimachinery, `managedfields/internal/conflict.go`).
fn manager(message: &str) -> Option<String> {
    let quoted = message.strip_prefix("conflict with ")?;
    // Go's quotes are JSON's for all that a name may hold; the parser stops behind them.
    serde_json::Deserializer::from_str(quoted).into_iter::<String>().next()?.ok()
}

/// An error and what caused it, in one line.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // kube's own errors repeat their source.
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn decoded(code: u16, body: &Value) -> ClusterError {
        let answer = Answer::read(body.to_string().as_bytes());
        refusal(StatusCode::from_u16(code).unwrap(), None, &answer)
    }

    fn causes(reason: &str, messages: &[&str]) -> Value {
        let causes: Vec<_> =
            messages.iter().map(|text| json!({ "reason": reason, "message": text })).collect();
        json!({ "message": "refused", "details": { "causes": causes } })
    }

    #[test]
    fn conflicts_name_each_manager_once() {
        let body = causes(
            "FieldManagerConflict",
            &[
                r#"conflict with "kubectl-edit" using k8s.cni.cncf.io/v1 at 2026-01-02T03:04:05Z"#,
                r#"conflict with "sriov-network-operator" with subresource "status" using v1"#,
                r#"conflict with "kubectl-edit""#,
                r#"conflict with "a \"b\"" using v1"#,
                "another form",
            ],
        );
        let managers = ["kubectl-edit", "sriov-network-operator", r#"a "b""#, "another form"];
        let managers = managers.map(str::to_owned).to_vec();
        assert_eq!(decoded(409, &body), ClusterError::Conflict { managers });
    }

    #[test]
    fn other_conflicts_are_about_the_object() {
        for reason in ["Conflict", "AlreadyExists"] {
            let body = json!({ "reason": reason, "message": "changed" });
            let expected = ClusterError::PreconditionFailed("changed".to_owned());
            assert_eq!(decoded(409, &body), expected);
        }
    }

    #[test]
    fn another_uid_is_another_object() {
        let body = json!({ "message": "immutable", "details": { "causes": [
            { "reason": "FieldValueInvalid", "field": "metadata.uid", "message": "immutable" },
            { "reason": "FieldValueInvalid", "field": "metadata.uid", "message": "immutable" },
        ] } });
        assert_eq!(decoded(422, &body), ClusterError::PreconditionFailed("immutable".to_owned()));
    }

    #[test]
    fn a_terminating_namespace_is_told_from_other_prohibitions() {
        let body = causes("NamespaceTerminating", &["namespace x is being terminated"]);
        assert_eq!(decoded(403, &body), ClusterError::NamespaceTerminating);
        let body = json!({ "message": "no" });
        assert_eq!(decoded(403, &body), ClusterError::Forbidden("no".to_owned()));
    }

    #[test]
    fn a_rate_limit_says_how_long() {
        let body = json!({ "details": { "retryAfterSeconds": 7 } });
        let wait = |secs| ClusterError::TooMany { retry_after: Some(Duration::from_secs(secs)) };
        assert_eq!(decoded(429, &body), wait(7));
        let plain = Answer::read(b"Too many requests, please try again later.\n");
        let header = Some(Duration::from_secs(1));
        assert_eq!(refusal(StatusCode::TOO_MANY_REQUESTS, header, &plain), wait(1));
    }

    #[test]
    fn only_a_json_patch_can_fail_its_test() {
        let answer = Answer::read(br#"{ "message": "the server rejected our request" }"#);
        let code = StatusCode::UNPROCESSABLE_ENTITY;
        let text = || "the server rejected our request".to_owned();
        assert_eq!(patch_refusal(code, None, &answer), ClusterError::PreconditionFailed(text()));
        assert_eq!(refusal(code, None, &answer), ClusterError::Invalid(text()));
        let body = causes("FieldValueNotSupported", &["Unsupported value"]).to_string();
        let answer = Answer::read(body.as_bytes());
        assert!(matches!(patch_refusal(code, None, &answer), ClusterError::Invalid(_)));
    }

    #[test]
    fn a_finalizer_that_comes_too_late_is_a_matter_of_planning_again() {
        let body = json!({ "details": { "causes": [
            { "reason": "FieldValueForbidden", "field": "metadata.finalizers", "message": "no" },
        ] } });
        let answer = Answer::read(body.to_string().as_bytes());
        let error = patch_refusal(StatusCode::UNPROCESSABLE_ENTITY, None, &answer);
        assert!(matches!(error, ClusterError::PreconditionFailed(_)), "{error:?}");
    }

    #[test]
    fn what_may_pass_by_itself_is_transient() {
        for code in [401, 408, 500, 502, 503, 504] {
            assert!(matches!(decoded(code, &json!({})), ClusterError::Transient(_)), "{code}");
        }
        for code in [400, 405, 413, 415, 422] {
            assert!(matches!(decoded(code, &json!({})), ClusterError::Invalid(_)), "{code}");
        }
        assert!(matches!(decoded(404, &json!({})), ClusterError::NotFound(_)));
    }
}
