use super::case::{Case, Finding};
use super::{Observed, PlanOptions, Write, reason};

/// Why a write failed, as far as people have to know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Failure {
    /// Other field managers own what was to be applied.
    Conflict {
        /// Who they are.
        managers: Vec<String>,
    },
    /// RBAC, a quota or an admission webhook forbids it.
    Forbidden(String),
    /// The API server or an admission webhook does not accept the object.
    Rejected(String),
    /// The namespace is being deleted; the cache does not show it yet.
    NamespaceTerminating,
    /// The API server asks for fewer requests.
    TooManyRequests,
    /// What may pass by itself.
    Transient(String),
}

/// So many attempts fail before a condition speaks of what may pass by itself.
const PATIENCE: u32 = 3;

/// The condition that tells of a failed write; `None` if it says so already, if there is nothing to
/// say it on, or if the failure may pass and has not happened often enough.
///
/// `attempts` counts the failures in a row, this one included.
pub fn condition_for_failure(
    observed: &Observed,
    options: &PlanOptions,
    failure: &Failure,
    attempts: u32,
) -> Option<Write> {
    let network = observed.network.as_ref()?;
    let passing = matches!(failure, Failure::TooManyRequests | Failure::Transient(_));
    if passing && attempts < PATIENCE {
        return None;
    }
    let target = &network.target;
    let (reason, message) = describe(failure, &target.namespace);
    let message = format!("NetworkAttachmentDefinition {target}: {message}");
    Case { observed, network, options }.say(Finding::trouble(reason, message)).pop()
}

fn describe(failure: &Failure, namespace: &str) -> (&'static str, String) {
    match failure {
        Failure::Conflict { managers } => {
            (reason::CONFLICT, format!("fields are owned by {}", managers.join(", ")))
        }
        Failure::Forbidden(why) => (reason::FORBIDDEN, format!("forbidden: {why}")),
        Failure::Rejected(why) => (reason::REJECTED, format!("not accepted: {why}")),
        Failure::NamespaceTerminating => {
            (reason::NAMESPACE_TERMINATING, format!("namespace {namespace:?} is being deleted"))
        }
        Failure::TooManyRequests => {
            (reason::TOO_MANY_REQUESTS, "the API server is throttling".to_owned())
        }
        Failure::Transient(why) => (reason::API_ERROR, why.clone()),
    }
}
