//! Observations at random, more of them than can occur.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use sriov_nad::FieldError;
use sriov_nad::nad::{Desired, Nad, Owner};
use sriov_nad::names::{NadKey, NetworkKey, NetworkKind};
use sriov_nad::plan::{
    Claim, Contest, NamespacePhase, Observed, ObservedNetwork, PlanOptions, Unowned,
};
use sriov_nad::spec::{Condition, Meta};

use crate::fixture::{OPERATOR, options, ready};

const NAMESPACES: [&str; 3] = [OPERATOR, "shop", "old"];
const CONFIGS: [&str; 4] = ["{\"a\":1}", "{ \"a\": 1 }", "{\"a\":2}", "no JSON"];

fn keys() -> impl Strategy<Value = NetworkKey> {
    (select(&NetworkKind::ALL[..]), select(&NAMESPACES[..]))
        .prop_map(|(kind, namespace)| NetworkKey::new(kind, namespace, "net"))
}

fn uids() -> impl Strategy<Value = String> {
    select(&["u0", "u1", "u2"][..]).prop_map(str::to_owned)
}

fn texts(from: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(from).prop_map(str::to_owned)
}

fn nad_keys() -> impl Strategy<Value = NadKey> {
    texts(&NAMESPACES).prop_map(|namespace| NadKey::new(namespace, "net"))
}

fn owners(own: NetworkKey) -> impl Strategy<Value = Owner> {
    prop_oneof![
        4 => Just(Owner::Network(own)),
        2 => keys().prop_map(Owner::Network),
        1 => Just(Owner::None),
        1 => Just(Owner::Foreign("owner-object-not-found".to_owned())),
    ]
}

fn nads(own: NetworkKey, key: impl Strategy<Value = NadKey>) -> impl Strategy<Value = Nad> {
    let identity = (key, 0..9u8, 0..9u8, prop::bool::weighted(0.2), owners(own));
    let resource = option::of(texts(&["openshift.io/cx6", "x/y"]));
    let content = (vec(uids(), 0..2), resource, texts(&CONFIGS));
    (identity, content).prop_map(|((key, uid, version, deleting, owner), content)| Nad {
        key,
        uid: format!("n{uid}"),
        resource_version: version.to_string(),
        deleting,
        owner,
        owner_uids: content.0,
        resource_name: content.1,
        config: content.2,
        managers: Vec::new(),
    })
}

fn networks(own: NetworkKey) -> impl Strategy<Value = ObservedNetwork> {
    let finalizers = subsequence(vec!["other".to_owned(), options().finalizer], 0..=2);
    let meta = (uids(), 1..4i64, 0..3u8, prop::bool::weighted(0.2), finalizers).prop_map(
        |(uid, generation, created, deleting, finalizers)| Meta {
            uid,
            resource_version: "1".to_owned(),
            generation,
            created: format!("2026-01-01T00:00:0{created}Z"),
            deleting,
            finalizers,
        },
    );
    let wish = option::weighted(0.9, texts(&CONFIGS[..3]));
    let conditions = option::of(prop_oneof![
        (1..4i64).prop_map(ready),
        Just(Condition { status: "False".to_owned(), ..ready(1) }),
    ]);
    let namespace = option::of(texts(&NAMESPACES));
    (meta, namespace, wish, conditions).prop_map(
        move |(meta, network_namespace, wish, condition)| {
            let namespace = network_namespace.as_ref().unwrap_or(&own.namespace);
            let target = NadKey::new(namespace, "net");
            let desired = wish.map(|config| Desired {
                key: target.clone(),
                owner: own.clone(),
                owner_uid: (target.namespace == own.namespace).then(|| meta.uid.clone()),
                resource_name: "openshift.io/cx6".to_owned(),
                config,
            });
            let desired = desired.ok_or_else(|| FieldError::missing("spec.resourceName"));
            ObservedNetwork { meta, network_namespace, target, desired, condition }
        },
    )
}

fn contests() -> impl Strategy<Value = Contest> {
    let wait = || (0..9u64).prop_map(Duration::from_secs);
    let contested = |wait| Contest::Contested { manager: "operator".to_owned(), wait };
    prop_oneof![
        Just(Contest::Calm),
        wait().prop_map(|wait| Contest::Paced { wait }),
        option::of(wait()).prop_map(contested),
    ]
}

fn claims() -> impl Strategy<Value = Claim> {
    (keys(), uids(), 0..3u8, any::<bool>()).prop_map(|(key, uid, created, entitled)| Claim {
        key,
        uid,
        created: format!("2026-01-01T00:00:0{created}Z"),
        entitled,
    })
}

pub(crate) fn observations() -> impl Strategy<Value = Observed> {
    let phases = [NamespacePhase::Active, NamespacePhase::Absent, NamespacePhase::Terminating];
    keys().prop_flat_map(move |own| {
        let network = option::weighted(0.85, networks(own.clone()));
        let at_target = option::weighted(0.7, nads(own.clone(), nad_keys()));
        let elsewhere = vec(nads(own.clone(), nad_keys()), 0..3);
        // Mostly active, or nothing behind row 8 would ever be seen.
        let phase = (any::<Index>(), prop::bool::weighted(0.7)).prop_map(move |(index, active)| {
            if active { NamespacePhase::Active } else { *index.get(&phases) }
        });
        let rest = (vec(claims(), 0..3), contests(), btree_set(nad_keys(), 0..3), 0..60u64);
        (network, at_target, elsewhere, phase, rest).prop_map(
            move |(network, at_target, elsewhere, namespace, rest)| {
                observation(&own, network, at_target, elsewhere, namespace, rest)
            },
        )
    })
}

fn observation(
    own: &NetworkKey,
    network: Option<ObservedNetwork>,
    at_target: Option<Nad>,
    owned_elsewhere: Vec<Nad>,
    namespace: NamespacePhase,
    rest: (Vec<Claim>, Contest, BTreeSet<NadKey>, u64),
) -> Observed {
    let (mut rivals, contest, written, absent_for) = rest;
    rivals.retain(|rival| rival.key != *own);
    let target = network.as_ref().map(|network| network.target.clone());
    let place = |mut nad: Nad| {
        nad.key = target.clone()?;
        Some(nad)
    };
    Observed {
        key: own.clone(),
        at_target: at_target.and_then(place),
        owned_elsewhere: owned_elsewhere
            .into_iter()
            .filter(|nad| Some(&nad.key) != target.as_ref())
            .collect(),
        network,
        namespace,
        rivals,
        contest,
        written,
        absent_for: Duration::from_secs(absent_for),
    }
}

pub(crate) fn all_options() -> impl Strategy<Value = PlanOptions> {
    select(&[Unowned::Adopt, Unowned::Refuse][..])
        .prop_map(|unowned| PlanOptions { unowned, ..options() })
}
