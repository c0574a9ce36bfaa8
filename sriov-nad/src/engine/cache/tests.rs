use std::collections::BTreeSet;

use super::*;
use crate::plan::NamespacePhase;

fn network(name: &str, target: &str) -> Network {
    Network::parse(&format!(
        "{{ apiVersion: sriovnetwork.openshift.io/v1, kind: SriovNetwork,
            metadata: {{ name: {name}, namespace: ops }},
            spec: {{ resourceName: cx6, networkNamespace: {target} }} }}"
    ))
    .unwrap()
}

fn key(name: &str) -> NetworkKey {
    NetworkKey::new(NetworkKind::Sriov, "ops", name)
}

fn nad(namespace: &str, name: &str, owner: Owner) -> Nad {
    Nad {
        key: NadKey::new(namespace, name),
        uid: "u".to_owned(),
        resource_version: "1".to_owned(),
        deleting: false,
        owner,
        owner_uids: Vec::new(),
        resource_name: None,
        config: String::new(),
        managers: Vec::new(),
    }
}

fn names(woken: Woken) -> BTreeSet<String> {
    woken.into_iter().map(|key| key.name.clone()).collect()
}

fn feed(cache: &mut Cache, change: Change<Network>) -> BTreeSet<String> {
    names(cache.network(NetworkKind::Sriov, change))
}

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

#[test]
fn half_a_list_serves_nobody_and_its_end_wakes_what_came_and_what_went() {
    let mut cache = Cache::default();
    feed(&mut cache, Change::Applied(network("stays", "a")));
    feed(&mut cache, Change::Applied(network("goes", "a")));
    assert_eq!(feed(&mut cache, Change::Restart), set([]));
    assert_eq!(feed(&mut cache, Change::Listed(network("stays", "b"))), set([]));
    assert_eq!(feed(&mut cache, Change::Listed(network("comes", "b"))), set([]));
    let target = |cache: &Cache, name: &str| {
        cache.network_at(&key(name)).map(|network| network.target().namespace)
    };
    assert_eq!(target(&cache, "stays").as_deref(), Some("a"), "the old content keeps serving");
    assert_eq!((target(&cache, "goes").is_some(), target(&cache, "comes")), (true, None));
    assert!(!cache.is_complete(Source::Networks(NetworkKind::Sriov)));
    assert_eq!(feed(&mut cache, Change::Complete), set(["stays", "goes", "comes"]));
    assert_eq!(target(&cache, "stays").as_deref(), Some("b"));
    assert_eq!((target(&cache, "goes"), target(&cache, "comes").is_some()), (None, true));
    // The indexes moved along.
    let woken = |cache: &mut Cache, name: &str| {
        let phase = NamespacePhase::Active;
        names(cache.namespace(Change::Applied(Namespace { name: name.to_owned(), phase })))
    };
    assert_eq!(woken(&mut cache, "a"), set([]));
    assert_eq!(woken(&mut cache, "b"), set(["stays", "comes"]));
}

#[test]
fn what_happens_during_a_list_is_not_undone_by_its_end() {
    let mut cache = Cache::default();
    feed(&mut cache, Change::Restart);
    feed(&mut cache, Change::Listed(network("net", "a")));
    feed(&mut cache, Change::Listed(network("gone", "a")));
    assert_eq!(feed(&mut cache, Change::Applied(network("net", "b"))), set(["net"]));
    feed(&mut cache, Change::Deleted(network("gone", "a")));
    feed(&mut cache, Change::Complete);
    let look = cache.look(&Arc::new(key("net")));
    assert_eq!(look.target.unwrap().namespace, "b");
    assert!(cache.network_at(&key("gone")).is_none());
}

#[test]
fn a_network_concerns_its_rivals_of_before_and_of_now() {
    let mut cache = Cache::default();
    let mut ib = network("net", "a");
    ib.key.kind = NetworkKind::Ib;
    cache.network(NetworkKind::Ib, Change::Applied(ib.clone()));
    let both = |woken: Woken| woken.iter().map(|key| key.kind).collect::<BTreeSet<_>>();
    let kinds = BTreeSet::from([NetworkKind::Sriov, NetworkKind::Ib]);
    let mut feed = |change| both(cache.network(NetworkKind::Sriov, change));
    assert_eq!(feed(Change::Applied(network("net", "a"))), kinds);
    assert_eq!(feed(Change::Applied(network("net", "b"))), kinds, "it made room");
    assert_eq!(feed(Change::Applied(network("net", "b"))), BTreeSet::from([NetworkKind::Sriov]));
    assert_eq!(feed(Change::Deleted(network("net", "b"))), BTreeSet::from([NetworkKind::Sriov]));
}

#[test]
fn a_nad_concerns_its_owners_of_before_and_of_now_and_who_wants_the_place() {
    let mut cache = Cache::default();
    feed(&mut cache, Change::Applied(network("net", "a")));
    let owned = |name: &str| nad("a", "net", Owner::Network(key(name)));
    assert_eq!(names(cache.nad(Change::Applied(owned("x")))), set(["x", "net"]));
    assert_eq!(names(cache.nad(Change::Applied(owned("y")))), set(["x", "y", "net"]));
    assert_eq!(names(cache.orphans(NetworkKind::Sriov)), set(["y"]));
    let look = cache.look(&Arc::new(key("net")));
    assert_eq!(
        (look.at_target.unwrap().owner.clone(), look.elsewhere.len()),
        (owned("y").owner, 0)
    );
    assert_eq!(cache.look(&Arc::new(key("y"))).elsewhere.len(), 1);
    // The namespace it is in concerns its owner, too.
    let gone = Namespace { name: "a".to_owned(), phase: NamespacePhase::Terminating };
    assert_eq!(names(cache.namespace(Change::Applied(gone))), set(["y", "net"]));
    // Gone unseen: the next list tells, though it says nothing of it.
    cache.nad(Change::Restart);
    assert_eq!(names(cache.nad(Change::Complete)), set(["y", "net"]));
    assert_eq!(cache.look(&Arc::new(key("y"))).elsewhere.len(), 0);
}
