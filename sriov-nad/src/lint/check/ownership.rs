//! NAD038 to NAD040 and NAD042: whose a NAD is, and what that means for it.

use crate::FieldErrorKind;
use crate::json;
use crate::lint::finding::{Report, Severity};
use crate::lint::input::{ConfigText, NadSubject, NetworkSubject, texts};
use crate::lint::path;
use crate::lint::rules::{NAD038, NAD039, NAD040, NAD042};
use crate::lint::view::Context;
use crate::nad::{OWNER_ANNOTATION, Owner, RESOURCE_NAME_ANNOTATION};
use crate::names::NetworkKey;
use crate::render::{RenderOptions, render};
use crate::spec::{Network, NetworkSpec};

/// Where the operator remembers the namespace of the NAD.
const BOOKKEEPING: &str = "operator.sriovnetwork.openshift.io/last-network-namespace";

/// NAD038.
pub(super) fn owner(subject: &NadSubject, context: &Context<'_>, report: &mut Report) {
    let message = match subject.owner() {
        Owner::None => return,
        Owner::Foreign(text) => format!("{text:?} names no network"),
        Owner::Network(key) => match stranger(subject, key, context) {
            None => return,
            Some(message) => message,
        },
    };
    report.add(&NAD038, path::annotation(OWNER_ANNOTATION), message);
}

/// Why this network cannot be the owner, as far as one can tell.
fn stranger(subject: &NadSubject, key: &NetworkKey, context: &Context<'_>) -> Option<String> {
    let nad = &subject.nad.key;
    if let Some(network) = context.network(key) {
        let target = network.target();
        return (target != *nad).then(|| format!("{key} has its NAD at {target}"));
    }
    let spaces = context.facts.namespaces.as_ref();
    if spaces.is_some_and(|spaces| !spaces.contains(&key.namespace)) {
        return Some(format!("{key} cannot exist: there is no namespace {}", key.namespace));
    }
    let operator = context.options.operator_namespace.as_deref();
    let elsewhere = key.namespace != nad.namespace;
    if elsewhere && operator.is_some_and(|operator| operator != key.namespace) {
        return Some(format!("{key} is outside the operator's namespace and may not own it"));
    }
    if key.name != nad.name {
        return Some(format!("{key} would have a NAD of its own name"));
    }
    // Only who lists networks of this kind says which of them exist.
    context.lists(key.kind).then(|| format!("{key} does not exist"))
}

/// NAD039.
pub(super) fn metadata(subject: &NadSubject, report: &mut Report) {
    let Owner::Network(key) = subject.owner() else { return };
    let own = [RESOURCE_NAME_ANNOTATION, OWNER_ANNOTATION];
    for map in ["annotations", "labels"] {
        let all = texts(&subject.meta, map).map(|(name, _)| name);
        for name in all.filter(|name| map == "labels" || !own.contains(name)) {
            let message = format!("the operator removes it when it updates the NAD of {key}");
            report.add(&NAD039, path::member(&format!("metadata.{map}"), name), message);
        }
    }
}

/// NAD040.
pub(super) fn drift(subject: &NadSubject, context: &Context<'_>, report: &mut Report) {
    let (Owner::Network(key), ConfigText::Text(stored)) = (subject.owner(), &subject.config) else {
        return;
    };
    let Some(network) = context.network(key).filter(|n| n.target() == subject.nad.key) else {
        return;
    };
    let options = RenderOptions::default();
    let rendered = |network: &Network| render(network, &options).map(|desired| desired.config);
    let Ok(wanted) = rendered(network) else { return };
    let same = |wanted: &str| json::same_config(stored, wanted);
    let defaulted = with_defaults(network)
        .is_some_and(|network| rendered(&network).is_ok_and(|wanted| same(&wanted)));
    if same(&wanted) || defaulted {
        return;
    }
    let who = subject.nad.managers.first();
    let who = who.map_or_else(String::new, |who| format!("; the last writer was {who}"));
    report.add(&NAD040, "spec.config", format!("{key} renders to something else{who}"));
}

/// The network as the API server would store it, if it has not.
fn with_defaults(network: &Network) -> Option<Network> {
    let mut network = network.clone();
    match &mut network.spec {
        Ok(NetworkSpec::Sriov(spec)) if spec.log_level.is_none() => {
            spec.log_level = Some("info".to_owned());
            Some(network)
        }
        _ => None,
    }
}

/// NAD042.
pub(super) fn bookkeeping(subject: &NetworkSubject, report: &mut Report) {
    let mut found = texts(&subject.meta, "annotations").filter(|(name, _)| *name == BOOKKEEPING);
    if found.any(|(_, value)| value.is_empty()) {
        let message = "the operator deletes the NAD of namespace \"\" first, which fails each time";
        report.add(&NAD042, path::annotation(BOOKKEEPING), message);
    }
}

/// Which namespaces a network may reach; no rule has a number for it.
pub(super) fn scope(network: &Network, context: &Context<'_>, report: &mut Report) {
    let path = "spec.networkNamespace";
    let wanted = network.spec.as_ref().ok().and_then(NetworkSpec::network_namespace);
    let operator = context.options.operator_namespace.as_deref();
    let foreign = operator.filter(|operator| *operator != network.key.namespace);
    if let (Some(operator), Some(_)) = (foreign, wanted) {
        let message =
            format!("can't be specified if the resource is not in the {operator} namespace");
        report.add_field(Severity::Error, FieldErrorKind::Invalid, path, message);
        report.help("leave it out, or create the network in the operator's namespace");
    }
    let target = network.target().namespace;
    if context.facts.namespaces.as_ref().is_some_and(|spaces| !spaces.contains(&target)) {
        let path = if wanted.is_some() { path } else { "metadata.namespace" };
        let message = format!("target namespace {target:?} does not exist");
        report.add_field(Severity::Warning, FieldErrorKind::Invalid, path, message);
        report.help("create the namespace; the NAD follows");
    }
}
