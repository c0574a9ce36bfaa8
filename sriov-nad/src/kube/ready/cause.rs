use std::fmt;

use crate::spec::Condition;

/// The controller did not prove that it follows networks.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the controller does not follow networks: {step}: {cause}")]
pub struct NotReady {
    /// How far the probe came.
    pub step: Step,
    /// The cause that fits what is seen.
    pub cause: NotReadyCause,
    /// What is seen, for people.
    pub evidence: Vec<String>,
    /// What of the probe could not be removed.
    pub left_behind: Vec<String>,
}

/// The steps of the probe.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Step {
    /// The kinds are served, and the probe's namespace is there.
    Prepare,
    /// A network is created, and its NAD appears.
    Create,
    /// The network is changed, and its NAD follows.
    Change,
    /// The network is deleted, and its NAD goes.
    Delete,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Prepare => "prepare",
            Self::Create => "create",
            Self::Change => "change",
            Self::Delete => "delete",
        })
    }
}

/// Why a controller does not follow networks.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NotReadyCause {
    /// The cluster does not serve this kind: its CRD is missing.
    CrdMissing(String),
    /// The CRD is younger than the controller: its watches are of a kind that is gone, until they
    /// are set up anew.
    CrdRecreated,
    /// The API server refuses networks.
    CreateRefused(String),
    /// The admission webhook of networks cannot be asked.
    WebhookUnreachable(String),
    /// The API server does not answer.
    ApiUnreachable(String),
    /// Somebody deleted the probe.
    ProbeGone,
    /// The controller is not allowed to do its work.
    Forbidden(String),
    /// The controller sees the probe and says that it cannot do it.
    Refused(Condition),
    /// There is no namespace of the operator.
    NoOperatorNamespace(String),
    /// There is no Deployment of a controller.
    NoDeployment(String),
    /// A pod of the controller does not run.
    PodNotRunning {
        /// The pod.
        pod: String,
        /// As `CrashLoopBackOff`.
        reason: String,
    },
    /// A Deployment of the controller is not available.
    Unavailable(String),
    /// The lease is held by a process that is gone.
    WaitingForLease {
        /// The lease.
        lease: String,
        /// Who holds it.
        holder: String,
    },
    /// The NAD stays another one than the network asks for.
    Contested(Vec<String>),
    /// Everything looks well, and nothing happens: the controller does not see the probe's
    /// namespace, or hangs.
    Silent,
    /// It followed before, and does not any more: its watch is dead, or it hangs.
    DeadWatch,
    /// The deleted network waits for these finalizers.
    DeletionStuck(Vec<String>),
    /// The network is gone and its NAD is not: neither the controller nor garbage collection works.
    NadRemains,
    /// The caller wanted no more.
    Stopped,
}

impl NotReadyCause {
    /// One word, for programs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CrdMissing(_) => "crd-missing",
            Self::CrdRecreated => "crd-recreated",
            Self::CreateRefused(_) => "create-refused",
            Self::WebhookUnreachable(_) => "webhook-unreachable",
            Self::ApiUnreachable(_) => "api-unreachable",
            Self::ProbeGone => "probe-gone",
            Self::Forbidden(_) => "forbidden",
            Self::Refused(_) => "refused",
            Self::NoOperatorNamespace(_) => "no-operator-namespace",
            Self::NoDeployment(_) => "no-deployment",
            Self::PodNotRunning { .. } => "pod-not-running",
            Self::Unavailable(_) => "unavailable",
            Self::WaitingForLease { .. } => "waiting-for-lease",
            Self::Contested(_) => "contested",
            Self::Silent => "silent",
            Self::DeadWatch => "dead-watch",
            Self::DeletionStuck(_) => "deletion-stuck",
            Self::NadRemains => "nad-remains",
            Self::Stopped => "stopped",
        }
    }
}

impl fmt::Display for NotReadyCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CrdMissing(kind) => write!(f, "{kind} is not served: its CRD is missing"),
            Self::CrdRecreated => {
                f.write_str("the CRD is younger than the controller's watches of it")
            }
            Self::CreateRefused(answer) => write!(f, "networks are refused: {answer}"),
            Self::WebhookUnreachable(answer) => {
                write!(f, "the admission webhook cannot be asked: {answer}")
            }
            Self::ApiUnreachable(answer) => write!(f, "the API server does not answer: {answer}"),
            Self::ProbeGone => f.write_str("somebody deleted the probe"),
            Self::Forbidden(message) => write!(f, "the controller may not do it: {message}"),
            Self::Refused(Condition { reason, message, .. }) => write!(f, "{reason}: {message}"),
            Self::NoOperatorNamespace(name) => write!(f, "there is no namespace {name}"),
            Self::NoDeployment(namespace) => {
                write!(f, "there is no Deployment of a controller in namespace {namespace}")
            }
            Self::PodNotRunning { pod, reason } => write!(f, "pod {pod} does not run: {reason}"),
            Self::Unavailable(name) => write!(f, "Deployment {name} is not available"),
            Self::WaitingForLease { lease, holder } => {
                write!(f, "lease {lease} is held by {holder}, which is gone")
            }
            Self::Contested(managers) => {
                write!(f, "the NAD is written by somebody else, too: {}", managers.join(", "))
            }
            Self::Silent => f.write_str(
                "nothing happens: the controller hangs, or does not look at this namespace",
            ),
            Self::DeadWatch => f.write_str("it followed before: its watch is dead, or it hangs"),
            Self::DeletionStuck(finalizers) => {
                write!(f, "the network waits for its finalizers: {}", finalizers.join(", "))
            }
            Self::NadRemains => f.write_str("the network is gone, and its NAD is not"),
            Self::Stopped => f.write_str("stopped before it was proven"),
        }
    }
}
