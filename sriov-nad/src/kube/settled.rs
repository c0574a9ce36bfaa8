use std::fmt;

use serde_json::Value;

use crate::FieldError;
use crate::json::same_value;
use crate::nad::{Desired, Nad, Owner};
use crate::names::NadKey;
use crate::plan::{ConditionType, NamespacePhase};
use crate::render::{RenderOptions, render};
use crate::spec::{Condition, Network};

/// A network and what belongs to it, read live at one moment.
#[derive(Clone, Debug)]
pub struct NetworkView {
    /// The network.
    pub network: Option<Network>,
    /// The NAD that stands where the network's belongs.
    pub nad: Option<Nad>,
    /// When that NAD was written last, RFC 3339 in UTC.
    pub nad_written: String,
    /// The namespace of the NAD; `None` if it may not be read.
    pub namespace: Option<NamespacePhase>,
}

/// What counts as settled.
#[derive(Clone, Debug, Default)]
pub struct SettledOptions {
    /// How NADs are rendered in this cluster.
    pub render: RenderOptions,
    /// The condition that the controller writes.
    pub condition: ConditionType,
    /// Whether a network without that condition can be settled: releases of the operator before
    /// conditions existed write none.
    pub condition_optional: bool,
}

/// What keeps a network from being settled.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Lack {
    /// There is no such network.
    NetworkMissing,
    /// The network is being deleted, and waits for these finalizers.
    NetworkDeleting(Vec<String>),
    /// A field is invalid: no NAD can be made of it.
    Invalid(FieldError),
    /// The namespace of the NAD does not exist.
    NamespaceMissing(String),
    /// The namespace of the NAD is being deleted.
    NamespaceTerminating(String),
    /// The controller says that it is not ready.
    Condition(Condition),
    /// The NAD is being deleted.
    NadDeleting(NadKey),
    /// The NAD belongs to somebody else, or to nobody.
    NadForeign(NadKey, Owner),
    /// The NAD is the one of an earlier network of the same name: garbage collection removes it.
    NadOfPredecessor(NadKey),
    /// The NAD is not what the network asks for, and these managers wrote it.
    NadDiffers(NadKey, Vec<String>),
    /// The controller has not said a word on this generation.
    NotObserved {
        /// The generation of the network.
        generation: i64,
        /// The generation the condition speaks of; `None` without a condition.
        observed: Option<i64>,
    },
    /// There is no NAD, although the controller has looked at the network.
    NadMissing(NadKey),
    /// There is neither a NAD nor a trace of a controller.
    NoController(NadKey),
}

impl Lack {
    /// One word, for programs.
    pub const fn stage(&self) -> &'static str {
        match self {
            Self::NetworkMissing => "missing",
            Self::NetworkDeleting(_) => "deleting",
            Self::Invalid(_) => "invalid",
            Self::NamespaceMissing(_) => "namespace-missing",
            Self::NamespaceTerminating(_) => "namespace-terminating",
            Self::Condition(_) => "not-ready",
            Self::NadDeleting(_) => "nad-deleting",
            Self::NadForeign(..) => "nad-foreign",
            Self::NadOfPredecessor(_) => "nad-of-predecessor",
            Self::NadDiffers(..) => "nad-differs",
            Self::NotObserved { .. } => "not-observed",
            Self::NadMissing(_) => "nad-missing",
            Self::NoController(_) => "no-controller",
        }
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NetworkMissing => f.write_str("there is no such network"),
            Self::NetworkDeleting(finalizers) if finalizers.is_empty() => {
                f.write_str("the network is being deleted")
            }
            Self::NetworkDeleting(finalizers) => {
                write!(f, "the network is being deleted and waits for {}", finalizers.join(", "))
            }
            Self::Invalid(error) => write!(f, "{error}"),
            Self::NamespaceMissing(name) => write!(f, "namespace {name} does not exist"),
            Self::NamespaceTerminating(name) => write!(f, "namespace {name} is being deleted"),
            Self::Condition(Condition { kind, status, reason, message, .. }) => {
                write!(f, "condition {kind} is {status}: {reason}: {message}")
            }
            Self::NadDeleting(nad) => write!(f, "NAD {nad} is being deleted"),
            Self::NadForeign(nad, Owner::None) => write!(f, "NAD {nad} has no owner annotation"),
            Self::NadForeign(nad, Owner::Network(key)) => write!(f, "NAD {nad} belongs to {key}"),
            Self::NadForeign(nad, Owner::Foreign(text)) => {
                write!(f, "NAD {nad} belongs to {text:?}")
            }
            Self::NadOfPredecessor(nad) => {
                write!(f, "NAD {nad} is the one of an earlier network of the same name")
            }
            Self::NadDiffers(nad, managers) if managers.is_empty() => {
                write!(f, "NAD {nad} is not what the network asks for")
            }
            Self::NadDiffers(nad, managers) => {
                let managers = managers.join(", ");
                write!(f, "NAD {nad} is not what the network asks for, written by {managers}")
            }
            Self::NotObserved { generation, observed: Some(observed) } => {
                write!(f, "the controller has seen generation {observed} of {generation} only")
            }
            Self::NotObserved { generation, observed: None } => {
                write!(f, "no controller has said anything about generation {generation}")
            }
            Self::NadMissing(nad) => write!(f, "there is no NAD {nad}"),
            Self::NoController(nad) => {
                write!(f, "there is no NAD {nad}, nor any trace of a controller")
            }
        }
    }
}

