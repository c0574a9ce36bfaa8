//! A network, its NAD, and what is observed of them.

use std::collections::BTreeSet;
use std::time::Duration;

use sriov_nad::nad::{Desired, Nad, Owner};
use sriov_nad::names::{NadKey, NetworkKey, NetworkKind};
use sriov_nad::plan::{
    Claim, Contest, NamespacePhase, Observed, ObservedNetwork, Plan, PlanOptions, plan,
};
use sriov_nad::spec::{Condition, Meta};

pub(crate) const OPERATOR: &str = "ops";

pub(crate) fn options() -> PlanOptions {
    PlanOptions { operator_namespace: OPERATOR.to_owned(), ..PlanOptions::default() }
}

pub(crate) fn key(kind: NetworkKind, namespace: &str) -> NetworkKey {
    NetworkKey::new(kind, namespace, "net")
}

/// A network of the operator's namespace that wants its NAD in namespace `shop`; not there yet.
pub(crate) fn crossing() -> Observed {
    network(&key(NetworkKind::Sriov, OPERATOR), Some("shop"))
}

/// A network of namespace `shop`, with its NAD beside it; not there yet.
pub(crate) fn local() -> Observed {
    network(&key(NetworkKind::Sriov, "shop"), None)
}

fn network(key: &NetworkKey, network_namespace: Option<&str>) -> Observed {
    let target = NadKey::new(network_namespace.unwrap_or(&key.namespace), "net");
    let finalizers = if network_namespace.is_some() {
        vec!["other".to_owned(), options().finalizer]
    } else {
        Vec::new()
    };
    let desired = Desired {
        key: target.clone(),
        owner: key.clone(),
        owner_uid: (target.namespace == key.namespace).then(|| "u1".to_owned()),
        resource_name: "openshift.io/cx6".to_owned(),
        config: r#"{"cniVersion":"1.0.0","name":"net","type":"sriov"}"#.to_owned(),
    };
    let meta = Meta {
        uid: "u1".to_owned(),
        resource_version: "10".to_owned(),
        generation: 3,
        created: "2026-01-01T00:00:01Z".to_owned(),
        deleting: false,
        finalizers,
    };
    let network = ObservedNetwork {
        meta,
        network_namespace: network_namespace.map(str::to_owned),
        target,
        desired: Ok(desired),
        condition: None,
    };
    Observed {
        key: key.clone(),
        network: Some(network),
        namespace: NamespacePhase::Active,
        at_target: None,
        owned_elsewhere: Vec::new(),
        rivals: Vec::new(),
        contest: Contest::Calm,
        written: BTreeSet::new(),
        absent_for: Duration::ZERO,
    }
}

/// The NAD as the network wants it.
pub(crate) fn nad(observed: &Observed) -> Nad {
    let desired = observed.network.as_ref().unwrap().desired.clone().unwrap();
    Nad {
        key: desired.key,
        uid: "n1".to_owned(),
        resource_version: "20".to_owned(),
        deleting: false,
        owner: Owner::Network(desired.owner),
        owner_uids: desired.owner_uid.into_iter().collect(),
        resource_name: Some(desired.resource_name),
        config: desired.config,
        managers: vec![options().field_manager],
    }
}

pub(crate) fn ready(generation: i64) -> Condition {
    Condition {
        kind: "Ready".to_owned(),
        status: "True".to_owned(),
        reason: "NetworkReady".to_owned(),
        message: "NetworkAttachmentDefinition is provisioned and ready".to_owned(),
        observed_generation: Some(generation),
    }
}

/// All done: the NAD is there, and the condition says so.
pub(crate) fn settled(mut observed: Observed) -> Observed {
    observed.at_target = Some(nad(&observed));
    edit(&mut observed).condition = Some(ready(3));
    observed
}

pub(crate) fn edit(observed: &mut Observed) -> &mut ObservedNetwork {
    observed.network.as_mut().unwrap()
}

/// Another network that wants the same NAD, created `second` seconds after the full minute.
pub(crate) fn rival(kind: NetworkKind, namespace: &str, second: u8) -> Claim {
    Claim {
        key: key(kind, namespace),
        uid: "r1".to_owned(),
        created: format!("2026-01-01T00:00:{second:02}Z"),
        entitled: true,
    }
}

pub(crate) fn planned(observed: &Observed) -> Plan {
    plan(observed, &options())
}
