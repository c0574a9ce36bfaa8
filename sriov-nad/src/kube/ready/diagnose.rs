//! Which of the known causes fits what is seen. Pure.

use super::cause::{NotReadyCause, Step};
use super::facts::Facts;
use crate::kube::request::RequestErrorKind;
use crate::kube::settled::Lack;

/// How the probe ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Trouble {
    /// A request of the probe itself was refused.
    Refused(RequestErrorKind, String),
    /// The deadline passed while this was missing.
    Lacking(Option<Lack>),
    /// The network or its NAD does not go.
    Remains {
        /// The finalizers of the network; `None` if it is gone.
        network: Option<Vec<String>>,
    },
}

/// The cause, for the namespace of the operator.
pub(super) fn diagnose(
    step: Step,
    trouble: &Trouble,
    facts: &Facts,
    operator_namespace: &str,
) -> NotReadyCause {
    match trouble {
        Trouble::Refused(kind, answer) => refused(*kind, answer),
        Trouble::Lacking(Some(Lack::NetworkMissing | Lack::NetworkDeleting(_))) => {
            NotReadyCause::ProbeGone
        }
        Trouble::Lacking(Some(Lack::Condition(condition))) => {
            // The API server's word for RBAC, as controllers pass it on in their conditions.
            if condition.message.contains("forbidden") {
                NotReadyCause::Forbidden(condition.message.clone())
            } else {
                NotReadyCause::Refused(condition.clone())
            }
        }
        Trouble::Remains { network: Some(finalizers) } if !finalizers.is_empty() => {
            outside(facts, operator_namespace)
                .unwrap_or_else(|| NotReadyCause::DeletionStuck(finalizers.clone()))
        }
        Trouble::Remains { .. } => NotReadyCause::NadRemains,
        Trouble::Lacking(lack) => {
            outside(facts, operator_namespace).unwrap_or_else(|| inside(step, lack.as_ref()))
        }
    }
}

fn refused(kind: RequestErrorKind, answer: &str) -> NotReadyCause {
    let answer = answer.to_owned();
    match kind {
        RequestErrorKind::WebhookFailed => NotReadyCause::WebhookUnreachable(answer),
        RequestErrorKind::Unreachable => NotReadyCause::ApiUnreachable(answer),
        _ => NotReadyCause::CreateRefused(answer),
    }
}

/// What is wrong with the controller's process, as far as the cluster tells.
fn outside(facts: &Facts, operator_namespace: &str) -> Option<NotReadyCause> {
    if facts.namespace_absent {
        return Some(NotReadyCause::NoOperatorNamespace(operator_namespace.to_owned()));
    }
    let deployments = facts.deployments.as_ref()?;
    if deployments.is_empty() {
        return Some(NotReadyCause::NoDeployment(operator_namespace.to_owned()));
    }
    if let Some(deployment) = deployments.iter().find(|deployment| !deployment.available) {
        let stuck = |pod: &&super::facts::Pod| {
            pod.waiting.is_some() && pod.name.starts_with(&deployment.name)
        };
        let pod = facts.pods.iter().find(stuck);
        return Some(pod.map_or_else(
            || NotReadyCause::Unavailable(deployment.name.clone()),
            |pod| NotReadyCause::PodNotRunning {
                pod: pod.name.clone(),
                reason: pod.waiting.clone().unwrap_or_default(),
            },
        ));
    }
    crd_recreated(facts).or_else(|| lease_of_the_gone(facts))
}

fn crd_recreated(facts: &Facts) -> Option<NotReadyCause> {
    let created = facts.crd_created.as_ref()?;
    let running = || facts.pods.iter().filter(|pod| !pod.started.is_empty());
    let older = running().next().is_some() && running().all(|pod| &pod.started < created);
    older.then_some(NotReadyCause::CrdRecreated)
}

/// client-go and its like put the host name, which is the pod's, first in the holder's identity.
fn lease_of_the_gone(facts: &Facts) -> Option<NotReadyCause> {
    let held = |holder: &str| facts.pods.iter().any(|pod| holder.starts_with(&pod.name));
    let stale = facts.leases.iter().find(|lease| !facts.pods.is_empty() && !held(&lease.holder))?;
    Some(NotReadyCause::WaitingForLease { lease: stale.name.clone(), holder: stale.holder.clone() })
}

fn inside(step: Step, lack: Option<&Lack>) -> NotReadyCause {
    match lack {
        Some(Lack::NadDiffers(_, managers)) if managers.len() > 1 => {
            NotReadyCause::Contested(managers.clone())
        }
        _ if step == Step::Change => NotReadyCause::DeadWatch,
        _ => NotReadyCause::Silent,
    }
}