/// What keeps the network from being settled; `None` if its NAD is there, is its own, is as it asks
/// for, and the controller has confirmed the current generation.
pub fn lack(view: &NetworkView, options: &SettledOptions) -> Option<Lack> {
    let Some(network) = &view.network else { return Some(Lack::NetworkMissing) };
    if network.meta.deleting {
        return Some(Lack::NetworkDeleting(network.meta.finalizers.clone()));
    }
    let desired = match render(network, &options.render) {
        Ok(desired) => desired,
        Err(error) => return Some(Lack::Invalid(error)),
    };
    let nad = nad_lack(view, network, &desired);
    let condition = condition_lack(network, options);
    // The reason somebody gives comes before what is merely seen.
    namespace_lack(view, &desired.key)
        .or_else(|| condition.clone().filter(|lack| matches!(lack, Lack::Condition(_))))
        .or_else(|| nad.map(|lack| or_no_controller(lack, network, options)))
        .or(condition)
        .or_else(|| older_without_word(view, network, options, &desired))
}

fn namespace_lack(view: &NetworkView, nad: &NadKey) -> Option<Lack> {
    let name = || nad.namespace.clone();
    match (view.namespace, &view.nad) {
        (Some(NamespacePhase::Absent), _) => Some(Lack::NamespaceMissing(name())),
        (Some(NamespacePhase::Terminating), _) => Some(Lack::NamespaceTerminating(name())),
        _ => None,
    }
}

fn condition_lack(network: &Network, options: &SettledOptions) -> Option<Lack> {
    let generation = network.meta.generation;
    let Some(condition) = network.condition(&options.condition.0) else {
        let silent = Lack::NotObserved { generation, observed: None };
        return Some(silent).filter(|_| !options.condition_optional);
    };
    match condition.observed_generation {
        Some(observed) if observed < generation => {
            Some(Lack::NotObserved { generation, observed: Some(observed) })
        }
        _ if condition.status != "True" => Some(Lack::Condition(condition.clone())),
        _ => None,
    }
}

fn nad_lack(view: &NetworkView, network: &Network, desired: &Desired) -> Option<Lack> {
    let key = || desired.key.clone();
    let Some(nad) = &view.nad else { return Some(Lack::NadMissing(key())) };
    if nad.deleting {
        return Some(Lack::NadDeleting(key()));
    }
    if nad.owner != Owner::Network(network.key.clone()) {
        return Some(Lack::NadForeign(key(), nad.owner.clone()));
    }
    if desired.owner_uid.as_ref().is_some_and(|uid| !nad.owner_uids.contains(uid)) {
        return Some(Lack::NadOfPredecessor(key()));
    }
    let same = nad.resource_name.as_ref() == Some(&desired.resource_name)
        && same_value(&nad.config, &desired.config);
    (!same).then(|| Lack::NadDiffers(key(), nad.managers.clone()))
}

fn or_no_controller(lack: Lack, network: &Network, options: &SettledOptions) -> Lack {
    let untouched = network.condition(&options.condition.0).is_none();
    match lack {
        Lack::NadMissing(key) if untouched => Lack::NoController(key),
        lack => lack,
    }
}

/// Without a condition and without an owner's uid, only its age tells that a NAD is not a left-over.
fn older_without_word(
    view: &NetworkView,
    network: &Network,
    options: &SettledOptions,
    desired: &Desired,
) -> Option<Lack> {
    let silent = network.condition(&options.condition.0).is_none() && desired.owner_uid.is_none();
    let older = view.nad_written < network.meta.created;
    (silent && older).then(|| Lack::NadOfPredecessor(desired.key.clone()))
}

/// When an object was written last, by its managed fields; at least when it was created.
pub(super) fn written(object: &Value) -> String {
    let entries = object.pointer("/metadata/managedFields").and_then(Value::as_array);
    let times = entries.into_iter().flatten().filter_map(|entry| entry.get("time")?.as_str());
    let created = super::objects::meta(object, "creationTimestamp");
    times.chain([created]).max().unwrap_or_default().to_owned()
}
